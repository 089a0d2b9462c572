"""Which reports a question is about, and which years and frame of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from qa.datatypes import Document, Kind, Section
from qa.patterns import SAYS_STATE
from qa.question import Question
from qa.regions import Region, find_regions, load_regions
from qa.text import fold, is_word


@dataclass(frozen=True, slots=True)
class Side:
    """One report and what to look for in it; a comparison has several."""

    document: Document
    years: tuple[int, ...]
    """Years that the evidence may tell of; empty where the question leaves it open."""
    kind: Kind | None
    label: str = ""
    """What tells this side from the others: a place, a year, a frame."""
    period: bool = False
    """Whether the years are one period (过去五年), not alternatives."""

    def admits(self, section: Section) -> bool:
        """Whether a section tells of the frame and of a year that are asked of."""
        if self.kind and section.kind != self.kind:
            return False
        return not self.years or not section.years or bool(set(self.years) & set(section.years))


@dataclass(frozen=True, slots=True)
class NoDocument:
    """No report covers what is asked; ``wanted`` names it in words."""

    wanted: str


def sides(
    question: Question, documents: Mapping[str, Document], *, kind: Kind | None = None, chosen: bool = False
) -> tuple[Side, ...] | NoDocument:
    """The reports that the question is about, or what is not there.

    ``documents`` are those that the caller allows, ``chosen`` says that they were named one by one. Several
    sides come from a question that names several places, reports, years or frames.
    """
    regions = _asked_regions(question, documents)
    if isinstance(regions, NoDocument):
        return regions
    kinds: tuple[Kind | None, ...] = (kind,) if kind else question.kinds or (None,)
    found: list[Side] = []
    unplaced = not regions and not question.report_years and not question.years
    if chosen and len(documents) > 1 and question.compares and unplaced:  # 这两份报告各是多少
        return tuple(
            Side(d, _years(question, d, k), k, f"{d.title}" + _label(None, k, kinds))
            for d in documents.values()
            for k in kinds
        )
    for region in regions or (None,):
        group = [d for d in documents.values() if region is None or is_of(d, region)]
        told = _by_time(question, group, kinds)
        if isinstance(told, NoDocument):
            where = region.name if region else ""
            return NoDocument(where + told.wanted)
        for side in told:
            label = region.aliases[0] if region and len(regions) > 1 and region.aliases else ""
            found.append(Side(side.document, side.years, side.kind, label + side.label, side.period))
    return tuple(found)


def _by_time(
    question: Question, documents: Sequence[Document], kinds: Sequence[Kind | None]
) -> list[Side] | NoDocument:
    """Sides of one place: by report year, else by the years asked of, else the newest report."""
    if question.spans and not question.report_years:
        return _by_plans(question, documents, kinds)
    if question.report_years:
        missing = [y for y in question.report_years if not any(d.year == y for d in documents)]
        if missing:
            return NoDocument(f"{missing[0]}年的政府工作报告")
        named = [d for y in question.report_years for d in documents if d.year == y]
        several = len(question.report_years) > 1
        return [
            Side(
                d,
                _years(question, d, kind),
                kind,
                _label(d if several else None, kind, kinds),
                bool(question.span),
            )
            for d in named
            for kind in kinds
        ]
    if question.years and len(documents) > 1:
        return _by_years(question, documents, kinds)
    beside = [year for year in question.years if question.span and year not in question.span]
    beside += [d.year + o for d in documents[:1] if question.span and d.year for o in question.offsets]
    if beside and len(documents) == 1:  # 五年一共多少、2025年又是多少
        document = documents[0]
        period = _years(replace(question, years=()), document, None)
        return [
            Side(document, period, kinds[0], f"{period[0]}—{period[-1]}年", period=True),
            *(Side(document, (year,), _kind_of(document, year, kinds), f"{year}年") for year in beside),
        ]
    if question.span and question.span[0] > 0 and len(documents) > 1:
        told = _of_period(question.span, documents, kinds)
        documents = told or documents
    latest = max((d.year or 0 for d in documents), default=0)
    newest = [d for d in documents if (d.year or 0) == latest] if _one_place(documents) else list(documents)
    if len(newest) == 1 and not question.span and (newest[0].year or question.years):
        document = newest[0]
        years = sorted({*question.years, *((document.year or 0) + offset for offset in question.offsets)})
        if len(years) > 1:
            return [Side(document, (y,), _kind_of(document, y, ()), f"{y}年") for y in years]
    return [
        Side(d, _years(question, d, kind), kind, _label(None, kind, kinds), bool(question.span))
        for d in newest
        for kind in kinds
    ]


def _by_plans(question: Question, documents: Sequence[Document], kinds: Sequence[Kind | None]) -> list[Side]:
    """Plan periods side by side: each as its targets where it began, or as its outcome where it had ended."""
    found = []
    for name, first, last in question.spans:
        for document in documents:
            year = document.year or 0
            kind: Kind = "achieved" if year > last else "planned"
            told = year in (first, last + 1) or len(documents) == 1
            if told and (len(kinds) > 1 or kinds[0] in (None, kind)):
                found.append(Side(document, tuple(range(first, last + 1)), kind, f"“{name}”", period=True))
    return found


def _by_years(
    question: Question, documents: Sequence[Document], kinds: Sequence[Kind | None]
) -> list[Side] | NoDocument:
    """The outcome of year Y stands in the report of Y+1, its target in that of Y."""
    found: list[Side] = []
    for year in question.years:
        for kind in kinds:
            if kind == "planned":
                order = [year]
            elif kind == "achieved":
                order = [year + 1]
            else:
                order = [year + 1, year]
            holders = [d for wanted in order for d in documents if d.year == wanted]
            if kind is None and holders:
                best = holders[0].year
                holders = [d for d in holders if d.year == best]
            label = (f"{year}年" if len(question.years) > 1 else "") + _label(None, kind, kinds)
            found.extend(Side(d, (year,), kind or _kind_of(d, year, kinds), label) for d in holders)
    if found or question.span:
        return found or [Side(d, (), kinds[0], "") for d in documents]
    years = "、".join(str(y) for y in question.years)
    return NoDocument(f"{years}年的政府工作报告")


def _of_period(
    span: tuple[int, int], documents: Sequence[Document], kinds: Sequence[Kind | None]
) -> list[Document]:
    """The reports with a section on just these years, which looks back unless the words look ahead."""
    years = tuple(range(span[0], span[1] + 1))
    wanted = kinds[0] or "achieved"
    return [d for d in documents if any(s.years == years and s.kind == wanted for s in d.sections)]


def _kind_of(document: Document, year: int, kinds: Sequence[Kind | None]) -> Kind | None:
    if len(kinds) == 1 and kinds[0]:
        return kinds[0]
    if document.year is None:
        return None
    return "planned" if year >= document.year else "achieved"


def _years(question: Question, document: Document, kind: Kind | None) -> tuple[int, ...]:
    if question.span and (kind != "achieved" or document.year is None or question.span[0] < document.year):
        first, last = question.span
        if first < 1000:
            if document.year is None:
                return ()
            first, last = document.year + first, document.year + last
        return tuple(range(first, last + 1))
    if question.years:
        return question.years
    if document.year is None:
        return ()
    offsets = [
        o
        for o in question.offsets
        if kind is None
        or (len(question.offsets) == 1 and len(question.kinds) < 2)
        or (o >= 0) == (kind == "planned")
    ]
    return tuple(document.year + offset for offset in offsets)


def _label(document: Document | None, kind: Kind | None, kinds: Sequence[Kind | None]) -> str:
    name = f"{document.year}年报告" if document is not None else ""
    return name + ({"achieved": "完成情况", "planned": "目标"}.get(kind or "", "") if len(kinds) > 1 else "")


def _one_place(documents: Sequence[Document]) -> bool:
    return len({d.region for d in documents}) == 1


def _asked_regions(question: Question, documents: Mapping[str, Document]) -> tuple[Region, ...] | NoDocument:
    """Places of the question that reports of the library are of; none where it names no such place.

    A place that no report is of may still stand in one: then it is a term like any other, and only a library
    of several places says that it lacks a report.
    """
    covered = [r for r in question.regions if any(is_of(d, r) for d in documents.values())]
    if (
        not covered
        and any(r.level == "state" for r in question.regions)
        and SAYS_STATE.search(fold(question.text))
    ):
        return NoDocument("国务院的政府工作报告")
    if len(covered) > 1 and not question.names_state:  # 全国第三个 speaks of a province
        covered = [r for r in covered if r.level != "state"]
    around = {parent.name: parent for r in question.regions for parent in ancestors(r)}
    holders = [
        r for r in around.values() if r.level != "state" and any(is_of(d, r) for d in documents.values())
    ]
    if covered and (question.names_state or not holders or any(r.level != "state" for r in covered)):
        return tuple(covered)
    places = {d.region for d in documents.values()}
    if len(places) < 2:
        unknown = [
            r
            for r in question.regions
            if r.level in ("province", "prefecture") and not _mentioned(r, documents)
        ]
        return NoDocument(f"{unknown[0].name}的政府工作报告") if unknown else ()
    if holders:
        return tuple(holders)
    absent = [r for r in question.regions if r.level != "state" and not _contains(r, places)]
    return NoDocument(f"{absent[0].name}的政府工作报告") if absent else ()


_LOCAL = re.compile(
    r"(?:^|[,，。和与跟、 ])([\u3400-\u9fff]{1,3}[市县区])(?=(?:19|20)\d\d|去年|今年|的|和|与|、)"
)
_NO_PLACE = re.compile(
    r"[全本各城市郊园新我该小社片辖校库景灾矿山牧林]|.*[小社校园景城地灾片辖街库矿牧林山郊老]区$"
)


def with_local_places(question: Question, documents: Mapping[str, Document]) -> Question:
    """The question with places that the gazetteer lacks: those of the reports, and 某市, 某县, 某区."""
    folded = fold(question.text)
    known = {region.name for region in question.regions}
    found = list(question.regions)
    for document in documents.values():
        short = document.region[:-1] if len(document.region) > 2 else document.region
        if (
            document.region
            and short in folded
            and not find_regions(document.region)
            and document.region not in known
        ):
            found.append(Region(document.region, (short,), "", "district", ""))
            known.add(document.region)
    for match in _LOCAL.finditer(folded):
        name = match[1]
        if name not in known and not _NO_PLACE.match(name) and not is_word(name) and not find_regions(name):
            found.append(Region(name, (name[:-1],), "", "prefecture", ""))
    return replace(question, regions=tuple(found))


def _mentioned(region: Region, documents: Mapping[str, Document]) -> bool:
    """Whether a report is of the region, or one around it, or its text names it."""
    if is_home(region, documents.values()):
        return True
    names = [name for name in (region.name, *region.aliases) if len(name) > 1 and not name.isascii()]
    return any(name in document.text for name in names for document in documents.values())


def ancestors(region: Region) -> tuple[Region, ...]:
    """The regions that a region lies in, the nearest first."""
    by_name = {r.name: r for r in load_regions()}
    found = []
    while region.parent in by_name:
        region = by_name[region.parent]
        found.append(region)
    return tuple(found)


def is_home(region: Region, documents: Iterable[Document]) -> bool:
    """Whether a region is that of a report, or holds it: its name tells nothing about a place in the text."""
    for document in documents:
        if is_of(document, region):
            return True
        own = next((r for _, _, r in find_regions(document.region)), None)
        if own and any(parent.name == region.name for parent in ancestors(own)):
            return True
    return False


def is_of(document: Document, region: Region) -> bool:
    """Whether a document is the report of a region."""
    if region.level == "state":
        return document.region in ("国务院", "全国", "中国")
    return bool(document.region) and (document.region == region.name or document.region in region.aliases)


def _contains(region: Region, places: set[str]) -> bool:
    """Whether one of the places lies in the region: 上海市 for 浦东新区."""
    found = (r for place in places for _, _, r in find_regions(place))
    return any(parent.name == region.name for r in found for parent in ancestors(r))
