"""The catalogue of tools with what one group made of each."""

from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.errors import NotFound, VersionConflict
from src.models.tool import GroupTool, McpServer, Tool
from src.repositories.base import GroupRepository


class GroupToolRepository(GroupRepository[GroupTool]):
    model = GroupTool
    noun = "tool"


class ToolRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def catalogue(
        self, group_id: str, *, after: str | None = None, limit: int = 1000
    ) -> list[tuple[Tool, GroupTool | None]]:
        """Ordered by key."""
        query = self._joined(group_id).order_by(Tool.key).limit(limit)
        if after is not None:
            query = query.where(Tool.key > after)
        return [(tool, own) for tool, own in await self.session.execute(query)]

    async def get(self, group_id: str, key: str) -> tuple[Tool, GroupTool | None]:
        query = self._joined(group_id).where(Tool.key == key)
        row = (await self.session.execute(query)).one_or_none()
        if row is None:
            raise NotFound(f"there is no tool {key}; /api/v1/tools lists them")
        return row[0], row[1]

    async def secrets(self, group_id: str, keys: list[str]) -> list[GroupTool]:
        query = select(GroupTool).where(
            GroupTool.group_id == group_id,
            GroupTool.tool_key.in_(keys),
            GroupTool.sealed_secrets.is_not(None),
        )
        return list(await self.session.scalars(query))

    async def add(self, row: GroupTool) -> None:
        self.session.add(row)
        try:
            await self.session.flush([row])
        except IntegrityError as exc:
            raise VersionConflict(
                "somebody else configured this tool at the same moment; read it again"
            ) from exc

    def _joined(self, group_id: str) -> Any:
        mine = and_(GroupTool.tool_key == Tool.key, GroupTool.group_id == group_id)
        return select(Tool, GroupTool).outerjoin(GroupTool, mine)


class McpServerRepository(GroupRepository[McpServer]):
    model = McpServer
    noun = "MCP server"

    async def enabled(self, group_id: str) -> list[McpServer]:
        return [server for server in await self.by_name(group_id) if server.enabled]

    async def by_name(self, group_id: str) -> list[McpServer]:
        """Those that are switched off, too."""
        query = self.visible(group_id).order_by(McpServer.name)
        return list(await self.session.scalars(query))
