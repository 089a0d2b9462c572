"""What the reader learns from, and the commands that train it: on invented data."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from qa.reader import calibrate, load_reader, train
from qa.reader.examples import Asked, Example, answerable, held_out, read_squad, trap, unanswerable, without
from qa.reader.reports import Near, read_report, report_examples
from qa.reader.windows import Tokenizer
from qa.reader.written import QUESTIONS, digest_of, read_written
from tests.benchmarks.reader import bare, f1
from tests.invented import ZHOUSHAN_2024

PARAGRAPH = "青石镇在河边。镇上有一座建于1820年的石桥。石桥由陈平设计。每年三月举行灯会。"
KEPT = "灯林"
"""An article that its name keeps from training, to calibrate with."""

ASKED = Asked(
    "青石镇",
    "石桥由谁设计？",
    PARAGRAPH,
    ((26, 28),),
    ("河上还有两座木桥。木桥每年修缮，长达三百米，供行人过河使用。",),
)


@pytest.fixture(scope="module")
def tokenizer(model_cache: Path) -> Tokenizer:
    return Tokenizer(model_cache / "multilingual-e5-small" / "tokenizer.json")


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    """Two articles in the format of SQuAD."""
    answers = [{"text": "陈平", "answer_start": PARAGRAPH.index("陈平")}]
    qas = [{"id": str(at), "question": "石桥由谁设计？", "answers": answers} for at in range(4)]
    paragraphs = [{"context": PARAGRAPH, "qas": qas}, {"context": ASKED.others[0], "qas": []}]
    data = [{"title": title, "paragraphs": paragraphs} for title in ("青石镇", KEPT)]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": data}), encoding="utf-8")
    return path


def test_an_answer_is_cut_out_of_pieces_that_run_on(tokenizer: Tokenizer) -> None:
    passage = "1997年的大桥"
    (window,) = tokenizer.windows("哪年？", passage, 64, 32)
    first, last = window.tokens_of(0, 5) or (0, 0)
    start, end = window.spans[first - window.first][0], window.spans[last - window.first][1]
    assert passage[start:end] == "1997年"


def test_windows_overlap_and_cover_the_passage(tokenizer: Tokenizer) -> None:
    windows = list(tokenizer.windows("石桥由谁设计？", PARAGRAPH * 5, 48, 20))
    assert max(len(window.ids) for window in windows) <= 48
    covered = {at for window in windows for start, end in window.spans for at in range(start, end)}
    assert covered == set(range(len(PARAGRAPH * 5)))


def test_a_question_of_any_length_leaves_room_for_the_passage(tokenizer: Tokenizer) -> None:
    windows = list(tokenizer.windows("石桥由谁设计？" * 100, PARAGRAPH, 384, 192))
    assert windows[0].spans[0][0] == 0
    assert windows[-1].spans[-1][1] == len(PARAGRAPH)


def test_a_squad_file_is_read_with_its_neighbouring_paragraphs(squad: Path) -> None:
    first = read_squad(squad)[0]
    assert (first.article, first.paragraph[slice(*first.answers[0])]) == ("青石镇", "陈平")
    assert first.others == ASKED.others


def test_an_answerable_example_keeps_its_answer() -> None:
    example = answerable(ASKED, Random(1), 20)
    assert [example.passage[start:end] for start, end in example.answers] == ["陈平"]
    assert len(example.passage) < len(PARAGRAPH)


@pytest.mark.parametrize("seed", range(6))
def test_an_unanswerable_example_does_not_hold_the_answer(seed: int) -> None:
    example = unanswerable(ASKED, Random(seed), 100)
    assert example is None or ("陈平" not in example.passage and example.answers == ())


def test_articles_are_kept_from_training_by_their_name() -> None:
    assert (held_out("青石镇"), held_out(KEPT)) == (False, True)
    assert 20 < sum(held_out(str(at)) for at in range(1000)) < 90


def test_a_trap_is_asked_of_the_sentences_that_sound_most_like_it() -> None:
    asked = Asked("青石镇", "石桥由谁出资？", PARAGRAPH, ())
    assert trap(asked, Random(1), 12) == Example("石桥由谁出资？", "石桥由陈平设计。", ())


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two written questions on the paragraph of the articles in ``squad``."""
    lines = [f"{digest_of(PARAGRAPH)}\t26\t28\t谁画的图？", f"{digest_of(PARAGRAPH)}\t\t\t桥宽几米？"]
    path = tmp_path / "questions.tsv"
    path.write_text("\n".join(["paragraph\tstart\tend\tquestion", *lines, ""]), encoding="utf-8")
    monkeypatch.setattr("qa.reader.written.QUESTIONS", path)


