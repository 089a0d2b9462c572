"""Characters, sentences, clauses and words of Chinese text; the only module that imports jieba and opencc."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

Span = tuple[int, int]

_QUOTES = dict.fromkeys(map(ord, "“”„‟〝〞「」『』＂"), '"') | dict.fromkeys(map(ord, "‘’＇"), "'")
_DASHES = dict.fromkeys(map(ord, "—–―‒‐‑－─"), "-")
_DOTS = dict.fromkeys(map(ord, "•·・‧∙●"), "·")
_BRACKETS = {ord("〔"): "(", ord("〕"): ")", ord("［"): "[", ord("］"): "]"}
_SENTENCE_END = re.compile(
    r"[。！？!?]+[”’」』）)]*|\n+(?!(?<=\d\n)[万亿])"
)  # 74.4\n万亿元: a line cut in a number
_CLAUSE_END = re.compile(r"[，；;：]|:(?!\d)|,(?!\d{3})|,(?<!\d,)")
_SHORT = 400  # characters; what is longer is a whole report, and is not kept
_CHUNK = re.compile(r"[a-z0-9.%+\-]*[a-z0-9%+]|[\u3400-\u9fff]+")


def fold(text: str) -> str:
    """Text for matching: half width, lower case, simplified script, one form of each mark.

    Exactly as long as ``text``, so that an offset into one is an offset into the other; a character whose
    normal form is longer (㎡) stays as it is.
    """
    return _fold_short(text) if len(text) <= _SHORT else text.translate(_fold_table())


@lru_cache(maxsize=20_000)
def _fold_short(text: str) -> str:
    """The same clauses and sentences are folded again for every question."""
    return text.translate(_fold_table())


def simplified(text: str) -> str:
    """Text in simplified script where it is in traditional script; its words stay as they are."""
    if all(_fold_table().get(ord(char), char) == char for char in text if "\u3400" <= char <= "\u9fff"):
        return text
    return str(_from_taiwan().convert(text))


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Spans of the sentences in ``text[start:end]``, closing marks included, blank ones left out."""
    end = len(text) if end is None else end
    at = start
    for mark in _SENTENCE_END.finditer(text, start, end):
        yield from _trimmed(text, at, mark.end())
        at = mark.end()
    yield from _trimmed(text, at, end)


def clauses(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Spans of the clauses in ``text[start:end]``: between commas, colons, semicolons and stops.

    A comma inside a number (1,000) and anything inside 《》 or “” does not divide.
    """
    end = len(text) if end is None else end
    for first, last in sentences(text, start, end):
        at = first
        for mark in _CLAUSE_END.finditer(text, first, last):
            if _inside_marks(text, first, mark.start()):
                continue
            yield from _trimmed(text, at, mark.start())
            at = mark.end()
        while last > at and text[last - 1] in "。！？!?":
            last -= 1
        yield from _trimmed(text, at, last)


def words(text: str) -> list[str]:
    """Jieba's search words of folded text, blanks and punctuation left out."""
    cutter = _jieba()
    found: list[str] = []
    for chunk in _CHUNK.findall(fold(text)):
        found.extend(cutter.cut_for_search(chunk) if chunk[0] >= "\u3400" else [chunk])
    return found


def tagged(text: str) -> list[tuple[str, str]]:
    """Words of folded text with jieba's part-of-speech tags (n noun, v verb, ns place …)."""
    return [(pair.word, pair.flag) for pair in _tagger().cut(fold(text))]


def is_word(text: str) -> bool:
    """Whether jieba's dictionary holds a word."""
    return bool(_jieba().FREQ.get(text))


def grams(text: str) -> list[str]:
    """Single characters and character pairs of folded text; a run of Latin letters or digits stays whole."""
    found: list[str] = []
    for chunk in _CHUNK.findall(fold(text)):
        if chunk[0] >= "\u3400":
            found.extend(chunk)
            found.extend(chunk[i : i + 2] for i in range(len(chunk) - 1))
        else:
            found.append(chunk)
    return found


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _inside_marks(text: str, start: int, at: int) -> bool:
    before = text[start:at]
    return any(before.count(left) > before.count(right) for left, right in ("《》", "“”", "（）", "()"))


@cache
def _fold_table() -> dict[int, str]:
    from opencc import OpenCC

    marks = _QUOTES | _DASHES | _DOTS | _BRACKETS
    codes = [
        code for code in range(0x10000) if unicodedata.category(chr(code)) not in ("Cs", "Co", "Cn", "Cc")
    ]
    table = {code: _one(unicodedata.normalize("NFKC", chr(code)).lower(), chr(code)) for code in codes}
    to_simple = OpenCC("t2s")
    for _ in range(3):  # a radical is a traditional character by its normal form, which is a simplified one
        chars = sorted(set(table.values()))
        simple = dict(zip(chars, to_simple.convert("\n".join(chars)).split("\n"), strict=True))
        table = {code: marks.get(ord(char), _one(simple[char], char)) for code, char in table.items()}
    return {code: char for code, char in table.items() if char != chr(code)}


def _one(normal: str, char: str) -> str:
    """The normal form where it is a single character, else the character itself: offsets must not move."""
    return normal if len(normal) == 1 and not normal.isspace() else char


@cache
def _from_taiwan() -> Any:
    from opencc import OpenCC

    return OpenCC("tw2s")


@cache
def _jieba() -> Any:
    """Jieba's tokenizer, filled without its log lines and without the cache file it would leave in /tmp."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba

    cutter = jieba.Tokenizer()
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    return cutter


@cache
def _tagger() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba.posseg

    return jieba.posseg.POSTokenizer(_jieba())
