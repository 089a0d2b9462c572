"""Fit the reader's threshold and probabilities on data kept from training, and pack its weights.

``python -m qa.reader.calibrate trained.safetensors --squad … --reports … --out reader.safetensors``
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from qa.reader.examples import Example, answerable, digest, half_of, held_out, read_squad, trap, unanswerable
from qa.reader.neural import NeuralReader, Reading
from qa.reader.reports import read_reports, report_examples
from qa.reader.weights import Calibration, save_packed
from qa.reader.written import read_written

Floats = NDArray[np.float64]

_MOST = 300
"""Answerable and unanswerable examples of each kind, as many of the one as of the other."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, fit and pack."""
    parser = argparse.ArgumentParser(prog="python -m qa.reader.calibrate", description=__doc__)
    parser.add_argument("trained", type=Path, help="what qa.reader.train wrote")
    parser.add_argument("--squad", type=Path, nargs="+", required=True)
    parser.add_argument("--reports", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    calibrate(**vars(given))


def calibrate(
    trained: Path, squad: Sequence[Path], reports: Sequence[Path], out: Path, cache: Path | None = None
) -> Calibration:
    """Pack ``trained``, fit the calibration with the packed network, and write both to ``out``."""
    from safetensors import safe_open
    from safetensors.torch import load_file

    from embeddings.bundled import make_bundled_model
    from qa.library import model_cache
    from qa.reader.network import new_network

    folder = make_bundled_model(cache or model_cache())
    network = new_network(folder)
    network.load_state_dict(load_file(trained), strict=False)
    with safe_open(trained, "pt") as file:
        told = file.metadata() or {}
    told["trained"] = dict(digest([trained]))[trained.name]
    save_packed(network, out, Calibration(), told)
    reader = NeuralReader(out, folder)
    kinds = kept_examples(squad, reports, 0, Random(11))
    examples = [example for some in kinds.values() for example in some]
    read = [(example, reader.readings(example.question, [example.passage])[0]) for example in examples]
    found = fitted([(example, reading) for example, reading in read if reading])
    save_packed(network, out, found, told)
    return found


def kept_examples(
    squad: Sequence[Path], reports: Sequence[Path], half: int, random: Random
) -> dict[str, list[Example]]:
    """By kind, as many answerable as unanswerable examples of articles and reports kept from training.

    ``half`` 0 serves to calibrate, 1 to measure.
    """
    asked = [asked for path in squad for asked in read_squad(path) if held_out(asked.article)]
    asked = [one for one in asked if half_of(one.article) == half]
    read = [one for one in read_reports(reports, kept=True) if half_of(one.document.id) == half]
    found: list[Example] = []
    for one in asked:
        found.append(answerable(one, random, random.randint(50, 260)))
        if other := unanswerable(one, random, random.randint(50, 200)):
            found.append(other)
    ours = [one for one in read_written(squad, reports, kept=True) if half_of(one.article) == half]
    kinds = {
        "articles": found,
        "ledgers": report_examples(read, random),
        "written": [(answerable if one.answers else trap)(one, random, 260) for one in ours],
    }
    return {name: _even(examples, random) for name, examples in kinds.items() if examples}


def _even(examples: list[Example], random: Random) -> list[Example]:
    random.shuffle(examples)
    right = [example for example in examples if example.answers]
    wrong = [example for example in examples if not example.answers]
    count = min(_MOST, len(right), len(wrong))
    return [example for pair in zip(right[:count], wrong[:count], strict=True) for example in pair]


def fitted(read: Sequence[tuple[Example, Reading]]) -> Calibration:
    """The threshold of the best balanced accuracy, and a regression of whether the span is right."""
    margins = np.array([reading.margin for _, reading in read])
    answers = np.array([bool(example.answers) for example, _ in read])
    places = np.unique(np.round(margins, 1))
    accuracy = [(margins[answers] >= place).mean() + (margins[~answers] < place).mean() for place in places]
    near_best = places[np.array(accuracy) >= max(accuracy) - 0.005]
    features = np.array([[reading.margin, reading.share, 1.0] for _, reading in read])
    right = np.array([_right(example, reading) for example, reading in read], float)
    return Calibration(float(np.median(near_best)), _logistic(features, right))


def _right(example: Example, reading: Reading) -> bool:
    """Whether the span is an answer, or nearly: it may hold a word more or less."""
    said = (reading.start, reading.end)
    shared = [max(0, min(said[1], end) - max(said[0], start)) for start, end in example.answers]
    sizes = [said[1] - said[0] + end - start for start, end in example.answers]
    return any(2 * some / size >= 0.8 for some, size in zip(shared, sizes, strict=True))


def _logistic(features: Floats, right: Floats) -> tuple[float, float, float]:
    """Weights by Newton's method, held small a little."""
    weights = np.zeros(features.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-features @ weights))
        slope = features.T @ (chance - right) + 0.1 * weights
        bend = (features * (chance * (1 - chance))[:, None]).T @ features + 0.1 * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    margin, share, constant = (round(float(weight), 4) for weight in weights)
    return margin, share, constant


if __name__ == "__main__":
    main()
