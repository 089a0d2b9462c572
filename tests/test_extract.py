"""Short answers inside a piece of evidence: what is quoted, names, places, times, orders, lists."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.extract import best_of, enumerations, names, ordinals, places, quoted, times
from qa.text import Span


def cut(text: str, spans: Sequence[Span]) -> list[str]:
    return [text[start:end] for start, end in spans]


def lists(text: str) -> list[tuple[list[str], bool]]:
    return [(cut(text, items), more) for items, more in enumerations(text)]


# --- what is quoted --------------------------------------------------------------------------------


def test_titles_and_quotation_marks_are_quoted_with_their_marks() -> None:
    text = "发布《海港条例》，推出“江鸥一号”游船"
    assert cut(text, quoted(text)) == ["《海港条例》", "“江鸥一号”"]


def test_nothing_is_quoted_where_a_mark_stays_open() -> None:
    assert quoted("发布《海港条例，推出“江鸥一号游船") == []


# --- times -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("江北医院于2023年9月建成投用", ["2023年9月"]),
        ("12月31日前完工", ["12月31日"]),
        ("《城镇更新行动计划(2023-2025年)》", ["2023-2025年"]),
        ("《城镇更新行动计划（2023—2025年）》", ["2023—2025年"]),
        ("2021至2023年建成", ["2021至2023年"]),
        ("“十四五”期间建成", ["“十四五”期间"]),
        ("上半年开工，年底通车", ["上半年", "年底"]),
        ("第二季度启动", ["第二季度"]),
        ("投入2023万元", []),
    ],
)
def test_times_are_found_whole(text: str, expected: list[str]) -> None:
    assert cut(text, times(text)) == expected


# --- places ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("唐湾镇粮库建成", "唐湾镇"),
        ("轻轨开到青石街道", "青石街道"),
        ("落户临港新片区", "新片区"),
        ("工厂设在江西省", "江西省"),
    ],
)
def test_a_place_is_known_by_its_last_characters(text: str, place: str) -> None:
    assert any(span.endswith(place) for span in cut(text, places(text)))


def test_what_is_of_a_level_of_government_is_no_place() -> None:
    assert places("镇级财政和区属企业") == []


def test_a_conjunction_in_front_of_a_place_is_not_part_of_it() -> None:
    text = "和牌楼村"
    assert "牌楼村" in cut(text, places(text))
    assert "和牌楼村" not in cut(text, places(text))


# --- ordinals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "expected"), [("届", ["第19届"]), ("周年", ["十周年"]), ("位", []), ("号线", ["3号线"])]
)
def test_places_in_an_order_are_found_by_their_unit(unit: str, expected: list[str]) -> None:
    text = "举办第19届运动会，迎来十周年，3号线开工"
    assert cut(text, ordinals(text, unit)) == expected


def test_a_unit_with_signs_of_regular_expressions_is_taken_as_it_is() -> None:
    assert cut("第3(次)", ordinals("第3(次)", "(次)")) == ["第3(次)"]


# --- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("江海创投集团揭牌成立", "江海创投集团"),
        ("引进中国船东协会", "中国船东协会"),
        ("推动江北中学创建示范性高中", "江北中学"),
        ("国产首艘货船“江鸥一号”在青石镇下水", "“江鸥一号”"),
    ],
)
def test_a_name_stands_between_the_verbs_of_the_genre(text: str, name: str) -> None:
    assert name in cut(text, names(text))


def test_verbs_that_are_part_of_a_title_stay_in_it() -> None:
    text = "获批国家知识产权保护示范区"
    assert cut(text, names(text)) == ["国家知识产权保护示范区"]


def test_a_verb_inside_the_name_of_a_body_is_part_of_it() -> None:
    text = "气候投融资促进中心揭牌成立"
    assert cut(text, names(text)) == ["气候投融资促进中心"]


def test_a_quoted_name_goes_on_with_the_nouns_behind_it() -> None:
    text = "“一带一路”电影周圆满举办"
    assert {"“一带一路”", "“一带一路”电影周"} <= set(cut(text, names(text)))


# --- lists -----------------------------------------------------------------------------------------


def test_a_list_that_the_report_breaks_off_says_so() -> None:
    assert (["智慧停车", "社区食堂", "夜间门诊"], True) in lists("推出智慧停车、社区食堂、夜间门诊等便民服务")


def test_a_list_that_is_counted_is_complete() -> None:
    assert lists("建设智能装备、生物制造、绿色船舶三大产业集群") == [
        (["智能装备", "生物制造", "绿色船舶"], False)
    ]


def test_the_last_item_may_be_joined_by_and() -> None:
    assert lists("航头镇牌楼村、老港镇欣河村和川沙镇七灶村成功创建示范村") == [
        (["航头镇牌楼村", "老港镇欣河村", "川沙镇七灶村"], False)
    ]


def test_a_mark_inside_a_title_does_not_divide_a_list() -> None:
    assert [len(items) for items, _ in lists("《甲、乙条例》、《丙条例》")] == [2]


def test_the_inside_of_quotation_marks_may_be_a_list() -> None:
    assert (["精品城区", "现代城镇", "美丽乡村"], False) in lists("推进“精品城区、现代城镇、美丽乡村”融合")


@pytest.mark.parametrize("text", ["新增公园36座、绿地310公顷、绿道45公里", "地区生产总值达到648.2亿元", ""])
def test_figures_in_a_row_are_no_list_of_names(text: str) -> None:
    assert lists(text) == []


# --- the best --------------------------------------------------------------------------------------


def test_the_heavier_span_is_best_and_the_earlier_of_two_alike() -> None:
    assert best_of([(0, 1), (2, 5)], lambda span: span[1] - span[0]) == (2, 5)
    assert best_of([(4, 5), (2, 3)], lambda span: 1.0) == (2, 3)
    assert best_of([], lambda span: 1.0) is None


@given(st.text(alphabet="江海镇村和、等“”《》（）()2023年9月第届区 a。，", max_size=40))
@settings(max_examples=100, deadline=None)
def test_every_span_lies_in_the_text_and_holds_something(text: str) -> None:
    spans = [*quoted(text), *times(text), *places(text), *names(text), *ordinals(text, "届")]
    spans += [span for items, _ in enumerations(text) for span in items]
    assert [span for span in spans if not 0 <= span[0] < span[1] <= len(text)] == []
