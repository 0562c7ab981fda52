"""Three groups with the same crews, keys, texts and vectors work on one store at the same time.

`python -m benchmarks.memory_isolation --operations 100000` is the long form of this.
"""

from pathlib import Path

import pytest

from tests.conformance.arrangement import DIMENSION
from tests.conftest import SettingsFor
from tests.support.tenant_data import WEIGHTS
from tests.support.tenants import work_together
from tests.support.vector_stores import stores_of

SERVED = [
    pytest.param(kind, operations, marks=pytest.mark.integration)
    for kind, operations in (("pgvector", 1500), ("databricks", 1200))
]


@pytest.mark.parametrize(("kind", "operations"), [("in_memory", 5000), ("default", 2500), *SERVED])
async def test_groups_never_meet_whatever_they_do(
    kind: str, operations: int, tmp_path: Path, settings_for: SettingsFor
) -> None:
    dsn = settings_for("postgres").postgres_dsn if kind == "pgvector" else ""
    async with stores_of(kind, tmp_path, postgres_dsn=dsn) as stores:
        refs = await stores.make_indexes(DIMENSION)
        figures = await work_together(stores, refs, operations)
        assert figures.failures == []
        assert (figures.foreign, stores.foreign_rows) == (0, 0)
    assert set(figures.operations) == set(WEIGHTS)
    assert figures.operations.total() >= operations
    assert figures.returned > operations
    assert figures.kept > 100
