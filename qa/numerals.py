"""Text → the quantities in it: Arabic, full-width and Chinese numerals, with their hedges and units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import isclose

from qa.text import fold


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity as printed; ``start`` and ``end`` span it with hedge and unit: 超过500场, 1.4万亿元左右."""

    start: int
    end: int
    number: float
    """万 and 亿 multiplied out; fractions in percent: 5.3万户 is 53000.0 户, 四成 and 2/5 are 40.0 %."""
    upper: float | None
    """The upper end of a range (6%—6.5%), else None."""
    unit: str
    """Without 万 and 亿, folded: 元, 家, %, 百分点; empty for a bare count."""
    hedge: str
    """Its hedging words as printed, joined by … where there are two (约…多); empty where it is exact."""
    core: int
    """Where the digits begin: ``start``, but after a hedge in front."""
    ordinal: bool = False
    """True for a place in an order: 第2位, 首位."""
    spelled: bool = False
    """True where the numeral is a Chinese one."""


def find_numbers(text: str) -> list[Number]:
    """All quantities in ``text`` in order, without overlap.

    Dates, years, clock times and digits that belong to a name (C919, PM2.5, 5G, 1+1+N) are left out. A
    Chinese numeral counts only before a unit, and 一 only where it measures (一半, 一倍, 一成): 一批 and
    一体化 do not.
    """
    return list(_found(fold(text)))


def same_amount(left: Number, right: Number) -> bool:
    """Whether two quantities say the same: 5.3万户 and 53000户, 40% and 四成, 近一半 and 50%.

    A missing unit agrees with any; hedges count only where they contradict each other (超过5家, 不到5家).
    """
    if left.ordinal != right.ordinal or (left.unit and right.unit and left.unit != right.unit):
        return False
    if {_leaning(left.hedge), _leaning(right.hedge)} == {"above", "below"}:
        return False
    if not isclose(left.number, right.number, rel_tol=1e-6):
        return False
    if left.upper is None or right.upper is None:
        return left.upper is right.upper
    return isclose(left.upper, right.upper, rel_tol=1e-6)


def numeral(printed: str) -> float | None:
    """The number that a numeral without unit says (1,000.5, ５．３万, 三十六, 一点五); None if it is none."""
    folded = fold(printed).strip()
    if found := re.fullmatch(rf"({_ARABIC})({_TIMES})?", folded):
        return _product(found[1], found[2] or "")
    return _spelled(folded) if re.fullmatch(_CHINESE, folded) else None


_ARABIC = r"\d{1,3}(?:,\d{3})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?"
_TIMES = r"[千百十]?亿亿|万亿|[千百十]亿|[千百十]万|亿|万|千(?![瓦米克伏帕卡])|百(?!分)"
_DIGITS = "零〇一二两三四五六七八九"
_CHINESE = rf"[{_DIGITS}十百千万亿]+(?:点[{_DIGITS}]+)?"
_VALUES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}

_MONEY = "元人民币|美元|欧元|港元|日元|元钱?|块钱|[毛角分]钱"
_MEASURES = (
    "平方公里|平方千米|平方米|立方米|公里|千米|海里|微米|公顷|公斤|千克|毫克|微克|吨标准煤|吨标煤|吨|"
    "千瓦时|千瓦|兆瓦时|兆瓦|吉瓦时|吉瓦|千伏安|标准箱|标箱|亩|斤|米|克|升|度|℃|摄氏度|gwh|gw|mw|kwh|"
    "kw|kv|km|teu|eflops|pflops|pf|百分点|%|‰|个月|小时|分钟|秒|天|年|岁|公顷|立方|车公里|载重吨|总吨|"
    "吨级|亿方"
)
_COUNTS = (
    "个工作日|个(?!体工商|体户|税)|人次|人(?!口|均)|名|位|家次|家(?![庭族电具长政校门园乡])|户次|户|项次|项|条|部|件次|"
    "件|座|所|处|宗|张|辆次|辆|架次|架|艘次|艘|列|台套|台(?!阶)|套|间|栋|幢|批次|批|场次|场|航次|班次|"
    "班|起|例|款|种|类|只|头|羽|棵|株|片|块|支|枚|本|册|篇|幅|首|门|次|届|轮|站|对|席|床|重量箱|箱|"
    "方(?![面案式针便向法位言])|餐|笔|单|份|队|团|组|道|口|眼|根|颗|颗星|节|集|期|镇|村|倍|分"
)
_ANY_UNIT = rf"(?:{_MONEY}|{_MEASURES}|{_COUNTS})"
_UNIT = rf"{_ANY_UNIT}(?:\([^()\d含其]{{1,8}}\)次?)?(?:/[百千万亿]*(?:{_ANY_UNIT}|日))?"
_STRICT_UNIT = rf"{_ANY_UNIT}(?!体化)"
_BEFORE = (
    "不低于|不少于|不小于|不高于|不超过|不多于|不到|不足|超过|突破|接近|将近|大约|约为|逾|超|近|约|"
    "高达|至少|最多|高于|低于"
)
_AFTER = "左右|上下|以上|以下|以内|之内|有余|多|余"
_ABOVE = re.compile("不低于|不少于|不小于|超过|突破|逾|超|高达|至少|高于|以上|有余|多|余")
_BELOW = re.compile("不高于|不超过|不多于|不到|不足|接近|将近|近|最多|低于|以下|以内|之内")

