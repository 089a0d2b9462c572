"""The library on disk: what is added is found; nothing broken, foreign or half-written is ever trusted."""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import qa.library
from embeddings.errors import EncoderError
from qa.errors import DocumentError, LibraryError
from qa.library import Library, Snapshot, default_library, seed_folder
from tests.hashing import HashingEncoder

REPOSITORY = Path(__file__).parents[1]

EAST = """2024年东湖区政府工作报告

一、2023年工作回顾
全区生产总值达到1200亿元，增长5.5%。新建公园12座。

二、2024年主要任务
新建学校3所，改造老旧小区40个。
"""
WEST = """2024年西山区政府工作报告

一、2023年工作回顾
新增就业5.2万人。建成地铁8公里。
"""


class CountingEncoder(HashingEncoder):
    """Remembers every passage that it embedded."""

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def encode_document(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        return super().encode_document(texts)


class OtherEncoder(HashingEncoder):
    name = "another"
    digest = "another-encoder-1"


@pytest.fixture
def east(tmp_path: Path) -> Path:
    path = tmp_path / "east-2024.txt"
    path.write_text(EAST, encoding="utf-8")
    return path


@pytest.fixture
def west(tmp_path: Path) -> Path:
    path = tmp_path / "west-2024.txt"
    path.write_text(WEST, encoding="utf-8")
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def built(home: Path, east: Path) -> Path:
    """A home with one document, indexed."""
    open_library(home).add(east)
    return home


def open_library(home: Path) -> Library:
    return Library(home, HashingEncoder)


def nearest(library: Library, text: str) -> str:
    """The text of the passage whose vector is nearest."""
    snapshot = library.snapshot()
    rows = snapshot.vectors.search(library.encoder.encode_query([text]), 1)[1]
    return snapshot.passages[int(rows[0, 0])].text


INDEX = Path("index", HashingEncoder.digest[:16])


def index_folder(home: Path) -> Path:
    """The one folder of the hashing encoder's index."""
    (folder,) = (path for path in (home / INDEX).iterdir() if path.is_dir())
    return folder


def assert_sound(library: Library, snapshot: Snapshot) -> None:
    """Every row is the vector of its passage, and every passage a slice of its document."""
    wanted = library.encoder.encode_document([passage.text for passage in snapshot.passages])
    np.testing.assert_array_equal(snapshot.vectors.vectors(), wanted)
    assert [snapshot.documents[p.document_id].text[p.start : p.end] for p in snapshot.passages] == [
        p.text for p in snapshot.passages
    ]


# --- adding and removing ---------------------------------------------------------------------------


def test_an_added_document_is_found_by_vectors_and_by_words(home: Path, east: Path) -> None:
    library = open_library(home)
    document = library.add(east)
    assert document.id == "east-2024"
    assert document.text == EAST
    assert "新建公园12座。" in nearest(library, "新建公园12座")
    scores = library.keywords.scores({"学校": 1.0})
    assert "新建学校3所" in library.passages[int(scores.argmax())].text


def test_a_document_is_kept_byte_for_byte(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "crlf.txt"
    path.write_bytes(b"\xef\xbb\xbf" + EAST.replace("\n", "\r\n").encode())
    open_library(home).add(path)
    assert (home / "documents" / "crlf.txt").read_bytes() == path.read_bytes()


def test_documents_come_with_their_figures(built: Path) -> None:
    figures = open_library(built).documents["east-2024"].figures
    assert "1200亿元" in [figure.value for figure in figures]


def test_documents_need_no_encoder(built: Path) -> None:
    def forbidden() -> HashingEncoder:
        raise AssertionError("the encoder was loaded")

    assert list(Library(built, forbidden).documents) == ["east-2024"]


def test_the_same_bytes_again_change_nothing(
    built: Path, east: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = (built / INDEX / "manifest.json").stat()
    with caplog.at_level(logging.INFO, "wenzheng"):
        open_library(built).add(east)
    assert (built / INDEX / "manifest.json").stat() == before
    assert caplog.messages == ["east-2024：内容相同，未改动"]


def test_other_bytes_under_the_same_id_replace_the_document(
    built: Path, east: Path, caplog: pytest.LogCaptureFixture
) -> None:
    east.write_text(EAST.replace("12座", "15座"), encoding="utf-8")
    library = open_library(built)
    with caplog.at_level(logging.INFO, "wenzheng"):
        library.add(east)
    assert "新建公园15座。" in nearest(library, "新建公园")
    assert caplog.messages == ["east-2024：已替换"]


def test_two_files_of_one_name_are_refused_and_none_is_added(home: Path, east: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / east.name
    other.write_text(WEST, encoding="utf-8")
    library = open_library(home)
    with pytest.raises(DocumentError, match="都叫“east-2024”"):
        library.add_all([east, other])
    assert not library.documents


def test_one_unreadable_file_among_several_adds_none(home: Path, east: Path, tmp_path: Path) -> None:
    library = open_library(home)
    with pytest.raises(DocumentError):
        library.add_all([east, tmp_path / "missing.txt"])
    assert not library.documents


def test_a_removed_document_is_gone_from_disk_and_index(built: Path, west: Path) -> None:
    library = open_library(built)
    library.add(west)
    library.remove("east-2024")
    assert [path.name for path in (built / "documents").iterdir()] == ["west-2024.txt"]
    assert {passage.document_id for passage in library.passages} == {"west-2024"}


def test_removing_an_unknown_document_removes_none(built: Path) -> None:
    library = open_library(built)
    with pytest.raises(DocumentError, match="库中没有文档“north”。现有：east-2024。"):
        library.remove("east-2024", "north")
    assert list(library.documents) == ["east-2024"]


def test_an_empty_library_has_an_empty_snapshot(home: Path) -> None:
    snapshot = open_library(home).snapshot()
    assert (dict(snapshot.documents), snapshot.passages, len(snapshot.vectors)) == ({}, (), 0)


def test_vectors_of_unchanged_documents_are_reused(built: Path, west: Path) -> None:
    encoder = CountingEncoder()
    library = Library(built, lambda: encoder)
    library.add(west)
    assert encoder.embedded == [p.text for p in library.passages if p.document_id == "west-2024"]


def test_removing_a_document_embeds_nothing(built: Path, west: Path) -> None:
    open_library(built).add(west)
    encoder = CountingEncoder()
    Library(built, lambda: encoder).remove("east-2024")
    assert encoder.embedded == []


def test_the_way_to_a_library_does_not_show_in_it(
    built: Path, tmp_path: Path, east: Path, west: Path
) -> None:
    grown = open_library(built)
    grown.add(west)
    at_once = open_library(tmp_path / "at-once")
    at_once.add_all([west, east])
    assert grown.passages == at_once.passages
    np.testing.assert_array_equal(grown.vectors.vectors(), at_once.vectors.vectors())


def test_an_encoder_that_cannot_be_loaded_is_a_library_error(home: Path, east: Path) -> None:
    def broken() -> HashingEncoder:
        raise EncoderError("无法加载模型 x")

    with pytest.raises(LibraryError, match="无法加载模型 x"):
        Library(home, broken).add(east)


# --- opening ---------------------------------------------------------------------------------------


def test_an_index_that_matches_is_loaded_and_not_rebuilt(
    built: Path, caplog: pytest.LogCaptureFixture
) -> None:
    encoder = CountingEncoder()
    with caplog.at_level(logging.INFO, "wenzheng"):
        library = Library(built, lambda: encoder)
        assert_sound(library, library.snapshot())
    assert caplog.messages == []
    assert library.faults() == []


def test_an_open_library_sees_what_another_process_added(built: Path, west: Path) -> None:
    library = open_library(built)
    before = library.snapshot()
    open_library(built).add(west)
    assert list(before.documents) == ["east-2024"]
    assert list(library.snapshot().documents) == ["east-2024", "west-2024"]


def test_nothing_is_loaded_twice_while_nothing_changes(built: Path) -> None:
    library = open_library(built)
    assert library.snapshot() is library.snapshot()


INDEX_FILES = [
    "vectors.faiss",
    "rows.json",
    "keywords/bm25.json",
    "keywords/data.csc.index.npy",
    "keywords/indices.csc.index.npy",
    "keywords/indptr.csc.index.npy",
    "keywords/params.index.json",
    "keywords/vocab.index.json",
]


def test_the_list_of_index_files_is_complete(built: Path) -> None:
    folder = index_folder(built)
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert found == sorted(INDEX_FILES)


@pytest.mark.parametrize("harm", ["truncated", "altered", "missing", "empty"])
@pytest.mark.parametrize("name", INDEX_FILES)
def test_a_broken_index_file_is_noticed_and_rebuilt(
    built: Path, name: str, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = index_folder(built) / name
    content = path.read_bytes()
    path.unlink()
    match harm:
        case "truncated":
            path.write_bytes(content[:-1])
        case "altered":
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        case "empty":
            path.write_bytes(b"")
    assert open_library(built).faults() == [f"索引文件缺失或损坏（{name}）"]
    library = open_library(built)
    with caplog.at_level(logging.INFO, "wenzheng"):
        assert_sound(library, library.snapshot())
    assert caplog.messages == [f"重建索引：索引文件缺失或损坏（{name}）"]
    assert open_library(built).faults() == []
    assert index_folder(built) != path.parent


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe\x00",
        b"{}",
        b'{"format": 1}',
        b'{"format": 1, "encoder": 3}',
    ],
)
def test_a_foreign_manifest_is_not_trusted(built: Path, content: bytes) -> None:
    (built / INDEX / "manifest.json").write_bytes(content)
    library = open_library(built)
    assert len(library.faults()) == 1
    assert_sound(library, library.snapshot())
    assert open_library(built).faults() == []


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("format", 0, "索引的格式有变"),
        ("encoder", {"name": "e5", "dim": 256, "digest": "1"}, "模型由 e5 换成 hashed-bigrams"),
        ("encoder", {"name": "hashed-bigrams", "dim": 256, "digest": "0"}, "模型 hashed-bigrams 的权重有变"),
        ("code", "0", "程序读取和切分报告的方式有更新"),
        ("packages", {}, "依赖有更新："),
        ("documents", {"north": "0"}, "文档有变动（east-2024、north）"),
        ("folder", "elsewhere", "索引文件缺失或损坏"),
        ("folder", None, "索引清单 manifest.json 已损坏"),
        ("files", {}, "索引文件缺失或损坏"),
        ("files", [1], "索引清单 manifest.json 已损坏"),
    ],
)
def test_an_index_made_from_something_else_is_rebuilt(
    built: Path, key: str, value: object, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = built / INDEX / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {key: value}), encoding="utf-8")
    library = open_library(built)
    with caplog.at_level(logging.INFO, "wenzheng"):
        assert_sound(library, library.snapshot())
    (message,) = caplog.messages
    assert message.startswith(f"重建索引：{reason}")
    assert open_library(built).faults() == []


