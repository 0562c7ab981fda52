"""Runs of a real worker whose memory is in a Databricks workspace, while that workspace fails in every way that the
emulator knows: the run completes, and what could not be remembered is told or written later, never doubled.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from src.schemas.databricks_index_schemas import MemoryType
from tests.emulator.server import DatabricksEmulator
from tests.support.faulty_memory import FaultyMemory
from tests.support.faulty_proxy import Break, FaultyProxy
from tests.support.processes import Installation, Nursery, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("memory-faults")]

OUTLIVED = (
    *("throttled", "throttled_without_retry_after", "unavailable", "gateway_timeout"),
    *("internal_error", "html_error", "connection_reset", "half_answer", "malformed_json"),
    *("reset_after_write", "upsert_partly_failed", "upsert_failed"),
    "stale_read",
)
"""They pass, and the run has its whole memory."""
ODDITIES = (
    *("camel_case_data_plane", "int64_as_string", "no_data_array", "wrong_column_count"),
    "empty_next_page",
)
REFUSED = {
    "expired_token": "token-refused",
    "invalid_token": "token-refused",
    "permission_denied": "index-not-permitted",
    "missing_scope": "index-not-permitted",
    "missing_index": "index-missing",
}
"""No repetition helps: the run goes on without memory and says so."""
ENVIRONMENT = "pat:ada@example.com"


@pytest.fixture(scope="module")
def emulator() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as server:
        yield server


@pytest.fixture(scope="module")
def way(emulator: DatabricksEmulator) -> Iterator[FaultyProxy]:
    """To the workspace."""
    with FaultyProxy(("127.0.0.1", int(emulator.host.rpartition(":")[2]))) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def installed(
    emulator: DatabricksEmulator,
    way: FaultyProxy,
    nursery: Nursery,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[FaultyMemory]:
    """Set up, with one run that has been remembered."""
    host = f"http://127.0.0.1:{way.port}"
    environment = {"DATABRICKS_HOST": host, "DATABRICKS_TOKEN": emulator.token}
    folder: Path = tmp_path_factory.mktemp("kasal-memory")
    with Installation(folder, nursery, environment=environment) as kasal:
        kasal.start_api()
        kasal.start_worker()
        memory = FaultyMemory(kasal, emulator)
        memory.set_up()
        first = memory.start()
        kasal.wait_for_status(first, "COMPLETED")
        assert memory.saved(first) == ["saved", "saved"]
        yield memory


@pytest.fixture
def memory(installed: FaultyMemory, request: pytest.FixtureRequest) -> Iterator[FaultyMemory]:
    installed.mend()
    installed.use_new_backend(request.node.name)
    yield installed
    installed.mend()


def run(memory: FaultyMemory, timeout_s: float = 60.0) -> str:
    id = memory.start()
    memory.kasal.wait_for_status(id, "COMPLETED", "FAILED", timeout_s=timeout_s)
    assert memory.kasal.execution(id)["status"] == "COMPLETED"
    return id


def assert_remembered_once(memory: FaultyMemory, id: str) -> None:
    """Both tasks, with one observation each, and what all runs have learned alike only once."""
    assert memory.saved(id) == ["saved", "saved"], memory.memory_events(id)
    kept = memory.observations(id)
    assert len(kept) == len(set(kept)) == 2
    lessons = [row["content"] for row in memory.rows(MemoryType.LONG_TERM).values()]
    assert len(lessons) == len(set(lessons))


@pytest.mark.parametrize("fault", OUTLIVED)
def test_a_passing_fault_costs_a_run_nothing(memory: FaultyMemory, fault: str) -> None:
    identity = memory.use_new_token()
    rule = memory.emulator.inject(fault)
    id = run(memory)
    assert rule is None or memory.emulator.faults.struck(rule) > 0
    assert_remembered_once(memory, id)
    assert memory.kasal.execution(id)["identity_used"] == "stored_pat"
    assert memory.requests_of(identity) <= 48, memory.requests_of(identity)


def test_connections_that_break_cost_a_run_nothing(memory: FaultyMemory, way: FaultyProxy) -> None:
    """A black hole takes until the client's timeout: `python -m benchmarks.faults` has it."""
    kinds = [kind for kind in Break if kind is not Break.BLACK_HOLE]
    struck = way.struck.total()
    for kind in kinds:
        way.strike(kind)
    id = run(memory)
    assert way.struck.total() == struck + len(kinds)
    assert_remembered_once(memory, id)


def test_oddities_of_answers_change_nothing(memory: FaultyMemory) -> None:
    memory.use_new_token()
    for fault in ODDITIES:
        memory.emulator.inject(fault)
    id = run(memory)
    assert_remembered_once(memory, id)
    told = [one for one in memory.memory_events(id) if one["type"] == "memory_recalled"]
    assert told and all(one["data"]["records"] for one in told)
    assert [one for one in memory.memory_events(id) if one["type"] == "memory_failed"] == []


@pytest.mark.parametrize(("fault", "code"), REFUSED.items())
def test_what_is_refused_is_told_and_tried_under_no_other_name(
    memory: FaultyMemory, fault: str, code: str
) -> None:
    identity = memory.use_new_token()
    rule = memory.emulator.inject(fault)
    assert rule is not None
    if fault in ("expired_token", "invalid_token"):
        rule.times, rule.identity = None, identity  # that token is not taken any more
    memory.emulator.recorder.clear()
    id = run(memory)
    events = memory.memory_events(id)
    assert {one["type"] for one in events} == {"memory_failed"}
    assert code in {one["data"]["code"] for one in events}
    assert memory.saved(id) == ["failed", "failed"]
    assert memory.observations(id) == []
    assert memory.requests_of(ENVIRONMENT) == 0
    assert memory.requests_of(identity) <= 24, memory.requests_of(identity)


def test_another_identity_goes_on_where_the_group_allows_it(memory: FaultyMemory) -> None:
    identity = memory.use_new_token()
    memory.use_new_backend("with another identity", may_fall_back=True)
    rule = memory.emulator.inject("expired_token")
    assert rule is not None
    rule.times, rule.identity = None, identity
    id = run(memory)
    assert_remembered_once(memory, id)
    assert memory.kasal.execution(id)["identity_used"] == "environment_pat"


@pytest.mark.parametrize(
    ("fault", "code"),
    [("throttled_for_long", "store-throttled"), ("unready", "index-not-ready")],
)
def test_a_store_that_is_back_within_the_run_gets_everything(
    memory: FaultyMemory, fault: str, code: str
) -> None:
    memory.use_new_token()
    if fault == "unready":
        memory.unready()
    else:
        memory.emulator.inject(fault)
    id = memory.start()
    told = wait_until(lambda: memory.failures(id), 30, "a failed write is told")
    assert {one["code"] for one in told} == {code}
    memory.mend()
    memory.kasal.wait_for_status(id, "COMPLETED", "FAILED")
    assert_remembered_once(memory, id)


@pytest.mark.slow
def test_a_store_that_hangs_is_given_up(memory: FaultyMemory) -> None:
    memory.use_new_token()
    rule = memory.emulator.inject("slow")
    id = run(memory)
    assert rule is not None and memory.emulator.faults.struck(rule) == 1
    assert "memory_failed" in {one["type"] for one in memory.memory_events(id)}
    assert_remembered_once(memory, id)


@pytest.mark.slow
def test_what_a_run_could_not_write_is_written_when_the_store_is_back(
    memory: FaultyMemory,
) -> None:
    identity = memory.use_new_token()
    memory.emulator.recorder.clear()
    memory.emulator.inject("down")
    id = run(memory, timeout_s=90)
    assert memory.saved(id) == ["pending", "pending"]
    assert {one["will_retry"] for one in memory.failures(id)} == {True}
    # The circuit opens: a store that is down is not asked by every call of every task.
    assert memory.requests_of(identity) <= 48, memory.requests_of(identity)
    job = memory.job_of(id)
    assert job["status"] in ("queued", "running")
    memory.mend()
    memory.wait_for_job(job["id"])
    assert_remembered_once(memory, id)
