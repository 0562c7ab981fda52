"""Forgetting: a subject, a meaning, a run or a document, wherever it left something, and a look whether any is left.

Records are removed. Texts of executions that mention it are replaced as a whole, event by event; the
durable queue holds ids only. What was asked for is forgotten with the rest: it stands in the order no more.
"""

from collections.abc import Mapping
from typing import Any

from src.core.clock import Clock
from src.core.errors import Conflict
from src.core.execution_status import TERMINAL
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.repositories.execution import ExecutionRepository
from src.repositories.memory_forget import MemoryForgetRepository
from src.schemas.job import JobRead
from src.schemas.memory import ForgetRequest
from src.services.executions.execution import ExecutionService
from src.services.jobs.handler import JobKind, JobOrder, JobProgress
from src.services.jobs.job import JobService, job_read
from src.services.knowledge.knowledge import KnowledgeService
from src.services.memory.clearing import CLEAR, MemoryClearing
from src.services.memory.forget_work import ForgetParts, ForgetWork
from src.services.memory.reach import MemoryReach
from src.services.memory.turns import MemoryTurns

_RESULT = "result"


class MemoryForgetService:
    def __init__(self, database: Database, jobs: JobService, reach: MemoryReach) -> None:
        self._database = database
        self._jobs = jobs
        self._reach = reach

    async def start(self, principal: Principal, body: ForgetRequest) -> JobRead:
        if body.crew_id is not None:
            await self._reach.open(principal.group_id, principal.forwarded_token, body.crew_id)
        async with self._database.write() as uow:
            if body.execution_id is not None:
                executions = uow.repo(ExecutionRepository)
                status = await executions.status(principal.group_id, body.execution_id)
                if status not in TERMINAL:
                    raise Conflict(f"this execution is {status}; cancel it before forgetting it")
            job = await self._jobs.start(
                uow,
                group_id=principal.group_id,
                kind=JobKind.MEMORY_FORGET,
                subject_id=body.execution_id,
                arguments=body.model_dump(mode="json"),
                created_by=principal.email,
                user_token=principal.forwarded_token,
            )
            return job_read(job)


class MemoryForgetHandler:
    """services.jobs.handler.JobHandler"""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        reach: MemoryReach,
        turns: MemoryTurns,
        clearing: MemoryClearing,
        executions: ExecutionService,
        knowledge: KnowledgeService,
    ) -> None:
        self._database = database
        self._clearing = clearing
        self._parts = ForgetParts(database, clock, reach, turns, executions, knowledge)

    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        if CLEAR in order.arguments:
            return await self._clearing.run(order, progress)
        if _RESULT not in progress.state:
            request = ForgetRequest.model_validate(dict(order.arguments))
            result = await ForgetWork(self._parts, order, request, progress).run()
            await progress.save({_RESULT: result})
        result = progress.state[_RESULT]
        await self._scrub(order, {_RESULT: result})
        return dict(result)

    async def abandoned(self, order: JobOrder, message: str) -> None:
        await self._scrub(order, {})

    async def _scrub(self, order: JobOrder, state: Mapping[str, Any]) -> None:
        async with self._database.write() as uow:
            jobs = uow.repo(MemoryForgetRepository)
            await jobs.scrub_job(order.group_id, order.id, {"forgotten": True}, state)
