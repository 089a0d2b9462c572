"""Questions about Chinese government work reports, answered from their text and cited to the character."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from qa.datatypes import Answer, Citation, Document, Kind
from qa.errors import QAError

if TYPE_CHECKING:
    from qa.bot import Bot
    from qa.evaluation import Evaluation, evaluate, load_questions
    from qa.library import Library
    from qa.reader import load_reader

__all__ = [
    "Answer",
    "Bot",
    "Citation",
    "Document",
    "Evaluation",
    "Library",
    "QAError",
    "ask",
    "evaluate",
    "load_questions",
    "load_reader",
]


def ask(
    question: str,
    history: Sequence[Mapping[str, str]] | None = None,
    *,
    kind: Kind | None = None,
    documents: Sequence[str] | None = None,
    explain: bool = False,
) -> Answer:
    """Answer a question from the default library; see ``Bot.ask``.

    The library is the one that ``WENZHENG_HOME`` names, else the user's own with the shipped reports. The
    first call loads what it needs; calls are safe from several threads.
    """
    import os

    return _bot(os.environ.get("WENZHENG_HOME", "")).ask(
        question, history, kind=kind, documents=documents, explain=explain
    )


@cache
def _bot(home: str) -> Bot:
    from pathlib import Path

    from qa.bot import Bot
    from qa.library import default_library

    return Bot(default_library(Path(home) if home else None))


def __getattr__(name: str) -> object:
    """What needs more than this file on first use, so that ``import qa`` stays light."""
    if name == "Bot":
        from qa.bot import Bot

        return Bot
    if name == "Library":
        from qa.library import Library

        return Library
    if name == "load_reader":
        from qa.reader import load_reader

        return load_reader
    if name in ("Evaluation", "evaluate", "load_questions"):
        import qa.evaluation

        return getattr(qa.evaluation, name)
    raise AttributeError(f"module 'qa' has no attribute {name!r}")
