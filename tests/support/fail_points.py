"""Named moments in a worker's life at which a test lets it die, as by SIGKILL.

Production has no such switch: a worker of the nursery with `KASAL_TEST_FAIL_POINT="task stored:3"` ends without a
word when it has stored its third task. Of points with a node, `"node noted@review:1"` counts those of one node only.
"""

import functools
import inspect
import os
import threading
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from dbos._sys_db import SystemDatabase
from sqlalchemy.ext.asyncio import AsyncSession

from src.engines.crewai.llms.litellm_model import LiteLLMModel
from src.engines.dbos import takeover
from src.repositories.flow import FlowRunRepository
from src.services.flows.run import FlowRunService
from src.services.memory.turns import MemoryTurns
from src.services.runs.event_writer import EventWriter
from src.services.runs.journal import RunJournal
from src.services.runs.memory_journal import MemoryJournal
from src.services.runs.tool_ledger import DatabaseToolLedger

VARIABLE = "KASAL_TEST_FAIL_POINT"
KILLED_EXIT = 137


class _Point(NamedTuple):
    owner: Any
    name: str
    is_after: bool
    nodes: Callable[[dict[str, Any]], Collection[str]] | None = None
    """Of a flow: which ones a call with these arguments is about."""


def _of_turn(call: dict[str, Any]) -> Collection[str]:
    turn = call["turn"]
    return {one.key for one in (*turn.changes, *turn.gates)}


POINTS = {
    "workflow claimed": _Point(SystemDatabase, "start_queued_workflows", True),
    "run begun": _Point(RunJournal, "begin", True),
    "task claimed": _Point(RunJournal, "claim", True),
    "model answered": _Point(LiteLLMModel, "_answer", True),
    "tool call noted": _Point(DatabaseToolLedger, "begin", True),
    "tool call made": _Point(DatabaseToolLedger, "finish", False),
    "tool result noted": _Point(DatabaseToolLedger, "finish", True),
    "task done": _Point(RunJournal, "complete_task", False),
    "task stored": _Point(RunJournal, "complete_task", True),
    "events stored": _Point(EventWriter, "_store", True),
    "before a commit": _Point(AsyncSession, "commit", False),
    "after a commit": _Point(AsyncSession, "commit", True),
    "memory claimed": _Point(MemoryTurns, "_claim", True),
    "memory written": _Point(MemoryJournal, "saved", False),
    "memory noted": _Point(MemoryJournal, "saved", True),
    "run done": _Point(RunJournal, "finish", False),
    "run ended": _Point(RunJournal, "finish", True),
    "node noted": _Point(FlowRunRepository, "move", True, lambda call: {call["key"]}),
    "turn stored": _Point(FlowRunService, "_store", True, _of_turn),
    "node started": _Point(FlowRunService, "_start", True, lambda call: {call["order"].key}),
    "work given back": _Point(takeover, "give_back", True),
}
MEMORY_POINTS = {name for name in POINTS if name.startswith("memory")}


def install(order: str) -> None:
    """`order` is a name and how often it is passed: the last passing is the end."""
    named, _, passings = order.rpartition(":")
    name, _, node = named.partition("@")
    point = POINTS[name]
    work = getattr(point.owner, point.name)
    deadly = _deadly(work, _Fuse(int(passings)), point.is_after)
    if point.nodes is not None:
        deadly = _at_node(work, deadly, point.nodes, node)
    setattr(point.owner, point.name, deadly)


class _Fuse:
    def __init__(self, passings: int) -> None:
        self._left = passings
        self._lock = threading.Lock()

    def burn(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                # Not a signal: the first process of a namespace ignores those that it sends itself.
                os._exit(KILLED_EXIT)


def _at_node(
    work: Callable[..., Any],
    deadly: Callable[..., Any],
    nodes: Callable[[dict[str, Any]], Collection[str]],
    wanted: str,
) -> Callable[..., Any]:
    shape = inspect.signature(work)

    @functools.wraps(work)
    async def chosen(*args: Any, **options: Any) -> Any:
        is_there = wanted in nodes(shape.bind(*args, **options).arguments)
        return await (deadly if is_there else work)(*args, **options)

    return chosen


def _deadly(work: Callable[..., Any], fuse: _Fuse, is_after: bool) -> Callable[..., Any]:
    @functools.wraps(work)
    async def wait(*args: Any, **options: Any) -> Any:
        if not is_after:
            fuse.burn()
        result = await work(*args, **options)
        if is_after:
            fuse.burn()
        return result

    @functools.wraps(work)
    def call(*args: Any, **options: Any) -> Any:
        if not is_after:
            fuse.burn()
        result = work(*args, **options)
        if is_after:
            fuse.burn()
        return result

    return wait if inspect.iscoroutinefunction(work) else call
