"""Report text → Document: title, region, year, contents page, sections with path, kind and years."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from qa.datatypes import Document, Heading, Kind, Section
from qa.errors import DocumentError
from qa.figures import find_figures
from qa.outline import BLANK, SALUTATION, Outline, Stretch, read_outline
from qa.text import fold, sentences

Years = tuple[int, ...]


def read_document(text: str, document_id: str) -> Document:
    """A report from its text, which stays as it is.

    Raises:
        DocumentError: the id cannot serve as a file name, or the text holds nothing to read.

    """
    _check_id(document_id)
    if not text.strip(BLANK):
        raise DocumentError(f"文档“{document_id}”是空的：没有可以阅读的文字。")
    folded = _folded(text)
    outline = read_outline(text, folded)
    opening = [text[stretch.start : stretch.end] for stretch in outline.stretches[:20] if not stretch.path]
    title = _title(opening)
    head = _folded("\n".join(opening))
    year = _report_year(_folded(title), head, folded)
    contents, sections = _contents(text, outline), _told(folded, outline, year)
    document = Document(document_id, text, title, _region(title, head), year, contents, sections)
    return replace(document, figures=find_figures(document))


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
    if b"\x00" in data:
        raise DocumentError(f"文件“{path.name}”不是文本文件，请先转换为 UTF-8 的 .txt 文件。")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"文件“{path.name}”不是 UTF-8 编码（第 {error.start + 1} 个字节起无法识别），"
            "可能是 GB18030（GBK）。请另存为 UTF-8，或运行：iconv -f GB18030 -t UTF-8 原文件 > 新文件"
        ) from error
    return read_document(text, path.stem)


def _folded(text: str) -> str:
    """Folded text with years in digits, as long as before: 二〇二四年 reads 2024年."""
    digits = str.maketrans("〇零○一二三四五六七八九", "000123456789")
    return re.sub(
        r"[一二][〇零○一二三四五六七八九]{3}(?=年)", lambda year: year[0].translate(digits), fold(text)
    )


def _check_id(document_id: str) -> None:
    unsafe = re.search(r'^[.\-\s]|[\x00-\x1f\x7f\ud800-\udfff/\\:*?"<>|#]|\s$', document_id)
    if not document_id or unsafe or len(document_id.encode()) > 200:
        shown = document_id[:80].encode("utf-8", "replace").decode()
        raise DocumentError(f"文档编号“{shown}”不能用作文件名，请改用汉字、字母、数字、“-”或“_”。")


# --- contents page


def _contents(text: str, outline: Outline) -> tuple[Heading, ...]:
    """The contents page, each line with what the text holds of its body."""
    bodies = [stretch.path for stretch in outline.stretches if stretch.heading]
    held = set(bodies)
    cut = not re.search(r"[。！？!?…”’』」）)\]］]$", text.rstrip(BLANK))
    found = []
    for path, (start, end) in outline.contents:
        last = [body[: len(path)] for body in bodies[-1:]] == [path]
        lost = any(other[: len(path)] == path and other not in held for other, _ in outline.contents)
        found.append(Heading(path, start, end, path not in held, path in held and last and (cut or lost)))
    return tuple(found)


# --- kind and years


@dataclass(frozen=True, slots=True)
class _Telling:
    kind: Kind
    years: Years


@dataclass(frozen=True, slots=True)
class _Mark:
    """From ``start`` on the report stands under a path and tells something."""

    start: int
    path: tuple[str, ...]
    telling: _Telling
    opens: bool = False
    """True where a section begins even if nothing changes."""


_NOTHING = _Telling("other", ())
_CLOSING = re.compile(r"让我们|紧密地?团结在")


def _told(folded: str, outline: Outline, year: int | None) -> tuple[Section, ...]:
    """Sections: neighbouring sentences under one path that tell the same kind of thing of the same years."""
    teller = _Teller(year)
    marks = _contents_marks(outline)
    closing = _closing(folded, outline.stretches)
    addressed: int | None = None
    for stretch in outline.stretches:
        if stretch.heading:
            teller.enter(stretch)
            marks.append(_Mark(stretch.start, stretch.path, teller.current, opens=True))
            addressed = None
            continue
        if stretch.opens:
            teller.paragraph()
        for at, end in sentences(folded, stretch.start, stretch.end):
            if SALUTATION.fullmatch(folded, at, end):
                teller.address()
                addressed = at
                continue
            telling = _NOTHING if at in closing else teller.sentence(folded[at:end])
            start = at if addressed is None else addressed
            marks.append(_Mark(start, _path(stretch, telling), telling))
            addressed = None
    return _sections(marks or [_Mark(0, (), _NOTHING)], len(folded))


def _contents_marks(outline: Outline) -> list[_Mark]:
    """The contents page is a section of its own."""
    if not outline.contents:
        return []
    start = outline.contents[0][1][0]
    after = [stretch.start for stretch in outline.stretches if stretch.start > start]
    return [_Mark(at, (), _NOTHING, opens=True) for at in (start, *after[:1])]


def _closing(folded: str, stretches: tuple[Stretch, ...]) -> range:
    """Where the closing appeal stands: the last paragraphs of the body, from the one that calls for unity."""
    body = [stretch for stretch in stretches if stretch.path and not stretch.annex]
    if not body:
        return range(0)
    starts = [stretch.start for stretch in body if stretch.opens]
    end = body[-1].end
    for start, stop in zip(starts[-3:], [*starts[-2:], end], strict=False):
        if _CLOSING.search(folded, start, stop):
            return range(start, end)
    return range(0)


def _path(stretch: Stretch, telling: _Telling) -> tuple[str, ...]:
    """The path without themes where thanks and problems stand: no theme covers them."""
    return stretch.path[: stretch.depth] if telling.kind == "other" and not stretch.annex else stretch.path


def _sections(marks: list[_Mark], end: int) -> tuple[Section, ...]:
    """Runs of marks that say the same; the first begins with the text, the last ends with it."""
    runs: list[_Mark] = []
    for mark in sorted(marks, key=lambda mark: mark.start):
        if runs and runs[-1].start == mark.start:
            runs[-1] = mark
        elif not runs or mark.opens or (runs[-1].path, runs[-1].telling) != (mark.path, mark.telling):
            runs.append(mark)
    borders = [0, *(run.start for run in runs[1:]), end]
    return tuple(
        Section(run.path, start, stop, run.telling.kind, run.telling.years)
        for run, (start, stop) in zip(runs, pairwise(borders), strict=True)
    )


_YEAR = r"((?:19|20)\d\d)\s?年"
_REVIEW = re.compile(r"回顾|成就|成绩|成效|总结|完成情况|主要工作[和及]")
_PLAN = re.compile(r"任务|目标|安排|建议|部署|重点|打算|举措|要求|取向|计划|实事|清单")
_PROBLEMS = re.compile(
    r"清醒地?(?:认识|看|意识)到|(?:更要|也要|还要|必须)看到|"
    r"^[^。]{0,24}(?:还|仍|也)[^。,]{0,6}(?:存在|面临)[^。]{0,20}(?:问题|不足|短板|困难|差距|挑战)"
)
_PROBLEM_TITLE = re.compile(r"(?:存在|面临)[^,]{0,8}(?:问题|困难|不足|挑战)|(?:困难|问题)[和与及]")
_LESSONS = re.compile(r"^(?:回顾|总结)[^。]{0,40}(?:体会|感受到|启示|认识到|经验)|(?:体会|启示)[:。]$")
_CREDIT = re.compile(
    r"来之不易|(?:成绩|成就|成果|进步|这)[^。]{0,20}[是都][^。]{0,90}(?:结果|出来的)|根本在于|离不开"
)
_THANKS = re.compile(r"(?:表示|致以)[^。!]{0,12}(?:感谢|敬意|谢意|问候)|(?:衷心|诚挚)感谢")
_LAST_YEAR = re.compile(r"(?:刚刚)?过去的?这?一年|一年来|去年|这一年")
_AHEAD = re.compile(r"今年|,[要将]")
_LAST_YEARS = re.compile(r"过去的?五年|五年来|这五年")
_FIVE_YEARS = re.compile(
    r"(?:过去|这|近)的?五年|五年[来间]|经过五年|(?<!今后)(?<!未来)的五年|五年的?(?:发展)?历程"
)
_PLAN_PERIOD = re.compile(r'"?十([一二三四五六七])五"?(?:时期|期间|末|的五年)')
_COMING = re.compile(r"(?:今年|新的一年|下一步|今后)[^。]{0,30}[将要]")
_MODAL = re.compile(r"今年|今后|要|必须|我们[要将]|下一步|下一阶段|新的一年|面[对向]|各级")


class _Teller:
    """Follows a report sentence by sentence: what it tells, and of which years."""

    def __init__(self, year: int | None) -> None:
        self._year = year
        self._default = _NOTHING  # what the chapter tells by its title
        self._mixed = True  # the chapter announces both review and plan, or there is none
        self._periods = False  # its title names a five-year stretch
        self._each = False  # its title names several years, one by one
        self._carried = _NOTHING  # what the next paragraph begins with
        self._first = True  # the next sentence is its paragraph's first
        self.current = _NOTHING

    def enter(self, heading: Stretch) -> None:
        """A numbered heading begins a chapter, a part or an annex."""
        title = _folded(" ".join(heading.path[: heading.depth]))
        if heading.annex:
            self._title(title)
            self._mixed = False
            if not (_PLAN.search(title) or _REVIEW.search(title)):
                self._default = self._carried = _NOTHING
        elif heading.depth == 1:
            self._title(title)
        elif self._carried.kind == "other":
            self._carried = self._default
        if _PROBLEM_TITLE.search(_folded(heading.path[-1])):
            self._carried = replace(self._carried, kind="other")
            if heading.depth == 1:
                self._default, self._mixed = self._carried, False
        self.current = self._carried

    def _title(self, title: str) -> None:
        periods = _periods(title, self._year)
        review, plan = bool(_REVIEW.search(title)), bool(_PLAN.search(title))
        if not review and not plan and self._year is not None:
            review = periods[0][-1] < self._year if periods else self._default is _NOTHING
        years = periods[0] if periods else ()
        self._each = len(periods) > 1 and all(len(period) == 1 for period in periods)
        if self._each:
            years = tuple(sorted({year for (year,) in periods}))
        if not years and self._year is not None:
            years = (self._year - review,)
        self._mixed = review and plan
        self._periods = any(len(period) > 1 for period in periods)
        self._default = self._carried = _Telling("achieved" if review else "planned", years)

    def paragraph(self) -> None:
        """A new paragraph begins."""
        self.current = self._carried
        self._first = True

    def address(self) -> None:
        """各位代表！ closes what was told before: of a chapter's two years the other one is next."""
        rest = tuple(year for year in self._default.years if year not in self._carried.years)
        years = rest if self._each and rest else self._default.years
        self._carried = self.current = replace(self._default, years=years)

    def sentence(self, sentence: str) -> _Telling:
        """What a folded sentence tells."""
        first, self._first = self._first, False
        sentence = SALUTATION.sub("", sentence)
        if self._year is None or (self._default.kind == "other" and not self._mixed):
            return self.current
        if _THANKS.search(sentence):
            return _Telling("other", self._default.years)
        if self._default.kind == "achieved":
            if self._looks_at_itself(sentence):
                return self.current
        elif _PROBLEMS.search(sentence):
            return _Telling("other", self._default.years)
        if self.current.kind == "other" and self._default.kind != "other" and not first:
            return self.current
        return self._cued(sentence, first, self._year)

    def _looks_at_itself(self, sentence: str) -> bool:
        """Whether credit, problems or lessons begin: neither achieved nor planned."""
        other = _Telling("other", self._default.years)
        if _PROBLEMS.search(sentence) or _LESSONS.search(sentence):
            self.current = self._carried = other
        elif _CREDIT.search(sentence):
            self.current = other
        else:
            return False
        return True

    def _cued(self, sentence: str, first: bool, year: int) -> _Telling:
        """What the opening words of a sentence say of kind and years; else what held before it."""
        if plan := _PLAN_PERIOD.match(sentence):
            years = _five_years(plan[1])
            if self._periods or self._mixed:
                return self._turn(_Telling("planned" if years[-1] >= year else "achieved", years))
            return _Telling(self.current.kind, years)
        if self._default.kind == "planned" and not self._mixed:
            return self._cued_in_plan(sentence, year)
        return self._cued_in_review(sentence, first, year)

    def _cued_in_plan(self, sentence: str, year: int) -> _Telling:
        """A look back (过去一年, …) lasts until the paragraph ends or turns to what is to be done."""
        back = _LAST_YEARS.match(sentence) or _LAST_YEAR.match(sentence)
        if back and not _AHEAD.search(sentence):
            years = tuple(range(year - 5, year)) if "五年" in back[0] else (year - 1,)
            return self._turn(_Telling("achieved", years), here=True)
        if self.current.kind == "achieved" and _MODAL.match(sentence):
            self.current = self._carried
        return self.current

    def _cued_in_review(self, sentence: str, first: bool, year: int) -> _Telling:
        """A period named by a paragraph's first words holds from there on, another year for its sentence."""
        if _FIVE_YEARS.search(sentence[:24]):
            return self._turn(_Telling("achieved", tuple(range(year - 5, year))))
        last_year = _Telling("achieved", (year - 1,))
        named = re.match(rf"(?:刚刚过去的)?{year - 1}\s?年([是,很极])?", sentence)
        if first and (_LAST_YEAR.match(sentence) or (named and named[1])):
            return self._turn(last_year)
        if _LAST_YEAR.match(sentence) or named:
            return last_year
        if _COMING.match(sentence):
            coming = _Telling("planned", (year,))
            return self._turn(coming) if self._mixed else coming
        return self.current

    def _turn(self, telling: _Telling, here: bool = False) -> _Telling:
        """Told from now on, or ``here`` in this paragraph only."""
        self.current = telling
        if not here:
            self._carried = telling
        return telling


