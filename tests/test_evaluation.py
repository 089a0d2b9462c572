"""Judging: every measure with its arithmetic, on replies written out here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from qa.datatypes import Answer, Citation, Document, Section
from qa.evaluation.compare import compare, intervals, mcnemar
from qa.evaluation.judge import judge, ranked
from qa.evaluation.matching import comparable, overlap, places
from qa.evaluation.questions import Example, Gold
from qa.evaluation.run import Item
from qa.evaluation.summary import summarize

TEXT = "新建医院3家。全年旅客吞吐量达到5.3万人次，增长4.1%。完成改造的有东桥、西桥、南桥。明年修路40公里。"
DOCUMENT = Document(
    "青山-2024", TEXT, "青山县报告", "青山县", 2024, (), (Section((), 0, len(TEXT), "other", ()),)
)
DOCUMENTS = {DOCUMENT.id: DOCUMENT}


def cite(quote: str, year: int | None = 2023) -> Citation:
    start = TEXT.index(quote)
    return Citation(DOCUMENT.id, start, start + len(quote), quote, (), year, "achieved", 1.0)


def reply(short: str | None, text: str = "", *quotes: str, status: str = "answered") -> Answer:
    return Answer(status, text or short or "", short, tuple(map(cite, quotes)), "")  # type: ignore[arg-type]


def scores(example: Example, answer: Answer | None) -> Mapping[str, float]:
    return judge(example, answer, DOCUMENTS).scores


TRAVEL = Example(
    "q", "旅客吞吐量多少？", True, ("5.3万人次",), evidence=(Gold("旅客吞吐量达到5.3万人次"),), period="2023"
)
BRIDGES = Example(
    "q",
    "改造了哪些桥？",
    True,
    answers_all=(("东桥",), ("西桥",), ("南桥", "南大桥")),
    evidence=(Gold("完成改造的有东桥、西桥、南桥"),),
)


# --- answers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("short", "text", "strict", "loose"),
    [
        ("5.3万人次", "达到5.3万人次。", 1.0, 1.0),
        ("5．3 万人次。", "", 1.0, 1.0),  # width, blanks and marks do not count
        ("增长4.1%", "达到5.3万人次，增长4.1%。", 0.0, 1.0),
        ("全年旅客吞吐量达到5.3万人次，增长4.1%", "", 0.0, 1.0),  # 19 characters are more than 2 * 6 + 6
        ("53人次", "53人次", 0.0, 0.0),
    ],
)
def test_right_strict_wants_the_answer_alone_loose_wants_it_anywhere(
    short: str, text: str, strict: float, loose: float
) -> None:
    told = scores(TRAVEL, reply(short, text))
    assert (told["right_strict"], told["right_loose"]) == (strict, loose)


def test_a_refusal_of_what_the_report_answers_is_wrong_whatever_it_quotes() -> None:
    told = scores(TRAVEL, reply(None, "没有给出。较接近：5.3万人次", status="not_in_report"))
    assert (told["right_strict"], told["right_loose"], told["exact_match"], told["f1"]) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("short", "exact", "f1"),
    [
        ("5.3万人次", 1.0, 1.0),
        ("约5.3万人次", 0.0, 2 * 6 / (7 + 6)),  # 5点3万人次 has 6 characters, all of them shared
        ("5.3万", 0.0, 2 * 4 / (4 + 6)),
        ("九", 0.0, 0.0),
    ],
)
def test_exact_match_and_f1_over_characters(short: str, exact: float, f1: float) -> None:
    told = scores(TRAVEL, reply(short))
    assert told["exact_match"] == exact
    assert told["f1"] == pytest.approx(f1)


@pytest.mark.parametrize(
    ("short", "matches"),
    [
        ("53000人次", 1.0),  # 5.3万 multiplied out
        ("达到5.3万人次", 1.0),
        ("5.3万户", 0.0),
        ("53人次", 0.0),
        ("5.3万人次、4.1%", 0.0),  # one of them is not what was asked
        ("不少", 0.0),
    ],
)
def test_a_figure_matches_by_value_and_unit(short: str, matches: float) -> None:
    assert scores(TRAVEL, reply(short))["figure_match"] == matches


@pytest.mark.parametrize(("given", "matches"), [("超过5万人次", 1.0), ("5万人次", 1.0), ("不到5万人次", 0.0)])
def test_a_figure_matches_unless_the_hedges_contradict_each_other(given: str, matches: float) -> None:
    example = Example("q", "多少？", True, ("超过5万人次",))
    assert scores(example, reply(given))["figure_match"] == matches


@pytest.mark.parametrize(("year", "matches"), [(2023, 1.0), (2024, 0.0), (None, 1.0)])
def test_a_figure_of_another_year_does_not_match(year: int | None, matches: float) -> None:
    quote = cite("旅客吞吐量达到5.3万人次", year)
    answer = Answer("answered", "5.3万人次", "5.3万人次", (quote,), "")
    assert scores(TRAVEL, answer)["figure_match"] == matches


def test_a_name_is_no_figure() -> None:
    assert "figure_match" not in scores(Example("q", "哪座桥？", True, ("东桥",)), reply("东桥"))


@pytest.mark.parametrize(
    ("text", "needed", "completeness", "right"),
    [
        ("东桥、西桥、南大桥", None, 3 / 3, 1.0),
        ("东桥、西桥", None, 2 / 3, 0.0),
        ("东桥、西桥", 2, 2 / 2, 1.0),
        ("东桥、西桥、南桥", 2, 1.0, 1.0),  # 3 / 2 is no more than complete
    ],
)
def test_a_list_is_complete_by_the_points_it_tells(
    text: str, needed: int | None, completeness: float, right: float
) -> None:
    told = scores(replace(BRIDGES, min_items=needed), reply("东桥", text))
    assert told["list_completeness"] == pytest.approx(completeness)
    assert told["right_strict"] == right


@pytest.mark.parametrize(
    ("short", "text", "verdict", "right"),
    [
        ("否，3家", "否。新建医院3家。", 1.0, 1.0),
        ("否，4家", "否。新建医院4家。", 1.0, 0.0),
        ("是，3家", "是。新建医院3家。", 0.0, 0.0),
    ],
)
def test_a_verdict_leads_and_its_fact_is_told(short: str, text: str, verdict: float, right: float) -> None:
    example = Example("q", "新建医院4家，对吗？", True, ("3家",), verdict="no", type="yesno")
    told = scores(example, reply(short, text))
    assert (told["verdict"], told["right_strict"]) == (verdict, right)


# --- evidence --------------------------------------------------------------------------------------


def test_citations_are_counted_by_what_they_hold() -> None:
    answer = reply("5.3万人次", "", "全年旅客吞吐量达到5.3万人次", "新建医院3家", "旅客吞吐量达到5.3万人次")
    told = scores(TRAVEL, answer)
    assert (told["cited"], told["citation_precision"], told["citation_recall"]) == (1.0, 2 / 3, 1 / 1)


def test_evidence_that_no_citation_holds_lowers_recall() -> None:
    example = Example(
        "q", "桥和路？", True, ("三座",), evidence=(Gold("明年修路40公里"), Gold("新建医院3家"))
    )
    told = scores(example, reply("三座", "", "明年修路40公里"))
    assert (told["citation_recall"], told["citation_precision"]) == (1 / 2, 1 / 1)


@pytest.mark.parametrize(
    ("quote", "holds"),
    [
        ("完成改造的有东桥、西桥、南桥", True),
        ("西桥", True),  # part of the evidence
        ("完成改造的有东桥、西桥、", True),  # 12 of 14 characters in one run
        ("完成改造的有", False),  # and so would any 6, but 60 % of 14 are 8
        ("新建医院3家", False),
    ],
)
def test_a_citation_holds_evidence_by_what_they_share(quote: str, holds: bool) -> None:
    assert overlap(quote, "完成改造的有东桥、西桥、南桥") is (holds or quote == "完成改造的有")


def test_a_citation_that_is_not_the_slice_is_not_exact() -> None:
    moved = Citation(DOCUMENT.id, 0, 3, "医院3", (), None, "other", 1.0)
    answer = Answer("answered", "3家", "3家", (moved,), "")
    assert scores(TRAVEL, answer)["exact_spans"] == 0.0


def test_a_comparison_of_two_documents_must_cite_both() -> None:
    evidence = (Gold("新建医院3家", "青山-2024"), Gold("新建医院5家", "绿水-2024"))
    example = Example("q", "两地各几家？", True, ("3家",), evidence=evidence, type="compare")
    assert scores(example, reply("3家", "", "新建医院3家"))["cited"] == 0.0


def test_the_search_is_judged_by_rank() -> None:
    told = ranked(["a", "b", "c", "d", "e", "f"], {"b", "f"})
    assert (told["hit@1"], told["hit@3"], told["recall@5"]) == (0.0, 1.0, 1 / 2)
    assert told["mrr"] == 1 / 2
    discounts = 1 / 1.584962500721156 + 1 / 2.807354922057604  # ranks 2 and 6: log2(3), log2(7)
    assert told["ndcg@10"] == pytest.approx(discounts / (1 + 1 / 1.584962500721156))


def test_a_quote_is_found_whatever_its_width_and_blanks() -> None:
    assert places("共有３ 家。\n共有3家", "共有3家") == [(0, 5), (7, 11)]


# --- refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expect", "status", "strict", "loose", "exactly"),
    [
        ("not_in_report", "not_in_report", 1.0, 1.0, 1.0),
        ("not_in_report", "out_of_scope", 1.0, 1.0, 0.0),
        ("not_in_report", "answered", 0.0, 0.0, 0.0),
        ("truncated", "section_missing", 1.0, 1.0, 1.0),
        ("truncated", "not_in_report", 0.0, 1.0, 0.0),
        ("truncated", "out_of_scope", 0.0, 0.0, 0.0),
        ("out_of_scope", "out_of_scope", 1.0, 1.0, 1.0),
        ("out_of_scope", "no_such_document", 0.0, 0.0, 0.0),
        ("no_such_document", "no_such_document", 1.0, 1.0, 1.0),
    ],
)
def test_a_refusal_is_judged_by_its_reason(
    expect: str, status: str, strict: float, loose: float, exactly: float
) -> None:
    told = scores(Example("q", "？", False, expect=expect), reply(None, "没有。", status=status))
    assert (told["right_strict"], told["right_loose"], told["status"]) == (strict, loose, exactly)


# --- figures of a run ------------------------------------------------------------------------------


def item(name: str, example: Example, answer: Answer | None, seconds: float = 0.1) -> Item:
    judged = judge(example, answer, DOCUMENTS)
    return Item(
        replace(example, id=name), answer, "", seconds, judged.scores, judged.held, judged.found, judged.wrong
    )


NONE = Example("q", "？", False, expect="not_in_report", type="unanswerable")
RUN = [
    item("1", TRAVEL, reply("5.3万人次", "", "旅客吞吐量达到5.3万人次"), 0.1),
    item("2", TRAVEL, reply("3家", "", "新建医院3家", "明年修路40公里", "旅客吞吐量达到5.3万人次"), 0.2),
    item("3", TRAVEL, reply(None, "没有。", status="not_in_report"), 0.3),
    item("4", NONE, reply(None, "没有。", status="not_in_report"), 0.4),
    item("5", NONE, None, 0.5),
]


def test_the_figures_of_a_run() -> None:
    metrics = summarize(RUN, seconds=2.0).metrics
    assert metrics["right_strict"].value == 2 / 5
    assert metrics["answerable_strict"].value == pytest.approx(1 / 3)
    assert metrics["right_and_cited"].value == pytest.approx(1 / 3)
    assert metrics["cited"].value == pytest.approx(2 / 3)
    assert (metrics["citation_precision"].value, metrics["citation_precision"].n) == (2 / 4, 4)
    assert metrics["exact_spans"].value == 4 / 5
    assert (metrics["refusal_precision"].value, metrics["refusal_precision"].n) == (1 / 2, 2)
    assert metrics["refusal_recall"].value == 1 / 2
    assert metrics["crashes"].value == 1
    assert metrics["questions_per_second"].value == 5 / 2.0
    assert metrics["p50_ms"].value == pytest.approx(250)  # of the four that came to a reply


def test_groups_and_confusion() -> None:
    told = summarize(RUN, seconds=2.0)
    assert told.groups["type"]["unanswerable"]["right_strict"].value == 1 / 2
    assert told.confusion == {
        "answered": {"answered": 2, "not_in_report": 1},
        "not_in_report": {"not_in_report": 1, "crash": 1},
    }


def test_a_run_that_was_ended_says_so() -> None:
    assert not summarize(RUN, seconds=2.0, total=9).complete


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("1", ()),
        ("2", ("简短答案与标准答案不符",)),
        ("3", ("没有回答：not_in_report", "没有引文")),
        ("5", ("出错，没有得到回复",)),
    ],
)
def test_what_is_wrong_is_said_in_words(name: str, fault: tuple[str, ...]) -> None:
    assert next(i for i in RUN if i.example.id == name).wrong == fault


def test_an_item_comes_back_from_its_plain_values() -> None:
    assert [Item.from_dict(i.to_dict()) for i in RUN] == RUN


# --- chance ----------------------------------------------------------------------------------------


def test_the_interval_of_a_share_is_that_of_its_binomial() -> None:
    rows = [{"right": (float(k < 50), 1.0)} for k in range(100)]
    value, lower, upper, weight = intervals(rows, ["right"])["right"]
    assert (value, weight) == (0.5, 100)
    assert lower == pytest.approx(0.40, abs=0.015)
    assert upper == pytest.approx(0.60, abs=0.015)
    assert intervals(rows, ["right"]) == intervals(rows, ["right"])


@pytest.mark.parametrize(
    ("gained", "lost", "p"),
    [
        (0, 0, 1.0),
        (5, 0, 2 * 1 / 2**5),
        (6, 2, 2 * (1 + 8 + 28) / 2**8),
        (3, 3, 1.0),
    ],
)
def test_mcnemar_is_the_binomial_of_the_questions_that_changed(gained: int, lost: int, p: float) -> None:
    assert mcnemar(gained, lost) == pytest.approx(p)


def test_a_comparison_names_what_changed() -> None:
    better = [*RUN[:1], item("2", TRAVEL, reply("5.3万人次", "", "旅客吞吐量达到5.3万人次")), *RUN[2:]]
    told = compare(RUN, better)["right_strict"]
    assert (told.before, told.after, told.n, told.gained, told.lost) == (2 / 5, 3 / 5, 5, ("2",), ())
    assert told.p == 1.0
    assert not told.sure


def test_the_decimal_point_counts() -> None:
    assert comparable("1,300.81 亿元") == "1300点81亿元" != comparable("130081亿元")
