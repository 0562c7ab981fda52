"""Every index in which a group may have records: of all its backends, also of those that it left."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from src.core.errors import AppError, Unavailable
from src.memory.embedders.base import Vector
from src.memory.plan import BackendKind
from src.memory.storage import MemoryStorage
from src.repositories.vector.base import IndexRef, Record, VectorQuery
from src.repositories.vector.errors import EndpointMissing, IndexMissing
from src.repositories.vector.filters import RecordFilter
from src.schemas.databricks_index_schemas import MemoryType
from src.services.memory.reach import MemoryReach, Reach

_PAGE = 500
_NEAREST = 200


@dataclass(frozen=True)
class Place:
    """One index, as one group sees it."""

    reach: Reach
    ref: IndexRef
    is_current: bool
    """Whether its vectors are those of the backend's embedder."""

    @property
    def type(self) -> MemoryType:
        return self.ref.type

    async def pages(self) -> AsyncIterator[list[Record]]:
        for storage in self._parts:
            after: str | None = None
            while True:
                try:
                    page = await storage.repository.scan(
                        storage.scope, self.ref, after=after, limit=_PAGE
                    )
                except (IndexMissing, EndpointMissing):
                    break
                if page.records:
                    yield list(page.records)
                after = page.next_after
                if after is None:
                    break

    async def nearest(self, vector: Vector) -> list[tuple[Record, float]]:
        found: list[tuple[Record, float]] = []
        for storage in self._parts if self.is_current else ():
            hits = await storage.search(self.type, VectorQuery(vector, _NEAREST))
            found += [(hit.record, hit.score) for hit in hits]
        return found

    async def delete(self, ids: Sequence[str]) -> int:
        removed = 0
        for storage in self._parts:
            removed += await storage.repository.delete_records(
                storage.scope, self.ref, RecordFilter(ids=tuple(ids))
            )
        return removed

    @property
    def _parts(self) -> tuple[MemoryStorage, ...]:
        # Documents have no crew: each storage would answer the same.
        is_document = self.type is MemoryType.DOCUMENT
        return self.reach.storages[:1] if is_document else self.reach.storages


async def all_places(
    reach: MemoryReach, group_id: str, user_token: SecretStr | None, crew: str | None
) -> tuple[list[Place], list[str]]:
    """The places, and what could not be reached, for people. Raises Unavailable: it is worth trying again."""
    places: list[Place] = []
    problems: list[str] = []
    for plan in await reach.backends(group_id):
        name = plan.backend_id or "the built-in default"
        try:
            opened = await reach.open(group_id, user_token, crew, plan)
            refs = {index.ref(type): True for type, index in plan.indexes.items()}
            if plan.kind is not BackendKind.DATABRICKS:
                refs |= dict.fromkeys(await _left_behind(opened, set(refs)), False)
        except Unavailable:
            raise
        except AppError as exc:
            problems.append(f"backend {name}: {exc.message}")
        else:
            places += [Place(opened, ref, current) for ref, current in refs.items()]
    return _each_once(places), problems


async def _left_behind(reach: Reach, known: set[IndexRef]) -> list[IndexRef]:
    """Indexes of other embedders in a store of the installation, where the group may have been before."""
    repository = reach.storages[0].repository
    names = {ref.name for ref in known}
    found = []
    for summary in await repository.list_indexes():
        for type in MemoryType if summary.name not in names else ():
            try:
                found.append((await repository.get_index(IndexRef(summary.name, type))).ref)
            except IndexMissing:
                continue
    return found


def _each_once(places: list[Place]) -> list[Place]:
    """Two configurations may name one index; the one whose embedder fits is kept."""
    found: dict[tuple[BackendKind, str, str], Place] = {}
    for place in sorted(places, key=lambda place: not place.is_current):
        found.setdefault((place.reach.plan.kind, place.ref.name, place.ref.type), place)
    return list(found.values())
