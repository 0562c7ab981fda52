"""From a group's configuration to the MemoryPlan of one run."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from src.memory.embedders.catalogue import embedder_plan
from src.memory.plan import BackendKind, EmbedderPlan, IndexPlan, MemoryPlan
from src.models.memory import MemoryBackend
from src.schemas.databricks_index_schemas import MemoryType
from src.schemas.memory_backend import EmbedderConfig, MemoryConfig

_USUAL_NAMES = {
    MemoryType.SHORT_TERM: "short_term_memory",
    MemoryType.LONG_TERM: "long_term_memory",
    MemoryType.ENTITY: "entity_memory",
    MemoryType.DOCUMENT: "document_embeddings",
}
"""Of indexes in stores that are the installation's own, for the embedder that needs no configuration."""


@dataclass(frozen=True)
class ActiveBackend:
    """What a group has configured; the built-in default where it has nothing."""

    id: str | None = None
    kind: BackendKind = BackendKind.DEFAULT
    config: MemoryConfig = field(default_factory=MemoryConfig)

    @property
    def effective(self) -> "ActiveBackend":
        """A Disabled Configuration is treated as the default, which always works."""
        return ActiveBackend() if self.config.is_disabled else self


def active_backend(row: MemoryBackend | None) -> ActiveBackend:
    """As configured; `.effective` says what that means for a run."""
    if row is None:
        return ActiveBackend()
    return ActiveBackend(
        id=row.id, kind=BackendKind(row.kind), config=MemoryConfig.model_validate(row.config)
    )


def memory_plan(
    active: ActiveBackend, crew_ids: Iterable[str], document_ids: Iterable[str] = ()
) -> MemoryPlan:
    backend = active.effective
    config = backend.config
    return MemoryPlan(
        backend_id=backend.id,
        kind=backend.kind,
        indexes=index_plans(backend),
        embedder=embedder_of(backend),
        crew_ids=tuple(crew_ids),
        document_ids=tuple(document_ids),
        extraction=config.extraction,
        ttl_hours=config.ttl_hours,
        recall_limit=config.recall_limit,
        may_fall_back=config.may_fall_back,
    )


def embedder_of(backend: ActiveBackend) -> EmbedderPlan:
    """Raises Invalid with pointers into the configuration."""
    return embedder_plan(backend.config.embedder or _usual_embedder(backend.kind))


def index_plans(backend: ActiveBackend) -> dict[MemoryType, IndexPlan]:
    """Of the types that are switched on and have an index; documents have no switch."""
    config, embedder = backend.config, embedder_of(backend)
    given = {
        MemoryType.SHORT_TERM: (config.enable_short_term, config.short_term_index),
        MemoryType.LONG_TERM: (config.enable_long_term, config.long_term_index),
        MemoryType.ENTITY: (config.enable_entity, config.entity_index),
        MemoryType.DOCUMENT: (True, config.document_index),
    }
    plans = {}
    for memory_type, (enabled, name) in given.items():
        if name is None and backend.kind is not BackendKind.DATABRICKS:
            name = _own_name(memory_type, embedder)
        if enabled and name is not None:
            endpoint = config.endpoint_name or ""
            if memory_type is MemoryType.DOCUMENT:
                endpoint = config.document_endpoint_name or endpoint
            plans[memory_type] = IndexPlan(name=name, endpoint=endpoint)
    return plans


def _own_name(memory_type: MemoryType, embedder: EmbedderPlan) -> str:
    """All groups share these indexes, and each keeps to one embedder: so it is part of the name."""
    name = _USUAL_NAMES[memory_type]
    if embedder == embedder_plan(EmbedderConfig()):
        return name
    readable = re.sub(r"[^a-z0-9]+", "_", embedder.model.lower())[:18].strip("_")
    exact = hashlib.sha256(f"{embedder.name}:{embedder.dimension}".encode()).hexdigest()[:8]
    return f"{name}_{readable}_{exact}"


def _usual_embedder(kind: BackendKind) -> EmbedderConfig:
    # The local one never leaves the machine; an index on Databricks is asked by Databricks's own model.
    return EmbedderConfig(provider="databricks" if kind is BackendKind.DATABRICKS else "local")
