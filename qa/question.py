"""A question as typed → what it asks: kind of answer, period, frame, places, and the terms to be found."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from qa.datatypes import Kind
from qa.errors import QuestionError
from qa.lexicon import Lexicon, load_lexicon
from qa.numerals import Number, find_numbers, numeral
from qa.patterns import (
    ACHIEVED,
    ASKED_UNIT,
    BASIS_YEAR,
    BEFORE_CHANGE,
    BEGUN,
    BESIDE,
    CAME_ABOUT,
    COMPARE,
    CONTRASTS,
    CONTROL,
    DONE,
    DOWN,
    ENGLISH_STOP,
    FIGURE_HEAD,
    FIRST,
    FIVE_YEARS,
    FRAME,
    FRAMING,
    HEAD_AFTER,
    HEAD_BEFORE,
    LONGEST_TERM,
    NEXT_FIVE_YEARS,
    NO_AMOUNT,
    NOT_CUMULATIVE,
    NOUNS,
    OF_QUANTITY,
    ORDINAL,
    PART,
    PLACE_HEAD,
    PLAN_NAME,
    PLAN_PERIOD,
    PLANNED,
    RELATIVE,
    REPORT_YEAR,
    SAYS_CUMULATIVE,
    SAYS_NEW,
    SEVERAL_REPORTS,
    SOUNDS_PLANNED,
    STATE_SIDE,
    STOP,
    SURROGATE,
    THESE,
    TOPICS,
    UNIT,
    UNITS,
    UP,
    WANTS,
    WEAK,
    YEAR,
    YEAR_RANGE,
    Want,
)
from qa.regions import Region, find_regions
from qa.text import Span, fold, is_word, simplified, tagged

T = TypeVar("T")

LONGEST = 1000  # characters; a question of more is a pasted text


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
    """First and last year of a period that it asks of (“十四五”); below 1000 they count from the report's."""
    spans: tuple[tuple[str, int, int], ...] = ()
    """Name, first and last year of the plan periods that it sets side by side (“十三五”和“十四五”)."""
    part_of_year: str = ""
    """上半年, 一季度, 3月 …: a figure of the whole year does not answer it."""
    regions: tuple[Region, ...] = ()
    names_state: bool = False
    """Whether it speaks of the country's own report or sets the country beside a place."""
    kinds: tuple[Kind, ...] = ()
    """Frames that it asks of: achieved, planned, or both."""
    compares: bool = False
    contrast: Literal["more", "less", ""] = ""
    """Whether it asks which of two things is more, or less: 谁更高, 高于X吗."""
    against: str = ""
    """What a contrast sets its subject against (高于全国吗: 全国); empty where it names both alike."""
    whether: bool = False
    """Whether a contrast of two sides is to be told by yes or no."""
    measure: Literal["new", "cumulative", ""] = ""
    units: tuple[str, ...] = ()
    """Units that the answer may have (多少公里); empty where the question leaves it open."""
    reaches: bool = False
    """Whether it asks what something comes to (降到多少), not where it starts."""
    started: bool = False
    """Whether it asks where something stood before it changed (五年前是多少)."""
    head: str = ""
    """The sort of thing asked for (哪家医院: 医院), as far as the words tell; folded."""
    count: int = 0
    """How many items a list should have (哪三个: 3); 0 where the question leaves it open."""
    numbers: tuple[Number, ...] = ()
    """Amounts that the question itself states."""
    english: bool = False


def clean(question: object) -> str:
    """The question in simplified script, trimmed; raises QuestionError where it cannot be one."""
    if not isinstance(question, str):
        raise QuestionError("问题必须是文字。")
    if SURROGATE.search(question):
        raise QuestionError("问题里有无法识别的字符（编码损坏）。请重新输入。")
    text = simplified(" ".join(CONTROL.sub(" ", question).split()))
    if not text:
        raise QuestionError("问题是空的。请输入一个问题，例如：去年地区生产总值是多少？")
    if len(text) > LONGEST:
        raise QuestionError(f"问题太长（{len(text)} 个字，最多 {LONGEST} 个）。请只写要问的一件事。")
    return text


