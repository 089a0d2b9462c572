"""Question + hits → evidence: the runs of clauses and the ledger rows that speak of what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from qa.datatypes import Document, Figure, Hit
from qa.match import FOUND, Matcher, found
from qa.patterns import BARE, CHANGED, DONE, FIGURE_HEAD, IN_ALL, MEASURED, PER_HEAD, WEAK
from qa.question import Question, Term
from qa.scope import Side
from qa.text import Span, clauses, fold, sentences

_SENTENCE, _LEAF, _PATH, _BEFORE = 0.85, 0.7, 0.55, 0.45  # how far words around a clause speak for it
LONGEST_QUOTE = 240  # characters; a quote is read at a glance


@dataclass(frozen=True, slots=True)
class Evidence:
    """A run of whole clauses, and how well it fits the question."""

    document: Document
    start: int
    end: int
    score: float
    coverage: float
    """Share of the question, weighted, that stands in the run or around it."""
    missing: tuple[Term, ...]
    """Nouns of the question that stand neither in the run nor around it."""
    figure: Figure | None = None
    similarity: float = 0.0
    """How near its passage is to the question by the search, 1.0 the nearest."""
    precise: float = 0.0
    """Share of a figure's indicator that the question names."""
    found: int = 0
    """How many nouns of the question stand in or around it."""

    @property
    def quote(self) -> str:
        """The run as printed."""
        return self.document.text[self.start : self.end]


def find_clauses(side: Side, hits: Sequence[Hit], matcher: Matcher) -> list[Evidence]:
    """The best run of clauses of each sentence that was found in the side's report, best first."""
    gathered: list[Evidence] = []
    for hit in hits:
        passage = hit.passage
        if passage.document_id != side.document.id:
            continue
        text = side.document.text
        before = fold(text[max(0, passage.start - 60) : passage.start])
        path = fold("".join(passage.path[:-1]))
        leaf = fold(passage.path[-1]) if passage.path else ""
        for start, end in sentences(text, passage.start, passage.end):
            gathered.append(_best_run(side.document, start, end, before, (path, leaf), hit.score, matcher))
            before = fold(text[start:end])
    return sorted(gathered, key=lambda e: (-e.score, e.start))


def run_around(document: Document, span: Span, hit: Hit, matcher: Matcher) -> Evidence:
    """The best run of whole clauses that holds ``span``, which stands in the passage of a hit."""
    text, passage = document.text, hit.passage
    around = [
        sentence
        for sentence in sentences(text, passage.start, passage.end)
        if sentence[0] < span[1] and span[0] < sentence[1]
    ]
    start, end = around[0][0], around[-1][1]
    before = fold(text[max(0, start - 60) : start])
    path, leaf = fold("".join(passage.path[:-1])), fold("".join(passage.path[-1:]))
    return _best_run(document, start, end, before, (path, leaf), hit.score, matcher, span)


def _best_run(
    document: Document,
    start: int,
    end: int,
    before: str,
    headings: tuple[str, str],
    similarity: float,
    matcher: Matcher,
    inner: Span | None = None,
) -> Evidence:
    """The run of a sentence's clauses that speaks of the question most; one that holds ``inner`` if given."""
    text = document.text
    spans = list(clauses(text, start, end))
    whole = fold(text[start:end])
    path, leaf = headings
    best: tuple[float, float, Span] = (-1.0, 0.0, (start, end))
    for first in range(len(spans)):
        for last in range(first, len(spans) if inner else min(len(spans), first + 4)):
            run = (spans[first][0], spans[last][1])
            if inner and not (run[0] <= inner[0] and inner[1] <= run[1]):
                continue
            inside = fold(text[run[0] : run[1]])
            coverage = matcher(
                (inside, 1.0), (whole, _SENTENCE), (leaf, _LEAF), (path, _PATH), (before, _BEFORE)
            )
            score = coverage - 0.03 * (last - first) - 0.0004 * (run[1] - run[0])
            if score > best[0] + 1e-9:
                best = (score, coverage, run)
    _, coverage, run = best
    missing = matcher.missing(whole, leaf, path, before)
    nouns = sum(term.noun for term in matcher.terms) - len(missing)
    return Evidence(
        document,
        *run,
        0.6 * coverage + 0.4 * similarity,
        coverage,
        missing,
        similarity=similarity,
        found=nouns,
    )


