import json
from typing import Any

import httpx
import pytest
import yaml

from src.bootstrap import Container
from tests.support.http import client_of

AGENTS = {
    "zoe": {"role": "Analyst", "goal": "Find {x}"},
    "abe": {"role": "Writer", "goal": "Write"},
}
TASKS: dict[str, Any] = {
    "second_by_name": {"description": "Look", "expected_output": "A table", "agent": "zoe"},
    "first_by_name": {"description": "Write", "expected_output": "A page", "agent": "abe"},
}
CREW = {"name": "Prices", "definition": {"agents_yaml": AGENTS, "tasks_yaml": TASKS}}
CANVAS = {
    "nodes": [
        {"id": "n1", "type": "agentNode", "data": AGENTS["zoe"], "position": {"x": 1, "y": 2}},
        {"id": "n2", "type": "taskNode", "data": TASKS["second_by_name"]},
    ],
    "edges": [{"id": "e", "source": "n1", "target": "n2"}],
}


def with_task(**changes: Any) -> dict[str, Any]:
    tasks = {**TASKS, "first_by_name": {**TASKS["first_by_name"], **changes}}
    return {"agents_yaml": AGENTS, "tasks_yaml": tasks}


async def test_every_change_of_a_definition_makes_a_version(each_container: Container) -> None:
    async with client_of(each_container) as client:
        created = await client.post("/crews", json=CREW)
        assert created.status_code == 201, created.text
        at = created.headers["Location"]
        assert list(created.json()["definition"]["tasks_yaml"]) == list(TASKS)
        assert list((await client.get(at)).json()["definition"]["tasks_yaml"]) == list(TASKS)
        renamed = (await client.patch(at, json={"name": "Moves"})).json()
        assert (renamed["current_version"], renamed["version"]) == (1, 2)
        changed = await client.patch(
            at, json={"definition": with_task(description="Tell"), "note": "shorter"}
        )
        assert changed.json()["current_version"] == 2
        same = await client.patch(at, json={"definition": with_task(description="Tell")})
        assert same.json()["current_version"] == 2
        versions = (await client.get(f"{at}/versions")).json()["items"]
        assert [(v["number"], v["note"]) for v in versions] == [(2, "shorter"), (1, "")]
        first = (await client.get(f"{at}/versions/1")).json()
        assert first["definition"] == CREW["definition"]
        assert (await client.get(f"{at}/versions/9")).status_code == 404


async def test_a_diff_names_what_changed(client: httpx.AsyncClient) -> None:
    at = (await client.post("/crews", json=CREW)).headers["Location"]
    definition = with_task(description="Tell", tools=["calculator"])
    definition["process"] = "hierarchical"
    await client.patch(at, json={"definition": definition})
    diff = (await client.get(f"{at}/diff", params={"from": 1, "to": 2})).json()
    assert (diff["from"], diff["to"]) == (1, 2)
    assert diff["changes"] == [
        {
            "op": "replace",
            "path": "/tasks_yaml/first_by_name/description",
            "before": "Write",
            "after": "Tell",
        },
        {
            "op": "add",
            "path": "/tasks_yaml/first_by_name/tools",
            "before": None,
            "after": ["calculator"],
        },
        {"op": "add", "path": "/process", "before": None, "after": "hierarchical"},
    ]


async def test_a_new_order_of_tasks_is_a_change(client: httpx.AsyncClient) -> None:
    at = (await client.post("/crews", json=CREW)).headers["Location"]
    turned = {"agents_yaml": AGENTS, "tasks_yaml": dict(reversed(TASKS.items()))}
    assert (await client.patch(at, json={"definition": turned})).json()["current_version"] == 2
    diff = (await client.get(f"{at}/diff", params={"from": 1, "to": 2})).json()
    assert [change["path"] for change in diff["changes"]] == ["/tasks_yaml"]


