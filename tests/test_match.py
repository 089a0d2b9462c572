import pytest

from qa.match import FOUND, Matcher, found
from qa.question import Term

TEXT = "新建公园36座,整治违法建筑。粮食播种面积扩大,产量稳定。地区生产总值增长5%。"
PARK, HOSPITAL = Term("公园"), Term("医院")


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (Term("公园"), 1.0),
        (Term("gdp", ("国内生产总值", "地区生产总值")), 0.95),
        (Term("违建"), 0.6),
        (Term("粮食产量"), 0.7),
        (Term("违法建筑整治"), 0.9),  # the text prints 违法建筑, and 整治 before it
        (Term("医院"), 0.0),
        (Term("体育馆", ("运动场",)), 0.0),
    ],
)
def test_a_term_is_found_as_written_by_another_name_or_in_pieces(term: Term, expected: float) -> None:
    assert found(term, TEXT) == expected


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("公园绿地面积", "公共绿化工程"),
        ("进出口", "外贸出口增长7%"),
        ("单位地区生产总值能耗", "单位地区生产总值用水量下降3%"),
        ("人均地区生产总值", "地区生产总值增长5%"),
        ("农村居民人均可支配收入", "居民人均可支配收入5万元"),
    ],
)
def test_a_piece_that_leaves_out_what_tells_it_apart_is_no_find(term: str, text: str) -> None:
    assert found(Term(term), text) < FOUND


def test_latin_words_are_found_whole() -> None:
    assert found(Term("c919"), "c918首飞") == 0.0


def test_a_term_that_stands_everywhere_tells_little() -> None:
    common, rare = Matcher([PARK, HOSPITAL], ["公园", "公园医院", "公园"]).weights
    assert common == pytest.approx(0.3 + 0.7 * (1 - 0.7924812503605781))  # log 3 / log 4
    assert rare == pytest.approx(1.0)


def test_an_absent_noun_weighs_more_than_an_absent_verb() -> None:
    assert Matcher([HOSPITAL, Term("揭牌", noun=False)], ["公园"]).weights == (1.0, 0.35)


def test_the_weight_of_a_term_counts() -> None:
    assert Matcher([Term("医院", weight=0.5)], ["公园"]).weights == (0.5,)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([("公园医院", 1.0)], 1.0),
        ([("公园", 1.0)], 0.5),
        ([("公园", 0.5)], 0.25),
        ([("公园", 0.5), ("公园", 0.8)], 0.4),
        ([("公园", 1.0), ("医院", 0.5)], 0.75),
        ([("学校", 1.0)], 0.0),
        ([], 0.0),
    ],
)
def test_a_match_is_the_share_of_the_question_that_is_found(
    fields: list[tuple[str, float]], expected: float
) -> None:
    assert Matcher([PARK, HOSPITAL], [])(*fields) == pytest.approx(expected)


def test_a_question_without_terms_matches_nothing() -> None:
    assert Matcher([], ["公园"])(("公园", 1.0)) == 0.0


def test_missing_names_the_nouns_that_no_text_holds() -> None:
    matcher = Matcher([PARK, HOSPITAL, Term("揭牌", noun=False)], [])
    assert matcher.missing("新建公园", "开放绿道") == (HOSPITAL,)


def test_a_noun_under_another_name_is_not_missing() -> None:
    assert Matcher([Term("gdp", ("地区生产总值",))], []).missing("地区生产总值增长") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("公园", 1.0),
        ("大公园里", 0.5),
        ("公园,医院。", 1.0),
        ("公园和公园", 0.8),
        ("学校", 0.0),
        (",。", 0.0),
        ("", 0.0),
    ],
)
def test_covered_is_the_share_of_a_text_that_the_question_accounts_for(text: str, expected: float) -> None:
    assert Matcher([PARK, HOSPITAL], []).covered(text) == pytest.approx(expected)
