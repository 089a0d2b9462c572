"""Report text → Document: title, region, year, contents page, sections with path, kind and years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from qa.datatypes import Document, Heading, Kind, Section
from qa.errors import DocumentError
from qa.text import fold, sentences

Years = tuple[int, ...]

_BLANK = " \t\r\n\u3000\ufeff\xa0"
_NUMERAL = "一二三四五六七八九十"
_CHAPTER = re.compile(rf"([{_NUMERAL}]{{1,3}})[、.]|第([{_NUMERAL}]{{1,3}})(?:部分|章)[、:\s]*")
_PART = re.compile(rf"\(([{_NUMERAL}]{{1,3}})\)")
_ANNEX = re.compile(
    r"(?:附件|附录|附表|附)[\d一二三四五六七八九十]{0,2}:?|(?:名词|名词术语|有关用语)?(?:注释|解释|说明):?"
)
_ITEM = re.compile(
    rf"[{_NUMERAL}]{{1,3}}是|第[{_NUMERAL}]{{1,3}},|--|\d{{1,2}}[.、](?!\d)|\[\d{{1,3}}\]|[①-⑳]"
)
_STOP = re.compile(r"[。!?]")
_LONGEST_HEADING = 70  # characters; the longest seen is 57
_LONGEST_LEAD = 32
_SALUTATION = re.compile(r"各位(?:代表|委员)[^。!]{0,8}?[!:,]")
_TIME = re.compile(r"(?:过去|去年|今年|今天|当前|近年|多年|刚刚|回顾|展望|[一五]年来|这|我们|同时|但|\d)")
_STATE = re.compile(
    r"[^,、:;]{2,12}?(?:不断|持续|日益|更加|加快|加速|稳步|全面|扎实|深入|纵深|进一步|提速|集聚|显著|明显|有效|优化|提质)"
    r"[\u3400-\u9fff]{2,8}。"
)


def read_document(text: str, document_id: str) -> Document:
    """A report from its text, which stays as it is.

    Raises:
        DocumentError: the id cannot serve as a file name, or the text holds nothing to read.

    """
    _check_id(document_id)
    if not text.strip(_BLANK):
        raise DocumentError(f"文档“{document_id}”是空的：没有可以阅读的文字。")
    folded = fold(text)
    lines = list(_lines(folded))
    listed, body = _contents_page(folded, lines)
    title = next((text[a:b] for a, b in lines[body:] if "工作报告" in folded[a:b]), text[slice(*lines[body])])
    head = folded[lines[body][0] :][:600]
    year = _report_year(fold(title), head)
    outline = _Outline(text, folded, lines[body:], listed)
    sections = _told(folded, outline, lines[0][0] if listed else None, year)
    contents = _with_bodies(text, listed, outline)
    return Document(document_id, text, title, _region(title, head), year, contents, sections)


def load_document(path: Path) -> Document:
    """A report from a UTF-8 file; the file's stem is its id, and offsets count the decoded characters.

    Raises:
        DocumentError: the file is missing, empty, not text, or not UTF-8; or its name cannot be an id.

    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"无法读取文件“{path}”：{error.strerror}。请检查路径和权限。") from error
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DocumentError(f"文件“{path.name}”是 UTF-16 编码，请另存为 UTF-8 再添加。")
    if b"\x00" in data[:4096]:
        raise DocumentError(f"文件“{path.name}”不是文本文件。请先转换为 UTF-8 的 .txt 文件。")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"文件“{path.name}”不是 UTF-8 编码（第 {error.start + 1} 个字节起无法识别），"
            "可能是 GB18030（GBK）。请另存为 UTF-8，或运行：iconv -f GB18030 -t UTF-8 原文件 > 新文件"
        ) from error
    return read_document(text, path.stem)


def _check_id(document_id: str) -> None:
    bad = (
        not document_id.strip()
        or len(document_id.encode("utf-8", "replace")) > 200
        or document_id.startswith((".", "-"))
        or re.search(r'[\x00-\x1f\x7f\ud800-\udfff/\\:*?"<>|#]', document_id)
    )
    if bad:
        raise DocumentError(
            f"文档编号“{document_id!s:.80}”不能用作文件名：请改用字母、汉字、数字、“-”或“_”。"
        )


