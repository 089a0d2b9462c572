import pytest

from qa.datatypes import Document, Kind
from qa.document import read_document
from qa.question import clean, understand
from qa.regions import Region, find_regions
from qa.scope import NoDocument, ancestors, is_home, is_of, sides

Row = tuple[str, tuple[int, ...], Kind | None, str, bool]


def report(place: str, year: int) -> Document:
    text = f"""{year}年{place}政府工作报告
各位代表：
现在，我代表政府向大会报告工作。
一、{year - 1}年工作回顾
过去一年，新建公园36座，生产总值增长5.1%。
二、{year}年工作任务
今年预期目标是：生产总值增长5%左右。新建学校3所。
"""
    return read_document(text, f"{place}-{year}")


JS23, JS24 = report("江苏省", 2023), report("江苏省", 2024)
GD23, GD24 = report("广东省", 2023), report("广东省", 2024)
NANJING = report("南京市", 2024)
STATE = read_document(
    "政府工作报告\n——2024年3月5日在全国人民代表大会会议上\n国务院总理 李 明\n各位代表：\n"
    "现在，我代表国务院，向大会报告政府工作。\n一、2023年工作回顾\n城镇新增就业1200万人。\n"
    "二、2024年工作任务\n今年城镇新增就业目标1200万人以上。\n",
    "state-2024",
)
LIBRARY = (JS23, JS24, GD23, GD24)


def ask(
    question: str, *documents: Document, kind: Kind | None = None, chosen: bool = False
) -> list[Row] | str:
    """Id, years, kind, label and period of each side, or what there is no document for."""
    found = sides(understand(clean(question)), {d.id: d for d in documents}, kind=kind, chosen=chosen)
    if isinstance(found, NoDocument):
        return found.wanted
    return [(side.document.id, side.years, side.kind, side.label, side.period) for side in found]


def region(name: str) -> Region:
    return find_regions(name)[0][2]


# --- one report ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "years", "kind", "period"),
    [
        ("新建公园多少座？", (), None, False),
        ("去年新建公园多少座？", (2023,), None, False),
        ("前年新建公园多少座？", (2022,), None, False),
        ("今年增长目标是多少？", (2024,), "planned", False),
        ("2023年新建公园多少座？", (2023,), None, False),
        ("2024年目标是多少？", (2024,), "planned", False),
        ("过去五年新建公园多少座？", (2019, 2020, 2021, 2022, 2023), None, True),
        ("“十四五”时期新建公园多少座？", (2021, 2022, 2023, 2024, 2025), None, True),
    ],
)
def test_years_count_from_the_reports(
    question: str, years: tuple[int, ...], kind: Kind | None, period: bool
) -> None:
    assert ask(question, JS24) == [("江苏省-2024", years, kind, "", period)]


@pytest.mark.parametrize("question", ["去年和今年增速分别是多少？", "2023年和2024年增速分别是多少？"])
def test_two_years_of_one_report_are_its_outcome_and_its_plan(question: str) -> None:
    assert ask(question, JS24) == [
        ("江苏省-2024", (2023,), "achieved", "2023年", False),
        ("江苏省-2024", (2024,), "planned", "2024年", False),
    ]


def test_a_kind_that_the_caller_sets_is_kept() -> None:
    assert ask("去年新建公园多少座？", JS24, kind="planned") == [
        ("江苏省-2024", (2023,), "planned", "", False)
    ]


def test_a_place_that_the_only_report_never_names_has_no_report() -> None:
    assert ask("浙江新建公园多少座？", JS24) == "浙江省的政府工作报告"


# --- several reports -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("江苏去年新建公园多少座？", ("江苏省-2024", (2023,), None, "", False)),
        ("江苏2023年新建公园多少座？", ("江苏省-2024", (2023,), "achieved", "", False)),
        ("江苏2022年新建公园多少座？", ("江苏省-2023", (2022,), "achieved", "", False)),
        ("江苏2023年增长目标是多少？", ("江苏省-2023", (2023,), "planned", "", False)),
        ("广东2024年预期目标是多少？", ("广东省-2024", (2024,), "planned", "", False)),
        ("2023年江苏省政府工作报告说新建公园多少座？", ("江苏省-2023", (), None, "", False)),
        ("2024年江苏省政府工作报告说去年新建公园多少座？", ("江苏省-2024", (2023,), None, "", False)),
        ("江蘇去年新建公園多少座？", ("江苏省-2024", (2023,), None, "", False)),
        ("How many parks were built in Jiangsu last year?", ("江苏省-2024", (2023,), None, "", False)),
    ],
)
def test_a_question_finds_its_report_by_place_and_year(question: str, row: Row) -> None:
    assert ask(question, *LIBRARY) == [row]


