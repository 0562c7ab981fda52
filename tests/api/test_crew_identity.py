"""Runs of one crew share its identity, whatever they are run with."""

from typing import Any

import httpx

from tests.support.plans import a_crew, a_task, an_agent

CREW = a_crew(
    agents={"analyst": an_agent(role="Analyst of {region}")},
    tasks={"moves": a_task(name="Moves in {region}")},
    model="demo/demo",
)


async def identity(client: httpx.AsyncClient, **body: Any) -> str:
    started = await client.post("/executions", json={**CREW, **body})
    assert started.status_code == 202, started.text
    found = await client.get(f"/executions/{started.json()['id']}")
    return str(found.json()["crew_identity"])


async def test_other_inputs_are_the_same_crew(client: httpx.AsyncClient) -> None:
    europe = await identity(client, inputs={"region": "Europe"})

    assert await identity(client, inputs={"region": "Asia"}) == europe
    assert len(europe) == 32


async def test_a_run_name_that_was_chosen_is_another(client: httpx.AsyncClient) -> None:
    inputs = {"region": "Europe"}

    assert await identity(client, inputs=inputs, run_name="nightly") != await identity(
        client, inputs=inputs
    )


async def test_order_in_which_a_crew_is_written_does_not_count(client: httpx.AsyncClient) -> None:
    agents = {"a": an_agent(role="Analyst"), "w": an_agent(role="Writer")}
    tasks = {"find": a_task(name="Find", agent="a"), "write": a_task(name="Write", agent="w")}
    one = a_crew(agents=agents, tasks=tasks, model="demo/demo")
    other = a_crew(
        agents=dict(reversed(agents.items())),
        tasks=dict(reversed(tasks.items())),
        model="demo/demo",
    )

    assert await identity(client, **one) == await identity(client, **other)


async def test_same_crew_of_another_group_is_another(client: httpx.AsyncClient) -> None:
    inputs = {"region": "Europe"}
    mine = await identity(client, inputs=inputs)
    group = (await client.post("/groups", json={"name": "Others"})).json()["id"]
    client.headers["X-Group-Id"] = group

    assert await identity(client, inputs=inputs) != mine
