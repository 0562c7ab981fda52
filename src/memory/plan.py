"""Where one run's memory is and what it may do with it: resolved when the run starts, frozen in its plan."""

from enum import StrEnum
from typing import Literal

from src.core.frozen import Frozen
from src.repositories.vector.base import IndexRef
from src.schemas.databricks_index_schemas import MemoryType

CREW_TYPES = (MemoryType.SHORT_TERM, MemoryType.LONG_TERM, MemoryType.ENTITY)
"""What belongs to one crew. Documents belong to a group."""


class BackendKind(StrEnum):
    DEFAULT = "default"
    DATABRICKS = "databricks"
    PGVECTOR = "pgvector"


class EmbedderPlan(Frozen):
    """What turns texts into vectors. Vectors of two embedders cannot be compared, so an index keeps one."""

    provider: Literal["local", "databricks", "openai", "gemini", "ollama", "hosted_vllm"]
    model: str
    dimension: int
    normalised: bool
    """Whether the model itself answers with unit vectors; all are stored with unit norm."""

    @property
    def name(self) -> str:
        """What records and indexes remember: `provider/model`."""
        return f"{self.provider}/{self.model}"


class IndexPlan(Frozen):
    name: str
    endpoint: str = ""

    def ref(self, memory_type: MemoryType) -> IndexRef:
        return IndexRef(self.name, memory_type, self.endpoint)


class MemoryPlan(Frozen):
    backend_id: str | None = None
    """The group's configuration; None is the default that needs none."""
    kind: BackendKind = BackendKind.DEFAULT
    indexes: dict[MemoryType, IndexPlan]
    """Of every type that may be used; a type that is switched off is missing."""
    embedder: EmbedderPlan
    crew_ids: tuple[str, ...]
    """Crew identities whose records may be read; the first is the one that is written to."""
    document_ids: tuple[str, ...] = ()
    """Knowledge documents that this crew may read: those of the group and its own."""
    extraction: bool = True
    """Whether one model call after each task looks for a lesson and entities."""
    ttl_hours: int = 24
    """How long what a run observed is kept; 0 keeps it. Lessons and entities stay."""
    recall_limit: int = 8
    """Records that go into a task's prompt, documents aside."""
    may_fall_back: bool = False
    """Whether the next Databricks identity may be used when one is refused or expires."""

    @property
    def crew_types(self) -> tuple[MemoryType, ...]:
        return tuple(one for one in CREW_TYPES if one in self.indexes)
