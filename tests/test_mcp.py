"""The MCP door: the protocol's own client starts ``wenzheng mcp`` and gets what ``Bot.ask`` gives."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent, Tool

from embeddings.encoder import SentenceEncoder
from qa.bot import Bot
from qa.library import Library, seed_folder

REPOSITORY = Path(__file__).parents[1]
QUESTION = "浦东一共有多少家持牌金融机构？"

Call = Callable[..., CallToolResult]


@pytest.fixture(scope="module")
def bot(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """A bot on a new library, as it ships, whose index is there before the process asks for it."""
    library = Library(tmp_path_factory.mktemp("user") / "wenzheng", lambda: encoder, seeds=seed_folder())
    library.snapshot()
    return Bot(library)


@pytest.fixture(scope="module")
def session(bot: Bot, model_cache: Path) -> Iterator[tuple[Call, list[Tool]]]:
    """How to call a tool of ``wenzheng mcp``, and the tools that it offers."""
    home = bot.library.home.parent
    (home / "cache").mkdir()
    (home / "cache" / "wenzheng").symlink_to(model_cache, target_is_directory=True)
    environment = {"XDG_DATA_HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "HF_HUB_OFFLINE": "1"}
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "qa.cli", "mcp"],
        env=os.environ | environment,
        cwd=REPOSITORY,
    )
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(server, read_timeout_seconds=120)) as client,
    ):

        def call(name: str, **arguments: Any) -> CallToolResult:
            result: CallToolResult = portal.call(client.call_tool, name, arguments)
            return result

        yield call, portal.call(client.list_tools).tools


@pytest.fixture
def call(session: tuple[Call, list[Tool]]) -> Call:
    return session[0]


def test_the_tools_say_what_they_take_and_give(session: tuple[Call, list[Tool]]) -> None:
    tools = {tool.name: tool for tool in session[1]}
    assert list(tools) == ["ask", "figures", "documents"]
    assert list(tools["ask"].input_schema["properties"]) == ["question", "history", "kind", "documents"]
    assert tools["ask"].input_schema["required"] == ["question"]
    assert tools["ask"].output_schema
    assert list(tools["ask"].output_schema["properties"]) == [
        "status",
        "text",
        "short_answer",
        "citations",
        "question",
    ]
    assert "citations[0]" in (tools["ask"].description or "")


def test_ask_gives_the_answer_with_its_citations(call: Call, bot: Bot) -> None:
    answer = call("ask", question=QUESTION).structured_content
    assert answer == bot.ask(QUESTION).to_dict()
    assert answer["short_answer"] == "1208家"
    cited = answer["citations"][0]
    text = bot.library.documents[cited["document_id"]].text
    assert text[cited["start"] : cited["end"]] == cited["quote"]


def test_ask_takes_history_kind_and_documents(call: Call, bot: Bot) -> None:
    history = [{"role": "user", "content": "2023年新增了多少家持牌类金融机构？"}]
    limits: dict[str, Any] = {"kind": "achieved", "documents": ["pudong-2024"]}
    answer = call("ask", question="那累计呢？", history=history, **limits).structured_content
    assert answer == bot.ask("那累计呢？", history, **limits).to_dict()
    assert answer["short_answer"] == "1208家"


def test_refusing_is_an_answer(call: Call) -> None:
    answer = call("ask", question="请写一首关于浦东的诗")
    assert not answer.is_error
    assert answer.structured_content
    assert answer.structured_content["status"] == "out_of_scope"


def test_figures_and_documents_are_listed(call: Call, bot: Bot) -> None:
    report = bot.library.documents["pudong-2024"]
    found = call("figures", indicator="地区生产总值", kind="planned").structured_content
    assert found
    assert [(f["value"], f["years"], f["kind"]) for f in found["result"]] == [("6%左右", [2024], "planned")]
    assert call("documents").structured_content == {
        "result": [
            {
                "id": "pudong-2024",
                "title": "2024年浦东新区政府工作报告",
                "region": "浦东新区",
                "year": 2024,
                "characters": len(report.text),
                "figures": len(report.figures),
            }
        ]
    }


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("ask", {"question": " "}, "问题"),
        ("ask", {"question": "什么", "documents": ["nowhere"]}, "资料库中没有文档“nowhere”"),
        ("figures", {"document": "../../etc/passwd"}, "资料库中没有文档“../../etc/passwd”"),
    ],
)
def test_an_error_that_the_caller_can_mend_says_so(
    call: Call, tool: str, arguments: dict[str, Any], message: str
) -> None:
    result = call(tool, **arguments)
    assert result.is_error
    assert isinstance(result.content[0], TextContent)
    assert message in result.content[0].text
