from collections.abc import AsyncIterator, Iterator

import pytest

from src.repositories.vector.base import VectorIndexRepository
from tests.conformance.arrangement import Names
from tests.conformance.databricks_support import ENDPOINT, new_repository
from tests.conformance.vector_index import VectorIndexConformance
from tests.emulator.server import DatabricksEmulator


@pytest.fixture(scope="module")
def server() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.mark.integration
@pytest.mark.parametrize("kind", ["STANDARD", "STORAGE_OPTIMIZED"])
class TestDatabricks(VectorIndexConformance):
    names = Names("main.memory.", ENDPOINT)

    @pytest.fixture
    async def opened(
        self, server: DatabricksEmulator, kind: str
    ) -> AsyncIterator[VectorIndexRepository]:
        store = new_repository(server, kind=kind)
        yield store
        await store.close()
