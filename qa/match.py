"""How much of a question stands in a stretch of text: terms, their other names, abbreviations."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from qa.patterns import OWN, WEAK
from qa.question import Term

FOUND = 0.5  # a term that matches at least so much counts as found


class Matcher:
    """Weighs the terms of a question by their rarity in a collection of texts, and finds them in a text."""

    def __init__(self, terms: Sequence[Term], texts: Sequence[str]) -> None:
        """Weigh ``terms`` by ``texts``, folded: a term that stands everywhere tells little."""
        self.terms = tuple(terms)
        self.weights = tuple(term.weight * _rarity(term, texts) for term in terms)
        self.total = sum(self.weights) or 1.0
        self._traces = [_trace((term.text, *term.alternatives)) for term in self.terms]
        self._known: dict[str, list[float]] = {}

    def __call__(self, *fields: tuple[str, float]) -> float:
        """Share of the question found in folded texts, each with its discount: 0.0 to 1.0."""
        discounted = [[share * trust for share in self._found(text)] for text, trust in fields]
        got = 0.0
        for weight, *shares in zip(self.weights, *discounted, strict=True):
            got += weight * max(shares, default=0.0)
        return got / self.total

    def missing(self, *texts: str) -> tuple[Term, ...]:
        """Nouns of the question that none of the folded texts holds, by any of their names."""
        shares = zip(*map(self._found, texts), strict=True)
        return tuple(
            term for term, held in zip(self.terms, shares, strict=True) if term.noun and max(held) < FOUND
        )

    def _found(self, text: str) -> list[float]:
        """How surely a folded text holds each term; the same texts come by again and again."""
        shares = self._known.get(text)
        if shares is None:
            shares = self._known[text] = [
                found(term, text) if trace.search(text) else 0.0
                for term, trace in zip(self.terms, self._traces, strict=True)
            ]
        return shares

    def covered(self, text: str) -> float:
        """Share of the characters of a folded text that the question's terms account for."""
        size = len(re.sub(r"\W", "", text))
        if not size:
            return 0.0
        marks = bytearray(len(text))
        for term in self.terms:
            for name in (term.text, *term.alternatives):
                piece = name if name in text else _common(name, text)
                if piece not in (name, text) and 2 * len(piece) < max(len(name), 5):
                    continue
                for at in (m.start() for m in re.finditer(re.escape(piece), text)):
                    marks[at : at + len(piece)] = b"\1" * len(piece)
        return min(1.0, sum(marks) / size)


def found(term: Term, text: str) -> float:
    """How surely a folded text holds a term: 1.0 as written, less for other names, abbreviations, pieces."""
    if term.text in text:
        return 1.0
    if any(name in text for name in term.alternatives):
        return 0.95
    best = max((_piece(name, text) for name in term.alternatives), default=0.0)
    return max(best * 0.9, _piece(term.text, text))


def _piece(name: str, text: str) -> float:
    size = len(name)
    if size == 2 and name[0] in text and name[1] in text and _apart(name).search(text):
        return 0.6  # 违建 in 违法建筑: one character of each word
    if size < 3 or name.isascii():
        return 0.0
    if size == 4 and name[:2] in text and name[2:] in text:
        return 0.7  # 粮食产量 in 粮食播种面积…、产量…
    common = _common(name, text)
    share = len(common) / size
    if size > 4 and not name.endswith(common) and name[-2:] in text and 2 * len(common) > size - 2:
        share = min(1.0, (len(common) + 2) / size)  # 高速公路…里程 is its 通车里程
    elif size > 4 and not name.endswith(common) and name[-2:] not in WEAK:
        share *= 0.6  # the last word says what it is: 单位国内生产总值用水量 is not its 能耗
    elif size > 4 and name.endswith(common) and not OWN.fullmatch(name[: -len(common)]):
        share *= 0.6  # the first one which: 人均地区生产总值 is not 地区生产总值
    if size == 3:  # 出口 is not 进出口: less than found
        return 0.4 if share > 0.5 else 0.0
    return 0.9 * share if share >= 0.5 else 0.0


@lru_cache(maxsize=4096)
def _apart(pair: str) -> re.Pattern[str]:
    return re.compile(f"{re.escape(pair[0])}[\u3400-\u9fff]{re.escape(pair[1])}")


@lru_cache(maxsize=4096)
def _trace(names: tuple[str, ...]) -> re.Pattern[str]:
    """What a text holds wherever ``found`` is above 0: two characters of a name, beside or one apart."""
    pairs = dict.fromkeys(name[at : at + 2] for name in names for at in range(max(1, len(name) - 1)))
    apart = [f"{re.escape(name[0])}.{re.escape(name[1])}" for name in names if len(name) == 2]
    return re.compile("|".join([*map(re.escape, pairs), *apart]))


def _common(name: str, text: str) -> str:
    """The longest piece of ``name``, two characters or more but not all of it, that stands in ``text``."""
    if not any(name[at : at + 2] in text for at in range(len(name) - 1)):
        return ""
    for size in range(len(name) - 1, 1, -1):
        for at in range(len(name) - size + 1):
            if name[at : at + size] in text:
                return name[at : at + size]
    return ""


def _rarity(term: Term, texts: Sequence[str]) -> float:
    """0.3 for a term that stands in every text, 1.0 for one in a single text; absent ones by their kind."""
    names = (term.text, *term.alternatives)
    count = sum(any(name in text for name in names) for text in texts)
    if not count:
        return 1.0 if term.noun else 0.35
    return 0.3 + 0.7 * (1 - math.log(count) / math.log(len(texts) + 1))
