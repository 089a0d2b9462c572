"""Question + hits → finding, by the reader: for what no rule foresaw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.datatypes import Figure, Hit
from qa.evidence import (
    Evidence,
    admits_figure,
    commensurable,
    grows,
    is_amount,
    is_neighbour,
    is_other,
    lacks_essential,
    run_around,
    stands_apart,
    whole_sentence,
)
from qa.extract import times
from qa.match import Matcher
from qa.numerals import find_numbers
from qa.question import Question
from qa.reader import Reader
from qa.scope import Side
from qa.text import fold

_FIGURES = ("figure", "share")

READ = 6
"""Passages of a report that are read, the nearest first."""
SURE = 0.35
"""A span less probable is not given."""
SURE_OF_FIGURE = 0.6
"""A figure less probable is not given where a noun of the question stands nowhere near it."""
SURE_OF_EVIDENCE = 0.3
"""A span of a sentence that rules have found is not given where it is less probable."""


def pointed(
    question: Question, side: Side, hits: Sequence[Hit], matcher: Matcher, reader: Reader
) -> tuple[Evidence, str] | None:
    """The run of clauses that holds the answer and the answer in it, where the reader is sure of one."""
    own = [hit for hit in hits if hit.passage.document_id == side.document.id]
    near = [hit for hit in own if side.admits(side.document.section_at(hit.passage.start))][:READ]
    for span in reader.read(question.text, [hit.passage.text for hit in near], whole=False):
        if span.score < SURE:
            return None
        hit = near[span.passage]
        start, end = hit.passage.start + span.start, hit.passage.start + span.end
        evidence = run_around(side.document, (start, end), hit, matcher)
        if question.want in _FIGURES:
            if evidence.missing and span.score < SURE_OF_FIGURE:
                continue
            rows = (row for row in side.document.figures if row.start < end and start < row.end)
            evidence = replace(evidence, figure=next(rows, None))
        if _fits(question, side, evidence, span.text, matcher):
            return evidence, evidence.figure.value if evidence.figure else _marked(span.text, evidence.quote)
    return None


def reread(question: Question, evidence: Evidence, reader: Reader) -> tuple[Evidence, str] | None:
    """A piece of evidence and the words of its sentence that answer, where the reader is sure of any."""
    whole = whole_sentence(evidence)
    for span in reader.read(question.text, [whole.quote], whole=False):
        if span.score >= SURE_OF_EVIDENCE and (question.want != "when" or times(span.text)):
            evidence = evidence if span.text in evidence.quote else whole
            return evidence, _marked(span.text, evidence.quote)
    return None


def _marked(name: str, quote: str) -> str:
    """A name with the marks that it is printed in."""
    return next((marked for marked in (f"“{name}”", f"《{name}》") if marked in quote), name)


def _fits(question: Question, side: Side, evidence: Evidence, text: str, matcher: Matcher) -> bool:
    """Whether what was read can be the answer: of the place asked of, and of the sort, unit and time."""
    if lacks_essential(evidence):
        return False
    if question.want == "when":
        return bool(times(text))
    if question.want not in _FIGURES:
        return True
    row = evidence.figure
    if row is None:
        counted = not question.units or any(unit in text for unit in question.units)
        return question.want == "figure" and counted and bool(find_numbers(fold(text)))
    return (
        admits_figure(side, row, question)
        and not is_other(question, evidence)
        and (question.english or not stands_apart(question, evidence))
        and _measures(question, row)
        and not is_neighbour(side.document, row, matcher)
    )


def _measures(question: Question, row: Figure) -> bool:
    """Whether a figure is of the sort asked for, share or amount, in a unit that can be meant."""
    if any(is_amount(row, number.number, number.unit) for number in question.numbers):
        return False
    if not commensurable(row, question.units):
        return False
    if question.want == "share":
        return row.measure == "share" or (row.unit == "%" and not grows(row))
    return not grows(row) and (row.unit != "%" or not question.units)