def test_another_encoder_has_an_index_of_its_own(built: Path, caplog: pytest.LogCaptureFixture) -> None:
    other = Library(built, OtherEncoder)
    assert_sound(other, other.snapshot())
    assert Library(built, OtherEncoder).faults() == []
    assert open_library(built).faults() == []


def test_a_file_put_into_documents_by_hand_is_indexed(built: Path, west: Path) -> None:
    library = open_library(built)
    library.snapshot()
    shutil.copy(west, built / "documents")
    assert list(library.snapshot().documents) == ["east-2024", "west-2024"]


def test_a_document_changed_by_hand_is_indexed_anew(built: Path) -> None:
    path = built / "documents" / "east-2024.txt"
    path.write_text(EAST.replace("12座", "15座"), encoding="utf-8")
    assert "新建公园15座。" in nearest(open_library(built), "新建公园")


def test_a_document_that_became_unreadable_is_left_out_and_named(
    built: Path, west: Path, caplog: pytest.LogCaptureFixture
) -> None:
    open_library(built).add(west)
    (built / "documents" / "east-2024.txt").write_bytes(b"\xff\xff")
    library = open_library(built)
    assert list(library.documents) == ["west-2024"]
    assert "east-2024" in caplog.text
    assert library.faults()[0] == "文档 east-2024 无法读取，未收入索引"
    library.remove("east-2024")
    assert open_library(built).faults() == []


