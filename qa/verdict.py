"""Is it so? A statement beside the evidence: yes, no, and what the report says instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.datatypes import Figure
from qa.evidence import Evidence, commensurable
from qa.match import FOUND, found
from qa.numerals import Number, find_numbers, same_amount
from qa.patterns import (
    ABOVE,
    ALL,
    ASKING,
    ASKS_DONE,
    BEGUN,
    BELOW,
    CAME_ABOUT,
    DONE,
    DOWN,
    EXCLUSIVE,
    NEGATION,
    OVER,
    PARTIAL,
    RANK,
    SAME_AGAINST,
    UNDER,
    UP,
    VERDICT_PART,
    WHOLLY,
)
from qa.question import Question
from qa.text import clauses, fold


def foretold(question: Question, evidence: Evidence) -> bool:
    """Whether the question asks if something came about of which the report only says that it is planned."""
    section = evidence.document.section_at(evidence.start)
    return section.kind == "planned" and bool(CAME_ABOUT.search(fold(question.text)))


def holds(question: Question, evidence: Evidence) -> bool:
    """Whether what the question states agrees with the evidence."""
    said, printed = ASKING.sub("", fold(question.text)), fold(evidence.quote)
    if ALL.search(said) and VERDICT_PART.search(printed) and not ALL.search(printed):
        return False
    if PARTIAL.search(said) and not WHOLLY.search(said) and WHOLLY.search(printed):
        return False
    if question.numbers and evidence.figure is not None:
        promised = bool(CAME_ABOUT.search(fold(question.text)))
        return _amount_holds(said, question.numbers, evidence.figure, promised=promised)
    if question.contrast:
        above, below = bool(ABOVE.search(printed)), bool(BELOW.search(printed))
        return above if question.contrast == "more" else below
    denied = [word for word in NEGATION.findall(printed) if word not in said]
    if bool(denied) != _denies(said):
        return False
    moved = _subject_clause(question, printed)
    if any(_excluded(words, said, printed) for words in EXCLUSIVE):
        return False
    if DOWN.search(said) and not UP.search(said) and UP.search(moved) and not DOWN.search(moved):
        return False
    if UP.search(said) and not DOWN.search(said) and DOWN.search(moved) and not UP.search(moved):
        return False
    if not _come_so_far(question, said, moved if DONE.search(moved) or BEGUN.search(moved) else printed):
        return False
    return _ranks_hold(said, printed)


def _excluded(words: re.Pattern[str], said: str, printed: str) -> bool:
    """Whether the question says one of some words that exclude each other, and the report only others."""
    told, stated = set(words.findall(said)), set(words.findall(printed))
    return bool(told and stated) and not told & stated


def _come_so_far(question: Question, said: str, printed: str) -> bool:
    """Whether what the question takes for done is more than begun, by the words of what it is about."""
    if DONE.search(printed) or not BEGUN.search(printed):
        return True
    if DONE.search(said):
        return False
    deeds = [term for term in question.terms if not term.noun and term.weight >= 0.5]
    undone = bool(deeds) and all(found(term, printed) < FOUND for term in deeds)
    return not (undone and ASKS_DONE.search(fold(question.text)))


def contrasts(question: Question, printed: str) -> bool:
    """Whether printed words themselves set something against what the question does: 高于全国平均水平."""
    text = fold(printed)
    if not question.against:
        return bool(ABOVE.search(text) or BELOW.search(text))
    names = [question.against, *(n for key, v in SAME_AGAINST.items() if key in question.against for n in v)]
    return any(name in text for name in names) and bool(ABOVE.search(text) or BELOW.search(text))


def _subject_clause(question: Question, printed: str) -> str:
    """The clause of the evidence that speaks of what the question names first, else all of it."""
    for start, end in clauses(printed):
        if any(found(term, printed[start:end]) >= FOUND for term in question.terms if term.noun):
            return printed[start:end]
    return printed


def is_state(word: str) -> bool:
    """Whether a word tells how far something has come (通车, 下降) rather than what it is."""
    return any(pattern.search(word) for pattern in (DONE, BEGUN, UP, DOWN, NEGATION, OVER, UNDER))


def _denies(said: str) -> bool:
    return bool(re.search(r"(?:没有|不再|未(?!来)|没(?![有错事几])|(?<![是不])并?不是)[\u3400-\u9fff]", said))


def _ranks_hold(said: str, printed: str) -> bool:
    """Whether places in an order agree: among the same (全国第一), else any of them."""
    asked, stated = _ranks(said), _ranks(printed)
    if not asked or not stated:
        return True
    for among, place in asked.items():
        if among and among in stated:
            return stated[among] == place
        if among and "" not in stated:  # first in the west is not first in the country
            return False
    return bool(set(asked.values()) & set(stated.values()))


def _ranks(text: str) -> dict[str, str]:
    return {found[1] or "": _place(found[2]) for found in RANK.finditer(text)}


def _place(word: str) -> str:
    word = word.replace("首", "第一").replace("唯一", "第一").replace("no. 1", "第一").replace("no.1", "第一")
    return re.sub(r"[位名个大次]|榜", "", word).replace("1", "一").replace("2", "二").replace("3", "三")


def _amount_holds(said: str, amounts: Sequence[Number], row: Figure, *, promised: bool) -> bool:
    printed = find_numbers(row.value)
    for amount in amounts:
        if amount.unit and row.unit and not commensurable(row, (amount.unit,)):
            continue
        lead = said[max(0, amount.start - 4) : amount.core + 1]
        if UNDER.search(lead) or amount.hedge in ("以下", "以内"):
            return row.number < amount.number
        if amount.hedge == "以上" and not any(same_amount(amount, other) for other in printed):
            return row.number >= amount.number
        if any(same_amount(amount, other) for other in printed):
            return True
        if promised and row.number > amount.number:  # more than was promised
            return True
        if OVER.search(lead) and not UNDER.search(lead):
            above = row.hedge in ("超", "超过", "突破", "多", "以上")
            return row.number > amount.number or (row.number == amount.number and above)
        return False
    return False


def direction(text: str) -> str:
    """Which way a statement says that something went: up, down, or empty."""
    folded = fold(text)
    up, down = bool(UP.search(folded)), bool(DOWN.search(folded))
    return "up" if up and not down else "down" if down and not up else ""
