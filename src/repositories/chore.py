from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from src.models.operations import Chore
from src.repositories.upsert import upsert


class ChoreRepository:
    """One holder at a time. Never behind a route."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def take(self, name: str, holder: str, *, now: datetime, until: datetime) -> bool:
        """False while somebody else holds it, and until it is due again."""
        statement = (
            upsert(self.session, Chore)
            .values(name=name, holder=holder, until=until, done_at=None)
            .on_conflict_do_update(
                index_elements=["name"],
                set_={"holder": holder, "until": until},
                where=Chore.until <= now,
            )
            .returning(Chore.name)
        )
        return (await self.session.execute(statement)).first() is not None

    async def keep(self, name: str, holder: str, *, until: datetime) -> bool:
        """False when it was taken away: the holder was silent for too long."""
        return await self._change(name, holder, until=until)

    async def done(self, name: str, holder: str, *, now: datetime, due_at: datetime) -> None:
        await self._change(name, holder, until=due_at, done_at=now)

    async def _change(self, name: str, holder: str, **values: datetime) -> bool:
        result = await self.session.execute(
            update(Chore)
            .where(Chore.name == name, Chore.holder == holder)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        return getattr(result, "rowcount", 0) == 1
