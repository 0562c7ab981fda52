"""Every column that holds sealed secrets, for re-wrapping them under a new key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.crypto import SecretPlace
from src.models.api_key import ApiKey
from src.models.execution import ExecutionCredential
from src.models.job import Job
from src.models.tool import GroupTool, McpServer
from src.models.trigger import Trigger, Webhook


@dataclass(frozen=True)
class SealedColumn:
    """The one definition of where a kind of secret lives, and so of what its ciphertext is bound to."""

    model: type[Any]
    column: str
    id_column: str = "id"

    @property
    def table(self) -> str:
        return str(self.model.__tablename__)

    def place(self, group_id: str, row_id: str) -> SecretPlace:
        return SecretPlace(self.table, self.column, group_id, row_id)


API_KEY = SealedColumn(ApiKey, "sealed_value")
TOOL_SECRETS = SealedColumn(GroupTool, "sealed_secrets")
MCP_HEADERS = SealedColumn(McpServer, "sealed_headers")
USER_TOKEN = SealedColumn(ExecutionCredential, "sealed_token", "execution_id")
JOB_TOKEN = SealedColumn(Job, "sealed_token")
TRIGGER_SECRET = SealedColumn(Trigger, "sealed_secret")
OLD_TRIGGER_SECRET = SealedColumn(Trigger, "sealed_old_secret")
WEBHOOK_SECRET = SealedColumn(Webhook, "sealed_secret")
OLD_WEBHOOK_SECRET = SealedColumn(Webhook, "sealed_old_secret")
SEALED_COLUMNS = (
    API_KEY,
    TOOL_SECRETS,
    MCP_HEADERS,
    USER_TOKEN,
    JOB_TOKEN,
    TRIGGER_SECRET,
    OLD_TRIGGER_SECRET,
    WEBHOOK_SECRET,
    OLD_WEBHOOK_SECRET,
)


@dataclass(frozen=True)
class SealedValue:
    row_id: str
    group_id: str
    sealed: str


class SealedColumnRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def not_sealed_with(
        self, where: SealedColumn, kid: str, *, after: str, limit: int
    ) -> Sequence[SealedValue]:
        """Of all groups, ordered by row id."""
        id_, sealed = getattr(where.model, where.id_column), getattr(where.model, where.column)
        query = (
            select(id_, where.model.group_id, sealed)
            .where(sealed.is_not(None), ~sealed.startswith(f"v1.{kid}.", autoescape=True))
            .where(id_ > after)
            .order_by(id_)
            .limit(limit)
        )
        return [SealedValue(*row) for row in await self.session.execute(query)]

    async def replace(self, where: SealedColumn, old: SealedValue, sealed: str) -> bool:
        """False when the secret was changed or deleted meanwhile."""
        id_, column = getattr(where.model, where.id_column), getattr(where.model, where.column)
        result = await self.session.execute(
            update(where.model)
            .where(where.model.group_id == old.group_id, id_ == old.row_id, column == old.sealed)
            .values({where.column: sealed})
            .execution_options(synchronize_session=False)
        )
        return getattr(result, "rowcount", 0) == 1
