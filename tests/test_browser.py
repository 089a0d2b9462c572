"""The chat page in a real Chromium: the product as shipped, and a scripted bot for what that seldom does."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, sync_playwright

from embeddings.encoder import SentenceEncoder
from qa.bot import Bot
from qa.datatypes import Answer
from qa.document import read_document
from qa.errors import QAError, QuestionError
from qa.library import Library
from qa.web import launch
from tests.browser import PATIENCE, ScriptedBot, Visit, chromium, cite, product, serve

BUDGET = "2023年一般公共预算收入是多少？"
HOSTILE = "<img src=x onerror=alert(1)> **粗** $$x^2$$ `码` [链](http://example.test) ${1+1} {{7*7}}"
REPORT = (
    "青山县2022年政府工作报告\n"
    "一、2021年工作回顾\n"
    "  新建\t<b>公园</b>12个,&amp;绿化**率**达到$$40\\%$$,见 ![图](http://example.test/a.png)。\n"
    "二、2022年主要任务\n"
    "新建公园5个。\n"
)
QUOTE = REPORT[REPORT.index("新建\t") : REPORT.index("。\n二")]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")

OpenPage = Callable[..., Visit]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = chromium(playwright)
        yield running
        running.close()


@pytest.fixture(scope="module")
def new_page(browser: Browser) -> OpenPage:
    """Opens chat pages, each in a browser profile of its own."""

    def new_page(
        address: str, width: int = 1280, height: int = 860, scheme: Literal["light", "dark"] = "light"
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale="zh-CN"
        )
        context.set_default_timeout(PATIENCE * 1000)
        return Visit(context.new_page(), address)

    return new_page


@pytest.fixture
def visit(new_page: OpenPage) -> Iterator[OpenPage]:
    """Opens chat pages and looks in the end at what each of them was up to."""
    visits: list[Visit] = []

    def visit(address: str, **settings: Any) -> Visit:
        visits.append(new_page(address, **settings))
        return visits[-1]

    yield visit
    for opened in visits:
        opened.page.context.close()
        opened.clean()


@pytest.fixture(scope="module")
def talk(new_page: OpenPage, stage: str) -> Visit:
    """A page before the scripted bot on which one test asks after the other: look at the last reply only."""
    return new_page(stage)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chat")


@pytest.fixture(scope="module")
def address(home: Path, model_cache: Path) -> Iterator[str]:
    """The product, served as ``wenzheng chat`` serves it, on the report that ships with it."""
    with product(home, model_cache, home / "chat.log") as served:
        yield served


@pytest.fixture
def bot(address: str, home: Path, encoder: SentenceEncoder) -> Bot:
    """The same bot on the same library, to compare with what the page shows."""
    return Bot(Library(home / "data" / "wenzheng", lambda: encoder))


@pytest.fixture(scope="module")
def scripted() -> ScriptedBot:
    report = read_document(REPORT, "qingshan-2022")
    return ScriptedBot(
        report,
        {
            HOSTILE: Answer("out_of_scope", f"不在范围：{HOSTILE}", None, (), HOSTILE),
            "新建公园": Answer("answered", f"{QUOTE}[1]。", "12个", (cite(report, QUOTE),), "新建公园"),
            "那里呢": Answer("not_in_report", "报告没有提到。", None, (), "2021年那里的公园呢"),
            "太长": QuestionError("问题太长，请写短一些。"),
            "出错": ZeroDivisionError("a defect"),
            "很慢": 4.0,
            "长答": Answer("answered", "".join(f"第{n}句。" for n in range(200)), None, (), "长答"),
        },
    )


@pytest.fixture(scope="module")
def stage(scripted: ScriptedBot) -> str:
    """The address of a page with the scripted bot behind it."""
    return serve(scripted)


# --- the product ------------------------------------------------------------------------------------


def test_answer_comes_with_the_citation_that_carries_it(visit: OpenPage, address: str, report: str) -> None:
    chat = visit(address)
    chat.ask(BUDGET)
    assert "1300.81亿元" in chat.texts(".wz-text")[0]
    assert "1300.81亿元" in chat.texts(".wz-quote")[0]
    assert chat.texts(".wz-quote")[0] in report
    assert chat.texts(".wz-mark")[0] == chat.texts(".wz-number")[0] == "[1]"
    assert "2023年" in chat.texts(".wz-place")[0]
    assert chat.texts(".wz-kind")[0] == "成效"


def test_page_shows_what_the_bot_answers_character_by_character(
    visit: OpenPage, address: str, bot: Bot
) -> None:
    chat = visit(address)
    chat.ask(BUDGET)
    answer = bot.ask(BUDGET)
    assert chat.texts(".wz-text") == [answer.text]
    assert chat.texts(".wz-quote") == [citation.quote for citation in answer.citations]
    assert [citation.document_id for citation in answer.citations] == ["pudong-2024"] * len(answer.citations)


def test_refusal_is_a_calm_reply(visit: OpenPage, address: str, bot: Bot) -> None:
    chat = visit(address)
    chat.ask("明天会下雨吗？")
    answer = bot.ask("明天会下雨吗？")
    assert answer.status == "out_of_scope"
    assert chat.texts(".wz-out-of-scope .wz-text") == [answer.text]
    assert chat.texts(".wz-status") == ["不在报告范围内"]


def test_page_names_the_report_and_what_its_text_lacks(visit: OpenPage, address: str, bot: Bot) -> None:
    chat = visit(address)
    missing = [
        heading.path[-1] for heading in bot.library.documents["pudong-2024"].contents if heading.missing
    ]
    assert "三、全面推进服务型政府建设" in missing
    assert chat.texts(".wz-title") == ["《2024年浦东新区政府工作报告》"]
    assert chat.texts(".wz-missing summary") == [
        "所供文本不完整：止于「(二)加快建设“五个中心”核心区」，目录所列的7节没有正文"
    ]
    assert chat.texts(".wz-missing li") == missing


def test_suggested_question_is_answered_when_pressed(visit: OpenPage, address: str) -> None:
    chat = visit(address)
    chat.page.locator("#wz-chat .example").first.click()
    chat.page.wait_for_selector(".wz-answered .wz-quote")
    assert chat.page.locator("#wz-chat .wz-question").count() == 1


def test_page_works_at_the_width_of_a_phone(visit: OpenPage, address: str) -> None:
    chat = visit(address, width=390, height=844)
    chat.ask(BUDGET)
    assert chat.page.evaluate("document.documentElement.scrollWidth") == 390
    assert chat.page.evaluate("document.documentElement.scrollHeight") == 844
    assert _sticking_out(chat) == []


def test_reloaded_page_starts_afresh_and_answers(visit: OpenPage, address: str) -> None:
    chat = visit(address)
    chat.ask(BUDGET)
    chat.open()
    assert chat.texts(".wz-question") == []
    chat.ask(BUDGET)
    assert "1300.81亿元" in chat.texts(".wz-text")[0]


def test_page_source_names_no_other_host(address: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address) as response:
        source, policy = response.read().decode(), response.headers["content-security-policy"]
    assert "http://" not in source.replace(address.rstrip("/"), "").replace("http://www.w3.org/", "")
    assert "https://" not in source
    assert "default-src 'self'" in policy


# --- what the product seldom does ---------------------------------------------------------------------


def test_question_is_shown_as_typed(talk: Visit) -> None:
    talk.ask(HOSTILE)
    assert talk.texts(".wz-question")[-1] == HOSTILE
    assert talk.texts(".wz-text")[-1] == f"不在范围：{HOSTILE}"
    assert talk.page.locator("#wz-chat .message img, #wz-chat .message a, #wz-chat .katex").count() == 0
    talk.clean()


def test_quote_is_shown_as_printed(talk: Visit) -> None:
    talk.ask("新建公园")
    assert talk.texts(".wz-quote")[-1] == QUOTE
    assert talk.texts(".wz-text")[-1] == f"{QUOTE}[1]。"
    assert talk.page.locator("#wz-chat .message img, #wz-chat .message b, #wz-chat .katex").count() == 0
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
    while chat.texts(".wz-question") == [
        "很慢"
    ]:  # while the stopped one winds up, Enter leaves the text in the box
        chat.page.keyboard.press("Enter")
        chat.page.wait_for_timeout(500)
    chat.page.wait_for_selector(".wz-answered")
    assert chat.texts(".wz-question") == ["很慢", "接着问"]
    assert scripted.heard[-1] == ("接着问", [])


def test_cleared_conversation_is_forgotten(talk: Visit, scripted: ScriptedBot) -> None:
    talk.ask("先问")
    with talk.page.expect_response(lambda response: response.request.method == "POST"):
        talk.page.get_by_role("button", name="清空对话").click()
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_small_print_stands_out_from_the_page(
    visit: OpenPage, stage: str, scheme: Literal["light", "dark"]
) -> None:
    chat = visit(stage, scheme=scheme)
    chat.ask("新建公园")
    chat.ask("那里呢")
    colours = chat.page.evaluate(_COLOURS, [".wz-lead", ".wz-mark", ".wz-place", ".wz-kind", ".wz-status"])
    assert {selector: round(ratio, 1) for selector, ratio in colours.items() if ratio < 4.5} == {}


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
        """() => [...document.querySelectorAll(".wz-head *, #wz-chat .message *, #wz-box *")]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5)
            .map(e => e.outerHTML.slice(0, 80))"""
    )
    return found


_COLOURS = """selectors => {
    const parts = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = colour => {
        const linear = c => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = parts(colour).map(c => linear(c / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = element => {
        for (let e = element; e; e = e.parentElement) {
            const colour = getComputedStyle(e).backgroundColor;
            if (parts(colour)[3] !== 0) return colour;
        }
        return "rgb(255, 255, 255)";
    };
    return Object.fromEntries(selectors.map(selector => {
        const element = document.querySelector(selector);
        const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
        return [selector, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
    }));
}"""
