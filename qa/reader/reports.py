"""Questions made from the ledgers of reports: figures asked for in many wordings, and near misses."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from qa.datatypes import Document, Figure, Passage
from qa.document import load_document
from qa.reader.examples import Example, cut, held_out, pairs
from qa.reader.wordings import worded
from qa.split import split
from qa.text import clauses, sentences

HELD_OUT_SHARE = 5
"""One report in so many is kept from training, by its name."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report cut into passages, with the figures that stand in each."""

    document: Document
    passages: tuple[Passage, ...]
    figures: tuple[tuple[Figure, ...], ...]


def read_reports(paths: Iterable[Path], *, kept: bool) -> list[Report]:
    """The reports that are kept from training, or the others."""
    return [read_report(path) for path in paths if held_out(path.stem, HELD_OUT_SHARE) == kept]


def read_report(path: Path) -> Report:
    """A report with its passages and their figures."""
    document = load_document(path)
    passages = split(document)
    starts = [passage.start for passage in passages]
    inside: list[list[Figure]] = [[] for _ in passages]
    for figure in document.figures:
        at = bisect_right(starts, figure.clause_start) - 1
        if at >= 0 and figure.clause_end <= passages[at].end:
            inside[at].append(figure)
    return Report(document, passages, tuple(map(tuple, inside)))


def report_examples(reports: Sequence[Report], random: Random) -> list[Example]:
    """One pass: every figure asked for, and near misses of each."""
    everywhere = [passage.text for report in reports for passage in report.passages]
    near = Near(everywhere)
    found: list[Example] = []
    for report in reports:
        for passage, figures in zip(report.passages, report.figures, strict=True):
            for figure in figures:
                if example := figure_example(report.document, passage, figures, figure, random):
                    found.append(example)
                    found += misses(example, figure, passage, near, random)
    return found


# --- a figure asked for


def figure_example(
    document: Document, passage: Passage, figures: Sequence[Figure], figure: Figure, random: Random
) -> Example | None:
    """A question for one figure of a passage; None where its words would fit another figure of it as well."""
    key = (figure.name, figure.measure, figure.unit, figure.action)
    alike = [other for other in figures if (other.name, other.measure, other.unit, other.action) == key]
    if len(alike) > 1 or not 2 <= len(figure.indicator) <= 24 or figure.measure == "base":
        return None
    question = worded(document, figure, random)
    start, end = figure.start - passage.start, figure.end - passage.start
    return _shortened(Example(question, passage.text, ((start, end),)), random)


def _shortened(example: Example, random: Random) -> Example:
    """The passage whole, or only the clause or sentence with the answer."""
    if random.random() < 0.55:
        return example
    start, end = example.answers[0]
    pieces = clauses if random.random() < 0.4 else sentences
    for left, right in pieces(example.passage):
        if left <= start and end <= right:
            return Example(example.question, example.passage[left:right], ((start - left, end - left),))
    return example


# --- near misses


def misses(example: Example, figure: Figure, passage: Passage, near: Near, random: Random) -> list[Example]:
    """Unanswerable ones near this: another passage, the clause taken out, a word of the question swapped."""
    found: list[Example] = []
    if random.random() < 0.4:
        found += [Example(example.question, text, ()) for text in near.misses(example, random)]
    if random.random() < 0.5 and (swapped := _swapped(example, random)):
        found.append(swapped)
    if random.random() < 0.25:
        rest = cut(passage.text, figure.clause_start - passage.start, figure.clause_end - passage.start)
        if len(rest) > 12 and figure.name not in rest and figure.value not in rest:
            found.append(Example(example.question, rest, ()))
    clause = passage.text[figure.clause_start - passage.start : figure.clause_end - passage.start]
    if random.random() < 0.2 and (asked := _other_measure(figure, clause, random)):
        found.append(Example(asked, clause, ()))
    return found


