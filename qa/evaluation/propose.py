"""Report → a first question set from its figure ledger and its headings, for a person to look at and edit."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from qa.datatypes import Document, Figure, Heading
from qa.errors import QAError
from qa.evaluation.questions import Example, Gold
from qa.text import sentences

_LONGEST_INDICATOR = 24  # characters; a longer one is a whole clause, and makes no question
_COLUMNS = ("id", "question", "type", "answerable", "answers", "answers_all", "min_items", "evidence",
            "document", "period", "section", "expect", "notes", "proposed")  # fmt: skip


def propose(document: Document, limit: int = 100) -> list[Example]:
    """At most so many examples, each with ``proposed``: figures in order of the text, then headings."""
    headings = list(_headings(document))
    figures = list(_figures(document))
    room = max(limit - len(headings), limit // 2)
    step = max(1.0, len(figures) / room) if room else 1.0
    spread = [figures[int(at * step)] for at in range(min(room, len(figures)))]  # all through the report
    chosen = [*spread, *headings][:limit]
    return [_numbered(document, number, example) for number, example in enumerate(chosen, 1)]


def write_questions(examples: Sequence[Example], out: Path | None) -> None:
    """Write JSON Lines, CSV or XLSX by the ending of the name; JSON Lines to stdout without one."""
    lines = [json.dumps(example.to_dict(), ensure_ascii=False) + "\n" for example in examples]
    if out is None:
        sys.stdout.writelines(lines)
        return
    if out.exists():
        raise QAError(f"{out} 已存在：没有改动它。请换一个名字。")
    match out.suffix.lower():
        case ".jsonl":
            out.write_text("".join(lines), "utf-8")
        case ".csv":
            with out.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(_rows(examples))
        case ".xlsx":
            from openpyxl import Workbook

            book = Workbook(write_only=True)
            sheet = book.create_sheet("问题集")
            for row in _rows(examples):
                sheet.append(row)
            book.save(out)
        case other:
            raise QAError(f"不认识的格式“{other}”：可用 .jsonl、.csv、.xlsx。")


def _figures(document: Document) -> Iterator[Example]:
    """A question for each figure whose indicator, year and measure no other figure shares."""
    named = Counter(_key(row) for row in document.figures)
    for row in document.figures:
        plain = row.measure in ("level", "new", "cumulative", "change", "target") and not row.period
        if not plain or named[_key(row)] > 1 or len(row.years) != 1 or row.kind == "other":
            continue
        if not 2 <= len(row.indicator) <= _LONGEST_INDICATOR:
            continue
        quote = document.text[row.clause_start : row.clause_end]
        yield Example(
            "",
            _asked(row),
            answerable=True,
            answers=(row.value,),
            evidence=(Gold(quote, document.id),),
            type="plan" if row.kind == "planned" else "ratio" if row.unit in ("%", "百分点") else "number",
            period=str(row.years[0]),
        )


def _key(row: Figure) -> tuple[object, ...]:
    return row.name, row.years, row.measure, row.kind


def _asked(row: Figure) -> str:
    """A figure's question in plain words: 2023年一般公共预算收入是多少？, 2023年建成公园多少座？"""
    year = f"{row.years[0]}年"
    if row.kind == "planned":
        return f"{year}{row.indicator}的目标是多少？"
    match row.measure:
        case "change":
            moved = "下降" if row.direction == "down" else "增长"
            return f"{year}{row.indicator}{row.basis}{moved}多少？"
        case "new":
            return f"{year}{row.action or '新增'}{row.indicator}多少{row.unit}？"
        case "cumulative":
            return f"到{year}，{row.indicator}累计{row.action}多少{row.unit}？"
        case _:
            asked = f"多少{row.unit}" if row.action else "是多少"
            return f"{year}{row.action}{row.indicator}{asked}？"


def _headings(document: Document) -> Iterator[Example]:
    """A summary for each section with a body, a refusal for each that the contents page lists without one."""
    years = {heading.path: _years(document, heading) for heading in document.contents}
    for heading in document.contents:
        title = heading.path[-1]
        name = title.lstrip("一二三四五六七八九十（）()、. 　")
        if not name:
            continue
        if heading.missing:
            yield Example(
                "",
                f"关于“{name}”，报告提出了哪些安排？",
                answerable=False,
                answers=(title,),
                expect="truncated",
                type="truncated",
            )
        elif len(heading.path) > 1 and not heading.truncated:
            points = list(_points(document, heading))
            if len(points) > 1:
                yield Example(
                    "",
                    f"在“{name}”方面，报告说了哪些内容？",
                    answerable=True,
                    answers_all=tuple((point,) for point in points),
                    min_items=max(1, len(points) // 2),
                    evidence=tuple(Gold(point, document.id) for point in points),
                    type="achievement",
                    period=years[heading.path],
                )


def _years(document: Document, heading: Heading) -> str:
    found = {
        year for s in document.sections if s.path[: len(heading.path)] == heading.path for year in s.years
    }
    return str(found.pop()) if len(found) == 1 else ""


def _points(document: Document, heading: Heading) -> Iterator[str]:
    """The first sentence of each section under a heading, as far as its first comma or stop."""
    for section in document.sections:
        if section.path[: len(heading.path)] != heading.path or section.path == heading.path:
            continue
        lead = section.path[-1].strip("。；;，, ")
        body = [document.text[a:b] for a, b in sentences(document.text, section.start, section.end)]
        if any(lead in sentence for sentence in body):
            yield lead


def _numbered(document: Document, number: int, example: Example) -> Example:
    return replace(
        example, id=f"{document.id}-{number:03}", document=document.id, filter=(document.id,), proposed=True
    )


def _rows(examples: Sequence[Example]) -> Iterator[list[str]]:
    """The examples as a table that ``load_questions`` reads again and no spreadsheet computes."""
    yield list(_COLUMNS)
    for example in examples:
        plain = example.to_dict()
        plain["answers"] = "|".join(example.answers)
        plain["answers_all"] = "\n".join("|".join(point) for point in example.answers_all)
        plain["evidence"] = "\n".join(piece.quote for piece in example.evidence)
        cells = [_plain(plain.get(column, "")) for column in _COLUMNS]
        yield [f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in cells]


def _plain(value: object) -> str:
    return ("是" if value else "否") if isinstance(value, bool) else str(value)
