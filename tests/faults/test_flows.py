"""Flows whose workers are killed: each node runs once in each visit, whoever dies and when."""

from collections import Counter
from typing import Any

import pytest

from tests.support import fail_points
from tests.support.flows import flow, router
from tests.support.processes import Installation, wait_until
from tests.support.run_bodies import MODEL
from tests.support.scripted_openai import ScriptedOpenAI

ENDED = ("COMPLETED", "FAILED", "CANCELLED")
WAITING = "WAITING_FOR_APPROVAL"


def scripted(prompt: str, **node: Any) -> dict[str, Any]:
    given = {"kind": "agent", "agent": {"role": "Worker", "goal": "Answer"}, "prompt": prompt}
    return {**given, "expected_output": "One line", "model": MODEL, **node}


NODES = {
    "first": scripted("the first", write={"seen": "state.seen + ['first']"}),
    "choice": router("outputs.first.text.contains('go')"),
    "left": scripted("on the left", write={"seen": "state.seen + ['left']"}),
    "right": scripted("on the right", write={"seen": "state.seen + ['right']"}),
    "never": scripted("never"),
    "both": scripted("both together", write={"seen": "state.seen + ['both']"}),
    "person": {"kind": "gate", "show": {"draft": {"cel": "outputs.both.text"}}},
    "last": scripted("the last", write={"seen": "state.seen + ['last']"}),
}
EDGES = (
    "first > choice",
    "choice > left: yes",
    "choice > right: yes",
    "choice > never: no",
    "left > both",
    "right > both",
    "never > both",
    "both > person",
    "person > last",
)
STATE = {
    "json_schema": {"type": "object", "properties": {"seen": {"type": "array"}}},
    "initial": {"seen": []},
}
DEFINITION = flow(NODES, *EDGES, state=STATE, output={"cel": "state.seen"})
CALLS = {"the first", "on the left", "on the right", "both together", "the last"}


def nodes_of(kasal: Installation, id: str) -> dict[str, dict[str, Any]]:
    found = kasal.http.get(f"/api/v1/executions/{id}/nodes").json()["items"]
    return {node["key"]: node for node in found}


def approve(kasal: Installation, id: str) -> None:
    (asked,) = kasal.http.get(f"/api/v1/executions/{id}/approvals").json()["items"]
    answer = kasal.http.post(
        f"/api/v1/approvals/{asked['id']}/decision", json={"decision": "approve"}
    )
    assert answer.status_code == 200, answer.text


def assert_each_once(kasal: Installation, id: str) -> None:
    run = kasal.execution(id)
    assert run["status"] == "COMPLETED", run
    seen = run["result"]["json"]
    assert sorted(seen) == ["both", "first", "last", "left", "right"]
    assert (seen[0], seen[3:]) == ("first", ["both", "last"])
    children = kasal.http.get("/api/v1/executions", params={"parent_id": id}).json()["items"]
    assert Counter(one["child_key"] for one in children) == dict.fromkeys(
        ("first", "left", "right", "both", "last"), 1
    )
    assert {one["status"] for one in children} == {"COMPLETED"}
    told = [(one["type"], one.get("task")) for one in kasal.events(id)]
    assert max(Counter(told).values()) == 1, told
    assert nodes_of(kasal, id)["never"]["status"] == "skipped"


@pytest.mark.parametrize("held", sorted(CALLS))
def test_a_flow_survives_a_kill_at_every_node(
    kasal: Installation, model: ScriptedOpenAI, held: str
) -> None:
    model.script(
        {"match": held, "hold": 0, "times": 1},
        {"match": "the first", "answer": "go"},
        {"answer": "done"},
    )
    worker = kasal.start_worker()
    id = kasal.start({"flow": DEFINITION})
    if held == "the last":
        kasal.wait_for_status(id, WAITING)
        approve(kasal, id)
    wait_until(lambda: held in tasks_asked(model), 30, f"the model is asked for {held!r}")
    worker.kill()
    kasal.start_worker()
    if held != "the last":
        kasal.wait_for_status(id, WAITING)
        approve(kasal, id)
    model.release()
    kasal.wait_for_status(id, *ENDED)
    assert_each_once(kasal, id)
    asked = Counter(tasks_asked(model))
    assert set(asked) == CALLS and asked[held] == 2 and asked.total() <= len(CALLS) + 2


APPROVAL = "approval"
IN_TRANSACTIONS = [
    *(f"node noted@{node}" for node in ("first", "first", "choice", "left", "right", "left")),
    *(f"node noted@{node}" for node in ("both", "both", "person")),
    APPROVAL,
    *(f"node noted@{node}" for node in ("person", "last", "last")),
]
"""The worker is lost in the transaction in which a node begins or ends: nothing of it is stored."""
BEHIND_THEM = [
    "node started@first",
    "turn stored@choice",
    "node started@left",
    "node started@right",
    "turn stored@left",
    "node started@both",
    "turn stored@person",
    APPROVAL,
    "turn stored@person",
    "node started@last",
    "turn stored@last",
]
"""It is lost right after that transaction: all of it is stored, and nobody knows."""


@pytest.mark.parametrize("points", [IN_TRANSACTIONS, BEHIND_THEM], ids=["in", "behind"])
def test_a_flow_survives_that_its_worker_dies_at_every_step_of_every_node(
    kasal: Installation, model: ScriptedOpenAI, points: list[str]
) -> None:
    model.script({"match": "the first", "answer": "go"}, {"answer": "done"})
    id = kasal.start({"flow": DEFINITION})
    for point in points:
        if point == APPROVAL:
            worker = kasal.start_worker()
            kasal.wait_for_status(id, WAITING)
            worker.kill()
            approve(kasal, id)
            continue
        worker = kasal.spawn_worker({fail_points.VARIABLE: f"{point}:1"})
        assert worker.wait(90) == fail_points.KILLED_EXIT, f"{point}\n{worker.tail()}"
    kasal.start_worker()
    kasal.wait_for_status(id, *ENDED)
    assert_each_once(kasal, id)
    assert set(tasks_asked(model)) == CALLS


def test_a_flow_survives_that_everything_is_killed_while_a_person_thinks(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"match": "the first", "answer": "go"}, {"answer": "done"})
    worker = kasal.start_worker()
    id = kasal.start({"flow": DEFINITION})
    kasal.wait_for_status(id, WAITING)
    worker.kill()
    assert kasal.api is not None
    kasal.api.kill()
    kasal.start_api()
    approve(kasal, id)
    kasal.start_worker()
    kasal.wait_for_status(id, *ENDED)
    assert_each_once(kasal, id)
    assert Counter(tasks_asked(model)) == dict.fromkeys(CALLS, 1)


def test_a_cancelled_flow_asks_no_model_any_more(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"match": "on the", "hold": 0}, {"match": "the first", "answer": "go"})
    kasal.start_worker()
    id = kasal.start({"flow": DEFINITION})
    wait_until(lambda: len(model.chats) == 3, 30, "both branches run")
    assert kasal.http.post(f"/api/v1/executions/{id}/cancel").json()["status"] == "CANCELLED"
    model.release()
    children = kasal.http.get("/api/v1/executions", params={"parent_id": id}).json()["items"]
    assert sorted(one["status"] for one in children) == ["CANCELLED", "CANCELLED", "COMPLETED"]
    assert len(model.chats) == 3


def tasks_asked(model: ScriptedOpenAI) -> list[str]:
    """What each model call was about."""
    return [entry.task.splitlines()[0] for entry in model.chats]
