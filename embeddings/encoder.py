"""Text in, unit vectors out: the Encoder protocol, and any sentence-transformers model behind it."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.bundled import MODEL_NAME, make_bundled_model
from embeddings.errors import EncoderError

_BATCH = 32
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
        self._lock = threading.Lock()  # a tokenizer keeps the padding of the call it is in

    def encode_query(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows ``(len(texts), dim)`` of questions."""
        return self._encode(self._model.encode_query, texts)

    def encode_document(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows ``(len(texts), dim)`` of passages."""
        return self._encode(self._model.encode_document, texts)

    def _encode(self, encode: Any, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.empty((len(texts), self.dim), np.float32)
        by_length = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for start in range(0, len(texts), _BATCH):
            batch = by_length[start : start + _BATCH]
            # Half of a surrogate pair is no text, and no tokenizer takes it.
            sound = [texts[row].encode("utf-8", "replace").decode() for row in batch]
            with self._lock:
                rows[batch] = encode(
                    sound, batch_size=_BATCH, show_progress_bar=False, normalize_embeddings=True
                )
        return rows


def _load_bundled(folder: Path) -> Any:
    import torch

    model = _load(str(folder), torch.float16, local=True)
    for name, parameter in model.named_parameters():
        # The word table, most of the model, is only read from: half precision does, and stays on the disk
        # until a row is needed.
        if not name.endswith("word_embeddings.weight"):
            parameter.data = parameter.data.float()
    return model


def _load_any(name: str) -> Any:
    """A model folder or hub model in full precision, from this machine if it is there, with its prompts."""
    import torch

    try:
        model = _load(name, torch.float32, local=True)
    except EncoderError:
        if Path(name).exists():
            raise
        _reach(name)
        model = _load(name, torch.float32, local=False)
    if not any(model.prompts.values()):
        for known, query, document in _KNOWN_PROMPTS:
            if known.search(name.rstrip("/\\")):
                model.prompts |= {"query": query, "document": document}
    elif not model.prompts.get("document"):
        # The library takes its own empty "document" before a model's "passage".
        model.prompts["document"] = model.prompts.get("passage") or model.prompts.get("corpus") or ""
    return model


def _load(model: str, dtype: Any, *, local: bool) -> Any:
    """The model as its library has it, without a word on stderr; ``local`` keeps it off the network."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # read when the libraries are first imported
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
                model, device="cpu", local_files_only=local, model_kwargs={"dtype": dtype}
            ).eval()
        except (OSError, ValueError, LookupError, RuntimeError, ImportError, SafetensorError) as error:
            reason = str(error).partition("\n")[0]
            raise EncoderError(
                f"无法加载模型 {model}：{reason}。请检查它是否为完整的 sentence-transformers 模型，"
                "或不指定模型而使用内置模型"
            ) from error


def _reach(name: str) -> None:
    """Ask the hub for the model first: its download would try for minutes where there is no network."""
    import httpx
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RepositoryNotFoundError

    way_out = "请在能联网的机器上下载后给出其文件夹路径，或不指定模型而使用内置模型"
    try:
        HfApi().model_info(name, timeout=10)
    except (RepositoryNotFoundError, ValueError) as error:
        raise EncoderError(f"找不到模型 {name}：既不是文件夹，也不是模型库中的名称。{way_out}") from error
    except (OSError, httpx.HTTPError) as error:
        raise EncoderError(f"模型 {name} 不在本机，也无法联网下载。{way_out}") from error


def _digest(model: Any) -> str:
    """Of all that the vectors depend on: modules, prompts, tokenizer, weights."""
    total = hashlib.sha256(f"{model} {sorted(model.prompts.items())} {model.max_seq_length}".encode())
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    total.update((tokenizer.to_str() if hasattr(tokenizer, "to_str") else repr(tokenizer)).encode())
    for name, tensor in model.state_dict().items():
        total.update(name.encode())
        total.update(tensor.float().numpy().tobytes())
    return total.hexdigest()
