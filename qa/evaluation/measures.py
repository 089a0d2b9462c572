"""What each figure of an evaluation means, in words, and in which order it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of an evaluation and its definition."""

    name: str
    label: str
    """For people, in Chinese."""
    meaning: str
    """Its definition, in Chinese."""
    kind: Literal["share", "score", "milliseconds", "characters", "count", "rate"] = "share"
    """A share or score lies between 0 and 1 and is a mean over outcomes; the rest are in their unit."""


MEASURES: tuple[Measure, ...] = (
    Measure(
        "right_strict",
        "答对（严格）",
        "有答案的：状态为 answered，且简短答案含一个标准答案、长度不超过最长标准答案的 2 倍加 6 字"
        "（都按去掉空白与标点后计）；有要点的，回复正文说到足够多的要点；是非题，简短答案以正确的判断开头，"
        "且正文说到应有的事实。没有答案的：拒答，并且截断的题须为 section_missing，"
        "范围外的题须为 out_of_scope。",
    ),
    Measure(
        "right_loose",
        "答对（宽松）",
        "同上，但标准答案出现在正文或简短答案里即可，不计长短；截断与范围外的题，答 not_in_report 也算对。",
    ),
    Measure("answerable_strict", "有答案的题答对（严格）", "答对（严格），只计报告中有答案的题。"),
    Measure("answerable_loose", "有答案的题答对（宽松）", "答对（宽松），只计报告中有答案的题。"),
    Measure("right_and_cited", "答对且引对", "有答案的题中，答对（严格）并且至少一处引文含证据的比例。"),
    Measure(
        "cited",
        "引文命中",
        "有答案的题中，至少一处引文含证据的比例。引文含证据：不超过 400 字，文档相符，"
        "引文与证据一方包含另一方，或引文含证据 60%（至少 6 字）以上的一段连续文字（不计空白与全半角）。"
        "跨文档的比较题，还须每份文档都被引到。",
    ),
    Measure("citation_precision", "引文精确率", "有答案的题的全部引文中，含证据的比例。"),
    Measure("citation_recall", "引文召回率", "有答案的题的全部证据中，被某处引文含有的比例。"),
    Measure(
        "exact_spans",
        "引文逐字相符",
        "全部题中，每处引文都非空、正是文档中 start 到 end 那段文字的比例。",
    ),
    Measure(
        "exact_match",
        "完全一致（EM）",
        "单一答案的题：简短答案与某个标准答案去掉空白、标点、全半角之别后完全一样；拒答为 0。",
        "score",
    ),
    Measure(
        "f1",
        "字符 F1",
        "单一答案的题：简短答案与标准答案按字符（可重复计）求精确率与召回率的调和平均，取最高的一个标准答案。",
        "score",
    ),
    Measure(
        "figure_match",
        "数字相符",
        "（第一个）标准答案是一个数字的题：简短答案中的数字都与它相等（万、亿折算，单位相符，"
        "约数用语不矛盾：超过与不到不算相符），并且引文所述年份与题目的年份相符。",
    ),
    Measure(
        "list_completeness",
        "列举完整度",
        "有要点的题：回复正文说到的要点数与所需要点数之比，最高为 1；拒答为 0。",
        "score",
    ),
    Measure("verdict", "是非判断正确", "是非题中，状态为 answered 且简短答案以正确的判断开头的比例。"),
    Measure("status", "状态正确", "全部题中，状态与应有的状态完全一样的比例。"),
    Measure(
        "status_strict_unanswerable",
        "没有答案的题答对（严格）",
        "答对（严格），只计报告中没有答案的题。",
    ),
    Measure("refusal_precision", "拒答精确率", "拒答的题中，报告确实没有答案的比例。"),
    Measure("refusal_recall", "拒答召回率", "报告中没有答案的题中，拒答的比例。"),
    Measure(
        "hit@1",
        "检索 hit@1",
        "有证据且检索过的题中，排在第 1 的片段含证据的比例。片段含证据：重合不少于两者中较短者的 60%。",
    ),
    Measure("hit@3", "检索 hit@3", "同上，前 3 个片段之一。"),
    Measure("hit@5", "检索 hit@5", "同上，前 5 个片段之一。"),
    Measure("recall@5", "检索 recall@5", "含证据的片段中排在前 5 的比例，按题平均。", "score"),
    Measure("recall@24", "检索 recall@24", "同上，前 24：回答时读到的全部片段。", "score"),
    Measure("mrr", "检索 MRR", "第一个含证据的片段名次的倒数，按题平均；24 个之内没有为 0。", "score"),
    Measure("ndcg@10", "检索 nDCG@10", "前 10 个片段按名次折减的得分与最佳排序之比，按题平均。", "score"),
    Measure("p50_ms", "用时 p50", "一题用时的中位数；成批计算向量的用时平摊到各题。", "milliseconds"),
    Measure("p95_ms", "用时 p95", "95% 的题用时不超过它。", "milliseconds"),
    Measure("p99_ms", "用时 p99", "99% 的题用时不超过它。", "milliseconds"),
    Measure("questions_per_second", "每秒题数", "答完的题数除以全程用时。", "rate"),
    Measure("crashes", "出错", "抛出异常、没有得到回复的题数。", "count"),
    Measure("median_quote_chars", "引文长度中位数", "有答案的题的引文字数的中位数。", "characters"),
    Measure("median_text_chars", "回复长度中位数", "回复正文字数的中位数。", "characters"),
)

LABELS = {measure.name: measure.label for measure in MEASURES}
RETRIEVAL = ("hit@1", "hit@3", "hit@5", "recall@5", "recall@24", "mrr", "ndcg@10")
GROUPED = (
    "right_strict",
    "right_loose",
    "right_and_cited",
    "cited",
    "citation_precision",
    "citation_recall",
    "figure_match",
    "f1",
    "status",
)
"""What is told of every group of questions."""
