"""What ships is what was given: the report byte for byte, and questions whose evidence stands in it."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

SEEDS = Path(__file__).parents[1] / "seeds"
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]


def test_the_report_is_kept_byte_for_byte() -> None:
    content = (SEEDS / "pudong-2024.txt").read_bytes()
    assert sha256(content).hexdigest() == "3a2c3d43a25a236b9b8267f7fe43ac709e4bc18215c456e754579d2cf5272ac5"


def test_the_report_breaks_off_in_the_middle_of_a_sentence(report: str) -> None:
    assert report.endswith("促进产业智能化、绿色化、\n\n\n\n\n\n")


def test_questions_have_names_of_their_own() -> None:
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS) == 120


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question["id"]))
def test_the_evidence_of_a_question_stands_in_the_report(report: str, question: dict[str, Any]) -> None:
    assert [quote for quote in question["evidence"] if quote not in report] == []


@pytest.mark.parametrize(
    "term", [term for question in QUESTIONS for term in question.get("absent_terms", [])]
)
def test_what_a_question_calls_absent_is_absent(report: str, term: str) -> None:
    assert term not in report
