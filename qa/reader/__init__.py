"""A question and passages → the spans that answer it, and the passages' silence where none does.

The Reader protocol, and the reader that ships: the embedded encoder with layers trained to put the finger on
an answer (card.md tells how, on what, and how well). Nothing heavy is imported until one is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

__all__ = ["Reader", "Span", "load_reader"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a passage that answers a question: ``passages[passage][start:end] == text``, always."""

    passage: int
    """Position of the passage in the list that was read."""
    start: int
    end: int
    text: str
    score: float
    """How probable it is that the span is right, from 0 to 1, calibrated (card.md)."""


class Reader(Protocol):
    """Finds answers in passages."""

    def read(self, question: str, passages: Sequence[str], *, whole: bool = True) -> list[Span]:
        """At most one span of each passage, best first; nothing of a passage that does not answer.

        ``whole`` gives long reasons and manners by the sentence, and other long answers by the clause where
        little of it is wanting, as people mark them; without it the span holds only the words that answer.
        """


def load_reader(cache: Path | None = None, weights: Path | None = None) -> Reader:
    """The reader that ships, or other ``weights`` of its kind, on the embedded encoder.

    ``cache`` is the folder that holds the embedded model, which is made there first where it is missing; by
    default that of the default library.

    Raises:
        ReaderError: the weights are missing, broken, or made for another encoder.
        EncoderError: the embedded model cannot be made.

    """
    from embeddings.bundled import make_bundled_model
    from qa.library import model_cache
    from qa.reader.neural import NeuralReader
    from qa.reader.weights import SHIPPED

    return NeuralReader(weights or SHIPPED, make_bundled_model(cache or model_cache()))
