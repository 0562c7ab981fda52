"""Writes what a finished task left into its crew's memory: at most one model call, then the indexes.

Every step may be repeated. Lessons are stored before anything is written, record ids follow from the task, and
one worker at a time writes to an identity, so that a crash anywhere loses and doubles nothing.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from src.core.errors import AppError, TooManyRequests, Unavailable
from src.core.logging import get_logger
from src.engines.base import CrewEngine, RunCancelled
from src.engines.plans import ModelPlan
from src.memory.records import Entity, Lessons, TaskObservation, WriteReport
from src.memory.writing import remember
from src.repositories.memory import WriteKey
from src.repositories.vector.errors import StoreTimeout, WriteFailed
from src.schemas.databricks_index_schemas import MemoryType
from src.services.memory.turns import MemoryTurns
from src.services.runs.context import RunContext
from src.services.runs.contexts import RunContexts, RunParts
from src.services.runs.engine_threads import EngineThreads
from src.services.runs.errors import describe
from src.services.runs.memory_journal import MemoryJournal, StoredWrite
from src.services.runs.task_memory import MemoryOpener

log = get_logger(__name__)

WRITE_TIMEOUT_S = 45.0
"""For embedding and storing the records of one task."""
QUESTIONS_AT_ONCE = 16
"""Models asked by one worker at a time, each on a thread; others wait."""
_UNEXPECTED_TRIES = 3
"""What is no known failure may be a passing one, or a fault of ours that no repetition mends."""


class MemoryWrites:
    """One per worker: writes of one crew take turns within it, too."""

    def __init__(
        self,
        journal: MemoryJournal,
        turns: MemoryTurns,
        contexts: RunContexts,
        engine: CrewEngine,
        threads: EngineThreads,
        opener: MemoryOpener,
    ) -> None:
        self.journal = journal
        self._turns = turns
        self._contexts = contexts
        self._engine = engine
        self._threads = threads
        self._opener = opener
        self._questions = asyncio.Semaphore(QUESTIONS_AT_ONCE)

    async def write(
        self, key: WriteKey, run: RunParts, stopped: asyncio.Event, *, may_ask: bool = True
    ) -> None:
        """Nothing for a row that is not pending. Unavailable leaves it pending, and so does RunCancelled, which
        comes when `stopped` was set while a model was asked. Every other failure ends it as failed.
        """
        stored = await self.journal.load(key)
        if stored is None:
            return
        context = self._contexts.make(run, stored.task_key)
        context.charges_task = False  # The question for lessons is shown with the write.
        try:
            await self._write(key, stored, context, stopped, may_ask)
        except (RunCancelled, asyncio.CancelledError):
            raise
        except (
            Exception
        ) as exc:  # whatever a store or an embedder raises ends the write, not the worker
            await self._failed(key, stored, context, exc)

    async def _write(
        self,
        key: WriteKey,
        stored: StoredWrite,
        context: RunContext,
        stopped: asyncio.Event,
        may_ask: bool,
    ) -> None:
        plan = context.plan.memory
        assert plan is not None
        said = stored.lessons
        if said is None and plan.extraction and may_ask:
            said = await self._asked(key, stored, context, stopped)
        async with self._turns.of(key.group_id, plan.crew_ids[0]):
            pinned = await self.journal.pinned(key.group_id, plan.crew_ids)
            observation = replace(_observation(key, stored, context, said), pinned=pinned)
            report = await self._remembered(context, observation)
        await self.journal.saved(key, context, report, _how(said))

    async def _asked(
        self, key: WriteKey, stored: StoredWrite, context: RunContext, stopped: asyncio.Event
    ) -> Mapping[str, Any]:
        """A failure is an answer, too: the task's result is kept without lessons."""
        said: Mapping[str, Any]
        try:
            async with self._questions:
                found = await self._threads.run(
                    stopped,
                    lambda: self._engine.find_lessons(context, stored.task_key, stored.output),
                )
            said = asdict(found)
        except RunCancelled:
            await self.journal.account(context)
            raise
        except (
            Exception
        ) as exc:  # whatever the crew library raises costs the lessons, not the record
            code, message = describe(exc)
            log.warning("no lessons were found in task {}: {}", stored.task_key, code)
            said = {"error": {"code": code, "message": message}}
        return await self.journal.keep_lessons(key, said, context)

    async def _remembered(self, context: RunContext, observation: TaskObservation) -> WriteReport:
        plan = context.plan.memory
        assert plan is not None
        try:
            async with asyncio.timeout(WRITE_TIMEOUT_S):
                storage = await self._opener.storage(context.group_id, plan, context.credentials)
                report = await remember(storage, observation)
        except TimeoutError as exc:
            raise StoreTimeout(f"memory was not written within {WRITE_TIMEOUT_S:g} s") from exc
        if storage.identity is not None:
            context.note_identity(storage.identity)
        return report

    async def _failed(
        self, key: WriteKey, stored: StoredWrite, context: RunContext, exc: Exception
    ) -> None:
        code, message = describe(exc)
        # A partial write is repeated whole, which does no harm.
        again = isinstance(exc, Unavailable | TooManyRequests | WriteFailed)
        if not isinstance(exc, AppError):
            log.error("memory of task {} was not written", stored.task_key, exc_info=exc)
            message = f"it failed with an unexpected {type(exc).__name__}; the worker's log has it"
            again = stored.tries < _UNEXPECTED_TRIES
        await self.journal.failed(key, context, code, message, will_retry=again)
        if again:
            headers = exc.headers if isinstance(exc, AppError) else {}
            raise MemoryUnavailable(message, headers=headers) from exc


class MemoryUnavailable(Unavailable):
    code, title = "memory-unavailable", "The memory cannot be written right now"


def _observation(
    key: WriteKey, stored: StoredWrite, context: RunContext, said: Mapping[str, Any] | None
) -> TaskObservation:
    task, request = context.task, stored.request
    role, model = _who(context)
    return TaskObservation(
        key=f"{key.execution_id}.{key.task_index}",
        execution_id=key.execution_id,
        task_key=task.key,
        task_index=key.task_index,
        task_description=task.description,
        output=stored.output,
        agent_role=role,
        model=model.key,
        at=stored.finished_at,
        tools=tuple(request["tools"]),
        quality=request["quality"],
        notes=tuple(request["notes"]),
        lessons=_lessons(said),
        recalled=tuple((MemoryType(type), id) for type, id in request["recalled"]),
        earlier_ids=tuple((MemoryType(one["type"]), one["id"]) for one in stored.records),
    )


def _who(context: RunContext) -> tuple[str, ModelPlan]:
    """Role and model of the task's agent, or of whoever leads the crew where the task has none."""
    plan, key = context.plan, context.task.agent
    if key is not None:
        agent = plan.agent(key)
        return agent.role, agent.model
    if plan.manager is not None:
        return plan.manager.role, plan.manager.model
    return "Crew Manager", plan.manager_model or plan.agents[0].model


def _lessons(said: Mapping[str, Any] | None) -> Lessons | None:
    if said is None or "error" in said:
        return None
    entities = tuple(
        Entity(one["name"], one["type"], one["description"], tuple(one["relationships"]))
        for one in said["entities"]
    )
    return Lessons(said["lesson"], said["importance"], entities)


def _how(said: Mapping[str, Any] | None) -> str:
    if said is None:
        return "off"
    return "failed" if "error" in said else "done"
