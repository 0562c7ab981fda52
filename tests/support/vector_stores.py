"""Every kind of vector store with something to work on, for what is tried on all of them alike."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from src.repositories.vector.base import IndexRef, IndexSpec, VectorIndexRepository
from src.repositories.vector.embedded import EmbeddedVectorIndexRepository
from src.repositories.vector.in_memory import InMemoryVectorIndexRepository
from src.repositories.vector.pgvector import PgVectorIndexRepository
from src.schemas.databricks_index_schemas import MemoryType
from tests.conformance.arrangement import Names
from tests.conformance.databricks_support import ENDPOINT, another_repository, new_repository
from tests.emulator.server import DatabricksEmulator

BACKENDS = ("in_memory", "default", "pgvector", "databricks")


@dataclass
class Stores:
    """Several repositories over one store, as several processes have them."""

    kind: str
    repositories: list[VectorIndexRepository]
    names: Names = field(default_factory=Names)

    @property
    def first(self) -> VectorIndexRepository:
        return self.repositories[0]

    @property
    def foreign_rows(self) -> int:
        return sum(one.foreign_rows for one in self.repositories)

    async def make_indexes(
        self, dimension: int, embedding_model: str = "toy"
    ) -> dict[MemoryType, IndexRef]:
        refs = {memory_type: self.names.ref(memory_type) for memory_type in MemoryType}
        for ref in refs.values():
            await self.first.create_index(IndexSpec(ref, dimension, embedding_model))
        return refs


@asynccontextmanager
async def stores_of(
    kind: str,
    folder: Path,
    *,
    postgres_dsn: str = "",
    emulator: DatabricksEmulator | None = None,
    copies: int = 2,
) -> AsyncIterator[Stores]:
    """`postgres_dsn` is needed by pgvector only; Databricks starts an emulator unless one is given."""
    with ExitStack() as stack:
        if kind == "databricks":
            server = emulator or stack.enter_context(DatabricksEmulator())
            opened: list[VectorIndexRepository] = [new_repository(server)]
            opened += [another_repository(server) for _ in range(copies - 1)]
            stores = Stores(kind, opened, Names("main.memory.", ENDPOINT))
        elif kind == "in_memory":
            stores = Stores(kind, [InMemoryVectorIndexRepository()])
        elif kind == "default":
            stores = Stores(kind, [EmbeddedVectorIndexRepository(folder) for _ in range(copies)])
        elif kind == "pgvector":
            stores = Stores(kind, [PgVectorIndexRepository(postgres_dsn) for _ in range(copies)])
        else:
            raise ValueError(f"expected one of {', '.join(BACKENDS)}, got {kind!r}")
        try:
            yield stores
        finally:
            for one in stores.repositories:
                await one.close()
