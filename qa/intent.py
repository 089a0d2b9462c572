"""Questions that no report can answer, and questions on sections whose text is not there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.datatypes import Document, Heading
from qa.match import Matcher
from qa.numerals import numeral
from qa.patterns import (
    ARITHMETIC,
    SMALL_TALK,
    TASK,
)
from qa.question import Question
from qa.text import fold


def out_of_scope(question: Question) -> bool:
    """Whether it asks for something that no government work report tells: a task, small talk, the weather."""
    folded = fold(question.text)
    return bool(TASK.search(folded) or SMALL_TALK.search(folded) or ARITHMETIC.match(folded))


def named_section(question: Question, document: Document, *, ahead: bool) -> Heading | None:
    """The missing section that the question names by its title or number, if any.

    Most of a title is enough in a question that looks ahead, as what was done has sections of like names.
    """
    folded = fold(question.text)
    chapters = [heading for heading in document.contents if len(heading.path) == 1]
    number = re.search(r"第([一二三四五六七八九\d])(?:大?部分|章)|(最后)一?(?:个)?(?:大?部分|章)", folded)
    if number and chapters:
        which = -1 if number[2] else int(numeral(number[1]) or 0) - 1
        if -1 <= which < len(chapters) and chapters[which].missing:
            return chapters[which]
    for heading in document.contents:
        title = _title(heading)
        if heading.missing and (title in folded or (ahead and _half(title, folded))):
            return heading
    return None


def _half(title: str, folded: str) -> bool:
    """Whether a question holds most of a long title as one run."""
    size = max(6, int(len(title) * 0.7))
    return any(title[at : at + size] in folded for at in range(len(title) - size + 1))


def likely_section(
    scores: Sequence[float], document: Document, matcher: Matcher, *, lost: bool = False
) -> Heading | None:
    """The planned section whose heading is nearest to the question by words and vectors.

    With ``lost`` only those whose text is missing or broken off.

    ``scores`` holds the cosine of the question to each heading of the contents page, in order.
    """
    best: tuple[float, Heading | None] = (0.0, None)
    for heading, score in zip(document.contents, scores, strict=True):
        inner = any(h.path[:-1] == heading.path for h in document.contents)
        gone = heading.missing or heading.truncated
        if not inner and (gone if lost else gone or _is_planned(document, heading)):
            weight = score + 0.2 * matcher((fold(_title(heading)), 1.0))
            if weight > best[0]:
                best = (weight, heading)
    return best[1]


def _is_planned(document: Document, heading: Heading) -> bool:
    return any(s.kind == "planned" and s.path[: len(heading.path)] == heading.path for s in document.sections)


def _title(heading: Heading) -> str:
    return re.sub(r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\))", "", fold(heading.path[-1]))
