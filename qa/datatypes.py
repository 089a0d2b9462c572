"""What flows from report to answer: frozen records, all of them spans of one unchanged text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["achieved", "planned", "other"]
"""What a passage tells: what was done, what is planned, or neither (greetings, problems, contents page)."""

Status = Literal["answered", "not_in_report", "section_missing", "no_such_document", "out_of_scope"]
Measure = Literal["level", "new", "cumulative", "change", "base", "share", "rank", "target"]
"""What a figure measures: a state, what the period added, the running total, a rise or fall, where a rise or
fall began (从2.77%提高到3.3%: 2.77%), a part of a whole, a place in an order, or a planned state."""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a report under one run of headings, with one kind and one set of years.

    Sections are leaves: they follow each other without overlap and together cover the whole text. A
    chapter whose paragraphs change from review to plan becomes several sections with the same path.
    """

    path: tuple[str, ...]
    """Headings from the chapter down, as the contents page prints them, else as the body does."""
    start: int
    end: int
    kind: Kind
    years: tuple[int, ...]
    """Years it tells of: one, or all of a multi-year period in order; empty where the report gives none."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of the contents page; ``path`` ends with the line itself, without blanks around it."""

    path: tuple[str, ...]
    start: int
    end: int
    missing: bool
    """True where the text holds no body for this heading."""
    truncated: bool
    """True where the body begins but the text ends inside it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the figure ledger: one figure, what it counts, when, and where it stands."""

    document_id: str
    start: int
    end: int
    """Span of the value as printed with its hedge and unit: 超过500场, 约75%, 1.4万亿元左右."""
    value: str
    """``text[start:end]``."""
    number: float
    """The value as a number in ``unit`` (万 and 亿 multiplied out: 5.3万户 is 53000.0 户)."""
    upper: float | None
    """The upper end of a range (6%—6.5%), else None."""
    unit: str
    """亿 and 万 removed: 元, 家, %, 百分点, 公里; empty for a bare count."""
    indicator: str
    """What is counted, as printed: 一般公共预算收入; for a change, the indicator that changes."""
    indicator_start: int
    indicator_end: int
    name: str
    """The indicator in normal form, for comparing: folded, qualifiers such as 新增 and 累计 removed."""
    action: str
    """What was done to it or what it did, as printed: 新增, 竣工, 出台, 已完成或基本完成; else empty."""
    measure: Measure
    hedge: str
    """左右, 以上, 超, 近, 约, 多, 力争 … as printed, joined by … where there are two; else empty."""
    basis: str
    """What a change is measured against: 同比, 较上年, 相比2021年, 高于全国, else empty."""
    direction: Literal["up", "down", ""]
    """Of a change; empty for everything else."""
    years: tuple[int, ...]
    """The years it tells of: one, or all of a multi-year period; empty where the report does not say."""
    period: str
    """The part of a year it covers, as printed (上半年, 前三季度, 截至9月底); empty for whole years."""
    kind: Kind
    clause_start: int
    clause_end: int
    """The smallest run of whole clauses that holds indicator and value."""


@dataclass(frozen=True, slots=True)
class Document:
    """A report: its text, unchanged, and what was found in it; every offset points into ``text``."""

    id: str
    text: str = field(repr=False)
    title: str
    region: str
    """浦东新区, 北京市, 国务院; empty where the title names none."""
    year: int | None
    """The report's year Y: it reviews Y-1 and plans Y."""
    contents: tuple[Heading, ...] = field(repr=False)
    """The contents page in order; empty where the report has none."""
    sections: tuple[Section, ...] = field(repr=False)
    figures: tuple[Figure, ...] = field(default=(), repr=False)

    def section_at(self, offset: int) -> Section:
        """The section that holds the character at ``offset``."""
        at = bisect_right(self.sections, offset, key=lambda section: section.start) - 1
        return self.sections[max(at, 0)]


@dataclass(frozen=True, slots=True)
class Passage:
    """One to a few sentences of one section: what is embedded, indexed and found."""

    id: str
    """Stable and readable: ``pudong-2024/二.(一)#3``."""
    document_id: str
    start: int
    end: int
    text: str
    path: tuple[str, ...]
    kind: Kind
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, and how strongly: higher is better, 1.0 the most."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim piece of a report: ``document.text[start:end] == quote``, always."""

    document_id: str
    start: int
    end: int
    quote: str
    section: tuple[str, ...]
    year: int | None
    """The year that the quote tells of: the last one where it tells of a period."""
    kind: Kind
    score: float

    def to_dict(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        return {
            "document_id": self.document_id,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "section": list(self.section),
            "year": self.year,
            "kind": self.kind,
            "score": self.score,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, with the evidence that carries it."""

    status: Status
    text: str
    """The full reply; ``[1]`` refers to ``citations[0]``."""
    short_answer: str | None
    """The exact figure, name or date as the report prints it; 是 or 否 first for yes/no questions."""
    citations: tuple[Citation, ...]
    question: str
    """The question as understood: standalone, rebuilt from the history where it was a follow-up."""
    trace: Mapping[str, Any] | None = None
    """How the answer came about, on request (``explain=True``)."""

    def to_dict(self) -> dict[str, Any]:
        """The same as plain JSON values; ``trace`` only where there is one."""
        plain: dict[str, Any] = {
            "status": self.status,
            "text": self.text,
            "short_answer": self.short_answer,
            "citations": [citation.to_dict() for citation in self.citations],
            "question": self.question,
        }
        if self.trace is not None:
            plain["trace"] = dict(self.trace)
        return plain
