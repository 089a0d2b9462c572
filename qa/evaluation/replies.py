"""Questions → replies."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.datatypes import Answer
from qa.evaluation.questions import Example

if TYPE_CHECKING:
    from qa.bot import Bot


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a question."""

    answer: Answer | None
    """With its trace; None where an error was raised."""
    error: str
    seconds: float


def replied(bot: Bot, examples: Sequence[Example], workers: int = 1) -> Iterator[list[Reply]]:  # noqa: ARG001
    """Replies in the order of the questions, batch by batch."""
    for example in examples:
        yield [_reply(bot, example)]


def _reply(bot: Bot, example: Example) -> Reply:
    started = time.perf_counter()
    answer, error = None, ""
    try:
        answer = bot.ask(example.question, example.history, documents=example.filter, explain=True)
    except Exception as raised:  # whatever it is, it is the outcome of this question and ends no run
        error = f"{type(raised).__name__}: {raised}"
    return Reply(answer, error, time.perf_counter() - started)
