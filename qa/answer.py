"""Question + hits → findings: what each side's report says to the question, and the short answer in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from qa.datatypes import Figure, Hit
from qa.evidence import (
    LONGEST_QUOTE,
    Evidence,
    cited,
    commensurable,
    find_clauses,
    find_figures,
    grows,
    is_amount,
    is_other,
    lacks_essential,
    sentence_at,
    stands_apart,
    whole_sentence,
)
from qa.extract import enumerations, series
from qa.match import Matcher
from qa.numerals import find_numbers, numeral, same_amount
from qa.patterns import (
    CAME_ABOUT,
    ENTRY,
    EXPLAINED,
    FIGURE_HEAD,
    IN_WORDS,
    NO_PROBLEM,
    NUMBERED,
    PERSON,
    PROBLEM,
    RANK,
)
from qa.question import Question
from qa.reader import Reader
from qa.reading import pointed, reread
from qa.scope import Side
from qa.short import short_span
from qa.text import fold, sentences
from qa.verdict import contrasts, direction, foretold, holds, is_state

_ENOUGH = 0.5  # share of the question that evidence must hold
_SOME = 0.35  # … where the question only names a field
_ROWS = 6  # of the ledger that a figure is chosen from; the rest need not be weighed against their neighbours
_POINTS = 8  # main points of a field that one reads at a glance
_FIGURES = ("figure", "change", "share")
_POINTED = ("name", "where", "when", "ordinal")
_READ = ("figure", "share", *_POINTED)  # not growth: what grew is easily taken for its neighbour


@dataclass(frozen=True, slots=True)
class Finding:
    """What one side of a question comes to."""

    side: Side
    evidence: tuple[Evidence, ...]
    """Best first."""
    short: str | None
    items: tuple[str, ...] = ()
    open_list: bool = False
    """Whether the report itself breaks the list off with 等."""
    verdict: bool | None = None
    others: tuple[Evidence, ...] = ()
    """Further ledger rows that answer nearly as well, for setting like beside like."""
    points: bool = False
    """Whether the evidence is the main points of a field, in the order of the text."""

    def strongest(self, most: int = 3) -> list[Evidence]:
        """The few points that speak of the question most, in the order of the text."""
        return sorted(sorted(self.evidence, key=lambda e: -e.score)[:most], key=lambda e: e.start)


def look(
    question: Question, side: Side, hits: Sequence[Hit], matcher: Matcher, reader: Callable[[], Reader] | None
) -> tuple[Finding | None, list[Evidence]]:
    """The best answer that the side's report gives, or None, and the nearest evidence in any case."""
    finding, near = _by_rules(question, side, hits, matcher)
    if reader and question.want in _READ:
        finding = _read(question, side, hits, matcher, finding, reader())
    return finding, near


def _read(
    question: Question,
    side: Side,
    hits: Sequence[Hit],
    matcher: Matcher,
    finding: Finding | None,
    reader: Reader,
) -> Finding | None:
    """What the reader makes of a finding by rules: its own words for a name, place or time; one for none."""
    if finding is not None and question.want not in _POINTED:
        return finding
    read = reread(question, finding.evidence[0], reader) if finding else None
    read = read or pointed(question, side, hits, matcher, reader)
    if read is None:  # that a name is a person's, no rule can tell
        return None if PERSON.search(question.text) else finding
    if finding and finding.short and _is_cut(read[1], finding.short):
        return finding
    if read[0].figure:
        side = replace(side, label=side.label + question.subject)
    return Finding(side, (read[0],), read[1])


def _is_cut(read: str, told: str) -> bool:
    """Whether a name was read without its first character or two (钢养护院 of 上钢养护院)."""
    lost = told.removesuffix(read)
    return lost != told and 0 < len(lost) <= 2 and not re.search("[由在为是于从对把被和与、“《]", lost)