_HEDGED = rf"(?P<before>(?:{_BEFORE})?)"
_TAIL = rf"(?P<after>(?:[ ]?(?:{_AFTER}))?)(?!年来)"
_QUANTITY = re.compile(
    rf"""
    (?P<rank>第(?:\d+|[一二三四五六七八九十]+)(?:位|名(?!单)|(?=[,;:。、!)\s]|$))|首位|榜首)
    |{_HEDGED}(?:
        百分之(?P<percent>{_ARABIC}|{_CHINESE})
        |(?P<parts>{_CHINESE}|\d+)分之(?P<of>{_CHINESE}|\d+)
        |(?<![\d./])(?P<over>\d{{1,2}})/(?P<under>\d{{1,2}})(?![\d/])
        |(?P<half>一半|半数|[过近超]半数?(?![年个天]))
        |(?P<tenths>[一二两三四五六七八九\d]|\d\.\d)(?P<more_tenths>[多余]?)成
         (?P<fifths>[一二三四五六七八九]?)(?![为员果立长熟功效])
        |翻了?(?P<doublings>[一二两三四]?)番
        |(?<![a-z\d.:∶])(?P<ratio>\d+(?:\.\d+)?)[:∶](?:1(?![\d.:∶])|(?P<others>\d+(?:\.\d+)?[:∶]\d+(?:\.\d+)?)(?![\d.:∶]))
        |(?<![a-z\d.+第])(?P<low>{_ARABIC})(?:[ ]|\n(?=[万亿]))?
         (?P<low_more>[多余]?)(?P<low_times>(?:{_TIMES})?)(?P<low_more2>[多余]?)(?P<low_times2>(?:(?<=[多余])亿)?)
         (?P<low_unit>/10万|(?:个(?=百分点))?(?:{_UNIT})?)
         (?:(?:-+|~|至|到)(?P<high>{_ARABIC})(?P<high_times>(?:{_TIMES})?)(?P<high_unit>(?:个(?=百分点))?(?:{_UNIT})?))?
        |(?<!第)(?P<spelled>{_CHINESE})(?P<spelled_more>[多余]?)(?P<spelled_times>万亿|亿|万|)
         (?P<spelled_unit>(?:个(?=百分点))?{_STRICT_UNIT}|(?<=[超近达逾破过到][十百千万]亿)(?=[,;。、!)\s]|$))
    ){_TAIL}
    """,
    re.VERBOSE,
)
_NAMED = re.compile(r"[a-z+]|\.\d")
_DATE = re.compile(
    r"""
    (?<!\d)(?:19|20)\d\d(?:\s*(?:[-~至到、和]+\s*)(?:(?:19|20)\d\d|\d\d))*年
    |\d{1,2}月(?:\d{1,2}日?)?(?:[-~至到](?:\d{1,2}月)?\d{1,2}[日月])?(?:份|底|末)?
    |[一二三四五六七八九〇零]{4}年|\d{1,2}日|(?<![\d.:])\d{1,2}:\d\d(?![\d.:])|\d+周年
    |\[\d+\]
    """,
    re.VERBOSE,
)


def _found(folded: str) -> Iterator[Number]:
    dates = iter([found.span() for found in _DATE.finditer(folded)])
    date = next(dates, None)
    at = 0
    while found := _QUANTITY.search(folded, at):
        while date is not None and date[1] <= found.start():
            date = next(dates, None)
        if date is not None and date[0] < found.end():
            at = date[1] if date[1] > found.start() else found.end()
            continue
        number = _number(found)
        if number is not None:
            yield number
        at = found.end()


