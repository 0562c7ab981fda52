from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from src.memory.storage import MemoryStorage
from src.repositories.vector.embedded import EmbeddedVectorIndexRepository
from tests.memory.arrangement import CountingStore, make_memory


@pytest.fixture(params=["in_memory", "embedded"])
async def memory(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[MemoryStorage]:
    """Of one crew, empty, on each kind of store that needs no server."""
    store = CountingStore() if request.param == "in_memory" else None
    opened = await make_memory(store or EmbeddedVectorIndexRepository(tmp_path))
    yield opened
    assert opened.repository.foreign_rows == 0
    await opened.repository.close()


@pytest.fixture
async def counted() -> MemoryStorage:
    """Over a CountingStore."""
    return await make_memory(CountingStore())


@pytest.fixture
def store(counted: MemoryStorage) -> CountingStore:
    assert isinstance(counted.repository, CountingStore)
    return counted.repository
