"""The page's endpoints, as ``gradio_client`` finds and calls them on the served product."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from embeddings.encoder import SentenceEncoder
from qa.bot import Bot
from qa.library import Library

QUESTION = "浦东一共有多少家持牌金融机构？"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def client(address: str) -> Client:
    return Client(address, verbose=False)


@pytest.fixture(scope="module")
def bot(client: Client, home: Path, encoder: SentenceEncoder) -> Bot:
    """The same bot on the same library, to compare with."""
    assert client
    return Bot(Library(home / "data" / "wenzheng", lambda: encoder))


def test_the_endpoints_are_named_and_typed(client: Client) -> None:
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    assert sorted(endpoints) == ["/ask", "/documents", "/figures"]
    takes = {p["parameter_name"]: p["python_type"]["type"] for p in endpoints["/ask"]["parameters"]}
    assert takes == {
        "question": "str",
        "history": "None | list[dict(role: str, content: str)]",
        "kind": "None | Literal['achieved', 'planned']",
        "documents": "None | list[str]",
    }
    (answer,) = (returned["python_type"]["type"] for returned in endpoints["/ask"]["returns"])
    assert answer.startswith("dict(status: str, text: str, short_answer: None | str, citations: list[dict(")


def test_ask_gives_the_answer_with_its_citations(client: Client, bot: Bot) -> None:
    answer = client.predict(QUESTION, api_name="/ask")
    assert answer == bot.ask(QUESTION).to_dict()
    assert answer["short_answer"] == "1208家"


def test_ask_takes_history_kind_and_documents(client: Client, bot: Bot) -> None:
    history = [{"role": "user", "content": "2023年新增了多少家持牌类金融机构？"}]
    limits: dict[str, Any] = {"kind": "achieved", "documents": ["pudong-2024"]}
    answer = client.predict(question="那累计呢？", history=history, **limits, api_name="/ask")
    assert answer == bot.ask("那累计呢？", history, **limits).to_dict()
    assert answer["short_answer"] == "1208家"


def test_figures_and_documents_are_listed(client: Client, bot: Bot) -> None:
    (gdp,) = client.predict(indicator="地区生产总值", kind="planned", api_name="/figures")
    assert (gdp["value"], gdp["years"], gdp["kind"]) == ("6%左右", [2024], "planned")
    (report,) = client.predict(api_name="/documents")
    assert (report["id"], report["year"]) == ("pudong-2024", 2024)
    assert len(client.predict(api_name="/figures")) == report["figures"]


@pytest.mark.parametrize(
    ("endpoint", "arguments", "message"),
    [
        ("/ask", {"question": " "}, "问题"),
        ("/ask", {"question": "什么", "documents": ["nowhere"]}, "资料库中没有文档“nowhere”"),
        ("/figures", {"document": "../../etc/passwd"}, "资料库中没有文档“../../etc/passwd”"),
    ],
)
def test_an_error_that_the_caller_can_mend_says_so(
    client: Client, endpoint: str, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(AppError, match=message.replace(".", r"\.")):
        client.predict(**arguments, api_name=endpoint)


def test_an_argument_of_another_type_is_refused_without_a_word_of_the_inside(client: Client) -> None:
    with pytest.raises(AppError) as refused:
        client.predict(question={"a": 1}, api_name="/ask")
    assert "Traceback" not in str(refused.value)
    assert client.predict(QUESTION, api_name="/ask")["status"] == "answered"
