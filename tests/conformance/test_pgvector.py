from collections.abc import AsyncIterator

import pytest

from src.repositories.vector.base import VectorIndexRepository
from src.repositories.vector.pgvector import PgVectorIndexRepository
from tests.conformance.vector_index import VectorIndexConformance
from tests.conftest import SettingsFor


@pytest.mark.integration
class TestPgVector(VectorIndexConformance):
    @pytest.fixture
    async def opened(self, settings_for: SettingsFor) -> AsyncIterator[VectorIndexRepository]:
        store = PgVectorIndexRepository(settings_for("postgres").postgres_dsn)
        yield store
        await store.close()
