"""Questions made from running text: a title, date, list, reason or definition in it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from qa.reader.examples import Example
from qa.text import Span, clauses, sentences, tagged


def cloze_examples(passage: str, random: Random, most: int) -> list[Example]:
    """Up to ``most`` questions that ``passage`` answers, no two on the same words, longer answers first."""
    found = sorted(_made(passage, random), key=lambda example: -_size(example) * random.random())
    chosen: list[Example] = []
    for example in found:
        (start, end) = example.answers[0]
        if all(end <= left or start >= right for other in chosen for left, right in other.answers):
            chosen.append(example)
    return [example for example in chosen if len(example.question) >= 6][:most]


def _size(example: Example) -> int:
    start, end = example.answers[0]
    return end - start


def _made(passage: str, random: Random) -> Iterator[Example]:
    for start, end in sentences(passage):
        if end - start > 200:
            continue
        yield from _reasons(passage, start, end, random)
        yield from _definitions(passage, start, end, random)
        for span in clauses(passage, start, end):
            if 10 <= span[1] - span[0] <= 90:
                yield from _lists(passage, span, random)
                yield from _quoted(passage, span, random)
                yield from _dates(passage, span, random)


def _blank(passage: str, clause: Span, answer: Span, word: str, random: Random) -> Example:
    """The clause with the answer replaced by a question word, some of its other words left out."""
    before, after = passage[clause[0] : answer[0]], passage[answer[1] : clause[1]]
    before = re.sub(r"^(?:其中|此外|同时|另外|并且?|而且?|但是?|且|也|还|又)", "", before)
    if random.random() < 0.6:
        before, after = _thinned(before, random), _thinned(after, random)
    style = random.random()
    if style < 0.6:
        question = f"{before}{word}{after}"
    elif style < 0.8 and len(before) > 4:
        question = f"{before}{word}"
    else:
        question = f"{after}{before}{word}" if random.random() < 0.5 else f"{before}{after}的是{word}"
    question = question.replace(f"{word}等", word) if word.startswith("哪") else question
    question = re.sub(r"[，。；、：\s“”「」]+$|^[，。；、：\s]+", "", question)
    return Example(question + random.choice(["？", "？", "？", "?", ""]), passage, (answer,))


def _thinned(text: str, random: Random) -> str:
    """The text without some of its words, the less telling ones more often."""
    kept, at = [], 0
    for word, tag in tagged(text):
        length = len(word)
        chance = 0.35 if tag[0] in "dupcry" else 0.12
        if random.random() > chance:
            kept.append(text[at : at + length])
        at += length
    return "".join(kept)


def _lists(passage: str, clause: Span, random: Random) -> Iterator[Example]:
    """三 or more items between 、: 重点发展|A、B和C|等产业."""
    text = passage[clause[0] : clause[1]]
    for found in _LIST.finditer(text):
        start, end = clause[0] + found.start("all"), clause[0] + found.end("all")
        lead = _LIST_LEAD.search(passage, clause[0], start + len(found["first"]))
        if lead and lead.end() < start + len(found["first"]):
            start = lead.end()
        words = ["哪些", "哪些", "什么", "哪几个"]
        yield _blank(passage, clause, (start, end), random.choice(words), random)


def _quoted(passage: str, clause: Span, random: Random) -> Iterator[Example]:
    for found in _QUOTED.finditer(passage, clause[0], clause[1]):
        start, end = found.span()
        inner = (start + 1, end - 1)
        word = (
            "哪部"
            if found[0][0] == "《" and random.random() < 0.4
            else random.choice(["什么", "哪个", "哪一个"])
        )
        yield _blank(passage, clause, inner if random.random() < 0.3 else (start, end), word, random)


def _dates(passage: str, clause: Span, random: Random) -> Iterator[Example]:
    for found in _DATE.finditer(passage, *clause):
        word = random.choice(
            ["什么时候", "何时", "哪一年" if found[0].endswith("年") else "哪一天", "什么时间"]
        )
        yield _blank(passage, clause, found.span(), word, random)


def _reasons(passage: str, start: int, end: int, random: Random) -> Iterator[Example]:
    for pattern in _REASONS:
        if (found := pattern.match(passage, start, end)) and 4 <= len(found["reason"]) <= 80:
            asked = _thinned(found["asked"], random) if random.random() < 0.4 else found["asked"]
            forms = [f"为什么{asked}？", f"{asked}的原因是什么？", f"{asked}，为什么？"]
            span = found.span("reason") if random.random() < 0.7 else found.span("whole")
            yield Example(random.choice(forms), passage, (span,))


def _definitions(passage: str, start: int, end: int, random: Random) -> Iterator[Example]:
    if found := _DEFINITION.match(passage, start, end):
        forms = [f"{found['name']}是什么？", f"什么是{found['name']}？", f"{found['name']}是怎样的？"]
        yield Example(random.choice(forms), passage, (found.span("said"),))


_ITEM = r"[^、，。；：！？\s（）]{2,16}"
_LIST = re.compile(rf"(?P<all>(?P<first>{_ITEM})(?:、{_ITEM}?)+(?:[和与及]|以及)?(?:、?{_ITEM}?))(?=等|$)")
_LIST_LEAD = re.compile(
    r".*(?:包括|包含|含有|分为|例如|如|有|为|是|了|在|于|发展|推进|实施|建设|完成|推动|加强)"
)
_QUOTED = re.compile(r"“[^“”\n]{2,24}”|《[^《》\n]{2,40}》|「[^「」\n]{2,24}」")
_DATE = re.compile(r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日|\d{1,2}世纪(?:\d0年代)?")
_REASONS = [
    re.compile(
        r"(?P<whole>(?:由于|因为|因)(?P<reason>[^。]{4,80}?)，(?:因此|所以)?(?P<asked>[^，。]{5,40}))[，。]"
    ),
    re.compile(
        r"(?P<whole>(?P<reason>[^。，]{6,80}?)，(?:因此|所以|从而|导致|使得)(?P<asked>[^，。]{5,40}))[，。]"
    ),
]
_DEFINITION = re.compile(
    r"(?P<name>[^，。、；：（）\s]{2,14})(?:（[^）]{0,40}）)?是(?P<said>[^。，]{8,60})[，。]"
)
