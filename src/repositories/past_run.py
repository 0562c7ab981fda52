"""What earlier runs of a crew or a flow took."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from src.core.execution_status import ExecutionStatus
from src.models.execution import Execution
from src.repositories.flow import FLOW


@dataclass(frozen=True)
class PastRun:
    tokens: int
    usd: float | None
    """None where no model had a known price."""
    seconds: float


class PastRunRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def like(self, row: Mapping[str, Any], limit: int) -> list[PastRun]:
        """The newest that completed at the first attempt: of a saved crew or flow all of its versions, of
        another those that are the same. `row` has the columns of an execution."""
        query = _of_parts(row) if row.get("kind") == FLOW else _of_itself(row)
        found = await self.session.execute(
            query.where(Execution.status == ExecutionStatus.COMPLETED, Execution.attempt == 1)
            .order_by(Execution.id.desc())
            .limit(limit)
        )
        return [
            PastRun(int(tokens), usd, (finished - started).total_seconds())
            for started, finished, tokens, usd in found
            if started is not None and finished is not None
        ]

    async def last_inputs(self, group_id: str, crew_id: str) -> dict[str, Any]:
        """Of the newest run of a saved crew, however it ended; none where it never ran."""
        query = (
            select(Execution.inputs)
            .where(Execution.group_id == group_id, Execution.crew_id == crew_id)
            .order_by(Execution.id.desc())
            .limit(1)
        )
        return await self.session.scalar(query) or {}


def _of_itself(row: Mapping[str, Any]) -> "Select[Any, Any, Any, Any]":
    same = Execution.crew_identity == row["crew_identity"]
    if row["crew_id"] is not None:
        same = Execution.crew_id == row["crew_id"]
    return select(
        Execution.started_at,
        Execution.finished_at,
        Execution.prompt_tokens + Execution.completion_tokens,
        Execution.cost_usd,
    ).where(Execution.group_id == row["group_id"], same)


def _of_parts(row: Mapping[str, Any]) -> "Select[Any, Any, Any, Any]":
    """A flow itself calls no model: its crews do."""
    group_id, same = row["group_id"], Execution.crew_identity == row["crew_identity"]
    if row["flow_id"] is not None:
        same = Execution.flow_id == row["flow_id"]
    part = aliased(Execution)
    parts = (part.group_id == group_id, part.parent_id == Execution.id)
    tokens = func.coalesce(func.sum(part.prompt_tokens + part.completion_tokens), 0)
    return select(
        Execution.started_at,
        Execution.finished_at,
        select(tokens).where(*parts).scalar_subquery(),
        select(func.sum(part.cost_usd)).where(*parts).scalar_subquery(),
    ).where(Execution.group_id == group_id, same)
