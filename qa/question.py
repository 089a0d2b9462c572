"""A question as typed → what it asks: kind of answer, period, frame, places, and the terms to be found."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

T = TypeVar("T")

from qa.datatypes import Kind
from qa.errors import QuestionError
from qa.lexicon import load_lexicon, vocabulary
from qa.numerals import Number, find_numbers, numeral
from qa.regions import Region, find_regions
from qa.text import Span, fold, is_word, simplified, tagged

Want = Literal["figure", "change", "share", "ordinal", "name", "when", "where", "list", "field", "problem", "term", "yesno"]

LONGEST = 1000  # characters; a question of more is a pasted text
_LONGEST_TERM = 12  # characters of the longest entry of the lexicon that is looked for

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of the question that the evidence should hold."""

    text: str
    alternatives: tuple[str, ...] = ()
    """What a report may print instead."""
    weight: float = 1.0
    noun: bool = True
    """Whether it names what is asked about."""
    must: bool = False
    """Whether no other word can stand for it: a place."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood; ``text`` stands alone."""

    text: str
    want: Want
    terms: tuple[Term, ...]
    subject: str = ""
    """What this part of a comparison is about (集成电路)."""
    follows: bool = False
    """Whether it took something from the turns before."""
    asks: bool = True
    """Whether it says what it wants; a fragment (那广东呢？) leaves that to the turn before."""
    years: tuple[int, ...] = ()
    """Years that it asks of, as written."""
    offsets: tuple[int, ...] = ()
    """Years counted from the report's: 今年 0, 去年 -1."""
    report_years: tuple[int, ...] = ()
    """Years of the reports that it names (2021年国务院政府工作报告)."""
    span: tuple[int, int] | None = None
    """First and last year of a period that it asks of (过去五年, “十四五”); negative ones count from the report's."""
    part_of_year: str = ""
    """上半年, 一季度, 3月 …: a figure of the whole year does not answer it."""
    regions: tuple[Region, ...] = ()
    names_state: bool = False
    """Whether it speaks of the country's own report or sets the country beside a place."""
    kinds: tuple[Kind, ...] = ()
    """Frames that it asks of: achieved, planned, or both."""
    compares: bool = False
    measure: Literal["new", "cumulative", ""] = ""
    units: tuple[str, ...] = ()
    """Units that the answer may have (多少公里); empty where the question leaves it open."""
    reaches: bool = False
    """Whether it asks what something comes to (降到多少), not where it starts."""
    head: str = ""
    """The sort of thing asked for (哪家医院: 医院), as far as the words tell; folded."""
    count: int = 0
    """How many items a list should have (哪三个: 3); 0 where the question leaves it open."""
    numbers: tuple[Number, ...] = ()
    """Amounts that the question itself states."""
    english: bool = False


def clean(question: object) -> str:
    """The question in simplified script, without blanks around it; raises QuestionError where it cannot be one."""
    if not isinstance(question, str):
        raise QuestionError("问题必须是文字。")
    if _SURROGATE.search(question):
        raise QuestionError("问题里有无法识别的字符（编码损坏）。请重新输入。")
    text = simplified(" ".join(_CONTROL.sub(" ", question).split()))
    if not text:
        raise QuestionError("问题是空的。请输入一个问题，例如：去年地区生产总值是多少？")
    if len(text) > LONGEST:
        raise QuestionError(f"问题太长（{len(text)} 个字，最多 {LONGEST} 个）。请只写要问的一件事。")
    return text


def understand(text: str, names: Iterable[str] = ()) -> Question:
    """What a standalone question asks; ``text`` has gone through ``clean``.

    ``names`` are words that the reports print in quotation marks, folded: they stay whole.
    """
    folded = _mended(fold(text))
    english = not re.search(r"[\u3400-\u9fff]", folded)
    times, folded_rest = _times(folded)
    regions = _distinct(region for _, _, region in find_regions(folded))
    kinds = _kinds(folded, times)
    want = _want(folded)
    if want in (None, "field") and _COMPARE.search(folded) and re.search(r"目标|增速|涨幅|指标", folded):
        want = "figure"
    return replace(
        times,
        text=text,
        want=want or _default_want(folded),
        asks=want is not None,
        terms=_terms(folded_rest, english, names),
        regions=regions,
        names_state=bool(_STATE_SIDE.search(folded)),
        kinds=kinds,
        compares=bool(_COMPARE.search(folded)) or len(kinds) > 1,
        measure=_measure(folded),
        units=_units(folded, want),
        reaches=bool(re.search(r"[降升提达增减]到|提高到|达到|降至|升至|突破|超过|控制", folded)),
        head=_head(folded, want),
        count=_count(folded),
        numbers=tuple(n for n in find_numbers(_YEAR.sub(_blank, _FIRST.sub(_blank, folded))) if n.unit not in _NO_AMOUNT and not (n.spelled and n.number < 10)),
        english=english,
    )


