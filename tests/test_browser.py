"""The chat page in a real Chromium: the product as shipped, and a scripted bot for what that seldom does."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import pytest

from embeddings.encoder import SentenceEncoder
from qa.bot import Bot
from qa.datatypes import Answer, Citation
from qa.document import read_document
from qa.errors import QAError, QuestionError
from qa.library import Library
from qa.web import launch
from qa.web.feedback import question_set
from tests.browser import OpenPage, ScriptedBot, Visit, cite, serve

BUDGET = "2023年一般公共预算收入是多少？"
HOSTILE = "<img src=x onerror=alert(1)> **粗** $$x^2$$ `码` [链](http://example.test) ${1+1} {{7*7}}"
OTHER = "绿水县2022年政府工作报告\n一、2021年工作回顾\n建成𠮷祥桥3座。\n"
REPORT = (
    "青山县2022年政府工作报告\n"
    "一、2021年工作回顾\n"
    "  新建\t<b>公园</b>12个,&amp;绿化**率**达到$$40\\%$$,见 ![图](http://example.test/a.png)。\n"
    "二、2022年主要任务\n"
    "新建公园5个。\n"
)
LINES = "二、2022年主要任务\n新建公园5个"
QUOTE = REPORT[REPORT.index("新建\t") : REPORT.index("。\n二")]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")


@pytest.fixture(scope="module")
def talk(new_page: OpenPage, stage: str) -> Visit:
    """A page before the scripted bot on which one test asks after the other: look at the last reply only."""
    return new_page(stage)


@pytest.fixture
def bot(address: str, home: Path, encoder: SentenceEncoder) -> Bot:
    """The same bot on the same library, to compare with what the page shows."""
    return Bot(Library(home / "data" / "wenzheng", lambda: encoder))


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> ScriptedBot:
    report, other = read_document(REPORT, "qingshan-2022"), read_document(OTHER, "lvshui-2022")
    moved = Citation(other.id, 0, 2, "塔林", (), None, "other", 1.0)
    return ScriptedBot(
        [report, other],
        {
            HOSTILE: Answer("out_of_scope", f"不在范围：{HOSTILE}", None, (), HOSTILE),
            "新建公园": Answer("answered", f"{QUOTE}[1]。", "12个", (cite(report, QUOTE),), "新建公园"),
            "跨段": Answer("answered", f"{LINES}[1]", None, (cite(report, LINES),), "跨段"),
            "别处": Answer("answered", "桥3座[1]。", "3座", (cite(other, "𠮷祥桥3座"),), "别处"),
            "换过": Answer(
                "answered",
                "塔[1]。",
                None,
                (moved,),
                "换过",
            ),
            "那里呢": Answer("not_in_report", "报告没有提到。", None, (), "2021年那里的公园呢"),
            "太长": QuestionError("问题太长，请写短一些。"),
            "出错": ZeroDivisionError("a defect"),
            "很慢": 3.0,
            "长答": Answer("answered", "".join(f"第{n}句。" for n in range(200)), None, (), "长答"),
        },
        tmp_path_factory.mktemp("scripted"),
    )


@pytest.fixture(scope="module")
def stage(scripted: ScriptedBot) -> str:
    """The address of a page with the scripted bot behind it."""
    return serve(scripted)


# --- the product ------------------------------------------------------------------------------------


def test_answer_comes_with_the_citation_that_carries_it(visit: OpenPage, address: str, bot: Bot) -> None:
    chat = visit(address)
    chat.ask(BUDGET)
    answer = bot.ask(BUDGET)
    assert answer.short_answer == "1300.81亿元"
    assert chat.texts(".wz-text") == [answer.text]
    assert chat.texts(".wz-quote") == [citation.quote for citation in answer.citations]
    assert chat.texts(".wz-mark")[0] == chat.texts(".wz-number")[0] == "[1]"
    assert chat.texts(".wz-year")[0] == "2023年"
    assert chat.texts(".wz-kind")[0] == "成效"


def test_pressed_marker_shows_its_quote_in_the_report(visit: OpenPage, address: str) -> None:
    chat = visit(address)
    chat.ask(BUDGET)
    quote = chat.texts(".wz-quote")[0]
    chat.page.locator(".wz-mark").first.click()
    assert chat.marked() == quote


def test_quote_is_told_on_hover_and_on_focus_and_goes_by_escape(visit: OpenPage, address: str) -> None:
    chat = visit(address)
    chat.ask(BUDGET)
    quote = chat.texts(".wz-quote")[0]
    chat.page.locator(".wz-mark").first.hover()
    assert chat.page.locator("#wz-tip").is_visible()
    assert chat.texts("#wz-tip") == [quote]
    chat.page.keyboard.press("Escape")
    chat.page.locator("#wz-tip").wait_for(state="hidden")


def test_citation_has_a_link_of_its_own(visit: OpenPage, address: str) -> None:
    chat = visit(address)
    chat.ask(BUDGET)
    quote = chat.texts(".wz-quote")[0]
    linked = visit(chat.page.locator(".wz-mark").first.evaluate("link => link.href"))
    assert linked.marked() == quote


def test_copied_citation_names_report_and_section(visit: OpenPage, address: str) -> None:
    chat = visit(address, permissions=["clipboard-read", "clipboard-write"])
    chat.ask(BUDGET)
    chat.page.locator(".wz-copy").first.click()
    chat.page.wait_for_selector(".wz-copied")
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    assert (
        copied == f"「{chat.texts('.wz-quote')[0]}」（《2024年浦东新区政府工作报告》，一是经济运行进中提质）"
    )


def test_text_beside_the_chat_is_the_report_to_the_character(
    visit: OpenPage, address: str, report: str
) -> None:
    chat = visit(address)
    chat.page.wait_for_selector(".wz-reading article")
    assert chat.texts(".wz-reading article") == [report]


def test_missing_sections_of_the_contents_page_are_shown_as_missing(visit: OpenPage, address: str) -> None:
    chat = visit(address)
    chat.page.wait_for_selector(".wz-contents")
    gone = [text.replace(" 无正文", "") for text in chat.texts(".wz-contents .wz-gone")]
    assert gone[0] == "(三)大力推进新型工业化"
    assert gone[-1] == "三、全面推进服务型政府建设"
    assert len(gone) == 7
    assert chat.texts(".wz-end li") == gone


def test_heading_of_the_contents_leads_to_its_section(visit: OpenPage, address: str) -> None:
    chat = visit(address)
    chat.page.get_by_role("link", name="立法保障日益完善").click()
    assert chat.page.locator(".wz-reading p", has_text="立法保障日益完善。经过").is_visible()
    top = chat.page.evaluate("document.querySelector('.wz-reading').scrollTop")
    assert top > 500


def test_follow_up_is_understood_and_says_how(visit: OpenPage, address: str, bot: Bot) -> None:
    chat = visit(address)
    chat.ask("2023年新增了多少家持牌类金融机构？")
    chat.ask("那累计呢？")
    assert "1208家" in chat.texts(".wz-text")[-1]
    assert "累计" in chat.texts(".wz-understood")[-1]


def test_refusals_are_calm_replies(visit: OpenPage, address: str, bot: Bot) -> None:
    chat = visit(address)
    chat.ask("明天会下雨吗？")
    chat.ask("2024年文化方面有什么计划？")
    chat.ask("2023年新建医院多少家？")
    assert chat.texts(".wz-status") == ["不在报告范围内", "所供文本缺这一部分", "报告中没有"]
    assert chat.texts(".wz-text")[0] == bot.ask("明天会下雨吗？").text
    assert chat.texts(".wz-searched") == ["查阅了《2024年浦东新区政府工作报告》"]
    assert chat.texts(".wz-evidence h2") == ["相近内容，不是对问题的回答"]


def test_filter_holds_and_is_shown_with_the_question(visit: OpenPage, address: str, bot: Bot) -> None:
    chat = visit(address)
    chat.page.locator("#wz-kind label", has_text="2024年任务").click()
    chat.ask("地区生产总值增长多少？")
    assert chat.texts(".wz-text") == [bot.ask("地区生产总值增长多少？", kind="planned").text]
    assert chat.texts(".wz-scope .wz-only") == ["只看2024年任务"]
    assert set(chat.texts(".wz-kind")) <= {"计划"}
    assert chat.page.get_by_label("2024年任务").is_checked()


def test_suggested_questions_are_of_three_kinds_and_answered(visit: OpenPage, address: str) -> None:
    chat = visit(address)
    assert chat.texts(".wz-suggestions h2") == ["问数字", "问成效", "问任务"]
    chat.page.locator(".wz-ask").first.click()
    chat.wait_for_answers(1)
    assert chat.page.locator(".wz-answered .wz-quote").count() > 0


def test_question_in_the_address_is_asked(visit: OpenPage, address: str) -> None:
    chat = visit(f"{address}?{urlencode({'q': BUDGET})}")
    chat.wait_for_answers(1)
    assert chat.texts(".wz-question") == [BUDGET]
    assert "1300.81亿元" in chat.texts(".wz-text")[0]


def test_page_in_the_address_is_turned_to_and_the_chat_lives_on(visit: OpenPage, address: str) -> None:
    chat = visit(address)
    chat.ask(BUDGET)
    chat.page.get_by_role("tab", name="指标").click()
    assert chat.page.url == f"{address}?tab=figures"
    chat.page.get_by_role("tab", name="对话").click()
    assert chat.texts(".wz-question") == [BUDGET]
    chat.address = f"{address}?tab=library"
    chat.page.goto(chat.address)
    chat.page.wait_for_selector('[role=tab][aria-selected=true][data-tab-id="library"]')


def test_source_is_a_sheet_on_a_phone(visit: OpenPage, address: str) -> None:
    chat = visit(address, width=390, height=844, has_touch=True)
    chat.ask(BUDGET)
    assert chat.page.evaluate("document.documentElement.scrollWidth") == 390
    assert chat.page.evaluate("document.documentElement.scrollHeight") == 844
    assert _sticking_out(chat) == []
    chat.page.locator(".wz-mark").first.tap()
    sheet = chat.page.get_by_role("dialog", name="报告原文")
    assert chat.marked() == chat.texts(".wz-quote")[0]
    sheet.get_by_role("button", name="关闭").tap()
    sheet.wait_for(state="hidden")


def test_keyboard_alone_asks_reads_and_comes_back(visit: OpenPage, address: str) -> None:
    chat = visit(address, width=800)
    keys = chat.page.keyboard
    assert chat.page.evaluate("document.activeElement.closest('#wz-box') !== null")
    keys.type(BUDGET)
    keys.press("Enter")
    chat.wait_for_answers(1)
    for _ in range(30):
        if chat.page.evaluate("document.activeElement.matches('.wz-mark')"):
            break
        keys.press("Shift+Tab")
    keys.press("Enter")
    assert chat.marked() == chat.texts(".wz-quote")[0]
    assert chat.page.evaluate("document.activeElement.id") == "wz-pane-close"
    keys.press("Escape")
    assert chat.page.evaluate("document.activeElement.matches('.wz-mark')")


def test_reloaded_page_starts_afresh_and_answers(visit: OpenPage, address: str) -> None:
    chat = visit(address)
    chat.ask(BUDGET)
    chat.open()
    assert chat.texts(".wz-question") == []
    chat.ask(BUDGET)
    assert "1300.81亿元" in chat.texts(".wz-text")[0]


def test_labels_are_english_for_english_browsers_and_by_the_switch(visit: OpenPage, address: str) -> None:
    chat = visit(address, locale="en-GB")
    chat.ask(BUDGET)
    assert chat.texts("#wz-pages [role=tablist] [role=tab]") == ["Chat", "Figures", "Tests", "Library"]
    assert chat.texts(".wz-kind")[0] == "done"
    assert "亿元" in chat.texts(".wz-text")[0]
    chat.page.locator("#wz-language").click()
    assert chat.texts("#wz-pages [role=tablist] [role=tab]") == ["对话", "指标", "评测", "资料库"]
    assert chat.texts(".wz-kind")[0] == "成效"
    assert chat.page.locator("#wz-box textarea").get_attribute("placeholder") == "输入问题，按回车发送"


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    visit: OpenPage, address: str, scheme: Literal["light", "dark"], width: int
) -> None:
    chat = visit(address, scheme=scheme, width=width)
    assert chat.findings() == []
    chat.ask(BUDGET)
    chat.ask("2023年新建医院多少家？")
    chat.page.get_by_role("button", name="有帮助", exact=True).last.click()
    chat.page.wait_for_selector(".wz-comment")
    assert chat.findings() == []
    chat.page.locator(".wz-mark").first.click()
    chat.marked()
    assert chat.findings() == []


def test_switch_turns_the_light_off(visit: OpenPage, address: str) -> None:
    chat = visit(address)
    colour = "getComputedStyle(document.body).backgroundColor"
    day = chat.page.evaluate(colour)
    chat.page.locator("#wz-dark").click()
    assert chat.page.evaluate(colour) != day
    chat.open()
    assert chat.page.locator("#wz-dark").get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize(
    "path",
    [
        "reports/..%2F..%2Fseeds.json",
        "reports/%2Fetc%2Fpasswd",
        "gradio_api/file=/etc/passwd",
        "gradio_api/file=pyproject.toml",
        "gradio_api/file=qa/web/server.py",
    ],
)
def test_no_other_file_can_be_read(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        _get(address + path)
    assert refused.value.code in (403, 404)


def test_page_source_names_no_other_host(address: str) -> None:
    with _get(address) as response:
        source, policy = response.read().decode(), response.headers["content-security-policy"]
    assert "http://" not in source.replace(address.rstrip("/"), "").replace("http://www.w3.org/", "")
    assert "https://" not in source
    assert "default-src 'self'" in policy


# --- what the product seldom does ---------------------------------------------------------------------


def test_question_is_shown_as_typed(talk: Visit) -> None:
    talk.ask(HOSTILE)
    assert talk.texts(".wz-question")[-1] == HOSTILE
    assert talk.texts(".wz-text")[-1] == f"不在范围：{HOSTILE}"
    assert talk.page.locator("#wz-chat .message :is(img, .katex, code), .wz-text a").count() == 0
    talk.clean()


def test_quote_is_shown_as_printed(talk: Visit) -> None:
    talk.ask("新建公园")
    assert talk.texts(".wz-quote")[-1] == QUOTE
    assert talk.texts(".wz-text")[-1] == f"{QUOTE}[1]。"
    assert talk.page.locator("#wz-chat .message :is(img, b, .katex)").count() == 0
    talk.page.locator(".wz-mark").last.click()
    assert talk.marked() == QUOTE
    assert (
        talk.page.locator(".wz-reading :is(article img, article a, .wz-stretch p > :not(b, mark))").count()
        == 0
    )
    talk.clean()


def test_quote_over_several_lines_is_marked_whole(talk: Visit) -> None:
    talk.ask("跨段")
    talk.page.locator(".wz-mark").last.click()
    assert talk.marked() == LINES
    talk.clean()


def test_report_of_the_citation_is_opened_and_rare_characters_count_as_one(talk: Visit) -> None:
    talk.ask("别处")
    talk.page.locator(".wz-mark").last.click()
    talk.page.wait_for_function("document.querySelector('#wz-report').value === 'lvshui-2022'")
    assert talk.marked() == "𠮷祥桥3座"
    assert "《绿水县2022年政府工作报告》" in talk.texts(".wz-place")[-1]
    talk.clean()


def test_quote_that_does_not_stand_there_is_not_claimed_to(talk: Visit) -> None:
    talk.ask("换过")
    talk.page.locator(".wz-mark").last.click()
    talk.page.wait_for_selector(".wz-moved")
    assert talk.texts(".wz-reading mark") == []
    talk.clean()


def test_only_chosen_reports_are_looked_into(visit: OpenPage, stage: str, scripted: ScriptedBot) -> None:
    chat = visit(stage)
    chat.page.get_by_label("报告", exact=True).and_(chat.page.locator("#wz-documents input")).click()
    chat.page.locator("#wz-documents").get_by_role("option", name="绿水县").click()
    chat.page.keyboard.press("Escape")
    chat.ask("桥呢")
    assert scripted.scopes[-1] == (None, ("lvshui-2022",))
    assert chat.texts(".wz-scope") == ["《绿水县2022年政府工作报告》"]


def test_question_entered_while_another_is_answered_waits_its_turn(
    visit: OpenPage, stage: str, scripted: ScriptedBot
) -> None:
    chat = visit(stage)
    chat.send("很慢")
    chat.page.wait_for_selector(".wz-pending")
    chat.send("随后")
    chat.page.wait_for_function("document.querySelector('#wz-box textarea').value === ''")
    chat.wait_for_answers(2)
    assert chat.texts(".wz-text") == ["答：很慢", "答：随后"]
    assert [question for question, _ in scripted.heard[-2:]] == ["很慢", "随后"]
    assert scripted.heard[-1][1][-1] == {"role": "assistant", "content": "答：很慢"}


def test_edited_question_replaces_what_followed_it(
    visit: OpenPage, stage: str, scripted: ScriptedBot
) -> None:
    chat = visit(stage)
    chat.ask("初问")
    chat.ask("再问")
    chat.page.locator(".wz-asked").first.hover()
    chat.page.get_by_role("button", name="修改问题").first.click()
    chat.page.wait_for_function("document.querySelector('#wz-box textarea').value === '初问'")
    assert chat.texts(".wz-editing") == ["正在修改问题，其后的问答会去掉"]
    chat.send("改问")
    chat.wait_for_answers(1)
    assert chat.texts(".wz-question") == ["改问"]
    assert scripted.heard[-1] == ("改问", [])
    assert chat.texts(".wz-editing") == []


def test_question_is_answered_again(visit: OpenPage, stage: str, scripted: ScriptedBot) -> None:
    chat = visit(stage)
    chat.ask("初问")
    heard = len(scripted.heard)
    chat.page.get_by_role("button", name="重新回答").click()
    chat.page.wait_for_timeout(300)
    chat.wait_for_answers(1)
    assert scripted.heard[heard:] == [("初问", [])]


def test_thumb_and_comment_are_kept(visit: OpenPage, stage: str, scripted: ScriptedBot) -> None:
    chat = visit(stage)
    chat.ask("新建公园")
    chat.page.get_by_role("button", name="没有帮助").click()
    chat.page.get_by_label("想说说原因吗").fill(HOSTILE)
    chat.page.keyboard.press("Enter")
    chat.page.wait_for_selector(".wz-thanks")
    assert chat.page.get_by_role("button", name="没有帮助").get_attribute("aria-pressed") == "true"
    judged = question_set(scripted.library.home)
    assert [entry["question"] for entry in judged] == ["新建公园"]
    assert HOSTILE in str(judged[0]["notes"])


@pytest.mark.parametrize(("form", "begins"), [("Markdown", b"# "), ("Word", b"PK")])
def test_conversation_is_taken_away_as_a_file(talk: Visit, form: str, begins: bytes) -> None:
    talk.ask("新建公园")
    talk.page.locator(".wz-menu summary").click()
    with talk.page.expect_download() as download:
        talk.page.get_by_role("button", name=form).click()
    assert download.value.path().read_bytes().startswith(begins)
    talk.clean()


def test_answer_is_written_out_piece_by_piece(talk: Visit) -> None:
    talk.page.evaluate(
        """() => {
            window.seen = [];
            new MutationObserver(() => {
                const text = [...document.querySelectorAll("#wz-chat .wz-text")].at(-1)?.textContent;
                if (text?.startsWith("第0句") && text !== window.seen.at(-1)) window.seen.push(text);
            }).observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )
    talk.ask("长答")
    seen = talk.page.evaluate("window.seen")
    assert len(seen) >= 5
    assert [len(text) for text in seen] == sorted({len(text) for text in seen})
    assert all(seen[-1].startswith(text) for text in seen)
    talk.clean()


