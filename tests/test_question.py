import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.datatypes import Kind
from qa.errors import QuestionError
from qa.question import LONGEST, Question, clean, topics, understand

# What people and machines may send: pieces of questions between characters of every kind,
# lone surrogates and private ones among them.
PIECES = st.sampled_from(
    [
        "去年",
        "2023年",
        "“十四五”",
        "五年来",
        "多少",
        "哪些",
        "几个",
        "第",
        "分之",
        "各",
        "分别",
        "和",
        "目标",
        "٣",
    ]
)
CHARACTERS = st.one_of(
    st.characters(max_codepoint=0x2E7F),
    st.characters(min_codepoint=0x3400, max_codepoint=0xF8FF, exclude_characters="薴"),
    st.characters(min_codepoint=0xFF66),
)
ANYTHING = st.lists(st.one_of(PIECES, st.text(CHARACTERS, max_size=4)), max_size=12).map("".join)


def asked(question: str) -> Question:
    return understand(clean(question))


def names(question: str) -> list[str]:
    return [term.text for term in asked(question).terms]


# --- clean -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("  去年新建公园多少座？\n", "去年新建公园多少座？"),
        ("公园\u3000\t新建", "公园 新建"),
        ("公\x00园\u200b？", "公 园 ？"),
        ("去年綠道多長？", "去年绿道多长？"),
        ("人工智慧產業規模多大？", "人工智慧产业规模多大？"),
        ("２０２５年ＧＤＰ？", "２０２５年ＧＤＰ？"),
        ("公" * LONGEST, "公" * LONGEST),
        (f"  {'公' * LONGEST}  ", "公" * LONGEST),
    ],
)
def test_a_question_is_cleaned_of_blanks_and_controls(question: str, expected: str) -> None:
    assert clean(question) == expected


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "问题是空的"),
        (" \t\n\u3000", "问题是空的"),
        ("\x00\x1b\u200b\ufeff", "问题是空的"),
        ("公" * (LONGEST + 1), "问题太长（1001 个字，最多 1000 个）"),
        ("去年\ud800公园", "无法识别的字符"),
        ("\udfff", "无法识别的字符"),
        (None, "问题必须是文字"),
        (2023, "问题必须是文字"),
        (b"\xe5\x85\xac", "问题必须是文字"),
        (["公园多少座？"], "问题必须是文字"),
    ],
    ids=["empty", "blank", "controls", "long", "surrogate", "only-surrogate", "none", "int", "bytes", "list"],
)
def test_what_is_no_question_is_refused_in_chinese(question: object, message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        clean(question)


@settings(deadline=None)
@given(ANYTHING)
def test_any_text_is_understood_or_refused_as_a_question(question: str) -> None:
    try:
        text = clean(question)
    except QuestionError:
        return
    understood = understand(text)
    assert understood.text == text
    assert topics(understood)


@settings(deadline=None)
@given(ANYTHING)
def test_cleaning_leaves_no_controls_and_no_outer_blanks(question: str) -> None:
    try:
        text = clean(question)
    except QuestionError:
        return
    assert text == text.strip()
    assert not any(char < " " or "\x7f" <= char <= "\x9f" for char in text)


# --- kind of answer --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "want"),
    [
        ("青山县去年财政收入是多少？", "figure"),
        ("今年要新建几所学校？", "figure"),
        ("绿化面积有多大？", "figure"),
        ("How many new parks were built last year?", "figure"),
        ("去年一般公共预算收入同比增长多少？", "change"),
        ("森林覆盖率提高了几个百分点？", "change"),
        ("去年进出口增速是多少？", "change"),
        ("高技术产业占比是多少？", "share"),
        ("第三产业占生产总值的比重是多少？", "share"),
        ("这是第几届运动会？", "ordinal"),
        ("轻轨哪一年开通？", "when"),
        ("When did the railway open?", "when"),
        ("图书馆建在哪里？", "where"),
        ("哪个镇建了新港口？", "where"),
        ("新开的医院叫什么名字？", "name"),
        ("哪家企业获得金奖？", "name"),
        ("去年开通了哪些公交线路？", "list"),
        ("哪三个镇通了高铁？", "list"),
        ("教育方面做了什么工作？", "field"),
        ("今年有哪些重点任务？", "field"),
        ("乡村振兴搞得怎么样？", "field"),
        ("存在哪些问题和不足？", "problem"),
        ("最大的困难是什么？", "problem"),
        ("“双减”是什么意思？", "term"),
        ("去年完成投资目标了吗？", "yesno"),
        ("轻轨是不是开通了？", "yesno"),
        ("Was the railway opened last year?", "yesno"),
    ],
)
def test_the_kind_of_answer(question: str, want: str) -> None:
    understood = asked(question)
    assert (understood.want, understood.asks) == (want, True)


@pytest.mark.parametrize(
    ("question", "want"), [("公园 新增", "figure"), ("充电桩 累计", "figure"), ("乡村振兴", "field")]
)
def test_bare_words_do_not_say_what_they_want(question: str, want: str) -> None:
    understood = asked(question)
    assert (understood.want, understood.asks) == (want, False)


