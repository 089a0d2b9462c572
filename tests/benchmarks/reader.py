"""How well and how fast the reader reads.

``python -m tests.benchmarks.reader --cmrc cmrc2018-trial.json --squad drcd-dev.json drcd-test.json
--reports *.txt``. Each part needs its own files: CMRC 2018 gives exact match and F1 by its official
definition, the articles and reports that were kept from training give the decision whether a passage
answers at all. Time and memory need none.
"""

from __future__ import annotations

import argparse
import re
import resource
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from qa.library import model_cache
from qa.reader import Reader, load_reader
from qa.reader.calibrate import kept_examples
from qa.reader.examples import read_squad

_MARKS = "-:_*^/\\~`+=,，。：？！“”；’《》……·、「」（）－～『』"
_SENTENCE = "2023年，全区新建养老床位1208张，改建社区食堂35家，老年助餐点达到三百余处，家门口服务更加便捷。"


def main() -> None:
    """Print the figures of the card."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reader", description=__doc__)
    parser.add_argument("--weights", type=Path, help="instead of those that ship")
    parser.add_argument("--cmrc", type=Path, help="CMRC 2018, SQuAD format")
    parser.add_argument("--squad", type=Path, nargs="*", default=[])
    parser.add_argument("--reports", type=Path, nargs="*", default=[])
    parser.add_argument("--first", type=int, help="only so many questions of each part")
    given = parser.parse_args()
    reader = load_reader(model_cache(), given.weights)
    if given.cmrc:
        print_cmrc(reader, given.cmrc, given.first)
    if given.squad or given.reports:
        print_decisions(reader, given.squad, given.reports, given.first)
    print_times(reader)


def print_cmrc(reader: Reader, path: Path, first: int | None) -> None:
    """Exact match and F1, the passage given; a span that is not given counts as wrong."""
    exact, close = [], []
    for asked in read_squad(path)[:first]:
        said = next((span.text for span in reader.read(asked.question, [asked.paragraph])), "")
        answers = [asked.paragraph[start:end] for start, end in asked.answers]
        exact.append(max(bare(answer) == bare(said) for answer in answers))
        close.append(max(f1(answer, said) for answer in answers))
    print(
        f"CMRC 2018, {len(exact)} questions: EM {statistics.mean(exact):.3f}, F1 {statistics.mean(close):.3f}"
    )


def print_decisions(
    reader: Reader, squad: Sequence[Path], reports: Sequence[Path], first: int | None
) -> None:
    """The no-answer decision on as many answerable as hard unanswerable pairs, and the spans."""
    for name, examples in kept_examples(squad, reports, 1, Random(7)).items():
        told: list[bool] = []
        refused: list[bool] = []
        exact: list[bool] = []
        close: list[float] = []
        for example in examples[:first]:
            spans = reader.read(example.question, [example.passage])
            if not example.answers:
                refused.append(not spans)
                continue
            told.append(bool(spans))
            answers = [example.passage[start:end] for start, end in example.answers]
            exact.append(bool(spans) and any(bare(answer) == bare(spans[0].text) for answer in answers))
            close.append(max(f1(answer, spans[0].text) for answer in answers) if spans else 0.0)
        yes, no = statistics.mean(told), statistics.mean(refused)
        print(
            f"{name}: {len(told)} pairs of each kind, answered {yes:.3f}, refused {no:.3f}, "
            f"balanced {(yes + no) / 2:.3f}; right to the character {statistics.mean(exact):.3f}, "
            f"F1 {statistics.mean(close):.3f}"
        )


def print_times(reader: Reader) -> None:
    """Milliseconds to a question with passages of some 120 characters, and the process's memory."""
    for count in (1, 3, 5, 10):
        passages = [_SENTENCE * 2 + f"第{at}条。" for at in range(count)]
        times = []
        for _ in range(20):
            begun = time.perf_counter()
            reader.read("2023年新建了多少张养老床位？", passages)
            times.append(1000 * (time.perf_counter() - begun))
        times.sort()
        characters = f"{count} passages of {len(passages[0])} characters"
        print(f"{characters}: p50 {times[10]:.0f} ms, p95 {times[18]:.0f} ms")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


# --- CMRC 2018's own definition: characters and Latin words without marks, the longest run that both share


def bare(text: str) -> str:
    """The text as exact match compares it."""
    return "".join(char for char in text.lower().strip() if char not in _MARKS)


def f1(answer: str, said: str) -> float:
    """Of the longest common run of segments."""
    right, given = segments(answer), segments(said)
    shared = longest_run(right, given)
    return 2 * shared / (len(right) + len(given)) if shared else 0.0


def segments(text: str) -> list[str]:
    """Han characters one by one, everything else by words."""
    return re.findall(r"[\u4e00-\u9fa5]|[^\W\u4e00-\u9fa5]+(?:[.,'][^\W\u4e00-\u9fa5]+)*|[^\s\w]", bare(text))


def longest_run(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common substring."""
    best, row = 0, [0] * (len(other) + 1)
    for left in one:
        row = [0, *(row[at] + 1 if left == right else 0 for at, right in enumerate(other))]
        best = max(best, *row)
    return best


if __name__ == "__main__":
    main()
