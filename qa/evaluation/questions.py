"""File → the questions of a set with what a right answer holds: JSON Lines, CSV, XLSX, SQuAD and CMRC.

Every line that cannot be used is named with its file, its number and the reason.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from qa.datatypes import Document, Status
from qa.errors import QAError
from qa.evaluation.matching import places
from qa.text import sentences

Line = tuple[int, Mapping[str, Any]]
"""A line or row by its number from 1, and its fields."""


class QuestionFileError(QAError):
    """A question set cannot be read, or some of its lines cannot be used."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A piece of a document that carries the answer."""

    quote: str
    document: str = ""
    """Its document's id; empty where the set does not say."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question of a set, and what a right answer to it holds."""

    id: str
    question: str
    answerable: bool | None = None
    """Whether the documents hold the answer; None where the set has no gold for it."""
    answers: tuple[str, ...] = ()
    """Accepted short answers; of a yes/no question the fact that a right reply states."""
    answers_all: tuple[tuple[str, ...], ...] = ()
    """The points of a full reply, each in its accepted wordings."""
    min_items: int | None = None
    """How many of the points are enough; None for all."""
    verdict: Literal["yes", "no"] | None = None
    evidence: tuple[Gold, ...] = ()
    expect: str = ""
    """Of one without an answer: not_in_report, truncated, out_of_scope, no_such_document."""
    type: str = ""
    style: str = ""
    period: str = ""
    document: str = ""
    """Ids of the documents it is about, joined by ``+``; empty where the set does not say."""
    history: tuple[Mapping[str, str], ...] = ()
    """Chat messages before it (``role``, ``content``), oldest first."""
    filter: tuple[str, ...] | None = None
    """Ids of the documents it is restricted to."""
    notes: str = ""
    proposed: bool = False
    """Made by the program and not yet looked at by anybody."""

    @property
    def status(self) -> Status | None:
        """The status that a right reply has; None where there is no gold."""
        if self.answerable is None:
            return None
        return "answered" if self.answerable else _STATUSES.get(self.expect, "not_in_report")

    def to_dict(self) -> dict[str, Any]:
        """The same as plain JSON values, without what is empty."""
        return {key: value for key, value in asdict(self).items() if value not in ((), None, "")}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Example:
        """What ``to_dict`` gave."""
        given = dict(plain)
        given["answers"] = tuple(given.get("answers", ()))
        given["answers_all"] = tuple(tuple(point) for point in given.get("answers_all", ()))
        given["evidence"] = tuple(Gold(**piece) for piece in given.get("evidence", ()))
        given["history"] = tuple(given.get("history", ()))
        given["filter"] = tuple(given["filter"]) if given.get("filter") else None
        return cls(**given)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be used, and why."""

    file: Path
    line: int
    """From 1; 0 where the file as a whole is meant."""
    reason: str

    def __str__(self) -> str:
        where = f" 第 {self.line} 行" if self.line else ""
        return f"{self.file}{where}：{self.reason}"


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of one or several files in order; iterating gives the examples."""

    examples: tuple[Example, ...]
    bad: tuple[BadLine, ...] = ()
    """What was left out; only with ``skip_bad``."""
    ignored: tuple[str, ...] = ()
    """Fields or columns of unknown meaning, which were passed over."""
    contexts: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Texts that the files bring along (SQuAD, CMRC) by the ids their questions are restricted to."""

    def __iter__(self) -> Iterator[Example]:
        return iter(self.examples)

    def __len__(self) -> int:
        return len(self.examples)


def load_questions(
    *paths: Path,
    documents: Mapping[str, Document] | None = None,
    skip_bad: bool = False,
    contexts: bool = False,
) -> QuestionSet:
    """Read question sets by the endings of their names: .jsonl, .csv, .xlsx, .json (SQuAD, CMRC).

    With ``documents`` a piece of evidence that they do not hold is a fault of its line. With ``contexts``
    the texts that a SQuAD file brings are to become documents (``QuestionSet.contexts``), each question
    restricted to its own. Raises QuestionFileError that names every bad line; with ``skip_bad`` those are
    left out, and only a file that cannot be read at all raises.
    """
    reader = _Reader(documents, contexts)
    for path in paths:
        reader.read(path)
    if reader.bad and not skip_bad:
        raise QuestionFileError(_told(reader.bad))
    if not reader.examples:
        detail = "\n" + _told(reader.bad) if reader.bad else ""
        raise QuestionFileError(f"没有可用的问题：{'、'.join(map(str, paths))}。{detail}")
    return QuestionSet(
        tuple(reader.examples.values()), tuple(reader.bad), tuple(reader.ignored), dict(reader.contexts)
    )


_SHOWN = 20  # bad lines that an error message names


def _told(bad: Sequence[BadLine]) -> str:
    more = [f"……共 {len(bad)} 处。"] if len(bad) > _SHOWN else []
    advice = "请改正，或加 --skip-bad 略过这些行。"
    return "\n".join([*map(str, bad[:_SHOWN]), *more, advice])


_STATUSES: dict[str, Status] = {
    "not_in_report": "not_in_report",
    "truncated": "section_missing",
    "section_missing": "section_missing",
    "out_of_scope": "out_of_scope",
    "no_such_document": "no_such_document",
}

_NAMES = {
    "id": ("编号", "序号", "题号"),
    "question": ("问题", "提问", "问句"),
    "answers": ("answer", "答案", "标准答案", "参考答案"),
    "answers_all": ("points", "要点", "答案要点"),
    "min_items": ("最少要点", "至少要点"),
    "verdict": ("判断", "是否"),
    "answerable": ("可答", "可回答", "能否回答"),
    "evidence": ("quote", "证据", "依据", "原文"),
    "expect": ("expected", "预期", "拒答原因"),
    "type": ("类型", "题型"),
    "style": ("问法", "风格"),
    "period": ("时期", "年份"),
    "document": ("文档", "报告"),
    "documents": ("文档列表", "报告列表"),
    "filter": ("限定文档", "限定报告"),
    "history": ("上文", "前文"),
    "notes": ("备注", "说明"),
    "proposed": ("草稿", "待核"),
}
"""Fields of a question, and what their columns may be called beside their own name."""

_FIELD = {name: key for key, others in _NAMES.items() for name in (key, *others)}
_SEVERAL = ("answers", "evidence", "documents", "filter", "history")
_TRUE = ("true", "yes", "y", "1", "是", "对", "可", "能", "有")
_FALSE = ("false", "no", "n", "0", "否", "不", "错", "不可", "不能", "无")


class _Reader:
    """Gathers examples and bad lines over several files."""

    def __init__(self, documents: Mapping[str, Document] | None, contexts: bool) -> None:
        self.documents = documents
        self.with_contexts = contexts
        self.examples: dict[str, Example] = {}
        self.bad: list[BadLine] = []
        self.ignored: dict[str, None] = {}
        self.contexts: dict[str, str] = {}
        self._seen: dict[str, str] = {}

    def read(self, path: Path) -> None:
        """Take in one file; raises QuestionFileError where none of it can be read."""
        readers = {".jsonl": self._jsonl, ".csv": self._csv, ".xlsx": self._xlsx, ".json": self._json}
        reader = readers.get(path.suffix.lower())
        if reader is None:
            raise QuestionFileError(f"{path}：不认识的格式。可用 {'、'.join(readers)}（SQuAD、CMRC）。")
        for number, plain in reader(path):
            try:
                self._take(path, number, plain)
            except ValueError as error:
                which = "" if number else f"题 {plain.get('id')}："
                self.bad.append(BadLine(path, number, f"{which}{error}"))

    def _take(self, path: Path, number: int, plain: Mapping[str, Any]) -> None:
        example = _example(plain, f"{path.stem}-{number}")
        place = f"{path.name} 第 {number} 行" if number else path.name
        if example.id in self._seen:
            raise ValueError(f"编号“{example.id}”重复，已见于 {self._seen[example.id]}")
        self._seen[example.id] = place
        self._check(example)
        self.examples[example.id] = example

    def _check(self, example: Example) -> None:
        """Raise ValueError for documents and evidence that are not there."""
        if self.documents is None:
            return
        held = {key: document.text for key, document in self.documents.items()} | self.contexts
        for key in example.filter or ():
            if key not in held:
                raise ValueError(f"资料库中没有文档“{key}”")
        for piece in example.evidence:
            if piece.document and piece.document not in held:
                raise ValueError(f"资料库中没有文档“{piece.document}”")
            keys = [piece.document] if piece.document else list(example.filter or held)
            if not any(places(held[key], piece.quote) for key in keys):
                raise ValueError(f"在 {'、'.join(keys)} 中找不到证据“{_short(piece.quote)}”")

    # --- formats -----------------------------------------------------------------------------------

    def _jsonl(self, path: Path) -> Iterator[Line]:
        for number, line in enumerate(_text(path).split("\n"), 1):
            if not line.strip():
                continue
            try:
                plain = json.loads(line)
            except ValueError as error:
                self.bad.append(BadLine(path, number, f"不是有效的 JSON（{error}）"))
                continue
            if not isinstance(plain, dict):
                self.bad.append(BadLine(path, number, "应是一个 JSON 对象 {…}"))
                continue
            try:
                yield number, self._named(plain)
            except ValueError as error:
                self.bad.append(BadLine(path, number, str(error)))

    def _csv(self, path: Path) -> Iterator[Line]:
        text = _text(path)
        csv.field_size_limit(max(csv.field_size_limit(), len(text)))
        head = text.split("\n", 1)[0]
        delimiter = max(",\t;", key=head.count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)

        def rows() -> Iterator[tuple[int, Sequence[Any]]]:
            try:
                for row in reader:
                    yield reader.line_num, row
            except csv.Error as error:
                self.bad.append(BadLine(path, reader.line_num, f"不是有效的 CSV（{error}）"))

        yield from self._table(path, rows())

    def _xlsx(self, path: Path) -> Iterator[Line]:
        from openpyxl import load_workbook

        try:
            book = load_workbook(path, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            rows = [(number, row) for number, row in enumerate(sheet.iter_rows(values_only=True), 1)]
        except Exception as error:  # openpyxl raises whatever its parsers do
            raise QuestionFileError(f"{path}：不是可读的 XLSX 文件（{error}）。") from error
        yield from self._table(path, iter(rows))

    def _table(self, path: Path, rows: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[Line]:
        """Rows under a row of column names; several values of a cell are divided by | or line ends."""
        first, head = next(rows, (1, ()))
        names = [str(name or "").strip() for name in head]
        if "question" not in (_FIELD.get(name) for name in names):
            found = "、".join(filter(None, names)) or "（空）"
            raise QuestionFileError(
                f"{path} 第 {first} 行：没有“问题”（question）这一列。现有的列：{found}。可用的列："
                + "、".join(f"{others[0]}（{key}）" for key, others in _NAMES.items())
                + "。"
            )
        try:
            self._named(dict.fromkeys(filter(None, names)))
        except ValueError as error:
            self.bad.append(BadLine(path, first, str(error)))
        for number, row in rows:
            cells = {
                _FIELD[name]: _cell(_FIELD[name], value)
                for name, value in zip(names, row, strict=False)
                if name in _FIELD and value is not None and str(value).strip()
            }
            if cells:
                yield number, cells

    def _json(self, path: Path) -> Iterator[Line]:
        try:
            plain = json.loads(_text(path))
        except ValueError as error:
            raise QuestionFileError(f"{path}：不是有效的 JSON（{error}）。") from error
        try:
            paragraphs = list(_paragraphs(plain))
        except (AttributeError, KeyError, TypeError) as error:
            raise QuestionFileError(
                f"{path}：不是 SQuAD 或 CMRC 格式（应有 data › paragraphs › context、qas）。"
            ) from error
        for number, (context, questions) in enumerate(paragraphs, 1):
            key = f"{path.stem}-{number:04}"
            if self.with_contexts:
                self.contexts[key] = context
            for question in questions:
                yield 0, question | _grounded(question, context, key if self.with_contexts else "")

    def _named(self, plain: Mapping[str, Any]) -> dict[str, Any]:
        """Fields by their own names; a name that looks like a known one mistyped raises ValueError."""
        for name in plain:
            if name in _FIELD or name in self.ignored:
                continue
            close = get_close_matches(name, _FIELD, n=1, cutoff=0.75)
            if close and name not in _OTHER:
                raise ValueError(f"不认识的列“{name}”：是不是“{close[0]}”？")
            if name not in _OTHER:
                self.ignored[name] = None
        return {_FIELD[name]: value for name, value in plain.items() if name in _FIELD}


_OTHER = ("section", "sections", "absent_terms", "missing_document", "章节")
"""Fields of question sets that nothing is judged by."""


def _text(path: Path) -> str:
    """A file's text with Unix line ends and without a byte order mark."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise QuestionFileError(f"无法读取 {path}：{error.strerror or error}。") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuestionFileError(f"{path} {_encoding(content)}请另存为 UTF-8 后再试。") from error
    if not text.strip():
        raise QuestionFileError(f"{path} 是空的。")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding(content: bytes) -> str:
    for name, shown in (("utf-16", "UTF-16"), ("gb18030", "GBK（GB18030）")):
        if name == "utf-16" and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            content.decode(name)
        except UnicodeDecodeError:
            continue
        return f"不是 UTF-8 编码，看来是 {shown}。"
    return "不是 UTF-8 编码的文本。"


