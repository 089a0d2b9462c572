"""Reports → a few questions that can be asked of them, made of their own headings and figures."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice, zip_longest

from qa.datatypes import Document, Figure, Kind, Section

_NUMBERING = re.compile(r"^\s*[（(]?[一二三四五六七八九十百\d]+[)）]?[是、.．]?\s*")
_INDICATOR = re.compile(r"[\u4e00-\u9fff]{2,12}(?:总值|总额|收入|支出|产值|产量|增加值|面积|里程|率|强度)")
"""Indicators that are asked for by their name and year alone; 国家政策性资金 or 首期规模 would need more."""
_FIGURE_QUESTION = {"achieved": "{year}年{indicator}是多少？", "planned": "{year}年{indicator}的目标是多少？"}
_SECTION_QUESTION = {
    "achieved": "{year}年在“{heading}”方面做了什么？",
    "planned": "{year}年在“{heading}”方面有什么打算？",
}


def suggestions(documents: Collection[Document], each: int = 2) -> dict[str, list[str]]:
    """Questions on the latest report by kind, ``each`` of a kind: figures, what was done, what is planned."""
    if not documents:
        return {}
    document = max(documents, key=lambda document: document.year or 0)
    where = document.region if len(documents) > 1 else ""
    sources = {
        "问数字": chain.from_iterable(
            zip_longest(_about_figures(document, "achieved"), _about_figures(document, "planned"))
        ),
        "问成效": _about_sections(document, "achieved"),
        "问任务": _about_sections(document, "planned"),
    }
    found = {label: _first(questions, each) for label, questions in sources.items()}
    return {label: [where + question for question in asked] for label, asked in found.items() if asked}


def _first(questions: Iterable[str | None], number: int) -> list[str]:
    return list(islice(dict.fromkeys(question for question in questions if question), number))


def _about_figures(document: Document, kind: Kind) -> Iterator[str]:
    for figure in document.figures:
        if figure.kind == kind and _asks_well(figure):
            yield _FIGURE_QUESTION[kind].format(year=figure.years[0], indicator=figure.indicator)


def _asks_well(figure: Figure) -> bool:
    """Whether a question of indicator and year alone means this figure and reads well."""
    return (
        figure.measure in ("level", "target")
        and len(figure.years) == 1
        and _INDICATOR.fullmatch(figure.indicator) is not None
    )


def _about_sections(document: Document, kind: Kind) -> Iterator[str]:
    for section in document.sections:
        heading = _heading(section)
        if section.kind == kind and len(section.years) == 1 and heading:
            yield _SECTION_QUESTION[kind].format(year=section.years[0], heading=heading)


def _heading(section: Section) -> str:
    """The last heading without its number; empty where it is a whole chapter or reads badly in quotes."""
    heading = _NUMBERING.sub("", section.path[-1]) if len(section.path) > 1 else ""
    return heading if re.fullmatch(r"[\w、，]{4,20}", heading) else ""
