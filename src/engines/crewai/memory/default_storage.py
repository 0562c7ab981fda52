"""The memory that needs no configuration: files below the data directory, `kasal_default_<crew id>` each."""

from pathlib import Path

from src.engines.crewai.memory.own_storage import OwnIndexes, OwnStorage, OwnStore
from src.repositories.vector.embedded import EmbeddedVectorIndexRepository


class DefaultStorage(OwnStorage):
    pass


def open_default_store(data_dir: Path) -> OwnStore:
    """Makes the data directory when it is missing."""
    repository = EmbeddedVectorIndexRepository(data_dir)
    return OwnStore(repository, OwnIndexes(repository), DefaultStorage)
