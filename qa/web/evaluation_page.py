"""The page 评测: a question set is asked to its end, with the time left, and its outcome is shown."""

from __future__ import annotations

import base64
import binascii
import io
import logging
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.errors import QAError
from qa.evaluation import Evaluation, QuestionFileError, QuestionSet, evaluate, load_questions, write_report
from qa.library import seed_folder
from qa.web.outcome import outcome_html
from qa.web.render import text

if TYPE_CHECKING:
    from qa.bot import Bot

LARGEST = 5_000_000
"""Bytes of a question set, …"""
_UNPACKED = 50_000_000
"""… and of what an XLSX file unpacks to."""
MOST = 2000
"""Questions that are asked from the page; the command line asks any number."""
_FORMATS = (".jsonl", ".csv", ".xlsx", ".json")
_FORSAKEN = 60.0
"""Seconds without a sign of the page after which its run ends."""
_KEPT = 8
"""Runs whose outcome can still be had."""
_BAD_SHOWN = 20
_DEFECT = "程序出了错，评测没有完成。出错的详情记在运行本页面的终端里。"
_SCRIPT = f"wzEvaluation(element, server, {{largest: {LARGEST}}})"

_log = logging.getLogger("wenzheng")


@dataclass(slots=True)
class Run:
    """A question set that is being asked, or was."""

    questions: QuestionSet
    stop: threading.Event = field(default_factory=threading.Event)
    done: int = 0
    started: float = field(default_factory=time.monotonic)
    seen: float = field(default_factory=time.monotonic)
    """When the page last asked how far it is."""
    evaluation: Evaluation | None = None
    error: str = ""

    def state(self) -> dict[str, Any]:
        """What the page shows of it: how far it is, seconds left, and in the end the outcome."""
        self.seen = time.monotonic()
        total = len(self.questions)
        left = (self.seen - self.started) / self.done * (total - self.done) if self.done else None
        html = ""
        if self.evaluation is not None:
            html = _passed_over(self.questions) + outcome_html(self.evaluation)
        return {"done": self.done, "total": total, "left": left, "html": html, "error": self.error}

    def ask(self, bot: Bot) -> None:
        """Ask all questions, until it is stopped or nobody looks any more."""

        def progress(done: int, _: int) -> None:
            self.done = done
            if time.monotonic() - self.seen > _FORSAKEN:
                self.stop.set()

        try:
            self.evaluation = evaluate(bot, self.questions, progress=progress, stop=self.stop)
        except QAError as error:
            self.error = str(error)
        except Exception:  # the page outlives a defect of the program, which goes to the log whole
            _log.exception("评测没有完成")
            self.error = _DEFECT


