"""Document → HTML for reading: its contents as a tree and its text, of which not a character is changed.

The text of the article element, read through, is ``Document.text``: an offset there is an offset here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from qa.datatypes import Document, Section
from qa.web.render import button, text, verbatim

_TOLD = ("achieved", "planned")
_LINE = re.compile(r"[^\n]*\n?")


@dataclass(slots=True)
class _Node:
    """A heading of the contents and what stands below it."""

    start: int | None = None
    """Where its body begins; None where the text has none."""
    broken: bool = False
    below: dict[str, _Node] = field(default_factory=dict)


def pane_html() -> str:
    """The frame beside the chat in which source.js shows a report."""
    return (
        '<div class="wz-pane" id="wz-pane" role="complementary" aria-label="报告原文">'
        '<div class="wz-pane-head">'
        '<select id="wz-report" aria-label="报告" translate="no"></select>'
        f"{button('list', '目录', id='wz-contents-switch', pressed=False)}"
        f"{button('close', '关闭', id='wz-pane-close')}</div>"
        '<div class="wz-pane-body"><p class="wz-empty" role="status">正在打开报告</p></div></div>'
        '<div class="wz-backdrop" hidden></div>'
        '<div class="wz-tip" id="wz-tip" role="tooltip" translate="no" hidden></div>'
        '<div class="wz-said" role="status" aria-live="polite"></div>'
    )


def report_html(document: Document) -> str:
    """Contents and whole text of a report."""
    missing = [heading.path[-1] for heading in document.contents if heading.missing]
    end = ""
    if missing:
        items = "".join(f"<li>{text(name)}</li>" for name in missing)
        end = (
            '<section class="wz-end"><p>所供文本到此为止。目录还列有以下各节，没有正文：</p>'
            f'<ul lang="zh-CN" translate="no">{items}</ul></section>'
        )
    elif any(heading.truncated for heading in document.contents):
        end = '<section class="wz-end"><p>所供文本到此为止，这一节没有完。</p></section>'
    contents, words = _tree_html(_tree(document)), "".join(_text_html(document))
    return (
        f'<div class="wz-leaves"><nav class="wz-contents" aria-label="目录">{contents}</nav>'
        '<div class="wz-reading" tabindex="0" role="region" aria-label="报告正文">'
        f'<article lang="zh-CN" translate="no">{words}</article>{end}</div></div>'
    )


def _tree(document: Document) -> _Node:
    """The contents: as the contents page lists them, completed by the headings of the body."""
    root = _Node()
    for heading in document.contents:
        _node(root, heading.path).broken = heading.truncated
    for section in document.sections:
        for depth in range(1, len(section.path) + 1):
            node = _node(root, section.path[:depth])
            if node.start is None:
                node.start = section.start
    return _in_order(root)


def _in_order(node: _Node) -> _Node:
    """The headings as the text has them; one without a body stays behind the one that it is listed after."""
    last = 0
    places = {}
    for name, below in node.below.items():
        places[name] = last = last if below.start is None else below.start
    node.below = {name: _in_order(node.below[name]) for name in sorted(node.below, key=places.__getitem__)}
    return node


def _node(root: _Node, path: tuple[str, ...]) -> _Node:
    for name in path:
        root = root.below.setdefault(name, _Node())
    return root


def _tree_html(node: _Node) -> str:
    if not node.below:
        return ""
    items = []
    for name, below in node.below.items():
        if below.start is None:
            line = f'<span class="wz-gone">{verbatim(name)} <em>无正文</em></span>'
        else:
            broken = below.broken and not any(node.broken for node in below.below.values())
            note = " <em>不完整</em>" if broken else ""
            line = f'<a href="#" data-at="{below.start}">{verbatim(name)}{note}</a>'
        items.append(f"<li>{line}{_tree_html(below)}</li>")
    return f"<ul>{''.join(items)}</ul>"


def _text_html(document: Document) -> Iterator[str]:
    """The text line by line; every section begins a new one. Line ends stand between the paragraphs."""
    before = None
    for section in document.sections:
        told = (section.kind, section.years)
        counts = section.kind in _TOLD and section.years
        begins = f' data-begins="{section.kind}"' if counts and told != before else ""
        before = told
        kind = f' data-kind="{section.kind}"' if section.kind in _TOLD else ""
        years = "–".join(str(year) for year in dict.fromkeys((*section.years[:1], *section.years[-1:])))
        yield f'<div class="wz-stretch"{kind}{begins} data-years="{years}">'
        for match in _LINE.finditer(document.text, section.start, section.end):
            yield _line_html(match[0], section, first=match.start() == section.start)
        yield "</div>"


def _line_html(line: str, section: Section, *, first: bool) -> str:
    words = line.rstrip("\r\n")
    ending = line[len(words) :].replace("\r", "&#13;")  # a bare CR would be read as LF
    if not words.strip():
        return f"{text(words)}{ending}"
    depth = len(section.path)
    name = section.path[-1] if section.path else ""
    if first and name and words.lstrip().startswith(name):
        if "。" not in words and depth <= 2:
            return f'<p class="wz-heading wz-heading-{depth}">{text(words)}</p>{ending}'
        cut = words.index(name) + len(name)
        return f"<p><b>{text(words[:cut])}</b>{text(words[cut:])}</p>{ending}"
    return f"<p>{text(words)}</p>{ending}"
