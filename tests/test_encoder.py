"""Encoders: unit rows, the right prompt before the text, no network, no noise."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings import bundled
from embeddings.bundled import make_bundled_model
from embeddings.encoder import Encoder, SentenceEncoder, load_encoder
from embeddings.errors import EncoderError
from tests.conftest import REPOSITORY
from tests.hashing import HashingEncoder
from tests.tiny import write_tiny_source

INSTRUCTION = "为这个句子生成表示以用于检索相关文章："


@pytest.fixture
def tiny_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a toy model, as any user's model folder."""
    source = tmp_path / "tiny.bin"
    write_tiny_source(source)
    with monkeypatch.context() as patch:
        patch.setattr(bundled, "_wheel_file", lambda: source)
        return make_bundled_model(tmp_path).rename(tmp_path / "tiny-model")


def set_prompts(folder: Path, prompts: dict[str, str]) -> Path:
    path = folder / "config_sentence_transformers.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"prompts": prompts}))
    return folder


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every attempt to reach another machine; all of them fail."""
    attempts: list[Any] = []

    def refuse(*address: Any, **_: Any) -> None:
        attempts.append(address)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return attempts


# The embedded model -------------------------------------------------------------------------------------


def test_rows_are_float32_of_length_one(encoder: SentenceEncoder) -> None:
    rows = encoder.encode_document(["浦东新区", "政府工作报告" * 400, ""])
    assert (rows.shape, rows.dtype.name) == ((3, 384), "float32")
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 1], abs=1e-6)


def test_no_texts_give_no_rows(encoder: SentenceEncoder) -> None:
    assert encoder.encode_query([]).shape == (0, 384)


def test_rows_keep_the_order_of_the_texts_and_do_not_depend_on_their_neighbours(
    encoder: SentenceEncoder,
) -> None:
    texts = [f"第{number}项：" + "城市更新" * (number * 7 % 12) for number in range(40)]
    alone = np.vstack([encoder.encode_document([text]) for text in texts])
    assert np.abs(encoder.encode_document(texts) - alone).max() < 1e-6


def test_the_same_text_gives_the_same_bytes(encoder: SentenceEncoder) -> None:
    first = encoder.encode_query(["浦东新区有多少公园？"])
    assert encoder.encode_query(["浦东新区有多少公园？"]).tobytes() == first.tobytes()


def test_threads_may_ask_while_documents_are_added(encoder: SentenceEncoder) -> None:
    texts = ["公园" * (number % 9 + 1) for number in range(48)]
    with ThreadPoolExecutor(8) as pool:
        documents = pool.submit(encoder.encode_document, texts)
        questions = np.vstack(list(pool.map(lambda text: encoder.encode_query([text]), texts)))
    assert np.abs(questions - encoder.encode_query(texts)).max() < 1e-6
    assert np.abs(documents.result() - encoder.encode_document(texts)).max() < 1e-6


@pytest.mark.parametrize(
    "text", ["\ud83d半个字符", "\x00\x07", "Сколько парков?", "\U0010ffff", "？" * 10_000]
)
def test_any_string_has_a_vector(encoder: SentenceEncoder, text: str) -> None:
    assert np.linalg.norm(encoder.encode_query([text])) == pytest.approx(1, abs=1e-6)


def test_questions_and_passages_get_prompts_of_their_own(encoder: SentenceEncoder) -> None:
    assert encoder.encode_query(["公园"])[0] @ encoder.encode_document(["公园"])[0] < 0.99


def test_the_digest_is_that_of_the_folder(encoder: SentenceEncoder, model_cache: Path) -> None:
    again = load_encoder(cache=model_cache)
    assert (encoder.name, encoder.dim, encoder.digest) == ("multilingual-e5-small", 384, again.digest)
    assert len(encoder.digest) == 64


def test_the_embedded_model_stays_offline(model_cache: Path, connections: list[Any]) -> None:
    load_encoder(cache=model_cache).encode_query(["浦东新区有多少公园？"])
    assert connections == []


def test_loading_and_encoding_write_nothing(model_cache: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from embeddings.encoder import load_encoder\n"
        "print(load_encoder(cache=Path(sys.argv[1])).encode_query(['浦东']).shape)"
    )
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code, str(model_cache)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert (run.stdout, run.stderr) == ("(1, 384)\n", "")


def test_importing_the_package_imports_no_model_library() -> None:
    code = (
        "import sys, embeddings.encoder, embeddings.index\n"
        "print({'torch', 'transformers', 'sentence_transformers', 'faiss'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True)
    assert run.stdout == "set()\n"


# Other models -------------------------------------------------------------------------------------------


def test_a_folder_is_loaded_offline(tiny_model: Path, tmp_path: Path, connections: list[Any]) -> None:
    encoder = load_encoder(str(tiny_model), cache=tmp_path / "unused")
    assert (encoder.name, encoder.dim) == (str(tiny_model), 32)
    assert encoder.encode_document(["浦东公园"]).shape == (1, 32)
    assert (connections, (tmp_path / "unused").exists()) == ([], False)


def test_a_folder_in_chinese_is_loaded(tiny_model: Path, tmp_path: Path) -> None:
    folder = tiny_model.rename(tmp_path / "我的 模型")
    assert load_encoder(str(folder), cache=tmp_path).dim == 32


def test_a_models_own_prompts_are_used(tiny_model: Path, tmp_path: Path) -> None:
    bare = load_encoder(str(set_prompts(tiny_model, {})), cache=tmp_path)
    own = load_encoder(str(set_prompts(tiny_model, {"query": "a:", "document": "东:"})), cache=tmp_path)
    assert own.encode_query(["公园"]) == pytest.approx(bare.encode_query(["a:公园"]), abs=1e-6)
    assert own.encode_document(["公园"]) == pytest.approx(bare.encode_document(["东:公园"]), abs=1e-6)


def test_a_passage_prompt_serves_documents(tiny_model: Path, tmp_path: Path) -> None:
    bare = load_encoder(str(set_prompts(tiny_model, {})), cache=tmp_path)
    e5 = load_encoder(str(set_prompts(tiny_model, {"query": "a:", "passage": "东:"})), cache=tmp_path)
    assert e5.encode_document(["公园"]) == pytest.approx(bare.encode_document(["东:公园"]), abs=1e-6)


@pytest.mark.parametrize(
    ("name", "query", "document"),
    [
        ("bge-small-zh-v1.5", INSTRUCTION, ""),
        ("multilingual-e5-small", "query: ", "passage: "),
        ("text2vec-base-chinese", "", ""),
    ],
)
def test_a_family_that_needs_prompts_gets_them_where_its_folder_has_none(
    name: str, query: str, document: str, tiny_model: Path, tmp_path: Path
) -> None:
    set_prompts(tiny_model, {})
    named = load_encoder(str(shutil.copytree(tiny_model, tmp_path / "named" / name)), cache=tmp_path)
    bare = load_encoder(str(tiny_model), cache=tmp_path)
    assert named.encode_query(["公园"]) == pytest.approx(bare.encode_query([f"{query}公园"]), abs=1e-6)
    assert named.encode_document(["公园"]) == pytest.approx(
        bare.encode_document([f"{document}公园"]), abs=1e-6
    )


def test_the_digest_changes_with_weights_and_prompts_and_not_with_the_place(
    tiny_model: Path, tmp_path: Path
) -> None:
    from safetensors.numpy import load_file, save_file

    before = load_encoder(str(tiny_model), cache=tmp_path).digest
    moved = shutil.copytree(tiny_model, tmp_path / "moved")
    prompted = set_prompts(shutil.copytree(tiny_model, tmp_path / "prompted"), {"query": "a:"})
    trained = shutil.copytree(tiny_model, tmp_path / "trained")
    weights = load_file(trained / "model.safetensors")
    weights["embeddings.LayerNorm.bias"][0] += 1
    save_file(weights, trained / "model.safetensors", {"format": "pt"})
    assert load_encoder(str(moved), cache=tmp_path).digest == before
    assert load_encoder(str(prompted), cache=tmp_path).digest != before
    assert load_encoder(str(trained), cache=tmp_path).digest != before


@pytest.mark.parametrize(
    "name",
    [
        "BAAI/bge-small-zh-v1.5",
        "all-MiniLM-L6-v2",
        "./没有/这个/模型",
        "two words",
        "Qwen/Qwen3-Embedding-0.6B",
    ],
)
def test_a_model_that_cannot_be_had_is_named_with_the_way_out(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, connections: list[Any]
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EncoderError) as caught:
        load_encoder(name, cache=tmp_path)
    assert f"找不到模型 {name}" in str(caught.value)
    assert "给出其文件夹路径，或不指定模型而使用内置模型" in str(caught.value)


def empty_config(folder: Path) -> None:
    (folder / "config.json").write_text("{}")


def spoil_config(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def truncate_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])


def remove_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def spoil_modules(folder: Path) -> None:
    (folder / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "no.such.Module"}]')


def remove_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def remove_everything(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


@pytest.mark.parametrize(
    "harm",
    [
        empty_config,
        spoil_config,
        truncate_weights,
        remove_weights,
        spoil_modules,
        remove_tokenizer,
        remove_everything,
    ],
)
def test_a_broken_folder_is_named_with_the_reason(harm: Any, tiny_model: Path, tmp_path: Path) -> None:
    harm(tiny_model)
    with pytest.raises(EncoderError, match=f"无法加载模型 {tiny_model}："):
        load_encoder(str(tiny_model), cache=tmp_path)


# The seam -----------------------------------------------------------------------------------------------


def test_the_tests_own_encoder_satisfies_the_protocol() -> None:
    encoder: Encoder = HashingEncoder()
    rows = encoder.encode_document(["新建公园35座", "公园35座", "养老床位"])
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 1], abs=1e-6)
    assert (encoder.encode_query(["新建公园"]) @ rows.T).argsort().tolist() == [[2, 1, 0]]
