"""Question and passage → windows of tokens, and back from tokens to characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

START, PAD, STOP = 0, 1, 2
"""Ids of ``<s>``, ``<pad>`` and ``</s>`` in the embedded model's vocabulary."""

MOST_QUESTION_TOKENS = 64
MOST_ANSWER_TOKENS = 80
BUCKET = 8
"""Windows are filled up to a multiple of this many tokens, so that few shapes occur."""


@dataclass(frozen=True, slots=True)
class Window:
    """A question and a stretch of a passage as one row of tokens: ``<s> question </s></s> stretch </s>``."""

    ids: tuple[int, ...]
    first: int
    """Position of the stretch's first token in ``ids``."""
    spans: tuple[tuple[int, int], ...]
    """The characters of the passage that each token of the stretch stands for, blanks around it left out."""

    def tokens_of(self, start: int, end: int) -> tuple[int, int] | None:
        """First and last position in ``ids`` of the tokens that hold these characters, if all are here."""
        inside = [at for at, (left, right) in enumerate(self.spans) if left < end and right > start]
        if not inside or self.spans[inside[0]][0] > start or self.spans[inside[-1]][1] < end:
            return None
        return self.first + inside[0], self.first + inside[-1]


class Tokenizer:
    """The embedded model's tokenizer, made to cut where answers begin and end."""

    def __init__(self, file: Path) -> None:
        from tokenizers import Regex, pre_tokenizers
        from tokenizers import Tokenizer as Pieces

        self._pieces: Any = Pieces.from_file(str(file))
        # A vocabulary made from running text holds pieces such as 年的 and ）。: a span could not end inside.
        self._pieces.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(r"\p{P}|的|(?<=\d)[年月日]"), "isolated"),
                pre_tokenizers.Metaspace(prepend_scheme="first"),
            ]
        )

    def windows(self, question: str, passage: str, size: int, stride: int) -> Iterator[Window]:
        """Windows of at most ``size`` tokens that together cover the passage, each ``stride`` tokens on."""
        asked = self._encode(question)[0][:MOST_QUESTION_TOKENS]
        head = (START, *asked, STOP, STOP)
        ids, spans = self._encode(passage)
        room = size - len(head) - 1
        at = 0
        while ids:
            stretch = slice(at, at + room)
            yield Window((*head, *ids[stretch], STOP), len(head), tuple(spans[stretch]))
            if at + room >= len(ids):
                return
            at += stride

    def _encode(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Ids of the pieces, and the characters of ``text`` that each stands for."""
        sound = text.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text
        encoding = self._pieces.encode(sound, add_special_tokens=False)
        spans: list[tuple[int, int]] = []
        for start, end in encoding.offsets:
            piece = text[start:end]
            left = start + len(piece) - len(piece.lstrip())
            spans.append((left, max(left, start + len(piece.rstrip()))))
        return encoding.ids, spans


def padded(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Rows of ids, filled up to the bucket that holds the longest."""
    longest = max(map(len, rows))
    width = -(-longest // BUCKET) * BUCKET
    return [[*row, *[PAD] * (width - len(row))] for row in rows]


def allowed(windows: Sequence[Window], length: int) -> Tensor:
    """``(n, length, length)``: which pairs of first and last token are spans of the passage."""
    import torch

    at = torch.arange(length)
    ahead = at[None, :] - at[:, None]
    near = (ahead >= 0) & (ahead < MOST_ANSWER_TOKENS)
    first = torch.tensor([window.first for window in windows])[:, None]
    after = torch.tensor([window.first + len(window.spans) for window in windows])[:, None]
    inside = (at >= first) & (at < after)
    return near & inside[:, :, None] & inside[:, None, :]
