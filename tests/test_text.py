import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text import Span, clauses, fold, grams, is_word, sentences, simplified, tagged, words

# Characters of reports and of what people paste: ASCII, punctuation, Han, full and half width, any plane.
WRITTEN = st.one_of(
    st.sampled_from("0123456789aZ .,:;!?()。，；：！？、“”《》（）\n\t\u3000"),
    st.characters(min_codepoint=0x2000, max_codepoint=0x2E7F),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF, exclude_characters="薴"),
    st.characters(min_codepoint=0xFF01, max_codepoint=0xFF5E),
    st.characters(min_codepoint=0x10000),
)
TEXTS = st.text(WRITTEN, max_size=60)


def lost(text: str, spans: list[Span]) -> str:
    """The characters of ``text`` outside ``spans``, which follow each other and hold something."""
    at, outside = 0, ""
    for start, end in spans:
        assert at <= start < end <= len(text)
        outside += text[at:start]
        at = end
    return outside + text[at:]


def cut(text: str, spans: list[Span]) -> list[str]:
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("２０２６年ＧＤＰ", "2026年gdp"),
        ("綠道與公園", "绿道与公园"),
        ("“一核”「兩翼」", '"一核""两翼"'),
        ("６％—７％", "6%-7%"),
        ("（一）住房：開工！", "(一)住房:开工!"),
        ("李•明・王", "李·明·王"),
        ("面积3㎡", "面积3㎡"),
        ("\ud800公園", "\ud800公园"),
        ("", ""),
    ],
)
def test_fold_gives_each_character_one_form(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(st.text(st.characters()))
def test_fold_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(TEXTS)
def test_fold_of_folded_text_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("綠道里程", "绿道里程"),
        ("人工智慧產業", "人工智慧产业"),
        ("去年新增學位", "去年新增学位"),
        ("網路零售額", "网路零售额"),
    ],
)
def test_traditional_script_becomes_simplified_and_keeps_its_words(text: str, expected: str) -> None:
    assert simplified(text) == expected


def test_simplified_script_stays_as_it_is() -> None:
    assert simplified("“数字政府”ＡＢＣ，新增 36 座。") == "“数字政府”ＡＢＣ，新增 36 座。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("公园建成。绿道开工！", ["公园建成。", "绿道开工！"]),
        ("他说：“建成了。”随后离开。", ["他说：“建成了。”", "随后离开。"]),
        ("一、回顾\n\n　　过去一年平稳。", ["一、回顾", "过去一年平稳。"]),
        ("文字在中间断", ["文字在中间断"]),
        ("增长5.1%？是的", ["增长5.1%？", "是的"]),
        (" \n\t", []),
        ("", []),
    ],
)
def test_sentences_end_with_their_marks(text: str, expected: list[str]) -> None:
    assert cut(text, list(sentences(text))) == expected


def test_sentences_of_a_stretch_keep_the_offsets_of_the_text() -> None:
    assert list(sentences("甲。乙丙。丁。", 2, 5)) == [(2, 5)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("公园36座，绿道5公里；全部开放。", ["公园36座", "绿道5公里", "全部开放"]),
        ("面积1,000亩,其中林地20亩。", ["面积1,000亩", "其中林地20亩"]),
        ("建成“一核、两轴，三带”格局，成效明显。", ["建成“一核、两轴，三带”格局", "成效明显"]),
        ("出台《条例，试行》，施行。", ["出台《条例，试行》", "施行"]),
        ("新建公园（含续建，共8处），开放。", ["新建公园（含续建，共8处）", "开放"]),
        ("预期目标：增长5%", ["预期目标", "增长5%"]),
        ("8:30开工", ["8:30开工"]),
        ("，，。", []),
    ],
)
def test_clauses_stand_between_marks_but_not_inside_names_and_numbers(text: str, expected: list[str]) -> None:
    assert cut(text, list(clauses(text))) == expected


def test_clauses_of_a_stretch_keep_the_offsets_of_the_text() -> None:
    assert list(clauses("甲，乙。丙，丁戊。", 4, 9)) == [(4, 5), (6, 8)]


@given(TEXTS)
def test_sentences_lose_nothing_but_blanks(text: str) -> None:
    assert not lost(text, list(sentences(text))).strip()


@given(TEXTS)
def test_clauses_lose_nothing_but_marks_and_blanks(text: str) -> None:
    assert not lost(text, list(clauses(text))).translate(dict.fromkeys(map(ord, "，；;：:,。！？!?"))).strip()


@given(TEXTS)
def test_every_clause_lies_in_one_sentence(text: str) -> None:
    whole = list(sentences(text))
    assert all(any(a <= start and end <= b for a, b in whole) for start, end in clauses(text))


def test_words_are_folded_and_without_marks() -> None:
    assert words("Ｃ９１９首飛，增長５．１％。") == ["c919", "首飞", "增长", "5.1%"]


def test_long_words_bring_their_parts() -> None:
    assert set(words("公共图书馆")) >= {"公共", "图书", "图书馆"}


def test_grams_are_characters_and_pairs_with_latin_and_digits_whole() -> None:
    assert grams("綠道100 GDP") == ["绿", "道", "绿道", "100", "gdp"]


@pytest.mark.parametrize("text", ["", " ", "，。！", "\n"])
def test_text_without_words_has_neither_words_nor_grams(text: str) -> None:
    assert (words(text), grams(text)) == ([], [])


def test_tags_tell_nouns_from_verbs() -> None:
    assert tagged("建成公園") == [("建成", "v"), ("公园", "n")]


@given(TEXTS)
def test_tagged_words_join_to_the_folded_text(text: str) -> None:
    assert "".join(word for word, _ in tagged(text)) == fold(text)


@pytest.mark.parametrize(("text", "known"), [("公园", True), ("园公", False), ("", False)])
def test_is_word_asks_the_dictionary(text: str, known: bool) -> None:
    assert is_word(text) is known
