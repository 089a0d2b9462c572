"""Findings → the reply: its words, its markers, its citations; and honest refusals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.answer import Finding
from qa.datatypes import Answer, Citation, Figure, Status
from qa.evidence import Evidence
from qa.question import Question
from qa.scope import Side
from qa.verdict import foretold

_NEAR = 3  # passages offered with a refusal


def compose(
    question: Question, findings: Sequence[Finding], silent: Sequence[Side] = (), *, named: bool = False
) -> Answer:
    """The reply that the findings carry; every line that states a fact ends with its marker.

    ``silent`` are sides of a comparison that no report tells of; ``named`` says which report the answer is
    out of, for a library of several.
    """
    sources = _Sources()
    short: str | None
    if question.want == "yesno":
        lines, short = _verdict(question, findings[0], sources)
    elif len(findings) > 1:
        lines, short = _sides(findings, sources)
        if question.contrast and len(findings) == 2:
            told = _contrast(question, findings)
            lines.insert(0, told)
            short = f"{told[0]}，{short}" if question.whether and told[0] in "是否" else short
    else:
        lines, short = _single(question, findings[0], sources)
    lines += [f"{side.label}：报告没有给出。" for side in silent]
    if named and len({f.side.document.id for f in findings}) == 1:
        lines.insert(0, f"据《{findings[0].side.document.title}》：")
    if note := _frame(question, findings):
        lines.insert(0, note)
    if question.english:
        lines.insert(0, "According to the report, quoted in Chinese:")
    return Answer("answered", "\n".join(lines), short, sources.citations(), question.text)


def refuse(question: Question, status: Status, reason: str, near: Iterable[Evidence] = ()) -> Answer:
    """An honest no: why, and what stands nearest, offered as such."""
    sources = _Sources()
    quotes = list(dict.fromkeys(f"“{e.quote}”{sources.mark(e)}" for e in list(near)[:_NEAR]))
    lines = [reason]
    if quotes:
        lines += ["报告中较接近的内容（不是对问题的回答）：", *quotes]
    return Answer(status, "\n".join(lines), None, sources.citations(), question.text)


def citation(evidence: Evidence) -> Citation:
    """The evidence as a citation; its quote is the slice of the document."""
    section = evidence.document.section_at(evidence.start)
    row = evidence.figure
    years = row.years if row else section.years
    return Citation(
        document_id=evidence.document.id,
        start=evidence.start,
        end=evidence.end,
        quote=evidence.quote,
        section=section.path,
        year=years[-1] if years else None,
        kind=row.kind if row else section.kind,
        score=round(evidence.score, 4),
    )


def said(row: Figure) -> str:
    """A ledger row as a sentence: 2023年，新增持牌类金融机构35家."""
    when = f"{_period(row.years)}{row.period}，" if row.years else ""
    if row.measure == "change":
        moved = "下降" if row.direction == "down" else "增长"
        hoped = "预期" if row.kind == "planned" else ""
        return f"{when}{row.indicator}{row.basis}{hoped}{moved}{row.value}"
    if row.measure == "new":
        did = "" if row.action in row.indicator or "新增" in row.indicator else row.action or "新增"
        return f"{when}{did}{row.indicator}{row.value}"
    if row.measure == "cumulative":
        return f"{when}{row.indicator}累计{row.action}{row.value}"
    how = {"share": "占比为", "rank": "位列", "target": "目标为"}.get(row.measure)
    if how is None:
        return f"{when}{row.action}{row.indicator}{'' if row.action else '为'}{row.value}"
    return f"{when}{row.indicator}{how}{row.value}"


class _Sources:
    """Evidence in the order in which the reply first leans on it."""

    def __init__(self) -> None:
        self._found: list[Evidence] = []

    def mark(self, evidence: Evidence) -> str:
        """The marker of the citation that holds the evidence, a new one where none does."""
        for number, known in enumerate(self._found, 1):
            same = known.document.id == evidence.document.id
            if same and known.start <= evidence.start and evidence.end <= known.end:
                return f"[{number}]"
        self._found.append(evidence)
        return f"[{len(self._found)}]"

    def citations(self) -> tuple[Citation, ...]:
        return tuple(citation(evidence) for evidence in self._found)


def _single(question: Question, finding: Finding, sources: _Sources) -> tuple[list[str], str | None]:
    best = finding.evidence[0]
    if question.want in ("field", "problem"):
        points = [f"{i}. {e.quote}{sources.mark(e)}" for i, e in enumerate(finding.evidence, 1)]
        return points, finding.short
    if finding.items:
        more = "（报告以“等”收尾，没有全部列出）" if finding.open_list else ""
        if len(finding.evidence) > 1:
            told = [f"{i}. {e.quote}{sources.mark(e)}" for i, e in enumerate(finding.evidence, 1)]
            return [f"报告列出{len(finding.items)}项：", *told], finding.short
        lead = f"报告列出{len(finding.items)}项：{finding.short}{more}。{sources.mark(best)}"
        return [lead, _quoted(best, sources)], finding.short
    return [f"{_statement(finding)}。{sources.mark(best)}", _quoted(best, sources)], finding.short


def _statement(finding: Finding) -> str:
    row = finding.evidence[0].figure
    return (finding.short or finding.evidence[0].quote) if row is None else said(row)


def _quoted(evidence: Evidence, sources: _Sources) -> str:
    return f"原文：“{evidence.quote}”{sources.mark(evidence)}"


def _sides(findings: Sequence[Finding], sources: _Sources) -> tuple[list[str], str]:
    """Each side with its quote, and the difference where it can be told."""
    lines, short = [], []
    for finding in findings:
        best = finding.evidence[0]
        label = finding.side.label or finding.side.document.title
        if finding.points:
            lines.append(f"{label}：")
            lines += [f"{i}. {e.quote}{sources.mark(e)}" for i, e in enumerate(finding.strongest(), 1)]
            short.append(f"{label}{finding.short or best.quote}")
            continue
        told = said(best.figure) if best.figure else best.quote
        lead = "" if told.startswith(label) else f"{label}："
        lines += [f"{lead}{told}。{sources.mark(best)}", _quoted(best, sources)]
        short.append(f"{label}{finding.short or best.quote}")
    difference = _difference([f.evidence[0] for f in findings])
    if difference:
        lines.append(difference)
    return lines, "；".join(short)


def _contrast(question: Question, findings: Sequence[Finding]) -> str:
    """Which of two sides is more, by our comparison of the report's figures, or why that cannot be told."""
    rows = [f.evidence[0].figure for f in findings]
    one, other = rows
    if one is None or other is None or not _alike(one, other) or _blurred(one, other):
        return "两个数字的口径、单位或限定不同，不能据此断定高低。"
    if _ends(one) == _ends(other):
        return ("否。" if question.whether else "") + "两边的数字相同（按下面两个数字比较，不是报告原文）。"
    first = (one.number > other.number) == (question.contrast == "more")
    named = [f.side.label or f.side.document.title for f in findings]
    if question.whether:
        subject_first = not (question.against and question.against in named[0])
        return f"{'是' if first == subject_first else '否'}（按下面两个数字比较，不是报告原文）。"
    how = "较大" if question.contrast == "more" else "较小"
    return f"{named[0] if first else named[1]}的数字{how}（按下面两个数字比较，不是报告原文）。"


