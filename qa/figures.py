"""Document → figure ledger: every figure with its indicator, what it measures, its period and its clause.

A figure takes its indicator from the words before it (地区生产总值达到…), else from the noun behind it (出台3部法规),
else from the figure before it in the sentence (…、累计达到18部).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from qa.datatypes import Document, Figure, Kind, Measure, Section
from qa.numerals import Number, find_numbers
from qa.text import Span, clauses, fold, sentences


def find_figures(document: Document) -> tuple[Figure, ...]:
    """The figures of ``document`` in reading order, without overlap.

    Numerals that name something (第八轮, “十四五”, 五大工程), dates, and limits inside an indicator (亿元以上项目,
    60岁以上人口) are no figures. ``measure`` says what the figure measures; ``target`` is a planned level, while a
    planned change, share or rank keeps its measure and has ``kind`` planned.
    """
    folded = fold(document.text)
    numbers = find_numbers(document.text)
    starts = [number.start for number in numbers]
    found: list[Figure] = []
    for section in document.sections:
        for start, end in sentences(document.text, section.start, section.end):
            inside = numbers[bisect_right(starts, start - 1) : bisect_right(starts, end - 1)]
            if inside and not _listed(document, start):
                found.extend(_Sentence(document, folded, section, start, end).read(inside))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a figure counts: where it is printed, its comparable name, and what was done to it."""

    start: int
    end: int
    name: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class _Lead:
    """The words between the boundary before a figure and the figure: subject, then predicate (累计达到, 同比增长)."""

    start: int
    subject: str
    predicate: str
    carried: bool
    """Joined to the figure before it by 、 or nothing."""
    spliced: bool
    """No mark at all stands between the figure before and this one."""

    @property
    def subject_end(self) -> int:
        return self.start + len(self.subject)


