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
