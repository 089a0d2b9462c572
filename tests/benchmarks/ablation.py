"""What vectors, BM25, lexicon, ledger and reader each bring to the answers to a question set.

python -m tests.benchmarks.ablation QUESTIONS.jsonl FOLDER
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

import qa.answer
import qa.bot
from qa.answer import Finding
from qa.bot import Bot
from qa.datatypes import Hit
from qa.evaluation import evaluate, load_questions
from qa.evidence import Evidence
from qa.lexicon import Lexicon
from qa.library import default_library
from qa.match import Matcher
from qa.question import Question
from qa.reader import load_reader
from qa.retrieve import search
from qa.scope import Side
from qa.text import Span

SHOWN = ("right_and_cited", "citation_precision", "refusal_precision", "refusal_recall")


def main() -> None:
    """Print the table as Markdown, a row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("folder", type=Path, help="texts, one document each; the file's stem is its id")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        library = default_library(Path(home))
        library.add_all(sorted(arguments.folder.glob("*.txt")))
        questions = load_questions(arguments.questions, documents=library.documents)
        print(f"| parts | {' | '.join(SHOWN)} |\n|---|{'---|' * len(SHOWN)}")
        for name, parts in PARTS.items():
            with parts():
                metrics = evaluate(Bot(library), questions).metrics
            cells = (f"{metrics[m].value:.3f}" if m in metrics else "–" for m in SHOWN)
            print(f"| {name} | {' | '.join(cells)} |", flush=True)


def by_vectors(
    query: Mapping[str, float], vector: NDArray[np.float32], *rest: Any, **options: Any
) -> list[Hit]:
    """The search without words."""
    return _to_one(search({}, vector, *rest, **options))


def by_words(
    query: Mapping[str, float], vector: NDArray[np.float32], *rest: Any, **options: Any
) -> list[Hit]:
    """The search without vectors."""
    return _to_one(search(query, np.zeros_like(vector), *rest, **options))


def _to_one(hits: Sequence[Hit]) -> list[Hit]:
    """Hits with the best score at 1.0, where the thresholds of the answers expect it."""
    top = max((hit.score for hit in hits), default=0.0) or 1.0
    return [replace(hit, score=hit.score / top) for hit in hits]


def clause(
    question: Question, side: Side, rows: Sequence[Evidence], runs: Sequence[Evidence]
) -> Finding | None:
    """In place of a figure of the ledger the clause that speaks of it."""
    told = runs and qa.answer._carries(runs[0])
    return Finding(side, (runs[0],), runs[0].quote) if told else None


@contextmanager
def without(
    searching: Callable[..., list[Hit]] = search, *, lexicon: bool = True, ledger: bool = True
) -> Iterator[None]:
    """The product with parts taken out."""
    with ExitStack() as changes:
        changes.enter_context(patch.object(qa.bot, "search", searching))
        if not lexicon:
            changes.enter_context(patch.object(qa.bot, "load_lexicon", lambda _: Lexicon({})))
        if not ledger:
            changes.enter_context(patch.object(qa.answer, "find_figures", lambda *_: []))
            changes.enter_context(patch.object(qa.answer, "_figure", clause))
        yield


@contextmanager
def with_reader() -> Iterator[None]:
    """The product with names, places and times pointed at by the reader instead of by rules."""
    reader, by_rules = load_reader(), qa.answer._short

    def pointed(question: Question, run: Evidence, matcher: Matcher) -> Span | None:
        if question.want not in ("name", "where", "when"):
            return by_rules(question, run, matcher)
        spans = reader.read(question.text, [run.quote])
        return (spans[0].start, spans[0].end) if spans else None

    with patch.object(qa.answer, "_short", pointed):
        yield


PARTS: Mapping[str, Callable[[], Any]] = {
    "vectors alone": lambda: without(by_vectors, lexicon=False, ledger=False),
    "BM25 alone": lambda: without(by_words, lexicon=False, ledger=False),
    "both": lambda: without(lexicon=False, ledger=False),
    "… with the lexicon": lambda: without(ledger=False),
    "… with the ledger: the product": without,
    "… with names, places and times by the reader": with_reader,
}


if __name__ == "__main__":
    main()
