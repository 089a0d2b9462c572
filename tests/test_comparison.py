"""Figures set against each other, members of a list, series and periods: no neighbour ever answers."""

from __future__ import annotations

import pytest

from embeddings.encoder import SentenceEncoder
from qa.bot import Bot
from qa.library import Library

ZHOUSHAN = """2026年舟山市政府工作报告

各位代表：
现在，我代表舟山市人民政府，向大会报告政府工作，请予审议。

一、“十四五”时期工作回顾
五年来，城镇新增就业累计18.6万人。高速公路由120公里增至185公里，总里程居全省第4位。
2025年，地区生产总值达到950亿元，增长5.2%、高于全省0.4个百分点。研发投入强度2.31%、居全省第一。外贸出口增长7.2%。软件、物流、会展三大产业规模达到460亿元。城镇新增就业4.1万人。报警类警情相比2021年下降25.2%。全市新上市3款新药均出自舟山。
人均地区生产总值9.8万元。

二、“十五五”时期和2026年主要任务
“十五五”时期，单位地区生产总值用水量、能耗分别下降16%、12%。
2026年主要预期目标是：地区生产总值增长5.5%左右，粮食播种面积30万亩、产量12万吨以上。
今年重点采取三方面措施：一是扩大居民消费。发放消费券。二是稳定外贸规模。支持企业参展。三是提升对外开放水平。
深入实施文旅融合提升战略。
"""

TONGLING = """2026年铜陵市政府工作报告

各位代表：
现在，我代表铜陵市人民政府，向大会报告政府工作，请予审议。

一、“十四五”时期工作回顾
2025年，地区生产总值达到720亿元，增长6.1%。研发投入强度2.32%。

二、2026年主要任务
2026年主要预期目标是：地区生产总值增长6%左右。
“四库”功能不断激活。

附件
［1］四库：
水库、粮库、钱库、碳库。
"""


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder) -> Bot:
    """Over both invented reports."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "zhoushan-2026.txt").write_text(ZHOUSHAN, encoding="utf-8")
    (folder / "tongling-2026.txt").write_text(TONGLING, encoding="utf-8")
    library = Library(folder / "home", lambda: encoder)
    library.add_all([folder / "zhoushan-2026.txt", folder / "tongling-2026.txt"])
    return Bot(library)


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("舟山的研发投入强度高于铜陵吗？", "否，舟山2.31%；铜陵2.32%"),
        ("铜陵的研发投入强度高于舟山吗？", "是，铜陵2.32%；舟山2.31%"),
        ("和铜陵相比，舟山的研发投入强度更低吗？", "是，铜陵2.32%；舟山2.31%"),
    ],
)
def test_a_yes_or_no_over_two_places_looks_at_both(bot: Bot, question: str, short: str) -> None:
    answer = bot.ask(question)
    assert answer.short_answer == short
    assert {citation.document_id for citation in answer.citations} == {"zhoushan-2026", "tongling-2026"}
    assert "不是报告原文" in answer.text


def test_which_is_more_names_the_side(bot: Bot) -> None:
    assert "舟山的数字较大" in bot.ask("2025年舟山和铜陵哪个地区生产总值更大？").text


def test_targets_that_lie_nearer_than_their_hedges_are_not_ordered(bot: Bot) -> None:
    answer = bot.ask("舟山2026年的地区生产总值增速目标比铜陵低吗？")
    assert "不能据此断定" in answer.text
    assert not (answer.short_answer or "").startswith(("是", "否"))


@pytest.mark.parametrize(
    "question",
    [
        "铜陵的地区生产总值增速高于全省吗？",
        "舟山外贸进出口增长了多少？",
        "舟山物流产业规模是多少？",
        "铜陵人均地区生产总值是多少？",
        "舟山2025年地区生产总值比上年高吗？",
    ],
)
def test_a_neighbours_figure_is_no_answer(bot: Bot, question: str) -> None:
    assert bot.ask(question).status == "not_in_report"


def test_what_the_report_sets_against_another_is_its_own_verdict(bot: Bot) -> None:
    answer = bot.ask("舟山地区生产总值增速高于全省吗？")
    assert (answer.short_answer or "").startswith("是")
    assert "高于全省0.4个百分点" in answer.citations[0].quote


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("“十五五”时期舟山单位地区生产总值能耗要下降多少？", "12%"),
        ("“十五五”时期舟山单位地区生产总值用水量要下降多少？", "16%"),
        ("舟山2026年粮食产量目标是多少？", "12万吨以上"),
        ("舟山报警类警情相比2021年下降了多少？", "25.2%"),
        ("舟山三大产业规模达到多少？", "460亿元"),
        ("舟山人均地区生产总值是多少？", "9.8万元"),
    ],
)
def test_figures_that_share_a_name_keep_to_their_own(bot: Bot, question: str, short: str) -> None:
    assert bot.ask(question).short_answer == short


def test_five_years_stand_beside_the_last_one(bot: Bot) -> None:
    answer = bot.ask("舟山城镇新增就业，五年一共多少、2025年又是多少？")
    assert answer.short_answer == "2021—2025年18.6万人；2025年4.1万人"


def test_points_in_order_are_a_list(bot: Bot) -> None:
    answer = bot.ask("2026年舟山重点采取哪三方面措施？")
    assert answer.short_answer == "扩大居民消费、稳定外贸规模、提升对外开放水平"
    assert [citation.quote for citation in answer.citations] == (answer.short_answer or "").split("、")


def test_a_line_of_the_glossary_tells_what_a_word_holds(bot: Bot) -> None:
    assert bot.ask("铜陵的“四库”是哪四个库？").short_answer == "水库、粮库、钱库、碳库"


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("舟山的研发投入强度是全国第一，对吧？", "否"),
        ("2025年新上市的3款新药里，舟山只占一半吗？", "否"),
        ("有人说舟山2025年城镇新增就业41万人，真有这么多？", "否"),
    ],
)
def test_a_claim_is_weighed_whole(bot: Bot, question: str, lead: str) -> None:
    assert (bot.ask(question).short_answer or "").startswith(lead)


def test_a_name_goes_up_to_the_sort_that_is_asked_for(bot: Bot) -> None:
    answer = bot.ask("舟山2026年将在哪个战略框架下推进文旅融合？")
    assert answer.short_answer == "文旅融合提升战略"


def test_a_new_question_stays_in_the_place_that_the_talk_is_of(bot: Bot) -> None:
    answer = bot.ask("研发投入强度是多少？", [{"role": "user", "content": "铜陵2025年地区生产总值是多少？"}])
    assert answer.short_answer == "2.32%"
    assert answer.question == "铜陵市：研发投入强度是多少？"