def understand(text: str, names: Iterable[str] = (), lexicon: Lexicon | None = None) -> Question:
    """What a standalone question asks; ``text`` has gone through ``clean``.

    ``names`` are words that the reports print in quotation marks, folded: they stay whole. ``lexicon`` is
    the built-in one unless another is given.
    """
    lexicon = load_lexicon() if lexicon is None else lexicon
    folded = _mended(fold(text))
    english = not re.search(r"[\u3400-\u9fff]", folded)
    times, folded_rest = _times(folded)
    unquoted = re.sub(r'"[^"]*"', lambda m: " " * len(m[0]), folded)  # "中国洋浦港" is a name
    regions = _distinct(region for _, _, region in find_regions(unquoted))
    want = _want(folded)
    kinds = _kinds(folded, times)
    if want == "yesno" and (len(kinds) > 1 or CAME_ABOUT.search(folded)):
        kinds = ()  # 目标完成了没: what came of it
    contrast, against = _contrast(folded)
    if want in (None, "field") and COMPARE.search(folded) and re.search(r"目标|增速|涨幅|指标", folded):
        want = "figure"
    numbers = tuple(
        n
        for n in find_numbers(YEAR.sub(_blank, FIRST.sub(_blank, folded)))
        if n.unit not in NO_AMOUNT and not (n.spelled and n.number < 10)
    )
    if want == "yesno":  # what is claimed is weighed against the evidence, not looked for
        for n in numbers:
            folded_rest = folded_rest[: n.start] + " " * (n.end - n.start) + folded_rest[n.end :]
    terms = _terms(folded_rest, english, names, lexicon)
    return replace(
        times,
        text=text,
        want=want or _default_want(folded),
        asks=want is not None,
        terms=_of_change(terms, lexicon) if want == "change" else terms,
        regions=regions,
        names_state=bool(STATE_SIDE.search(folded)),
        kinds=kinds,
        compares=bool(COMPARE.search(folded)) or len(kinds) > 1,
        contrast=contrast,
        against=against,
        measure=_measure(folded) if want != "change" else "",
        units=_units(folded, want),
        reaches=bool(re.search(r"[降升提达增减]到|提高到|达到|降至|升至|突破|超过|控制", folded)),
        started=want != "yesno" and bool(BEFORE_CHANGE.search(folded)),
        head=_head(folded, want),
        count=_count(folded),
        numbers=numbers,
        english=english,
    )


def contrasted(question: Question, lexicon: Lexicon, *, several: bool) -> Question:
    """A contrast of two sides as a question of their figures; of one side it is left as it is.

    ``several`` tells whether its sides stand in several reports, years or frames.
    """
    if not question.contrast:
        return question
    figures = figures_of(question)
    return figures if several or len(topics(figures, lexicon)) > 1 else question


def figures_of(question: Question) -> Question:
    """A contrast as a question of the figures on its two sides."""
    folded = fold(question.text)
    grows = re.search(r"增速|增幅|涨幅|增长|涨了|growth|grew", folded)
    want: Want = "change" if grows else "share" if re.search(r"占比|比重", folded) else "figure"
    want = question.want if question.want in ("change", "share") else want
    return replace(question, want=want, compares=True, whether=question.want == "yesno")


def topics(question: Question, lexicon: Lexicon | None = None) -> tuple[Question, ...]:
    """The question once for each thing that it sets side by side (A和B各是多少), else itself alone."""
    folded = fold(question.text)
    asked = re.search(r"各(?!项|类|级|地|界)|分别|哪个|哪样|谁", folded)
    told = TOPICS.search(folded)
    if question.want not in ("figure", "change", "share") or asked is None or told is None:
        return (question,)
    found = []
    for thing in re.split(r"[、和与跟及]|以及", told[1]):
        rest = re.sub(rf"^(?:{THESE}|等)[\u3400-\u9fff]{{0,6}}?(?=各|分别|,)", "", folded[told.end() :])
        part = understand(f"{folded[: told.start()]}{thing}{rest}", lexicon=lexicon)
        if not any(term.text in thing for term in part.terms):
            return (question,)
        found.append(replace(question, terms=part.terms, subject=thing))
    return tuple(found)


