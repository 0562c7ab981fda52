"""Memory of runs in PostgreSQL and in a Databricks workspace: the same promises as in the default store."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator.server import DatabricksEmulator
from tests.support.databases import PostgresServer
from tests.support.memory_crews import (
    LEARN,
    LESSON,
    answers_of,
    memory_crew,
    of_type,
    receipts,
    run,
    text_of,
)
from tests.support.processes import Installation, Nursery, wait_until
from tests.support.scripted_openai import ScriptedOpenAI

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(scope="module")
def model_server() -> Iterator[ScriptedOpenAI]:
    with ScriptedOpenAI() as server:
        yield server


@pytest.fixture(scope="module")
def workspace() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def installation(
    nursery: Nursery,
    model_server: ScriptedOpenAI,
    workspace: DatabricksEmulator,
    postgres_server: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installation]:
    environment = {
        "OPENAI_API_KEY": "scripted",
        "OPENAI_BASE_URL": model_server.base_url,
        "KASAL_LEASE_TTL_S": "2",
        "KASAL_ALLOW_PRIVATE_URLS": "true",
        "DATABRICKS_HOST": workspace.host,
        "DATABRICKS_TOKEN": workspace.token,
    }
    folder = tmp_path_factory.mktemp("memory-backends")
    url = postgres_server.new(kept=True)
    with Installation(folder, nursery, database_url=url, environment=environment) as kasal:
        kasal.start_api()
        kasal.start_worker()
        yield kasal


@pytest.fixture
def model(model_server: ScriptedOpenAI) -> ScriptedOpenAI:
    model_server.script(LEARN)
    return model_server


@pytest.fixture(params=["pgvector", "databricks"])
def backend(request: pytest.FixtureRequest, installation: Installation) -> str:
    kind = str(request.param)
    known = {one["kind"]: one["id"] for one in _backends(installation)}
    if kind not in known and kind == "databricks":
        _set_up(installation)
        known = {one["kind"]: one["id"] for one in _backends(installation)}
    if kind not in known:
        made = installation.http.post("/api/v1/memory/backends", json={"name": kind, "kind": kind})
        assert made.status_code == 201, made.text
        known[kind] = made.json()["id"]
    answer = installation.http.post(f"/api/v1/memory/backends/{known[kind]}/activate")
    assert answer.status_code == 200, answer.text
    return kind


def _backends(kasal: Installation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = kasal.http.get("/api/v1/memory/backends").json()["items"]
    return found


def _set_up(kasal: Installation) -> None:
    body = {"catalog": "main", "schema": "mem", "activate": True}
    started = kasal.http.post("/api/v1/memory/backends/setup", json=body)
    assert started.status_code == 202, started.text
    path = f"/api/v1/jobs/{started.json()['id']}"
    ended = ("done", "failed", "cancelled")
    wait_until(lambda: kasal.http.get(path).json()["status"] in ended, 60, "the set-up has ended")
    assert kasal.http.get(path).json()["status"] == "done", kasal.http.get(path).text


def test_next_run_is_told_what_the_first_found_out(
    installation: Installation, model: ScriptedOpenAI, backend: str
) -> None:
    body = memory_crew("Check the invoices of Acme", crew_name=f"Told by {backend}")
    first = run(installation, body)
    (saved,) = of_type(installation, first, "memory_saved")
    assert saved["data"]["backend"] == backend
    assert len(saved["data"]["records"]) == 3

    second = run(installation, body)
    assert LESSON in text_of(answers_of(model)[1])
    used = receipts(installation, second)
    assert {one["backend"] for one in used} == {backend}
    assert {one["record"]["id"] for one in used} == {one["id"] for one in saved["data"]["records"]}


def test_other_crew_is_told_nothing(
    installation: Installation, model: ScriptedOpenAI, backend: str
) -> None:
    run(installation, memory_crew("Check the invoices", crew_name=f"One in {backend}"))
    other = run(installation, memory_crew("Check the invoices", crew_name=f"Other in {backend}"))
    assert receipts(installation, other) == []
    assert LESSON not in text_of(answers_of(model)[1])


@pytest.mark.parametrize("backend", ["databricks"], indirect=True)
def test_store_that_is_away_gets_its_records_when_it_is_back(
    installation: Installation, model: ScriptedOpenAI, backend: str, workspace: DatabricksEmulator
) -> None:
    """The run waits half a minute for its memory; then a job goes on with it."""
    workspace.inject("down")
    try:
        id = run(installation, memory_crew("Check the invoices", crew_name="Away"))
        (before,) = installation.tasks(id)
    finally:
        workspace.faults.clear()
    assert before["memory"]["status"] == "pending"
    failed = of_type(installation, id, "memory_failed")
    assert {event["data"]["operation"] for event in failed} == {"recall", "save"}
    assert [e["data"]["will_retry"] for e in failed if e["data"]["operation"] == "save"] == [True]
    assert installation.events(id)[-1]["type"] == "execution_completed"

    def is_saved() -> bool:
        (task,) = installation.tasks(id)
        return bool(task["memory"]["status"] == "saved")

    wait_until(is_saved, 90, "the job has written what was left")
    run(installation, memory_crew("Check the invoices", crew_name="Away"))
    assert LESSON in text_of(answers_of(model)[-1])
