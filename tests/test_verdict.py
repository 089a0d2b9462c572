"""A statement beside the evidence: a wrong figure, a plan or a beginning never makes it true."""

from __future__ import annotations

import pytest

from qa.datatypes import Document, Section
from qa.evidence import Evidence
from qa.figures import find_figures
from qa.question import understand
from qa.verdict import holds, is_state


def verdict(question: str, text: str, value: str = "") -> bool:
    """The verdict on a question whose evidence is ``text``, or its ledger row that prints ``value``."""
    section = Section(("一、回顾",), 0, len(text), "achieved", (2023,))
    document = Document("report", text, "报告", "某市", 2024, (), (section,))
    rows = [row for row in find_figures(document) if row.value == value]
    assert bool(rows) == bool(value), "the ledger does not print this value"
    return holds(
        understand(question), Evidence(document, 0, len(text), 1.0, 1.0, (), rows[0] if rows else None)
    )


FINANCE = "新增金融机构35家、累计达到1208家。"


@pytest.mark.parametrize(
    ("question", "text", "value", "expected"),
    [
        ("新增了35家金融机构，对吗？", FINANCE, "35家", True),
        ("新增了1208家金融机构，对吗？", FINANCE, "35家", False),
        ("金融机构累计1208家，对吗？", FINANCE, "1208家", True),
        ("森林覆盖率超过20%了吗？", "森林覆盖率达到18.97%。", "18.97%", False),
        ("森林覆盖率超过18%了吗？", "森林覆盖率达到18.97%。", "18.97%", True),
        ("森林覆盖率不到20%，对吗？", "森林覆盖率达到18.97%。", "18.97%", True),
        ("森林覆盖率低于15%，是吗？", "森林覆盖率达到18.97%。", "18.97%", False),
        ("总产值是1.4万亿元吗？", "工业总产值达到14000亿元。", "14000亿元", True),
        ("地区生产总值增长5%，对吗？", "地区生产总值增长5.6%。", "5.6%", False),
    ],
)
def test_an_amount_holds_where_the_report_prints_it(
    question: str, text: str, value: str, expected: bool
) -> None:
    assert verdict(question, text, value) is expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("轻轨2号线通车了吗？", "轻轨2号线开工建设", False),
        ("轻轨2号线通车了吗？", "轻轨2号线竣工通车", True),
        ("轻轨2号线开工了吗？", "轻轨2号线开工建设", True),
        ("环保三年行动计划搞完没", "全面完成环保三年行动计划", True),
        ("238个项目是不是全部完成了？", "累计开工238个、完成190个，其中部分投用", False),
    ],
)
def test_what_has_begun_is_not_done(question: str, text: str, expected: bool) -> None:
    assert verdict(question, text) is expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("财政收入下降了吗？", "财政收入增长5.4%", False),
        ("财政收入增长了吗？", "财政收入下降1.5%", False),
        ("财政收入下降了吗？", "财政收入下降1.5%", True),
        ("财政收入增长了吗？", "财政收入增长5.4%", True),
    ],
)
def test_up_is_not_down(question: str, text: str, expected: bool) -> None:
    assert verdict(question, text) is expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("新片区取消收费了吗？", "新片区取消收费", True),
        ("新片区收费吗？", "新片区暂停收费", False),
        ("未来产业先导区建设启动了吗？", "未来产业先导区建设启动", True),
        ("营商环境不断优化了吗？", "营商环境不断优化", True),
    ],
)
def test_a_denial_turns_the_verdict(question: str, text: str, expected: bool) -> None:
    assert verdict(question, text) is expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("港口吞吐量是全国第一吗？", "港口吞吐量位居全国第二位", False),
        ("港口吞吐量是全国第一吗？", "港口吞吐量位居全国首位", True),
        ("港口吞吐量是全国第三吗？", "港口吞吐量位居全省第一、全国第三", True),
        ("港口吞吐量是全国第一吗？", "港口吞吐量位居全省第一、全国第三", False),
    ],
)
def test_a_place_in_an_order_counts_among_the_same(question: str, text: str, expected: bool) -> None:
    assert verdict(question, text) is expected


@pytest.mark.parametrize(
    ("word", "expected"), [("通车", True), ("下降", True), ("筹建", True), ("轻轨", False), ("医院", False)]
)
def test_a_state_is_how_far_something_has_come(word: str, expected: bool) -> None:
    assert is_state(word) is expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("河水水质达到Ⅰ类了吗？", "河水水质连续6年达到Ⅱ类", False),
        ("河水水质达到Ⅱ类了吗？", "河水水质连续6年达到Ⅱ类", True),
        ("球队拿了冠军吗？", "球队夺得联赛亚军", False),
        ("球队拿了冠军吗？", "球队夺得联赛冠军、杯赛亚军", True),
        ("景区评上5A级了吗？", "景区获评4A级", False),
        ("是否改行宽松的货币政策？", "继续实行稳健的货币政策", False),
        ("产业园是国家级的吗？", "产业园获批省级园区", False),
    ],
)
def test_one_of_several_that_exclude_each_other_is_not_another(
    question: str, text: str, expected: bool
) -> None:
    assert verdict(question, text) is expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("北环路是不是已经通车了？", "北环路、科技路等项目开工建设，东海大桥等竣工通车", False),
        ("东海大桥是不是已经通车了？", "北环路、科技路等项目开工建设，东海大桥等竣工通车", True),
        ("滨江大学开始招生没", "支持滨江大学筹建", False),
        ("滨江大学开始招生没", "滨江大学开始招生", True),
        ("Did the trade surplus get bigger?", "贸易顺差进一步下降", False),
        ("城乡差距缩小了吗？", "城乡差距有所扩大", False),
    ],
)
def test_the_subject_s_own_clause_tells_how_far_it_has_come(question: str, text: str, expected: bool) -> None:
    assert verdict(question, text) is expected
