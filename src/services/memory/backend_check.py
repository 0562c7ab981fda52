"""Whether a memory configuration can be used here, with a pointer to each field that cannot."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from src.core.errors import FieldError, Invalid
from src.core.settings import Settings
from src.engines.base import Catalogue
from src.memory.configuration import ActiveBackend, embedder_of
from src.memory.plan import BackendKind
from src.repositories.vector.names import DATABRICKS_ENDPOINT, DATABRICKS_INDEX, PLAIN_INDEX
from src.schemas.memory_backend import MemoryConfig

ModelProblems = Callable[[Catalogue, str, str], tuple[FieldError, ...]]
"""(catalogue, model key, pointer) -> what keeps the group from calling it."""
_INDEXES = ("short_term_index", "long_term_index", "entity_index", "document_index")
_ENDPOINTS = ("endpoint_name", "document_endpoint_name")


@dataclass(frozen=True)
class BackendCheck:
    settings: Settings
    model_problems: ModelProblems

    def raise_if_wrong(self, backend: ActiveBackend, catalogue: Catalogue) -> None:
        """Raises Invalid with everything that is wrong."""
        config = backend.config
        found = [*self._kind(backend.kind), *_names(backend), *_embedder(backend)]
        needs_host = config.embedder is not None and config.embedder.provider == "databricks"
        if needs_host and backend.kind is not BackendKind.DATABRICKS:
            found += self._host("/config/embedder/provider")
        if config.extraction_model is not None:
            pointer = "/config/extraction_model"
            found += self.model_problems(catalogue, config.extraction_model, pointer)
        if found:
            raise Invalid(
                f"the memory backend has {len(found)} problem(s); each is listed in errors",
                errors=tuple(found),
            )

    def _kind(self, kind: BackendKind) -> Iterator[FieldError]:
        if kind is BackendKind.DATABRICKS:
            yield from self._host("/kind")
        if kind is BackendKind.PGVECTOR and self.settings.is_sqlite:
            yield FieldError(
                "/kind",
                "needs-postgres",
                "pgvector keeps memory in Kasal's own PostgreSQL, and this server runs on SQLite; "
                "start it with DATABASE_URL=postgresql://…, or choose default",
            )

    def _host(self, pointer: str) -> Iterator[FieldError]:
        if not self.settings.databricks_host:
            yield FieldError(
                pointer,
                "needs-databricks",
                "the workspace comes from the setting DATABRICKS_HOST, which is empty; an "
                "administrator of this server has to set it",
            )


def _names(backend: ActiveBackend) -> Iterator[FieldError]:
    config, on_databricks = backend.config, backend.kind is BackendKind.DATABRICKS
    shape = DATABRICKS_INDEX if on_databricks else PLAIN_INDEX
    expected = (
        "catalog.schema.table of letters, digits and _"
        if on_databricks
        else "1-50 lower-case letters, digits or _ that start with no digit"
    )
    given = {field: getattr(config, field) for field in _INDEXES}
    for field, name in given.items():
        if name is not None and not shape.fullmatch(name):
            yield _error(field, "index-name", f"expected {expected}")
    # Two types in one index: its columns are those of one of them.
    uses = Counter(name.lower() for name in given.values() if name is not None)
    for field, name in given.items():
        if name is not None and uses[name.lower()] > 1:
            yield _error(field, "index-name-twice", "each type needs an index of its own")
    if on_databricks and not config.is_disabled:
        yield from _missing_names(config)
    for field in _ENDPOINTS:
        endpoint = getattr(config, field)
        if endpoint is not None and not on_databricks:
            yield _error(field, "no-endpoints", "only Databricks has endpoints; leave this out")
        elif endpoint is not None and not DATABRICKS_ENDPOINT.fullmatch(endpoint):
            yield _error(field, "endpoint-name", "expected letters, digits, _ and -")


def _missing_names(config: MemoryConfig) -> Iterator[FieldError]:
    switches = (config.enable_short_term, config.enable_long_term, config.enable_entity)
    for field, is_on in zip(_INDEXES, switches, strict=False):
        if is_on and getattr(config, field) is None:
            yield _error(
                field,
                "no-index",
                "name the index as catalog.schema.table, or switch this type off; "
                "POST /api/v1/memory/backends/setup makes indexes and names them for you",
            )


def _embedder(backend: ActiveBackend) -> Iterator[FieldError]:
    try:
        embedder_of(backend)
    except Invalid as exc:
        for error in exc.errors:
            yield FieldError(f"/config{error.pointer}", error.code, error.message)


def _error(field: str, code: str, message: str) -> FieldError:
    return FieldError(f"/config/{field}", code, message)
