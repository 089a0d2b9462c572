"""What the product answers: the figure that is meant, with the place where it stands, or an honest no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from embeddings.encoder import SentenceEncoder
from qa.answer import Finding
from qa.bot import Bot
from qa.datatypes import Answer, Document, Figure
from qa.document import read_document
from qa.evidence import Evidence, cited, commensurable, sentence_at
from qa.library import Library
from qa.question import understand
from qa.reply import compose, refuse
from qa.scope import Side
from tests.invented import ZHOUSHAN_2024, invented_library

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder) -> Bot:
    """Over the shipped report and the invented ones."""
    library = invented_library(tmp_path_factory.mktemp("library"), encoder)
    library.add(SEEDS / "pudong-2024.txt")
    return Bot(library)


def quotes(answer: Answer) -> list[tuple[str, str]]:
    return [(citation.document_id, citation.quote) for citation in answer.citations]


def turns(*questions: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": question} for question in questions]


# --- figures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "short", "quote"),
    [
        ("舟山市2023年地区生产总值是多少？", "648.2亿元", "地区生产总值达到648.2亿元"),
        ("舟山市2023年GDP多少", "648.2亿元", "地区生产总值达到648.2亿元"),
        ("铜陵市2023年接待游客多少人次？", "326万人次", "接待游客326万人次"),
        ("铜陵市2023年茶园面积有多少？", "9.3万亩", "茶园面积扩大到9.3万亩"),
        ("浦东2023年实到外资是多少？", "103.44亿美元", "实到外资103.44亿美元"),
        ("浦東新區2023年實到外資是多少？", "103.44亿美元", "实到外资103.44亿美元"),
    ],
)
def test_a_figure_is_given_as_printed_and_cited(bot: Bot, question: str, short: str, quote: str) -> None:
    answer = bot.ask(question)
    assert (answer.status, answer.short_answer) == ("answered", short)
    assert quote in answer.citations[0].quote


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("舟山市2023年新增高新技术企业多少家？", "23家"),
        ("舟山市高新技术企业累计达到多少家？", "187家"),
        ("浦东去年新增持牌类金融机构多少家？", "35家"),
        ("浦东去年持牌类金融机构累计多少家？", "1208家"),
    ],
)
def test_what_a_year_added_is_not_the_running_total(bot: Bot, question: str, short: str) -> None:
    assert bot.ask(question).short_answer == short


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("舟山市2023年地区生产总值增长多少？", "5.6%"),
        ("铜陵市2023年一般公共预算收入下降了多少？", "1.5%"),
        ("铜陵市2023年旅游收入增长多少？", "41%"),
        ("浦东2023年新设各类市场主体增长多少？", "23.1%"),
    ],
)
def test_a_change_is_the_change_of_what_is_asked(bot: Bot, question: str, short: str) -> None:
    assert bot.ask(question).short_answer == short


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("舟山市数字经济占全市经济总量的比重是多少？", "32%"),
        ("浦东人工智能产业规模占全市的比重是多少？", "40%"),
    ],
)
def test_a_share_is_no_level(bot: Bot, question: str, short: str) -> None:
    assert short in (bot.ask(question).short_answer or "")


@pytest.mark.parametrize(
    ("question", "short", "document", "kind"),
    [
        ("2024年舟山市地区生产总值增长目标是多少？", "6.5%左右", "zhoushan-2024", "planned"),
        ("铜陵市2023年地区生产总值增长目标是多少？", "7%", "tongling-2023", "planned"),
        ("铜陵市2023年地区生产总值增长多少？", "7.2%", "tongling-2024", "achieved"),
        ("舟山市2022年地区生产总值是多少？", "610.5亿元", "zhoushan-2023", "achieved"),
        ("2024年浦东规模以上工业总产值的目标是多少？", "1.4万亿元左右", "pudong-2024", "planned"),
    ],
)
def test_the_target_stands_in_the_report_of_the_year_and_the_outcome_in_the_next(
    bot: Bot, question: str, short: str, document: str, kind: str
) -> None:
    answer = bot.ask(question)
    assert answer.short_answer == short
    assert (answer.citations[0].document_id, answer.citations[0].kind) == (document, kind)


# --- lists, names, places, times, problems ---------------------------------------------------------


def test_a_list_that_ends_with_and_so_on_is_not_passed_off_as_complete(bot: Bot) -> None:
    answer = bot.ask("舟山市2023年推出了哪些便民服务？")
    assert answer.short_answer == "智慧停车、社区食堂、夜间门诊"
    assert "“等”" in answer.text


def test_a_complete_list_says_nothing_of_more(bot: Bot) -> None:
    answer = bot.ask("2024年舟山市要建设哪三大产业集群？")
    assert answer.short_answer == "智能装备、生物制造、绿色船舶"
    assert "“等”" not in answer.text


def test_a_name(bot: Bot) -> None:
    assert bot.ask("舟山市的氢动力货船叫什么名字？").short_answer == "“江鸥一号”"
    assert bot.ask("浦东2023年成立的投资集团叫什么？").short_answer == "浦东创投集团"


def test_a_place(bot: Bot) -> None:
    assert bot.ask("舟山市的氢动力货船在哪里下水？").short_answer == "青石镇"


def test_a_time(bot: Bot) -> None:
    assert bot.ask("江北医院是什么时候建成投用的？").short_answer == "2023年9月"


def test_problems_are_those_that_the_report_owns_up_to(bot: Bot) -> None:
    answer = bot.ask("舟山市发展中存在哪些困难和问题？")
    assert answer.status == "answered"
    assert "养老服务供给不足" in answer.text
    assert {citation.kind for citation in answer.citations} == {"other"}


def test_main_points_of_a_field_are_cited_one_by_one(bot: Bot) -> None:
    answer = bot.ask("舟山市2023年做了哪些民生工作？")
    assert answer.status == "answered"
    assert len(answer.citations) >= 3
    assert "新建学校5所" in answer.text


# --- yes and no ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "lead", "fact"),
    [
        ("舟山市江北医院建成投用了吗？", "是", "江北医院于2023年9月建成投用"),
        ("舟山市轻轨2号线2023年通车了吗？", "否", "轻轨2号线开工建设"),
        ("浦东2023年新增持牌类金融机构1208家，对吗？", "否", "35家"),
        ("浦东2023年森林覆盖率达到20%了吗？", "否", "18.97%"),
    ],
)
def test_a_false_premise_is_set_right_by_what_the_report_says(
    bot: Bot, question: str, lead: str, fact: str
) -> None:
    answer = bot.ask(question)
    assert (answer.short_answer or "").startswith(lead)
    assert fact in answer.text


# --- comparisons -----------------------------------------------------------------------------------


def test_two_places_are_set_side_by_side(bot: Bot) -> None:
    answer = bot.ask("舟山市和铜陵市2023年地区生产总值各是多少？")
    assert answer.short_answer == "舟山648.2亿元；铜陵198.7亿元"
    assert [document for document, _ in quotes(answer)] == ["zhoushan-2024", "tongling-2024"]


def test_two_years_are_set_side_by_side(bot: Bot) -> None:
    answer = bot.ask("舟山市2022年和2023年地区生产总值各是多少？")
    assert answer.short_answer == "2022年610.5亿元；2023年648.2亿元"
    assert [document for document, _ in quotes(answer)] == ["zhoushan-2023", "zhoushan-2024"]


def test_review_and_plan_are_set_side_by_side(bot: Bot) -> None:
    answer = bot.ask("浦东2023年规模以上工业总产值和2024年的目标分别是多少？")
    assert answer.short_answer == "2023年13660.81亿元；2024年1.4万亿元左右"
    assert [citation.kind for citation in answer.citations] == ["achieved", "planned"]


# --- follow-ups ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "question", "short"),
    [
        ("舟山市2023年地区生产总值是多少？", "那铜陵市呢？", "198.7亿元"),
        ("舟山市2023年地区生产总值增长多少？", "那2024年的目标呢？", "6.5%左右"),
        ("浦东去年新增持牌类金融机构多少家？", "那累计呢？", "1208家"),
    ],
)
def test_a_follow_up_takes_what_it_leaves_out_from_before(
    bot: Bot, before: str, question: str, short: str
) -> None:
    answer = bot.ask(question, turns(before))
    assert answer.short_answer == short
    assert answer.question != question


def test_a_question_that_stands_alone_takes_nothing_from_before(bot: Bot) -> None:
    question = "舟山市2023年地区生产总值是多少？"
    assert bot.ask(question, turns("浦东2023年实到外资是多少？")) == bot.ask(question)


# --- refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("舟山市2023年常住人口是多少？", "not_in_report"),
        ("舟山市2023年粮食产量是多少？", "not_in_report"),
        ("舟山市2023年机场旅客吞吐量是多少？", "not_in_report"),
        ("舟山市居民人均可支配收入的2024年目标是多少？", "not_in_report"),
        ("舟山市2023年上半年地区生产总值是多少？", "not_in_report"),
        ("舟山市2023年第一季度一般公共预算收入是多少？", "not_in_report"),
        ("舟山市2019年地区生产总值是多少？", "no_such_document"),
        ("2021年舟山市政府工作报告提出的目标是什么？", "no_such_document"),
        ("杭州市2023年地区生产总值是多少？", "no_such_document"),
        ("2024年浦东在“大力推进新型工业化”方面有哪些具体任务？", "section_missing"),
        ("2023年铜陵市政府工作报告中，加强政府自身建设有哪些要求？", "section_missing"),
        ("今天天气怎么样？", "out_of_scope"),
        ("帮我写一首诗", "out_of_scope"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(bot: Bot, question: str, status: str) -> None:
    answer = bot.ask(question)
    assert (answer.status, answer.short_answer) == (status, None)


def test_a_missing_report_is_named_and_the_ones_at_hand_as_well(bot: Bot) -> None:
    text = bot.ask("杭州市2023年地区生产总值是多少？").text
    assert "杭州市" in text
    assert "2024年舟山市政府工作报告" in text


def test_a_missing_section_is_named(bot: Bot) -> None:
    text = bot.ask("2023年铜陵市政府工作报告中，加强政府自身建设有哪些要求？").text
    assert "三、加强政府自身建设" in text


def test_what_stands_nearest_is_offered_as_no_answer(bot: Bot) -> None:
    answer = bot.ask("舟山市2023年上半年地区生产总值是多少？")
    assert "不是对问题的回答" in answer.text
    assert 0 < len(answer.citations) <= 3


# --- evidence --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document() -> Document:
    return read_document(ZHOUSHAN_2024, "zhoushan-2024")


def evidence(document: Document, quote: str, value: str = "") -> Evidence:
    start = document.text.index(quote)
    row = next((row for row in document.figures if row.value == value), None)
    return Evidence(document, start, start + len(quote), 1.0, 1.0, (), row)


def row(document: Document, value: str) -> Figure:
    (found,) = [figure for figure in document.figures if figure.value == value]
    return found


def test_a_sentence_is_found_without_blanks_and_its_closing_mark() -> None:
    text = "第一句。\n　 第二句，还有！第三句"
    assert text[slice(*sentence_at(text, text.index("还有")))] == "第二句，还有"
    assert text[slice(*sentence_at(text, len(text) - 1))] == "第三句"


def test_evidence_is_cited_once_and_never_twice_over(document: Document) -> None:
    whole = evidence(document, "新增高新技术企业23家、累计达到187家")
    part = evidence(document, "新增高新技术企业23家")
    other = evidence(document, "新建学校5所")
    assert cited([whole, part, other, whole]) == [whole, other]


@pytest.mark.parametrize(
    ("value", "units", "expected"),
    [
        ("648.2亿元", ("元",), True),
        ("648.2亿元", ("家", "个"), False),
        ("23家", ("个",), True),
        ("23家", ("元",), False),
        ("5.6%", ("元",), False),
        ("5.6%", (), True),
    ],
)
def test_money_is_not_counted_in_pieces(
    document: Document, value: str, units: tuple[str, ...], expected: bool
) -> None:
    assert commensurable(row(document, value), units) is expected


# --- the reply -------------------------------------------------------------------------------------


def reply(document: Document, question: str, findings: Sequence[Finding]) -> Answer:
    return compose(understand(question), findings)


def test_every_fact_of_a_reply_ends_with_its_marker(document: Document) -> None:
    best = evidence(document, "地区生产总值达到648.2亿元", "648.2亿元")
    answer = reply(
        document, "地区生产总值是多少？", [Finding(Side(document, (), None), (best,), "648.2亿元")]
    )
    assert re.findall(r"\[\d+\]", answer.text) == ["[1]", "[1]"]
    assert quotes(answer) == [("zhoushan-2024", "地区生产总值达到648.2亿元")]
    assert (answer.citations[0].year, answer.citations[0].kind) == (2023, "achieved")
    assert answer.citations[0].section == ("一、2023年工作回顾",)


def test_a_list_tells_how_many_and_that_there_may_be_more(document: Document) -> None:
    best = evidence(document, "推出智慧停车、社区食堂、夜间门诊等便民服务")
    items = ("智慧停车", "社区食堂", "夜间门诊")
    finding = Finding(Side(document, (), None), (best,), "、".join(items), items, open_list=True)
    answer = reply(document, "推出了哪些便民服务？", [finding])
    assert "3项" in answer.text
    assert "没有全部列出" in answer.text


def test_two_sides_have_a_marker_each(document: Document) -> None:
    sides = [
        Finding(Side(document, (2023,), "achieved", "2023年"), (evidence(document, "新建学校5所"),), "5所"),
        Finding(Side(document, (2024,), "planned", "2024年"), (evidence(document, "新建学校7所"),), "7所"),
    ]
    answer = reply(document, "2023年和2024年新建学校各多少所？", sides)
    assert answer.short_answer == "2023年5所；2024年7所"
    assert set(re.findall(r"\[\d+\]", answer.text)) == {"[1]", "[2]"}
    assert [citation.kind for citation in answer.citations] == ["achieved", "planned"]


def test_an_english_question_is_told_that_the_report_is_quoted(document: Document) -> None:
    best = evidence(document, "地区生产总值达到648.2亿元", "648.2亿元")
    answer = reply(
        document, "What was the GDP in 2023?", [Finding(Side(document, (), None), (best,), "648.2亿元")]
    )
    assert answer.text.startswith("According to the report")


def test_a_refusal_offers_three_pieces_at_most_and_no_short_answer(document: Document) -> None:
    near = [evidence(document, q) for q in ("新建学校5所", "新建学校7所", "各位代表", "建成投用")]
    answer = refuse(understand("幼儿园有多少所？"), "not_in_report", "报告没有提到。", near)
    assert answer.short_answer is None
    assert [quote for _, quote in quotes(answer)] == ["新建学校5所", "新建学校7所", "各位代表"]
    assert "不是对问题的回答" in answer.text


def test_who_is_not_answered_by_what_no_reader_takes_for_a_person(bot: Bot) -> None:
    assert bot.ask("舟山市船东协会的会长是谁？").status != "answered"


# --- near things that are not the thing --------------------------------------------------------------

QINGSHAN_2026 = """2026年青山县政府工作报告

