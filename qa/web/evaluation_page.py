"""The page 评测."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

if TYPE_CHECKING:
    from qa.bot import Bot


def evaluation_page(bot: Bot, tab: gr.Tab) -> None:  # noqa: ARG001 (nothing is shown yet)
    """Lay the page out; called inside its tab."""
    gr.HTML('<p class="wz-empty">这一页还没有内容。</p>')
