"""Questions about the report itself: its parts, who gave it, and when."""

from __future__ import annotations

import re

from qa.datatypes import Document
from qa.evidence import Evidence
from qa.patterns import ASKS_DATE, ASKS_PARTS, ASKS_SPEAKER, DATE_LINE, SPEAKER_LINE
from qa.question import Question
from qa.text import Span, fold

_HEAD = 600  # characters from the title on in which date and speaker stand


def about_report(question: Question, document: Document) -> tuple[str, tuple[Evidence, ...]] | None:
    """The short answer and the lines that carry it; None where the question is not about the report itself.

    No lines with an empty answer say that the text does not tell.
    """
    folded = fold(question.text)
    if ASKS_PARTS.search(folded):
        spans = _chapters(document)
        titles = [document.text[start:end] for start, end in spans]
        return "、".join(titles), tuple(_line(document, span) for span in spans)
    pattern = SPEAKER_LINE if ASKS_SPEAKER.search(folded) else DATE_LINE if ASKS_DATE.search(folded) else None
    if pattern is None:
        return None
    start = max(document.text.find(document.title, document.contents[-1].end if document.contents else 0), 0)
    found = pattern.search(document.text, start, start + _HEAD)
    if found is None:
        return "", ()
    return found[1].strip(), (_line(document, found.span(1)),)


def _chapters(document: Document) -> list[Span]:
    """The chapter headings: of the contents page, else where the body prints them."""
    if document.contents:
        return [(h.start, h.end) for h in document.contents if len(h.path) == 1]
    spans: dict[str, Span] = {}
    for section in document.sections:
        if section.path and section.path[0] not in spans:
            at = document.text.find(section.path[0], section.start, section.end)
            if at >= 0:
                spans[section.path[0]] = (at, at + len(section.path[0]))
    return [span for title, span in spans.items() if re.match(r"[一二三四五六七八九十]+、|第", title)]


def _line(document: Document, span: Span) -> Evidence:
    return Evidence(document, *span, score=1.0, coverage=1.0, missing=())
