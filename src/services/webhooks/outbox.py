"""What webhooks are to hear of becomes a job in the transaction in which it happens."""

from collections.abc import Mapping
from typing import Any

from src.core.batch_status import BatchItemStatus, BatchStatus
from src.core.clock import Clock
from src.core.execution_status import ExecutionStatus
from src.core.unit_of_work import UnitOfWork
from src.models.batch import Batch
from src.repositories.batch import BatchItemRepository
from src.repositories.webhook import EndedExecution, WebhookRepository
from src.schemas.webhook import WebhookEvent
from src.services.executions.read import links_of
from src.services.jobs.handler import JobKind, JobStarter

_EVENTS = {
    ExecutionStatus.COMPLETED: WebhookEvent.EXECUTION_COMPLETED,
    ExecutionStatus.FAILED: WebhookEvent.EXECUTION_FAILED,
    ExecutionStatus.CANCELLED: WebhookEvent.EXECUTION_CANCELLED,
}
_BATCH_EVENTS = {
    BatchStatus.DONE: WebhookEvent.BATCH_DONE,
    BatchStatus.CANCELLED: WebhookEvent.BATCH_CANCELLED,
}


class WebhookOutbox:
    def __init__(self, clock: Clock, jobs: JobStarter) -> None:
        self._clock = clock
        self._jobs = jobs

    async def tell(
        self, uow: UnitOfWork, group_id: str, event: WebhookEvent, data: Mapping[str, Any]
    ) -> None:
        """`data` holds neither inputs nor outputs of a run."""
        at = self._clock.now().isoformat()
        for webhook in await uow.repo(WebhookRepository).listeners(group_id):
            if event in webhook.events:
                await self._jobs.start(
                    uow,
                    group_id=group_id,
                    kind=JobKind.WEBHOOK,
                    subject_id=webhook.id,
                    arguments={"type": event, "at": at, "data": dict(data)},
                    created_by=webhook.created_by,
                )

    async def batch_ended(self, uow: UnitOfWork, row: Batch) -> None:
        """After the batch has moved to its end, and its rows as far as they end with it."""
        if await uow.repo(WebhookRepository).listeners(row.group_id):
            counts = await uow.repo(BatchItemRepository).counts(row.group_id, row.id)
            event = _BATCH_EVENTS[BatchStatus(row.status)]
            await self.tell(uow, row.group_id, event, _batch_data(row, counts))

    async def execution_ended(self, uow: UnitOfWork, group_id: str, execution_id: str) -> None:
        """Nodes of a flow and rows of a batch are told of by their parent's end alone."""
        webhooks = uow.repo(WebhookRepository)
        if not await webhooks.listeners(group_id):
            return
        ended = await webhooks.ended(group_id, execution_id)
        if ended.parent_id is None:
            event = _EVENTS[ExecutionStatus(ended.status)]
            await self.tell(uow, group_id, event, _data(execution_id, ended))


def _batch_data(row: Batch, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "batch_id": row.id,
        "batch_name": row.name,
        "status": row.status,
        "crew_id": row.crew_id,
        "flow_id": row.flow_id,
        "total": row.total,
        "counts": {status: counts.get(status, 0) for status in BatchItemStatus},
        "created_at": row.created_at.isoformat(),
        "finished_at": row.finished_at and row.finished_at.isoformat(),
        "links": {
            "self": f"/api/v1/batches/{row.id}",
            "items": f"/api/v1/batches/{row.id}/items",
            "export": f"/api/v1/batches/{row.id}/export",
        },
    }


def _data(id: str, ended: EndedExecution) -> dict[str, Any]:
    return {
        "execution_id": id,
        "status": ended.status,
        "kind": ended.kind,
        "crew_id": ended.crew_id,
        "crew_name": ended.crew_name,
        "flow_id": ended.flow_id,
        "run_name": ended.run_name,
        "trigger": ended.trigger,
        "attempt": ended.attempt,
        "error": ended.error_code and {"code": ended.error_code},
        "created_at": ended.created_at.isoformat(),
        "finished_at": ended.finished_at and ended.finished_at.isoformat(),
        "links": links_of(id),
    }
