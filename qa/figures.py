"""Document → figure ledger: every figure with its indicator, what it measures, its period and its clause.

A figure takes its indicator from the words before it (地区生产总值|达到…), else from the noun behind it
(出台3部|法规), else from the figure before it in the sentence (…、累计达到18部).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from qa import figure_words as say
from qa.datatypes import Document, Figure, Kind, Measure, Section
from qa.numerals import Number, find_numbers
from qa.text import clauses, fold, sentences


def find_figures(document: Document) -> tuple[Figure, ...]:
    """The figures of ``document`` in reading order, without overlap.

    Numerals that name something (第八轮, “十四五”, 五大工程), dates, and limits inside an indicator
    (亿元以上项目, 60岁以上人口) are no figures. ``measure`` says what the figure measures: ``target`` is a
    planned level, while a planned change, share or rank keeps its measure and has ``kind`` planned.
    """
    folded = fold(document.text)
    masked = _masked(folded, document.text)
    numbers = find_numbers(document.text)
    starts = [number.start for number in numbers]
    listed = [(heading.start, heading.end) for heading in document.contents]
    found: list[Figure] = []
    for section in document.sections:
        for start, end in sentences(document.text, section.start, section.end):
            inside = numbers[bisect_left(starts, start) : bisect_left(starts, end)]
            if inside and not any(first <= start < last for first, last in listed):
                found.extend(_Sentence(document, folded, masked, section, start, end).read(inside))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a figure counts: where it is printed, its comparable name, and what was done to it."""

    start: int
    end: int
    name: str
    action: str = ""
    behind: bool = False
    """The noun stands behind its figure: 出台3部|法规."""
    led: bool = False
    """The action stands before the figure: 出台|3部法规, but not 8家企业|获奖."""


@dataclass(frozen=True, slots=True)
class _Lead:
    """The words between the boundary before a figure and the figure: subject, then predicate."""

    start: int
    subject: str
    predicate: str
    carried: bool
    """Joined to the figure before it by 、 or by nothing."""
    spliced: bool
    """Joined to the figure before it by nothing."""


@dataclass(frozen=True, slots=True)
class _Front:
    """A lead's subject taken apart: owner, action, noun (城镇|新增|就业)."""

    start: int
    owner: str
    action: str
    noun: str
    verb_last: bool = False
    """The verb stands behind the noun: 征收安置房|开工."""


