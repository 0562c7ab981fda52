"""Runs that wait for people: over real processes, which are killed at the moments that matter."""

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.http_recorder import Answer, HttpRecorder
from tests.support.processes import Installation, wait_until
from tests.support.run_bodies import crew_body
from tests.support.scripted_openai import ScriptedOpenAI

ENDED = ("COMPLETED", "FAILED", "CANCELLED")
WAITING = "WAITING_FOR_APPROVAL"


def asking(*descriptions: str, on: str = "t1", **human_input: Any) -> dict[str, Any]:
    """A crew of which one task asks a person."""
    body = crew_body(*descriptions)
    body["tasks_yaml"][on]["human_input"] = human_input or True
    return body


def approval_of(kasal: Installation, id: str) -> dict[str, Any]:
    """The newest question of a run that waits."""
    kasal.wait_for_status(id, WAITING)
    found = kasal.http.get(f"/api/v1/executions/{id}/approvals").json()["items"]
    return dict(found[0])


def decide(
    kasal: Installation, approval: Mapping[str, Any], decision: str, comment: str = ""
) -> None:
    body = {"decision": decision, "comment": comment, "shown_hash": approval["shown_hash"]}
    answer = kasal.http.post(f"/api/v1/approvals/{approval['id']}/decision", json=body)
    assert answer.status_code == 200, answer.text


def types_of(kasal: Installation, id: str) -> list[str]:
    events = kasal.events(id)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    wanted = ("execution_", "task_", "approval_")
    return [event["type"] for event in events if event["type"].startswith(wanted)]


def test_answer_waits_for_a_person_and_the_run_goes_on_from_there(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"match": "one", "answer": "first"}, {"match": "two", "answer": "second"})
    kasal.start_worker()
    id = kasal.start(asking("one", "two"))
    approval = approval_of(kasal, id)

    assert (approval["kind"], approval["status"]) == ("task_after", "pending")
    assert approval["shown"]["output"] == "first"
    assert [task["status"] for task in kasal.tasks(id)] == [WAITING, "PENDING"]
    assert kasal.execution(id)["usage"]["llm_calls"] == 1
    decide(kasal, approval, "approve")
    run = kasal.wait_for_status(id, *ENDED)

    assert (run["status"], run["result"]["raw"]) == ("COMPLETED", "second")
    assert len(model.chats) == 2
    assert types_of(kasal, id) == [
        "execution_queued",
        "execution_started",
        "task_started",
        "approval_requested",
        "approval_decided",
        "task_completed",
        "execution_resumed",
        "task_started",
        "task_completed",
        "execution_completed",
    ]


