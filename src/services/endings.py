"""Everything that happens in the transaction that ends an execution, whoever ends it."""

from src.core.unit_of_work import UnitOfWork
from src.services.memory_jobs import JobStarter, leave_writes
from src.services.webhook_outbox import WebhookOutbox


class Endings:
    def __init__(self, jobs: JobStarter, webhooks: WebhookOutbox) -> None:
        self._jobs = jobs
        self._webhooks = webhooks

    async def ended(self, uow: UnitOfWork, group_id: str, execution_id: str) -> None:
        """After the execution has moved to its terminal status."""
        await leave_writes(uow, self._jobs, group_id, execution_id)
        await self._webhooks.execution_ended(uow, group_id, execution_id)
