"""Serves the chat page on this machine, and keeps the browser on this machine too."""

from __future__ import annotations

import contextlib
import errno
import json
import re
import secrets
import socket
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr
import uvicorn
from fastapi import FastAPI, HTTPException
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.errors import QAError
from qa.web import look
from qa.web.app import build_app
from qa.web.render import title
from qa.web.source import report_html

if TYPE_CHECKING:
    from qa.bot import Bot

MAX_UPLOAD = 16_000_000
"""Bytes of a file that may be sent to the page."""
_HERE = Path(__file__).parent
_SCRIPTS = ("language.js", "page.js", "chat.js", "source.js", "pages.js")
_STYLES = ("style.css", "pages.css")
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # Gradio starts inline and compiles templates
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
_SOCIAL_TAG = re.compile(rb"""<meta\s[^>]*=["'](?:og|twitter):[^>]*>\s*""")


def launch(
    bot: Bot,
    host: str,
    port: int,
    *,
    auth: tuple[str, str] | None = None,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """See ``qa.web.launch``."""
    listener = _listen(host, port)
    with listener:
        server = _Server(_site(bot, auth))
        if on_ready:
            on_ready(_address(listener))
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


def _site(bot: Bot, auth: tuple[str, str] | None) -> FastAPI:
    """The page as a web application; Gradio's own ``launch`` looks for itself through the system's proxy."""
    site = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)  # those pages load scripts from outside
    if auth is not None:
        site.add_middleware(_Locked, auth=auth)
    _add_reports(site, bot)
    gr.mount_gradio_app(
        site,
        build_app(bot),
        path="/",
        theme=look.theme(),
        head=_head(),  # Gradio's own css= rewrites selectors, and loses :is() and @container by it
        favicon_path=str(_HERE / "favicon.svg"),
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=MAX_UPLOAD,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        app_kwargs={"middleware": [Middleware(_Offline)]},
    )
    return site


def _head() -> str:
    """Styles and scripts of the page, inside it."""
    english = json.dumps(json.loads((_HERE / "english.json").read_text("utf-8")), ensure_ascii=False)
    scripts = [f"const ENGLISH = {english};", *((_HERE / name).read_text("utf-8") for name in _SCRIPTS)]
    styles = [(_HERE / name).read_text("utf-8") for name in _STYLES]
    return "".join(
        [f"<style>{style}</style>" for style in styles] + [f"<script>{script}</script>" for script in scripts]
    )


def _add_reports(site: FastAPI, bot: Bot) -> None:
    """The reports for source.js, by their ids; no path is ever made of one."""

    @site.get("/reports")
    def reports() -> list[dict[str, str]]:
        newest_first = sorted(bot.library.documents.values(), key=lambda document: -(document.year or 0))
        return [{"id": document.id, "title": title(document)} for document in newest_first]

    @site.get("/reports/{document_id}")
    def report(document_id: str) -> PlainTextResponse:
        document = bot.library.documents.get(document_id)
        if document is None:
            raise HTTPException(404)
        # not text/html: opened by itself it would be a page without the policy below
        return PlainTextResponse(report_html(document), headers={"x-content-type-options": "nosniff"})


class _Server(uvicorn.Server):
    """Ends the stream that Gradio keeps open to every page, else stopping would wait for it."""

    def __init__(self, site: FastAPI) -> None:
        super().__init__(uvicorn.Config(site, log_level="warning", timeout_graceful_shutdown=1))
        self._site = site

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for route in self._site.routes:
            if isinstance(route, Mount) and isinstance(route.app, gr.routes.App):
                route.app.stop_event.set()
        await super().shutdown(sockets)


class _Locked:
    """Lets nobody in, by any door, without the name and the password (HTTP Basic)."""

    def __init__(self, app: ASGIApp, auth: tuple[str, str]) -> None:
        self.app = app
        self._key = b"Basic " + b64encode(":".join(auth).encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            told = dict(scope["headers"]).get(b"authorization", b"")
            if not secrets.compare_digest(told, self._key):
                headers = {"www-authenticate": 'Basic realm="wenzheng", charset="UTF-8"'}
                refusal = PlainTextResponse("请输入用户名和口令。", 401, headers)
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)


class _Offline:
    """Takes the outside addresses out of Gradio's page and tells the browser to ask nobody else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message | None = None
        body = b""

        async def rewrite(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                if headers.get("content-type", "").startswith("text/html"):
                    start = message
                    return
            elif start is not None:
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                body = _tidied(body)
                headers = MutableHeaders(raw=start["headers"])
                headers["content-length"] = str(len(body))
                headers["content-security-policy"] = _POLICY
                headers["referrer-policy"] = "no-referrer"
                await send(start)
                message = {"type": "http.response.body", "body": body}
            await send(message)

        await self.app(scope, receive, rewrite)


def _tidied(html: bytes) -> bytes:
    return _SOCIAL_TAG.sub(b"", html).replace(b'lang="en"', b'lang="zh-CN"', 1)


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=128
        )
    except (OSError, OverflowError) as error:
        raise QAError(_why_not(host, port, error)) from error


def _why_not(host: str, port: int, error: OSError | OverflowError) -> str:
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return (
                f"端口{port}已被占用：也许页面已经打开着（http://{host}:{port}）。"
                f"请停掉占用它的程序，或者换一个端口：wenzheng chat --port {port + 1}"
            )
        case errno.EACCES:
            return f"没有权限使用端口{port}。请换一个1024以上的端口：wenzheng chat --port 7860"
    return f"无法在 {host} 的端口{port}上打开页面（{error}）。请检查 --host 和 --port。"


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
