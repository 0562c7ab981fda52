"""A new version beside an old one, over one database: what the old one began it ends, or the new one goes on."""

import signal
from collections.abc import Iterator

import pytest

from tests.support.other_version import VARIABLE
from tests.support.processes import Installation
from tests.support.run_bodies import crew_body
from tests.support.scripted_openai import ScriptedOpenAI

ENDED = ("COMPLETED", "FAILED", "CANCELLED")
NEXT = "2"
NEXT_WORKER = {VARIABLE: NEXT}


@pytest.fixture
def deploy(kasal: Installation) -> Iterator[Installation]:
    yield kasal
    _replace_api(kasal, None)


def _replace_api(kasal: Installation, version: str | None) -> None:
    assert kasal.api is not None
    kasal.api.kill()
    kasal.start_api(version)


def test_old_runs_end_on_old_workers_and_new_ones_start_on_new_workers(
    deploy: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"match": "first", "hold": 0})
    old = deploy.start_worker()
    began = deploy.start(crew_body("first", "second"))
    model.wait_until_requests(1, 90)
    _replace_api(deploy, NEXT)
    fresh = deploy.start(crew_body("third"))
    new = deploy.start_worker(NEXT_WORKER)

    assert deploy.wait_for_status(fresh, *ENDED)["status"] == "COMPLETED"
    assert f"execution completed [{fresh}]" in new.log
    model.release()
    assert deploy.wait_for_status(began, *ENDED)["status"] == "COMPLETED"
    assert f"execution completed [{began}]" in old.log
    assert [task["attempt"] for task in deploy.tasks(began)] == [1, 1]


def test_new_workers_go_on_with_what_the_last_old_one_hands_over(
    deploy: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"match": "first", "hold": 0})
    old = deploy.start_worker()
    began = deploy.start(crew_body("first", "second"))
    model.wait_until_requests(1, 90)
    _replace_api(deploy, NEXT)
    new = deploy.start_worker(NEXT_WORKER)
    old.send(signal.SIGTERM)
    old.wait_for_log("worker stopping")
    model.release()

    assert old.wait(90) == 0
    assert deploy.wait_for_status(began, *ENDED)["status"] == "COMPLETED"
    assert f"execution completed [{began}]" in new.log
    assert [entry.task.splitlines()[0] for entry in model.chats] == ["first", "second"]
    assert [task["attempt"] for task in deploy.tasks(began)] == [1, 1]


def test_new_workers_go_on_where_the_last_old_one_was_killed(
    deploy: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"match": "second", "hold": 0})
    old = deploy.start_worker()
    began = deploy.start(crew_body("first", "second"))
    model.wait_until_requests(2, 90)
    queued = deploy.start(crew_body("third"))
    _replace_api(deploy, NEXT)
    deploy.start_worker(NEXT_WORKER)
    old.kill()
    model.release()

    for id in (began, queued):
        assert deploy.wait_for_status(id, *ENDED)["status"] == "COMPLETED"
    assert [task["attempt"] for task in deploy.tasks(began)] == [1, 2]
    events = deploy.events(began)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))


def test_what_a_newer_version_began_waits_for_its_workers(
    deploy: Installation, model: ScriptedOpenAI
) -> None:
    _replace_api(deploy, NEXT)
    fresh = deploy.start(crew_body("first"))
    _replace_api(deploy, None)
    old = deploy.start_worker()
    known = deploy.start(crew_body("second"))
    assert deploy.wait_for_status(known, *ENDED)["status"] == "COMPLETED"
    assert deploy.execution(fresh)["status"] == "PENDING"
    old.kill()
    deploy.start_worker(NEXT_WORKER)
    assert deploy.wait_for_status(fresh, *ENDED)["status"] == "COMPLETED"