# --- time ------------------------------------------------------------------------------------------


def _times(folded: str) -> tuple[Question, str]:
    """The times that the question names, and the question with blanks in their place."""
    found = Question("", "figure", ())
    reports = [int(year) for m in SEVERAL_REPORTS.finditer(folded) for year in m.groups() if year]
    reports = reports or [int(m[1] or m[2]) for m in REPORT_YEAR.finditer(folded)]
    basis = BASIS_YEAR.search(folded)
    if basis:  # 相比2021年下降了多少 does not ask of 2021
        folded = folded[: basis.start(1)] + " " * len(basis[1]) + folded[basis.end(1) :]
    years = [int(m[1]) for m in YEAR.finditer(folded)]
    span = next(((int(m[1]), int(m[2])) for m in YEAR_RANGE.finditer(folded)), None)
    plans = sorted((folded.find(name), name) for name in PLAN_PERIOD if name in folded)
    span = span or next((PLAN_PERIOD[name] for _, name in plans), None)
    if span is None and NEXT_FIVE_YEARS.search(folded):
        span = (0, 4)
    elif span is None and FIVE_YEARS.search(folded):
        span = (-5, -1)
    offsets = [offset for offset, pattern in RELATIVE.items() if re.search(pattern, folded)]
    for year in reports:  # a year that only names the report is not a period
        if years.count(year) <= reports.count(year):
            years = [other for other in years if other != year]
    part = PART.search(folded)
    rest = YEAR.sub(_blank, folded)
    for pattern in (*RELATIVE.values(), FIVE_YEARS.pattern, NEXT_FIVE_YEARS.pattern, PLAN_NAME):
        rest = re.sub(pattern, _blank, rest)
    found = replace(
        found,
        years=_distinct(years),
        offsets=tuple(offsets),
        report_years=_distinct(reports),
        span=span,
        spans=tuple((name, *PLAN_PERIOD[name]) for _, name in plans) if len(plans) > 1 else (),
        part_of_year=part[0] if part else "",
    )
    return found, rest


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


# --- frame -----------------------------------------------------------------------------------------


def _kinds(folded: str, times: Question) -> tuple[Kind, ...]:
    """The frames that the words ask of; a year says more than a word that may mean either."""
    planned, achieved = bool(PLANNED.search(folded)), bool(ACHIEVED.search(folded))
    both = len(set(times.years) | set(times.offsets)) > 1
    if (
        planned
        and achieved
        and (
            both
            or re.search(
                r"(?:目标|打算|计划|预期|要求).*(?:实际|完成|最后|结果)|(?:实际|完成).*(?:目标|打算|计划|预期)",
                folded,
            )
        )
    ):
        return ("achieved", "planned")
    if both:
        return ()
    if (
        re.search(r"(?:现在|目前|眼下|如今|已有).*(?:今年|目标|打算|计划|将?要)", folded)
        and len(re.findall(r"多少|几", folded)) > 1
    ):
        return ("achieved", "planned")
    if planned:
        return ("planned",)
    if SOUNDS_PLANNED.search(folded) and times.offsets != (-1,):
        return () if achieved and times.spans else ("planned",)
    return ("achieved",) if achieved else ()


# --- kind of answer --------------------------------------------------------------------------------


