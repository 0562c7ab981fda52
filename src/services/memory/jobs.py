"""What an execution that ends leaves to be written to memory goes to a job."""

from src.core.unit_of_work import UnitOfWork
from src.repositories.execution import ExecutionRepository
from src.repositories.memory import MemoryWriteRepository
from src.services.jobs.handler import JobKind, JobStarter


async def leave_writes(uow: UnitOfWork, jobs: JobStarter, group_id: str, execution_id: str) -> None:
    """In the transaction that ends an execution. Its credential is kept as long as writes may need it."""
    if not await start_writing(uow, jobs, group_id, execution_id):
        await uow.repo(ExecutionRepository).drop_credential(group_id, execution_id)


async def start_writing(
    uow: UnitOfWork, jobs: JobStarter, group_id: str, execution_id: str
) -> bool:
    """Also for an execution that waits, perhaps for days, and goes on. False where nothing is pending."""
    if not await uow.repo(MemoryWriteRepository).has_pending(group_id, execution_id):
        return False
    row = await uow.repo(ExecutionRepository).get(group_id, execution_id)
    await jobs.start(
        uow,
        group_id=group_id,
        kind=JobKind.MEMORY_WRITES,
        subject_id=execution_id,
        arguments={"attempt": row.attempt},
        created_by=row.created_by,
    )
    return True
