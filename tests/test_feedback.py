"""Feedback: what was recorded, by whichever thread or process, comes back as a question set."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa.datatypes import Answer, Citation
from qa.errors import LibraryError
from qa.web.feedback import question_set, record

REPOSITORY = Path(__file__).parents[1]
CITATION = Citation(
    "qingshan-2022", 24, 37, "新建公园12个", ("一、2021年工作回顾", "(一)城乡"), 2021, "achieved", 0.9
)
PARKS = Answer("answered", "2021年，新建公园12个。[1]", "12个", (CITATION,), "2021年新建公园多少个？")
HOSTILE = "<img src=x onerror=alert(1)>'); DROP TABLE feedback; -- \ud800"


def test_nothing_recorded_is_an_empty_set_and_makes_no_file(tmp_path: Path) -> None:
    assert question_set(tmp_path / "home") == []
    assert list(tmp_path.iterdir()) == []


def test_a_liked_answer_is_gold_and_its_citations_are_evidence(tmp_path: Path) -> None:
    record(tmp_path, question="2021年新建公园多少个？", answer=PARKS, liked=True)
    assert question_set(tmp_path) == [
        {
            "id": "feedback-1",
            "question": "2021年新建公园多少个？",
            "type": "number",
            "answers": ["12个"],
            "answerable": True,
            "evidence": [{"document": "qingshan-2022", "quote": "新建公园12个"}],
            "period": "2021",
            "section": "一、2021年工作回顾/(一)城乡",
        }
    ]


def test_a_disliked_answer_is_marked_for_correction(tmp_path: Path) -> None:
    record(tmp_path, question="2021年新建公园多少个？", answer=PARKS, liked=False, comment="应为改建")
    assert question_set(tmp_path) == [
        {
            "id": "feedback-1",
            "question": "2021年新建公园多少个？",
            "proposed": True,
            "given": PARKS.to_dict(),
            "notes": "应为改建",
        }
    ]


@pytest.mark.parametrize(
    ("status", "type_", "expect"),
    [
        ("not_in_report", "unanswerable", "not_in_report"),
        ("no_such_document", "unanswerable", "no_such_document"),
        ("section_missing", "truncated", "truncated"),
        ("out_of_scope", "out_of_scope", "out_of_scope"),
    ],
)
def test_a_liked_refusal_expects_a_refusal(tmp_path: Path, status: str, type_: str, expect: str) -> None:
    refusal = Answer(status, "没有。", None, (CITATION,), "新建地铁多少？")  # type: ignore[arg-type]
    record(tmp_path, question="新建地铁多少？", answer=refusal, liked=True)
    (entry,) = question_set(tmp_path)
    assert (entry["answerable"], entry["type"], entry["expect"]) == (False, type_, expect)
    assert entry["evidence"] == []


@pytest.mark.parametrize(
    ("short", "fields"),
    [
        ("是，35家", {"type": "yesno", "verdict": "yes", "answers": ["35家"]}),
        ("否，12个", {"type": "yesno", "verdict": "no", "answers": ["12个"]}),
        ("是", {"type": "yesno", "verdict": "yes", "answers": ["是"]}),
        ("甲、乙", {"type": "list", "answers": ["甲、乙"], "answers_all": [["甲"], ["乙"]]}),
        ("浦东美术馆", {"type": "name", "answers": ["浦东美术馆"]}),
    ],
)
def test_the_kind_of_question_is_read_off_the_short_answer(
    tmp_path: Path, short: str, fields: dict[str, object]
) -> None:
    record(tmp_path, question="问", answer=Answer("answered", "答。", short, (CITATION,), "问"), liked=True)
    (entry,) = question_set(tmp_path)
    assert {key: entry.get(key) for key in fields} == fields


def test_the_last_verdict_counts_and_comments_add_up(tmp_path: Path) -> None:
    question = "2021年新建公园多少个？"
    for liked, comment in [(True, "好"), (False, ""), (False, "少了一处"), (False, "少了一处")]:
        record(tmp_path, question=question, answer=PARKS, liked=liked, comment=comment)
    (entry,) = question_set(tmp_path)
    assert entry["proposed"]
    assert entry["notes"] == "好；少了一处"


def test_a_verdict_taken_back_leaves_no_question(tmp_path: Path) -> None:
    record(tmp_path, question="问", answer=PARKS, liked=True)
    record(tmp_path, question="问", answer=PARKS, liked=None)
    assert question_set(tmp_path) == []


def test_a_follow_up_stands_alone_and_tells_how_it_was_typed(tmp_path: Path) -> None:
    record(tmp_path, question="那公园呢", answer=PARKS, liked=True)
    (entry,) = question_set(tmp_path)
    assert entry["question"] == "2021年新建公园多少个？"
    assert entry["notes"] == "原问：那公园呢"


def test_hostile_text_comes_back_as_it_was(tmp_path: Path) -> None:
    answer = Answer("out_of_scope", HOSTILE, None, (), HOSTILE)
    record(tmp_path, question=HOSTILE, answer=answer, liked=False, comment=HOSTILE)
    (entry,) = question_set(tmp_path)
    assert entry["question"] == entry["notes"] == entry["given"]["text"] == HOSTILE


def test_threads_and_a_second_process_lose_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from qa.web.feedback import record; "
        "from tests.test_feedback import PARKS\n"
        "for n in range(25): record(Path(sys.argv[1]), question=f'另{n}', answer=PARKS, liked=True)"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=REPOSITORY)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: record(tmp_path, question=f"本{n}", answer=PARKS, liked=True), range(50)))
    assert other.wait(60) == 0
    asked = sorted(entry["notes"] for entry in question_set(tmp_path))
    assert asked == sorted([f"原问：另{n}" for n in range(25)] + [f"原问：本{n}" for n in range(50)])


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError, match=r"无法读写反馈文件.*file"):
        record(tmp_path / "file", question="问", answer=PARKS, liked=True)


@pytest.mark.parametrize("arguments", [["--out", "set.jsonl"], []])
def test_the_command_writes_the_set(tmp_path: Path, arguments: list[str]) -> None:
    record(tmp_path / "home", question="2021年新建公园多少个？", answer=PARKS, liked=True)
    command = [sys.executable, "-m", "qa.cli", "--home", str(tmp_path / "home"), "feedback", "export"]
    done = subprocess.run(
        [*command, *arguments], cwd=tmp_path, env={"PYTHONPATH": str(REPOSITORY)}, capture_output=True
    )
    assert (done.returncode, done.stderr.decode()) == (0, "写出 1 个问题，其中 0 个待更正\n")
    written = (tmp_path / "set.jsonl").read_bytes() if arguments else done.stdout
    assert [json.loads(line) for line in written.splitlines()] == question_set(tmp_path / "home")
