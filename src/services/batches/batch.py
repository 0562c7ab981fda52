"""Batches as clients see them; services/batches/advance.py runs their rows."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from src.core import ids
from src.core.batch_status import BatchItemStatus, BatchStatus
from src.core.clock import Clock
from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.errors import Conflict, NotFound
from src.core.events import Usage
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.models.batch import Batch
from src.repositories.batch import BatchItemRepository, BatchRepository, ShownItem
from src.repositories.flow import FlowRunRepository
from src.schemas.batch import (
    BatchItemExport,
    BatchItemRead,
    BatchOrder,
    BatchRead,
    BatchSummary,
    DatasetFormat,
)
from src.schemas.common import Page
from src.schemas.strict import Strict
from src.services.base import page_of, read_cursor
from src.services.batches.dataset import Dataset, Listed, checked_rows
from src.services.batches.export import csv_lines, json_lines
from src.services.batches.read import batch_read, item_export, item_read, summary
from src.services.batches.rows import advance_later
from src.services.batches.source import BatchSources
from src.services.definitions.saved_source import IN_REQUEST, SavedSource
from src.services.executions.execution import ExecutionService
from src.services.idempotency import Idempotency, Replayable
from src.services.jobs.job import JobService
from src.services.webhooks.outbox import WebhookOutbox

_PACE_OVER = timedelta(minutes=10)
_EXPORTED_AT_ONCE = 200
_MAX_INPUT_COLUMNS = 1_000


class _Request(Strict):
    """What makes two requests the same for an Idempotency-Key."""

    order: BatchOrder
    rows_sha256: str


class BatchService:
    def __init__(
        self,
        database: Database,
        cursors: CursorSigner,
        clock: Clock,
        sources: BatchSources,
        executions: ExecutionService,
        jobs: JobService,
        webhooks: WebhookOutbox,
    ) -> None:
        self._database = database
        self._cursors = cursors
        self._clock = clock
        self._sources = sources
        self._executions = executions
        self._jobs = jobs
        self._webhooks = webhooks

    async def create(
        self,
        principal: Principal,
        order: BatchOrder,
        dataset: Dataset,
        idempotency_key: str | None,
    ) -> Replayable[BatchRead]:
        """Stores the batch with all its rows or nothing, and orders its start."""
        options_at = IN_REQUEST if isinstance(dataset, Listed) else ""
        SavedSource.of(order).check(order.request, options_at)
        source = await self._sources.fix(principal, order)
        checked = await asyncio.to_thread(checked_rows, dataset, source.wanted)
        source.rehearse(checked.rows[0])
        request = _Request(order=order, rows_sha256=checked.sha256)
        idempotency = Idempotency(principal, "batches", idempotency_key, request, self._clock)
        row = self._row(principal, order, source.version, len(checked.rows))
        async with self._database.write() as uow:
            replayed = await idempotency.recall(uow, BatchRead)
            if replayed is not None:
                return replayed
            await uow.repo(BatchRepository).add(row)
            await uow.repo(BatchItemRepository).add(row.group_id, row.id, checked.rows)
            await advance_later(uow, self._jobs, row.group_id, row.id, principal.email)
            answer = batch_read(row, {BatchItemStatus.WAITING: row.total}, None, row.created_at)
            await idempotency.remember(uow, 202, answer)
        return Replayable(answer, replayed=False)

    async def list(self, principal: Principal, paging: Paging) -> Page[BatchSummary]:
        scope = ListScope(principal.group_id, "batches")
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows = await uow.repo(BatchRepository).page(
                principal.group_id, limit=paging.limit + 1, before=before
            )
        return page_of(rows, paging.limit, summary, lambda row: row.id, self._cursors, scope)

    async def get(self, principal: Principal, id: str) -> BatchRead:
        now = self._clock.now()
        async with self._database.read() as uow:
            batches = uow.repo(BatchRepository)
            row = await batches.get(principal.group_id, id)
            counts = await uow.repo(BatchItemRepository).counts(principal.group_id, id)
            pace = await batches.pace(principal.group_id, id, now - _PACE_OVER)
        return batch_read(row, counts, pace, now)

    async def items(
        self, principal: Principal, id: str, paging: Paging, status: BatchItemStatus | None
    ) -> Page[BatchItemRead]:
        """In the order of the dataset."""
        scope = ListScope(principal.group_id, "batch_items", (("batch", id), ("status", status)))
        last = read_cursor(self._cursors, paging, scope)
        after = -1 if last is None else int(last)
        async with self._database.read() as uow:
            rows = await uow.repo(BatchItemRepository).page(
                principal.group_id, id, after=after, limit=paging.limit + 1, status=status
            )
            if not rows:
                await uow.repo(BatchRepository).get(principal.group_id, id)
        return page_of(
            rows,
            paging.limit,
            item_read,
            lambda row: str(row.item.index),
            self._cursors,
            scope,
        )

    async def cancel(self, principal: Principal, id: str) -> BatchRead:
        """Rows that wait at once; those that run as their executions are cancelled. Repeating it is harmless."""
        group_id = principal.group_id
        async with self._database.write() as uow:
            batches, items = uow.repo(BatchRepository), uow.repo(BatchItemRepository)
            row = await batches.lock(group_id, id)
            if row.status == BatchStatus.DONE:
                raise Conflict("every row of this batch has ended; there is nothing to cancel")
            if row.status == BatchStatus.RUNNING:
                now = self._clock.now()
                ended = {"status": BatchStatus.CANCELLED, "finished_at": now}
                row = await batches.update(group_id, id, ended, now=now)
                await items.end_waiting(group_id, id, BatchItemStatus.CANCELLED)
                await self._webhooks.batch_ended(uow, row)
                # Should this process not come to the rows that run, a worker does.
                await advance_later(uow, self._jobs, group_id, id, principal.email)
            running = await items.running(group_id, id)
        for execution_id in running:
            try:
                await self._executions.cancel(principal, execution_id)
            except (Conflict, NotFound):
                continue  # it has ended by itself
        return await self.get(principal, id)

    async def retry(self, principal: Principal, id: str) -> BatchRead:
        """Starts the runs of failed rows anew, in the caller's name. The others stay as they are."""
        group_id = principal.group_id
        async with self._database.write() as uow:
            batches = uow.repo(BatchRepository)
            await batches.lock(group_id, id)
            if not await uow.repo(BatchItemRepository).wait_again(group_id, id):
                raise Conflict("no row of this batch has failed; there is nothing to retry")
            reopened = {
                "status": BatchStatus.RUNNING,
                "finished_at": None,
                "acts_for": principal.email,
            }
            await batches.update(group_id, id, reopened, now=self._clock.now())
            await advance_later(uow, self._jobs, group_id, id, principal.email)
        return await self.get(principal, id)

    async def delete(self, principal: Principal, id: str) -> None:
        """With its rows. Their executions stay, as those of schedules do: they are deleted on their own."""
        group_id = principal.group_id
        async with self._database.write() as uow:
            batches = uow.repo(BatchRepository)
            row = await batches.lock(group_id, id)
            if row.status == BatchStatus.RUNNING:
                raise Conflict("this batch is running; cancel it before deleting it")
            if await uow.repo(BatchItemRepository).running(group_id, id):
                raise Conflict(
                    "the last runs of this batch are still ending; try again in a moment"
                )
            await batches.delete(group_id, id)

    async def export(
        self, principal: Principal, id: str, format: DatasetFormat
    ) -> AsyncIterator[bytes]:
        """Page by page, each as it is when its turn comes. Raises NotFound at once."""
        async with self._database.read() as uow:
            await uow.repo(BatchRepository).get(principal.group_id, id)
        if format is DatasetFormat.JSONL:
            return json_lines(self._pages(principal.group_id, id))
        names: dict[str, None] = {}
        async for page in self._pages(principal.group_id, id):
            names |= dict.fromkeys(name for item in page for name in item.inputs)
        if len(names) > _MAX_INPUT_COLUMNS:
            raise Conflict(
                f"the rows of this batch have {len(names)} different inputs, too many for the "
                "columns of a table; export JSON lines instead"
            )
        return csv_lines(self._pages(principal.group_id, id), tuple(names))

    async def _pages(self, group_id: str, id: str) -> AsyncIterator[Sequence[BatchItemExport]]:
        after = -1
        while True:
            async with self._database.read() as uow:
                rows = await uow.repo(BatchItemRepository).page(
                    group_id, id, after=after, limit=_EXPORTED_AT_ONCE
                )
            if not rows:
                return
            used = await self._usage_of_flows(group_id, rows)
            yield [item_export(_with_usage(row, used)) for row in rows]
            after = rows[-1].item.index

    async def _usage_of_flows(
        self, group_id: str, rows: Sequence[ShownItem]
    ) -> Mapping[str, Usage]:
        flows = [row.item.execution_id for row in rows if row.is_flow and row.item.execution_id]
        if not flows:
            return {}
        async with self._database.read() as uow:
            return await uow.repo(FlowRunRepository).usage(group_id, flows)

    def _row(self, principal: Principal, order: BatchOrder, version: int, total: int) -> Batch:
        now = self._clock.now()
        options: dict[str, Any] = order.request.model_dump(mode="json")
        return Batch(
            id=ids.new(),
            group_id=principal.group_id,
            created_at=now,
            updated_at=now,
            version=1,
            name=order.name,
            crew_id=order.crew_id,
            flow_id=order.flow_id,
            request=options | {"version": version},
            total=total,
            concurrency=order.concurrency,
            status=BatchStatus.RUNNING,
            acts_for=principal.email,
        )


def _with_usage(row: ShownItem, of_flows: Mapping[str, Usage]) -> ShownItem:
    """What a flow has used is counted in its nodes alone."""
    if not row.is_flow or row.item.execution_id is None:
        return row
    return replace(row, usage=of_flows.get(row.item.execution_id, Usage()))
