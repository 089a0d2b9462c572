"""Export: what was said, with a footnote for every citation, as Markdown and as a Word file."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

import docx
import pytest
from markdown_it import MarkdownIt

from qa.datatypes import Answer, Citation
from qa.document import read_document
from qa.web.conversation import Turn
from qa.web.export import markdown, word

REPORT = read_document(
    "青山县2022年政府工作报告\n一、2021年工作回顾\n(一)城乡面貌\n新建公园12个，绿化率40%。\n", "qingshan-2022"
)
DOCUMENTS = {REPORT.id: REPORT}
PATH = ("一、2021年工作回顾", "(一)城乡面貌")
HOSTILE = "<img src=x onerror=alert(1)> **粗** [链](http://example.test) `码` | $x$ & # ~~删~~"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def cite(quote: str) -> Citation:
    start = REPORT.text.index(quote)
    return Citation(REPORT.id, start, start + len(quote), quote, PATH, 2021, "achieved", 1.0)


PARKS, GREEN = cite("新建公园12个"), cite("绿化率40%")
ONE = Turn(
    "公园几个？",
    answer=Answer("answered", "12个。[1]\n原文：“新建公园12个”[1]", "12个", (PARKS,), "2021年公园几个？"),
)
TWO = Turn(
    "绿化呢", answer=Answer("answered", "绿化率40%[2]，新建公园12个[1]。", "40%", (PARKS, GREEN), "绿化呢")
)
PLACE = "《青山县2022年政府工作报告》，一、2021年工作回顾 › (一)城乡面貌，2021年，已完成"
PARKS_NOTE = f"「新建公园12个」（{PLACE}，字符 35–42）"
GREEN_NOTE = f"「绿化率40%」（{PLACE}，字符 43–49）"
STOPPED = Turn("很慢")


def parts(content: bytes) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {
            name: ElementTree.fromstring(file.read(f"word/{name}.xml")) for name in ("document", "footnotes")
        }


def footnotes(content: bytes) -> list[str]:
    """The texts of the footnotes in order, without the two rules that Word wants."""
    notes = parts(content)["footnotes"].findall(f"{W}footnote")
    return ["".join(text.text or "" for text in note.iter(f"{W}t")).strip() for note in notes[2:]]


def test_markdown_holds_question_answer_and_footnotes() -> None:
    assert markdown([ONE, STOPPED], DOCUMENTS) == (
        "# 问政：对话记录\n\n"
        "## 公园几个？\n\n"
        "理解为：2021年公园几个？\n\n"
        "12个。[^1]\n\n"
        "原文：“新建公园12个”[^1]\n\n"
        "## 很慢\n\n"
        "（没有得到答案。）\n\n"
        f"[^1]: {PARKS_NOTE}\n"
    )


def test_footnotes_are_numbered_through_in_order_of_mention() -> None:
    text = markdown([ONE, TWO], DOCUMENTS)
    assert "绿化率40%[^2]，新建公园12个[^3]。" in text
    assert [line[:9] for line in text.splitlines() if line.startswith("[^")] == [
        "[^1]: 「新建",
        "[^2]: 「绿化",
        "[^3]: 「新建",
    ]


def test_a_citation_without_a_marker_is_named_after_the_answer() -> None:
    turn = Turn("问", answer=Answer("answered", "四成。", "四成", (GREEN,), "问"))
    assert "四成。\n\n出处：[^1]\n" in markdown([turn], DOCUMENTS)


def test_a_marker_of_no_citation_stays_text() -> None:
    turn = Turn("问", answer=Answer("answered", "见[7]。", "见", (), "问"))
    assert "见\\[7\\]。" in markdown([turn], DOCUMENTS)


def test_a_report_that_is_gone_is_named_by_its_id() -> None:
    assert "《qingshan-2022》" in markdown([ONE], {})


@pytest.mark.parametrize("text", [HOSTILE, "- 项", "+ 项", "===", "    缩进", "<!-- 注 -->", "\x00\ud800"])
def test_markdown_shows_text_as_text(text: str) -> None:
    reader = MarkdownIt("commonmark").enable(["strikethrough", "table"])
    turn = Turn(text, answer=Answer("out_of_scope", text, None, (), text))
    body = ElementTree.fromstring(f"<body>{reader.render(markdown([turn], DOCUMENTS))}</body>")
    assert [part.tag for part in body.iter()] == ["body", "h1", "h2", "p"]
    shown = text.strip().replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert [body.findtext("h2"), body.findtext("p")] == [shown, shown]


def test_word_file_has_real_footnotes() -> None:
    content = word([ONE, TWO], DOCUMENTS)
    document = parts(content)["document"]
    referred = [int(e.get(f"{W}id", "")) for e in document.iter(f"{W}footnoteReference")]
    assert referred == [1, 2, 3]
    assert footnotes(content) == [PARKS_NOTE, GREEN_NOTE, PARKS_NOTE]


def test_a_second_mention_refers_to_the_first_footnote() -> None:
    document = parts(word([ONE], DOCUMENTS))["document"]
    fields = [element.get(f"{W}instr") for element in document.iter(f"{W}fldSimple")]
    bookmarks = [element.get(f"{W}name") for element in document.iter(f"{W}bookmarkStart")]
    assert fields == [" NOTEREF _Ref1 \\f \\h "]
    assert bookmarks == ["_Ref1"]


def test_word_file_reads_as_it_was_said() -> None:
    paper = docx.Document(io.BytesIO(word([ONE, STOPPED], DOCUMENTS)))
    assert [(p.style.name if p.style else "", p.text) for p in paper.paragraphs] == [
        ("Title", "问政：对话记录"),
        ("Heading 1", "公园几个？"),
        ("Normal", "理解为：2021年公园几个？"),
        ("Normal", "12个。"),
        ("Normal", "原文：“新建公园12个”"),
        ("Heading 1", "很慢"),
        ("Normal", "（没有得到答案。）"),
    ]


def test_word_file_takes_any_text() -> None:
    text = f"{HOSTILE}\x00\x0b\ud800]]>"
    quote = Citation(REPORT.id, 0, 3, f"{text}\n二行", PATH, None, "other", 1.0)
    turn = Turn(text, answer=Answer("answered", f"{text}[1]", text, (quote,), text))
    content = word([turn], DOCUMENTS)
    assert docx.Document(io.BytesIO(content)).paragraphs[2].text == f"{HOSTILE}\ufffd\ufffd\ufffd]]>"
    assert footnotes(content)[0].startswith(f"「{HOSTILE}\ufffd\ufffd\ufffd]]>二行」")
