"""Typing errors: pieces of a question that no report holds, read as what sounds the same and stands there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from qa.lexicon import Lexicon, load_lexicon
from qa.text import fold, is_word, tagged

_COMMON = frozenset(
    "的了着过是在有和与及或对于从到向为被把给由以之其各几多少哪什么吗呢吧啊那这个也就都又还很最没不要会能可想说去来做搞"
)
_HAN = re.compile(r"[\u3400-\u9fff]+")


class Speller:
    """Knows the pairs of characters of some texts, by sight and by sound."""

    def __init__(self, texts: Iterable[str], lexicon: Lexicon | None = None) -> None:
        """Read ``texts``, folded; words of the lexicon (the built-in one unless given) are spelt right."""
        self._lexicon = load_lexicon() if lexicon is None else lexicon
        self._triples: set[str] = set()
        pairs: set[str] = set()
        for text in texts:
            for run in _HAN.findall(text):
                pairs.update(run[i : i + 2] for i in range(len(run) - 1))
                self._triples.update(run[i : i + 3] for i in range(len(run) - 2))
        self._pairs = pairs
        self._by_sound: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for pair in sorted(pairs):
            self._by_sound[_sound(pair)].append(pair)

    def alike(self, word: str) -> tuple[str, ...]:
        """Words of the texts that sound like a word of two characters and share one of them (游轮: 邮轮)."""
        if word in self._pairs or not _HAN.fullmatch(word) or len(word) != 2:
            return ()
        others = self._by_sound.get(_sound(word), ())
        return tuple(
            o for o in others if is_word(o) and sum(a == b for a, b in zip(word, o, strict=True)) == 1
        )

    def correct(self, question: str) -> str:
        """The question with typing errors mended, as long as it was; unchanged where nothing is sure.

        A pair of characters is mended where it is no part of a word and not in the texts, one in the texts
        sounds the same and shares a character with it, and is a word or goes on as in the texts.
        """
        chars = list(question)
        folded = fold(question)
        for at in _unknown(folded, self._lexicon):
            pair = folded[at : at + 2]
            if pair in self._pairs or not _COMMON.isdisjoint(pair):
                continue
            for other in self._by_sound.get(_sound(pair), ()):
                shared = sum(a == b for a, b in zip(pair, other, strict=True))
                beside = {folded[at - 1 : at] + other, other + folded[at + 2 : at + 3]}
                if shared == 1 and (is_word(other) or beside & self._triples):
                    chars[at : at + 2] = other
                    folded = folded[:at] + other + folded[at + 2 :]
                    break
        return "".join(chars)


def _unknown(folded: str, lexicon: Lexicon) -> list[int]:
    """Where pairs of Han characters begin that are no part of a known word."""
    known = bytearray(len(folded))
    at = 0
    for word, _ in tagged(folded):
        at = folded.index(word, at)
        if len(word) > 1 and (is_word(word) or word in lexicon):
            known[at : at + len(word)] = b"\1" * len(word)
        at += len(word)
    for size in (2, 3, 4):
        for at in range(len(folded) - size + 1):
            if folded[at : at + size] in lexicon:
                known[at : at + size] = b"\1" * size
    return [
        at
        for at in range(len(folded) - 1)
        if not any(known[at : at + 2]) and _HAN.fullmatch(folded[at : at + 2])
    ]


@cache
def _sound(pair: str) -> tuple[str, ...]:
    return tuple(_syllable(char) for char in pair)


@cache
def _syllable(char: str) -> str:
    from pypinyin import lazy_pinyin

    return str(lazy_pinyin(char)[0])
