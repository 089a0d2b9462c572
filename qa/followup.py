"""Chat history + question → a question that stands alone: what it leaves out comes from the turns before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa.errors import QuestionError
from qa.lexicon import Lexicon
from qa.patterns import (
    CLOSING,
    FOLLOWUP_ASKING,
    FRAGMENT,
    OPENING,
    PRONOUN,
)
from qa.question import Question, Term, clean, understand
from qa.text import fold


def standalone(
    question: str,
    history: Sequence[Mapping[str, str]] | None,
    names: Sequence[str] = (),
    lexicon: Lexicon | None = None,
) -> Question:
    """The question as understood in its conversation; raises QuestionError where it cannot be one.

    ``names`` and ``lexicon`` are those of ``understand``.
    """
    asked = understand(clean(question), names, lexicon)
    previous: Question | None = None
    for message in history or ():
        if message.get("role") != "user":
            continue
        try:
            turn = understand(clean(_text(message.get("content", ""))), names, lexicon)
        except QuestionError:  # a turn that could not be asked then tells nothing now
            continue
        previous = _follow(turn, previous) if previous and _leans(turn) else turn
    if previous is None:
        return asked
    return _follow(asked, previous) if _leans(asked) else _in_place(asked, previous)


def _in_place(asked: Question, before: Question) -> Question:
    """A new question in the place, and the report, that the talk is of, where it names none itself."""
    if (
        asked.regions
        or asked.report_years
        or asked.names_state
        or not (before.regions or before.report_years)
    ):
        return asked
    places = tuple(r for r in before.regions if r.level != "state") or before.regions  # 山东的国家级…
    place = places[0].name if len(places) == 1 else ""
    year = f"{before.report_years[0]}年" if len(before.report_years) == 1 else ""
    if not place and not year:
        return asked
    return replace(
        asked,
        text=f"{place}{year}{'报告' if year else ''}：{asked.text}",
        regions=places,
        report_years=before.report_years if not asked.years else (),
        names_state=before.names_state,
    )


def opposed(question: Question, lexicon: Lexicon) -> tuple[Question, ...]:
    """A contrast of two things in one report (A比B大吗) as a question for each, else itself alone."""
    other = understand(question.against, lexicon=lexicon) if question.against else None
    if other is None or not any(term.noun for term in other.terms):
        return (question,)
    there = {term.text for term in other.terms}
    first = replace(question, terms=tuple(t for t in question.terms if t.text not in there))
    if not any(term.noun for term in first.terms):
        return (question,)
    kept = tuple(replace(t, weight=0.3 * t.weight, noun=False) for t in first.terms)
    second = replace(first, terms=(*other.terms, *kept), subject=question.against)
    named = next(t.text for t in first.terms if t.noun)
    return (replace(first, subject=named), second)


def _text(content: object) -> str:
    """The words of a message: a string, or the text parts of a list as chat pages send it."""
    if isinstance(content, str):
        return content
    if isinstance(content, Sequence):
        return " ".join(str(p.get("text", "")) if isinstance(p, Mapping) else str(p) for p in content)
    return str(content)


def _leans(question: Question) -> bool:
    """Whether a question needs the turn before it."""
    text = fold(question.text)
    if OPENING.match(text) or PRONOUN.search(text) or re.search(r"呢[?!。]*$", text):
        return True
    names = [term for term in question.terms if term.noun]
    if not names:
        return len(text) <= 2 * FRAGMENT
    return False


def _follow(asked: Question, before: Question) -> Question:
    """``asked`` with what it leaves out taken from ``before``."""
    own = [term for term in asked.terms if term.noun]
    fragment = not asked.asks
    timed = bool(asked.years or asked.offsets or asked.span)
    kept = _kept(asked, before, own, fragment)
    want = asked.want if asked.asks else before.want
    return replace(
        asked,
        text=_text_of(asked, before, fragment),
        want=want,
        asks=True,
        follows=True,
        terms=(*asked.terms, *kept),
        years=asked.years if timed else before.years,
        offsets=asked.offsets if timed else before.offsets,
        span=asked.span if timed else before.span,
        report_years=asked.report_years or (() if timed else before.report_years),
        part_of_year=asked.part_of_year or ("" if timed else before.part_of_year),
        regions=asked.regions or before.regions,
        names_state=asked.names_state or before.names_state,
        kinds=asked.kinds or (() if timed else before.kinds),
        compares=asked.compares,
        measure=asked.measure or ("" if _acts(asked) else before.measure),
        units=asked.units or (before.units if want == before.want and not own else ()),
        numbers=asked.numbers or (before.numbers if fragment else ()),
        english=asked.english,
    )


def _acts(question: Question) -> bool:
    return any(not term.noun for term in question.terms)


def _kept(asked: Question, before: Question, own: Sequence[Term], fragment: bool) -> tuple[Term, ...]:
    """Terms of the turn before that still hold; a new subject takes the place of the old one."""
    kept: list[Term] = []
    instead = fragment or OPENING.match(fold(asked.text)) is not None  # 那人工智能占多少
    for term in before.terms:
        if term in asked.terms or (_acts(asked) and not term.noun):
            continue
        if own:
            kept.append(replace(term, weight=(0.15 if instead else 0.4) * term.weight, noun=False))
        else:
            kept.append(replace(term, weight=0.9 * term.weight))
    if own and fragment:
        tails = {term.text[-1] for term in own}
        kept = [term for term in kept if term.text[-1] not in tails]
    return tuple(kept)


def _text_of(asked: Question, before: Question, fragment: bool) -> str:
    """Both turns as one question, for people to read and for the search."""
    opened = OPENING.match(fold(asked.text))
    piece = CLOSING.sub("", asked.text[opened.end() if opened else 0 :]).strip()
    subject = CLOSING.sub("", before.text)
    if not fragment:
        subject = FOLLOWUP_ASKING.sub("", subject)
    return f"{subject}——{piece}？" if piece else f"{subject}？"
