"""Starts as many waiting rows of a batch as there is room for, and closes the batch behind the last one.

Several may work on one batch at once: the transaction that starts a row holds the batch's row, counts what
runs and moves the item from waiting, so that a row is started once and the room is never exceeded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from src.core.batch_status import BatchItemStatus, BatchStatus
from src.core.clock import Clock
from src.core.errors import AppError, Conflict, NotFound, TooManyRequests, Unavailable
from src.core.job_status import JobStatus
from src.core.logging import get_logger
from src.core.tenancy import Principal, Role
from src.core.unit_of_work import Database, UnitOfWork
from src.models.batch import Batch
from src.repositories.batch import BatchItemRepository, BatchRepository, WaitingItem
from src.repositories.job import JobRepository
from src.schemas.execution import RetryRequest
from src.services.definitions.saved_source import SavedSource
from src.services.executions.admission import BudgetExhausted
from src.services.executions.execution import Claim, ExecutionService, Parent
from src.services.jobs.handler import JobKind, JobOrder, JobProgress
from src.services.people.identity import IdentityService
from src.services.webhooks.outbox import WebhookOutbox

log = get_logger(__name__)
_LOOKED_AT_ONCE = 20


class _NoRoom(Exception):
    """As many rows as may run at once are running, or the batch has ended."""


class _Taken(Exception):
    """Another process was first with this row."""


@dataclass(frozen=True)
class _View:
    batch: Batch
    waiting: list[WaitingItem]
    """As many as there is room for."""
    running: list[str]


class BatchAdvance:
    """services.jobs.handler.JobHandler"""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        executions: ExecutionService,
        identity: IdentityService,
        webhooks: WebhookOutbox,
    ) -> None:
        self._database = database
        self._clock = clock
        self._executions = executions
        self._identity = identity
        self._webhooks = webhooks

    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        after = -1
        await self._forget_earlier(order)
        while (view := await self._look(order, after)) is not None:
            if view.batch.status == BatchStatus.CANCELLED:
                await self._cancel(order, view.running)
            if not view.waiting:
                break
            # The worker may be told to leave, or the job be cancelled: it shows here, between rows.
            await progress.save({})
            principal = await self._identity.acting_for(view.batch.acts_for, order.group_id)
            if principal is None:
                reason = f"{view.batch.acts_for} is no member of the group any more"
                await self._refuse_all(order.group_id, view.batch.id, "forbidden", reason)
                break
            if not await self._start_some(principal, view):
                break
            after = view.waiting[-1].index
        await self._close(order)
        return {}

    async def abandoned(self, order: JobOrder, message: str) -> None:
        """Rows that nobody will start any more must not wait for ever: failed ones can be retried."""
        if order.subject_id is None:
            return
        async with self._database.read() as uow:
            jobs = uow.repo(JobRepository)
            own = await jobs.find(order.group_id, order.id)
            others = await jobs.open_about(order.group_id, order.subject_id)
            running = await uow.repo(BatchItemRepository).running(order.group_id, order.subject_id)
        has_ended_badly = own is not None and own.status in (JobStatus.FAILED, JobStatus.CANCELLED)
        if not has_ended_badly or others or running:
            return  # whatever ends or runs next looks again
        why = f"its batch was not continued: {message}"
        await self._refuse_all(order.group_id, order.subject_id, "batch.stopped", why)
        await self._close(order)

    async def _look(self, order: JobOrder, after: int) -> _View | None:
        if order.subject_id is None:
            return None
        about = order.group_id, order.subject_id
        async with self._database.read() as uow:
            batch = await uow.repo(BatchRepository).find(*about)
            if batch is None:
                return None
            items = uow.repo(BatchItemRepository)
            running = await items.running(*about)
            room = min(_LOOKED_AT_ONCE, batch.concurrency - len(running))
            waiting = await items.waiting(*about, after=after, limit=room) if room > 0 else []
            return _View(batch, waiting, running)

    async def _start_some(self, principal: Principal, view: _View) -> bool:
        """False when the batch has to wait for the end of one of its rows."""
        has_started = False
        for item in view.waiting:
            try:
                has_started |= await self._start_or_refuse(principal, view.batch, item)
            except _NoRoom:
                return False
            except BudgetExhausted as exc:
                await self._refuse_all(view.batch.group_id, view.batch.id, exc.code, exc.message)
                return False
            except TooManyRequests as exc:
                if view.running or has_started:
                    return False
                raise Unavailable(exc.message, headers=exc.headers) from exc
        return True

    async def _start_or_refuse(self, principal: Principal, batch: Batch, item: WaitingItem) -> bool:
        try:
            await self._start(principal, batch, item)
        except _Taken:
            return False
        except (BudgetExhausted, TooManyRequests, Unavailable):
            raise
        except AppError as exc:
            log.info("row {} of batch {} could not be started: {}", item.index, batch.id, exc.code)
            async with self._database.write() as uow:
                await uow.repo(BatchItemRepository).refuse(
                    batch.group_id, batch.id, item.index, exc.code, exc.message
                )
            return False
        return True

    async def _start(self, principal: Principal, batch: Batch, item: WaitingItem) -> None:
        claim = _claim(batch, item.index)
        if item.execution_id is not None:
            try:
                again = RetryRequest(from_task=None)
                await self._executions.retry(principal, item.execution_id, again, claim=claim)
                return
            except NotFound:
                pass  # somebody has deleted it: the row gets a new one
            except Conflict as exc:
                raise _Taken from exc  # somebody has retried it already; its end settles the row
        body = SavedSource.of(batch).body({**batch.request, "inputs": item.inputs})
        parent = Parent(batch.id, str(item.index))
        await self._executions.start(
            principal, body, None, trigger="batch", parent=parent, claim=claim
        )

    async def _cancel(self, order: JobOrder, running: list[str]) -> None:
        """In the name of whoever cancelled the batch, who may be no member any more."""
        who = Principal("", order.created_by, order.group_id, Role.OPERATOR)
        for id in running:
            try:
                await self._executions.cancel(who, id)
            except (Conflict, NotFound):
                log.info("execution {} of a cancelled batch has ended by itself", id)

    async def _close(self, order: JobOrder) -> None:
        if order.subject_id is None:
            return
        group_id, id = order.group_id, order.subject_id
        async with self._database.write() as uow:
            batches = uow.repo(BatchRepository)
            try:
                batch = await batches.lock(group_id, id)
            except NotFound:
                return
            counts = await uow.repo(BatchItemRepository).counts(group_id, id)
            is_open = counts.keys() & {BatchItemStatus.WAITING, BatchItemStatus.RUNNING}
            if batch.status != BatchStatus.RUNNING or is_open:
                return
            now = self._clock.now()
            done = {"status": BatchStatus.DONE, "finished_at": now}
            await self._webhooks.batch_ended(uow, await batches.update(group_id, id, done, now=now))
        log.info("batch {} is done", id)

    async def _refuse_all(self, group_id: str, id: str, code: str, message: str) -> None:
        async with self._database.write() as uow:
            await uow.repo(BatchItemRepository).end_waiting(
                group_id, id, BatchItemStatus.FAILED, code, message
            )

    async def _forget_earlier(self, order: JobOrder) -> None:
        """Every row leaves one behind, and each end of a row would have to look through all of them."""
        if order.subject_id is None:
            return
        async with self._database.write() as uow:
            await uow.repo(JobRepository).forget_done(
                order.group_id, JobKind.BATCH_ADVANCE, order.subject_id
            )


def _claim(seen: Batch, index: int) -> Claim:
    async def claim(uow: UnitOfWork, execution_id: str) -> None:
        try:
            batch = await uow.repo(BatchRepository).lock(seen.group_id, seen.id)
        except NotFound as exc:
            raise _NoRoom from exc
        items = uow.repo(BatchItemRepository)
        running = await items.running(batch.group_id, batch.id)
        if batch.status != BatchStatus.RUNNING or len(running) >= batch.concurrency:
            raise _NoRoom
        if not await items.begin(batch.group_id, batch.id, index, execution_id):
            raise _Taken

    return claim
