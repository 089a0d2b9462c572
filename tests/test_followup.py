from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import QuestionError
from qa.followup import standalone
from qa.question import Question


def after(question: str, *turns: str) -> Question:
    """``question`` after these turns of the user, each of them answered."""
    history: list[Mapping[str, str]] = []
    for turn in turns:
        history += [{"role": "user", "content": turn}, {"role": "assistant", "content": "报告没有提到学校。"}]
    return standalone(question, history)


def nouns(question: Question) -> list[str]:
    return [term.text for term in question.terms if term.noun]


@pytest.mark.parametrize("history", [None, [], [{"role": "assistant", "content": "您好！"}]])
def test_a_question_without_turns_before_stands_alone(
    history: Sequence[Mapping[str, str]] | None,
) -> None:
    found = standalone("那去年公园呢？", history)
    assert (found.text, found.follows) == ("那去年公园呢？", False)


@pytest.mark.parametrize(
    "question", ["养老床位有多少张？", "2025年粮食产量是多少？", "图书馆建在哪里？", "广东的公园有多少座？"]
)
def test_a_whole_question_takes_nothing_from_the_turn_before(question: str) -> None:
    found = after(question, "去年新增医院多少家？")
    assert (found.text, found.follows) == (question, False)
    assert "医院" not in nouns(found)


def test_a_measure_takes_the_place_of_the_other() -> None:
    found = after("那累计呢？", "去年新增公园多少座？")
    assert (found.want, found.measure, found.units) == ("figure", "cumulative", ("座",))
    assert (found.offsets, nouns(found), found.follows) == ((-1,), ["公园"], True)
    assert "新增" not in [term.text for term in found.terms]


def test_new_after_cumulative() -> None:
    found = after("其中新增多少？", "目前累计有多少家养老机构？")
    assert (found.measure, nouns(found)) == ("new", ["养老机构"])


def test_a_year_takes_the_place_of_the_other() -> None:
    found = after("那2024年呢？", "2023年粮食产量是多少？")
    assert (found.want, found.years, nouns(found)) == ("figure", (2024,), ["粮食产量"])


@pytest.mark.parametrize(
    ("question", "years", "offsets", "span"),
    [
        ("那今年呢？", (), (0,), None),
        ("那2022年呢？", (2022,), (), None),
        ("那过去五年呢？", (), (), (-5, -1)),
        ("“十四五”时期呢？", (), (), (2021, 2025)),
        ("那公园呢？", (), (-1,), None),
    ],
)
def test_a_time_is_kept_until_another_is_named(
    question: str, years: tuple[int, ...], offsets: tuple[int, ...], span: tuple[int, int] | None
) -> None:
    found = after(question, "去年绿地面积是多少？")
    assert (found.years, found.offsets, found.span) == (years, offsets, span)


def test_another_time_drops_the_frame_and_the_report_of_the_turn_before() -> None:
    found = after("那2025年呢？", "2024年政府工作报告的粮食产量目标是多少？")
    assert (found.years, found.report_years, found.kinds) == ((2025,), (), ())


def test_the_report_is_kept() -> None:
    found = after("那公园呢？", "2024年政府工作报告的粮食产量是多少？")
    assert found.report_years == (2024,)


def test_a_part_of_the_year_is_added() -> None:
    found = after("那上半年呢？", "去年进出口总额是多少？")
    assert (found.part_of_year, found.offsets, nouns(found)) == ("上半年", (-1,), ["进出口总额"])


@pytest.mark.parametrize("question", ["目标是多少？", "那目标呢？", "計劃目標是多少？"])
def test_a_plan_is_asked_for_after_an_outcome(question: str) -> None:
    found = after(question, "去年粮食产量是多少？")
    assert (found.want, found.kinds, found.offsets) == ("figure", ("planned",), (-1,))
    assert nouns(found) == ["粮食产量"]


