"""The job that writes what an ended execution could not write to memory any more."""

import asyncio
from collections.abc import Mapping
from typing import Any

from src.core.errors import NotFound, Unavailable
from src.core.events import Usage
from src.core.execution_status import ExecutionStatus
from src.core.unit_of_work import Database
from src.engines.base import Segment
from src.engines.plans import CrewPlan
from src.repositories.execution import ExecutionRepository
from src.services.credentials import CredentialService
from src.services.jobs.handler import JobOrder, JobProgress, StepStatus
from src.services.runs.context import RunMeter
from src.services.runs.contexts import RunParts
from src.services.runs.memory_writes import MemoryWrites


class MemoryLeftovers:
    """services.jobs.handler.JobHandler for MEMORY_WRITES."""

    def __init__(
        self, database: Database, credentials: CredentialService, writes: MemoryWrites
    ) -> None:
        self._database = database
        self._credentials = credentials
        self._writes = writes

    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        execution_id = str(order.subject_id)
        journal = self._writes.journal
        pending = await journal.pending(order.group_id, execution_id)
        if pending:
            try:
                run, may_ask = await self._parts(order.group_id, execution_id)
            except NotFound:
                return {"written": 0}  # the execution was deleted, and with it what it left
            waiting: Unavailable | None = None
            for key in pending:
                try:
                    await self._writes.write(key, run, asyncio.Event(), may_ask=may_ask)
                except Unavailable as exc:
                    waiting = exc
            if waiting is not None:
                await progress.step("write", StepStatus.RUNNING, waiting.message)
                raise waiting
        await journal.close(order.group_id, execution_id)
        await progress.step("write", StepStatus.DONE, f"{len(pending)} task(s)")
        return {"written": len(pending)}

    async def abandoned(self, order: JobOrder, message: str) -> None:
        attempt = order.arguments["attempt"]
        await self._writes.journal.give_up(order.group_id, str(order.subject_id), attempt, message)

    async def _parts(self, group_id: str, execution_id: str) -> tuple[RunParts, bool]:
        """And whether a model may still be asked: after a cancel none is."""
        async with self._database.read() as uow:
            executions = uow.repo(ExecutionRepository)
            row = await executions.get(group_id, execution_id)
            stored, _ = await executions.plan(group_id, execution_id)
        plan = CrewPlan.model_validate(stored)
        used = Usage(row.prompt_tokens, row.completion_tokens, row.llm_calls, row.cost_usd)
        parts = RunParts(
            segment=Segment(execution_id, group_id, row.segment),
            attempt=row.attempt,
            plan=plan,
            credentials=await self._credentials.for_execution(group_id, execution_id, plan),
            meter=RunMeter(plan.budget, used),
        )
        return parts, row.status != ExecutionStatus.CANCELLED
