"""Items → the figures of an evaluation, each with the interval that its sample of questions allows."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from qa.evaluation.compare import Outcomes, intervals
from qa.evaluation.measures import GROUPED, MEASURES
from qa.evaluation.run import Item

GROUPS: Mapping[str, Callable[[Item], str]] = {
    "type": lambda item: item.example.type,
    "style": lambda item: item.example.style,
    "period": lambda item: item.example.period,
    "document": lambda item: item.example.document,
}


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure with its 95 % interval."""

    value: float
    lower: float | None
    """Bounds of the interval; None for times, lengths and counts."""
    upper: float | None
    n: int
    """How many outcomes it rests on: questions, or of citation measures citations or pieces of evidence."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good the answers to a set of questions are."""

    metrics: Mapping[str, Metric]
    """By name, in the order of ``MEASURES``; what does not apply to the set is not there."""
    groups: Mapping[str, Mapping[str, Mapping[str, Metric]]]
    """Dimension (type, style, period, document) → group → metrics."""
    confusion: Mapping[str, Mapping[str, int]]
    """Status that was right → status that was given (``crash`` for none) → questions."""
    items: Sequence[Item] = field(repr=False)
    seconds: float
    total: int
    """How many questions the set holds."""

    @property
    def complete(self) -> bool:
        """Whether all questions were asked."""
        return len(self.items) == self.total

    @property
    def failures(self) -> Iterable[Item]:
        """The items with something wrong."""
        return (item for item in self.items if item.wrong)

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain JSON values, without the items."""

        def plain(metrics: Mapping[str, Metric]) -> dict[str, Any]:
            return {
                name: {"value": m.value, "lower": m.lower, "upper": m.upper, "n": m.n}
                for name, m in metrics.items()
            }

        return {
            "questions": len(self.items),
            "total": self.total,
            "complete": self.complete,
            "seconds": self.seconds,
            "metrics": plain(self.metrics),
            "groups": {
                name: {key: plain(metrics) for key, metrics in group.items()}
                for name, group in self.groups.items()
            },
            "confusion": {key: dict(row) for key, row in self.confusion.items()},
        }


def summarize(items: Sequence[Item], *, seconds: float, total: int | None = None) -> Evaluation:
    """The figures of items; ``total`` is the size of the whole set where the run was ended before its end."""
    rows: list[Outcomes] = []
    keys: dict[str, list[str]] = {name: [] for name in GROUPS}
    confusion: defaultdict[str, Counter[str]] = defaultdict(Counter)
    sizes = _Sizes()
    for item in items:
        rows.append(outcomes(item))
        for name, key in GROUPS.items():
            keys[name].append(key(item))
        if item.example.status:
            confusion[item.example.status][item.answer.status if item.answer else "crash"] += 1
        sizes.add(item)
    means = _means(rows, [m.name for m in MEASURES])
    rest = sizes.metrics(seconds, len(rows))
    return Evaluation(
        {m.name: (means | rest)[m.name] for m in MEASURES if m.name in means or m.name in rest},
        {name: grouped for name in GROUPS if (grouped := _grouped(rows, keys[name]))},
        confusion,
        items,
        seconds,
        len(rows) if total is None else total,
    )


def outcomes(item: Item) -> Outcomes:
    """Outcome and weight under every measure: a question counts once, or by its citations or evidence."""
    weights = {"citation_precision": len(item.held), "citation_recall": len(item.found)}
    found = {name: (score, float(weights.get(name, 1))) for name, score in item.scores.items()}
    if item.example.answerable and "cited" in item.scores and "right_strict" in item.scores:
        both = item.scores["right_strict"] * item.scores["cited"]
        found["right_and_cited"] = (both, 1.0)
    return found


def _means(rows: Sequence[Outcomes], names: Iterable[str]) -> dict[str, Metric]:
    found = {}
    for name, (value, lower, upper, weight) in intervals(rows, list(names)).items():
        found[name] = Metric(value, lower, upper, round(weight))
    return found


def _grouped(rows: Sequence[Outcomes], keys: Sequence[str]) -> dict[str, dict[str, Metric]]:
    """Figures by group, in order of names; nothing where no question says which it belongs to."""
    gathered: defaultdict[str, list[Outcomes]] = defaultdict(list)
    for row, key in zip(rows, keys, strict=True):
        gathered[key].append(row)
    if set(gathered) <= {""}:
        return {}
    return {key: _means(gathered[key], GROUPED) for key in sorted(gathered)}


class _Sizes:
    """Times, lengths and errors of the items that go by."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.quotes: list[int] = []
        self.texts: list[int] = []
        self.crashes = 0

    def add(self, item: Item) -> None:
        """Take in one item."""
        self.texts.append(len(item.answer.text) if item.answer else 0)
        if item.answer is None:
            self.crashes += 1
            return
        self.seconds.append(item.seconds)
        if item.example.answerable:
            self.quotes += [len(citation.quote) for citation in item.answer.citations]

    def metrics(self, seconds: float, asked: int) -> dict[str, Metric]:
        """The figures, without intervals."""
        found: dict[str, tuple[float, int]] = {"crashes": (self.crashes, asked)}
        if self.seconds:
            for share in (50, 95, 99):
                value = float(np.percentile(self.seconds, share)) * 1000
                found[f"p{share}_ms"] = (value, len(self.seconds))
        if seconds > 0:
            found["questions_per_second"] = (asked / seconds, asked)
        if self.quotes:
            found["median_quote_chars"] = (statistics.median(self.quotes), len(self.quotes))
        if self.texts:
            found["median_text_chars"] = (statistics.median(self.texts), asked)
        return {name: Metric(float(value), None, None, n) for name, (value, n) in found.items()}