class _Sentence:
    """Reads the figures of one sentence from left to right; each may lean on the one before it.

    ``folded`` is the document's text for matching; in ``masked`` what quotation marks and brackets hold is
    blotted out, so that no mark or verb is found in there.
    """

    def __init__(
        self, document: Document, folded: str, masked: str, section: Section, start: int, end: int
    ) -> None:
        self.document, self.folded, self.masked, self.section = document, folded, masked, section
        self.start, self.end = start, end
        self.clauses = list(clauses(document.text, start, end))

    def read(self, numbers: list[Number]) -> Iterator[Figure]:
        """The figures among ``numbers``, all of which lie in this sentence."""
        kept = [number for number in numbers if not self._is_name(number)]
        context: _Subject | None = None
        members: list[_Subject] = []
        last: Figure | None = None
        at = 0
        while at < len(kept):
            lead = self._lead(kept[at - 1] if at else None, kept[at])
            size = self._group_size(kept, at, lead, len(members))
            if not lead.spliced or lead.subject or size != len(members):
                subject = self._subject(lead, kept, at, context)
                subject = subject if subject and subject.name else None
                members = self._members(subject, size, kept[at].unit in _RATES) if subject else []
                context = subject or context
            for k, member in enumerate(members, at):
                if not kept[k].unit:
                    kept[k] = replace(kept[k], unit=kept[at + size - 1].unit)
                figure = self._figure(kept, k, at + size, lead, member)
                if last and _continues(lead) and (
                    not lead.subject or (last.measure, figure.measure) == ("cumulative", "level")
                ):
                    figure = replace(figure, measure=last.measure, direction=last.direction)
                last = figure
                yield figure
            at += size

    def _is_name(self, number: Number) -> bool:
        """Whether the numeral names or limits something instead of measuring it."""
        if self.masked[number.core] == _BLOT:
            return True
        before = self.folded[max(self.start, number.start - 12) : number.start]
        after = self.folded[number.end : min(self.end, number.end + 4)]
        if number.ordinal:
            return not say.RANKED.search(before)
        if after.startswith("级") or (number.unit == "岁" and not _AGED.search(before)):
            return True
        if number.hedge.endswith(("以上", "以下", "以内")) and number.unit not in ("%", ""):
            people = number.unit in ("人", "人次") and number.number >= 10_000
            return (after.startswith("的") and not people) or (number.unit in say.LIMIT_UNITS and bool(_HAN.match(after)))
        if number.unit == "个月" and not say.LASTING.search(before):
            return True
        if number.unit == "年" and after.startswith("来"):
            return True
        if number.unit == "年":
            return number.spelled or (number.number.is_integer() and not say.LASTING.search(before))
        if number.spelled and self.folded[number.core] in "十百千万亿":
            return not number.hedge and not say.LINKED.search(before)
        if number.spelled:
            return number.unit not in _SPELLED_UNITS
        if after.startswith("方面") and not before.endswith("等"):
            return True
        if number.unit == "百分点" and (after.startswith("的") or _RATED.search(before)):
            return True
        if _BACKGROUND.match(self.folded, number.end) or (
            before.endswith(("按", "以")) and _MANNER.match(self.folded, number.end)
        ):
            return True
        if after.startswith("及以") or _SUPERLATIVE.search(before):
            return True
        if number.unit in _SPANS and _WITHIN.match(after):
            return True
        if number.unit in ("小时", "分钟") and _HAN.match(after):
            return True
        if after.startswith(("的有", "的达")) or (after.startswith("的") and "成为" in before) or (number.unit == "元" and _CLASSED.match(after)):
            return True
        if not number.unit and not re.search("[万亿]", self.folded[number.core : number.end]):
            return not say.LINKED.search(before) or not _AFTER_BARE.match(after)
        return False

    def _lead(self, before: Number | None, number: Number) -> _Lead:
        """The words that lead up to ``number``; 、 divides only after a figure: in a list it does not."""
        first = before.end if before else self.start
        marks = [found.start() for found in _MARK.finditer(self.masked, first, number.start)]
        strong = [mark for mark in marks if self.masked[mark] != "、"]
        if strong:
            start = strong[-1] + 1
        elif before and marks:
            bare = say.PREDICATE.fullmatch(self.masked, marks[-1] + 1, number.start)
            start = (marks[-1] if bare else marks[0]) + 1
        else:
            start = first
        words = self.masked[start : number.start]
        opened = _ENUMERATED.match(words)
        blank = opened.end() if opened else 0
        found = (say.RANKING if number.ordinal else say.PREDICATE).search(words, blank)
        if found and found[0] in ("提升", "扩大") and number.unit not in _RATES:
            found = None
        cut = found.start() if found else len(words)
        return _Lead(
            start + blank,
            words[blank:cut].rstrip(" 、"),
            words[cut:].rstrip(),
            carried=before is not None and not strong,
            spliced=before is not None and not marks,
        )

    def _group_size(self, kept: list[Number], at: int, lead: _Lead, before: int) -> int:
        """How many figures from ``at`` on one predicate governs: 分别增长7.5%、9%; ``before``: the last size."""
        listed = at + 1
        while listed < len(kept) and _LIST_MARK.fullmatch(
            self.masked, kept[listed - 1].end, kept[listed].start
        ):
            listed += 1
        items = len(_items(lead.subject))
        if "分别" in lead.predicate or (items > 1 and items == listed - at):
            return listed - at
        return before if lead.spliced and not lead.subject and before == listed - at else 1

    def _subject(
        self, lead: _Lead, kept: list[Number], at: int, context: _Subject | None
    ) -> _Subject | None:
        """The indicator of ``kept[at]``, from the sources that the module's docstring names, in that order."""
        number = kept[at]
        front = _front(lead, number)
        if context and lead.spliced and not lead.predicate and front.noun.endswith("中"):
            return replace(context, action=self._deed(kept, at, number.end))
        if number.unit in ("年", "次") and not front.noun and lead.predicate.endswith("连续"):
            return self._from_deed(kept, at)
        start, noun = self._behind(kept, at)
        alone = not front.noun and not lead.carried and number.unit not in ("%", "百分点", "倍")
        if alone and not noun and not lead.predicate and (not lead.subject or say.LIGHT.search(front.action)):
            return self._from_deed(kept, at)
        if noun and self._is_behind(number, lead, front, context):
            if lead.predicate.endswith("安排"):
                front = replace(front, action="安排")
            if not front.action and not lead.subject and say.CHANGING.search(lead.predicate):
                front = replace(front, action=lead.predicate)
            listed = lead.carried and context is not None and context.behind and not lead.predicate
            if listed and context and context.led and not front.action:
                front = replace(front, action=context.action)
            return self._from_behind(kept, at, front, start, noun)
        if front.noun:
            return self._from_front(number, lead, front, context)
        if context is None or (not lead.carried and self._is_record(lead)):
            return self._from_clause_before(lead, front.action)
        keeps_action = not re.search("累计|达|总", lead.predicate)
        action = front.action or (context.action if keeps_action else "")
        if number.unit == "%" and not lead.predicate and not action:
            action = self._deed(kept, at, number.end)
        return replace(context, action=action)

    def _is_behind(self, number: Number, lead: _Lead, front: _Front, context: _Subject | None) -> bool:
        """Whether the noun behind ``number`` is what it counts."""
        if number.unit == "元" and lead.predicate.endswith("安排"):
            return True
        if number.ordinal or (number.unit in ("%", "百分点", "倍") and lead.predicate not in ("", "有")):
            return False
        if front.verb_last or (number.unit == "%" and self.masked.startswith("的", number.end)):
            return True
        if say.CHANGING.search(lead.predicate):
            return not lead.subject and not lead.carried
        if lead.predicate not in ("", "了") and lead.spliced:
            return False
        if lead.spliced and not lead.subject and number.start != number.core:
            return False
        if not front.noun:
            listed = lead.carried and not lead.spliced and not lead.predicate and not front.action
            return context is None or context.behind or not listed
        if front.noun.endswith(("的", "等")):
            return True
        if lead.predicate or number.start != number.core:
            return False
        return number.unit not in say.EXACT_UNITS or not (front.action or number.unit in ("元", "美元", "%"))

    def _from_behind(self, kept: list[Number], at: int, front: _Front, start: int, noun: str) -> _Subject:
        owner = "" if _UNOWNED.search(front.noun) else front.noun
        if say.MEASURING.search(owner) and self.masked.startswith("的", kept[at].end):
            return _Subject(front.start, front.start + len(owner), self._name(noun + owner), front.action)
        action = front.action or self._deed(kept, at, start + len(noun))
        name = self._name(self.folded[front.start : front.start + len(owner)] + noun)
        if _CLASS.fullmatch(noun) and at + 1 < len(kept):
            name += _CLASS.sub("", self._behind(kept, at + 1)[1])
        return _Subject(start, start + len(noun), name, action, behind=True, led=bool(front.action))

    def _from_deed(self, kept: list[Number], at: int) -> _Subject:
        """What went on for so long: 连续4年|获评最佳口碑省份."""
        start = kept[at].end
        end = kept[at + 1].start if at + 1 < len(kept) else self.end
        stop = _STOP.search(self.masked, start, end)
        last = min(stop.start() if stop else end, start + 30)
        return _Subject(start, last, self._name(self.folded[start:last]), behind=True)

    def _from_front(
        self, number: Number, lead: _Lead, front: _Front, context: _Subject | None
    ) -> _Subject:
        noun = self.folded[front.start : front.start + len(front.noun)].removesuffix("的")
        start, end, name, action = front.start, front.start + len(noun), noun, front.action
        possessor = _POSSESSOR.match(self.folded, number.end, self.end)
        if say.GENERIC.fullmatch(noun) and possessor:
            name = possessor[1] + noun
        elif front.owner:
            start = lead.start + lead.subject.index(front.owner)
            name = self.folded[start : start + len(front.owner)] + noun
        elif context and (say.GENERIC.fullmatch(noun) or noun.startswith("占")):
            name = _joined(_without_measure(context.name), noun)
        listed = lead.carried and not lead.spliced and not lead.predicate
        if listed and not action and context and not context.behind and not _STOCK.search(noun):
            action = context.action
        return _Subject(start, end, self._name(name), action)

    def _from_clause_before(self, lead: _Lead, action: str) -> _Subject | None:
        """The object of the clause before, for one that has none of its own: …等项目,|累计开工238个."""
        for first, last in [span for span in reversed(self.clauses) if span[1] <= lead.start][:2]:
            front = _front(_Lead(first, self.masked[first:last], "", carried=False, spliced=False), None)
            noun = front.owner if front.owner and not action else front.noun
            if record := _RECORD.search(noun):
                noun = noun[: record.start()]
            if noun:
                start = self.masked.index(noun, first)
                return _Subject(start, start + len(noun), self._name(self.folded[start : start + len(noun)]), action)
        return None

    def _is_record(self, lead: _Lead) -> bool:
        """Whether the clause before only leads up to the figure: 进出口总值创历史新高,|达到5379亿元."""
        before = [span for span in self.clauses if span[1] <= lead.start]
        return bool(before) and bool(_RECORD.search(self.folded, *before[-1]))

    def _behind(self, kept: list[Number], at: int) -> tuple[int, str]:
        """Where the noun right behind ``kept[at]`` starts, and the noun: 部|浦东新区法规."""
        start = kept[at].end
        if at + 1 < len(kept) and kept[at + 1].start == kept[at + 1].core == start:
            return self._behind(kept, at + 1)
        end = kept[at + 1].start if at + 1 < len(kept) else self.end
        mark = _STOP.match(self.masked, start) or _STRONG_STOP.search(self.masked, start, end)
        if mark is None and at + 1 < len(kept):
            mark = _STOP.search(self.masked, start, end)
        words = self.masked[start : mark.start() if mark else end]
        noun = words.removeprefix("的")
        start += len(words) - len(noun)
        cut = say.TAIL_END.search(noun)
        noun = noun[: cut.start()] if cut else noun
        if at + 1 < len(kept) and not mark:
            noun = re.sub("[和与及][^和与及]{0,4}$", "", noun)
        noun = noun.rstrip(" 、和与及等")[:30]
        return start, self.folded[start : start + len(noun)]

    def _deed(self, kept: list[Number], at: int, start: int) -> str:
        """What the counted things did or had done to them: 423项|已完成或基本完成."""
        end = kept[at + 1].start if at + 1 < len(kept) else self.end
        stop = _STOP.search(self.masked, start, end)
        if stop is None and at + 1 < len(kept):
            return ""
        words = self.document.text[start : stop.start() if stop else end].strip()
        return words.removeprefix("中")[:16]

    def _members(self, subject: _Subject, count: int, rate: bool) -> list[_Subject]:
        """One subject for each of ``count`` figures: 城镇和农村居民收入 is 城镇居民收入 and 农村居民收入."""
        words = self.masked[subject.start : subject.end]
        spans = [found.span() for found in _ITEM.finditer(words)]
        if count == 1 or len(spans) != count:
            return [subject] * count
        beginning = say.BEGINNING.match(words, *spans[0])
        complete = any(say.MEASURING.search(words[slice(*span)]) for span in spans[1:-1])
        prefix = say.PREFIX.match(words)
        ending = _shared_ending(words[slice(*spans[0])], words[slice(*spans[-1])], rate)
        members = []
        for first, last in spans:
            item = self.folded[subject.start + first : subject.start + last]
            item = prefix[0] + item if prefix and first and not say.PREFIX.match(item) else item
            if last == len(words) or not ending or (complete and not ending.startswith(("支持", "占"))):
                start, end = subject.start + first, subject.start + last
                shared = beginning[1] if beginning and first and say.DEPENDENT.fullmatch(item) else ""
                members.append(replace(subject, start=start, end=end, name=self._name(shared + item)))
            else:
                members.append(replace(subject, name=self._name(item + ending)))
        return members

    def _figure(
        self, kept: list[Number], at: int, after: int, lead: _Lead, subject: _Subject
    ) -> Figure:
        text, number = self.document.text, kept[at]
        words = self.folded[lead.start : number.start].rstrip()
        measure = self._measure(kept, at, after, lead, subject)
        years, kind, period = self._period(number, lead, measure)
        if kind == "planned" and measure == "level":
            measure = "target"
        wish = say.WISH.search(words) if kind == "planned" else None
        basis = say.BASIS.search(words)
        first, last = min(subject.start, number.start), max(subject.end, number.end)
        clause = [span for span in self.clauses if span[1] > first and span[0] < last]
        return Figure(
            document_id=self.document.id,
            start=number.start,
            end=number.end,
            value=text[number.start : number.end],
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
            direction=_direction(words + text[number.start : number.end]) if measure == "change" else "",
            years=years,
            period=period,
            kind=kind,
            clause_start=min(first, clause[0][0]),
            clause_end=max(last, clause[-1][1]),
        )

    def _measure(
        self, kept: list[Number], at: int, after: int, lead: _Lead, subject: _Subject
    ) -> Measure:
        number, predicate = kept[at], lead.predicate
        onward = self.masked[kept[after - 1].end : kept[after].start] if after < len(kept) else ""
        onward_here = _STOP.split(onward)[0]
        if say.FROM.search(lead.subject + lead.predicate) and say.TO.search(onward_here):
            return "base"
        if number.ordinal:
            return "rank"
        if say.WHOLE.search(predicate) or (number.unit == "%" and say.SHARE.search(subject.name)):
            return "share"
        if number.unit == "%" and not lead.subject and not predicate:
            return "share"
        if number.unit == "%" and _SPENT.match(self.masked, number.end):
            return "share"
        if number.unit == "百分点" or "番" in self.folded[number.core : number.end] or (say.CHANGING.search(predicate) and not subject.behind):
            return "change"
        if "累计" in predicate + lead.subject + subject.action:
            return "cumulative"
        if say.TO.search(predicate):
            return "level"
        if re.match(r"新(?!区|城)|净增|增加|增设", subject.action) or re.search("新增|净增", predicate):
            return "new"
        return "new" if re.match(r"[^,;]*、累计", onward) else "level"

    def _period(self, number: Number, lead: _Lead, measure: Measure) -> tuple[tuple[int, ...], Kind, str]:
        """Years, kind and part of the year of ``number``: by its sentence's own words, else its section's."""
        years, kind, period = self.section.years, self.section.kind, ""
        yearly = "年均" in lead.subject + lead.predicate
        year = self.document.year
        for found in say.WHEN.finditer(self.folded, self.start, number.start):
            if self.masked[found.end() - 1] == _BLOT:
                continue
            if self.folded.startswith("的", found.end()) and found.end() + 1 < number.start:
                continue
            if measure != "base" and self.folded[found.start() - 1] in "从由":
                continue
            if found["part"]:
                period = found["part"]
            elif (told := _years_of(found, year)) and not (yearly and len(told) == 1 < len(years)):
                years = told
        if measure == "base" and not _DATED_BASE.search(self.folded, self.start, number.start):
            years = ()
        if year is not None and years:
            if kind == "planned" and re.search("已", lead.predicate):
                kind, years = "achieved", ()
            elif max(years) < year and kind == "planned" and years != self.section.years:
                kind = "achieved"
            elif max(years) > year and min(years) >= year and kind == "achieved":
                kind = "planned"
        return years, kind, period

    @staticmethod
    def _name(indicator: str) -> str:
        name = re.sub(r"[\s\"'“”]|现行", "", indicator)
        while (shorter := say.QUALIFIER.sub("", name, count=1)) and shorter != name:
            name = shorter
        return name


