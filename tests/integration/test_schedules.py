"""Schedules: times that pass are fired once, whoever ticks, and what is late follows the policy."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from src.bootstrap import Container
from src.core.settings import Settings
from tests.conftest import Kind, MakeContainer
from tests.support.clock import MovableClock
from tests.support.flows import agent, flow
from tests.support.http import client_of

START = datetime(2026, 11, 2, 6, 59, tzinfo=UTC)
MINUTES = 1 / 1440
DEFINITION = {
    "agents_yaml": {"a": {"role": "Analyst", "goal": "Look"}},
    "tasks_yaml": {"t": {"description": "Look", "expected_output": "A line", "agent": "a"}},
    "model": "demo/demo",
}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START)


@pytest.fixture
async def container(
    database_kind: Kind,
    settings_for: Callable[..., Settings],
    make_container: MakeContainer,
    clock: MovableClock,
) -> Container:
    return await make_container(settings_for(database_kind), clock)


async def make(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    crew = await client.post("/crews", json={"name": "Prices", "definition": DEFINITION})
    body = {"name": "Mornings", "crew_id": crew.json()["id"], "cron": "0 7 * * *"} | changes
    made = await client.post("/schedules", json=body)
    assert made.status_code == 201, made.text
    shown: dict[str, Any] = made.json()
    return shown


async def runs(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/executions")).json()["items"]
    return found


async def outcomes(client: httpx.AsyncClient, schedule: dict[str, Any]) -> list[str]:
    answer = await client.get(f"/schedules/{schedule['id']}/firings")
    return [firing["outcome"] for firing in answer.json()["items"]]


async def test_a_schedule_shows_its_next_five_times_and_fires_at_the_first(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        made = await make(client, cron="0 7 * * MON-FRI", timezone="Europe/Berlin")
        assert [time[5:16] for time in made["next_fires"]] == [
            "11-03T06:00",
            "11-04T06:00",
            "11-05T06:00",
            "11-06T06:00",
            "11-09T06:00",
        ]
        assert await container.schedule_tick.tick() == 0
        clock.days = 1
        assert await container.schedule_tick.tick() == 1
        assert await container.schedule_tick.tick() == 0
        (run,) = await runs(client)
        assert (run["trigger"], run["status"]) == ("schedule", "PENDING")
        shown = (await client.get(f"/schedules/{made['id']}")).json()
        assert shown["last_execution_id"] == run["id"]
        assert shown["next_fires"][0].startswith("2026-11-04T06:00")


async def test_forty_schedules_of_one_minute_fire_once_each_though_three_tick_at_once(
    container: Container, clock: MovableClock, make_container: MakeContainer
) -> None:
    others = [await make_container(container.settings, clock) for _ in range(2)]
    async with client_of(container) as client:
        crew = (await make(client))["crew_id"]
        for number in range(39):
            body = {"name": f"s{number}", "crew_id": crew, "cron": "0 7 * * *"}
            assert (await client.post("/schedules", json=body)).status_code == 201
        clock.days = 2 * MINUTES
        ticks = [one.schedule_tick.tick() for one in (container, *others)]
        assert sum(await asyncio.gather(*ticks)) == 40
        assert len((await client.get("/executions?limit=200")).json()["items"]) == 40


@pytest.mark.parametrize(
    ("catch_up", "started", "noted"),
    [
        ("skip", 0, ["missed"]),
        ("latest", 1, ["started", "missed"]),
        ("all", 3, ["started", "started", "started"]),
    ],
)
async def test_times_that_passed_while_no_worker_ran_follow_the_policy(
    container: Container, clock: MovableClock, catch_up: str, started: int, noted: list[str]
) -> None:
    async with client_of(container) as client:
        made = await make(client, catch_up=catch_up)
        clock.days = 2.5
        for _ in range(3):
            await container.schedule_tick.tick()
            for run in await runs(client):
                await client.post(f"/executions/{run['id']}/cancel")
        assert len(await runs(client)) == started
        assert await outcomes(client, made) == noted


@pytest.mark.parametrize(
    ("overlap", "states", "noted"),
    [
        ("skip", ["PENDING"], ["skipped", "started"]),
        ("queue", ["PENDING"], ["started"]),
        ("cancel_previous", ["PENDING", "CANCELLED"], ["started", "started"]),
    ],
)
async def test_a_run_that_still_goes_on_is_met_as_the_schedule_says(
    container: Container, clock: MovableClock, overlap: str, states: list[str], noted: list[str]
) -> None:
    async with client_of(container) as client:
        made = await make(client, overlap=overlap)
        for clock.days in (2 * MINUTES, 1 + 2 * MINUTES):
            await container.schedule_tick.tick()
        assert [run["status"] for run in await runs(client)] == states
        assert await outcomes(client, made) == noted
        if overlap == "queue":
            await client.post(f"/executions/{(await runs(client))[0]['id']}/cancel")
            assert await container.schedule_tick.tick() == 1


async def test_a_one_off_fires_once_and_has_no_next_time(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        made = await make(client, cron=None, delay_s=60)
        clock.days = 1
        assert await container.schedule_tick.tick() == 1
        clock.days = 2
        assert await container.schedule_tick.tick() == 0
        assert (await client.get(f"/schedules/{made['id']}")).json()["next_fires"] == []


async def test_a_paused_schedule_stays_still_and_makes_up_for_nothing(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        made = await make(client, catch_up="all")
        at = f"/schedules/{made['id']}"
        assert (await client.post(f"{at}/pause")).json()["next_fires"] == []
        clock.days = 3
        assert await container.schedule_tick.tick() == 0
        resumed = (await client.post(f"{at}/resume")).json()
        assert resumed["next_fires"][0].startswith("2026-11-05T07:00")
        assert await container.schedule_tick.tick() == 0


async def test_run_now_leaves_the_times_as_they_are(container: Container) -> None:
    async with client_of(container) as client:
        made = await make(client)
        started = await client.post(f"/schedules/{made['id']}/run-now")
        assert started.status_code == 202, started.text
        shown = (await client.get(f"/schedules/{made['id']}")).json()
        assert shown["next_fires"] == made["next_fires"]
        assert shown["last_execution_id"] == started.json()["id"]


async def test_a_crew_that_is_gone_is_said_in_the_firing(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        made = await make(client)
        await client.delete(f"/crews/{made['crew_id']}")
        clock.days = 2 * MINUTES
        assert await container.schedule_tick.tick() == 0
        (firing,) = (await client.get(f"/schedules/{made['id']}/firings")).json()["items"]
        assert firing["outcome"] == "failed" and "there is no crew" in firing["detail"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"cron": "61 * * * *"}, "/cron"),
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"cron": None, "at": "2020-01-01T00:00:00Z"}, "/at"),
        ({"delay_s": 5}, ""),
        ({"request": {"inputs": {}, "colour": "red"}}, "/request/colour"),
        ({"flow_id": "0" * 36}, "/flow_id"),
    ],
)
async def test_a_schedule_that_cannot_be_is_refused_with_a_pointer(
    container: Container, change: dict[str, Any], pointer: str
) -> None:
    async with client_of(container) as client:
        crew = await client.post("/crews", json={"name": "Prices", "definition": DEFINITION})
        body = {"name": "M", "crew_id": crew.json()["id"], "cron": "0 7 * * *"} | change
        answer = await client.post("/schedules", json=body)
        assert answer.status_code == 422, answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_flow_is_started_at_its_time_and_by_hand(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        drawn = {"name": "Steps", "definition": flow({"a": agent("Look at {topic}")})}
        flow_id = (await client.post("/flows", json=drawn)).json()["id"]
        request = {"inputs": {"topic": "rain"}, "priority": 3, "run_name": "daily", "version": 1}
        body = {"name": "Steps", "flow_id": flow_id, "cron": "0 7 * * *", "request": request}
        made = (await client.post("/schedules", json=body)).json()
        assert (made["flow_id"], made["crew_id"]) == (flow_id, None)
        at = f"/schedules/{made['id']}"
        clock.days = 2 * MINUTES
        assert await container.schedule_tick.tick() == 1
        assert (await client.post(f"{at}/run-now")).status_code == 202
        found = await runs(client)
        assert {(one["kind"], one["flow_id"], one["trigger"]) for one in found} == {
            ("flow", flow_id, "schedule")
        }
        assert {(one["priority"], one["run_name"]) for one in found} == {(3, "daily")}
        clock.days = 1 + 2 * MINUTES
        await container.schedule_tick.tick()
        assert (await outcomes(client, made))[0] == "skipped", "the run before still goes on"
        foreign = {"inputs": {}, "model": "demo/demo", "budget": {"max_tokens": 5}}
        for answer in (
            await client.patch(at, json={"request": foreign}),
            await client.post("/schedules", json={**body, "name": "X", "request": foreign}),
        ):
            assert answer.status_code == 422, answer.text
            pointers = [error["pointer"] for error in answer.json()["errors"]]
            assert pointers == ["/request/model", "/request/budget/max_tokens"]


async def test_a_firing_names_its_run_until_that_is_deleted(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        made = await make(client)
        clock.days = 2 * MINUTES
        await container.schedule_tick.tick()
        (run,) = await runs(client)
        await client.post(f"/executions/{run['id']}/cancel")
        assert (await client.delete(f"/executions/{run['id']}")).status_code == 204
        (firing,) = (await client.get(f"/schedules/{made['id']}/firings")).json()["items"]
        assert (firing["outcome"], firing["execution_id"]) == ("started", None)
        shown = (await client.get(f"/schedules/{made['id']}")).json()
        assert shown["last_execution_id"] is None
        clock.days = 1 + 2 * MINUTES
        assert await container.schedule_tick.tick() == 1, "nothing keeps the next one waiting"
