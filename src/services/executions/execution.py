"""Executions as clients see them: start, read, cancel, retry, delete."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from src.core.clock import Clock
from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.errors import Conflict, FieldError, Invalid, NotFound
from src.core.events import EngineEvent, EventType
from src.core.execution_status import TERMINAL, ExecutionStatus, TaskStatus
from src.core.logging import get_logger
from src.core.tenancy import Principal
from src.core.unit_of_work import Database, UnitOfWork
from src.engines.base import CrewIdentity, CrewPlanner, ExecutionQueue, RunRequest
from src.engines.plans import BudgetPlan, CrewPlan
from src.models.execution import Execution, ExecutionCredential
from src.repositories.crew import CrewRepository
from src.repositories.execution import ExecutionRepository, filters
from src.repositories.flow import FLOW
from src.repositories.memory import MemoryWriteRepository
from src.repositories.past_run import PastRunRepository
from src.schemas.common import Page
from src.schemas.crew_config import CrewDefinition
from src.schemas.estimate import EstimateRead
from src.schemas.execution import (
    ExecutionCreate,
    ExecutionRead,
    ExecutionStarted,
    ExecutionTaskRead,
    RetryRequest,
)
from src.services.base import page_of, read_cursor
from src.services.credentials import CredentialService
from src.services.definitions.catalogue import CatalogueService
from src.services.executions.admission import Admission
from src.services.executions.endings import Endings
from src.services.executions.estimate import LOOK_AT, estimate
from src.services.executions.family import require_free
from src.services.executions.new_execution import new_columns
from src.services.executions.read import execution_read, links_of, task_read
from src.services.executions.removal import ExecutionRemoval
from src.services.flows.start import FlowStarts
from src.services.idempotency import Idempotency, Replayable
from src.services.memory.plan import MemoryPlanService

log = get_logger(__name__)

_FORWARDED_TOKEN_LIFE = timedelta(hours=1)
"""Databricks OAuth tokens live for an hour (docs.databricks.com, 2026-08)."""


@dataclass(frozen=True)
class _Source:
    definition: CrewDefinition
    name: str
    crew_id: str | None = None
    crew_version: int | None = None


@dataclass(frozen=True)
class _Adding:
    """An execution about to be stored."""

    row: dict[str, Any]
    add: Callable[[UnitOfWork], Awaitable[None]]
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Parent:
    """What an execution is a part of: a flow execution or a batch. services.endings tells it of the end."""

    id: str
    key: str
    """Which node or row of it."""


Claim = Callable[[UnitOfWork, str], Awaitable[None]]
"""Joins the transaction of a start with the id of the execution. What it writes stands or falls with it, and
what it raises prevents it."""


@dataclass(frozen=True)
class ExecutionFilter:
    status: ExecutionStatus | None = None
    crew_id: str | None = None
    flow_id: str | None = None
    parent_id: str | None = None
    since: datetime | None = None
    kind: str | None = None
    trigger: str | None = None


class ExecutionService:
    def __init__(
        self,
        database: Database,
        cursors: CursorSigner,
        clock: Clock,
        queue: ExecutionQueue,
        planner: CrewPlanner,
        identity: CrewIdentity,
        catalogues: CatalogueService,
        credentials: CredentialService,
        memory_plans: MemoryPlanService,
        endings: Endings,
        admission: Admission,
        flows: FlowStarts,
    ) -> None:
        self._database = database
        self._cursors = cursors
        self._clock = clock
        self._credentials = credentials
        self._queue = queue
        self._removal = ExecutionRemoval(queue)
        self._planner = planner
        self._identity = identity
        self._catalogues = catalogues
        self._memory_plans = memory_plans
        self._endings = endings
        self._admission = admission
        self._flows = flows

    async def start(
        self,
        principal: Principal,
        body: ExecutionCreate,
        idempotency_key: str | None,
        *,
        trigger: str = "api",
        parent: Parent | None = None,
        claim: Claim | None = None,
    ) -> Replayable[ExecutionStarted]:
        """Stores the execution and queues it in one transaction."""
        adding = await self._adding(principal, body)
        row = adding.row
        row |= {"trigger": trigger}
        if parent is not None:
            row |= {"parent_id": parent.id, "child_key": parent.key}
        id = row["id"]
        idempotency = Idempotency(principal, "executions", idempotency_key, body, self._clock)
        async with self._database.write() as uow:
            replayed = await idempotency.recall(uow, ExecutionStarted)
            if replayed is not None:
                return replayed
            if trigger != FLOW:
                # The nodes of a flow were admitted with it.
                await self._admission.check(uow, principal.group_id)
            if claim is not None:
                await claim(uow, id)
            await adding.add(uow)
            await self._keep_token(uow, principal, id, parent)
            started = ExecutionStarted(
                id=id,
                status=ExecutionStatus.PENDING,
                links=links_of(id, is_flow=body.is_flow),
                warnings=list(adding.warnings),
            )
            await idempotency.remember(uow, 202, started)
        return Replayable(started, replayed=False)

    async def estimate(self, principal: Principal, body: ExecutionCreate) -> EstimateRead:
        """What such a run will probably take. Raises what start() would say about the crew."""
        row = (await self._adding(principal, body)).row
        async with self._database.read() as uow:
            return estimate(await uow.repo(PastRunRepository).like(row, LOOK_AT))

    async def _adding(self, principal: Principal, body: ExecutionCreate) -> _Adding:
        """Everything that needs no transaction: the sources read, the plan made."""
        if body.is_flow:
            flow = await self._flows.source(principal, body)
            row = self._flows.columns(principal, body, flow)
            return _Adding(row, lambda uow: self._flows.add(uow, row, flow))
        source = await self._source(principal, body)
        plan = await self._plan(principal, body, source)
        row = self._columns(principal, body, source, plan)
        return _Adding(row, lambda uow: self._add_crew(uow, row, plan), plan.warnings)

    async def _add_crew(self, uow: UnitOfWork, row: dict[str, Any], plan: CrewPlan) -> None:
        id, group_id = row["id"], row["group_id"]
        plan = await self._with_memory(uow, group_id, row, plan)
        queued = self._event(group_id, id, EventType.EXECUTION_QUEUED, {"attempt": 1})
        await uow.repo(ExecutionRepository).add_with_plan(
            row, plan.model_dump(mode="json"), _task_columns(id, group_id, plan), queued
        )
        await self._enqueue(uow, group_id, id, 1, row["priority"])

    async def list(
        self, principal: Principal, paging: Paging, wanted: ExecutionFilter
    ) -> Page[ExecutionRead]:
        since = wanted.since.isoformat() if wanted.since else None
        scope = ListScope(
            principal.group_id,
            "executions",
            (
                ("status", wanted.status),
                ("crew_id", wanted.crew_id),
                ("since", since),
                ("flow_id", wanted.flow_id),
                ("parent_id", wanted.parent_id),
                ("kind", wanted.kind),
                ("trigger", wanted.trigger),
            ),
        )
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows = await uow.repo(ExecutionRepository).page(
                principal.group_id,
                limit=paging.limit + 1,
                before=before,
                where=filters(**vars(wanted)),
            )
            used = await self._flows.usage(uow, rows)
            return page_of(
                rows,
                paging.limit,
                lambda row: execution_read(row, used.get(row.id)),
                lambda row: row.id,
                self._cursors,
                scope,
            )

    async def get(self, principal: Principal, id: str) -> ExecutionRead:
        async with self._database.read() as uow:
            row = await uow.repo(ExecutionRepository).get(principal.group_id, id)
            return await self._show(uow, row)

    async def tasks(self, principal: Principal, id: str) -> Page[ExecutionTaskRead]:
        """All of them, in plan order: a crew is small enough for one page."""
        async with self._database.read() as uow:
            executions = uow.repo(ExecutionRepository)
            rows = await executions.tasks(principal.group_id, id)
            if not rows:
                await executions.status(principal.group_id, id)
            writes = uow.repo(MemoryWriteRepository)
            left = {
                row.task_index: row for row in await writes.of_execution(principal.group_id, id)
            }
            return Page(items=[task_read(row, left.get(row.index)) for row in rows])

    async def cancel(self, principal: Principal, id: str) -> ExecutionRead:
        """At once, whatever the worker does: its later results are refused. Repeating it is harmless."""
        async with self._database.write() as uow:
            executions = uow.repo(ExecutionRepository)
            row = await executions.get(principal.group_id, id)
            if row.status == ExecutionStatus.CANCELLED:
                return await self._show(uow, row)
            if ExecutionStatus(row.status) in TERMINAL:
                raise Conflict(
                    f"this execution is {row.status} already; there is nothing to cancel"
                )
            await self._endings.cancel(uow, row, principal.email)
            return await self._show(uow, await executions.fresh(row))

    async def retry(
        self, principal: Principal, id: str, body: RetryRequest, *, claim: Claim | None = None
    ) -> ExecutionRead:
        """Runs an ended execution again, from the start or from a task; earlier outputs are kept."""
        async with self._database.write() as uow:
            executions = uow.repo(ExecutionRepository)
            row = await executions.get(principal.group_id, id)
            if ExecutionStatus(row.status) not in TERMINAL:
                raise Conflict(f"this execution is {row.status}; cancel it or wait for its end")
            await require_free(uow, row, for_retry=True)
            await self._admission.check(uow, row.group_id)
            now = self._clock.now()
            if row.kind == FLOW:
                await self._flows.retry(uow, row, body.from_task)
            else:
                from_index = await self._first_index(executions, row, body.from_task)
                await executions.reset_tasks(row.group_id, id, from_index)
                await uow.repo(MemoryWriteRepository).drop_from(row.group_id, id, from_index)
            await executions.move(
                row.group_id,
                id,
                ExecutionStatus.PENDING,
                now=now,
                attempt=row.attempt + 1,
                segment=row.segment + 1,
                error_code=None,
                error_message=None,
                result=None,
                finished_at=None,
                started_at=None,
            )
            if claim is not None:
                await claim(uow, id)
            row = await executions.fresh(row)
            await self._keep_token(uow, principal, id)
            queued = self._event(
                row.group_id,
                id,
                EventType.EXECUTION_QUEUED,
                {"attempt": row.attempt, "from_task": body.from_task},
            )
            await executions.append_events(row.group_id, id, [queued], now=now)
            if row.kind != FLOW:
                await self._enqueue(uow, row.group_id, id, row.segment, row.priority)
            return await self._show(uow, row)

    async def delete(self, principal: Principal, id: str) -> None:
        """With all that is about it. An active execution must be cancelled first."""
        async with self._database.write() as uow:
            await self._removal.remove(uow, principal.group_id, id)

    async def _show(self, uow: UnitOfWork, row: Execution) -> ExecutionRead:
        used = await self._flows.usage(uow, [row])
        return execution_read(row, used.get(row.id))

    async def _source(self, principal: Principal, body: ExecutionCreate) -> _Source:
        if body.crew_id is None:
            return _Source(definition=body, name=body.crew_name or "Unnamed crew")
        async with self._database.read() as uow:
            crew, version = await uow.repo(CrewRepository).version(
                principal.group_id, body.crew_id, body.version
            )
        return _Source(
            definition=CrewDefinition.model_validate(version.definition),
            name=body.crew_name or crew.name,
            crew_id=crew.id,
            crew_version=version.number,
        )

    async def _plan(self, principal: Principal, body: ExecutionCreate, source: _Source) -> CrewPlan:
        request = RunRequest(
            name=source.name,
            inputs=body.inputs,
            budget=BudgetPlan(**body.budget.model_dump()),
        )
        definition = source.definition
        if source.crew_id is not None and body.model is not None:
            definition = definition.model_copy(update={"model": body.model})
        try:
            plan = self._planner(definition, request, await self._catalogues.of(principal))
        except Invalid:
            # The catalogue may be seconds old: a key that was just added must count at once.
            fresh = await self._catalogues.of(principal, fresh=True)
            plan = self._planner(definition, request, fresh)
        await self._check_recordings(principal, plan)
        return plan

    async def _with_memory(
        self, uow: UnitOfWork, group_id: str, row: Mapping[str, Any], plan: CrewPlan
    ) -> CrewPlan:
        """Where memory is and whose it is are frozen here: retries keep them."""
        if not plan.uses_memory and not plan.uses_knowledge:
            return plan
        memory = await self._memory_plans.for_run(
            uow,
            group_id,
            crew_id=row["crew_id"],
            crew_name=row["crew_name"],
            identity=row["crew_identity"],
            run_name=row["run_name"],
        )
        return plan.model_copy(update={"memory": memory})

    async def _check_recordings(self, principal: Principal, plan: CrewPlan) -> None:
        wanted = {model.name for model in plan.model_plans() if model.provider == "replay"}
        if not wanted:
            return
        async with self._database.read() as uow:
            known = await uow.repo(ExecutionRepository).existing_ids(principal.group_id, wanted)
        if wanted - known:
            raise NotFound(
                f"there is no execution {min(wanted - known)[:60]} in this group to replay"
            )

    def _columns(
        self, principal: Principal, body: ExecutionCreate, source: _Source, plan: CrewPlan
    ) -> dict[str, Any]:
        identity = self._identity(
            agent_roles=plan.roles_as_written,
            task_names=plan.names_as_written,
            crew_name=source.name,
            model=source.definition.model or "",
            run_name=body.run_name,
            group_id=principal.group_id,
        )
        columns = new_columns(principal, body, self._clock, name=source.name, identity=identity)
        models = [{"key": one.key, "provider": one.provider} for one in plan.model_plans()]
        return columns | {
            "crew_id": source.crew_id,
            "crew_version": source.crew_version,
            "models": models,
        }

    async def _keep_token(
        self, uow: UnitOfWork, principal: Principal, id: str, parent: Parent | None = None
    ) -> None:
        """Workers act as the caller: the token travels sealed, and only as long as it is valid. What a flow
        starts has the flow's."""
        executions, group_id, token = (
            uow.repo(ExecutionRepository),
            principal.group_id,
            principal.forwarded_token,
        )
        kept = None if parent is None else await executions.credential(group_id, parent.id)
        if kept is not None:
            sealed = self._credentials.reseal_user_token(kept, id)
            ends_at = kept.expires_at
        elif token is not None:
            sealed = self._credentials.seal_user_token(token, group_id, id)
            ends_at = self._clock.now() + _FORWARDED_TOKEN_LIFE
        else:
            return
        await executions.keep_credential(
            ExecutionCredential(
                execution_id=id, group_id=group_id, sealed_token=sealed, expires_at=ends_at
            )
        )

    async def _enqueue(
        self, uow: UnitOfWork, group_id: str, id: str, segment: int, priority: int
    ) -> None:
        await self._queue.enqueue(
            uow, execution_id=id, segment=segment, group_id=group_id, priority=priority
        )

    async def _first_index(
        self, executions: ExecutionRepository, row: Execution, from_task: str | None
    ) -> int:
        if from_task is None:
            return 0
        tasks = await executions.tasks(row.group_id, row.id)
        wanted = [task.index for task in tasks if task.key == from_task]
        if not wanted:
            known = ", ".join(task.key for task in tasks)
            raise Invalid(
                f"this execution has no task {from_task!r}; it has: {known}",
                errors=(FieldError("/from_task", "unknown-task", "name a task of this execution"),),
            )
        unfinished = [
            task.key
            for task in tasks
            if task.index < wanted[0] and task.status != TaskStatus.COMPLETED
        ]
        if unfinished:
            raise Conflict(
                f"task {unfinished[0]!r} comes before {from_task!r} and never finished; retry from it"
            )
        return wanted[0]

    def _event(self, group_id: str, id: str, type: EventType, data: dict[str, Any]) -> EngineEvent:
        return EngineEvent.of_execution(group_id, id, type, self._clock.now(), data)


def _task_columns(id: str, group_id: str, plan: CrewPlan) -> list[dict[str, Any]]:
    return [
        {
            "execution_id": id,
            "index": task.index,
            "group_id": group_id,
            "key": task.key,
            "name": task.name,
            "agent": task.agent,
            "status": TaskStatus.PENDING,
            "attempt": 0,
            "prompt_tokens": 0,
            "completion_tokens": 0,
            "llm_calls": 0,
        }
        for task in plan.tasks
    ]
