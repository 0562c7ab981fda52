"""Memory in the application's own PostgreSQL or Lakebase, in a schema of its own."""

from src.engines.crewai.memory.own_storage import OwnIndexes, OwnStorage, OwnStore
from src.repositories.vector.pgvector import PgVectorIndexRepository

SCHEMA = "kasal_memory"


class PgVectorStorage(OwnStorage):
    pass


def open_pgvector_store(dsn: str) -> OwnStore:
    """Connects when it is first asked."""
    repository = PgVectorIndexRepository(dsn, schema=SCHEMA)
    return OwnStore(repository, OwnIndexes(repository), PgVectorStorage)
