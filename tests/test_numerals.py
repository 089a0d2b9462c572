"""Quantities in text: what they say, where they stand, and when two say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.numerals import Number, find_numbers, numeral, same_amount


def only(text: str) -> Number:
    (number,) = find_numbers(text)
    return number


@pytest.mark.parametrize(
    ("text", "printed", "number", "unit"),
    [
        ("达到16715.15亿元", "16715.15亿元", 1_671_515_000_000.0, "元"),
        ("新设5.3万户", "5.3万户", 53_000.0, "户"),
        ("新设５．３万户", "５．３万户", 53_000.0, "户"),
        ("收入1,000.5元", "1,000.5元", 1000.5, "元"),
        ("减税2.36万亿元", "2.36万亿元", 2_360_000_000_000.0, "元"),
        ("实到外资103.44亿美元", "103.44亿美元", 10_344_000_000.0, "美元"),
        ("装机3000万千瓦", "3000万千瓦", 30_000_000.0, "千瓦"),
        ("用能1302万吨标准煤", "1302万吨标准煤", 13_020_000.0, "吨标准煤"),
        ("浓度25微克/立方米", "25微克/立方米", 25.0, "微克/立方米"),
        ("生产率30万元/人", "30万元/人", 300_000.0, "元/人"),
        ("高于全国1.7个百分点", "1.7个百分点", 1.7, "百分点"),
        ("住房15.6万套（间）", "15.6万套（间）", 156_000.0, "套"),
        ("压缩到4个工作日", "4个工作日", 4.0, "工作日"),
        ("惠及2900多万家庭", "2900多万", 29_000_000.0, ""),
        ("14亿人口", "14亿", 1_400_000_000.0, ""),
        ("三家", "三家", 3.0, "家"),
        ("十五家", "十五家", 15.0, "家"),
        ("两千人", "两千人", 2000.0, "人"),
        ("一百零五家", "一百零五家", 105.0, "家"),
        ("占三成", "三成", 30.0, "%"),
        ("占全国9成", "9成", 90.0, "%"),
        ("占六成五", "六成五", 65.0, "%"),
        ("下降百分之五", "百分之五", 5.0, "%"),
        ("压减三分之一", "三分之一", pytest.approx(33.3333, abs=1e-3), "%"),
        ("占全国1/10", "1/10", 10.0, "%"),
        ("占一半", "一半", 50.0, "%"),
        ("项目开工过半", "过半", 50.0, "%"),
        ("增长两倍", "两倍", 2.0, "倍"),
        ("翻一番", "翻一番", 2.0, "倍"),
        ("翻两番", "翻两番", 4.0, "倍"),
        ("缩小至2.27：1", "2.27：1", 2.27, ":1"),
        ("下降到8.5/10万", "8.5/10万", 8.5, "/10万"),
        ("调整为2.1:45.3:52.6", "2.1:45.3:52.6", 2.1, ":"),
        ("比重为4.0∶37.7∶58.3", "4.0∶37.7∶58.3", 4.0, ":"),
        ("产值突破千亿，税收增长", "突破千亿", 100_000_000_000.0, ""),
        ("惠及900多万个体工商户", "900多万", 9_000_000.0, ""),
        ("每斤提高3分钱", "3分钱", 3.0, "分钱"),
    ],
)
def test_a_quantity_is_read_with_its_unit(text: str, printed: str, number: float, unit: str) -> None:
    found = only(text)
    assert (text[found.start : found.end], found.number, found.unit) == (printed, number, unit)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("增长6%—6.5%", 6.0, 6.5, "%"),
        ("增长6%－6.5%", 6.0, 6.5, "%"),
        ("增长5%-5.5%", 5.0, 5.5, "%"),
        ("10万至20万人", 100_000.0, 200_000.0, "人"),
        ("10至20万人", 100_000.0, 200_000.0, "人"),
        ("2至3家", 2.0, 3.0, "家"),
        ("七八家", 7.0, 8.0, "家"),
    ],
)
def test_a_range_has_two_ends(text: str, low: float, high: float, unit: str) -> None:
    found = only(text)
    assert (found.number, found.upper, found.unit) == (low, high, unit)


@pytest.mark.parametrize(
    ("text", "printed", "hedge"),
    [
        ("活动超过500场", "超过500场", "超过"),
        ("约75%", "约75%", "约"),
        ("达到1.4万亿元左右", "1.4万亿元左右", "左右"),
        ("企业120多家", "120多家", "多"),
        ("改造620多万套", "620多万套", "多"),
        ("覆盖1.8万余个", "1.8万余个", "余"),
        ("占比近一半", "近一半", "近"),
        ("比例不低于10%", "不低于10%", "不低于"),
        ("近3000多人", "近3000多人", "近…多"),
        ("失业率5%以内", "5%以内", "以内"),
    ],
)
def test_the_span_holds_the_hedge(text: str, printed: str, hedge: str) -> None:
    found = only(text)
    assert (text[found.start : found.end], found.hedge) == (printed, hedge)


def test_the_core_begins_behind_the_hedge() -> None:
    text = "活动超过500场"
    assert text[only(text).core :] == "500场"


@pytest.mark.parametrize(
    ("text", "place"), [("居全国第2位", 2.0), ("稳居全国首位", 1.0), ("跃居全国第一", 1.0)]
)
def test_a_place_in_an_order_is_ordinal(text: str, place: float) -> None:
    found = only(text)
    assert found.ordinal
    assert found.number == place


@pytest.mark.parametrize(
    "text",
    [
        "2023年",
        "二〇二三年",
        "2023-2025年",
        "11月6日至10日",
        "C919大型客机",
        "PM2.5浓度",
        "5G网络",
        "5A级景区",
        "“1+1+N”政策",
        "第八轮行动",
        "第19届亚运会",
        "一批项目",
        "一体化发展",
        "亿万人民",
        "设立七十周年",
        "见注［1］",
    ],
)
def test_dates_and_names_are_no_quantities(text: str) -> None:
    assert find_numbers(text) == []


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("5.3万户", "53000户"),
        ("5.3万户", "５３０００户"),
        ("1.4万亿元", "14000亿元"),
        ("40%", "四成"),
        ("近一半", "50%"),
        ("三家", "3家"),
        ("1,208家", "1208家"),
        ("超过500场", "500场"),
        ("35家", "35"),
        ("6%—6.5%", "6%-6.5%"),
    ],
)
def test_amounts_that_say_the_same(left: str, right: str) -> None:
    assert same_amount(only(left), only(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("5.3万户", "53000家"),
        ("35家", "36家"),
        ("超过5家", "不到5家"),
        ("6%—6.5%", "6%"),
        ("5%", "5个百分点"),
        ("全国第2位", "2位"),
    ],
)
def test_amounts_that_differ(left: str, right: str) -> None:
    assert not same_amount(only(left), only(right))


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("1,000.5", 1000.5),
        ("５．３万", 53_000.0),
        ("三十六", 36.0),
        ("十", 10.0),
        ("一点五", 1.5),
        ("两千零五十", 2050.0),
        ("三万五千", 35_000.0),
        ("二〇二三", 2023.0),
        ("项目", None),
    ],
)
def test_a_numeral_says_its_number(printed: str, number: float | None) -> None:
    assert numeral(printed) == number


@given(
    st.text(
        alphabet="0123456789.,%万亿千百十一二两三家户元个第约超近多左右以上至—－／/成半倍番年月日的 ，",
        max_size=40,
    )
)
def test_any_text_yields_ordered_spans(text: str) -> None:
    at = 0
    for found in find_numbers(text):
        assert at <= found.start <= found.core < found.end <= len(text)
        at = found.end
