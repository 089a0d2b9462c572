"""The page 指标: what it chooses, compares and lets out, and how it works in the browser."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from embeddings.encoder import SentenceEncoder
from qa.bot import Bot
from qa.datatypes import Document, Figure
from qa.document import read_document
from qa.figures import find_figures
from qa.web import charts
from qa.web.figures_page import page_html, result_html
from qa.web.ledger import STEP, View, choose, table_html, to_csv
from tests.browser import OpenPage, ScriptedBot, Visit, serve
from tests.invented import REPORTS, invented_library


def read(text: str, name: str) -> Document:
    document = read_document(text, name)
    return replace(document, figures=find_figures(document))


HELD = {name: read(text, name) for name, text in REPORTS.items()}
HOSTILE = read(
    "<img src=x onerror=alert(1)>县2022年政府工作报告\n"
    "一、2021年工作回顾\n"
    "=HYPERLINK(1)项目12个。粮食产量12万吨。\n",
    "bad-2022",
)


def values(figures: list[Figure] | tuple[Figure, ...]) -> list[str]:
    return [figure.value for figure in figures]


# --- choosing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"search": "旅游收入"}, ["28.6亿元", "41%"]),
        ({"search": "GDP 铜陵 2023年"}, ["7%", "198.7亿元", "7.2%"]),
        ({"search": "648.2"}, ["648.2亿元"]),
        ({"search": "茶园", "document": "tongling-2024"}, ["9.3万亩"]),
        ({"search": "学校", "year": "2023"}, ["6所", "2所", "5所"]),
        ({"search": "学校", "kind": "planned"}, ["3所", "6所", "7所"]),
        ({"search": "火箭"}, []),
    ],
)
def test_a_view_chooses_by_words_report_year_and_kind(form: dict[str, str], expected: list[str]) -> None:
    assert sorted(values(choose(HELD, View.of(form)))) == sorted(expected)


@pytest.mark.parametrize(
    ("sort", "down", "expected"),
    [
        ("", "", ["5.6%", "7.2%"]),
        ("value", "false", ["5.6%", "7.2%", "8.6万亩", "9.3万亩"]),
        ("value", "true", ["9.3万亩", "8.6万亩", "7.2%", "5.6%"]),
        ("indicator", "true", ["5.6%", "7.2%", "8.6万亩", "9.3万亩"]),
        ("year", "false", ["8.6万亩", "5.6%", "7.2%", "9.3万亩"]),
    ],
)
def test_rows_are_sorted_by_a_column_and_values_within_their_unit(
    sort: str, down: str, expected: list[str]
) -> None:
    found = values(choose(HELD, View.of({"sort": sort, "down": down})))
    assert [value for value in found if value in expected] == expected


@pytest.mark.parametrize(
    "form", [{"year": "x", "rows": "-1"}, {"sort": "__class__"}, {"show": "?", "down": 3}]
)
def test_a_form_that_cannot_be_meant_shows_everything(form: dict[str, str]) -> None:
    everything = sum(len(document.figures) for document in HELD.values())
    assert f"共{everything}条" in result_html(HELD, View.of(form))


def test_a_long_table_is_shown_piece_by_piece() -> None:
    document = HELD["tongling-2024"]
    many = list(document.figures[:1]) * (STEP + 30)
    html = table_html(many, HELD, View())
    assert html.count("<tr>") == STEP + 1
    assert "再显示30条" in html
    assert "再显示" not in table_html(many, HELD, View(rows=2 * STEP))


# --- charts -------------------------------------------------------------------------------------------


def test_growth_is_ranked_with_falls_at_the_end() -> None:
    (group,) = charts.growth(choose(HELD, View(year=2023, kind="achieved")))
    assert values(group.figures) == ["41%", "7.2%", "5.6%", "5.4%", "1.5%"]
    assert group.figures[-1].direction == "down"


def test_a_long_ranking_shows_both_ends_and_says_so() -> None:
    rates = charts.growth(HELD["tongling-2024"].figures)[0].figures
    many = tuple(replace(rates[0], number=float(n), value=f"{n}%") for n in range(70))
    report = replace(HELD["tongling-2024"], figures=many)
    html = result_html({report.id: report}, View(show="growth"))
    assert "共70条，图中为首尾各30条" in html
    assert [f"{n}%</a>" in html for n in (69, 40, 39, 30, 29, 0)] == [True, True, False, False, True, True]


def test_bars_begin_at_nought_on_one_scale() -> None:
    html = charts.bars_html(charts.growth(choose(HELD, View(year=2023, kind="achieved"))), HELD)
    bars = [tuple(map(float, bar)) for bar in re.findall(r"left:([\d.]+)%;width:([\d.]+)%", html)]
    nought = round(100 * 1.5 / 42.5, 2)
    assert bars[0] == (nought, round(100 * 41 / 42.5, 2))
    assert bars[-1] == (0, nought)


def test_achieved_stands_beside_the_target_of_the_same_thing() -> None:
    groups = {group.heading: group.figures for group in charts.targets(choose(HELD, View()), HELD)}
    told = [(f.years[0], f.kind, f.value) for f in groups["学校新增（舟山市）"]]
    assert told == [
        (2022, "achieved", "4所"),
        (2023, "planned", "6所"),
        (2023, "achieved", "5所"),
        (2024, "planned", "7所"),
    ]
    assert values(groups["地区生产总值增速（铜陵市）"]) == ["6.1%", "7%", "7.2%", "7.5%"]


def test_different_deeds_are_not_set_beside_each_other() -> None:
    report = read(
        "2022年青山县政府工作报告\n一、2021年工作回顾\n治理河道30公里。\n二、2022年主要任务\n拆除河道5公里。\n",
        "q",
    )
    assert {figure.action for figure in report.figures} == {"治理", "拆除"}
    assert charts.targets(report.figures, {"q": report}) == []


def test_shares_are_shown_against_the_whole() -> None:
    groups = charts.shares(choose(HELD, View()))
    assert [values(group.figures) for group in groups] == [["32%"]]
    assert "left:0.00%;width:32.00%" in charts.bars_html(groups, HELD, top=100)


def test_an_indicator_is_compared_across_places_and_years() -> None:
    comparable = charts.comparable(HELD)
    groups = charts.compare(comparable["地区生产总值（元）"], HELD)
    assert [(group.heading, values(group.figures)) for group in groups] == [
        ("2023年", ["648.2亿元", "198.7亿元"]),
        ("2022年", ["610.5亿元", "185.4亿元"]),
    ]
    alone = {name: document for name, document in HELD.items() if document.region == "铜陵市"}
    (group,) = charts.compare(charts.comparable(alone)["茶园面积（亩）"], alone)
    assert values(group.figures) == ["8.6万亩", "9.3万亩"]


# --- what goes out --------------------------------------------------------------------------------------


def test_csv_holds_values_as_printed_and_their_sentences() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(choose(HELD, View(search="茶园")), HELD))))
    document = HELD["tongling-2024"]
    assert [row["数值"] for row in rows] == ["8.6万亩", "9.3万亩"]
    assert rows[1]["报告"] == "2024年铜陵市政府工作报告"
    assert (rows[1]["数"], rows[1]["单位"], rows[1]["年份"], rows[1]["类别"]) == (
        "93000.0",
        "亩",
        "2023",
        "已完成",
    )
    assert document.text[int(rows[1]["起"]) : int(rows[1]["止"])] == "9.3万亩"
    assert rows[1]["原文"] == "茶园面积扩大到9.3万亩"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "＝", "\t"])
def test_no_cell_is_a_formula(begin: str) -> None:
    figure = replace(HOSTILE.figures[0], indicator=f"{begin}HYPERLINK(1)", number=-2.5)
    (row,) = csv.DictReader(io.StringIO(to_csv([figure], {HOSTILE.id: HOSTILE})))
    assert row["指标"] == f"'{begin}HYPERLINK(1)"
    assert row["数"] == "-2.5"


@pytest.mark.parametrize("show", ["table", "growth", "targets", "shares", "compare"])
def test_texts_of_reports_are_escaped(show: str) -> None:
    bad = replace(HOSTILE, id='"><b>', figures=())
    figures = tuple(
        replace(
            f,
            indicator="<b>",
            name="<b>",
            action="<b>",
            value="<b>",
            document_id='"><b>',
            measure=measure,
            unit="%",
        )
        for f in HOSTILE.figures
        for measure in ("change", "share", "new")
    )
    planned = tuple(replace(figure, kind="planned", years=(2022,)) for figure in figures)
    held = {'"><b>': replace(bad, figures=figures + planned), **HELD}
    html = page_html(held) + result_html(held, View(show=show))
    assert "<b>" not in html
    assert "<img" not in html


def test_an_empty_library_says_so() -> None:
    assert "资料库里还没有带数字的报告" in page_html({})


# --- in the browser -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def several(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page over several reports."""
    return serve(cast(ScriptedBot, Bot(invented_library(tmp_path_factory.mktemp("several"), encoder))))