def test_a_place_takes_the_place_of_the_other() -> None:
    found = after("那广东呢？", "江苏2023年粮食产量是多少？")
    assert [region.name for region in found.regions] == ["广东省"]
    assert (found.years, nouns(found)) == ((2023,), ["粮食产量"])


def test_a_place_is_kept_until_another_is_named() -> None:
    found = after("那2022年呢？", "江苏2023年粮食产量是多少？")
    assert [region.name for region in found.regions] == ["江苏省"]


def test_a_pronoun_stands_for_what_was_asked_about() -> None:
    found = after("它是哪一年建成的？", "新图书馆在哪里？")
    assert (found.want, found.follows) == ("when", True)
    assert "图书馆" in nouns(found)


def test_a_new_subject_keeps_the_kind_of_answer() -> None:
    found = after("那医院呢？", "去年新建公园多少座？")
    assert (found.want, found.offsets, nouns(found)) == ("figure", (-1,), ["医院"])


def test_a_new_subject_outweighs_the_old_one() -> None:
    found = after("那医院呢？", "去年新建公园多少座？")
    weights = {term.text: term.weight for term in found.terms}
    assert weights["医院"] > weights.get("公园", 0.0)


def test_more_of_the_same() -> None:
    found = after("还有呢？", "去年教育方面做了哪些工作？")
    assert (found.want, found.offsets, nouns(found)) == ("field", (-1,), ["教育"])


def test_turns_add_up() -> None:
    found = after("那今年呢？", "去年新增公园多少座？", "那累计呢？")
    assert (found.measure, found.offsets, nouns(found)) == ("cumulative", (0,), ["公园"])


def test_only_the_last_whole_question_counts() -> None:
    found = after("那今年呢？", "去年新增公园多少座？", "2022年粮食产量是多少？")
    assert (found.offsets, found.years, nouns(found)) == ((0,), (), ["粮食产量"])


def test_an_english_follow_up() -> None:
    found = after("What about the target?", "How many parks were built last year?")
    assert (found.want, found.kinds, found.offsets) == ("figure", ("planned",), (-1,))
    assert "parks" in nouns(found)


@pytest.mark.parametrize(
    ("question", "before", "text"),
    [
        ("那累计呢？", "去年新增公园多少座？", "去年新增公园多少座——累计？"),
        ("目标是多少？", "去年粮食产量是多少？", "去年粮食产量——目标是多少？"),
        ("还有呢？", "去年教育方面做了哪些工作？", "去年教育方面做了哪些工作？"),
    ],
)
def test_both_turns_are_written_as_one_question(question: str, before: str, text: str) -> None:
    assert after(question, before).text == text


def test_the_content_of_a_message_may_come_in_parts() -> None:
    history = [{"role": "user", "content": [{"type": "text", "text": "去年粮食产量是多少？"}]}]
    found = standalone("那今年呢？", history)  # type: ignore[arg-type]
    assert (found.offsets, nouns(found)) == ((0,), ["粮食产量"])


def test_blank_turns_are_passed_over() -> None:
    found = after("那今年呢？", "去年粮食产量是多少？", "   ")
    assert (found.offsets, nouns(found)) == ((0,), ["粮食产量"])


@settings(deadline=None, max_examples=50)
@given(
    st.text(st.characters(max_codepoint=0x2E7F), max_size=20),
    st.sampled_from(["那公园呢？", "它是哪年建成的？", "还有呢？"]),
)
def test_any_turn_is_followed_or_refused_as_a_question(turn: str, question: str) -> None:
    try:
        found = after(question, turn)
    except QuestionError:
        return
    assert found.text


def test_names_of_the_reports_stay_whole() -> None:
    history = [{"role": "user", "content": "一山两水工程投资多少？"}]
    assert "一山两水" in nouns(standalone("那今年呢？", history, ["一山两水"]))


@pytest.mark.parametrize("question", ["", " \n", "公" * 1001, "公园\udc00？"])
def test_what_is_no_question_is_refused_with_a_history_too(question: str) -> None:
    with pytest.raises(QuestionError):
        after(question, "去年粮食产量是多少？")
