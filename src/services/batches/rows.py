"""What keeps a batch going: rows end with their executions, and each end looks for what can be started."""

from src.core.batch_status import ITEM_STATUS_OF
from src.core.execution_status import ExecutionStatus
from src.core.unit_of_work import UnitOfWork
from src.repositories.batch import BatchItemRepository
from src.repositories.job import JobRepository
from src.services.jobs.handler import JobKind, JobStarter


async def settle_row(uow: UnitOfWork, jobs: JobStarter, group_id: str, execution_id: str) -> None:
    """In the transaction that ends an execution. Nothing for one that belongs to no batch."""
    items = uow.repo(BatchItemRepository)
    ended = await items.ended(group_id, execution_id)
    if ended is None:
        return
    status = ITEM_STATUS_OF[ExecutionStatus(ended.execution_status)]
    await items.settle(group_id, ended, status)
    await advance_later(uow, jobs, group_id, ended.batch_id, ended.created_by)


async def advance_later(
    uow: UnitOfWork, jobs: JobStarter, group_id: str, batch_id: str, created_by: str
) -> None:
    """One job that has not begun sees what all the ends before it have left."""
    if await uow.repo(JobRepository).is_to_come(group_id, JobKind.BATCH_ADVANCE, batch_id):
        return
    await jobs.start(
        uow,
        group_id=group_id,
        kind=JobKind.BATCH_ADVANCE,
        subject_id=batch_id,
        arguments={},
        created_by=created_by,
    )
