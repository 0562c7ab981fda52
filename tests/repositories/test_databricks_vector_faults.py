"""What the Databricks repository makes of every fault that the emulator knows: no silent loss, no duplicate."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from src.repositories.databricks.tokens import TokenSource
from src.repositories.vector.base import (
    IndexRef,
    IndexState,
    TextQuery,
    VectorIndexRepository,
    VectorQuery,
)
from src.repositories.vector.call_policy import CallLimits
from src.repositories.vector.databricks import DatabricksVectorIndexRepository
from src.repositories.vector.errors import (
    CircuitOpen,
    EndpointMissing,
    IndexMissing,
    IndexNotReady,
    InvalidIndexName,
    NotPermitted,
    RecreationFailed,
    StoreTimeout,
    StoreUnavailable,
    Throttled,
    TokenRefused,
    WriteFailed,
    WrongColumns,
)
from src.repositories.vector.filters import EVERYTHING, Equals, RecordFilter
from src.schemas.databricks_index_schemas import MemoryType
from tests.conformance.arrangement import (
    ALPHA,
    BETA,
    DIMENSION,
    Names,
    all_ids,
    direction,
    ids_of,
    made,
    make_record,
    write,
)
from tests.conformance.databricks_support import (
    ENDPOINT,
    another_repository,
    chain_of,
    new_repository,
)
from tests.emulator.server import DatabricksEmulator
from tests.support.clock import MovableClock

pytestmark = pytest.mark.integration
REF = Names("main.memory.", ENDPOINT).ref()
NEAR = VectorQuery(direction(1.0))


class Waits:
    """Instead of sleeping: remembers how long it was asked to."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture(scope="module")
def server() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def opening(
    server: DatabricksEmulator, waits: Waits
) -> AsyncIterator[Callable[..., DatabricksVectorIndexRepository]]:
    """New repositories over the same emulator, which is emptied before the first."""
    stores = [new_repository(server, sleep=waits)]

    def open(**options: Any) -> DatabricksVectorIndexRepository:
        if options:
            stores.append(another_repository(server, **{"sleep": waits, **options}))
        return stores[-1]

    yield open
    for store in stores:
        await store.close()


@pytest.fixture
async def store(
    opening: Callable[..., DatabricksVectorIndexRepository],
) -> DatabricksVectorIndexRepository:
    """With an index that holds one record."""
    found = opening()
    await made(found, REF)
    await write(found, ALPHA, REF, "first", text="coffee")
    return found


def calls_on(store: VectorIndexRepository) -> dict[str, Callable[[], Awaitable[Any]]]:
    return {
        "upsert": lambda: store.upsert(ALPHA, REF, [make_record(ALPHA, REF, "new")]),
        "search": lambda: store.similarity_search(ALPHA, REF, NEAR),
        "text": lambda: store.similarity_search(ALPHA, REF, TextQuery("coffee")),
        "delete": lambda: store.delete_records(ALPHA, REF, EVERYTHING),
        "count": lambda: store.count_documents(ALPHA, REF),
        "scan": lambda: store.scan(ALPHA, REF),
        "get": lambda: store.get_index(REF),
    }


PASSING = (
    "throttled",
    "throttled_without_retry_after",
    "unavailable",
    "gateway_timeout",
    "internal_error",
    "html_error",
    "connection_reset",
)


@pytest.mark.parametrize("call", ["upsert", "search", "text", "delete", "count", "scan", "get"])
@pytest.mark.parametrize("fault", PASSING)
async def test_a_passing_fault_is_outlived_by_every_call(
    server: DatabricksEmulator,
    store: DatabricksVectorIndexRepository,
    waits: Waits,
    fault: str,
    call: str,
) -> None:
    server.inject(fault)
    await calls_on(store)[call]()
    assert waits.seconds
    if fault == "throttled":
        assert waits.seconds == [1.0, 1.0]


@pytest.mark.parametrize("fault", ["half_answer", "malformed_json"])
async def test_a_broken_answer_is_asked_for_again(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository, fault: str
) -> None:
    server.inject(fault)
    assert len(await store.similarity_search(ALPHA, REF, NEAR)) == 1


async def test_a_write_whose_answer_was_lost_is_no_duplicate(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository
) -> None:
    server.inject("reset_after_write")
    await write(store, ALPHA, REF, "a", "b")
    assert len(await all_ids(store, ALPHA, REF)) == 3


