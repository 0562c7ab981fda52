"""Stores what model calls took: with the execution, and in the month of its group."""

from src.core.events import Usage
from src.core.unit_of_work import UnitOfWork
from src.repositories.execution import ExecutionRepository
from src.repositories.group_limit import GroupLimitRepository
from src.services.run_context import RunContext


async def store_usage(uow: UnitOfWork, context: RunContext) -> None:
    """Each call once, however often the transaction is repeated and however the attempt ends. Late in a
    transaction: until its end nobody else of the group can store any."""
    calls = context.bill.open()
    if not calls:
        return
    total = sum(calls, Usage())
    await uow.repo(ExecutionRepository).add_usage(context.group_id, context.execution_id, total)
    await uow.repo(GroupLimitRepository).add_usage(context.group_id, total, context.clock.now())

    async def settle() -> None:
        context.bill.settle(len(calls))

    uow.after_commit(settle)