def _other_measure(figure: Figure, clause: str, random: Random) -> str:
    """A question for the growth of what is only counted, or for the amount of what is only said to grow."""
    if figure.measure == "level" and figure.unit != "%" and not _GROWING.search(clause):
        return figure.indicator + random.choice(["增长了百分之几？", "的增速是多少？", "同比增长多少？"])
    if figure.measure == "change" and figure.unit == "%" and len(_NUMERAL.findall(clause)) == 1:
        return figure.indicator + random.choice(["达到多少元？", "总量有多少？", "一共多少？"])
    return ""


def _swapped(example: Example, random: Random) -> Example | None:
    """The question with one word turned into its counterpart, where the passage does not speak of that."""
    apt = [pair for pair in _COUNTERPARTS if pair[0] in example.question and pair[1] not in example.passage]
    if not apt:
        return None
    word, counterpart = random.choice(apt)
    if word not in example.passage and word not in ("新增", "累计"):
        return None
    return Example(example.question.replace(word, counterpart, 1), example.passage, ())


class Near:
    """Passages by the pairs of characters in them."""

    def __init__(self, passages: Sequence[str]) -> None:
        self._passages = passages
        self._pairs = [pairs(text) for text in passages]
        self._holders: dict[str, list[int]] = {}
        for at, held in enumerate(self._pairs):
            for pair in held:
                self._holders.setdefault(pair, []).append(at)

    def misses(self, example: Example, random: Random, count: int = 1) -> list[str]:
        """Passages that share much with a question but neither its answer nor all its telling words."""
        start, end = example.answers[0]
        answer = example.passage[start:end]
        asked = pairs(_ASKING.sub(" ", example.question))
        held = asked & pairs(example.passage)
        scores: dict[int, float] = {}
        for pair in sorted(held):
            holders = self._holders.get(pair, [])
            if len(holders) < 400:
                for at in holders:
                    scores[at] = scores.get(at, 0.0) + (1 + len(holders)) ** -0.5
        best = sorted(scores, key=lambda at: (-scores[at], at))[:12]
        rest = [
            self._passages[at]
            for at in best
            if answer not in self._passages[at] and len(held & self._pairs[at]) <= 0.7 * len(held)
        ]
        return random.sample(rest, min(count, len(rest)))


_ASKING = re.compile(r"多少|什么|哪[些个里]|是|了|有|达到|计划|请问|报告里|\d{4}年|去年|今年|[？?\s]")
_GROWING = re.compile(r"[%％]|百分点|增长|下降")
_NUMERAL = re.compile(r"\d+(?:\.\d+)?")
_BOTH = """
开工/竣工 开工/完工 新建/改造 新建/改扩建 新增/累计 进口/出口 城镇/农村 城市/乡村
城镇/农民 小学/高中 幼儿园/中学 国有/民营 公路/铁路 高速公路/地铁 高铁/公路 门诊/住院
老年/儿童 老人/残疾人 粮食/棉花 收入/支出 上半年/下半年 第一产业/第三产业 第二产业/第三产业
引进/培育 国家级/省级 省级/市级 投资/消费 申请/授权 企业/高校 企业/个人 医院/学校
床位/学位 外资/民资 规上工业/服务业 工业/农业 进出口/社会消费品零售
固定资产投资/社会消费品零售 增长/下降 风电/光伏 光伏/核电 港口/机场 货物/旅客 货运/客运
旅游/体育 博物馆/图书馆 住房/商铺 保障性/商品 棚户区/老旧小区 老旧小区/城中村 养老/托育
就业/失业 失业/就业 脱贫/返贫 森林/湿地 水库/堤防 河道/湖泊 高新技术/专精特新 独角兽/上市
上市/挂牌 减税/增税 贷款/存款 存款/债券 博士/本科 教师/医生 电动汽车/燃油车 5G/物联网
发电/用电 签约/开工 培训/招聘 投产/停产 东部/西部 中央/地方 男/女 第一/第三 建成/拆除
今年/前年 最低/最高
"""
_COUNTERPARTS = [pair for both in _BOTH.split() for pair in (both.split("/"), both.split("/")[::-1])]
