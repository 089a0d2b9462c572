"""A piece of evidence → the words in it that answer: a name, a place, a time, a place in an order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from qa.evidence import Evidence
from qa.extract import best_of, names, objects, ordinals, places, times
from qa.match import Matcher
from qa.question import Question
from qa.regions import find_regions
from qa.text import Span, fold


def short_span(question: Question, run: Evidence, matcher: Matcher) -> Span | None:
    """Where a piece of evidence says the name, place, time or ordinal that is asked for, if it does."""
    text = run.quote
    if question.want == "ordinal":
        return best_of(ordinals(text, question.head), lambda _: 0.0)
    if question.want == "when":
        told = _respective(text, times(text), matcher)
        return told or best_of(times(text), lambda span: -matcher.covered(fold(text[slice(*span)])))
    if question.want == "where":
        return _place(question, text, matcher)
    if question.want == "name":
        return _name(question, text, matcher)
    return (0, len(text))


def _place(question: Question, text: str, matcher: Matcher) -> Span | None:
    """A place by its kind, else any short name."""
    kinds = (
        re.finditer(rf"(?:(?![和与及第届])[\u3400-\u9fff]){{2,6}}?{question.head}", text)
        if question.head
        else ()
    )
    regions = [span[:2] for span in find_regions(text) if span[2].level != "state"]
    told = [*(match.span() for match in kinds), *places(text), *regions]
    short = [(start, end) for start, end in names(text) if end - start < 8]
    return best_of(
        [span for span in told if _is_place(text[slice(*span)], matcher)],
        lambda span: _place_score(question, text, span, matcher),
    ) or best_of(
        [span for span in short if _is_place(text[slice(*span)], matcher)],
        lambda span: _place_score(question, text, span, matcher) - 0.01 * span[0],
    )


def _name(question: Question, text: str, matcher: Matcher) -> Span | None:
    made = re.search(r"把([^，,。；;]{2,24}?)(?:作为|摆在|放在|当作|列为)", text)
    if made and re.search(r"把(?:什么|啥|哪)", question.text):
        return made.span(1)
    head = question.head[-2:] if question.head[-2:] in fold(text) else question.head[:2]
    spans = names(text) + (objects(text, head) if len(head) == 2 else [])
    for start, end in names(text):  # 激光装置工作井隧道: up to the sort of thing that is asked for
        at = text.find(head, start, end) if len(head) == 2 else -1
        if at > start:
            spans.append((start, at + 2))
    return best_of(spans, lambda span: _name_score(question, text, span, matcher))


def _respective(text: str, spans: Sequence[Span], matcher: Matcher) -> Span | None:
    """Of spans told in a row before 分别 the one whose place in the row is that of what is asked, if any."""
    for first, last in ((a, b) for a in range(len(spans)) for b in range(a + 1, len(spans))):
        row = spans[first : last + 1]
        apart = [text[left[1] : right[0]] for left, right in pairwise(row)]
        if not text.startswith("分别", row[-1][1]) or any(mark not in ("、", "和", "与") for mark in apart):
            continue
        things = re.split("[、和与]", re.split("[，,。；;]", text[row[-1][1] :])[0])
        if len(things) == len(row):
            head = things[-1][-2:]  # 津潍、潍宿高铁 share it
            shares = [matcher((fold(thing.removesuffix(head) + head), 1.0)) for thing in things]
            return row[shares.index(max(shares))]
    return None


def _is_place(name: str, matcher: Matcher) -> bool:
    """Whether a name tells more than the question did, and less than everywhere."""
    return fold(name) not in _EVERYWHERE and matcher.covered(fold(name)) < 0.9


_EVERYWHERE = ("全国", "全市", "全省", "全区", "国内", "市级", "区级", "省级", "中国", "我国", "国家", "中央")


def _place_score(question: Question, text: str, span: Span, matcher: Matcher) -> float:
    piece = fold(text[slice(*span)])
    typed = len(piece) > len(question.head) > 0 and piece.endswith(question.head[-1])
    located = text[: span[0]].endswith(("在", "位于", "落户", "到"))
    beside = 0.5 if len(text) > span[1] and fold(text[span[1] : span[1] + 2]) in fold(question.text) else 0.0
    return 0.6 * typed + 0.5 * located + beside - 1.2 * matcher.covered(piece)


def _name_score(question: Question, text: str, span: Span, matcher: Matcher) -> float:
    piece = fold(text[slice(*span)])
    marked = (0.8 if re.search(r"叫|名|号$", question.text) else 0.4) if piece[0] in '"《' else 0.0
    piece = piece.strip('"《》')
    size = len(piece)
    head = question.head
    typed = 0.0
    if question.english and any(
        piece.endswith(name) for term in matcher.terms if term.noun for name in term.alternatives
    ):
        typed = 0.6
    elif head:
        typed = (
            0.6
            if piece.endswith(head)
            else 0.4
            if piece.endswith((head[-2:], head[:2]))
            else 0.2
            if piece.endswith(head[-1])
            else 0.0
        )
    if head and re.match(rf"等[^，。；、,;]{{0,10}}{re.escape(head[-2:])}", text[span[1] :]):
        typed = 0.8  # X等产品: X is one of what is asked for
    before = fold(text[max(0, span[0] - 12) : span[0]])
    marked += (
        0.4
        if marked
        and any(before.endswith(name) for t in matcher.terms if t.noun for name in (t.text, *t.alternatives))
        else 0.0
    )  # 越剧《…》
    called = 0.3 if re.search(r"[—–-]$|[是为叫即]$|名为$", text[: span[0]]) else 0.0
    vague = (
        0.5
        if size < 2
        or (matcher.covered(piece) > 0.9)
        or (find_regions(piece)[:1] and find_regions(piece)[0][:2] == (0, size))
        else 0.0
    )
    return (
        typed
        + marked
        + called
        - vague
        - 0.5 * matcher.covered(piece)
        + 0.05 * min(size, 8)
        - (0 if marked else 0.03 * max(0, size - 16))
    )