def test_two_places_are_two_sides() -> None:
    assert ask("江苏和广东去年新建公园各多少座？", *LIBRARY) == [
        ("江苏省-2024", (2023,), None, "江苏", False),
        ("广东省-2024", (2023,), None, "广东", False),
    ]


def test_two_years_are_two_sides() -> None:
    assert ask("江苏2022年和2023年新建公园各多少座？", *LIBRARY) == [
        ("江苏省-2023", (2022,), "achieved", "2022年", False),
        ("江苏省-2024", (2023,), "achieved", "2023年", False),
    ]


def test_target_and_outcome_of_a_year_stand_in_two_reports() -> None:
    assert ask("江苏2023年增长目标是多少，实际完成多少？", *LIBRARY) == [
        ("江苏省-2024", (2023,), "achieved", "完成情况", False),
        ("江苏省-2023", (2023,), "planned", "目标", False),
    ]


def test_two_report_years_are_two_sides() -> None:
    assert ask("2023年和2024年江苏省政府工作报告分别新建公园多少座？", *LIBRARY) == [
        ("江苏省-2023", (), None, "2023年报告", False),
        ("江苏省-2024", (), None, "2024年报告", False),
    ]


def test_the_newest_report_of_a_place_is_meant() -> None:
    assert ask("新建公园多少座？", JS23, JS24) == [("江苏省-2024", (), None, "", False)]


def test_reports_named_one_by_one_are_compared() -> None:
    assert ask("这两份报告的新建公园各多少座？", JS24, GD24, chosen=True) == [
        ("江苏省-2024", (), None, "2024年江苏省政府工作报告", False),
        ("广东省-2024", (), None, "2024年广东省政府工作报告", False),
    ]


@pytest.mark.parametrize("question", ["国务院去年城镇新增就业多少人？", "全国去年城镇新增就业多少人？"])
def test_the_countrys_report_is_found_among_those_of_provinces(question: str) -> None:
    assert ask(question, STATE, *LIBRARY) == [("state-2024", (2023,), None, "", False)]


def test_a_city_without_a_report_is_looked_up_in_that_of_its_province() -> None:
    assert ask("南京去年新建公园多少座？", JS24, GD24) == [("江苏省-2024", (2023,), None, "", False)]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("浙江去年新建公园多少座？", "浙江省的政府工作报告"),
        ("江苏2015年新建公园多少座？", "江苏省2015年的政府工作报告"),
        ("2019年江苏省政府工作报告说新建公园多少座？", "江苏省2019年的政府工作报告"),
        ("1999年新建公园多少座？", "1999年的政府工作报告"),
        ("2021年国务院政府工作报告的就业目标是多少？", "全国2021年的政府工作报告"),
    ],
)
def test_a_place_or_year_that_no_report_covers_is_named(question: str, wanted: str) -> None:
    assert ask(question, STATE, *LIBRARY) == wanted


def test_a_report_year_that_the_only_report_is_not_of_is_named() -> None:
    assert ask("2019年政府工作报告说新建公园多少座？", JS24) == "2019年的政府工作报告"


# --- places ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [("浦东新区", ["上海市", "全国"]), ("南京", ["江苏省", "全国"]), ("广东", ["全国"]), ("全国", [])],
)
def test_ancestors_go_from_the_nearest_to_the_country(name: str, expected: list[str]) -> None:
    assert [place.name for place in ancestors(region(name))] == expected


@pytest.mark.parametrize(
    ("name", "home"), [("南京", True), ("江苏", True), ("全国", True), ("苏州", False), ("广东", False)]
)
def test_home_is_the_place_of_a_report_and_what_holds_it(name: str, home: bool) -> None:
    assert is_home(region(name), [NANJING]) is home


def test_nowhere_is_home_without_reports() -> None:
    assert not is_home(region("江苏"), [])


def test_a_report_is_of_its_own_place_only() -> None:
    assert [is_of(NANJING, region(name)) for name in ("南京", "江苏", "全国")] == [True, False, False]
    assert [is_of(STATE, region(name)) for name in ("全国", "江苏")] == [True, False]
