"""What the chat page says, before any browser: HTML of answers and reports, suggested questions."""

from __future__ import annotations

import asyncio
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import cast

import pytest

import qa.web
from qa.bot import Bot
from qa.datatypes import Answer, Citation, Document
from qa.document import read_document
from qa.figures import find_figures
from qa.web import render
from qa.web.conversation import Conversation, Queue, Turn
from qa.web.source import pane_html, report_html
from qa.web.suggest import suggestions

WEB = Path(qa.web.__file__).parent

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
    assert html.count('class="wz-cite wz-mark"') == 1
    assert f"{QUOTE}<sup><a" in html
    assert "[1]</a></sup>，见[2]。" in html


def test_citation_names_its_report_only_where_there_are_several() -> None:
    alone = render.answer_html(ANSWER, "地区生产总值", {REPORT.id: REPORT})
    among = render.answer_html(ANSWER, "地区生产总值", {REPORT.id: REPORT, "other": REPORT})
    assert "《青山县2022年政府工作报告》 ·" not in alone
    assert "《青山县2022年政府工作报告》 · 一、2021年工作回顾 › (一)城乡面貌不断改善</span>" in among


def test_citation_of_a_report_that_is_gone_names_its_id() -> None:
    assert "qingshan-2022 · 一、2021年工作回顾" in render.answer_html(ANSWER, "地区生产总值", {})


def test_citations_wait_until_the_answer_is_written_out() -> None:
    html = render.answer_html(ANSWER, "地区生产总值", {REPORT.id: REPORT}, shown=4)
    assert ">全县地区</div></div>" in html
    assert "wz-evidence" not in html


def test_nearest_passages_of_a_refusal_are_not_called_evidence() -> None:
    refusal = Answer("not_in_report", "报告没有提到。", None, (CITATION,), "外星人")
    html = render.answer_html(refusal, "外星人", {REPORT.id: REPORT})
    assert "不是对问题的回答" in html
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
    html = render.question_html(Turn(typed), 0, {})
    assert f'<div class="wz-question" translate="no">{shown}</div>' in html


def test_empty_library_says_how_to_add_a_report() -> None:
    assert "wenzheng add" in render.welcome_html([], {})


def test_many_reports_fold() -> None:
    assert "<summary>已载入4份报告</summary>" in render.welcome_html([REPORT] * 4, {})


@pytest.mark.parametrize(
    ("years", "labels"),
    [
        ([2022], ["全部", "2021年成效", "2022年任务"]),
        ([2022, 2022], ["全部", "2021年成效", "2022年任务"]),
        ([2022, 2023], ["全部", "已完成的成效", "计划的任务"]),
        ([None], ["全部", "已完成的成效", "计划的任务"]),
        ([], ["全部", "已完成的成效", "计划的任务"]),
    ],
)
def test_filters_name_years_where_all_reports_share_one(years: list[int | None], labels: list[str]) -> None:
    assert [label for label, _ in render.kinds([replace(REPORT, year=year) for year in years])] == labels


def test_copied_citation_names_title_and_section() -> None:
    copied = render.citation_text(CITATION, {REPORT.id: REPORT})
    assert copied == f"「{QUOTE}」（《青山县2022年政府工作报告》，(一)城乡面貌不断改善）"


def test_link_to_a_place_is_escaped() -> None:
    assert render.place_link('a"&b', 1, 2, "<b>") == (
        '<a class="wz-cite" href="?doc=a%22%26b&amp;from=1&amp;to=2" translate="no">&lt;b&gt;</a>'
    )


def test_questions_are_made_of_the_report() -> None:
    assert suggestions([_with_figures(REPORT)]) == {
        "问数字": ["2021年全县地区生产总值是多少？", "2022年粮食产量的目标是多少？"],
        "问成效": ["2021年在“城乡面貌不断改善”方面做了什么？"],
        "问任务": ["2022年在“着力建设美丽乡村”方面有什么打算？"],
    }


def test_questions_name_the_region_where_there_are_several_reports() -> None:
    older = replace(REPORT, id="qingshan-2021", year=2021)
    asked = suggestions([older, replace(REPORT, region="青山县")])["问成效"]
    assert asked[0].startswith("青山县2021年")


def test_no_report_suggests_no_question() -> None:
    assert suggestions([]) == {}


# --- the report as it is read ---------------------------------------------------------------------------


