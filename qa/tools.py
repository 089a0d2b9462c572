"""What other programs may call, with plain JSON in and out: the page's endpoints and the MCP tools."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, cast

from typing_extensions import TypedDict

from qa.datatypes import Document, Figure
from qa.errors import DocumentError, QAError

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from qa.bot import Bot


class Message(TypedDict):
    """A message of the chat before the question."""

    role: str
    content: str


class CitationRecord(TypedDict):
    """``Citation.to_dict()``."""

    document_id: str
    start: int
    end: int
    quote: str
    section: list[str]
    year: int | None
    kind: str
    score: float


class AnswerRecord(TypedDict):
    """``Answer.to_dict()``."""

    status: str
    text: str
    short_answer: str | None
    citations: list[CitationRecord]
    question: str


class FigureRecord(TypedDict):
    """The fields of ``Figure``."""

    document_id: str
    start: int
    end: int
    value: str
    number: float
    upper: float | None
    unit: str
    indicator: str
    indicator_start: int
    indicator_end: int
    name: str
    action: str
    measure: str
    hedge: str
    basis: str
    direction: str
    years: list[int]
    period: str
    kind: str
    clause_start: int
    clause_end: int


class DocumentRecord(TypedDict):
    """What a report is, without its text."""

    id: str
    title: str
    region: str
    year: int | None
    characters: int
    figures: int


Tool = Callable[..., Any]


def tools(bot: Bot) -> tuple[Tool, Tool, Tool]:
    """``ask``, ``figures`` and ``documents`` of a bot; each raises QAError where the caller can mend it."""

    def ask(
        question: str,
        history: list[Message] | None = None,
        kind: Literal["achieved", "planned"] | None = None,
        documents: list[str] | None = None,
    ) -> AnswerRecord:
        """Answer a question about Chinese government work reports (政府工作报告), with verbatim citations.

        question: in Chinese, or in English. history: the chat so far, oldest first, for follow-ups. kind:
        only what was achieved, or only what is planned. documents: only these reports, by id.

        status is answered, or why not: not_in_report, section_missing, no_such_document, out_of_scope; then
        say so, and do not answer from elsewhere. short_answer is the figure, name or date as printed; [1] in
        text means citations[0], whose quote is characters start to end of the report.
        """
        answer = bot.ask(question, cast(Any, history), kind=kind, documents=documents)
        return cast(AnswerRecord, answer.to_dict())

    def figures(
        document: str | None = None,
        indicator: str | None = None,
        kind: Literal["achieved", "planned"] | None = None,
    ) -> list[FigureRecord]:
        """List the figures of the reports: value as printed, number in unit, indicator, years, kind, place.

        document: of this report only, by id. indicator: only those whose indicator holds this text. kind:
        only what was achieved, or only what is planned.
        """
        held = bot.library.documents
        if document is not None and document not in held:
            raise DocumentError(f"资料库中没有文档“{document}”。现有：{'、'.join(held) or '（空）'}。")
        return [
            _figure(figure)
            for report in held.values()
            if document in (None, report.id)
            for figure in report.figures
            if (indicator or "") in figure.indicator and kind in (None, figure.kind)
        ]

    def documents() -> list[DocumentRecord]:
        """List the reports that can be asked about: id, title, region, year, length, number of figures."""
        return [_document(document) for document in bot.library.documents.values()]

    return ask, figures, documents


def raising(tool: Tool, error: type[Exception]) -> Tool:
    """The tool with its QAError, which is meant to be read, as the error that a door passes on.

    Its signature holds types instead of their names: the doors read their schemas off it.
    """

    @wraps(tool)
    def called(*arguments: Any, **named: Any) -> Any:
        try:
            return tool(*arguments, **named)
        except QAError as cause:
            raise error(str(cause)) from cause

    called.__signature__ = inspect.signature(tool, eval_str=True)  # type: ignore[attr-defined]
    return called


def mcp_server(bot: Bot) -> MCPServer:
    """The tools as a server of the Model Context Protocol, to be run on a transport."""
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError

    server: MCPServer = MCPServer(
        "wenzheng",
        title="问政",
        instructions="政府工作报告：答案逐字引自报告并注明出处，报告没有的如实说明。",
    )
    for tool in tools(bot):
        server.add_tool(raising(tool, ToolError))
    return server


def _figure(figure: Figure) -> FigureRecord:
    return cast(FigureRecord, asdict(figure) | {"years": list(figure.years)})


def _document(document: Document) -> DocumentRecord:
    return {
        "id": document.id,
        "title": document.title,
        "region": document.region,
        "year": document.year,
        "characters": len(document.text),
        "figures": len(document.figures),
    }