async def test_moving_a_node_of_a_canvas_is_shown_by_its_id(client: httpx.AsyncClient) -> None:
    created = await client.post("/crews", json={"name": "Canvas", "definition": CANVAS})
    assert created.status_code == 201, created.text
    moved = json.loads(json.dumps(CANVAS))
    moved["nodes"][0]["position"]["x"] = 5
    at = created.headers["Location"]
    await client.patch(at, json={"definition": moved})
    diff = (await client.get(f"{at}/diff", params={"from": 1, "to": 2})).json()
    assert [change["path"] for change in diff["changes"]] == ["/nodes/n1/position/x"]


async def test_a_rollback_is_a_new_version_with_the_old_definition(
    client: httpx.AsyncClient,
) -> None:
    at = (await client.post("/crews", json=CREW)).headers["Location"]
    await client.patch(at, json={"definition": with_task(description="Tell")})
    back = await client.post(f"{at}/rollback", json={"to": 1})
    assert back.json()["current_version"] == 3
    assert back.json()["definition"] == CREW["definition"]
    late = await client.post(f"{at}/rollback", json={"to": 1}, headers={"If-Match": '"1"'})
    assert late.status_code == 412


@pytest.mark.parametrize(
    ("definition", "pointer"),
    [
        ({}, "/definition"),
        ({"agents_yaml": AGENTS}, "/definition"),
        ({"agents_yaml": AGENTS, "tasks_yaml": TASKS, **CANVAS}, "/definition"),
        ({"agents_yaml": {"a": {"role": "x"}}, "tasks_yaml": {}}, "/definition/agents_yaml/a/goal"),
        ({"agents_yaml": AGENTS, "tasks_yaml": {}, "proces": 1}, "/definition/proces"),
    ],
)
async def test_a_definition_of_the_wrong_shape_is_refused(
    client: httpx.AsyncClient, definition: dict[str, Any], pointer: str
) -> None:
    refused = await client.post("/crews", json={"name": "x", "definition": definition})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("format", ["yaml", "json"])
async def test_an_export_can_be_imported_again(client: httpx.AsyncClient, format: str) -> None:
    at = (await client.post("/crews", json=CREW)).headers["Location"]
    exported = await client.get(f"{at}/export", params={"format": format})
    assert exported.headers["content-type"].startswith(f"application/{format}")
    copy = await client.post("/crews/import", json={"document": exported.text})
    assert copy.status_code == 201, copy.text
    assert copy.json()["definition"] == CREW["definition"]
    assert list(copy.json()["definition"]["tasks_yaml"]) == list(TASKS)


async def test_other_formats_are_not_available_yet(client: httpx.AsyncClient) -> None:
    at = (await client.post("/crews", json=CREW)).headers["Location"]
    answer = await client.get(f"{at}/export", params={"format": "notebook"})
    assert (answer.status_code, answer.json()["code"]) == (501, "not-available")