def _lines(folded: str) -> Iterator[tuple[int, int]]:
    """Spans of the lines, blanks around them and blank lines left out."""
    at = 0
    for line in folded.split("\n"):
        start = at + len(line) - len(line.lstrip(_BLANK))
        end = at + len(line.rstrip(_BLANK))
        if start < end:
            yield start, end
        at += len(line) + 1


# --- contents page ---------------------------------------------------------------------------------


def _contents_page(folded: str, lines: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], int]:
    """The lines of the contents page, and the number of the first line after it.

    A contents page is a run of three headings or more near the head, nothing between them, the first of
    which stands in the text again.
    """
    first = next((i for i, span in enumerate(lines[:8]) if _CHAPTER.match(folded, *span)), None)
    if first is None:
        return [], 0
    last = first
    while last < len(lines) and _is_heading_line(folded[slice(*lines[last])]):
        last += 1
    again = _key(folded[slice(*lines[first])])
    if last - first < 3 or not any(_key(folded[a:b]).startswith(again) for a, b in lines[last:]):
        return [], 0
    return lines[first:last], last


def _is_heading_line(line: str) -> bool:
    return len(line) <= _LONGEST_HEADING and bool(_CHAPTER.match(line) or _PART.match(line))


def _key(heading: str) -> str:
    """A heading without its dots and page number, blanks and marks: what two printings have in common."""
    return re.sub(r"[\s,。、:;·.…-]+|\d+$", "", heading)


def _with_bodies(text: str, listed: list[tuple[int, int]], outline: _Outline) -> tuple[Heading, ...]:
    """The contents page, each line with what the text holds of its body."""
    bodies = outline.paths
    open_end = not re.search(r"[。！？!?…”’』」）)\]］]$", text.rstrip(_BLANK))
    found: list[Heading] = []
    for path, span in zip(outline.listed_paths, listed, strict=True):
        missing = path not in bodies
        last = bool(bodies) and bodies[-1][: len(path)] == path
        lost = any(p[: len(path)] == path and p not in bodies for p in outline.listed_paths)
        found.append(
            Heading(path, *span, missing=missing, truncated=not missing and last and (open_end or lost))
        )
    return tuple(found)


# --- outline ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A paragraph, or the part of one that a lead sentence opens, and the headings it stands under."""

    start: int
    end: int
    path: tuple[str, ...]
    heading: bool
    """True for a line that is nothing but a heading, and for a run-in part heading."""


