"""Documents on disk and their index: add, remove, search in one snapshot; rebuilt where it does not match.

home/documents/<id>.txt    the reports, byte for byte
home/index/manifest.json   what the index was made from; it names its folder: replacing it is the commit
home/index/<folder>/       vectors, full text, and the digest of each passage's text, row by row
"""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex
from types import MappingProxyType
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from embeddings.bundled import MODEL_NAME
from embeddings.encoder import Encoder, load_encoder
from embeddings.errors import EncoderError, IndexFileError
from embeddings.index import FaissIndex
from qa.datatypes import Document, Passage
from qa.document import load_document
from qa.errors import DocumentError, LibraryError
from qa.figures import find_figures
from qa.retrieve import KeywordIndex
from qa.split import split

FORMAT = 1
"""Raised whenever the layout of the index changes."""

_PACKAGES = ("bm25s", "faiss-cpu", "jieba", "opencc")
_CHUNK = 64  # passages embedded between two looks at the clock
_PATIENCE = 1800.0  # seconds to wait for another process, which may be embedding a large library
_UNSOUND = (OSError, ValueError, KeyError, TypeError, IndexFileError)  # what loading a broken index raises

_log = logging.getLogger("wenzheng")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A library as it stands at one moment; row i of ``vectors`` and ``keywords`` is ``passages[i]``."""

    documents: Mapping[str, Document]
    passages: tuple[Passage, ...] = field(repr=False)
    vectors: FaissIndex = field(repr=False)
    keywords: KeywordIndex = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A document and the digest of the bytes it was read from."""

    document: Document
    digest: str


