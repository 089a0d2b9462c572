"""Question → hits: BM25 over characters, pairs and words beside the vectors, fused by score."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Hit, Passage
from qa.text import grams, words

if TYPE_CHECKING:
    from qa.library import Snapshot

Scores = NDArray[np.float32]

BM25 = {"k1": 1.2, "b": 0.6, "method": "lucene"}


class KeywordIndex:
    """BM25 scores of every passage, kept as a sparse matrix (bm25s), so that nothing is rebuilt on a query.

    Row i is passage i. Passages are indexed with their headings, in single characters, character pairs and
    jieba words: the pairs find what jieba cuts badly (苗圃变森林), the words what pairs blur.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        import bm25s

        self._size = len(passages)
        self._bm25: Any = bm25s.BM25(**BM25)
        if passages:
            corpus = [tokens("".join(p.path) + "\n" + p.text) for p in passages]
            self._bm25.index(corpus, show_progress=False)

    def scores(self, query: Mapping[str, float]) -> Scores:
        """BM25 of every passage for weighted query tokens, shape (passages,); 0 where nothing matches."""
        total = np.zeros(self._size, dtype=np.float32)
        if not self._size:
            return total
        known = [(weight, token) for token, weight in query.items() if token in self._bm25.vocab_dict]
        for weight, group in groupby(sorted(known), key=lambda pair: pair[0]):
            total += weight * self._bm25.get_scores([token for _, token in group])
        return total

    def save(self, folder: Path) -> None:
        """Write the index as files into ``folder``, which exists."""
        (folder / "bm25.json").write_text(json.dumps({"size": self._size}), encoding="utf-8")
        if self._size:
            self._bm25.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> KeywordIndex:
        """Read what ``save`` wrote; raises OSError, ValueError or KeyError when it is not sound."""
        import bm25s

        index = cls(())
        index._size = int(json.loads((folder / "bm25.json").read_text(encoding="utf-8"))["size"])
        if index._size:
            index._bm25 = bm25s.BM25.load(folder, show_progress=False)
        return index


def tokens(text: str) -> list[str]:
    """What is indexed of a text: its characters, character pairs and words."""
    return grams(text) + words(text)


def best(scores: Scores, rows: Iterable[int], k: int) -> list[int]:
    """The k rows with the highest scores, best first; ties by lower row, so the order never changes."""
    return sorted(rows, key=lambda row: (-float(scores[row]), row))[:k]


DENSE_WEIGHT = 0.3  # of a standard deviation of cosine, against the best BM25 score as 1.0; see README


def search(
    query: Mapping[str, float],
    vector: NDArray[np.float32],
    snapshot: Snapshot,
    *,
    documents: Sequence[str] | None = None,
    k: int = 24,
) -> list[Hit]:
    """The k passages nearest to a question, best first, among those of ``documents``.

    ``query`` holds weighted tokens, ``vector`` is the question's unit vector, shape (1, dim). Scores of BM25
    are divided by the best one, cosines standardised over the passages looked at: e5's all lie close
    together. ``Hit.score`` is scaled to 0.0 … 1.0.
    """
    allowed = None if documents is None else set(documents)
    rows = np.array(
        [row for row, p in enumerate(snapshot.passages) if allowed is None or p.document_id in allowed],
        np.int64,
    )
    if not rows.size:
        return []
    cosines = np.zeros(len(snapshot.passages), np.float32)
    found, at = snapshot.vectors.search(vector, len(snapshot.passages), rows=rows)
    cosines[at[0]] = found[0]
    keyword = snapshot.keywords.scores(query)
    top = float(keyword[rows].max()) or 1.0
    spread = float(cosines[rows].std()) or 1.0
    fused = keyword / top + DENSE_WEIGHT * (cosines - float(cosines[rows].mean())) / spread
    return [
        Hit(snapshot.passages[row], round(max(0.0, min(1.0, float(fused[row]) / 2)), 4))
        for row in best(fused, rows.tolist(), k)
    ]