class _Outline:
    """The headings of the body: walks through its lines once and gives every stretch of text its path."""

    def __init__(
        self, text: str, folded: str, lines: list[tuple[int, int]], listed: list[tuple[int, int]]
    ) -> None:
        self._text, self._folded, self._lines = text, folded, lines
        self.listed_paths = _listed_paths(text, folded, listed)
        self._annex: tuple[str, ...] = ()
        self._chapter: tuple[str, ...] = ()
        self._part: tuple[str, ...] = ()
        self._run_in = False  # the part's heading opened a paragraph
        self._ordinal = 0
        self.stretches = [stretch for number in range(len(lines)) for stretch in self._read(number)]

    @property
    def paths(self) -> list[tuple[str, ...]]:
        """Paths of chapters and parts in the order of their bodies."""
        return list(
            dict.fromkeys(s.path[:2] for s in self.stretches)
            | dict.fromkeys(s.path[:1] for s in self.stretches)
        )

    def _read(self, number: int) -> Iterator[_Stretch]:
        start, end = self._lines[number]
        line = self._folded[start:end]
        if len(line) <= 20 and _ANNEX.fullmatch(line):
            self._annex = self._chapter = (self._text[start:end].rstrip("：:"),)
            self._part, self._ordinal, self._run_in = (), 0, False
            yield _Stretch(start, end, self._chapter, heading=True)
        elif self._opens_annex(number):
            self._annex = self._chapter = (*self._annex, self._text[start:end])
            yield _Stretch(start, end, self._chapter, heading=True)
        elif (label := _CHAPTER.match(line)) and self._next_chapter(label):
            stop = self._heading_end(start, end)
            self._chapter = self._named(self._annex, start, stop)
            self._part, self._run_in = (), False
            yield _Stretch(start, stop, self._chapter, heading=True)
            yield from self._paragraph(stop, end, self._chapter)
        elif _PART.match(line):
            stop = self._heading_end(start, end)
            self._part = self._named(self._chapter, start, stop)
            self._run_in = stop < end
            yield _Stretch(start, stop, self._part, heading=True)
            yield from self._paragraph(stop, end, self._part)
        else:
            if self._leaves_part(line):
                self._part = ()
            yield from self._paragraph(start, end, self._part or self._chapter, number)

    def _opens_annex(self, number: int) -> bool:
        """Whether the line is the title under 附件1."""
        start, end = self._lines[number]
        before = self._folded[slice(*self._lines[number - 1])] if number else ""
        return (
            bool(_ANNEX.fullmatch(before))
            and before.startswith("附")
            and end - start <= 40
            and "。" not in self._folded[start:end]
        )

    def _next_chapter(self, label: re.Match[str]) -> bool:
        """Chapters count upwards; a 一、 that starts again outside an annex is a list inside a chapter."""
        ordinal = _numeral(label[1] or label[2])
        if ordinal <= self._ordinal:
            return False
        self._ordinal = ordinal
        return True

    def _heading_end(self, start: int, end: int) -> int:
        """Where a numbered heading ends: with its line, or run in with the first sentence or clause."""
        for marks in (r"[。!?]", r"[,;:]"):
            stop = re.compile(marks).search(self._folded, start, end)
            if stop and stop.end() - start <= _LONGEST_HEADING:
                return stop.end()
            if not stop and end - start <= _LONGEST_HEADING:
                return end
        return end

    def _named(self, parent: tuple[str, ...], start: int, end: int) -> tuple[str, ...]:
        """The path of a heading: as the contents page prints it, else as printed here."""
        key = _key(self._folded[start:end])
        for path in self.listed_paths:
            if path[:-1] == parent and _same_heading(_key(fold(path[-1])), key):
                return path
        return (*parent, self._text[start:end].strip(_BLANK).rstrip("。！!：:"))

    def _leaves_part(self, line: str) -> bool:
        """Whether a paragraph closes the numbered parts before it: thanks, problems, an address."""
        return bool(self._part) and bool(
            _SALUTATION.match(line) or _PROBLEMS.search(line[:60]) or _LOOK_BACK.match(line)
        )

    def _paragraph(
        self, start: int, end: int, path: tuple[str, ...], number: int | None = None
    ) -> Iterator[_Stretch]:
        """One paragraph, divided where a lead sentence opens a group of its own."""
        at = start
        under = path
        for first, last in list(sentences(self._text, start, end)):
            lead = self._lead(first, last, first == start, end, number)
            if lead and first > at:
                yield _Stretch(at, first, under, heading=False)
                at = first
            if lead:
                under = (*path, lead)
        if at < end:
            yield _Stretch(at, end, under, heading=False)

    def _lead(self, start: int, end: int, opens: bool, paragraph_end: int, number: int | None) -> str:
        """The theme that a sentence names for those after it, else an empty string."""
        sentence = self._folded[start:end]
        label = _ITEM.match(sentence)
        stop = _STOP.search(sentence)
        named = self._text[start:end].rstrip("。！!：:")
        if label and not named[label.end() :].strip():
            return ""
        if label:
            if sentence.startswith("--"):
                named = named[label.end() :]
            return named if len(named) <= _LONGEST_LEAD and stop else ""
        if len(sentence) > _LONGEST_LEAD or re.search(r"\d", sentence) or not stop or end == paragraph_end:
            return ""
        if opens and number is not None:
            return (
                named
                if sentence.count(",") <= 1 and not _TIME.match(sentence) and not _SALUTATION.match(sentence)
                else ""
            )
        return named if _STATE.fullmatch(sentence) else ""


def _listed_paths(text: str, folded: str, listed: list[tuple[int, int]]) -> list[tuple[str, ...]]:
    paths: list[tuple[str, ...]] = []
    chapter: tuple[str, ...] = ()
    for start, end in listed:
        line = re.sub(r"[.…·\s]*\d*$", "", text[start:end]) or text[start:end]
        if _PART.match(folded, start, end):
            paths.append((*chapter, line))
        else:
            chapter = (line,)
            paths.append(chapter)
    return paths


def _same_heading(listed: str, body: str) -> bool:
    return body.startswith(listed) or (
        listed[:3] == body[:3] and SequenceMatcher(None, listed, body).ratio() >= 0.6
    )


def _numeral(numeral: str) -> int:
    tens, ten, units = numeral.rpartition("十")
    return (_NUMERAL.index(tens) + 1 if tens else 1 if ten else 0) * 10 + (
        _NUMERAL.index(units) + 1 if units else 0
    )


# --- kind and years --------------------------------------------------------------------------------

