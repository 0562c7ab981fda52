"""One installation for each database and test process; every test starts and kills its own workers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import BOTH, Kind
from tests.support.databases import PostgresServer
from tests.support.http_recorder import HttpRecorder, http_recorder
from tests.support.processes import Installation, Nursery, wait_until
from tests.support.scripted_openai import ScriptedOpenAI

LEASE_S = 2.0


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of one database run in one test process, which keeps its API."""
    for item in items:
        if "faults" in Path(item.path).parts and "kasal" in getattr(item, "fixturenames", ()):
            kind = item.callspec.params["fault_kind"]  # type: ignore[attr-defined]
            item.add_marker(pytest.mark.xdist_group(f"faults-{kind}"))
            item.add_marker(pytest.mark.integration)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def model_server() -> Iterator[ScriptedOpenAI]:
    with ScriptedOpenAI() as server:
        yield server


@pytest.fixture(scope="session")
def effects_server() -> Iterator[HttpRecorder]:
    with http_recorder({}) as recorder:
        yield recorder


@pytest.fixture(scope="session", params=BOTH)
def fault_kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@pytest.fixture(scope="session")
def installation(
    fault_kind: Kind,
    nursery: Nursery,
    model_server: ScriptedOpenAI,
    effects_server: HttpRecorder,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installation]:
    url = None
    if fault_kind == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.new(kept=True)
    environment = {
        "OPENAI_API_KEY": "scripted",
        "OPENAI_BASE_URL": model_server.base_url,
        "KASAL_LEASE_TTL_S": str(LEASE_S),
        "KASAL_ALLOW_PRIVATE_URLS": "true",
    }
    folder = tmp_path_factory.mktemp(f"kasal-{fault_kind}")
    with Installation(folder, nursery, database_url=url, environment=environment) as kasal:
        kasal.start_api()
        yield kasal


@pytest.fixture
def model(model_server: ScriptedOpenAI) -> ScriptedOpenAI:
    """Answers every task with an echo, unless the test scripts it."""
    model_server.script()
    return model_server


@pytest.fixture
def effects(effects_server: HttpRecorder) -> HttpRecorder:
    effects_server.received.clear()
    effects_server.arrived.clear()
    effects_server.answers.clear()
    return effects_server


@pytest.fixture
def kasal(installation: Installation, model: ScriptedOpenAI) -> Iterator[Installation]:
    """With an API and without a worker. Whatever a test leaves running is ended."""
    if installation.api is None or installation.api.exit_code is not None:
        installation.start_api()
    yield installation
    model.release()
    for worker in installation.workers:
        worker.kill()
    for status in ("PENDING", "RUNNING"):
        found = installation.http.get("/api/v1/executions", params={"status": status}).json()
        for left in found["items"]:
            installation.http.post(f"/api/v1/executions/{left['id']}/cancel")
    wait_until(lambda: not installation.workers, 60, "workers have ended")
