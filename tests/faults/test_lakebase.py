"""API and workers on Lakebase, whose passwords end while runs go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator.server import DatabricksEmulator
from tests.support.lakebase import LakebaseServer
from tests.support.processes import Installation, Nursery, wait_until
from tests.support.run_bodies import crew_body
from tests.support.scripted_openai import ScriptedOpenAI

pytestmark = pytest.mark.integration
MINT = "/api/2.0/database/credentials"
LIVES = 3


@pytest.fixture
def emulator() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.fixture
def server(emulator: DatabricksEmulator) -> Iterator[LakebaseServer]:
    with LakebaseServer(emulator) as server:
        yield server


@pytest.fixture
def lake(
    server: LakebaseServer, model: ScriptedOpenAI, nursery: Nursery, tmp_path: Path
) -> Iterator[Installation]:
    model.script({"chunk_delay_s": 0.05})
    environment = {
        **server.environment,
        "OPENAI_API_KEY": "scripted",
        "OPENAI_BASE_URL": model.base_url,
        "KASAL_ALLOW_PRIVATE_URLS": "true",
    }
    settings = server.settings(tmp_path)
    with Installation(tmp_path, nursery, settings=settings, environment=environment) as kasal:
        kasal.start_api()
        yield kasal


def completes(kasal: Installation, id: str) -> None:
    ended = kasal.wait_for_status(id, "COMPLETED", "FAILED", "CANCELLED", timeout_s=180)
    assert ended["status"] == "COMPLETED", (ended["error"], kasal.report())
    events = kasal.events(id)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))


def start(kasal: Installation, *tasks: str) -> str:
    """As a client does: comes back while the API says so."""

    def accepted() -> str:
        answer = kasal.http.post("/api/v1/executions", json=crew_body(*tasks))
        assert answer.status_code in (202, 503), answer.text
        return str(answer.json().get("id", ""))

    return wait_until(accepted, 60, "the run is accepted")


def test_runs_outlive_their_passwords_and_their_connections(
    lake: Installation, server: LakebaseServer, emulator: DatabricksEmulator, model: ScriptedOpenAI
) -> None:
    worker = lake.start_worker()
    for life in range(LIVES):
        minted = len(emulator.databases.minted)
        asked = len(model.chats)
        id = start(lake, *(f"life {life} task {task}" for task in range(3)))
        wait_until(lambda asked=asked: len(model.chats) > asked, 60, "a model is asked")  # type: ignore[misc]
        server.wait_until_password_has_ended()
        assert server.end_connections()
        completes(lake, id)
        assert len(emulator.databases.minted) > minted
    assert worker.exit_code is None
    assert {one.client for one in emulator.databases.minted} == {server.role}


def test_a_run_waits_for_a_workspace_that_mints_nothing_for_some_seconds(
    lake: Installation, server: LakebaseServer, emulator: DatabricksEmulator, model: ScriptedOpenAI
) -> None:
    worker = lake.start_worker()
    model.script({"match": "task one", "hold": 1}, {})
    id = start(lake, "task one", "task two")
    wait_until(lambda: model.chats, 60, "a model is asked")
    server.wait_until_password_has_ended()
    rule = emulator.faults.add(path=MINT, status=503, times=None)
    server.end_connections()
    model.release()
    wait_until(lambda: emulator.faults.struck(rule) >= 6, 60, "the workspace is asked in vain")
    emulator.faults.clear()
    completes(lake, id)
    assert worker.exit_code is None


def test_a_worker_says_at_once_that_it_is_refused(
    server: LakebaseServer, emulator: DatabricksEmulator, tmp_path: Path
) -> None:
    emulator.faults.add(path=MINT, status=403, times=None)
    settings = server.settings(tmp_path)
    kasal = Installation(tmp_path, settings=settings, environment=server.environment)
    worker = kasal.spawn_worker()
    assert worker.wait(120) == 1
    kasal.close()
    assert f"refuses the service principal {server.role} a password" in worker.log
    assert "Can connect and create" in worker.log
    assert "Traceback" not in worker.log