async def test_the_two_files_of_a_crewai_project_are_accepted(client: httpx.AsyncClient) -> None:
    body = {
        "agents_yaml": yaml.safe_dump(AGENTS),
        "tasks_yaml": yaml.safe_dump(TASKS),
        "name": "My",
    }
    created = await client.post("/crews/import", json=body)
    assert created.status_code == 201, created.text
    assert created.json()["name"] == "My"
    assert set(created.json()["definition"]["agents_yaml"]) == set(AGENTS)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"document": "agents: &a {}\ntasks: *a"}, "/document"),
        ({"document": "agents: ["}, "/document"),
        ({"document": "- 1"}, "/document"),
        (
            {"document": 'agents: {"a": {"role": "\\0", "goal": "x"}}\ntasks: {}'},
            "/document/agents/a/role",
        ),
        ({"document": "agents: {a: {role: x}}\ntasks: {}"}, "/document/agents_yaml/a/goal"),
        ({"agents_yaml": "a: 1"}, ""),
        ({"document": {"agents": {}, "tasks": {}, "x": 1}}, "/document"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_with_its_place(
    client: httpx.AsyncClient, body: dict[str, Any], pointer: str
) -> None:
    refused = await client.post("/crews/import", json=body)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["pointer"] == pointer


async def test_a_repeated_import_makes_one_crew(each_container: Container) -> None:
    async with client_of(each_container) as client:
        key = {"Idempotency-Key": "once"}
        body = {"document": {"agents": AGENTS, "tasks": TASKS}}
        first = await client.post("/crews/import", json=body, headers=key)
        again = await client.post("/crews/import", json=body, headers=key)
        assert again.status_code == 201
        assert again.json() == first.json()
        assert again.headers["Idempotent-Replayed"] == "true"
        assert "Idempotent-Replayed" not in first.headers
        crews = (await client.get("/crews")).json()["items"]
        assert [crew["name"] for crew in crews].count("Imported crew") == 1
        other = await client.post("/crews/import", json={**body, "name": "x"}, headers=key)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency-mismatch")


async def test_saving_says_what_would_keep_a_crew_from_running(client: httpx.AsyncClient) -> None:
    unfinished = {"name": "Draft", "definition": with_task(agent="nobody", tools=["calculator!"])}
    refused = await client.post("/crews", json=unfinished)
    assert refused.status_code == 422  # a tool's name has no exclamation mark
    unfinished = {"name": "Draft", "definition": with_task(agent="nobody")}
    created = await client.post("/crews", json=unfinished)
    assert created.status_code == 201, created.text
    assert [problem["pointer"] for problem in created.json()["problems"]] == [
        "/tasks_yaml/first_by_name/agent"
    ]


async def test_a_missing_input_is_no_problem_of_a_saved_crew(client: httpx.AsyncClient) -> None:
    created = await client.post("/crews", json=CREW)
    assert created.json()["problems"] == []


async def test_what_somebody_still_draws_is_checked_without_saving(
    client: httpx.AsyncClient,
) -> None:
    drawn = {
        "nodes": [
            {"id": "zoe", "type": "agentNode", "data": {"role": "", "goal": "Find"}},
            {"id": "look", "type": "taskNode", "data": {**TASKS["second_by_name"], "agent": "abe"}},
        ]
    }
    before = (await client.get("/crews")).json()
    checked = await client.post("/crews/check", json={"definition": drawn})
    assert checked.status_code == 200, checked.text
    assert {problem["pointer"] for problem in checked.json()["problems"]} == {
        "/nodes/0/data/role",
        "/nodes/1/data/agent",
    }
    assert (await client.get("/crews")).json() == before


async def test_places_on_a_canvas_belong_to_a_crew_and_travel_with_it(
    client: httpx.AsyncClient,
) -> None:
    layout = {"agents": {"zoe": {"x": 1.5, "y": -2}}, "tasks": {}}
    crew = {"name": "Placed", "definition": {**CREW["definition"], "layout": layout}}
    created = (await client.post("/crews", json=crew)).json()
    assert (created["definition"]["layout"], created["problems"]) == (layout, [])
    text = (await client.get(f"/crews/{created['id']}/export")).text
    imported = await client.post("/crews/import", json={"document": text})
    assert imported.json()["definition"]["layout"] == layout


async def test_crews_are_found_by_what_they_are_called_and_about(
    each_container: Container,
) -> None:
    async with client_of(each_container) as client:
        for name, about in (("Turnover 100%", ""), ("Brief", "of TURNOVER"), ("Other", "a 100 b")):
            await client.post("/crews", json={**CREW, "name": name, "description": about})

        async def found(**wanted: str) -> list[str]:
            page = (await client.get("/crews", params=wanted)).json()
            return [crew["name"] for crew in page["items"]]

        assert await found(search="turnover") == ["Brief", "Turnover 100%"]
        assert await found(search="100%") == ["Turnover 100%"]
        assert await found(search="turnover", limit="1") == ["Brief"]
        assert await found(example="false") == ["Other", "Brief", "Turnover 100%"]
        page = (await client.get("/crews", params={"search": "turnover", "limit": "1"})).json()
        other = await client.get("/crews", params={"cursor": page["next_cursor"]})
        assert other.status_code == 400