def _by_rules(
    question: Question, side: Side, hits: Sequence[Hit], matcher: Matcher
) -> tuple[Finding | None, list[Evidence]]:
    runs = [e for e in find_clauses(side, hits, matcher) if _tells(question, side, e)]
    if question.want != "problem":  # what is deplored is rarely what was done
        runs.sort(key=lambda e: -(e.score - (0.1 if _is_problem(e) else 0.0)))
    rows: list[Evidence] = []
    if question.want in _FIGURES or question.want == "yesno":
        fitting = (
            row
            for row in find_figures(question, side, hits, matcher)
            if row.figure and not _is_of_more(question, row.figure)
            if not is_other(question, row) and not (question.want == "figure" and stands_apart(question, row))
        )
        rows = list(islice(fitting, _ROWS if question.want in _FIGURES else None))
    near = sorted([*rows[:3], *runs[:3]], key=lambda e: -e.coverage)
    if question.want in _FIGURES:
        return _figure(question, side, rows, runs), near
    if question.want == "yesno":
        finding = _verdict(question, side, rows, runs)
        if finding and foretold(question, finding.evidence[0]):
            finding = replace(finding, verdict=False)
        return finding, near
    if question.want == "problem":
        return _problems(side, [e for e in runs if _is_problem(e)], matcher), near
    if question.want == "field":
        return _points(side, runs, matcher, floor=_SOME), near
    return _named(question, side, runs, matcher), near


def _tells(question: Question, side: Side, evidence: Evidence) -> bool:
    section = evidence.document.section_at(evidence.start)
    aside = section.kind == "other" and question.want in ("problem", "term")
    return side.admits(section) or (aside and section.kind != side.kind and side.kind is not None)


def _answers(question: Question, evidence: Evidence) -> bool:
    """Whether a ledger row is a figure of the sort that the question asks for."""
    row = evidence.figure
    if row is None or evidence.score < 0.45 or not _carries(evidence):
        return False
    if question.want == "change" and not grows(row):
        return False
    if not commensurable(row, question.units):
        return False
    counted = FIGURE_HEAD.search(fold(question.text))  # 多少个名额 is not how many schools
    if counted and any(term.weight >= 0.9 and term.text in counted[1] for term in evidence.missing):
        return False
    if question.measure == "cumulative" and row.measure != "cumulative":
        return not re.search(r"新增|新建|新设|新开|改建|建设|完成|实施|新认定", evidence.quote)
    return evidence.precise >= 0.4 or evidence.found > 1 or evidence.similarity >= 0.9


def _is_of_more(question: Question, row: Figure) -> bool:
    """Whether a figure is the sum of things of which the question names some only.

    集成电路、生物医药、人工智能三大先导产业规模 is not the size of one of the three.
    """
    *things, last = re.split("、", fold(row.indicator))
    counted = re.match(r"(.+?)(?:等|[两二三四五六七八九十\d]+[大个项类种家])", last)
    things += [counted[1]] if counted else []
    names = [name for term in question.terms if term.noun for name in (term.text, *term.alternatives)]
    named = [any(name in thing or thing in name for name in names) for thing in things]
    return any(named) and not all(named)


def _carries(evidence: Evidence) -> bool:
    """Whether evidence speaks of what is asked: by the question's own nouns, or near it by the search.

    A word that the report does not use may be the asker's own for what it prints (资质 for 有效期内), so one
    such word is let pass where the search puts the passage first; never a place.
    """
    if lacks_essential(evidence):
        return False
    missing = {term.text for term in evidence.missing if term.weight >= 0.9}
    if evidence.coverage >= _ENOUGH and not missing:
        return True
    return (
        evidence.found > 0
        and evidence.similarity >= 0.7
        and evidence.coverage >= 0.55 - 0.15 * evidence.similarity + 0.05 * (len(missing) - 1)
    )


def _figure(
    question: Question, side: Side, rows: Sequence[Evidence], runs: Sequence[Evidence]
) -> Finding | None:
    best = rows[0] if rows and _answers(question, rows[0]) else None
    if side.kind == "planned" and runs and _carries(runs[0]):  # 控制在市下达指标内: a target without a figure
        said = runs[0]
        sparse = best is None or (best.precise < 0.3 and said.coverage > best.coverage + 0.1)
        counted = re.search(r"\d(?!\d*年)", said.quote) and (best is not None or question.want != "figure")
        told = IN_WORDS.search(said.quote) or not re.search("多少|几|how m", fold(question.text))
        if said.found and sparse and not counted and told:
            return Finding(side, (said,), said.quote)
    if best is None or best.figure is None:
        return None
    side = replace(side, label=side.label + question.subject)
    return Finding(
        side, (best,), best.figure.value, others=tuple(r for r in rows[1:_ROWS] if _answers(question, r))
    )


