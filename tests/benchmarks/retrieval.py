"""Is the evidence among the first passages? BM25, vectors and both, for any question set and folder of texts.

python -m tests.benchmarks.retrieval QUESTIONS.jsonl FOLDER
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import qa.bot
import qa.retrieve
from embeddings.encoder import Encoder
from embeddings.index import FaissIndex
from qa.bot import Bot
from qa.datatypes import Passage
from qa.library import Snapshot, default_library
from qa.question import Question
from qa.retrieve import KeywordIndex, search
from qa.split import split
from tests.benchmarks.questions import Asked, Place, load_questions

TARGETS = (1, 120, 180, 240)  # characters; 1 gives single sentences
WEIGHTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)
READ = 24  # passages that ask() reads
COVERED = 0.6  # of the shorter of passage and evidence, so that a mere touch does not count
RANK_FUSION = 60  # the usual constant of reciprocal rank fusion


@dataclass(frozen=True, slots=True)
class Looked:
    """What ask() searches for when it is asked a question: caught on the way, not made anew."""

    asked: Asked
    question: Question
    vector: NDArray[np.float32]
    documents: Sequence[str]


Way = Callable[[Looked], Sequence[Passage]]
"""A way of searching: the passages, best first."""


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("folder", type=Path, help="texts, one document each; the file's stem is its id")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        library = default_library(Path(home))
        library.add_all(sorted(arguments.folder.glob("*.txt")))
        asked = [q for q in load_questions(arguments.questions, library.documents) if q.answerable]
        looked = look(Bot(library), asked)
        print(f"{len(asked)} questions with an answer; searched for: {len(looked)}")
        compare(looked, library.snapshot(), library.encoder)


def look(bot: Bot, questions: Sequence[Asked]) -> list[Looked]:
    """What ask() searches for first; questions that it answers without a search are left out."""
    found: list[Looked] = []
    for asked in questions:
        with _calls(qa.bot, "query") as queries, _calls(qa.bot, "search") as searches:
            bot.ask(asked.text, asked.history, documents=asked.documents)
        if searches:
            (question,), _ = queries[0]
            (_, vector, _), options = searches[0]
            found.append(Looked(asked, question, vector, options["documents"]))
    return found


def compare(looked: Sequence[Looked], snapshot: Snapshot, encoder: Encoder) -> None:
    """All tables: what is searched with, how passages are cut, headings and other names, weight, style."""
    weight = qa.retrieve.DENSE_WEIGHT
    ways = {
        "BM25 alone": by_words(snapshot),
        "vectors alone": by_vectors(snapshot),
        f"both, weight {weight:g} (what `ask()` does)": by_both(snapshot, weight),
        "both, fused by rank": by_rank(snapshot),
    }
    table("Search", ways, looked)
    table("Passages", dict(_cuts(snapshot, encoder, weight)), looked)

    passages = snapshot.passages
    plain = replace(snapshot, keywords=KeywordIndex([replace(p, path=()) for p in passages]))
    titled = replace(snapshot, vectors=_embedded(["\n".join((*p.path, p.text)) for p in passages], encoder))
    parts = {
        "BM25, headings indexed": by_words(snapshot),
        "BM25, no headings": by_words(plain),
        "vectors, no headings": by_vectors(snapshot),
        "vectors, headings embedded": by_vectors(titled),
        "BM25, no other names": by_words(snapshot, names=False),
        "both, no other names": by_both(snapshot, weight, names=False),
        "both": by_both(snapshot, weight),
    }
    table("Headings and the lexicon's other names", parts, looked)
    weights = {f"{w:g}": by_both(snapshot, w) for w in WEIGHTS}
    weights |= {f"{w:g}, no other names": by_both(snapshot, w, names=False) for w in WEIGHTS}
    table("Weight of the vectors", weights, looked)
    for style in sorted({one.asked.style for one in looked}):
        table(f"Style: {style}", ways, [one for one in looked if one.asked.style == style])


def by_both(snapshot: Snapshot, weight: float, *, names: bool = True) -> Way:
    """The product's search, with another weight of the vectors; with or without the lexicon's names."""

    def way(looked: Looked) -> list[Passage]:
        return _found(looked, snapshot, _query(looked.question, names), weight)

    return way


def by_words(snapshot: Snapshot, *, names: bool = True) -> Way:
    """BM25 alone."""
    return by_both(snapshot, 0.0, names=names)


def by_vectors(snapshot: Snapshot) -> Way:
    """Cosines alone: no word is searched for."""
    return lambda looked: _found(looked, snapshot, {}, 1.0)


def by_rank(snapshot: Snapshot) -> Way:
    """Both by reciprocal rank, the usual default elsewhere."""

    def way(looked: Looked) -> list[Passage]:
        lists = [by_words(snapshot)(looked), by_vectors(snapshot)(looked)]
        places = [{passage.id: place for place, passage in enumerate(found)} for found in lists]
        return sorted(lists[0], key=lambda p: -sum(1 / (RANK_FUSION + ranks[p.id]) for ranks in places))

    return way


def table(title: str, ways: Mapping[str, Way], looked: Sequence[Looked]) -> None:
    """Shares of questions with evidence in the first passages, and with all of it in those that are read."""
    print(
        f"\n| {title} ({len(looked)} questions) | first 1 | first 3 | first 5 | all pieces in first {READ} |"
    )
    print("|---|---|---|---|---|")
    for name, way in ways.items():
        ranks = [_ranks(one.asked, way(one)) for one in looked]
        shares = [np.mean([min(r) < k for r in ranks]) for k in (1, 3, 5)]
        shares.append(np.mean([max(r) < READ for r in ranks]))
        print(f"| {name} | " + " | ".join(f"{share:.3f}" for share in shares) + " |", flush=True)


def _cuts(snapshot: Snapshot, encoder: Encoder, weight: float) -> Iterator[tuple[str, Way]]:
    """The same documents cut into passages of other lengths."""
    for target in TARGETS:
        passages = tuple(
            p for document in snapshot.documents.values() for p in split(document, target=target)
        )
        vectors = _embedded([passage.text for passage in passages], encoder)
        cut = Snapshot(snapshot.documents, passages, vectors, KeywordIndex(passages))
        length = np.mean([len(passage.text) for passage in passages])
        name = f"target {target} ({len(passages)} of {length:.0f} characters)"
        yield f"{name}: BM25", by_words(cut)
        yield f"{name}: vectors", by_vectors(cut)
        yield f"{name}: both", by_both(cut, weight)


def _found(looked: Looked, snapshot: Snapshot, query: Mapping[str, float], weight: float) -> list[Passage]:
    before, qa.retrieve.DENSE_WEIGHT = qa.retrieve.DENSE_WEIGHT, weight
    try:
        hits = search(query, looked.vector, snapshot, documents=looked.documents, k=len(snapshot.passages))
    finally:
        qa.retrieve.DENSE_WEIGHT = before
    return [hit.passage for hit in hits]


def _query(question: Question, names: bool) -> Mapping[str, float]:
    if not names:
        question = replace(question, terms=tuple(replace(term, alternatives=()) for term in question.terms))
    return qa.bot.query(question)


def _embedded(texts: Sequence[str], encoder: Encoder) -> FaissIndex:
    index = FaissIndex(encoder.dim)
    index.add(encoder.encode_document(texts))
    return index


def _ranks(asked: Asked, passages: Sequence[Passage]) -> list[int]:
    """For each piece of evidence the place of the first passage that holds it, from 0."""
    return [
        next(
            (at for at, passage in enumerate(passages) if any(_holds(passage, p) for p in places)),
            len(passages),
        )
        for places in asked.evidence
    ]


def _holds(passage: Passage, place: Place) -> bool:
    document_id, start, end = place
    shared = min(end, passage.end) - max(start, passage.start)
    return passage.document_id == document_id and shared >= COVERED * min(
        end - start, passage.end - passage.start
    )


@contextmanager
def _calls(module: Any, name: str) -> Iterator[list[tuple[tuple[Any, ...], dict[str, Any]]]]:
    """Arguments of the calls of a module's function, which works as ever."""
    function, calls = getattr(module, name), []

    def heard(*arguments: Any, **options: Any) -> Any:
        calls.append((arguments, options))
        return function(*arguments, **options)

    setattr(module, name, heard)
    try:
        yield calls
    finally:
        setattr(module, name, function)


if __name__ == "__main__":
    main()
