"""The items of a run as a file of JSON Lines, written as they come: memory stays flat, nothing is lost."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import overload

from qa.errors import QAError
from qa.evaluation.questions import Example
from qa.evaluation.run import Item

NAME = "results.jsonl"
_SYNC = 10.0  # seconds between two waits for the disk: what a power cut may cost


class Results(Sequence[Item]):
    """The items in a file, read when they are asked for.

    A last line that was cut off, because the program was killed while writing it, is dropped.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, which is made on the first ``append``; QAError where it is not one of results."""
        self.path = path
        self._starts: list[int] = []
        self._size = 0
        self._synced = time.monotonic()
        if path.exists():
            with path.open("rb") as file:
                for line in file:
                    if line.endswith(b"\n"):
                        self._starts.append(self._size)
                        self._size += len(line)
        try:
            if self._starts:
                _ = self[0], self[-1]
        except (KeyError, TypeError, ValueError) as error:
            raise QAError(f"{path} 不是评测结果的文件，或已损坏。") from error

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, row: int) -> Item: ...

    @overload
    def __getitem__(self, row: slice) -> Sequence[Item]: ...

    def __getitem__(self, row: int | slice) -> Item | Sequence[Item]:
        """Read one item, or several."""
        if isinstance(row, slice):
            return [self[at] for at in range(*row.indices(len(self)))]
        with self.path.open("rb") as file:
            file.seek(self._starts[row])
            return Item.from_dict(json.loads(file.readline()))

    def __iter__(self) -> Iterator[Item]:
        """Read the items one after the other."""
        if not self._starts:
            return
        with self.path.open("rb") as file:
            for _ in self._starts:
                yield Item.from_dict(json.loads(file.readline()))

    def append(self, item: Item) -> None:
        """Write an item at the end, where others see it at once; QAError where it cannot be written."""
        line = json.dumps(item.to_dict(), ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
        try:
            self._write(line)
        except OSError as error:
            told = error.strerror or error
            raise QAError(
                f"无法写入 {self.path}：{told}。已写入的都已保留，可用 --resume 接着做。"
            ) from error
        self._starts.append(self._size)
        self._size += len(line)

    def _write(self, line: bytes) -> None:
        with self.path.open("r+b" if self.path.exists() else "wb") as file:
            file.seek(self._size)
            file.truncate()
            file.write(line)
            if time.monotonic() - self._synced > _SYNC:
                file.flush()
                os.fsync(file.fileno())
                self._synced = time.monotonic()

    def keep(self, examples: Iterable[Example]) -> None:
        """Drop the items whose question is not, or no longer, one of these, and those that raised errors."""
        wanted = {example.id: example for example in examples}
        draft = self.path.with_name(f".{self.path.name}.new")
        draft.unlink(missing_ok=True)
        kept = Results(draft)
        for item in self:
            if wanted.get(item.example.id) == item.example and item.answer is not None:
                kept.append(item)
        if len(kept) < len(self):
            if kept:
                draft.replace(self.path)
            else:
                self.path.unlink(missing_ok=True)
            self._starts, self._size = kept._starts, kept._size
        draft.unlink(missing_ok=True)


def read_results(run: Path) -> Results:
    """The results of an earlier run: its folder, or the file in it. Raises QAError where there are none."""
    path = run / NAME if run.is_dir() else run
    if not path.is_file():
        raise QAError(f"{run} 中没有评测结果（{NAME}）。")
    results = Results(path)
    if not results:
        raise QAError(f"{path} 是空的。")
    return results
