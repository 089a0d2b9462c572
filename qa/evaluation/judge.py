"""Question with its gold + reply → the outcome under every measure, and in words what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.datatypes import Answer, Citation, Document, Passage
from qa.evaluation.matching import LONGEST_QUOTE, comparable, containing, overlap, places, tells
from qa.evaluation.measures import RETRIEVAL
from qa.evaluation.questions import Example
from qa.numerals import Number, find_numbers, same_amount

_LEADS = {
    "yes": ("是", "对", "yes", "有", "已"),
    "no": ("否", "不", "没", "no", "未", "并非", "错"),
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reply comes to."""

    scores: Mapping[str, float]
    """Outcome by measure, 0.0 to 1.0; a measure that does not apply is not there."""
    held: tuple[bool, ...]
    """For each citation whether it holds evidence."""
    found: tuple[bool, ...]
    """For each piece of evidence whether a citation holds it."""
    wrong: tuple[str, ...]
    """What is wrong, in words; empty for a reply that is right, cited and exact."""


def judge(example: Example, answer: Answer | None, documents: Mapping[str, Document]) -> Judgement:
    """Judge a reply by the gold of its question; ``None`` is a question that raised an error."""
    cited = [_holding(example, citation) for citation in answer.citations] if answer else []
    held = tuple(any(row) for row in cited)
    found = tuple(any(column) for column in zip(*cited, strict=True)) or (False,) * len(example.evidence)
    exact = answer is not None and all(_exact(citation, documents) for citation in answer.citations)
    scores = {"exact_spans": float(exact)}
    if example.answerable is None:
        return Judgement(scores, held, found, tuple(_faults(example, answer, scores)))
    if example.answerable:
        scores |= _answered(example, answer) | _cited(example, answer, held, found)
    else:
        scores |= _refused(example, answer)
    scores["status"] = float(answer is not None and answer.status == example.status)
    if answer is not None and answer.status != "answered":
        scores["refusal_precision"] = float(not example.answerable)
    return Judgement(scores, held, found, tuple(_faults(example, answer, scores)))


def _holding(example: Example, citation: Citation) -> list[bool]:
    """For each piece of evidence whether a citation holds it."""
    return [
        len(citation.quote) <= LONGEST_QUOTE
        and piece.document in ("", citation.document_id)
        and overlap(citation.quote, piece.quote)
        for piece in example.evidence
    ]


def _exact(citation: Citation, documents: Mapping[str, Document]) -> bool:
    document = documents.get(citation.document_id)
    if document is None or not citation.quote:
        return False
    return document.text[citation.start : citation.end] == citation.quote


# --- answers ---------------------------------------------------------------------------------------


def _answered(example: Example, answer: Answer | None) -> dict[str, float]:
    """Outcomes of a question that the documents answer."""
    if not (example.answers or example.answers_all or example.verdict):
        return {}  # a set that gives evidence alone
    given = answer is not None and answer.status == "answered"
    short = (answer.short_answer or "") if answer else ""
    text = answer.text if answer else ""
    scores: dict[str, float] = {}
    if example.verdict:
        led = given and comparable(short or text).startswith(_LEADS[example.verdict])
        strict = loose = led and _completeness(example, text) >= 1
        scores["verdict"] = float(led)
    elif example.answers_all:
        scores["list_completeness"] = _completeness(example, text) if given else 0.0
        strict = loose = scores["list_completeness"] >= 1
    else:
        size = max(len(comparable(accepted)) for accepted in example.answers)
        loose = given and tells(text + short, example.answers)
        strict = given and tells(short, example.answers) and len(comparable(short)) <= 2 * size + 6
        scores |= _closeness(short if given else "", example.answers)
        scores |= _figure(example, answer if given else None)
    scores |= {"right_strict": float(strict), "right_loose": float(loose)}
    return scores | {"answerable_strict": float(strict), "answerable_loose": float(loose)}


def _completeness(example: Example, text: str) -> float:
    """Share of the points needed that a text tells, at most 1.0."""
    points = example.answers_all or (example.answers,)
    return min(1.0, sum(tells(text, point) for point in points) / (example.min_items or len(points)))


def _closeness(short: str, accepted: Sequence[str]) -> dict[str, float]:
    """Exact match, and F1 over characters, with the accepted answer that is nearest."""
    given = comparable(short)
    golds = [comparable(gold) for gold in accepted]
    return {"exact_match": float(given in golds), "f1": max(_f1(given, gold) for gold in golds)}


def _f1(given: str, gold: str) -> float:
    shared = (Counter(given) & Counter(gold)).total()
    return 2 * shared / (len(given) + len(gold)) if shared else 0.0


def _figure(example: Example, answer: Answer | None) -> dict[str, float]:
    """Whether the figure is the one that is asked for, where the answer is a figure."""
    if _only_number(example.answers[0]) is None:
        return {}
    golds = [number for accepted in example.answers if (number := _only_number(accepted))]
    if answer is None:
        return {"figure_match": 0.0}
    given = find_numbers(answer.short_answer or "")
    same = bool(given) and all(any(same_amount(gold, number) for gold in golds) for number in given)
    return {"figure_match": float(same and _in_period(example, answer))}


