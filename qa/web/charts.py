"""Figures that people would rather look at than read, as rows of bars; values stay as printed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from qa.datatypes import Document, Figure
from qa.web.ledger import KINDS, note, short_name, source_link, when
from qa.web.render import text

ENDS = 30
"""Rows from either end of a long ranking: both are what people look for, and more are no picture."""
_USUAL = re.compile(r"|同比|[比较][上去]年(?:同期)?|年均")
"""What growth rates are measured against so that they can be ranked together."""
_ORDINARY = re.compile(r"|同比|[比较][上去]年(?:同期)?")
"""… and so that those of single years can be compared."""

_ALL = re.compile(r"^全[国省市区县旗州](?=.{2})")

By = Literal["indicator", "place", "year"]


@dataclass(frozen=True, slots=True)
class Group:
    """Bars of one scale under a heading of their own."""

    heading: str
    figures: tuple[Figure, ...]
    by: By
    """What tells its bars apart."""


def growth(figures: Sequence[Figure]) -> list[Group]:
    """Growth rates, the highest first, falls at the end."""
    rates = [f for f in figures if f.measure == "change" and f.unit == "%" and _USUAL.fullmatch(f.basis)]
    return _one(sorted(rates, key=signed, reverse=True))


def shares(figures: Sequence[Figure]) -> list[Group]:
    """Shares of a whole, the largest first."""
    return _one(
        sorted((f for f in figures if f.measure == "share" and f.unit == "%"), key=signed, reverse=True)
    )


def targets(figures: Sequence[Figure], documents: Mapping[str, Document]) -> list[Group]:
    """What was achieved beside what is planned: same place, indicator, unit and action, year by year."""
    groups: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for figure in figures:
        thing = _thing(figure)
        if thing:
            document = documents[figure.document_id]
            groups[document.region or document.id, *thing].append(figure)
    return [
        Group(
            f"{_label(told[0])}" + (f"（{place}）" if len(documents) > 1 else ""),
            tuple(_in_time(told)),
            "year",
        )
        for (place, *_), told in groups.items()
        if {"achieved", "planned"} <= {figure.kind for figure in told}
    ]


def comparable(documents: Mapping[str, Document]) -> dict[str, list[Figure]]:
    """Indicators that several reports or years tell of, those told most often first, by their names."""
    things: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for document in documents.values():
        for figure in document.figures:
            thing = _thing(figure)
            if thing:
                things[thing].append(figure)
    told = {
        thing: {(documents[f.document_id].region, f.years) for f in told} for thing, told in things.items()
    }
    often = sorted((thing for thing in things if len(told[thing]) > 1), key=lambda thing: -len(told[thing]))
    return {f"{_label(things[thing][0])}（{thing[1] or '个数'}）": things[thing] for thing in often}


def compare(figures: Sequence[Figure], documents: Mapping[str, Document]) -> list[Group]:
    """One indicator: for each year its places, from the most to the least; of one place its years."""
    places = {documents[f.document_id].region for f in figures}
    if len(places) > 1:
        by_year: dict[int, list[Figure]] = defaultdict(list)
        for figure in figures:
            by_year[figure.years[0]].append(figure)
        return [
            Group(f"{year}年", tuple(sorted(by_year[year], key=signed, reverse=True)), "place")
            for year in sorted(by_year, reverse=True)
        ]
    return [Group("、".join(places), tuple(_in_time(figures)), "year")] if figures else []


def bars_html(groups: Sequence[Group], documents: Mapping[str, Document], *, top: float = 0) -> str:
    """The groups as lists of bars, each with its value as printed and a link to its place.

    ``top`` is the value of a full bar where the scale has an end: 100 for shares.
    """
    return "".join(_group_html(group, documents, top) for group in groups)


def ends(groups: Sequence[Group]) -> list[Group]:
    """The groups, each with no more than its first and last rows."""
    return [
        replace(group, figures=(*group.figures[:ENDS], *group.figures[-ENDS:]))
        if len(group.figures) > 2 * ENDS
        else group
        for group in groups
    ]


def signed(figure: Figure) -> float:
    """The number, below zero for a fall."""
    return -figure.number if figure.direction == "down" else figure.number


def _group_html(group: Group, documents: Mapping[str, Document], top: float) -> str:
    values = [signed(figure) for figure in group.figures]
    low, high = min(0.0, *values), max(0.0, top, *values)
    rows = []
    for figure, value in zip(group.figures, values, strict=True):
        left, right = sorted((0.0 - low, value - low))
        label, detail = _names(figure, documents, group.by)
        place = f"left:{_percent(left, high - low)};width:{_percent(right - left, high - low)}"
        rows.append(
            f'<li><span class="wz-bar-label" translate="no">{text(label)} '
            f'<small>{text(detail)}</small></span><span class="wz-bar-track" aria-hidden="true">'
            f'<span class="wz-bar wz-bar-{figure.kind}" style="{place}"></span></span>'
            f'<span class="wz-bar-value">{source_link(figure, figure.value)} '
            f'<span class="wz-kind wz-{figure.kind}">{KINDS[figure.kind]}</span></span></li>'
        )
    heading = f'<h3 translate="no">{text(group.heading)}</h3>' if group.heading else ""
    return f'<section class="wz-bars">{heading}<ol>{"".join(rows)}</ol></section>'


def _names(figure: Figure, documents: Mapping[str, Document], by: By) -> tuple[str, str]:
    """What a bar is called, and the rest in small print."""
    document = documents[figure.document_id]
    report = short_name(document) if len(documents) > 1 else ""
    match by:
        case "indicator":
            label, rest = figure.indicator, [when(figure), note(figure), report]
        case "place":
            label, rest = document.region or report, [when(figure), note(figure)]
        case "year":
            label, rest = when(figure), [note(figure), report]
    return label, " · ".join(filter(None, rest))


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / (whole or 1):.2f}%"


def _one(figures: Sequence[Figure]) -> list[Group]:
    return [Group("", tuple(figures), "indicator")] if figures else []


def _thing(figure: Figure) -> tuple[str, ...]:
    """What a figure tells, so that the same of another year or place can stand beside it; empty for none."""
    if len(figure.years) != 1 or figure.period or figure.kind == "other":
        return ()
    name = _name(figure)
    match figure.measure:
        case "change" if _ORDINARY.fullmatch(figure.basis):
            return name, figure.unit, "change"
        case "new" | "share":
            return name, figure.unit, figure.measure
        case "level" | "cumulative" | "target":
            return name, figure.unit, "level", figure.action
    return ()


def _name(figure: Figure) -> str:
    """The indicator without the words for all of the place, which the report is about anyway."""
    return _ALL.sub("", figure.name)


def _label(figure: Figure) -> str:
    return _name(figure) + {"change": "增速", "new": "新增"}.get(figure.measure, figure.action)


def _in_time(figures: Sequence[Figure]) -> Iterator[Figure]:
    """By year, what is planned before what came of it, and each value once."""
    seen = set()
    for figure in sorted(figures, key=lambda f: (f.years, f.kind == "achieved")):
        if (told := (figure.years, figure.kind, figure.value)) not in seen:
            seen.add(told)
            yield figure
