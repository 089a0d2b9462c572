"""Text in, unit vectors out: the Encoder protocol, and any sentence-transformers model behind it."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.bundled import MODEL_NAME, make_bundled_model
from embeddings.errors import EncoderError

_BATCH = 16
_KNOWN_PROMPTS = (
    (re.compile(r"e5-(small|base|large)(-v2)?$"), "query: ", "passage: "),
    (re.compile(r"bge-(small|base|large)-zh"), "为这个句子生成表示以用于检索相关文章：", ""),
    (
        re.compile(r"bge-(small|base|large)-en"),
        "Represent this sentence for searching relevant passages: ",
        "",
    ),
)
"""Name, and the prompts before questions and passages, of models that need them and do not bring them."""

_UNUSED_FILES = ["*.onnx", "onnx/*", "openvino/*", "*.gguf", "*.h5", "*.msgpack", "*.ot"]
"""The same weights in forms that are not read here."""


class Encoder(Protocol):
    """Turns texts into float32 unit rows, so that an inner product is a cosine."""

    @property
    def name(self) -> str:
        """The model's name, for people."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    @property
    def digest(self) -> str:
        """Changes whenever the vectors would."""

    def encode_query(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows ``(len(texts), dim)`` of questions."""

    def encode_document(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows ``(len(texts), dim)`` of passages."""


def load_encoder(model: str | None = None, *, cache: Path) -> SentenceEncoder:
    """The embedded model, made under ``cache`` on first use, or any sentence-transformers model.

    ``model`` is a folder or a name on the Hugging Face hub; only a name that was not downloaded before uses
    the network. Raises EncoderError where the model cannot be made, found or loaded.
    """
    # Both are read when the libraries are first imported. Threads that spin while they wait for each other
    # are slow on a machine that has other work.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if model is not None:
        return SentenceEncoder(_load_any(model), model)
    folder = make_bundled_model(cache)
    digest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    return SentenceEncoder(_load_bundled(folder), MODEL_NAME, digest)


class SentenceEncoder:
    """A loaded sentence-transformers model with its own prompts; safe to share between threads."""

    def __init__(self, model: Any, name: str, digest: str | None = None) -> None:
        """``digest`` saves reading all weights where it is known what they are."""
        self.name = name
        self.dim: int = model.get_embedding_dimension()
        self.digest = digest or _digest(model)
        self._model = model
        _tokenize_one_at_a_time(model)

    def encode_query(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows ``(len(texts), dim)`` of questions."""
        return self._encode(self._model.encode_query, texts)

    def encode_document(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows ``(len(texts), dim)`` of passages."""
        return self._encode(self._model.encode_document, texts)

    def _encode(self, encode: Any, texts: Sequence[str]) -> NDArray[np.float32]:
        """Batches of texts of like length, as many at once as there are processors for them."""
        import torch

        rows = np.empty((len(texts), self.dim), np.float32)
        by_length = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        batches = [by_length[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]

        def fill(batch: list[int]) -> None:
            # Half of a surrogate pair is no text, and no tokenizer takes it.
            sound = [texts[row].encode("utf-8", "replace").decode() for row in batch]
            rows[batch] = encode(sound, batch_size=_BATCH, show_progress_bar=False, normalize_embeddings=True)

        if len(batches) == 1:
            fill(batches[0])
        elif batches:
            with ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // torch.get_num_threads())) as pool:
                list(pool.map(fill, batches))
        return rows


def _tokenize_one_at_a_time(model: Any) -> None:
    """Let threads share the model: all but the tokenizer, which holds the settings of the call it is in."""
    step = "preprocess" if hasattr(model[0], "preprocess") else "tokenize"
    tokenize, lock = getattr(model[0], step), threading.RLock()  # it may call itself

    def tokenize_alone(*args: Any, **kwargs: Any) -> Any:
        with lock:
            return tokenize(*args, **kwargs)

    setattr(model[0], step, tokenize_alone)


def _load_bundled(folder: Path) -> Any:
    import torch

    model = _load(str(folder), torch.float16)
    for name, parameter in model.named_parameters():
        # The word table, most of the model, is only read from: half precision does, and stays on the disk
        # until a row is needed.
        if not name.endswith("word_embeddings.weight"):
            parameter.data = parameter.data.float()
    # So small a model gains little from several threads on one text, and where the machine has other work
    # they wait for each other ten times as long as they compute. Batches run side by side instead.
    torch.set_num_threads(1)
    return model


def _load_any(name: str) -> Any:
    """A model folder or hub model in full precision, from this machine if it is there, with its prompts."""
    import torch

    if Path(name).exists():
        model = _load(str(Path(name)), torch.float32)
    else:
        try:
            model = _load(_snapshot(name, online=False), torch.float32)
        except EncoderError:  # never downloaded, or not to the end
            model = _load(_snapshot(name, online=True), torch.float32)
    if not any(model.prompts.values()):
        for known, query, document in _KNOWN_PROMPTS:
            if known.search(name.rstrip("/\\")):
                model.prompts |= {"query": query, "document": document}
    elif not model.prompts.get("document"):
        # The library would take its own empty "document" before the model's "passage".
        model.prompts["document"] = model.prompts.get("passage") or model.prompts.get("corpus") or ""
    return model


def _snapshot(name: str, *, online: bool) -> str:
    """The folder that holds a hub model; ``online`` downloads what is missing of it."""
    from huggingface_hub import snapshot_download

    full_name = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return str(snapshot_download(full_name, local_files_only=not online, ignore_patterns=_UNUSED_FILES))
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"找不到模型 {name}：它不是本机的文件夹，也未能从模型库下载（无网络或名称有误）。"
            "请在能联网处下载后给出其文件夹路径，或不指定模型而使用内置模型"
        ) from error


def _load(folder: str, dtype: Any) -> Any:
    """The model in a folder as its library has it, without network, without a word on stderr."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as progress

        progress.disable_progress_bar()  # type: ignore[no-untyped-call]
        for library in ("sentence_transformers", "transformers"):
            logging.getLogger(library).setLevel(logging.ERROR)
        try:
            return SentenceTransformer(
                folder, device="cpu", local_files_only=True, model_kwargs={"dtype": dtype}
            ).eval()
        except (OSError, ValueError, LookupError, RuntimeError, ImportError, SafetensorError) as error:
            reason = str(error).partition("\n")[0].rstrip(".")
            raise EncoderError(
                f"无法加载模型 {folder}：{reason}。请检查它是否为完整的 sentence-transformers 模型，"
                "或不指定模型而使用内置模型"
            ) from error


def _digest(model: Any) -> str:
    """Of all that the vectors depend on: modules, prompts, tokenizer, weights."""
    total = hashlib.sha256(f"{model} {sorted(model.prompts.items())} {model.max_seq_length}".encode())
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    total.update((tokenizer.to_str() if hasattr(tokenizer, "to_str") else repr(tokenizer)).encode())
    for name, tensor in model.state_dict().items():
        total.update(name.encode())
        total.update(tensor.float().numpy().tobytes())
    return total.hexdigest()