各位代表：
现在，我代表青山县人民政府，向大会报告政府工作，请予审议。

一、2025年工作和“十四五”发展成就
过去五年，上市公司从18家增加到31家，人均地区生产总值从2020年的6.5万元提高到2025年的8.2万元，研发投入强度从2.1%提高到3.2%。城镇新增就业6.3万人。
2025年，青山港集装箱吞吐量43万标箱、增长11.6%，保税燃料油加注8万吨、跻身全省第三。优良天数增加25天。
集成电路、生物医药、人工智能三大产业规模达到73亿元。集成电路销售收入24亿元，生物医药产业规模37亿元，人工智能产业（规模以上企业）规模14亿元。
云帆软件、海星机器人等产品全国领先，青山“五小虎”等新锐企业火爆出圈。
推动最低工资标准合理调整，低保最低月标准提高到1190元。设立全国首个省级茶叶产业园。
充分发挥东城、西关、南山、北塘四个端点乡镇对内联动、对外开放作用。
我们也清醒地看到，工作中还存在不足，节能降碳目标没有完成。

二、“十五五”主要目标和2026年工作
“十五五”时期，城镇新增就业5万人以上。
2026年，2027年、2028年分别建成青白、青阳铁路。以汽车、钢铁、水泥等行业为重点，推动企业兼并重组，提高产业集中度和规模效益。
推进节能降碳和生态环境保护。
"""


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder) -> Bot:
    folder = tmp_path_factory.mktemp("county")
    report = folder / "qingshan-2026.txt"
    report.write_text(QINGSHAN_2026, encoding="utf-8")
    library = Library(folder / "home", lambda: encoder)
    library.add(report)
    return Bot(library)


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("上市公司有多少家？", "31家"),
        ("上市公司五年前是多少家？", "18家"),
        ("2020年人均地区生产总值是多少？", "6.5万元"),
        ("2025年人均地区生产总值是多少？", "8.2万元"),
        ("2025年给船舶加了多少保税油？", "8万吨"),
        ("青白铁路哪一年建成？", "2027年"),
        ("青阳铁路哪一年建成？", "2028年"),
        ("城镇新增就业，“十四五”完成了多少，“十五五”又定了多少？", "“十四五”6.3万人；“十五五”5万人以上"),
        ("Which industries are singled out for mergers and restructuring?", "汽车、钢铁、水泥"),
        ("端点乡镇是哪四个？", "东城、西关、南山、北塘"),
        ("节能降碳的目标达到了吧？", "否，节能降碳目标没有完成"),
    ],
)
def test_of_two_near_things_the_one_that_is_asked_for_is_told(county: Bot, question: str, short: str) -> None:
    assert county.ask(question).short_answer == short


@pytest.mark.parametrize(
    "question",
    [
        "2025年优良天数一共有多少天？",  # by how many more is told
        "2024年研发投入强度是多少？",  # what it came to in 2025 is told
        "2025年上市公司的目标是多少家？",  # what came of it is told
        "2025年地区生产总值总量一共是多少？",  # what falls to each is told
        "青山“五小虎”具体是哪五家企业？",
        "“五小虎”分别代表什么？",
        "最低工资调到每月多少了？",
        "全国首个省级茶叶产业园建在哪个镇？",
        "作这份报告的县长叫什么名字？",
        "How much foreign direct investment did the county use in 2025?",
    ],
)
def test_a_near_thing_is_not_given_for_the_thing(county: Bot, question: str) -> None:
    assert county.ask(question).status != "answered"


def test_a_total_asked_for_after_an_increase_is_not_the_increase(county: Bot) -> None:
    answer = county.ask("那2025年优良天数一共有多少天？", turns("2025年优良天数增加了多少天？"))
    assert answer.status != "answered"


def test_what_is_only_planned_has_not_come_about(county: Bot) -> None:
    answer = county.ask("青白铁路建成了吗？")
    assert answer.short_answer is not None
    assert answer.short_answer.startswith("否")
    assert "只把它列为计划" in answer.text


def test_each_of_three_things_set_side_by_side_has_its_own_figure(county: Bot) -> None:
    answer = county.ask("集成电路、生物医药、人工智能这三块，谁的规模最大，各是多少？")
    assert answer.short_answer == "集成电路24亿元；生物医药37亿元；人工智能14亿元"
