"""When the next call of a group's model may be made: one row, on the database's clock."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.pacing import Schedule
from src.models.limit import ModelRate


@dataclass(frozen=True)
class Booked:
    now: float
    schedule: Schedule


class ModelRateRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def lock(self, group_id: str, model: str) -> Booked:
        """Keeps the row from others until the end of the unit of work; makes it where there is none."""
        query = (
            select(ModelRate.next_request_at, ModelRate.next_token_at)
            .where(*_row(group_id, model))
            .with_for_update()
        )
        found = (await self.session.execute(query)).one_or_none()
        if found is None:
            await self._add(group_id, model)
            found = (await self.session.execute(query)).one()
        # Asked once the row is ours: who waited for it must not take its slot from the past.
        return Booked(await self._now(), Schedule(found[0], found[1]))

    async def book(self, group_id: str, model: str, schedule: Schedule, waited_s: float) -> None:
        waited: dict[str, Any] = {}
        if waited_s > 0.0:
            waited = {"waits": ModelRate.waits + 1, "waited_s": ModelRate.waited_s + waited_s}
        await self.session.execute(
            update(ModelRate)
            .where(*_row(group_id, model))
            .values(
                next_request_at=schedule.next_request_at,
                next_token_at=schedule.next_token_at,
                **waited,
            )
            .execution_options(synchronize_session=False)
        )

    async def move_tokens(self, group_id: str, model: str, by_s: float) -> None:
        await self.session.execute(
            update(ModelRate)
            .where(*_row(group_id, model))
            .values(next_token_at=ModelRate.next_token_at + by_s)
            .execution_options(synchronize_session=False)
        )

    async def of_group(self, group_id: str) -> Sequence[ModelRate]:
        query = select(ModelRate).where(ModelRate.group_id == group_id).order_by(ModelRate.model)
        return list(await self.session.scalars(query))

    async def _add(self, group_id: str, model: str) -> None:
        row = {"group_id": group_id, "model": model, "next_request_at": 0.0, "next_token_at": 0.0}
        try:
            async with self.session.begin_nested():
                await self.session.execute(insert(ModelRate), [row | {"waits": 0, "waited_s": 0.0}])
        except IntegrityError:
            return  # another worker was faster

    async def _now(self) -> float:
        if self.session.get_bind().dialect.name == "postgresql":
            asked = await self.session.execute(text("SELECT extract(epoch FROM clock_timestamp())"))
            return float(asked.scalar_one())
        return time.time()  # SQLite has no clock but that of its one machine


def _row(group_id: str, model: str) -> tuple[Any, ...]:
    return ModelRate.group_id == group_id, ModelRate.model == model
