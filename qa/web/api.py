"""The doors for programs: named endpoints with types, beside the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.bot import Bot


def add_endpoints(bot: Bot) -> None:
    """Add the endpoints; called inside the Blocks, after the pages."""