class _Sentence:
    """Reads the figures of one sentence from left to right; each may lean on the one before it."""

    def __init__(self, document: Document, folded: str, section: Section, start: int, end: int) -> None:
        self.document, self.folded, self.section = document, folded, section
        self.start, self.end = start, end
        self.clauses = list(clauses(document.text, start, end))
        self.quoted = [found.span() for found in _QUOTED.finditer(document.text, start, end)]

    def read(self, numbers: list[Number]) -> Iterator[Figure]:
        """The figures among ``numbers``, all of which lie in this sentence."""
        kept = [number for number in numbers if not self._is_name(number)]
        context: _Subject | None = None
        at = 0
        while at < len(kept):
            before = kept[at - 1] if at else None
            lead = self._lead(before, kept[at])
            group = self._group(kept, at, lead)
            subject = self._subject(lead, kept, at, context)
            if subject is None:
                at += 1
                continue
            members = _shared_out(lead, subject, len(group)) if len(group) > 1 else [subject]
            for number, member in zip(group, members, strict=True):
                yield self._figure(number, lead, member, kept)
            context = subject
            at += len(group)

    def _is_name(self, number: Number) -> bool:
        """Whether the numeral names or limits something instead of measuring it."""
        text, start, end = self.folded, number.core, number.end
        if any(first <= start < last for first, last in self.quoted):
            return True
        before, after = text[max(self.start, start - 12) : number.start], text[end : end + 4]
        if number.ordinal:
            return not _RANKED.search(before)
        if number.hedge.endswith(("以上", "以下", "以内")) and number.unit not in ("%", ""):
            if after.startswith("的") or (
                number.unit in _LIMIT_UNITS and re.match(r"[\u4e00-\u9fff]", after)
            ):
                return True
        if number.unit == "年" and not number.spelled:
            whole = number.number == int(number.number)
            return whole and not _LASTING.search(before)
        if number.spelled and number.unit in _NAMING_UNITS:
            return True
        if not number.unit and _is_plain_integer(text[start:end]):
            return not _LINKED.search(before) or not re.match(
                r"[,;。、!]|$|提|上|下|增|降|减|缩|的|和", after
            )
        return bool(re.match(r"[级号版期届周条][\u4e00-\u9fff]?", after)) and not number.unit

    def _lead(self, before: Number | None, number: Number) -> _Lead:
        """The words that lead up to ``number``; a 、 divides only after a figure, inside a list it does not."""
        first = before.end if before else self.start
        marks = [
            found.start()
            for found in _MARK.finditer(self.folded, first, number.start)
            if not self._bracketed(found.start())
        ]
        strong = [mark for mark in marks if self.folded[mark] != "、"]
        if strong:
            start = strong[-1] + 1
        elif before and marks:
            start = marks[0] + 1
        else:
            start = first
        words = self.folded[start : number.start]
        blank = len(words) - len(words.lstrip(" \u3000-·"))
        split = (_RANKING if number.ordinal else _PREDICATE).search(words)
        cut = split.start() if split else len(words)
        return _Lead(
            start + min(blank, cut),
            words[blank:cut].rstrip(),
            words[cut:],
            carried=before is not None and not strong,
            spliced=before is not None and not marks,
        )

    def _bracketed(self, at: int) -> bool:
        before = self.document.text[self.start : at]
        return any(before.count(left) > before.count(right) for left, right in ("《》", "“”", "（）", "()"))

    def _group(self, kept: list[Number], at: int, lead: _Lead) -> list[Number]:
        """The figures that one predicate governs: 分别增长7.5%、9%."""
        group = [kept[at]]
        if "分别" not in lead.predicate and len(_items(lead.subject)) < 2:
            return group
        for number in kept[at + 1 :]:
            if not re.fullmatch(r"\s*(?:[、和与及,]|以及)\s*", self.folded[group[-1].end : number.start]):
                break
            group.append(number)
        if "分别" in lead.predicate or len(group) == len(_items(lead.subject)):
            return group
        return group[:1]

    def _subject(self, lead: _Lead, kept: list[Number], at: int, context: _Subject | None) -> _Subject | None:
        """The indicator of ``kept[at]``, by the order of sources that the module's docstring gives."""
        number = kept[at]
        start, noun, action = _without_verbs(lead)
        if not noun and not action and (adding := re.match("新增|净增", lead.predicate)):
            action = adding[0]
        partitive = noun.endswith("中") and lead.spliced and not lead.predicate
        if partitive:
            noun = noun.removesuffix("中")
        tail_start, tail = self._tail(kept, at)
        owner = noun
        wants_tail = not noun or noun.endswith(("的", "等")) or not lead.predicate
        if tail and wants_tail and not partitive and _takes_tail(number, lead):
            if noun.endswith(("的", "等")) or (noun and not _GENERIC.fullmatch(noun) and number.unit == "元"):
                owner = ""
            name = tail if not owner else owner + tail
            done = action or self._done(tail_start + len(tail), kept, at)
            return _Subject(tail_start, tail_start + len(tail), _name(name), done)
        noun = noun.removesuffix("的")
        if not noun:
            if context is None:
                return self._earlier(lead, action)
            return replace(context, action=action or ("" if lead.predicate else context.action))
        if partitive:
            action = self._done(number.end, kept, at)
        elif lead.carried and not lead.spliced and not action and context and not lead.predicate:
            action = context.action
        name = noun
        if _GENERIC.fullmatch(noun):
            possessor = self._possessor(number) or lead.subject[: start - lead.start - len(action)]
            if _PLAIN_NOUN.fullmatch(possessor or ""):
                name = possessor + noun
            elif context and lead.carried:
                name = context.name.removesuffix(noun) + noun
        return _Subject(start, start + len(noun), _name(name), action)

    def _tail(self, kept: list[Number], at: int) -> tuple[int, str]:
        """The noun that follows ``kept[at]`` at once, and where it starts: 部|浦东新区法规."""
        start = kept[at].end
        end = kept[at + 1].start if at + 1 < len(kept) else self.end
        mark = next(
            (
                found.start()
                for found in _STOP.finditer(self.folded, start, end)
                if not self._bracketed(found.start())
            ),
            end,
        )
        words = self.folded[start:mark]
        noun = words.removeprefix("的")
        start += len(words) - len(noun)
        cut = _TAIL_END.search(noun)
        noun = noun[: cut.start()] if cut else noun
        if at + 1 < len(kept) and mark == end:
            noun = re.sub("[和与及][^和与及]{0,4}$", "", noun)
        return start, noun.rstrip(" 和与及等")[:30]

    def _done(self, at: int, kept: list[Number], k: int) -> str:
        """What the counted things did or had done to them, where that follows them: 423项|已完成或基本完成."""
        end = kept[k + 1].start if k + 1 < len(kept) else self.end
        stop = _STOP.search(self.folded, at, end)
        if k + 1 < len(kept) and not stop:
            return ""
        return self.document.text[at : stop.start() if stop else end].strip().removeprefix("中")[:16]

    def _possessor(self, number: Number) -> str:
        """The noun after 的 behind a figure: 总规模1000亿元的|产业投资基金."""
        found = re.compile(r"的([\u4e00-\u9fff“”\"]{2,20}?)(?=签约|设立|落地|成立|[,;、。]|$)").match(
            self.folded, number.end, self.end
        )
        return found[1] if found else ""

    def _earlier(self, lead: _Lead, action: str) -> _Subject | None:
        """The object of the clause before, for a clause that has none of its own: …等项目,|累计开工238个."""
        for first, last in reversed(self.clauses):
            if last <= lead.start:
                words = self.folded[first:last]
                start, noun, _ = _without_verbs(_Lead(first, words, "", carried=False, spliced=False))
                return _Subject(start, start + len(noun), _name(noun), action) if noun else None
        return None

    def _figure(self, number: Number, lead: _Lead, subject: _Subject, kept: list[Number]) -> Figure:
        text = self.document.text
        words = self.folded[lead.start : number.start]
        measure = self._measure(number, lead, subject, kept)
        years, kind, period = self._period(number, measure)
        wish = next(iter(_WISH.findall(words)), "")
        hedge = "…".join(word for word in (wish, number.hedge) if word)
        if kind == "planned" and measure == "level":
            measure = "target"
        basis = _BASIS.search(words)
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
            hedge=hedge,
            basis=basis[0] if basis else "",
            direction=_direction(words) if measure == "change" else "",
            years=years,
            period=period,
            kind=kind,
            clause_start=min(first, clause[0][0]),
            clause_end=max(last, clause[-1][1]),
        )

    def _measure(self, number: Number, lead: _Lead, subject: _Subject, kept: list[Number]) -> Measure:
        predicate, noun = lead.predicate, subject.name
        if number.ordinal:
            return "rank"
        later = kept[kept.index(number) + 1] if number is not kept[-1] else None
        onward = self.folded[number.end : later.start] if later else ""
        if (
            _FROM.search(self.folded[lead.start : number.start])
            and _TO.search(onward)
            and not _STOP.search(onward)
        ):
            return "base"
        if re.search(r"占[^,、]*$", predicate) or (number.unit == "%" and _SHARE.search(noun)):
            return "share"
        if number.unit == "%" and not lead.subject and self.folded.startswith("的", number.end):
            return "share"
        if number.unit in ("百分点", "倍") or _CHANGING.search(predicate):
            return "change"
        if "累计" in predicate + lead.subject + subject.action or noun.endswith(("总数", "总量")):
            return "cumulative"
        if re.match(r"新(?!区|城)|净增|增加|增设", subject.action) or re.search("新增|净增", predicate):
            return "new"
        if onward and re.search(r"^[^,;]*、累计", onward):
            return "new"
        return "level"

    def _period(self, number: Number, measure: Measure) -> tuple[tuple[int, ...], Kind, str]:
        """Years, kind and part of the year of ``number``: its sentence's own words, else its section's."""
        years, kind, period = self.section.years, self.section.kind, ""
        year = self.document.year
        said = ""
        for found in _WHEN.finditer(self.folded, self.start, number.start):
            if any(first <= found.start() < last for first, last in self.quoted) and "时期" not in found[0]:
                continue
            said, told = found[0], _years_of(found, year)
            if found.lastgroup == "part":
                period = said
            elif told:
                years = told
        if measure == "base" and not re.search(
            r"(?:从|由)[^,;。]*年[^,;。]*$", self.folded[self.start : number.start]
        ):
            years = ()
        if year is not None and years:
            if max(years) < year and kind == "planned" and years != self.section.years:
                kind = "achieved"
            elif min(years) >= year and max(years) > year and kind == "achieved":
                kind = "planned"
        return years, kind, period