def find_figures(question: Question, side: Side, hits: Sequence[Hit], matcher: Matcher) -> list[Evidence]:
    """The ledger rows of the side's report that fit what is asked, best first."""
    similar = [
        (h.passage.start, h.passage.end, h.score) for h in hits if h.passage.document_id == side.document.id
    ]
    rows = side.document.figures
    gathered: list[Evidence] = []
    for at, row in enumerate(rows):
        if not admits_figure(side, row, question):
            continue
        similarity = next((s for a, b, s in similar if a <= row.start < b), 0.0)
        gathered.append(_weigh(question, side, rows, at, similarity, matcher))
    return sorted(gathered, key=lambda e: (-e.score, e.start))


def admits_figure(side: Side, row: Figure, question: Question) -> bool:
    """Whether a figure is of the frame and the time that a side asks of."""
    if row.period and not question.part_of_year:
        return False
    if (row.measure == "base") != (question.started or _is_dated_start(side, row)):
        return False
    if question.part_of_year and question.part_of_year not in fold(row.period or ""):
        return False
    if side.kind and row.kind != side.kind and row.kind != "other":
        return False
    if not side.years or not row.years:
        return True
    if side.period:
        at_end = row.years[-1] == side.years[-1] and (len(row.years) > 1 or row.kind == "planned")
        return at_end or set(row.years) == set(side.years)
    if len(side.years) == 1 and len(row.years) > 1:  # what a period came to, it came to in its last year
        return row.years[-1] == side.years[0] and not re.search("年均|平均每年", row.indicator + row.basis)
    return bool(set(row.years) & set(side.years))


def _is_dated_start(side: Side, row: Figure) -> bool:
    """Whether a figure that something rose or fell from is of just the year asked of (从2020年的10.5万元)."""
    return row.measure == "base" and len(side.years) == 1 and row.years == side.years