def test_written_questions_find_their_paragraph(squad: Path, written: None) -> None:
    found = read_written([squad], [], kept=False)
    assert [(one.question, one.paragraph, one.answers) for one in found] == [
        ("谁画的图？", PARAGRAPH, ((26, 28),)),
        ("桥宽几米？", PARAGRAPH, ()),
    ]


def test_questions_on_other_texts_are_left_out(written: None) -> None:
    assert read_written([], [], kept=False) == []


def test_the_list_of_written_questions_is_whole() -> None:
    header, *lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    assert header == "paragraph\tstart\tend\tquestion"
    assert len(lines) == len(set(lines)) > 20_000
    for line in lines:
        paragraph, start, end, question = line.split("\t")
        assert len(paragraph) == 10
        assert question.strip() == question != ""
        assert start == end == "" or int(start) < int(end)


def test_a_report_gives_questions_on_its_figures_and_near_misses(tmp_path: Path) -> None:
    path = tmp_path / "舟山-2024.txt"
    path.write_text(ZHOUSHAN_2024, encoding="utf-8")
    examples = report_examples([read_report(path)], Random(1))
    answered = {one.passage[slice(*one.answers[0])] for one in examples if one.answers}
    assert {"648.2亿元", "187家", "43210元"} <= answered
    assert any(not one.answers for one in examples)


def test_a_passage_without_its_answer_shows_no_seam() -> None:
    example = Example(
        "旅游收入多少？", "接待游客326万人次，旅游收入28.6亿元，茶园面积扩大到9.3万亩。", ((15, 21),)
    )
    assert {miss.passage for seed in range(9) if (miss := without(example, Random(seed)))} == {
        "接待游客326万人次，茶园面积扩大到9.3万亩。"
    }


def test_a_near_miss_shares_words_but_not_all() -> None:
    near = Near(["新建养老床位120张", "新建改建学校12所", "新建养老机构5家", "灯会在三月举行"])
    example = Example("新建养老床位多少张？", "新建养老床位120张", ((6, 10),))
    assert near.misses(example, Random(1), 5) == ["新建养老机构5家"] or near.misses(example, Random(1), 5)


@pytest.mark.parametrize(
    ("said", "score"), [("1984年", 1.0), ("1984年的", 0.8), ("“1984年”。", 1.0), ("大桥", 0.0)]
)
def test_f1_is_that_of_cmrc(said: str, score: float) -> None:
    assert f1("1984年", said) == pytest.approx(score)  # 2 * 2 / (2 + 3): 1984 is one segment


def test_exact_match_passes_over_marks() -> None:
    assert bare("《春江潮》。") == bare("春江潮")


@pytest.mark.parametrize("module", ["train", "calibrate"])
def test_the_commands_explain_themselves(module: str) -> None:
    command = [sys.executable, "-m", f"qa.reader.{module}", "--help"]
    assert "--squad" in subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_a_reader_is_trained_calibrated_loaded_and_trained_on(
    model_cache: Path, squad: Path, written: None, tmp_path: Path
) -> None:
    trained = train.train([squad], [], tmp_path, seed=1, threads=1, cache=model_cache)
    packed = tmp_path / "packed.safetensors"
    calibrate.calibrate(trained, [squad], [], packed, cache=model_cache)
    assert isinstance(load_reader(model_cache, packed).read("石桥由谁设计？", [PARAGRAPH]), list)
    further = train.train(
        [squad], [], tmp_path / "further", written=True, start=packed, threads=1, cache=model_cache
    )
    assert further.exists()


def test_training_on_written_questions_needs_the_texts_that_they_are_about(
    squad: Path,
) -> None:
    with pytest.raises(SystemExit, match="no question on these files"):
        train.made([squad], [], Random(1), written=True)