def aligned(findings: Sequence[Finding]) -> list[Finding]:
    """The sides of a comparison with like beside like: growth with growth, level with level."""
    rows = [f.evidence[0].figure for f in findings]
    planned = next((row for row in rows if row is not None and row.kind == "planned"), None)
    if len(findings) < 2 or planned is None:
        return list(findings)
    result = []
    for finding, row in zip(findings, rows, strict=True):
        if row is not None and (row.measure == "change") != (planned.measure == "change"):
            like = (
                e
                for e in finding.others
                if e.figure and (e.figure.measure == "change") == (planned.measure == "change")
            )
            best = next((e for e in like if e.figure and e.figure.name[-4:] == planned.name[-4:]), None)
            if best and best.figure:
                finding = replace(finding, evidence=(best,), short=best.figure.value)
        result.append(finding)
    return result


def _verdict(
    question: Question, side: Side, rows: Sequence[Evidence], runs: Sequence[Evidence]
) -> Finding | None:
    """Whether what the question states is so: by the ledger where it states an amount or a direction."""
    if question.contrast:
        told = [run for run in runs if contrasts(question, run.quote) and _carries(run)]
        return Finding(side, (told[0],), told[0].quote, verdict=holds(question, told[0])) if told else None
    said = runs[0].coverage if runs else 0.0
    ranked = bool(RANK.search(fold(question.text))) and bool(runs) and bool(RANK.search(fold(runs[0].quote)))
    if question.numbers and not ranked and rows and _carries(rows[0]) and rows[0].score >= 0.3:
        best = _as_stated(question, rows)
        unit = question.numbers[0].unit
        fits = best.figure is not None and (not unit or commensurable(best.figure, (unit,)))
        if best.figure and best.coverage >= said - 0.15 and fits:
            stated = [
                r for r in rows[:6] if r is not best and r.coverage >= _ENOUGH and _is_stated(question, r)
            ]
            return Finding(side, (best, *stated[:1]), best.figure.value, verdict=holds(question, best))
    went = direction(question.text)
    if went and not question.numbers:
        moved = [r for r in rows if r.figure and r.figure.measure == "change" and r.figure.direction]
        if moved and moved[0].figure and _carries(moved[0]) and moved[0].precise >= 0.4:
            row = moved[0].figure
            return Finding(side, (moved[0],), row.value, verdict=row.direction == went)
    if CAME_ABOUT.search(fold(question.text)) and "目标" in question.text:
        runs = sorted(runs, key=lambda run: "目标" not in run.quote or not _carries(run))
    if RANK.search(fold(question.text)):  # the place in the order may stand in a clause further on
        runs = [run if RANK.search(fold(run.quote)) else whole_sentence(run) for run in runs[:1]]
    for run in runs[:1]:
        if question.numbers and not ranked and not _prints(run.quote, question):
            continue
        lacking = [t for t in run.missing if t.must or (t.weight >= 0.9 and not is_state(t.text))]
        if _carries(run) or (run.coverage >= _ENOUGH and not lacking):
            return Finding(side, (run,), run.quote, verdict=holds(question, run))
    return None


def _prints(quote: str, question: Question) -> bool:
    """Whether a quote prints an amount that the question states."""
    return any(same_amount(said, told) for said in question.numbers for told in find_numbers(fold(quote)))


def _is_stated(question: Question, row: Evidence) -> bool:
    return row.figure is not None and any(is_amount(row.figure, n.number) for n in question.numbers)


