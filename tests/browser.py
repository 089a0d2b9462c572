"""What the browser tests share: a Chromium whose every request and complaint is kept, and served pages."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from types import SimpleNamespace
from typing import cast
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Playwright

from qa.bot import Bot
from qa.datatypes import Answer, Citation, Document, Kind
from qa.web import launch

REPOSITORY = Path(__file__).parents[1]
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
PATIENCE = 120
"""Seconds that a busy machine may take to load the model, to show the page, to answer."""


def chromium(playwright: Playwright) -> Browser:
    """The system's Chromium; a test run without one fails and says so, it does not skip."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise RuntimeError(
            "浏览器测试需要 Chromium：apt-get install chromium (the browser tests need Chromium)"
        )
    return playwright.chromium.launch(
        executable_path=program, args=["--no-sandbox", "--disable-background-networking"]
    )


@dataclass
class Visit:
    """An open chat page and all that the browser said about it."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    """Errors and warnings on the console, errors of scripts, dialogs, answers of 400 and above."""
    strangers: list[str] = field(default_factory=list)
    """Requests to any other host than the served one."""

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("dialog", self._opened)
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("response", lambda response: self._answered(response.status, response.url))
        self.open()

    def open(self) -> None:
        """Load the page, or load it again."""
        self.page.goto(self.address)
        self.page.wait_for_selector("#wz-box textarea")

    def send(self, question: str) -> None:
        """Type a question and press Enter."""
        box = self.page.locator("#wz-box textarea")
        box.fill(question)
        box.press("Enter")

    def ask(self, question: str) -> None:
        """Send a question and wait until it is answered to the end."""
        before = self.page.locator("#wz-chat .wz-question").count()
        self.send(question)
        self.wait_for_answers(before + 1)

    def wait_for_answers(self, number: int) -> None:
        """Wait until so many questions are answered to the end, and no other waits."""
        self.page.wait_for_function(
            """number => document.querySelectorAll("#wz-chat .wz-question").length === number
                && document.querySelectorAll(".wz-answer:not(.wz-pending, .wz-writing)").length === number
                && document.querySelector('#wz-box [data-testid="submit-button"]')""",
            arg=number,
        )

    def marked(self) -> str:
        """What is marked in the report, which must be in view."""
        self.page.wait_for_selector(".wz-reading mark")
        seen = self.page.evaluate(
            """() => {
                const view = document.querySelector(".wz-reading").getBoundingClientRect();
                const mark = document.querySelector(".wz-reading mark").getBoundingClientRect();
                return mark.top >= view.top && mark.bottom <= Math.min(view.bottom, innerHeight);
            }"""
        )
        assert seen, "the mark is not in view"
        return "".join(self.texts(".wz-reading mark"))

    def findings(self) -> list[str]:
        """What axe-core finds serious or critical on the page as it is."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found: list[str] = self.page.evaluate(
            """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
                .filter(({ impact }) => impact === "serious" || impact === "critical")
                .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))"""
        )
        return found

    def texts(self, selector: str) -> list[str]:
        """The text of every element that matches, blanks as they are."""
        return [
            text or ""
            for text in self.page.locator(selector).evaluate_all("es => es.map(e => e.textContent)")
        ]

    def clean(self) -> None:
        """Fail where the browser complained or another host was asked."""
        assert self.complaints == []
        assert self.strangers == []

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _opened(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(self.address).netloc:
            self.strangers.append(url)

    def _answered(self, status: int, url: str) -> None:
        if status >= 400:
            self.complaints.append(f"{status}: {url}")


@contextmanager
def product(home: Path, models: Path, log: Path) -> Iterator[str]:
    """``wenzheng chat`` on the shipped report in a fresh home, behind a proxy that must not be asked."""
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "wenzheng").symlink_to(models, target_is_directory=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with proxy() as (address, asked), log.open("wb") as output:
        environment = os.environ | {
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CACHE_HOME": str(home / "cache"),
            **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"), address),
        }
        for name in ("WENZHENG_HOME", "no_proxy", "NO_PROXY"):
            environment.pop(name, None)
        process = subprocess.Popen(
            [sys.executable, "-m", "qa.cli", "chat", "--port", str(port)],
            cwd=REPOSITORY,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            served = f"http://127.0.0.1:{port}/"
            _wait_for(served, process, log)
            yield served
            assert asked == [], "the server asked the proxy, that is: somebody else"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)


@contextmanager
def proxy() -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that refuses everybody and remembers what they wanted."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            while True:
                try:
                    caller, _ = listener.accept()
                except OSError:
                    return
                with caller:
                    asked.append(caller.recv(4096))

        threading.Thread(target=refuse, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(PATIENCE * 4):
        if process.poll() is not None:
            break
        try:
            direct.open(address, timeout=5).close()
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.25)
        else:
            return
    raise RuntimeError(f"no page at {address}:\n{log.read_text('utf-8', 'replace')}")


OpenPage = Callable[..., Visit]


class ScriptedBot:
    """A bot that says what it is told, for what the real one never says when it is asked to."""

    def __init__(
        self, documents: Sequence[Document], script: Mapping[str, Answer | Exception | float], home: Path
    ) -> None:
        """``script`` maps a question to its answer, to what is raised, or to seconds of silence."""
        self.library = SimpleNamespace(documents={document.id: document for document in documents}, home=home)
        self.heard: list[tuple[str, list[Mapping[str, str]]]] = []
        """Every question with the history that came with it."""
        self.scopes: list[tuple[Kind | None, Sequence[str] | None]] = []
        """Where every question was to be looked for."""
        self._script = script

    def ask(
        self,
        question: str,
        history: Sequence[Mapping[str, str]] | None = None,
        *,
        kind: Kind | None = None,
        documents: Sequence[str] | None = None,
        explain: bool = False,
    ) -> Answer:
        self.heard.append((question, list(history or ())))
        self.scopes.append((kind, documents))
        reply = self._script.get(question, Answer("answered", f"答：{question}", None, (), question))
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, float):
            time.sleep(reply)
            return Answer("answered", f"答：{question}", None, (), question)
        return reply


def cite(document: Document, quote: str) -> Citation:
    """The first place of a quote in a document."""
    start = document.text.index(quote)
    section = document.section_at(start)
    year = section.years[-1] if section.years else None
    return Citation(document.id, start, start + len(quote), quote, section.path, year, section.kind, 1.0)


def serve(bot: ScriptedBot, auth: tuple[str, str] | None = None) -> str:
    """Serve the page with a scripted bot from a thread that ends with the tests; its address."""
    ready: Queue[str] = Queue()
    settings = {"port": 0, "auth": auth, "on_ready": ready.put}
    threading.Thread(target=launch, args=(cast(Bot, bot),), kwargs=settings, daemon=True).start()
    return ready.get(timeout=PATIENCE)
