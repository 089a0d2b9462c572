"""What the test modules share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from embeddings.bundled import make_bundled_model
from embeddings.encoder import SentenceEncoder, load_encoder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser import OpenPage, Visit

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


# --- the page in a real browser: one server, one Chromium for all tests ---------------------------------


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the served product; its library is ``data/wenzheng`` below it."""
    return tmp_path_factory.mktemp("chat")


@pytest.fixture(scope="session")
def address(home: Path, model_cache: Path) -> Iterator[str]:
    """The product, served as ``wenzheng chat`` serves it, on the report that ships with it."""
    from tests.browser import product

    with product(home, model_cache, home / "chat.log") as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    from tests.browser import chromium

    with sync_playwright() as playwright:
        running = chromium(playwright)
        yield running
        running.close()


@pytest.fixture(scope="session")
def new_page(browser: Browser) -> OpenPage:
    """Opens pages, each in a browser profile of its own."""
    from tests.browser import PATIENCE, Visit

    def new_page(
        address: str,
        width: int = 1280,
        height: int = 860,
        scheme: Literal["light", "dark"] = "light",
        locale: str = "zh-CN",
        **settings: Any,
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale=locale, **settings
        )
        context.set_default_timeout(PATIENCE * 1000)
        return Visit(context.new_page(), address)

    return new_page


@pytest.fixture
def visit(new_page: OpenPage) -> Iterator[OpenPage]:
    """Opens pages and looks in the end at what each of them was up to."""
    visits: list[Visit] = []

    def visit(address: str, **settings: Any) -> Visit:
        visits.append(new_page(address, **settings))
        return visits[-1]

    yield visit
    for opened in visits:
        opened.page.context.close()
        opened.clean()
