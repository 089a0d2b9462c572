"""The conversation of one open page: its questions in order, each answered in its turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qa.datatypes import Answer, Kind
from qa.errors import QAError

if TYPE_CHECKING:
    from qa.bot import Bot

STOPPED = "已停止。"
_FULL = "现在提问的人太多，这个问题没有排上。请过一会儿再试。"
_DEFECT = "程序出了错，没有得到答案。请换个问法再试；出错的详情记在运行本页面的终端里。"
_PIECES = 12
"""Pieces in which an answer is written out …"""
_PAUSE = 0.02
"""… and seconds between two of them."""

_log = logging.getLogger("wenzheng")


@dataclass(eq=False, slots=True)
class Turn:
    """A question, where it is to be looked for, and what came of it; two turns are never the same."""

    question: str
    kind: Kind | None = None
    documents: tuple[str, ...] = ()
    """Ids of the only reports to look in; empty for all."""
    answer: Answer | None = None
    trouble: str = ""
    """What is told in place of an answer: it was stopped, or an error."""
    written: int | None = None
    """Characters of the answer that are shown so far; None for all of it, with its citations."""
    done: bool = False
    liked: bool | None = None
    comment: str = ""
    looking: asyncio.Task[Answer] | None = field(default=None, repr=False)


class Queue:
    """Lets a few questions of all pages be answered at a time; as many may wait as there is room for."""

    def __init__(self, at_once: int = 4, room: int = 32) -> None:
        """``at_once`` questions are answered at a time, ``room`` more may wait: together fewer than the 40
        events that Gradio works on at a time, so that whom there is no room for is told so.
        """
        self._counters = asyncio.Semaphore(at_once)
        self._room = at_once + room
        self._inside = 0

    @asynccontextmanager
    async def counter(self) -> AsyncIterator[None]:
        """A place at a counter. Raises QAError where there is no room to wait for one."""
        if self._inside >= self._room:
            raise QAError(_FULL)
        self._inside += 1
        try:
            async with self._counters:
                yield
        finally:
            self._inside -= 1


class Conversation:
    """What is said on one open page. Its questions are answered one after the other, as they were asked."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.edited: Turn | None = None
        """The turn whose question the next one replaces, with all that follows it."""
        self._mine = asyncio.Lock()

    @property
    def busy(self) -> bool:
        """Whether a question is being answered or waits for it."""
        return any(not turn.done for turn in self.turns)

    async def take(self, turn: Turn, bot: Bot, queue: Queue) -> AsyncIterator[None]:
        """Answer one more question; yields whenever there is something new to be shown."""
        if self.edited is not None:
            self.cut(self.edited)
        self.turns.append(turn)
        yield
        async with self._mine:
            if not turn.done:
                await self._look(turn, bot, queue)
            if turn.answer is not None:
                for piece in range(1, _PIECES):
                    turn.written = len(turn.answer.text) * piece // _PIECES
                    yield
                    await asyncio.sleep(_PAUSE)
                    if turn.done:
                        break
            turn.written = None
            turn.done = True
        yield

    def stop(self) -> None:
        """Give up all that is not answered to its end: half an answer shows no citations."""
        for turn in self.turns:
            if not turn.done:
                turn.answer, turn.trouble, turn.done = None, STOPPED, True
                if turn.looking is not None:
                    turn.looking.cancel()

    def cut(self, turn: Turn) -> None:
        """Take a turn out, and all that follows it."""
        self.stop()
        self.edited = None
        if turn in self.turns:
            del self.turns[self.turns.index(turn) :]

    def history(self, turn: Turn) -> list[dict[str, str]]:
        """What was said before a turn, as the bot takes it: answered questions only, in plain text."""
        before = self.turns[: self.turns.index(turn)] if turn in self.turns else []
        return [
            {"role": role, "content": content}
            for earlier in before
            if earlier.answer
            for role, content in (("user", earlier.question), ("assistant", earlier.answer.text))
        ]

    async def _look(self, turn: Turn, bot: Bot, queue: Queue) -> None:
        """Find the answer, or what is told in place of it."""
        history: Sequence[dict[str, str]] = self.history(turn)
        try:
            async with queue.counter():
                if turn.done:
                    return
                turn.looking = asyncio.create_task(asyncio.to_thread(_ask, bot, turn, history))
                await asyncio.wait({turn.looking})
            if not turn.done:
                turn.answer = turn.looking.result()
        except QAError as error:
            turn.trouble = str(error)
        except Exception:  # the page outlives a defect of the program, which goes to the log whole
            _log.exception("没有得到答案：%r", turn.question)
            turn.trouble = _DEFECT


def _ask(bot: Bot, turn: Turn, history: Sequence[dict[str, str]]) -> Answer:
    return bot.ask(turn.question, history, kind=turn.kind, documents=turn.documents or None)