def _want(folded: str) -> Want | None:
    if ORDINAL.search(folded):
        return "ordinal"
    last = re.split(r"[,。;]", folded.rstrip("?!。 "))[-1]
    if re.search(r"哪[一二三四五六七八两\d]个字", folded):
        return "name"
    if not re.search(r"多少|百分之几|几成", last) and re.search(
        rf"哪[几两三四五六七八九十\d]|哪些|分别叫|(?:包括|都有|有)(?:什么|啥|哪(?!{UNIT}))|分别是(?:什么|哪)"
        r"|(?<![第\d])[两三四五六七八九十\d]+(?:大|个|项|条|类|种|点|方面)[^,。]{0,12}(?:是[什啥]|包括)",
        folded,
    ):
        for want, pattern in WANTS:
            if want in ("problem", "field") and re.search(pattern, folded):
                return want
        if not re.search(r"哪几年", folded):
            return "list"
    for want, pattern in WANTS:
        if want == "share" and re.search(r"增速|涨幅|增幅|降幅|增长率", folded):
            continue
        if re.search(pattern, folded):
            return want
    return None


def _default_want(folded: str) -> Want:
    """Bare keywords: a count where they end in one (公园 新增), else what was done in the field."""
    return "figure" if re.search(rf"(?:新增|累计|总额|数量|产值|规模|目标|{UNIT})\s*$", folded) else "field"


def _contrast(folded: str) -> tuple[Literal["more", "less", ""], str]:
    """Which way a question sets two things against each other, and what the second one is."""
    for way, pattern in CONTRASTS:
        if told := re.search(pattern, folded):
            beside = told if told.lastindex else BESIDE.search(folded)
            against = next((group for group in beside.groups() if group), "") if beside else ""
            return way, against.strip("的 ")
    return "", ""


def _measure(folded: str) -> Literal["new", "cumulative", ""]:
    if SAYS_CUMULATIVE.search(folded) and not NOT_CUMULATIVE.search(folded):
        return "cumulative"
    return "new" if SAYS_NEW.search(folded) else ""


def _head(folded: str, want: str | None) -> str:
    place = PLACE_HEAD.search(folded)
    if want == "where":
        return place[1] if place else ""
    ordinal = ORDINAL.search(folded)
    if want == "ordinal" and ordinal:
        return ordinal[1] or ordinal[2]
    if want in ("figure", "change", "share", None):
        return _counted(folded)
    after = HEAD_AFTER.search(folded)
    if after and not re.match(r"名字|名称|时候|地方|意思|样|情况|工作|方面", after[1]):
        return _first_nouns(after[1])
    before = HEAD_BEFORE.search(folded)
    if before is None:
        return ""
    nouns = [word for word, tag in tagged(before[1]) if tag.startswith(NOUNS) and len(word) > 1]
    return nouns[-1] if nouns else ""


def _first_nouns(text: str) -> str:
    """The nouns that a text begins with: 中学 of 中学创建市…."""
    head = ""
    for word, tag in tagged(text):
        if not tag.startswith((*NOUNS, "b", "a")):
            break
        head += word
    return head or text


def _counted(folded: str) -> str:
    """The last noun of what is counted: after 多少家, else before 是多少; measures of size pass over."""
    after = FIGURE_HEAD.search(folded)
    asking = re.search(r"多少|几(?=[\u3400-\u9fff])|百分之几|多[大长高]|同比|增速|占比|比重|占", folded)
    parts = [after[1]] if after else []
    parts.append(folded[: asking.start()] if asking else folded)
    for part in parts:
        rest = FRAME.sub(" ", YEAR.sub(" ", part))
        nouns = [
            w for w, tag in tagged(rest) if tag.startswith(NOUNS) and len(w) > 1 and w not in WEAK | STOP
        ]
        if nouns:
            return nouns[-1]
    return ""


def _count(folded: str) -> int:
    asked = re.search(r"哪\s*\"?([两三四五六七八九十\d]+)", folded) or re.search(
        r"([两三四五六七八九十\d]+)大?[个项条类种处块大]?[^,。]{0,16}(?:包括|是哪些|都有哪些|分别是|有哪些|是[什啥])",
        folded,
    )
    number = numeral(asked[1]) if asked else None
    return int(number) if number and number <= 20 else 0


