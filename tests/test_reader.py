"""The reader that ships: spans exact to the character, silence where nothing answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa import load_reader
from qa.errors import ReaderError
from qa.reader import Reader
from qa.reader.neural import rounded
from qa.reader.weights import SHIPPED

MARKET = "去年，青山县新建农贸市场6个，改造提升21个，新增停车位1800个。"
BRIDGE = "跨江大桥于2021年5月在临河镇开工，由省路桥集团承建，总投资32亿元。"
THEATRE = "大剧院上演原创话剧《春江潮》等作品47部，观众超过12万人次。"


@pytest.fixture(scope="module")
def reader(model_cache: Path) -> Reader:
    """The reader that ships, loaded once."""
    return load_reader(model_cache)


@pytest.mark.parametrize(
    ("question", "passage", "answer"),
    [
        ("青山县新增了多少个停车位？", MARKET, "1800个"),
        ("改造提升农贸市场多少个？", MARKET, "21个"),
        ("跨江大桥由谁承建？", BRIDGE, "省路桥集团"),
        ("跨江大桥什么时候开工？", BRIDGE, "2021年5月"),
        ("上演了哪部原创话剧？", THEATRE, "《春江潮》"),
    ],
)
def test_the_answer_is_found(reader: Reader, question: str, passage: str, answer: str) -> None:
    assert [span.text for span in reader.read(question, [passage])] == [answer]


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("青山县新建学校多少所？", MARKET),
        ("跨江大桥有多少个桥墩？", BRIDGE),
        ("图书馆藏书多少册？", THEATRE),
        ("", MARKET),
    ],
)
def test_a_passage_that_does_not_say_gives_nothing(reader: Reader, question: str, passage: str) -> None:
    assert reader.read(question, [passage]) == []


def test_of_several_passages_the_one_that_answers_comes_first(reader: Reader) -> None:
    best = reader.read("跨江大桥总投资多少？", [MARKET, THEATRE, BRIDGE])[0]
    assert (best.passage, best.text) == (2, "32亿元")


SHIP = "该船在湖上停运三年，船主把它改建成水上图书馆。因为燃油涨价，渡轮难以为继，于是停航。"


@pytest.mark.parametrize(
    ("question", "read", "given"),
    [
        ("渡轮后来成了什么？", "改建成水上图书馆", "船主把它改建成水上图书馆"),  # all but a few of its clause
        ("它为什么停航？", "燃油涨价，渡轮难以为继", "因为燃油涨价，渡轮难以为继，于是停航"),
        ("停航是因为什么原因？", "燃油涨价", "燃油涨价"),  # a name, or as good as one
        ("谁改建了渡轮？", "船主把它改建成水上图书馆", "船主把它改建成水上图书馆"),
        ("船停了多少年？", "在湖上停运三年", "在湖上停运三年"),
    ],
)
def test_a_long_answer_is_given_by_the_clause_or_sentence(question: str, read: str, given: str) -> None:
    start = SHIP.index(read)
    assert SHIP[slice(*rounded(question, SHIP, start, start + len(read)))] == given


def test_a_clause_that_holds_much_more_than_the_answer_is_left() -> None:
    passage = "该市去年获评国家历史文化名城并入选全国旅游休闲城市名单。"
    start = passage.index("国家历史文化名城")
    assert rounded("该市获评什么？", passage, start, start + 8) == (start, start + 8)


@pytest.mark.parametrize("passages", [[], [""], ["", " \n\u3000"]])
def test_nothing_is_read_from_blank_passages(reader: Reader, passages: list[str]) -> None:
    assert reader.read("新建了多少个农贸市场？", passages) == []


def test_an_answer_far_down_a_long_passage_is_found(reader: Reader) -> None:
    passage = THEATRE * 60 + BRIDGE
    (span,) = reader.read("跨江大桥总投资多少？", [passage])
    assert (span.text, span.start) == ("32亿元", passage.index("32亿元"))


def test_blanks_and_full_width_characters_keep_their_places(reader: Reader) -> None:
    passage = "　去年 ， 青山县新建农贸市场 ６ 个，新增停车位 １８００个 。"
    (span,) = reader.read("青山县新增了多少个停车位？", [passage])
    assert passage[span.start : span.end] == span.text == "１８００个"


def test_a_passage_reads_the_same_whatever_is_beside_it(reader: Reader) -> None:
    question = "改造提升农贸市场多少个？"
    (alone,) = reader.read(question, [MARKET])
    beside = [span for span in reader.read(question, [MARKET, BRIDGE * 9, THEATRE]) if span.passage == 0]
    assert beside == [alone]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=st.text("多少新建 ？?２a🚗\ud800", max_size=12),
    passages=st.lists(st.text("新增6个，。学校 \n　“”１０％km²e\u0301🚗\ud800", max_size=40), max_size=3),
)
def test_every_span_is_the_slice_that_it_says(reader: Reader, question: str, passages: list[str]) -> None:
    spans = reader.read(question, passages)
    assert [span.text for span in spans] == [passages[span.passage][span.start : span.end] for span in spans]
    assert all(span.text and 0 <= span.score <= 1 for span in spans)
    assert [span.score for span in spans] == sorted((span.score for span in spans), reverse=True)


def test_missing_weights_are_named(model_cache: Path, tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match=r"none\.safetensors"):
        load_reader(model_cache, tmp_path / "none.safetensors")


@pytest.mark.parametrize("cut", [10, 5_000, -1_000])
def test_weights_cut_short_are_told(model_cache: Path, tmp_path: Path, cut: int) -> None:
    broken = tmp_path / "reader.safetensors"
    broken.write_bytes(SHIPPED.read_bytes()[:cut])
    with pytest.raises(ReaderError, match="已损坏或不完整"):
        load_reader(model_cache, broken)


def test_a_single_wrong_byte_in_the_weights_is_told(model_cache: Path, tmp_path: Path) -> None:
    content = bytearray(SHIPPED.read_bytes())
    content[-1000] ^= 1
    broken = tmp_path / "reader.safetensors"
    broken.write_bytes(content)
    with pytest.raises(ReaderError, match="已损坏"):
        load_reader(model_cache, broken)


def test_weights_of_another_encoder_are_refused(model_cache: Path, tmp_path: Path) -> None:
    content = SHIPPED.read_bytes()
    foreign = tmp_path / "reader.safetensors"
    foreign.write_bytes(content.replace(b"multilingual-e5-small", b"multilingual-e5-other", 1))
    with pytest.raises(ReaderError, match="不属于本版本的内置模型"):
        load_reader(model_cache, foreign)
