"""Evaluation → the HTML of its report: one page, no script, nothing from elsewhere; it prints well."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from qa.datatypes import Answer
from qa.evaluation.charts import shares, times
from qa.evaluation.compare import Comparison
from qa.evaluation.measures import GROUPED, LABELS, MEASURES
from qa.evaluation.questions import Example
from qa.evaluation.run import Item
from qa.evaluation.summary import Evaluation, Metric
from qa.evaluation.words import DIMENSIONS, STATUSES, anchor, difference, interval, shown

_HEADLINES = ("right_strict", "right_and_cited", "citation_precision", "status", "exact_spans")
_CHARTED = (
    "right_strict",
    "right_loose",
    "right_and_cited",
    "cited",
    "citation_precision",
    "citation_recall",
    "figure_match",
    "list_completeness",
    "f1",
    "verdict",
    "status",
    "refusal_precision",
    "refusal_recall",
    "hit@1",
    "hit@5",
    "mrr",
    "ndcg@10",
)
_MOST_BARS = 24  # groups that one chart can hold and be read

_STYLE = Path(__file__).with_name("report.css")


def page(
    evaluation: Evaluation, comparison: Mapping[str, Comparison], about: Mapping[str, str]
) -> Iterator[str]:
    """The page in pieces, the failures one by one."""
    yield (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>评测报告</title><style>{_STYLE.read_text('utf-8')}</style></head><body>\n<h1>评测报告</h1>\n"
    )
    yield _about(evaluation, about)
    yield _headlines(evaluation)
    if comparison:
        yield from _comparison(comparison)
    yield "<h2>指标</h2>\n"
    charted = [(LABELS[name], evaluation.metrics[name]) for name in _CHARTED if name in evaluation.metrics]
    yield shares(charted, "各项指标与 95% 区间") + "\n"
    yield _metrics(evaluation)
    yield from _groups(evaluation)
    yield from _confusion(evaluation)
    spent = [item.seconds * 1000 for item in evaluation.items if item.answer]
    if spent:
        yield f"<h2>用时</h2>\n{times(spent, '每题用时的分布')}\n"
    yield from _failures(evaluation)
    yield _meanings(evaluation)
    yield "</body></html>\n"


def _about(evaluation: Evaluation, about: Mapping[str, str]) -> str:
    count = f"{len(evaluation.items)} 题，用时 {evaluation.seconds:.1f} 秒"
    rows = {**about, "题数": count}
    told = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in rows.items())
    left = ""
    if not evaluation.complete:
        left = f'<p class="warn">没有做完：{len(evaluation.items)}/{evaluation.total} 题。</p>'
    return f'<dl class="about">{told}</dl>{left}\n'


def _headlines(evaluation: Evaluation) -> str:
    cards = [
        f'<div class="head"><span>{LABELS[name]}</span><b>{shown(name, metric.value)}</b>'
        f"<span>{interval(metric)}（n={metric.n}）</span></div>"
        for name in _HEADLINES
        if (metric := evaluation.metrics.get(name))
    ]
    return f'<div class="heads">{"".join(cards)}</div>\n'


def _metrics(evaluation: Evaluation) -> str:
    body = "".join(
        f"<tr><td>{measure.label} <code>{measure.name}</code></td>"
        f'<td class="n">{shown(measure.name, metric.value)}</td>'
        f'<td class="n">{interval(metric)}</td><td class="n">{metric.n}</td></tr>'
        for measure in MEASURES
        if (metric := evaluation.metrics.get(measure.name))
    )
    return _table(_head(("指标", "值", "95% 区间", "n"), numbers=(1, 2, 3)), body)


def _meanings(evaluation: Evaluation) -> str:
    told = "".join(
        f"<dt>{measure.label} <code>{measure.name}</code></dt><dd>{escape(measure.meaning)}</dd>"
        for measure in MEASURES
        if measure.name in evaluation.metrics
    )
    note = (
        "<p>n 是指标所依据的个数：题数，引文精确率是引文数，引文召回率是证据数。"
        "区间由自助法（bootstrap，2000 次，种子固定）按题重抽得到；结果全同时区间没有宽度，这时请看 n。</p>"
    )
    return f'<h2>各项指标的定义</h2>\n<dl class="meanings">{told}</dl>{note}\n'


def _comparison(comparison: Mapping[str, Comparison]) -> Iterator[str]:
    yield "<h2>与基线相比</h2>\n"
    head = _head(("指标", "基线", "这次", "差（95% 区间）", "n"), numbers=(1, 2, 4))
    rows = []
    for name, told in comparison.items():
        tone = "" if not told.sure else ' class="better"' if told.after > told.before else ' class="worse"'
        rows.append(
            f'<tr><td>{LABELS[name]}</td><td class="n">{shown(name, told.before)}</td>'
            f'<td class="n">{shown(name, told.after)}</td><td{tone}>{difference(told)}</td>'
            f'<td class="n">{told.n}</td></tr>'
        )
    yield _table(head, "".join(rows))
    if strict := comparison.get("right_strict"):
        yield _changed("变对", strict.gained) + _changed("变错", strict.lost)
    yield '<p class="kind">只比较两次都有的题，成对检验；p 为精确 McNemar 检验（双侧）。</p>\n'


def _changed(label: str, names: Sequence[str]) -> str:
    if not names:
        return f"<p>{label}：无。</p>\n"
    links = "、".join(f'<a href="#{anchor(name)}">{escape(name)}</a>' for name in names)
    return f"<p>{label} {len(names)} 题：{links}</p>\n"


def _groups(evaluation: Evaluation) -> Iterator[str]:
    for dimension, groups in evaluation.groups.items():
        label = DIMENSIONS[dimension]
        yield f"<h2>按{label}</h2>\n"
        rows = [(key or "（未注明）", group) for key, group in groups.items()]
        bars = [(key[:16], group["right_strict"]) for key, group in rows if "right_strict" in group]
        if 1 < len(bars) <= _MOST_BARS:
            yield shares(bars, f"答对（严格），按{label}") + "\n"
        columns = [name for name in GROUPED if any(name in group for _, group in rows)]
        titles = (label, "题数", *(LABELS[name] for name in columns))
        head = _head(titles, numbers=range(1, len(titles)))
        body = "".join(
            f'<tr><td>{escape(key)}</td><td class="n">{_size(group)}</td>'
            + "".join(f'<td class="n">{_value(group, name)}</td>' for name in columns)
            + "</tr>"
            for key, group in rows
        )
        yield _table(head, body)


def _size(group: Mapping[str, Metric]) -> int:
    return max((metric.n for name, metric in group.items() if name in ("right_strict", "status")), default=0)


def _value(group: Mapping[str, Metric], name: str) -> str:
    return shown(name, group[name].value) if name in group else ""


def _confusion(evaluation: Evaluation) -> Iterator[str]:
    if not evaluation.confusion:
        return
    given = [s for s in STATUSES if any(row.get(s) for row in evaluation.confusion.values())]
    wanted = [s for s in STATUSES if s in evaluation.confusion]
    yield "<h2>状态</h2>\n<p class='kind'>行是应有的状态，列是给出的状态。</p>\n"
    head = "".join(f'<th class="n">{STATUSES[s]}<br><code>{s}</code></th>' for s in given)
    body = ""
    for status in wanted:
        row = evaluation.confusion[status]
        cells = "".join(
            f'<td class="n {_tone(s == status, row.get(s))}">{row.get(s) or ""}</td>' for s in given
        )
        body += f"<tr><th>{STATUSES[status]} <code>{status}</code></th>{cells}</tr>"
    yield _table(f"<tr><th>应为 \\ 给出</th>{head}</tr>", body)


def _tone(right: bool, count: int | None) -> str:
    return "diagonal" if right else "off" if count else ""


def _head(titles: Sequence[str], numbers: Container[int]) -> str:
    """The first row of a table; the columns that hold numbers are set to the right."""
    cells = (f"<th{' class=n' if at in numbers else ''}>{title}</th>" for at, title in enumerate(titles))
    return f"<tr>{''.join(cells)}</tr>"


def _table(head: str, body: str) -> str:
    return f'<div class="wide"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>\n'


# --- failures --------------------------------------------------------------------------------------


def _failures(evaluation: Evaluation) -> Iterator[str]:
    count = sum(1 for _ in evaluation.failures)
    yield f"<h2>有问题的题（{count}）</h2>\n"
    if not count:
        yield "<p>没有。</p>\n"
    for item in evaluation.failures:
        yield _failure(item)


def _failure(item: Item) -> str:
    example = item.example
    name = anchor(example.id)
    kinds = "，".join(filter(None, (example.type, example.style, example.period, example.document)))
    before = "".join(
        f"<li>{'问' if turn.get('role') == 'user' else '答'}：{escape(str(turn.get('content', '')))}</li>"
        for turn in example.history
    )
    return (
        f'<article id="{name}"><h3><a href="#{name}">{escape(example.id)}</a> {escape(example.question)}</h3>'
        f'<p class="kind">{escape(kinds)}</p><p class="why">{escape("；".join(item.wrong))}</p>'
        + (f"<p>上文：</p><ul>{before}</ul>" if before else "")
        + f"<p>标准答案：{escape(_gold(example))}</p>"
        + _reply(item)
        + _list(
            "证据", ((piece.quote, held) for piece, held in zip(example.evidence, item.found, strict=True))
        )
        + (f"<p class='kind'>备注：{escape(example.notes)}</p>" if example.notes else "")
        + _trace(item.answer)
        + "</article>\n"
    )


def _gold(example: Example) -> str:
    if not example.answerable:
        return f"没有，应为 {example.status}"
    points = "；".join(" / ".join(point) for point in example.answers_all) or " / ".join(example.answers)
    enough = f"（说到 {example.min_items} 项即可）" if example.min_items else ""
    verdict = {"yes": "是。", "no": "否。", None: ""}[example.verdict]
    return verdict + points + enough


def _reply(item: Item) -> str:
    answer = item.answer
    if answer is None:
        return f'<p>出错：</p><div class="said">{escape(item.error)}</div>'
    short = f"<p>简短答案：{escape(answer.short_answer)}</p>" if answer.short_answer else ""
    cited = _list(
        "引文",
        (
            (f"{c.quote}（{c.document_id} {c.start}–{c.end}）", held)
            for c, held in zip(answer.citations, item.held, strict=True)
        ),
        judged=bool(item.example.evidence),
    )
    status = f"{STATUSES[answer.status]} <code>{answer.status}</code>"
    understood = (
        "" if answer.question == item.example.question else f"<p>理解为：{escape(answer.question)}</p>"
    )
    return f'<p>状态：{status}</p>{understood}{short}<div class="said">{escape(answer.text)}</div>{cited}'


def _list(label: str, lines: Iterable[tuple[str, bool]], *, judged: bool = True) -> str:
    """Lines, each with a mark that says whether it holds, or is held by, what it should."""
    marks = {True: ' class="yes"', False: ' class="no"'} if judged else {}
    told = "".join(f"<li{marks.get(held, '')}>{escape(line)}</li>" for line, held in lines)
    return f"<p>{label}：</p><ul>{told}</ul>" if told else ""


def _trace(answer: Answer | None) -> str:
    if answer is None or not answer.trace:
        return ""
    trace = dict(answer.trace)
    trace["hits"] = list(trace.get("hits", ()))[:8]
    told = json.dumps(trace, ensure_ascii=False, indent=1, default=str)
    return f"<details><summary>由来（理解、检索、证据）</summary><pre>{escape(told)}</pre></details>"