_THING = r"[\u3400-\u9fffa-z0-9“”\"《》]{1,14}?"
_TOPICS = re.compile(
    rf"((?:{_THING}(?:[、和与跟及]|以及))+{_THING})(?=这些|等|,|各(?!项|类|级|地|界)|分别|哪|谁|在|的|(?:19|20)\d\d年)"
)


def topics(question: Question) -> tuple[Question, ...]:
    """The question once for each of the things that it sets side by side (A和B各是多少), else itself alone."""
    folded = fold(question.text)
    asked = re.search(r"各(?!项|类|级|地|界)|分别|哪个|哪样|谁", folded)
    told = _TOPICS.search(folded)
    if question.want not in ("figure", "change", "share") or asked is None or told is None:
        return (question,)
    found = []
    for thing in re.split(r"[、和与跟及]|以及", told[1]):
        rest = re.sub(r"^(?:这些|等)[\u3400-\u9fff]{0,6}?(?=各|分别|,)", "", folded[told.end() :])
        part = understand(f"{folded[: told.start()]}{thing}{rest}")
        if not any(term.text in thing for term in part.terms):
            return (question,)
        found.append(replace(question, terms=part.terms, subject=thing))
    return tuple(found)


# --- time ------------------------------------------------------------------------------------------

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d|\.\d)\s*年?")
_REPORT_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s*年?(?:度|的)?[^,。?;\d]{0,10}?(?:政府)?(?:工作)?报告"
    r"|(?<!\d)((?:19|20)\d\d)\s+(?:[a-z']+\s+){0,4}?(?:work )?report"
)
_SEVERAL_REPORTS = re.compile(
    r"(?<!\d)((?:19|20)\d\d)年?(?:[、和与及跟]|以及)((?:19|20)\d\d)年?(?:(?:[、和与及跟]|以及)((?:19|20)\d\d)年?)?[^,。?;\d]{0,8}?(?:政府)?(?:工作)?报告"
)
_YEAR_RANGE = re.compile(r"(?<!\d)((?:19|20)\d\d)年?\s*(?:-|到|至|~)\s*((?:19|20)\d\d)(?!\d)")
_RELATIVE = {
    -2: r"前年|the year before last",
    -1: r"(?<![比较跟])(?:去年|上年|上一年|前一年)|过去一年|过去的一年|一年来|这一年|last year|past year",
    0: r"今年|本年|这一年度|this year",
    1: r"明年|next year",
}
_PLAN_PERIOD = {"十二五": (2011, 2015), "十三五": (2016, 2020), "十四五": (2021, 2025), "十五五": (2026, 2030)}
_FIVE_YEARS = re.compile(r"(?:过去|近|这|最近|前)五年|五年(?:来|间|里|以来)|past five years|last five years|five-year")
_PLAN_NAME = rf"\"?(?:{'|'.join(_PLAN_PERIOD)})\"?(?:时期|期间|规划|末|以来|前后)*"
_PART = re.compile(r"[上下]半年|[一二三四1-4前]+(?:个)?季度|(?<!\d)\d{1,2}月(?!\d*日起)|前[一二三四五六七八九十\d]+个?月|首季|first half|second half|q[1-4]\b")


