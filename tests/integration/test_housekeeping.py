"""What is deleted is gone from every table, what has had its time goes by itself, and what is active stays."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from src.bootstrap import Container
from src.core import ids
from src.core.errors import Conflict
from src.core.execution_status import ExecutionStatus
from src.repositories.chore import ChoreRepository
from src.repositories.execution import ExecutionRepository
from src.services.operations.housekeeping import CHORE
from tests.conftest import Kind, MakeContainer, SettingsFor
from tests.support.clock import MovableClock
from tests.support.every_table import fill_about, mentions
from tests.support.http import client_of
from tests.support.rows import SampleRows
from tests.support.run_bodies import crew_body

CANARY = "canary-of-this-run"
DAYS = 40


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime.now(UTC))


@pytest.fixture
async def container(
    database_kind: Kind,
    settings_for: SettingsFor,
    make_container: MakeContainer,
    clock: MovableClock,
) -> Container:
    settings = settings_for(database_kind, kasal_keep_executions_days=30, kasal_keep_events_days=7)
    return await make_container(settings, clock=clock)


@pytest.fixture
async def client(container: Container) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(container) as client:
        yield client


async def start(client: httpx.AsyncClient) -> str:
    body = crew_body("first", "second", model="demo/demo", inputs={"about": CANARY})
    answer = await client.post("/executions", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def ended(client: httpx.AsyncClient) -> str:
    id = await start(client)
    assert (await client.post(f"/executions/{id}/cancel")).status_code == 200
    return id


async def group_of(client: httpx.AsyncClient) -> str:
    return str((await client.get("/me")).json()["group_id"])


async def seqs(client: httpx.AsyncClient, id: str) -> list[int]:
    page = (await client.get(f"/executions/{id}/events")).json()
    return [event["seq"] for event in page["items"]]


async def test_a_deleted_execution_is_gone_from_every_table(
    container: Container, client: httpx.AsyncClient
) -> None:
    id = await ended(client)
    filled = fill_about(container.settings, id, await group_of(client))
    assert {"memory_writes", "memory_receipts", "approvals", "flow_nodes", "flow_states"} <= filled
    assert {"execution_credentials", "tool_calls", "execution_events"} <= filled
    assert {"schedule_firings", "trigger_calls", "batch_items", "schedules", "triggers"} <= filled
    assert {"workflow_status.workflow_uuid", "workflow_status.inputs", "executions.inputs"} & (
        mentions(container.settings, id, CANARY)
    )
    assert (await client.delete(f"/executions/{id}")).status_code == 204
    assert mentions(container.settings, id, CANARY) == set()


async def test_an_execution_whose_time_is_over_is_gone_from_every_table(
    container: Container, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    id = await ended(client)
    fill_about(container.settings, id, await group_of(client))
    clock.days = 29
    await container.housekeeping("w1").tick()
    assert (await client.get(f"/executions/{id}")).status_code == 200
    clock.days = 31
    await container.housekeeping("w1").tick()
    assert mentions(container.settings, id, CANARY) == set()


async def test_events_go_earlier_than_their_execution_and_leave_its_end(
    container: Container, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    id = await ended(client)
    before = await seqs(client, id)
    clock.days = 8
    await container.housekeeping("w1").tick()
    assert await seqs(client, id) == before[-1:]
    async with client.stream("GET", f"/executions/{id}/events/stream") as stream:
        told = [line async for line in stream.aiter_lines() if line.startswith("event:")]
    assert told == ["event: execution_cancelled"]


async def test_an_active_run_is_never_touched(
    container: Container, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    waiting, retried = await start(client), await ended(client)
    clock.days = DAYS
    assert (await client.post(f"/executions/{retried}/retry", json={})).status_code in (200, 202)
    before = [await seqs(client, id) for id in (waiting, retried)]
    states = [(waiting, 1), (retried, 2)]
    queued = await container.queue.states(states)
    await container.housekeeping("w1").tick()
    assert [await seqs(client, id) for id in (waiting, retried)] == before
    assert (
        await container.queue.states(states) == queued == {waiting: "waiting", retried: "waiting"}
    )


async def test_a_group_may_keep_what_others_do_not(
    container: Container, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    id = await ended(client)
    async with container.database.write() as uow:
        await uow.repo(SampleRows).limits(
            await group_of(client), keep_executions_days=0, keep_events_days=DAYS + 1
        )
    before = await seqs(client, id)
    clock.days = DAYS
    await container.housekeeping("w1").tick()
    assert await seqs(client, id) == before
    clock.days = DAYS + 2
    await container.housekeeping("w1").tick()
    assert await seqs(client, id) == before[-1:]


async def test_of_two_workers_one_keeps_house(
    container: Container, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    for _ in range(5):
        await ended(client)
    clock.days = DAYS
    removed = await asyncio.gather(
        container.housekeeping("w1").tick(), container.housekeeping("w2").tick()
    )
    assert sorted(map(bool, removed)) == [False, True]
    assert (await client.get("/executions")).json()["items"] == []
    assert await container.housekeeping("w2").tick() == 0, "it is not due yet"


async def test_house_is_kept_by_another_when_the_one_who_did_was_lost(
    container: Container, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    await ended(client)
    clock.days = DAYS
    async with container.database.write() as uow:
        now = clock.now()
        await uow.repo(ChoreRepository).take(
            CHORE, "lost", now=now, until=now + timedelta(minutes=2)
        )
    assert await container.housekeeping("w2").tick() == 0
    clock.days += 3 / 1440
    assert await container.housekeeping("w2").tick() > 0


async def test_the_engine_s_rows_of_ended_work_go_and_those_of_other_work_stay(
    container: Container, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    waiting, over = await start(client), await ended(client)
    assert await container.queue.states([(over, 1)]) == {over: "ended"}
    clock.days = 0.1
    await container.housekeeping("w1").tick()
    assert await container.queue.states([(waiting, 1), (over, 1)]) == {waiting: "waiting"}
    assert (await client.get(f"/executions/{over}")).json()["status"] == "CANCELLED"


async def test_a_node_of_a_flow_goes_with_its_flow_and_never_before(
    container: Container, client: httpx.AsyncClient
) -> None:
    flow, node = await ended(client), await ended(client)
    group = await group_of(client)
    async with container.database.write() as uow:
        await uow.repo(SampleRows).make_flow(flow, node, ExecutionStatus.RUNNING)
    with pytest.raises(Conflict):
        async with container.database.write() as uow:
            await container.execution_removal.remove(uow, group, node)
    async with container.database.write() as uow:
        await uow.repo(SampleRows).make_flow(flow, node, ExecutionStatus.COMPLETED)
        await container.execution_removal.remove(uow, group, flow)
    async with container.database.read() as uow:
        left = await uow.repo(ExecutionRepository).existing_ids(group, {flow, node})
    assert left == set()


def test_an_id_can_be_told_from_those_made_before_and_after() -> None:
    earlier = ids.new()
    now = datetime.now(UTC)
    bounds = [ids.earliest(now + timedelta(minutes=minutes)) for minutes in (-1, 1)]
    assert bounds[0] < earlier < bounds[1]
