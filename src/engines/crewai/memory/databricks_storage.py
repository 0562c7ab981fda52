"""Memory in Databricks Vector Search: Direct Access indexes that an administrator set up."""

from collections.abc import Sequence
from dataclasses import dataclass

from src.core.clock import Clock
from src.memory.embedders.base import Embedder
from src.memory.plan import MemoryPlan
from src.memory.storage import MemoryStorage
from src.repositories.databricks.tokens import TokenChain
from src.repositories.vector.base import Hit, NewRecord, Query
from src.repositories.vector.databricks import DatabricksVectorIndexRepository
from src.repositories.vector.databricks_client import DatabricksWorkspace
from src.repositories.vector.errors import DimensionMismatch
from src.repositories.vector.filters import EVERYTHING, RecordFilter
from src.schemas.databricks_index_schemas import MemoryType


class DatabricksVectorStorage(MemoryStorage):
    """One crew's part of indexes that many groups share. No index is ever made here.

    Databricks does not keep which embedder filled an index: only its dimension can be compared.
    """

    def __init__(
        self,
        repository: DatabricksVectorIndexRepository,
        embedder: Embedder,
        plan: MemoryPlan,
        group_id: str,
    ) -> None:
        super().__init__(repository, embedder, plan, group_id)
        self._databricks = repository

    @property
    def identity(self) -> str | None:
        return self._databricks.identity

    async def write(self, memory_type: MemoryType, records: Sequence[NewRecord]) -> int:
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
        """Text searches and deletes carry no vector, and yet belong to the wrong index as well."""
        index = self.index(memory_type)
        dimension = await self._databricks.dimension(index)
        if dimension != self.plan.embedder.dimension:
            raise DimensionMismatch(index.name, dimension, self.plan.embedder.dimension)


@dataclass(frozen=True)
class DatabricksStore:
    """One workspace under one chain of identities."""

    repository: DatabricksVectorIndexRepository

    async def storage(self, embedder: Embedder, plan: MemoryPlan, group_id: str) -> MemoryStorage:
        return DatabricksVectorStorage(self.repository, embedder, plan, group_id)

    async def close(self) -> None:
        """Nothing of its own is open: connections belong to the workspace."""


class OpenedWorkspace:
    """Connections and the circuit breaker, for all identities; for one event loop."""

    def __init__(self, host: str, clock: Clock) -> None:
        self._workspace = DatabricksWorkspace(host, clock=clock)

    def store(self, tokens: TokenChain) -> DatabricksStore:
        return DatabricksStore(DatabricksVectorIndexRepository(self._workspace, tokens))

    async def close(self) -> None:
        await self._workspace.close()
