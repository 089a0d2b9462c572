"""The page 评测: which sets it takes, how a run goes, and how it works in the browser."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from embeddings.encoder import SentenceEncoder
from qa.bot import Bot
from qa.datatypes import Answer
from qa.document import read_document
from qa.errors import QAError
from qa.evaluation import Example, evaluate
from qa.web.evaluation_page import LARGEST, MOST, Runs, packed, read_questions
from qa.web.feedback import question_set, record
from qa.web.outcome import outcome_html
from tests.browser import OpenPage, ScriptedBot, Visit, cite, serve
from tests.invented import ZHOUSHAN_2024, invented_library

REPORT = read_document(ZHOUSHAN_2024, "zhoushan-2024")
HOSTILE = "<img src=x onerror=alert(1)>"
PARKS = Answer(
    "answered", "新建学校5所。[1]", "5所", (cite(REPORT, "新建学校5所"),), "2023年新建学校多少所？"
)


def lines(*entries: Mapping[str, Any]) -> bytes:
    return "\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries).encode()


SCHOOLS = {
    "id": "schools",
    "question": "2023年舟山市新建学校多少所？",
    "type": "number",
    "answerable": True,
    "answers": ["5所"],
    "evidence": [{"document": "zhoushan-2024", "quote": "新建学校5所"}],
    "period": "2023",
}
WRONG = SCHOOLS | {"id": "wrong", "question": "2023年舟山市改造老旧小区多少个？", "answers": ["49个"]}
RAIN = {
    "id": "rain",
    "question": "明天会下雨吗？",
    "type": "out_of_scope",
    "answerable": False,
    "expect": "out_of_scope",
}


@pytest.fixture(scope="module")
def bot(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Bot:
    return Bot(invented_library(tmp_path_factory.mktemp("several"), encoder))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("set.exe", b"", "不是问题集：可用 .jsonl、.csv、.xlsx、.json"),
        ("../../set.jsonl", b"", "../../set.jsonl 是空的"),
        ("set.jsonl", b"x" * (LARGEST + 1), "太大：问题集不能超过5 MB"),
        ("set.csv", "问题\n".encode("gbk"), "set.csv"),
        ("set.xlsx", b"no zip", "set.xlsx：不是可读的 XLSX 文件"),
        ("set.jsonl", lines(*({"question": f"问{n}"} for n in range(MOST + 1))), f"问题集有{MOST + 1}题"),
    ],
)
def test_a_set_that_cannot_be_asked_is_refused_in_words(
    bot: Bot, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(QAError) as refused:
        read_questions(bot, name, content)
    assert message in str(refused.value)
    assert "/tmp" not in str(refused.value)


def test_a_workbook_that_unpacks_to_far_more_is_refused(bot: Bot) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    with pytest.raises(QAError, match="太大"):
        read_questions(bot, "set.xlsx", file.getvalue())


def test_what_readers_thought_is_a_set_that_can_be_asked(bot: Bot, tmp_path: Path) -> None:
    record(tmp_path, question=PARKS.question, answer=PARKS, liked=True)
    record(tmp_path, question="问", answer=Answer("answered", "错", "错", (), "问"), liked=False)
    questions = read_questions(bot, "feedback.jsonl", lines(*question_set(tmp_path)))
    assert [(e.question, e.answerable, e.answers, e.proposed) for e in questions] == [
        (PARKS.question, True, ("5所",), False),
        ("问", None, (), True),
    ]


def test_a_run_is_told_of_and_ends_with_its_outcome(bot: Bot) -> None:
    runs = Runs(bot)
    run = runs.of(runs.start("set.jsonl", lines(SCHOOLS, RAIN, {"question": ""})))
    while not run.state()["html"]:
        time.sleep(0.05)
    state = run.state()
    assert (state["done"], state["total"], state["error"]) == (2, 2, "")
    assert "略过了1行" in state["html"]
    assert "没有答错的题" in state["html"]


def test_one_run_at_a_time_and_a_stopped_one_keeps_what_is_done(bot: Bot) -> None:
    runs = Runs(bot)
    token = runs.start("set.jsonl", lines(*(SCHOOLS | {"id": str(n)} for n in range(500))))
    with pytest.raises(QAError, match="另一场评测正在进行"):
        runs.start("", None)
    runs.of(token).stop.set()
    while not (state := runs.of(token).state())["html"]:
        time.sleep(0.05)
    assert state["done"] < 500
    assert "中途停止，共500题" in state["html"]
    with pytest.raises(QAError, match="已不在了"):
        runs.of("another's")


def test_failures_show_what_was_due_and_link_to_the_question(bot: Bot) -> None:
    html = outcome_html(evaluate(bot, [Example.from_dict(e) for e in (SCHOOLS, WRONG)]))
    assert "有问题的1题" in html
    assert "?q=2023%E5%B9%B4%E8%88%9F%E5%B1%B1%E5%B8%82%E6%94%B9%E9%80%A0" in html
    assert "49个" in html
    assert "48个" in html


def test_texts_of_a_set_are_escaped(bot: Bot) -> None:
    bad = WRONG | {
        "question": f"2023年新建学校多少所？{HOSTILE}",
        "answers": [HOSTILE],
        "type": HOSTILE,
        "style": HOSTILE,
    }
    history = ({"role": "user", "content": HOSTILE},)
    scored = outcome_html(evaluate(bot, [Example.from_dict(bad | {"history": history})]))
    unscored = outcome_html(evaluate(bot, [Example("1", HOSTILE, history=history)]))
    assert "&lt;img" in scored
    assert "<img" not in scored + unscored


def test_the_report_is_packed(bot: Bot) -> None:
    with zipfile.ZipFile(io.BytesIO(packed(evaluate(bot, [Example.from_dict(SCHOOLS)])))) as archive:
        assert "report.json" in archive.namelist()
        assert json.loads(archive.read("report.json"))["questions"] == 1


# --- in the browser -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(new_page: OpenPage, bot: Bot) -> Iterator[Visit]:
    visit = new_page(serve(cast(ScriptedBot, bot)))
    visit.page.get_by_role("tab", name="评测").click()
    visit.page.get_by_text("我的问题集").click()
    yield visit
    visit.page.context.close()
    visit.clean()


def send(visit: Visit, path: Path, *entries: Mapping[str, Any]) -> None:
    path.write_bytes(lines(*entries))
    visit.page.locator("#wz-run [type=file]").set_input_files(path)
    visit.page.get_by_role("button", name="开始评测").click()


def test_a_set_is_asked_and_a_failure_opens_in_the_chat(page: Visit, tmp_path: Path) -> None:
    send(page, tmp_path / "我的.jsonl", SCHOOLS, WRONG, RAIN)
    page.page.wait_for_selector(".wz-failures")
    assert page.texts(".wz-file") == ["我的.jsonl"]
    assert page.texts(".wz-failures tbody a") == [WRONG["question"]]
    assert "问了3题" in page.texts("#wz-run .wz-count")[0]
    assert page.findings() == []
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="下载报告").click()
    assert download.value.suggested_filename == "评测报告.zip"
    page.page.locator(".wz-failures tbody a").click()
    page.wait_for_answers(1)
    assert page.texts(".wz-question") == [WRONG["question"]]
    page.page.get_by_role("tab", name="评测").click()


def test_progress_is_shown_and_a_run_is_stopped(page: Visit, tmp_path: Path) -> None:
    send(page, tmp_path / "set.jsonl", *(SCHOOLS | {"id": str(n)} for n in range(900)))
    page.page.wait_for_function("/^\\d+ \\/ 900，约剩/.test(document.querySelector('.wz-left').textContent)")
    assert 0 < page.page.evaluate("document.querySelector('#wz-run progress').position") < 1
    page.page.locator("#wz-run").get_by_role("button", name="停止").click()
    page.page.wait_for_selector("#wz-run .wz-count")
    assert "中途停止，共900题" in page.texts("#wz-run .wz-count")[0]
    assert page.page.get_by_role("button", name="开始评测").is_enabled()


def test_a_set_that_cannot_be_used_is_told_of(page: Visit, tmp_path: Path) -> None:
    send(page, tmp_path / "set.jsonl", {"question": ""})
    page.page.wait_for_function("document.querySelector('.wz-trouble').textContent")
    assert "没有可用的问题：set.jsonl" in page.texts(".wz-trouble")[0]
