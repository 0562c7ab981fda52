"""How runs are found, and what they say about themselves before anything has run."""

from typing import Any

from src.bootstrap import Container
from tests.support.http import client_of

CREW: dict[str, Any] = {
    "agents_yaml": {"seller": {"role": "Seller in {city}", "goal": "Sell", "llm": "demo/demo"}},
    "tasks_yaml": {
        "look": {"description": "Look at {city}", "expected_output": "Notes", "agent": "seller"},
        "ask": {"description": "Ask", "expected_output": "Notes", "agent": "seller", "context": []},
        "offer": {
            "description": "Offer",
            "expected_output": "An offer",
            "agent": "seller",
            "context": ["look", "ask"],
            "human_input": True,
        },
    },
}
FLOW: dict[str, Any] = {
    "nodes": {"sell": {"kind": "crew", "definition": {**CREW, "model": "demo/demo"}}},
    "edges": [],
}


async def test_the_plan_of_a_run_has_its_inputs_filled_in_and_says_what_reads_what(
    each_container: Container,
) -> None:
    async with client_of(each_container) as client:
        run = (await client.post("/executions", json={**CREW, "inputs": {"city": "Bern"}})).json()
        plan = (await client.get(f"/executions/{run['id']}/plan")).json()
    assert (plan["process"], plan["flow"]) == ("sequential", None)
    assert [(one["role"], one["model"]) for one in plan["agents"]] == [
        ("Seller in Bern", "demo/demo")
    ]
    assert [(one["key"], one["context"], one["approval"]) for one in plan["tasks"]] == [
        ("look", [], None),
        ("ask", [], None),
        ("offer", ["look", "ask"], "after"),
    ]


async def test_a_run_says_which_models_it_may_call(each_container: Container) -> None:
    async with client_of(each_container) as client:
        run = (await client.post("/executions", json={**CREW, "inputs": {"city": "Bern"}})).json()
        shown = (await client.get(f"/executions/{run['id']}")).json()
        listed = (await client.get("/executions")).json()["items"][0]
    assert shown["models"] == listed["models"] == [{"key": "demo/demo", "provider": "demo"}]


async def test_runs_are_found_by_what_they_are_and_what_began_them(
    each_container: Container,
) -> None:
    async with client_of(each_container) as client:
        crew = (await client.post("/executions", json={**CREW, "inputs": {"city": "Bern"}})).json()
        started = await client.post("/executions", json={"flow": FLOW, "inputs": {"city": "Bern"}})
        flow = started.json()

        async def found(**wanted: str) -> list[str]:
            page = (await client.get("/executions", params=wanted)).json()
            return [one["id"] for one in page["items"]]

        assert await found(kind="crew") == [crew["id"]]
        assert await found(kind="flow") == [flow["id"]]
        assert await found(trigger="api") == [flow["id"], crew["id"]]
        assert await found(trigger="schedule") == []
        plan = (await client.get(f"/executions/{flow['id']}/plan")).json()
        assert plan["tasks"] == [] and "sell" in plan["flow"]["nodes"]
        assert (await client.get(f"/executions/{flow['id']}")).json()["models"] is None
