"""Short answers inside a piece of evidence: names, places, times, and the items of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from qa.numerals import numeral
from qa.patterns import (
    ADVERBS,
    BODY,
    BORDER_TAGS,
    COUNTED,
    COUNTED_UP,
    EXTRACT_ORDINAL,
    EXTRACT_PLACE,
    INNER,
    NAMING,
    OBJECT_VERB,
    PREDICATES,
    QUOTED,
    TAIL,
    TIME,
)
from qa.text import Span, clauses, fold, tagged


def quoted(text: str) -> list[Span]:
    """Spans of what stands between 《》 or quotation marks, marks included."""
    return [match.span() for match in QUOTED.finditer(text)]


def times(text: str) -> list[Span]:
    """Spans of years, ranges of years, months and days."""
    return [match.span() for match in TIME.finditer(text)]


def places(text: str) -> list[Span]:
    """Spans of place names, by their last character (镇, 村, 街道 …) and by jieba's tags."""
    spans = [(m.start() + (m[0][0] in "和与及、在"), m.end()) for m in EXTRACT_PLACE.finditer(text)]
    spans += [
        (start, end) for start, end, _, tag in _tokens(text) if tag.startswith("ns") and end - start > 1
    ]
    return sorted(set(spans))


def names(text: str) -> list[Span]:
    """Spans that may be a name: what is quoted, and runs of words between verbs, particles and marks.

    A run takes in verbs that are no predicate of the genre (国家知识产权保护示范区).
    """
    tokens = [token for token in _tokens(text) if token[2].strip()]
    spans = set(quoted(text))
    for start, end in quoted(text):  # “一带一路”电影周: with the nouns that go on
        after = [token for token in tokens if token[0] >= end]
        for token in after[:4]:
            if _border(token) or token[0] != end:
                break
            end = token[1]
            spans.add((start, end))
    tokens = [_compound(tokens, i) for i in range(len(tokens))]
    starts = [i for i, token in enumerate(tokens) if not _border(token)]
    for first in starts:
        for last in range(first, min(len(tokens), first + 10)):
            if last > first and _border(tokens[last]):
                break
            closed = (
                last + 1 == len(tokens)
                or _border(tokens[last + 1])
                or tokens[last + 1][2] in ("等", "(", "（")
            )
            opened = first == 0 or _border(tokens[first - 1])
            run = tokens[first : last + 1]
            spelt = len(run) > 1 and all(len(token[2]) == 1 for token in run)  # a name unknown to jieba
            named = spelt or any(token[3].startswith(NAMING) for token in run)
            if named and closed and opened and tokens[last][1] - tokens[first][0] <= 30:
                spans.add((tokens[first][0], tokens[last][1]))
    return sorted(spans)


def objects(text: str, head: str) -> list[Span]:
    """Spans from a verb to ``head``, two characters, in its clause: 放宽市场准入特别措施 for 措施."""
    spans = []
    tokens = [token for token in _tokens(text) if token[2].strip()]
    for left, right in clauses(text):
        inside = [token for token in tokens if left <= token[0] < right]
        starts = [
            inside[i + 1][0]
            for i, token in enumerate(inside[:-1])
            if token[2] in PREDICATES and inside[i + 1][2] not in PREDICATES
        ]
        at = fold(text).find(head, left, right)
        while at >= 0:
            spans += [(start, at + len(head)) for start in starts if at - 24 < start < at]
            at = fold(text).find(head, at + 1, right)
    return spans


def _compound(tokens: list[tuple[int, int, str, str]], at: int) -> tuple[int, int, str, str]:
    """A verb inside the name of a body (气候投融资促进中心) counts as a noun."""
    start, end, word, _ = tokens[at]
    inner = 0 < at < len(tokens) - 1 and tokens[at - 1][3].startswith(("n", "j", "l"))
    if inner and word in PREDICATES and BODY.match(tokens[at + 1][2]):
        return start, end, word + "-", "n"
    return tokens[at]


def ordinals(text: str, unit: str) -> list[Span]:
    """Spans of places in an order and of counts of years, by their unit: 第19届, 十周年."""
    return [m.span() for m in re.finditer(rf"第?[\d一二三四五六七八九十百]+{re.escape(unit)}", text)]


def _border(token: tuple[int, int, str, str]) -> bool:
    _, _, word, tag = token
    if word in INNER or (word.isascii() and word.isalpha()):
        return False
    if word.endswith("号"):
        return False
    return (
        tag.startswith(BORDER_TAGS)
        or word in PREDICATES
        or word in ADVERBS
        or bool(EXTRACT_ORDINAL.fullmatch(word))
    )


def _tokens(text: str) -> list[tuple[int, int, str, str]]:
    """Start, end, word and tag of jieba's words."""
    folded = fold(text)
    found = []
    at = 0
    for word, tag in tagged(folded):
        start = folded.index(word, at)
        at = start + len(word)
        found.append((start, at, word, tag))
    return found


# --- lists -----------------------------------------------------------------------------------------


def enumerations(text: str) -> list[tuple[list[Span], bool]]:
    """Each list in a piece of text: its items, and whether the text breaks it off with 等."""
    found = []
    for start, end in _stretches(text):
        items = _items(text, start, end)
        if len(items) > 1 and not any(COUNTED.search(text[a:b]) for a, b in items):
            found.append((items, text[items[-1][1] :].startswith("等")))
    return found


