"""What was said on one open page: the questions, in order, and what came of each."""

from __future__ import annotations

from dataclasses import dataclass

from qa.datatypes import Answer


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, what the page shows in reply, and the answer; None where it was stopped or failed."""

    question: str
    html: str
    answer: Answer | None = None


Conversation = tuple[Turn, ...]


def history(conversation: Conversation) -> list[dict[str, str]]:
    """The conversation as the bot takes it: chat messages in plain text, answered questions only."""
    return [
        {"role": role, "content": content}
        for turn in conversation
        if turn.answer
        for role, content in (("user", turn.question), ("assistant", turn.answer.text))
    ]
