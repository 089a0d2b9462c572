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
from qa.answer import Finding, look
from qa.bot import Bot
from qa.datatypes import Hit
from qa.evaluation import evaluate, load_questions
from qa.evidence import Evidence
from qa.lexicon import Lexicon
from qa.library import default_library
from qa.match import Matcher
from qa.question import Question
from qa.retrieve import search
from qa.scope import Side

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


def unread(question: Question, side: Side, hits: Sequence[Hit], matcher: Matcher, _: Any) -> Any:
    """What the rules alone make of the hits."""
    return look(question, side, hits, matcher, None)


@contextmanager
def without(
    searching: Callable[..., list[Hit]] = search,
    *,
    lexicon: bool = True,
    ledger: bool = True,
    reader: bool = False,
) -> Iterator[None]:
    """The product with parts taken out."""
    with ExitStack() as changes:
        changes.enter_context(patch.object(qa.bot, "search", searching))
        if not lexicon:
            changes.enter_context(patch.object(qa.bot, "load_lexicon", lambda _: Lexicon({})))
        if not ledger:
            changes.enter_context(patch.object(qa.answer, "find_figures", lambda *_: []))
            changes.enter_context(patch.object(qa.answer, "_figure", clause))
        if not reader:
            changes.enter_context(patch.object(qa.bot, "look", unread))
        yield


PARTS: Mapping[str, Callable[[], Any]] = {
    "vectors alone": lambda: without(by_vectors, lexicon=False, ledger=False),
    "BM25 alone": lambda: without(by_words, lexicon=False, ledger=False),
    "both": lambda: without(lexicon=False, ledger=False),
    "… with the lexicon": lambda: without(ledger=False),
    "… with the ledger": without,
    "… with the reader: the product": lambda: without(reader=True),
}


if __name__ == "__main__":
    main()
