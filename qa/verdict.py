"""Is it so? A statement beside the evidence: yes, no, and what the report says instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.evidence import Evidence
from qa.match import FOUND, found
from qa.numerals import Number, find_numbers, same_amount
from qa.question import Question
from qa.text import clauses, fold

_NEGATION = re.compile(r"没有|不再|未(?!来)|尚未|并非|不是|不予|暂缓|暂停|取消|停止|退出|不设|不提|不搞|不采取|不得|(?<![是不])不(?!断|仅|少|低于|足|超过|同|确定|平凡|平衡|充分|高|多|够|动摇|忘|久|懈|负|含|等|可或缺|折不扣|法)[\u3400-\u9fff]|保持不变")
_UP = re.compile(r"增长|上升|提高|增加|上涨|扩大|提升|回升|涨|改善|\brise|\brose|\bincrease|\bgr[eo]w|\bhigher")
_DOWN = re.compile(r"下降|减少|降低|回落|下滑|收窄|萎缩|跌|降|\bfall|\bfell|\bdrop|\bdecline|\bdecrease|\blower")
_DONE = re.compile(
    r"通车|建成|完成|竣工|完工|开业|投用|投入(?:运营|使用)|启用|收官|落成|开通|上线|实现|获批|贯通|挂牌|揭牌|开放|结束|全覆盖|交付|达产|全部"
)
_BEGUN = re.compile(r"开工|启动|推进|在建|筹[建备]|加快建设|谋划|计划|研究|推动|开展前期|着手|试点|创建|申报|封顶|基本完成|过半|部分")
_ASKING = re.compile(r"有没有|是不是|是否|[了过]?没有?[?!。]*$|[吗吧呢][?!。]*$")
_ALL = re.compile(r"全部|所有|全都|都(?:已|办|完|有|开|建|通|做|实)|每个|全面|全覆盖|\ball\b")
_PART = re.compile(r"\d.{0,14}中\D{0,6}\d|过半|部分|其中|完成\d|基本")
_PLACE = re.compile(r"第[一二三四五六七八九十\d]+(?:位|名|个|大)?|首位|首个|首次|唯一|榜首|no\. ?1")
_RANK = re.compile(rf"(全国|全球|世界|全省|全市|亚洲|中西部|西部|东部|北方|南方|中部)?(?:的)?({_PLACE.pattern})")
_OVER = re.compile(r"超过|超|突破|大于|高于|多于|不止|达到|过(?=\d)|more than|over|exceed|above")
_UNDER = re.compile(r"不到|低于|少于|不足|未达|没到|less than|under|below")


def holds(question: Question, evidence: Evidence) -> bool:
    """Whether what the question states agrees with the evidence."""
    said, printed = _ASKING.sub("", fold(question.text)), fold(evidence.quote)
    if _ALL.search(said) and _PART.search(printed) and not _ALL.search(printed):
        return False
    if question.numbers and evidence.figure is not None:
        return _amount_holds(said, question.numbers, evidence)
    denied = [word for word in _NEGATION.findall(printed) if word not in said]
    if bool(denied) != _denies(said):
        return False
    moved = _subject_clause(question, printed)
    if _DOWN.search(said) and not _UP.search(said) and _UP.search(moved) and not _DOWN.search(moved):
        return False
    if _UP.search(said) and not _DOWN.search(said) and _DOWN.search(moved) and not _UP.search(moved):
        return False
    if _DONE.search(said) and not _DONE.search(printed) and _BEGUN.search(printed):
        return False
    return _ranks_hold(said, printed)


def _subject_clause(question: Question, printed: str) -> str:
    """The clause of the evidence that speaks of what the question names first, else all of it."""
    for start, end in clauses(printed):
        if any(found(term, printed[start:end]) >= FOUND for term in question.terms if term.noun):
            return printed[start:end]
    return printed


def is_state(word: str) -> bool:
    """Whether a word tells how far something has come (通车, 下降) rather than what it is."""
    return any(pattern.search(word) for pattern in (_DONE, _BEGUN, _UP, _DOWN, _NEGATION, _OVER, _UNDER))


def _denies(said: str) -> bool:
    return bool(re.search(r"(?:没有|不再|未)(?!来)[\u3400-\u9fff]", said))


def _ranks_hold(said: str, printed: str) -> bool:
    """Whether places in an order agree: among the same (全国第一), else any of them."""
    asked, stated = _ranks(said), _ranks(printed)
    if not asked or not stated:
        return True
    for among, place in asked.items():
        if among and among in stated:
            return stated[among] == place
    return bool(set(asked.values()) & set(stated.values()))


def _ranks(text: str) -> dict[str, str]:
    return {found[1] or "": _place(found[2]) for found in _RANK.finditer(text)}


def _place(word: str) -> str:
    word = word.replace("首", "第一").replace("唯一", "第一").replace("no. 1", "第一").replace("no.1", "第一")
    return re.sub(r"[位名个大次]|榜", "", word).replace("1", "一").replace("2", "二").replace("3", "三")


def _amount_holds(said: str, amounts: Sequence[Number], evidence: Evidence) -> bool:
    row = evidence.figure
    assert row is not None
    printed = find_numbers(row.value)
    for amount in amounts:
        if amount.unit and row.unit and amount.unit != row.unit:
            continue
        lead = said[max(0, amount.start - 4) : amount.core + 1]
        if _UNDER.search(lead):
            return row.number < amount.number
        if any(same_amount(amount, other) for other in printed):
            return True
        if _OVER.search(lead) and not _UNDER.search(lead):
            return row.number > amount.number or (row.number == amount.number and row.hedge in ("超", "超过", "突破", "多", "以上"))
        return False
    return True
