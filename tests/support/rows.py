"""Rows that no route makes: what seeders and workers write."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from src.core import ids
from src.core.execution_status import ExecutionStatus
from src.models.api_key import ApiKey
from src.models.approval import Approval
from src.models.execution import Execution, ExecutionPlan, ExecutionTask, WorkerLease
from src.models.limit import GroupLimit
from src.models.model_config import ModelConfig
from src.models.tool import Tool
from src.services.approvals.questions import digest_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOOL_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "limit": {"type": "integer", "minimum": 1},
        "unit": {"type": "string"},
        "token": {"type": "string", "writeOnly": True},
    },
    "required": ["token"],
    "additionalProperties": False,
}


class SampleRows:
    """`await uow.repo(SampleRows).tool()`"""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def tool(self, key: str = "sample") -> None:
        self._session.add(
            Tool(
                key=key,
                title="Sample",
                description="For tests",
                side_effect="idempotent",
                config_schema=TOOL_SCHEMA,
                default_config={"limit": 1, "unit": "m"},
                enabled=True,
                updated_at=NOW,
            )
        )
        await self._session.flush()

    async def lease(self, expires_at: float) -> None:
        await self._session.merge(
            WorkerLease(
                executor_id="w1", host="here", pid=1, app_version="1", expires_at=expires_at
            )
        )
        await self._session.flush()

    async def run(self, row: Execution, plan: ExecutionPlan, tasks: list[ExecutionTask]) -> None:
        self._session.add(row)
        await self._session.flush()
        self._session.add_all([plan, *tasks])
        await self._session.flush()

    async def approval(self, group_id: str, execution_id: str, text: str) -> str:
        """That a worker asks for; returns its id."""
        shown = {"task": "t", "agent": "a", "tool": "sample", "arguments": {"text": text}}
        row = Approval(
            id=ids.new(),
            group_id=group_id,
            execution_id=execution_id,
            question="1:tool:t:sample",
            kind="tool",
            task="t",
            task_index=0,
            shown=shown,
            shown_hash=digest_of(shown),
            status="pending",
            role="operator",
            on_expiry="reject",
            created_at=NOW,
            updated_at=NOW,
            version=1,
        )
        self._session.add(row)
        await self._session.flush()
        return row.id

    async def limits(self, group_id: str, **values: Any) -> None:
        await self._session.merge(
            GroupLimit(group_id=group_id, version=1, updated_at=NOW, **values)
        )
        await self._session.flush()

    async def make_flow(self, id: str, child_id: str, status: ExecutionStatus) -> None:
        """Of two executions that are there."""
        runs = update(Execution)
        await self._session.execute(
            runs.where(Execution.id == id).values(kind="flow", status=status)
        )
        await self._session.execute(runs.where(Execution.id == child_id).values(parent_id=id))

    async def end_leases(self) -> None:
        """As a peer that declares all workers dead."""
        await self._session.execute(delete(WorkerLease))

    async def move_api_keys(self, group_id: str) -> None:
        """What somebody with access to the database might try."""
        await self._session.execute(update(ApiKey).values(group_id=group_id))

    async def system_model(self, key: str) -> str:
        row = ModelConfig(
            id=ids.new(),
            group_id=ids.SYSTEM_GROUP_ID,
            key=key,
            name="shipped",
            provider="openai",
            context_window=1,
            max_output_tokens=1,
            enabled=True,
            created_at=NOW,
            updated_at=NOW,
        )
        self._session.add(row)
        await self._session.flush()
        return row.id
