"""What the reader's spans become: findings where they fit what is asked, nothing where they do not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qa.answer import look
from qa.datatypes import Document, Hit, Kind
from qa.document import read_document
from qa.match import Matcher
from qa.question import understand
from qa.reader import Span
from qa.reading import SURE, pointed
from qa.scope import Side
from qa.split import split
from qa.text import fold

TEXT = """2024年青山县政府工作报告
一、2023年工作回顾
跨江大桥于5月在临河镇开工，由省路桥集团承建。全年地区生产总值648.2亿元，一般公共预算收入增长9.1%，新增养老床位320张。
二、2024年工作安排
今年计划新建学校6所。
"""


class Pointing:
    """A reader that points at given words wherever they stand, as sure as it is told to be."""

    def __init__(self, words: str, score: float = 0.9) -> None:
        self.words, self.score = words, score

    def read(self, question: str, passages: Sequence[str], *, whole: bool = True) -> list[Span]:
        found = ((at, passage.find(self.words)) for at, passage in enumerate(passages))
        return [
            Span(at, start, start + len(self.words), self.words, self.score)
            for at, start in found
            if start >= 0
        ]


@pytest.fixture(scope="module")
def document() -> Document:
    return read_document(TEXT, "qingshan-2024")


def read(
    document: Document, asked: str, reader: Pointing, years: tuple[int, ...] = (), kind: Kind | None = None
) -> tuple[str, str] | None:
    """The quote of the evidence and the short answer."""
    question = understand(asked)
    hits = [Hit(passage, 1.0) for passage in split(document)]
    matcher = Matcher(question.terms, [fold(hit.passage.text) for hit in hits])
    found = pointed(question, Side(document, years, kind), hits, matcher, reader)
    return (found[0].quote, found[1]) if found else None


@pytest.mark.parametrize(
    ("asked", "words", "quote"),
    [
        ("跨江大桥由谁修？", "省路桥集团", "由省路桥集团承建"),
        ("大桥什么时候动工？", "5月", "跨江大桥于5月在临河镇开工"),
        ("养老院添了多少张床？", "320张", "新增养老床位320张"),
    ],
)
def test_a_span_becomes_an_answer_with_the_clause_around_it(
    document: Document, asked: str, words: str, quote: str
) -> None:
    found = read(document, asked, Pointing(words))
    assert found is not None
    assert (quote in found[0], found[1]) == (True, words)


def test_what_the_reader_is_not_sure_of_is_not_given(document: Document) -> None:
    assert read(document, "跨江大桥由谁修？", Pointing("省路桥集团", SURE - 0.01)) is None


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("跨江大桥哪一年开工？", "临河镇"),  # no time
        ("养老院添了多少张床？", "648.2亿元"),  # another unit
        ("地区生产总值是多少？", "9.1%"),  # growth, no amount
        ("B2地铁站由谁承建？", "省路桥集团"),  # a name that the passage lacks
    ],
)
def test_a_span_of_another_sort_is_not_given(document: Document, asked: str, words: str) -> None:
    assert read(document, asked, Pointing(words)) is None


def test_what_is_planned_does_not_answer_what_was_done(document: Document) -> None:
    asked = "新建了多少所学校？"
    assert read(document, asked, Pointing("6所"), (2023,), "achieved") is None
    assert read(document, asked, Pointing("6所"), (2024,), "planned") is not None


def test_a_name_that_lost_its_first_character_is_told_as_the_rules_found_it(document: Document) -> None:
    question = understand("跨江大桥由哪家集团承建？")
    hits = [Hit(passage, 1.0) for passage in split(document)]
    matcher = Matcher(question.terms, [fold(hit.passage.text) for hit in hits])
    finding, _ = look(question, Side(document, (), None), hits, matcher, lambda: Pointing("路桥集团"))
    assert finding is not None
    assert finding.short == "省路桥集团"
