"""Memory in stores of the installation itself: indexes are made on first use and keep to one embedder."""

from collections.abc import Sequence
from dataclasses import dataclass

from src.core.logging import get_logger
from src.memory.embedders.base import Embedder
from src.memory.embedders.errors import EmbedderMismatch
from src.memory.plan import EmbedderPlan, MemoryPlan
from src.memory.storage import MemoryStorage
from src.repositories.vector.base import (
    Hit,
    IndexInfo,
    IndexRef,
    IndexSpec,
    NewRecord,
    Query,
    VectorIndexRepository,
)
from src.repositories.vector.errors import IndexExists, IndexMissing
from src.repositories.vector.filters import EVERYTHING, RecordFilter
from src.schemas.databricks_index_schemas import MemoryType

log = get_logger(__name__)


class OwnIndexes:
    """The indexes of a store that is the installation's own: made on first use, asked once, then believed.

    One for each repository; for one event loop.
    """

    def __init__(self, repository: VectorIndexRepository) -> None:
        self._repository = repository
        self._known: dict[IndexRef, IndexInfo] = {}

    async def check(self, index: IndexRef, embedder: EmbedderPlan) -> None:
        """Raises EmbedderMismatch."""
        info = self._known.get(index)
        if info is None or difference(info, embedder):
            # What is known may have been dropped and made anew.
            info = self._known[index] = await self._found(index, embedder)
        found = difference(info, embedder)
        if found:
            raise EmbedderMismatch(
                f"index {index.name} {found}; configure that embedder again, or name another "
                f"{index.type} index for {embedder.name} and migrate the records to it"
            )

    def forget(self, index: IndexRef) -> None:
        self._known.pop(index, None)

    async def _found(self, index: IndexRef, embedder: EmbedderPlan) -> IndexInfo:
        try:
            return await self._repository.get_index(index)
        except IndexMissing:
            spec = IndexSpec(index, embedder.dimension, embedder.name)
        try:
            info = await self._repository.create_index(spec)
        except IndexExists:  # another process was faster, or it holds records of another type
            return await self._repository.get_index(index)
        log.info("made the {} index {} for {}", index.type, index.name, embedder.name)
        return info


def difference(info: IndexInfo, embedder: EmbedderPlan) -> str:
    if info.embedding_model and info.embedding_model != embedder.name:
        return f"was filled by {info.embedding_model}, not by {embedder.name}"
    if info.dimension != embedder.dimension:
        return (
            f"holds vectors of {info.dimension} dimensions, and {embedder.name} makes "
            f"{embedder.dimension}"
        )
    return ""


class OwnStorage(MemoryStorage):
    """One crew's part of a store that is the installation's own."""

    def __init__(
        self,
        repository: VectorIndexRepository,
        embedder: Embedder,
        plan: MemoryPlan,
        group_id: str,
        indexes: OwnIndexes,
    ) -> None:
        super().__init__(repository, embedder, plan, group_id)
        self._indexes = indexes

    async def prepare(self) -> None:
        """Makes what is missing of the plan's indexes. Raises EmbedderMismatch."""
        for memory_type in self.plan.indexes:
            await self._check(memory_type)

    async def write(self, memory_type: MemoryType, records: Sequence[NewRecord]) -> int:
        await self._check(memory_type)
        try:
            return await super().write(memory_type, records)
        except IndexMissing:
            # Somebody dropped it while we believed in it.
            self._indexes.forget(self.index(memory_type))
            await self._check(memory_type)
            return await super().write(memory_type, records)

    async def search(self, memory_type: MemoryType, query: Query) -> list[Hit]:
        await self._check(memory_type)
        return await super().search(memory_type, query)

    async def delete(self, memory_type: MemoryType, filter: RecordFilter) -> int:
        await self._check(memory_type)
        return await super().delete(memory_type, filter)

    async def count(self, memory_type: MemoryType, filter: RecordFilter = EVERYTHING) -> int:
        await self._check(memory_type)
        return await super().count(memory_type, filter)

    async def _check(self, memory_type: MemoryType) -> None:
        await self._indexes.check(self.index(memory_type), self.plan.embedder)


@dataclass(frozen=True)
class OwnStore:
    """One opened store, shared by all groups and crews of this process; for one event loop."""

    repository: VectorIndexRepository
    indexes: OwnIndexes
    storage_class: type[OwnStorage]

    async def storage(self, embedder: Embedder, plan: MemoryPlan, group_id: str) -> MemoryStorage:
        storage = self.storage_class(self.repository, embedder, plan, group_id, self.indexes)
        await storage.prepare()
        return storage

    async def close(self) -> None:
        await self.repository.close()