def series(text: str, start: int, count: int = 0) -> list[Span]:
    """The items that 一是, 二是 … or 第一, 第二 … open after ``start``: each its first clause, mark left out.

    Without such marks, the sentences of a paragraph that begin with one verb (加强A…。加强B…。), where just
    ``count`` of them follow a colon. At least two items in order; empty where there are none.
    """
    items: list[Span] = []
    numbers = "一二三四五六七八九十"
    at = start
    for number in numbers:
        mark = re.compile(rf"(?:(?<=[。；;：:，,\n])|^)\s*(?:{number}是要?|{number}要|第{number}[，,])")
        found = mark.search(text, at, at + 1500)
        if found is None or (not items and found.start() > start + 240):
            break
        between = text[at : found.start()]
        if "\n" in between and not between.endswith("\n"):  # of another paragraph's series
            break
        items.append((found.end(), _first_clause(text, found.end())))
        at = found.end()
    if len(items) > 1:
        return items
    return _alike(text, start, count)


def _first_clause(text: str, start: int) -> int:
    end = re.compile(r"[，,。；;\n]").search(text, start)
    return end.start() if end else len(text)


def _alike(text: str, start: int, count: int) -> list[Span]:
    """Sentences after the next colon that begin alike, if there are just ``count``."""
    stop = text.find("\n", start)
    colon = re.compile("[：:]").search(text, start, stop if stop > 0 else len(text))
    if not count or colon is None:
        return []
    lead = text[colon.end() : colon.end() + 2]
    opened = re.compile(rf"(?:(?<=[。；;])|(?<=[：:])){re.escape(lead)}")
    found = [m.start() for m in opened.finditer(text, colon.end() - 1, stop if stop > 0 else len(text))]
    return [(at, _first_clause(text, at)) for at in found] if len(found) == count else []


def _stretches(text: str) -> list[Span]:
    """Where a list may stand: clauses, clauses up to 等, the insides of marks."""
    spans = list(clauses(text))
    inner = [
        (m.start() + 1, m.end() - 1)
        for m in re.finditer(r"“[^“”]*[、,，][^“”]*”|（[^（）]*、[^（）]*）|\([^()]*、[^()]*\)", text)
    ]
    cut = [
        (a, a + m.end())
        for a, b in spans
        for m in re.finditer("等", text[a:b])
        if "、" in text[a : a + m.start()]
    ]
    return [*spans, *cut, *inner]


def _items(text: str, start: int, end: int) -> list[Span]:
    stretch = text[start:end]
    borders = [m.span() for m in re.finditer(r"、", stretch) if not _in_marks(stretch, m.start())]
    if borders:
        tail = re.search(r"(?:[和与]|及(?![以其]))(?=[\u3400-\u9fff“])", stretch[borders[-1][1] :])
        stop = _stop(stretch, borders[-1][1])
        if (
            tail
            and borders[-1][1] + tail.start() < stop
            and not _in_marks(stretch, borders[-1][1] + tail.start())
        ):
            at = borders[-1][1] + tail.start()
            borders.append((at, at + 1))
    else:
        joined = r"(?<=[\u3400-\u9fff”》])(?:[和与]|及(?![以其]))(?=[\u3400-\u9fff“《])"
        borders = [m.span() for m in re.finditer(joined, stretch)][:1]
    if not borders:
        return []
    stop = _stop(stretch, borders[-1][1])
    cuts = [0, *[at for span in borders for at in span], stop]
    items = [(cuts[i], cuts[i + 1]) for i in range(0, len(cuts), 2)]
    items[0] = (_begin(stretch, items[0][1]), items[0][1])
    for at, (first, last) in enumerate(items[1:], 2):
        told = COUNTED_UP.search(stretch, first + 1, last)
        if told and numeral(told[1]) == at:
            items = [*items[: at - 1], (first, told.start())]
            break
    return [(start + a, start + b) for a, b in items if b > a]


def _begin(stretch: str, end: int) -> int:
    """Where the first item begins: after the last verb or preposition that takes the list as its object."""
    at = before = 0
    while (lead := OBJECT_VERB.match(stretch[at:end])) and at + lead.end() < end - 1:
        before, at = at, at + lead.end()
    others = re.split("[、和与及]", stretch[end:])[1:]
    if others and all(OBJECT_VERB.match(other[:2]) for other in others[:2]):
        return before  # 提升A、强化B: the verb is part of the item
    return at


def _stop(stretch: str, start: int) -> int:
    """Where the last item ends: at 等, or before the words that go on about the whole list."""
    for at in range(start + 1, len(stretch)):
        if not _in_marks(stretch, at) and TAIL.match(stretch[at:]):
            return at
    return len(stretch.rstrip("。；;，, "))


def _in_marks(text: str, at: int) -> bool:
    before = text[:at]
    return any(before.count(left) > before.count(right) for left, right in ("《》", "“”", "（）", "()"))


def best_of(spans: Sequence[Span], weigh: Callable[[Span], float]) -> Span | None:
    """The span of most weight, the earlier one where two weigh the same; None where there is none."""
    return min(spans, key=lambda span: (-weigh(span), span), default=None)
