"""Words that people use in questions, and the terms that reports print for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from qa.errors import QAError
from qa.text import fold

_TABLE = Path(__file__).parent / "data" / "lexicon.tsv"
_HEADER = ["say", "report", "source"]


_CHANGES = re.compile(
    r"(?:增长|增速|涨幅|增幅|下降|目标)$|^主要"
)  # 地区生产总值增长 is a thing and what it does


class Lexicon(Mapping[str, tuple[str, ...]]):
    """What people say → the terms that reports print for it, the most usual first; both folded.

    A word that reports print themselves (市场主体) stands there with the others for the same thing
    (经营主体), without itself.
    """

    def __init__(self, rows: Mapping[str, tuple[str, ...]]) -> None:
        self._rows = rows
        self.whole = frozenset(rows) | {
            t for terms in rows.values() for t in terms if len(t) > 3 and not _CHANGES.search(t)
        }
        """What is kept whole in a question: every word that people say, and the long terms."""

    def __getitem__(self, say: str) -> tuple[str, ...]:
        return self._rows[say]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def load_lexicon(extra: Path | None = None) -> Lexicon:
    """The lexicon of the genre; ``extra`` is a user's file of the same form, whose rows go before.

    Raises QAError, with file, line and reason, where a file cannot be used.
    """
    return _built_in() if extra is None else Lexicon({**_built_in(), **_read(extra)})


@cache
def _built_in() -> Lexicon:
    return Lexicon(_read(_TABLE))


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    lexicon: dict[str, tuple[str, ...]] = {}
    for number, fields in _rows(path):
        say, *terms = fold(f"{fields[0]}|{fields[1]}").split("|") if len(fields) == 3 else [""]
        if len(fields) != 3:
            reason = f"应有 say、report、source 三栏，以制表符分隔，这里有 {len(fields)} 栏"
        elif not all(fields) or not all(terms):
            reason = "有一栏或一个词是空的"
        elif say in terms or len(set(terms)) < len(terms):
            reason = f"“{fields[0]}”一行里有重复的词"
        elif say in lexicon:
            reason = f"“{fields[0]}”前面已有一行，请合并"
        else:
            lexicon[say] = tuple(terms)
            continue
        raise QAError(f"词表 {path} 第 {number} 行不能使用：{reason}。")
    return lexicon


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Number and fields of every line that is neither blank, nor a comment, nor the header."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise QAError(f"读不到词表 {path}：{error.strerror}。") from error
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        raise QAError(f"词表 {path} 第 {number} 行不能使用：不是 UTF-8 编码，请另存为 UTF-8。") from error
    for number, line in enumerate(lines, 1):
        fields = [field.strip() for field in line.split("\t")]
        if line.strip() and not line.startswith("#") and fields != _HEADER:
            yield number, fields
