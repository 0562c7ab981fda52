"""Model Context Protocol servers over streamable HTTP: one session for each question.

Not crewai's own client: in 1.15.30 every call of its over HTTP ends in "no running event loop". There is no
stdio: that would be a command line chosen by a user.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import httpx
from mcp import ClientSession, McpError
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, Tool

from src.core.errors import AppError, CodedFailure
from src.core.outbound import OutboundLimits, open_async_client

T = TypeVar("T")

_MAX_TOOLS = 200
_MAX_PAGES = 20
_MAX_SCHEMA_CHARS = 50_000
_MAX_DESCRIPTION_CHARS = 2_000
_MAX_BYTES = 5_000_000


class McpFailed(CodedFailure):
    """A server that could not be asked, in words for people; `code` is mcp-error, mcp-unauthorized,
    timeout or no-answer."""


@dataclass(frozen=True)
class RemoteTool:
    name: str
    description: str
    input_schema: Mapping[str, Any]


@dataclass(frozen=True)
class McpClient:
    name: str
    url: str
    headers: Mapping[str, str]
    timeout_s: float
    allow_private_urls: bool

    async def tools(self) -> tuple[RemoteTool, ...]:
        return await self._ask(_list_tools)

    async def call(self, tool: str, arguments: dict[str, Any]) -> CallToolResult:
        return await self._ask(lambda session: session.call_tool(tool, arguments))

    async def _ask(self, question: Callable[[ClientSession], Awaitable[T]]) -> T:
        """Raises McpFailed, or UnsafeUrl for an address that may not be called."""
        try:
            async with self._session() as session:
                return await question(session)
        except (ExceptionGroup, McpError, httpx.HTTPError, AppError, TimeoutError) as exc:
            raise self._readable(_first_cause(exc)) from exc

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[ClientSession]:
        limits = OutboundLimits(
            allow_private=self.allow_private_urls,
            timeout_s=self.timeout_s,
            max_bytes=_MAX_BYTES,
            follow_redirects=False,  # the MCP client follows within the origin by itself
        )
        async with (
            open_async_client(limits, headers=dict(self.headers)) as client,
            streamable_http_client(self.url, http_client=client) as (read, write, _),
            ClientSession(read, write, timedelta(seconds=self.timeout_s)) as session,
        ):
            await session.initialize()
            yield session

    def _readable(self, cause: BaseException) -> McpFailed | AppError:
        server = f"MCP server {self.name!r}"
        match cause:
            case AppError() | McpFailed():
                return cause
            case httpx.HTTPStatusError(response=response) if response.status_code in (401, 403):
                return McpFailed(
                    "mcp-unauthorized",
                    f"{server} answered {response.status_code}; check the headers configured for it",
                )
            case httpx.HTTPStatusError(response=response):
                return McpFailed("mcp-error", f"{server} answered {response.status_code}")
            case TimeoutError() | httpx.TimeoutException():
                return McpFailed("timeout", f"{server} did not answer within {self.timeout_s:g} s")
            case McpError():
                return McpFailed("mcp-error", f"{server}: {cause.error.message}")
            case httpx.HTTPError():
                return McpFailed("no-answer", f"{server} cannot be reached: {cause}")
        return McpFailed("mcp-error", f"{server}: {cause!r}")


async def _list_tools(session: ClientSession) -> tuple[RemoteTool, ...]:
    found: list[RemoteTool] = []
    cursor: str | None = None
    for _ in range(_MAX_PAGES):
        page = await session.list_tools(cursor)
        found += [_remote_tool(tool) for tool in page.tools]
        cursor = page.nextCursor
        if cursor is None or len(found) >= _MAX_TOOLS:
            break
    return tuple(found[:_MAX_TOOLS])


def _remote_tool(tool: Tool) -> RemoteTool:
    if len(json.dumps(tool.inputSchema)) > _MAX_SCHEMA_CHARS:
        raise McpFailed("mcp-error", f"the arguments schema of {tool.name} is too large")
    return RemoteTool(
        tool.name, (tool.description or tool.name)[:_MAX_DESCRIPTION_CHARS], tool.inputSchema
    )


def _first_cause(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
