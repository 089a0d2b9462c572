"""Text in, unit vectors out: the Encoder protocol, and any sentence-transformers model behind it."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.bundled import MODEL_NAME, make_bundled_model
from embeddings.errors import EncoderError

_BATCH = 32


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
    """The embedded model, made under ``cache`` on first use; or any sentence-transformers model.

    ``model`` is a folder or a name on the Hugging Face hub; only the latter may use the network. Raises
    EncoderError where the model cannot be made, found or loaded.
    """
    if model is None:
        folder = make_bundled_model(cache)
        return SentenceEncoder(_load(str(folder), local=True), MODEL_NAME)
    return SentenceEncoder(_load(model, local=Path(model).is_dir()), model)


class SentenceEncoder:
    """A loaded sentence-transformers model with its own prompts; safe to share between threads."""

    def __init__(self, model: Any, name: str) -> None:
        self.name = name
        self.dim: int = model.get_embedding_dimension()
        self.digest = _digest(model)
        self._model = model
        self._lock = threading.Lock()  # the tokenizer's padding settings are shared between calls

    def encode_query(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows ``(len(texts), dim)`` of questions."""
        return self._encode(self._model.encode_query, texts)

    def encode_document(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows ``(len(texts), dim)`` of passages."""
        return self._encode(self._model.encode_document, texts)

    def _encode(self, encode: Any, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.dim), np.float32)
        with self._lock:
            rows = encode(list(texts), batch_size=_BATCH, show_progress_bar=False, normalize_embeddings=True)
        return np.ascontiguousarray(rows, dtype=np.float32)


def _load(model: str, *, local: bool) -> Any:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if local:
        os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        loaded = SentenceTransformer(
            model, device="cpu", local_files_only=local, model_kwargs={"dtype": torch.float16}
        )
    except (OSError, ValueError) as error:
        raise EncoderError(f"无法加载模型 {model}：{error}") from error
    for name, parameter in loaded.named_parameters():
        if not name.endswith("word_embeddings.weight"):
            parameter.data = parameter.data.float()
    return loaded.eval()


def _digest(model: Any) -> str:
    total = hashlib.sha256()
    for name, tensor in model.state_dict().items():
        total.update(name.encode())
        total.update(tensor.numpy().tobytes())
    return total.hexdigest()