def _listed(document: Document, start: int) -> bool:
    return any(heading.start <= start < heading.end for heading in document.contents)


def _items(subject: str) -> list[str]:
    return [item for item in re.split(r"、|和|与|及|以及", subject) if item]


def _shared_out(lead: _Lead, subject: _Subject, count: int) -> list[_Subject]:
    """One subject for each of ``count`` figures: 城镇和农村居民收入 is 城镇居民收入 and 农村居民收入."""
    noun = subject.name if subject.start != lead.start else lead.subject
    words = lead.subject[subject.start - lead.start :] if subject.start >= lead.start else noun
    spans = [found.span() for found in re.finditer(r"(?:(?!、|和|与|及|以及).)+", words)]
    if len(spans) != count:
        return [subject] * count
    last = words[slice(*spans[-1])]
    ending = _ENDING.search(last)
    members = []
    for k, (first, end) in enumerate(spans):
        item = words[first:end]
        if k == count - 1 or _MEASURING.search(item) or not ending or ending.start() == 0:
            members.append(
                replace(subject, start=subject.start + first, end=subject.start + end, name=_name(item))
            )
        else:
            members.append(replace(subject, name=_name(item + ending[0])))
    return members


def _without_verbs(lead: _Lead) -> tuple[int, str, str]:
    """Start of the noun in the lead's subject, the noun, and the verb in front of it: 全年新增|持牌类金融机构."""
    words, action = lead.subject, ""
    at = _opened(words, 0)
    for mark in reversed([found.end() for found in re.finditer("、", words)]):
        if _DOING.match(words, _opened(words, mark)):
            at = _opened(words, mark)
            break
    found = _DOING_FIRST.match(words, at) or _DOING.search(words, at)
    if found:
        action = found["verb"]
        if found.end() == len(words) and found.start() > at and not _PLACE.search(words[at : found.start()]):
            return lead.start + at, words[at : found.start()], action
        at = _opened(words, found.end())
    return lead.start + at, words[at:], action