class _Text(HTMLParser):
    """The text of the article, as a browser reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside |= tag == "article"

    def handle_endtag(self, tag: str) -> None:
        self.inside &= tag != "article"

    def handle_data(self, data: str) -> None:
        self.text += data * self.inside


def test_not_a_character_of_the_text_is_changed(report: str) -> None:
    article = _Text()
    article.feed(report_html(read_document(report, "pudong-2024")))
    assert article.text == report


@pytest.mark.parametrize(
    "body", ["甲\r\n乙\r\n", "  <b>甲</b>\t乙&amp;\n\n\n丙", "<script>甲</script>", "甲\u2028乙\x0b丙\n"]
)
def test_odd_characters_are_kept_and_escaped(body: str) -> None:
    document = read_document(REPORT.text + body, "qingshan-2022")
    article = _Text()
    html = report_html(document)
    article.feed(html)
    assert article.text == document.text
    assert "<script" not in html


def test_contents_are_in_the_order_of_the_text_with_what_is_missing_in_its_place() -> None:
    document = read_document(
        "一、2021年工作回顾\n(一)城乡建设\n(二)社会事业\n二、2022年主要任务\n"
        "青山县2022年政府工作报告\n各位代表:\n"
        "一、2021年工作回顾\n过去一年成绩很大。\n一是经济向好。全县生产总值达到120.5亿元。\n"
        "(一)城乡建设\n新建公园5个。\n",
        "qingshan-2022",
    )
    html = report_html(document)
    names = re.findall(r'translate="no">([^<]+)</span>', html[: html.index("</nav>")])
    assert names == [
        "一、2021年工作回顾",
        "一是经济向好",
        "(一)城乡建设",
        "(二)社会事业",
        "二、2022年主要任务",
    ]
    assert html.count("无正文") == 2


# --- conversations --------------------------------------------------------------------------------------


class _SlowBot:
    """Answers after a while, and counts how many it answers at a time."""

    def __init__(self) -> None:
        self.now = self.most = 0

    def ask(self, question: str, history: object, **scope: object) -> Answer:
        self.now += 1
        self.most = max(self.most, self.now)
        time.sleep(0.05)
        self.now -= 1
        return Answer("answered", question, None, (), question)


def _answered(bot: _SlowBot, queue: Queue, pages: int) -> list[Turn]:
    """One question on each of so many pages at once, answered to the end."""

    async def all_answered() -> list[Turn]:
        turns = [Turn(f"第{n}问") for n in range(pages)]

        async def one(turn: Turn) -> None:
            async for _ in Conversation().take(turn, cast(Bot, bot), queue):
                pass

        await asyncio.gather(*(one(turn) for turn in turns))
        return turns

    with ThreadPoolExecutor(1) as aside:  # the browser of other tests keeps an event loop in this thread
        return aside.submit(asyncio.run, all_answered()).result()


def test_only_so_many_questions_are_answered_at_a_time() -> None:
    bot = _SlowBot()
    turns = _answered(bot, Queue(at_once=2, room=10), pages=8)
    assert bot.most == 2
    assert all(turn.answer for turn in turns)


def test_question_for_which_there_is_no_room_is_told_so() -> None:
    turns = _answered(_SlowBot(), Queue(at_once=1, room=1), pages=3)
    told = sorted(turn.trouble for turn in turns)
    assert told == ["", "", "现在提问的人太多，这个问题没有排上。请过一会儿再试。"]


# --- labels ---------------------------------------------------------------------------------------------


def test_every_label_of_the_page_has_its_english() -> None:
    english = json.loads((WEB / "english.json").read_text("utf-8"))
    forms = [re.compile(re.escape(chinese).replace(r"\{\}", ".+?") + "$") for chinese in english]
    documents = {REPORT.id: REPORT, "other": replace(REPORT, id="other", year=2023)}
    answered = Turn("问", "achieved", answer=ANSWER, done=True, liked=True)
    refused = Turn("问", answer=replace(ANSWER, status="not_in_report"), done=True)
    pages = [
        render.head_html(),
        render.export_html(),
        pane_html(),
        report_html(REPORT),
        render.welcome_html(documents.values(), suggestions([_with_figures(REPORT)])),
        *(render.question_html(turn, 0, documents) for turn in (answered, refused)),
        *(render.reply_html(turn, 0, documents) for turn in (answered, refused, Turn("问"))),
    ]
    labels = _Labels()
    labels.feed("".join(pages))
    assert [label for label in labels.found if not any(form.match(label) for form in forms)] == []


class _Labels(HTMLParser):
    """The Chinese that is not below translate="no"."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._verbatim: list[bool] = [False]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        verbatim = self._verbatim[-1] or told.get("translate") == "no"
        if not verbatim:
            self._take(*(told.get(name) or "" for name in ("aria-label", "title", "placeholder")))
        if tag not in ("input", "path"):
            self._verbatim.append(verbatim)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        self._verbatim.pop()

    def handle_data(self, data: str) -> None:
        if not self._verbatim[-1]:
            self._take(data)

    def _take(self, *labels: str) -> None:
        self.found += [label.strip() for label in labels if re.search("[\u4e00-\u9fff]", label)]
