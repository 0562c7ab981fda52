"""Fills a fresh database with rows of realistic size, straight through the tables."""

import asyncio
from typing import Any

from alembic.config import Config
from sqlalchemy import insert

from alembic import command
from src.bootstrap import Container
from src.core import ids
from src.core.settings import Settings
from src.engines.dbos.queue import migrate
from src.models.agent import Agent
from src.models.execution import Execution, ExecutionEvent
from src.seeds.runner import seed
from src.services.identity import LOCAL_EMAIL, Caller

_BATCH = 2_000


async def fill(*, executions: int, agents: int, events: int) -> dict[str, list[str]]:
    """Returns the ids made: executions, and under `long` the one run that holds all the events."""
    settings = Settings()
    await asyncio.to_thread(command.upgrade, Config("alembic.ini"), "head")
    await asyncio.to_thread(migrate, settings)
    container = Container(settings)
    await seed(container.database, container.clock)
    group_id = (await container.identity.resolve(Caller(), None)).group_id
    now = container.clock.now()
    owned = {"group_id": group_id, "created_at": now, "updated_at": now, "version": 1}
    runs: list[dict[str, Any]] = [_execution(owned) for _ in range(executions)]
    runs[0]["event_seq"] = events
    await _insert(container, Execution, runs)
    await _insert(
        container,
        Agent,
        [
            {**owned, "id": ids.new(), "name": f"Agent {n}", "config": _agent_config(n)}
            for n in range(agents)
        ],
    )
    long_run = runs[0]["id"]
    await _insert(
        container,
        ExecutionEvent,
        [_event(long_run, group_id, seq, now) for seq in range(1, events + 1)],
    )
    await container.close()
    return {"executions": [run["id"] for run in runs], "long": [long_run]}


async def _insert(container: Container, table: type[Any], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _BATCH):
        async with container.database.write() as uow:
            connection = await uow.connection()
            await connection.execute(insert(table), rows[start : start + _BATCH])


def _execution(owned: dict[str, Any]) -> dict[str, Any]:
    return {
        **owned,
        "id": ids.new(),
        "status": "COMPLETED",
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
