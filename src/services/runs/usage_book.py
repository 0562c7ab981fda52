"""Stores what model calls took: with the task, with the execution, and in the month of its group."""

from src.core.events import Usage
from src.core.unit_of_work import UnitOfWork
from src.repositories.group_limit import GroupLimitRepository
from src.repositories.usage import UsageRepository
from src.services.runs.context import RunContext


async def store_usage(uow: UnitOfWork, context: RunContext) -> None:
    """Each call once, however often the transaction is repeated and however the attempt ends. Late in a
    transaction: until its end nobody else of the group can store any."""
    bill, ids = context.bill, (context.group_id, context.execution_id)
    if not bill.is_open:
        return
    calls = bill.calls
    usage = uow.repo(UsageRepository)
    before = await usage.present(*ids, bill.id, len(calls))
    total = sum(calls[max(before or 0, bill.settled) :], Usage())
    if total.llm_calls and before is not None:
        await usage.add_to_execution(*ids, total)
        if context.charges_task:
            await usage.add_to_task(*ids, context.task.index, total)
    if total.llm_calls:
        await uow.repo(GroupLimitRepository).add_usage(context.group_id, total, context.clock.now())

    async def settle() -> None:
        bill.settle(len(calls))

    uow.after_commit(settle)