def test_threads_share_a_library_while_it_changes(built: Path, west: Path) -> None:
    library = open_library(built)
    seen: list[Snapshot] = []
    failed: list[Exception] = []

    def ask() -> None:
        try:
            seen.extend(library.snapshot() for _ in range(50))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    library.add(west)
    library.remove("east-2024")
    for thread in threads:
        thread.join()
    assert failed == []
    assert all(len(s.vectors) == len(s.passages) for s in seen)
    assert all({p.document_id for p in s.passages} == set(s.documents) for s in seen)


class WaitingEncoder(HashingEncoder):
    """Embeds passages only after ``go`` is set, and sets ``started`` before."""

    def __init__(self) -> None:
        self.started, self.go = threading.Event(), threading.Event()
        self.go.set()

    def encode_document(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.started.set()
        self.go.wait(timeout=60)
        return super().encode_document(texts)


def test_questions_do_not_wait_for_a_document_that_is_being_added(built: Path, west: Path) -> None:
    encoder = WaitingEncoder()
    library = Library(built, lambda: encoder)
    before = library.snapshot()
    encoder.go.clear()
    adding = threading.Thread(target=library.add, args=(west,))
    adding.start()
    assert encoder.started.wait(timeout=60)
    assert library.snapshot() is before
    assert library.encoder is encoder
    encoder.go.set()
    adding.join()
    assert list(library.snapshot().documents) == ["east-2024", "west-2024"]


# --- faults ----------------------------------------------------------------------------------------

ADD = """
import os, signal, sys
from pathlib import Path
import qa.library
from tests.hashing import HashingEncoder

step, home, *paths = sys.argv[1:]
left = int(step)

def sync(path, write=qa.library._sync):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    write(path)

qa.library._sync = sync
qa.library.Library(Path(home), HashingEncoder).add_all([Path(path) for path in paths])
print(left)
"""


STEPS = 14  # files and folders that adding a document secures; the last two after the commit began


def start_add(home: Path, *paths: Path, killed_at_step: int = 0) -> subprocess.Popen[str]:
    """A process that adds documents; killed when it is about to secure its n-th file or folder."""
    command = [sys.executable, "-c", ADD, str(killed_at_step), str(home), *map(str, paths)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_a_kill_at_any_step_leaves_a_sound_library(
    built: Path, west: Path, step: int, caplog: pytest.LogCaptureFixture
) -> None:
    process = start_add(built, west, killed_at_step=step)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    encoder = CountingEncoder()
    library = Library(built, lambda: encoder)
    snapshot = library.snapshot()
    assert list(snapshot.documents) in (["east-2024"], ["east-2024", "west-2024"])
    assert [text for text in encoder.embedded if text in EAST] == []
    assert_sound(library, snapshot)
    library.add(west)
    assert list(library.documents) == ["east-2024", "west-2024"]
    library.remove("west-2024")
    assert index_folder(built).is_dir()  # the only one: what the killed process left is swept


def test_the_steps_above_reach_past_the_commit(built: Path, west: Path) -> None:
    process = start_add(built, west)
    output, _ = process.communicate()
    assert process.returncode == 0
    assert -int(output) == STEPS


def test_processes_that_add_at_once_all_succeed(home: Path, east: Path, west: Path) -> None:
    processes = [start_add(home, east), start_add(home, west)]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0]
    library = open_library(home)
    assert library.faults() == []
    assert list(library.snapshot().documents) == ["east-2024", "west-2024"]
    assert index_folder(home).is_dir()


def fail(code: int, *, at: int) -> Callable[[Path], None]:
    """Stands for a function of the file system: its n-th call fails with this error."""
    calls = 0
    real = qa.library._sync

    def sync(path: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            raise OSError(code, os.strerror(code))
        real(path)

    return sync


@pytest.mark.parametrize("at", range(1, STEPS - 1))
def test_a_full_disk_leaves_the_last_good_index(
    built: Path, west: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_library(built)
    before = library.snapshot()
    monkeypatch.setattr(qa.library, "_sync", fail(errno.ENOSPC, at=at))
    with pytest.raises(LibraryError, match=r"磁盘已满.*原有的文档和索引没有改动"):
        library.add(west)
    monkeypatch.undo()
    assert library.snapshot() is before
    assert open_library(built).faults() == []
    assert [path.name for path in (built / "documents").iterdir()] == ["east-2024.txt"]
    assert index_folder(built).is_dir()


def test_without_room_for_the_index_it_is_kept_in_memory(
    built: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (index_folder(built) / "vectors.faiss").unlink()
    monkeypatch.setattr(qa.library, "_sync", fail(errno.ENOSPC, at=1))
    library = open_library(built)
    assert_sound(library, library.snapshot())
    assert library.snapshot() is library.snapshot()
    assert "磁盘已满" in caplog.text
    assert "索引暂存于内存" in caplog.text


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(LibraryError, match="无法读取资料库"):
        open_library(tmp_path / "home").snapshot()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_without_permission_is_named(built: Path, west: Path) -> None:
    for folder in (built, built / "index", built / "documents"):
        folder.chmod(0o500)
    with pytest.raises(LibraryError, match="没有写入权限"):
        open_library(built).add(west)
    assert list(open_library(built).snapshot().documents) == ["east-2024"]


# --- the shipped reports ---------------------------------------------------------------------------


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "east-2024.txt").write_text(EAST, encoding="utf-8")
    (folder / "README.md").write_text("not a report", encoding="utf-8")
    return folder


def test_seeds_are_in_the_library_from_the_start(home: Path, seeds: Path) -> None:
    assert list(Library(home, HashingEncoder, seeds=seeds).snapshot().documents) == ["east-2024"]


def test_only_texts_among_the_seeds_are_reports(home: Path, seeds: Path) -> None:
    (seeds / "README.md").write_text(WEST, encoding="utf-8")
    (seeds / "questions.jsonl").write_text("{}", encoding="utf-8")
    assert list(Library(home, HashingEncoder, seeds=seeds).documents) == ["east-2024"]


def test_a_new_edition_of_a_seed_replaces_the_old_one(home: Path, seeds: Path) -> None:
    Library(home, HashingEncoder, seeds=seeds).snapshot()
    (seeds / "east-2024.txt").write_text(EAST + "又及。", encoding="utf-8")
    (seeds / "west-2024.txt").write_text(WEST, encoding="utf-8")
    library = Library(home, HashingEncoder, seeds=seeds)
    assert library.documents["east-2024"].text == EAST + "又及。"
    assert list(library.snapshot().documents) == ["east-2024", "west-2024"]


def test_a_seed_that_the_user_removed_stays_removed(home: Path, seeds: Path) -> None:
    Library(home, HashingEncoder, seeds=seeds).remove("east-2024")
    assert not Library(home, HashingEncoder, seeds=seeds).snapshot().documents


def test_a_seed_that_the_user_replaced_stays_replaced(home: Path, seeds: Path, east: Path) -> None:
    east.write_text(WEST, encoding="utf-8")
    Library(home, HashingEncoder, seeds=seeds).add(east)
    (seeds / "east-2024.txt").write_text(EAST + "又及。", encoding="utf-8")
    assert Library(home, HashingEncoder, seeds=seeds).documents["east-2024"].text == WEST


def test_the_shipped_report_is_among_the_seeds() -> None:
    assert (seed_folder() / "pudong-2024.txt").is_file()


def test_a_named_home_starts_empty(tmp_path: Path) -> None:
    assert not default_library(tmp_path / "home").documents