def test_understood_question_is_shown_where_it_differs(talk: Visit) -> None:
    talk.ask("那里呢")
    assert talk.texts(".wz-understood") == ["理解为：2021年那里的公园呢"]
    talk.clean()


def test_two_pages_keep_their_own_conversations(visit: OpenPage, stage: str, scripted: ScriptedBot) -> None:
    one, two = visit(stage), visit(stage)
    one.ask("一号问")
    two.ask("二号问")
    one.ask("一号再问")
    assert one.texts(".wz-question") == ["一号问", "一号再问"]
    assert two.texts(".wz-question") == ["二号问"]
    assert scripted.heard[-1] == (
        "一号再问",
        [{"role": "user", "content": "一号问"}, {"role": "assistant", "content": "答：一号问"}],
    )


def test_one_page_is_answered_while_another_waits(visit: OpenPage, stage: str) -> None:
    slow, quick = visit(stage), visit(stage)
    slow.send("很慢")
    slow.page.wait_for_selector(".wz-pending")
    quick.ask("很快")
    assert slow.page.locator(".wz-pending").count() == 1
    slow.page.wait_for_selector(".wz-answered")


def test_long_answer_is_read_from_its_beginning(visit: OpenPage, stage: str) -> None:
    chat = visit(stage, width=390, height=844)
    chat.ask("新建公园")
    chat.ask("长答")
    view = chat.page.locator("#wz-chat .bubble-wrap").bounding_box()
    question = chat.page.locator(".wz-question").last.bounding_box()
    assert view
    assert question
    assert 0 <= question["y"] - view["y"] <= 40


