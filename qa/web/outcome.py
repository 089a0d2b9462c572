"""Evaluation → HTML: the figures, how they differ by kind of question, and every question that failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from qa.evaluation import MEASURES, Evaluation, Item, Measure, Metric
from qa.web.render import question_link, text

MOST = 200
"""Rows of a table; the report to download has all."""
_FIRST = 9
"""Figures that are seen at once."""
_STATUSES = {
    "answered": "答了",
    "not_in_report": "报告没有",
    "section_missing": "缺这一节",
    "no_such_document": "没有报告",
    "out_of_scope": "范围之外",
    "crash": "出错",
}
_DIMENSIONS = {"type": "按类型", "style": "按问法", "period": "按时期", "document": "按报告"}
_OF_GROUPS = ("right_strict", "cited", "citation_precision", "status")


def outcome_html(evaluation: Evaluation) -> str:
    """All of an evaluation that is worth a look on the page."""
    done = "" if evaluation.complete else f"，中途停止，共{evaluation.total}题"
    took = f"{evaluation.seconds:.1f}"
    head = f'<p class="wz-count" role="status">问了{len(evaluation.items)}题，用时{took}秒{done}</p>'
    save = '<button type="button" class="wz-button" data-do="report">下载报告</button>'
    head = f'<div class="wz-bar-head">{head}{save}</div>'
    if not any(item.example.status for item in evaluation.items):
        return head + _answers_html(evaluation.items)
    return "".join(
        (
            head,
            _metrics_html(evaluation.metrics),
            _failures_html(list(evaluation.failures)),
            _groups_html(evaluation.groups),
            _confusion_html(evaluation.confusion),
        )
    )


def _metrics_html(metrics: Mapping[str, Metric]) -> str:
    """Shares as bars with their intervals, the rest as a list."""
    bars, rest = [], []
    for measure in MEASURES:
        if measure.name not in metrics:
            continue
        metric = metrics[measure.name]
        if measure.kind in ("share", "score"):
            bars.append(_bar_html(measure, metric))
        else:
            rest.append(f"<div><dt>{text(measure.label)}</dt><dd>{_value(measure, metric)}</dd></div>")
    first, more = "".join(bars[:_FIRST]), "".join(bars[_FIRST:])
    return (
        f'<section class="wz-bars wz-metrics"><ol>{first}</ol><details><summary>其余指标</summary>'
        f'<ol>{more}</ol><dl class="wz-sizes">{"".join(rest)}</dl></details></section>'
    )


def _bar_html(measure: Measure, metric: Metric) -> str:
    interval = ""
    if metric.lower is not None and metric.upper is not None:
        interval = f"{metric.lower:.3f}–{metric.upper:.3f}"
    return (
        f'<li title="{text(measure.meaning)}"><span class="wz-bar-label">{text(measure.label)}</span>'
        '<span class="wz-bar-track" aria-hidden="true"><span class="wz-bar wz-bar-achieved" '
        f'style="left:0;width:{100 * metric.value:.2f}%"></span></span>'
        f'<span class="wz-bar-value"><b>{metric.value:.3f}</b> <small>{interval}</small></span></li>'
    )


def _value(measure: Measure, metric: Metric) -> str:
    match measure.kind:
        case "milliseconds":
            return f"{metric.value:.0f} ms"
        case "rate":
            return f"{metric.value:.1f}"
        case _:
            return f"{metric.value:g}"


def _failures_html(failures: Sequence[Item]) -> str:
    if not failures:
        return '<h3>没有答错的题</h3><p class="wz-empty">每一题都答对了，引文也都对。</p>'
    rows = (
        f"<tr><th scope='row'>{question_link(item.example.question)}{_followed(item)}</th>"
        f'<td translate="no">{text(_gold(item))}</td>'
        f'<td translate="no">{text(_given(item))}</td>'
        f'<td translate="no">{text("；".join(item.wrong))}</td></tr>'
        for item in failures[:MOST]
    )
    return _table(f"有问题的{len(failures)}题", ("问题", "应答", "实答", "哪里不对"), rows, "wz-failures")


def _answers_html(items: Sequence[Item]) -> str:
    """Of a set without gold: what was answered."""
    rows = (
        f"<tr><th scope='row'>{question_link(item.example.question)}{_followed(item)}</th>"
        f"<td>{_STATUSES[item.answer.status if item.answer else 'crash']}</td>"
        f'<td translate="no">{text(_given(item))}</td></tr>'
        for item in items[:MOST]
    )
    return _table("问题集没有标准答案，只列出回答", ("问题", "状态", "回答"), rows, "wz-failures")


def _groups_html(groups: Mapping[str, Mapping[str, Mapping[str, Metric]]]) -> str:
    labels = {measure.name: measure.label for measure in MEASURES}
    tables = []
    for dimension, group in groups.items():
        rows = (
            f'<tr><th scope="row" translate="no">{text(key) or "—"}</th>'
            + "".join(f"<td>{_cell(metrics.get(name))}</td>" for name in _OF_GROUPS)
            + "</tr>"
            for key, metrics in group.items()
        )
        head = (_DIMENSIONS.get(dimension, dimension), *(labels[name] for name in _OF_GROUPS))
        tables.append(_table("", head, rows, "wz-groups"))
    return "".join(tables)


def _confusion_html(confusion: Mapping[str, Mapping[str, int]]) -> str:
    given = [status for status in _STATUSES if any(status in row for row in confusion.values())]
    rows = (
        f'<tr><th scope="row">{_STATUSES.get(right, right)}</th>'
        + "".join(f"<td>{row.get(status) or '·'}</td>" for status in given)
        + "</tr>"
        for right, row in confusion.items()
    )
    return _table("", ("应为", *(f"判为：{_STATUSES[status]}" for status in given)), rows, "wz-groups")


def _table(title: str, head: Iterable[str], rows: Iterable[str], name: str) -> str:
    cells = "".join(f'<th scope="col">{label}</th>' for label in head)
    heading = f"<h3>{title}</h3>" if title else ""
    return (
        f'{heading}<div class="wz-wide" tabindex="0" role="group"><table class="wz-table {name}">'
        f"<thead><tr>{cells}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(metric: Metric | None) -> str:
    return f"{metric.value:.2f} <small>{metric.n}</small>" if metric else "—"


def _followed(item: Item) -> str:
    """What a follow-up follows: its question does not stand alone."""
    asked = [turn.get("content", "") for turn in item.example.history if turn.get("role") == "user"]
    return f'<small translate="no">{text(" → ".join(asked))}</small>' if asked else ""


def _gold(item: Item) -> str:
    example = item.example
    if example.answerable is False:
        return _STATUSES.get(example.status or "", "")
    points = "、".join(point[0] for point in example.answers_all if point)
    return points or " / ".join(example.answers)


def _given(item: Item) -> str:
    if item.answer is None:
        return item.error
    if item.answer.status != "answered":
        return _STATUSES[item.answer.status]
    return item.answer.short_answer or item.answer.text
