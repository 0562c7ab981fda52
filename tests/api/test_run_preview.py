"""What POST /executions/preview says about a run that nobody has started yet."""

from src.bootstrap import Container
from tests.support.http import client_of

CREW = {
    "agents_yaml": {
        "seller": {"role": "Seller in {city}", "goal": "Sell {thing}", "llm": "demo/demo"}
    },
    "tasks_yaml": {
        "offer": {
            "description": "Offer {thing} to {who}",
            "expected_output": "An offer",
            "agent": "seller",
        }
    },
}


async def test_the_inputs_come_in_the_order_in_which_the_crew_names_them(
    each_container: Container,
) -> None:
    async with client_of(each_container) as client:
        answer = await client.post("/executions/preview", json=CREW)
    assert answer.status_code == 200
    assert answer.json() == {
        "inputs": [
            {"name": name, "value": None, "source": None} for name in ("city", "thing", "who")
        ],
        "models": [{"key": "demo/demo", "provider": "demo"}],
        "warnings": [],
        "problems": [],
    }


async def test_an_example_brings_values_to_try_it_with(each_container: Container) -> None:
    async with client_of(each_container) as client:
        crews = (await client.get("/crews")).json()["items"]
        crew = next(one for one in crews if one["seed_key"] == "market-brief")
        seen = (await client.post("/executions/preview", json={"crew_id": crew["id"]})).json()
    assert [one["name"] for one in seen["inputs"]] == [
        "market",
        "sales_last_year",
        "sales_this_year",
    ]
    assert {one["source"] for one in seen["inputs"]} == {"example"}
    assert all(one["value"] for one in seen["inputs"])


async def test_what_the_last_run_was_given_comes_before_the_example(
    each_container: Container,
) -> None:
    async with client_of(each_container) as client:
        made = await client.post("/crews", json={"name": "Shop", "definition": CREW})
        crew = {"crew_id": made.json()["id"]}
        inputs = {"city": "Bern", "thing": "skis", "who": "tourists"}
        started = await client.post("/executions", json={**crew, "inputs": inputs})
        assert started.status_code == 202
        seen = (await client.post("/executions/preview", json=crew)).json()
    assert {one["name"]: one["value"] for one in seen["inputs"]} == inputs
    assert {one["source"] for one in seen["inputs"]} == {"last_run"}


async def test_another_model_shows_which_agents_it_changes(each_container: Container) -> None:
    agents = {
        "seller": CREW["agents_yaml"]["seller"],
        "free": {"role": "Helper", "goal": "Help"},
    }
    tasks = {**CREW["tasks_yaml"], "help": {**CREW["tasks_yaml"]["offer"], "agent": "free"}}
    async with client_of(each_container) as client:
        await client.post("/models", json={"key": "small", "name": "demo", "provider": "demo"})
        body = {"agents_yaml": agents, "tasks_yaml": tasks, "model": "small"}
        seen = (await client.post("/executions/preview", json=body)).json()
    assert [model["key"] for model in seen["models"]] == ["demo/demo", "small"]


async def test_what_is_wrong_with_the_crew_is_said_beside_its_inputs(
    each_container: Container,
) -> None:
    async with client_of(each_container) as client:
        answer = await client.post("/executions/preview", json={**CREW, "model": "nobody/x"})
    seen = answer.json()
    assert [problem["pointer"] for problem in seen["problems"]] == ["/model"]
    assert (len(seen["inputs"]), seen["models"]) == (3, [])
