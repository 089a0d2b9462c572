"""Question set → questions as ask() takes them, each with the spans of its evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.datatypes import Document

Place = tuple[str, int, int]
"""Document id, start and end."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a question set."""

    text: str
    history: tuple[Mapping[str, str], ...]
    documents: tuple[str, ...] | None
    answerable: bool
    style: str
    evidence: tuple[tuple[Place, ...], ...]
    """For each piece of evidence all places where the documents hold it."""


def load_questions(path: Path, documents: Mapping[str, Document]) -> list[Asked]:
    """Read JSON Lines; raises ValueError for evidence that no document holds."""
    return [_asked(json.loads(line), documents) for line in path.read_text(encoding="utf-8").splitlines()]


def _asked(item: Mapping[str, Any], documents: Mapping[str, Document]) -> Asked:
    history: list[Mapping[str, str]] = []
    for turn in item.get("history", ()):
        history.append({"role": "user", "content": turn["question"]})
        history.append({"role": "assistant", "content": "、".join(turn["answers"])})
    answerable = bool(item["answerable"])
    pieces = item["evidence"] if answerable else ()
    return Asked(
        item["question"],
        tuple(history),
        tuple(item["filter"]) if "filter" in item else None,
        answerable,
        item["style"],
        tuple(_places(piece, documents) for piece in pieces),
    )


def _places(piece: str | Mapping[str, str], documents: Mapping[str, Document]) -> tuple[Place, ...]:
    quote = piece if isinstance(piece, str) else piece["quote"]
    held = documents if isinstance(piece, str) else {piece["document"]: documents[piece["document"]]}
    found: list[Place] = []
    for key, document in held.items():
        at = document.text.find(quote)
        while at >= 0:
            found.append((key, at, at + len(quote)))
            at = document.text.find(quote, at + 1)
    if not found:
        raise ValueError(f'evidence not found in {", ".join(held)}: "{quote}"')
    return tuple(found)
