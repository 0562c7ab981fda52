"""Many records on an emulator that enforces every limit of the service: answers and requests of 10 MB, pages and
upserts of 1,000 rows, 10,000 rows of a query, 100 keys of a delete.

Vectors are long where bytes are the limit and short where rows are.
"""

from collections.abc import AsyncIterator, Iterator

import numpy as np
import pytest

from src.repositories.vector.base import IndexSpec, NewRecord, VectorQuery
from src.repositories.vector.databricks import DatabricksVectorIndexRepository
from src.repositories.vector.filters import EVERYTHING, Equals, MemoryScope, RecordFilter
from tests.conformance.arrangement import ALPHA, ALPHA_OTHER_CREW, BETA, Names, all_ids, all_records
from tests.conformance.databricks_support import ENDPOINT, new_repository
from tests.emulator.recorder import RecordedRequest
from tests.emulator.server import DatabricksEmulator

pytestmark = [pytest.mark.integration, pytest.mark.slow]
LONG, SHORT = 1024, 16
REF = Names("main.memory.", ENDPOINT).ref()
SUCCESS = 200


@pytest.fixture(scope="module")
def server() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.fixture
def kind() -> str:
    return "STANDARD"


@pytest.fixture
def dimension() -> int:
    return SHORT


@pytest.fixture
async def store(
    server: DatabricksEmulator, kind: str, dimension: int
) -> AsyncIterator[DatabricksVectorIndexRepository]:
    found = new_repository(server, kind=kind)
    assert server.options.limits.enforced
    await found.create_index(IndexSpec(REF, dimension))
    yield found
    await found.close()


def fill(
    server: DatabricksEmulator,
    scope: MemoryScope,
    count: int,
    *,
    agent: str = "x",
    text: str = "A note of the usual length about prices in Lisbon. " * 8,
) -> list[str]:
    """Rows behind the API's back, which would take long; their ids in order."""
    index, rng = server.workspace.index(REF.name), np.random.default_rng(7)
    assert index.schema.vector is not None
    keys = [f"{agent}{number:05}" for number in range(count)]
    for key in keys:
        vector = rng.normal(size=index.schema.vector.dimension).astype(np.float32)
        row = {"id": scope.record_id(REF.type, key), "group_id": scope.group_id}
        row |= {"crew_id": scope.crew_id, "content": text, "agent_id": agent}
        index.rows.put({**row, "embedding": vector / np.linalg.norm(vector)})
    return [scope.record_id(REF.type, key) for key in keys]


def asked(server: DatabricksEmulator, method: str, path: str) -> list[RecordedRequest]:
    found = list(server.recorder.matching(method, path))
    server.recorder.clear()
    return found


@pytest.mark.parametrize(("dimension", "count"), [(LONG, 1500), (SHORT, 10_000)])
async def test_many_records_are_read_page_by_page(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository, dimension: int, count: int
) -> None:
    ids = fill(server, ALPHA, count)
    fill(server, BETA, 500)
    asked(server, "*", "*")
    records = await all_records(store, ALPHA, REF)
    assert [one.id for one in records] == ids
    assert all(one.vector is not None and len(one.vector) == dimension for one in records)
    # None was refused and had to be asked for in smaller portions.
    assert {one.status for one in asked(server, "*", "*/scan")} == {SUCCESS}


async def test_rows_with_long_texts_are_read_in_smaller_pages(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository
) -> None:
    ids = fill(server, ALPHA, 400, text="x" * 70_000)
    assert await all_ids(store, ALPHA, REF) == ids
    assert await store.count_documents(ALPHA, REF) == 400


@pytest.mark.parametrize(("dimension", "count"), [(LONG, 2000), (SHORT, 10_000)])
async def test_many_records_are_written_in_one_call(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository, dimension: int, count: int
) -> None:
    vectors = np.random.default_rng(3).normal(size=(count, dimension)).tolist()
    records = [
        NewRecord(ALPHA.record_id(REF.type, f"k{at:05}"), {"content": f'say "{at}" \\'}, vector)
        for at, vector in enumerate(vectors)
    ]
    assert await store.upsert(ALPHA, REF, records) == count
    assert {one.status for one in asked(server, "POST", "*/upsert-data")} == {SUCCESS}
    assert await store.count_documents(ALPHA, REF) == count
    (found,) = await store.similarity_search(ALPHA, REF, VectorQuery(vectors[77], 1))
    assert found.record.id == records[77].id


async def test_ten_thousand_records_are_deleted_by_a_filter(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository
) -> None:
    fill(server, ALPHA, 10_000, agent="x")
    kept = fill(server, ALPHA, 300, agent="y")
    theirs = fill(server, BETA, 300, agent="x")
    chosen = RecordFilter(where=(Equals("agent_id", "x"),))
    asked(server, "*", "*")
    assert await store.delete_records(ALPHA, REF, chosen) == 10_000
    deletes = asked(server, "DELETE", "*/delete-data")
    assert {one.status for one in deletes} == {SUCCESS}
    assert len(deletes) == 100  # of 100 keys each
    assert await all_ids(store, ALPHA, REF) == kept
    assert await all_ids(store, BETA, REF) == theirs


@pytest.mark.parametrize("kind", ["STANDARD", "STORAGE_OPTIMIZED"])
async def test_conditions_hold_beyond_what_one_query_shows(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository, kind: str
) -> None:
    """A quote is never put into the text of a filter, so such a condition is checked here."""
    fill(server, ALPHA, 10_500, agent="x")
    rows = server.workspace.index(REF.name).rows
    for row in list(server.workspace.rows_of(REF.name).values())[::250]:
        rows.put({**row, "agent_id": "it's"})
    chosen = RecordFilter(where=(Equals("agent_id", "it's"),))
    assert await store.count_documents(ALPHA, REF, chosen) == 42
    assert await store.delete_records(ALPHA, REF, chosen) == 42
    assert len(server.workspace.rows_of(REF.name)) == 10_458


@pytest.mark.parametrize("count", [10_000, 25_000])
async def test_a_large_index_is_emptied(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository, count: int
) -> None:
    fill(server, ALPHA, count - 4_000)
    fill(server, BETA, 4_000)
    result = await store.empty_index(REF)
    assert (result.removed, result.recreated) == (count, count > 10_000)
    assert server.workspace.rows_of(REF.name) == {}
    again = NewRecord(ALPHA.record_id(REF.type, "a"), {}, [1.0] * SHORT)
    await store.upsert(ALPHA, REF, [again])
    assert await store.count_documents(ALPHA, REF) == 1


async def test_a_large_crew_is_emptied_beside_another(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository
) -> None:
    fill(server, ALPHA_OTHER_CREW, 12_000)
    theirs = fill(server, ALPHA, 200)
    assert await store.delete_records(ALPHA_OTHER_CREW, REF, EVERYTHING) == 12_000
    assert await all_ids(store, ALPHA, REF) == theirs