_BLOT = "□"
_HELD = re.compile(r"“([^”\n]{1,40})”|《([^》\n]{1,80})》|「([^」\n]{1,40})」|（([^）\n]{1,60})）|\(([^)\n]{1,60})\)")
_MARK = re.compile(r"[,;:、]")
_STOP = re.compile(r"[,;:、。!]")
_HANDLED = re.compile(r"(?:把|将)((?!来|近|要|握|关)[^,;、把将]{2,14})$")
_STRONG_STOP = re.compile(r"[,;:。!]")
_ITEM = re.compile(r"(?:(?!、|和(?![平谐田县美睦])|(?<!参)与|(?<![普涉以])及(?![其格])|以及).)+")
_LIST_MARK = re.compile(r"\s*(?:[、和与及]|以及)\s*")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_AFTER_BARE = re.compile(r"[,;。、!]|$|提|上|下|增|降|减|缩|的|和")
_POSSESSOR = re.compile(r"的([\u4e00-\u9fff\"]{2,20}?)(?=签约|设立|落地|成立|[,;、。]|$)")
_DATED_BASE = re.compile(r"(?:从|由)[^,;。]*(?:\d{4}|去|上)年[^,;。]*$")
_REGION = re.compile("全[国省市区县]|我[国省市区县]")
_RATES = frozenset("% 百分点 倍 元 美元 年 岁 分 :1".split()) | {""}
_RATED = re.compile("每(?:增长|提高|下降|增加)|相当于")
_BACKGROUND = re.compile("(?:的(?:预期|年度)?)?目标|的?部分|的(?:高?基数|基础上|条件下|情况下|前提下)")
_MANNER = re.compile("的(?:幅度|速度|比例|增速|标准)")
_ENUMERATED = re.compile(r"\s*(?:(?:[一二三四五六七八九十]{1,2}是|\d{1,2}\.|[-·])\s*)*")
_SPANS = frozenset("米 公里 天 年 分钟 小时 微克 秒".split())
_WITHIN = re.compile(r"[内外](?![,;。、])|范围|攻坚|行动|通勤|生活圈")
_AGED = re.compile("(?:达到?|为|至|到|从|由|超过?|年的)$")
_CLASS = re.compile("^[十百千万亿]+级")
_POINTER = re.compile("全[国省市区县]|我[国省市区县]|上述|.")
_RECORD = re.compile("(?:再?创|刷新)[^,;。、]{0,6}(?:新高|纪录|记录)$")
_SUPERLATIVE = re.compile("最[高大长深远重快]$|每$|(?:排名|位列|位居|进入[^,;。、]{0,8})前$")
_STOCK = re.compile("(?:收入|产值|增加值|营收|利润|占比|比重|率|总量|产量)$")
_SPENT = re.compile("用于|投向|投入|来自")
_UNOWNED = re.compile("^[和与及、]|^[向为对给让使]$|[的等和与及]$")
_CLASSED = re.compile("省份|县|市|城市|企业|集群|俱乐部")
_SPELLED_UNITS = frozenset("% 百分点 倍 元 美元 公里 亩 吨 家 户 部 座 所 台 套".split())


