"""Runs that lost their place in the queue, or a database for a while, still come to an end."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.conftest import Kind
from tests.support.faulty_proxy import PostgresProxy
from tests.support.processes import Installation, wait_until
from tests.support.run_bodies import crew_body
from tests.support.scripted_openai import ScriptedOpenAI

ENDED = ("COMPLETED", "FAILED", "CANCELLED")


def execute(kasal: Installation, statement: str) -> None:
    """Changes the run engine's table `workflows`, or one of ours, behind everybody's back."""
    if kasal.settings.is_sqlite:
        path = kasal.settings.sync_database_url.removeprefix("sqlite:///")
        connection = sqlite3.connect(path, timeout=30)
        with connection:
            connection.execute(statement.replace("{workflows}", "workflow_status"))
        connection.close()
        return
    with psycopg.connect(kasal.settings.postgres_dsn) as server:
        server.execute(statement.replace("{workflows}", "dbos.workflow_status").encode())


def test_run_whose_place_in_the_queue_is_gone_runs(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    """The row vanished, or the workflow ended although the run had not."""
    vanished, broken, ended = (kasal.start(crew_body(name)) for name in ("a", "b", "c"))
    execute(kasal, f"DELETE FROM {{workflows}} WHERE workflow_uuid = '{vanished}:1'")
    for id, status in ((broken, "ERROR"), (ended, "SUCCESS")):
        execute(
            kasal,
            f"UPDATE {{workflows}} SET status = '{status}' WHERE workflow_uuid = '{id}:1'",
        )
    kasal.start_worker()
    for id in (vanished, broken, ended):
        assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"


def test_run_that_the_engine_gave_up_fails_and_says_so(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    id = kasal.start(crew_body("a"))
    execute(
        kasal,
        "UPDATE {workflows} SET status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED' "
        f"WHERE workflow_uuid = '{id}:1'",
    )
    kasal.start_worker()
    ended = kasal.wait_for_status(id, *ENDED)
    assert (ended["status"], ended["error"]["code"]) == ("FAILED", "run.lost")
    assert kasal.events(id)[-1]["type"] == "execution_failed"


def test_run_whose_plan_cannot_be_read_fails(kasal: Installation, model: ScriptedOpenAI) -> None:
    id = kasal.start(crew_body("a"))
    execute(kasal, f"UPDATE execution_plans SET plan = '{{}}' WHERE execution_id = '{id}'")
    kasal.start_worker()
    ended = kasal.wait_for_status(id, *ENDED)
    assert (ended["status"], ended["error"]["code"]) == ("FAILED", "internal")


def test_run_that_a_worker_claimed_but_never_started_is_queued_again(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    id = kasal.start(crew_body("a"))
    # As after a claim whose answer was lost: it belongs to a live worker, which knows nothing of it.
    execute(kasal, f"UPDATE {{workflows}} SET status = 'PENDING' WHERE workflow_uuid = '{id}:1'")
    worker = kasal.start_worker()
    owner = worker.log.partition("worker worker-")[2].split()[0]
    execute(
        kasal,
        f"UPDATE {{workflows}} SET executor_id = 'worker-{owner}' WHERE workflow_uuid = '{id}:1'",
    )
    assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"


@contextmanager
def _database_away(kasal: Installation, proxy: PostgresProxy | None) -> Iterator[None]:
    if proxy is not None:
        proxy.cut()
        yield
        proxy.mend()
        return
    path = kasal.settings.sync_database_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, timeout=30, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.parametrize("during", ["model-call", "idle"])
def test_worker_outlives_a_database_that_is_away_for_longer_than_its_lease(
    kasal: Installation, model: ScriptedOpenAI, fault_kind: Kind, during: str
) -> None:
    proxy = None
    environment = {}
    if fault_kind == "postgres":
        proxy = PostgresProxy(kasal.settings.postgres_dsn)
        proxy.mend()
        environment["DATABASE_URL"] = proxy.url
    worker = kasal.start_worker(environment)
    model.script({"match": "first", "hold": 0})
    id = kasal.start(crew_body("first", "second")) if during == "model-call" else ""
    if id:
        model.wait_until_requests(1, 90)
    with _database_away(kasal, proxy):
        model.release()
        # The task's result has nowhere to go now. SQLite makes a beat wait for five seconds.
        beats = 1 if kasal.settings.is_sqlite else 4
        missed = "lease not renewed"
        wait_until(lambda: worker.log.count(missed) >= beats, 30, "the lease has run out")
    if not id:
        id = kasal.start(crew_body("first", "second"))
    assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"
    assert [entry.task.splitlines()[0] for entry in model.chats] == ["first", "second"]
    assert worker.exit_code is None
    assert wait_until(lambda: len(kasal.events(id)) > 5, 60, "events are there")
    if proxy is not None:
        worker.kill()
        proxy.close()
