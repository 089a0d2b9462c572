"""Question, Answer and Document → HTML, in which every text from outside is escaped and else unchanged."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from html import escape
from urllib.parse import urlencode

from qa.datatypes import Answer, Citation, Document

_KIND = {"achieved": "成效", "planned": "计划", "other": "其他"}
_STATUS = {
    "not_in_report": "报告中没有",
    "section_missing": "所供文本缺这一部分",
    "no_such_document": "没有这份报告",
    "out_of_scope": "不在报告范围内",
}
_MARK = re.compile(r"\[(\d{1,3})\]")
_QUESTION_SHOWN = 1000
"""Characters of a question that the page repeats: a pasted book is not worth a screen."""
_REPORTS_OPEN = 3
"""Reports named at the head of the page before the list folds."""


def question_html(question: str) -> str:
    """What the user typed, as typed; cut where it is very long."""
    shown = question[:_QUESTION_SHOWN]
    rest = f"……（共{len(question)}字）" if len(question) > _QUESTION_SHOWN else ""
    return f'<div class="wz-question" lang="zh-CN">{text(shown)}{rest}</div>'


def answer_html(
    answer: Answer, asked: str, documents: Mapping[str, Document], shown: int | None = None
) -> str:
    """An answer to what was ``asked``, followed by what it rests on.

    ``shown`` cuts the answer after as many characters and leaves the citations out: an answer that is still
    being written.
    """
    understood = ""
    if answer.question.strip() != asked.strip():
        understood = f'<p class="wz-understood">理解为：{text(answer.question)}</p>'
    status = _STATUS.get(answer.status, "")
    label = f'<p class="wz-status">{status}</p>' if status else ""
    reply = _marked(answer.text[:shown], len(answer.citations))
    citations = _citations_html(answer, documents) if shown is None else ""
    return (
        f'<div lang="zh-CN" class="wz-answer wz-{answer.status.replace("_", "-")}">'
        f'{understood}{label}<div class="wz-text">{reply}</div>{citations}</div>'
    )


def pending_html() -> str:
    """In place of an answer that is being looked for."""
    return '<div lang="zh-CN" class="wz-answer wz-pending">正在查阅报告</div>'


def stopped_html() -> str:
    """In place of an answer that was given up."""
    return '<div lang="zh-CN" class="wz-answer wz-stopped">已停止。</div>'


def error_html(message: str) -> str:
    """What could not be done and what to do about it, in place of an answer."""
    return f'<div lang="zh-CN" class="wz-answer wz-error"><div class="wz-text">{text(message)}</div></div>'


def place_link(document_id: str, start: int, end: int, label: str) -> str:
    """A link to a place in a report: page.js opens the report there, as does its address."""
    query = urlencode({"doc": document_id, "from": start, "to": end}, errors="replace")
    return f'<a class="wz-cite" href="/?{escape(query)}" translate="no">{text(label)}</a>'


def question_link(question: str) -> str:
    """A link that asks a question in the chat."""
    query = urlencode({"q": question}, errors="replace")
    return f'<a class="wz-ask" href="/?{escape(query)}" translate="no">{text(question)}</a>'


def head_html(documents: Collection[Document]) -> str:
    """The head of the page: its name, the reports that it answers from, and what their texts lack."""
    if not documents:
        reports = '<p class="wz-reports">资料库里还没有报告。请先添加：<code>wenzheng add 报告.txt</code></p>'
    else:
        items = "".join(f"<li>{_report_html(document)}</li>" for document in documents)
        reports = f'<ul class="wz-reports">{items}</ul>'
        if len(documents) > _REPORTS_OPEN:
            reports = f"<details><summary>已载入{len(documents)}份报告</summary>{reports}</details>"
    return (
        '<header class="wz-head" lang="zh-CN"><h1>问政</h1>'
        '<p class="wz-lead">就政府工作报告提问。答案逐字引自报告，报告没有的，如实说没有。</p>'
        f"{reports}</header>"
    )


def _report_html(document: Document) -> str:
    title = f'<span class="wz-title">{_title(document)}</span>'
    broken = [heading for heading in document.contents if heading.truncated]
    missing = [heading for heading in document.contents if heading.missing]
    lacks = []
    if broken:
        lacks.append(f"止于「{text(broken[-1].path[-1])}」")
    if missing:
        lacks.append(f"目录所列的{len(missing)}节没有正文")
    if not lacks:
        return title
    lines = "".join(f"<li>{text(heading.path[-1])}</li>" for heading in missing)
    return (
        f'{title}<details class="wz-missing"><summary>所供文本不完整：{"，".join(lacks)}</summary>'
        f"<ul>{lines}</ul></details>"
    )


def _citations_html(answer: Answer, documents: Mapping[str, Document]) -> str:
    if not answer.citations:
        return ""
    heading = "依据" if answer.status == "answered" else "相近内容，供参考"
    items = "".join(
        _citation_html(number, citation, documents) for number, citation in enumerate(answer.citations, 1)
    )
    return (
        f'<section class="wz-evidence"><p class="wz-evidence-heading">{heading}</p><ol>{items}</ol></section>'
    )


def _citation_html(number: int, citation: Citation, documents: Mapping[str, Document]) -> str:
    place = [text(" › ".join(citation.section))] if citation.section else []
    if citation.document_id not in documents:
        place.insert(0, text(citation.document_id))
    elif len(documents) > 1:
        place.insert(0, _title(documents[citation.document_id]))
    if citation.year is not None:
        place.append(f"{citation.year}年")
    where = f"<span>{' · '.join(place)}</span>" if place else ""
    return (
        f'<li><span class="wz-number">[{number}]</span><div class="wz-citation">'
        f'<div>「<span class="wz-quote">{text(citation.quote)}</span>」</div>'
        f'<div class="wz-place">{where}'
        f'<span class="wz-kind wz-{citation.kind}">{_KIND[citation.kind]}</span></div></div></li>'
    )


def _marked(reply: str, citations: int) -> str:
    """Escaped text in which the markers of existing citations are raised."""

    def raised(mark: re.Match[str]) -> str:
        return f'<sup class="wz-mark">{mark[0]}</sup>' if 0 < int(mark[1]) <= citations else mark[0]

    return _MARK.sub(raised, text(reply))


def _title(document: Document) -> str:
    title = document.title or document.id
    return text(title if title.startswith("《") else f"《{title}》")


def text(raw: str) -> str:
    """Escaped; lone surrogates, which no response can carry, become U+FFFD."""
    return escape(raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
