from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from src.models.knowledge import KnowledgeContent, KnowledgeDocument
from src.repositories.base import GroupRepository


class KnowledgeRepository(GroupRepository[KnowledgeDocument]):
    model = KnowledgeDocument
    noun = "document"

    async def readable(self, group_id: str, crew_id: str | None) -> tuple[str, ...]:
        """Ids of the documents that a run may read: ready ones of the group, and those of the saved crew."""
        query = (
            select(KnowledgeDocument.id)
            .where(KnowledgeDocument.group_id == group_id, KnowledgeDocument.status == "ready")
            .where(
                or_(KnowledgeDocument.crew_id.is_(None), KnowledgeDocument.crew_id == crew_id)
                if crew_id is not None
                else KnowledgeDocument.crew_id.is_(None)
            )
            .order_by(KnowledgeDocument.id)
        )
        return tuple(await self.session.scalars(query))

    async def count(self, group_id: str) -> int:
        query = select(func.count()).where(KnowledgeDocument.group_id == group_id)
        return await self.session.scalar(query) or 0

    async def same(
        self, group_id: str, crew_id: str | None, sha256: str
    ) -> KnowledgeDocument | None:
        """A document of the same content for the same readers that did not fail."""
        query = (
            self.visible(group_id)
            .where(
                KnowledgeDocument.crew_id == crew_id,
                KnowledgeDocument.sha256 == sha256,
                KnowledgeDocument.status != "failed",
            )
            .order_by(KnowledgeDocument.id)
            .limit(1)
        )
        row: KnowledgeDocument | None = await self.session.scalar(query)
        return row

    async def add_content(self, group_id: str, document_id: str, content: bytes) -> None:
        self.session.add(
            KnowledgeContent(document_id=document_id, group_id=group_id, content=content)
        )
        await self.session.flush()

    async def content(self, group_id: str, document_id: str) -> bytes | None:
        """None when the document is gone, or was read already."""
        query = select(KnowledgeContent.content).where(
            KnowledgeContent.group_id == group_id, KnowledgeContent.document_id == document_id
        )
        found: bytes | None = await self.session.scalar(query)
        return found

    async def drop_content(self, group_id: str, document_id: str) -> None:
        await self.session.execute(
            delete(KnowledgeContent).where(
                KnowledgeContent.group_id == group_id, KnowledgeContent.document_id == document_id
            )
        )

    async def set(self, group_id: str, id: str, *, now: datetime, **values: Any) -> bool:
        """False when the document is gone."""
        result = await self.session.execute(
            update(KnowledgeDocument)
            .where(KnowledgeDocument.group_id == group_id, KnowledgeDocument.id == id)
            .values(**values, version=KnowledgeDocument.version + 1, updated_at=now)
            .execution_options(synchronize_session=False)
        )
        return getattr(result, "rowcount", 0) == 1


def of_crew(crew_id: str) -> Sequence[ColumnElement[bool]]:
    """Condition for a list: only what this saved crew alone may read."""
    return (KnowledgeDocument.crew_id == crew_id,)