def _units(folded: str, want: Want | None) -> tuple[str, ...]:
    """Units that the words after 多少 or 几 allow; a measure word is only a hint."""
    if re.search(r"多少个?亿(?![吨斤人户件立千标])|多少钱|how much money|卖了多少|多少(?:亿|万)?元", folded):
        return ("元", "美元")
    if re.search(r"比例|比重|占比|率", folded):
        return ()
    found = ASKED_UNIT.search(folded)
    asked = found[1].lstrip("万亿") if found else ""
    unit = next((unit for unit in UNITS if asked.startswith(unit)), "")
    if want in ("change", "share"):
        return ()
    if unit:
        return (unit,)
    if re.search(r"第几", folded):
        return ()
    if re.search(r"(?:多少|几)年(?![轻级度])", folded):
        return ("年",)
    if re.search(r"目标|增长|增速|增幅", folded):  # the target of an income may be its growth
        return ()
    return next((units for pattern, units in OF_QUANTITY.items() if re.search(pattern, folded)), ())


# --- terms -----------------------------------------------------------------------------------------


def _terms(rest: str, english: bool, names: Iterable[str], lexicon: Lexicon) -> tuple[Term, ...]:
    """The terms of a folded question whose times are blanked out."""
    for start, end, _ in reversed(find_regions(rest)):
        rest = rest[:start] + " " * (end - start) + rest[end:]
    rest = re.sub(r"\((?:不是|不含|不包括|非)[^()]*\)", _blank, rest)
    if english:
        return _english_terms(rest, lexicon)
    found: list[tuple[int, Term]] = []
    for quoted in re.finditer(r'"([^"]{2,20})"|《([^《》]{2,40})》', rest):
        name = (quoted[1] or quoted[2]).strip()
        found.append((quoted.start(), Term(name, lexicon.get(name, ()))))
        rest = rest[: quoted.start()] + " " * len(quoted[0]) + rest[quoted.end() :]
    for name in names:
        if (at := rest.find(name)) >= 0:
            found.append((at, Term(name, lexicon.get(name, ()))))
            rest = rest[:at] + " " * len(name) + rest[at + len(name) :]
    for code in re.finditer(r"\d+号线|(?<![a-z])[a-z]\d{1,4}(?!\d)", rest):
        found.append((code.start(), Term(code[0], must=True)))
        rest = rest[: code.start()] + " " * len(code[0]) + rest[code.end() :]
    rest = FRAME.sub(_blank, rest)
    for start, end in _entries(rest, lexicon.whole):
        say = rest[start:end]
        if say not in lexicon:
            found.append((start, Term(say, _reworded(say, lexicon), noun=_is_noun(say))))
            rest = rest[:start] + " " * (end - start) + rest[end:]
        elif say not in STOP:
            found.append(
                (
                    start,
                    Term(say, _narrow(say, lexicon[say]), noun=_names(say, lexicon[say]) and say not in WEAK),
                )
            )
            rest = rest[:start] + " " * (end - start) + rest[end:]
    at = 0
    for word, tag in tagged(rest):
        start, at = rest.index(word, at), rest.index(word, at) + len(word)
        if not re.search(r"\w", word) or (word in STOP and word not in WEAK):
            continue
        if len(word) == 1 and tag.startswith(("u", "y", "p", "c", "r", "d", "k")):
            continue
        if len(word) == 2 and word[1] in "里内中上" and not is_word(word):
            word = word[0]
        known = is_word(word) or len(word) > 2
        noun = len(word) > 1 and known and word not in WEAK and tag.startswith(NOUNS)
        found.append((start, Term(word, (), _weight(word, tag), noun)))
    return tuple(term for _, term in sorted(found, key=lambda pair: pair[0]))


