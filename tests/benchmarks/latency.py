"""How long ask() takes beside the bare encoder, what one question costs in memory, what lies on the disk.

python -m tests.benchmarks.latency QUESTIONS.jsonl FOLDER
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from embeddings.bundled import MODEL_NAME
from qa.bot import Bot
from qa.library import default_library, model_cache
from tests.benchmarks.questions import Asked, load_questions

ROUNDS = 3

_STARTER = """
import resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("folder", type=Path, help="texts, one document each; the file's stem is its id")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        library = default_library(Path(home))
        library.add_all(sorted(arguments.folder.glob("*.txt")))
        questions = load_questions(arguments.questions, library.documents)
        asked, bare = times(Bot(library), questions)
        print(f"| {len(questions)} questions, {ROUNDS} rounds, one at a time | p50 | p95 |\n|---|---|---|")
        for name, measured in (("`ask()`", asked), ("bare `encode_query`", bare)):
            p50, p95 = np.percentile(measured, [50, 95]) * 1000
            print(f"| {name} | {p50:.1f} ms | {p95:.1f} ms |")

        seconds, memory = one_command(Path(home), questions[0].text)
        print("\n| one `wenzheng ask` | |\n|---|---|")
        print(f"| from start to end | {seconds:.1f} s |\n| peak memory | {memory / 1e6:.0f} MB |")

        print("\n| on disk | |\n|---|---|")
        folders = {
            "environment": Path(sys.prefix),
            "embedded model": model_cache() / MODEL_NAME,
            "index": Path(home) / "index",
        }
        for name, folder in folders.items():
            print(f"| {name} | {size(folder) / 1e6:.1f} MB |")


def times(bot: Bot, questions: Sequence[Asked]) -> tuple[list[float], list[float]]:
    """Seconds of ask() and of the bare encoder for each question and round, turn and turn about."""
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(
        str(model_cache() / MODEL_NAME), device="cpu", model_kwargs={"dtype": torch.float32}
    )
    asked: list[float] = []
    bare: list[float] = []
    for question in questions[:10]:  # what is loaded on first use is not measured
        bot.ask(question.text, question.history, documents=question.documents)
        model.encode_query([question.text], show_progress_bar=False)
    for _ in range(ROUNDS):
        for question in questions:
            ask = partial(bot.ask, question.text, question.history, documents=question.documents)
            asked.append(_seconds(ask))
            bare.append(_seconds(partial(model.encode_query, [question.text], show_progress_bar=False)))
    return asked, bare


def one_command(home: Path, question: str) -> tuple[float, int]:
    """Seconds and peak resident bytes of one ``wenzheng ask``, process start and model included (Linux)."""
    command = [sys.executable, "-m", "qa.cli", "--home", str(home), "ask", question]
    # Started from a small process: a child's peak begins with what its parent held.
    done = subprocess.run([sys.executable, "-c", _STARTER, *command], check=True, capture_output=True)
    seconds, kilobytes = done.stdout.split()
    return float(seconds), int(kilobytes) * 1024


def size(folder: Path) -> int:
    """Bytes of the files in a folder."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