@pytest.mark.parametrize(
    ("fault", "failing"), [("upsert_partly_failed", "bd"), ("upsert_failed", "abcd")]
)
async def test_rows_that_were_not_stored_are_named(
    server: DatabricksEmulator,
    store: DatabricksVectorIndexRepository,
    fault: str,
    failing: str,
) -> None:
    server.inject(fault)
    with pytest.raises(WriteFailed) as caught:
        await write(store, ALPHA, REF, *"abcd")
    assert caught.value.failed_ids == tuple(ALPHA.record_id(REF.type, key) for key in failing)
    assert caught.value.written == 4 - len(failing)
    await write(store, ALPHA, REF, *"abcd")
    assert await store.count_documents(ALPHA, REF) == 5


async def test_a_row_that_is_too_large_is_named(store: DatabricksVectorIndexRepository) -> None:
    large = make_record(ALPHA, REF, "large", text="x" * 110_000)
    with pytest.raises(WriteFailed) as caught:
        await store.upsert(ALPHA, REF, [make_record(ALPHA, REF, "small"), large])
    assert caught.value.failed_ids == (large.id,)


async def test_a_store_that_asks_for_too_long_a_wait_is_not_waited_for(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository, waits: Waits
) -> None:
    server.inject("throttled_for_long")
    with pytest.raises(Throttled) as caught:
        await store.similarity_search(ALPHA, REF, NEAR)
    assert (caught.value.retry_after_s, caught.value.headers) == (300.0, {"Retry-After": "300"})
    assert waits.seconds == []


async def test_a_slow_store_is_given_up(
    server: DatabricksEmulator,
    store: DatabricksVectorIndexRepository,
    opening: Callable[..., DatabricksVectorIndexRepository],
) -> None:
    hasty = opening(limits=CallLimits(attempt_s=0.3, attempts=1))
    await hasty.count_documents(ALPHA, REF)
    server.inject("slow")
    with pytest.raises(StoreTimeout, match=r"within 0\.3 s"):
        await hasty.similarity_search(ALPHA, REF, NEAR)
    server.faults.release()
    assert len(await hasty.similarity_search(ALPHA, REF, NEAR)) == 1


async def test_the_circuit_opens_and_closes_again(
    server: DatabricksEmulator,
    store: DatabricksVectorIndexRepository,
    opening: Callable[..., DatabricksVectorIndexRepository],
) -> None:
    clock = MovableClock()
    limits = CallLimits(attempts=2, failures_to_open=3, rest_s=15)
    careful = opening(limits=limits, clock=clock)
    await careful.count_documents(ALPHA, REF)
    server.inject("down")
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await careful.similarity_search(ALPHA, REF, NEAR)
    asked = len(server.requests)
    with pytest.raises(CircuitOpen):
        await careful.similarity_search(ALPHA, REF, NEAR)
    assert len(server.requests) == asked
    clock.days += 16 / 86_400
    with pytest.raises(StoreUnavailable):  # the one try fails, the circuit stays open
        await careful.similarity_search(ALPHA, REF, NEAR)
    with pytest.raises(CircuitOpen):
        await careful.similarity_search(ALPHA, REF, NEAR)
    server.faults.clear()
    clock.days += 16 / 86_400
    assert len(await careful.similarity_search(ALPHA, REF, NEAR)) == 1
    assert len(await careful.similarity_search(ALPHA, REF, NEAR)) == 1


async def test_a_missing_index_is_told_from_a_forbidden_one(
    server: DatabricksEmulator,
    store: DatabricksVectorIndexRepository,
    opening: Callable[..., DatabricksVectorIndexRepository],
) -> None:
    token = server.identities.add_user("visitor", ["USE_CATALOG main", "USE_SCHEMA main.memory"])
    visitor = opening(tokens=chain_of(token))
    with pytest.raises(NotPermitted, match="SELECT"):
        await visitor.get_index(REF)
    with pytest.raises(NotPermitted):
        await visitor.similarity_search(ALPHA, REF, NEAR)
    with pytest.raises(IndexMissing):
        await store.get_index(IndexRef("main.memory.nowhere", REF.type, ENDPOINT))
    with pytest.raises(EndpointMissing):
        await store.list_indexes("nowhere")