class Library:
    """Any number of documents and the index over them, under one folder.

    Safe to use from several threads and processes: whoever reads works on one ``snapshot()``, the next one
    holds what others have added meanwhile; writers wait for each other. A writer that is killed, or runs
    out of disk, leaves documents and index as they were.
    """

    def __init__(self, home: Path, encoder: Callable[[], Encoder], *, seeds: Path | None = None) -> None:
        """``encoder`` is called on first need; what lies in ``seeds`` is copied in, once for each edition."""
        self.home = home.expanduser().absolute()
        self._make_encoder = encoder
        self._encoder: Encoder | None = None
        self._seeds = seeds
        self._parsed: dict[str, _Stored] = {}
        self._opened: tuple[object, Snapshot] | None = None
        self._mutex = threading.RLock()

    @property
    def encoder(self) -> Encoder:
        """The encoder of passages and questions, loaded on first use; LibraryError where it cannot be."""
        if self._encoder is None:  # once it is there, nobody waits for a writer to get it
            with self._mutex:
                try:
                    self._encoder = self._encoder or self._make_encoder()
                except EncoderError as error:
                    raise LibraryError(str(error)) from error
        return self._encoder

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id, in order of ids; needs neither index nor model."""
        with self._mutex:
            self._sow()
            return MappingProxyType({key: stored.document for key, stored in self._stored().items()})

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The passages of all documents, in order of ids and offsets."""
        return self.snapshot().passages

    @property
    def vectors(self) -> FaissIndex:
        """The vectors of ``passages``, row by row."""
        return self.snapshot().vectors

    @property
    def keywords(self) -> KeywordIndex:
        """The full-text index of ``passages``, row by row."""
        return self.snapshot().keywords

    def snapshot(self) -> Snapshot:
        """The library as it stands now; its index is loaded, or rebuilt where it does not match.

        Costs two looks at time stamps as long as nothing has changed. Raises LibraryError where the folder
        cannot be read.
        """
        opened = self._opened
        if opened is None or opened[0] != self._stamp():
            with self._mutex:
                opened = self._opened
                if opened is None or opened[0] != self._stamp():
                    opened = self._opened = self._open()
        return opened[1]

    def add(self, path: Path) -> Document:
        """Take a report in under its file's stem and index it.

        The same id with the same bytes changes nothing, with other bytes it replaces the document. Raises
        DocumentError where the file cannot be read as a report, LibraryError where it cannot be kept.
        """
        return self.add_all([path])[0]

    def add_all(self, paths: Sequence[Path]) -> list[Document]:
        """Like ``add`` for several files at once: all of them, or none."""
        fresh: dict[str, _Stored] = {}
        for path in paths:
            document = _read_report(path)
            digest = _digest(document.text.encode("utf-8"))
            if fresh.setdefault(document.id, _Stored(document, digest)).digest != digest:
                raise DocumentError(f"有两个不同的文件都叫“{document.id}”：文档编号取自文件名，请先改名。")
        self._sow()
        with self._writing():
            stored = self._stored()
            changed = {
                key: new
                for key, new in fresh.items()
                if key not in stored or stored[key].digest != new.digest
            }
            if changed:
                self._commit(
                    stored | changed, written={key: new.document.text for key, new in changed.items()}
                )
            for key in fresh:
                _log.info(
                    "%s：%s",
                    key,
                    "内容相同，未改动" if key not in changed else "已替换" if key in stored else "已加入",
                )
        return [stored.document for stored in fresh.values()]

    def remove(self, *document_ids: str) -> None:
        """Take documents out; raises DocumentError, and removes none, where an id is unknown."""
        self._sow()
        with self._writing():
            names = self._names()
            for document_id in document_ids:
                if document_id not in names:
                    raise DocumentError(
                        f"库中没有文档“{document_id}”。现有：{'、'.join(names) or '（空）'}。"
                    )
            stored = self._stored()
            kept = {key: value for key, value in stored.items() if key not in document_ids}
            self._commit(kept, removed=document_ids)

    def faults(self) -> list[str]:
        """What is wrong with documents and index on disk, in words; nothing is mended."""
        with self._mutex:
            stored = self._stored()
            unread = [f"文档 {name} 无法读取，未收入索引" for name in self._names() if name not in stored]
            fault = self._fault(self._manifest(), stored)
            return [*unread, fault] if fault else unread

    # --- reading -----------------------------------------------------------------------------------

    def _open(self) -> tuple[object, Snapshot]:
        """The stored index, or one built now; it stays in memory where it cannot be stored."""
        self._sow()
        stamp = self._stamp()
        try:
            return stamp, self._load(self._manifest(), self._stored())
        except _UNSOUND:
            pass
        try:
            with self._writing():
                stored = self._stored()
                try:
                    return self._stamp(), self._load(self._manifest(), stored)  # another process was faster
                except _UNSOUND as error:
                    _log.info("重建索引：%s", error)
                snapshot = self._commit(stored)
                return self._stamp(), snapshot
        except _UnwritableError as error:
            _log.warning("%s索引暂存于内存，退出后不保留。", error)
            return stamp, self._build(self._stored())

    def _load(self, manifest: Mapping[str, Any], stored: Mapping[str, _Stored]) -> Snapshot:
        fault = self._fault(manifest, stored)
        if fault:
            raise ValueError(fault)
        folder = self._index / manifest["folder"]
        passages = _passages(stored)
        vectors = FaissIndex.load(folder / "vectors.faiss")
        if len(vectors) != len(passages) or vectors.dim != self.encoder.dim:
            raise ValueError("索引与文档的片段不符")
        return _snapshot(stored, passages, vectors, KeywordIndex.load(folder / "keywords"))

    def _fault(self, manifest: Mapping[str, Any], stored: Mapping[str, _Stored]) -> str:
        """Why the stored index cannot be used, in words; empty where it can."""
        if not manifest:
            return "尚无可用的索引"
        for key, value in self._provenance(stored).items():
            if manifest.get(key) != value:
                return _difference(key, manifest.get(key), value)
        try:
            folder = self._index / manifest["folder"]
            files = dict(manifest["files"])
            broken = [name for name, digest in files.items() if _file_digest(folder / name) != digest]
        except (KeyError, TypeError, ValueError):
            return "索引清单 manifest.json 已损坏"
        return f"索引文件缺失或损坏（{'、'.join(broken)}）" if broken or not files else ""

    def _provenance(self, stored: Mapping[str, _Stored]) -> dict[str, Any]:
        """All that the index depends on, as it is now."""
        return {
            "format": FORMAT,
            "encoder": {"name": self.encoder.name, "dim": self.encoder.dim, "digest": self.encoder.digest},
            "code": _code_digest(),
            "packages": {name: version(name) for name in _PACKAGES},
            "documents": {key: value.digest for key, value in stored.items()},
        }

    @property
    def _index(self) -> Path:
        """Each encoder has an index of its own: two that are used in turn do not undo each other's work."""
        return self.home / "index" / self.encoder.digest[:16]

    def _manifest(self) -> Mapping[str, Any]:
        """What the manifest says; empty where it is missing or broken."""
        return _read_json(self._index / "manifest.json")

    def _stamp(self) -> object:
        """Changes whenever a document comes or goes or the index is replaced, by whichever process."""
        stamps: list[tuple[int, int] | None] = []
        for path in (self._index / "manifest.json", self.home / "documents"):
            try:
                status = path.stat()
                stamps.append((status.st_ino, status.st_mtime_ns))
            except OSError:
                stamps.append(None)
        return stamps

    def _names(self) -> list[str]:
        """Ids of the files in ``documents``, readable or not."""
        try:
            names = os.listdir(self.home / "documents")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise LibraryError(f"无法读取资料库 {self.home}：{error.strerror}。请检查路径与权限。") from error
        return sorted(name.removesuffix(".txt") for name in names if name.endswith(".txt") and name[0] != ".")

    def _stored(self) -> dict[str, _Stored]:
        """The documents on disk in order of ids; parsed again only where their bytes have changed."""
        found: dict[str, _Stored] = {}
        for name in self._names():
            path = self.home / "documents" / f"{name}.txt"
            digest = _file_digest(path)
            known = self._parsed.get(name)
            if known is None or known.digest != digest:
                try:
                    known = _Stored(_read_report(path), digest)
                except DocumentError as error:
                    _log.warning("%s 已略过该文档。", error)
                    continue
            found[name] = known
        self._parsed = found
        return found

    # --- writing -----------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The only writer, in this process and among all; OSError becomes LibraryError."""
        with self._mutex:
            try:
                (self.home / "documents").mkdir(parents=True, exist_ok=True)
                with _locked(self.home / ".lock"):
                    yield
            except OSError as error:
                raise _UnwritableError(_advice(error, self.home)) from error

    def _commit(
        self,
        stored: Mapping[str, _Stored],
        *,
        written: Mapping[str, str] | None = None,
        removed: Iterable[str] = (),
    ) -> Snapshot:
        """Build the index of ``stored`` and put it, and the documents, in place.

        All that can fail for want of space is written aside first; then come renames only. Killed between
        them, the next start finds documents that the manifest does not know, and indexes those.
        """
        stored = dict(sorted(stored.items()))
        snapshot = self._build(stored)
        folder = self._index / token_hex(8)
        folder.mkdir(parents=True)
        try:
            drafts = {folder / f"document-{row}": key for row, key in enumerate(written or {})}
            for draft, key in drafts.items():
                _write(draft, (written or {})[key].encode("utf-8"))
            manifest = self._save(snapshot, folder) | self._provenance(stored)
            _write(folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
            _sync(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        documents = self.home / "documents"
        for draft, key in drafts.items():
            draft.replace(documents / f"{key}.txt")
        for key in removed:
            (documents / f"{key}.txt").unlink(missing_ok=True)
        _sync(documents)
        (folder / "manifest.json").replace(folder.parent / "manifest.json")
        _sync(folder.parent)
        for leftover in folder.parent.iterdir():
            if leftover.is_dir() and leftover != folder:
                shutil.rmtree(leftover, ignore_errors=True)
        self._opened = self._stamp(), snapshot
        return snapshot

    def _build(self, stored: Mapping[str, _Stored]) -> Snapshot:
        """Passages, vectors and full text of the documents; only texts without a vector are embedded."""
        passages = _passages(stored)
        rows = self._salvaged()
        texts = {_text_digest(passage): passage.text for passage in passages}
        missing = [key for key in texts if key not in rows]
        rows |= zip(missing, self._embedded([texts[key] for key in missing]), strict=True)
        vectors = FaissIndex(self.encoder.dim)
        if passages:
            vectors.add(np.stack([rows[_text_digest(passage)] for passage in passages]))
        return _snapshot(stored, passages, vectors, KeywordIndex(passages))

    def _embedded(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        rows: list[NDArray[np.float32]] = []
        told = time.monotonic()
        for at in range(0, len(texts), _CHUNK):
            rows.extend(self.encoder.encode_document(texts[at : at + _CHUNK]))
            if time.monotonic() - told > 1:
                told = time.monotonic()
                _log.info("计算向量 %d/%d", len(rows), len(texts))
        return rows

    def _salvaged(self) -> dict[str, NDArray[np.float32]]:
        """Stored vectors by the digest of their text, where this encoder made them and they are sound."""
        manifest = self._manifest()
        try:
            if any(manifest[key] != self._provenance({})[key] for key in ("format", "encoder")):
                return {}
            folder = self._index / manifest["folder"]
            if any(
                _file_digest(folder / name) != manifest["files"][name]
                for name in ("rows.json", "vectors.faiss")
            ):
                return {}
            keys = json.loads((folder / "rows.json").read_bytes())
            return dict(zip(keys, FaissIndex.load(folder / "vectors.faiss").vectors(), strict=True))
        except _UNSOUND:
            return {}

    def _save(self, snapshot: Snapshot, folder: Path) -> dict[str, Any]:
        """Write the index into ``folder``, down to the disk; which files there are, and their digests."""
        before = set(folder.iterdir())
        snapshot.vectors.save(folder / "vectors.faiss")
        (folder / "keywords").mkdir()
        snapshot.keywords.save(folder / "keywords")
        _write(
            folder / "rows.json",
            json.dumps([_text_digest(passage) for passage in snapshot.passages]).encode(),
        )
        files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path not in before]
        for path in files:
            _sync(path)
        return {
            "folder": folder.name,
            "files": {path.relative_to(folder).as_posix(): _file_digest(path) for path in files},
        }

    def _sow(self) -> None:
        """Copy in the seeds that are new, and those that have changed where the copy has not.

        What was copied is noted: a seed that the user removed, or replaced, stays so.
        """
        if self._seeds is None:
            return
        noted = self.home / "seeds.json"
        sown = _read_json(noted)
        seeds = {path.stem: _file_digest(path) for path in sorted(self._seeds.glob("*.txt"))}
        if seeds == sown:
            return
        with self._writing():
            for key, digest in seeds.items():
                target = self.home / "documents" / f"{key}.txt"
                if digest != sown.get(key) and _file_digest(target) == sown.get(key, ""):
                    _replace(target, (self._seeds / f"{key}.txt").read_bytes())
                    _log.info("%s：已放入自带的报告", key)
            _replace(noted, json.dumps(seeds).encode())


class _UnwritableError(LibraryError):
    """The library's folder cannot be written: full, read-only, or not permitted."""


def default_library(home: Path | None = None, model: str | None = None) -> Library:
    """The user's own library, which holds the shipped reports; or the one at ``home``, which starts empty.

    ``model`` names any sentence-transformers model in place of the embedded one.
    """
    from platformdirs import user_data_path

    def encoder() -> Encoder:
        if model is None and not (model_cache() / MODEL_NAME).exists():
            _log.info("首次使用，正在生成内置模型，约需半分钟……")
        return load_encoder(model, cache=model_cache())

    if home is not None:
        return Library(home, encoder)
    return Library(user_data_path("wenzheng", appauthor=False), encoder, seeds=seed_folder())


def model_cache() -> Path:
    """Where the embedded model is kept once it is made, for all libraries of this user."""
    from platformdirs import user_cache_path

    return user_cache_path("wenzheng", appauthor=False)


def seed_folder() -> Path:
    """Where the shipped reports lie: inside the installed package, or at the root of a checkout."""
    packaged = Path(__file__).parent / "seeds"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "seeds"


def _read_report(path: Path) -> Document:
    document = load_document(path)
    return replace(document, figures=find_figures(document))


def _passages(stored: Mapping[str, _Stored]) -> tuple[Passage, ...]:
    return tuple(passage for value in stored.values() for passage in split(value.document))


def _snapshot(
    stored: Mapping[str, _Stored], passages: tuple[Passage, ...], vectors: FaissIndex, keywords: KeywordIndex
) -> Snapshot:
    documents = MappingProxyType({key: value.document for key, value in stored.items()})
    return Snapshot(documents, passages, vectors, keywords)


def _difference(key: str, old: Any, new: Any) -> str:
    """What has changed since the index was made, in words."""
    before = old if isinstance(old, dict) else {}
    match key:
        case "encoder" if before.get("name") == new["name"]:
            return f"模型 {new['name']} 的权重有变"
        case "encoder":
            return f"模型由 {before.get('name', '未知')} 换成 {new['name']}"
        case "code":
            return "程序读取和切分报告的方式有更新"
        case "packages":
            return "依赖有更新：" + "、".join(
                f"{name} {value}" for name, value in new.items() if before.get(name) != value
            )
        case "documents":
            changed = sorted(name for name in before.keys() | new.keys() if before.get(name) != new.get(name))
            return f"文档有变动（{'、'.join(changed)}）"
    return "索引的格式有变"


def _advice(error: OSError, home: Path) -> str:
    """What is wrong with the folder and what to do about it."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            trouble, remedy = "磁盘已满", "请腾出空间后重试"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            trouble, remedy = "没有写入权限", "请检查权限，或用 --home 指定另一个文件夹"
        case errno.EEXIST | errno.ENOTDIR:
            trouble, remedy = "路径上有同名文件", "请用 --home 指定另一个文件夹"
        case _:
            trouble, remedy = error.strerror or str(error), "请检查这个文件夹，或用 --home 指定另一个"
    return f"无法写入资料库 {home}：{trouble}。原有的文档和索引没有改动；{remedy}。"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _log.info("另一个进程正在更新资料库，等它完成……")
        try:
            lock.acquire(timeout=_PATIENCE)
        except Timeout as error:
            raise LibraryError(f"资料库 {path.parent} 一直被另一个进程占用。请结束该进程后重试。") from error
    try:
        yield
    finally:
        lock.release()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{token_hex(8)}")
    try:
        _write(draft, content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    _sync(path)


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _text_digest(passage: Passage) -> str:
    return _digest(passage.text.encode("utf-8"))


def _file_digest(path: Path) -> str:
    """The digest of a file's bytes; empty where it cannot be read."""
    try:
        return _digest(path.read_bytes())
    except OSError:
        return ""


@cache
def _code_digest() -> str:
    """Of all that may decide what is indexed: nobody has to remember to raise a number.

    More than need be, which costs a new full-text index after an update; vectors are kept by their texts.
    """
    room = Path(__file__).parent
    files = [*room.glob("*.py"), *(path for path in (room / "data").rglob("*") if path.is_file())]
    return _digest("".join(_file_digest(path) for path in sorted(files)).encode())
