"""How figures are put in words, the same on the terminal, in Markdown and in HTML."""

from __future__ import annotations

from urllib.parse import quote

from qa.evaluation.compare import Comparison
from qa.evaluation.measures import MEASURES
from qa.evaluation.summary import Metric

DIMENSIONS = {"type": "类型", "style": "问法", "period": "时期", "document": "文档"}
STATUSES = {
    "answered": "回答",
    "not_in_report": "报告未写",
    "section_missing": "正文缺失",
    "no_such_document": "没有该报告",
    "out_of_scope": "范围之外",
    "crash": "出错",
}
_KINDS = {measure.name: measure.kind for measure in MEASURES}


def shown(name: str, value: float) -> str:
    """A figure in its unit."""
    match _KINDS[name]:
        case "milliseconds":
            return f"{value:.0f} 毫秒"
        case "characters":
            return f"{value:g} 字"
        case "count":
            return f"{value:.0f}"
        case "rate":
            return f"{value:.1f}"
        case _:
            return f"{value:.3f}"


def interval(metric: Metric) -> str:
    """The bounds of a figure's interval; empty where it has none."""
    if metric.lower is None or metric.upper is None:
        return ""
    return f"{metric.lower:.3f}–{metric.upper:.3f}"


def difference(compared: Comparison) -> str:
    """A change against an earlier run, and whether it is more than chance."""
    if compared.lower == compared.upper == 0:
        return "不变"
    p = "" if compared.p is None else "，p<0.001" if compared.p < 0.001 else f"，p={compared.p:.3f}"
    sure = "有差异" if compared.sure else "在误差之内"
    change = compared.after - compared.before
    return f"{change:+.3f}（{compared.lower:+.3f} 至 {compared.upper:+.3f}{p}，{sure}）"


def anchor(name: str) -> str:
    """Where a question stands in the report: ``report.html#q-…``, the same in every run."""
    return "q-" + quote(name, safe="").replace("%", ".")
