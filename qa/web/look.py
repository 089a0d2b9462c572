"""The colours and fonts of the chat page that Gradio has names for; style.css has the rest."""

from __future__ import annotations

import gradio as gr

_FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")


def theme() -> gr.Theme:
    """Ink on paper by day, paper on ink by night; fonts of the system only, nothing is fetched."""
    base = gr.themes.Base(
        primary_hue="stone",
        secondary_hue="stone",
        neutral_hue="stone",
        font=[gr.themes.Font(name) for name in _FONTS],
        font_mono=[gr.themes.Font("ui-monospace"), gr.themes.Font("monospace")],
    )
    return base.set(
        body_background_fill="#fcfbf8",
        body_background_fill_dark="#171513",
        body_text_color="#24211e",
        body_text_color_dark="#ece8e3",
        body_text_color_subdued="#655f58",
        body_text_color_subdued_dark="#aaa39b",
        background_fill_secondary="#f3f0ea",
        background_fill_secondary_dark="#26231f",
        border_color_primary="#e2ddd4",
        border_color_primary_dark="#3b3732",
        input_background_fill="#ffffff",
        input_background_fill_dark="#211e1b",
        input_border_color="#cfc8bc",
        input_border_color_dark="#4a453f",
        input_placeholder_color="#756e66",
        input_placeholder_color_dark="#978f86",
    )
