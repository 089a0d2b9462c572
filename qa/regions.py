"""Names of the country, its provinces, cities and districts, and where a text says them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from qa.text import fold

_TABLE = Path(__file__).parent / "data" / "regions.tsv"

# Running text in which the characters of a name stand by chance (均衡水平, 形成都市圈) or as part of a river,
# a port or a school: nothing in them is a name. Where one begins, it is read before any name.
_NOT_NAMES = "|".join(
    (
        "发展中国家|其中国|集中国[内家]|[安健完]全国|[建形构变]成都|经济[南宁源]|隆重庆祝|推广[东西]|福建设|[制确稳]定西",
        "均衡水|医保定|[搬拆回动]迁安|繁荣昌|新增城|平安顺|稳固原|天水平|面临高|美丽江|[江海]门户|新乡[村镇贤]|北海道",
        "大理[论念想石由]|大连[片接通锁续]|大足球|中卫[生星健]|和田[园间径]|南通[道过车]|南充电|双流程|重大庆",
        "[入出]海口|海口岸|[江海]河源|河源头|[苏徐]州河|黄浦江|[黄淮]河[南北]|[太庭]湖[南北]|[渤黄东南]海南|海南[北岸]",
        "[江河湖][南北西东][岸侧]|普陀山|南沙群岛|桂林洋|南昆山|孙中山|中山(?:医院|大学)|宁德时代|中央(?:厨房|公园|空调|商务区)",
    )
)
_STREET = "(?![东西南北中]?路(?![网段面桥线径上况]))"
_BESIDE = "在和与跟比及同"
_AFTER = "去年|前年|今年|明年|和|与|跟|比|及|同|有|的"


@dataclass(frozen=True, slots=True)
class Region:
    """A place that a report may be of."""

    name: str
    """In full, as its government signs: 广东省, 浦东新区; 全国 for the country."""
    aliases: tuple[str, ...]
    """Other names, the surest first; the one-character ones (粤) of provinces stand last."""
    english: str
    """In lower case, without the rank where the name is plain without it."""
    level: str
    """``state``, ``province``, ``prefecture``, ``district`` (counties too) or ``new area``."""
    parent: str
    """Name of the region that it lies in; empty for the country."""


@cache
def load_regions() -> tuple[Region, ...]:
    """Every region of ``data/regions.tsv``, in the order of the file."""
    rows = [line for line in _TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    regions = []
    for row in rows[1:]:
        name, aliases, english, level, parent = row.split("\t")
        regions.append(Region(name, tuple(filter(None, aliases.split("|"))), english, level, parent))
    return tuple(regions)


def find_regions(text: str) -> list[tuple[int, int, Region]]:
    """Spans of the names of regions in ``text`` and what they name, in order and without overlap.

    Of two names that begin together the longer counts (上海市, not 上海). English names stand between
    word borders, in either case; a one-character name only where it stands by itself (沪2024年, not 沪深).
    A name inside the name of something else (上海自贸试验区) is found as well: the caller judges it.
    """
    pattern, regions = _names()
    found = []
    for match in pattern.finditer(fold(text)):
        region = regions.get(match[0].replace("'", ""))
        if region is not None:
            found.append((match.start(), match.end(), region))
    return found


@cache
def _names() -> tuple[re.Pattern[str], dict[str, Region]]:
    """One pattern for all names, the longest first, and the region of each; an apostrophe may be left out."""
    regions: dict[str, Region] = {}
    patterns: dict[str, str] = {}
    for region in load_regions():
        for name in (region.name, *region.aliases, region.english):
            if regions.setdefault(name.replace("'", ""), region) is region:
                patterns[name] = _pattern(name)
    longest_first = sorted(patterns, key=len, reverse=True)
    return re.compile("|".join((_NOT_NAMES, *(patterns[name] for name in longest_first)))), regions


def _pattern(name: str) -> str:
    if name.isascii():
        name = re.escape(name).replace("'", "'?")
        return rf"(?<![a-z0-9])(?<![a-z]-){name}(?![a-z0-9]|-[a-z])"  # China in China-Europe is none
    if len(name) == 1:
        return rf"(?<![\u3400-\u9fff0-9](?<![{_BESIDE}])){name}(?=[^\u3400-\u9fff]|{_AFTER}|$)"
    return re.escape(name) + _STREET
