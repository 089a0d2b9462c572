"""What a figure counts: the words around it, taken apart into owner, deed, noun and predicate.

A figure takes its subject from the words before it (地区生产总值|达到…), else from the noun behind it
(出台3部|法规), else from the figure before it in the sentence (…、累计达到18部).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa import figure_words as say
from qa.numerals import Number
from qa.text import Span, tagged


@dataclass(slots=True)
class Sentence:
    """A sentence of a document and its figures; all offsets are the document's.

    ``folded`` is the document's text for matching; in ``masked`` what quotation marks and brackets hold is
    blotted out, so that no mark or verb is found in there.
    """

    text: str
    folded: str
    masked: str
    start: int
    end: int
    clauses: list[Span]
    numbers: list[Number]

    def bound(self, at: int) -> int:
        """Where the words behind figure ``at`` end at the latest: the next figure or the sentence's end."""
        return self.numbers[at + 1].start if at + 1 < len(self.numbers) else self.end

    def is_last(self, at: int) -> bool:
        """Whether no figure follows figure ``at``."""
        return at + 1 == len(self.numbers)


@dataclass(frozen=True, slots=True)
class Lead:
    """The words between the boundary before a figure and the figure: subject, then predicate (累计|达到)."""

    start: int
    subject: str
    predicate: str
    carried: bool
    """Joined to the figure before it by 、 or by nothing."""
    spliced: bool
    """Joined to the figure before it by nothing."""

    @property
    def listed(self) -> bool:
        """Whether it goes on with a list: 新增公园36座、|绿地310公顷."""
        return self.carried and not self.spliced and not self.predicate


@dataclass(frozen=True, slots=True)
class Subject:
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
class _Front:
    """A lead's subject taken apart: owner, action, noun (城镇|新增|就业)."""

    start: int
    owner: str
    action: str
    noun: str
    verb_last: bool = False
    """The verb stands behind the noun: 征收安置房|开工."""


def lead_of(sentence: Sentence, at: int) -> Lead:
    """The words that lead up to figure ``at``; 、 divides only after a figure: in a list it does not."""
    number = sentence.numbers[at]
    first = sentence.numbers[at - 1].end if at else sentence.start
    marks = [found.start() for found in _MARK.finditer(sentence.masked, first, number.start)]
    strong = [mark for mark in marks if sentence.masked[mark] != "、"]
    start = first
    if strong:
        start = strong[-1] + 1
    elif at and marks:
        bare = say.PREDICATE.fullmatch(sentence.masked, marks[-1] + 1, number.start)
        start = (marks[-1] if bare else marks[0]) + 1
    words = sentence.masked[start : number.start]
    opened = say.ENUMERATED.match(words)
    blank = opened.end() if opened else 0
    found = (say.RANKING if number.ordinal else say.PREDICATE).search(words, blank)
    if found and found[0] in ("提升", "扩大") and number.unit not in say.RATE_UNITS:
        found = say.IN_ORDER.search(words)
    since = say.SINCE_TO.search(words, blank, found.start()) if found else say.STEPS.search(words, blank)
    cut = since.start() if since else found.start() if found else len(words)
    subject, predicate = words[blank:cut].rstrip(" 、"), words[cut:].rstrip()
    return Lead(start + blank, subject, predicate, bool(at) and not strong, bool(at) and not marks)


def subject_of(sentence: Sentence, at: int, lead: Lead, context: Subject | None) -> Subject | None:
    """The subject of figure ``at``, ``context`` being that of the figure before; None where there is none."""
    number = sentence.numbers[at]
    front = _front(lead, number.unit == "%")
    if context and lead.spliced and not lead.predicate and front.noun.endswith("中"):
        return replace(context, action=_deed(sentence, at, number.end))
    if number.unit in ("年", "次") and not front.noun and lead.predicate.endswith("连续"):
        deed = _from_deed(sentence, at)
        return replace(context, action=deed.name) if context and say.CHANGED.fullmatch(deed.name) else deed
    start, noun = _behind(sentence, at)
    if context and lead.spliced and _is_upper_end(sentence, at, lead):
        return context
    if not noun and context and _goes_on(sentence, at, lead):
        return replace(context, action=_deed(sentence, at, number.end))
    if not noun and _is_alone(number, lead, front):
        return _from_deed(sentence, at)
    if noun and (
        _is_part(sentence, number, lead, front, noun) or _is_behind(sentence, number, lead, front, context)
    ):
        return _from_behind(sentence, at, _with_deed(front, lead, context), start, noun)
    if front.noun:
        return _from_front(sentence, number, lead, front, context)
    if context is None or (not lead.carried and _is_record(sentence, lead)):
        return _from_clause_before(sentence, lead, front.action)
    if say.CHANGING.search(lead.predicate):
        context = replace(_without_deed(sentence, context), behind=False)
    action = front.action or ("" if re.search("累计|达|总", lead.predicate) else context.action)
    if number.unit == "%" and not lead.predicate and not action:
        action = _deed(sentence, at, number.end)
    return replace(context, action=action)


