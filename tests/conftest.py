"""What the test modules share."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.bundled import make_bundled_model
from embeddings.encoder import SentenceEncoder, load_encoder

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def report() -> str:
    """The report that ships with the program."""
    return (REPOSITORY / "seeds" / "pudong-2024.txt").read_bytes().decode()


@pytest.fixture(scope="session")
def model_cache(request: pytest.FixtureRequest) -> Path:
    """A cache that holds the embedded model, built once and kept beside pytest's own cache."""
    cache = Path(request.config.cache.mkdir("models"))
    make_bundled_model(cache)
    return cache


@pytest.fixture(scope="session")
def encoder(model_cache: Path) -> SentenceEncoder:
    """The embedded model, loaded once."""
    return load_encoder(cache=model_cache)