def test_error_of_the_user_is_a_calm_message(talk: Visit) -> None:
    talk.ask("太长")
    assert talk.texts(".wz-error .wz-text")[-1] == "问题太长，请写短一些。"
    talk.clean()


def test_defect_of_the_program_is_a_message_and_the_page_lives_on(talk: Visit) -> None:
    talk.ask("出错")
    assert talk.texts(".wz-error .wz-text")[-1].startswith("程序出了错，没有得到答案。")
    assert "ZeroDivisionError" not in talk.page.content()
    talk.ask("还在吗")
    assert talk.texts(".wz-answered .wz-text")[-1] == "答：还在吗"
    talk.clean()


def test_stopped_question_is_given_up_and_the_keyboard_stays_in_the_box(
    visit: OpenPage, stage: str, scripted: ScriptedBot
) -> None:
    chat = visit(stage)
    chat.send("很慢")
    chat.page.get_by_role("button", name="停止").click()
    chat.page.wait_for_selector(".wz-stopped")
    chat.page.keyboard.type("接着问")
    chat.page.keyboard.press("Enter")
    chat.wait_for_answers(2)
    assert chat.texts(".wz-question") == ["很慢", "接着问"]
    assert chat.texts(".wz-text") == ["已停止。", "答：接着问"]
    assert scripted.heard[-1] == ("接着问", [])


