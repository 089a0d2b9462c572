"""The page 指标: the figure ledger as a table to sort, search and filter, and as charts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.datatypes import Document, Figure
from qa.web import charts, ledger
from qa.web.ledger import View
from qa.web.render import text

if TYPE_CHECKING:
    from qa.bot import Bot

_SHOWS = {"table": "表格", "growth": "增速排行", "targets": "完成与目标", "shares": "占比", "compare": "比较"}
_NOTHING = {
    "table": "没有符合条件的数字。",
    "growth": "没有符合条件的增速。",
    "targets": "没有既有完成数、又有目标数的同一指标。",
    "shares": "没有符合条件的占比。",
    "compare": "没有可以比较的指标：需要多份报告，或多个年份。",
}
_RANKED = ("growth", "shares")
_SCRIPT = "wzFigures(element, server)"


def figures_page(bot: Bot, tab: gr.Tab) -> None:
    """Lay the page out; called inside its tab.

    It is one form in one piece of HTML: pages.js sends it to ``view`` whenever it changes, without the queue.
    """

    def view(form: dict[str, Any]) -> str:
        return result_html(bot.library.documents, View.of(form))

    def table(form: dict[str, Any]) -> str:
        documents = bot.library.documents
        return ledger.to_csv(ledger.choose(documents, View.of(form)), documents)

    def refreshed(shown: tuple[str, ...] | None) -> tuple[Any, tuple[str, ...]]:
        documents = bot.library.documents
        held = tuple(documents)
        return gr.skip() if shown == held else page_html(documents), held

    page = gr.HTML(
        page_html(bot.library.documents),
        js_on_load=_SCRIPT,
        server_functions=[view, table],
        apply_default_css=False,
        elem_id="wz-ledger",
    )
    held = gr.State(None)
    tab.select(refreshed, held, [page, held], queue=False, show_progress="hidden", api_visibility="private")


def page_html(documents: Mapping[str, Document]) -> str:
    """The form and what it shows before anything is chosen."""
    if not any(document.figures for document in documents.values()):
        return '<p class="wz-empty">资料库里还没有带数字的报告。可以在“资料库”页加入报告。</p>'
    held = documents.values()
    comparable = charts.comparable(documents) if len(documents) > 1 else {}
    shows = [name for name in _SHOWS if name != "compare" or comparable]
    fields = (
        '<input class="wz-field" type="search" name="search" placeholder="搜索指标、数值" aria-label="搜索">',
        _select("document", "报告", "全部报告", ((d.id, d.title or d.id) for d in held), own=True)
        if len(documents) > 1
        else "",
        _select("year", "年份", "全部年份", ((str(year), f"{year}年") for year in ledger.years(held))),
        _select("kind", "类别", "完成与计划", (("achieved", "已完成"), ("planned", "计划"))),
    )
    radios = "".join(
        f'<label><input type="radio" name="show" value="{name}"{" checked" if name == "table" else ""}>'
        f"<span>{_SHOWS[name]}</span></label>"
        for name in shows
    )
    which = (
        _select("indicator", "比较的指标", "", ((name, name) for name in comparable), own=True)
        if comparable
        else ""
    )
    return (
        f'<form class="wz-filters"><div class="wz-fields">{"".join(fields)}</div>'
        f'<div class="wz-shows"><fieldset class="wz-switch"><legend>显示为</legend>{radios}</fieldset>'
        f'<span class="wz-which" hidden>{which}</span></div></form>'
        f'<div class="wz-result">{result_html(documents, View())}</div>'
    )


def result_html(documents: Mapping[str, Document], view: View) -> str:
    """What a view shows: how much there is, the downloads, the table or the chart."""
    figures = ledger.choose(documents, replace(view, sort="") if view.show in _CHARTS else view)
    if view.show in _CHARTS:
        groups, body = _CHARTS[view.show](figures, documents, view)
        shown = sum(len(group.figures) for group in groups)
        save = '<button type="button" class="wz-button" data-save="png">下载图片</button>' if groups else ""
    else:
        shown = len(figures)
        body = ledger.table_html(figures, documents, view)
        save = '<button type="button" class="wz-button" data-save="csv">下载CSV</button>' if figures else ""
    if not shown:
        body = f'<p class="wz-empty">{_NOTHING.get(view.show, _NOTHING["table"])}</p>'
    cut = f"，图中为首尾各{charts.ENDS}条" if view.show in _RANKED and shown > 2 * charts.ENDS else ""
    return (
        f'<div class="wz-bar-head"><p class="wz-count" role="status">共{shown}条{cut}</p>{save}</div>{body}'
    )


Chart = Callable[[Sequence[Figure], Mapping[str, Document], View], tuple[list[charts.Group], str]]


def _growth(figures: Sequence[Figure], documents: Mapping[str, Document], _: View) -> Any:
    groups = charts.growth(figures)
    return groups, charts.bars_html(charts.ends(groups), documents)


def _shares(figures: Sequence[Figure], documents: Mapping[str, Document], _: View) -> Any:
    groups = charts.shares(figures)
    return groups, charts.bars_html(charts.ends(groups), documents, top=100)


def _targets(figures: Sequence[Figure], documents: Mapping[str, Document], _: View) -> Any:
    groups = charts.targets(figures, documents)
    return groups, charts.bars_html(groups, documents)


def _compare(figures: Sequence[Figure], documents: Mapping[str, Document], view: View) -> Any:
    comparable = charts.comparable(documents)
    things = comparable.get(view.indicator) or next(iter(comparable.values()), [])
    chosen = set(figures)
    groups = charts.compare([figure for figure in things if figure in chosen], documents)
    return groups, charts.bars_html(groups, documents)


_CHARTS: Mapping[str, Chart] = {
    "growth": _growth,
    "targets": _targets,
    "shares": _shares,
    "compare": _compare,
}


def _select(
    name: str, label: str, every: str, options: Iterable[tuple[str, str]], *, own: bool = False
) -> str:
    """A field to choose from; ``own`` says that its options are words of the reports, in their language."""
    first = f'<option value="">{every}</option>' if every else ""
    keep = ' translate="no"' if own else ""
    rest = "".join(f'<option value="{text(value)}"{keep}>{text(shown)}</option>' for value, shown in options)
    return f'<select class="wz-field" name="{name}" aria-label="{label}">{first}{rest}</select>'
