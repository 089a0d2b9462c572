from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.datatypes import Document, Passage
from qa.document import load_document, read_document
from qa.split import split
from tests.test_document import LINES

PUDONG = Path(__file__).parent.parent / "seeds" / "pudong-2024.txt"


@pytest.fixture(scope="module")
def pudong() -> Document:
    return load_document(PUDONG)


@pytest.fixture(scope="module")
def passages(pudong: Document) -> tuple[Passage, ...]:
    return split(pudong)


def texts(body: str, **sizes: int) -> list[str]:
    document = read_document(f"一、2023年工作回顾\n{body}", "a")
    return [passage.text for passage in split(document, **sizes)]


def test_an_id_names_document_chapter_and_part(passages: tuple[Passage, ...]) -> None:
    assert [passages[i].id for i in (0, 1, 8, 9)] == [
        "pudong-2024/0#1",
        "pudong-2024/一#1",
        "pudong-2024/一.(一)#1",
        "pudong-2024/一.(一)#2",
    ]


def test_ids_are_unique(passages: tuple[Passage, ...]) -> None:
    assert len({passage.id for passage in passages}) == len(passages)


def test_a_passage_carries_what_its_section_knows(passages: tuple[Passage, ...]) -> None:
    passage = next(passage for passage in passages if "5.3万户" in passage.text)
    assert passage.path == ("一、2023年工作回顾", "二是发展活力持续增强")
    assert (passage.kind, passage.years) == ("achieved", (2023,))


def test_the_contents_page_and_numbered_headings_are_in_no_passage(passages: tuple[Passage, ...]) -> None:
    assert [passage.text for passage in passages if "一、" in passage.text or "(五)" in passage.text] == []


def test_the_text_that_ends_mid_sentence_is_kept(passages: tuple[Passage, ...]) -> None:
    assert passages[-1].text.endswith("促进产业智能化、绿色化、")


def test_short_sentences_are_joined_up_to_the_target() -> None:
    assert texts("粮食丰收。工业增长。外贸回升。", target=10) == ["粮食丰收。工业增长。", "外贸回升。"]


def test_the_smallest_target_gives_single_sentences() -> None:
    assert texts("粮食丰收。工业增长。", target=1) == ["粮食丰收。", "工业增长。"]


def test_a_theme_stays_with_the_sentence_after_it() -> None:
    assert texts("一是产业持续优化。工业增长5%。粮食丰收。", target=1) == [
        "一是产业持续优化。工业增长5%。",
        "粮食丰收。",
    ]


def test_a_heading_that_states_a_figure_is_kept() -> None:
    assert texts("（一）产值突破5万亿元。工业增长。") == ["（一）产值突破5万亿元。工业增长。"]


def test_a_heading_run_in_is_left_out() -> None:
    assert texts("（一）2023年产业提质。工业增长。") == ["工业增长。"]


def test_a_form_of_address_is_left_out() -> None:
    assert texts("各位代表！\n粮食丰收。") == ["粮食丰收。"]


def test_what_a_form_of_address_parts_stays_apart() -> None:
    assert texts("粮食丰收。各位代表！工业增长。") == ["粮食丰收。", "工业增长。"]


def test_paragraphs_stay_apart() -> None:
    assert texts("粮食丰收。\n工业增长。") == ["粮食丰收。", "工业增长。"]


def test_a_theme_with_nothing_under_it_is_no_passage() -> None:
    text = "2026年青山县政府工作报告\n一、“十四五”时期工作回顾\n一是产业持续优化。2025年工业增长5%。"
    passages = split(read_document(text, "a"))
    assert passages[-1].path == ("一、“十四五”时期工作回顾", "一是产业持续优化")
    assert [passage.text for passage in passages[1:]] == ["2025年工业增长5%。"]


def test_a_sentence_cut_in_two_lines_is_one_passage() -> None:
    assert texts("今年的\n主要目标\n是：粮食丰收。", target=5) == ["今年的\n主要目标\n是：粮食丰收。"]


def test_a_long_sentence_is_divided_at_semicolons() -> None:
    assert texts("粮食丰收，农民增收；工业增长；外贸回升。", target=1, longest=12) == [
        "粮食丰收，农民增收；",
        "工业增长；",
        "外贸回升。",
    ]


def test_a_long_sentence_without_semicolons_is_divided_between_clauses() -> None:
    assert texts("粮食丰收，农民增收，工业增长，外贸回升。", target=1, longest=12) == [
        "粮食丰收，农民增收，",
        "工业增长，外贸回升。",
    ]


def test_a_comma_in_a_number_or_a_title_divides_nothing() -> None:
    assert texts("出台《扩大开放，促进发展》，投入1,200元。", target=1, longest=15) == [
        "出台《扩大开放，促进发展》，",
        "投入1,200元。",
    ]


SIZES = st.tuples(st.integers(1, 200), st.integers(20, 300))


@settings(deadline=None)
@given(LINES, SIZES)
def test_passages_are_slices_in_order_within_one_section(lines: list[str], sizes: tuple[int, int]) -> None:
    text = "\n".join(lines)
    if not text.strip():
        return
    document = read_document(text, "a")
    passages = split(document, target=sizes[0], longest=sizes[1])
    assert all(text[passage.start : passage.end] == passage.text for passage in passages)
    assert all(passage.text.strip() == passage.text != "" for passage in passages)
    assert all(before.end <= after.start for before, after in pairwise(passages))
    assert all(document.section_at(passage.start).end >= passage.end for passage in passages)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["粮食丰收。", "工业增长5%，", "外贸回升；", "\n"]), min_size=1), SIZES)
def test_passages_lose_nothing_but_headings_and_blanks(parts: list[str], sizes: tuple[int, int]) -> None:
    body = "".join(parts)
    assert "".join("".join(texts(body, target=sizes[0], longest=sizes[1])).split()) == "".join(body.split())