def _weigh(
    question: Question, side: Side, rows: Sequence[Figure], at: int, similarity: float, matcher: Matcher
) -> Evidence:
    row = rows[at]
    document = side.document
    near = _around(_ByText(document.text, document), at)
    coverage = matcher(
        (near.named, 1.0),
        (row.name, 1.0),
        (near.local, 1.0),
        (near.clause, 0.85),
        (near.whole, 0.75),
        (near.spoken, 0.5),
        (near.path, 0.5),
        (near.before, 0.4),
    )
    precise = matcher.covered(re.sub(r"\([^()]*\)", "", near.indicator))
    score = 0.5 * coverage + 0.2 * precise + 0.2 * similarity + _fit(question, row, near.local, side.years)
    nouns = sum(term.noun for term in matcher.terms)
    missing = matcher.missing(
        near.named, row.name, near.local, near.clause, near.spoken, near.path, near.before
    )
    return Evidence(
        document,
        row.clause_start,
        row.clause_end,
        score,
        coverage,
        missing,
        row,
        similarity,
        precise,
        nouns - len(missing),
    )


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a figure, folded, from the nearest to the farthest; the same for every question."""

    indicator: str
    named: str
    local: str
    clause: str
    whole: str
    spoken: str
    path: str
    before: str


@dataclass(frozen=True, slots=True)
class _ByText:
    """A document that is told from others by its text alone, whose hash is known already."""

    text: str
    document: Document = field(compare=False)


@lru_cache(maxsize=20_000)
def _around(key: _ByText, at: int) -> _Around:
    """What stands around the ``at``-th figure of a document."""
    text, rows = key.text, key.document.figures
    row = rows[at]
    start, end = sentence_at(text, row.start)
    indicator = fold(row.indicator)
    named = _coordinated(text, rows, at) + indicator
    named += next((noun for noun, units in MEASURED.items() if row.unit in units), "")
    if row.measure == "change":  # 国内生产总值达到99.1万亿元，增长6.1% is GDP growth
        named += "下降" if row.direction == "down" else "增长"
    whole = _own(text, rows, at, start, end)
    return _Around(
        indicator=indicator,
        named=named,
        local=_own(text, rows, at, *_local(text, rows, at)),
        clause=_own(text, rows, at, row.clause_start, row.clause_end),
        whole=whole,
        spoken=whole if row.measure in ("change", "share") else fold(text[start:end]),
        path=fold("".join(key.document.section_at(row.start).path)),
        before=fold(text[max(0, start - 60) : start]),
    )


def _fit(question: Question, row: Figure, local: str, years: tuple[int, ...]) -> float:
    """How well the sort of figure fits: its unit, what it measures, when, and where it comes to."""
    score = 0.0
    planned = row.kind == "planned"
    if question.want == "change":
        score += 0.25 if grows(row) else -0.3
    elif question.want == "share":
        score += (
            0.2 if row.measure == "share" else 0.15 if row.unit == "%" and row.measure != "change" else -0.3
        )
    elif question.want != "yesno":  # what is stated tells by its unit what sort it is
        if re.search(r"第几|排名|位次|名次", question.text):
            score += 0.2 if row.measure == "rank" else -0.3
        elif row.measure == "rank" or (row.measure == "change" and not planned):
            score -= 0.25
        elif row.measure == "share":
            score -= 0.1
    if question.want == "yesno" and question.numbers and question.numbers[0].unit:
        score += 0.15 if row.unit == question.numbers[0].unit else -0.3
    if question.want != "yesno" and any(is_amount(row, n.number, n.unit) for n in question.numbers):
        score -= 0.4  # what the question states is not what it asks for
    if planned and not question.kinds and not years:
        score -= 0.1  # who asks how many there are asks of what is
    if question.units:
        fits = (
            row.unit in question.units
            or _alike(row.unit, question.units)
            or (not row.unit and row.indicator.rstrip("口数").endswith(question.units))
        )
        score += 0.15 if fits else -0.25
    if row.measure == "new" and not question.measure and not re.search(r"[建修增添设]", question.text):
        score -= 0.06  # who says nothing of new ones asks how many there are
    if question.measure and row.measure in ("new", "cumulative"):
        score += 0.15 if row.measure == question.measure else -0.3
    elif row.measure == "cumulative" and not question.measure:
        score -= 0.03
    if question.reaches and re.search(
        r"(?:至|到|达|为|以内|以下)[^\d]{0,4}$", local[: local.find(fold(row.value))]
    ):
        score += 0.1
    if row.action and any(found(term, fold(row.action)) >= 0.5 for term in question.terms):
        score += 0.1
    if len(years) == 1 and row.years == years:
        score += 0.05
    elif len(years) == 1 and row.years and (row.measure != "level" or row.years[-1] != years[0]):
        score -= 0.15  # what five years came to stands at the end of the last
    elif len(years) == 1 and len(row.years) > 1:
        score -= 0.04
    if row.unit in _SPANS and row.unit not in question.units:
        score -= 0.25  # 连续9年稳定在1300亿斤以上 tells how long, not how much
    return score


_SPANS = ("年", "个月", "天", "周年", "轮", "届")


def grows(row: Figure) -> bool:
    """Whether a row tells by how much something grew or shrank."""
    return row.measure == "change" or bool(re.search(r"增速|涨幅|增幅|降幅|增长率", row.indicator))


def is_amount(row: Figure, number: float, unit: str = "") -> bool:
    """Whether a row is just this amount, in this unit where one is given."""
    return abs(row.number - number) <= 1e-6 * max(1.0, abs(number)) and (not unit or unit == row.unit)


_ALIKE = (
    "人名位",
    "家个户",
    "部台",
    "项条个件",
    "所个家",
    "处个",
    "座个",
    "套户个",
    "公里里",
    "微克/立方米微克",
)


_HARD = frozenset(
    [
        "元",
        "美元",
        "%",
        "公里",
        "米",
        "平方米",
        "平方公里",
        "亩",
        "公顷",
        "吨",
        "斤",
        "人次",
        "千瓦",
        "千瓦时",
        "立方米",
        "岁",
        "天",
        "微克/立方米",
        "微克",
        "标箱",
    ]
)


def commensurable(row: Figure, asked: tuple[str, ...]) -> bool:
    """Whether a figure can be counted in one of the units asked for: money is not vehicles."""
    if not asked or not row.unit or row.unit in asked or _alike(row.unit, asked):
        return True
    return row.unit not in _HARD and not all(unit in _HARD for unit in asked)


def _alike(unit: str, asked: tuple[str, ...]) -> bool:
    return any(unit in group and any(a in group for a in asked) for group in _ALIKE if unit)


def _coordinated(text: str, rows: Sequence[Figure], at: int) -> str:
    """The first name that a figure's own stands beside (单位GDP用水量、能耗分别…): they share a head."""
    start = rows[at].indicator_start
    if at and BARE.fullmatch(rows[at].indicator):  # 粮食播种面积3320万亩、产量1285万吨
        before = rows[at - 1]
        beside = text[before.end : start]
        if before.end <= start and len(beside) < 6 and not re.search(r"[；;。\n]", beside):
            return fold(before.indicator)
    for row in rows[max(0, at - 4) : at]:
        between = text[row.indicator_start : start]
        if row.indicator_end <= start and not re.search(r"[\d，,；;。\n]", between):
            return fold(row.indicator)
    return ""


def _local(text: str, rows: Sequence[Figure], at: int) -> Span:
    """Span of the words of one figure alone: from the figure before it to the next comma or 、."""
    row = rows[at]
    left = row.clause_start
    if at and rows[at - 1].end > left:
        left = rows[at - 1].end
    right = row.end
    while (
        right < len(text)
        and text[right] not in "，,；;。、\n"
        and not (at + 1 < len(rows) and right >= rows[at + 1].start)
    ):
        right += 1
    return left, right


