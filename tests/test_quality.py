"""The shipped questions on the shipped report: what every answer keeps to, and how many are right."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from embeddings.encoder import SentenceEncoder
from qa.bot import Bot
from qa.datatypes import Answer
from qa.library import Library

SEEDS = Path(__file__).parents[1] / "seeds"
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
IDS = [str(question["id"]) for question in QUESTIONS]

RIGHT_AND_CITED = 0.90  # of the questions that the report answers
CITED = 0.95
REFUSED = 0.90  # of the questions that it does not
REASONS = 0.90  # … refused for the right reason
QUOTE = 400  # characters; a longer quote shows nobody where to look

_MARKS = re.compile(r"[\s,，.。、;；:：!！?？\"'“”‘’()（）\[\]【】《》<>〈〉•·—\-~～_/\\]+")
_LEADS = {
    "yes": ("是", "对", "yes", "有", "已"),
    "no": ("否", "不", "没", "no", "未", "并非", "错"),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder) -> Library:
    library = Library(tmp_path_factory.mktemp("library"), lambda: encoder)
    library.add(SEEDS / "pudong-2024.txt")
    return library


@pytest.fixture(scope="module")
def answers(library: Library) -> dict[str, Answer]:
    """The answer to every question, by its id."""
    bot = Bot(library)
    return {str(q["id"]): bot.ask(q["question"], history(q)) for q in QUESTIONS}


def history(question: dict[str, Any]) -> list[dict[str, str]]:
    """The turns before a follow-up, as a chat page sends them."""
    turns: list[dict[str, str]] = []
    for turn in question.get("history", []):
        turns.append({"role": "user", "content": turn["question"]})
        turns.append({"role": "assistant", "content": "、".join(turn["answers"])})
    return turns


# --- what every answer keeps to --------------------------------------------------------------------


@pytest.mark.parametrize("name", IDS)
def test_every_quote_is_the_slice_that_it_names(
    name: str, answers: dict[str, Answer], library: Library
) -> None:
    for citation in answers[name].citations:
        document = library.documents[citation.document_id]
        assert document.text[citation.start : citation.end] == citation.quote != ""


@pytest.mark.parametrize("name", IDS)
def test_markers_and_citations_belong_together(name: str, answers: dict[str, Answer]) -> None:
    answer = answers[name]
    marked = {int(number) for number in re.findall(r"\[(\d+)\]", answer.text)}
    assert marked == set(range(1, len(answer.citations) + 1))


@pytest.mark.parametrize("name", IDS)
def test_who_answers_cites_and_who_refuses_gives_no_short_answer(
    name: str, answers: dict[str, Answer]
) -> None:
    answer = answers[name]
    assert answer.text
    if answer.status == "answered":
        assert answer.citations
        assert answer.short_answer
    else:
        assert answer.short_answer is None


# --- how many are right ----------------------------------------------------------------------------


def test_nearly_all_answers_are_right_and_cited(answers: dict[str, Answer]) -> None:
    asked = [q for q in QUESTIONS if q["answerable"]]
    wrong = [
        q["id"] for q in asked if not (right(q, answers[q["id"]]) and cites_evidence(q, answers[q["id"]]))
    ]
    assert 1 - len(wrong) / len(asked) >= RIGHT_AND_CITED, wrong


def test_nearly_all_answers_cite_what_carries_them(answers: dict[str, Answer]) -> None:
    asked = [q for q in QUESTIONS if q["answerable"]]
    uncited = [q["id"] for q in asked if not cites_evidence(q, answers[q["id"]])]
    assert 1 - len(uncited) / len(asked) >= CITED, uncited


def test_what_the_report_does_not_say_is_refused(answers: dict[str, Answer]) -> None:
    asked = [q for q in QUESTIONS if not q["answerable"]]
    answered = [q["id"] for q in asked if answers[q["id"]].status == "answered"]
    assert 1 - len(answered) / len(asked) >= REFUSED, answered


def test_what_is_refused_is_refused_for_the_right_reason(answers: dict[str, Answer]) -> None:
    asked = [q for q in QUESTIONS if not q["answerable"]]
    wrong = [(q["id"], answers[q["id"]].status) for q in asked if not right(q, answers[q["id"]])]
    assert 1 - len(wrong) / len(asked) >= REASONS, wrong


# --- scoring ---------------------------------------------------------------------------------------


def right(question: dict[str, Any], answer: Answer) -> bool:
    """Whether the status is the expected one and the short answer right; of lists and summaries the text."""
    if not question["answerable"]:
        expected = {"truncated": "section_missing", "out_of_scope": "out_of_scope"}.get(question["expect"])
        return answer.status == expected if expected else answer.status != "answered"
    if answer.status != "answered":
        return False
    short = folded(answer.short_answer or "")
    points: list[list[str]] | None = question.get("answers_all")
    if question["type"] == "yesno":
        led = short.startswith(_LEADS[question["verdict"]])
        return led and told(answer.text, points or [question["answers"]], question.get("min_items"))
    if points:
        return told(answer.text, points, question.get("min_items"))
    accepted = [folded(a) for a in question["answers"]]
    return any(a in short for a in accepted) and len(short) <= 2 * max(len(a) for a in accepted) + 6


def told(text: str, points: Sequence[Sequence[str]], enough: int | None) -> bool:
    """Whether a text tells enough of the points, each in one of its variants."""
    text = folded(text)
    return sum(any(folded(v) in text for v in variants) for variants in points) >= (enough or len(points))


def cites_evidence(question: dict[str, Any], answer: Answer) -> bool:
    """Whether a quote that can be read at a glance holds the evidence, or most of it."""
    return any(
        overlaps(squeezed(citation.quote), squeezed(evidence))
        for citation in answer.citations
        for evidence in question["evidence"]
        if len(citation.quote) <= QUOTE
    )


def overlaps(quote: str, evidence: str) -> bool:
    """Whether one holds the other, or the quote at least 60 % of the evidence in one run."""
    size = max(6, int(0.6 * len(evidence)))
    runs = (evidence[at : at + size] for at in range(max(1, len(evidence) - size + 1)))
    return quote in evidence or any(run in quote for run in runs)


def folded(text: str) -> str:
    """Without width, case, blanks, marks and separators of thousands; the decimal point still counts."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", text).lower())
    return _MARKS.sub("", re.sub(r"(?<=\d)\.(?=\d)", "点", text))


def squeezed(text: str) -> str:
    """Without width and blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize(
    ("short", "expected"),
    [
        ("1208家", False),
        ("35家", True),
        ("新增35家", True),
        ("全年新增持牌类金融机构35家、累计达到1208家", False),
    ],
)
def test_the_scorer_wants_the_figure_alone(short: str, expected: bool) -> None:
    question = {"type": "number", "answerable": True, "answers": ["35家"]}
    assert right(question, Answer("answered", f"{short}[1]", short, (), "")) is expected


def test_the_scorer_keeps_the_decimal_point() -> None:
    assert folded("1,300.81 亿元") == "1300点81亿元" != folded("130081亿元")
