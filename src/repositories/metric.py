"""Counts of all processes together. Never behind a route that belongs to a group."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from src.models.operations import MetricTotal
from src.repositories.upsert import upsert


class MetricKey(NamedTuple):
    metric: str
    label: str
    bucket: str


class MetricRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, amounts: Mapping[MetricKey, float]) -> None:
        """In one order for every process, so that two of them cannot wait for each other's rows."""
        rows = [{**key._asdict(), "value": amounts[key]} for key in sorted(amounts)]
        statement = upsert(self.session, MetricTotal).values(rows)
        await self.session.execute(
            statement.on_conflict_do_update(
                index_elements=["metric", "label", "bucket"],
                set_={"value": MetricTotal.value + statement.excluded.value},
            )
        )

    async def all(self) -> dict[MetricKey, float]:
        query = select(MetricTotal.metric, MetricTotal.label, MetricTotal.bucket, MetricTotal.value)
        return {
            MetricKey(metric, label, bucket): value
            for metric, label, bucket, value in await self.session.execute(query)
        }
