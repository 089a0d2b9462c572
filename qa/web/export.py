"""A conversation → Markdown or Word: each marker becomes a footnote with quote, report, section and place."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from qa.datatypes import Answer, Citation, Document

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

    from qa.web.conversation import Turn

TITLE = "问政：对话记录"
_KIND = {"achieved": "已完成", "planned": "计划", "other": "其他"}
_MARK = re.compile(r"\[(\d{1,3})\]")
_UNPRINTABLE = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML, and so Word, cannot hold."""
_NO_ANSWER = "（没有得到答案。）"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FONT, _LATIN = "宋体", "Times New Roman"


@dataclass(frozen=True, slots=True)
class _Note:
    """A footnote of the whole conversation, where it is first or once more referred to."""

    number: int
    citation: Citation
    first: bool


_Line = list[str | _Note]


def markdown(turns: Sequence[Turn], documents: Mapping[str, Document]) -> str:
    """The conversation in Markdown with footnotes; nothing in it is markup but what is written here."""
    blocks = [f"# {TITLE}"]
    notes: list[Citation] = []
    for turn in turns:
        blocks.append(f"## {_escaped(' '.join(turn.question.split()))}")
        lines = _lines(turn.answer, turn.question, notes)
        blocks += [
            "".join(f"[^{p.number}]" if isinstance(p, _Note) else _escaped(p) for p in line) for line in lines
        ]
    for number, citation in enumerate(notes, 1):
        indented = _escaped(_note(citation, documents)).replace("\n", "\n    ")
        blocks.append(f"[^{number}]: {indented}")
    return "\n\n".join(blocks) + "\n"


def word(turns: Sequence[Turn], documents: Mapping[str, Document]) -> bytes:
    """The conversation as a Word file (.docx) with footnotes at the foot of the page."""
    import docx

    paper = docx.Document()
    _dress(paper)
    paper.add_heading(TITLE, 0)
    notes: list[Citation] = []
    for turn in turns:
        paper.add_heading(_printable(" ".join(turn.question.split())), 1)
        for line in _lines(turn.answer, turn.question, notes):
            paragraph = paper.add_paragraph()
            for piece in line:
                if isinstance(piece, _Note):
                    _refer(paragraph, piece)
                else:
                    paragraph.add_run(_printable(piece))
    _add_footnotes(paper, [_note(citation, documents) for citation in notes])
    file = io.BytesIO()
    paper.save(file)
    return file.getvalue()


def _lines(answer: Answer | None, asked: str, notes: list[Citation]) -> Iterator[_Line]:
    """A reply line by line with its notes in place, each appended to ``notes`` where it is new."""
    if answer is None:
        yield [_NO_ANSWER]
        return
    if answer.question.strip() != asked.strip():
        yield [f"理解为：{answer.question}"]
    numbers: dict[int, int] = {}

    def note(index: int) -> _Note:
        first = index not in numbers
        if first:
            notes.append(answer.citations[index])
            numbers[index] = len(notes)
        return _Note(numbers[index], answer.citations[index], first)

    for text in answer.text.split("\n"):
        pieces: _Line = []
        end = 0
        for mark in _MARK.finditer(text):
            if 0 < int(mark[1]) <= len(answer.citations):
                pieces += [text[end : mark.start()], note(int(mark[1]) - 1)]
                end = mark.end()
        if text.strip():
            yield [piece for piece in (*pieces, text[end:]) if piece]
    unnamed = [index for index in range(len(answer.citations)) if index not in numbers]
    if unnamed:
        yield ["出处：", *map(note, unnamed)]


def _note(citation: Citation, documents: Mapping[str, Document]) -> str:
    """「quote」（《title》，sections，year，kind，characters）."""
    document = documents.get(citation.document_id)
    title = (document.title if document else "") or citation.document_id
    place = [
        title if title.startswith("《") else f"《{title}》",
        " › ".join(citation.section),
        f"{citation.year}年" if citation.year else "",
        _KIND[citation.kind],
        f"字符 {citation.start}–{citation.end}",
    ]
    return f"「{citation.quote}」（{'，'.join(part for part in place if part)}）"


# --- Markdown ----------------------------------------------------------------------------------------


def _escaped(text: str) -> str:
    """Text that Markdown, and the HTML in it, shows as it is."""
    text = escape(_printable(text), quote=False)
    text = re.sub(r"([\\`*_\[\]|~$#])", r"\\\1", text)
    return re.sub(r"(?m)^[ \t]*([-+=]?)", lambda start: "\\" + start[1] if start[1] else "", text)


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)


# --- Word --------------------------------------------------------------------------------------------


def _dress(paper: WordDocument) -> None:
    """Fonts that show Chinese on every Word, black headings, and the two styles of footnotes."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, size in (("Normal", 12), ("Title", 20), ("Heading 1", 14)):
        style = paper.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = _LATIN, Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.rPr.rFonts
        for attribute in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[attribute]  # the theme's font would win
        fonts.set(qn("w:eastAsia"), _FONT)
    paper.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH, builtin=True).font.size = Pt(9)
    raised = paper.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    raised.font.superscript = True
    paper.core_properties.title = TITLE
    paper.core_properties.author = "问政"
    paper.core_properties.comments = ""


def _refer(paragraph: Paragraph, note: _Note) -> None:
    """The raised number of a footnote; where it stands a second time, Word refers to the first."""
    from docx.oxml import parse_xml

    style = '<w:rPr><w:rStyle w:val="footnotereference"/></w:rPr>'
    name = f"_Ref{note.number}"
    if note.first:
        xml = (
            f'<w:bookmarkStart w:id="{note.number}" w:name="{name}"/>'
            f'<w:r>{style}<w:footnoteReference w:id="{note.number}"/></w:r>'
            f'<w:bookmarkEnd w:id="{note.number}"/>'
        )
    else:
        run = f"<w:r>{style}<w:t>{note.number}</w:t></w:r>"
        xml = f'<w:fldSimple w:instr=" NOTEREF {name} \\f \\h ">{run}</w:fldSimple>'
    paragraph._p.extend(list(parse_xml(f'<w:p xmlns:w="{_W}">{xml}</w:p>')))


def _add_footnotes(paper: WordDocument, notes: Sequence[str]) -> None:
    """The part of the file that holds the footnotes, which python-docx does not write by itself."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    rules = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    texts = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="footnotetext"/></w:pPr>'
        '<w:r><w:rPr><w:rStyle w:val="footnotereference"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"> {_run(note)}</w:t></w:r></w:p></w:footnote>'
        for number, note in enumerate(notes, 1)
    )
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes xmlns:w="{_W}">{rules}{texts}</w:footnotes>'
    place = PackURI("/word/footnotes.xml")
    part = Part(place, CONTENT_TYPE.WML_FOOTNOTES, xml.encode(), paper.part.package)
    paper.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    setting = f'<w:footnotePr xmlns:w="{_W}"><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
    paper.settings.element.find(f"{{{_W}}}compat").addprevious(parse_xml(setting))


def _run(text: str) -> str:
    """Text inside a run: escaped, line ends as line breaks."""
    lines = escape(_printable(text), quote=False).split("\n")
    return '</w:t><w:br/><w:t xml:space="preserve">'.join(lines)
