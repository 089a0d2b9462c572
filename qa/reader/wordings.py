"""A figure of the ledger → one of the many ways in which people ask for it."""

from __future__ import annotations

import re
from random import Random

from qa.datatypes import Document, Figure


def worded(document: Document, figure: Figure, random: Random) -> str:
    """A question for ``figure``: formal, chatty or in keywords, with or without year and place."""
    subject = _subject(figure, random)
    done = figure.action if figure.action not in subject else ""
    if figure.measure == "new" and not done:
        done = "新增"
    slots = {
        "subject": subject,
        "done": done,
        "many": random.choice(["多少", "多少", "多少", "几" if 0 < figure.number < 20 else "多少"])
        + (figure.unit if figure.unit != "%" and random.random() < 0.7 else ""),
        "when": _when(document, figure, random),
        "who": _who(document, random),
        "key": done or _KEYS.get(figure.measure, ""),
    }
    slots["ask"] = _said(random.choice(_ASKS[_manner(figure, done)]), slots, random)
    frames, weights = zip(*_FRAMES, strict=True)
    question = _said(random.choices(frames, weights)[0], slots, random)
    return re.sub(r"\s+", " ", re.sub(r"，(?=？)", "", question)).strip()


def _said(template: str, slots: dict[str, str], random: Random) -> str:
    """The template with one alternative of every [a|b] chosen and every {slot} filled."""
    chosen = re.sub(r"\[([^]]*)\]", lambda found: random.choice(found[1].split("|")), template)
    return chosen.format(**slots)


def _manner(figure: Figure, done: str) -> str:
    """Which of the templates fit."""
    if figure.measure == "change":
        way = "down" if figure.direction == "down" else "up"
        return f"{way}{'' if figure.unit == '%' else ' by'}"
    if figure.measure in ("share", "rank", "cumulative", "new"):
        return figure.measure
    stem = "planned" if figure.kind == "planned" or figure.measure == "target" else "level"
    return f"{stem} done" if done else stem


def _subject(figure: Figure, random: Random) -> str:
    """The indicator as printed or in its normal form, sometimes as people call it."""
    subject = figure.indicator if random.random() < 0.7 else figure.name
    if random.random() < 0.4:
        subject = re.sub(r"^(?:全年|其中|全国|全省|全市)", "", subject)
    if random.random() < 0.15:
        for printed, called in _CALLED:
            subject = subject.replace(printed, called)
    return subject


def _when(document: Document, figure: Figure, random: Random) -> str:
    years, year = figure.years, document.year
    if not years or year is None or random.random() < 0.25:
        return ""
    if len(years) > 1:
        spoken = ["五年来", "这五年", "五年间", "过去五年"] if len(years) == 5 else []
        return random.choice([f"{years[0]}到{years[-1]}年", *spoken])
    spoken = {year: ["今年", "今年"], year - 1: ["去年", "去年", "上一年"]}.get(years[0], [])
    return random.choice([*[f"{years[0]}年"] * 3, *spoken]) + (figure.period if random.random() < 0.8 else "")


def _who(document: Document, random: Random) -> str:
    if random.random() < 0.6:
        return ""
    if document.region in ("国务院", ""):
        return random.choice(["全国", "我国", "中国", "国务院政府工作报告中"])
    short = re.sub(r"(?:省|市|自治区|新区|区|县)$", "", document.region)
    return random.choice([document.region, short, short, "全省", "我们这里"])


_FRAMES = [
    ("{who}{when}{ask}[？|？|？|?|]", 50),
    ("{who}{when}{ask}", 18),
    ("{who} {when} {subject} {key}", 12),
    ("[请问|想问一下|我想知道|请告诉我|帮我查一下|报告里]{when}{who}{ask}？", 10),
    ("{ask}，{when}{who}？", 10),
    ("{when}{who}{ask}[呢|啊|呀|来着]？", 8),
]
"""What stands around a question, and how often."""

_ASKS = {
    "up": [
        "[|||预期|计划]{subject}[增长|同比增长|增加|提高][多少|了多少|百分之几|百分之多少]",
        "{subject}的[增速|增幅|增长率][是多少|有多大|多少|达到多少]",
    ],
    "down": [
        "[|||预期|计划]{subject}[下降|降低|减少][多少|了多少|百分之几|百分之多少]",
        "{subject}的[降幅|下降幅度|下降率][是多少|有多大|多少]",
    ],
    "up by": ["{subject}[增加|提高|增长|多|多了|增加了]{many}"],
    "down by": ["{subject}[减少|下降|降低|少|少了|减少了]{many}"],
    "share": [
        "{subject}[占比|比例|比重|占的比例][是多少|多少|达到多少|有多高]",
        "{subject}占[多少|百分之几|多大比例]",
        "{subject}[是|达到|为|][多少|百分之多少|百分之几]",
    ],
    "rank": ["{subject}[排|居|位居|排名|位列][第几|第几位|多少位|什么位次]"],
    "new": [
        "[新增|{done}]{subject}{many}",
        "[新增|{done}][了|]{many}{subject}",
        "{subject}[新增|{done}][了|]{many}",
    ],
    "cumulative": [
        "{subject}[累计|累计达到|总共|一共|总数][|有|是]{many}",
        "[累计|总共|一共]{done}[|有|了]{many}{subject}",
    ],
    "planned done": [
        "[计划|要|将|目标是|打算|预计|准备]{done}{subject}{many}",
        "[计划|要|将|目标是|打算|预计|准备]{done}{many}{subject}",
    ],
    "planned": [
        "{subject}[目标|预期目标|的目标|计划][是多少|定为多少|多少|是{many}]",
        "{subject}[要达到|计划达到|将达到|要控制在|预计为|目标是达到]{many}",
    ],
    "level done": ["{done}{subject}{many}", "{done}[了|]{many}{subject}", "{subject}{done}[了|]{many}"],
    "level": [
        "{subject}[是|达到|为|达|]{many}",
        "{subject}[有|一共有|总共|规模是|达到了]{many}",
        "{subject}[数量|总量|规模|情况|][是多少|达到多少|如何]",
    ],
}
"""By what the figure measures, and whether something was done to the indicator."""

_KEYS = {"new": "新增", "cumulative": "累计", "change": "增速"}
_CALLED = [
    ("居民人均可支配收入", "居民收入"),
    ("地区生产总值", "GDP"),
    ("国内生产总值", "GDP"),
    ("一般公共预算收入", "财政收入"),
]