def _paragraphs(plain: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Contexts with their questions, of SQuAD and of CMRC 2018's own layout."""
    if isinstance(plain, list):
        for entry in plain:
            yield (
                str(entry["context_text"]),
                [
                    {"id": q["query_id"], "question": q["query_text"], "answers": list(q.get("answers", ()))}
                    for q in entry["qas"]
                ],
            )
        return
    for article in plain["data"]:
        for paragraph in article["paragraphs"]:
            found = []
            for q in paragraph["qas"]:
                answers = q.get("answers", ())
                entry = {"id": q["id"], "question": q["question"], "answers": [a["text"] for a in answers]}
                entry["starts"] = [a["answer_start"] for a in answers if "answer_start" in a]
                entry["answerable"] = not q.get("is_impossible", False)
                found.append(entry)
            yield str(paragraph["context"]), found


def _grounded(question: Mapping[str, Any], context: str, key: str) -> dict[str, Any]:
    """What ties a question to its context: the sentence with its first answer, and the document."""
    if not key:
        return {}
    tied: dict[str, Any] = {"document": key, "filter": [key]}
    starts = question.get("starts") or [at for a in question["answers"][:1] if (at := context.find(a)) >= 0]
    held = [context[a:b] for a, b in sentences(context) if starts and a <= starts[0] < b]
    if held and question.get("answerable", True):
        tied["evidence"] = [{"document": key, "quote": held[0]}]
    return tied


def _cell(key: str, value: Any) -> Any:
    """A cell as JSON Lines would hold it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # spreadsheets keep 2023 as 2023.0
    text = str(value).strip()
    if text.startswith("'") and text[1:2] in "=+-@":
        text = text[1:]  # the guard that we and others put before what a spreadsheet would compute
    if key == "answers_all":
        return [point.split("|") for point in re.split(r"[\n;；]+", text) if point.strip()]
    if key in _SEVERAL:
        return [piece.strip() for piece in re.split(r"[\n|｜]+", text) if piece.strip()]
    return text


def _example(plain: Mapping[str, Any], name: str) -> Example:
    """The example that fields tell of; raises ValueError for what cannot be one."""
    question = str(plain.get("question") or "").strip()
    if not question:
        raise ValueError("没有问题（question 为空）")
    documents = _strings(plain, "documents") or _strings(plain, "document")
    evidence = tuple(_gold(piece, documents) for piece in _several(plain, "evidence"))
    answers = _strings(plain, "answers")
    points = tuple(_point(point) for point in _several(plain, "answers_all"))
    verdict = _verdict(plain)
    expect = str(plain.get("expect") or "").strip()
    if expect and expect not in _STATUSES:
        raise ValueError(f"不认识的 expect“{expect}”：可用 {'、'.join(_STATUSES)}")
    answerable = _truth(plain, "answerable")
    if answerable is None and (answers or points or verdict or evidence or expect):
        answerable = not expect
    return Example(
        id=str(plain.get("id") or "").strip() or name,
        question=question,
        answerable=answerable,
        answers=answers,
        answers_all=points,
        min_items=_count(plain),
        verdict=verdict,
        evidence=evidence if answerable is not False else (),
        expect=expect,
        type=str(plain.get("type") or ""),
        style=str(plain.get("style") or ""),
        period=str(plain.get("period") or ""),
        document="+".join(documents or dict.fromkeys(piece.document for piece in evidence if piece.document)),
        history=tuple(_history(plain)),
        filter=_strings(plain, "filter") or None,
        notes=str(plain.get("notes") or ""),
        proposed=bool(_truth(plain, "proposed")),
    )


def _several(plain: Mapping[str, Any], key: str) -> list[Any]:
    value = plain.get(key)
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _strings(plain: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = _several(plain, key)
    if any(not isinstance(value, str | int | float) for value in values):
        raise ValueError(f"{key} 应是文字或文字的列表")
    return tuple(str(value) for value in values if str(value).strip())


def _point(point: Any) -> tuple[str, ...]:
    variants = tuple(str(v) for v in ([point] if isinstance(point, str) else point) if str(v).strip())
    if not variants:
        raise ValueError("answers_all 中有空的要点")
    return variants


def _gold(piece: Any, documents: Sequence[str]) -> Gold:
    if isinstance(piece, Mapping):
        if not piece.get("quote"):
            raise ValueError("evidence 中缺 quote")
        return Gold(str(piece["quote"]), str(piece.get("document") or ""))
    return Gold(str(piece), documents[0] if len(documents) == 1 else "")


def _truth(plain: Mapping[str, Any], key: str) -> bool | None:
    value = plain.get(key)
    if value is None or isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise ValueError(f"{key} 应是 是/否 或 true/false，而不是“{text}”")


def _verdict(plain: Mapping[str, Any]) -> Literal["yes", "no"] | None:
    told = _truth(plain, "verdict")
    return None if told is None else "yes" if told else "no"


def _count(plain: Mapping[str, Any]) -> int | None:
    value = plain.get("min_items")
    if value is None:
        return None
    try:
        return max(1, int(value))
    except (TypeError, ValueError) as error:
        raise ValueError(f"min_items 应是整数，而不是“{value}”") from error


def _history(plain: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Earlier turns as chat messages: plain questions, or questions with the answers they got."""
    for turn in _several(plain, "history"):
        if isinstance(turn, str):
            yield {"role": "user", "content": turn}
        elif isinstance(turn, Mapping) and "role" in turn:
            yield {"role": str(turn["role"]), "content": str(turn.get("content", ""))}
        elif isinstance(turn, Mapping) and "question" in turn:
            yield {"role": "user", "content": str(turn["question"])}
            yield {"role": "assistant", "content": "、".join(map(str, turn.get("answers", ())))}
        else:
            raise ValueError("history 的每一项应有 question 与 answers")


def _short(quote: str) -> str:
    return quote if len(quote) <= 60 else quote[:60] + "……"
