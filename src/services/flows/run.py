"""Runs flows: a job takes one turn after another, whenever a node has ended.

The rows of the nodes are the checkpoint of record. What a turn decides is stored only if nobody took one
meanwhile, and a node's execution is stored in the transaction that moves its node from pending to running: whoever
dies, and however many try, each visit of a node starts one execution. The flow itself is never in the queue.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from src.core.approval import ApprovalKind
from src.core.clock import Clock
from src.core.errors import AppError, NotFound, TooManyRequests, Unavailable
from src.core.events import EngineEvent, EventType
from src.core.execution_status import TERMINAL, ExecutionStatus
from src.core.expressions import ExpressionProcess
from src.core.flow_status import NodeStatus
from src.core.logging import get_logger, log_context
from src.core.tenancy import Principal
from src.core.unit_of_work import Database, UnitOfWork
from src.repositories.approval import ApprovalRepository
from src.repositories.execution import ExecutionRepository
from src.repositories.flow import FLOW, FlowRunRepository
from src.repositories.job import JobRepository
from src.schemas.flow import FlowDefinition
from src.services.approvals.approval import ApprovalService
from src.services.approvals.questions import Question
from src.services.credentials import CredentialService
from src.services.executions.endings import Endings
from src.services.executions.execution import ExecutionService, Parent
from src.services.flows.turn import (
    ChildOrder,
    FlowView,
    GateOrder,
    NodeChange,
    NodeFailure,
    Turn,
    question_of,
    take_turn,
    waits_for_people,
)
from src.services.jobs.handler import JobKind, JobOrder, JobProgress
from src.services.people.identity import IdentityService

log = get_logger(__name__)

_STARTED, _COMPLETED, _FAILED = (
    EventType.TASK_STARTED,
    EventType.TASK_COMPLETED,
    EventType.TASK_FAILED,
)


class _Outrun(Exception):
    """Somebody else took a turn, or the run has ended; the transaction must not happen."""


class FlowRunService:
    """services.jobs.handler.JobHandler of JobKind.FLOW_ADVANCE."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        executions: ExecutionService,
        identity: IdentityService,
        credentials: CredentialService,
        endings: Endings,
        approvals: ApprovalService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._executions = executions
        self._identity = identity
        self._credentials = credentials
        self._endings = endings
        self._approvals = approvals

    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        id = str(order.subject_id)
        with log_context(group_id=order.group_id, execution_id=id):
            return {"turns": await self.advance(order.group_id, id)}

    async def abandoned(self, order: JobOrder, message: str) -> None:
        """Nobody else would go on with the run."""
        async with self._database.write() as uow:
            failure = NodeFailure("flow.stuck", f"the job that goes on with it ended: {message}")
            await self._fail(uow, order.group_id, str(order.subject_id), failure)

    async def advance(self, group_id: str, id: str) -> int:
        """Until what follows is up to others. May be repeated at any time, by several at once. Returns how many
        turns it took."""
        turns = 0
        while True:
            view = await self._look(group_id, id)
            if view is None:
                return turns
            async with ExpressionProcess() as cel:
                turn = await take_turn(view, cel)
            turns += 1
            try:
                await self._store(view, turn)
            except _Outrun:
                continue
            if turn.failure is not None or turn.result is not None:
                return turns
            started = [await self._start(view, order) for order in turn.orders]
            if all(started):
                return turns

    async def _look(self, group_id: str, id: str) -> FlowView | None:
        """None when there is nothing to do any more."""
        async with self._database.read() as uow:
            executions, runs = uow.repo(ExecutionRepository), uow.repo(FlowRunRepository)
            try:
                row = await executions.get(group_id, id)
                # Before the rest: what is newer than its version is seen to have changed when it is stored.
                state, version = await runs.state(group_id, id)
            except NotFound:
                return None
            if ExecutionStatus(row.status) in TERMINAL or row.kind != FLOW:
                return None
            plan, _ = await executions.plan(group_id, id)
            definition = FlowDefinition.model_validate(plan["flow"])
            found = {node.key: node for node in await runs.nodes(group_id, id)}
            nodes = {key: found[key] for key in definition.nodes}
            begun = [node.child_execution_id for node in nodes.values() if node.child_execution_id]
            children = await runs.executions(group_id, begun)
            approvals = {}
            for key, node in nodes.items():
                if node.status == NodeStatus.WAITING_FOR_APPROVAL:
                    asked = question_of(key, node.visit)
                    found_one = await uow.repo(ApprovalRepository).find(group_id, id, asked)
                    assert (
                        found_one is not None
                    ), "it was asked in the transaction that moved the node"
                    approvals[key] = found_one
        initial, now = state["initial"], state["now"]
        return FlowView(row, definition, nodes, children, approvals, initial, now, version)

    async def _store(self, view: FlowView, turn: Turn) -> None:
        """Raises _Outrun."""
        row = view.row
        ids = row.group_id, row.id
        now = self._clock.now()
        async with self._database.write() as uow:
            executions, runs = uow.repo(ExecutionRepository), uow.repo(FlowRunRepository)
            locked = await executions.lock(*ids)
            if locked.status in TERMINAL or locked.attempt != row.attempt:
                raise _Outrun
            state = {"initial": turn.initial, "now": turn.state}
            if not await runs.set_state(*ids, state, view.version):
                raise _Outrun
            if locked.status is ExecutionStatus.PENDING:
                await self._begin(uow, view, now)
            elif locked.status is ExecutionStatus.WAITING_FOR_APPROVAL:
                await self._resume(uow, view, now)
            for gate in turn.gates:
                await self._ask(uow, view, gate, now)
            for change in turn.changes:
                await self._move(uow, view, change, now)
            told = [self._told(view, change, now) for change in turn.changes]
            await executions.append_events(*ids, told, now=now)
            await uow.repo(JobRepository).forget_done(row.group_id, JobKind.FLOW_ADVANCE, row.id)
            if turn.failure is not None:
                await self._fail(uow, *ids, turn.failure)
            elif turn.result is not None:
                await self._complete(uow, view, turn.result, now)
            elif waits_for_people(view, turn):
                await executions.move(*ids, ExecutionStatus.WAITING_FOR_APPROVAL, now=now)

    async def _begin(self, uow: UnitOfWork, view: FlowView, now: datetime) -> None:
        ids = view.row.group_id, view.row.id
        executions = uow.repo(ExecutionRepository)
        event = self._event(view, EventType.EXECUTION_STARTED, {"attempt": view.row.attempt}, now)
        await executions.append_events(*ids, [event], now=now)
        await executions.move(*ids, ExecutionStatus.PREPARING, now=now)
        await executions.move(*ids, ExecutionStatus.RUNNING, now=now, started_at=now)

    async def _resume(self, uow: UnitOfWork, view: FlowView, now: datetime) -> None:
        ids = view.row.group_id, view.row.id
        executions = uow.repo(ExecutionRepository)
        for status in (ExecutionStatus.PENDING, ExecutionStatus.PREPARING, ExecutionStatus.RUNNING):
            await executions.move(*ids, status, now=now)

    async def _ask(self, uow: UnitOfWork, view: FlowView, order: GateOrder, now: datetime) -> None:
        ids = view.row.group_id, view.row.id
        gate = order.gate
        question = Question(
            key=question_of(order.key, order.visit),
            kind=ApprovalKind.GATE,
            shown=order.shown,
            task=order.key,
            role=gate.role,
            expires_in_s=gate.expires_in_s,
            on_expiry=gate.on_expiry,
        )
        moved = await uow.repo(FlowRunRepository).move(
            *ids,
            order.key,
            order.visit,
            (NodeStatus.PENDING,),
            status=NodeStatus.WAITING_FOR_APPROVAL,
            started_at=now,
        )
        if not moved:
            raise _Outrun
        await self._approvals.request_gate(uow, *ids, question)

    async def _move(
        self, uow: UnitOfWork, view: FlowView, change: NodeChange, now: datetime
    ) -> None:
        values: dict[str, Any] = {"status": change.status, "finished_at": now}
        if change.was is NodeStatus.PENDING and change.status is not NodeStatus.SKIPPED:
            values["started_at"] = now
        if change.output is not None:
            values["output"] = change.output
        if change.failure is not None:
            failure = change.failure
            values |= {"error_code": failure.code[:80], "error_message": failure.message}
        moved = await uow.repo(FlowRunRepository).move(
            view.row.group_id, view.row.id, change.key, change.visit, (change.was,), **values
        )
        if not moved:
            raise _Outrun

    async def _start(self, view: FlowView, order: ChildOrder) -> bool:
        """False when the node could not be started, or somebody else was here: there is another turn to take."""
        ids = view.row.group_id, view.row.id

        async def claim(uow: UnitOfWork, execution_id: str) -> None:
            executions, now = uow.repo(ExecutionRepository), self._clock.now()
            locked = await executions.lock(*ids)
            if locked.status is not ExecutionStatus.RUNNING or locked.attempt != view.row.attempt:
                raise _Outrun
            values: dict[str, Any] = {
                "status": NodeStatus.RUNNING,
                "child_execution_id": execution_id,
                "started_at": now,
            }
            moved = await uow.repo(FlowRunRepository).move(
                *ids, order.key, order.visit, (NodeStatus.PENDING,), **values
            )
            if not moved:
                raise _Outrun
            about = {"visit": order.visit, "execution_id": execution_id}
            event = self._event(view, _STARTED, about, now, order.key)
            await executions.append_events(*ids, [event], now=now)

        try:
            principal = await self._principal(view)
            await self._executions.start(
                principal,
                order.body,
                None,
                trigger=FLOW,
                parent=Parent(view.row.id, order.key),
                claim=claim,
            )
        except _Outrun:
            return False
        except Unavailable:
            raise
        except TooManyRequests as exc:
            raise Unavailable(exc.message, headers=exc.headers) from exc  # the job tries it again
        except AppError as exc:
            await self._not_started(view, order, exc)
            return False
        return True

    async def _principal(self, view: FlowView) -> Principal:
        """Who started the flow, with the rights of today and the token of then."""
        row = view.row
        principal = await self._identity.acting_for(row.created_by, row.group_id)
        if principal is None:
            raise NotFound(f"{row.created_by} is no member of the group any more")
        token = await self._credentials.user_token(row.group_id, row.id)
        return replace(principal, forwarded_token=token)

    async def _not_started(self, view: FlowView, order: ChildOrder, exc: AppError) -> None:
        told = "; ".join(f"{error.pointer}: {error.message}" for error in exc.errors[:5])
        failure = NodeFailure(exc.code, told or exc.message)
        change = NodeChange(
            order.key, order.visit, NodeStatus.PENDING, NodeStatus.FAILED, None, failure
        )
        now = self._clock.now()
        async with self._database.write() as uow:
            ids = view.row.group_id, view.row.id
            executions = uow.repo(ExecutionRepository)
            if (await executions.lock(*ids)).status in TERMINAL:
                return
            try:
                await self._move(uow, view, change, now)
            except _Outrun:
                return
            await executions.append_events(*ids, [self._told(view, change, now)], now=now)

    async def _complete(
        self, uow: UnitOfWork, view: FlowView, result: dict[str, Any], now: datetime
    ) -> None:
        ids = view.row.group_id, view.row.id
        executions = uow.repo(ExecutionRepository)
        event = self._event(view, EventType.EXECUTION_COMPLETED, {"result": result}, now)
        await executions.append_events(*ids, [event], now=now)
        await executions.move(
            *ids, ExecutionStatus.COMPLETED, now=now, finished_at=now, result=result
        )
        await self._endings.ended(uow, *ids)
        log.info("flow completed [{}]", view.row.id)

    async def _fail(self, uow: UnitOfWork, group_id: str, id: str, failure: NodeFailure) -> None:
        executions, now = uow.repo(ExecutionRepository), self._clock.now()
        try:
            locked = await executions.lock(group_id, id)
        except NotFound:
            return
        if locked.status in TERMINAL:
            return
        error = {"code": failure.code[:80], "message": failure.message}
        event = EngineEvent.of_execution(
            group_id, id, EventType.EXECUTION_FAILED, now, {"error": error}
        )
        await executions.append_events(group_id, id, [event], now=now)
        await executions.move(
            group_id,
            id,
            ExecutionStatus.FAILED,
            now=now,
            finished_at=now,
            error_code=error["code"],
            error_message=error["message"],
        )
        await self._endings.ended(uow, group_id, id)
        log.info("flow failed: {} [{}]", failure.code, id)

    def _told(self, view: FlowView, change: NodeChange, now: datetime) -> EngineEvent:
        about: dict[str, Any] = {"visit": change.visit}
        child = view.nodes[change.key].child_execution_id
        if child is not None:
            about["execution_id"] = child
        if change.status is NodeStatus.SKIPPED:
            about |= {
                "level": "info",
                "message": f"{change.key} is skipped: no edge to it was taken",
            }
            return self._event(view, EventType.LOG, about, now, change.key)
        if change.failure is not None:
            about["error"] = {"code": change.failure.code, "message": change.failure.message}
            return self._event(view, _FAILED, about, now, change.key)
        said = change.output or {}
        about |= {"output": said.get("text", said.get("label")), "json": said.get("json")}
        return self._event(view, _COMPLETED, about, now, change.key)

    def _event(
        self,
        view: FlowView,
        type: EventType,
        data: dict[str, Any],
        now: datetime,
        node: str | None = None,
    ) -> EngineEvent:
        return EngineEvent.of_execution(view.row.group_id, view.row.id, type, now, data, node)
