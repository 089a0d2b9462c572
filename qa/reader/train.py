"""Train the reader on a CPU.

``python -m qa.reader.train --squad drcd-dev.json drcd-test.json --reports *.txt --out folder``
"""

from __future__ import annotations

import argparse
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from qa.reader.examples import (
    Asked,
    Example,
    answerable,
    digest,
    held_out,
    read_squad,
    trap,
    unanswerable,
    without,
)
from qa.reader.reports import read_reports, report_examples
from qa.reader.windows import MOST_ANSWER_TOKENS, Tokenizer, Window, allowed, padded
from qa.reader.written import QUESTIONS, read_written

if TYPE_CHECKING:
    from torch import Tensor

    from qa.reader.network import Network

WINDOW, STRIDE = 384, 192
TOKENS = 768
"""Of a micro-batch: what one thread takes at a time."""
MICRO_BATCHES = 4
"""To a step."""
WARM_UP = 0.08
WHOLE = 0.06
"""Share of the questions read with the whole paragraph around the answer."""
UNANSWERABLE = 0.18
"""Share of the questions that are asked a second time, where they are not answered."""
FIGURES_BESIDE_WRITTEN = 0.25
"""Share of the questions made from ledgers that a pass over those of questions.tsv takes."""
CLIP = 1.0

_log = logging.getLogger("wenzheng")

