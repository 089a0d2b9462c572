"""The chat page: a question, its answer as it is written out, and the citations that carry it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.datatypes import Answer, Document
from qa.errors import QAError
from qa.web import render, suggest

if TYPE_CHECKING:
    from qa.bot import Bot

_AT_ONCE = 4
"""Questions answered at the same time; more wait in the queue."""
_WAITING = 64
"""Questions that may wait."""
_PIECES = 12
"""Pieces in which an answer is written out …"""
_PAUSE = 0.02
"""… and seconds between two of them."""


_FOCUS = "(...inputs) => { document.querySelector('#wz-box textarea').focus(); return inputs; }"
"""The pressed button goes away and would take the keyboard's focus with it."""
_DEFECT = "程序出了错，没有得到答案。请换个问法再试；出错的详情记在运行本页面的终端里。"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it: an answer, the message of an error, or nothing where it was stopped."""

    question: str
    reply: Answer | str | None = None


Conversation = tuple[Turn, ...]


def build_app(bot: Bot) -> gr.Blocks:
    """The chat page as Gradio blocks, not yet served.

    Every open page has a conversation of its own, and what it shows is rendered from that.
    """
    documents = bot.library.documents
    examples = suggest.questions(documents.values())

    async def answer_typed(question: str, before: Conversation) -> AsyncIterator[tuple[Any, ...]]:
        if not question.strip():
            yield gr.skip(), gr.skip(), gr.skip()
            return
        async for update in _converse(bot, question, before):
            yield update

    def stop(told: Conversation) -> tuple[Any, Any]:
        return _messages(told, bot.library.documents), _idle()

    async def answer_example(event: gr.SelectData) -> AsyncIterator[tuple[Any, ...]]:
        async for update in _converse(bot, event.value["text"], ()):
            yield update

    app = gr.Blocks(title="问政", analytics_enabled=False, fill_height=True)
    with app:
        gr.HTML(render.head_html(documents.values()))
        chat = gr.Chatbot(
            label="对话",
            show_label=False,
            scale=1,
            render_markdown=False,  # every message is HTML of our own, see render.py
            latex_delimiters=[],
            buttons=[],
            placeholder="可以这样问" if examples else None,
            examples=[{"text": question} for question in examples],
            elem_id="wz-chat",
        )
        box = gr.Textbox(
            label="问题",
            show_label=False,
            placeholder="输入问题，按回车发送",
            max_lines=6,
            autofocus=True,
            submit_btn=True,
            elem_id="wz-box",
        )
        conversation = gr.State(())

        shown = [chat, conversation, box]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking: dict[str, Any] = {"concurrency_limit": _AT_ONCE, "concurrency_id": "ask", **quiet}
        typed = box.submit(answer_typed, [box, conversation], shown, **asking)
        chosen = chat.example_select(answer_example, None, shown, **asking)
        typed.then(_idle, None, box, queue=False, **quiet)
        chosen.then(_idle, None, box, queue=False, **quiet)
        giving_up: dict[str, Any] = {"cancels": [typed, chosen], "queue": False, "js": _FOCUS, **quiet}
        box.stop(stop, conversation, [chat, box], **giving_up)
        chat.clear(lambda: ((), _idle()), None, [conversation, box], **giving_up)
        app.queue(max_size=_WAITING)
    return app


async def _converse(bot: Bot, question: str, before: Conversation) -> AsyncIterator[tuple[Any, ...]]:
    """Ask, and yield what the chat, the conversation and the question box become, step by step."""
    documents = bot.library.documents
    asked = (*before, Turn(question))
    waiting = [*_messages(before, documents), _question(question)]
    pending = _message("assistant", render.pending_html())
    yield [*waiting, pending], asked, gr.update(value="", submit_btn=False, stop_btn=True)
    reply: Answer | str
    try:
        reply = await asyncio.to_thread(bot.ask, question, _history(before))
    except QAError as error:
        reply = str(error)
    except Exception:  # the page outlives a defect of the program, which goes to the log whole
        log.exception("no answer to %r", question)
        reply = _DEFECT
    told = (*before, Turn(question, reply))
    if isinstance(reply, Answer):
        for end in _ends(len(reply.text)):
            part = _message("assistant", render.answer_html(reply, question, documents, shown=end))
            yield [*waiting, part], told, gr.skip()
            await asyncio.sleep(_PAUSE)
    yield _messages(told, documents), told, gr.skip()


def _idle() -> dict[str, Any]:
    """The question box while nothing is being answered."""
    return gr.update(submit_btn=True, stop_btn=False)


def _ends(length: int) -> Iterator[int]:
    return (length * piece // _PIECES for piece in range(1, _PIECES))


def _history(conversation: Conversation) -> list[dict[str, str]]:
    """The conversation as the bot takes it: chat messages in plain text, answered questions only."""
    return [
        {"role": role, "content": content}
        for turn in conversation
        if isinstance(turn.reply, Answer)
        for role, content in (("user", turn.question), ("assistant", turn.reply.text))
    ]


def _messages(conversation: Conversation, documents: Mapping[str, Document]) -> list[dict[str, Any]]:
    """The conversation as the chat shows it."""
    messages = []
    for turn in conversation:
        messages += [_question(turn.question), _message("assistant", _reply_html(turn, documents))]
    return messages


def _reply_html(turn: Turn, documents: Mapping[str, Document]) -> str:
    match turn.reply:
        case Answer():
            return render.answer_html(turn.reply, turn.question, documents)
        case str():
            return render.error_html(turn.reply)
        case None:
            return render.stopped_html()


def _question(question: str) -> dict[str, Any]:
    return _message("user", render.question_html(question))


def _message(role: str, html: str) -> dict[str, Any]:
    # A part, not a bare string: Gradio takes tabs and leading blanks out of bare strings.
    return {"role": role, "content": [{"type": "text", "text": html}]}