def _times(folded: str) -> tuple[Question, str]:
    """The times that the question names, and the question with blanks in their place."""
    found = Question("", "figure", ())
    reports = [int(year) for m in _SEVERAL_REPORTS.finditer(folded) for year in m.groups() if year]
    reports = reports or [int(m[1] or m[2]) for m in _REPORT_YEAR.finditer(folded)]
    years = [int(m[1]) for m in _YEAR.finditer(folded)]
    span = next(((int(m[1]), int(m[2])) for m in _YEAR_RANGE.finditer(folded)), None)
    span = span or next((years for name, years in _PLAN_PERIOD.items() if name in folded), None)
    if span is None and _FIVE_YEARS.search(folded):
        span = (-5, -1)
    offsets = [offset for offset, pattern in _RELATIVE.items() if re.search(pattern, folded)]
    for year in reports:  # a year that only names the report is not a period
        if years.count(year) <= reports.count(year):
            years = [other for other in years if other != year]
    part = _PART.search(folded)
    rest = _YEAR.sub(_blank, folded)
    for pattern in (*_RELATIVE.values(), _FIVE_YEARS.pattern, _PLAN_NAME):
        rest = re.sub(pattern, _blank, rest)
    found = replace(
        found,
        years=_distinct(years),
        offsets=tuple(offsets),
        report_years=_distinct(reports),
        span=span,
        part_of_year=part[0] if part else "",
    )
    return found, rest


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


_STATE_SIDE = re.compile(r"国务院|state council|中央(?:政府)?报告|(?:全国|我国)[和与跟、]|[和与跟、](?:全国|我国)")


# --- frame -----------------------------------------------------------------------------------------

_PLANNED = re.compile(
    r"目标|(?<![动项年])计划|打算|预期(?!寿命)|拟(?!态)|力争|今后|下一步|接下来|\btargets?\b|\bplans? to\b|\bplann(?:ed|ing)\b|\bwill\b|\baims?\b|\bgoals?\b|\bexpected\b"
)
_SOUNDS_PLANNED = re.compile(r"准备|将|想要?|(?<![主重需首只])要(?![求])|(?:什么|哪些|啥)任务|任务(?:是|有)|怎么(?:安排|部署|要求)|(?:什么|哪些|啥)(?:安排|部署)|定了?(?:什么|多少|个)")
_ACHIEVED = re.compile(
    r"实际|完成(?!.{0,4}目标)|实现了|达到了|做了|干了|取得|成效|成绩|成果|进展|回顾|完成得|做到|\bachieved?\b|\bactual"
)


def _kinds(folded: str, times: Question) -> tuple[Kind, ...]:
    """The frames that the words ask of; a year says more than a word that may mean either."""
    planned, achieved = bool(_PLANNED.search(folded)), bool(_ACHIEVED.search(folded))
    both = len(set(times.years) | set(times.offsets)) > 1
    if planned and achieved and (both or re.search(r"(?:目标|打算|计划|预期|要求).*(?:实际|完成|最后|结果)|(?:实际|完成).*(?:目标|打算|计划)", folded)):
        return ("achieved", "planned")
    if both:
        return ()
    if planned:
        return ("planned",)
    if _SOUNDS_PLANNED.search(folded) and times.offsets != (-1,):
        return ("planned",)
    return ("achieved",) if achieved else ()


_COMPARE = re.compile(
    r"比较|对比(?!的是)|相比|不同|不一样|区别|差(?:了)?(?:多少|几)|谁(?:的|更)|更(?:高|低|大|多|快)|分别(?=.*(?:多少|如何|怎么|几))|各(?:是|为|有)?(?:多少|几|百分)"
    r"|\bcompare|\bversus\b|\bvs\b|\bdifference|\bhigher\b|\bdiffer"
)

# --- kind of answer --------------------------------------------------------------------------------

