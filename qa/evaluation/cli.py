"""``wenzheng eval``: runs question sets, prints their figures, writes the report; proposes new sets."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from qa.errors import QAError

if TYPE_CHECKING:
    from rich.console import Console

    from qa.bot import Bot
    from qa.evaluation.compare import Comparison
    from qa.evaluation.questions import Example, QuestionSet
    from qa.evaluation.results import Results
    from qa.evaluation.summary import Evaluation

_SHOWN = (
    "right_strict",
    "right_loose",
    "right_and_cited",
    "cited",
    "citation_precision",
    "citation_recall",
    "exact_spans",
    "exact_match",
    "f1",
    "figure_match",
    "list_completeness",
    "verdict",
    "status",
    "refusal_precision",
    "refusal_recall",
    "hit@1",
    "hit@5",
    "mrr",
    "p50_ms",
    "p95_ms",
    "questions_per_second",
    "crashes",
)


class _RunByDefault(TyperGroup):
    """``eval FILE`` runs a set, ``eval new`` proposes one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args if args[:1] in (["new"], ["run"]) else ["run", *args])


app = typer.Typer(
    cls=_RunByDefault,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command(
    epilog="""\b
问题集：JSON Lines、CSV、XLSX（列名中英文均可），或 SQuAD、CMRC 的 JSON。
没有标准答案的问题只作答，不评分。
wenzheng eval new 文档编号：由报告拟出一份问题集，供人修改。
退出码：0 完成；1 出错，或低于 --min；2 用法有误；130 被 Ctrl-C 中止，做完的都已保留。
"""
)
def run(
    context: typer.Context,
    questions: Annotated[list[Path], typer.Argument(metavar="QUESTIONS", help="问题集，可有多个。")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="写入结果与报告的文件夹；不写则只显示指标。")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="RUN", help="与之比较的上一次结果：它的文件夹。")
    ] = None,
    minimum: Annotated[
        list[str] | None,
        typer.Option("--min", metavar="METRIC=VALUE", help="低于它则退出码为 1；可重复。"),
    ] = None,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="同时作答的进程数；不影响结果。")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="接着做 --out 里没有做完的。")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="略过不能用的行。")] = False,
    contexts: Annotated[
        bool, typer.Option("--contexts", help="以 SQuAD、CMRC 自带的文章为文档，每题限于自己的那篇。")
    ] = False,
) -> None:
    """用问题集评测：逐题作答、评分，写出报告。"""
    from qa.bot import Bot
    from qa.evaluation.contexts import context_library
    from qa.evaluation.questions import load_questions
    from qa.evaluation.results import read_results
    from qa.library import default_library

    floors = dict(map(_floor, minimum or ()))
    library = default_library(*context.obj)
    examples = load_questions(
        *questions, documents=None if contexts else library.documents, skip_bad=skip_bad, contexts=contexts
    )
    _tell_bad(examples)
    before = read_results(baseline) if baseline else None
    with ExitStack() as stack:
        if contexts:
            if not examples.contexts:
                raise QAError("--contexts 只用于自带文章的问题集（SQuAD、CMRC 的 .json）。")
            _say(f"正在把 {len(examples.contexts)} 篇文章建成临时资料库……")
            library = stack.enter_context(context_library(examples.contexts, library.encoder))
        results = stack.enter_context(_results(out, examples.examples, resume=resume))
        evaluation = _run(Bot(library), examples.examples, results, workers)
        missed = _finish(
            evaluation, out, before, floors, _about(questions, library.documents, library.encoder.name)
        )
    if not evaluation.complete:
        raise typer.Exit(130)
    raise typer.Exit(1 if missed else 0)


@app.command()
def new(
    context: typer.Context,
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="文档编号，见 wenzheng list。")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="写入 .jsonl、.csv 或 .xlsx；默认写到标准输出。")
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="最多拟几题。")] = 100,
) -> None:
    """由一份报告的数字与标题拟出问题集，标为待核，供人修改。"""
    from qa.evaluation.propose import propose, write_questions
    from qa.library import default_library

    library = default_library(*context.obj)
    if document not in library.documents:
        raise QAError(f"库中没有文档“{document}”。现有：{'、'.join(library.documents) or '（空）'}。")
    examples = propose(library.documents[document], limit)
    write_questions(examples, out)
    _say(f"拟出 {len(examples)} 题，都标有 proposed：请逐题核对、修改后再用。")


# --- running ---------------------------------------------------------------------------------------


@contextmanager
def _results(out: Path | None, examples: Sequence[Example], *, resume: bool) -> Iterator[Results]:
    """The file of results: in ``out``, or one that is thrown away."""
    import tempfile

    from qa.evaluation.results import NAME, Results

    if out is None:
        if resume:
            raise QAError("--resume 要与 --out 一起用：接着做那个文件夹里没有做完的。")
        with tempfile.TemporaryDirectory(prefix="wenzheng-") as folder:
            yield Results(Path(folder, NAME))
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise QAError(f"无法写入 {out}：{error.strerror or error}。") from error
    results = Results(out / NAME)
    if results and not resume:
        raise QAError(f"{out} 里已有 {len(results)} 题的结果：加 --resume 接着做，或换一个 --out。")
    results.keep(examples)
    yield results


