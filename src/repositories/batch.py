"""Batches and their rows. Which row is run next, and by whom, is decided by compare-and-set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.batch_status import BatchItemStatus
from src.core.events import Usage
from src.models.batch import Batch, BatchItem
from src.models.execution import Execution
from src.repositories.base import GroupRepository
from src.repositories.flow import FLOW

_INSERTED_AT_ONCE = 500


@dataclass(frozen=True)
class BatchPace:
    """What the executions of a batch have used, and how fast they end."""

    usage: Usage
    ended: int
    """Since the moment that was asked for."""
    first_started_at: datetime | None
    """Of those."""


@dataclass(frozen=True)
class WaitingItem:
    index: int
    inputs: dict[str, Any]
    execution_id: str | None
    """Of an earlier try."""


@dataclass(frozen=True)
class EndedItem:
    batch_id: str
    index: int
    execution_status: str
    error_code: str | None
    error_message: str | None
    created_by: str


@dataclass(frozen=True)
class ShownItem:
    """A row with what its execution, if it still exists, has to say."""

    item: BatchItem
    result: dict[str, Any] | None
    usage: Usage | None
    is_flow: bool
    """Its usage is counted in the nodes alone."""


class BatchRepository(GroupRepository[Batch]):
    model = Batch
    noun = "batch"

    async def lock(self, group_id: str, id: str) -> Batch:
        """Until the unit of work ends nobody else starts a row of it or ends it."""
        query = self.visible(group_id).where(Batch.id == id).with_for_update()
        row: Batch | None = await self.session.scalar(
            query.execution_options(populate_existing=True)
        )
        if row is None:
            raise self._missing(id)
        return row

    async def find(self, group_id: str, id: str) -> Batch | None:
        return await self.session.scalar(self.visible(group_id).where(Batch.id == id))

    async def pace(self, group_id: str, id: str, since: datetime) -> BatchPace:
        """What a row that is a flow has used is counted in the executions of its nodes."""
        recent = Execution.finished_at >= since
        of_group = Execution.group_id == group_id
        flows = select(Execution.id).where(
            of_group, Execution.parent_id == id, Execution.kind == FLOW
        )
        rows = (
            select(
                *_used(),
                func.count(case((recent, 1))).label("ended"),
                func.min(case((recent, Execution.started_at))).label("started_at"),
            )
            .where(of_group, Execution.parent_id == id)
            .subquery()
        )
        nodes = select(*_used()).where(of_group, Execution.parent_id.in_(flows)).subquery()
        found = (await self.session.execute(select(rows, nodes).join(nodes, true()))).one()
        of_rows, ended, started_at, of_nodes = found[:4], found[4], found[5], found[6:]
        return BatchPace(Usage(*of_rows) + Usage(*of_nodes), ended, started_at)


class BatchItemRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, group_id: str, batch_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """In the order of their indexes."""
        for start in range(0, len(rows), _INSERTED_AT_ONCE):
            part = rows[start : start + _INSERTED_AT_ONCE]
            values = [
                {
                    "batch_id": batch_id,
                    "index": index,
                    "group_id": group_id,
                    "inputs": inputs,
                    "status": BatchItemStatus.WAITING,
                    "tries": 0,
                }
                for index, inputs in enumerate(part, start=start)
            ]
            await self.session.execute(insert(BatchItem), values)

    async def counts(self, group_id: str, batch_id: str) -> dict[str, int]:
        """By status."""
        query = (
            select(BatchItem.status, func.count())
            .where(BatchItem.group_id == group_id, BatchItem.batch_id == batch_id)
            .group_by(BatchItem.status)
        )
        return {status: count for status, count in await self.session.execute(query)}

    async def waiting(
        self, group_id: str, batch_id: str, *, after: int, limit: int
    ) -> list[WaitingItem]:
        query = (
            select(BatchItem.index, BatchItem.inputs, BatchItem.execution_id)
            .where(
                BatchItem.group_id == group_id,
                BatchItem.batch_id == batch_id,
                BatchItem.status == BatchItemStatus.WAITING,
                BatchItem.index > after,
            )
            .order_by(BatchItem.index)
            .limit(limit)
        )
        return [WaitingItem(*row) for row in await self.session.execute(query)]

    async def running(self, group_id: str, batch_id: str) -> list[str]:
        """Their executions."""
        query = select(BatchItem.execution_id).where(
            BatchItem.group_id == group_id,
            BatchItem.batch_id == batch_id,
            BatchItem.status == BatchItemStatus.RUNNING,
        )
        return [id for id in await self.session.scalars(query) if id is not None]

    async def begin(self, group_id: str, batch_id: str, index: int, execution_id: str) -> bool:
        """False for a row that waits no longer."""
        return await self._change(
            group_id,
            batch_id,
            (BatchItem.index == index, BatchItem.status == BatchItemStatus.WAITING),
            status=BatchItemStatus.RUNNING,
            execution_id=execution_id,
            tries=BatchItem.tries + 1,
        )

    async def refuse(
        self, group_id: str, batch_id: str, index: int, code: str, message: str
    ) -> bool:
        """Fails a row that could not be started."""
        return await self._change(
            group_id,
            batch_id,
            (BatchItem.index == index, BatchItem.status == BatchItemStatus.WAITING),
            status=BatchItemStatus.FAILED,
            tries=BatchItem.tries + 1,
            error_code=code,
            error_message=message,
        )

    async def end_waiting(
        self,
        group_id: str,
        batch_id: str,
        to: BatchItemStatus,
        code: str | None = None,
        message: str | None = None,
    ) -> None:
        await self._change(
            group_id,
            batch_id,
            (BatchItem.status == BatchItemStatus.WAITING,),
            status=to,
            error_code=code,
            error_message=message,
        )

    async def wait_again(self, group_id: str, batch_id: str) -> bool:
        """Those that failed; False when there are none."""
        return await self._change(
            group_id,
            batch_id,
            (BatchItem.status == BatchItemStatus.FAILED,),
            status=BatchItemStatus.WAITING,
            error_code=None,
            error_message=None,
        )

    async def ended(self, group_id: str, execution_id: str) -> EndedItem | None:
        """The row of an execution that this unit of work has ended; None when it is no batch's."""
        query = (
            select(
                BatchItem.batch_id,
                BatchItem.index,
                Execution.status,
                Execution.error_code,
                Execution.error_message,
                Execution.created_by,
            )
            .join(Execution, Execution.id == BatchItem.execution_id)
            .where(
                BatchItem.group_id == group_id,
                Execution.group_id == group_id,
                BatchItem.execution_id == execution_id,
            )
        )
        found = (await self.session.execute(query)).one_or_none()
        return None if found is None else EndedItem(*found)

    async def settle(self, group_id: str, ended: EndedItem, to: BatchItemStatus) -> None:
        """Whatever the row was before: somebody may have retried its execution by itself."""
        await self._change(
            group_id,
            ended.batch_id,
            (BatchItem.index == ended.index,),
            status=to,
            error_code=ended.error_code,
            error_message=ended.error_message,
        )

    async def page(
        self,
        group_id: str,
        batch_id: str,
        *,
        after: int,
        limit: int,
        status: BatchItemStatus | None = None,
    ) -> list[ShownItem]:
        """In the order of the dataset."""
        of_item = Execution.id == BatchItem.execution_id
        query = _SHOWN.outerjoin(Execution, of_item & (Execution.group_id == group_id)).where(
            BatchItem.group_id == group_id,
            BatchItem.batch_id == batch_id,
            BatchItem.index > after,
        )
        if status is not None:
            query = query.where(BatchItem.status == status)
        rows = await self.session.execute(query.order_by(BatchItem.index).limit(limit))
        return [
            ShownItem(
                item, result, Usage(prompt, completion, calls, cost) if kind else None, kind == FLOW
            )
            for item, kind, result, prompt, completion, calls, cost in rows
        ]

    async def _change(
        self, group_id: str, batch_id: str, only: tuple[Any, ...], **values: Any
    ) -> bool:
        result = await self.session.execute(
            update(BatchItem)
            .where(BatchItem.group_id == group_id, BatchItem.batch_id == batch_id, *only)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        return getattr(result, "rowcount", 0) > 0


def _used() -> tuple[ColumnElement[Any], ...]:
    """In the order of core.events.Usage."""
    return (
        func.coalesce(func.sum(Execution.prompt_tokens), 0).label("prompt_tokens"),
        func.coalesce(func.sum(Execution.completion_tokens), 0).label("completion_tokens"),
        func.coalesce(func.sum(Execution.llm_calls), 0).label("llm_calls"),
        func.sum(Execution.cost_usd).label("cost_usd"),
    )


_SHOWN = select(
    BatchItem,
    Execution.kind,
    Execution.result,
    Execution.prompt_tokens,
    Execution.completion_tokens,
    Execution.llm_calls,
    Execution.cost_usd,
).select_from(BatchItem)