def _masked(folded: str, text: str) -> str:
    """``folded`` with everything inside quotation marks and brackets blotted out."""
    held = _HELD.sub(lambda found: found[0][0] + _BLOT * (len(found[0]) - 2) + found[0][-1], text)
    return "".join(_BLOT if mark == _BLOT else char for char, mark in zip(folded, held, strict=True))


def _continues(lead: _Lead) -> bool:
    """Whether the lead goes on with a list: 累计减税5.4万亿元、|降费2.8万亿元."""
    return lead.carried and not lead.spliced and not lead.predicate


def _items(subject: str) -> list[str]:
    return _ITEM.findall(subject)


def _shared_ending(first: str, last: str, rate: bool) -> str:
    """What ``last`` holds for all members of its list: of 广州、深圳地铁客运量, 地铁客运量."""
    parallel = len(first) <= 3 and last[len(first) - 1 : len(first)] == first[-1] and len(last) > len(first) + 1
    if parallel:
        return last[len(first) :]
    if say.MEASURING.search(first) or first[-2:] == last[-2:]:
        return ""
    if len(first) <= 3 and len(last) >= len(first) + 4:
        return last[len(first) :]
    if ending := say.ENDING.search(last) or re.search("..[率量额数]$", last):
        return ending[0]
    return last[-2:] if rate and len(last) >= 4 else ""