def _as_stated(question: Question, rows: Sequence[Evidence]) -> Evidence:
    """The row that measures what the question says of its amount (新增了1208家), whatever it comes to."""
    folded = fold(question.text)
    lead = folded[max(0, question.numbers[0].start - 10) : question.numbers[0].start]
    said = (
        "new"
        if re.search(r"新[增设建]|增加|\bnew\b|added", lead)
        else "cumulative"
        if re.search(r"累计|总|一共|共有", lead)
        else ""
    )
    top = [row for row in rows if row.coverage >= 0.85 * rows[0].coverage]
    return (
        next((row for row in top if row.figure and row.figure.measure == said), rows[0]) if said else rows[0]
    )


# --- fields ----------------------------------------------------------------------------------------


def _is_problem(evidence: Evidence) -> bool:
    section = evidence.document.section_at(evidence.start)
    text = evidence.document.text
    left = text.rfind("\n", 0, evidence.start) + 1
    right = text.find("\n", evidence.end)
    paragraph = text[left : right if right > 0 else len(text)]
    return (
        section.kind == "other"
        and bool(PROBLEM.search(paragraph))
        and bool(re.search(r"困难|问题|挑战|不足", paragraph))
    )


def _problems(side: Side, runs: Sequence[Evidence], matcher: Matcher) -> Finding | None:
    """The problems that the report owns up to in a field, or all of them where no field is named."""
    pieces = [piece for run in runs for piece in _admissions(run, matcher)]
    told = sorted(cited(pieces), key=lambda e: (-e.score, e.start))
    if not told:
        return None
    weights = zip(matcher.terms, matcher.weights, strict=True)
    field = sum(weight for term, weight in weights if term.noun and not PROBLEM.search(term.text))
    named = [e for e in told if (e.coverage >= 0.4 and not e.missing) or e.coverage >= 0.55]
    if not named or field < 0.6:
        return Finding(side, tuple(sorted(told[:_POINTS], key=lambda e: e.start)), told[0].quote)
    points = [e for e in named if e.score >= 0.6 * named[0].score][:_POINTS]
    return Finding(side, tuple(sorted(points, key=lambda e: e.start)), points[0].quote)


def _admissions(evidence: Evidence, matcher: Matcher) -> list[Evidence]:
    """The sentence around a run, at its semicolons: each problem with what it consists of."""
    text = evidence.document.text
    first, last = sentence_at(text, evidence.start)
    borders = [first, *(at + 1 for at in range(first, last) if text[at] in "；;"), last]
    if last - first < 30:  # a lead (转型升级步伐仍需加快。) belongs to the sentence after it
        borders[-1] = sentence_at(text, min(last + 1, len(text) - 1))[1]
    found = []
    for start, end in pairwise(borders):
        quote = text[start:end].strip("；; ")
        start = text.index(quote, start) if quote else start
        coverage = max(
            matcher((fold(quote), 1.0)), evidence.coverage if start <= evidence.start < end else 0.0
        )
        if PROBLEM.search(quote) and not NO_PROBLEM.match(fold(quote)) and len(quote) <= 390:
            score = 0.6 * coverage + 0.4 * evidence.similarity
            missing = matcher.missing(fold(quote))
            stretch = replace(evidence, start=start, end=start + len(quote), score=score)
            found.append(replace(stretch, coverage=coverage, missing=missing))
    return found


def _points(side: Side, runs: Sequence[Evidence], matcher: Matcher, *, floor: float) -> Finding | None:
    """The main points of a field: the section that is headed so, else the sentences that speak of it."""
    headed = _section_points(side, matcher)
    if len(headed) > 1:
        return Finding(side, tuple(headed), max(headed, key=lambda e: e.score).quote, points=True)
    good = [e for e in runs if e.coverage >= floor and not any(t.must for t in e.missing)]
    if (
        sum(bool(e.found) for e in good) < 3 and runs
    ):  # the field goes by other words: what stands with the nearest passage
        nearest = max(runs, key=lambda e: (e.similarity + 0.3 * e.coverage, -e.start))
        section = nearest.document.section_at(nearest.start)
        if nearest.similarity >= 0.75 and len(section.path) > 2:
            good = [*good, *(e for e in runs if section.start <= e.start < section.end and e not in good)]
    good = [e for e in good if not _is_theme(e)]
    if not any(e.found for e in good):  # half a word (质量 of 空气质量) is worth something only at its best
        good = [e for e in good if e.coverage >= max(other.coverage for other in good) - 0.02]
    if not good or (max(e.coverage for e in good) < 0.45 and max(e.similarity for e in good) < 0.8):
        return None
    top = max(e.score for e in good)
    points = cited(whole_sentence(e) for e in good if e.score >= 0.5 * top)[:_POINTS]
    return Finding(side, tuple(sorted(points, key=lambda e: e.start)), good[0].quote, points=True)