def test_cleared_conversation_is_forgotten(talk: Visit, scripted: ScriptedBot) -> None:
    talk.ask("先问")
    with talk.page.expect_response(lambda response: response.request.method == "POST"):
        talk.page.get_by_role("button", name="清空").click()
    talk.page.wait_for_selector(".wz-welcome")
    talk.ask("后问")
    assert talk.texts(".wz-question") == ["后问"]
    assert scripted.heard[-1] == ("后问", [])
    talk.clean()


def test_blank_question_is_not_sent(visit: OpenPage, stage: str, scripted: ScriptedBot) -> None:
    chat = visit(stage)
    heard = len(scripted.heard)
    chat.send("  \n ")
    chat.page.wait_for_timeout(1000)
    assert chat.texts(".wz-question") == []
    assert len(scripted.heard) == heard


def test_very_long_question_is_shown_in_part(talk: Visit) -> None:
    talk.ask("问" * 100_000)
    assert talk.texts(".wz-question")[-1] == "问" * 1000 + "……（共100000字）"
    talk.clean()


def test_report_that_cannot_be_fetched_says_so_and_is_tried_again(visit: OpenPage, stage: str) -> None:
    chat = visit(stage)
    chat.page.wait_for_selector(".wz-reading")
    chat.page.context.set_offline(True)
    chat.page.select_option("#wz-report", "lvshui-2022")
    chat.page.wait_for_selector(".wz-pane [role=alert]")
    assert chat.texts(".wz-pane [role=alert]") == ["报告没有取到：连接断开了。"]
    assert chat.page.locator(".wz-offline").is_visible()
    chat.page.context.set_offline(False)
    chat.page.get_by_role("button", name="再试一次").click()
    chat.page.wait_for_selector(".wz-reading")
    assert chat.page.locator(".wz-offline").is_hidden()
    chat.complaints = [told for told in chat.complaints if "ERR_INTERNET_DISCONNECTED" not in told]


