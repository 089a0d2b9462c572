"""The index against brute force: the same scores and rows, whatever was added, removed, filtered, stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from embeddings.errors import IndexFileError
from embeddings.index import FaissIndex, VectorIndex

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

DIM = 4
NONE = np.array([], np.int64)


def brute_force(held: Vectors, queries: Vectors, k: int, rows: Rows | None = None) -> tuple[Vectors, Rows]:
    """What a search must return: every score computed, sorted best first, of equals the lower row."""
    rows = np.arange(len(held)) if rows is None else np.unique(rows)
    scores = queries @ held[rows].T
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(scores, order, axis=1), rows[order]


def index_of(vectors: Vectors) -> FaissIndex:
    index = FaissIndex(vectors.shape[1])
    index.add(vectors)
    return index


def vectors(least: int = 0, most: int = 60) -> st.SearchStrategy[Vectors]:
    """Small whole numbers: their products are exact, and ties are everywhere."""
    shape = st.tuples(st.integers(least, most), st.just(DIM))
    return arrays.arrays(np.float32, shape, elements=st.integers(-2, 2))


@given(held=vectors(), queries=vectors(most=25), k=st.integers(0, 70))
@settings(deadline=None)
def test_search_is_brute_force(held: Vectors, queries: Vectors, k: int) -> None:
    scores, rows = index_of(held).search(queries, k)
    expected_scores, expected_rows = brute_force(held, queries, k)
    assert (scores.dtype.name, rows.dtype.name) == ("float32", "int64")
    assert scores.tolist() == expected_scores.tolist()
    assert rows.tolist() == expected_rows.tolist()


@given(held=vectors(least=1), queries=vectors(most=25), k=st.integers(0, 70), data=st.data())
@settings(deadline=None)
def test_a_filtered_search_is_brute_force_over_those_rows(
    held: Vectors, queries: Vectors, k: int, data: st.DataObject
) -> None:
    among = np.array(data.draw(st.lists(st.integers(0, len(held) - 1))), np.int64)
    scores, rows = index_of(held).search(queries, k, among)
    expected_scores, expected_rows = brute_force(held, queries, k, among)
    assert scores.tolist() == expected_scores.tolist()
    assert rows.tolist() == expected_rows.tolist()


@given(held=vectors(least=1), more=vectors(), queries=vectors(least=1, most=3), data=st.data())
@settings(deadline=None)
def test_removed_rows_are_gone_and_later_ones_move_up(
    held: Vectors, more: Vectors, queries: Vectors, data: st.DataObject
) -> None:
    gone = np.array(data.draw(st.lists(st.integers(0, len(held) - 1))), np.int64)
    index = index_of(held)
    index.remove(gone)
    index.add(more)
    left = np.vstack([np.delete(held, gone, axis=0), more])
    assert len(index) == len(left)
    assert index.search(queries, 9)[1].tolist() == brute_force(left, queries, 9)[1].tolist()


def test_scores_of_real_numbers_are_inner_products() -> None:
    random = np.random.default_rng(7)
    held = random.normal(size=(3000, 384)).astype(np.float32)
    held /= np.linalg.norm(held, axis=1, keepdims=True)
    scores, rows = index_of(held).search(held[:50], 10)
    expected_scores, expected_rows = brute_force(held, held[:50], 10)
    assert np.abs(scores - expected_scores).max() < 1e-6
    assert rows.tolist() == expected_rows.tolist()
    assert rows[:, 0].tolist() == list(range(50))


def test_one_hundred_equal_vectors_come_in_the_order_of_their_rows() -> None:
    index = index_of(np.ones((100, DIM), np.float32))
    assert index.search(np.ones((1, DIM), np.float32), 5)[1].tolist() == [[0, 1, 2, 3, 4]]


def test_an_empty_index_finds_nothing() -> None:
    scores, rows = FaissIndex(DIM).search(np.ones((2, DIM), np.float32), 5)
    assert (scores.shape, rows.shape) == ((2, 0), (2, 0))


def test_an_empty_filter_finds_nothing() -> None:
    scores, rows = index_of(np.eye(DIM, dtype=np.float32)).search(np.ones((2, DIM), np.float32), 5, NONE)
    assert (scores.shape, rows.shape) == ((2, 0), (2, 0))


@given(held=vectors())
def test_the_vectors_held_can_be_had_back(held: Vectors) -> None:
    assert index_of(held).vectors().tolist() == held.tolist()


def test_a_row_that_is_not_held_is_refused() -> None:
    index = index_of(np.eye(DIM, dtype=np.float32))
    with pytest.raises(ValueError, match="the index holds 4"):
        index.search(np.ones((1, DIM), np.float32), 1, np.array([4]))
    with pytest.raises(ValueError, match="the index holds 4"):
        index.remove(np.array([-1]))


@pytest.mark.parametrize("shape", [(2, DIM + 1), (DIM,), (1, 2, DIM)])
def test_vectors_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"expected shape \(n, 4\)"):
        FaissIndex(DIM).add(np.ones(shape, np.float32))


def test_vectors_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        FaissIndex(DIM).add(np.full((1, DIM), np.nan, np.float32))


# On disk ------------------------------------------------------------------------------------------------


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """An index of four vectors, in a folder with a Chinese name."""
    path = tmp_path / "问政 索引" / "向量.index"
    path.parent.mkdir()
    index_of(np.eye(DIM, dtype=np.float32)).save(path)
    return path


def test_an_index_comes_back_as_it_was(stored: Path) -> None:
    index: VectorIndex = FaissIndex.load(stored)
    scores, rows = index.search(np.array([[0, 0, 1, 0.5]], np.float32), 2)
    assert (len(index), scores.tolist(), rows.tolist()) == (4, [[1.0, 0.5]], [[2, 3]])


def test_a_loaded_index_can_be_changed_and_stored_again(stored: Path) -> None:
    index = FaissIndex.load(stored)
    index.remove(np.array([0]))
    index.add(np.full((2, DIM), 0.5, np.float32))
    index.save(stored)
    assert len(FaissIndex.load(stored)) == 5
    assert [path.name for path in stored.parent.iterdir()] == ["向量.index"]


def test_an_empty_index_comes_back_empty(tmp_path: Path) -> None:
    FaissIndex(DIM).save(tmp_path / "index")
    index = FaissIndex.load(tmp_path / "index")
    assert (len(index), index.dim) == (0, DIM)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "不是本程序的向量索引"),
        (b"%PDF-1.7", "不是本程序的向量索引"),
        (b"wenzheng vectors 1\n", "已损坏或不完整"),
        (b"wenzheng vectors 1\n" + bytes(500), "已损坏或不完整"),
    ],
)
def test_a_foreign_file_is_refused(content: bytes, message: str, stored: Path) -> None:
    stored.write_bytes(content)
    with pytest.raises(IndexFileError, match=message):
        FaissIndex.load(stored)


@given(cut=st.integers(1, 150))
def test_a_truncated_file_is_refused(cut: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("cut") / "index"
    index_of(np.eye(DIM, dtype=np.float32)).save(path)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(IndexFileError):
        FaissIndex.load(path)


@given(at=st.integers(0, 150), bit=st.integers(0, 7))
def test_a_file_with_one_wrong_bit_is_refused(
    at: int, bit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("bit") / "index"
    index_of(np.eye(DIM, dtype=np.float32)).save(path)
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 1 << bit
    path.write_bytes(content)
    with pytest.raises(IndexFileError):
        FaissIndex.load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexFileError, match="没有"):
        FaissIndex.load(tmp_path / "没有")


def test_saving_that_fails_leaves_the_last_good_file(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        FaissIndex(DIM).save(stored)
    assert len(FaissIndex.load(stored)) == 4
    assert [path.name for path in stored.parent.iterdir()] == ["向量.index"]
