"""Figures → inline SVG: shares with their intervals, and how long questions took."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from qa.evaluation.summary import Metric

_ROW, _LABEL, _BAR, _SIDE = 24, 150, 260, 50  # heights and widths in SVG units


def shares(rows: Sequence[tuple[str, Metric]], title: str) -> str:
    """Bars from 0 to 1, each with the 95 % interval as a line over its end."""
    height = _ROW * len(rows) + 22
    width = _LABEL + _BAR + _SIDE
    parts = [
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title>",
    ]
    for tenth in (0, 0.25, 0.5, 0.75, 1):
        x = _LABEL + tenth * _BAR
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="0" y2="{height - 18}"/>')
        parts.append(f'<text class="tick" x="{x}" y="{height - 4}">{tenth:g}</text>')
    for at, (label, metric) in enumerate(rows):
        y = at * _ROW
        parts.append(f'<text class="label" x="{_LABEL - 8}" y="{y + 16}">{escape(label)}</text>')
        size = max(0.0, min(1.0, metric.value)) * _BAR
        parts.append(f'<rect x="{_LABEL}" y="{y + 5}" width="{size:.1f}" height="14" rx="2"/>')
        if metric.lower is not None and metric.upper is not None:
            left, right = _LABEL + metric.lower * _BAR, _LABEL + metric.upper * _BAR
            parts.append(
                f'<path class="interval" d="M{left:.1f} {y + 8}v8m0-4H{right:.1f}m0-4v8"/>'
                f"<title>{metric.lower:.3f}–{metric.upper:.3f}</title>"
            )
        parts.append(f'<text class="value" x="{_LABEL + _BAR + 8}" y="{y + 16}">{metric.value:.3f}</text>')
    return "".join([*parts, "</svg>"])


def times(milliseconds: Sequence[float], title: str) -> str:
    """A histogram of times up to the 99th percentile; what took longer stands in the last bar."""
    top = float(np.percentile(milliseconds, 99)) or 1.0
    counts, edges = np.histogram(np.minimum(milliseconds, top), bins=24, range=(0.0, top))
    width, height = 460, 110
    step, tallest = width / len(counts), max(1, int(counts.max()))
    parts = [
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title>",
    ]
    for at, (count, left) in enumerate(zip(counts.tolist(), edges.tolist(), strict=False)):
        size = (height - 24) * count / tallest
        parts.append(
            f'<rect x="{at * step + 1:.1f}" y="{height - 20 - size:.1f}" width="{step - 2:.1f}" '
            f'height="{size:.1f}"><title>{left:.0f} 毫秒起：{count} 题</title></rect>'
        )
    for share, place in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        parts.append(
            f'<text class="tick" style="text-anchor:{place}" x="{share * width}" y="{height - 4}">'
            f"{share * top:.0f} 毫秒</text>"
        )
    return "".join([*parts, "</svg>"])
