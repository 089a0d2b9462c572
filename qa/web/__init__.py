"""The chat page: ``build_app(bot)`` lays it out on Gradio, ``launch(bot)`` serves it on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

    from qa.bot import Bot

# Gradio and its hub client look at these once, when they are imported, which happens only below this package.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

__all__ = ["build_app", "launch"]


def build_app(bot: Bot) -> gr.Blocks:
    """The chat page as Gradio blocks, not yet served."""
    from qa.web.app import build_app

    return build_app(bot)


def launch(
    bot: Bot,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    auth: tuple[str, str] | None = None,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the page until interrupted; ``on_ready`` is told its address once it can be opened.

    Port 0 takes any free one. With ``auth``, a name and a password, nothing is served without them. Raises
    QAError where the address cannot be used.
    """
    from qa.web.server import launch

    launch(bot, host, port, auth=auth, on_ready=on_ready)
