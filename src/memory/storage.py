"""The memory of one crew: its scope, the indexes of its types, and the embedder that filled them."""

from collections.abc import Sequence

from src.memory.embedders.base import Embedder
from src.memory.plan import MemoryPlan
from src.repositories.vector.base import (
    Hit,
    IndexRef,
    NewRecord,
    Query,
    VectorIndexRepository,
)
from src.repositories.vector.filters import EVERYTHING, MemoryScope, RecordFilter
from src.schemas.databricks_index_schemas import MemoryType


class MemoryStorage:
    """One instance for one group and crew lineage: nothing that is asked of it can leave that scope."""

    def __init__(
        self,
        repository: VectorIndexRepository,
        embedder: Embedder,
        plan: MemoryPlan,
        group_id: str,
    ) -> None:
        self.repository = repository
        self.embedder = embedder
        self.plan = plan
        self.scope = MemoryScope(group_id, plan.crew_ids)

    @property
    def backend(self) -> str:
        return str(self.plan.kind)

    @property
    def identity(self) -> str | None:
        """Which Databricks identity answered last; None where a store knows none."""
        return None

    def index(self, memory_type: MemoryType) -> IndexRef:
        return self.plan.indexes[memory_type].ref(memory_type)

    async def write(self, memory_type: MemoryType, records: Sequence[NewRecord]) -> int:
        return await self.repository.upsert(self.scope, self.index(memory_type), records)

    async def search(self, memory_type: MemoryType, query: Query) -> list[Hit]:
        return await self.repository.similarity_search(self.scope, self.index(memory_type), query)

    async def delete(self, memory_type: MemoryType, filter: RecordFilter) -> int:
        return await self.repository.delete_records(self.scope, self.index(memory_type), filter)

    async def count(self, memory_type: MemoryType, filter: RecordFilter = EVERYTHING) -> int:
        return await self.repository.count_documents(self.scope, self.index(memory_type), filter)