async def test_a_reader_without_the_endpoint_still_searches(
    server: DatabricksEmulator,
    store: DatabricksVectorIndexRepository,
    opening: Callable[..., DatabricksVectorIndexRepository],
) -> None:
    grants = ["USE_CATALOG main", "USE_SCHEMA main.memory", f"SELECT {REF.name}"]
    reader = opening(tokens=chain_of(server.identities.add_user("reader", grants)))
    assert len(await reader.similarity_search(ALPHA, REF, NEAR)) == 1
    with pytest.raises(NotPermitted):
        await write(reader, ALPHA, REF, "a")


async def test_a_missing_scope_is_named_and_no_other_identity_is_taken(
    server: DatabricksEmulator,
    store: DatabricksVectorIndexRepository,
    opening: Callable[..., DatabricksVectorIndexRepository],
) -> None:
    server.identities.add_user("ann")
    token = server.identities.add_token("ann", scopes=["sql"])
    limited = opening(tokens=chain_of(token, server.token, may_fall_back=True))
    with pytest.raises(NotPermitted, match="scope"):
        await limited.similarity_search(ALPHA, REF, NEAR)
    assert limited.identity == TokenSource.ON_BEHALF_OF


@pytest.mark.parametrize("may_fall_back", [False, True])
async def test_an_expired_user_token_gives_way_only_where_the_group_allows_it(
    server: DatabricksEmulator,
    store: DatabricksVectorIndexRepository,
    opening: Callable[..., DatabricksVectorIndexRepository],
    may_fall_back: bool,
) -> None:
    server.identities.add_user("ann")
    token = server.identities.add_token("ann", scopes=["vector-search"], ttl_s=60)
    own = opening(tokens=chain_of(token, server.token, may_fall_back=may_fall_back))
    await own.similarity_search(ALPHA, REF, NEAR)
    used = [own.identity]
    server.clock.advance(61)
    if may_fall_back:
        assert len(await own.similarity_search(ALPHA, REF, NEAR)) == 1
        used.append(own.identity)
        assert used == [TokenSource.ON_BEHALF_OF, TokenSource.STORED_PAT]
    else:
        with pytest.raises(TokenRefused, match="on_behalf_of"):
            await own.similarity_search(ALPHA, REF, NEAR)


@pytest.mark.parametrize("fault", ["expired_token", "invalid_token"])
async def test_a_refused_token_is_said_without_showing_it(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository, fault: str
) -> None:
    server.inject(fault)
    with pytest.raises(TokenRefused) as caught:
        await store.similarity_search(ALPHA, REF, NEAR)
    assert server.token not in str(caught.value)


async def test_an_index_in_the_making_is_not_ready(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository
) -> None:
    server.options.index_provisioning_polls = 3
    ref = IndexRef("main.memory.slow", MemoryType.ENTITY, ENDPOINT)
    await made(store, ref)
    assert (await store.get_index(ref)).state == IndexState.PROVISIONING
    with pytest.raises(IndexNotReady):
        await store.similarity_search(ALPHA, ref, NEAR)
    assert (await store.get_index(ref)).state == IndexState.PROVISIONING
    assert (await store.get_index(ref)).state == IndexState.READY
    assert await store.similarity_search(ALPHA, ref, NEAR) == []


@pytest.mark.parametrize(
    "fault",
    [
        "camel_case_data_plane",
        "int64_as_string",
        "no_data_array",
        "wrong_column_count",
        "empty_next_page",
    ],
)
async def test_oddities_of_answers_change_nothing(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository, fault: str
) -> None:
    server.inject(fault)
    ids = await write(store, ALPHA, REF, "a", "b", text="tea", ttl_hours=7)
    hits = await store.similarity_search(ALPHA, REF, TextQuery("tea"))
    assert (ids_of(hits), hits[0].record.fields["ttl_hours"]) == (ids, 7)
    assert await store.similarity_search(BETA, REF, NEAR) == []
    assert await store.count_documents(ALPHA, REF) == 3
    assert len(await all_ids(store, ALPHA, REF)) == 3
    assert await store.delete_records(ALPHA, REF, EVERYTHING) == 3
    assert (await store.empty_index(REF)).removed == 0


async def test_reads_that_lag_behind_end_every_loop(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository
) -> None:
    server.inject("stale_read")
    ids = await write(store, ALPHA, REF, *"abc")
    await store.delete_records(ALPHA, REF, RecordFilter(ids=tuple(ids)))
    await store.count_documents(ALPHA, REF)  # the read that does not see it yet
    assert await store.count_documents(ALPHA, REF) == 1
    await write(store, BETA, REF, "x")
    await store.empty_index(REF)
    assert server.workspace.rows_of(REF.name) == {}


