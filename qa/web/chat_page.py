"""The page 对话: questions, answers as they are written out, and the citations that carry them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.datatypes import Document, Kind
from qa.errors import QAError
from qa.web import export, feedback, render, suggest
from qa.web.conversation import Conversation, Queue, Turn

if TYPE_CHECKING:
    from qa.bot import Bot

_FOCUS = "(...inputs) => { document.querySelector('#wz-box textarea').focus(); return inputs; }"
"""A button that goes away when it is pressed would take the keyboard's focus with it."""

Update = tuple[Any, Any, str]
"""What the chat, the question box and the notice above it become."""


def chat_page(bot: Bot, app: gr.Blocks, tab: gr.Tab) -> None:
    """Lay the page out; called inside its ``tab`` of ``app``."""
    queue = Queue()

    def documents() -> Mapping[str, Document]:
        return bot.library.documents

    def shown(talk: Conversation) -> Update:
        """The conversation as the chat shows it; the button of the box stops where there is something to."""
        box = gr.update(submit_btn=not talk.busy, stop_btn=talk.busy)
        return _messages(talk, documents()), box, render.edited_html(talk)

    async def answered(
        talk: Conversation, question: str, kind: str, chosen: list[str]
    ) -> AsyncIterator[Update]:
        if not question.strip():
            yield shown(talk)
            return
        turn = Turn(question, _KINDS[kind], tuple(chosen or ()))
        async for _ in talk.take(turn, bot, queue):
            yield shown(talk)

    async def answer_typed(
        question: str, talk: Conversation, kind: str, chosen: list[str]
    ) -> AsyncIterator[Update]:
        async for update in answered(talk, question, kind, chosen):
            yield update

    async def answer_chosen(
        talk: Conversation, kind: str, chosen: list[str], event: gr.EventData
    ) -> AsyncIterator[Update]:
        talk.edited = None
        async for update in answered(talk, str(event.question), kind, chosen):
            yield update

    async def answer_again(
        talk: Conversation, kind: str, chosen: list[str], event: gr.EventData
    ) -> AsyncIterator[Update]:
        turn = _turn(talk, event)
        if turn is not None:
            talk.edited = turn
            async for update in answered(talk, turn.question, kind, chosen):
                yield update

    async def stop(talk: Conversation) -> Update:
        talk.stop()
        return shown(talk)

    async def clear(talk: Conversation) -> Update:
        talk.stop()
        talk.turns.clear()
        talk.edited = None
        return shown(talk)

    def edit(talk: Conversation, event: gr.EventData) -> tuple[str, str]:
        talk.edited = _turn(talk, event)
        return talk.edited.question if talk.edited else "", render.edited_html(talk)

    def rate(talk: Conversation, event: gr.EventData) -> list[Any]:
        turn = _turn(talk, event)
        if turn is not None and turn.answer is not None:
            try:
                feedback.record(
                    bot.library.home,
                    question=turn.question,
                    answer=turn.answer,
                    liked=event.liked,
                    comment=str(event.comment),
                )
                turn.liked, turn.comment = event.liked, str(event.comment)
            except QAError as error:
                gr.Warning(str(error), title="")
        return _messages(talk, documents())

    def export_(talk: Conversation, event: gr.EventData) -> dict[str, str] | None:
        if not talk.turns:
            gr.Info("还没有可以导出的对话。", title="")
            return None
        if event.form == "docx":
            file = export.word(talk.turns, documents())
        else:
            file = export.markdown(talk.turns, documents()).encode("utf-8", "replace")
        return {"name": f"{export.TITLE}.{event.form}", "content": b64encode(file).decode()}

    def opened(talk: Conversation) -> tuple[Any, Any, Any]:
        """The page as the library is now: reports may have come or gone."""
        present = documents()
        return (
            _messages(talk, present),
            gr.Radio(choices=render.kinds(present.values())),
            gr.Dropdown(
                choices=[(render.title(document), key) for key, document in present.items()],
                visible=len(present) > 1,
            ),
        )

    present = documents()
    talk = gr.State(Conversation())
    chat = gr.Chatbot(
        _messages(Conversation(), present),
        label="对话",
        show_label=False,
        scale=1,
        render_markdown=False,  # every message is HTML of our own, see render.py, which escapes …
        sanitize_html=False,  # … all that comes from outside; Gradio would take labels and data away
        autoscroll=False,  # chat.js scrolls
        latex_delimiters=[],
        buttons=[],
        elem_id="wz-chat",
    )
    with gr.Column(scale=0, elem_id="wz-composer"):
        with gr.Row(elem_id="wz-filters"):
            kind = gr.Radio(
                render.kinds(present.values()), value="all", label="范围", container=False, elem_id="wz-kind"
            )
            chosen = gr.Dropdown(
                [(render.title(document), key) for key, document in present.items()],
                value=[],
                multiselect=True,
                label="报告",
                container=False,
                visible=len(present) > 1,
                elem_id="wz-documents",
            )
            gr.HTML(render.export_html(), apply_default_css=False, elem_id="wz-export")
            emptying = gr.Button("清空", size="sm", elem_id="wz-clear", elem_classes="wz-quiet")
        notice = gr.HTML("", elem_id="wz-edited", apply_default_css=False)
        box = gr.Textbox(
            label="问题",
            show_label=False,
            placeholder="输入问题，按回车发送",
            max_lines=6,
            autofocus=True,
            submit_btn=True,
            elem_id="wz-box",
        )
    # what is pressed in HTML of our own: chat.js tells it as events of this element
    pressed = gr.HTML("", js_on_load="wenzheng.connect(trigger)", elem_id="wz-pressed")

    exported = gr.JSON(visible=False)

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    # every question is taken at once and waits in its conversation, not in Gradio
    asking: dict[str, Any] = {"trigger_mode": "multiple", "concurrency_limit": None, **quiet}
    scope = [talk, kind, chosen]
    box.submit(answer_typed, [box, *scope], [chat, box, notice], js="wenzheng.typed", **asking)
    pressed.submit(answer_chosen, scope, [chat, box, notice], **asking)
    pressed.retry(answer_again, scope, [chat, box, notice], **asking)
    pressed.edit(edit, talk, [box, notice], queue=False, js=_FOCUS, **quiet)
    pressed.like(rate, talk, chat, queue=False, **quiet)
    saving = pressed.download(export_, talk, exported, queue=False, **quiet)
    saving.then(None, exported, None, js="wenzheng.save", **quiet)
    box.stop(stop, talk, [chat, box, notice], queue=False, js=_FOCUS, **quiet)
    emptying.click(clear, talk, [chat, box, notice], queue=False, js=_FOCUS, **quiet)
    gr.on([app.load, tab.select], opened, talk, [chat, kind, chosen], queue=False, **quiet)


_KINDS: dict[str, Kind | None] = {"all": None, "achieved": "achieved", "planned": "planned"}


def _turn(talk: Conversation, event: gr.EventData) -> Turn | None:
    """The turn that was pressed; None where it is gone."""
    number = int(event.turn)
    return talk.turns[number] if 0 <= number < len(talk.turns) else None


def _messages(talk: Conversation, documents: Mapping[str, Document]) -> list[Any]:
    """The conversation as the chat shows it; before the first question, what can be asked."""
    if not talk.turns:
        values = list(documents.values())
        return [_message("assistant", render.welcome_html(values, suggest.suggestions(values)))]
    return [
        message
        for number, turn in enumerate(talk.turns)
        for message in (
            _message("user", render.question_html(turn, number, documents)),
            _message("assistant", render.reply_html(turn, number, documents)),
        )
    ]


def _message(role: str, html: str) -> dict[str, Any]:
    # A part, not a bare string: Gradio takes tabs and leading blanks out of bare strings.
    return {"role": role, "content": [{"type": "text", "text": html}]}
