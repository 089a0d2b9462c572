"""Items → the answers as tables for people: CSV and XLSX."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from qa.evaluation.run import Item

HEAD = (
    "编号",
    "问题",
    "状态",
    "简短答案",
    "回复",
    "引文",
    "出处",
    "标准答案",
    "答对",
    "引对",
    "问题所在",
)
_LONGEST_CELL = 32_000  # characters; a spreadsheet takes 32,767
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_answers(items: Iterable[Item], folder: Path) -> None:
    """Write ``answers.csv`` and ``answers.xlsx`` into ``folder``.

    No cell is one that a spreadsheet would compute: in CSV an apostrophe stands before such a text, in XLSX
    every cell is marked as text.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("答案")
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGHIJK", (14, 40, 14, 24, 60, 60, 40, 30, 8, 8, 40), strict=True):
        sheet.column_dimensions[column].width = width

    def cells(row: Iterable[str]) -> list[WriteOnlyCell]:
        found = []
        for value in row:
            cell = WriteOnlyCell(sheet, value)
            cell.data_type = "s"
            found.append(cell)
        return found

    # A byte order mark: without it a spreadsheet takes Chinese CSV for another encoding.
    with (folder / "answers.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        sheet.append(cells(HEAD))
        for item in items:
            row = _row(item)
            writer.writerow(map(_guarded, row))
            sheet.append(cells(row))
    book.save(folder / "answers.xlsx")


def _row(item: Item) -> list[str]:
    answer, example = item.answer, item.example
    citations = answer.citations if answer else ()
    gold = "；".join("|".join(point) for point in example.answers_all) or "|".join(example.answers)
    cited = item.scores.get("cited")
    row = [
        example.id,
        example.question,
        answer.status if answer else "error",
        (answer.short_answer or "") if answer else "",
        answer.text if answer else item.error,
        "\n".join(f"[{n}] {c.quote}" for n, c in enumerate(citations, 1)),
        "\n".join(f"[{n}] {c.document_id} {c.start}–{c.end}" for n, c in enumerate(citations, 1)),
        gold,
        "" if item.right is None else "是" if item.right else "否",
        "" if cited is None else "是" if cited else "否",
        "；".join(item.wrong),
    ]
    return [_CONTROL.sub(" ", cell)[:_LONGEST_CELL] for cell in row]


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
