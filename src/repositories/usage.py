"""What model calls took, on the rows of an execution and of its task; each call once."""

from typing import Any

from sqlalchemy import case, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.events import Usage
from src.models.execution import Execution, ExecutionTask, UsageBill
from src.repositories.upsert import upsert


class UsageRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def present(self, group_id: str, execution_id: str, bill: str, calls: int) -> int | None:
        """How many of the bill's calls were added up before; None for an execution that is gone.

        From here to the end of the transaction nobody else can present this bill.
        """
        row = select(
            literal(bill), Execution.id, Execution.group_id, literal(calls), literal(0)
        ).where(Execution.group_id == group_id, Execution.id == execution_id)
        known = UsageBill.calls
        statement = (
            upsert(self.session, UsageBill)
            .from_select(["id", "execution_id", "group_id", "calls", "before"], row)
            .on_conflict_do_update(
                index_elements=["id"],
                set_={"before": known, "calls": case((known < calls, calls), else_=known)},
            )
            .returning(UsageBill.before)
        )
        before: int | None = await self.session.scalar(statement)
        return before

    async def add_to_execution(self, group_id: str, id: str, usage: Usage) -> None:
        await self.session.execute(
            update(Execution)
            .where(Execution.group_id == group_id, Execution.id == id)
            .values(**_added(Execution, usage))
            .execution_options(synchronize_session=False)
        )

    async def add_to_task(self, group_id: str, id: str, index: int, usage: Usage) -> None:
        """Whichever attempt it was, and however it ended."""
        await self.session.execute(
            update(ExecutionTask)
            .where(
                ExecutionTask.group_id == group_id,
                ExecutionTask.execution_id == id,
                ExecutionTask.index == index,
            )
            .values(**_added(ExecutionTask, usage))
            .execution_options(synchronize_session=False)
        )


def _added(table: type[Execution] | type[ExecutionTask], usage: Usage) -> dict[str, Any]:
    added: dict[str, Any] = {
        "prompt_tokens": table.prompt_tokens + usage.prompt_tokens,
        "completion_tokens": table.completion_tokens + usage.completion_tokens,
        "llm_calls": table.llm_calls + usage.llm_calls,
    }
    if usage.cost_usd is not None:
        added["cost_usd"] = func.coalesce(table.cost_usd, 0.0) + usage.cost_usd
    return added