_UNIT = r"[家个项条枚部场户台张座所件处宗亩公里米元人岁次套辆列吨斤起例名位只种类批款期年天倍棵吨艘架栋间支]"
_WANTS: tuple[tuple[Want, str], ...] = (
    (
        "yesno",
        r"吗[?!。]*$|是否|有没有|是不是|能不能|对不对|[对是]吧|吧\?*$|(?:了|过)?(?:没有?|不)\?*$|既然|难道|不是.*吗|对不\?*$"
        r"|^(?:is|was|are|were|did|does|do|has|have|had|will|can)\b",
    ),
    ("problem", r"(?:困难(?!群众|家庭|职工|学生|儿童|老人|老年|人员|企业|地区|救助)|难题|不足|短板|挑战|难处|难点|薄弱|弱项|缺点|不够|欠缺|没做好|检讨|反思|做得不|承认|欠账|弱点|(?:哪些|什么|啥|存在|面临|突出|困难和|和|与)[^,。]{0,8}问题|问题(?:和|与|有哪)|(?:还有|存在|哪些|什么)[^,。]{0,6}差距|weakness|bottleneck|problems?\b|challenges?\b|shortcomings?\b|difficult)"),
    ("share", r"占比|比重|份额|(?<!增长)(?<![涨降增跌升])(?<!降低)(?<!提高)(?<!下降)百分之(?:几|多少)|占(?:了)?(?:全[市国省区])?.{0,12}(?:多少|几|百分)|几成|百分之几是|\bshare\b|\bproportion\b|what percent.* of\b"),
    (
        "change",
        r"同比|增速|涨幅|增幅|降幅|跌幅|(?:增长|下降|上升|提高|减少|上涨|回落|降低|(?<!新)[涨降增跌升])了?(?:多少(?!家|个|座|人|亿|万|套|张|所|条|户|公里|平方|亩|元|项|处|台|辆|吨|件|场|间|棵)|百分之(?:几|多少)|几个(?:百分)?点|几成|多大)|几个(?:百分)?点|(?:怎么|怎样|如何)(?:涨|增长|变)|\bgrow(?:th|n)?\b|\bgrew\b|\bincreased?\b|\brise\b|\bgrowth rate",
    ),
    ("when", r"哪[一]?年|哪几年|什么时候|何时|几月|哪天|哪一天|几几年|\bwhen\b|which year|what year"),
    ("where", r"哪里|哪儿|在哪|何处|哪个(?:镇|街道|区|市|省|县|村|地方|国家)|什么地方|位于|\bwhere\b"),
    (
        "figure",
        rf"(?:什么|怎样的|哪些|啥).{{0,6}}(?:目标|指标|增速)|(?:目标|指标|增速)(?:是|为|定为|定在|定成)?(?:什么|啥|怎样|如何)|多少|几枚|几{_UNIT}|多[大高长远重久宽深]|[^叫]什么水平|几何|规模有|\bhow (?:many|much|long|large|big|high)\b|\bwhat(?:'s| is| was| were| are)\b.*\b(?:target|goal|rate|ratio|number|total|amount|value|volume|percentage|output|income|revenue|length|area|figure|intensity|expectancy|coverage)",
    ),
    (
        "name",
        r"叫(?:什么|啥|做什么)|什么名|名字|名称|是谁|哪位|哪[一]?(?:家|所|个|项|部|座|款|只|条|艘|位|种|类|支|本|份|场|首|件)(?!.{0,3}方面)|谁(?:是|来)|是什么[?!。]*$|是啥[?!。]*$|(?:什么|啥)(?!意思|时候|地方|样|(?:新)?(?:工作|举措|措施|进展|成效|成绩|成果|突破|动作|事|招|变化|要求|安排|打算|部署|里程碑|亮点|做法|计划|任务|不|区别|情况|水平|目标|用|好))[\u3400-\u9fff]{2}|\bwhat is the name|\bwhat was the name|\bname of\b|\bwhich\b(?!.*(?:areas|fields|functions|sectors|industries|districts|measures))|\bwho\b|\bcalled\b",
    ),
    ("term", r"什么意思|指的?是|是指|含义|全称|定义|为什么|怎么说|怎么讲|何谓|什么是|是什么$|是?(?:干嘛|干什么|做什么|干啥)的|\bwhat does .* (?:mean|stand)|\bmeaning\b|\bwhy\b"),
    (
        "field",
        r"做了(?:哪些|什么|啥|些)|干了|怎么样|怎样|如何|怎么(?:做|搞|干|办|推|抓|建)|(?:哪些|什么|啥)(?:新的?|具体|重要|主要|重点)?(?:工作|举措|措施|进展|成效|成绩|成果|成就|突破|表现|动作|事|招|变化|要求|安排|打算|部署|里程碑|亮点|做法|计划|任务)|有(?:什么|啥|哪些)新|\bsummari[sz]e|\bwhat did\b|\bwhat has\b|\bhow did\b|\bwhat will\b|\bwhat (?:measures|steps|progress)|\bwhat are the\b.*\b(?:tasks|plans|measures|priorities|steps)",
    ),
    ("list", r"哪些|哪[几两三四五六七八九十\d]|有啥|有什么|包括|列举|分别是|都有|几大|哪\"|\bwhich\b|\blist\b|\bwhat are\b"),
)


