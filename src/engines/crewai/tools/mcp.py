"""Tools of Model Context Protocol servers (repositories.mcp_client), as an agent calls them.

What a server offers is remembered for a few minutes, so that not every task asks again.
"""

import copy
import hashlib
import json
import re
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from mcp.types import CallToolResult, EmbeddedResource, TextContent, TextResourceContents
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from src.engines.crewai.tools.base import ToolBody, ToolContext, ToolError
from src.engines.crewai.tools.waiting import wait_for
from src.repositories.mcp_client import McpClient, McpFailed, RemoteTool

T = TypeVar("T")

_CATALOGUE_TTL_S = 300.0


class McpConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=60)
    url: str = Field(min_length=1, max_length=2_000)
    timeout_s: float = Field(60, ge=1, le=600)


class McpServer:
    """One server as one run sees it: address, headers, deadline, cancel."""

    def __init__(self, context: ToolContext) -> None:
        try:
            self._config = McpConfig.model_validate(dict(context.config))
        except ValidationError as exc:
            raise ToolError(
                "not-configured", f"the MCP server is configured wrongly: {exc}"
            ) from exc
        self._client = McpClient(
            self._config.name,
            self._config.url,
            {name: value.get_secret_value() for name, value in context.secrets.items()},
            self._config.timeout_s,
            context.allow_private_urls,
        )
        self._cancelled = context.run.cancelled

    @property
    def name(self) -> str:
        return self._config.name

    def fingerprint(self) -> str:
        """What decides which tools a server offers; never shown."""
        parts = json.dumps([self._config.url, sorted(self._client.headers.items())])
        return hashlib.sha256(parts.encode()).hexdigest()

    def tools(self) -> tuple[RemoteTool, ...]:
        return self._wait(self._client.tools)

    def call(self, tool: str, arguments: dict[str, Any]) -> str:
        result = self._wait(lambda: self._client.call(tool, arguments))
        text = _as_text(result)
        if result.isError:
            raise ToolError("mcp-error", text or f"{tool} failed without saying why")
        return text

    def _wait(self, work: Callable[[], Awaitable[T]]) -> T:
        try:
            return wait_for(work, timeout_s=self._config.timeout_s, cancelled=self._cancelled)
        except McpFailed as exc:
            raise ToolError(exc.code, exc.message) from exc
        except TimeoutError as exc:
            raise ToolError(
                "timeout",
                f"MCP server {self.name!r} did not answer within {self._config.timeout_s:g} s",
            ) from exc


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
