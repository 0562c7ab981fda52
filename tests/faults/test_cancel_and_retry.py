"""Cancel, retry, priorities and limits, as clients see them while real workers run."""

import threading

import pytest

from tests.support.http_recorder import Answer, HttpRecorder
from tests.support.processes import Installation, wait_until
from tests.support.run_bodies import crew_body
from tests.support.scripted_openai import ScriptedOpenAI

ENDED = ("COMPLETED", "FAILED", "CANCELLED")


def cancel(kasal: Installation, id: str) -> None:
    answer = kasal.http.post(f"/api/v1/executions/{id}/cancel")
    assert answer.status_code == 200 and answer.json()["status"] == "CANCELLED", answer.text


def retry(kasal: Installation, id: str, **body: str) -> None:
    answer = kasal.http.post(f"/api/v1/executions/{id}/retry", json=body)
    assert answer.status_code == 202, answer.text


def tasks_asked(model: ScriptedOpenAI) -> list[str]:
    return [entry.task.splitlines()[0] for entry in model.chats]


def test_cancelled_run_calls_no_model_again_and_keeps_what_it_has(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"match": "second", "hold": 1, "answer": "never said whole"})
    kasal.start_worker()
    id = kasal.start(crew_body("first", "second", "third"))
    model.wait_until_requests(2, 90)
    cancel(kasal, id)
    other = kasal.start(crew_body("another"))
    kasal.wait_for_status(other, *ENDED)
    assert tasks_asked(model) == ["first", "second", "another"]
    states = [(task["status"], task["output"]) for task in kasal.tasks(id)]
    assert states == [
        ("COMPLETED", "answer to [first]"),
        ("CANCELLED", None),
        ("PENDING", None),
    ]
    events = kasal.events(id)
    assert events[-1]["type"] == "execution_cancelled"
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))


def test_cancelled_run_in_the_queue_never_starts(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    id = kasal.start(crew_body("never"))
    cancel(kasal, id)
    kasal.start_worker()
    other = kasal.start(crew_body("another"))
    kasal.wait_for_status(other, *ENDED)
    assert tasks_asked(model) == ["another"]
    assert [event["type"] for event in kasal.events(id)] == [
        "execution_queued",
        "execution_cancelled",
    ]


def test_cancelled_run_with_a_blocked_tool_frees_its_slot(
    kasal: Installation, model: ScriptedOpenAI, effects: HttpRecorder
) -> None:
    never = threading.Event()
    effects.answers["/slow"] = Answer(b"late", wait_for=never)
    call = {"name": "http_get", "arguments": {"url": f"{effects.url}/slow"}}
    model.script({"match": "Read", "tool_calls": [call]})
    kasal.start_worker({"KASAL_WORKER_CONCURRENCY": "1"})
    id = kasal.start(crew_body("Read it", tools=["http_get"]))
    assert effects.arrived.wait(90)
    waiting = kasal.start(crew_body("another"))
    cancel(kasal, id)
    assert kasal.wait_for_status(waiting, *ENDED)["status"] == "COMPLETED"
    assert tasks_asked(model) == ["Read it", "another"]
    never.set()


def test_retry_from_a_task_keeps_earlier_outputs(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"match": "second", "status": 400})
    kasal.start_worker()
    id = kasal.start(crew_body("first", "second", "third"))
    assert kasal.wait_for_status(id, *ENDED)["status"] == "FAILED"
    retry(kasal, id, from_task="t2")
    ended = kasal.wait_for_status(id, *ENDED)

    assert (ended["status"], ended["attempt"], ended["error"]) == ("COMPLETED", 2, None)
    assert tasks_asked(model) == ["first", "second", "second", "third"]
    assert [task["status"] for task in kasal.tasks(id)] == ["COMPLETED"] * 3
    events = kasal.events(id)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))


def test_retry_of_the_whole_runs_every_task_again(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    kasal.start_worker()
    id = kasal.start(crew_body("first", "second"))
    kasal.wait_for_status(id, *ENDED)
    retry(kasal, id)
    kasal.wait_for_status(id, *ENDED)
    assert tasks_asked(model) == ["first", "second"] * 2


def test_retry_right_after_a_cancel_is_not_disturbed_by_the_old_attempt(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"match": "first", "hold": 0, "times": 1, "answer": "old"}, {"answer": "new"})
    kasal.start_worker()
    id = kasal.start(crew_body("first"))
    model.wait_until_requests(1, 90)
    cancel(kasal, id)
    retry(kasal, id)
    assert kasal.wait_for_status(id, *ENDED)["result"] == {"raw": "new", "json": None}
    types = [event["type"] for event in kasal.events(id)]
    resumed = types[types.index("execution_cancelled") :]
    assert resumed[:4] == [
        "execution_cancelled",
        "execution_queued",
        "execution_started",
        "task_started",
    ]
    assert "llm_call_failed" not in resumed


def test_more_urgent_runs_go_first(kasal: Installation, model: ScriptedOpenAI) -> None:
    ids = [
        kasal.start(crew_body(f"priority {priority}", priority=priority))
        for priority in (5, 1, 9, 3)
    ]
    kasal.start_worker({"KASAL_WORKER_CONCURRENCY": "1"})
    for id in ids:
        kasal.wait_for_status(id, *ENDED)
    assert tasks_asked(model) == [f"priority {priority}" for priority in (1, 3, 5, 9)]


def test_group_runs_no_more_at_once_than_it_may(kasal: Installation, model: ScriptedOpenAI) -> None:
    """As many calls as are allowed are under way, and each that ends lets one more begin."""
    model.script(*({"match": f"run {number}", "hold": 0} for number in range(2)))
    kasal.start_worker({"KASAL_GROUP_CONCURRENCY": "2"})
    ids = [kasal.start(crew_body(f"run {number}")) for number in range(4)]
    model.wait_until_requests(2, 90)
    waiting = [kasal.execution(id)["status"] for id in ids]
    assert waiting == ["RUNNING", "RUNNING", "PENDING", "PENDING"]
    cancel(kasal, ids[0])
    model.wait_until_requests(3, 90)
    wait_until(lambda: kasal.execution(ids[3])["status"] == "COMPLETED", 30, "the last run ends")
    assert kasal.execution(ids[1])["status"] == "RUNNING"
    model.release()


def test_task_that_runs_side_by_side_ends_with_the_one_that_failed(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"match": "first", "hold": 0}, {"match": "second", "status": 400})
    kasal.start_worker()
    id = kasal.start(crew_body("first", "second", "third", parallel=True))
    ended = kasal.wait_for_status(id, *ENDED)
    assert ended["status"] == "FAILED"
    assert [task["status"] for task in kasal.tasks(id)] == ["CANCELLED", "FAILED", "PENDING"]


@pytest.mark.parametrize("said", ["a\x00b", "a\ud800b"], ids=["nul", "surrogate"])
def test_answer_that_a_database_cannot_store_does_not_lose_the_run(
    kasal: Installation, model: ScriptedOpenAI, said: str
) -> None:
    model.script({"answer": said})
    kasal.start_worker()
    id = kasal.start(crew_body("say it"))
    ended = kasal.wait_for_status(id, *ENDED)
    assert ended["status"] == "COMPLETED", ended
    assert ended["result"]["raw"].startswith("a") and ended["result"]["raw"].endswith("b")