def _reworded(say: str, lexicon: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """A long term with a word in it by its other names: 细颗粒物浓度 as pm2.5浓度."""
    inner = [say[a:b] for a, b in _entries(say, lexicon)]
    return tuple(say.replace(word, name) for word in inner for name in lexicon[word][:3] if word not in name)


def _narrow(say: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Other names without those that merely leave out what tells the thing apart (常住人口: 人口)."""
    return tuple(name for name in names if len(name) > 2 or name not in say)


def _names(say: str, names: tuple[str, ...]) -> bool:
    """Whether a word of the lexicon names a thing, by itself or by what reports print for it."""
    if any(p.fullmatch(say) for p in (DONE, BEGUN, SAYS_NEW)) or say.rstrip("了") in WEAK:
        return False
    return _is_noun(say) or any(_is_noun(name) for name in names[:2])


def _of_change(terms: Iterable[Term], lexicon: Lexicon) -> tuple[Term, ...]:
    """The terms of a question on growth: what only says that something grew is said by the figure itself."""
    kept = []
    for term in terms:
        if not term.noun and len(term.text) < 4 and (UP.search(term.text) or DOWN.search(term.text)):
            continue
        named = next((lexicon[key] for key in (term.text + "增速", term.text + "增长") if key in lexicon), ())
        others = tuple(name for name in named if name not in term.alternatives and name != term.text)
        kept.append(replace(term, alternatives=(*term.alternatives, *others)))
    return tuple(kept)


def _is_noun(text: str) -> bool:
    """Whether a term names a thing rather than only what is done to it."""
    return any(tag.startswith(NOUNS) and len(word) > 1 and word not in WEAK for word, tag in tagged(text))


def _weight(word: str, tag: str) -> float:
    if word in FRAMING:
        return 0.1
    if word in WEAK or len(word) == 1:
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
            (n for n in range(min(LONGEST_TERM, len(folded) - at), 1, -1) if folded[at : at + n] in known), 0
        )
        if size:
            spans.append((at, at + size))
        at += size or 1
    return spans


def _english_terms(folded: str, lexicon: Mapping[str, tuple[str, ...]]) -> tuple[Term, ...]:
    """Terms of an English question: the longest entries of the lexicon, and words that stay as they are."""
    found: list[Term] = []
    if FIRST.search(folded):
        found.append(Term("no. 1", ("首位", "第一", "榜首"), noun=False))
    words = re.findall(r"[a-z0-9&.%+\-']*[a-z0-9&%+]", FIRST.sub(_blank, folded).replace("'s", ""))
    at = 0
    while at < len(words):
        for size in range(min(6, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + size])
            entry = lexicon.get(phrase) or lexicon.get(_singular(phrase))
            if entry and (size > 1 or phrase not in ENGLISH_STOP):
                vague = entry[0] in WEAK  # floor space: the unit of the figure says so
                found.append(
                    Term(phrase, entry, 0.1 if vague else 1.0, noun=not vague and _is_noun(entry[0]))
                )
                at += size
                break
        else:
            if words[at] not in ENGLISH_STOP and not words[at].replace(".", "").isdigit():
                found.append(Term(words[at], (), 0.5, noun=False))
            at += 1
    return tuple(found)


def _singular(phrase: str) -> str:
    if phrase.endswith("ies"):
        return phrase[:-3] + "y"
    return phrase[:-1] if phrase.endswith("s") and not phrase.endswith("ss") else phrase


_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


def _mended(folded: str) -> str:
    """Numbers as people type them: letters o for zeros, Chinese digits, homophones of 几."""
    folded = re.sub(r"百分之(?:[机己计记级]|(?=[?!。]*$))", "百分之几", folded)
    folded = re.sub(r"(?<![a-z0-9])2[o0]\d?[o0-9]\d?(?=年)", lambda m: m[0].replace("o", "0"), folded)
    year = r"(?:一九|二[〇零])[〇零一二三四五六七八九]{2}(?=年)"
    return re.sub(year, lambda m: m[0].translate(_CHINESE_DIGITS), folded)


def _distinct(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