def _section_points(side: Side, matcher: Matcher) -> list[Evidence]:
    """The main points of the section whose heading names the field, in the order of the text.

    Of several the one for just the years asked of, then the innermost. Points with figures go before others
    where there are too many.
    """
    named = [
        (matcher((fold(section.path[-1]), 1.0)), section.years == side.years, len(section.path), section)
        for section in side.document.sections
        if len(section.path) > 1 and side.admits(section)
    ]
    fitting = [entry for entry in named if entry[0] >= 0.6]
    if not fitting:
        return []
    *_, best = max(fitting, key=lambda entry: entry[:3])
    sections = [entry[-1] for entry in fitting if entry[-1].path == best.path]
    points = [
        Evidence(
            side.document, start, end, 0.6 * coverage + 0.2 * bool(re.search(r"\d", quote)), coverage, ()
        )
        for section in sections
        for start, end in sentences(side.document.text, section.start, section.end)
        for quote in [side.document.text[start:end]]
        if 8 <= len(quote) <= LONGEST_QUOTE
        for coverage in [matcher((fold(quote), 1.0))]
    ]
    told = sorted((e for e in points if not _is_theme(e)), key=lambda e: -e.score)[:_POINTS]
    return sorted(told, key=lambda e: e.start)


def _is_theme(evidence: Evidence) -> bool:
    """Whether a run is only the section's own heading."""
    path = evidence.document.section_at(evidence.start).path
    return bool(path) and fold(evidence.quote).strip("。") == fold(path[-1])


# --- names, places, times, lists -------------------------------------------------------------------


def _glossed(side: Side, matcher: Matcher) -> Evidence | None:
    """The entry of the report's own glossary for a word of the question."""
    text = side.document.text
    for term in matcher.terms:
        if term.noun and term.weight >= 0.9 and len(term.text) > 1:
            entry = re.search(ENTRY.format(re.escape(term.text)), text)
            if entry and entry.end(1) - entry.start(1) <= LONGEST_QUOTE:
                return Evidence(side.document, *entry.span(1), 1.0, 1.0, ())
    for section in side.document.sections:
        if not section.path or not re.match(r"附|注|名词", section.path[0]):
            continue
        leaf = fold(section.path[-1])
        if any(len(t.text) > 1 and t.weight >= 0.9 and t.text in leaf for t in matcher.terms if t.noun):
            start = max(section.start, text.find("\n", section.start, section.end) + 1)
            end = section.start + len(text[section.start : section.end].rstrip("。\n "))
            if end - start > LONGEST_QUOTE or matcher((leaf, 1.0), (fold(text[start:end]), 0.8)) < _ENOUGH:
                continue
            return Evidence(side.document, start, end, 1.0, 1.0, ())
    return None


def _named(question: Question, side: Side, runs: Sequence[Evidence], matcher: Matcher) -> Finding | None:
    runs = [run for run in runs[:6] if _speaks(run) and run.coverage >= 0.75 * runs[0].coverage]
    entry = _glossed(side, matcher) if question.want in ("list", "term") else None
    if entry and question.want == "term":
        return Finding(side, (entry,), entry.quote)
    if entry:
        found = _list(question, side, [entry], matcher)
        if found:
            return found
    if question.want == "term" and EXPLAINED.search(fold(question.text)):
        runs = [
            run
            for run in runs
            if any(
                re.search(rf"{re.escape(t.text)}[”\"》]?(?:是指|指|即|就是|,?是|:|--)", fold(run.quote))
                for t in matcher.terms
                if t.noun
            )
        ]
    if question.want == "list":
        return (
            _initials(side, matcher) or _series(question, side, runs) or _list(question, side, runs, matcher)
        )
    for run in runs[:3]:
        if question.want == "term":
            return Finding(side, (whole_sentence(run),), run.quote)
        span = short_span(question, run, matcher)
        typed = span is not None and fold(run.quote[slice(*span)]).strip('"').endswith(question.head[-2:])
        if question.want in ("where", "name") and (span is None or not typed):
            whole = whole_sentence(run)
            wider = short_span(question, whole, matcher) if question.head or span is None else None
            ends = wider is not None and fold(whole.quote[slice(*wider)]).strip('"').endswith(
                question.head[-2:]
            )
            if wider and (question.want == "where" or span is None or ends):
                run, span = whole, wider
        if span:
            return Finding(side, (run,), run.quote[span[0] : span[1]])
    return None