_REVIEW_TITLE = re.compile(r"回顾|成就|成绩|成效|总结|完成情况|主要工作和")
_PLAN_TITLE = re.compile(r"任务|目标|安排|建议|部署|重点|打算|举措|要求|取向|计划|实事")
_PROBLEMS = re.compile(
    r"清醒(?:地)?(?:认识|看)到|(?:存在|面临)[^。,]{0,12}(?:困难|问题|不足|短板|挑战)[^。]{0,20}(?:主要|:)|困难和问题|问题和不足|矛盾和问题"
)
_THANKS = re.compile(r"(?:表示|致以)[^。!]{0,12}(?:感谢|敬意|谢意)|衷心感谢|诚挚感谢")
_CLOSING = re.compile(r"更加紧密地团结在|(?:不懈|努力|团结|共同)奋斗!$|贡献!$|新篇章!$")
_LOOK_BACK = re.compile(r"(?:各位代表[!,])?(?:过去一年|一年来|五年来|过去五年|这五年)")
_FIVE = re.compile(r"(?:过去|这|近)的?五年|五年[来间]|的五年|五年(?:历程|发展历程)")
_PLAN_PERIOD = re.compile(r"\"?十([一二三四五六])五\"?(时期|期间|规划|的|经济|发展|末)?")
_LAST_YEAR = re.compile(r"过去的?一年|一年来|去年|这一年|全年")
_THIS_YEAR = re.compile(r"今年|下一步|下一阶段")
_PLAN_WORDS = re.compile(r"今年(?:我们)?(?:将|要)|我们(?:将|要)|下一步")


@dataclass(frozen=True, slots=True)
class _Telling:
    kind: Kind
    years: Years


def _told(
    folded: str, outline: _Outline, contents_start: int | None, year: int | None
) -> tuple[Section, ...]:
    """Sections: neighbouring sentences of one path that tell the same kind of thing of the same years."""
    marks: list[tuple[int, bool, tuple[str, ...], _Telling]] = []
    if contents_start is not None:
        marks.append((0, True, (), _Telling("other", ())))
        marks.append((outline.stretches[0].start, True, (), _Telling("other", ())))
    chapter: tuple[str, ...] | None = None
    default = telling = _Telling("other", ())
    mixed = False
    stretches = outline.stretches
    last_body = max((i for i, s in enumerate(stretches) if not _is_annex(s.path)), default=-1)
    for i, stretch in enumerate(stretches):
        base = stretch.path[:1]
        if base != chapter and base:
            chapter = base
            default, mixed = _chapter_telling(fold(" ".join(stretch.path)), year)
            telling = default
        elif _is_annex(stretch.path) and stretch.heading:
            telling = default = _chapter_telling(fold(" ".join(stretch.path)), year)[0]
        if stretch.heading:
            if len(stretch.path) > 1 and telling.kind == "other" and not _is_annex(stretch.path):
                telling = default
            marks.append((stretch.start, True, stretch.path, telling))
            continue
        telling, spans = _read_stretch(
            folded, stretch, default, telling, mixed, year, closing=i >= last_body - 2
        )
        marks += [(start, False, stretch.path, tell) for start, tell in spans]
    return _sections(marks, len(folded))


def _is_annex(path: tuple[str, ...]) -> bool:
    return bool(path) and bool(_ANNEX.fullmatch(fold(path[0])))


def _chapter_telling(title: str, year: int | None) -> tuple[_Telling, bool]:
    """What a chapter tells by its title, and whether the title announces both review and plan."""
    review, plan = bool(_REVIEW_TITLE.search(title)), bool(_PLAN_TITLE.search(title))
    if re.match(r"注|名词|附", title) and not re.search(r"\d{4}年|实事|任务|清单", title):
        return _Telling("other", ()), False
    years: list[Years] = [(int(y),) for y in re.findall(r"(20\d\d|19\d\d)年", title)]
    if year is not None and "今年" in title:
        years.append((year,))
    if year is not None and _FIVE.search(title):
        years.append(tuple(range(year - 5, year)))
    years += [_plan_years(m) for m in re.findall(r"十([一二三四五六])五", title)]
    if not review and not plan and years and year is not None:
        review = years[0][-1] < year
    kind: Kind = "achieved" if review else "planned"
    if not years and year is not None:
        years = [(year - 1,) if review else (year,)]
    single = tuple(y for period in years if len(period) == 1 for y in period)
    first = (single if len(single) > 1 else years[0]) if years else ()
    if review and year is not None and first == (year,):
        first = (year - 1,)
    return _Telling(kind, first), review and plan


