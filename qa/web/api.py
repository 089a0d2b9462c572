"""The doors for programs: named endpoints with types, beside the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr
from gradio.events import api

from qa.tools import raising, tools

if TYPE_CHECKING:
    from qa.bot import Bot

_AT_ONCE = 4
"""Calls answered at the same time; more wait in the queue, as on the page."""


def add_endpoints(bot: Bot) -> None:
    """Add ``/ask``, ``/figures`` and ``/documents``; called inside the Blocks, after the pages."""
    for tool in tools(bot):
        api(raising(tool, gr.Error), api_name=tool.__name__, concurrency_limit=_AT_ONCE, concurrency_id="ask")
