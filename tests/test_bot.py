"""Bot.ask from outside: filters, history, trace, JSON, threads, and questions that make no sense."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import qa
from embeddings.encoder import SentenceEncoder
from qa.bot import Bot
from qa.datatypes import Answer, Citation, Kind
from qa.errors import DocumentError, QAError, QuestionError
from qa.library import Library
from qa.question import LONGEST
from qa.reader import Reader, load_reader
from tests.invented import invented_library

GDP = "舟山市2023年地区生产总值是多少？"
QUESTIONS = [
    GDP,
    "舟山市2023年新增高新技术企业多少家？",
    "2024年舟山市要建设哪三大产业集群？",
    "舟山市和铜陵市2023年地区生产总值各是多少？",
    "舟山市轻轨2号线2023年通车了吗？",
    "舟山市发展中存在哪些困难和问题？",
    "舟山市2023年常住人口是多少？",
    "今天天气怎么样？",
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder) -> Library:
    return invented_library(tmp_path_factory.mktemp("library"), encoder)


@pytest.fixture(scope="module")
def bot(library: Library) -> Bot:
    return Bot(library)


def plain(answer: Answer) -> str:
    return json.dumps(answer.to_dict(), ensure_ascii=False)


# --- filters ---------------------------------------------------------------------------------------


def test_documents_restricts_the_question_to_them(bot: Bot) -> None:
    question = "2023年地区生产总值是多少？"
    assert bot.ask(question, documents=["tongling-2024"]).short_answer == "198.7亿元"
    assert bot.ask(question, documents=["zhoushan-2024"]).short_answer == "648.2亿元"


def test_what_is_asked_of_several_documents_one_by_one_is_answered_by_each(bot: Bot) -> None:
    answer = bot.ask("去年地区生产总值分别是多少？", documents=["zhoushan-2024", "tongling-2024"])
    assert "648.2亿元" in (answer.short_answer or "")
    assert "198.7亿元" in (answer.short_answer or "")
    assert {citation.document_id for citation in answer.citations} == {"zhoushan-2024", "tongling-2024"}


def test_what_stands_in_another_report_is_not_fetched_from_there(bot: Bot) -> None:
    answer = bot.ask(GDP, documents=["tongling-2024"])
    assert answer.status != "answered"
    assert {citation.document_id for citation in answer.citations} <= {"tongling-2024"}


def test_a_filter_of_nothing_never_falls_back_to_everything(bot: Bot) -> None:
    answer = bot.ask("2023年地区生产总值是多少？", documents=[])
    assert (answer.status, answer.citations) == ("no_such_document", ())


@pytest.mark.parametrize("documents", [["nowhere-2024"], ["tongling-2024", "nowhere-2024"]])
def test_an_unknown_document_is_an_error_that_names_it(bot: Bot, documents: list[str]) -> None:
    with pytest.raises(DocumentError, match="nowhere-2024"):
        bot.ask("2023年地区生产总值是多少？", documents=documents)


def test_an_unknown_kind_is_an_error_that_names_it(bot: Bot) -> None:
    kind: Any = "wished"
    with pytest.raises(QuestionError, match="wished"):
        bot.ask(GDP, kind=kind)


@pytest.mark.parametrize(("kind", "short"), [("achieved", "5.4%"), ("planned", "6%")])
def test_kind_tells_what_was_done_from_what_is_planned(bot: Bot, kind: Kind, short: str) -> None:
    answer = bot.ask("一般公共预算收入增长多少？", kind=kind, documents=["zhoushan-2024"])
    assert answer.short_answer == short
    assert {citation.kind for citation in answer.citations} == {kind}


def test_a_plan_is_not_answered_by_what_was_done(bot: Bot) -> None:
    answer = bot.ask("居民人均可支配收入是多少？", kind="planned", documents=["zhoushan-2024"])
    assert answer.status == "not_in_report"


# --- history ---------------------------------------------------------------------------------------


def test_the_standalone_question_goes_out_with_the_answer(bot: Bot) -> None:
    answer = bot.ask(
        "那铜陵市呢？", [{"role": "user", "content": GDP}, {"role": "assistant", "content": "648.2亿元"}]
    )
    assert answer.short_answer == "198.7亿元"
    assert "铜陵市" in answer.question
    assert "地区生产总值" in answer.question


def test_the_bot_keeps_no_conversation(bot: Bot) -> None:
    fragment = "那铜陵市呢？"
    before = plain(bot.ask(fragment))
    bot.ask(GDP)
    assert plain(bot.ask(fragment)) == before


def test_a_message_may_come_in_parts_as_chat_pages_send_it(bot: Bot) -> None:
    parts: list[dict[str, Any]] = [{"role": "user", "content": [{"type": "text", "text": GDP}]}]
    whole: list[dict[str, Any]] = [{"role": "user", "content": GDP}]
    assert plain(bot.ask("那铜陵市呢？", parts)) == plain(bot.ask("那铜陵市呢？", whole))


@pytest.mark.parametrize(
    "history", [None, [], [{"role": "assistant", "content": "您好"}], [{"role": "user", "content": " "}]]
)
def test_a_history_without_questions_is_none(bot: Bot, history: list[dict[str, str]] | None) -> None:
    assert bot.ask(GDP, history).short_answer == "648.2亿元"


# --- questions that are none -----------------------------------------------------------------------


@pytest.mark.parametrize("question", ["", " \n\t", "\u200b", "好" * (LONGEST + 1), "\ud800"])
def test_what_is_no_question_is_an_error_for_the_user(bot: Bot, question: str) -> None:
    with pytest.raises(QuestionError):
        bot.ask(question)


@pytest.mark.parametrize("question", [None, 7, b"GDP", ["GDP"]])
def test_a_question_must_be_text(bot: Bot, question: Any) -> None:
    with pytest.raises(QuestionError):
        bot.ask(question)


@given(question=st.text(max_size=60))
@example("[1]")
@example("((((")
@example("《“")
@example("\\d+$^*?")
@example("1234567890" * 5)
@example("2023年2024年2025年")
@example("؟كم عدد المدارس")
@example("🏫？")
@settings(max_examples=20, deadline=None, derandomize=True)
def test_any_string_is_answered_refused_or_an_error_for_the_user(bot: Bot, question: str) -> None:
    try:
        answer = bot.ask(question)
    except QAError:
        return
    assert_sound(answer, bot.library)


# --- what every answer keeps to --------------------------------------------------------------------


def assert_sound(answer: Answer, library: Library) -> None:
    """Quotes are slices, markers and citations belong together, who answers cites."""
    documents = library.documents
    assert [documents[c.document_id].text[c.start : c.end] for c in answer.citations] == [
        c.quote for c in answer.citations
    ]
    marked = {int(number) for number in re.findall(r"\[(\d+)\]", answer.text)}
    assert marked == set(range(1, len(answer.citations) + 1))
    assert answer.citations or answer.status != "answered"


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_holds_to_its_citations(bot: Bot, question: str) -> None:
    assert_sound(bot.ask(question), bot.library)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_goes_through_json_and_back(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    read = json.loads(plain(answer))
    citations = tuple(Citation(**{**c, "section": tuple(c["section"])}) for c in read.pop("citations"))
    assert Answer(citations=citations, **read) == answer


def test_without_explain_there_is_no_trace(bot: Bot) -> None:
    answer = bot.ask(GDP)
    assert answer.trace is None
    assert "trace" not in answer.to_dict()


@pytest.mark.parametrize("question", QUESTIONS[:-1])
def test_the_trace_is_plain_json(bot: Bot, question: str) -> None:
    answer = bot.ask(question, explain=True)
    assert isinstance(json.loads(plain(answer))["trace"], dict)


def test_explaining_changes_nothing_else(bot: Bot) -> None:
    explained = bot.ask(GDP, explain=True).to_dict()
    del explained["trace"]
    assert explained == bot.ask(GDP).to_dict()


# --- again, and at once ----------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS)
def test_asked_again_it_answers_to_the_byte(bot: Bot, question: str) -> None:
    assert plain(bot.ask(question)) == plain(bot.ask(question))


def test_a_new_bot_answers_the_same(bot: Bot, library: Library) -> None:
    assert plain(Bot(library).ask(GDP, explain=True)) == plain(bot.ask(GDP, explain=True))


def test_eight_threads_at_once_get_the_answers_of_one(bot: Bot, library: Library) -> None:
    alone = [plain(bot.ask(question)) for question in QUESTIONS]
    shared, start = Bot(library), threading.Barrier(8)
    told: list[Sequence[str]] = []

    def ask_all() -> None:
        start.wait()
        told.append([plain(shared.ask(question)) for question in QUESTIONS])

    threads = [threading.Thread(target=ask_all) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [alone] * 8


def test_threads_that_first_ask_at_once_load_one_reader(library: Library) -> None:
    loaded: list[Reader] = []

    def slowly() -> Reader:
        time.sleep(0.2)
        loaded.append(load_reader())
        return loaded[-1]

    shared = Bot(library, slowly)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(shared.ask, ["舟山市市长是谁？"] * 4))
    assert len(loaded) == 1


# --- the library behind it -------------------------------------------------------------------------


def test_an_empty_library_refuses(tmp_path: Path, encoder: SentenceEncoder) -> None:
    answer = Bot(Library(tmp_path, lambda: encoder)).ask(GDP)
    assert (answer.status == "answered", answer.citations) == (False, ())


def test_what_is_added_later_is_known_to_the_next_question(tmp_path: Path, encoder: SentenceEncoder) -> None:
    library = Library(tmp_path / "home", lambda: encoder)
    bot = Bot(library)
    report = tmp_path / "huangshan-2024.txt"
    report.write_text(
        "2024年黄山市政府工作报告\n\n一、2023年工作回顾\n全市茶叶产量达到4.3万吨。\n", encoding="utf-8"
    )
    assert bot.ask("黄山市2023年茶叶产量是多少？").status != "answered"
    library.add(report)
    assert bot.ask("黄山市2023年茶叶产量是多少？").short_answer == "4.3万吨"


def test_ask_answers_from_the_home_that_the_environment_names(
    bot: Bot, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path | None] = []

    def open_library(home: Path | None) -> Library:
        opened.append(home)
        return library

    monkeypatch.setenv("WENZHENG_HOME", str(tmp_path))
    monkeypatch.setattr("qa.library.default_library", open_library)
    assert qa.ask("那铜陵市呢？", [{"role": "user", "content": GDP}]).short_answer == "198.7亿元"
    assert qa.ask("2023年地区生产总值是多少？", documents=["tongling-2024"]).short_answer == "198.7亿元"
    assert qa.ask(GDP, explain=True) == bot.ask(GDP, explain=True)
    assert opened == [tmp_path]


def test_a_users_own_words_are_known_in_that_library(tmp_path: Path, encoder: SentenceEncoder) -> None:
    library = invented_library(tmp_path, encoder)
    question = "舟山市2023年海味钱是多少？"
    assert Bot(library).ask(question).status == "not_in_report"
    (library.home / "lexicon.tsv").write_text("海味钱\t一般公共预算收入\t自用\n", encoding="utf-8")
    assert Bot(library).ask(question).short_answer == "55.1亿元"


def test_a_faulty_line_of_a_users_words_is_named(tmp_path: Path, encoder: SentenceEncoder) -> None:
    library = invented_library(tmp_path, encoder)
    (library.home / "lexicon.tsv").write_text("海味钱 一般公共预算收入\n", encoding="utf-8")
    with pytest.raises(QAError, match=r"lexicon\.tsv 第 1 行"):
        Bot(library).ask("舟山市2023年地区生产总值是多少？")
