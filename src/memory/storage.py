"""The memory of one crew: its scope, the indexes of its types, and the embedder that filled them."""

from collections.abc import Sequence

from src.core.logging import get_logger
from src.memory.embedders.base import Embedder
from src.memory.plan import MemoryPlan
from src.repositories.vector.base import (
    Hit,
    IndexRef,
    NewRecord,
    Query,
    Record,
    ScanPage,
    VectorIndexRepository,
)
from src.repositories.vector.filters import EVERYTHING, MemoryScope, RecordFilter
from src.schemas.databricks_index_schemas import MemoryType

log = get_logger(__name__)


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
        self._without_text: set[str] = set()

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

    async def get(self, memory_type: MemoryType, ids: Sequence[str]) -> list[Record]:
        """With vectors, in the order of their ids, at most 1,000. On Databricks a search may not show yet what
        was written a moment ago."""
        return await self.repository.fetch(self.scope, self.index(memory_type), ids)

    async def scan(
        self,
        memory_type: MemoryType,
        *,
        after: str | None = None,
        limit: int = 100,
        filter: RecordFilter = EVERYTHING,
    ) -> ScanPage:
        """In the order of ids, with vectors. On Databricks without records of older products."""
        return await self.repository.scan(
            self.scope, self.index(memory_type), after=after, limit=limit, filter=filter
        )

    def note_without_text(self, memory_type: MemoryType) -> None:
        name = self.index(memory_type).name
        if name not in self._without_text:
            self._without_text.add(name)
            log.warning("index {} refuses text searches; it is searched by vectors alone", name)

    async def delete(self, memory_type: MemoryType, filter: RecordFilter) -> int:
        return await self.repository.delete_records(self.scope, self.index(memory_type), filter)

    async def count(self, memory_type: MemoryType, filter: RecordFilter = EVERYTHING) -> int:
        return await self.repository.count_documents(self.scope, self.index(memory_type), filter)
