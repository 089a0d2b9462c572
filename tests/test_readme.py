"""The README shows what the program says, and names every file."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

import qa.library
from embeddings.encoder import SentenceEncoder
from qa.bot import Bot
from qa.cli import _reply
from qa.library import Library, seed_folder

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
ASKED = re.findall(r'```console\n\$ wenzheng ask "([^"\n]+)"\n(.*?)```', README, re.DOTALL)


@pytest.fixture(scope="module")
def library(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A new library, as it ships."""
    return Library(tmp_path_factory.mktemp("home"), lambda: encoder, seeds=seed_folder())


@pytest.mark.parametrize(("question", "shown"), ASKED, ids=[question for question, _ in ASKED])
def test_a_shown_answer_is_what_the_program_says(library: Library, question: str, shown: str) -> None:
    assert "\n".join(_reply(Bot(library).ask(question), library)) + "\n" == shown


def test_the_python_examples_run_as_shown(
    library: Library, encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.snapshot()
    monkeypatch.setenv("WENZHENG_HOME", str(library.home))
    monkeypatch.setattr(qa.library, "load_encoder", lambda model, cache: encoder)
    examples = "\n".join(re.findall(r"```python\n(.*?)```", README, re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, "README.md", None, None)
    report: list[str] = []
    assert doctest.DocTestRunner().run(test, out=report.append).attempted > 0
    assert report == []


@pytest.mark.parametrize("room", ["embeddings", "qa", "qa/evaluation", "qa/web"])
def test_every_file_of_a_room_has_its_line(room: str) -> None:
    files = {path.name for path in (REPOSITORY / room).glob("*.py")} - {"__init__.py"}
    assert {name for name in files if f"`{name}`" not in README} == set()


def test_every_link_leads_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert [target for target in targets if not (REPOSITORY / target).exists()] == []