def _alike(one: Figure, other: Figure) -> bool:
    """Whether two figures can be set against each other: in what, of what sort, and from where they count."""
    same = (one.unit, one.measure, one.basis) == (other.unit, other.measure, other.basis)
    return same and one.direction == other.direction


def _ends(row: Figure) -> tuple[float, float]:
    return row.number, row.number if row.upper is None else row.upper


def _blurred(one: Figure, other: Figure) -> bool:
    """Whether ranges overlap, or figures lie nearer than their hedges (左右, 超, 约) allow to tell apart."""
    if _ends(one) == _ends(other):
        return bool(one.hedge or other.hedge)
    gap = max(_ends(one)[0], _ends(other)[0]) - min(_ends(one)[1], _ends(other)[1])
    return gap <= (0.1 * max(abs(one.number), abs(other.number)) if one.hedge or other.hedge else 0.0)


def _difference(evidence: Sequence[Evidence]) -> str:
    """How far two figures lie apart, as our arithmetic; empty where they cannot be set against each other."""
    rows = [e.figure for e in evidence if e.figure is not None]
    if len(rows) != 2 or len(evidence) != 2:
        return ""
    one, other = rows
    if not _alike(one, other) or one.hedge or other.hedge or one.upper or other.upper:
        return ""
    apart = round(abs(one.number - other.number), 6)
    unit = "个百分点" if one.unit == "%" else one.unit
    if apart >= 1e8:
        apart, unit = round(apart / 1e8, 4), "亿" + unit
    elif apart >= 1e5:
        apart, unit = round(apart / 1e4, 4), "万" + unit
    return f"两者相差{apart:.10g}{unit}（按以上两个数字计算，不是报告原文）。"


def _verdict(question: Question, finding: Finding, sources: _Sources) -> tuple[list[str], str]:
    yes = "是" if finding.verdict else "否"
    only_planned = not finding.verdict and foretold(question, finding.evidence[0])
    lines = [f"{yes}。" + ("报告只把它列为计划，没有说已经做到。" if only_planned else "")]
    for evidence in finding.evidence:
        fact = said(evidence.figure) if evidence.figure else evidence.quote
        lines += [f"报告的说法是：{fact}。{sources.mark(evidence)}", _quoted(evidence, sources)]
    return lines, f"{yes}，{finding.short}"


def _frame(question: Question, findings: Sequence[Finding]) -> str:
    """A word of warning where a plan was asked for as an achievement, or the other way round."""
    if len(question.kinds) != 1:
        return ""
    told = {citation(e).kind for f in findings for e in f.evidence}
    if told == {"planned"} and question.kinds == ("achieved",):
        return "请注意：以下是报告提出的计划或目标，不是已经完成的情况。"
    if told == {"achieved"} and question.kinds == ("planned",):
        return "请注意：以下是报告总结的完成情况，不是计划或目标。"
    return ""


def _period(years: Sequence[int]) -> str:
    return f"{years[0]}年" if len(years) == 1 else f"{years[0]}—{years[-1]}年"
