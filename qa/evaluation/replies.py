"""Questions → replies, many at a time: encoded in batches here, answered here or in processes beside.

A batch is always made of the same questions, so replies do not depend on the number of processes. They are
those of ``Bot.ask``, up to the last bit of a vector that was computed beside others.
"""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Answer
from qa.evaluation.questions import Example
from qa.question import Question

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from qa.bot import Bot

_BATCH = 256  # questions encoded at once: of so many the short go with the short; a second or two of work


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a question."""

    answer: Answer | None
    """With its trace; None where an error was raised."""
    error: str
    seconds: float
    """What the question took by itself, and its share of what its batch took."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that is understood and encoded, or the error that this raised."""

    question: Question | None
    documents: tuple[str, ...] | None
    vector: NDArray[np.float32] | None
    error: str
    seconds: float


def replied(bot: Bot, examples: Sequence[Example], workers: int = 1) -> Iterator[Reply]:
    """Replies in the order of the questions; ``workers`` above 1 are processes."""
    batches = (_understood(bot, examples[at : at + _BATCH]) for at in range(0, len(examples), _BATCH))
    if workers > 1:
        yield from _beside(bot, batches, workers)
        return
    for batch in batches:
        for asked in batch:
            yield _reply(bot, asked)


def _understood(bot: Bot, examples: Sequence[Example]) -> list[_Asked]:
    """The questions of a batch, encoded together."""
    batch = []
    for example in examples:
        started = time.perf_counter()
        question, error = None, ""
        try:
            question = bot.understand(example.question, example.history, documents=example.filter)
        except Exception as raised:  # whatever it is, it is the outcome of this question and ends no run
            error = _told(raised)
        batch.append(_Asked(question, example.filter, None, error, time.perf_counter() - started))
    started = time.perf_counter()
    vectors = bot.library.encoder.encode_query([a.question.text if a.question else "" for a in batch])
    share = (time.perf_counter() - started) / len(batch)
    return [
        replace(asked, vector=row[np.newaxis], seconds=asked.seconds + share)
        for asked, row in zip(batch, vectors, strict=True)
    ]


def _reply(bot: Bot, asked: _Asked) -> Reply:
    if asked.question is None:
        return Reply(None, asked.error, asked.seconds)
    started = time.perf_counter()
    answer, error = None, ""
    try:
        answer = bot.answer(asked.question, asked.vector, documents=asked.documents, explain=True)
    except Exception as raised:
        error = _told(raised)
    return Reply(answer, error, asked.seconds + time.perf_counter() - started)


def _told(raised: Exception) -> str:
    return f"{type(raised).__name__}: {raised}"


# --- processes -------------------------------------------------------------------------------------


def _beside(bot: Bot, batches: Iterator[list[_Asked]], workers: int) -> Iterator[Reply]:
    """Replies from processes, which answer a batch while the next one is encoded here."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    library = bot.library
    encoder = library.encoder
    lines = sorted({h.path[-1] for d in library.snapshot().documents.values() for h in d.contents})
    known = dict(zip(lines, encoder.encode_document(lines), strict=True)) if lines else {}
    given = _Given(encoder.name, encoder.dim, encoder.digest, known)
    # Spawned, not forked: the threads of torch and of a page that is being served do not survive a fork.
    with ProcessPoolExecutor(workers, get_context("spawn"), _open, (library.home, given)) as pool:
        waiting: deque[list[Future[list[Reply]]]] = deque()
        try:
            for batch in batches:
                size = -(-len(batch) // workers)
                parts = [batch[at : at + size] for at in range(0, len(batch), size)]
                waiting.append([pool.submit(_replies, part) for part in parts])
                if len(waiting) > 1:
                    for part in waiting.popleft():
                        yield from part.result()
            for futures in waiting:
                for part in futures:
                    yield from part.result()
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Given:
    """An encoder without a model: it has the vectors that it was given, which are all that are needed."""

    name: str
    dim: int
    digest: str
    known: Mapping[str, NDArray[np.float32]]

    def encode_query(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows ``(len(texts), dim)``; KeyError for a text without a vector."""
        return np.stack([self.known[text] for text in texts])

    encode_document = encode_query


_bots: list[Bot] = []
"""The bot of a process that answers."""


def _open(home: Path, encoder: _Given) -> None:
    from qa.bot import Bot
    from qa.library import Library

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asks says when to end
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    _bots.append(Bot(Library(home, lambda: encoder)))


def _replies(batch: Sequence[_Asked]) -> list[Reply]:
    return [_reply(_bots[0], asked) for asked in batch]