class Runs:
    """The runs of all open pages: one at a time, each known to its own page only by its token."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._runs: dict[str, Run] = {}
        self._busy = threading.Lock()

    def start(self, name: str, content: bytes | None) -> str:
        """Begin with a set that was sent, or where there is no content with the shipped one; its token.

        Raises QAError where another run is under way or the set cannot be used.
        """
        if not self._busy.acquire(blocking=False):
            raise QAError("另一场评测正在进行，请等它结束后再开始。")
        try:
            run = Run(read_questions(self._bot, name, content))
        except BaseException:
            self._busy.release()
            raise
        token = token_urlsafe(12)
        self._runs[token] = run
        for old in list(self._runs)[:-_KEPT]:
            del self._runs[old]
        threading.Thread(target=self._ask, args=(run,), daemon=True).start()
        return token

    def of(self, token: str) -> Run:
        """The run of a token; QAError where it is no longer kept."""
        if token not in self._runs:
            raise QAError("这场评测的结果已不在了，请重新开始。")
        return self._runs[token]

    def _ask(self, run: Run) -> None:
        try:
            run.ask(self._bot)
        finally:
            self._busy.release()


def evaluation_page(bot: Bot, tab: gr.Tab) -> None:  # noqa: ARG001 (nothing on it depends on the library)
    """Lay the page out; called inside its tab. pages.js starts a run and asks every moment how far it is."""
    runs = Runs(bot)

    def start(sent: dict[str, Any]) -> dict[str, Any]:
        content = None if sent.get("content") is None else _decoded(sent["content"])
        return {"token": runs.start(str(sent.get("name")), content)}

    def state(token: str) -> dict[str, Any]:
        return runs.of(str(token)).state()

    def stop(token: str) -> dict[str, Any]:
        runs.of(str(token)).stop.set()
        return {}

    def report(token: str) -> dict[str, Any]:
        evaluation = runs.of(str(token)).evaluation
        return {"zip": base64.b64encode(packed(evaluation)).decode() if evaluation else ""}

    gr.HTML(
        page_html(),
        js_on_load=_SCRIPT,
        server_functions=[_named(act) for act in (start, state, stop, report)],
        apply_default_css=False,
        elem_id="wz-run",
    )


def read_questions(bot: Bot, name: str, content: bytes | None) -> QuestionSet:
    """The questions that can be asked; raises QAError where there are none, or too many."""
    documents = bot.library.documents
    if content is None:
        return load_questions(seed_folder() / "questions.jsonl", documents=documents, skip_bad=True)
    suffix = Path(name).suffix.lower()
    if suffix not in _FORMATS:
        raise QuestionFileError(f"“{name[:80]}”不是问题集：可用 {'、'.join(_FORMATS)}。")
    if len(content) > LARGEST or (suffix == ".xlsx" and _unpacked(content) > _UNPACKED):
        raise QuestionFileError(f"“{name[:80]}”太大：问题集不能超过{LARGEST // 1_000_000} MB。")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"questions{suffix}"
        path.write_bytes(content)
        try:
            questions = load_questions(path, documents=documents, skip_bad=True)
        except QuestionFileError as error:
            raise QuestionFileError(str(error).replace(str(path), name[:80])) from error
    if len(questions) > MOST:
        raise QuestionFileError(
            f"问题集有{len(questions)}题：页面上一次最多{MOST}题，更多的请用命令行 wenzheng eval。"
        )
    return questions


def packed(evaluation: Evaluation) -> bytes:
    """The report's files in a ZIP file."""
    with tempfile.TemporaryDirectory() as folder:
        write_report(evaluation, Path(folder))
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).rglob("*")):
                archive.write(path, path.relative_to(folder))
    return file.getvalue()


def page_html() -> str:
    """What the page shows before anything was asked."""
    return (
        '<form class="wz-drop"><fieldset class="wz-switch"><legend>问题集</legend>'
        '<label><input type="radio" name="set" value="shipped" checked><span>自带的问题集</span></label>'
        '<label><input type="radio" name="set" value="own"><span>我的问题集</span></label></fieldset>'
        f'<label class="wz-button" hidden><span class="wz-file">选择文件</span><input type="file" '
        f'accept="{",".join(_FORMATS)}"></label>'
        '<button class="wz-button wz-start">开始评测</button>'
        f"<p>JSON Lines、CSV、XLSX 或 SQuAD 格式，不超过{LARGEST // 1_000_000} MB、{MOST}题。"
        "没有标准答案的问题只作答，不评分。</p></form>"
        '<div class="wz-progress" hidden><progress aria-label="评测进度" max="1" value="0"></progress>'
        '<span class="wz-left" role="status"></span>'
        '<button type="button" class="wz-button" data-do="stop">停止</button></div>'
        '<p class="wz-bad wz-trouble" role="alert" hidden translate="no"></p><div class="wz-outcome"></div>'
    )


def _passed_over(questions: QuestionSet) -> str:
    """The lines that could not be used, each with its reason."""
    if not questions.bad:
        return ""
    lines = "".join(
        f'<li translate="no">第{bad.line}行：{text(bad.reason)}</li>' for bad in questions.bad[:_BAD_SHOWN]
    )
    return (
        f'<details class="wz-over"><summary>略过了{len(questions.bad)}行</summary><ul>{lines}</ul></details>'
    )


def _named(act: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """The act under its own name, with what the user can mend as ``error`` in its result."""

    def acted(sent: Any) -> dict[str, Any]:
        try:
            return act(sent)
        except QAError as error:
            return {"error": str(error)}

    acted.__name__ = act.__name__
    return acted


def _decoded(sent: object) -> bytes:
    try:
        return base64.b64decode(str(sent), validate=True)
    except (binascii.Error, ValueError) as error:
        raise QAError("文件没有完整送达，请再试一次。") from error


def _unpacked(content: bytes) -> int:
    """Bytes that an XLSX file says it unpacks to."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return 0  # the reader says what is wrong with it