def _front(lead: _Lead, number: Number | None) -> _Front:
    """Takes the lead's subject apart; of a percentage 新增 is no deed but a part of the noun."""
    words = lead.subject
    at = _opened(words, 0)
    if re.fullmatch("在.{1,16}[中上里内]", words[at:]):
        return _Front(lead.start + len(words), "", "", "")
    verb = say.DONE_TO.search(words, at)
    if verb and (lead.predicate.startswith("了") or (lead.spliced and not lead.predicate)):
        return _Front(lead.start + len(words), "", verb["verb"], "")
    rate = number is not None and number.unit == "%"
    if not rate and "分别" not in lead.predicate:
        started = say.DOING_FIRST.match(words, at) and not words.endswith("等")
        for mark in reversed([found.end() for found in re.finditer("、", words[at:])]):
            mark += at
            ended = say.DONE.search(words, at, mark - 1)
            if (ended and ended.start() > at + 1) or (say.DOING_FIRST if started else say.DOING).match(words, _opened(words, mark)):
                at = _opened(words, mark)
                break
    done = say.DONE.search(words, at)
    if done and done.start() > at + 1:
        return _Front(lead.start + at, "", done[0], words[at : done.start()], verb_last=True)
    found = say.DOING_FIRST.match(words, at) or say.DOING.search(words, at)
    if handled := _HANDLED.search(words):
        return _Front(lead.start + handled.start(1), "", "", handled[1])
    if found is None or (found["verb"].startswith(("新", "净")) and (rate or "分别" in lead.predicate)):
        light = say.LIGHT.search(words[:at])
        noun = "" if _POINTER.fullmatch(words, at) else words[at:]
        adding = None if noun else re.match("新增|净增", lead.predicate)
        return _Front(lead.start + at, "", light[0] if light else adding[0] if adding else "", noun)
    owner = words[at : found.start()]
    if leaning := say.PREDICATE.search(owner):
        owner = owner[: leaning.start()]
    if _REGION.fullmatch(owner) or len(owner) < 2 or say.PLACE.search(owner):
        owner = ""
    if found.end() == len(words) and found["verb"] in say.DEED_NOUNS:
        start = at if owner else found.start()
        return _Front(lead.start + start, "", "", words[start:])
    if found.end() == len(words) and owner:
        return _Front(lead.start + at, "", found["verb"], owner, verb_last=True)
    if len(owner) > 16:
        owner = ""
    start = _opened(words, found.end())
    if _REGION.fullmatch(words, start):
        start = len(words)
    return _Front(lead.start + start, owner, found["verb"], words[start:])


