"""Texts that a question set brings along → a library of their own, for as long as the run lasts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qa.library import Library

if TYPE_CHECKING:
    from embeddings.encoder import Encoder


@contextmanager
def context_library(contexts: Mapping[str, str], encoder: Encoder) -> Iterator[Library]:
    """A library that holds each text as a document under its id; its folder is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="wenzheng-") as folder:
        sources = Path(folder, "sources")
        sources.mkdir()
        for key, text in contexts.items():
            (sources / f"{key}.txt").write_text(text, "utf-8", newline="")
        library = Library(Path(folder, "library"), lambda: encoder)
        library.add_all(sorted(sources.glob("*.txt")))
        yield library
