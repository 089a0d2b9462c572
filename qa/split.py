"""Document → passages: one to a few whole sentences of one section, in order, none twice, no fact lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from qa.datatypes import Document, Passage, Section
from qa.text import Span, clauses, fold, sentences

_SALUTATION = re.compile(r"各位(?:代表|委员)[^。!]{0,8}[!:,]?")
_COMPLETE = re.compile(r"[。！？!?；;][”’」』）)]*$")
_LABEL = re.compile(
    r"\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+(?=[、.])|第[一二三四五六七八九十]+(?=部分|章)|附件\d*|注释|名词解释"
)


def split(document: Document, *, target: int = 120, longest: int = 200) -> tuple[Passage, ...]:
    """The passages of a document in order.

    Sentences are joined while the passage stays within ``target`` characters; ``target=1`` gives single
    sentences. A sentence of more than ``longest`` characters is divided at semicolons, else at commas. A
    lead sentence (开放水平不断提高。) stays with the one after it. Numbered headings, forms of address and
    the contents page are in no passage: the path and ``document.contents`` hold them.
    """
    found: list[Passage] = []
    count: Counter[str] = Counter()
    for section in document.sections:
        prefix = f"{document.id}/{_label(section.path)}"
        for start, end in _joined(document.text, section, list(_pieces(document, section, longest)), target):
            count[prefix] += 1
            found.append(
                Passage(
                    id=f"{prefix}#{count[prefix]}",
                    document_id=document.id,
                    start=start,
                    end=end,
                    text=document.text[start:end],
                    path=section.path,
                    kind=section.kind,
                    years=section.years,
                )
            )
    return tuple(found)


def _pieces(document: Document, section: Section, longest: int) -> Iterator[Span]:
    """The sentences of a section without heading and forms of address, long ones divided."""
    if document.contents and section.start <= document.contents[0].start < section.end:
        return
    text = document.text
    for number, (start, end) in enumerate(sentences(text, section.start, section.end)):
        folded = fold(text[start:end])
        if number == 0 and _LABEL.match(folded) and _is_heading(section, folded):
            continue
        if _SALUTATION.fullmatch(folded):
            continue
        yield from _divided(text, start, end, longest)


def _is_heading(section: Section, folded: str) -> bool:
    return bool(section.path) and folded.startswith(fold(section.path[-1])[:4])


def _divided(text: str, start: int, end: int, longest: int) -> Iterator[Span]:
    """A sentence, or its parts where it is long: runs of whole clauses that end with their mark."""
    if end - start <= longest:
        yield start, end
        return
    borders = [first for first, _ in clauses(text, start, end)][1:]
    strong = [at for at in borders if text[start:at].rstrip().endswith(("；", ";"))]
    at = start
    for stop in [*strong, end]:
        while stop - at > longest:
            near = [border for border in borders if at < border < stop and border - at <= longest]
            if not near:
                break
            yield at, at + len(text[at : near[-1]].rstrip())
            at = near[-1]
        if at < stop:
            yield at, at + len(text[at:stop].rstrip())
            at = stop


def _joined(text: str, section: Section, pieces: list[Span], target: int) -> Iterator[Span]:
    """Neighbouring pieces joined up to ``target``; whole sentences stay in their paragraph."""
    at = 0
    while at < len(pieces):
        start, end = pieces[at]
        at += 1
        while at < len(pieces) and _belongs(text, section, start, end, pieces[at], target):
            end = pieces[at][1]
            at += 1
        yield start, end


def _belongs(text: str, section: Section, start: int, end: int, after: Span, target: int) -> bool:
    lead = bool(section.path) and text[start:end].strip("—。！!：: ") == section.path[-1]
    new_line = "\n" in text[end : after[0]]
    if lead or (new_line and not _COMPLETE.search(text[start:end])):
        return True
    return after[1] - start <= target and (not new_line or end - start < target // 3)


def _label(path: tuple[str, ...]) -> str:
    """The numbers of chapter and part: 二.(一); 0 before the first chapter."""
    labels = [found[0] for heading in path if (found := _LABEL.match(fold(heading)))]
    return ".".join(labels) or "0"
