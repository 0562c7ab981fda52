"""Everything that happens in the transaction that ends an execution, or in which it begins to wait for a
person, whoever does it."""

from functools import partial

from src.core.clock import Clock
from src.core.execution_status import ExecutionStatus
from src.core.unit_of_work import UnitOfWork
from src.models.approval import Approval
from src.models.execution import Execution
from src.repositories.approval import ApprovalRepository
from src.repositories.execution import ExecutionRepository
from src.schemas.webhook import WebhookEvent
from src.services.batches.rows import settle_row
from src.services.executions.family import Family
from src.services.jobs.handler import JobStarter
from src.services.memory.jobs import leave_writes, start_writing
from src.services.operations.measures import ENDED, Measures
from src.services.webhooks.outbox import WebhookOutbox


class Endings:
    def __init__(
        self,
        jobs: JobStarter,
        webhooks: WebhookOutbox,
        clock: Clock,
        measures: Measures,
        family: Family,
    ) -> None:
        self._jobs = jobs
        self._webhooks = webhooks
        self._clock = clock
        self._measures = measures
        self._family = family

    async def ended(self, uow: UnitOfWork, group_id: str, execution_id: str) -> None:
        """After the execution has moved to its terminal status."""
        status = await uow.repo(ExecutionRepository).status(group_id, execution_id)
        uow.after_commit(partial(self._count, status))
        await uow.repo(ApprovalRepository).withdraw(group_id, execution_id, self._clock.now())
        await leave_writes(uow, self._jobs, group_id, execution_id)
        await settle_row(uow, self._jobs, group_id, execution_id)
        await self._webhooks.execution_ended(uow, group_id, execution_id)
        await self._family.ended(uow, group_id, execution_id, self)

    async def cancel(self, uow: UnitOfWork, row: Execution, by: str) -> None:
        """An active execution, with all that it has begun."""
        await self._family.cancel(uow, row, by, self)

    async def _count(self, status: ExecutionStatus) -> None:
        self._measures.count(ENDED, status)

    async def waits(self, uow: UnitOfWork, group_id: str, execution_id: str) -> None:
        """Nothing runs until a person has decided, so what finished tasks left to memory is written by a job."""
        await start_writing(uow, self._jobs, group_id, execution_id)

    async def asked(self, uow: UnitOfWork, row: Approval) -> None:
        await self._webhooks.tell(
            uow, row.group_id, WebhookEvent.APPROVAL_REQUESTED, approval_told(row)
        )

    async def decided(self, uow: UnitOfWork, row: Approval) -> None:
        told = {**approval_told(row), "status": row.status, "decided_by": row.decided_by}
        await self._webhooks.tell(uow, row.group_id, WebhookEvent.APPROVAL_DECIDED, told)


def approval_told(row: Approval) -> dict[str, object]:
    """Without what is shown: that is read from the approval, by who may."""
    return {
        "approval_id": row.id,
        "execution_id": row.execution_id,
        "kind": row.kind,
        "task": row.task,
        "role": row.role,
        "expires_at": row.expires_at and row.expires_at.isoformat(),
        "shown_hash": row.shown_hash,
        "links": {"self": f"/api/v1/approvals/{row.id}"},
    }