def test_nothing_is_served_without_the_password(scripted: ScriptedBot, new_page: OpenPage) -> None:
    locked = serve(scripted, ("问政", "芝麻:开门"))
    for path in (
        "/",
        "/reports/qingshan-2022",
        "/gradio_api/info",
        "/gradio_api/mcp/",
        "/config",
        "/theme.css",
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            _get(locked + path)
        assert refused.value.code == 401
    assert _get(locked, key=b64encode("问政:芝麻:开门".encode()).decode()).status == 200
    chat = new_page(locked, http_credentials={"username": "问政", "password": "芝麻:开门"})
    chat.ask("在吗")
    assert chat.texts(".wz-text") == ["答：在吗"]
    chat.page.context.close()


def test_taken_port_is_named_with_the_way_out(scripted: ScriptedBot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(QAError, match=f"端口{port}已被占用.*--port {port + 1}"):
            launch(scripted, port=port)  # type: ignore[arg-type]


def test_importing_the_page_loads_no_gradio() -> None:
    code = "import sys, qa.web; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _sticking_out(chat: Visit) -> list[str]:
    """The parts of the page that reach beyond its right edge."""
    found: list[str] = chat.page.evaluate(
        """() => [...document.querySelectorAll(".wz-head *, #wz-chat .message *, #wz-composer *")]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5)
            .map(e => e.outerHTML.slice(0, 80))"""
    )
    return found


def _get(address: str, key: str = "") -> Any:
    """A request without the system's proxy; ``key`` is what HTTP Basic sends."""
    request = urllib.request.Request(address, headers={"Authorization": f"Basic {key}"} if key else {})
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request)
