"""The frame: a head, the pages as tabs, and the report beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from qa.web import render, source
from qa.web.api import add_endpoints
from qa.web.chat_page import chat_page
from qa.web.evaluation_page import evaluation_page
from qa.web.figures_page import figures_page
from qa.web.library_page import library_page

if TYPE_CHECKING:
    from qa.bot import Bot

_PAGES = (
    ("figures", "指标", figures_page),
    ("evaluation", "评测", evaluation_page),
    ("library", "资料库", library_page),
)
_WAITING = 64
"""Questions that may wait."""


def build_app(bot: Bot) -> gr.Blocks:
    """The pages as Gradio blocks, not yet served; every open page has a conversation of its own."""
    app = gr.Blocks(title="问政", analytics_enabled=False, fill_height=True)
    with app:
        gr.HTML(render.head_html(), apply_default_css=False, elem_id="wz-head")
        with gr.Tabs(elem_id="wz-pages"):
            with gr.Tab("对话", id="chat", elem_id="wz-chat-page") as tab:
                chat_page(bot, app, tab)
            for name, label, page in _PAGES:
                with gr.Tab(label, id=name, elem_id=f"wz-{name}-page") as tab:
                    page(bot, tab)
        gr.HTML(source.pane_html(), apply_default_css=False, elem_id="wz-source")
        add_endpoints(bot)
        app.queue(max_size=_WAITING)
    return app
