from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from src.core.clock import SystemClock
from src.repositories.databricks.tokens import GivenToken, TokenChain, TokenSource
from src.repositories.vector.base import VectorIndexRepository
from src.repositories.vector.databricks import DatabricksVectorIndexRepository
from tests.conformance.arrangement import Names
from tests.conformance.vector_index import VectorIndexConformance
from tests.emulator.server import DatabricksEmulator


@pytest.fixture(scope="module")
def server() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(server: DatabricksEmulator) -> DatabricksEmulator:
    server.reset()
    return server


def repository(emulator: DatabricksEmulator) -> DatabricksVectorIndexRepository:
    token = GivenToken(TokenSource.STORED_PAT, SecretStr(emulator.token), clock=SystemClock())
    return DatabricksVectorIndexRepository(emulator.host, TokenChain([token]))


@pytest.mark.parametrize("kind", ["STANDARD", "STORAGE_OPTIMIZED"])
class TestDatabricks(VectorIndexConformance):
    names = Names("main.memory.", "crews")

    @pytest.fixture
    async def opened(
        self, emulator: DatabricksEmulator, kind: str
    ) -> AsyncIterator[VectorIndexRepository]:
        emulator.options.storage_optimized_direct_access = True
        emulator.workspace.create_endpoint({"name": "crews", "endpoint_type": kind}, "someone")
        store = repository(emulator)
        yield store
        await store.close()
