"""What webhooks are to hear of becomes a job in the transaction in which it happens."""

from collections.abc import Mapping
from typing import Any

from src.core.clock import Clock
from src.core.execution_status import ExecutionStatus
from src.core.unit_of_work import UnitOfWork
from src.repositories.webhook import EndedExecution, WebhookRepository
from src.schemas.webhook import WebhookEvent
from src.services.execution_read import links_of
from src.services.job_handler import JobKind
from src.services.memory_jobs import JobStarter

_EVENTS = {
    ExecutionStatus.COMPLETED: WebhookEvent.EXECUTION_COMPLETED,
    ExecutionStatus.FAILED: WebhookEvent.EXECUTION_FAILED,
    ExecutionStatus.CANCELLED: WebhookEvent.EXECUTION_CANCELLED,
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

    async def execution_ended(self, uow: UnitOfWork, group_id: str, execution_id: str) -> None:
        """Nodes of a flow and rows of a batch are told of by their parent's end alone."""
        webhooks = uow.repo(WebhookRepository)
        if not await webhooks.listeners(group_id):
            return
        ended = await webhooks.ended(group_id, execution_id)
        if ended.parent_id is None:
            event = _EVENTS[ExecutionStatus(ended.status)]
            await self.tell(uow, group_id, event, _data(execution_id, ended))


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
