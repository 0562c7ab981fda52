"""What a crew finds out in one run is in the prompts of its next one: real processes, scripted model."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.conftest import BOTH, Kind
from tests.support.databases import PostgresServer
from tests.support.memory_crews import (
    LEARN,
    LESSON,
    LESSONS_PROMPT,
    answers_of,
    memory_crew,
    of_type,
    receipts,
    run,
    text_of,
)
from tests.support.processes import Installation, Nursery
from tests.support.run_bodies import crew_body
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


@pytest.fixture(scope="module", params=BOTH)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture(scope="module")
def installation(
    kind: Kind,
    nursery: Nursery,
    model_server: ScriptedOpenAI,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installation]:
    url = None
    if kind == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.new(kept=True)
    environment = {
        "OPENAI_API_KEY": "scripted",
        "OPENAI_BASE_URL": model_server.base_url,
        "KASAL_LEASE_TTL_S": "2",
        "KASAL_ALLOW_PRIVATE_URLS": "true",
    }
    folder = tmp_path_factory.mktemp(f"memory-{kind}")
    with Installation(folder, nursery, database_url=url, environment=environment) as kasal:
        kasal.start_api()
        kasal.start_worker()
        yield kasal


@pytest.fixture
def model(model_server: ScriptedOpenAI) -> ScriptedOpenAI:
    model_server.script(LEARN)
    return model_server


@pytest.fixture
def kasal(installation: Installation, model: ScriptedOpenAI) -> Iterator[Installation]:
    yield installation
    if not installation.workers:
        installation.start_worker()


@contextmanager
def counting_embedder(kasal: Installation, name: str, **config: Any) -> Iterator[None]:
    """Embeddings are asked of the scripted server, which logs them."""
    embedder = {"provider": "openai", "model": "scripted-embedding", "dimension": 64}
    body = {"name": name, "kind": "default", "config": {"embedder": embedder, **config}}
    created = kasal.http.post("/api/v1/memory/backends", json=body)
    assert created.status_code == 201, created.text
    path = f"/api/v1/memory/backends/{created.json()['id']}"
    activated = kasal.http.post(f"{path}/activate")
    assert activated.status_code == 200, activated.text
    yield
    kasal.http.post(f"{path}/deactivate")


def test_next_run_is_told_what_the_first_found_out(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    body = memory_crew("Check the invoices of Acme", crew_name="Told")
    first = run(kasal, body)
    (saved,) = of_type(kasal, first, "memory_saved")
    assert (saved["data"]["extraction"], saved["data"]["merged"]) == ("done", 0)
    assert {one["type"] for one in saved["data"]["records"]} == {
        "short_term",
        "long_term",
        "entity",
    }
    (task,) = kasal.tasks(first)
    assert task["memory"] == {
        "status": "saved",
        "records": len(saved["data"]["records"]),
        "merged": 0,
        "error": None,
    }
    assert receipts(kasal, first) == []
    assert LESSON not in text_of(answers_of(model)[0])

    second = run(kasal, body)
    assert LESSON in text_of(answers_of(model)[1])
    used = receipts(kasal, second)
    written = {(one["type"], one["id"]) for one in saved["data"]["records"]}
    assert {(one["record"]["type"], one["record"]["id"]) for one in used} == written
    assert [one["rank"] for one in used] == list(range(1, len(used) + 1))
    assert all(
        (one["task"], one["agent"], one["via"]) == ("t1", "worker", "recall") for one in used
    )
    assert any(LESSON in one["excerpt"] for one in used)
    (recalled,) = of_type(kasal, second, "memory_recalled")
    assert [one["id"] for one in recalled["data"]["records"]] == [
        one["record"]["id"] for one in used
    ]


def test_memory_outlives_the_worker(kasal: Installation, model: ScriptedOpenAI) -> None:
    body = memory_crew("Check the invoices of Beta", crew_name="Outlives")
    run(kasal, body)
    for worker in kasal.workers:
        worker.kill()
    kasal.start_worker()
    run(kasal, body)
    assert LESSON in text_of(answers_of(model)[1])


def test_edited_crew_keeps_what_it_knew(kasal: Installation, model: ScriptedOpenAI) -> None:
    body = memory_crew("Check the invoices of Gamma")
    definition = {key: body[key] for key in ("agents_yaml", "tasks_yaml", "model", "memory")}
    crew = kasal.http.post("/api/v1/crews", json={"name": "Lineage", "definition": definition})
    assert crew.status_code == 201, crew.text
    first = run(kasal, {"crew_id": crew.json()["id"]})
    definition["agents_yaml"]["worker"]["role"] = "Auditor"
    edited = kasal.http.patch(f"/api/v1/crews/{crew.json()['id']}", json={"definition": definition})
    assert edited.status_code == 200, edited.text
    second = run(kasal, {"crew_id": crew.json()["id"]})

    identities = [kasal.execution(id)["crew_identity"] for id in (first, second)]
    assert identities[0] != identities[1]
    assert LESSON in text_of(answers_of(model)[1])
    assert receipts(kasal, second)


def test_other_group_with_the_same_crew_knows_nothing(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    body = memory_crew("Check the invoices of Delta", crew_name="Apart")
    run(kasal, body)
    group = kasal.http.post("/api/v1/groups", json={"name": "Others"}).json()["id"]
    kasal.http.headers["X-Group-Id"] = group
    try:
        other = run(kasal, body)
        assert receipts(kasal, other) == []
        assert LESSON not in text_of(answers_of(model)[1])
    finally:
        del kasal.http.headers["X-Group-Id"]


def test_memory_adds_one_model_call_and_two_embeddings_to_a_task(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    body = memory_crew("First step", "Second step", "Third step", crew_name="Counted")
    with counting_embedder(kasal, "counted"):
        id = run(kasal, body)
    embeddings = [one for one in model.requests if one.path.endswith("/embeddings")]
    assert (len(answers_of(model)), len(model.chats), len(embeddings)) == (3, 6, 6)
    saved = of_type(kasal, id, "memory_saved")
    assert [event["data"]["extraction"] for event in saved] == ["done"] * 3
    usage = kasal.execution(id)["usage"]
    assert usage["llm_calls"] == 6
    # What memory costs is the run's, not the task's.
    assert [task["usage"]["llm_calls"] for task in kasal.tasks(id)] == [1, 1, 1]


def test_without_extraction_no_model_is_called_for_memory(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    body = memory_crew("First step", "Second step", "Third step", crew_name="Silent")
    with counting_embedder(kasal, "silent", extraction=False):
        id = run(kasal, body)
    assert len(model.chats) == 3
    saved = of_type(kasal, id, "memory_saved")
    assert [event["data"]["extraction"] for event in saved] == ["off"] * 3


def test_crew_without_memory_neither_recalls_nor_keeps(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    id = run(kasal, crew_body("Forget this", memory=False))
    assert len(model.chats) == 1
    assert [task["memory"] for task in kasal.tasks(id)] == [None]
    assert not [event for event in kasal.events(id) if event["type"].startswith("memory")]


def test_lessons_that_cannot_be_found_cost_neither_the_run_nor_the_record(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"match": LESSONS_PROMPT, "status": 400, "times": 9})
    id = run(kasal, memory_crew("Check the invoices of Epsilon", crew_name="No lessons"))
    (saved,) = of_type(kasal, id, "memory_saved")
    assert saved["data"]["extraction"] == "failed"
    assert [one["type"] for one in saved["data"]["records"]] == ["short_term", "long_term"]