def _want(folded: str) -> Want | None:
    if _ORDINAL.search(folded):
        return "ordinal"
    if re.search(r"哪[一二三四五六七八两\d]个字", folded):
        return "name"
    if re.search(
        rf"哪[几两三四五六七八九十\d]|哪些|分别叫|(?:包括|都有|有)(?:什么|啥|哪(?!{_UNIT}))|分别是(?:什么|哪)"
        r"|[两三四五六七八九十\d]+(?:大|个|项|条|类|种)[^,。]{0,12}(?:是什么|包括)",
        folded,
    ):
        for want in ("problem", "field"):
            if re.search(dict(_WANTS)[want], folded):
                return want
        if not re.search(r"哪几年", folded):
            return "list"
    for want, pattern in _WANTS:
        if re.search(pattern, folded):
            return want
    return None


def _default_want(folded: str) -> Want:
    """Bare keywords: a count where they end in one (公园 新增), else what was done in the field."""
    return "figure" if re.search(rf"(?:新增|累计|总额|数量|产值|规模|目标|{_UNIT})\s*$", folded) else "field"


def _measure(folded: str) -> Literal["new", "cumulative", ""]:
    if re.search(r"累计|总(?=里程|数|装机|户数|人数)|总共有|一共有|合计|总数|加起来|到现在|目前(?:共|一共|总共)?有|存量|有效期内|cumulative|in total|altogether|so far", folded):
        if not re.search(r"不是.{0,8}(?:总数|累计|存量)", folded):
            return "cumulative"
    if re.search(r"新增|新设|新认定|新评|新建|新开|新[冒来引]|又(?:有|多|来|增)|当年|多了|增加了|\bnew\b|\badded\b|\bnewly\b", folded):
        return "new"
    return ""


_HEAD_AFTER = re.compile(
    r"(?:哪|什么|啥)(?:[一几两三四五六七八九十\d]*[个家所项部座款只条艘位种类支本份场首件处块]?)(?:样的|新的?)?((?:[\u3400-\u9fff](?!是|的|叫|吗|呢|方面)){1,7}[\u3400-\u9fff])"
)
_HEAD_BEFORE = re.compile(
    r"([\u3400-\u9fff]{2,8}?)(?:的)?(?:名字|名称|全称)?(?:是|叫|在|位于|设在|叫做|指的是|分别是|包括)?(?:哪[一]?[里儿个家所项部座款只条艘位种类支本份场首件处]|什么|啥)(?:名字|名称)?(?:的)?[?!。]*$"
)


_FIGURE_HEAD = re.compile(r"(?:多少|几)(?:[万亿]|万亿)?" + _UNIT + r"?([\u3400-\u9fff“”《》、和与的]{2,16})")


_PLACE_HEAD = re.compile(r"哪[一]?[个些座]?(镇|街道|片区|园区|流域|城市|地区|省份|国家|区|市|省|县|村|乡)")
_ORDINAL = re.compile(r"第几([\u3400-\u9fff])|(?:多少|几)(周年|届)")


def _head(folded: str, want: str | None) -> str:
    place = _PLACE_HEAD.search(folded)
    if want == "where" and place:
        return place[1]
    ordinal = _ORDINAL.search(folded)
    if want == "ordinal" and ordinal:
        return ordinal[1] or ordinal[2]
    if want in ("figure", "change", "share", None):
        return _counted(folded)
    after = _HEAD_AFTER.search(folded)
    if after and not re.match(r"名字|名称|时候|地方|意思|样|情况|工作|方面", after[1]):
        return _first_nouns(after[1])
    if want == "where":
        return ""
    before = _HEAD_BEFORE.search(folded)
    if before is None:
        return ""
    nouns = [word for word, tag in tagged(before[1]) if tag.startswith(_NOUNS) and len(word) > 1]
    return nouns[-1] if nouns else ""