def _opened(words: str, at: int) -> int:
    opening = say.OPENING.match(words, at)
    return opening.end() if opening else at


def _without_measure(name: str) -> str:
    """The owner in ``name``: 规模以上工业企业利润 without 利润, for 增加值 to follow."""
    if trade := re.search("进出口(?:总[额值])?$", name):
        return name[: trade.start()]
    if rate := re.search("(?<=..)(?:市场)?(?:渗透|普及|覆盖|占有|合格|完成)率$", name):
        return name[: rate.start()]
    for size in range(5, 1, -1):
        if len(name) > size + 1 and say.GENERIC.fullmatch(name[-size:]):
            return name[:-size]
    return name


def _joined(owner: str, noun: str) -> str:
    """长护险参保 and 参保率 are 长护险参保率."""
    shared = next((size for size in range(len(noun), 0, -1) if owner.endswith(noun[:size])), 0)
    return owner + noun[shared:]


def _direction(words: str) -> Literal["up", "down", ""]:
    up = max((found.end() for found in say.UP.finditer(words)), default=-1)
    down = max((found.end() for found in say.DOWN.finditer(words)), default=-1)
    if up == down:
        return ""
    return "up" if up > down else "down"


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
    offsets = {"去": (-1,), "上": (-1,), "今": (0,), "本": (0,), "明": (1,), "前": (-2,), "今明": (0, 1)}
    return tuple(year + offset for offset in offsets[found["relative"]])