def _number(found: re.Match[str]) -> Number | None:
    group = found.groupdict()
    start, end = found.span()
    if group["rank"]:
        place = re.sub("[第位名]", "", group["rank"])
        number = 1.0 if place in ("首", "榜首") else numeral(place)
        return None if number is None else Number(start, end, number, None, "位", "", start, ordinal=True)
    amount = _amount(group)
    if amount is None:
        return None
    number, upper, unit, more = amount
    end = start + len(found[0].rstrip())
    if not unit and _NAMED.match(found.string, end):
        return None
    hedge = "…".join(word.strip() for word in (group["before"], more, group["after"]) if word)
    core = start + len(group["before"])
    return Number(start, end, number, upper, unit, hedge, core, spelled=group["spelled"] is not None)


def _amount(group: dict[str, str | None]) -> tuple[float, float | None, str, str] | None:
    """Number, upper end, unit and the hedge inside the numeral of what ``_QUANTITY`` matched."""
    if group["percent"] is not None:
        return _only(numeral(group["percent"]), "%")
    if group["parts"] is not None and group["of"] is not None:
        parts, of = numeral(group["parts"]), numeral(group["of"])
        return _only(None if not parts or of is None else of / parts * 100, "%")
    if group["over"] is not None and group["under"] is not None:
        return _only(
            float(group["over"]) / float(group["under"]) * 100 if float(group["under"]) else None, "%"
        )
    if group["half"] is not None:
        return _only(50.0, "%")
    if group["tenths"] is not None:
        tenths = numeral(group["tenths"]) or 0.0
        fifths = (numeral(group["fifths"]) or 0.0) if group["fifths"] else 0.0
        return tenths * 10 + fifths, None, "%", group["more_tenths"] or ""
    if group["doublings"] is not None:
        return _only(2.0 ** (numeral(group["doublings"]) or 1.0) if group["doublings"] else 2.0, "倍")
    if group["ratio"] is not None:
        return _only(float(group["ratio"]), ":" if group["others"] else ":1")
    if group["spelled"] is not None:
        return _spelled_amount(group)
    return _arabic_amount(group)


def _only(number: float | None, unit: str) -> tuple[float, float | None, str, str] | None:
    return None if number is None else (number, None, unit, "")


def _spelled_amount(group: dict[str, str | None]) -> tuple[float, float | None, str, str] | None:
    printed, unit = group["spelled"] or "", _plain_unit(group["spelled_unit"] or "")
    if printed in ("一", "万", "千", "百", "亿", "零", "亿万") and unit not in ("倍",):
        return None
    times, more = _product("1", group["spelled_times"] or ""), group["spelled_more"] or ""
    if len(printed) == 2 and _VALUES.get(printed[0], 0) + 1 == _VALUES.get(printed[1], 0) > 1:
        return _VALUES[printed[0]] * times, _VALUES[printed[1]] * times, unit, more
    return _spelled(printed) * times, None, unit, more


def _arabic_amount(group: dict[str, str | None]) -> tuple[float, float | None, str, str]:
    low, times = group["low"] or "", (group["low_times"] or "") + (group["low_times2"] or "")
    unit, more = group["low_unit"] or "", (group["low_more"] or "") + (group["low_more2"] or "")
    if group["high"] is None:
        return _product(low, times), None, _plain_unit(unit), more
    high, high_times = group["high"], group["high_times"] or ""
    if not times and not unit and _product(low, "") < _product(high, ""):
        times = high_times
    return _product(low, times), _product(high, high_times), _plain_unit(group["high_unit"] or unit), more


def _plain_unit(unit: str) -> str:
    unit = re.sub(r"\([^()]*\)", "", unit)
    return unit.removeprefix("个") if unit.endswith(("百分点", "工作日")) else unit


def _product(digits: str, times: str) -> float:
    """Multiplied out in decimals: 16715.15 and 亿 make 1671515000000.0, without binary dust."""
    product = Decimal(digits.replace(",", ""))
    for char in times:
        product *= _POWERS[char]
    return float(product)


def _spelled(printed: str) -> float:
    """三十六 → 36, 两千零五十 → 2050, 一点五 → 1.5, 二〇二三 → 2023."""
    whole, _, fraction = printed.partition("点")
    if len(whole) > 1 and all(char in _VALUES for char in whole):
        number = float("".join(str(_VALUES[char]) for char in whole))
    else:
        total = section = digit = 0
        for char in whole:
            if char in _VALUES:
                digit = _VALUES[char]
            elif char in "万亿":
                total = (total + section + digit or 1) * _POWERS[char]
                section = digit = 0
            else:
                section += (digit or 1) * _POWERS[char]
                digit = 0
        number = float(total + section + digit)
    if fraction:
        number += float("0." + "".join(str(_VALUES[char]) for char in fraction))
    return number


def _leaning(hedge: str) -> str:
    words = hedge.split("…")
    if any(_ABOVE.fullmatch(word) for word in words):
        return "above"
    return "below" if any(_BELOW.fullmatch(word) for word in words) else ""
