"""Saved flows, and how far their runs are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, insert, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.events import Usage
from src.core.execution_status import ACTIVE, TERMINAL, ExecutionStatus
from src.core.flow_status import BEGUN, NodeStatus
from src.core.job_status import OPEN
from src.models.execution import Execution
from src.models.flow import Flow, FlowNode, FlowState, FlowVersion
from src.models.job import Job
from src.repositories.versions import VersionedRepository

FLOW = "flow"
"""executions.kind"""


@dataclass(frozen=True)
class Kin:
    """How an execution belongs to others."""

    kind: str
    parent_id: str | None
    status: ExecutionStatus
    created_by: str


class FlowRepository(VersionedRepository[Flow, FlowVersion]):
    model = Flow
    noun = "flow"
    version_model = FlowVersion
    owner = "flow_id"


class FlowRunRepository:
    """Of one run the lock of its execution comes first, then these."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(
        self, group_id: str, execution_id: str, state: Any, kinds: Mapping[str, str]
    ) -> None:
        """The state, and a node for each key with its kind."""
        own = {"execution_id": execution_id, "group_id": group_id}
        await self.session.execute(insert(FlowState), [{**own, "state": state, "version": 1}])
        rows = [
            {**own, "key": key, "kind": kind, "status": NodeStatus.PENDING, "visit": 1}
            for key, kind in kinds.items()
        ]
        await self.session.execute(insert(FlowNode), rows)

    async def nodes(self, group_id: str, execution_id: str) -> list[FlowNode]:
        query = select(FlowNode).where(
            FlowNode.group_id == group_id, FlowNode.execution_id == execution_id
        )
        fresh = query.execution_options(populate_existing=True)
        return list(await self.session.scalars(fresh))

    async def state(self, group_id: str, execution_id: str) -> tuple[Any, int]:
        """With the number of its version."""
        query = select(FlowState.state, FlowState.version).where(
            FlowState.group_id == group_id, FlowState.execution_id == execution_id
        )
        row = (await self.session.execute(query)).one()
        return row[0], row[1]

    async def set_state(self, group_id: str, execution_id: str, state: Any, seen: int) -> bool:
        """Compare-and-set on the version: False when somebody else took a turn meanwhile."""
        result = await self.session.execute(
            update(FlowState)
            .where(
                FlowState.group_id == group_id,
                FlowState.execution_id == execution_id,
                FlowState.version == seen,
            )
            .values(state=state, version=seen + 1)
            .execution_options(synchronize_session=False)
        )
        return getattr(result, "rowcount", 0) == 1

    async def move(
        self,
        group_id: str,
        execution_id: str,
        key: str,
        visit: int,
        only_from: Collection[NodeStatus],
        **values: Any,
    ) -> bool:
        """Compare-and-set on status and visit: of all that try, one moves a node once in each visit."""
        result = await self.session.execute(
            update(FlowNode)
            .where(
                FlowNode.group_id == group_id,
                FlowNode.execution_id == execution_id,
                FlowNode.key == key,
                FlowNode.visit == visit,
                FlowNode.status.in_(only_from),
            )
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        return getattr(result, "rowcount", 0) == 1

    async def reset(self, group_id: str, execution_id: str, keys: Collection[str]) -> None:
        """For another visit."""
        await self.session.execute(
            update(FlowNode)
            .where(
                FlowNode.group_id == group_id,
                FlowNode.execution_id == execution_id,
                FlowNode.key.in_(keys),
            )
            .values(
                status=NodeStatus.PENDING,
                visit=FlowNode.visit + 1,
                child_execution_id=None,
                output=null(),
                error_code=None,
                error_message=None,
                started_at=None,
                finished_at=None,
            )
            .execution_options(synchronize_session=False)
        )

    async def close(self, group_id: str, execution_id: str, now: datetime) -> None:
        """Nodes that have begun end with the run; those that have not stay pending."""
        await self.session.execute(
            update(FlowNode)
            .where(
                FlowNode.group_id == group_id,
                FlowNode.execution_id == execution_id,
                FlowNode.status.in_(BEGUN),
            )
            .values(status=NodeStatus.CANCELLED, finished_at=now)
            .execution_options(synchronize_session=False)
        )

    async def kin(self, group_id: str, execution_id: str) -> Kin | None:
        query = select(
            Execution.kind, Execution.parent_id, Execution.status, Execution.created_by
        ).where(Execution.group_id == group_id, Execution.id == execution_id)
        row = (await self.session.execute(query)).one_or_none()
        return None if row is None else Kin(row[0], row[1], ExecutionStatus(row[2]), row[3])

    async def children(
        self, group_id: str, parent_id: str, *, active_only: bool = False
    ) -> list[Execution]:
        query = select(Execution).where(
            Execution.group_id == group_id, Execution.parent_id == parent_id
        )
        if active_only:
            query = query.where(Execution.status.not_in(TERMINAL))
        return list(await self.session.scalars(query.order_by(Execution.id)))

    async def executions(self, group_id: str, ids: Sequence[str]) -> dict[str, Execution]:
        if not ids:
            return {}
        query = select(Execution).where(Execution.group_id == group_id, Execution.id.in_(ids))
        return {row.id: row for row in await self.session.scalars(query)}

    async def usage(self, group_id: str, parent_ids: Collection[str]) -> dict[str, Usage]:
        """What the runs that each of these started have used, all visits together."""
        query = (
            select(
                Execution.parent_id,
                func.sum(Execution.prompt_tokens),
                func.sum(Execution.completion_tokens),
                func.sum(Execution.llm_calls),
                func.sum(Execution.cost_usd),
            )
            .where(Execution.group_id == group_id, Execution.parent_id.in_(parent_ids))
            .group_by(Execution.parent_id)
        )
        rows = await self.session.execute(query)
        return {
            str(id): Usage(int(prompt), int(completion), int(calls), cost)
            for id, prompt, completion, calls, cost in rows
        }


class FlowFleetRepository:
    """What workers ask across groups. Never behind a route."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def stuck(self, moment: datetime, kind: str, limit: int) -> list[tuple[str, str]]:
        """Group and id of active runs in which nothing was written since then, that have neither a job of
        this kind nor a node that runs."""
        child = Execution.__table__.alias("child")
        query = (
            select(Execution.group_id, Execution.id)
            .where(
                Execution.kind == FLOW,
                Execution.status.in_(ACTIVE),
                Execution.updated_at < moment,
                ~exists().where(
                    Job.group_id == Execution.group_id,
                    Job.subject_id == Execution.id,
                    Job.kind == kind,
                    Job.status.in_(OPEN),
                ),
                ~exists().where(child.c.parent_id == Execution.id, child.c.status.not_in(TERMINAL)),
            )
            .order_by(Execution.updated_at)
            .limit(limit)
        )
        rows = await self.session.execute(query)
        return [(group_id, id) for group_id, id in rows]