@pytest.fixture(scope="module")
def figures(new_page: OpenPage, several: str) -> Iterator[Visit]:
    visit = new_page(several)
    visit.page.get_by_role("tab", name="指标").click()
    visit.page.wait_for_selector(".wz-table")
    yield visit
    visit.page.context.close()


def shows(visit: Visit, count: int) -> None:
    visit.page.wait_for_function(
        "count => document.querySelector('.wz-count')?.textContent === `共${count}条`", arg=count
    )


def choose_chart(visit: Visit, name: str) -> None:
    visit.page.locator(".wz-switch").get_by_text(name, exact=True).click()


@pytest.fixture(autouse=True)
def untouched(request: pytest.FixtureRequest) -> None:
    """Each browser test begins with an empty form."""
    if "figures" in request.fixturenames:
        visit: Visit = request.getfixturevalue("figures")
        visit.page.evaluate("document.querySelector('.wz-filters').reset()")
        visit.page.get_by_role("searchbox", name="搜索").fill("x")
        shows(visit, 0)
        visit.page.get_by_role("searchbox", name="搜索").fill("")
        shows(visit, sum(len(document.figures) for document in HELD.values()))


def test_search_and_filters_narrow_the_table(figures: Visit) -> None:
    figures.page.get_by_role("searchbox", name="搜索").fill("GDP")
    figures.page.locator("#wz-ledger").get_by_label("报告", exact=True).select_option("tongling-2024")
    figures.page.locator("#wz-ledger").get_by_label("类别", exact=True).select_option("achieved")
    shows(figures, 2)
    assert figures.texts(".wz-table .wz-c-value a") == ["198.7亿元", "7.2%"]
    figures.clean()


