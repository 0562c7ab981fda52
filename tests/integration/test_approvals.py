"""Approvals as people meet them: who may decide, what is refused, what a decision does to a waiting run."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from src.bootstrap import Container
from src.cli.main import cli
from src.core.approval import ApprovalKind, ApprovalPlan
from src.core.events import EventType
from src.core.settings import Settings
from src.core.tenancy import Role
from src.core.unit_of_work import UnitOfWork
from src.engines.base import RunScope, Segment
from src.main import create_app
from src.services.approvals.questions import Question, digest_of
from tests.conftest import Kind, MakeContainer
from tests.support.clock import MovableClock
from tests.support.people import Person, client_as, make_person
from tests.support.server_thread import serving
from tests.support.worker_parts import WorkerParts, events_of, plan_of, store_run, stored

START = datetime(2026, 11, 2, tzinfo=UTC)


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
    return await make_container(settings_for(database_kind, kasal_auth_mode="token"), clock)


@pytest.fixture
async def ada(container: Container) -> Person:
    return await make_person(container, "ada@example.com")


@pytest.fixture
async def client(container: Container, ada: Person) -> AsyncIterator[httpx.AsyncClient]:
    async with client_as(container, ada) as client:
        yield client


async def waiting(
    container: Container,
    person: Person,
    *keys: str,
    work: Callable[[RunScope, str], str] = lambda run, key: f"done {key}",
    **asks: Any,
) -> Segment:
    """A run whose first task has asked."""
    plan = plan_of(*(keys or ("a",)))
    first = plan.tasks[0].model_copy(update={"approval": ApprovalPlan(**asks)})
    plan = plan.model_copy(update={"tasks": (first, *plan.tasks[1:])})
    segment = await store_run(container, plan=plan, group_id=person.group_id)
    await go_on(container, segment, work)
    return segment


async def go_on(
    container: Container,
    segment: Segment,
    work: Callable[[RunScope, str], str] = lambda run, key: f"done {key}",
) -> None:
    """What the workflow of a segment does."""
    parts = await WorkerParts.make(container, work)
    for wave in await parts.runs.prepare(segment):
        if not all([await parts.runs.run_task(segment, key) for key in wave]):
            await parts.runs.leave(segment)
            break
    else:
        await parts.runs.finish(segment)
    parts.runs.forget(segment)


async def asked(client: httpx.AsyncClient, segment: Segment) -> dict[str, Any]:
    found = await client.get(f"/executions/{segment.execution_id}/approvals")
    return dict(found.json()["items"][0])


async def decide(
    client: httpx.AsyncClient, approval: dict[str, Any], decision: str, **body: Any
) -> httpx.Response:
    headers = {"Idempotency-Key": body.pop("key")} if "key" in body else {}
    path = f"/approvals/{approval['id']}/decision"
    return await client.post(path, json={"decision": decision, **body}, headers=headers)


async def test_a_question_is_listed_and_bound_to_what_is_shown(
    container: Container, client: httpx.AsyncClient, ada: Person
) -> None:
    segment = await waiting(container, ada)
    (listed,) = (await client.get("/approvals", params={"status": "pending"})).json()["items"]
    assert listed == await asked(client, segment)
    assert listed["shown_hash"] == digest_of(listed["shown"])

    other = await decide(client, listed, "approve", shown_hash="0" * 64)
    assert other.status_code == 409
    assert (await decide(client, listed, "revise")).status_code == 422
    approved = await decide(client, listed, "approve", shown_hash=listed["shown_hash"])
    assert (approved.status_code, approved.json()["status"]) == (200, "approved")
    assert approved.json()["decided_by"] == "ada@example.com"
    assert (await client.get("/approvals?status=pending")).json()["items"] == []


async def test_a_second_decision_hears_of_the_first_and_a_repeated_one_is_answered_alike(
    container: Container, client: httpx.AsyncClient, ada: Person
) -> None:
    approval = await asked(client, await waiting(container, ada))
    first = await decide(client, approval, "approve", key="k1")
    again = await decide(client, approval, "approve", key="k1")
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"

    second = await decide(client, approval, "reject")
    assert second.status_code == 409
    assert "approved by ada@example.com" in second.json()["detail"]


async def test_a_decision_may_need_a_higher_role(
    container: Container, client: httpx.AsyncClient, ada: Person
) -> None:
    group_id = (await client.post("/groups", json={"name": "Prices"})).json()["id"]
    member = {"email": "olga@example.com", "role": "operator"}
    assert (await client.post(f"/groups/{group_id}/members", json=member)).is_success
    olga = await make_person(container, "olga@example.com")
    segment = await waiting(container, replace(ada, group_id=group_id), role=Role.ADMIN)
    async with (
        client_as(container, ada, group_id=group_id) as admin,
        client_as(container, olga, group_id=group_id) as operator,
    ):
        approval = await asked(operator, segment)
        assert (await decide(operator, approval, "approve")).status_code == 403
        assert (await decide(admin, approval, "approve")).status_code == 200


async def test_another_groups_question_does_not_exist(
    container: Container, client: httpx.AsyncClient, ada: Person
) -> None:
    approval = await asked(client, await waiting(container, ada))
    bob = await make_person(container, "bob@example.com")
    async with client_as(container, bob) as other:
        assert (await decide(other, approval, "approve")).status_code == 404
        assert (await other.get("/approvals")).json()["items"] == []


async def test_fifty_decisions_and_ten_expiries_have_one_effect(
    container: Container, client: httpx.AsyncClient, ada: Person, clock: MovableClock
) -> None:
    segment = await waiting(container, ada, "a", "b", expires_in_s=60, on_expiry="approve")
    approval = await asked(client, segment)
    clock.days = 1
    chosen = [decide(client, approval, ("approve", "reject")[n % 2]) for n in range(50)]
    answers, expired = await asyncio.gather(
        asyncio.gather(*chosen), asyncio.gather(*(container.approvals.tick() for _ in range(10)))
    )
    won = [answer.status_code for answer in answers].count(200)
    assert won + sum(expired) == 1
    types = [event.type for event in await events_of(container, segment)]
    assert types.count(EventType.APPROVAL_DECIDED) == 1


async def test_a_cancelled_run_asks_nobody_any_more(
    container: Container, client: httpx.AsyncClient, ada: Person
) -> None:
    segment = await waiting(container, ada)
    approval = await asked(client, segment)
    assert (await client.post(f"/executions/{segment.execution_id}/cancel")).is_success
    assert (await asked(client, segment))["status"] == "withdrawn"
    assert (await decide(client, approval, "approve")).status_code == 409
    (task,) = (await client.get(f"/executions/{segment.execution_id}/tasks")).json()["items"]
    assert task["status"] == "CANCELLED"


async def test_expiry_comes_at_its_time_and_not_before(
    container: Container, client: httpx.AsyncClient, ada: Person, clock: MovableClock
) -> None:
    segment = await waiting(container, ada, expires_in_s=3600)
    clock.days = 0.9 / 24
    assert await container.approvals.tick() == 0
    clock.days = 1.1 / 24
    assert await container.approvals.tick() == 1
    assert await container.approvals.tick() == 0
    run = await stored(container, segment)
    assert (run.status, run.error_code) == ("FAILED", "approval.rejected")
    assert "in time" in (run.error_message or "")


async def test_a_task_that_is_sent_back_reads_every_comment_and_its_last_answer(
    container: Container, client: httpx.AsyncClient, ada: Person
) -> None:
    heard: list[list[tuple[str, str | None]]] = []

    def work(run: RunScope, key: str) -> str:
        heard.append([(one.comment, one.output) for one in run.reviews])
        return f"answer {len(heard)}"

    segment = await waiting(container, ada, work=work)
    for number in (1, 2):
        approval = await asked(client, segment)
        assert approval["shown"]["output"] == f"answer {number}"
        body = {"comment": f"comment {number}"}
        assert (await decide(client, approval, "revise", **body)).status_code == 200
        segment = Segment(segment.execution_id, segment.group_id, segment.number + 1)
        await go_on(container, segment, work)
    assert heard[2] == [("comment 1", "answer 1"), ("comment 2", "answer 2")]
    assert (await decide(client, await asked(client, segment), "approve")).status_code == 200
    await go_on(container, Segment(segment.execution_id, segment.group_id, segment.number + 1))
    run = await stored(container, segment)
    assert (run.status, (run.result or {})["raw"]) == ("COMPLETED", "answer 3")


@pytest.mark.slow
async def test_a_thousand_runs_that_wait_are_in_no_queue_and_delay_nobody(
    container: Container, client: httpx.AsyncClient, ada: Person
) -> None:
    parts = await WorkerParts.make(container)
    plan = plan_of("a")
    first = plan.tasks[0].model_copy(update={"approval": ApprovalPlan(when="before")})
    asking = plan.model_copy(update={"tasks": (first,)})
    for _ in range(1000):
        segment = await store_run(container, plan=asking, group_id=ada.group_id)
        await parts.runs.prepare(segment)
        assert await parts.runs.run_task(segment, "a") is False
        parts.runs.forget(segment)
    assert parts.threads.running == 0
    assert not parts.runs._active and not parts.runs._segments
    fresh = await store_run(container, "b", group_id=ada.group_id)
    await go_on(container, fresh)
    assert (await stored(container, fresh)).status == "COMPLETED"
    page = await client.get("/executions", params={"status": "WAITING_FOR_APPROVAL"})
    assert len(page.json()["items"]) == 50


async def test_a_gate_of_a_flow_calls_back_once_with_its_decision_stored(
    container: Container, client: httpx.AsyncClient, ada: Person
) -> None:
    called: list[tuple[str, str]] = []

    async def gate_decided(uow: UnitOfWork, group_id: str, execution_id: str) -> None:
        called.append((group_id, execution_id))

    container.approval_effects.gate_decided = gate_decided
    flow = await store_run(container, "a", group_id=ada.group_id)
    question = Question("1:gate:check", ApprovalKind.GATE, {"draft": "x"}, task="check")
    for _ in range(2):
        async with container.database.write() as uow:
            await container.approvals.request_gate(uow, flow.group_id, flow.execution_id, question)
    (approval,) = (await client.get("/approvals")).json()["items"]
    assert (await decide(client, approval, "revise", comment="x")).status_code == 422
    assert (await decide(client, approval, "reject")).status_code == 200
    assert called == [(flow.group_id, flow.execution_id)]
    types = [event.type for event in await events_of(container, flow)]
    assert types == ["approval_requested", "approval_decided"]


async def test_the_command_line_shows_and_decides(
    container: Container, client: httpx.AsyncClient, ada: Person, clock: MovableClock
) -> None:
    segment = await waiting(container, ada)
    approval = await asked(client, segment)

    def kasal(*arguments: str) -> str:
        with serving(create_app(Container(container.settings, clock)), lifespan="on") as url:
            given = ["approvals", *arguments, "--url", url, "--token", ada.token]
            result = CliRunner().invoke(cli, given)
        assert result.exit_code == 0, result.output
        return result.output

    run = await stored(container, segment)
    assert (approval["crew_name"], approval["run_name"]) == (run.crew_name, run.run_name)
    listed = await asyncio.to_thread(kasal, "list", "--json")
    assert json.loads(listed)["items"][0]["id"] == approval["id"]
    shown = await asyncio.to_thread(kasal, "show", approval["id"])
    assert run.crew_name in shown
    assert "done a" in shown and f"kasal approvals approve {approval['id']}" in shown
    revised = await asyncio.to_thread(kasal, "revise", approval["id"], "--comment", "Longer")
    assert "revised" in revised
