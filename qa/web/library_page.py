"""The page 资料库: the reports, each with what its text lacks; more can be added, and any taken out."""

from __future__ import annotations

import base64
import binascii
import logging
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.datatypes import Document
from qa.errors import DocumentError, QAError
from qa.web.render import place_link, text

if TYPE_CHECKING:
    from qa.bot import Bot
    from qa.library import Library

LARGEST = 2_000_000
"""Bytes of a report: some twenty times the longest that was seen."""
MOST = 20
"""Files that are taken at once."""
_DEFECT = "程序出了错，资料库没有改动。出错的详情记在运行本页面的终端里。"
_SCRIPT = f"wzLibrary(element, server, {{largest: {LARGEST}, most: {MOST}}})"

_log = logging.getLogger("wenzheng")


def library_page(bot: Bot, tab: gr.Tab) -> None:
    """Lay the page out; called inside its tab.

    pages.js sends files as base64 one by one, and so names no path on this machine.
    """
    library = bot.library

    def add(sent: dict[str, Any]) -> dict[str, Any]:
        return _done(
            library, lambda: add_report(library, str(sent.get("name")), _content(sent.get("content")))
        )

    def remove(document_id: str) -> dict[str, Any]:
        return _done(library, lambda: remove_report(library, str(document_id)))

    page = gr.HTML(
        page_html(library.documents),
        js_on_load=_SCRIPT,
        server_functions=[add, remove],
        apply_default_css=False,
        elem_id="wz-shelf",
    )
    tab.select(
        lambda: page_html(library.documents),
        None,
        page,
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )


def add_report(library: Library, name: str, content: bytes) -> str:
    """Take a report in under the name of its file and tell so in words.

    Unlike ``Library.add`` it replaces nothing: raises DocumentError where the name is taken by another text
    or the text is there under another name, and where the file is too large or no report.
    """
    if not name.lower().endswith(".txt"):
        raise DocumentError(f"“{name[:80]}”不是 .txt 文件：目前只收 UTF-8 文本。")
    if len(content) > LARGEST:
        raise DocumentError(f"“{name[:80]}”太大：每个文件不能超过{LARGEST // 1_000_000} MB。")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (name.replace("/", "\\")[:-4] + ".txt")  # what no id may hold is refused below
        try:
            path.write_bytes(content)
        except (OSError, ValueError) as error:
            raise DocumentError(f"“{name[:80]}”不能用作文件名，请改名后再添加。") from error
        for held in library.documents.values():
            same = held.text.encode() == content
            if held.id == path.stem and same:
                return f"“{held.id}”已在资料库中，内容相同。"
            if held.id == path.stem:
                raise DocumentError(f"已有名为“{held.id}”的报告，内容不同。请先移出它，或改名后再添加。")
            if same:
                raise DocumentError(f"“{path.stem}”与资料库中的“{held.id}”内容相同，没有加入。")
        document = library.add(path)
    return f"已加入《{document.title or document.id}》：{len(document.figures)}个数字。"


def remove_report(library: Library, document_id: str) -> str:
    """Take a report out and tell so in words; DocumentError where there is none of this id."""
    library.remove(document_id)
    return f"已移出“{document_id}”。"


def page_html(documents: Mapping[str, Document]) -> str:
    """The place to drop files on, what came of the last ones, and the reports."""
    return (
        '<div class="wz-drop"><label class="wz-button">选择文件<input type="file" accept=".txt,text/plain" '
        "multiple></label><span>或者把文件拖到这里</span>"
        f"<p>UTF-8 文本（.txt），每个不超过{LARGEST // 1_000_000} MB，一次不超过{MOST}个。</p></div>"
        '<div class="wz-told" role="status"></div>'
        f'<div class="wz-reports-held">{reports_html(documents)}</div>'
    )


def reports_html(documents: Mapping[str, Document]) -> str:
    """The reports in order of ids."""
    if not documents:
        return '<p class="wz-empty">资料库里还没有报告。</p>'
    rows = "".join(_report_html(document) for document in documents.values())
    return f'<p class="wz-count">{len(documents)}份报告</p><ul class="wz-held">{rows}</ul>'


def _report_html(document: Document) -> str:
    start = max(document.text.find(document.title), 0)
    title = document.title or document.id
    year = f"{document.year}年" if document.year else ""
    facts = [document.region, year, f"{len(document.text)}字", f"{len(document.figures)}个数字"]
    lost = sum(heading.missing for heading in document.contents)
    lacks = f'<span class="wz-lacks">目录所列的{lost}节没有正文</span>' if lost else ""
    own = text(document.id)
    return (
        f'<li data-id="{own}"><div>{place_link(document.id, start, start + len(document.title), title)}'
        f'<p><code translate="no">{own}</code> '
        f'<span translate="no">{text(" · ".join(filter(None, facts)))}</span> {lacks}</p></div>'
        '<span class="wz-remove"><button type="button" class="wz-button" data-do="ask" '
        f'aria-label="移出 {own}">移出</button></span></li>'
    )


def _done(library: Library, change: Callable[[], str]) -> dict[str, Any]:
    """What the page is told of a change: whether it was made, in words, and the reports as they are now."""
    try:
        good, told = True, change()
    except QAError as error:
        good, told = False, str(error)
    except Exception:  # the page outlives a defect of the program, which goes to the log whole
        _log.exception("资料库没有改动")
        good, told = False, _DEFECT
    return {"good": good, "told": told, "html": reports_html(library.documents)}


def _content(sent: object) -> bytes:
    try:
        return base64.b64decode(str(sent), validate=True)
    except (binascii.Error, ValueError) as error:
        raise DocumentError("文件没有完整送达，请再试一次。") from error