def members_of(sentence: Sentence, subject: Subject, count: int, rate: bool) -> list[Subject]:
    """One subject for each of ``count`` figures: 城镇和农村居民收入 is 城镇居民收入 and 农村居民收入.

    ``rate``: the figures are percentages or money, so that whatever is listed shares its last word.
    """
    words = sentence.masked[subject.start : subject.end]
    spans = [found.span() for found in _ITEM.finditer(words)]
    if count == 2 and len(spans) == 1 and (pair := say.PAIR.search(words)):
        return [replace(subject, name=subject.name.replace(pair[0], half)) for half in say.PAIRS[pair[0]]]
    if count == 1 or len(spans) != count:
        return [subject] * count
    first_item, last_item = words[slice(*spans[0])], words[slice(*spans[-1])]
    beginning, prefix = say.BEGINNING.match(first_item), say.PREFIX.match(words)
    ending = _shared_ending(first_item, last_item, rate)
    if any(say.MEASURING.search(words[slice(*span)]) for span in spans[1:-1]):
        ending = ending if ending.startswith(("支持", "占", "增速", "增幅")) else ""
    members = []
    for first, last in spans:
        item = sentence.folded[subject.start + first : subject.start + last]
        if prefix and first and not say.PREFIX.match(item) and not say.WHOLE_REGION.match(item):
            item = prefix[0] + item
        if last == len(words) or not ending:
            start, end = subject.start + first, subject.start + last
            shared = beginning[1] if beginning and first and say.DEPENDENT.fullmatch(item) else ""
            members.append(replace(subject, start=start, end=end, name=_name(shared + item)))
        else:
            members.append(replace(subject, name=_name(item + ending)))
    return members


def joined(subjects: Sequence[Subject]) -> Subject:
    """The one subject of a figure that holds for all of ``subjects``: A18家、B46家,|均居全国首位."""
    first, last = subjects[0], subjects[-1]
    start = first.start if 0 < last.end - first.start <= _LONGEST_LIST else last.start
    return Subject(start, last.end, "、".join(subject.name for subject in subjects))


def listed_items(words: str) -> int:
    """How many things ``words`` lists: 进出口、出口 are two."""
    return len(_ITEM.findall(words))


_MARK = re.compile(r"[,;:、]")
_STOP = re.compile(r"[,;:、。!]")
_STRONG_STOP = re.compile(r"[,;:。!]")
_ITEM = re.compile(r"(?:(?!、|和(?![平谐田县美睦])|(?<!参)与|(?<![普涉以])及(?![其格])|以及).)+")


def _is_upper_end(sentence: Sentence, at: int, lead: Lead) -> bool:
    """Whether the figure is where a change ends that began at the one before: 从15个县|扩大到57个县."""
    before = sentence.masked[max(sentence.start, sentence.numbers[at - 1].start - 20) : lead.start]
    return bool(say.TO.search(lead.predicate) and say.FROM.search(before))


def _goes_on(sentence: Sentence, at: int, lead: Lead) -> bool:
    """Whether the figure counts some of what the one before counts: 173项案例, 82项|获国家认可."""
    unit = sentence.numbers[at].unit
    bare = not lead.subject and not lead.predicate and not lead.spliced
    return at > 0 and bare and unit in say.ITEM_UNITS and unit == sentence.numbers[at - 1].unit


def _is_alone(number: Number, lead: Lead, front: _Front) -> bool:
    """Whether nothing before the figure says what it counts: ,|1324人凭贡献晋升职称."""
    if front.noun or lead.carried or lead.predicate or number.unit in ("%", "百分点", "倍"):
        return False
    if number.unit in ("元", "美元") and number.hedge.startswith(("突破", "超过", "接近")):
        return False
    return not lead.subject or bool(say.LIGHT.search(front.action))


