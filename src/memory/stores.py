"""The ports to places where memory is kept, for those who may not know what keeps it."""

from typing import Protocol

from src.memory.embedders.base import Embedder
from src.memory.plan import MemoryPlan
from src.memory.storage import MemoryStorage
from src.repositories.databricks.tokens import TokenChain, TokenProvider
from src.repositories.vector.base import VectorIndexRepository


class Store(Protocol):
    """An opened place, shared by all who may use it; for one event loop."""

    @property
    def repository(self) -> VectorIndexRepository: ...

    async def storage(self, embedder: Embedder, plan: MemoryPlan, group_id: str) -> MemoryStorage:
        """Raises EmbedderMismatch where the plan's indexes hold vectors of another embedder."""
        ...

    async def close(self) -> None: ...


class Workspace(Protocol):
    """A Databricks workspace: what its callers share whoever they are."""

    def store(self, tokens: TokenChain) -> Store: ...

    async def close(self) -> None: ...


class StoreOpener(Protocol):
    """Loads libraries, so it blocks; touches no network."""

    def default(self) -> Store: ...

    def pgvector(self) -> Store: ...

    def workspace(self, host: str) -> Workspace: ...

    def sdk_token(self, host: str) -> TokenProvider: ...
