"""When two texts count as the same: answers without marks and widths, quotes by what they share."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from qa.text import Span

LONGEST_QUOTE = 400  # characters; a longer citation shows nobody where to look
_SHARED = 0.6  # of a piece of evidence that a citation must hold in one run
_LEAST = 6  # characters of that run at least

_MARKS = re.compile(r"[\s,，.。、;；:：!！?？\"'“”‘’()（）\[\]【】《》<>〈〉•·—\-~～_/\\]+")


def comparable(text: str) -> str:
    """A text without width, case, blanks, marks and separators of thousands; the decimal point counts."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", text).lower())
    return _MARKS.sub("", re.sub(r"(?<=\d)\.(?=\d)", "点", text))


def tells(text: str, variants: Iterable[str]) -> bool:
    """Whether a text holds one of the wordings."""
    within = comparable(text)
    return any(wording in within for wording in map(comparable, variants) if wording)


def squeezed(text: str) -> str:
    """A text without width and blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def overlap(quote: str, evidence: str) -> bool:
    """Whether one of two texts holds the other, or the quote most of the evidence in one run."""
    quote, evidence = squeezed(quote), squeezed(evidence)
    if not quote or not evidence:
        return False
    if quote in evidence or evidence in quote:
        return True
    size = max(_LEAST, int(len(evidence) * _SHARED))
    return any(evidence[at : at + size] in quote for at in range(max(1, len(evidence) - size + 1)))


def places(text: str, quote: str) -> list[Span]:
    """Where a text holds a quote, differences in width and blanks aside."""
    wanted = squeezed(quote)
    if not wanted:
        return []
    within, starts = _with_offsets(text)
    found: list[Span] = []
    at = within.find(wanted)
    while at >= 0:
        found.append((starts[at], starts[at + len(wanted) - 1] + 1))
        at = within.find(wanted, at + 1)
    return found


@lru_cache(maxsize=64)
def _with_offsets(text: str) -> tuple[str, list[int]]:
    """A squeezed text, and for each of its characters the offset of the one it came from."""
    chars: list[str] = []
    starts: list[int] = []
    for at, char in enumerate(text):
        for normal in unicodedata.normalize("NFKC", char):
            if not normal.isspace():
                chars.append(normal)
                starts.append(at)
    return "".join(chars), starts


def containing(spans: Iterable[Span], place: Span, share: float = _SHARED) -> list[int]:
    """Which of the spans, in order and apart, share so much of the shorter of themselves and a place."""
    spans = list(spans)
    first = max(0, bisect_left(spans, (place[0], 0)) - 1)
    found = []
    for row in range(first, len(spans)):
        start, end = spans[row]
        if start >= place[1]:
            break
        shared = min(end, place[1]) - max(start, place[0])
        if shared > 0 and shared >= share * min(end - start, place[1] - place[0]):
            found.append(row)
    return found