def _is_behind(
    sentence: Sentence, number: Number, lead: Lead, front: _Front, context: Subject | None
) -> bool:
    """Whether the noun behind ``number`` is what it counts."""
    hedged = number.start != number.core
    if number.unit == "元" and lead.predicate.endswith("安排"):
        return True
    if number.ordinal or (number.unit in ("%", "百分点", "倍") and lead.predicate not in ("", "有")):
        return False
    if front.verb_last or (number.unit == "%" and sentence.masked.startswith("的", number.end)):
        return True
    if say.CHANGING.search(lead.predicate):
        return not lead.subject and not lead.carried
    if lead.spliced and (lead.predicate not in ("", "了") or (hedged and not lead.subject)):
        return False
    if not front.noun:
        return context is None or context.behind or not lead.listed or bool(front.action)
    if front.noun.endswith(("的", "等")):
        return True
    if lead.predicate or hedged:
        return False
    return number.unit not in say.EXACT_UNITS or not (front.action or number.unit in ("元", "美元", "%"))


def _is_part(sentence: Sentence, number: Number, lead: Lead, front: _Front, noun: str) -> bool:
    """Whether a percentage is a part of the noun behind it: 水泥行业70%|产能, 减少三分之一|审批事项."""
    if number.unit != "%":
        return False
    if say.CUTTING.search(lead.predicate):
        return "%" not in sentence.folded[number.core : number.end]
    return bool(front.noun) and not lead.predicate and not say.NO_PART.match(noun)


def _with_deed(front: _Front, lead: Lead, context: Subject | None) -> _Front:
    """``front`` with the deed that its predicate or the list before it holds: 安排, 提高, 新增."""
    if lead.predicate.endswith("安排"):
        return replace(front, action="安排")
    if front.action:
        return front
    if not lead.subject and say.CHANGING.search(lead.predicate):
        return replace(front, action=lead.predicate)
    if lead.carried and not lead.predicate and context and context.behind and context.led:
        return replace(front, action=context.action)
    return front


def _from_front(
    sentence: Sentence, number: Number, lead: Lead, front: _Front, context: Subject | None
) -> Subject:
    noun = sentence.folded[front.start : front.start + len(front.noun)].removesuffix("的")
    start, end, name, action = front.start, front.start + len(noun), noun, front.action
    possessor = say.POSSESSOR.match(sentence.folded, number.end, sentence.end)
    if say.GENERIC.fullmatch(noun) and possessor:
        name = possessor[1] + noun
    elif context and say.SIDE.fullmatch(noun):
        name = noun + say.SIDE_OF.sub("", context.name)
    elif front.owner:
        start = lead.start + lead.subject.index(front.owner)
        name = sentence.folded[start : start + len(front.owner)] + noun
    elif context and (say.GENERIC.fullmatch(noun) or noun.startswith("占")):
        owner = _without_measure(context.name)
        name = noun if {owner, noun} == {"出口", "进口"} else _joined(owner, noun)
    if lead.listed and not action and context and not context.behind and not say.STOCK.search(noun):
        action = context.action
    return Subject(start, end, _name(name), action)


def _from_behind(sentence: Sentence, at: int, front: _Front, start: int, noun: str) -> Subject:
    owner = "" if say.NO_OWNER.search(front.noun) else front.noun
    if say.MEASURING.search(owner) and sentence.masked.startswith("的", sentence.numbers[at].end):
        return Subject(front.start, front.start + len(owner), _name(noun + owner), front.action)
    action = front.action or _deed(sentence, at, start + len(noun))
    name = _name(sentence.folded[front.start : front.start + len(owner)] + noun)
    if say.CLASS.fullmatch(noun) and not sentence.is_last(at):
        name += say.CLASS.sub("", _behind(sentence, at + 1)[1])
    return Subject(start, start + len(noun), name, action, behind=True, led=bool(front.action))


def _from_deed(sentence: Sentence, at: int) -> Subject:
    """What happened, where that is all that is counted: 连续4年|获评最佳口碑省份."""
    start, bound = sentence.numbers[at].end, sentence.bound(at)
    stop = _STOP.search(sentence.masked, start, bound)
    end = min(stop.start() if stop else bound, start + 30)
    return Subject(start, end, _name(sentence.folded[start:end]), behind=True)