def _own(text: str, rows: Sequence[Figure], at: int, start: int, end: int) -> str:
    """A stretch around a figure, folded, with what other figures count blanked out.

    全年地区生产总值达到16715.15亿元,一般公共预算收入…增长9.1% does not say by how much the first one grew.
    """
    row = rows[at]
    chars = list(fold(text[start:end]))
    for other in rows[max(0, at - 12) : at + 13]:
        same = other.indicator_start < row.indicator_end and row.indicator_start < other.indicator_end
        if not same:
            for i in range(max(start, other.indicator_start), min(end, other.indicator_end)):
                chars[i - start] = " "
    return "".join(chars)


def is_neighbour(document: Document, row: Figure, matcher: Matcher) -> bool:
    """Whether a noun of the question stands in a figure's sentence only as what another figure counts."""
    own, whole = _sentence_of(document, row)
    return len(matcher.missing(own)) > len(matcher.missing(whole))


def _sentence_of(document: Document, row: Figure) -> tuple[str, str]:
    """A figure's sentence, folded: without what its neighbours count, and whole."""
    start, end = sentence_at(document.text, row.start)
    own = _own(document.text, document.figures, document.figures.index(row), start, end)
    return own, fold(document.text[start:end])


def lacks_essential(evidence: Evidence) -> bool:
    """Whether a noun is missing for which no other word can stand: a place, or one that was translated."""
    return any(
        term.must or (term.text.isascii() and term.alternatives and not DONE.search(term.alternatives[0]))
        for term in evidence.missing
    )


def is_other(question: Question, evidence: Evidence) -> bool:
    """Whether a figure tells of another thing or sort than is counted in the question.

    Of its neighbour in the sentence (多少吨煤); of growth, or what falls to each, where all is asked for; of
    all where what falls to each is.
    """
    row, asked = evidence.figure, re.split("[—-]{2}", fold(question.text))[-1]
    if row is None or question.want != "figure":
        return False
    if IN_ALL.search(asked):
        grown = row.measure == "change" and row.kind != "planned" and question.measure != "new"
        each = PER_HEAD.search(row.indicator) and not PER_HEAD.search(asked)
        if each or (grown and not CHANGED.search(asked)):
            return True
    if PER_HEAD.search(asked) and row.unit == "元" and row.number >= 1e8:
        return True
    counted = FIGURE_HEAD.search(asked)
    things = [term for term in question.terms if counted and term.noun and term.text in counted[1]]
    return bool(things) and _counts_other(evidence.document, row, things)


def stands_apart(question: Question, evidence: Evidence) -> bool:
    """Whether what the question names stands about a figure, but nothing of it in the figure's own clause."""
    row, text = evidence.figure, evidence.document.text
    nouns = [term for term in question.terms if term.noun and term.weight >= 0.9 and not term.must]
    if row is None or len(row.indicator) < 4:  # 3.58亿人参保 leans on what was said before
        return False
    own = fold(text[row.clause_start : row.clause_end] + row.indicator)
    heads = {name[-2:] for term in nouns for name in (term.text, *term.alternatives)} - WEAK
    named = any(found(term, own) >= FOUND for term in question.terms if term.weight >= 0.5)
    return any(t not in evidence.missing for t in nouns) and not named and not any(h in own for h in heads)


def _counts_other(document: Document, row: Figure, terms: Sequence[Term]) -> bool:
    """Whether terms stand in a figure's sentence, but only as what its neighbours there count."""
    own, whole = _sentence_of(document, row)
    said = [term for term in terms if found(term, whole) >= FOUND]
    return bool(said) and not any(found(term, own) >= FOUND for term in said)


def sentence_at(text: str, at: int) -> Span:
    """The sentence around an offset, without blanks and its closing mark."""
    start = max(text.rfind(mark, 0, at) for mark in "。！？!?\n") + 1
    end = min((stop for mark in "。！？!?\n" if (stop := text.find(mark, at)) >= 0), default=len(text))
    while start < end and text[start].isspace():
        start += 1
    return start, end


def whole_sentence(evidence: Evidence) -> Evidence:
    """The evidence with the rest of its sentence, where that can still be read at a glance."""
    start, end = sentence_at(evidence.document.text, evidence.start)
    if end - start > LONGEST_QUOTE or end < evidence.end:
        return evidence
    return replace(evidence, start=start, end=end)


def cited(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Evidence in order without repeats and overlaps."""
    kept: list[Evidence] = []
    for item in evidence:
        if not any(
            k.document.id == item.document.id and k.start < item.end and item.start < k.end for k in kept
        ):
            kept.append(item)
    return kept
