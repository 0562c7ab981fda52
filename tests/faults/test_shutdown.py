"""SIGTERM: what runs comes to its end, what is left goes to other workers at once, the process ends in time."""

import signal
import threading

from tests.support.http_recorder import Answer, HttpRecorder
from tests.support.processes import Installation
from tests.support.run_bodies import crew_body
from tests.support.scripted_openai import ScriptedOpenAI

ENDED = ("COMPLETED", "FAILED", "CANCELLED")
LONG_LEASE = {"KASAL_LEASE_TTL_S": "600"}
"""Nothing in these tests may need it to run out."""


def test_running_task_ends_and_the_next_one_runs_elsewhere(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"match": "first", "hold": 0})
    leaving = kasal.start_worker(LONG_LEASE)
    id = kasal.start(crew_body("first", "second"))
    model.wait_until_requests(1, 90)
    staying = kasal.start_worker(LONG_LEASE)
    leaving.send(signal.SIGTERM)
    leaving.wait_for_log("worker stopping")
    model.release()

    assert leaving.wait(90) == 0
    assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"
    assert [entry.task.splitlines()[0] for entry in model.chats] == ["first", "second"]
    assert [task["attempt"] for task in kasal.tasks(id)] == [1, 1]
    assert "handed 1 run(s) over" in leaving.log
    assert "execution completed" in staying.log


def test_worker_that_waits_in_vain_for_a_tool_hands_its_run_over_and_ends(
    kasal: Installation, model: ScriptedOpenAI, effects: HttpRecorder
) -> None:
    never = threading.Event()
    effects.answers["/slow"] = Answer(b"late", wait_for=never)
    call = {"name": "http_get", "arguments": {"url": f"{effects.url}/slow"}}
    model.script({"match": "Read", "tool_calls": [call], "times": 1}, {"answer": "without it"})
    leaving = kasal.start_worker(LONG_LEASE)
    id = kasal.start(crew_body("Read it", tools=["http_get"]))
    assert effects.arrived.wait(90)
    kasal.start_worker(LONG_LEASE)
    leaving.send(signal.SIGTERM)

    assert leaving.wait(90) == 0
    assert kasal.wait_for_status(id, *ENDED)["result"]["raw"] == "without it"
    events = kasal.events(id)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    never.set()


def test_idle_worker_ends_at_once_and_takes_nothing_more(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    worker = kasal.start_worker()
    worker.send(signal.SIGTERM)
    assert worker.wait(60) == 0
    id = kasal.start(crew_body("first"))
    assert kasal.execution(id)["status"] == "PENDING"
    kasal.start_worker()
    assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"
