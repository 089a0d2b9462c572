"""What readers thought of answers: kept in one SQLite file of the library, given back as a question set."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa.datatypes import Answer
from qa.errors import LibraryError

_LONGEST = 5000
"""Characters kept of a question and of a comment."""
_BUSY = 30.0
"""Seconds to wait while another process writes."""
_TABLE = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    question TEXT NOT NULL,  -- JSON, as answer and comment: takes what UTF-8 does not, lone surrogates
    answer TEXT NOT NULL,
    liked INTEGER,
    comment TEXT NOT NULL
)
"""
_REFUSED = {
    "not_in_report": ("unanswerable", "not_in_report"),
    "no_such_document": ("unanswerable", "no_such_document"),
    "section_missing": ("truncated", "truncated"),
    "out_of_scope": ("out_of_scope", "out_of_scope"),
}
"""Type and expectation of a question to which refusing was right, by the status of the refusal."""


def record(home: Path, *, question: str, answer: Answer, liked: bool | None, comment: str = "") -> None:
    """Keep a reader's verdict on the answer to a question as typed; ``liked`` None takes one back.

    Each call adds a row to ``home/feedback.db``, safe from threads and processes. Raises LibraryError where
    the file cannot be written.
    """
    row = (
        datetime.now(UTC).isoformat(timespec="seconds"),
        json.dumps(question[:_LONGEST]),
        json.dumps(answer.to_dict()),
        liked,
        json.dumps(comment.strip()[:_LONGEST]),
    )
    with _opened(home) as database:
        database.execute(
            "INSERT INTO feedback (at, question, answer, liked, comment) VALUES (?, ?, ?, ?, ?)", row
        )


def question_set(home: Path) -> list[dict[str, Any]]:
    """The questions that were judged, oldest first, with the fields of ``seeds/questions.jsonl``.

    A liked answer is the gold of its question and its citations are the evidence. A disliked one has no
    gold: its entry says ``"proposed": true`` and holds under ``given`` the answer to be put right. The last
    verdict on an answer counts, its comments add up in ``notes``. Empty where nothing was recorded; raises
    LibraryError where the file cannot be read.
    """
    if not (home / "feedback.db").exists():
        return []
    judged: dict[tuple[str, str], _Judged] = {}
    with _opened(home) as database:
        rows = database.execute("SELECT id, question, answer, liked, comment FROM feedback ORDER BY id")
        for number, question, answer, liked, comment in rows:
            entry = judged.setdefault(
                (question, answer), _Judged(number, json.loads(question), json.loads(answer))
            )
            entry.liked = None if liked is None else bool(liked)
            entry.comments[json.loads(comment)] = None
    return [entry.to_question() for entry in judged.values() if entry.liked is not None]


@dataclass(slots=True)
class _Judged:
    """An answer, its last verdict and all that was said about it."""

    number: int
    typed: str
    answer: dict[str, Any]
    liked: bool | None = None
    comments: dict[str, None] = field(default_factory=dict)

    def to_question(self) -> dict[str, Any]:
        """The entry of the question set."""
        asked = self.answer["question"]
        said = [comment for comment in self.comments if comment]
        if self.typed.strip() != asked:
            said.insert(0, f"原问：{self.typed}")
        entry = {"id": f"feedback-{self.number}", "question": asked}
        entry |= self._gold() if self.liked else {"proposed": True, "given": self.answer}
        return entry | ({"notes": "；".join(said)} if said else {})

    def _gold(self) -> dict[str, Any]:
        answer = self.answer
        if answer["status"] in _REFUSED:
            type_, expect = _REFUSED[answer["status"]]
            return {"type": type_, "answerable": False, "answers": [], "evidence": [], "expect": expect}
        short = answer["short_answer"] or answer["text"]
        cited = answer["citations"]
        years = {citation["year"] for citation in cited}
        return {
            **_kind_of_answer(short),
            "answerable": True,
            "evidence": [
                {"document": citation["document_id"], "quote": citation["quote"]} for citation in cited
            ],
            "period": str(years.pop()) if len(years) == 1 and years != {None} else None,
            "section": "/".join(cited[0]["section"]) if cited else "",
        }


def _kind_of_answer(short: str) -> dict[str, Any]:
    """Type and accepted answers, as far as the short answer shows them."""
    verdict = (
        {"是": "yes", "否": "no"}.get(short[:1], "") if short[1:2] in ("", "，", "：", "。", "；") else ""
    )
    if verdict:
        return {"type": "yesno", "verdict": verdict, "answers": [short[2:] or short]}
    items = [item for item in short.split("、") if item]
    if len(items) > 1:
        return {"type": "list", "answers": [short], "answers_all": [[item] for item in items]}
    return {"type": "number" if any(map(str.isdigit, short)) else "name", "answers": [short]}


@contextmanager
def _opened(home: Path) -> Iterator[sqlite3.Connection]:
    """A transaction on the file; what SQLite or the system refuses becomes LibraryError."""
    path = home / "feedback.db"
    try:
        home.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=_BUSY)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            with database:
                database.execute(_TABLE)
                yield database
    except (sqlite3.Error, OSError) as error:
        raise LibraryError(f"无法读写反馈文件 {path}：{error}。请检查权限与磁盘空间。") from error
