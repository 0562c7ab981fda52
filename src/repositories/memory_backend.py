"""A group's choices of where memory is."""

from datetime import datetime

from sqlalchemy import select, update

from src.models.memory import MemoryBackend, MemoryCrew
from src.repositories.base import GroupRepository


class MemoryBackendRepository(GroupRepository[MemoryBackend]):
    model = MemoryBackend
    noun = "memory backend"

    async def active(self, group_id: str) -> MemoryBackend | None:
        """None means the built-in default."""
        query = self.visible(group_id).where(MemoryBackend.is_active)
        return (await self.session.scalars(query.order_by(MemoryBackend.id).limit(1))).first()

    async def all(self, group_id: str) -> list[MemoryBackend]:
        return list(await self.session.scalars(self.visible(group_id).order_by(MemoryBackend.id)))

    async def crew_identities(self, group_id: str) -> list[str]:
        """All that the group ever had: under these its records stand."""
        query = select(MemoryCrew.identity).where(MemoryCrew.group_id == group_id)
        return list(await self.session.scalars(query.distinct().order_by(MemoryCrew.identity)))

    async def of_others(self, group_id: str, kind: str) -> list[MemoryBackend]:
        """For asking who else uses an index. What they are called never leaves the server."""
        query = select(MemoryBackend).where(
            MemoryBackend.group_id != group_id, MemoryBackend.kind == kind
        )
        return list(await self.session.scalars(query))

    async def activate(self, group_id: str, id: str | None, *, now: datetime) -> None:
        """Makes this one the only active one; None leaves the built-in default."""
        mine = (MemoryBackend.group_id == group_id,)
        # All rows are locked in one order: two who choose at once would otherwise both stay chosen.
        locked = select(MemoryBackend.id).where(*mine).order_by(MemoryBackend.id).with_for_update()
        known = set(await self.session.scalars(locked))
        if id is not None and id not in known:
            raise self._missing(id)
        await self.session.execute(
            update(MemoryBackend)
            .where(*mine, MemoryBackend.is_active.is_(True), MemoryBackend.id != (id or ""))
            .values(is_active=False, version=MemoryBackend.version + 1, updated_at=now)
            .execution_options(synchronize_session=False)
        )
        if id is not None:
            await self.session.execute(
                update(MemoryBackend)
                .where(*mine, MemoryBackend.is_active.is_(False), MemoryBackend.id == id)
                .values(is_active=True, version=MemoryBackend.version + 1, updated_at=now)
                .execution_options(synchronize_session=False)
            )
