"""Turns, answers, places in reports → HTML, in which every text from outside is escaped and else unchanged.

Labels are Chinese; language.js shows them in English where the reader wants it, except below translate="no".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from qa.datatypes import Answer, Citation, Document
from qa.web.conversation import STOPPED, Conversation, Turn

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
_NAMED = 3
"""Reports that are named one by one; more are counted."""
_ICONS = {
    "copy": "M5.5 5.5v-3h8v8h-3 M2.5 5.5h8v8h-8z",
    "edit": "M3 13l.6-3L11 2.6l2.4 2.4L6 12.4z",
    "retry": "M13 8a5 5 0 1 1-1.6-3.7 M13 2v3h-3",
    "like": "M5 7l2.5-4.5c1.3 0 1.7 1 1.4 2.2L8.5 6.5H13l-1 6.5H5z M5 7H2.5v6H5",
    "dislike": "M11 9l-2.5 4.5c-1.3 0-1.7-1-1.4-2.2l.4-1.8H3L4 3h7z M11 9h2.5V3H11",
    "moon": "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z",
    "close": "M3.5 3.5l9 9 M12.5 3.5l-9 9",
    "list": "M5.5 4h8 M5.5 8h8 M5.5 12h8 M2.5 4h.1 M2.5 8h.1 M2.5 12h.1",
}


def head_html() -> str:
    """The bar at the top: the name of the page, and the switches for language and light."""
    return (
        '<header class="wz-head"><h1 lang="zh-CN" translate="no">问政</h1>'
        '<span class="wz-switches">'
        '<button type="button" class="wz-tool" id="wz-open-report">原文</button>'
        '<button type="button" class="wz-tool" id="wz-language" translate="no">EN</button>'
        f"{button('moon', '深色或浅色', id='wz-dark')}</span></header>"
        '<div class="wz-offline" role="alert" hidden>'
        "连接断开了：程序可能已退出，或网络不通。恢复后请刷新页面。</div>"
    )


def welcome_html(documents: Collection[Document], suggestions: Mapping[str, Sequence[str]]) -> str:
    """What stands in the chat before the first question: the reports, what they lack, what can be asked."""
    if not documents:
        return (
            '<div class="wz-welcome"><p class="wz-lead">资料库里还没有报告</p>'
            '<p class="wz-empty">请在“资料库”页加入一份报告，或运行 '
            '<code translate="no">wenzheng add</code>。</p></div>'
        )
    groups = "".join(
        f"<section><h2>{label}</h2>{_list(question_link(question) for question in asked)}</section>"
        for label, asked in suggestions.items()
    )
    return (
        '<div class="wz-welcome"><p class="wz-lead">就政府工作报告提问</p>'
        '<p class="wz-promise">答案逐字引自报告，报告没有的，如实说没有。</p>'
        f'{_reports_html(documents)}<div class="wz-suggestions">{groups}</div></div>'
    )


def question_html(turn: Turn, number: int, documents: Mapping[str, Document]) -> str:
    """What the user typed, as typed; cut where it is very long. With where it is to be looked for."""
    shown = turn.question[:_QUESTION_SHOWN]
    rest = ""
    if len(turn.question) > _QUESTION_SHOWN:
        rest = f'<span class="wz-rest">……（共{len(turn.question)}字）</span>'
    scope = ""
    if turn.kind or turn.documents:
        scope = f'<p class="wz-scope">{_scope(turn, documents)}</p>'
    edit = button("edit", "修改问题", act="edit", turn=number)
    actions = edit + button("copy", "复制问题", copy=turn.question)
    return (
        f'{scope}<div class="wz-asked"><div class="wz-actions">{actions}</div>'
        f'<div class="wz-question" translate="no">{text(shown)}{rest}</div></div>'
    )


def reply_html(turn: Turn, number: int, documents: Mapping[str, Document]) -> str:
    """What came of a question so far."""
    again = button("retry", "重新回答", act="retry", turn=number)
    if turn.trouble:
        kind = "wz-stopped" if turn.trouble == STOPPED else "wz-error"
        return (
            f'<div class="wz-answer {kind}"><div class="wz-text">{text(turn.trouble)}</div>'
            f'<div class="wz-actions">{again}</div></div>'
        )
    if turn.answer is None:
        return '<div class="wz-answer wz-pending" role="status">正在查阅报告</div>'
    if not turn.done:
        return answer_html(turn.answer, turn.question, documents, shown=turn.written)
    searched = ""
    if turn.answer.status == "not_in_report":
        searched = f'<p class="wz-searched">查阅了{_scope(turn, documents)}</p>'
    actions = (
        f"{button('copy', '复制回答', copy=answer_text(turn.answer, documents))}{again}"
        f"{button('like', '有帮助', act='like', turn=number, pressed=turn.liked is True)}"
        f"{button('dislike', '没有帮助', act='dislike', turn=number, pressed=turn.liked is False)}"
    )
    return (
        f"{answer_html(turn.answer, turn.question, documents)}{searched}"
        f'<div class="wz-actions">{actions}</div>{_comment_html(turn, number)}'
    )


def answer_html(
    answer: Answer, asked: str, documents: Mapping[str, Document], shown: int | None = None
) -> str:
    """An answer to what was ``asked``, followed by what it rests on.

    ``shown`` cuts the answer after as many characters and leaves the citations out: an answer that is still
    being written.
    """
    understood = ""
    if answer.question.strip() != asked.strip():
        understood = (
            '<p class="wz-understood"><span>理解为：</span>'
            f'<span translate="no">{text(answer.question)}</span></p>'
        )
    status = _STATUS.get(answer.status, "")
    label = f'<p class="wz-status">{status}</p>' if status else ""
    reply = _marked(answer.text[:shown], answer.citations)
    citations = _citations_html(answer, documents) if shown is None else ""
    writing = " wz-writing" if shown is not None else ""
    return (
        f'<div class="wz-answer wz-{answer.status.replace("_", "-")}{writing}">'
        f'{understood}{label}<div class="wz-text" lang="zh-CN" translate="no">{reply}</div>{citations}</div>'
    )


def answer_text(answer: Answer, documents: Mapping[str, Document]) -> str:
    """An answer with its citations as plain text, for the clipboard."""
    notes = [
        f"[{number}] {citation_text(citation, documents)}"
        for number, citation in enumerate(answer.citations, 1)
    ]
    return "\n".join([answer.text, *([""] if notes else []), *notes])


def citation_text(citation: Citation, documents: Mapping[str, Document]) -> str:
    """A citation as one writes it: 「quote」（《title》，section）."""
    document = documents.get(citation.document_id)
    name = title(document) if document else citation.document_id
    return f"「{citation.quote}」（{'，'.join([name, *citation.section[-1:]])}）"


def edited_html(talk: Conversation) -> str:
    """What stands above the question box while a question is being changed."""
    if talk.edited is None:
        return ""
    then = "，其后的问答会去掉" if talk.edited is not talk.turns[-1] else ""
    keep = button("close", "不改了", act="keep", turn=-1)
    return f'<p class="wz-editing"><span>正在修改问题{then}</span>{keep}</p>'


def export_html() -> str:
    """The menu that takes the conversation away as a file."""
    forms = (("md", "Markdown"), ("docx", "Word"))
    items = "".join(
        f'<button type="button" data-act="export" data-form="{e}">{name}</button>' for e, name in forms
    )
    return f'<details class="wz-menu"><summary>导出</summary><div translate="no">{items}</div></details>'


def place_link(document_id: str, start: int, end: int, label: str) -> str:
    """A link to a place in a report: source.js opens the report there, as does its address."""
    address = _place(document_id, start, end)
    return f'<a class="wz-cite" href="{address}" translate="no">{text(label)}</a>'


def question_link(question: str) -> str:
    """A link that asks a question in the chat."""
    query = urlencode({"q": question}, errors="replace")
    return f'<a class="wz-ask" href="?{escape(query)}" lang="zh-CN" translate="no">{text(question)}</a>'


def button(icon: str, label: str, **data: object) -> str:
    """A button with a drawn sign; ``id`` and ``pressed`` are attributes, all else goes to data-…."""
    own = f' id="{data.pop("id")}"' if "id" in data else ""
    state = f' aria-pressed="{str(data.pop("pressed")).lower()}"' if "pressed" in data else ""
    rest = "".join(f' data-{key}="{text(str(value))}"' for key, value in data.items())
    return (
        f'<button type="button" class="wz-icon" title="{label}" aria-label="{label}"{own}{state}{rest}>'
        f'<svg viewBox="0 0 16 16" aria-hidden="true"><path d="{_ICONS[icon]}"/></svg></button>'
    )


def kinds(documents: Collection[Document]) -> list[tuple[str, str]]:
    """The choices of what to look at: all, what was done, what is planned; with years where there is one."""
    years = {document.year for document in documents}
    year = years.pop() if len(years) == 1 else None
    if year is None:
        return [("全部", "all"), ("已完成的成效", "achieved"), ("计划的任务", "planned")]
    return [("全部", "all"), (f"{year - 1}年成效", "achieved"), (f"{year}年任务", "planned")]


def title(document: Document) -> str:
    """《title》 of a report, its id where it has none."""
    name = document.title or document.id
    return name if name.startswith("《") else f"《{name}》"


def verbatim(raw: str, kind: str = "") -> str:
    """A text from a report or a reader as it is: escaped, Chinese, never translated."""
    named = f' class="{kind}"' if kind else ""
    return f'<span{named} lang="zh-CN" translate="no">{text(raw)}</span>'


def text(raw: str) -> str:
    """Escaped; lone surrogates, which no response can carry, become U+FFFD."""
    return escape(raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _reports_html(documents: Collection[Document]) -> str:
    reports = _list(map(_report_html, documents))
    if len(documents) > _NAMED:
        reports = f"<details><summary>已载入{len(documents)}份报告</summary>{reports}</details>"
    return f'<div class="wz-reports">{reports}</div>'


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _report_html(document: Document) -> str:
    name = verbatim(title(document), "wz-title")
    missing = [heading for heading in document.contents if heading.missing]
    broken = any(heading.truncated for heading in document.contents)
    if not missing and not broken:
        return name
    lack = f"，目录所列的{len(missing)}节没有正文" if missing else ""
    return f'{name} <span class="wz-lack">文本不完整{lack}</span>'


def _scope(turn: Turn, documents: Mapping[str, Document]) -> str:
    """Where a question is looked for, as labels."""
    ids = turn.documents or tuple(documents)
    named = [verbatim(title(documents[key]) if key in documents else key) for key in ids]
    parts = named if len(named) <= _NAMED else [f"<span>{len(named)}份报告</span>"]
    if turn.kind:
        chosen = [documents[key] for key in ids if key in documents]
        label = {value: label for label, value in kinds(chosen)}[turn.kind]
        parts.append(f'<span class="wz-only">只看{label}</span>')
    return "".join(parts)


def _citations_html(answer: Answer, documents: Mapping[str, Document]) -> str:
    if not answer.citations:
        return ""
    heading = "依据" if answer.status == "answered" else "相近内容，不是对问题的回答"
    items = "".join(
        _citation_html(number, citation, documents) for number, citation in enumerate(answer.citations, 1)
    )
    return f'<section class="wz-evidence"><h2>{heading}</h2><ol>{items}</ol></section>'


def _citation_html(number: int, citation: Citation, documents: Mapping[str, Document]) -> str:
    place = [" › ".join(citation.section)] if citation.section else []
    if citation.document_id not in documents:
        place.insert(0, citation.document_id)
    elif len(documents) > 1:
        place.insert(0, title(documents[citation.document_id]))
    where = verbatim(" · ".join(place)) if place else ""
    year = f'<span class="wz-year">{citation.year}年</span>' if citation.year is not None else ""
    kind = f'<span class="wz-kind wz-{citation.kind}">{_KIND[citation.kind]}</span>'
    copied = text(citation_text(citation, documents))
    return (
        f'<li><a class="wz-cite wz-number" href="{_address(citation)}" data-quote="{text(citation.quote)}" '
        f'aria-label="在报告中看引文{number}">[{number}]</a><div class="wz-citation">'
        f"<div>「{verbatim(citation.quote, 'wz-quote')}」</div>"
        f'<div class="wz-place">{where}{year}{kind}'
        f'<button type="button" class="wz-copy" data-copy="{copied}">复制引文</button></div></div></li>'
    )


def _comment_html(turn: Turn, number: int) -> str:
    """After a thumb: room to say why."""
    if turn.liked is None:
        return ""
    if turn.comment:
        return '<p class="wz-thanks" role="status">已记下，谢谢。</p>'
    return (
        f'<form class="wz-comment" data-turn="{number}" data-liked="{str(turn.liked).lower()}">'
        f'<label for="wz-why-{number}">已记下。想说说原因吗？（可不填）</label>'
        f'<input id="wz-why-{number}" name="why" type="text" maxlength="500" autocomplete="off">'
        '<button type="submit">提交</button></form>'
    )


def _marked(reply: str, citations: Sequence[Citation]) -> str:
    """Escaped text in which the markers of existing citations are links to their places."""

    def raised(mark: re.Match[str]) -> str:
        number = int(mark[1])
        if not 0 < number <= len(citations):
            return mark[0]
        cited, quote = citations[number - 1], text(citations[number - 1].quote)
        link = f'<a class="wz-cite wz-mark" href="{_address(cited)}" data-quote="{quote}"'
        return f'<sup>{link} aria-label="引文{number}：{quote}">{mark[0]}</a></sup>'

    return _MARK.sub(raised, text(reply))


def _address(cited: Citation) -> str:
    return _place(cited.document_id, cited.start, cited.end)


def _place(document_id: str, start: int, end: int) -> str:
    return escape("?" + urlencode({"doc": document_id, "from": start, "to": end}, errors="replace"))
