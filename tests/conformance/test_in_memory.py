from collections.abc import AsyncIterator

import pytest

from src.repositories.vector.base import VectorIndexRepository
from src.repositories.vector.in_memory import InMemoryVectorIndexRepository
from tests.conformance.vector_index import VectorIndexConformance


class TestInMemory(VectorIndexConformance):
    @pytest.fixture
    async def opened(self) -> AsyncIterator[VectorIndexRepository]:
        yield InMemoryVectorIndexRepository()
