"""The reader that ships: windows of question and passage through the network, spans out."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from qa.reader import Span
from qa.reader.weights import Calibration, load_packed
from qa.reader.windows import Tokenizer, Window, allowed

WINDOW, STRIDE = 384, 192
"""Tokens; a passage of more than some 500 characters is read in several windows."""

_CANDIDATES = 20
"""Spans of a window that are weighed against each other."""


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
        self._network, self._calibration = load_packed(weights, folder)
        self._tokenizer = Tokenizer(folder / "tokenizer.json")
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, "reader")

    def read(self, question: str, passages: Sequence[str]) -> list[Span]:
        """At most one span of each passage, best first; nothing of a passage that does not answer."""
        spans = []
        for at, reading in enumerate(self.readings(question, passages)):
            if reading and reading.margin >= self._calibration.threshold:
                text = passages[at][reading.start : reading.end]
                spans.append(
                    Span(at, reading.start, reading.end, text, probability(reading, self._calibration))
                )
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


def decode(spans: Tensor, none: Tensor, window: Window, passage: str) -> Reading | None:
    """The span of a window that agrees best with all likely ones, by the characters they share."""
    scores = spans.masked_fill(~allowed([window], spans.shape[-1])[0], -torch.inf).flatten()
    total = torch.logsumexp(scores, 0)
    if not torch.isfinite(total):
        return None
    likely = torch.topk(scores, min(_CANDIDATES, int(torch.isfinite(scores).sum())))
    weights = torch.exp(likely.values - total).tolist()
    held = [divmod(place, spans.shape[-1]) for place in likely.indices.tolist()]
    places = [
        (window.spans[first - window.first][0], window.spans[last - window.first][1]) for first, last in held
    ]
    best = max(
        places,
        key=lambda one: sum(w * _overlap(one, other) for w, other in zip(weights, places, strict=True)),
    )
    share = sum(w for w, other in zip(weights, places, strict=True) if _overlap(best, other) >= _SAME)
    return Reading(*_whole(passage, *best), float(total - none), math.log(max(share, 1e-6)))


def probability(reading: Reading, calibration: Calibration) -> float:
    """That the span of a reading is right."""
    margin, share, constant = calibration.weights
    return 1 / (1 + math.exp(-(margin * reading.margin + share * reading.share + constant)))


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    """F1 of the characters of two spans."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * max(0, shared) / max(1, one[1] - one[0] + other[1] - other[0])


def _whole(passage: str, start: int, end: int) -> tuple[int, int]:
    """The span without marks at its ends that belong to the sentence; those of a name stay in pairs."""
    while start < end and passage[start] in "，。；：、！？,;:!? \n\u3000":
        start += 1
    while end > start and passage[end - 1] in "，。；：、！？,;:!? \n\u3000":
        end -= 1
    return start, end


_SAME = 0.8
"""Spans that share so much of their characters count as the same answer."""
