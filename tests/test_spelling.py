import pytest

from qa.spelling import Speller


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(["建设国际邮轮母港。推进充电桩建设,新增养老床位800张。集成电路产业规模扩大。"])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("养佬床位有多少张？", "养老床位有多少张？"),
        ("充店桩多少个？", "充电桩多少个？"),
        ("机成电路产业规模多大？", "集成电路产业规模多大？"),
        ("邮伦母港在哪里？", "邮轮母港在哪里？"),
    ],
)
def test_a_homophone_of_what_the_texts_print_is_mended(
    speller: Speller, question: str, expected: str
) -> None:
    assert speller.correct(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "新增养老床位多少张？",  # as the texts print it
        "图书馆有多少座？",  # not in the texts, but words
        "瞿犇淼是谁？",  # sounds like nothing there
        "How many beds?",
        "ＣＢＤ　２０２６",
        "",
    ],
)
def test_what_is_no_error_stays_as_it_is(speller: Speller, question: str) -> None:
    assert speller.correct(question) == question


def test_the_rest_of_the_question_keeps_its_form(speller: Speller) -> None:
    assert speller.correct("ＡＩ：充店桩，“多少”個？") == "ＡＩ：充电桩，“多少”個？"


def test_a_speller_without_texts_mends_nothing() -> None:
    assert Speller([]).correct("充店桩多少个？") == "充店桩多少个？"


def test_words_that_sound_alike_are_named(speller: Speller) -> None:
    assert speller.alike("游轮") == ("邮轮",)


@pytest.mark.parametrize("word", ["邮轮", "公园", "充电桩", "轮", "ab", ""])
def test_nothing_is_alike_to_a_printed_a_foreign_or_a_longer_word(speller: Speller, word: str) -> None:
    assert speller.alike(word) == ()
