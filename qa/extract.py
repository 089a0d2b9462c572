"""Short answers inside a piece of evidence: names, places, times, and the items of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from qa.text import Span, clauses, fold, tagged

_QUOTED = re.compile(r"《[^《》]{2,60}》|“[^“”]{1,24}”|\"[^\"]{1,24}\"")
_YEAR = r"(?:19|20)\d\d"
_TIME = re.compile(
    rf"{_YEAR}\s*(?:-|—|－|~|至|到)\s*{_YEAR}年?|{_YEAR}年(?:\d{{1,2}}月(?:\d{{1,2}}日)?|(?=末|底|初))?|\d{{1,2}}月\d{{1,2}}日|\d{{1,2}}月(?:底|末|初)?"
    r"|[“\"]?十[二三四五]五[”\"]?(?:时期|期间)?|[上下]半年|年底|第[一二三四]季度"
)
_PLACE = re.compile(
    r"[\u3400-\u9fff]{1,6}?(?:自治区|新区|地区|街道|省|市|区|县|镇|乡|村|港|岛|湾|园区|片区|基地|科学城|新城)(?![级区属镇])"
)
# Where a name ends or begins: what joins, what places, what counts, and the verbs that this genre lives on.
_BORDER_TAGS = ("p", "c", "u", "r", "x", "y", "m")
_ADVERBS = frozenset("首次 正式 已 已经 均 都 全面 累计 再次 又 也 还 不断 持续 等 共 将 仍 更加 更 进一步 顺利 成功 圆满 全线".split())
_PREDICATES = frozenset(
    "推动 推进 推出 创建 获批 获评 获得 制定 研究制定 研究 发布 举办 举行 召开 承办 实现 开启 打造 聚焦 围绕 成立 揭牌 挂牌 投入 建成 开工 竣工 完成 "
    "达到 出台 印发 启动 开展 落地 引进 落户 新增 入选 成功 投用 投运 投入运营 运营 开业 开放 上线 运行 通车 贯通 启用 首飞 入轨 总装 首发 亮相 问世 交付 下线 签约 "
    "设立 建立 组建 形成 成为 称为 命名 叫 是 为 即 有 在 将 把 要求 办好 抓好 做好 筹办 加快 支持 配合 深化 实施 落实 扩大 提升 提高 加强 持续 促进 优化 "
    "培育 壮大 发展 突破 攻克 研发 研制 建设 开通 开行 纳入 列入 举行 荣获 夺得 位居 居 位列 跃居 迎来 引发 引爆 火爆 出圈 走红 新设 新建 首创 率先 基本 全面 扎实 积极 圆满".split()
)
_ORDINAL = re.compile(r"首[个家批次条座艘架款项单部例台届]?|第[一二三四五六七八九十\d]+[个家批次条座艘架款项单部例台届]?|最大|唯一|我国")
_INNER = frozenset("-—·•()（）")


def quoted(text: str) -> list[Span]:
    """Spans of what stands between 《》 or quotation marks, marks included."""
    return [match.span() for match in _QUOTED.finditer(text)]


def times(text: str) -> list[Span]:
    """Spans of years, ranges of years, months and days."""
    return [match.span() for match in _TIME.finditer(text)]


def places(text: str) -> list[Span]:
    """Spans of place names, by their last character (镇, 村, 街道 …) and by jieba's tags."""
    spans = [(m.start() + (m[0][0] in "和与及、在"), m.end()) for m in _PLACE.finditer(text)]
    spans += [(start, end) for start, end, _, tag in _tokens(text) if tag.startswith("ns") and end - start > 1]
    return sorted(set(spans))


def names(text: str) -> list[Span]:
    """Spans that may be a name: what is quoted, and runs of words between verbs, particles and marks.

    A run takes in verbs that are no predicate of the genre (国家知识产权保护示范区).
    """
    tokens = [token for token in _tokens(text) if token[2].strip()]
    spans = set(quoted(text))
    for start, end in quoted(text):  # “一带一路”电影周: with the nouns that go on
        after = [token for token in tokens if token[0] >= end]
        for token in after[:4]:
            if _border(token) or token[0] != end:
                break
            end = token[1]
            spans.add((start, end))
    tokens = [_compound(tokens, i) for i in range(len(tokens))]
    starts = [i for i, token in enumerate(tokens) if not _border(token)]
    for first in starts:
        for last in range(first, min(len(tokens), first + 10)):
            if last > first and _border(tokens[last]):
                break
            closed = last + 1 == len(tokens) or _border(tokens[last + 1]) or tokens[last + 1][2] in ("等", "(", "（")
            opened = first == 0 or _border(tokens[first - 1])
            if closed and opened and tokens[last][1] - tokens[first][0] <= 30:
                spans.add((tokens[first][0], tokens[last][1]))
    return sorted(spans)


_BODY = re.compile(r".*(?:中心|委员会|办公室|基金|公司|集团|平台|示范区|试验区|协会|联盟|研究院|实验室|基地|大会|论坛)$")


def _compound(tokens: list[tuple[int, int, str, str]], at: int) -> tuple[int, int, str, str]:
    """A verb inside the name of a body (气候投融资促进中心) counts as a noun."""
    start, end, word, tag = tokens[at]
    inner = 0 < at < len(tokens) - 1 and tokens[at - 1][3].startswith(("n", "j", "l"))
    if inner and word in _PREDICATES and _BODY.match(tokens[at + 1][2]):
        return start, end, word + "-", "n"
    return tokens[at]