def _periods(title: str, year: int | None) -> list[Years]:
    """The years and five-year stretches that a title names, in order."""
    found = [(match.start(), (int(match[1]),)) for match in re.finditer(_YEAR, title)]
    named: list[tuple[int, Years]] = [
        *found,
        *((match.start(), _five_years(match[1])) for match in re.finditer("十([一二三四五六七])五", title)),
    ]
    if year is None:
        return [years for _, years in sorted(named)]
    relative: list[tuple[str, Years]] = [
        ("今年", (year,)),
        ("过去一年|去年", (year - 1,)),
        ("过去五年|五年来|和五年", tuple(range(year - 5, year))),
        ("(?:今后|未来)五年", tuple(range(year, year + 5))),
    ]
    named += [(match.start(), years) for words, years in relative for match in re.finditer(words, title)]
    return [years for _, years in sorted(named)]


def _five_years(numeral: str) -> Years:
    """The years of a five-year plan by the numeral between 十 and 五: 四 for 2021 to 2025."""
    first = 2006 + 5 * "一二三四五六七".index(numeral)
    return tuple(range(first, first + 5))


# --- title, region, year


def _title(opening: list[str]) -> str:
    """The first line that names a report, letters spaced or not; else the first line."""
    lines = [line.strip(BLANK + "#*") for line in opening]
    for line in lines:
        narrow = re.sub(r"\s+", "", line)
        if "工作报告" in fold(narrow) and len(narrow) <= 60:
            return line if "工作报告" in fold(line) else narrow
    return lines[0][:80] if lines else ""


def _report_year(title: str, head: str, folded: str) -> int | None:
    """The year in the title, else in the date of the session, but always the one after the year reviewed."""
    date = rf"{_YEAR}\s?\d{{1,2}}\s?月\s?\d{{1,2}}\s?日"
    found = re.search(_YEAR, title) or re.search(date, head)
    reviewed = re.search(rf"一、[^\n]{{0,12}}?{_YEAR}(?!上半年)[^\n]{{0,12}}回顾", folded)
    if reviewed and (found is None or found[1] == reviewed[1]):
        return int(reviewed[1]) + 1
    return int(found[1]) if found else None


def _region(title: str, head: str) -> str:
    """Whose government reports: by the title, else by the session or the speaker's opening words."""
    named = re.sub(r"--.*|[\s\d年()《》]|关于|人民政府|政府?工作报告|工作报告", "", _folded(title))
    if named and not re.search(r"会议|代表大会", named):
        return named
    session = re.search(r"在([^,。:\n]{2,12}?)第[^,。:\n]{1,6}届人民代表大会", head)
    speaks = re.search(r"代表([^,。:\n]{2,12}?)(?:人民政府|,|向)", head)
    return session[1] if session else speaks[1] if speaks else ""
