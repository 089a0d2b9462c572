"""Findings → the reply: its words, its markers, its citations; and honest refusals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.answer import Finding
from qa.datatypes import Answer, Citation, Figure, Status
from qa.evidence import Evidence
from qa.question import Question

_LONGEST_NEAR = 3


def compose(question: Question, findings: Sequence[Finding]) -> Answer:
    """The reply that the findings carry; every line that states a fact ends with its marker."""
    sources = _Sources()
    if question.want == "yesno":
        lines, short = _verdict(question, findings, sources)
    elif len(findings) > 1:
        lines, short = _sides(findings, sources)
    else:
        lines, short = _single(question, findings[0], sources)
    if question.english:
        lines = ["According to the report (quoted in Chinese):", *lines]
    return Answer("answered", "\n".join(lines), short, sources.citations(), question.text)


class _Sources:
    """Evidence in the order in which the reply first leans on it."""

    def __init__(self) -> None:
        self._found: list[Evidence] = []

    def mark(self, evidence: Evidence) -> str:
        for number, known in enumerate(self._found, 1):
            if known.document.id == evidence.document.id and known.start <= evidence.start and evidence.end <= known.end:
                return f"[{number}]"
        self._found.append(evidence)
        return f"[{len(self._found)}]"

    def citations(self) -> tuple[Citation, ...]:
        return tuple(citation(e) for e in self._found)


def _single(question: Question, finding: Finding, sources: _Sources) -> tuple[list[str], str | None]:
    best = finding.evidence[0]
    if question.want in ("field", "problem"):
        return [f"{i}. {e.quote}{sources.mark(e)}" for i, e in enumerate(finding.evidence, 1)], finding.short
    if finding.items:
        more = "（报告以“等”收尾，没有全部列出）" if finding.open_list else ""
        lead = f"报告列出{len(finding.items)}项：{finding.short}{more}{sources.mark(best)}"
        return [lead, f"原文：“{best.quote}”{sources.mark(best)}"], finding.short
    return [f"{_statement(finding)}{sources.mark(best)}", f"原文：“{best.quote}”{sources.mark(best)}"], finding.short


def _statement(finding: Finding) -> str:
    row = finding.evidence[0].figure
    return f"{finding.short}。" if row is None else f"{said(row)}。"


def said(row: Figure) -> str:
    """A ledger row as a sentence: 2023年，持牌类金融机构新增35家."""
    when = f"{_period(row.years)}，" if row.years else ""
    how = {"new": "新增", "cumulative": "累计", "share": "占比", "rank": "排名", "target": "目标为"}.get(row.measure, "")
    if row.measure == "change":
        how = f"{row.basis}{'下降' if row.direction == 'down' else '增长'}"
    if row.kind == "planned" and row.measure == "change":
        how = f"预期{how}"
    return f"{when}{row.indicator}{how or '为'}{row.value}"


def _period(years: Sequence[int]) -> str:
    return f"{years[0]}年" if len(years) == 1 else f"{years[0]}—{years[-1]}年"


def _sides(findings: Sequence[Finding], sources: _Sources) -> tuple[list[str], str]:
    lines, short = [], []
    for finding in findings:
        best = finding.evidence[0]
        label = finding.side.label or finding.side.document.title
        lines.append(f"{label}：{_statement(finding) if best.figure else best.quote}{sources.mark(best)}")
        lines.append(f"原文：“{best.quote}”{sources.mark(best)}")
        short.append(f"{label}{finding.short or best.quote}")
    return lines, "；".join(short)


def _verdict(question: Question, findings: Sequence[Finding], sources: _Sources) -> tuple[list[str], str]:
    finding = findings[0]
    yes = bool(finding.verdict)
    lines = ["是。" if yes else "否。"]
    for evidence in finding.evidence:
        fact = said(evidence.figure) if evidence.figure else evidence.quote
        lines.append(f"报告的说法是：{fact}{sources.mark(evidence)}")
        lines.append(f"原文：“{evidence.quote}”{sources.mark(evidence)}")
    return lines, f"{'是' if yes else '否'}，{finding.short}"


def citation(evidence: Evidence) -> Citation:
    """The evidence as a citation; its quote is the slice of the document."""
    document = evidence.document
    section = document.section_at(evidence.start)
    row = evidence.figure
    years = row.years if row else section.years
    return Citation(
        document_id=document.id,
        start=evidence.start,
        end=evidence.end,
        quote=document.text[evidence.start : evidence.end],
        section=section.path,
        year=years[-1] if years else None,
        kind=row.kind if row else section.kind,
        score=round(evidence.score, 4),
    )


def refuse(question: Question, status: Status, reason: str, near: Iterable[Evidence] = ()) -> Answer:
    """An honest no: why, and what stands nearest, offered as such."""
    sources = _Sources()
    lines = [f"“{e.quote}”{sources.mark(e)}" for e in list(near)[:_LONGEST_NEAR]]
    if lines:
        lines.insert(0, "报告中较接近的内容（不是对问题的回答）：")
    return Answer(status, "\n".join([reason, *lines]), None, sources.citations(), question.text)
