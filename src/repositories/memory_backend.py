"""A group's choices of where memory is."""

from datetime import datetime

from sqlalchemy import select, update

from src.memory.configuration import ActiveBackend
from src.memory.plan import BackendKind
from src.models.memory import MemoryBackend
from src.repositories.base import GroupRepository
from src.schemas.memory_backend import MemoryConfig


class MemoryBackendRepository(GroupRepository[MemoryBackend]):
    model = MemoryBackend
    noun = "memory backend"

    async def active(self, group_id: str) -> MemoryBackend | None:
        """None means the built-in default."""
        query = self.visible(group_id).where(MemoryBackend.is_active)
        return (await self.session.scalars(query.order_by(MemoryBackend.id).limit(1))).first()

    async def all(self, group_id: str) -> list[MemoryBackend]:
        return list(await self.session.scalars(self.visible(group_id).order_by(MemoryBackend.id)))

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


def active_backend(row: MemoryBackend | None) -> ActiveBackend:
    """As configured; `.effective` says what that means for a run."""
    if row is None:
        return ActiveBackend()
    return ActiveBackend(
        id=row.id, kind=BackendKind(row.kind), config=MemoryConfig.model_validate(row.config)
    )
