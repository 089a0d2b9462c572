"""Running sets: batches, processes, stopping and going on, the command, the report, proposed questions."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from embeddings.encoder import SentenceEncoder
from qa.bot import Bot
from qa.evaluation import Example, Gold, compare, evaluate, load_questions, summarize, write_report
from qa.evaluation.contexts import context_library
from qa.evaluation.propose import propose, write_questions
from qa.evaluation.results import NAME, Results, read_results
from qa.evaluation.run import answered
from qa.library import Library

REPOSITORY = Path(__file__).parents[1]
SET = REPOSITORY / "seeds" / "questions.jsonl"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder) -> Library:
    library = Library(tmp_path_factory.mktemp("library"), lambda: encoder)
    library.add(REPOSITORY / "seeds" / "pudong-2024.txt")
    return library


@pytest.fixture(scope="module")
def bot(library: Library) -> Bot:
    return Bot(library)


@pytest.fixture(scope="module")
def examples(library: Library) -> tuple[Example, ...]:
    return load_questions(SET, documents=library.documents).examples


def test_a_batch_is_answered_as_question_by_question(bot: Bot, examples: tuple[Example, ...]) -> None:
    alone = [bot.ask(e.question, e.history, documents=e.filter).to_dict() for e in examples[:12]]
    together = [item.answer.to_dict() for item in answered(bot, examples[:12]) if item.answer]
    assert [{key: value for key, value in answer.items() if key != "trace"} for answer in together] == alone


def test_the_outcome_does_not_depend_on_the_number_of_processes(
    bot: Bot, examples: tuple[Example, ...]
) -> None:
    def plain(workers: int) -> list[object]:
        items = answered(bot, examples[60:], workers=workers)
        return [item.to_dict() | {"seconds": 0} for item in items]

    assert plain(1) == plain(2)


def test_progress_is_told_and_a_stop_keeps_what_is_done(bot: Bot, examples: tuple[Example, ...]) -> None:
    stop = threading.Event()
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done == 3:
            stop.set()

    evaluation = evaluate(bot, examples, progress=progress, stop=stop)
    assert told == [(1, 120), (2, 120), (3, 120)]
    assert [item.example for item in evaluation.items] == list(examples[:3])
    assert (evaluation.complete, evaluation.total) == (False, 120)


def test_a_question_that_raises_is_an_outcome(bot: Bot) -> None:
    items = evaluate(bot, [Example("a", "长" * 5000, True, ("3家",)), Example("b", "几家？", filter=("无",))])
    assert [(item.answer, item.error.split(":")[0]) for item in items.items] == [
        (None, "QuestionError"),
        (None, "DocumentError"),
    ]


# --- results ---------------------------------------------------------------------------------------


def test_results_are_read_back_and_a_torn_line_is_dropped(
    tmp_path: Path, bot: Bot, examples: tuple[Example, ...]
) -> None:
    items = list(answered(bot, examples[:3]))
    results = Results(tmp_path / NAME)
    for item in items:
        results.append(item)
    with results.path.open("ab") as file:
        file.write(b'{"example": {"id": "pd')
    again = read_results(tmp_path)
    assert list(again) == items
    again.append(items[0])
    assert list(Results(results.path)) == [*items, items[0]]


def test_results_of_questions_that_have_changed_are_asked_again(
    tmp_path: Path, bot: Bot, examples: tuple[Example, ...]
) -> None:
    results = Results(tmp_path / NAME)
    for item in answered(bot, examples[:3]):
        results.append(item)
    results.keep([examples[0], Example(examples[1].id, "另一个问题？"), examples[2]])
    assert [item.example for item in Results(results.path)] == [examples[0], examples[2]]


# --- the command -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def environment(model_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("user")
    (folder / "cache").mkdir()
    (folder / "cache" / "wenzheng").symlink_to(model_cache)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WENZHENG")}
    return kept | {
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_DATA_HOME": str(folder / "data"),
        "PYTHONPATH": str(REPOSITORY),
        "OMP_NUM_THREADS": "1",
    }


def command(environment: dict[str, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qa.cli", "eval", *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
    )


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four questions of the shipped set, and one whose gold is wrong."""
    path = tmp_path_factory.mktemp("sets") / "few.jsonl"
    lines = SET.read_text("utf-8").splitlines()[:4]
    wrong = {"id": "wrong", "question": "2023年新增了多少家持牌类金融机构？", "answers": ["1208家"]}
    path.write_text("\n".join([*lines, json.dumps(wrong, ensure_ascii=False)]) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def ran(
    environment: dict[str, str], few: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    out = tmp_path_factory.mktemp("runs") / "first"
    return out, command(environment, few, "--out", out, "--min", "right_strict=0.8", "--min", "cited=0.9")


def test_the_command_prints_figures_and_writes_the_report(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    out, done = ran
    assert done.returncode == 0, done.stderr
    assert re.search(r"right_strict +0\.800 +0\.\d+–1\.000 +5", done.stdout)
    assert {path.name for path in out.iterdir()} == {
        NAME,
        "answers.csv",
        "answers.xlsx",
        "report.html",
        "report.json",
        "report.md",
    }
    assert json.loads((out / "report.json").read_text("utf-8"))["metrics"]["right_strict"]["value"] == 0.8


def test_below_a_floor_the_command_fails_and_says_by_how_much(
    environment: dict[str, str], few: Path, ran: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    done = command(environment, few, "--min", "right_strict=0.9", "--baseline", ran[0])
    assert done.returncode == 1
    assert "right_strict = 0.8000，低于要求的 0.9" in done.stderr
    assert "不变" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--min", "cited"], 2, "应写作 指标=数值"),
        (["--min", "beauty=1"], 2, "不认识的指标“beauty”"),
        (["--resume"], 1, "--resume 要与 --out 一起用"),
        (["--contexts"], 1, "--contexts 只用于自带文章的问题集"),
        (["--baseline", "nowhere"], 1, "nowhere 中没有评测结果"),
        (["nothing.jsonl"], 1, "无法读取 nothing.jsonl"),
    ],
)
def test_what_cannot_be_run_says_why(
    environment: dict[str, str], few: Path, arguments: list[str], code: int, message: str
) -> None:
    done = command(environment, few, *arguments)
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr


def test_ctrl_c_keeps_what_is_done_and_resume_goes_on(
    environment: dict[str, str], tmp_path: Path, examples: tuple[Example, ...]
) -> None:
    out, some = tmp_path / "run", tmp_path / "some.jsonl"
    some.write_text("\n".join(SET.read_text("utf-8").splitlines()[:40]), "utf-8")
    begun = subprocess.Popen(
        [sys.executable, "-m", "qa.cli", "eval", str(some), "--out", str(out)],
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=REPOSITORY,
    )
    while begun.poll() is None and not (out / NAME).exists():
        time.sleep(0.05)
    begun.send_signal(signal.SIGINT)
    _, told = begun.communicate(timeout=120)
    assert begun.returncode == 130, told
    kept = len(read_results(out))
    assert 0 < kept < 40
    assert f"做完 {kept}/40 题，加 --resume 接着做" in told
    done = command(environment, some, "--out", out, "--resume", "--workers", 2)
    assert done.returncode == 0, done.stderr
    assert f"已有 {kept} 题的结果" in done.stderr
    assert [item.example.id for item in read_results(out)] == [example.id for example in examples[:40]]


def test_without_gold_it_only_answers(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "plain.csv").write_text("问题\n浦东一共有多少家持牌金融机构？\n", "utf-8")
    done = command(environment, tmp_path / "plain.csv", "--out", tmp_path / "run")
    assert (done.returncode, done.stdout) == (0, "1 题没有标准答案：只作答，不评分。\n")
    assert "1208家" in (tmp_path / "run" / "answers.csv").read_text("utf-8")
    assert not (tmp_path / "run" / "report.html").exists()


# --- contexts --------------------------------------------------------------------------------------


def test_contexts_are_asked_in_a_library_of_their_own(encoder: SentenceEncoder) -> None:
    contexts = {"a-1": "青山县有医院3家，其中公立医院2家。", "a-2": "绿水县有医院9家。"}
    example = Example(
        "x", "有医院多少家？", True, ("9家",), evidence=(Gold("绿水县有医院9家", "a-2"),), filter=("a-2",)
    )
    with context_library(contexts, encoder) as library:
        item = evaluate(Bot(library), [example]).items[0]
        home = library.home
    assert item.answer is not None
    assert {citation.document_id for citation in item.answer.citations} <= {"a-2"}
    assert not home.exists()


# --- the report ------------------------------------------------------------------------------------


def test_the_report_asks_nothing_of_the_network_and_escapes_what_it_shows(tmp_path: Path, bot: Bot) -> None:
    example = Example("<b>1</b>", "浦东<script>alert(1)</script>几家？", True, ("零家",), type="a|b")
    first, second = (evaluate(bot, [example]).items for _ in range(2))
    told = summarize(first, seconds=1.0)
    write_report(told, tmp_path, comparison=compare(first, second), about={"问题集": "x.jsonl"})
    page = (tmp_path / "report.html").read_text("utf-8")
    assert not re.search(r"<script|https?:|src=|@import|url\(", page)
    assert 'id="q-.3Cb.3E1.3C.2Fb.3E"' in page
    assert "report.html#q-.3Cb.3E1.3C.2Fb.3E" in (tmp_path / "report.md").read_text("utf-8")


# --- proposed questions ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["set.jsonl", "set.csv", "set.xlsx"])
def test_proposed_questions_are_a_set_that_can_be_run(tmp_path: Path, library: Library, name: str) -> None:
    proposed = propose(library.documents["pudong-2024"], 30)
    write_questions(proposed, tmp_path / name)
    read = load_questions(tmp_path / name, documents=library.documents).examples
    assert [(e.id, e.question, e.answers, e.proposed) for e in read] == [
        (e.id, e.question, e.answers, True) for e in proposed
    ]
    assert {e.expect for e in read} == {"", "truncated"}


def test_proposed_questions_ask_for_what_the_report_says(library: Library) -> None:
    asked = {e.question: e.answers for e in propose(library.documents["pudong-2024"], 500)}
    assert asked["2023年新增持牌类金融机构多少家？"] == ("35家",)
