"""How fast a large set runs beside the bare encoder, in the same run, and whether memory stays flat.

python -m tests.benchmarks.evaluation QUESTIONS.jsonl FOLDER [--size 10000] [--workers 2]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, product
from pathlib import Path

from embeddings.encoder import Encoder
from qa.bot import Bot
from qa.evaluation import Example, load_questions, summarize
from qa.evaluation.results import NAME, Results
from qa.evaluation.run import answered
from qa.library import default_library

OPENINGS = (
    "",
    "请问",
    "请问一下，",
    "想问问，",
    "麻烦问一下，",
    "我想知道，",
    "帮忙查一下，",
    "您好，",
    "你好，请问",
)
CLOSINGS = ("", "？", "。", "谢谢", "谢谢！", "，多谢", "呀？", "呢？", "，请回答", "，麻烦了", "！")
BARE = 256  # questions that the encoder is given alone, at first and after every STEP questions
STEP = 1000


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("folder", type=Path, help="texts, one document each; the file's stem is its id")
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        library = default_library(Path(home))
        library.add_all(sorted(arguments.folder.glob("*.txt")))
        examples = varied(load_questions(arguments.questions).examples, arguments.size)
        texts = [example.question for example in examples[:: max(1, len(examples) // BARE)]][:BARE]
        run(Bot(library), examples, texts, arguments.workers, Path(home, NAME))


def run(bot: Bot, examples: Sequence[Example], texts: Sequence[str], workers: int, path: Path) -> None:
    """Answer all, print how it goes, and how the encoder alone does in between."""
    bare = [alone(bot.library.encoder, texts)]
    results = Results(path)
    print(f"{workers} workers\n\n| questions | resident | questions/s | bare encoder, batched |")
    print("|---|---|---|---|")
    spent, before = 0.0, 0
    started = time.perf_counter()
    for item in answered(bot, examples, workers=workers):
        results.append(item)
        if len(results) % STEP and len(results) < len(examples):
            continue
        took = time.perf_counter() - started
        bare.append(alone(bot.library.encoder, texts))
        rate = (len(results) - before) / took
        print(f"| {len(results)} | {resident():.0f} MB | {rate:.1f} | {bare[-1]:.1f} |", flush=True)
        spent, before, started = spent + took, len(results), time.perf_counter()
    mean = sum(bare) / len(bare)
    rate = len(examples) / spent
    print(f"\n{rate:.1f} questions/s; bare encoder {mean:.1f}; ratio {rate / mean:.2f}")
    started = time.perf_counter()
    evaluation = summarize(results, seconds=spent)
    print(f"figures in {time.perf_counter() - started:.1f} s, resident {resident():.0f} MB")
    print(f"right_strict {evaluation.metrics['right_strict'].value:.3f}")


def varied(examples: Sequence[Example], size: int) -> list[Example]:
    """So many questions, all different: each of the set with other openings and closings."""
    found = []
    for number, (opening, closing, example) in enumerate(
        islice(product(OPENINGS, CLOSINGS, examples), size), 1
    ):
        question = f"{opening}{example.question.rstrip('？?。')}{closing}"
        found.append(replace(example, id=str(number), question=question))
    return found


def alone(encoder: Encoder, texts: Sequence[str]) -> float:
    """Questions a second of the encoder by itself, in batches."""
    started = time.perf_counter()
    encoder.encode_query(texts)
    return len(texts) / (time.perf_counter() - started)


def resident() -> float:
    """Megabytes that this process holds (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
