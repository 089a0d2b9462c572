"""Document → passages: one to a few whole sentences of one section, in order, none twice, no fact lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from qa.datatypes import Document, Passage, Section
from qa.outline import SALUTATION, heading_end, theme_name
from qa.text import Span, clauses, fold, sentences

_WHOLE = re.compile(r"[。！？!?；;][”’」』）)]*$")
_NUMBER = re.compile(
    r"\([一二三四五六七八九十]+\)|(?:[一二三四五六七八九十]+|\d{1,2})(?=[、.])|第\w{1,3}?(?=部分|章)|"
    r"附[件录表]?[\d一二三四五六七八九十]*$|\w{0,6}(?:注释|解释|说明)$"
)
_FIGURE = re.compile(r"\d(?!\d*\s?年)")  # a year in a heading is none


def split(document: Document, *, target: int = 120, longest: int = 200) -> tuple[Passage, ...]:
    """The passages of a document in order.

    Sentences are joined while the passage stays within ``target`` characters; ``target=1`` gives single
    sentences. A sentence of more than ``longest`` characters is divided at semicolons, else at commas. A
    theme (开放水平不断提高。) stays with the sentence after it. Numbered headings without a figure, forms of
    address and the contents page are in no passage: the path and ``document.contents`` hold them.
    """
    text = document.text
    found: list[Passage] = []
    count: Counter[str] = Counter()
    for section in document.sections:
        prefix = f"{document.id}/{_number(section.path)}"
        for start, end in _joined(text, section, list(_pieces(document, section, longest)), target):
            count[prefix] += 1
            name = f"{prefix}#{count[prefix]}"
            found.append(
                Passage(
                    name, document.id, start, end, text[start:end], section.path, section.kind, section.years
                )
            )
    return tuple(found)


def _number(path: tuple[str, ...]) -> str:
    """The numbers of the headings: 二.(一); 0 before the first chapter."""
    found = [_NUMBER.match(fold(heading)) for heading in path]
    return ".".join(number[0] for number in found if number) or "0"


def _pieces(document: Document, section: Section, longest: int) -> Iterator[Span]:
    """The sentences of a section without its heading and forms of address, long ones divided."""
    if document.contents and section.start <= document.contents[0].start < section.end:
        return
    text = document.text
    for start, end in sentences(text, section.start + _heading(text, section), section.end):
        if not SALUTATION.fullmatch(fold(text[start:end])):
            yield from _divided(text, start, end, longest)


def _heading(text: str, section: Section) -> int:
    """The length of the numbered heading that the section begins with, 0 where it states a figure."""
    if not section.path:
        return 0
    body = fold(text[section.start : section.end])
    blanks = len(body) - len(body.lstrip())
    line = body.lstrip().partition("\n")[0].rstrip()
    number = _NUMBER.match(fold(section.path[-1]))
    if number is None or not line.startswith(number[0]):
        return 0
    end = heading_end(line)
    return 0 if _FIGURE.search(line, number.end(), end) else blanks + end


def _divided(text: str, start: int, end: int, longest: int) -> Iterator[Span]:
    """A sentence, or its parts where it is long: runs of whole clauses that end with their mark."""
    borders = [first for first, _ in clauses(text, start, end)][1:]
    semicolons = [at for at in borders if text[start:at].rstrip()[-1] in "；;"]
    at = start
    for stop in [*semicolons, end] if end - start > longest else [end]:
        while stop - at > longest:
            near = [border for border in borders if at < border < stop and border - at <= longest]
            if not near:
                break
            yield at, at + len(text[at : near[-1]].rstrip())
            at = near[-1]
        yield at, at + len(text[at:stop].rstrip())
        at = stop


def _joined(text: str, section: Section, pieces: list[Span], target: int) -> Iterator[Span]:
    """Neighbouring pieces joined up to ``target``; a theme with nothing under it is left to the path."""
    at = 0
    while at < len(pieces):
        start, end = pieces[at]
        at += 1
        while at < len(pieces) and _belongs(text, section, (start, end), pieces[at], target):
            end = pieces[at][1]
            at += 1
        if not _is_theme(text, section, start, end):
            yield start, end


def _belongs(text: str, section: Section, before: Span, after: Span, target: int) -> bool:
    """Whether a piece goes into the passage before it: no whole sentence leaves its paragraph."""
    if _is_theme(text, section, *before):
        return True
    between = text[before[1] : after[0]]
    if between.strip() and section.path:  # 各位代表！ stands between them
        return False
    if "\n" in between and not _WHOLE.search(text[slice(*before)]):
        return True
    return after[1] - before[0] <= target and "\n" not in between


def _is_theme(text: str, section: Section, start: int, end: int) -> bool:
    return bool(section.path) and theme_name(text[start:end]) == section.path[-1]
