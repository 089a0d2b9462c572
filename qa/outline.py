"""Report text → its headings: the contents page, and every stretch of the body with the headings above it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from qa.text import Span, fold, sentences

Path = tuple[str, ...]

BLANK = " \t\r\n\u3000\ufeff\xa0"
SALUTATION = re.compile(r"(?:尊敬的)?各位(?:代表|委员)[^。!,:]{0,8}[!:,]")

_NUMERAL = "一二三四五六七八九十"
_CHAPTER = re.compile(rf"([{_NUMERAL}]{{1,3}})[、.]|第([{_NUMERAL}]{{1,3}})(?:部分|章)(?:[、:\s]|$)")
_PART = re.compile(rf"\(([{_NUMERAL}]{{1,3}})\)")
_ANNEX = re.compile(rf"附(?:件|录|表)?[\d{_NUMERAL}]{{0,2}}:?")
_TITLED_ANNEX = re.compile(rf"附(?:件|录|表)[\d{_NUMERAL}]{{0,2}}[:\s]\s*[^。]{{2,40}}")
_GLOSSARY = re.compile(r"(?:名词|名词术语|有关名词|有关用语)?(?:注释|解释|说明):?")
_ITEM = re.compile(
    rf"[{_NUMERAL}]{{1,3}}[是要](?!的)|第[{_NUMERAL}]{{1,3}},|-{{1,2}}|\d{{1,2}}[.、](?!\d)|\[\d{{1,3}}\]|[①-⑳]"
)
_LOST_CHAPTER = re.compile(r"(?<=[^\n])一、[^,。;\n]{0,20}?(?:回顾|总结)")

# A theme is named without telling anything yet: no figure, no time, no speaker, nothing that something "is".
_NO_THEME = re.compile(
    r"\d|我国|我们|今[年天后]|去年|过去|当[今前]|以下|看到|是(?!非)|做好.{1,8}工作,|[这一几]年|时期|提出|"
    r"则|才能|[唯惟]|必须|者胜|^(?:综合(?:考虑|分析|研判|各)|从.{1,8}[看说])"
)
# 环境不断优化: what has become of the subject, in one short clause. 推进, 出台 … begin a deed, not a theme.
_DEED = (
    "积极|大力|全力|着力|有序|成功|推[进动广]|深[化入]|完[成善]|实[施现]|落实|出台|开展|加[强快大]|建[成设立]|"
    "启动|组[织建]|优化|扩大|提[升高]|培育|健全|持续|全面|支持|促进|强化"
)
_STATE = re.compile(
    rf"(?!{_DEED})[^,、:;]{{2,12}}?(?:不断|持续|日益|更加|加快|加速|稳步|全面|扎实|深入|纵深|进一步|提速|集聚|"
    r"显著|明显|有效|优化|提质)[\u3400-\u9fff]{2,8}。"
)
_CLOSES_PARTS = re.compile(
    r"过去的?一年|一年来|[五5]年来|过去[五5]年|这[五5]年|成绩|.{0,40}(?:清醒|更要看到|还存在)"
)
_REVIEW = re.compile(r"回顾|成就|成绩|总结")

_LONGEST_HEADING = 70  # characters; the longest seen is 57
_LONGEST_THEME = 32
_LONGEST_OWN_LINE = 45  # a theme on a line of its own
_SHORTEST_GROUP = 60  # characters that a theme inside a paragraph must have under it


@dataclass(frozen=True, slots=True)
class Stretch:
    """A paragraph, or the part of one that a theme opens, with the headings above it."""

    start: int
    end: int
    path: Path
    heading: bool
    """True for a numbered heading, with its line or run in; its text is not part of any passage."""
    opens: bool
    """True where a paragraph begins."""
    depth: int
    """How many headings of the path are numbered ones; themes follow them."""
    annex: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """The headings of a report."""

    contents: tuple[tuple[Path, Span], ...]
    """The lines of the contents page and where they stand."""
    stretches: tuple[Stretch, ...]
    """The body in order; blank lines belong to nothing."""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    folded: str

    @property
    def span(self) -> Span:
        return self.start, self.end


def read_outline(text: str, folded: str) -> Outline:
    """The outline of a report; ``folded`` is ``fold(text)``."""
    lines = _lines(folded)
    first, last = _contents_page(lines)
    page, body = lines[first:last], lines[:first] + lines[last:]
    contents = tuple(zip(_listed_paths(text, page), (line.span for line in page), strict=True))
    return Outline(contents, tuple(_Walk(text, body, [path for path, _ in contents]).stretches()))


def heading_end(line: str) -> int:
    """Where the numbered heading (一、, (一), 附件1) ends that opens a folded line; 0 where none does.

    It ends with the line, or run in with the first sentence, else the first clause.
    """
    if any(annex.fullmatch(line) for annex in (_ANNEX, _TITLED_ANNEX, _GLOSSARY)):
        return len(line)
    if not (_CHAPTER.match(line) or _PART.match(line)):
        return 0
    for marks in (r"[。!?]", r"[,;:]"):
        stop = re.search(marks, line)
        if stop and stop.end() <= _LONGEST_HEADING:
            return stop.end()
        if not stop and len(line) <= _LONGEST_HEADING:
            return len(line)
    return len(line)


def theme_name(printed: str) -> str:
    """A theme as it stands in a path: without dashes before it and marks after it."""
    return re.sub(r"^[—–―-]+", "", printed.strip(BLANK)).rstrip("。！!：:")


def _lines(folded: str) -> list[_Line]:
    """The lines without the blanks around them; blank lines left out."""
    lost = None if re.search(r"^\s*一、", folded, re.M) else _LOST_CHAPTER.search(folded)
    breaks = [0, *(found.end() for found in re.finditer("\n", folded)), len(folded)]
    if lost:  # a line break was lost around the first chapter's title
        breaks = sorted({*breaks, *lost.span()})
    found = []
    for start, end in pairwise(breaks):
        line = folded[start:end]
        start += len(line) - len(line.lstrip(BLANK + "#*"))
        end -= len(line) - len(line.rstrip(BLANK))
        if start < end:
            found.append(_Line(start, end, folded[start:end]))
    return found


def _mended(lines: list[_Line]) -> Iterator[_Line]:
    """The lines, those joined again that a break within a sentence has cut."""
    body = False
    held: _Line | None = None
    for line in lines:
        if held and _is_cut(held.folded, line.folded):
            held = _Line(held.start, line.end, f"{held.folded}\n{line.folded}")
            continue
        if held:
            yield held
        body = body or heading_end(line.folded) > 0
        if body:
            held = line
        else:
            yield line
    if held:
        yield held


def _is_cut(line: str, after: str) -> bool:
    """Whether a line stops within a sentence: no mark ends it, and it is too much of a text for a heading."""
    last = line.rsplit("\n", 1)[-1]
    if re.search(r"[。!?:;\"')\]…]$", last) or heading_end(last) == len(last) or heading_end(after):
        return False
    if _ITEM.match(after) or _ANNEX.fullmatch(last):
        return False
    return (
        "。" in last
        or len(last) > _LONGEST_OWN_LINE
        or bool(re.search(r"[的,、\d]$", last))
        or after[0] in "是为,、"
    )


# --- contents page


def _contents_page(lines: list[_Line]) -> Span:
    """The numbers of the first line of the contents page and of the one after its last.

    It is a run of headings near the head with nothing between them, the first of which, or one of many,
    stands in the text again.
    """
    first = next((i for i, line in enumerate(lines[:8]) if _CHAPTER.match(line.folded)), None)
    if first is None:
        return 0, 0
    last = first + 1
    while last < len(lines) and _is_heading(lines[last].folded):
        if _same(lines[first].folded, lines[last].folded):
            break
        last += 1
    listed = [line.folded for line in lines[first:last] if _CHAPTER.match(line.folded)]
    listed = listed if last - first > 3 else listed[:1]
    again = any(_same(heading, line.folded) for heading in listed for line in lines[last:])
    return (first, last) if again and last - first > 1 else (0, 0)


def _is_heading(line: str) -> bool:
    return len(line) <= _LONGEST_HEADING and bool(_CHAPTER.match(line) or _PART.match(line))


def _listed_paths(text: str, page: list[_Line]) -> list[Path]:
    paths: list[Path] = []
    chapter: Path = ()
    for line in page:
        printed = re.sub(r"[.…·\s]*\d*$", "", text[line.start : line.end])
        if _PART.match(line.folded):
            paths.append((*chapter, printed))
        else:
            chapter = (printed,)
            paths.append(chapter)
    return paths


def _same(listed: str, body: str) -> bool:
    """Whether a body heading is the one listed: it begins alike, or has its number and most of its words."""
    listed, body = (re.sub(r"[\s,。、:;·.…-]+|\d+$", "", heading) for heading in (listed, body))
    if body.startswith(listed):
        return True
    return listed[:2] == body[:2] and SequenceMatcher(None, listed, body[: len(listed) + 20]).ratio() >= 0.6


# --- body


class _Walk:
    """Goes through the lines of the body once and remembers the headings it stands under."""

    def __init__(self, text: str, lines: list[_Line], listed: list[Path]) -> None:
        self._text, self._lines, self._listed = text, list(_mended(lines)), listed
        self._annex: Path = ()
        self._chapter: Path = ()
        self._part: Path = ()
        self._ordinal = 0
        self._named_parts = False  # the chapters are called 第一部分
        self._theme = ""  # named by the line before, holds for this one
        self._addressed = False  # the line before was 各位代表！
        self._leads = _lead_habit(self._lines)
        self._own_lines = _own_line_themes(self._lines, self._leads)

    def stretches(self) -> Iterator[Stretch]:
        for number, line in enumerate(self._lines):
            yield from self._read(number, line)
            self._addressed = bool(SALUTATION.fullmatch(line.folded))

    def _read(self, number: int, line: _Line) -> Iterator[Stretch]:
        under_annex = number > 0 and bool(_ANNEX.fullmatch(self._lines[number - 1].folded))
        if under_annex and len(line.folded) <= 40 and "。" not in line.folded:
            self._annex = (*self._annex, self._text[line.start : line.end])
            yield self._enter(line, line.end, chapter=self._annex)
        elif any(annex.fullmatch(line.folded) for annex in (_ANNEX, _TITLED_ANNEX, _GLOSSARY)):
            self._annex = (self._text[line.start : line.end].rstrip("：:"),)
            yield self._enter(line, line.end, chapter=self._annex)
        elif (label := _CHAPTER.match(line.folded)) and self._is_chapter(label):
            end = line.start + heading_end(line.folded)
            yield self._enter(line, end, chapter=self._named(self._annex, line.start, end))
            self._ordinal, self._named_parts = _numeral(label[1] or label[2]), bool(label[2])
            yield from self._paragraph(end, line.end, run_in=True)
        elif self._chapter and self._is_part(line.folded):
            end = line.start + heading_end(line.folded)
            yield self._enter(line, end, part=self._named(self._chapter, line.start, end))
            yield from self._paragraph(end, line.end, run_in=True)
        else:
            if self._part and self._closes_parts(line.folded):
                self._part = ()
            if number in self._own_lines:
                yield from self._own_line(line)
            else:
                yield from self._paragraph(line.start, line.end)

    def _is_chapter(self, label: re.Match[str]) -> bool:
        """Chapters count upwards: a 一、 that begins again is a list, and below 第一部分 it is a part."""
        if self._named_parts and label[1] and not self._annex:
            return False
        return _numeral(label[1] or label[2]) > self._ordinal

    def _is_part(self, line: str) -> bool:
        return bool(_PART.match(line) or (self._named_parts and _CHAPTER.match(line)))

    def _enter(self, line: _Line, end: int, *, chapter: Path = (), part: Path = ()) -> Stretch:
        self._theme, self._part = "", part
        if chapter:
            self._chapter, self._ordinal = chapter, 0 if chapter == self._annex else self._ordinal
        return self._stretch(line.start, end, heading=True)

    def _stretch(
        self, start: int, end: int, *themes: str, heading: bool = False, opens: bool = True
    ) -> Stretch:
        path = self._part or self._chapter
        return Stretch(start, end, (*path, *themes), heading, opens, len(path), bool(self._annex))

    def _named(self, parent: Path, start: int, end: int) -> Path:
        """The path of a heading: as the contents page prints it, else as it stands here."""
        printed = self._text[start:end].strip(BLANK).rstrip("。！!：:")
        for path in self._listed:
            if path[:-1] == parent and _same(fold(path[-1]), fold(printed)):
                return path
        return (*parent, printed)

    def _closes_parts(self, line: str) -> bool:
        """Whether a paragraph speaks of the whole chapter again: an address, thanks, problems."""
        if SALUTATION.match(line):
            return True
        return bool(_REVIEW.search(self._chapter[0]) and _CLOSES_PARTS.match(line))

    def _own_line(self, line: _Line) -> Iterator[Stretch]:
        """A theme on a line of its own holds for the paragraph after it; a sentence may stand before it."""
        at, end = list(sentences(self._text, *line.span))[-1]
        self._theme = theme_name(self._text[at:end])
        if at > line.start:
            yield self._stretch(line.start, at)
        yield self._stretch(at, line.end, self._theme, opens=at == line.start)

    def _paragraph(self, start: int, end: int, run_in: bool = False) -> Iterator[Stretch]:
        """A paragraph, divided where a theme or an item opens a group of its own."""
        plain = bool(self._chapter) and not (run_in or self._theme or self._annex or self._addressed)
        above = (self._theme,) if self._theme else ()
        for at, stop, themes in self._groups(start, end, led=plain and self._leads):
            yield self._stretch(at, stop, *above, *themes, opens=at == start)
        self._theme = ""

    def _groups(self, start: int, end: int, led: bool) -> Iterator[tuple[int, int, Path]]:
        """Where the groups of a paragraph begin and end, and the themes above each."""
        spans = list(sentences(self._text, start, end))
        folded = [fold(self._text[at:stop]) for at, stop in spans]
        states = _states(spans, folded, end) if self._chapter else set()
        opener: Path = ()
        item: Path = ()
        groups: dict[int, Path] = {start: ()} if spans else {}
        for number, ((at, stop), sentence) in enumerate(zip(spans, folded, strict=True)):
            name = theme_name(self._text[at:stop])
            if label := _ITEM.match(sentence):
                item = (name,) if label.end() < len(sentence) <= _LONGEST_THEME and stop < end else ()
                groups[at if number else start] = (*opener, *item)
            elif number == 0 and led and stop < end and _is_theme(sentence):
                opener = groups[start] = (name,)
            elif at in states:
                groups[at] = (*opener, *item, name)
        for at, stop in pairwise([*groups, end]):
            yield at, stop, groups[at]


def _own_line_themes(lines: list[_Line], leads: bool) -> set[int]:
    """The numbers of the lines that are nothing but a theme for the next one.

    Without a label they count where they alternate with paragraphs three times or more. Where paragraphs
    are led by themes of their own, a short line before one is no theme for it.
    """
    plain = [n for n, line in enumerate(lines) if heading_end(line.folded) != len(line.folded)]
    found: dict[int, bool] = {}
    for place, (number, after) in enumerate(pairwise(plain)):
        line, body = lines[number].folded, lines[after].folded
        if after == number + 1 and _is_own_line(line, body, leads):
            found[place] = bool(_ITEM.match(line))
    runs = {place: 1 + (place - 2 in found) + (place + 2 in found) for place in found}
    return {
        plain[place]
        for place, labelled in found.items()
        if labelled or runs[place] == 3 or 3 in (runs.get(place - 2), runs.get(place + 2))
    }


def _is_own_line(line: str, body: str, leads: bool) -> bool:
    """Whether a line may be a theme for the paragraph after it: short, one sentence or two, no figure."""
    parts = [line[a:b] for a, b in sentences(line)]
    if SALUTATION.match(line) or SALUTATION.match(body) or _ITEM.match(body) or len(parts) > 2:
        return False
    if _ITEM.match(line):
        return len(parts) == 1 and len(line) <= _LONGEST_OWN_LINE and line[-1] not in ",;、"
    if len(line) > 100 or len(body) <= 1.5 * len(parts[-1]):
        return False
    if leads and _is_theme(body[: body.find("。") + 1]):
        return False
    return all(
        len(part) <= _LONGEST_OWN_LINE
        and re.search(r"[。\u3400-\u9fff\"]$", part)
        and not re.search(r"\d|以下|[方几]面|主要|^我们|^要|[就让]", part)
        for part in parts
    )


def _lead_habit(lines: list[_Line]) -> bool:
    """Whether paragraphs are led by a theme.

    Most of those under the lowest headings are, not counting each heading's first: else a short first
    sentence is just that, as where a text was divided into paragraphs anew.
    """
    parts = any(_PART.match(line.folded) for line in lines)
    inside = False
    led: list[bool] = []
    for before, line in pairwise(lines):
        if _is_heading(line.folded[:_LONGEST_HEADING]):
            inside = not parts or bool(_PART.match(line.folded))
        elif SALUTATION.match(line.folded):
            inside = False
        elif inside and len(line.folded) >= _SHORTEST_GROUP and not _ITEM.match(line.folded):
            led += [_is_theme(line.folded[: line.folded.find("。") + 1])] * (not _is_heading(before.folded))
    return sum(led) >= max(2, 0.6 * len(led))


def _is_theme(sentence: str) -> bool:
    """Whether a folded sentence names a theme: 开放水平不断提高。, not a saying: 人命关天，安全至上。"""
    if not sentence.endswith("。") or len(sentence) > _LONGEST_THEME or _NO_THEME.search(sentence):
        return False
    halves = sentence[:-1].split(",")
    return len(halves) == 1 or (len(halves) == 2 and max(map(len, halves)) > 8)


def _states(spans: list[Span], folded: list[str], end: int) -> set[int]:
    """Where sentences inside a paragraph say what has become of a theme, if that is the paragraph's habit."""
    found = [
        span[0]
        for span, sentence in zip(spans, folded, strict=True)
        if _STATE.fullmatch(sentence) and _is_theme(sentence) and not _ITEM.match(sentence)
    ]
    wide = {at for at, after in pairwise([*found, end]) if after - at >= _SHORTEST_GROUP}
    return wide if len(wide) > 1 else set()


def _numeral(numeral: str) -> int:
    """十二 → 12."""
    tens, ten, units = numeral.rpartition("十")
    values = {"": 0} | {digit: value for value, digit in enumerate(_NUMERAL, 1)}
    return (10 * (values[tens] or 1) if ten else 0) + values[units]
