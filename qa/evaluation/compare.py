"""Is it chance? Bootstrap intervals of means, and a paired test of one run against another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from qa.evaluation.run import Item

Outcomes = Mapping[str, tuple[float, float]]
"""Of one question: outcome and weight by measure."""

SAMPLES = 2000
"""Bootstrap samples; the bounds of an interval are then good to about 0.003 of its width."""
_SEED = 20240101
_CHUNK = 200  # samples drawn at once, which bounds the memory for large sets


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of two runs over the questions that both hold."""

    before: float
    after: float
    lower: float
    """Bounds of the 95 % interval of the difference ``after - before``."""
    upper: float
    p: float | None
    """Exact McNemar test of right against wrong, two-sided; None for what is not right or wrong."""
    n: int
    gained: tuple[str, ...] = ()
    """Ids of the questions that were wrong before and are right now."""
    lost: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether the difference is more than chance: zero lies outside the interval."""
        return self.lower > 0 or self.upper < 0


def intervals(rows: Sequence[Outcomes], names: Sequence[str]) -> dict[str, tuple[float, float, float, float]]:
    """Weighted mean, its 95 % bootstrap interval and the total weight, of each measure that applies.

    Questions are drawn with replacement, all measures from the same draws; the seed is fixed. Where all
    outcomes are the same the interval has no width, whatever the number of questions: look at that too.
    """
    values, weights = _table(rows, names)
    totals = weights.sum(axis=0)
    used = np.flatnonzero(totals > 0)
    if not used.size:
        return {}
    sums = (values * weights).sum(axis=0)
    drawn = _drawn(values[:, used] * weights[:, used], weights[:, used])
    lower, upper = np.nanpercentile(drawn, [2.5, 97.5], axis=0)
    return {
        names[column]: (
            float(sums[column] / totals[column]),
            float(lower[at]),
            float(upper[at]),
            float(totals[column]),
        )
        for at, column in enumerate(used.tolist())
    }


def compare(
    before: Sequence[Item], after: Sequence[Item], names: Sequence[str] | None = None
) -> dict[str, Comparison]:
    """Each measure of two runs over the questions with the same id and words, tested in pairs."""
    from qa.evaluation.measures import MEASURES
    from qa.evaluation.summary import outcomes

    old = {(item.example.id, item.example.question): outcomes(item) for item in before}
    pairs = []
    for item in after:
        earlier = old.get((item.example.id, item.example.question))
        if earlier is not None:
            pairs.append((item.example.id, earlier, outcomes(item)))
    found = {}
    for name in names or [measure.name for measure in MEASURES]:
        both = [(key, a[name], b[name]) for key, a, b in pairs if name in a and name in b]
        if both:
            found[name] = _compared(both)
    return found


def mcnemar(gained: int, lost: int) -> float:
    """Exact two-sided p of so many questions turned right and so many turned wrong, if it were chance."""
    n, few = gained + lost, min(gained, lost)
    return float(min(1.0, 2 * sum(comb(n, k) for k in range(few + 1)) / 2**n))


def _compared(pairs: Sequence[tuple[str, tuple[float, float], tuple[float, float]]]) -> Comparison:
    olds, news = np.array([a for _, a, _ in pairs]), np.array([b for _, _, b in pairs])
    columns = np.stack([olds[:, 0], news[:, 0]], axis=1), np.stack([olds[:, 1], news[:, 1]], axis=1)
    values, weights = columns
    means = (values * weights).sum(axis=0) / weights.sum(axis=0)
    drawn = _drawn(values * weights, weights)
    lower, upper = np.nanpercentile(drawn[:, 1] - drawn[:, 0], [2.5, 97.5])
    whole = bool(np.isin(values, (0.0, 1.0)).all() and (weights == 1).all())
    gained = tuple(key for key, a, b in pairs if b[0] > a[0])
    lost = tuple(key for key, a, b in pairs if b[0] < a[0])
    p = mcnemar(len(gained), len(lost)) if whole else None
    return Comparison(
        float(means[0]), float(means[1]), float(lower), float(upper), p, len(pairs), gained, lost
    )


def _table(rows: Sequence[Outcomes], names: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Outcomes and weights, each ``(len(rows), len(names))``; weight 0 where a measure does not apply."""
    values = np.zeros((len(rows), len(names)))
    weights = np.zeros((len(rows), len(names)))
    for at, row in enumerate(rows):
        for column, name in enumerate(names):
            if name in row:
                values[at, column], weights[at, column] = row[name]
    return values, weights


def _drawn(sums: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of ``SAMPLES`` draws, ``(SAMPLES, columns)``; NaN where a draw holds nothing of a column."""
    size = len(sums)
    random = np.random.default_rng(_SEED)
    means = []
    for _ in range(0, SAMPLES, _CHUNK):
        times = random.multinomial(size, np.full(size, 1 / size), size=_CHUNK).astype(np.float64)
        with np.errstate(invalid="ignore"):
            means.append((times @ sums) / (times @ weights))
    return np.concatenate(means)