def _first_nouns(text: str) -> str:
    """The nouns that a text begins with: 中学 of 中学创建市…."""
    head = ""
    for word, tag in tagged(text):
        if not tag.startswith((*_NOUNS, "b", "a")):
            break
        head += word
    return head or text


def _counted(folded: str) -> str:
    """The last noun of what is counted: after 多少家, else before 是多少; measures of size pass over."""
    after = _FIGURE_HEAD.search(folded)
    asking = re.search(r"多少|几(?=[\u3400-\u9fff])|百分之几|多[大长高]|同比|增速|占比|比重|占", folded)
    parts = [after[1]] if after else []
    parts.append(folded[: asking.start()] if asking else folded)
    for part in parts:
        rest = _FRAME.sub(" ", _YEAR.sub(" ", part))
        nouns = [w for w, tag in tagged(rest) if tag.startswith(_NOUNS) and len(w) > 1 and w not in _WEAK | _STOP]
        if nouns:
            return nouns[-1]
    return ""


def _count(folded: str) -> int:
    asked = re.search(r"哪\s*\"?([两三四五六七八九十\d]+)", folded) or re.search(r"([两三四五六七八九十\d]+)大?[个项条类种处块大]?[^,。]{0,16}(?:包括|是哪些|都有哪些|分别是|有哪些)", folded)
    number = numeral(asked[1]) if asked else None
    return int(number) if number and number <= 20 else 0


_FIRST = re.compile(r"\bno\. ?1\b|\bnumber one\b|\branks? first\b|\bfirst place\b")
_NO_AMOUNT = ("年", "轮", "届", "期", "号线", "月", "日", "岁以下", "字")
_ASKED_UNIT = re.compile(r"(?:多少|几|how many )\s*((?:万|亿|万亿)?[\u3400-\u9fff]{1,4}(?:/[\u3400-\u9fff]+)?)")
_UNITS = (
    "平方公里 平方米 立方米 公顷 公里 标箱 人次 美元 亿元 万元 元 家 个 项 条 部 场 户 台 张 座 所 件 处 宗 亩 米 人 岁 次 套 辆 列 吨 斤 起 例 名 位 只 种 类 批 款 期 天 倍 棵 艘 架 栋 间 支".split()
)
_OF_QUANTITY = {
    r"面积": ("平方米", "平方公里", "亩", "公顷"),
    r"里程|长度|多长": ("公里", "米", "千米"),
    r"金额|资金|经费|投资额|花了|产值|收入|销售额|交易额|贷款|价值": ("元", "美元"),
    r"人数|多少人": ("人", "名", "位", "人次"),
}


def _units(folded: str, want: Want | None) -> tuple[str, ...]:
    """Units that the words after 多少 or 几 allow; a measure word is only a hint."""
    if re.search(r"多少个?亿|多少钱|how much money|卖了多少|多少(?:亿|万)?元", folded):
        return ("元", "美元")
    found = _ASKED_UNIT.search(folded)
    asked = found[1].lstrip("万亿") if found else ""
    unit = next((unit for unit in _UNITS if asked.startswith(unit)), "")
    if want in ("change", "share"):
        return ()
    if unit:
        return (unit,)
    return next((units for pattern, units in _OF_QUANTITY.items() if re.search(pattern, folded)), ())


# --- terms -----------------------------------------------------------------------------------------

