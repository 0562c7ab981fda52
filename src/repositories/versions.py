from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import select

from src.core.errors import NotFound
from src.models.base import GroupOwned
from src.repositories.base import GroupRepository

M = TypeVar("M", bound=GroupOwned)
V = TypeVar("V")


class VersionedRepository(GroupRepository[M], Generic[M, V]):
    """Rows with a `current_version`, and a table of their versions."""

    version_model: ClassVar[type[Any]]
    owner: ClassVar[str]
    """Column of a version that names its row."""

    async def version(self, group_id: str, id: str, number: int | None = None) -> tuple[M, V]:
        """The current version when no number is given."""
        model, version = self.model, self.version_model
        query = (
            select(model, version)
            .join(version, self._owner_of_version() == model.id)
            .where(model.group_id == group_id, version.group_id == group_id, model.id == id)
            .where(version.number == (model.current_version if number is None else number))
        )
        row = (await self.session.execute(query)).one_or_none()
        if row is None:
            which = "" if number is None else f" with a version {number}"
            raise NotFound(f"there is no {self.noun} {id}{which} in this group")
        return row[0], row[1]

    async def versions(self, group_id: str, id: str, *, limit: int, before: int | None) -> list[V]:
        """Newest first."""
        version = self.version_model
        query = (
            select(version)
            .where(version.group_id == group_id, self._owner_of_version() == id)
            .order_by(version.number.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(version.number < before)
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
    ) -> M:
        """With `new_version` the row names the next number, which the caller then adds."""
        if new_version:
            # Counted in the database: two changes at the same moment get two numbers.
            values = {**values, "current_version": self.model.current_version + 1}
        return await self.update(group_id, id, values, now=now, expected_version=expected_version)

    async def add_version(self, version: V) -> None:
        self.session.add(version)
        await self.session.flush([version])

    def _owner_of_version(self) -> Any:
        return getattr(self.version_model, self.owner)