def test_headings_sort_and_keep_the_keyboard(figures: Visit) -> None:
    figures.page.get_by_role("searchbox", name="搜索").fill("茶园")
    shows(figures, 2)
    button = figures.page.get_by_role("columnheader", name="数值").get_by_role("button")
    button.click()
    figures.page.wait_for_selector('[aria-sort="ascending"]')
    figures.page.keyboard.press("Enter")
    figures.page.wait_for_selector('[aria-sort="descending"]')
    assert figures.texts(".wz-table .wz-c-value a") == ["9.3万亩", "8.6万亩"]
    figures.clean()


def test_a_value_opens_the_report_at_its_clause(figures: Visit) -> None:
    figures.page.get_by_role("searchbox", name="搜索").fill("9.3万亩")
    shows(figures, 1)
    figures.page.locator(".wz-table .wz-c-value a").click()
    assert figures.marked() == "茶园面积扩大到9.3万亩"
    figures.page.keyboard.press("Escape")
    figures.clean()


@pytest.mark.parametrize(
    ("chart", "count", "first"),
    [("增速排行", 14, "41%"), ("完成与目标", 26, "6.1%"), ("占比", 1, "32%"), ("比较", 8, "7.5%")],
)
def test_charts_show_bars_with_values_as_printed(figures: Visit, chart: str, count: int, first: str) -> None:
    choose_chart(figures, chart)
    shows(figures, count)
    assert figures.texts(".wz-bar-value a")[0] == first
    assert figures.page.locator(".wz-bar").count() == count
    figures.clean()


def test_the_compared_indicator_is_chosen(figures: Visit) -> None:
    choose_chart(figures, "比较")
    figures.page.get_by_label("比较的指标").select_option("茶园面积（亩）")
    shows(figures, 2)
    assert figures.texts(".wz-bar-value a") == ["8.6万亩", "9.3万亩"]
    figures.clean()


def test_the_chosen_figures_are_downloaded_as_csv(figures: Visit, tmp_path: Path) -> None:
    figures.page.get_by_role("searchbox", name="搜索").fill("茶园")
    shows(figures, 2)
    with figures.page.expect_download() as download:
        figures.page.get_by_role("button", name="下载CSV").click()
    assert download.value.suggested_filename == "指标.csv"
    download.value.save_as(tmp_path / "figures.csv")
    content = (tmp_path / "figures.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert {row["数值"] for row in rows} == {"8.6万亩", "9.3万亩"}
    figures.clean()


def test_a_chart_is_downloaded_as_png(figures: Visit, tmp_path: Path) -> None:
    choose_chart(figures, "增速排行")
    with figures.page.expect_download() as download:
        figures.page.get_by_role("button", name="下载图片").click()
    assert download.value.suggested_filename == "增速排行.png"
    download.value.save_as(tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    figures.clean()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_and_axe_finds_nothing_serious(
    visit: OpenPage, several: str, scheme: str
) -> None:
    phone = visit(several, width=360, height=740, scheme=scheme)
    phone.page.get_by_role("tab", name="指标").click()
    phone.page.wait_for_selector(".wz-table")
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 360
    assert phone.findings() == []
    choose_chart(phone, "完成与目标")
    phone.page.wait_for_selector(".wz-bars")
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 360
    assert phone.findings() == []


def test_labels_are_english_where_the_reader_wants_it(visit: OpenPage, several: str) -> None:
    page = visit(several, locale="en-US").page
    page.get_by_role("tab", name="Figures").click()
    page.get_by_role("columnheader", name="Indicator").wait_for()
    page.get_by_text("Growth", exact=True).click()
    page.get_by_role("button", name="Download picture").wait_for()
    assert page.get_by_role("searchbox", name="Search").is_visible()
