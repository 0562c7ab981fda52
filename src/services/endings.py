"""Everything that happens in the transaction that ends an execution, whoever ends it."""

from src.core.unit_of_work import UnitOfWork
from src.services.memory_jobs import JobStarter, leave_writes


class Endings:
    def __init__(self, jobs: JobStarter) -> None:
        self._jobs = jobs

    async def ended(self, uow: UnitOfWork, group_id: str, execution_id: str) -> None:
        """After the execution has moved to its terminal status."""
        await leave_writes(uow, self._jobs, group_id, execution_id)
