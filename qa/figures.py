"""Document → figure ledger: every figure with its indicator, what it measures, its period and its clause."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from qa import figure_words as say
from qa.datatypes import Document, Figure, Kind, Measure, Section
from qa.numerals import Number, find_numbers
from qa.subjects import Lead, Sentence, Subject, joined, lead_of, listed_items, members_of, subject_of
from qa.text import clauses, fold, sentences


def find_figures(document: Document) -> tuple[Figure, ...]:
    """The figures of ``document`` in reading order, without overlap.

    Numerals that name something (第八轮, “十四五”, 五大工程), dates, and limits inside an indicator
    (亿元以上项目, 60岁以上人口) are no figures. ``measure`` says what the figure measures: ``target`` is a
    planned level, while a planned change, share or rank keeps its measure and has ``kind`` planned.
    """
    text, folded = document.text, fold(document.text)
    masked = _masked(folded, text)
    numbers = find_numbers(text)
    starts = [number.start for number in numbers]
    found: list[Figure] = []
    for section in document.sections:
        for start, end in sentences(text, section.start, section.end):
            inside = numbers[bisect_left(starts, start) : bisect_left(starts, end)]
            if inside and not any(heading.start <= start < heading.end for heading in document.contents):
                sentence = Sentence(text, folded, masked, start, end, list(clauses(text, start, end)), inside)
                found.extend(_read(document, section, sentence))
    return tuple(found)


def _read(document: Document, section: Section, sentence: Sentence) -> Iterator[Figure]:
    """The figures of one sentence from left to right; each may lean on the one before it."""
    sentence.numbers = [number for number in sentence.numbers if not _is_name(sentence, number)]
    numbers = sentence.numbers
    context: Subject | None = None
    members: list[Subject] = []
    told: list[tuple[int, Subject]] = []
    before: Figure | None = None
    at = 0
    while at < len(numbers):
        lead = lead_of(sentence, at)
        together = _together(sentence, at, lead, told)
        size = len(together) or _group_size(sentence, at, lead, len(members))
        if together:
            members = together
        elif lead.subject or size != len(members) or not (lead.spliced or "分别" in lead.predicate):
            subject = subject_of(sentence, at, lead, _akin(numbers, at, lead, told) or context)
            named = subject is not None and subject.name
            rate = numbers[at].unit in say.RATE_UNITS
            members = members_of(sentence, subject, size, rate) if subject and named else []
            context = subject if named else context
        for k, member in enumerate(members, at):
            if not numbers[k].unit or (numbers[k].unit, numbers[at + size - 1].unit) == ("个", "百分点"):
                numbers[k] = replace(numbers[k], unit=numbers[at + size - 1].unit)
            figure = _figure(document, section, sentence, k, at + size, lead, member)
            if before and not lead.subject and say.WISHED.fullmatch(lead.predicate) and before.unit == "%":
                figure = replace(figure, measure=before.measure, direction=before.direction)
            if before and lead.listed:
                figure = _like(figure, before, lead)
            yield figure
            before = figure
            if figure.measure not in ("change", "share", "rank", "base"):
                told.append((k, member))
        at += size


def _together(sentence: Sentence, at: int, lead: Lead, told: Sequence[tuple[int, Subject]]) -> list[Subject]:
    """The subjects of figure ``at`` and its list where they stand with the figures before, else none.

    One each (收入17万元,支出5万元,分别增长9%和8%), or one for all (A18家、B46家,均居首位).
    """
    if lead.subject or lead.spliced or not told:
        return []
    numbers, masked = sentence.numbers, sentence.masked
    size = _run(sentence, at) - at
    reach, unit = ";" if size > 1 else ",;", numbers[told[-1][0]].unit
    end = max((masked.rfind(mark, sentence.start, numbers[told[-1][0]].start) for mark in reach), default=-1)
    subjects: list[Subject] = []
    for k, subject in told:
        if numbers[k].start > end and (size > 1 or numbers[k].unit == unit):
            subjects = [other for other in subjects if other.name != subject.name] + [subject]
    if (
        size > 1
        and len(subjects) >= size
        and (say.CHANGING.search(lead.predicate) or "分别" in lead.predicate)
    ):
        return subjects[-size:]
    return [joined(subjects)] if size == 1 < len(subjects) and say.ALIKE.match(lead.predicate) else []


def _akin(
    numbers: Sequence[Number], at: int, lead: Lead, told: Sequence[tuple[int, Subject]]
) -> Subject | None:
    """What was last counted in the unit of figure ``at``: 项目8个、投资6亿元,其中|新开工3个."""
    if lead.carried or numbers[at].unit in say.RATE_UNITS:
        return None
    return next((subject for k, subject in reversed(told) if numbers[k].unit == numbers[at].unit), None)


def _run(sentence: Sentence, at: int) -> int:
    """Where the list of figures that begins with ``at`` ends: 7.5%、9%."""
    numbers, end = sentence.numbers, at + 1
    while end < len(numbers) and _LIST_MARK.fullmatch(
        sentence.masked, numbers[end - 1].end, numbers[end].start
    ):
        end += 1
    return end


def _group_size(sentence: Sentence, at: int, lead: Lead, before: int) -> int:
    """How many figures from ``at`` on one predicate governs: 分别增长7.5%、9%; ``before``: the last size."""
    end = _run(sentence, at)
    paired = say.PAIR.search(lead.subject) and say.CHANGING.search(lead.predicate)
    items = 2 if paired else listed_items(lead.subject)
    if "分别" in lead.predicate or (items > 1 and items == end - at):
        return end - at
    return before if lead.spliced and not lead.subject and before == end - at else 1


def _like(figure: Figure, before: Figure, lead: Lead) -> Figure:
    """A figure that only goes on with a list measures what the one before does: 累计减税5亿元、|降费2亿元."""
    if lead.subject and (before.measure, figure.measure) != ("cumulative", "level"):
        return figure
    figure = replace(figure, measure=before.measure, direction=before.direction)
    settled = before.kind == "achieved" and figure.kind == "planned" and not before.years
    return replace(figure, kind=before.kind, years=before.years) if settled else figure


def _is_name(sentence: Sentence, number: Number) -> bool:
    """Whether the numeral names or limits something instead of measuring it."""
    if sentence.masked[number.core] == _BLOT:
        return True
    before = sentence.folded[max(sentence.start, number.start - 12) : number.start]
    if number.unit == "条" and before.endswith("新"):
        return True
    after = sentence.folded[number.end : min(sentence.end, number.end + 40)]
    if number.ordinal:
        return not say.RANKED.search(before)
    if number.spelled and number.unit != "年":
        limits = _is_limit(number, after) or _is_reference(number, before, after)
        return limits or _is_spelled_name(number, sentence.folded[number.core], before)
    if number.unit in ("年", "个月"):
        if say.TERM.match(after) and "连续" not in before:
            return True
        whole = number.number.is_integer() or number.unit == "个月"
        return number.spelled or after.startswith("来") or (whole and not say.LASTING.search(before))
    if number.unit == "岁" and not say.AGED.search(before):
        return True
    if not number.unit and not re.search("[万亿]", sentence.folded[number.core : number.end]):
        if say.GOING_ON.match(after):
            return False
        return not say.LINKED.search(before) or not say.AFTER_BARE.match(after)
    return _is_limit(number, after) or _is_reference(number, before, after)


def _is_spelled_name(number: Number, first: str, before: str) -> bool:
    """三大产业, 二元结构 and 万元GDP are names; 三成, 两倍, 四家 and 超百亿元 are not."""
    if first in "十百千万亿":
        return not number.hedge and not say.LINKED.search(before)
    return number.unit not in say.SPELLED_UNITS or (number.unit == "元" and number.number < _COINS)


def _is_limit(number: Number, after: str) -> bool:
    """Whether the numeral describes what is counted: 亿元|以上的项目, 30万吨|级航道, 50米|内换乘."""
    if number.hedge.endswith(("以上", "以下", "以内")) and number.unit not in ("%", ""):
        people = number.unit in ("人", "人次") and number.number >= _MANY
        if after.startswith("的"):
            return not people
        return number.unit in say.LIMIT_UNITS and bool(_HAN.match(after) or after[:1].isdigit())
    if after.startswith(("级", "及以", "的有", "的达")):
        return True
    if number.unit in say.SPAN_UNITS and say.WITHIN.match(after):
        return True
    if number.unit in ("小时", "分钟"):
        return bool(_HAN.match(after))
    return number.unit == "元" and bool(say.CLASSED.match(after))


def _is_reference(number: Number, before: str, after: str) -> bool:
    """Whether the numeral only says what something else is measured by: 每增长1个百分点, 60万亿元的基数."""
    if number.unit in say.CAPACITY_UNITS and say.AMONG_PROJECTS.match(after):
        return True
    if after.startswith("方面") and not before.endswith("等"):
        return True
    if number.unit == "百分点" and (after.startswith("的") or say.EACH.search(before)):
        return True
    if after.startswith(("的目标", "的预期目标", "的年度目标")) and not say.SHORT_OF.search(
        before + number.hedge
    ):
        return False
    if number.unit == "个" and say.STEP.match(after):
        return True
    if say.BACKGROUND.match(after) or say.SUPERLATIVE.search(before):
        return True
    if after.startswith("的") and "成为" in before:
        return True
    return before.endswith(("按", "以")) and bool(say.MANNER.match(after))


def _figure(
    document: Document,
    section: Section,
    sentence: Sentence,
    at: int,
    after: int,
    lead: Lead,
    subject: Subject,
) -> Figure:
    """The row for figure ``at``, whose group ends before figure ``after``."""
    text, number = sentence.text, sentence.numbers[at]
    value = text[number.start : number.end]
    words = sentence.folded[lead.start : number.start].rstrip()
    measure = _measure(sentence, at, after, lead, subject)
    years, kind, period = _period(document, section, sentence, number, lead, measure)
    if kind == "planned" and measure == "level":
        measure = "target"
    wish = say.WISH.search(words) if kind == "planned" else None
    basis = say.BASIS.search(words)
    first, last = min(subject.start, number.start), max(subject.end, number.end)
    clause = [span for span in sentence.clauses if span[1] > first and span[0] < last]
    return Figure(
        document_id=document.id,
        start=number.start,
        end=number.end,
        value=value,
        number=number.number,
        upper=number.upper,
        unit=number.unit,
        indicator=text[subject.start : subject.end],
        indicator_start=subject.start,
        indicator_end=subject.end,
        name=subject.name,
        action=subject.action,
        measure=measure,
        hedge="…".join(word for word in (wish[0] if wish else "", number.hedge) if word),
        basis=basis[0] if basis else "",
        direction=_direction(words + value) or _direction(subject.action) if measure == "change" else "",
        years=years,
        period=period,
        kind=kind,
        clause_start=min(first, clause[0][0]),
        clause_end=max(last, clause[-1][1]),
    )


def _measure(sentence: Sentence, at: int, after: int, lead: Lead, subject: Subject) -> Measure:
    number, numbers, predicate = sentence.numbers[at], sentence.numbers, lead.predicate
    onward = sentence.masked[numbers[after - 1].end : numbers[after].start] if after < len(numbers) else ""
    if say.FROM.search(lead.subject + predicate) and say.TO.search(_STOP.split(onward)[0]):
        return "base"
    if number.ordinal:
        return "rank"
    if _is_share(sentence, number, lead, subject):
        return "share"
    if subject.behind and say.CUTTING.search(predicate) and number.unit == "%":
        return "change"
    if number.unit in ("%", "百分点") and say.MOVING.search(subject.action) and not predicate:
        return "change"
    doubled = "番" in sentence.folded[number.core : number.end]
    if number.unit == "百分点" or doubled or (say.CHANGING.search(predicate) and not subject.behind):
        return "change"
    if "累计" in predicate + lead.subject + subject.action:
        return "cumulative"
    if say.TO.search(predicate):
        return "level"
    if say.ADDING.match(subject.action) or re.search("新增|净增", predicate):
        return "new"
    return "new" if re.match(r"[^,;]*、累计", onward) else "level"


def _is_share(sentence: Sentence, number: Number, lead: Lead, subject: Subject) -> bool:
    if say.WHOLE.search(lead.predicate):
        return True
    if number.unit not in ("%", ":"):
        return False
    bare = not lead.predicate and (not lead.subject or subject.behind)
    part = subject.behind and not say.SPEED.search(subject.name) and not say.CHANGING.search(lead.predicate)
    return (
        bare or part or bool(say.SHARE.search(subject.name) or say.SPENT.match(sentence.masked, number.end))
    )


def _period(
    document: Document, section: Section, sentence: Sentence, number: Number, lead: Lead, measure: Measure
) -> tuple[tuple[int, ...], Kind, str]:
    """Years, kind and part of the year of ``number``: by its sentence's own words, else its section's."""
    years, kind, period = section.years, section.kind, ""
    yearly = "年均" in lead.subject + lead.predicate
    year = document.year
    for found in say.WHEN.finditer(sentence.folded, sentence.start, number.start):
        if not _tells_when(sentence, number, found, measure):
            continue
        if found["part"]:
            period = found["part"]
        elif found["relative"] == "上" and len(section.years) == 1:
            years = (section.years[0] - 1,)
        elif (told := _years_of(found, year)) and not (yearly and len(told) == 1 < len(years)):
            years = told
    if measure == "base" and not say.DATED_BASE.search(sentence.folded, sentence.start, number.start):
        years = ()
    if year is None or not years:
        return years, kind, period
    if kind == "planned" and say.ALREADY.search(lead.subject + lead.predicate):
        return (), "achieved", period
    if kind == "planned" and max(years) < year and years != section.years:
        kind = "achieved"
    elif kind == "achieved" and max(years) > year and min(years) >= year:
        kind = "planned"
    return years, kind, period


def _tells_when(sentence: Sentence, number: Number, found: re.Match[str], measure: Measure) -> bool:
    """Whether a mention of time holds for ``number``: not inside a name, nor for another figure alone."""
    if sentence.masked[found.end() - 1] == _BLOT:
        return False
    if sentence.folded.startswith("的", found.end()) and found.end() + 1 < number.start:
        return False
    between = sentence.masked[found.end() : number.start]
    if ";" in between and re.search("[,;:]", sentence.masked[sentence.start : found.start()]):
        return False
    if found["part"] and "全年" in between:
        return False
    return measure == "base" or found.start() == 0 or sentence.folded[found.start() - 1] not in "从由"


def _years_of(found: re.Match[str], year: int | None) -> tuple[int, ...]:
    """The years that a match of ``WHEN`` names, in a report of ``year``."""
    if found["year"]:
        first, last = int(found["year"]), int(found["until"] or found["year"])
        return tuple(range(first, last + 1)) if first <= last <= first + 20 else (first,)
    if found["plan"]:
        first = 2001 + 5 * "零一二三四五".index(found["plan"])
        return tuple(range(first, first + 5))
    if year is None:
        return ()
    if past := found["past"] or found["last"] or found["recent"]:
        count = {"三": 3, "四": 4, "五": 5, "十": 10}.get(past, 0) or int(past)
        return tuple(range(year - count, year))
    if found["future"]:
        return tuple(range(year, year + {"三": 3, "五": 5}[found["future"]]))
    offsets = {"去": (-1,), "上": (-1,), "今": (0,), "明": (1,), "前": (-2,), "今明": (0, 1)}
    return tuple(year + offset for offset in offsets[found["relative"]])


def _direction(words: str) -> Literal["up", "down", ""]:
    up = max((found.end() for found in say.UP.finditer(words)), default=-1)
    down = max((found.end() for found in say.DOWN.finditer(words)), default=-1)
    if up == down:
        return ""
    return "up" if up > down else "down"


def _masked(folded: str, text: str) -> str:
    """``folded`` with everything inside quotation marks and brackets blotted out."""
    held = _HELD.sub(_blotted, text)
    return "".join(
        mark if mark == _BLOT else "," if mark == "，" else char
        for char, mark in zip(folded, held, strict=True)
    )


def _blotted(found: re.Match[str]) -> str:
    """What marks hold, blotted out; but a figure told in brackets (同口径增长2.5%) is a clause of its own."""
    inside = found[0][1:-1]
    if found[0][0] in "（(" and say.ASIDE.search(inside):
        return f"，{inside}，"
    return found[0][0] + _BLOT * len(inside) + found[0][-1]


_BLOT = "□"
_HELD = re.compile(r"“[^”\n]{1,40}”|《[^》\n]{1,80}》|「[^」\n]{1,40}」|（[^）\n]{1,60}）|\([^)\n]{1,60}\)")
_STOP = re.compile(r"[,;:、。!]")
_LIST_MARK = re.compile(r"\s*(?:[、和与及]|以及)\s*")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_COINS = 10
"""Yuan from which a Chinese numeral is an amount (五百元) and no name (二元结构)."""

_MANY = 10_000
"""People from which 以上的 is an amount (1500万人次以上的培训) and no limit (20人以上的企业)."""