def ordinals(text: str, unit: str) -> list[Span]:
    """Spans of places in an order and of counts of years, by their unit: 第19届, 十周年."""
    return [m.span() for m in re.finditer(rf"第?[\d一二三四五六七八九十百]+{re.escape(unit)}", text)]


def _border(token: tuple[int, int, str, str]) -> bool:
    _, _, word, tag = token
    if word in _INNER or (word.isascii() and word.isalpha()):
        return False
    if word.endswith("号"):
        return False
    return tag.startswith(_BORDER_TAGS) or word in _PREDICATES or word in _ADVERBS or bool(_ORDINAL.fullmatch(word))


def _tokens(text: str) -> list[tuple[int, int, str, str]]:
    """Start, end, word and tag of jieba's words."""
    folded = fold(text)
    found = []
    at = 0
    for word, tag in tagged(folded):
        start = folded.index(word, at)
        at = start + len(word)
        found.append((start, at, word, tag))
    return found


# --- lists -----------------------------------------------------------------------------------------

_OBJECT_VERB = re.compile(
    r"^.*?(?:分别是|分别为|主要是|包括|涵盖|围绕|聚焦|瞄准|推出|开展|开通|完成|推进|推动|建设|实施|举办|打造|发展|培育|壮大|支持|加快|抓好|办好|落实|深化|强化|提升|集聚|引进|获批|新增|建成|发布|制定|出台|形成|突破|增强|拓展|构建|深入|大力|积极|全面|加强|优化|做[强优大]|巩固|促进|服务|面向|依托|通过|统筹|坚持|扩大到|配置|是|为|在|对|向|到|把|将|以|与)"
)
_TAIL = re.compile(r"^(?:等|[两三四五六七八九十\d]+(?:大|个|项|条|类|种|家|座|款)|分别|均|都|全部|正式|成功|获评|入选|建成|建设|启用|投入|开工|竣工|揭牌|领域|方面|实现|开启|基本|持续|扎实|稳步|全面|率先|优质|产业|行业|核心功能|三大|四大|五大|六大)")


def enumerations(text: str) -> list[tuple[list[Span], bool]]:
    """Each list in a piece of text: its items, and whether the text breaks it off with 等."""
    found = []
    for start, end in _stretches(text):
        items = _items(text, start, end)
        if len(items) > 1 and not any(_COUNTED.search(text[a:b]) for a, b in items):
            found.append((items, text[items[-1][1] :].startswith("等")))
    return found


_COUNTED = re.compile(r"^[^“《]*\d[\d.,]*\s*(?:%|％|[万亿]|[\u3400-\u9fff]{1,2}$)")


def _stretches(text: str) -> list[Span]:
    """Where a list may stand: the clauses, the insides of marks, and the whole where clauses are its items."""
    spans = list(clauses(text))
    inner = [(m.start() + 1, m.end() - 1) for m in re.finditer(r"“[^“”]*[、,，][^“”]*”|（[^（）]*、[^（）]*）|\([^()]*、[^()]*\)", text)]
    cut = [(a, a + m.end()) for a, b in spans for m in re.finditer("等", text[a:b]) if "、" in text[a : a + m.start()]]
    return [*spans, *cut, *inner]


def _items(text: str, start: int, end: int) -> list[Span]:
    stretch = text[start:end]
    borders = [m.span() for m in re.finditer(r"、", stretch) if not _in_marks(stretch, m.start())]
    if borders:
        tail = re.search(r"[和与及](?=[\u3400-\u9fff“])", stretch[borders[-1][1] :])
        stop = _stop(stretch, borders[-1][1])
        if tail and borders[-1][1] + tail.start() < stop and not _in_marks(stretch, borders[-1][1] + tail.start()):
            at = borders[-1][1] + tail.start()
            borders.append((at, at + 1))
    else:
        borders = [m.span() for m in re.finditer(r"(?<=[\u3400-\u9fff”》])[和与及](?=[\u3400-\u9fff“《])", stretch)][:1]
    if not borders:
        return []
    stop = _stop(stretch, borders[-1][1])
    cuts = [0, *[at for span in borders for at in span], stop]
    items = [(cuts[i], cuts[i + 1]) for i in range(0, len(cuts), 2)]
    items[0] = (_begin(stretch, items[0][1]), items[0][1])
    return [(start + a, start + b) for a, b in items if b > a]


def _begin(stretch: str, end: int) -> int:
    """Where the first item begins: after the last verb or preposition that takes the list as its object."""
    at = 0
    while (lead := _OBJECT_VERB.match(stretch[at:end])) and at + lead.end() < end - 1:
        at += lead.end()
    return at


def _stop(stretch: str, start: int) -> int:
    """Where the last item ends: at 等, or before the words that go on about the whole list."""
    for at in range(start + 1, len(stretch)):
        if not _in_marks(stretch, at) and _TAIL.match(stretch[at:]):
            return at
    return len(stretch.rstrip("。；;，, "))


def _in_marks(text: str, at: int) -> bool:
    before = text[:at]
    return any(before.count(left) > before.count(right) for left, right in ("《》", "“”", "（）", "()"))


def best_of(spans: Sequence[Span], weigh: Callable[[Span], float]) -> Span | None:
    """The span of most weight, the earlier one where two weigh the same; None where there is none."""
    return min(spans, key=lambda span: (-weigh(span), span), default=None)