def _only_number(text: str) -> Number | None:
    """The quantity that a text consists of; None where it says anything else."""
    found = find_numbers(text)
    if len(found) != 1 or comparable(text[: found[0].start] + text[found[0].end :]):
        return None
    return found[0]


def _in_period(example: Example, answer: Answer) -> bool:
    """Whether what is cited first tells of the year that is asked of; a year left open fits any."""
    year = answer.citations[0].year if answer.citations else None
    return not example.period.isdigit() or year is None or year == int(example.period)


# --- evidence --------------------------------------------------------------------------------------


def _cited(
    example: Example, answer: Answer | None, held: Sequence[bool], found: Sequence[bool]
) -> dict[str, float]:
    """Outcomes of the citations of a question that the documents answer."""
    if not example.evidence:
        return {}
    hit = any(held)
    sources = {piece.document for piece in example.evidence}
    if example.type == "compare" and len(sources) > 1:
        given = {citation.document_id for citation in answer.citations} if answer else set()
        hit = hit and sources <= given
    scores = {"cited": float(hit), "citation_recall": sum(found) / len(found)}
    if held:
        scores["citation_precision"] = sum(held) / len(held)
    return scores


def relevant(example: Example, passages: Sequence[Passage], documents: Mapping[str, Document]) -> set[str]:
    """Ids of the passages that hold evidence of a question."""
    found: set[str] = set()
    for piece in example.evidence:
        keys = [piece.document] if piece.document else example.filter or documents.keys()
        for key in keys:
            own = [p for p in passages if p.document_id == key]
            for place in places(documents[key].text, piece.quote) if key in documents else ():
                found |= {own[row].id for row in containing([(p.start, p.end) for p in own], place)}
    return found


def ranked(hits: Sequence[str], holding: set[str]) -> dict[str, float]:
    """Outcomes of the search: ids of the passages found, best first, against those that hold evidence."""
    from ir_measures import RR, R, Success, calc_aggregate, nDCG

    measures = (Success @ 1, Success @ 3, Success @ 5, R @ 5, R @ 24, RR, nDCG @ 10)
    wanted = dict(zip(RETRIEVAL, measures, strict=True))
    judged = {"q": dict.fromkeys(holding, 1)}
    run = {"q": {key: float(-place) for place, key in enumerate(hits)}}
    told = calc_aggregate(list(wanted.values()), judged, run)
    return {name: float(told[measure]) for name, measure in wanted.items()}


# --- refusals --------------------------------------------------------------------------------------


def _refused(example: Example, answer: Answer | None) -> dict[str, float]:
    """Outcomes of a question that the documents do not answer."""
    given = answer.status if answer else None
    refused = given not in (None, "answered")
    if example.status in ("section_missing", "out_of_scope"):
        strict, loose = given == example.status, given in (example.status, "not_in_report")
    else:
        strict = loose = refused
    return {
        "right_strict": float(strict),
        "right_loose": float(loose),
        "status_strict_unanswerable": float(strict),
        "refusal_recall": float(refused),
    }


# --- words -----------------------------------------------------------------------------------------


def _faults(example: Example, answer: Answer | None, scores: Mapping[str, float]) -> list[str]:
    """What is wrong with a reply, the gravest first."""
    if answer is None:
        return ["出错，没有得到回复"]
    faults = []
    if not scores.get("right_strict", 1.0):
        faults.append(_why(example, answer, scores))
    if not scores.get("cited", 1.0):
        longest = max((len(citation.quote) for citation in answer.citations), default=0)
        faults.append(
            "没有引文"
            if not answer.citations
            else f"引文太长（{longest} 字），或不含证据"
            if longest > LONGEST_QUOTE
            else "引文都不含证据"
        )
    if not scores["exact_spans"]:
        faults.append("引文与文档不逐字相符")
    if scores.get("figure_match") == 0.0 and scores.get("right_strict"):
        faults.append("数字、单位或年份与标准答案不符")
    return faults


def _why(example: Example, answer: Answer, scores: Mapping[str, float]) -> str:
    """Why a reply does not count as right."""
    if not example.answerable:
        if answer.status == "answered":
            return f"不该回答：应为 {example.status}"
        return f"拒答的原因不对：应为 {example.status}，却是 {answer.status}"
    if answer.status != "answered":
        return f"没有回答：{answer.status}"
    if example.verdict and not scores["verdict"]:
        return f"判断相反：应为{'是' if example.verdict == 'yes' else '否'}"
    if example.answers_all or example.verdict:
        points = example.answers_all or (example.answers,)
        lacking = [point[0] for point in points if not tells(answer.text, point)]
        needed = f"（需 {example.min_items} 项）" if example.min_items else ""
        return f"没有说到{needed}：{'；'.join(lacking)}"
    if scores["right_loose"] and tells(answer.short_answer or "", example.answers):
        return "简短答案含标准答案，但说得太多"
    if scores["right_loose"]:
        return "标准答案只在正文里，不在简短答案里"
    return "简短答案与标准答案不符"
