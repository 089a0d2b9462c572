"""What the chat page says, before any browser: HTML of answers and reports, suggested questions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.datatypes import Answer, Citation, Document
from qa.document import read_document
from qa.figures import find_figures
from qa.web import render
from qa.web.suggest import questions

REPORT = read_document(
    "青山县2022年政府工作报告\n"
    "一、2021年工作回顾\n"
    "(一)城乡面貌不断改善\n"
    "全县地区生产总值达到120.5亿元。\n"
    "二、2022年主要任务\n"
    "(一)着力建设美丽乡村\n"
    "粮食产量达到3万吨。\n",
    "qingshan-2022",
)
QUOTE = "全县地区生产总值达到120.5亿元"
CITATION = Citation(
    "qingshan-2022",
    REPORT.text.index(QUOTE),
    REPORT.text.index(QUOTE) + len(QUOTE),
    QUOTE,
    ("一、2021年工作回顾", "(一)城乡面貌不断改善"),
    2021,
    "achieved",
    1.0,
)
ANSWER = Answer("answered", f"{QUOTE}[1]，见[2]。", "120.5亿元", (CITATION,), "地区生产总值")


def _with_figures(document: Document) -> Document:
    return replace(document, figures=find_figures(document))


def test_only_markers_of_citations_are_raised() -> None:
    html = render.answer_html(ANSWER, "地区生产总值", {REPORT.id: REPORT})
    assert f'{QUOTE}<sup class="wz-mark">[1]</sup>，见[2]。' in html


def test_citation_names_its_report_only_where_there_are_several() -> None:
    alone = render.answer_html(ANSWER, "地区生产总值", {REPORT.id: REPORT})
    among = render.answer_html(ANSWER, "地区生产总值", {REPORT.id: REPORT, "other": REPORT})
    assert "《青山县2022年政府工作报告》" not in alone
    assert "《青山县2022年政府工作报告》 · 一、2021年工作回顾 › (一)城乡面貌不断改善 · 2021年" in among


def test_citation_of_a_report_that_is_gone_names_its_id() -> None:
    assert "qingshan-2022 · 一、2021年工作回顾" in render.answer_html(ANSWER, "地区生产总值", {})


def test_citations_wait_until_the_answer_is_written_out() -> None:
    html = render.answer_html(ANSWER, "地区生产总值", {REPORT.id: REPORT}, shown=4)
    assert '<div class="wz-text">全县地区</div></div>' in html
    assert "wz-evidence" not in html


def test_nearest_passages_of_a_refusal_are_not_called_evidence() -> None:
    refusal = Answer("not_in_report", "报告没有提到。", None, (CITATION,), "外星人")
    html = render.answer_html(refusal, "外星人", {REPORT.id: REPORT})
    assert "相近内容，供参考" in html
    assert "依据" not in html


def test_understood_question_is_left_out_where_it_was_typed_so() -> None:
    assert "理解为" not in render.answer_html(ANSWER, " 地区生产总值 ", {REPORT.id: REPORT})


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('src="/file=x" & &amp;', "src=&quot;/file=x&quot; &amp; &amp;amp;"),
        ("\ud800问", "\ufffd问"),
        ("\U00020bb7", "\U00020bb7"),
        ("  两\t格\n行", "  两\t格\n行"),
    ],
)
def test_question_is_escaped_and_else_unchanged(typed: str, shown: str) -> None:
    assert render.question_html(typed) == f'<div class="wz-question" lang="zh-CN">{shown}</div>'


def test_empty_library_says_how_to_add_a_report() -> None:
    assert "wenzheng add" in render.head_html([])


def test_many_reports_fold() -> None:
    assert "<summary>已载入4份报告</summary>" in render.head_html([REPORT] * 4)


def test_questions_are_made_of_the_report() -> None:
    assert questions([_with_figures(REPORT)]) == [
        "2021年全县地区生产总值是多少？",
        "2022年粮食产量的目标是多少？",
        "2021年在“城乡面貌不断改善”方面做了什么？",
        "2022年在“着力建设美丽乡村”方面有什么打算？",
    ]


def test_questions_name_the_region_where_there_are_several_reports() -> None:
    older = replace(REPORT, id="qingshan-2021", year=2021)
    assert questions([older, replace(REPORT, region="青山县")])[0].startswith("青山县2021年")


def test_no_report_suggests_no_question() -> None:
    assert questions([]) == []