def _opened(words: str, at: int) -> int:
    opening = _OPENING.match(words, at)
    return opening.end() if opening else at


def _takes_tail(number: Number, lead: _Lead) -> bool:
    if number.ordinal or number.unit in ("%", "百分点", "倍") and lead.predicate:
        return False
    return not (lead.predicate and _CHANGING.search(lead.predicate))


def _name(indicator: str) -> str:
    name = re.sub(r"[\s\"'“”]", "", indicator)
    while (shorter := _QUALIFIER.sub("", name, count=1)) and shorter != name:
        name = shorter
    return name


def _direction(words: str) -> Literal["up", "down", ""]:
    up, down = [m.end() for m in _UP.finditer(words)], [m.end() for m in _DOWN.finditer(words)]
    if not up and not down:
        return ""
    return "up" if (up or [-1])[-1] > (down or [-1])[-1] else "down"


def _years_of(found: re.Match[str], year: int | None) -> tuple[int, ...]:
    if found["year"]:
        first = int(found["year"])
        last = int(found["until"]) if found["until"] else first
        return tuple(range(first, last + 1)) if first <= last <= first + 20 else (first,)
    if found["plan"]:
        first = 2001 + 5 * "五一二三四五六七八九".index(found["plan"], 1 if found["plan"] != "五" else 0)
        if found["plan"] == "五":
            first = 2026
        return tuple(range(first, first + 5))
    if year is None:
        return ()
    if found["past"]:
        count = {"三": 3, "四": 4, "五": 5, "十": 10}.get(found["past"], 0) or int(found["past"])
        return tuple(range(year - count, year))
    if found["future"]:
        count = {"三": 3, "五": 5}[found["future"]]
        return tuple(range(year, year + count))
    offsets = {"去": (-1,), "上": (-1,), "今": (0,), "本": (0,), "明": (1,), "前": (-2,), "今明": (0, 1)}
    return tuple(year + offset for offset in offsets.get(found["relative"] or "", ()))


_QUOTED = re.compile(r"“[^”\n]{1,24}”|《[^》\n]{1,80}》|‘[^’\n]{1,24}’|「[^」\n]{1,24}」")
_MARK = re.compile(r"[,;:、]")
_STOP = re.compile(r"[,;:、。!]")
_LIMIT_UNITS = {"岁", "元", "米", "公里", "人", "吨", "平方米", "年", "天", "个月"}
_NAMING_UNITS = {
    "个", "项", "条", "次", "年", "类", "种", "级", "期", "届", "轮", "位", "名", "批", "篇", "道", "门", "点", "份", "组",
    "团", "节", "集", "天", "大", "队", "对", "口", "站", "首", "支", "面", "分", "村", "镇", "人", "度", "强", "场", "家",
    "本", "只", "块", "片", "处", "区", "斤", "单", "户", "起", "例", "件", "班", "亩",
}  # fmt: skip
_RANKED = re.compile(
    r"(?:居|位列|列|跃升至|跃居|排名|排|升至|升到|进至|全国|全球|世界|全省|全市|从|由)[^,;。]{0,10}$"
)
_LASTING = re.compile(r"(?:连续|延长|持续|达到?|提高到|增加到|缩短|超过|不足|满|从|由|为)[^,;。、]{0,4}$")
_LINKED = re.compile(r"(?:达到?|为|至|到|从|由|突破|超过?|是)$")