def _run(bot: Bot, examples: Sequence[Example], results: Results, workers: int) -> Evaluation:
    """Ask what has no result yet; Ctrl-C ends after the question at hand."""
    from qa.evaluation.run import answered
    from qa.evaluation.summary import summarize

    spent = sum(item.seconds for item in results)
    done = {item.example.id for item in results}
    left = [example for example in examples if example.id not in done]
    if done:
        _say(f"已有 {len(done)} 题的结果，接着做其余 {len(left)} 题。")
    started = time.perf_counter()
    with _stopping() as stop, _progress(len(examples), len(done)) as progress:
        for item in answered(bot, left, workers=workers, progress=progress, stop=stop):
            results.append(item)
    spent += time.perf_counter() - started
    return summarize(results, seconds=spent, total=len(examples))


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second one ends the program as ever."""
    stop = threading.Event()

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        _say("正在收尾，做完的都会保留……（再按一次 Ctrl-C 立即退出）")

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress(total: int, done: int) -> Iterator[Any]:
    """A bar with the time left on stderr; nothing where stderr is no terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("作答"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("剩余"),
        TimeRemainingColumn(),
    )
    console = _console(sys.stderr)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total, completed=done)
        yield lambda now, _: bar.update(task, completed=done + now)


# --- telling ---------------------------------------------------------------------------------------


def _finish(
    evaluation: Evaluation,
    out: Path | None,
    before: Results | None,
    floors: Mapping[str, float],
    about: Mapping[str, str],
) -> bool:
    """Write and print what came out; whether a figure lies below its floor."""
    from qa.evaluation.answers import write_answers
    from qa.evaluation.compare import compare
    from qa.evaluation.report import write_report

    comparison = compare(before, evaluation.items) if before else {}
    judged = any("right_strict" in item.scores or "cited" in item.scores for item in evaluation.items)
    if judged:
        _print_table(evaluation, comparison)
    else:
        typer.echo(f"{len(evaluation.items)} 题没有标准答案：只作答，不评分。")
    if out:
        write_answers(evaluation.items, out)
        files = "results.jsonl、answers.csv、answers.xlsx"
        if judged:
            write_report(evaluation, out, comparison=comparison, about=about)
            files += "、report.html、report.md、report.json"
        _say(f"已写入 {out}：{files}")
    if not evaluation.complete:
        again = "，加 --resume 接着做" if out else "；用 --out 保存，才能接着做"
        _say(f"中止：做完 {len(evaluation.items)}/{evaluation.total} 题{again}。")
    return _below(evaluation, floors)


def _below(evaluation: Evaluation, floors: Mapping[str, float]) -> bool:
    missed = False
    for name, floor in floors.items():
        metric = evaluation.metrics.get(name)
        if metric is None:
            _say(f"✗ {name}：这个问题集没有这项指标，要求 ≥ {floor:g}")
        elif metric.value < floor:
            _say(f"✗ {name} = {metric.value:.4f}，低于要求的 {floor:g}")
        missed |= metric is None or metric.value < floor
    return missed


def _print_table(evaluation: Evaluation, comparison: Mapping[str, Comparison]) -> None:
    from rich.table import Table

    from qa.evaluation.measures import LABELS
    from qa.evaluation.report import interval, shown

    table = Table(
        "指标", "", "值", "95% 区间", "n", *(["较基线"] if comparison else []), box=None, pad_edge=False
    )
    for name in _SHOWN:
        if name in evaluation.metrics:
            metric = evaluation.metrics[name]
            row = [LABELS[name], name, shown(name, metric.value), interval(metric), str(metric.n)]
            if comparison:
                row.append(_difference(comparison.get(name)))
            table.add_row(*row)
    _console(sys.stdout).print(table)
    failed = sum(1 for _ in evaluation.failures)
    typer.echo(f"{len(evaluation.items)} 题，{failed} 题有问题，用时 {evaluation.seconds:.1f} 秒")


def _difference(compared: Comparison | None) -> str:
    if compared is None:
        return ""
    from qa.evaluation.report import difference

    return difference(compared)


def _tell_bad(examples: QuestionSet) -> None:
    for line in examples.bad:
        _say(f"略过 {line}")
    if examples.ignored:
        _say(f"不认识的列，未使用：{'、'.join(examples.ignored)}")


def _about(files: Sequence[Path], documents: Mapping[str, Any], model: str) -> dict[str, str]:
    """What the run was made with, for the report."""
    from hashlib import sha256
    from importlib.metadata import PackageNotFoundError, version

    try:
        program = version("wenzheng")
    except PackageNotFoundError:
        program = "（从源码运行）"
    sets = "、".join(f"{path.name}（SHA-256 {sha256(path.read_bytes()).hexdigest()[:12]}）" for path in files)
    names = list(documents)
    return {
        "问题集": sets,
        "文档": "、".join(names[:20]) + (f" 等 {len(names)} 份" if len(names) > 20 else ""),
        "模型": model,
        "程序": f"问政 {program}",
        "时间": f"{datetime.now().astimezone():%Y-%m-%d %H:%M %z}",
    }


def _floor(text: str) -> tuple[str, float]:
    """``METRIC=VALUE`` of --min."""
    from qa.evaluation.measures import MEASURES

    name, _, value = text.partition("=")
    known = [measure.name for measure in MEASURES if measure.kind in ("share", "score", "rate")]
    if name not in known:
        raise typer.BadParameter(f"不认识的指标“{name}”。可用：{'、'.join(known)}", param_hint="--min")
    try:
        return name, float(value)
    except ValueError as error:
        raise typer.BadParameter(f"“{text}”应写作 指标=数值，如 cited=0.95", param_hint="--min") from error


def _console(file: Any) -> Console:
    from rich.console import Console

    return Console(file=file, width=None if file.isatty() else 120, markup=False, highlight=False)


def _say(line: str) -> None:
    typer.echo(line, err=True)