@pytest.mark.parametrize(
    ("question", "count"),
    [("哪三个镇通了高铁？", 3), ("五大任务包括哪些？", 5), ("12项措施分别是什么？", 12), ("有哪些措施？", 0)],
)
def test_how_many_items_a_list_should_have(question: str, count: int) -> None:
    assert asked(question).count == count


@pytest.mark.parametrize(
    ("question", "head"),
    [
        ("哪家企业获得金奖？", "企业"),
        ("新开的医院叫什么名字？", "医院"),
        ("哪个镇建了新港口？", "镇"),
        ("这是第几届运动会？", "届"),
        ("去年新建公园多少座？", "公园"),
    ],
)
def test_the_sort_of_thing_asked_for(question: str, head: str) -> None:
    assert asked(question).head == head


# --- time ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "years", "offsets", "span"),
    [
        ("2023年新建公园多少座？", (2023,), (), None),
        ("2o23年新建公园多少座？", (2023,), (), None),
        ("２０２３年新建公园多少座？", (2023,), (), None),
        ("去年新建公园多少座？", (), (-1,), None),
        ("過去一年新建公園多少座？", (), (-1,), None),
        ("今年新建公园多少座？", (), (0,), None),
        ("前年新建公园多少座？", (), (-2,), None),
        ("明年新建公园多少座？", (), (1,), None),
        ("去年和今年分别新建公园多少座？", (), (-1, 0), None),
        ("2024年和2025年分别新建公园多少座？", (2024, 2025), (), None),
        ("How many parks were built last year?", (), (-1,), None),
        ("五年来新建公园多少座？", (), (), (-5, -1)),
        ("过去五年新建公园多少座？", (), (), (-5, -1)),
        ("“十四五”时期新建公园多少座？", (), (), (2021, 2025)),
        ("十三五期间新建公园多少座？", (), (), (2016, 2020)),
        ("2020年至2022年新建公园多少座？", (2020, 2022), (), (2020, 2022)),
        ("新建公园多少座？", (), (), None),
        ("新建公园2023座，对吗？", (), (), None),
        ("投资12023万元的公园叫什么？", (), (), None),
    ],
)
def test_years_and_periods(
    question: str, years: tuple[int, ...], offsets: tuple[int, ...], span: tuple[int, int] | None
) -> None:
    understood = asked(question)
    assert (understood.years, understood.offsets, understood.span) == (years, offsets, span)


@pytest.mark.parametrize(
    ("question", "report_years", "years"),
    [
        ("2021年国务院政府工作报告提出的就业目标是多少？", (2021,), ()),
        ("2023年广东省政府工作报告说粮食产量是多少？", (2023,), ()),
        ("2026年报告里2025年的财政收入是多少？", (2026,), (2025,)),
        ("2024年和2025年的政府工作报告分别提到多少家企业？", (2024, 2025), ()),
        ("2025年财政收入是多少？", (), (2025,)),
    ],
)
def test_the_year_of_a_report_is_no_period(
    question: str, report_years: tuple[int, ...], years: tuple[int, ...]
) -> None:
    understood = asked(question)
    assert (understood.report_years, understood.years) == (report_years, years)


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("今年一季度工业增加值增长多少？", "一季度"),
        ("上半年进出口多少亿元？", "上半年"),
        ("前三季度进出口多少亿元？", "前三季度"),
        ("全年进出口多少亿元？", ""),
    ],
)
def test_a_part_of_a_year(question: str, part: str) -> None:
    assert asked(question).part_of_year == part


# --- frame -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("今年增长目标是多少？", ("planned",)),
        ("今年打算新建多少座公园？", ("planned",)),
        ("下一步怎样发展旅游？", ("planned",)),
        ("今年要新建几所学校？", ("planned",)),
        ("What is the growth target this year?", ("planned",)),
        ("去年实际新建公园多少座？", ("achieved",)),
        ("教育取得了哪些成效？", ("achieved",)),
        ("去年目标是多少，实际完成多少？", ("achieved", "planned")),
        ("去年經濟增長目標與實際各是多少？", ("achieved", "planned")),
        ("新建公园多少座？", ()),
        ("人均预期寿命是多少岁？", ()),
    ],
)
def test_achieved_or_planned(question: str, kinds: tuple[Kind, ...]) -> None:
    assert asked(question).kinds == kinds


@pytest.mark.parametrize(
    ("question", "compares"),
    [
        ("北京和上海去年地区生产总值各是多少？", True),
        ("广东和江苏谁的粮食产量更高？", True),
        ("去年目标是多少，实际完成多少？", True),
        ("Compare the growth of Guangdong and Jiangsu", True),
        ("北京去年地区生产总值是多少？", False),
    ],
)
def test_comparisons(question: str, compares: bool) -> None:
    assert asked(question).compares is compares


