"""Unit vectors in, nearest rows out: the VectorIndex protocol, and FAISS behind it."""

from __future__ import annotations

import hashlib
import logging
import os
import warnings
from functools import cache
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import IndexFileError

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

_MAGIC = b"wenzheng vectors 1\n"


class VectorIndex(Protocol):
    """Vectors by row number, searched by inner product; row i is the i-th vector still held."""

    def __len__(self) -> int: ...

    def add(self, vectors: Vectors) -> None:
        """Append ``(n, dim)`` unit rows behind those held."""

    def remove(self, rows: Rows) -> None:
        """Remove these rows; the later ones move up."""

    def search(self, queries: Vectors, k: int, rows: Rows | None = None) -> tuple[Vectors, Rows]:
        """Scores and row numbers ``(m, k')`` of the nearest vectors of ``(m, dim)`` queries.

        Best first, of equals the lower row; ``k'`` is ``k`` or as many as there are. ``rows`` limits the
        search to these rows: none given, none found.
        """

    def vectors(self) -> Vectors:
        """A copy of all vectors held, ``(len, dim)``: what a rebuilt index can take over."""

    def save(self, path: Path) -> None:
        """Write to ``path``, whole or not at all."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """What ``save`` wrote. Raises IndexFileError where that is missing, broken or foreign."""


class FaissIndex:
    """An exact index in memory: FAISS's IndexFlatIP. Searches may run in parallel, changes not."""

    def __init__(self, dim: int) -> None:
        self._index = _faiss().IndexFlatIP(dim)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def add(self, vectors: Vectors) -> None:
        """Append ``(n, dim)`` unit rows behind those held."""
        self._index.add(self._checked(vectors))

    def remove(self, rows: Rows) -> None:
        """Remove these rows; the later ones move up. Raises ValueError for a row that is not held."""
        self._index.remove_ids(self._held(rows))

    def search(self, queries: Vectors, k: int, rows: Rows | None = None) -> tuple[Vectors, Rows]:
        """Scores and row numbers ``(m, k')`` of the nearest vectors of ``(m, dim)`` queries.

        Best first, of equals the lower row; ``k'`` is ``k`` or as many as there are. ``rows`` limits the
        search to these rows: none given, none found.
        """
        queries = self._checked(queries)
        held = None if rows is None else self._held(rows)
        size = len(self) if held is None else len(held)
        k = max(0, min(k, size))
        if k == 0 or len(queries) == 0:
            return np.empty((len(queries), k), np.float32), np.empty((len(queries), k), np.int64)
        scores, found = self._nearest(queries, k, size, held)
        order = np.lexsort((found, -scores))
        best = order[:, :k]
        return np.take_along_axis(scores, best, axis=1), np.take_along_axis(found, best, axis=1)

    def vectors(self) -> Vectors:
        """A copy of all vectors held, ``(len, dim)``: what a rebuilt index can take over."""
        return np.asarray(self._index.reconstruct_n(0, len(self)), np.float32).reshape(len(self), self.dim)

    def save(self, path: Path) -> None:
        """Write to ``path``, whole or not at all."""
        content = _faiss().serialize_index(self._index).tobytes()
        fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            with fresh.open("wb") as file:
                file.write(_MAGIC + hashlib.sha256(content).digest() + content)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path) -> Self:
        """What ``save`` wrote. Raises IndexFileError where that is missing, broken or foreign."""
        try:
            stored = path.read_bytes()
        except OSError as error:
            raise IndexFileError(f"无法读取向量索引 {path}：{error.strerror or error}") from error
        if not stored.startswith(_MAGIC):
            raise IndexFileError(f"{path} 不是本程序的向量索引")
        digest, content = stored[len(_MAGIC) :][:32], stored[len(_MAGIC) + 32 :]
        if hashlib.sha256(content).digest() != digest:
            raise IndexFileError(f"向量索引 {path} 已损坏或不完整")
        index = cls.__new__(cls)
        index._index = _faiss().deserialize_index(np.frombuffer(content, np.uint8))
        return index

    def _nearest(self, queries: Vectors, k: int, size: int, held: Rows | None) -> tuple[Vectors, Rows]:
        """At least the k nearest, and all that score the same as the k-th: FAISS cuts ties at random."""
        faiss = _faiss()
        selected = None if held is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(held))
        wanted = min(k + 1, size)
        while True:
            scores, found = self._index.search(queries, wanted, params=selected)
            if wanted == size or (scores[:, -1] < scores[:, k - 1]).all():
                return scores, found
            wanted = min(2 * wanted, size)

    def _checked(self, vectors: Vectors) -> Vectors:
        vectors = np.ascontiguousarray(vectors, np.float32)
        if vectors.ndim != 2 or vectors.shape[1] != self.dim:
            raise ValueError(f"expected shape (n, {self.dim}), got {vectors.shape}")
        if not np.isfinite(vectors).all():
            raise ValueError("vectors hold NaN or infinity")
        return vectors

    def _held(self, rows: Rows) -> Rows:
        """The rows without doubles, in order, all of them held."""
        rows = np.unique(np.asarray(rows, np.int64))
        if len(rows) and (rows[0] < 0 or rows[-1] >= len(self)):
            raise ValueError(f"rows reach from {rows[0]} to {rows[-1]}, the index holds {len(self)}")
        return rows


@cache
def _faiss() -> Any:
    logging.getLogger("faiss.loader").setLevel(logging.WARNING)  # it tells which processor it looks for
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of SWIG's types, on import, under newer Pythons
        import faiss
    return faiss
