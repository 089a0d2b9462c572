"""Questions written for the project over articles and reports, joined to the texts that they are about."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from qa.reader.examples import Asked, held_out, read_squad
from qa.reader.reports import HELD_OUT_SHARE

QUESTIONS = Path(__file__).with_name("questions.tsv")
"""Paragraph (its digest, no text of it), start, end, question; no span where it does not answer."""


def read_written(squad: Sequence[Path], reports: Sequence[Path], *, kept: bool) -> list[Asked]:
    """The questions on these articles and reports, on those kept from training or on the others."""
    known = {
        digest_of(text): (name, text) for name, text in dict.fromkeys(paragraphs(squad, reports, kept=kept))
    }
    found: list[Asked] = []
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["paragraph"] in known:
                name, text = known[row["paragraph"]]
                answers = ((int(row["start"]), int(row["end"])),) if row["start"] else ()
                found.append(Asked(name, row["question"], text, answers))
    return found


def paragraphs(squad: Sequence[Path], reports: Sequence[Path], *, kept: bool) -> Iterable[tuple[str, str]]:
    """Title of each article or report with its paragraphs, one by one."""
    for asked in (asked for path in squad for asked in read_squad(path)):
        if held_out(asked.article) == kept:
            yield asked.article, asked.paragraph
    for path in reports:
        if held_out(path.stem, HELD_OUT_SHARE) == kept:
            for line in path.read_text(encoding="utf-8").splitlines():
                yield path.stem, line.strip()


def digest_of(text: str) -> str:
    """What stands for a paragraph in the list of questions."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]