def _from_clause_before(sentence: Sentence, lead: Lead, action: str) -> Subject | None:
    """What the clause before did (…等项目,|累计开工238个) or was about (产量创新高,|达到5亿吨)."""
    before = [span for span in reversed(sentence.clauses) if span[1] <= lead.start][:2]
    if own := re.match("(.+)、", lead.subject):
        before.insert(0, (lead.start, lead.start + len(own[1])))
    for first, last in before:
        front = _front(Lead(first, sentence.masked[first:last], "", carried=False, spliced=False), rate=False)
        noun = front.owner if front.owner and not action else front.noun
        if closing := say.RECORD.search(noun) or say.EFFORT.search(noun) or say.PREDICATE.search(noun):
            noun = noun[: closing.start()]
        if noun:
            start = sentence.masked.index(noun, first)
            end = start + len(noun)
            return Subject(start, end, _name(sentence.folded[start:end]), action)
    return None


def _without_deed(sentence: Sentence, context: Subject) -> Subject:
    """What a deed that was counted by years is about: 连续7年|提高|养老金水平."""
    moved = say.MOVED.match(sentence.folded, context.start, context.end) if context.behind else None
    return replace(context, start=moved.end(), name=context.name[len(moved[0]) :]) if moved else context


def _is_record(sentence: Sentence, lead: Lead) -> bool:
    """Whether the clause before only leads up to the figure: 进出口总值创历史新高,|达到5379亿元."""
    before = [span for span in sentence.clauses if span[1] <= lead.start]
    return bool(before) and bool(say.RECORD.search(sentence.folded, *before[-1]))


def _behind(sentence: Sentence, at: int) -> tuple[int, str]:
    """Where the noun right behind figure ``at`` starts, and the noun: 部|浦东新区法规."""
    start, bound, last = sentence.numbers[at].end, sentence.bound(at), sentence.is_last(at)
    if not last and sentence.numbers[at + 1].start == sentence.numbers[at + 1].core == start:
        return _behind(sentence, at + 1)
    mark = _STOP.match(sentence.masked, start) or _STRONG_STOP.search(sentence.masked, start, bound)
    if mark is None and not last:
        mark = _STOP.search(sentence.masked, start, bound)
    words = sentence.masked[start : mark.start() if mark else bound]
    noun = words.removeprefix("的")
    start += len(words) - len(noun)
    modifier = say.MODIFIER.match(noun)
    cut = say.TAIL_END.search(noun, modifier.end() if modifier else 0)
    noun = re.split("的目标|^(?:预期|年度)?目标", noun[: cut.start()] if cut else noun)[0]
    if not last and not mark:
        noun = re.sub("[和与及](?:[^和与及]{0,4}|[^和与及]{0,16}等)$", "", noun)
    noun = noun.rstrip(" 、和与及等")[:30]
    if not noun and not last and say.SAME_NOUN.fullmatch(sentence.masked, sentence.numbers[at].end, bound):
        return _behind(sentence, at + 1)
    return start, sentence.folded[start : start + len(noun)]


def _deed(sentence: Sentence, at: int, start: int) -> str:
    """What the counted things did or had done to them, as printed: 423项|已完成或基本完成."""
    bound = sentence.bound(at)
    stop = _STOP.search(sentence.masked, start, bound)
    if stop is None and not sentence.is_last(at):
        return ""
    words = sentence.text[start : stop.start() if stop else bound].strip()
    return words.removeprefix("中")[:16]


def _front(lead: Lead, rate: bool) -> _Front:
    """Takes the lead's subject apart; of a percentage (``rate``) 新增 is no deed but a part of the noun."""
    words, whole = lead.subject, rate or "分别" in lead.predicate
    at = _statement(words, whole)
    if say.PLACED.fullmatch(words, _opened(words, 0)):
        return _Front(lead.start + len(words), "", "", "")
    verb = say.DONE_TO.search(words, _opened(words, 0))
    if verb and (lead.predicate.startswith("了") or (lead.spliced and not lead.predicate)):
        return _Front(lead.start + len(words), "", verb["verb"], "")
    done = say.DONE.search(words, at)
    if done and done.start() > at + 1:
        return _Front(lead.start + at, "", done[0], words[at : done.start()], verb_last=True)
    handled = say.HANDLED.search(words) or say.SOURCE.search(words)
    if handled and not say.DOING_FIRST.match(handled[1]):
        return _Front(lead.start + handled.start(1), "", "", handled[1])
    verb = say.DOING_FIRST.match(words, at) or say.DOING.search(words, at)
    if verb is None or (whole and verb["verb"].startswith(("新", "净"))):
        noun = "" if say.POINTER.fullmatch(words, at) else words[at:]
        light = say.LIGHT.search(words[:at]) or (None if noun else re.match("新增|净增", lead.predicate))
        return _Front(lead.start + at, "", light[0] if light else "", noun)
    return _around(lead, at, verb)


