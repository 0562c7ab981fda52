from datetime import datetime
from typing import Any

from sqlalchemy import select

from src.core.errors import NotFound
from src.models.crew import Crew, CrewVersion
from src.repositories.base import GroupRepository


class CrewRepository(GroupRepository[Crew]):
    model = Crew
    noun = "crew"

    async def version(
        self, group_id: str, id: str, number: int | None = None
    ) -> tuple[Crew, CrewVersion]:
        """The current version when no number is given."""
        query = (
            select(Crew, CrewVersion)
            .join(CrewVersion, CrewVersion.crew_id == Crew.id)
            .where(Crew.group_id == group_id, CrewVersion.group_id == group_id, Crew.id == id)
            .where(CrewVersion.number == (Crew.current_version if number is None else number))
        )
        row = (await self.session.execute(query)).one_or_none()
        if row is None:
            version = "" if number is None else f" with a version {number}"
            raise NotFound(f"there is no crew {id}{version} in this group")
        return row[0], row[1]

    async def versions(
        self, group_id: str, id: str, *, limit: int, before: int | None
    ) -> list[CrewVersion]:
        """Newest first."""
        query = (
            select(CrewVersion)
            .where(CrewVersion.group_id == group_id, CrewVersion.crew_id == id)
            .order_by(CrewVersion.number.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(CrewVersion.number < before)
        rows = list(await self.session.scalars(query))
        if not rows:
            await self.get(group_id, id)
        return rows

    async def change(
        self,
        group_id: str,
        id: str,
        values: dict[str, Any],
        *,
        now: datetime,
        expected_version: int | None,
        new_version: bool,
    ) -> Crew:
        """With `new_version` the row names the next number, which the caller then adds."""
        if new_version:
            # Counted in the database: two changes at the same moment get two numbers.
            values = {**values, "current_version": Crew.current_version + 1}
        return await self.update(group_id, id, values, now=now, expected_version=expected_version)

    async def add_version(self, version: CrewVersion) -> None:
        self.session.add(version)
        await self.session.flush([version])