_FRAME = re.compile(
    r"(?:国务院|省|市|区|县)?政府工作报告|工作报告|报告(?:里|中|上|内)?(?:面)?(?:所)?(?:说|讲|提到|指出|披露|公布|提出|显示|总结|列举|认为|承认|坦承|点)?(?:了|的)?"
    r"|根据|按照|请问|请|告诉我?|我?想(?:知道|了解|问)|帮我|查一?下|你好|说说|讲讲|介绍(?:一下)?|列出|列举"
    r"|百分之多少|多少|百分之几|几成|几个百分点|几个点|哪几年|哪一年|哪年|什么时候|何时|怎么样|怎样|怎么|如何|为什么|什么|啥|哪些|哪里|哪儿|哪(?:一|几|两|三|四|五|六|七|八|九|十|\d+)?[个家所项部座款只条艘位种类支处块方面]?"
    rf"|几{_UNIT}|多[大高长远重久宽深]|是不是|是否|有没有|对不对|对吗|[对是]吧|吗|呢|吧|啊|呀|啦|嘛|名字|名称|叫做?|指的是|是指|具体|分别|各自|一共|总共|大概|大约|到底|究竟|真正|没错|全部|所有|每个|各个|总结|算下来|统计|据说|听说|历年|从头|设想|当初|程度|盘子|整个|整条|[比较跟与]?(?:上一?年|前一年|去年)|[户人家个]数"
    r"|以及|已经|那么|还有|还要|这个|那个|这件事|那段|这块|方面|情况|什么水平|目前|现在|当年|年内|全年|期间|时候|打算|准备|年初|最后|实际|全称|含义|意思|定义|数额|说法|提法|(?:总)?(?:面积|金额|人数|长度)|做了|干了|得怎样|到现在为止|加起来|总数|总量|个数|数目"
)
_STOP = frozenset(
    "的 了 着 过 是 有 在 和 与 及 或 对 于 关于 把 被 给 由 从 到 向 为 为了 以 之 其 其中 所 等 中 里 内 上 下 前 后 个 家 项 年 月 日 度 次 种 类 条 些 "
    "我们 我国 自己 他们 它 它们 他 她 这 那 该 本 此 各 每 将 要 会 能 可以 可 应该 应 需要 想 还 再 更 最 很 太 不 没 没有 做 搞 弄 干 说 讲 提 去 来 说明 请 说法 "
    "情况 方面 内容 事 事情 东西 地方 时候 目标 任务 要求 计划 预期 主要 完成 达到 实现 取得 进行 开展 推进 加强 成效 成绩 成果 进展 问题 "
    "工作 举措 措施 动作 做法 水平 数据 数字 指标 包括 属于 位于 存在 表述 得 地 儿 又 也 就 都 且 而 但 呢 吗 安排 拟 定 增长 同比 增速 多 少 大 小 高 低 新 全 一 "
    "二 三 四 五 六 七 八 九 十 两 几 第 点 比 前一年 钱 名 号 样子 状态 招 部分 样 一下 一些 一样 不同 不一样 谁 更高 如何 比较 差 相比 区别 面积 数量 总数 个数 规模 总额 ".split()
)
# Words that are weak because every report is full of them; they still tell two neighbours apart.
_WEAK = frozenset("总额 面积 数量 总数 规模 问题 增长 增速 增幅 涨幅 完成 达到 实现 目标 计划 项目 产业 建设 发展 成果 推进 水平 工作 举措 措施 领域 行动 方案 成效 资金 金额 人数 长度 里程 里程碑 层面 全市 全国 全省 全区 这些 突破 亮点 新 全 大 高".split())
_ENGLISH_STOP = frozenset(
    "a an the of in on at to for and or by with from as is was were are be been did does do has have had how many much what which who when where why "
    "target targets goal goals plan planned plans that this these those it its their there pudong new was new according report government work state council year last per each any did not s "
    "me tell please give name called than more most over under into out up about around set still many been would should could will".split()
)


def _terms(rest: str, english: bool, names: Iterable[str]) -> tuple[Term, ...]:
    """The terms of a folded question whose times are blanked out."""
    for start, end, _ in reversed(find_regions(rest)):
        rest = rest[:start] + " " * (end - start) + rest[end:]
    lexicon = load_lexicon()
    rest = re.sub(r"\((?:不是|不含|不包括|非)[^()]*\)", _blank, rest)
    if english:
        return _english_terms(rest, lexicon)
    found: list[tuple[int, Term]] = []
    for quoted in re.finditer(r'"([^"]{2,20})"|《([^《》]{2,40})》', rest):
        name = quoted[1] or quoted[2]
        found.append((quoted.start(), Term(name, lexicon.get(name, ()))))
        rest = rest[: quoted.start()] + " " * len(quoted[0]) + rest[quoted.end() :]
    for name in names:
        if (at := rest.find(name)) >= 0:
            found.append((at, Term(name, lexicon.get(name, ()))))
            rest = rest[:at] + " " * len(name) + rest[at + len(name) :]
    rest = _FRAME.sub(_blank, rest)
    for start, end in _entries(rest, vocabulary()):
        say = rest[start:end]
        if say not in lexicon:
            found.append((start, Term(say, _reworded(say, lexicon), noun=_is_noun(say))))
            rest = rest[:start] + " " * (end - start) + rest[end:]
        elif say not in _STOP:
            found.append((start, Term(say, _narrow(say, lexicon[say]), noun=_is_noun(lexicon[say][0]) and say not in _WEAK)))
            rest = rest[:start] + " " * (end - start) + rest[end:]
    at = 0
    for word, tag in tagged(rest):
        start, at = rest.index(word, at), rest.index(word, at) + len(word)
        if not re.search(r"\w", word) or word in _STOP and word not in _WEAK:
            continue
        if len(word) == 1 and tag.startswith(("u", "y", "p", "c", "r", "d", "k")):
            continue
        if len(word) == 2 and word[1] in "里内中上" and not is_word(word):
            word = word[0]
        known = is_word(word) or len(word) > 2
        noun = len(word) > 1 and known and word not in _WEAK and tag.startswith(_NOUNS)
        found.append((start, Term(word, (), _weight(word, tag), noun)))
    return tuple(term for _, term in sorted(found, key=lambda pair: pair[0]))