@pytest.mark.parametrize(
    ("question", "regions", "names_state"),
    [
        ("北京和上海去年地区生产总值各是多少？", ["北京市", "上海市"], False),
        ("全国和广东的经济增速相比如何？", ["全国", "广东省"], True),
        ("国务院提出的就业目标是多少？", ["全国"], True),
        ("廣東去年糧食產量多少？", ["广东省"], False),
        ("新建公园多少座？", [], False),
    ],
)
def test_places(question: str, regions: list[str], names_state: bool) -> None:
    understood = asked(question)
    assert [region.name for region in understood.regions] == regions
    assert understood.names_state is names_state


# --- amounts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("去年新增养老床位多少张？", "new"),
        ("新引进企业是多少家？", "new"),
        ("How many new parks were built?", "new"),
        ("累计建成充电桩多少个？", "cumulative"),
        ("目前一共有多少家养老院？", "cumulative"),
        ("公园总数是多少？", "cumulative"),
        ("新增公园，不是累计，有多少座？", "new"),
        ("开放公园多少座？", ""),
    ],
)
def test_new_or_cumulative(question: str, measure: str) -> None:
    assert asked(question).measure == measure


@pytest.mark.parametrize(
    ("question", "units"),
    [
        ("建成道路多少公里？", ("公里",)),
        ("養老床位多少張？", ("张",)),
        ("招商项目几个？", ("个",)),
        ("进出口多少亿元？", ("元", "美元")),
        ("修路花了多少钱？", ("元", "美元")),
        ("绿化面积有多大？", ("平方米", "平方公里", "亩", "公顷")),
        ("粮食产量多少万吨？", ("吨",)),
        ("进出口增长多少？", ()),
        ("目标是多少？", ()),
    ],
)
def test_units_that_the_answer_may_have(question: str, units: tuple[str, ...]) -> None:
    assert asked(question).units == units


@pytest.mark.parametrize(
    ("question", "amounts"),
    [
        ("新增学位1200个，对吗？", [(1200.0, "个")]),
        ("财政收入是５.３万亿元吗？", [(5.3e12, "元")]),
        ("2023年增长5.1%，是吗？", [(5.1, "%")]),
        ("2023年增长多少？", []),
        ("哪三个镇通了高铁？", []),
    ],
)
def test_amounts_that_the_question_states(question: str, amounts: list[tuple[float, str]]) -> None:
    assert [(number.number, number.unit) for number in asked(question).numbers] == amounts


@pytest.mark.parametrize(("question", "reaches"), [("失业率降到多少？", True), ("失业率下降多少？", False)])
def test_where_a_change_ends(question: str, reaches: bool) -> None:
    assert asked(question).reaches is reaches


# --- terms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("请问去年公园多少？", ["公园"]),
        ("根据2023年政府工作报告，公园有多少？", ["公园"]),
        ("图书馆建在哪里？", ["图书馆", "建"]),
        ("廣東的圖書館？", ["图书馆"]),
        ("去年是多少？", []),
    ],
)
def test_terms_are_what_is_left_without_frame_time_and_place(question: str, terms: list[str]) -> None:
    assert names(question) == terms


def test_terms_bring_the_words_that_reports_print() -> None:
    (term,) = asked("去年GDP是多少？").terms
    assert (term.text, term.alternatives[0]) == ("gdp", "地区生产总值")


def test_names_in_marks_stay_whole() -> None:
    assert names("“一山两水”和《青山条例》是什么？") == ["一山两水", "青山条例"]


def test_names_that_the_reports_print_stay_whole() -> None:
    assert understand("一山两水工程投资多少？", ["一山两水"]).terms[0].text == "一山两水"


def test_english_words_become_chinese_terms() -> None:
    understood = asked("How many new parks were built last year?")
    assert understood.english
    assert ("公园",) in [term.alternatives for term in understood.terms]


def test_a_question_with_latin_names_is_still_chinese() -> None:
    assert not asked("C919飞行了多少次？").english


# --- topics ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "subjects"),
    [
        ("公园和绿道各建了多少？", ["公园", "绿道"]),
        ("芯片、软件产业产值分别是多少？", ["芯片", "软件产业产值"]),
        ("去年新建公园多少座？", [""]),
        ("公园和绿道一共多少？", [""]),
        ("公园和绿道有哪些？", [""]),
    ],
)
def test_topics_are_the_things_set_side_by_side(question: str, subjects: list[str]) -> None:
    assert [part.subject for part in topics(asked(question))] == subjects


def test_a_topic_has_its_own_terms_only() -> None:
    park, hospital = topics(asked("公园和医院各建了多少？"))
    assert [term.text for term in park.terms] == ["公园", "建"]
    assert [term.text for term in hospital.terms] == ["医院", "建"]


@pytest.mark.parametrize(
    ("question", "term", "printed"),
    [("人工智慧產業規模多大？", "人工智慧", "人工智能"), ("網路零售額多少？", "网路", "网络")],
)
def test_words_of_taiwan_are_found_by_the_lexicon(question: str, term: str, printed: str) -> None:
    terms = {t.text: t.alternatives for t in understand(clean(question)).terms}
    assert printed in terms[term]
