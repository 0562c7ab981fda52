"""Turns the tools that a plan names into crewai tools bound to one run."""

import threading
from collections.abc import Callable, Iterable, Mapping
from weakref import WeakKeyDictionary

from crewai.tools import BaseTool
from pydantic import SecretStr

from src.core.clock import Clock, SystemClock
from src.core.errors import NotConfigured, Unavailable
from src.engines.base import RunScope
from src.engines.crewai.memory.memory_tools import memory_tools
from src.engines.crewai.tools.base import (
    CallOrdinals,
    KasalTool,
    ToolBinding,
    ToolBody,
    ToolContext,
    ToolError,
)
from src.engines.crewai.tools.calculator import calculator
from src.engines.crewai.tools.current_time import current_time
from src.engines.crewai.tools.data_query import query_csv, query_json
from src.engines.crewai.tools.http_request import http_get, http_post
from src.engines.crewai.tools.knowledge_search import knowledge_search
from src.engines.crewai.tools.mcp import McpCatalogue
from src.engines.crewai.tools.redaction import Redactor
from src.engines.crewai.tools.web_page import web_page
from src.engines.plans import KNOWLEDGE_SEARCH, SideEffect, ToolPlan

MCP_PREFIX = "mcp:"

# The catalogue with titles and configuration schemas is src/seeds/tools.py; a test compares the keys.
REGISTRY: Mapping[str, Callable[[ToolContext], ToolBody]] = {
    "calculator": calculator,
    "current_time": current_time,
    "http_get": http_get,
    "http_post": http_post,
    KNOWLEDGE_SEARCH: knowledge_search,
    "query_csv": query_csv,
    "query_json": query_json,
    "web_page": web_page,
}


class ToolFactory:
    """One per worker process. Thread-safe."""

    def __init__(self, *, allow_private_urls: bool = False, clock: Clock | None = None) -> None:
        self._allow_private_urls = allow_private_urls
        self._clock = clock or SystemClock()
        self._mcp = McpCatalogue()
        self._ordinals: WeakKeyDictionary[RunScope, CallOrdinals] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def build(
        self, tool_plans: Iterable[ToolPlan], run: RunScope, agent_key: str
    ) -> list[BaseTool]:
        """The agent's tools in the plan's order, those of an MCP server in the server's.

        Asks MCP servers for their tools, so call it on an engine thread. Raises NotConfigured for a tool
        that does not exist or cannot work as configured, Unavailable for an MCP server that is away.
        """
        redactor = Redactor.of(run.credentials)
        tools: list[BaseTool] = []
        for plan in tool_plans:
            try:
                bodies = self._bodies(plan, run, agent_key)
            except ToolError as exc:
                error = NotConfigured if exc.code == "not-configured" else Unavailable
                raise error(redactor.text(f"tool {plan.key}: {exc.message}")) from exc
            tools += self._bound(bodies, run, agent_key, plan.side_effect, redactor)
        return tools

    def build_memory_tools(self, run: RunScope, agent_key: str) -> list[BaseTool]:
        """For an agent with memory; none in a run without. They are not in the catalogue."""
        if run.memory is None or run.task_key is None:
            return []
        # Nothing is stored of a task whose own agent has no memory, a coworker's notes included.
        may_save = run.plan.remembers(run.task_key)
        bodies = memory_tools(run.memory, agent_key, may_save=may_save)
        redactor = Redactor.of(run.credentials)
        return self._bound(bodies, run, agent_key, SideEffect.IDEMPOTENT, redactor)

    def _bound(
        self,
        bodies: Iterable[ToolBody],
        run: RunScope,
        agent_key: str,
        side_effect: SideEffect,
        redactor: Redactor,
    ) -> list[BaseTool]:
        ordinals = self._ordinals_of(run)
        binding = ToolBinding(run, agent_key, side_effect, ordinals, redactor, self._clock)
        return [KasalTool(body, binding) for body in bodies]

    def _bodies(self, plan: ToolPlan, run: RunScope, agent_key: str) -> list[ToolBody]:
        secrets: Mapping[str, SecretStr] = run.credentials.tool_secrets.get(plan.key, {})
        context = ToolContext(
            run, agent_key, plan.config, secrets, self._allow_private_urls, self._clock
        )
        if plan.key.startswith(MCP_PREFIX):
            return self._mcp.bodies(context)
        if plan.key not in REGISTRY:
            known = ", ".join(sorted(REGISTRY))
            raise NotConfigured(f"there is no tool {plan.key!r}; known are {known} and MCP servers")
        return [REGISTRY[plan.key](context)]

    def _ordinals_of(self, run: RunScope) -> CallOrdinals:
        # Shared by all agents of a run: the ledger counts calls per task, not per agent.
        with self._lock:
            return self._ordinals.setdefault(run, CallOrdinals())