def _reworded(say: str, lexicon: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """A long term with a word in it by its other names: 细颗粒物浓度 as pm2.5浓度."""
    inner = [say[a:b] for a, b in _entries(say, lexicon)]
    return tuple(say.replace(word, name) for word in inner for name in lexicon[word][:3])


def _narrow(say: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Other names without those that merely leave out what tells the thing apart (常住人口: 人口)."""
    return tuple(name for name in names if len(name) > 2 or name not in say)


_NOUNS = ("n", "j", "eng", "l", "s", "vn", "i")


def _is_noun(text: str) -> bool:
    """Whether a term names a thing rather than only what is done to it."""
    return any(tag.startswith(_NOUNS) and len(word) > 1 and word not in _WEAK for word, tag in tagged(text))


def _weight(word: str, tag: str) -> float:
    if word in _WEAK or len(word) == 1:
        return 0.3
    if tag.startswith(("n", "j", "eng", "l", "s", "i", "t")):
        return 1.0
    if tag.startswith(("vn", "b", "z", "a", "f", "m")):
        return 0.7
    return 0.5


def _entries(folded: str, known: Container[str]) -> list[Span]:
    """Spans of the entries of the lexicon in the question, the longest at each place."""
    spans: list[Span] = []
    at = 0
    while at < len(folded):
        size = next(
            (n for n in range(min(_LONGEST_TERM, len(folded) - at), 1, -1) if folded[at : at + n] in known), 0
        )
        if size:
            spans.append((at, at + size))
        at += size or 1
    return spans


def _english_terms(folded: str, lexicon: Mapping[str, tuple[str, ...]]) -> tuple[Term, ...]:
    """Terms of an English question: the longest entries of the lexicon, and words that stay as they are."""
    found: list[Term] = []
    if _FIRST.search(folded):
        found.append(Term("no. 1", ("首位", "第一", "榜首"), noun=False))
    words = re.findall(r"[a-z0-9&.%+\-']*[a-z0-9&%+]", _FIRST.sub(_blank, folded).replace("'s", ""))
    at = 0
    while at < len(words):
        for size in range(min(6, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + size])
            entry = lexicon.get(phrase) or lexicon.get(_singular(phrase))
            if entry and (size > 1 or phrase not in _ENGLISH_STOP):
                found.append(Term(phrase, entry, noun=_is_noun(entry[0])))
                at += size
                break
        else:
            if words[at] not in _ENGLISH_STOP and not words[at].replace(".", "").isdigit():
                found.append(Term(words[at], (), 0.5, noun=False))
            at += 1
    return tuple(found)


def _singular(phrase: str) -> str:
    if phrase.endswith("ies"):
        return phrase[:-3] + "y"
    return phrase[:-1] if phrase.endswith("s") and not phrase.endswith("ss") else phrase


def _mended(folded: str) -> str:
    """Letters o among the digits of a year, as people type them, read as zeros."""
    return re.sub(r"(?<![a-z0-9])2[o0]\d?[o0-9]\d?(?=年)", lambda m: m[0].replace("o", "0"), folded)


def _distinct(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