def test_task_that_asks_first_begins_after_the_decision(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    kasal.start_worker()
    id = kasal.start(asking("one", "two", on="t2", when="before"))
    approval = approval_of(kasal, id)

    assert approval["kind"] == "task_before"
    assert "one" in approval["shown"]["reads"]["t1"]
    assert len(model.chats) == 1
    decide(kasal, approval, "approve")
    assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"
    assert len(model.chats) == 2


def test_comment_and_earlier_answer_stand_before_the_task_when_it_runs_again(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    model.script(
        {"match": "one", "answer": "too long", "times": 1},
        {"match": "one", "answer": "short", "times": 1},
    )
    kasal.start_worker()
    id = kasal.start(asking("one"))
    decide(kasal, approval_of(kasal, id), "revise", "Shorter </review> please")
    wait_until(lambda: len(model.chats) == 2, 30, "the task runs again")
    second = approval_of(kasal, id)

    prompt = model.chats[-1].body["messages"][-1]["content"]
    assert '"earlier_answer": "too long"' in prompt
    assert r"Shorter \u003c/review\u003e please" in prompt
    assert second["shown"]["output"] == "short"
    decide(kasal, second, "approve")
    assert kasal.wait_for_status(id, *ENDED)["result"]["raw"] == "short"
    (task,) = kasal.tasks(id)
    assert task["usage"]["llm_calls"] == 2


def test_rejected_answer_ends_the_run_and_a_retry_asks_again(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    kasal.start_worker()
    id = kasal.start(asking("one"))
    first = approval_of(kasal, id)
    decide(kasal, first, "reject", "No numbers")
    run = kasal.wait_for_status(id, *ENDED)

    assert (run["status"], run["error"]["code"]) == ("FAILED", "approval.rejected")
    assert "No numbers" in run["error"]["message"]
    kasal.http.post(f"/api/v1/executions/{id}/retry", json={})
    second = approval_of(kasal, id)
    assert second["id"] != first["id"]
    decide(kasal, second, "approve")
    assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"


@pytest.mark.parametrize(("on_expiry", "status"), [("approve", "COMPLETED"), ("reject", "FAILED")])
def test_question_that_nobody_answers_is_decided_by_its_expiry(
    kasal: Installation, model: ScriptedOpenAI, on_expiry: str, status: str
) -> None:
    kasal.start_worker()
    kasal.start_worker()
    id = kasal.start(asking("one", expires_in_s=1, on_expiry=on_expiry))
    assert kasal.wait_for_status(id, *ENDED)["status"] == status
    (approval,) = kasal.http.get(f"/api/v1/executions/{id}/approvals").json()["items"]
    assert (approval["status"], approval["decided_by"]) == ("expired", None)
    assert types_of(kasal, id).count("approval_decided") == 1


def test_fifty_decisions_at_once_have_one_effect(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    kasal.start_worker()
    id = kasal.start(asking("one", "two"))
    approval = approval_of(kasal, id)
    choices = ["approve", "reject", "revise"]
    together = threading.Barrier(50)

    def choose(number: int) -> int:
        together.wait(90)
        body = {"decision": choices[number % 3], "comment": f"number {number}"}
        return kasal.http.post(
            f"/api/v1/approvals/{approval['id']}/decision", json=body
        ).status_code

    with ThreadPoolExecutor(50) as pool:
        statuses = sorted(pool.map(choose, range(50)))
    assert statuses == [200] + [409] * 49
    assert types_of(kasal, id).count("approval_decided") == 1


def test_decision_after_everything_was_restarted_continues_the_run(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    worker = kasal.start_worker()
    id = kasal.start(asking("one", "two"))
    approval = approval_of(kasal, id)
    worker.kill()
    assert kasal.api is not None
    kasal.api.kill()
    kasal.start_api()
    decide(kasal, approval, "approve")
    kasal.api.kill()
    kasal.start_api()
    kasal.start_worker()

    assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"
    assert len(model.chats) == 2


def test_decision_while_a_task_beside_it_runs_is_not_lost(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"match": "slow", "hold": 0, "times": 1, "answer": "at last"})
    kasal.start_worker()
    body = crew_body("quick", "slow", "last", parallel=True)
    body["tasks_yaml"]["t1"]["human_input"] = True
    id = kasal.start(body)
    path = f"/api/v1/executions/{id}/approvals"
    approval = wait_until(lambda: kasal.http.get(path).json()["items"], 30, "it asks")[0]
    assert kasal.execution(id)["status"] == "RUNNING"
    decide(kasal, approval, "approve")
    model.release()
    assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"
    assert len(model.chats) == 3


@pytest.fixture
def asked_about(kasal: Installation) -> Iterator[None]:
    """What an admin says of a tool holds for the group, and so for the tests that come after."""
    yield
    answer = kasal.http.put("/api/v1/tools/http_post", json={})
    assert answer.json()["side_effect"] == "once", answer.text


def paying(kasal: Installation, effects: HttpRecorder, *amounts: str) -> list[dict[str, Any]]:
    """Calls of http_post, about each of which a person is asked."""
    answer = kasal.http.put("/api/v1/tools/http_post", json={"side_effect": "ask"})
    assert answer.json()["side_effect"] == "ask", answer.text
    effects.answers["/pay"] = Answer(b"paid")
    url = f"{effects.url}/pay"
    return [{"name": "http_post", "arguments": {"url": url, "body": amount}} for amount in amounts]


@pytest.mark.usefixtures("asked_about")
def test_approved_call_is_made_once_and_no_model_answer_is_paid_twice(
    kasal: Installation, model: ScriptedOpenAI, effects: HttpRecorder
) -> None:
    first, second = paying(kasal, effects, "5", "7")
    model.script(
        {"match": "Pay", "turn": 0, "tool_calls": [first]},
        {"match": "Pay", "turn": 1, "tool_calls": [second]},
        {"match": "Pay", "turn": 2, "answer": "Both are paid"},
    )
    kasal.start_worker()
    id = kasal.start(crew_body("Pay the bills", tools=["http_post"]))
    approval = approval_of(kasal, id)
    assert (approval["kind"], approval["shown"]["tool"]) == ("tool", "http_post")
    assert approval["shown"]["arguments"]["body"] == "5"
    assert effects.received == []
    decide(kasal, approval, "approve")
    wait_until(lambda: len(effects.received) == 1, 30, "the first is paid")
    decide(kasal, approval_of(kasal, id), "approve")
    run = kasal.wait_for_status(id, *ENDED)

    assert (run["status"], run["result"]["raw"]) == ("COMPLETED", "Both are paid")
    assert [request.body for request in effects.received] == [b"5", b"7"]
    assert len(model.chats) == 3
    assert run["usage"]["llm_calls"] == 3
    (task,) = kasal.tasks(id)
    assert (task["usage"]["llm_calls"], task["attempt"]) == (3, 1)


@pytest.mark.usefixtures("asked_about")
def test_refused_call_is_not_made_and_the_task_goes_on(
    kasal: Installation, model: ScriptedOpenAI, effects: HttpRecorder
) -> None:
    (call,) = paying(kasal, effects, "9")
    model.script(
        {"match": "Pay", "turn": 0, "tool_calls": [call]},
        {"match": "Pay", "turn": 1, "answer": "Nothing was paid"},
    )
    kasal.start_worker()
    id = kasal.start(crew_body("Pay the bill", tools=["http_post"]))
    decide(kasal, approval_of(kasal, id), "reject", "Too much")
    run = kasal.wait_for_status(id, *ENDED)

    assert (run["status"], run["result"]["raw"]) == ("COMPLETED", "Nothing was paid")
    assert effects.received == []
    assert "Too much" in model.chats[-1].body["messages"][-1]["content"]


@pytest.mark.usefixtures("asked_about")
def test_worker_that_dies_over_an_approved_call_does_not_repeat_it(
    kasal: Installation, model: ScriptedOpenAI, effects: HttpRecorder
) -> None:
    (call,) = paying(kasal, effects, "11")
    model.script(
        {"match": "Pay", "turn": 0, "tool_calls": [call]},
        {"match": "Pay", "turn": 1, "hold": 0, "times": 1},
        {"match": "Pay", "turn": 1, "answer": "Paid"},
    )
    worker = kasal.start_worker()
    id = kasal.start(crew_body("Pay the bill", tools=["http_post"]))
    approval = approval_of(kasal, id)
    worker.kill()
    worker = kasal.start_worker()
    decide(kasal, approval, "approve")
    model.wait_until_requests(2, 90)
    worker.kill()
    kasal.start_worker()

    assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"
    assert [request.body for request in effects.received] == [b"11"]
    assert len(model.chats) == 3  # the held one was lost with its worker
