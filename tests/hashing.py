"""A deterministic encoder for tests: character pairs, hashed; texts that share pairs are near."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray


class HashingEncoder:
    """Satisfies embeddings.encoder.Encoder without a model."""

    name = "hashed-bigrams"
    dim = 256
    digest = "hashed-bigrams-256-1"

    def encode_query(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(texts)

    def encode_document(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            padded = f"\n{text}\n"
            for first, second in pairwise(padded):
                row[crc32((first + second).encode("utf-8", "surrogatepass")) % self.dim] += 1
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows
