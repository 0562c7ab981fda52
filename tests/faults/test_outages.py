"""What a run needs is away, slow or wrong for a while: it completes all the same, with nothing done twice.

The long form, with hundreds of runs, is `python -m benchmarks.faults`.
"""

import json
import resource
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.support import fail_points, process_clock
from tests.support.databases import PostgresServer
from tests.support.faulty_proxy import Break, FaultyProxy
from tests.support.http_recorder import Answer, HttpRecorder
from tests.support.processes import Installation, Nursery, Process, wait_until
from tests.support.run_bodies import crew_body
from tests.support.scripted_openai import ScriptedOpenAI

ENDED = ("COMPLETED", "FAILED", "CANCELLED")
on_sqlite, on_postgres = (
    pytest.mark.parametrize("fault_kind", [kind], indirect=True) for kind in ("sqlite", "postgres")
)
RUNS = 2
TASKS = 3


@pytest.fixture
def paying(model: ScriptedOpenAI, effects: HttpRecorder) -> HttpRecorder:
    """Every task calls a tool that must not be called twice, then answers slowly."""
    effects.answers["/pay"] = Answer(b"paid")
    names = [f"run {run} task {task}" for run in range(RUNS) for task in range(TASKS)]
    model.script(
        *(
            {
                "match": name,
                "tool_calls": [
                    {"name": "http_post", "arguments": {"url": f"{effects.url}/pay", "body": name}}
                ],
            }
            for name in names
        ),
        {"chunk_delay_s": 0.05},
    )
    return effects


def start(kasal: Installation) -> list[str]:
    return [
        kasal.start(
            crew_body(*(f"run {run} task {task}" for task in range(TASKS)), tools=["http_post"])
        )
        for run in range(RUNS)
    ]


def assert_all_well(kasal: Installation, ids: list[str], paid: HttpRecorder) -> None:
    """Completed, every effect once or said to be unknown, every event in its place."""
    unknown = 0
    for id in ids:
        ended = kasal.wait_for_status(id, *ENDED)
        assert ended["status"] == "COMPLETED", (ended["error"], kasal.report())
        events = kasal.events(id)
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        types = [event["type"] for event in events]
        assert (types.count("task_completed"), types[-1]) == (TASKS, "execution_completed")
        unknown += json.dumps(events).count("outcome-unknown")
        used = [task["usage"]["llm_calls"] for task in kasal.tasks(id)]
        assert min(used) >= 2 and sum(used) == ended["usage"]["llm_calls"]
    bodies = [request.body for request in paid.received]
    assert len(bodies) == len(set(bodies)) >= RUNS * TASKS - unknown


def task_count(kasal: Installation, ids: list[str]) -> int:
    return sum(task["status"] == "COMPLETED" for id in ids for task in kasal.tasks(id))


@on_postgres
def test_connections_to_the_database_that_are_terminated(
    kasal: Installation, paying: HttpRecorder
) -> None:
    query = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    worker = kasal.start_worker()
    ids = start(kasal)
    with psycopg.connect(kasal.settings.postgres_dsn, autocommit=True) as server:
        for tasks in range(TASKS):
            wait_until(lambda tasks=tasks: task_count(kasal, ids) >= tasks, 60, "tasks end")  # type: ignore[misc]
            found = server.execute(query.encode()).fetchone()
            # As many as there happen to be: those that were ended just now are not all back yet.
            assert found is not None and found[0]
    assert_all_well(kasal, ids, paying)
    assert worker.exit_code is None


@pytest.mark.integration
def test_database_server_that_is_stopped_and_started(
    paying: HttpRecorder,
    model: ScriptedOpenAI,
    nursery: Nursery,
    tmp_path: Path,
) -> None:
    """A server of its own: other tests use the one of this session."""
    server = PostgresServer(uuid.uuid4().hex, tmp_path / "postgres.lock")
    environment = {
        "OPENAI_API_KEY": "scripted",
        "OPENAI_BASE_URL": model.base_url,
        "KASAL_ALLOW_PRIVATE_URLS": "true",
    }
    folder = tmp_path / "kasal"
    folder.mkdir()
    try:
        with Installation(
            folder, nursery, database_url=server.new(), environment=environment
        ) as kasal:
            kasal.start_api()
            worker = kasal.start_worker()
            ids = start(kasal)
            for crash in (False, True):
                before = len(model.chats)
                wait_until(lambda before=before: len(model.chats) > before, 60, "a model is asked")  # type: ignore[misc]
                with server.away(crash=crash):
                    wait_until(lambda: "does not answer" in worker.log, 60, "it is missed")
            assert_all_well(kasal, ids, paying)
            assert worker.exit_code is None
    finally:
        server.stop()


@contextmanager
def nothing_can_be_written(worker: Process) -> Iterator[None]:
    """As on a full disk, for this process alone, and for files that are larger than its log."""
    soft, hard = resource.prlimit(worker.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (2 * len(worker.log) + 40_000, hard))
    try:
        yield
    finally:
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (soft, hard))


@on_sqlite
def test_disk_that_takes_nothing(
    kasal: Installation, paying: HttpRecorder, model: ScriptedOpenAI
) -> None:
    worker = kasal.start_worker({"KASAL_LEASE_TTL_S": "30"})
    ids = start(kasal)
    model.wait_until_requests(2, 60)
    with nothing_can_be_written(worker):
        wait_until(lambda: "does not answer" in worker.log, 60, "it is missed")
    assert_all_well(kasal, ids, paying)
    assert worker.exit_code is None


@on_sqlite
def test_connections_to_the_model_that_break(
    kasal: Installation, paying: HttpRecorder, model: ScriptedOpenAI
) -> None:
    with FaultyProxy(("127.0.0.1", model.port)) as proxy:
        through = {"OPENAI_BASE_URL": f"http://127.0.0.1:{proxy.port}/v1"}
        kasal.start_worker({**through, "KASAL_LLM_TIMEOUT_S": "1.5"})
        for kind in Break:
            proxy.strike(kind)
        ids = start(kasal)
        wait_until(lambda: len(proxy.struck) == len(Break), 60, "every kind has struck")
        proxy.cut()
        kinds = ("task_completed", "log")
        wait_until(lambda: kasal.events(ids[0])[-1]["type"] in kinds, 60, "the model is missed")
        proxy.mend()
        assert_all_well(kasal, ids, paying)


@on_postgres
def test_workers_that_die_at_named_points(kasal: Installation, paying: HttpRecorder) -> None:
    ids = start(kasal)
    for point in ("tool result noted:1", "task stored:1", "run done:1"):
        doomed = kasal.start_worker({fail_points.VARIABLE: point})
        assert doomed.wait(60) == fail_points.KILLED_EXIT
    kasal.start_worker()
    assert_all_well(kasal, ids, paying)


def test_clocks_that_are_set_forward_and_back(
    kasal: Installation, paying: HttpRecorder, tmp_path: Path
) -> None:
    """All workers of one machine share a clock, on which no lease may depend."""
    clock = tmp_path / "clock"
    process_clock.set_clock(clock, 0.0)
    environment = {process_clock.VARIABLE: str(clock), "KASAL_LEASE_TTL_S": "30"}
    workers = [kasal.start_worker(environment) for _ in range(2)]
    ids = start(kasal)
    for tasks, shift_s in enumerate((3600.0, -3600.0, 0.0)):
        wait_until(lambda tasks=tasks: task_count(kasal, ids) >= tasks, 60, "tasks end")  # type: ignore[misc]
        process_clock.set_clock(clock, shift_s)
    assert_all_well(kasal, ids, paying)
    assert [worker.exit_code for worker in workers] == [None, None]
