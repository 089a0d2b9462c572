"""Questions with their passages and answers: what the reader learns from and is measured by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from qa.text import clauses, sentences


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a passage, and the spans of the passage that answer it: none where it does not."""

    question: str
    passage: str
    answers: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that somebody put to a paragraph of an article or report, and where the answer stands."""

    article: str
    question: str
    paragraph: str
    answers: tuple[tuple[int, int], ...]
    """The first one is the annotator's; none where the question is one that the paragraph does not answer."""
    others: tuple[str, ...] = ()
    """The other paragraphs of the article."""


def read_squad(path: Path) -> list[Asked]:
    """The questions of a file in the format of SQuAD, in order."""
    found = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        paragraphs = article["paragraphs"]
        texts = [paragraph["context"] for paragraph in paragraphs]
        for at, paragraph in enumerate(paragraphs):
            for qa in paragraph["qas"]:
                spans = [(given["answer_start"], len(given["text"])) for given in qa["answers"]]
                answers = tuple(dict.fromkeys((start, start + length) for start, length in spans))
                others = tuple(texts[:at] + texts[at + 1 :])
                asked = Asked(article["title"], qa["question"], texts[at], answers, others)
                found.append(asked)
    return found


def held_out(name: str, share: int = 20) -> bool:
    """Whether an article, one of ``share``, is kept from training: by its name, so that no list is needed."""
    return hashlib.sha256(name.encode()).digest()[0] * share < 256


def half_of(name: str) -> int:
    """0 or 1: to which half of what is kept from training an article or report belongs."""
    return hashlib.sha256(name.encode()).digest()[1] % 2


def answerable(asked: Asked, random: Random, most: int) -> Example:
    """The question with the sentences around its answer, ``most`` characters or fewer."""
    first = asked.answers[0]
    start, end = _stretch(asked.paragraph, first, random, most)
    inside = [
        (left - start, right - start) for left, right in asked.answers if start <= left and right <= end
    ]
    return Example(asked.question, asked.paragraph[start:end], tuple(inside))


def unanswerable(asked: Asked, random: Random, most: int) -> Example | None:
    """The question with sentences near its answer or of its article, without the answer, if any are."""
    answer = asked.paragraph[slice(*asked.answers[0])]
    start, end = asked.answers[0]
    held = list(sentences(asked.paragraph))
    before = max((right for left, right in held if right <= start), default=0)
    after = min((left for left, right in held if left >= end), default=len(asked.paragraph))
    stretches = [asked.paragraph[:before], asked.paragraph[after:]]
    if asked.others and random.random() < 0.5:
        stretches = list(asked.others)
    stretches = [stretch for stretch in stretches if len(stretch) >= 30 and answer not in stretch]
    if not stretches:
        return None
    stretch = random.choice(stretches)
    at = random.randrange(len(stretch))
    start, end = _stretch(stretch, (at, at + 1), random, most)
    return Example(asked.question, stretch[start:end], ())


def trap(asked: Asked, random: Random, most: int) -> Example:
    """A question that its paragraph does not answer, with the sentences that sound most like it."""
    told = pairs(asked.question)
    held = list(sentences(asked.paragraph)) or [(0, len(asked.paragraph))]
    nearest = max(held, key=lambda span: len(told & pairs(asked.paragraph[slice(*span)])))
    start, end = _stretch(asked.paragraph, nearest, random, most)
    return Example(asked.question, asked.paragraph[start:end], ())


def without(example: Example, random: Random) -> Example | None:
    """The example's passage without the sentence or clause that answers."""
    (start, end), text = example.answers[0], example.passage
    answer = text[start:end]
    pieces = list(sentences(text))
    if len(pieces) < 2 or random.random() < 0.3:
        pieces = list(clauses(text))
    for left, right in pieces:
        if left <= start and end <= right:
            rest = cut(text, left, right)
            if len(rest) > 15 and answer not in rest:
                return Example(example.question, rest, ())
    return None


def cut(text: str, start: int, end: int) -> str:
    """The text without a stretch of it, and without a doubled mark that would tell where it was."""
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if after[:1] in ("，", "；", "、", "：") and (not before or before[-1] in "，；、：。！"):
        after = after[1:]
    elif before[-1:] in ("，", "；", "、", "：") and after[:1] in ("", "。", "！"):
        before = before[:-1]
    return (before + after).strip()


def pairs(text: str) -> set[str]:
    """Every two letters or figures that stand side by side."""
    return {text[at : at + 2] for at in range(len(text) - 1) if text[at : at + 2].isalnum()}


def _stretch(text: str, span: tuple[int, int], random: Random, most: int) -> tuple[int, int]:
    """Whole sentences around a span, as many on either side as chance has it, up to ``most`` characters."""
    held = list(sentences(text))
    touched = [at for at, (left, right) in enumerate(held) if left < span[1] and right > span[0]]
    if not touched:
        return 0, len(text)
    first, last = touched[0], touched[-1]
    while True:
        steps = []
        if first > 0 and held[last][1] - held[first - 1][0] <= most:
            steps.append(-1)
        if last + 1 < len(held) and held[last + 1][1] - held[first][0] <= most:
            steps.append(1)
        if not steps:
            return held[first][0], held[last][1]
        if random.choice(steps) < 0:
            first -= 1
        else:
            last += 1


def digest(paths: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Name and SHA-256 of each file."""
    for path in paths:
        yield path.name, hashlib.sha256(path.read_bytes()).hexdigest()
