"""The figures of the reports as people look at them: chosen, sorted, as a table, as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from qa.datatypes import Document, Figure
from qa.lexicon import load_lexicon
from qa.text import fold
from qa.web.render import place_link, text

KINDS = {"achieved": "已完成", "planned": "计划", "other": "其他"}
STEP = 200
"""Rows shown at once, and added when more are asked for."""
_TOLD = {"cumulative": "累计", "share": "占比", "rank": "位次", "target": "目标", "base": "原为"}
_DIRECTIONS = {"up": "增长", "down": "下降", "": "变动"}
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
"""What a spreadsheet may take for the beginning of a formula."""
_HEADER = (
    *("报告", "指标", "数值", "数", "上限", "单位", "说明", "年份", "时段", "类别", "章节", "原文"),
    *("编号", "起", "止"),
)


@dataclass(frozen=True, slots=True)
class View:
    """What of the ledger is looked at, and how; empty fields choose nothing."""

    show: str = "table"
    """table, or the name of a chart."""
    search: str = ""
    document: str = ""
    year: int | None = None
    kind: str = ""
    sort: str = ""
    """A column; empty for the order of the reports."""
    down: bool = False
    rows: int = STEP
    indicator: str = ""
    """Which indicator is compared, by ``charts.comparable``."""

    @classmethod
    def of(cls, form: Mapping[str, Any]) -> View:
        """The view that a form asks for; what cannot be meant is left out."""
        words = {key: str(value) for key, value in form.items()}
        return cls(
            show=words.get("show", "table"),
            search=words.get("search", "")[:100],
            document=words.get("document", ""),
            year=_number(words.get("year", "")),
            kind=words.get("kind", ""),
            sort=words.get("sort", ""),
            down=words.get("down") == "true",
            rows=min(_number(words.get("rows", "")) or STEP, 10_000),
            indicator=words.get("indicator", ""),
        )


def choose(documents: Mapping[str, Document], view: View) -> list[Figure]:
    """The figures that the view wants, sorted as it wants them."""
    words = [_names(fold(word)) for word in view.search.split()]
    chosen = [
        figure
        for document in documents.values()
        if view.document in ("", document.id)
        for figure in document.figures
        if view.year is None or view.year in figure.years
        if view.kind in ("", figure.kind)
        if all(any(name in _told(figure, document) for name in names) for names in words)
    ]
    if view.sort in _ORDERS:
        chosen.sort(key=lambda figure: _ORDERS[view.sort](figure, documents), reverse=view.down)
    return chosen


def table_html(figures: Sequence[Figure], documents: Mapping[str, Document], view: View) -> str:
    """The first rows as a table whose headings sort it, and a button for more rows."""
    columns = [
        ("indicator", "指标名称"),
        ("value", "数值"),
        ("note", "说明"),
        ("year", "年份"),
        ("kind", "类别"),
    ]
    if len(documents) > 1:
        columns.append(("report", "报告"))
    head = "".join(_heading(name, label, view) for name, label in columns)
    rows = "".join(
        _row(figure, documents[figure.document_id], len(documents) > 1) for figure in figures[: view.rows]
    )
    left = min(len(figures) - view.rows, STEP)
    more = (
        f'<button class="wz-button" data-rows="{view.rows + STEP}">再显示{left}条</button>'
        if left > 0
        else ""
    )
    return f'<table class="wz-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}'


def to_csv(figures: Sequence[Figure], documents: Mapping[str, Document]) -> str:
    """The figures with their sentences as CSV; no cell of it is run as a formula by a spreadsheet."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(_HEADER)
    for figure in figures:
        writer.writerow(map(_cell, _cells(figure, documents[figure.document_id])))
    return file.getvalue()


def note(figure: Figure) -> str:
    """In a few words what the figure is of its indicator: 新增, 累计, 同比增长, 占比."""
    if figure.measure == "change":
        return figure.basis + _DIRECTIONS[figure.direction]
    told = "" if figure.action else "新增" if figure.measure == "new" else _TOLD.get(figure.measure, "")
    return figure.action + told


