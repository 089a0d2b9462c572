"""Reading question sets: what is taken in, and how what cannot be used is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.document import read_document
from qa.evaluation.answers import write_answers
from qa.evaluation.questions import Example, Gold, QuestionFileError, load_questions
from qa.evaluation.run import Item

TEXT = "2024年青山县政府工作报告\n一、2023年工作回顾\n新建医院3家。旅客吞吐量达到5.3万人次。\n"


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def only(path: Path) -> Example:
    return load_questions(path).examples[0]


DOCUMENTS = {"青山-2024": read_document(TEXT, "青山-2024")}
LINE = '{"id": "a", "question": "新建医院几家？", "answers": ["3家"], "evidence": ["新建医院3家"]}\n'


# --- what is taken in ------------------------------------------------------------------------------


def test_json_lines(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "set.jsonl",
        '{"id": "a", "question": "几家？", "type": "number", "answerable": true, "answers": ["3家"],'
        ' "evidence": [{"document": "青山-2024", "quote": "新建医院3家"}], "period": "2023",'
        ' "filter": ["青山-2024"], "history": [{"question": "医院呢？", "answers": ["龙山", "凤山"]}]}\n',
    )
    assert only(path) == Example(
        id="a",
        question="几家？",
        answerable=True,
        answers=("3家",),
        evidence=(Gold("新建医院3家", "青山-2024"),),
        type="number",
        period="2023",
        document="青山-2024",
        history=({"role": "user", "content": "医院呢？"}, {"role": "assistant", "content": "龙山、凤山"}),
        filter=("青山-2024",),
    )


def test_a_question_alone_has_no_gold(tmp_path: Path) -> None:
    example = only(written(tmp_path, "set.jsonl", '{"question": "几家？"}\n'))
    assert (example.id, example.answerable, example.status) == ("set-1", None, None)


@pytest.mark.parametrize(
    "head", ["编号,问题,答案,依据,年份,可答", "id,question,answers,evidence,period,answerable"]
)
def test_a_table_with_chinese_or_english_columns(tmp_path: Path, head: str) -> None:
    path = written(tmp_path, "set.csv", f'{head}\r\na,"几家,共？",3家|三家,新建医院3家,2023,是\r\n')
    assert only(path) == Example(
        "a", "几家,共？", True, ("3家", "三家"), evidence=(Gold("新建医院3家"),), period="2023"
    )


def test_points_of_a_list_stand_in_one_cell(tmp_path: Path) -> None:
    path = written(tmp_path, "set.csv", "问题,要点,最少要点\n哪些桥？,东桥；南桥|南大桥,1\n")
    assert (only(path).answers_all, only(path).min_items) == ((("东桥",), ("南桥", "南大桥")), 1)


def test_a_spreadsheet(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    for row in (["问题", "答案", "年份"], ["几家？", 3, 2023.0], [None, None, None], ["何时？", "5月", None]):
        book.active.append(row)
    book.save(tmp_path / "set.xlsx")
    found = load_questions(tmp_path / "set.xlsx").examples
    assert [(e.id, e.question, e.answers, e.period) for e in found] == [
        ("set-2", "几家？", ("3",), "2023"),
        ("set-4", "何时？", ("5月",), ""),
    ]


SQUAD = {
    "data": [
        {
            "title": "山",
            "paragraphs": [
                {
                    "context": "青山有医院3家。绿水有桥。",
                    "qas": [
                        {"id": "x", "question": "几家？", "answers": [{"text": "3家", "answer_start": 5}]}
                    ],
                }
            ],
        }
    ]
}
CMRC = [
    {
        "context_text": "青山有医院3家。绿水有桥。",
        "qas": [{"query_id": "x", "query_text": "几家？", "answers": ["3家"]}],
    }
]


@pytest.mark.parametrize("plain", [SQUAD, CMRC], ids=["SQuAD", "CMRC"])
def test_contexts_become_documents_on_request(tmp_path: Path, plain: object) -> None:
    path = written(tmp_path, "trial.json", json.dumps(plain))
    found = load_questions(path, contexts=True)
    assert found.contexts == {"trial-0001": "青山有医院3家。绿水有桥。"}
    assert found.examples == (
        Example(
            "x",
            "几家？",
            True,
            ("3家",),
            evidence=(Gold("青山有医院3家。", "trial-0001"),),
            document="trial-0001",
            filter=("trial-0001",),
        ),
    )
    assert load_questions(path).examples == (Example("x", "几家？", True, ("3家",)),)


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbf" + LINE.encode(), LINE.replace("\n", "\r\n").encode(), LINE.strip().encode()],
    ids=["byte order mark", "Windows line ends", "no line end"],
)
def test_marks_and_line_ends_make_no_difference(tmp_path: Path, content: bytes) -> None:
    assert only(written(tmp_path, "set.jsonl", content)) == only(written(tmp_path, "plain.jsonl", LINE))


def test_a_line_of_a_megabyte_is_read(tmp_path: Path) -> None:
    long = "长" * 1_000_000
    assert len(only(written(tmp_path, "a.jsonl", json.dumps({"question": long}))).question) == 1_000_000
    assert len(only(written(tmp_path, "b.csv", f"问题\n{long}\n")).question) == 1_000_000


# --- what cannot be used ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{oops", "第 2 行：不是有效的 JSON"),
        ("[1]", "第 2 行：应是一个 JSON 对象"),
        ('{"answers": ["3家"]}', "第 2 行：没有问题"),
        ('{"id": "a", "question": "又是它？"}', "第 2 行：编号“a”重复，已见于 set.jsonl 第 1 行"),
        ('{"question": "？", "anwsers": ["3家"]}', "第 2 行：不认识的列“anwsers”：是不是“answers”？"),
        (
            '{"question": "？", "evidence": ["新建医院4家"]}',
            "第 2 行：在 青山-2024 中找不到证据“新建医院4家”",
        ),
        ('{"question": "？", "filter": ["绿水"]}', "第 2 行：资料库中没有文档“绿水”"),
        ('{"question": "？", "expect": "nowhere"}', "第 2 行：不认识的 expect“nowhere”"),
        ('{"question": "？", "answerable": "也许"}', "第 2 行：answerable 应是"),
        ('{"question": "？", "min_items": "几"}', "第 2 行：min_items 应是整数"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_can_go_on(tmp_path: Path, line: str, reason: str) -> None:
    path = written(tmp_path, "set.jsonl", LINE + line + "\n")
    with pytest.raises(QuestionFileError) as caught:
        load_questions(path, documents=DOCUMENTS)
    assert f"{path} {reason}" in str(caught.value)
    kept = load_questions(path, documents=DOCUMENTS, skip_bad=True)
    assert [example.id for example in kept] == ["a"]
    assert [(bad.file, bad.line) for bad in kept.bad] == [(path, 2)]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("set.jsonl", "", "是空的"),
        ("set.jsonl", " \r\n", "是空的"),
        ("set.jsonl", '{"question": "几家医院？"}'.encode("gb18030"), "看来是 GBK（GB18030）"),
        ("set.jsonl", '{"question": "几家？"}'.encode("utf-16"), "看来是 UTF-16"),
        ("set.csv", "提问者,内容\n张,几家？\n", "没有“问题”（question）这一列。现有的列：提问者、内容"),
        ("set.xlsx", "no spreadsheet", "不是可读的 XLSX 文件"),
        ("set.json", '{"rows": []}', "不是 SQuAD 或 CMRC 格式"),
        ("set.txt", "几家？", "不认识的格式"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, content: str | bytes, reason: str
) -> None:
    with pytest.raises(QuestionFileError, match=reason):
        load_questions(written(tmp_path, name, content), skip_bad=True)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileError, match="无法读取"):
        load_questions(tmp_path / "none.jsonl")


def test_columns_of_unknown_meaning_are_told(tmp_path: Path) -> None:
    assert load_questions(written(tmp_path, "set.csv", "问题,部门\n几家？,卫生\n")).ignored == ("部门",)


# --- what goes out ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\tx", " =1"])
def test_no_cell_is_one_that_a_spreadsheet_computes(tmp_path: Path, text: str) -> None:
    import csv

    from openpyxl import load_workbook

    write_answers([Item(Example("1", text), None, "x", 0.0, {}, (), (), ())], tmp_path)
    cell = load_workbook(tmp_path / "answers.xlsx").worksheets[0]["B2"]
    assert (cell.data_type, cell.value) == ("s", text)
    with (tmp_path / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][1] == f"'{text}"
