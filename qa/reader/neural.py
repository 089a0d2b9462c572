"""The reader that ships: windows of question and passage through the network, spans out."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from qa.reader import Span
from qa.reader.weights import Calibration, load_packed
from qa.reader.windows import Tokenizer, Window, allowed

WINDOW, STRIDE = 192, 96
"""Tokens; like those it was trained on; a passage of more than some 230 characters is read in several."""

_CANDIDATES = 60
"""Spans of a window that are weighed against each other."""

_FLATTER = 1.5
"""Temperature of that weighing: people's answers run on where those it was trained on stop at a word."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one window of a passage says: its best span, and how sure the network is."""

    start: int
    end: int
    margin: float
    """The log of how much more certain an answer is than none."""
    share: float
    """The log of the best span's share in the certainty of an answer."""


class NeuralReader:
    """Reads on the CPU; safe to share between threads. Same question and passage, same span and score."""

    def __init__(self, weights: Path, folder: Path) -> None:
        """``weights`` upon the embedded encoder in ``folder``. Raises ReaderError where they do not fit."""
        # As the encoder does: so small a network gains little from several threads on one window.
        torch.set_num_threads(1)
        self._network, self._calibration = load_packed(weights, folder)
        self._tokenizer = Tokenizer(folder / "tokenizer.json")
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, "reader")

    def read(self, question: str, passages: Sequence[str], *, whole: bool = True) -> list[Span]:
        """At most one span of each passage, best first; nothing of a passage that does not answer."""
        spans: list[Span] = []
        if not question.strip():
            return spans
        for at, reading in enumerate(self.readings(question, passages)):
            if reading and reading.margin >= self._calibration.threshold:
                start, end = reading.start, reading.end
                if whole:
                    start, end = rounded(question, passages[at], start, end)
                score = probability(reading, self._calibration)
                spans.append(Span(at, start, end, passages[at][start:end], score))
        return sorted(spans, key=lambda span: -span.score)

    def readings(self, question: str, passages: Sequence[str]) -> list[Reading | None]:
        """The most telling window of each passage, whether it answers or not; None of a blank one."""
        windows = [
            (at, window)
            for at, passage in enumerate(passages)
            for window in self._tokenizer.windows(question, passage, WINDOW, STRIDE)
        ]
        # One window at a time to a thread: what is read beside a passage must not change a bit of its scores.
        found = self._pool.map(lambda held: self._reading(held[1], passages[held[0]]), windows)
        best: list[Reading | None] = [None] * len(passages)
        for (at, _), reading in zip(windows, found, strict=True):
            known = best[at]
            if reading and (known is None or reading.margin + reading.share > known.margin + known.share):
                best[at] = reading
        return best

    def _reading(self, window: Window, passage: str) -> Reading | None:
        with torch.inference_mode():
            spans, none = self._network(torch.tensor([window.ids]))
        return decode(spans[0], none[0], window, passage)


def rounded(question: str, passage: str, start: int, end: int) -> tuple[int, int]:
    """A long span as people mark answers: a reason or manner by the sentence, another by the clause.

    The clause where few characters are wanting. Names, and what is asked for by who, where, when or how many,
    stay as they are.
    """
    in_sentence = bool(_TOLD_IN_SENTENCES.search(question))
    if end - start < _LONG or (_TOLD_IN_WORDS.search(question) and not in_sentence):
        return start, end
    marks = _SENTENCE_MARKS if in_sentence else _SENTENCE_MARKS + _CLAUSE_MARKS
    first, last = start, end
    while first > 0 and passage[first - 1] not in marks:
        first -= 1
    while last < len(passage) and passage[last] not in marks:
        last += 1
    if in_sentence or (last - first) - (end - start) <= _WANTING:
        return _whole(passage, first, last)
    return start, end


def decode(spans: Tensor, none: Tensor, window: Window, passage: str) -> Reading | None:
    """The span of a window that agrees best with all likely ones, by the characters they share."""
    scores = spans.masked_fill(~allowed([window], spans.shape[-1])[0], -torch.inf).flatten()
    total = torch.logsumexp(scores, 0)
    if not torch.isfinite(total):
        return None
    likely = torch.topk(scores, min(_CANDIDATES, int(torch.isfinite(scores).sum())))
    weights = torch.exp(likely.values - total)
    tokens = torch.tensor(window.spans)
    starts = tokens[likely.indices // spans.shape[-1] - window.first, 0]
    ends = tokens[likely.indices % spans.shape[-1] - window.first, 1]
    shared = (torch.minimum(ends[:, None], ends) - torch.maximum(starts[:, None], starts)).clamp(min=0)
    sizes = (ends - starts)[:, None] + (ends - starts)
    overlap = 2 * shared / sizes.clamp(min=1)
    best = int(torch.argmax(overlap @ weights ** (1 / _FLATTER)))
    share = float(weights @ (overlap[best] >= _SAME).float())
    start, end = _whole(passage, int(starts[best]), int(ends[best]))
    return Reading(start, end, float(total - none), math.log(max(share, 1e-6))) if start < end else None


def probability(reading: Reading, calibration: Calibration) -> float:
    """That the span of a reading is right."""
    margin, share, constant = calibration.weights
    return 1 / (1 + math.exp(-(margin * reading.margin + share * reading.share + constant)))


def _whole(passage: str, start: int, end: int) -> tuple[int, int]:
    """The span without marks of the sentence at its ends, and with both of a pair of brackets or neither."""
    while start < end and (passage[start] in _MARKS or passage[start].isspace()):
        start += 1
    while end > start and (passage[end - 1] in _MARKS or passage[end - 1].isspace()):
        end -= 1
    for left, right in _PAIRS:
        opened = passage.count(left, start, end) - passage.count(right, start, end)
        if opened == 1:
            closing = passage.find(right, end, end + _NEAR)
            start, end = (start + 1, end) if passage[start] == left else (start, max(end, closing + 1))
        elif opened == -1:
            opening = passage.rfind(left, max(0, start - _NEAR), start)
            end -= passage[end - 1] == right
            start = opening if opening >= 0 and passage.count(right, start, end) else start
    return start, end


_MARKS = "，。；：、！？,;:!?"
_PAIRS = tuple(zip("（(“「《", "）)”」》", strict=True))
_NEAR = 12
"""Characters within which the other bracket of a pair is looked for."""

_TOLD_IN_SENTENCES = re.compile("为什么|为何|原因|如何|怎么|怎样")
_TOLD_IN_WORDS = re.compile("谁|哪(?!些)|多少|几|何时|何地|何人|时间|名字|叫|时候|称为|日期")
_SENTENCE_MARKS, _CLAUSE_MARKS = "。！？\n", "，；："
_LONG = 8
"""Characters from which on an answer is no mere name."""
_WANTING = 6
"""Characters that a span may lack of its clause."""

_SAME = 0.8
"""Spans that share so much of their characters, by F1, count as the same answer."""
