"""The chat page: a question, its answer as it is written out, and the citations that carry it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.datatypes import Answer, Document
from qa.errors import QAError
from qa.web import render, suggest
from qa.web.conversation import Conversation, Turn, history

if TYPE_CHECKING:
    from qa.bot import Bot

_AT_ONCE = 4
"""Questions answered at the same time; more wait in the queue."""
_PIECES = 12
"""Pieces in which an answer is written out …"""
_PAUSE = 0.02
"""… and seconds between two of them."""
_FOCUS = "(...inputs) => { document.querySelector('#wz-box textarea').focus(); return inputs; }"
"""A button that goes away when it is pressed would take the keyboard's focus with it."""
_DEFECT = "程序出了错，没有得到答案。请换个问法再试；出错的详情记在运行本页面的终端里。"

_log = logging.getLogger("wenzheng")


Update = tuple[Any, ...]
"""What the chat, the conversation and the question box become."""


def chat_page(bot: Bot) -> None:
    """Lay the page out; called inside its tab."""

    def opened() -> tuple[str, Any]:
        documents = bot.library.documents.values()
        return render.head_html(documents), gr.Chatbot(examples=_examples(suggest.questions(documents)))

    async def answer_typed(question: str, before: Conversation) -> AsyncIterator[Update]:
        if not question.strip():
            yield gr.skip(), gr.skip(), gr.skip()
            return
        async for update in _converse(bot, question, before):
            yield update

    async def answer_example(event: gr.SelectData) -> AsyncIterator[Update]:
        async for update in _converse(bot, event.value["text"], ()):
            yield update

    documents = bot.library.documents.values()
    head = gr.HTML(render.head_html(documents))
    chat = gr.Chatbot(
        label="对话",
        show_label=False,
        scale=1,
        render_markdown=False,  # every message is HTML of our own, see render.py
        autoscroll=False,  # page.js scrolls
        latex_delimiters=[],
        buttons=[],
        examples=_examples(suggest.questions(documents)),
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

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    asking: dict[str, Any] = {"concurrency_limit": _AT_ONCE, "concurrency_id": "ask", **quiet}
    typed = box.submit(answer_typed, [box, conversation], [chat, conversation, box], **asking)
    chosen = chat.example_select(answer_example, None, [chat, conversation, box], **asking)
    typed.then(_idle, None, box, queue=False, **quiet)
    chosen.then(_idle, None, box, queue=False, **quiet)
    giving_up: dict[str, Any] = {"cancels": [typed, chosen], "queue": False, "js": _FOCUS, **quiet}
    box.stop(lambda told: (_messages(told), _idle()), conversation, [chat, box], **giving_up)
    chat.clear(lambda: ((), _idle()), None, [conversation, box], **giving_up)
    gr.on(None, opened, None, [head, chat], queue=False, **quiet)  # reports may have come or gone


async def _converse(bot: Bot, question: str, before: Conversation) -> AsyncIterator[Update]:
    """Ask, show that it is being answered, write the answer out and close with its citations."""
    shown = [*_messages(before), _message("user", render.question_html(question))]
    pending = _message("assistant", render.pending_html())
    stopped = (*before, Turn(question, render.stopped_html()))
    yield [*shown, pending], stopped, gr.update(value="", submit_btn=False, stop_btn=True)
    try:
        answer, documents = await asyncio.to_thread(_ask, bot, question, history(before))
    except QAError as error:
        turn = Turn(question, render.error_html(str(error)))
    except Exception:  # the page outlives a defect of the program, which goes to the log whole
        _log.exception("没有得到答案：%r", question)
        turn = Turn(question, render.error_html(_DEFECT))
    else:
        turn = Turn(question, render.answer_html(answer, question, documents), answer)
        for end in _ends(len(answer.text)):
            part = render.answer_html(answer, question, documents, shown=end)
            yield [*shown, _message("assistant", part)], (*before, turn), gr.skip()
            await asyncio.sleep(_PAUSE)
    yield [*shown, _message("assistant", turn.html)], (*before, turn), gr.skip()


def _ask(bot: Bot, question: str, history: list[dict[str, str]]) -> tuple[Answer, Mapping[str, Document]]:
    return bot.ask(question, history), bot.library.documents


def _messages(conversation: Conversation) -> list[dict[str, Any]]:
    """The conversation as the chat shows it."""
    return [
        message
        for turn in conversation
        for message in (
            _message("user", render.question_html(turn.question)),
            _message("assistant", turn.html),
        )
    ]


def _message(role: str, html: str) -> dict[str, Any]:
    # A part, not a bare string: Gradio takes tabs and leading blanks out of bare strings.
    return {"role": role, "content": [{"type": "text", "text": html}]}


def _examples(questions: list[str]) -> list[Any]:
    return [{"text": question} for question in questions]


def _idle() -> dict[str, Any]:
    """The question box while nothing is being answered."""
    return gr.update(submit_btn=True, stop_btn=False)


def _ends(length: int) -> Iterator[int]:
    return (length * piece // _PIECES for piece in range(1, _PIECES))