def _speaks(run: Evidence) -> bool:
    """Whether a run speaks of what is asked, in its own words or in others."""
    return (
        run.coverage >= _ENOUGH or (run.coverage >= 0.3 and run.similarity >= 0.6) or run.similarity >= 0.95
    )


def _initials(side: Side, matcher: Matcher) -> Finding | None:
    """What a numbered word (六保) stands for: so many neighbours that begin with its last character."""
    text = side.document.text
    for term in matcher.terms:
        told = NUMBERED.fullmatch(term.text)
        number = int(numeral(told[1]) or 0) if told else 0
        if told is None or number < 2:
            continue
        item = rf"{told[2]}[^、，,。；;“”]{{1,16}}"
        found = re.search(rf"{item}(?:[、，,]{item}){{{number - 1}}}(?=[，,。；;、等]|$)", text)
        if found:
            start, end = found.span()
            run = Evidence(side.document, start, end, 1.0, 1.0, ())
            items = tuple(re.split("[、，,]", found[0]))
            return Finding(side, (run,), "、".join(items), items)
    return None


def _series(question: Question, side: Side, runs: Sequence[Evidence]) -> Finding | None:
    """What follows the best evidence point by point (一是…；二是…), as many as are asked for."""
    text = side.document.text
    for run in runs[:3]:
        items = series(text, sentence_at(text, run.start)[0], question.count)
        announced = re.search(r"[两二三四五六七八九十\d]+(?:个|项|条|点|方面)|以下|如下|主要是", run.quote)
        if items and (len(items) == question.count or (announced and not question.count)):
            told = tuple(replace(run, start=start, end=end, figure=None) for start, end in items)
            names = tuple(text[start:end] for start, end in items)
            return Finding(side, told, "、".join(names), names)
    return None


def _list(question: Question, side: Side, runs: Sequence[Evidence], matcher: Matcher) -> Finding | None:
    """The list that the best evidence holds: near what is asked, made of what was not said."""
    found: list[tuple[float, Finding]] = []
    for run in runs:
        for piece in {run, whole_sentence(run)}:
            for spans, more in enumerations(piece.quote):
                if any(_is_asked(piece.quote[a:b], matcher) for a, b in spans):
                    continue
                if question.count and len(spans) != question.count:
                    continue
                items = tuple(piece.quote[a:b].strip('“”"') for a, b in spans)
                listed = fold(piece.quote[spans[0][0] : spans[-1][1]])
                beside = fold(
                    piece.quote[max(0, spans[0][0] - 12) : spans[0][0]]
                    + " "
                    + piece.quote[spans[-1][1] :][:16]
                )
                score = (
                    run.score
                    + 0.05 * min(len(items), 6)
                    + 0.4 * matcher((beside, 1.0))
                    - 0.7 * matcher.covered(listed)
                )
                score += 0.4 * (question.count == len(items) > 0) - 0.001 * len(piece.quote)
                found.append((score, Finding(side, (piece,), "、".join(items), items, more)))
    return max(found, key=lambda pair: pair[0], default=(0.0, None))[1]


def _is_asked(item: str, matcher: Matcher) -> bool:
    """Whether an item of a list is itself what the question asks the parts of."""
    name = fold(item).strip('"《》')
    return any(term.noun and len(term.text) > 3 and term.text == name for term in matcher.terms)