async def test_a_filter_that_the_service_ignores_leaks_nothing(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository
) -> None:
    await write(store, BETA, REF, "theirs")
    # The endpoint changes its kind behind our back, so the form of our filters has no effect.
    server.options.lenient_filters = True
    server.workspace.endpoints[ENDPOINT].kind = "STORAGE_OPTIMIZED"
    mine = await all_ids(store, ALPHA, REF)
    assert ids_of(await store.similarity_search(ALPHA, REF, NEAR)) == mine
    assert store.foreign_rows == 1
    assert await store.delete_records(ALPHA, REF, EVERYTHING) == 1
    assert len(await all_ids(store, BETA, REF)) == 1


async def test_an_index_with_other_columns_is_refused_by_name(
    store: DatabricksVectorIndexRepository,
) -> None:
    wrong = IndexRef(REF.name, MemoryType.ENTITY, ENDPOINT)
    with pytest.raises(WrongColumns, match="entity_name"):
        await store.similarity_search(ALPHA, wrong, NEAR)


@pytest.mark.parametrize("name", ["short", "a.b", "a.b.c/../x", "a.b.c d", "a.b.c?x=1", "../x"])
async def test_a_name_that_is_no_name_never_reaches_a_url(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository, name: str
) -> None:
    asked = len(server.requests)
    for call in (store.get_index, store.delete_index, store.empty_index):
        with pytest.raises(InvalidIndexName):
            await call(IndexRef(name, REF.type, ENDPOINT))
    with pytest.raises(InvalidIndexName):
        await store.list_indexes(name + "/")
    assert len(server.requests) == asked


async def test_records_of_an_older_product_are_found_and_can_be_deleted(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository
) -> None:
    await write(store, ALPHA, REF, "own")
    row = next(iter(server.workspace.rows_of(REF.name).values()))
    legacy = {**row, "id": "5f0c1a9e-aaaa-4bbb-8ccc-000000000001", "agent_id": "old"}
    server.workspace.index(REF.name).rows.put(legacy)
    chosen = RecordFilter(where=(Equals("agent_id", "old"),))
    found = await store.similarity_search(ALPHA, REF, VectorQuery(direction(1), 10, chosen))
    assert ids_of(found) == [legacy["id"]]
    assert await store.count_documents(BETA, REF) == 0
    assert await store.delete_records(BETA, REF, RecordFilter(ids=(legacy["id"],))) == 0
    assert await store.delete_records(ALPHA, REF, RecordFilter(ids=(legacy["id"],))) == 1


async def test_emptying_a_large_index_makes_it_anew_and_waits_for_its_name(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository, waits: Waits
) -> None:
    fill(server, 10_001)
    server.inject("pending_deletion")
    result = await store.empty_index(REF)
    assert (result.removed, result.recreated) == (10_002, True)
    assert len(waits.seconds) == 3
    info = await store.get_index(REF)
    assert (info.dimension, info.state) == (DIMENSION, IndexState.READY)
    await write(store, ALPHA, REF, "a")
    assert await store.count_documents(ALPHA, REF) == 1


async def test_an_index_that_cannot_be_made_anew_is_said_to_be_gone(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository
) -> None:
    fill(server, 10_001)
    server.options.pending_deletion_refusals = 1000
    with pytest.raises(RecreationFailed, match="set it up again"):
        await store.empty_index(REF)


async def test_a_cancelled_call_leaves_the_store_usable(
    server: DatabricksEmulator, store: DatabricksVectorIndexRepository
) -> None:
    rule = server.inject("slow")
    assert rule is not None
    call = asyncio.create_task(store.similarity_search(ALPHA, REF, NEAR))
    await asyncio.to_thread(server.faults.wait_until_struck, rule)
    call.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await call
    server.faults.clear()
    assert len(await store.similarity_search(ALPHA, REF, NEAR)) == 1


def fill(server: DatabricksEmulator, count: int) -> None:
    """Rows of ALPHA behind the API's back, which would take long."""
    rows = server.workspace.index(REF.name).rows
    for at in range(count):
        row = make_record(ALPHA, REF, f"f{at:05}", agent_id="x")
        scope = {"group_id": ALPHA.group_id, "crew_id": ALPHA.crew_id}
        rows.put({"id": row.id, **row.fields, **scope, "embedding": list(row.vector)})