def when(figure: Figure) -> str:
    """2023年, 2021—2025年, 2023年上半年; empty where the report does not say."""
    if not figure.years:
        return figure.period
    first, last = figure.years[0], figure.years[-1]
    return f"{first}年{figure.period}" if first == last else f"{first}—{last}年{figure.period}"


def short_name(document: Document) -> str:
    """The report in a few characters: 浦东新区2024."""
    if document.region and document.year:
        return f"{document.region}{document.year}"
    return document.title or document.id


def source_link(figure: Figure, label: str) -> str:
    """A link to the clause that holds the figure."""
    return place_link(figure.document_id, figure.clause_start, figure.clause_end, label)


def _heading(name: str, label: str, view: View) -> str:
    sorted_ = ("descending" if view.down else "ascending") if view.sort == name else "none"
    down = "true" if view.sort == name and not view.down else "false"
    return (
        f'<th scope="col" class="wz-c-{name}" aria-sort="{sorted_}">'
        f'<button type="button" data-sort="{name}" data-down="{down}">{label}</button></th>'
    )


def _row(figure: Figure, document: Document, several: bool) -> str:
    kind = f'<span class="wz-kind wz-{figure.kind}">{KINDS[figure.kind]}</span>'
    brief = [note(figure), when(figure), short_name(document) if several else ""]
    cells = [
        f'<th scope="row" class="wz-c-indicator"><span translate="no">{text(figure.indicator)}</span>'
        f'<span class="wz-brief"><span translate="no">{text(" · ".join(filter(None, brief)))}</span> {kind}'
        "</span></th>",
        f'<td class="wz-c-value">{source_link(figure, figure.value)}</td>',
        f'<td class="wz-c-note" translate="no">{text(note(figure))}</td>',
        f'<td class="wz-c-year" translate="no">{text(when(figure))}</td>',
        f'<td class="wz-c-kind">{kind}</td>',
    ]
    if several:
        title = text(document.title or document.id)
        cells.append(
            f'<td class="wz-c-report" translate="no" title="{title}">{text(short_name(document))}</td>'
        )
    return f"<tr>{''.join(cells)}</tr>"


def _cells(figure: Figure, document: Document) -> tuple[Any, ...]:
    """A row under ``_HEADER``."""
    return (
        *(document.title or document.id, figure.indicator, figure.value, figure.number, figure.upper),
        *(figure.unit, note(figure), "、".join(map(str, figure.years)), figure.period, KINDS[figure.kind]),
        *(" › ".join(document.section_at(figure.start).path),),
        *(document.text[figure.clause_start : figure.clause_end], document.id, figure.start, figure.end),
    )


def _cell(value: Any) -> Any:
    """A cell that stays text: an apostrophe in front of what a spreadsheet would run."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _told(figure: Figure, document: Document) -> str:
    """All that a search may find of a figure, folded."""
    return fold(
        "\n".join(
            (figure.indicator, figure.name, figure.value, note(figure), when(figure), short_name(document))
        )
    )


@cache
def _names(word: str) -> tuple[str, ...]:
    """A word that is searched for, and what reports print for it: GDP, 地区生产总值."""
    return (word, *load_lexicon().get(word, ()))


def _pinyin(word: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return lazy_pinyin(word)


_ORDERS: Mapping[str, Callable[[Figure, Mapping[str, Document]], Any]] = {
    "indicator": lambda figure, _: (_pinyin(figure.name), figure.name),
    "value": lambda figure, _: (figure.unit, figure.number),
    "note": lambda figure, _: _pinyin(note(figure)),
    "year": lambda figure, _: figure.years,
    "kind": lambda figure, _: figure.kind,
    "report": lambda figure, documents: short_name(documents[figure.document_id]),
}
"""Values are compared within a unit: 82个 is not more than 57814.38亿元 nor less."""


def _number(word: str) -> int | None:
    return int(word) if re.fullmatch(r"[0-9]{1,6}", word) else None


def years(documents: Collection[Document]) -> list[int]:
    """The years that any figure tells of, latest first."""
    return sorted({year for d in documents for f in d.figures for year in f.years}, reverse=True)