_UP_WORDS = (
    "增长|上涨|上升|提高|(?<!巩固)(?<!改造)(?<!整治)(?<!提质)提升|增加|扩大|回升|增产|增收|加快|微升|激增|倍增|高于|快于|"
    "高出|多于|(?<!新)(?<!净)增|升|翻"
)
_DOWN_WORDS = "下降|降低|减少|压减|精简|缩减|回落|缩小|收窄|下调|微降|缩短|压缩|下滑|减产|低于|慢于|减|降"
_UP, _DOWN = re.compile(_UP_WORDS), re.compile(_DOWN_WORDS)
_BASIS = re.compile(
    r"同比|环比|(?:较|比|相比|对比)(?:上年|去年|上一年|前年|年初|[^,;。、]{0,6}?\d{4}年)(?:同期|末|底|预算|年均水平)?|"
    r"年均|(?:高于|低于|快于|慢于|高出)[^,;。、\d]{2,10}"
)
_ADVERBS = (
    "分别|均|都|各|已经?|累计|合计|共计|总计|共|同比|环比|年均|实际|名义|再|又|还|也|预计|力争|争取|努力|确保|拟|计划|要|"
    "将|应|需|可|进一步|大幅|首次|历史性地?|成功|小幅|逐步|平均|总体|基本|一次性|全年|年内|当年|今年|去年|预期|有望|"
    "左右|约|连续|稳定|持续|继续|始终|提前|超额|不断|率先|明显|由此|新增|净增|本年|总共|一共|年末|年底|快速"
)
_LINKS = (
    "达到了?|达成|达至|达|为|是|至|到|有|从|由|按|了|稳定在|稳定保持在|保持在|控制在|维持在|在|调整为|安排|保持|维持|控制|突破|"
    "超过?|接近|近|仅|只有|降为|扩至|减至|跃升|跃|压降|不高于|不低于"
)
_AGAINST = (
    r"(?:较|比|相比|对比)(?:上年|去年|上一年|前年|年初|[^,;。、\d]{0,4}?\d{4}年|全[国省市]|预算)(?:同期|末|底|预算|水平|平均)*|"
    r"(?:高于|低于|快于|慢于|高出)[^,;。、\d]{2,10}|\d{4}年(?:底|末)?的?"
)
_OF_WHOLE = r"约?占(?!比|地|用)(?:(?!比重|比例|份额|占比|率)[^,;。、\d占]){0,14}"
_WORDS = rf"(?:{_UP_WORDS}|{_DOWN_WORDS}|{_ADVERBS}|{_LINKS}|{_AGAINST}|\s)"
_PREDICATE = re.compile(rf"(?:{_WORDS}*{_OF_WHOLE}|{_WORDS}+)$")
_RANKING = re.compile(
    rf"(?:{_WORDS}|稳居|位居|跃居|高居|居|位列|列|排名|排|蝉联)*(?:全[国省市球区]|世界|各[^,;。、\d]{{0,6}})?$"
)
_CHANGING = re.compile(
    rf"(?:{_UP_WORDS}|{_DOWN_WORDS})(?:了|约|近|超|超过)?$|(?:高于|低于|快于|高出)[^,;、]*$"
)
_FROM = re.compile(r"(?:从|由|将|把|现行)[^,;。、]*$")
_TO = re.compile(rf"(?:{_UP_WORDS}|{_DOWN_WORDS}|调整|调|跃|拓展|变)+(?:到|至|为)")
_SHARE = re.compile(r"(?:占比|比重|比例|份额|占[^,、]*的?比率?)$")
_WISH = re.compile("力争|争取|努力|确保")

