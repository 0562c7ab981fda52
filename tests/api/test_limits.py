"""Limits of a group: who sets them, what they refuse, and what a run will probably cost."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from src.bootstrap import Container
from src.core.events import Usage
from src.core.execution_status import ExecutionStatus
from src.core.tenancy import Role
from src.repositories.execution import ExecutionRepository
from src.repositories.group_limit import GroupLimitRepository
from src.repositories.usage import UsageRepository
from tests.conftest import Kind, MakeContainer, SettingsFor
from tests.support.clock import MovableClock
from tests.support.http import client_of
from tests.support.operations import DEFINITION
from tests.support.people import client_as, make_person

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECONDS = 1 / 86_400
RUN = {**DEFINITION, "model": "demo/demo", "crew_name": "Prices"}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START)


@pytest.fixture
async def container(
    database_kind: Kind,
    settings_for: SettingsFor,
    make_container: MakeContainer,
    clock: MovableClock,
) -> Container:
    return await make_container(settings_for(database_kind, kasal_group_max_queued=3), clock)


async def start(client: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    return await client.post("/executions", json={**RUN, **changes})


async def spend(container: Container, client: httpx.AsyncClient, usage: Usage) -> None:
    group_id = (await client.get("/me")).json()["group_id"]
    async with container.database.write() as uow:
        await uow.repo(GroupLimitRepository).add_usage(group_id, usage, container.clock.now())


async def complete(container: Container, run: dict[str, Any], tokens: int, usd: float) -> None:
    """As a worker would, with this usage."""
    now = container.clock.now()
    async with container.database.write() as uow:
        executions = uow.repo(ExecutionRepository)
        ids = run["group_id"], run["id"]
        await executions.move(*ids, ExecutionStatus.PREPARING, now=now)
        await executions.move(*ids, ExecutionStatus.RUNNING, now=now, started_at=now)
        await uow.repo(UsageRepository).add_to_execution(*ids, Usage(tokens - 1, 1, 1, usd))
    if isinstance(container.clock, MovableClock):
        container.clock.days += tokens * SECONDS
    async with container.database.write() as uow:
        executions, now = uow.repo(ExecutionRepository), container.clock.now()
        await executions.move(*ids, ExecutionStatus.COMPLETED, now=now, finished_at=now)


async def test_a_group_without_limits_has_those_of_the_installation(container: Container) -> None:
    async with client_of(container) as client:
        limits = (await client.get("/limits")).json()
    assert (limits["max_queued"], limits["effective_max_queued"], limits["version"]) == (None, 3, 0)
    assert (limits["max_running"], limits["effective_max_running"]) == (None, 5)
    assert (limits["month"], limits["month_ends_at"]) == ("2026-11", "2026-12-01T00:00:00Z")
    assert limits["used"]["llm_calls"] == limits["queued"] == limits["running"] == 0


async def test_limits_are_replaced_as_a_whole_and_guarded_by_their_version(
    container: Container,
) -> None:
    async with client_of(container) as client:
        first = await client.put("/limits", json={"max_queued": 2, "monthly_usd": 10.5})
        assert first.json()["version"] == 1
        second = await client.put("/limits", json={"max_running": 1}, headers={"If-Match": '"1"'})
        assert (second.json()["max_running"], second.json()["monthly_usd"]) == (1, None)
        for version in ("1", "0"):
            late = await client.put("/limits", json={}, headers={"If-Match": f'"{version}"'})
            assert late.status_code == 412


async def test_a_limit_above_the_installations_is_refused(container: Container) -> None:
    async with client_of(container) as client:
        answer = await client.put("/limits", json={"max_queued": 4, "max_running": 6})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [
        "/max_running",
        "/max_queued",
    ]


async def test_members_read_the_limits_and_admins_set_them(
    settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    container = await make_container(settings_for(kasal_auth_mode="token"))
    ada, bob = [await make_person(container, f"{name}@example.com") for name in ("ada", "bob")]
    async with client_as(container, ada) as admin:
        group = (await admin.post("/groups", json={"name": "Team"})).json()["id"]
    async with client_as(container, ada, group_id=group) as admin:
        member = {"email": bob.email, "role": Role.EDITOR}
        assert (await admin.post(f"/groups/{group}/members", json=member)).status_code == 201
        assert (await admin.put("/limits", json={"max_queued": 1})).status_code == 200
    async with client_as(container, bob, group_id=group) as member_client:
        assert (await member_client.get("/limits")).json()["max_queued"] == 1
        assert (await member_client.put("/limits", json={})).status_code == 403
    async with client_as(container, bob) as other:
        assert (await other.get("/limits")).json()["max_queued"] is None


async def test_a_full_queue_is_told_with_the_time_to_come_back(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        for _ in range(3):
            assert (await start(client)).status_code == 202
        refused = await start(client)
        assert (refused.status_code, refused.json()["code"]) == (429, "queue.full")
        assert refused.headers["Retry-After"] == "60"  # nothing has left the queue yet

        first = (await client.get("/executions")).json()["items"][0]
        await complete(container, first, 10, 0.1)
        assert (await start(client)).status_code == 202
        assert (await start(client)).headers["Retry-After"] == "300"  # one in five minutes


async def test_a_groups_own_queue_limit_goes_before_the_installations(container: Container) -> None:
    async with client_of(container) as client:
        await client.put("/limits", json={"max_queued": 1})
        assert (await start(client)).status_code == 202
        refused = await start(client)
        assert refused.status_code == 429
        assert (await client.get("/limits")).json()["queued"] == 1


async def test_a_repeated_request_is_answered_although_the_queue_is_full(
    container: Container,
) -> None:
    async with client_of(container) as client:
        await client.put("/limits", json={"max_queued": 1})
        key = {"Idempotency-Key": "k"}
        first = await client.post("/executions", json=RUN, headers=key)
        again = await client.post("/executions", json=RUN, headers=key)
        assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ({"monthly_tokens": 100}, "the group has used 101 of at most 100 tokens this month"),
        ({"monthly_usd": 2}, "the group has used 2.5000 of at most 2.0000 USD this month"),
    ],
)
async def test_no_run_starts_in_a_month_whose_budget_is_used_up(
    container: Container, clock: MovableClock, limit: dict[str, Any], said: str
) -> None:
    async with client_of(container) as client:
        await client.put("/limits", json=limit)
        await spend(container, client, Usage(91, 10, 3, 2.5))
        refused = await start(client)
        assert (refused.status_code, refused.json()["code"]) == (409, "budget.exhausted")
        assert said in refused.json()["detail"]
        assert "2026-12-01" in refused.json()["detail"]
        assert (await client.get("/limits")).json()["used"] == {
            "prompt_tokens": 91,
            "completion_tokens": 10,
            "llm_calls": 3,
            "cost_usd": 2.5,
        }
        clock.days += 11
        assert (await start(client)).status_code == 202


async def test_a_month_of_a_large_group_is_counted_beyond_32_bits(container: Container) -> None:
    async with client_of(container) as client:
        most = {"monthly_tokens": 10_000_000_000_000, "monthly_usd": 1_000_000_000}
        assert (await client.put("/limits", json=most)).status_code == 200
        for _ in range(2):
            await spend(container, client, Usage(2_000_000_000, 2_000_000_000, 1, 1.0))
        used = (await client.get("/limits")).json()["used"]
        assert (used["prompt_tokens"], used["completion_tokens"]) == (4_000_000_000, 4_000_000_000)
        assert (await start(client)).status_code == 202


async def test_an_estimate_is_made_from_earlier_runs_of_the_same_crew(
    container: Container,
) -> None:
    async with client_of(container) as client:
        unknown = (await client.post("/executions/estimate", json=RUN)).json()
        assert unknown == {"runs": 0, "tokens": None, "usd": None, "seconds": None}
        for tokens in (10, 20, 30, 40, 50, 60, 70, 80, 90, 1000):
            run = (await start(client)).json()
            stored = (await client.get(f"/executions/{run['id']}")).json()
            await complete(container, stored, tokens, tokens / 100)
        other = {**RUN, "crew_name": "Another"}
        assert (await client.post("/executions/estimate", json=other)).json()["runs"] == 0
        known = (await client.post("/executions/estimate", json=RUN)).json()
        count = len((await client.get("/executions")).json()["items"])
    assert known["runs"] == count == 10
    assert known["tokens"] == {"p50": 50, "p90": 90}
    assert known["usd"] == {"p50": 0.5, "p90": 0.9}
    assert known["seconds"] == {"p50": 50.0, "p90": 90.0}


async def test_an_estimate_of_a_saved_crew_counts_all_its_versions(container: Container) -> None:
    async with client_of(container) as client:
        definition = {**DEFINITION, "model": "demo/demo"}
        made = await client.post("/crews", json={"name": "Saved", "definition": definition})
        crew = made.json()
        run = (await client.post("/executions", json={"crew_id": crew["id"]})).json()
        stored = (await client.get(f"/executions/{run['id']}")).json()
        await complete(container, stored, 10, 0.1)
        asked = await client.post("/executions/estimate", json={"crew_id": crew["id"]})
    assert asked.json()["runs"] == 1


async def test_an_estimate_says_what_is_wrong_with_the_crew(container: Container) -> None:
    async with client_of(container) as client:
        answer = await client.post("/executions/estimate", json={**RUN, "model": "nobody/x"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/model"
