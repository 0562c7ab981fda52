"""Flows as clients see them: what runs, in which order, with what, and what becomes of failures."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from src.bootstrap import Container
from src.engines.base import RunScope
from tests.conftest import MakeContainer, SettingsFor
from tests.support.flows import FlowWorker, agent, flow, router
from tests.support.http import client_of
from tests.support.people import client_as, make_person

STATE = {
    "json_schema": {
        "type": "object",
        "properties": {"region": {"type": "string"}, "log": {"type": "array", "maxItems": 3}},
        "required": ["log"],
        "additionalProperties": False,
    },
    "initial": {"region": {"cel": "inputs.region"}, "log": []},
}


class Lab:
    """One installation with a worker whose crews answer with the first line of their prompt."""

    def __init__(self, client: httpx.AsyncClient, container: Container) -> None:
        self.client = client
        self.container = container
        self.asked: list[str] = []
        self.failing: set[str] = set()
        self.worker: FlowWorker

    def say(self, run: RunScope, key: str) -> str:
        prompt = run.plan.task(key).description
        self.asked.append(prompt)
        if prompt in self.failing:
            raise ValueError("scripted")
        return f"said {prompt}"

    async def start(self, definition: dict[str, Any], **body: Any) -> str:
        answer = await self.client.post("/executions", json={"flow": definition, **body})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def run(self, definition: dict[str, Any], **body: Any) -> dict[str, Any]:
        """From start to end."""
        id = await self.start(definition, **body)
        await self.worker.work()
        return await self.shown(id)

    async def shown(self, id: str) -> dict[str, Any]:
        shown: dict[str, Any] = (await self.client.get(f"/executions/{id}")).json()
        return shown

    async def nodes(self, id: str) -> dict[str, Any]:
        found = (await self.client.get(f"/executions/{id}/nodes")).json()["items"]
        return {node["key"]: node for node in found}

    async def statuses(self, id: str) -> dict[str, str]:
        return {key: node["status"] for key, node in (await self.nodes(id)).items()}

    async def children(self, id: str) -> list[dict[str, Any]]:
        answer = await self.client.get("/executions", params={"parent_id": id})
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def events(self, id: str) -> list[str]:
        answer = await self.client.get(f"/executions/{id}/events", params={"limit": 1000})
        items = answer.json()["items"]
        assert [one["seq"] for one in items] == list(range(1, len(items) + 1))
        return [" ".join(filter(None, (one["type"], one.get("task")))) for one in items]


@pytest.fixture
async def lab(each_container: Container) -> AsyncIterator[Lab]:
    async with client_of(each_container) as client:
        made = Lab(client, each_container)
        made.worker = await FlowWorker.make(client, each_container, made.say)
        yield made


async def test_a_sequence_runs_in_order_and_ends_with_what_the_last_node_said(lab: Lab) -> None:
    nodes = {
        "find": agent("Find {topic}"),
        "write": agent("Write {facts}", inputs={"facts": {"cel": "outputs.find.text"}}),
    }
    run = await lab.run(flow(nodes, "find > write"), inputs={"topic": "prices"}, run_name="News")
    assert (run["status"], run["kind"], run["crew_name"]) == ("COMPLETED", "flow", "News")
    assert run["result"] == {"raw": "said Write said Find prices", "json": None}
    assert await lab.events(run["id"]) == [
        "execution_queued",
        "execution_started",
        "task_started find",
        "task_completed find",
        "task_started write",
        "task_completed write",
        "execution_completed",
    ]
    children = await lab.children(run["id"])
    assert [(one["child_key"], one["trigger"]) for one in reversed(children)] == [
        ("find", "flow"),
        ("write", "flow"),
    ]
    assert (await lab.nodes(run["id"]))["write"]["execution_id"] == children[0]["id"]


async def test_a_router_takes_one_branch_and_the_other_is_skipped(lab: Lab) -> None:
    nodes = {
        "check": agent("Check {n}"),
        "big": router("int(inputs.n) > 5"),
        "cheer": agent("Cheer"),
        "more": agent("More"),
        "mourn": agent("Mourn"),
        "end": agent("End {seen}", inputs={"seen": {"cel": "outputs.?mourn.text.orValue('no')"}}),
    }
    edges = ("check > big", "big > cheer: yes", "cheer > more", "more > end", "big > mourn: no")
    definition = flow(nodes, *edges, "mourn > end")
    run = await lab.run(definition, inputs={"n": 9})
    assert run["result"]["raw"] == "said End no"
    assert await lab.statuses(run["id"]) == {
        **dict.fromkeys(("check", "big", "cheer", "more", "end"), "completed"),
        "mourn": "skipped",
    }
    assert (await lab.nodes(run["id"]))["big"]["output"]["label"] == "yes"
    other = await lab.run(definition, inputs={"n": 1})
    assert other["result"]["raw"] == "said End said Mourn"
    statuses = await lab.statuses(other["id"])
    assert (statuses["cheer"], statuses["more"]) == ("skipped", "skipped")


async def test_branches_run_side_by_side_and_a_join_waits_for_all_or_for_the_first(
    lab: Lab,
) -> None:
    nodes = {
        "a": agent("A"),
        "b": agent("B"),
        "both": agent("Both"),
        "first": agent("First", join="any"),
    }
    definition = flow(nodes, "a > both", "b > both", "a > first", "b > first")
    id = await lab.start(definition)
    await lab.worker.turns()
    assert [one["child_key"] for one in await lab.worker.waiting()] == ["a", "b"]
    await lab.worker.crews("b")
    await lab.worker.turns()
    assert [one["child_key"] for one in await lab.worker.waiting()] == ["a", "first"]
    await lab.worker.work()
    run = await lab.shown(id)
    assert run["result"]["json"] == {"both": "said Both", "first": "said First"}
    assert sorted(lab.asked) == ["A", "B", "Both", "First"]


async def test_nodes_share_a_state_that_follows_its_schema(lab: Lab) -> None:
    nodes = {
        "a": agent("A {region}", write={"log": "state.log + [output.text]"}),
        "b": agent("B", write={"log": "state.log + [output.text]", "region": "'south'"}),
    }
    output = {"cel": "{'region': state.region, 'log': state.log}"}
    definition = flow(nodes, "a > b", state=STATE, output=output)
    run = await lab.run(definition, inputs={"region": "north"})
    wrote = {"region": "south", "log": ["said A north", "said B"]}
    assert run["result"]["json"] == wrote
    assert (await lab.nodes(run["id"]))["b"]["wrote"] == wrote

    broken = flow({"a": agent("A", write={"log": "[1, 2, 3, 4]"})}, state=STATE)
    run = await lab.run(broken, inputs={"region": "north"})
    assert (run["status"], run["error"]["code"]) == ("FAILED", "state-schema")
    assert "state/log" in run["error"]["message"]
    run = await lab.run(broken, inputs={})
    assert run["error"]["code"] == "expression-failed"
    assert "state/initial/region" in run["error"]["message"]


async def test_a_saved_crew_runs_in_the_version_that_was_current_when_the_flow_began(
    lab: Lab,
) -> None:
    crew = {
        "agents_yaml": {"a": {"role": "Analyst", "goal": "Look"}},
        "tasks_yaml": {"t": {"description": "Old", "expected_output": "x", "agent": "a"}},
        "model": "demo/demo",
    }
    saved = (await lab.client.post("/crews", json={"name": "Prices", "definition": crew})).json()
    nodes = {"wait": agent("Wait"), "crew": {"kind": "crew", "crew_id": saved["id"]}}
    body = {"name": "Flow", "definition": flow(nodes, "wait > crew")}
    made = (await lab.client.post("/flows", json=body)).json()
    started = await lab.client.post("/executions", json={"flow_id": made["id"]})
    crew["tasks_yaml"]["t"]["description"] = "New"  # type: ignore[index]
    await lab.client.patch(f"/crews/{saved['id']}", json={"definition": crew})
    await lab.worker.work()
    run = await lab.shown(started.json()["id"])
    assert (run["flow_id"], run["flow_version"]) == (made["id"], 1)
    assert run["result"]["raw"] == "said Old"
    (child,) = [one for one in await lab.children(run["id"]) if one["child_key"] == "crew"]
    assert (child["crew_id"], child["crew_version"]) == (saved["id"], 1)


async def test_a_node_that_fails_ends_the_flow_and_cancels_what_runs_beside_it(lab: Lab) -> None:
    lab.failing = {"Bad"}
    nodes = {"bad": agent("Bad"), "slow": agent("Slow"), "after": agent("After")}
    id = await lab.start(flow(nodes, "bad > after", "slow > after"))
    await lab.worker.turns()
    await lab.worker.crews("bad")
    await lab.worker.work()
    run = await lab.shown(id)
    assert run["status"] == "FAILED" and run["error"]["message"].startswith("the node bad failed")
    assert await lab.statuses(id) == {"bad": "failed", "slow": "cancelled", "after": "pending"}
    assert {one["status"] for one in await lab.children(id)} == {"FAILED", "CANCELLED"}
    assert (await lab.events(id))[-1] == "execution_failed"


async def test_a_flow_goes_on_from_a_failure_where_the_node_says_so(lab: Lab) -> None:
    lab.failing = {"Bad"}
    nodes = {
        "bad": agent("Bad", on_error="continue"),
        "after": agent("After {code}", inputs={"code": {"cel": "outputs.bad.error.code"}}),
    }
    run = await lab.run(flow(nodes, "bad > after"))
    assert run["status"] == "COMPLETED"
    assert run["result"]["raw"].startswith("said After ")
    assert (await lab.statuses(run["id"]))["bad"] == "failed"


async def test_an_input_that_a_crew_misses_is_said_where_it_is_missed(lab: Lab) -> None:
    run = await lab.run(flow({"a": agent("About {topic}")}))
    assert (run["status"], run["error"]["code"]) == ("FAILED", "invalid")
    assert "topic" in run["error"]["message"]


async def test_cancel_ends_the_flow_with_its_nodes(lab: Lab) -> None:
    id = await lab.start(flow({"a": agent("A"), "b": agent("B")}, "a > b"))
    await lab.worker.turns()
    cancelled = await lab.client.post(f"/executions/{id}/cancel")
    assert cancelled.json()["status"] == "CANCELLED"
    assert [one["status"] for one in await lab.children(id)] == ["CANCELLED"]
    await lab.worker.work()
    assert lab.asked == []
    assert await lab.statuses(id) == {"a": "cancelled", "b": "pending"}


async def test_a_retry_resets_a_node_and_all_behind_it_with_what_they_wrote(lab: Lab) -> None:
    write = {"log": "state.log + [output.text]"}
    nodes = {key: agent(key.upper(), write=write) for key in ("a", "b", "c", "side")}
    definition = flow(nodes, "a > b", "b > c", "a > side", state=STATE, output={"cel": "state.log"})
    definition["state"] = {**STATE, "initial": {"log": []}}
    definition["state"]["json_schema"]["properties"]["log"].pop("maxItems", None)
    lab.failing = {"C"}
    run = await lab.run(definition)
    assert run["status"] == "FAILED"
    lab.failing, lab.asked = set(), []
    again = await lab.client.post(f"/executions/{run['id']}/retry", json={"from_task": "b"})
    assert (again.status_code, again.json()["status"]) == (202, "PENDING")
    await lab.worker.work()
    run = await lab.shown(run["id"])
    assert (run["status"], run["attempt"]) == ("COMPLETED", 2)
    assert lab.asked == ["B", "C"]
    assert sorted(run["result"]["json"]) == ["said A", "said B", "said C", "said SIDE"]
    nodes_after = await lab.nodes(run["id"])
    assert {key: node["visit"] for key, node in nodes_after.items()} == {
        "a": 1,
        "b": 2,
        "c": 2,
        "side": 1,
    }
    whole = await lab.client.post(f"/executions/{run['id']}/retry", json={})
    assert whole.status_code == 202
    await lab.worker.work()
    assert (await lab.shown(run["id"]))["status"] == "COMPLETED"
    assert sorted(lab.asked) == ["A", "B", "B", "C", "C", "SIDE"]


async def test_a_retry_from_where_nothing_has_come_yet_is_refused(lab: Lab) -> None:
    lab.failing = {"A"}
    run = await lab.run(flow({"a": agent("A"), "b": agent("B")}, "a > b"))
    at = f"/executions/{run['id']}/retry"
    assert (await lab.client.post(at, json={"from_task": "b"})).status_code == 409
    unknown = await lab.client.post(at, json={"from_task": "x"})
    assert [one["pointer"] for one in unknown.json()["errors"]] == ["/from_task"]
    (child,) = await lab.children(run["id"])
    alone = await lab.client.post(f"/executions/{child['id']}/retry", json={})
    assert alone.status_code == 409 and "retry that one from it" in alone.json()["detail"]


async def test_usage_of_a_flow_is_the_sum_of_its_nodes_and_deleting_it_deletes_them(
    lab: Lab,
) -> None:
    run = await lab.run(flow({"a": agent("A"), "b": agent("B")}))
    children = await lab.children(run["id"])
    for name in ("prompt_tokens", "completion_tokens", "llm_calls"):
        assert run["usage"][name] == sum(one["usage"][name] for one in children)
    (listed,) = [
        one
        for one in (await lab.client.get("/executions")).json()["items"]
        if one["id"] == run["id"]
    ]
    assert listed["usage"] == run["usage"]
    assert (await lab.client.delete(f"/executions/{run['id']}")).status_code == 204
    assert (await lab.client.get("/executions")).json()["items"] == []


async def test_two_turns_at_once_start_each_node_once(lab: Lab) -> None:

    id = await lab.start(flow({key: agent(key) for key in ("a", "b", "c")}))
    group_id = (await lab.shown(id))["group_id"]
    await asyncio.gather(*(lab.container.flow_runs.advance(group_id, id) for _ in range(4)))
    assert sorted(one["child_key"] for one in await lab.children(id)) == ["a", "b", "c"]
    await lab.worker.work()
    assert sorted(lab.asked) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("definition", "pointers"),
    [
        (flow({"a": agent()}, "a > x"), ["/definition/edges/0/to"]),
        (flow({"a": agent(), "b": agent()}, "a > b", "b > a"), ["/definition/edges/0"]),
        (flow({"a": agent(), "b": agent()}, "a > b: yes"), ["/definition/edges/0/label"]),
        (flow({"r": router("true"), "b": agent()}, "r > b: x"), ["/definition/edges/0/label"]),
        (flow({"r": router("true"), "b": agent()}, "r > b"), ["/definition/edges/0/label"]),
        (flow({"r": router("1 +")}), ["/definition/nodes/r/conditions/0/when"]),
        (flow({"r": router("output.text == ''")}), ["/definition/nodes/r/conditions/0/when"]),
        (
            flow({"a": agent(inputs={"x": {"cel": "outputs.b.text"}}), "b": agent()}, "a > b"),
            ["/definition/nodes/a/inputs/x/cel"],
        ),
        (flow({"a": agent(write={"x": "1"})}, state=STATE), ["/definition/nodes/a/write/x"]),
        (
            flow({"a": agent(inputs={"x": {"cel": "state.x"}})}, state=STATE),
            ["/definition/nodes/a/inputs/x/cel"],
        ),
        (
            flow({"a": agent()}, state={**STATE, "initial": {"log": 1}}),
            ["/definition/state/initial/log"],
        ),
        (flow({"a": {"kind": "crew"}}), ["/definition/nodes/a"]),
        (
            flow({"a": {"kind": "crew", "crew_id": "0" * 36}}),
            ["/definition/nodes/a/crew_id"],
        ),
        (flow({"a b": agent()}), ["/definition/nodes/a b"]),
        (flow({"a": {"kind": "loop"}}), ["/definition/nodes/a/type"]),
    ],
)
async def test_what_cannot_run_is_not_saved_and_the_pointer_says_why(
    container: Container, definition: dict[str, Any], pointers: list[str]
) -> None:
    async with client_of(container) as client:
        answer = await client.post("/flows", json={"name": "F", "definition": definition})
        assert answer.status_code == 422, answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == pointers, answer.text


async def test_what_only_today_cannot_run_is_saved_with_its_problems_and_refused_to_run(
    container: Container,
) -> None:
    definition = flow({"a": agent(model="no/such")})
    async with client_of(container) as client:
        saved = await client.post("/flows", json={"name": "F", "definition": definition})
        assert saved.status_code == 201, saved.text
        assert [one["pointer"] for one in saved.json()["problems"]] == ["/definition/nodes/a/model"]
        refused = await client.post("/executions", json={"flow_id": saved.json()["id"]})
        assert refused.status_code == 422
        assert [one["pointer"] for one in refused.json()["errors"]] == ["/nodes/a/model"]


async def test_versions_of_a_flow_are_as_those_of_a_crew(container: Container) -> None:
    async with client_of(container) as client:
        first, second = flow({"a": agent("A")}), flow({"a": agent("B")})
        made = (await client.post("/flows", json={"name": "F", "definition": first})).json()
        at = f"/flows/{made['id']}"
        assert (await client.patch(at, json={"definition": second})).json()["current_version"] == 2
        changes = (await client.get(f"{at}/diff", params={"from": 1, "to": 2})).json()["changes"]
        assert [one["path"] for one in changes] == ["/nodes/a/prompt"]
        back = await client.post(f"{at}/rollback", json={"to": 1})
        assert back.json()["definition"] == first
        versions = (await client.get(f"{at}/versions")).json()["items"]
        assert [one["number"] for one in versions] == [3, 2, 1]
        assert (await client.delete(at)).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {"flow": flow({"a": agent()}), "execution_type": "crew"},
        {"flow": flow({"a": agent()}), "model": "demo/demo"},
        {"flow": flow({"a": agent()}), "budget": {"max_tokens": 5}},
        {"flow": flow({"a": agent()}), "flow_id": "0" * 36},
        {"execution_type": "flow"},
    ],
)
async def test_what_belongs_to_crews_is_not_taken_with_a_flow(
    container: Container, body: dict[str, Any]
) -> None:
    async with client_of(container) as client:
        assert (await client.post("/executions", json=body)).status_code == 422


def gate(**node: Any) -> dict[str, Any]:
    return {"kind": "gate", "show": {"draft": {"cel": "outputs.write.text"}}, **node}


async def decide(lab: Lab, decision: str, comment: str = "") -> None:
    (asked,) = (await lab.client.get("/approvals", params={"status": "pending"})).json()["items"]
    body = {"decision": decision, "comment": comment, "shown_hash": asked["shown_hash"]}
    answer = await lab.client.post(f"/approvals/{asked['id']}/decision", json=body)
    assert answer.status_code == 200, answer.text


async def test_a_gate_waits_for_a_person_and_holds_nothing_meanwhile(lab: Lab) -> None:
    nodes = {"write": agent("Write"), "ok": gate(), "send": agent("Send")}
    run = await lab.run(flow(nodes, "write > ok", "ok > send"))
    assert run["status"] == "WAITING_FOR_APPROVAL"
    assert (await lab.statuses(run["id"]))["ok"] == "waiting_for_approval"
    (asked,) = (await lab.client.get("/approvals")).json()["items"]
    assert (asked["kind"], asked["task"], asked["shown"]) == ("gate", "ok", {"draft": "said Write"})
    await decide(lab, "approve", "Fine")
    await lab.worker.work()
    run = await lab.shown(run["id"])
    assert (run["status"], run["result"]["raw"]) == ("COMPLETED", "said Send")
    assert (await lab.nodes(run["id"]))["ok"]["output"]["comment"] == "Fine"


async def test_a_rejection_ends_the_flow_unless_the_gate_says_where_to_go_on(lab: Lab) -> None:
    nodes = {"write": agent("Write"), "ok": gate(), "send": agent("Send")}
    ends = flow(nodes, "write > ok", "ok > send")
    run = await lab.run(ends)
    await decide(lab, "reject", "Too short")
    await lab.worker.work()
    run = await lab.shown(run["id"])
    assert (run["status"], run["error"]["code"]) == ("FAILED", "approval.rejected")
    assert "Too short" in run["error"]["message"]

    again = await lab.client.post(f"/executions/{run['id']}/retry", json={"from_task": "ok"})
    assert again.status_code == 202, again.text
    await lab.worker.work()
    await decide(lab, "approve")
    await lab.worker.work()
    assert (await lab.shown(run["id"]))["status"] == "COMPLETED"

    nodes["mend"] = agent("Mend {why}", inputs={"why": {"cel": "outputs.ok.comment"}})
    goes_on = flow(nodes, "write > ok", "ok > send", "ok > mend: reject")
    run = await lab.run(goes_on)
    await decide(lab, "reject", "Dull")
    await lab.worker.work()
    run = await lab.shown(run["id"])
    assert (run["status"], run["result"]["raw"]) == ("COMPLETED", "said Mend Dull")
    assert (await lab.statuses(run["id"]))["send"] == "skipped"


async def test_what_stands_beside_a_gate_goes_on_and_a_cancel_withdraws_the_question(
    lab: Lab,
) -> None:
    nodes = {
        "write": agent("Write"),
        "ok": gate(),
        "side": agent("Side"),
        "end": agent("End"),
    }
    id = await lab.start(flow(nodes, "write > ok", "write > side", "ok > end", "side > end"))
    await lab.worker.turns()
    await lab.worker.crews()
    await lab.worker.turns()
    assert (await lab.shown(id))["status"] == "RUNNING"
    await lab.worker.work()
    assert (await lab.shown(id))["status"] == "WAITING_FOR_APPROVAL"
    assert lab.asked == ["Write", "Side"]
    assert (await lab.client.post(f"/executions/{id}/cancel")).json()["status"] == "CANCELLED"
    (asked,) = (await lab.client.get("/approvals")).json()["items"]
    assert asked["status"] == "withdrawn"
    assert (await lab.statuses(id))["ok"] == "cancelled"


class Crash(BaseException):
    """The end of a process."""


@contextmanager
def crash_at(commit: int, *, stored: bool) -> Iterator[list[int]]:
    """The process ends at that commit, before it took place or right after. Yields what is left to go."""
    real, left = AsyncSession.commit, [commit]

    async def commit_or_die(session: AsyncSession) -> None:
        left[0] -= 1
        if left[0] == -1 and not stored:
            raise Crash
        await real(session)
        if left[0] == -1:
            raise Crash

    with patch.object(AsyncSession, "commit", commit_or_die):
        yield left


@pytest.mark.slow
@pytest.mark.parametrize("stored", [False, True], ids=["rolled-back", "stored"])
async def test_a_process_that_ends_at_any_commit_of_a_turn_loses_and_doubles_nothing(
    lab: Lab, stored: bool
) -> None:
    lab.failing = {"Bad"}
    write = {"log": "state.log + [output.text]"}
    nodes = {
        "a": agent("A", write=write),
        "r": router("outputs.a.text == 'said A'"),
        "b": agent("B", write=write),
        "c": agent("C", write=write),
        "bad": agent("Bad", on_error="continue"),
        "d": agent("D", write=write),
        "no": agent("No"),
    }
    edges = ("a > r", "r > b: yes", "r > c: yes", "r > bad: yes", "r > no: no", "b > d", "c > d")
    state = {"json_schema": {"type": "object"}, "initial": {"log": []}}
    definition = flow(nodes, *edges, "bad > d", state=state, output={"cel": "state.log"})
    crashes, is_hit = 0, True
    while is_hit:
        id, is_hit = await lab.start(definition), False
        group_id = (await lab.shown(id))["group_id"]
        with crash_at(crashes, stored=stored) as left:
            for _ in range(6):
                try:
                    await lab.container.flow_runs.advance(group_id, id)
                except Crash:
                    is_hit = True
                    await lab.container.flow_runs.advance(group_id, id)
                after, left[0] = left[0], 10**6
                await lab.worker.crews()
                left[0] = after
        crashes += 1
        run = await lab.shown(id)
        assert run["status"] == "COMPLETED", (crashes, run)
        assert sorted(run["result"]["json"]) == ["said A", "said B", "said C", "said D"]
        children = Counter(one["child_key"] for one in await lab.children(id))
        assert children == dict.fromkeys(("a", "b", "c", "bad", "d"), 1), crashes
        told = Counter(await lab.events(id))
        assert max(told.values()) == 1, told
    assert crashes > 8


async def test_flows_and_crews_of_another_group_do_not_exist(
    settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    container = await make_container(settings_for(kasal_auth_mode="token"))
    ada, bob = [await make_person(container, f"{name}@example.com") for name in ("ada", "bob")]
    async with client_as(container, ada) as hers, client_as(container, bob) as his:
        crew = {
            "agents_yaml": {"a": {"role": "Analyst", "goal": "Look"}},
            "tasks_yaml": {"t": {"description": "Look", "expected_output": "x", "agent": "a"}},
        }
        crew_id = (await hers.post("/crews", json={"name": "C", "definition": crew})).json()["id"]
        drawn = flow({"a": {"kind": "crew", "crew_id": crew_id}})
        flow_id = (await hers.post("/flows", json={"name": "F", "definition": drawn})).json()["id"]
        stolen = await his.post("/executions", json={"flow_id": flow_id})
        missing = await his.post("/executions", json={"flow_id": "0" * 36})
        assert (stolen.status_code, missing.status_code) == (404, 404)
        answers = [
            await his.post(
                "/executions", json={"flow": flow({"a": {"kind": "crew", "crew_id": id}})}
            )
            for id in (crew_id, "0" * 36)
        ]
        for answer, id in zip(answers, (crew_id, "0" * 36), strict=True):
            assert answer.status_code == 422
            (error,) = answer.json()["errors"]
            assert (error["pointer"], error["code"]) == ("/flow/nodes/a/crew_id", "unknown-crew")
            assert error["message"].replace(id, "") == "there is no crew  in this group"
