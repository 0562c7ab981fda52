"""Executions, their tasks and their events: every status change is a compare-and-set."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, null, select, text, update

from src.core.errors import Conflict
from src.core.events import EngineEvent, RecordedCall
from src.core.execution_status import ACTIVE, TERMINAL, ExecutionStatus, TaskStatus, sources_of
from src.core.job_status import OPEN
from src.models.execution import (
    Execution,
    ExecutionCredential,
    ExecutionEvent,
    ExecutionPlan,
    ExecutionTask,
)
from src.models.job import Job
from src.models.tool import ToolCall
from src.repositories.base import GroupRepository

EVENT_CHANNEL = "kasal_events"
"""PostgreSQL NOTIFY channel; the payload is the execution id."""


@dataclass(frozen=True)
class RunState:
    """What decides whether a worker may go on."""

    status: ExecutionStatus
    segment: int
    attempt: int
    started_at: datetime | None
    changed_at: datetime
    """Of a run that waits in the queue: since when."""


class ExecutionRepository(GroupRepository[Execution]):
    model = Execution
    noun = "execution"

    async def add_with_plan(
        self,
        row: Mapping[str, Any],
        plan: Mapping[str, Any],
        tasks: Sequence[Mapping[str, Any]],
        queued: EngineEvent,
    ) -> None:
        """Columns of the execution and of its tasks, and its first event (`event_seq` is 1)."""
        await self.session.execute(insert(Execution), [dict(row)])
        await self.session.execute(
            insert(ExecutionPlan),
            [{"execution_id": row["id"], "group_id": row["group_id"], "plan": dict(plan)}],
        )
        if tasks:
            await self.session.execute(insert(ExecutionTask), [dict(task) for task in tasks])
        await self.session.execute(insert(ExecutionEvent), [_event_row(queued, 1)])
        await self._notify(row["id"])

    async def move(
        self,
        group_id: str,
        id: str,
        to: ExecutionStatus,
        *,
        now: datetime,
        only_from: Collection[ExecutionStatus] | None = None,
        **values: Any,
    ) -> None:
        """Compare-and-set along the table of allowed moves; Conflict when somebody was faster."""
        if not await self.try_move(group_id, id, to, now=now, only_from=only_from, **values):
            row = await self.get(group_id, id)
            raise Conflict(f"this execution is {row.status} and cannot become {to}")

    async def try_move(
        self,
        group_id: str,
        id: str,
        to: ExecutionStatus,
        *,
        now: datetime,
        only_from: Collection[ExecutionStatus] | None = None,
        **values: Any,
    ) -> bool:
        sources = sources_of(to) if only_from is None else sources_of(to) & set(only_from)
        result = await self.session.execute(
            update(Execution)
            .where(
                Execution.group_id == group_id, Execution.id == id, Execution.status.in_(sources)
            )
            .values(status=to, updated_at=now, **values)
            .execution_options(synchronize_session=False)
        )
        return getattr(result, "rowcount", 0) == 1

    async def next_segment(self, group_id: str, id: str, segment: int, now: datetime) -> bool:
        """Compare-and-set on the segment: of several workers that found it lost, one queues it."""
        result = await self.session.execute(
            update(Execution)
            .where(
                Execution.group_id == group_id,
                Execution.id == id,
                Execution.segment == segment,
                Execution.status.in_(ACTIVE),
            )
            .values(segment=segment + 1, updated_at=now)
            .execution_options(synchronize_session=False)
        )
        return getattr(result, "rowcount", 0) == 1

    async def fresh(self, row: Execution) -> Execution:
        """The row as statements of this unit of work have left it."""
        await self.session.refresh(row)
        return row

    async def delete_whole(self, group_id: str, id: str) -> None:
        """With tasks, events, plan and credentials (by cascade), the ledger of its tool calls, and jobs about it
        that have ended; the others find it gone."""
        await self.session.execute(
            delete(ToolCall).where(ToolCall.group_id == group_id, ToolCall.execution_id == id)
        )
        await self.session.execute(
            delete(Job).where(
                Job.group_id == group_id, Job.subject_id == id, Job.status.not_in(OPEN)
            )
        )
        await self.delete(group_id, id)

    async def status(self, group_id: str, id: str) -> ExecutionStatus:
        query = select(Execution.status).where(Execution.group_id == group_id, Execution.id == id)
        found = await self.session.scalar(query)
        if found is None:
            raise self._missing(id)
        return ExecutionStatus(found)

    async def lock(self, group_id: str, id: str) -> RunState:
        """Keeps the row from others until the end of the unit of work.

        Take it before rows of its tasks: two that take them in different orders wait for each other.
        """
        query = (
            select(
                Execution.status,
                Execution.segment,
                Execution.attempt,
                Execution.started_at,
                Execution.updated_at,
            )
            .where(Execution.group_id == group_id, Execution.id == id)
            .with_for_update()
        )
        found = (await self.session.execute(query)).one_or_none()
        if found is None:
            raise self._missing(id)
        status, segment, attempt, started_at, changed_at = found
        return RunState(ExecutionStatus(status), segment, attempt, started_at, changed_at)

    async def plan(self, group_id: str, id: str) -> tuple[dict[str, Any], dict[str, str] | None]:
        """The frozen CrewPlan and what the planning step wrote, if it ran."""
        query = select(ExecutionPlan.plan, ExecutionPlan.notes).where(
            ExecutionPlan.group_id == group_id, ExecutionPlan.execution_id == id
        )
        row = (await self.session.execute(query)).one_or_none()
        if row is None:
            raise self._missing(id)
        return row[0], row[1]

    async def keep_notes(self, group_id: str, id: str, notes: Mapping[str, str]) -> None:
        await self.session.execute(
            update(ExecutionPlan)
            .where(ExecutionPlan.group_id == group_id, ExecutionPlan.execution_id == id)
            .values(notes=dict(notes))
        )

    async def tasks(self, group_id: str, id: str) -> list[ExecutionTask]:
        """In plan order."""
        query = (
            select(ExecutionTask)
            .where(ExecutionTask.group_id == group_id, ExecutionTask.execution_id == id)
            .order_by(ExecutionTask.index)
        )
        return list(await self.session.scalars(query))

    async def claim_task(self, group_id: str, id: str, index: int, now: datetime) -> int | None:
        """Starts a task that is not finished. Returns which attempt this is, or None if it is done."""
        result = await self.session.execute(
            update(ExecutionTask)
            .where(
                ExecutionTask.group_id == group_id,
                ExecutionTask.execution_id == id,
                ExecutionTask.index == index,
                ExecutionTask.status.in_((TaskStatus.PENDING, TaskStatus.RUNNING)),
            )
            .values(status=TaskStatus.RUNNING, attempt=ExecutionTask.attempt + 1, started_at=now)
            .returning(ExecutionTask.attempt)
        )
        return result.scalar_one_or_none()

    async def end_task(
        self, group_id: str, id: str, index: int, attempt: int, values: Mapping[str, Any]
    ) -> bool:
        """False for a worker that was declared dead: a later attempt owns the task now."""
        result = await self.session.execute(
            update(ExecutionTask)
            .where(
                ExecutionTask.group_id == group_id,
                ExecutionTask.execution_id == id,
                ExecutionTask.index == index,
                ExecutionTask.attempt == attempt,
                ExecutionTask.status == TaskStatus.RUNNING,
            )
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        return getattr(result, "rowcount", 0) == 1

    async def reset_tasks(self, group_id: str, id: str, from_index: int) -> None:
        await self.session.execute(
            update(ExecutionTask)
            .where(
                ExecutionTask.group_id == group_id,
                ExecutionTask.execution_id == id,
                ExecutionTask.index >= from_index,
            )
            .values(
                status=TaskStatus.PENDING,
                review=null(),
                attempt=0,
                output=None,
                output_json=None,
                error_code=None,
                error_message=None,
                prompt_tokens=0,
                completion_tokens=0,
                llm_calls=0,
                cost_usd=None,
                started_at=None,
                finished_at=None,
            )
            .execution_options(synchronize_session=False)
        )

    async def close_open_tasks(self, group_id: str, id: str, to: TaskStatus, now: datetime) -> None:
        """Started tasks end with the run; tasks that never started keep PENDING."""
        await self.session.execute(
            update(ExecutionTask)
            .where(
                ExecutionTask.group_id == group_id,
                ExecutionTask.execution_id == id,
                ExecutionTask.status.in_((TaskStatus.RUNNING, TaskStatus.WAITING_FOR_APPROVAL)),
            )
            .values(status=to, finished_at=now)
            .execution_options(synchronize_session=False)
        )

    async def note_identity(self, group_id: str, id: str, name: str) -> None:
        await self.session.execute(
            update(Execution)
            .where(Execution.group_id == group_id, Execution.id == id)
            .values(identity_used=name)
            .execution_options(synchronize_session=False)
        )

    async def append_events(
        self, group_id: str, id: str, events: Sequence[EngineEvent], *, now: datetime
    ) -> bool:
        """Numbers and stores events in order. After the terminal event nothing is appended: False.

        The row lock of the counter is held until commit, so a reader never sees n+1 before n.
        """
        if not events:
            return True
        result = await self.session.execute(
            update(Execution)
            .where(
                Execution.group_id == group_id,
                Execution.id == id,
                Execution.status.not_in(TERMINAL),
            )
            .values(event_seq=Execution.event_seq + len(events), updated_at=now)
            .returning(Execution.event_seq)
            .execution_options(synchronize_session=False)
        )
        last = result.scalar_one_or_none()
        if last is None:
            return False
        first = last - len(events) + 1
        await self.session.execute(
            insert(ExecutionEvent),
            [_event_row(event, seq) for seq, event in enumerate(events, start=first)],
        )
        await self._notify(id)
        return True

    async def events(
        self, group_id: str, id: str, *, after: int, limit: int
    ) -> list[ExecutionEvent]:
        """Oldest first, `seq > after`."""
        query = (
            select(ExecutionEvent)
            .where(
                ExecutionEvent.group_id == group_id,
                ExecutionEvent.execution_id == id,
                ExecutionEvent.seq > after,
            )
            .order_by(ExecutionEvent.seq)
            .limit(limit)
        )
        return list(await self.session.scalars(query))

    async def recorded_calls(self, group_id: str, id: str) -> tuple[RecordedCall, ...]:
        """Model answers of a run, oldest first. Of a task that was begun more than once those of its last
        attempt: what a lost one said was said again."""
        query = (
            select(
                ExecutionEvent.type, ExecutionEvent.task, ExecutionEvent.agent, ExecutionEvent.data
            )
            .where(
                ExecutionEvent.group_id == group_id,
                ExecutionEvent.execution_id == id,
                ExecutionEvent.type.in_(("task_started", "llm_call_completed")),
            )
            .order_by(ExecutionEvent.seq)
        )
        calls: list[RecordedCall] = []
        for type, task, agent, data in await self.session.execute(query):
            if type == "task_started":
                calls = [call for call in calls if call.task != task]
            else:
                calls.append(RecordedCall(task, agent, data["answer"]))
        return tuple(calls)

    async def existing_ids(self, group_id: str, ids: Collection[str]) -> set[str]:
        query = select(Execution.id).where(Execution.group_id == group_id, Execution.id.in_(ids))
        return set(await self.session.scalars(query))

    async def keep_credential(self, row: ExecutionCredential) -> None:
        await self.session.merge(row)

    async def credential(self, group_id: str, id: str) -> ExecutionCredential | None:
        row: ExecutionCredential | None = await self.session.scalar(
            select(ExecutionCredential).where(
                ExecutionCredential.group_id == group_id, ExecutionCredential.execution_id == id
            )
        )
        return row

    async def drop_credential(self, group_id: str, id: str) -> None:
        await self.session.execute(
            delete(ExecutionCredential).where(
                ExecutionCredential.group_id == group_id, ExecutionCredential.execution_id == id
            )
        )

    async def _notify(self, id: str) -> None:
        if self.session.get_bind().dialect.name == "postgresql":
            await self.session.execute(
                text("SELECT pg_notify(:channel, :id)"), {"channel": EVENT_CHANNEL, "id": id}
            )


def filters(
    *,
    status: ExecutionStatus | None,
    crew_id: str | None,
    flow_id: str | None,
    parent_id: str | None,
    since: datetime | None,
    kind: str | None,
    trigger: str | None,
) -> list[ColumnElement[bool]]:
    wanted = {
        Execution.status: status,
        Execution.crew_id: crew_id,
        Execution.flow_id: flow_id,
        Execution.parent_id: parent_id,
        Execution.kind: kind,
        Execution.trigger: trigger,
    }
    found = [column == value for column, value in wanted.items() if value is not None]
    return found if since is None else [*found, Execution.created_at >= since]


def _event_row(event: EngineEvent, seq: int) -> dict[str, Any]:
    return {
        "execution_id": event.execution_id,
        "seq": seq,
        "group_id": event.group_id,
        "type": event.type,
        "at": event.at,
        "task": event.task,
        "agent": event.agent,
        "span_id": event.span_id,
        "parent_span_id": event.parent_span_id,
        "data": event.data,
    }
