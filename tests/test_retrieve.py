"""Finding passages: BM25 by hand, fused with the vectors, never outside the documents asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa.datatypes import Passage
from qa.library import Library, Snapshot
from qa.retrieve import KeywordIndex, best, search, tokens
from tests.hashing import HashingEncoder
from tests.invented import invented_library


def passage(number: int, text: str, path: tuple[str, ...] = ()) -> Passage:
    return Passage(f"report/#{number}", "report", 0, len(text), text, path, "achieved", (2023,))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return invented_library(tmp_path_factory.mktemp("library"), HashingEncoder())


@pytest.fixture(scope="module")
def snapshot(library: Library) -> Snapshot:
    return library.snapshot()


def query(text: str) -> dict[str, float]:
    return dict.fromkeys(tokens(text), 1.0)


def found(snapshot: Snapshot, text: str, documents: list[str] | None = None, k: int = 24) -> list[str]:
    vector = HashingEncoder().encode_query([text])
    return [hit.passage.text for hit in search(query(text), vector, snapshot, documents=documents, k=k)]


# --- full text -------------------------------------------------------------------------------------


def test_characters_pairs_and_words_are_indexed() -> None:
    assert {"苗", "苗圃", "森林"} <= set(tokens("苗圃变森林"))


def test_only_passages_with_a_word_of_the_query_score() -> None:
    index = KeywordIndex([passage(0, "新建学校三所"), passage(1, "财政收入增长")])
    scores = index.scores(query("学校"))
    assert scores[0] > 0
    assert scores[1] == 0


def test_headings_are_indexed_with_their_passages() -> None:
    index = KeywordIndex([passage(0, "开工两座", ("医疗卫生",)), passage(1, "开工两座")])
    scores = index.scores(query("医疗"))
    assert scores[0] > 0
    assert scores[1] == 0


def test_half_the_weight_is_half_the_score() -> None:
    index = KeywordIndex([passage(0, "新建学校三所"), passage(1, "财政收入增长")])
    np.testing.assert_allclose(index.scores({"学校": 0.5}), 0.5 * index.scores({"学校": 1.0}))


def test_unknown_tokens_and_no_tokens_score_nothing() -> None:
    index = KeywordIndex([passage(0, "新建学校三所")])
    assert index.scores({"龘": 1.0}).tolist() == [0.0]
    assert index.scores({}).tolist() == [0.0]


def test_an_index_of_nothing_finds_nothing() -> None:
    assert KeywordIndex([]).scores(query("学校")).tolist() == []


@pytest.mark.parametrize("texts", [[], ["新建学校三所", "财政收入增长"]])
def test_an_index_read_back_scores_the_same(tmp_path: Path, texts: list[str]) -> None:
    index = KeywordIndex([passage(i, text) for i, text in enumerate(texts)])
    index.save(tmp_path)
    np.testing.assert_array_equal(
        KeywordIndex.load(tmp_path).scores(query("学校")), index.scores(query("学校"))
    )


def test_ties_go_to_the_lower_row() -> None:
    assert best(np.array([0.5, 0.9, 0.5, 0.9], np.float32), [3, 2, 1, 0], 3) == [1, 3, 0]


# --- the search ------------------------------------------------------------------------------------


def test_the_passage_with_the_words_comes_first(snapshot: Snapshot) -> None:
    assert "江鸥一号" in found(snapshot, "氢动力货船叫什么名字")[0]


def test_hits_fall_from_one_to_nothing(snapshot: Snapshot) -> None:
    vector = HashingEncoder().encode_query(["地区生产总值"])
    scores = [hit.score for hit in search(query("地区生产总值"), vector, snapshot)]
    assert scores == sorted(scores, reverse=True)
    assert 0.0 <= scores[-1] <= scores[0] <= 1.0


def test_no_more_are_found_than_asked_for_or_there_are(snapshot: Snapshot) -> None:
    assert len(found(snapshot, "地区生产总值", k=3)) == 3
    assert len(found(snapshot, "地区生产总值", k=10_000)) == len(snapshot.passages)


def test_a_filter_keeps_to_its_documents(snapshot: Snapshot) -> None:
    vector = HashingEncoder().encode_query(["氢动力货船"])
    hits = search(query("氢动力货船"), vector, snapshot, documents=["tongling-2024"])
    assert {hit.passage.document_id for hit in hits} == {"tongling-2024"}


@pytest.mark.parametrize("documents", [[], ["nowhere-2024"]])
def test_a_filter_that_matches_nothing_finds_nothing(snapshot: Snapshot, documents: list[str]) -> None:
    assert found(snapshot, "地区生产总值", documents) == []


def test_the_best_passage_of_the_filtered_documents_comes_first(snapshot: Snapshot) -> None:
    assert "地区生产总值达到198.7亿元" in found(snapshot, "地区生产总值达到多少亿元", ["tongling-2024"])[0]


def test_a_query_of_nothing_still_ranks_by_the_vectors(snapshot: Snapshot) -> None:
    text = snapshot.passages[0].text
    hits = search({}, HashingEncoder().encode_query([text]), snapshot)
    assert hits[0].passage.text == text


def test_the_same_query_finds_the_same(snapshot: Snapshot) -> None:
    assert found(snapshot, "新建学校多少所") == found(snapshot, "新建学校多少所")