Row = tuple[Window, tuple[tuple[int, int], ...]]
"""A window, and the first and last tokens of the answers in it: none where it holds none."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m qa.reader.train", description=__doc__)
    parser.add_argument(
        "--squad", type=Path, nargs="+", required=True, help="questions in the format of SQuAD"
    )
    parser.add_argument("--reports", type=Path, nargs="*", default=[], help="government work reports, UTF-8")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument(
        "--written", action="store_true", help="the questions of questions.tsv on these files too"
    )
    parser.add_argument("--start", type=Path, help="packed weights to begin with, not the embedded encoder's")
    parser.add_argument("--passes", type=int, default=1, help="over the questions (default 1)")
    parser.add_argument("--rate", type=float, default=2e-4, help="highest learning rate (default 2e-4)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(**vars(given))


def train(
    squad: Sequence[Path],
    reports: Sequence[Path],
    out: Path,
    written: bool = False,
    start: Path | None = None,
    passes: int = 1,
    rate: float = 2e-4,
    seed: int = 1,
    threads: int = 1,
    cache: Path | None = None,
) -> Path:
    """Train on these files and write ``reader.safetensors`` with what it was made from; its path.

    The same files, seed and program give the same examples in the same order; the sums of floating point
    numbers depend on the processor.
    """
    import torch

    from embeddings.bundled import make_bundled_model
    from qa.library import model_cache
    from qa.reader.network import new_network, save_trained
    from qa.reader.weights import unpacked

    torch.manual_seed(seed)
    torch.set_num_threads(1)  # each thread takes micro-batches of its own, which needs no waiting inside one
    folder = make_bundled_model(cache or model_cache())
    network = new_network(folder)
    if start:
        network.load_state_dict(unpacked(start)[0], strict=False)
    tokenizer = Tokenizer(folder / "tokenizer.json")
    random = Random(seed)
    steps: list[list[list[Row]]] = []
    for _ in range(passes):
        examples = made(squad, reports, random, written=written)
        steps += batches(row_list(examples, tokenizer), random)
        _log.info("%d examples, %d steps so far", len(examples), len(steps))
    out.mkdir(parents=True, exist_ok=True)
    made_from = {"seed": str(seed), "rate": str(rate), "passes": str(passes), "steps": str(len(steps))}
    made_from |= dict(
        digest([*squad, *reports, *([QUESTIONS] if written else []), *([start] if start else [])])
    )
    target = out / "reader.safetensors"

    def keep() -> None:
        save_trained(network, target, made_from)

    fit(network, steps, rate, threads, keep)
    keep()
    return target


def made(squad: Sequence[Path], reports: Sequence[Path], random: Random, *, written: bool) -> list[Example]:
    """One pass over the data: answerable and unanswerable examples, cut anew each time."""
    asked = [asked for path in squad for asked in read_squad(path) if not held_out(asked.article)]
    figures = report_examples(read_reports(reports, kept=False), random) if reports else []
    if written:
        ours = read_written(squad, reports, kept=False)
        if not ours:
            raise SystemExit(
                f"{QUESTIONS.name} holds no question on these files: are they those it was written for?"
            )
        asked += ours
        figures = random.sample(figures, int(FIGURES_BESIDE_WRITTEN * len(figures)))
    found = [example for one in asked for example in examples_of(one, random)] + figures
    random.shuffle(found)
    return found


def examples_of(asked: Asked, random: Random) -> Iterator[Example]:
    """The question with a stretch that answers it, and sometimes with one that does not."""
    most = 1000 if random.random() < WHOLE else random.randint(50, 260)
    if not asked.answers:
        yield trap(asked, random, most)
        return
    example = answerable(asked, random, most)
    yield example
    if random.random() < UNANSWERABLE:
        near = without(example, random) if random.random() < 0.4 else None
        if other := near or unanswerable(asked, random, random.randint(50, 220)):
            yield other


def row_list(examples: Iterable[Example], tokenizer: Tokenizer) -> list[Row]:
    """The windows of the examples: of a long passage one that holds the answer."""
    found = []
    for example in examples:
        for window in tokenizer.windows(example.question, example.passage, WINDOW, STRIDE):
            spans = [window.tokens_of(start, end) for start, end in example.answers]
            answers = tuple(span for span in spans if span and span[1] - span[0] < MOST_ANSWER_TOKENS)
            if answers or not example.answers:
                found.append((window, answers))
                break
    return found


def batches(rows: Sequence[Row], random: Random) -> list[list[list[Row]]]:
    """Steps of micro-batches of rows of like length, in random order."""
    by_length = sorted(rows, key=lambda row: len(row[0].ids) + 12 * random.random())
    micro: list[list[Row]] = [[]]
    for row in by_length:
        if micro[-1] and (len(micro[-1]) + 1) * len(row[0].ids) > TOKENS:
            micro.append([])
        micro[-1].append(row)
    random.shuffle(micro)
    return [micro[at : at + MICRO_BATCHES] for at in range(0, len(micro), MICRO_BATCHES)]


def fit(
    network: Network, steps: Sequence[list[list[Row]]], rate: float, threads: int, keep: Callable[[], None]
) -> None:
    """Descend: AdamW, a warm-up, then down to nothing in a straight line."""
    import torch

    network.freeze()
    trained = [weights for weights in network.parameters() if weights.requires_grad]
    decayed = [weights for weights in trained if weights.dim() > 1]
    others = [weights for weights in trained if weights.dim() == 1]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))
    # Where the processor does not know bfloat16 it is emulated, twenty times as slow as full precision.
    fast = torch.cpu._is_avx512_bf16_supported()
    begun = time.monotonic()
    mean, tokens = 0.0, 0

    def gradients(rows: list[Row]) -> tuple[float, tuple[Tensor, ...]]:
        with torch.autocast("cpu", torch.bfloat16, enabled=fast):
            loss = losses(network, rows).sum()
        return loss.item(), torch.autograd.grad(loss, trained)

    with ThreadPoolExecutor(threads) as pool:
        for at, step in enumerate(steps):
            share = (at + 1) / len(steps)
            for group in optimizer.param_groups:
                group["lr"] = rate * min(share / WARM_UP, (1 - share) / (1 - WARM_UP))
            size = sum(map(len, step))
            found = list(pool.map(gradients, step))
            for weights, *parts in zip(trained, *(parts for _, parts in found), strict=True):
                weights.grad = sum(parts[1:], parts[0]) / size
            torch.nn.utils.clip_grad_norm_(trained, CLIP)
            optimizer.step()
            loss = sum(loss for loss, _ in found) / size
            mean = loss if at == 0 else 0.98 * mean + 0.02 * loss
            tokens += sum(len(row[0].ids) for rows in step for row in rows)
            if at % 10 == 9:
                seconds = time.monotonic() - begun
                _log.info(
                    "step %d of %d, loss %.3f, %.0f s, %.0f tokens/s",
                    at + 1, len(steps), mean, seconds, tokens / seconds,
                )  # fmt: skip
            if at % 100 == 99:
                keep()


def losses(network: Network, rows: Sequence[Row]) -> Tensor:
    """``(len(rows),)``: minus the log of what share of a window's certainty its answers, or none, got."""
    import torch

    ids = torch.tensor(padded([window.ids for window, _ in rows]))
    spans, none = network(ids)
    spans = spans.masked_fill(~allowed([window for window, _ in rows], ids.shape[1]), -torch.inf)
    total = torch.logsumexp(torch.cat([none[:, None], spans.flatten(1)], dim=1), dim=1)
    right = [
        torch.logsumexp(torch.stack([spans[at, first, last] for first, last in answers]), dim=0)
        if answers
        else none[at]
        for at, (_, answers) in enumerate(rows)
    ]
    return total - torch.stack(right)


if __name__ == "__main__":
    main()
