"""Bot + questions → items: every reply judged, as they come or all at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from qa.datatypes import Answer, Citation
from qa.evaluation.judge import judge, ranked, relevant
from qa.evaluation.questions import Example
from qa.evaluation.replies import Reply, replied

if TYPE_CHECKING:
    from qa.bot import Bot
    from qa.evaluation.summary import Evaluation
    from qa.library import Snapshot

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question that was asked, and what came of it."""

    example: Example
    answer: Answer | None
    """None where asking raised an error; its trace is kept only where something is wrong."""
    error: str
    """What was raised, in words; empty where nothing was."""
    seconds: float
    scores: Mapping[str, float]
    """Outcome by measure, 0.0 to 1.0; a measure that does not apply is not there."""
    held: tuple[bool, ...]
    """For each citation whether it holds evidence."""
    found: tuple[bool, ...]
    """For each piece of evidence whether a citation holds it."""
    wrong: tuple[str, ...]
    """Why the reply fails, in Chinese; empty where it does not."""

    @property
    def right(self) -> bool | None:
        """Whether the answer is right by the strict measure; None where there is no gold to tell."""
        told = self.scores.get("right_strict")
        return None if told is None else bool(told)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        plain = asdict(replace(self, example=Example("", ""), answer=None))
        plain["example"] = self.example.to_dict()
        plain["answer"] = self.answer.to_dict() if self.answer else None
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Item:
        """What ``to_dict`` gave."""
        return cls(
            Example.from_dict(plain["example"]),
            _answer(plain["answer"]) if plain["answer"] else None,
            plain["error"],
            plain["seconds"],
            dict(plain["scores"]),
            tuple(plain["held"]),
            tuple(plain["found"]),
            tuple(plain["wrong"]),
        )


def evaluate(
    bot: Bot,
    questions: Iterable[Example],
    *,
    workers: int = 1,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Evaluation:
    """Ask every question and judge the replies; see ``qa.evaluation.measures`` for what is measured.

    The outcome does not depend on ``workers``. ``progress`` is told (done, total) after every question;
    once ``stop`` is set the run ends and what is done is kept (``Evaluation.complete`` is False).
    """
    from qa.evaluation.summary import summarize

    examples = list(questions)
    started = time.perf_counter()
    items = list(answered(bot, examples, workers=workers, progress=progress, stop=stop))
    return summarize(items, seconds=time.perf_counter() - started, total=len(examples))


def answered(
    bot: Bot,
    examples: Sequence[Example],
    *,
    workers: int = 1,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Iterator[Item]:
    """The items of ``evaluate`` one by one, in the order of the questions; few are held at a time."""
    snapshot = bot.library.snapshot()
    replies = replied(bot, examples, workers)
    for done, (example, reply) in enumerate(zip(examples, replies, strict=True), 1):
        yield _item(example, reply, snapshot)
        if progress is not None:
            progress(done, len(examples))
        if stop is not None and stop.is_set():
            return


def _item(example: Example, reply: Reply, snapshot: Snapshot) -> Item:
    """A reply, judged; its trace is kept where it can tell what went wrong."""
    answer = reply.answer
    judged = judge(example, answer, snapshot.documents)
    scores = dict(judged.scores)
    hits = [hit["passage"] for hit in (answer.trace or {}).get("hits", ())] if answer else []
    if hits and (holding := relevant(example, snapshot.passages, snapshot.documents)):
        scores |= ranked(hits, holding)
    if answer and not judged.wrong:
        answer = replace(answer, trace=None)
    return Item(example, answer, reply.error, reply.seconds, scores, judged.held, judged.found, judged.wrong)


def _answer(plain: Mapping[str, Any]) -> Answer:
    citations = tuple(
        Citation(**{**citation, "section": tuple(citation["section"])}) for citation in plain["citations"]
    )
    return Answer(**{**plain, "citations": citations})