_TIME = (
    r"到?\d{4}年(?:底|末)?|全年|年内|年末|当年|今年|去年|过去[一三五]年|[五十]年来?|截至[^,;、]{1,8}?[底末日]|上半年|下半年|"
    r"前三季度|[一二三四]季度|今明两年|目前|其中|同时|此外|特别是|尤其是|首批|先后|共(?!同|享|建|性|产)|我们|我[国省市区县州]|继续|再|"
    r"已|要|力争|争取|努力|确保|预计|拟|计划|累计|全面|成功|积极|加快|大力|着力|扎实|深入|有序|稳步|进一步|推动|支持|帮助|"
    r"[一二三四五六七八九十]+是|各地可|日均|年均|即(?!时)|使(?!用)|让|将|把|主要|不断|共同|提前|分[两三]期|多年|每年|至少|"
    r"为企业和个人|为企业|为群众|为经营主体|为市民|并(?!购|网)|也|还|又|则|的|了"
)
_OPENING = re.compile(
    rf"(?:(?:{_TIME})|在[^,;]*?(?:领域|方面|层面|基础上|地区|范围内|过程中|期间)|\((?:[一二三四五六七八九十]+|\d+)\))+"
)
_VERBS_ANYWHERE = (
    "新增供应|新增|净增|新设|新建改扩建|新建改建|新建扩建|新改扩建|新改建|新建|改扩建|新认定|新培育|新登记|新开工改造|新开工|"
    "新开办|新入选|新上市|新审批发证|新引进|新引育|新签约|新获批|新当选|新争取|新改造提升|新改造|新组建|新创建|新审批|新评|"
    "已开工|已完成|累计完成|完成|累计开工|实现|出台|推出|建成|发放|设立|聘任|聘请|引进|举办|惠及|覆盖|累计化解|累计改造|累计|"
    "颁布|启动建设|开工建设|开工改造|开工|竣工|签约入驻|招引落地|招引|落地|入选|获批|获评|拥有|涉及|带动|促成|吸纳|吸引|"
    "提供|提请|审议|争创|创成|建成投用|供应|筹集|发布|下达|选派|拨付|投放|兑现|受理|办理|集聚|组建|制定修订|制定|修订|"
    "减免|减轻|节约|处置|清理|关停|取缔|淘汰|腾退|化解|查处|侦破|实施|安排|争取|承接|承办|培训|资助|救助|帮扶|转移|解决"
)
_VERBS_FIRST_IN_RUN = "建设|改造|筹集|培育|认定"
_VERBS_FIRST = (
    "建设改造|建设|改造提升|改造|改建|扩建|培育|打造|创建|整治|拆除|落实|推广|认定|开展|组织|开行|开通|开放|布局建设|布局|"
    "优化调整|调整|划小做实|拓展|迭代建设|关闭压缩|推进|推行|强化|提升|增加|减少|取消|下放|压减|压缩|精简|更新|加装|修缮|"
    "治理|修复|供给|保障|支持|扶持|奖励|补贴|投入|完善|健全|构建|搭建|接待|招聘|培养|输送|举行|组织开展|确定了?|提出|形成|"
    "认证|授予|表彰|取得|获得|荣获|达成|签订|签署|签约|引育|引导|引入|撬动|拉动|整合|盘活|释放|收储|征收|收购|交付|分配|"
    "投产|投用|投运|开业|注册|登记|上市|挂牌|孵化|转化|研发|突破|攻克|发行|募集|融资|授信|偿还|清偿|清欠|减税|退税|缴纳|"
    "设置|增设|增配|配备|配置|购置|安装|铺设|架设|疏浚|清淤|绿化|造林|种植|养护|救治|接种|检测|排查|检查|抽检|巡查|执法|"
    "试点|探索|开发|免费为市民开展|向[^,;、]{2,10}?(?:发放|推介)|超额完成|全面完成|年内共完成|完成|拿出|降低|提高|用于|免除"
)
_NOT_NOUN = (
    r"(?!率|量|度|范围|方案|面|点|者|额|数|力|性|帮困|细则|意见|主体|机制|情况|进度|作用|条件|人员|标准|水平|能力|期|类|地区|"
    r"资格|平台|体系|中心|机构|基金会|站)"
)
_DOING = re.compile(
    rf"(?P<verb>(?:{_VERBS_ANYWHERE})(?:{_VERBS_ANYWHERE}|{_VERBS_FIRST_IN_RUN})*){_NOT_NOUN}了?"
)
_DOING_FIRST = re.compile(rf"(?P<verb>(?:{_VERBS_FIRST})(?:{_VERBS_ANYWHERE}|{_VERBS_FIRST})*){_NOT_NOUN}了?")
_PLACE = re.compile("领域|方面|层面|基础上$|等$|的$")
_TAIL_END = re.compile(
    r"^共(?!同|享|建|性)|^计|全覆盖|已|均|全部|实现|完成|建成|入选|获评|获批|获得|荣获|获|落地|投产|投用|投运|开工|竣工|开业|签约|纳入|担任|应享|摘帽|挂牌|"
    r"通过|达到?|增长|下降|提升|提高|增加|减少|降至|覆盖|进入|脱贫|就读|化解在|推出|出台|成功|正式|顺利|基本|同比|累计|占|"
    r"共同|用于|为(?!民)|在|中(?=[,;、。\d]|$)|跻身|上榜|以上|规模化|调入|转入|向|全面|保持|超过?|突破|约|近|由|从|被|能|可|要|"
    r"将|有|仍|也|还|得到|享受|领取|参加|参与|参照|组成|构成|高质量|如期|启用|上线|运行|建设(?=$|[,;、。])|获[国省]|率先|以"
)
_GENERIC = re.compile(
    r"(?:实现)?(?:工业|产业|实际)?(?:增加值|产值|总产值|收入|总收入|营收|营业收入|利润|利润总额|规模|总规模|首期规模|总量|总数|总额|"
    r"投资|总投资|占比|比重|增速|数量|保有量|面积|余额|产量|销量|销售额|交易额|成交额|金额|参与率|覆盖率|完成率|规模化率|"
    r"总面积|营业额|里程|总里程|用户|人数|户数|家数|件数|税率|资金|床位|容量|装机|装机容量|出口|进口)"
)
_MEASURING = re.compile(
    r"(?:增加值|产值|收入|营收|利润|规模|总量|总数|总额|投资|占比|比重|比例|增速|量|率|数|额|面积|余额|里程|人口|出口|进口|"
    r"进出口|价格|消费|税|水平|强度|密度|浓度|寿命|能耗|排放|指数|装机|用电|价值|支出|贷款|存款|资金|费用|成本|产出|"
    r"服务业|工业|农业|制造业|建筑业)$"
)
_ENDING = re.compile(
    r"(?<=.{2})(?:居民.*|支持.*|(?:工业|产业)?(?:增加值|总产值|产值)|主营业务收入|营业收入|综合收入|总收入|收入|产销量|"
    r"总产量|产量|销售额|销量|发电量|用电量|吞吐量|保有量|客运量|货运量|营收|利润|投资|占比|比重|比例|增速|总数|总额|人数|"
    r"数量|数|面积|存款余额|贷款余额|余额|里程|价格|贷款|资金|费用|零售额|成本|量|率|额)$"
)
_PLAIN_NOUN = re.compile(r"[\u4e00-\u9fff“”\"()、a-z0-9]{2,30}")
_QUALIFIER = re.compile(
    r"^(?:新增|累计|全年|其中|我[国省市区]|全[国省市区](?!体|社会|员|口径)|截至.*?末|新区|预计|各类|第一批|首批|年度|年均|"
    r"\d{4}年(?:底|末)?|的|了)"
)
_WHEN = re.compile(
    r"(?<![较比])(?<!相比)(?<!对比)(?:"
    r"(?P<year>(?:19|20)\d\d)(?:年?[-~至到](?P<until>20\d\d))?年(?!行动|计划)|"
    r"\"?十(?P<plan>[一二三四五])五\"?(?:时期|期间|末|以来|这五年)|"
    r"(?:过去|这|近|最近)?(?P<past>[三四五十]|(?<=近)\d)年(?:来|间|累计|年均|(?=增加|总体))|过去五年|"
    r"(?:未来|今后)(?P<future>[三五])年|"
    r"(?P<relative>今明|去|上|今|本|明|前)(?:两)?年(?!同期)|"
    r"(?P<part>上半年|下半年|前三季度|[一二三四]季度|截至[^,;。、]{1,10}?[月底末]|前\d{1,2}个?月|1-\d{1,2}月)"
    r")"
)


def _is_plain_integer(printed: str) -> bool:
    return printed.isdigit()
