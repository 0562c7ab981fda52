"""Triggers and the deliveries that they took."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from src.models.trigger import Trigger, TriggerCall
from src.repositories.base import GroupRepository
from src.repositories.upsert import upsert


@dataclass(frozen=True)
class CalledTrigger:
    """What a call needs of the row."""

    id: str
    group_id: str
    crew_id: str | None
    flow_id: str | None
    request: dict[str, Any]
    mapping: dict[str, str]
    enabled: bool
    acts_for: str
    sealed_secret: str
    sealed_old_secret: str | None
    old_secret_until: datetime | None


class TriggerRepository(GroupRepository[Trigger]):
    model = Trigger
    noun = "trigger"

    async def note(self, group_id: str, id: str, **values: Any) -> bool:
        """What became of a call. No new version: nobody changed the trigger. False when it is gone."""
        result = await self.session.execute(
            update(Trigger)
            .where(Trigger.group_id == group_id, Trigger.id == id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        return getattr(result, "rowcount", 0) == 1


class TriggerCallRepository:
    """What a call from outside needs. Only a signature says of which group it is."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def trigger(self, id: str) -> CalledTrigger | None:
        """Of whatever group: the one read that an address decides, not a principal."""
        columns = [getattr(Trigger, field.name) for field in fields(CalledTrigger)]
        query = select(*columns).where(Trigger.id == id)
        row = (await self.session.execute(query)).one_or_none()
        return None if row is None else CalledTrigger(*row)

    async def find(self, group_id: str, trigger_id: str, delivery: str) -> TriggerCall | None:
        return await self.session.scalar(
            select(TriggerCall).where(
                TriggerCall.group_id == group_id,
                TriggerCall.trigger_id == trigger_id,
                TriggerCall.delivery == delivery,
            )
        )

    async def claim(
        self, group_id: str, trigger_id: str, delivery: str, execution_id: str, now: datetime
    ) -> bool:
        """False when the delivery was taken before. One meanwhile waits here until the first has ended."""
        statement = (
            upsert(self.session, TriggerCall)
            .values(
                group_id=group_id,
                trigger_id=trigger_id,
                delivery=delivery,
                execution_id=execution_id,
                at=now,
            )
            .on_conflict_do_nothing()
            .returning(TriggerCall.delivery)
        )
        return (await self.session.execute(statement)).first() is not None
