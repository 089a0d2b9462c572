"""Evaluation → a folder: report.html, one file that asks nothing of the network, report.md, report.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from qa.evaluation.compare import Comparison
from qa.evaluation.measures import GROUPED, LABELS, MEASURES
from qa.evaluation.page import page
from qa.evaluation.summary import Evaluation, Metric
from qa.evaluation.words import DIMENSIONS, anchor, difference, interval, shown

__all__ = ["difference", "interval", "shown", "write_report"]


def write_report(
    evaluation: Evaluation,
    folder: Path,
    *,
    comparison: Mapping[str, Comparison] | None = None,
    about: Mapping[str, str] | None = None,
) -> None:
    """Write the report into ``folder``, which is made where it is missing.

    ``comparison`` is what ``compare`` told against an earlier run; ``about`` says in words, by label, what
    the run was made with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    against, made = comparison or {}, about or {}
    with (folder / "report.html").open("w", encoding="utf-8", errors="replace") as file:
        file.writelines(page(evaluation, against, made))
    with (folder / "report.md").open("w", encoding="utf-8", errors="replace") as file:
        file.writelines(f"{line}\n" for line in _markdown(evaluation, against, made))
    plain = {"about": dict(made), **evaluation.to_dict()}
    plain["comparison"] = {name: asdict(compared) for name, compared in against.items()}
    plain["failures"] = [{"id": item.example.id, "wrong": list(item.wrong)} for item in evaluation.failures]
    (folder / "report.json").write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _markdown(
    evaluation: Evaluation, comparison: Mapping[str, Comparison], about: Mapping[str, str]
) -> Iterator[str]:
    yield "# 评测报告"
    yield ""
    yield from (f"- {label}：{told}" for label, told in about.items())
    if not evaluation.complete:
        yield f"- **未做完**：{len(evaluation.items)}/{evaluation.total} 题"
    yield ""
    against = " 较基线 |" if comparison else ""
    yield f"| 指标 | 值 | 95% 区间 | n |{against}"
    yield "|---|---|---|---|" + ("---|" if comparison else "")
    for measure in MEASURES:
        if metric := evaluation.metrics.get(measure.name):
            compared = comparison.get(measure.name)
            more = f" {difference(compared) if compared else ''} |" if comparison else ""
            told = f"{shown(measure.name, metric.value)} | {interval(metric)} | {metric.n}"
            yield f"| {measure.label} `{measure.name}` | {told} |{more}"
    for name, groups in evaluation.groups.items():
        columns = [key for key in GROUPED if any(key in group for group in groups.values())]
        yield ""
        yield f"## 按{DIMENSIONS[name]}"
        yield ""
        yield f"| {DIMENSIONS[name]} | 题数 | " + " | ".join(LABELS[key] for key in columns) + " |"
        yield "|---" * (len(columns) + 2) + "|"
        for key, group in groups.items():
            cells = " | ".join(_cell(group.get(column), column) for column in columns)
            yield f"| {_escaped(key) or '（未注明）'} | {_size(group)} | {cells} |"
    yield ""
    yield "## 有问题的题"
    yield ""
    for item in evaluation.failures:
        example = item.example
        link = f"report.html#{anchor(example.id)}"
        wrong = _escaped("；".join(item.wrong))
        yield f"- [{_escaped(example.id)}]({link}) {_escaped(example.question)}：{wrong}"


def _size(group: Mapping[str, Metric]) -> int:
    return max((metric.n for name, metric in group.items() if name in ("right_strict", "status")), default=0)


def _cell(metric: Metric | None, name: str) -> str:
    return shown(name, metric.value) if metric else ""


def _escaped(text: str) -> str:
    for mark in "\\|[]<>*_`":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())
