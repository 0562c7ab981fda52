"""Tools of Model Context Protocol servers, over streamable HTTP.

Not crewai's own MCP tools: in 1.15.30 every call of theirs over HTTP ends in "no running event loop".
Each call opens a session of its own, so that nothing lives longer than the call; what a server offers is
remembered for a few minutes. There is no stdio: that would be a command line chosen by a user.
"""

import copy
import hashlib
import json
import re
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import httpx
from mcp import ClientSession, McpError
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, EmbeddedResource, TextContent, TextResourceContents, Tool
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from src.core.errors import AppError
from src.core.outbound import OutboundLimits, open_async_client
from src.engines.crewai.tools.base import ToolBody, ToolContext, ToolError
from src.engines.crewai.tools.waiting import wait_for

T = TypeVar("T")

_CATALOGUE_TTL_S = 300.0
_MAX_TOOLS = 200
_MAX_PAGES = 20
_MAX_SCHEMA_CHARS = 50_000
_MAX_DESCRIPTION_CHARS = 2_000
_MAX_BYTES = 5_000_000


class McpConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=60)
    url: str = Field(min_length=1, max_length=2_000)
    timeout_s: float = Field(60, ge=1, le=600)


@dataclass(frozen=True)
class RemoteTool:
    name: str
    description: str
    input_schema: Mapping[str, Any]


class McpServer:
    """One server as one run sees it: address, headers, deadline, cancel."""

    def __init__(self, context: ToolContext) -> None:
        try:
            self._config = McpConfig.model_validate(dict(context.config))
        except ValidationError as exc:
            raise ToolError(
                "not-configured", f"the MCP server is configured wrongly: {exc}"
            ) from exc
        self._headers = {name: value.get_secret_value() for name, value in context.secrets.items()}
        self._allow_private = context.allow_private_urls
        self._cancelled = context.run.cancelled

    @property
    def name(self) -> str:
        return self._config.name

    def fingerprint(self) -> str:
        """What decides which tools a server offers; never shown."""
        parts = json.dumps([self._config.url, sorted(self._headers.items())])
        return hashlib.sha256(parts.encode()).hexdigest()

    def tools(self) -> tuple[RemoteTool, ...]:
        return self._ask(_list_tools)

    def call(self, tool: str, arguments: dict[str, Any]) -> str:
        result = self._ask(lambda session: session.call_tool(tool, arguments))
        text = _as_text(result)
        if result.isError:
            raise ToolError("mcp-error", text or f"{tool} failed without saying why")
        return text

    def _ask(self, question: Callable[[ClientSession], Awaitable[T]]) -> T:
        async def work() -> T:
            async with self._session() as session:
                return await question(session)

        try:
            return wait_for(work, timeout_s=self._config.timeout_s, cancelled=self._cancelled)
        except (ExceptionGroup, McpError, httpx.HTTPError, AppError, TimeoutError) as exc:
            raise self._readable(_first_cause(exc)) from exc

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[ClientSession]:
        limits = OutboundLimits(
            allow_private=self._allow_private,
            timeout_s=self._config.timeout_s,
            max_bytes=_MAX_BYTES,
            follow_redirects=False,  # the MCP client follows within the origin by itself
        )
        async with (
            open_async_client(limits, headers=self._headers) as client,
            streamable_http_client(self._config.url, http_client=client) as (read, write, _),
            ClientSession(read, write, timedelta(seconds=self._config.timeout_s)) as session,
        ):
            await session.initialize()
            yield session

    def _readable(self, cause: BaseException) -> ToolError | AppError:
        server = f"MCP server {self.name!r}"
        match cause:
            case AppError() | ToolError():
                return cause
            case httpx.HTTPStatusError(response=response) if response.status_code in (401, 403):
                return ToolError(
                    "mcp-unauthorized",
                    f"{server} answered {response.status_code}; check the headers configured for it",
                )
            case httpx.HTTPStatusError(response=response):
                return ToolError("mcp-error", f"{server} answered {response.status_code}")
            case TimeoutError() | httpx.TimeoutException():
                return ToolError(
                    "timeout", f"{server} did not answer within {self._config.timeout_s:g} s"
                )
            case McpError():
                return ToolError("mcp-error", f"{server}: {cause.error.message}")
            case httpx.HTTPError():
                return ToolError("no-answer", f"{server} cannot be reached: {cause}")
        return ToolError("mcp-error", f"{server}: {cause!r}")


class McpCatalogue:
    """Remembers what servers offer, so that not every task asks again. Thread-safe."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, tuple[RemoteTool, ...]]] = {}
        self._lock = threading.Lock()

    def bodies(self, context: ToolContext) -> list[ToolBody]:
        """One body per remote tool, named `<server>__<tool>`. Raises ToolError when the server does not answer."""
        server = McpServer(context)
        key, now_s = server.fingerprint(), context.clock.monotonic_s()
        with self._lock:
            fresh_until_s, tools = self._known.get(key, (now_s, ()))
        if fresh_until_s <= now_s:
            tools = server.tools()
            with self._lock:
                self._known = {
                    other: entry for other, entry in self._known.items() if entry[0] > now_s
                }
                self._known[key] = (now_s + _CATALOGUE_TTL_S, tools)
        return [_body(server, tool) for tool in tools]


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
        raise ToolError("mcp-error", f"the arguments schema of {tool.name} is too large")
    return RemoteTool(
        tool.name, (tool.description or tool.name)[:_MAX_DESCRIPTION_CHARS], tool.inputSchema
    )


def _body(server: McpServer, tool: RemoteTool) -> ToolBody:
    def call(arguments: BaseModel) -> str:
        given = arguments.model_dump(mode="json")
        return server.call(
            tool.name,
            {
                name: value
                for name, value in given.items()
                if value is not None or name not in optional
            },
        )

    schema, optional = _for_models(tool.input_schema)
    server_name = re.sub(r"[^A-Za-z0-9]+", "_", server.name).strip("_")
    return ToolBody(
        f"{server_name}__{tool.name}",
        tool.description,
        _arguments_model(schema),
        call,
    )


def _for_models(schema: Mapping[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """The schema with optional arguments made nullable, and the names of those.

    crewai declares every argument required (strict mode); null is then how a model leaves one out.
    """
    adapted = copy.deepcopy(dict(schema))
    properties = adapted.setdefault("properties", {})
    adapted.setdefault("type", "object")
    required = adapted.get("required", [])
    optional = frozenset(name for name in properties if name not in required)
    for name in optional:
        description = properties[name].pop("description", None)
        properties[name] = {"anyOf": [properties[name], {"type": "null"}]}
        if description:
            properties[name]["description"] = description
    return adapted, optional


class _RemoteArguments(BaseModel):
    """Takes what the model sends: the server that made the schema also checks it."""

    model_config = ConfigDict(extra="allow")


def _arguments_model(schema: dict[str, Any]) -> type[BaseModel]:
    class Arguments(_RemoteArguments):
        @classmethod
        def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
            # As it is: a detour through generated fields would lose patterns, formats and nesting.
            return copy.deepcopy(schema)

    return Arguments


def _as_text(result: CallToolResult) -> str:
    parts = []
    for content in result.content:
        if isinstance(content, TextContent):
            parts.append(content.text)
        elif isinstance(content, EmbeddedResource) and isinstance(
            content.resource, TextResourceContents
        ):
            parts.append(content.resource.text)
        else:
            parts.append(f"[{content.type} content, not shown]")
    if not parts and result.structuredContent is not None:
        return json.dumps(result.structuredContent, ensure_ascii=False)
    return "\n".join(parts)


def _first_cause(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
