"""A group's own limit of runs at once, with real processes: DBOS itself knows one number for all groups."""

from collections.abc import Iterator

import pytest

from tests.support.processes import Installation
from tests.support.run_bodies import crew_body
from tests.support.scripted_openai import ScriptedOpenAI

ENDED = ("COMPLETED", "FAILED", "CANCELLED")


def limit(kasal: Installation, max_running: int | None) -> None:
    answer = kasal.http.put("/api/v1/limits", json={"max_running": max_running})
    assert answer.status_code == 200, answer.text


def cancel(kasal: Installation, id: str) -> None:
    assert kasal.http.post(f"/api/v1/executions/{id}/cancel").status_code == 200


@pytest.fixture(autouse=True)
def no_limit_afterwards(kasal: Installation) -> Iterator[None]:
    yield
    limit(kasal, None)


def test_a_group_runs_no_more_at_once_than_its_own_limit(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    """On two workers; what waits keeps its order, and a limit that is lifted counts soon."""
    model.script(*({"match": f"run {number}", "hold": 0} for number in range(5)))
    limit(kasal, 2)
    ids = [kasal.start(crew_body(f"run {number}")) for number in range(5)]
    for _ in range(2):
        kasal.start_worker({"KASAL_GROUP_CONCURRENCY": "4"})
    model.wait_until_requests(2, 90)
    cancel(kasal, ids[0])
    model.wait_until_requests(3, 90)
    statuses = [kasal.execution(id)["status"] for id in ids]
    assert statuses == ["CANCELLED", "RUNNING", "RUNNING", "PENDING", "PENDING"]

    limit(kasal, None)
    model.wait_until_requests(5, 90)
    model.release()
    for id in ids[1:]:
        assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"


def test_a_limit_that_is_lowered_lets_runs_that_go_on_finish(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    model.script(*({"match": f"run {number}", "hold": 0} for number in range(3)))
    full = {"KASAL_GROUP_CONCURRENCY": "4", "KASAL_WORKER_CONCURRENCY": "2"}
    workers = [kasal.start_worker(full)]
    ids = [kasal.start(crew_body(f"run {number}")) for number in range(2)]
    model.wait_until_requests(2, 90)
    limit(kasal, 1)
    workers.append(kasal.start_worker(full))
    later = kasal.start(crew_body("run 2"))
    cancel(kasal, ids[0])
    assert kasal.execution(later)["status"] == "PENDING"
    cancel(kasal, ids[1])
    model.wait_until_requests(3, 90)
    model.release()
    assert kasal.wait_for_status(later, *ENDED)["status"] == "COMPLETED"
    assert not any("exceeds the partition" in worker.log for worker in workers)