def _around(lead: Lead, at: int, verb: re.Match[str]) -> _Front:
    """The lead's subject from ``at`` on, divided by its verb."""
    words, action = lead.subject, verb["verb"]
    owner = words[at : verb.start()]
    if leaning := say.PREDICATE.search(owner):
        owner = owner[: leaning.start()]
    if len(owner) < 2 or say.REGION.fullmatch(owner) or say.PLACE.search(owner):
        owner = ""
    if verb.end() == len(words):
        if action in say.DEED_NOUNS:
            start = at if owner else verb.start()
            return _Front(lead.start + start, "", "", words[start:])
        if owner:
            return _Front(lead.start + at, "", action, owner, verb_last=True)
    start = _opened(words, verb.end())
    if say.REGION.fullmatch(words, start):
        start = len(words)
    return _Front(lead.start + start, owner if len(owner) <= _LONGEST_OWNER else "", action, words[start:])


def _statement(words: str, whole: bool) -> int:
    """Where the last statement in ``words`` begins (电厂投产、|总装机); ``whole``: they are one list."""
    at = _opened(words, 0)
    if whole:
        return at
    started = say.DOING_FIRST.match(words, at) and not words.endswith("等")
    doing = say.DOING_FIRST if started else say.DOING
    for found in reversed(list(re.finditer("、", words[at:]))):
        mark, begin = at + found.start(), _opened(words, at + found.end())
        if say.DEEDS.fullmatch(words, at, mark):
            continue
        ended = say.DONE.search(words, at, mark)
        if (ended and ended.start() > at + 1) or doing.match(words, begin):
            return begin
    return at


def _opened(words: str, at: int) -> int:
    opening = say.OPENING.match(words, at)
    return opening.end() if opening else at


def _shared_ending(first: str, last: str, rate: bool) -> str:
    """What ``last`` holds for all members of its list: of 广州、深圳地铁客运量, 地铁客运量."""
    size = len(first)
    if (rising := say.RISING.search(last)) and not say.RISING.search(first) and say.AMOUNT.search(first):
        return rising[0]
    if first.endswith("存") and last.startswith("贷款"):
        return last[1:]
    if last.startswith(first) and (ending := say.ENDING.search(last)):
        return ending[0]
    if size <= 3 and len(last) > size + 1 and last[size - 1] == first[-1]:
        return last[size:]
    if say.MEASURING.search(first) or first[-2:] == last[-2:]:
        return ""
    if size <= 3 and len(last) >= size + 4:
        shared = _without_words(last, size, bool(say.REGION.fullmatch(first)))
        return shared if len(shared) > 4 or not say.SPENDING.search(shared) else shared[-2:]
    if ending := say.ENDING.search(last) or re.search("..[率量额数]$", last):
        return ending[0]
    return last[-2:] if rate and len(last) >= 4 else ""


def _without_words(words: str, size: int, region: bool) -> str:
    """``words`` without its region, or its first ``size`` characters and what they leave of a word."""
    at = 0
    for word, _ in tagged(words):
        ends = word.endswith(("省", "市", "区", "县")) if region else at + len(word) > size > at > 0
        if ends:
            return words[at + len(word) :]
        at += len(word)
    return words[size:]


def _without_measure(name: str) -> str:
    """The owner in ``name``: 规模以上工业企业利润 without 利润, for 增加值 to follow."""
    if measured := say.TRADE_OR_RATE.search(name):
        return name[: measured.start()]
    for size in range(5, 1, -1):
        if len(name) > size + 1 and say.GENERIC.fullmatch(name[-size:]):
            return name[:-size].removesuffix("播种").removesuffix("种植")
    return name


def _joined(owner: str, noun: str) -> str:
    """长护险参保 and 参保率 are 长护险参保率."""
    shared = next((size for size in range(len(noun), 0, -1) if owner.endswith(noun[:size])), 0)
    return owner + noun[shared:]


def _name(indicator: str) -> str:
    """The indicator's normal form: without quotation marks, blanks and qualifiers."""
    name = re.sub(r"[\s\"'“”]|现行|(?<=.)拟(?=投入|安排)", "", indicator)
    while (shorter := say.QUALIFIER.sub("", name, count=1)) and shorter != name:
        name = shorter
    return name


_LONGEST_LIST = 60
"""Characters from the first subject of a list to the last, so that they are shown as one."""

_LONGEST_OWNER = 16
"""Characters; what stands before a verb and is longer is a clause of its own."""
