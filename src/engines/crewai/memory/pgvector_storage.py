"""Memory in the application's own PostgreSQL or Lakebase, in a schema of its own."""

from src.core.database_engines import postgres_connect
from src.core.settings import Settings
from src.engines.crewai.memory.own_storage import OwnIndexes, OwnStorage, OwnStore
from src.repositories.vector.pgvector import PgVectorIndexRepository

SCHEMA = "kasal_memory"


class PgVectorStorage(OwnStorage):
    pass


def open_pgvector_store(settings: Settings) -> OwnStore:
    """Connects when it is first asked."""
    repository = PgVectorIndexRepository(
        settings.postgres_dsn, schema=SCHEMA, connect=postgres_connect(settings)
    )
    return OwnStore(repository, OwnIndexes(repository), PgVectorStorage)