def _plan_years(numeral: str) -> Years:
    """The five years of a five-year plan, by the digit between 十 and 五: 四 → 2021 to 2025."""
    first = 2006 + 5 * (_NUMERAL.index(numeral) - 0)
    return tuple(range(first, first + 5))


def _read_stretch(
    folded: str,
    stretch: _Stretch,
    default: _Telling,
    telling: _Telling,
    mixed: bool,
    year: int | None,
    closing: bool,
) -> tuple[_Telling, list[tuple[int, _Telling]]]:
    """What each sentence of a stretch tells, and what holds after it."""
    found: list[tuple[int, _Telling]] = []
    body = folded[stretch.start : stretch.end]
    if not stretch.path:
        return telling, [(stretch.start, _Telling("other", ()))]
    if telling.kind == "other" and default.kind == "other":
        return telling, [(stretch.start, telling)]
    if closing and _CLOSING.search(body):
        return telling, [(stretch.start, _Telling("other", ()))]
    thanks = _THANKS.search(body)
    for first, last in sentences(folded, stretch.start, stretch.end):
        sentence = folded[first:last]
        if (thanks and first < stretch.start + thanks.start() < stretch.start + 500) or _THANKS.search(
            sentence
        ):
            found.append((first, replace(default, kind="other")))
            continue
        if _PROBLEMS.search(sentence) and default.kind == "achieved":
            telling = replace(default, kind="other")
        elif _SALUTATION.fullmatch(sentence):
            telling = default
        else:
            telling = _cued(sentence, default, telling, mixed, year)
        found.append((first, telling))
    return telling, found


def _cued(sentence: str, default: _Telling, telling: _Telling, mixed: bool, year: int | None) -> _Telling:
    """What a sentence tells, given what those before it told."""
    if year is None:
        return telling
    lead = _SALUTATION.sub("", sentence)[:24]
    plan = _PLAN_PERIOD.search(lead)
    if plan and plan[2] and not re.search(r"收官|开局|第一年|首年|完成", lead):
        years = _plan_years(plan[1])
        return _Telling("planned" if years[-1] >= year else "achieved", years)
    if default.kind == "achieved" and _FIVE.search(lead):
        return _Telling("achieved", tuple(range(year - 5, year)))
    if (
        default.kind == "achieved"
        and not mixed
        and (_LAST_YEAR.match(lead) or re.match(rf"(?:刚刚过去的)?{year - 1}年", lead))
    ):
        return _Telling("achieved", (year - 1,))
    return telling


def _sections(marks: list[tuple[int, bool, tuple[str, ...], _Telling]], end: int) -> tuple[Section, ...]:
    """Runs of marks that say the same; the first begins with the text, the last ends with it."""
    runs: list[tuple[int, tuple[str, ...], _Telling]] = []
    for start, opens, path, telling in marks:
        if not runs or opens or runs[-1][1:] != (path, telling):
            runs.append((start, path, telling))
    starts = [0, *(run[0] for run in runs[1:]), end]
    return tuple(
        Section(path, starts[i], starts[i + 1], telling.kind, telling.years)
        for i, (_, path, telling) in enumerate(runs)
    )


# --- title, region, year ---------------------------------------------------------------------------


def _report_year(title: str, head: str) -> int | None:
    """The year in the title, else in the date of the session, else the one after the year reviewed."""
    found = re.search(r"((?:19|20)\d\d)年", title) or re.search(r"((?:19|20)\d\d)年\d{1,2}月\d{1,2}日", head)
    if found:
        return int(found[1])
    reviewed = re.search(r"((?:19|20)\d\d)年[^\n]{0,12}回顾", head)
    return int(reviewed[1]) + 1 if reviewed else None


def _region(title: str, head: str) -> str:
    """Whose government reports: by the title, else by the speaker's opening words or the session."""
    named = re.sub(r"[\s\d年()《》]|关于|人民政府|政府?工作报告|工作报告", "", fold(title))
    if not named and (speaks := re.search(r"代表([^,。]{0,12}?)(?:人民政府|,|向)", head)):
        named = speaks[1]
    if len(named) < 2 and (session := re.search(r"在([^,。\n]{2,12}?)第[^,。\n]{1,6}届人民代表大会", head)):
        named = session[1]
    return named
