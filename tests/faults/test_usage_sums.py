"""What tasks, executions and the month of the group say adds up to what the provider counted, to the token."""

from typing import Any

import pytest

from tests.support.flows import agent, flow, router
from tests.support.memory_crews import LEARN, LESSONS_PROMPT, memory_crew
from tests.support.processes import Installation, wait_until
from tests.support.run_bodies import MODEL
from tests.support.scripted_openai import ScriptedOpenAI

TASK, LESSONS = (1009, 17), (101, 11)


def usage(prompt: int, completion: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": completion}


def charged(model: ScriptedOpenAI, failed: int) -> tuple[int, int, int]:
    """Prompt tokens, completion tokens and calls; failures cost nothing."""
    lessons = sum(LESSONS_PROMPT in str(chat.messages) for chat in model.chats)
    tasks = len(model.chats) - lessons - failed
    return (
        tasks * TASK[0] + lessons * LESSONS[0],
        tasks * TASK[1] + lessons * LESSONS[1],
        tasks + lessons,
    )


def counted(of: dict[str, Any]) -> tuple[int, int, int]:
    return of["prompt_tokens"], of["completion_tokens"], of["llm_calls"]


def month(kasal: Installation) -> dict[str, Any]:
    found: dict[str, Any] = kasal.http.get("/api/v1/limits").json()["used"]
    return found


@pytest.mark.parametrize("budget", [None, 10**9], ids=["no-budget", "budget"])
def test_the_parts_add_up_to_what_the_provider_charged(
    kasal: Installation, model: ScriptedOpenAI, budget: int | None
) -> None:
    """With retries of ours, tools, and the question for lessons."""
    kasal.http.put("/api/v1/limits", json={"monthly_tokens": budget}).raise_for_status()
    add = {"name": "calculator", "arguments": {"expression": "1+1"}}
    model.script(
        LEARN | {"usage": usage(*LESSONS)},
        {"match": "first", "status": 500, "times": 1},
        {"match": "first", "tool_calls": [add], "usage": usage(*TASK)},
        {"match": "", "answer": "done", "usage": usage(*TASK)},
    )
    before = counted(month(kasal))
    kasal.start_worker()
    name = f"Sums {budget}"
    id = kasal.start(memory_crew("first", "second", tools=["calculator"], crew_name=name))
    assert kasal.wait_for_status(id, "COMPLETED", "FAILED")["status"] == "COMPLETED"
    wait_until(
        lambda: all(task["memory"]["status"] == "saved" for task in kasal.tasks(id)),
        30,
        "memory is written",
    )
    total = charged(model, failed=1)
    assert total[2] == 5
    assert counted(kasal.execution(id)["usage"]) == total
    after = counted(month(kasal))
    assert tuple(now - then for now, then in zip(after, before, strict=True)) == total
    of_tasks = [counted(task["usage"]) for task in kasal.tasks(id)]
    assert [sum(column) for column in zip(*of_tasks, strict=True)] == [3 * 1009, 3 * 17, 3]
    kasal.http.put("/api/v1/limits", json={}).raise_for_status()


def test_a_batch_of_flows_adds_up_to_what_the_provider_charged(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    """With a call that failed and was tried again, and a node that ran in one row alone."""
    model.script(
        {"match": "first", "status": 500, "times": 1},
        {"match": "", "answer": "done", "usage": usage(*TASK)},
    )
    before = counted(month(kasal))
    kasal.start_worker()
    batch = make_batch(kasal, save_flow(kasal), ["long", "short"])
    shown = wait_for_batch(kasal, batch)
    assert shown["counts"]["completed"] == 2, shown
    total = charged(model, failed=1)
    assert total[2] == 5
    assert counted(shown["usage"]) == total
    rows = kasal.http.get(f"/api/v1/batches/{batch}/items").json()["items"]
    flows = [kasal.execution(row["execution_id"]) for row in rows]
    nodes = [node for run in flows for node in children(kasal, run["id"])]
    assert summed(flows) == summed(nodes) == total
    after = counted(month(kasal))
    assert tuple(now - then for now, then in zip(after, before, strict=True)) == total


@pytest.mark.parametrize("limited", ["node", "group"])
def test_a_flow_stops_with_the_call_that_uses_up_a_budget(
    kasal: Installation, model: ScriptedOpenAI, limited: str
) -> None:
    again = {"name": "calculator", "arguments": {"expression": "1+1"}}
    model.script(
        {"match": "first", "tool_calls": [again], "usage": usage(*TASK)},
        {"match": "", "answer": "done", "usage": usage(*TASK)},
    )
    tokens = sum(TASK) - 1
    node = scripted("first", tools=["calculator"])
    if limited == "node":
        node |= {"budget": {"max_tokens": tokens}}
    else:
        limit = sum(counted(month(kasal))[:2]) + tokens
        kasal.http.put("/api/v1/limits", json={"monthly_tokens": limit}).raise_for_status()
    kasal.start_worker()
    id = kasal.start({"flow": flow({"a": node, "b": scripted("second")}, "a > b")})
    run = kasal.wait_for_status(id, "COMPLETED", "FAILED")
    kasal.http.put("/api/v1/limits", json={}).raise_for_status()
    assert (run["status"], run["error"]["code"]) == ("FAILED", "budget.exceeded")
    assert len(model.chats) == 1
    assert counted(run["usage"]) == (*TASK, 1)


def test_rows_that_a_used_up_budget_leaves_are_not_started(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"match": "", "answer": "done", "usage": usage(*TASK)})
    limit = sum(counted(month(kasal))[:2]) + sum(TASK)
    kasal.http.put("/api/v1/limits", json={"monthly_tokens": limit}).raise_for_status()
    kasal.start_worker()
    drawn = flow({"a": scripted("look at {topic}")})
    batch = make_batch(kasal, save_flow(kasal, drawn), ["x", "y", "z"], concurrency=1)
    shown = wait_for_batch(kasal, batch)
    kasal.http.put("/api/v1/limits", json={}).raise_for_status()
    rows = kasal.http.get(f"/api/v1/batches/{batch}/items").json()["items"]
    errors = [row["error"] and row["error"]["code"] for row in rows]
    assert errors == [None, "budget.exhausted", "budget.exhausted"]
    assert {row["execution_id"] for row in rows[1:]} == {None}
    assert (len(model.chats), counted(shown["usage"])) == (1, (*TASK, 1))


def scripted(
    prompt: str, *, tools: tuple[str, ...] | list[str] = (), **node: Any
) -> dict[str, Any]:
    role = {"role": "Worker", "goal": "Answer", "tools": list(tools), "max_iter": 5}
    return {**agent(prompt, **node), "agent": role, "model": MODEL}


def save_flow(kasal: Installation, definition: dict[str, Any] | None = None) -> str:
    """By default of two nodes, and a third for what is long."""
    nodes = {
        "a": scripted("first of {topic}"),
        "b": scripted("second of {topic}"),
        "how": router("inputs.topic == 'long'"),
        "c": scripted("third of {topic}"),
    }
    drawn = definition or flow(nodes, "a > b", "b > how", "how > c: yes")
    made = kasal.http.post("/api/v1/flows", json={"name": "Sums", "definition": drawn})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def make_batch(kasal: Installation, flow_id: str, topics: list[str], **more: Any) -> str:
    items = [{"topic": topic} for topic in topics]
    body = {"name": "Sums", "flow_id": flow_id, "items": items, **more}
    made = kasal.http.post("/api/v1/batches", json=body)
    assert made.status_code == 202, made.text
    return str(made.json()["id"])


def wait_for_batch(kasal: Installation, id: str) -> dict[str, Any]:
    def ended() -> dict[str, Any]:
        shown: dict[str, Any] = kasal.http.get(f"/api/v1/batches/{id}").json()
        return shown if shown["status"] == "done" else {}

    return wait_until(ended, 90, "the batch has ended")


def children(kasal: Installation, id: str) -> list[dict[str, Any]]:
    answer = kasal.http.get("/api/v1/executions", params={"parent_id": id})
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def summed(runs: list[dict[str, Any]]) -> tuple[int, ...]:
    columns = zip(*(counted(run["usage"]) for run in runs), strict=True)
    return tuple(sum(column) for column in columns)
