"""Fills a fresh database with rows of realistic size, straight through the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from src.bootstrap import Container
from src.core import ids
from src.core.settings import Settings
from src.models.agent import Agent
from src.models.execution import Execution, ExecutionEvent
from src.services.people.identity import LOCAL_EMAIL, Caller

_BATCH = 2_000


@dataclass(frozen=True)
class Rows:
    executions: int = 1
    agents: int = 0
    events: int = 0
    """All of the first execution."""
    statuses: Sequence[str] = ("COMPLETED",)
    """Of the executions, one after the other."""


async def fill(settings: Settings, rows: Rows, group_id: str | None = None) -> dict[str, list[str]]:
    """Into a migrated database. Returns the execution ids, and under `long` the one with the events."""
    container = Container(settings)
    group_id = (await container.identity.resolve(Caller(), group_id)).group_id
    now = container.clock.now()
    owned = {"group_id": group_id, "created_at": now, "updated_at": now, "version": 1}
    names: list[str] = []
    for start in range(0, rows.executions, _BATCH):
        batch = [
            _execution(owned, rows.statuses[number % len(rows.statuses)])
            for number in range(start, min(start + _BATCH, rows.executions))
        ]
        if not names:
            batch[0]["event_seq"] = rows.events
        await insert_rows(container, Execution, batch)
        names += [row["id"] for row in batch]
    for start in range(0, rows.agents, _BATCH):
        numbers = range(start, min(start + _BATCH, rows.agents))
        await insert_rows(
            container,
            Agent,
            [
                {**owned, "id": ids.new(), "name": f"Agent {n}", "config": _agent_config(n)}
                for n in numbers
            ],
        )
    for start in range(1, rows.events + 1, _BATCH):
        numbers = range(start, min(start + _BATCH, rows.events + 1))
        events = [_event(names[0], group_id, seq, now) for seq in numbers]
        await insert_rows(container, ExecutionEvent, events)
    await container.close()
    return {"executions": names, "long": [names[0]]}


async def insert_rows(container: Container, table: type[Any], rows: list[dict[str, Any]]) -> None:
    async with container.database.write() as uow:
        connection = await uow.connection()
        await connection.execute(insert(table), rows)


def _execution(owned: dict[str, Any], status: str) -> dict[str, Any]:
    return {
        **owned,
        "id": ids.new(),
        "status": status,
        "crew_name": "Prices",
        "crew_identity": "0" * 32,
        "trigger": "api",
        "created_by": LOCAL_EMAIL,
        "priority": 5,
        "attempt": 1,
        "segment": 1,
        "event_seq": 0,
        "prompt_tokens": 1200,
        "completion_tokens": 300,
        "llm_calls": 5,
        "cost_usd": 0.01,
        "started_at": owned["created_at"],
        "finished_at": owned["created_at"],
        "inputs": {"region": "Europe"},
        "result": {"raw": "A summary of the moves. " * 20, "json": None},
    }


def _agent_config(number: int) -> dict[str, Any]:
    return {
        "role": f"Market analyst {number}",
        "goal": "Find the price moves that matter in {region}",
        "backstory": "Ten years in retail data. " * 4,
        "tools": ["calculator"],
        "max_iter": 25,
    }


def _event(execution_id: str, group_id: str, seq: int, now: Any) -> dict[str, Any]:
    return {
        "execution_id": execution_id,
        "seq": seq,
        "group_id": group_id,
        "type": "llm_chunk",
        "at": now,
        "task": "moves",
        "agent": "analyst",
        "span_id": ids.new(),
        "parent_span_id": ids.new(),
        "data": {"text": "a few words of an answer "},
    }
