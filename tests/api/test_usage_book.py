"""A model call is added up once, also when nobody heard that it was stored."""

from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from src.bootstrap import Container
from src.core.events import Usage
from src.services.runs.context import Bill, RunContext
from src.services.runs.usage_book import store_usage
from tests.support.http import client_of
from tests.support.operations import DEFINITION

CALL = Usage(10, 2, 1, 0.5)


def attempt(container: Container, run: dict[str, Any], bill: Bill) -> RunContext:
    """What store_usage reads of one."""
    parts = {
        "group_id": run["group_id"],
        "execution_id": run["id"],
        "bill": bill,
        "charges_task": True,
        "task": SimpleNamespace(index=0),
        "clock": container.clock,
    }
    return cast(RunContext, SimpleNamespace(**parts))


def never_heard(bill: Bill) -> Bill:
    """The same bill where the answer to the last commit was lost."""
    same = Bill()
    same.id = bill.id
    for call in bill.calls:
        same.add(call)
    return same


async def store(container: Container, run: dict[str, Any], bill: Bill) -> None:
    async with container.database.write() as uow:
        await store_usage(uow, attempt(container, run, bill))


async def shown(client: httpx.AsyncClient, run: dict[str, Any]) -> list[tuple[int, float]]:
    """Calls and cost of the execution, of its task, and of the month."""
    execution = (await client.get(f"/executions/{run['id']}")).json()["usage"]
    task = (await client.get(f"/executions/{run['id']}/tasks")).json()["items"][0]
    month = (await client.get("/limits")).json()["used"]
    return [(of["llm_calls"], of["cost_usd"]) for of in (execution, task["usage"], month)]


@pytest.fixture
async def run(container: Container) -> dict[str, Any]:
    async with client_of(container) as client:
        started = await client.post("/executions", json={**DEFINITION, "model": "demo/demo"})
        shown = await client.get(f"/executions/{started.json()['id']}")
    return cast(dict[str, Any], shown.json())


async def test_a_bill_is_paid_once_though_the_answer_was_lost(
    container: Container, run: dict[str, Any]
) -> None:
    bill = Bill()
    bill.add(CALL)
    bill.add(CALL)
    await store(container, run, bill)
    again = never_heard(bill)
    await store(container, run, again)
    again.add(CALL)
    await store(container, run, again)
    await store(container, run, bill)
    assert (bill.is_open, again.is_open) == (False, False)
    async with client_of(container) as client:
        assert await shown(client, run) == [(3, 1.5)] * 3


async def test_what_a_transaction_did_not_keep_is_still_to_be_paid(
    container: Container, run: dict[str, Any]
) -> None:
    bill = Bill()
    bill.add(CALL)
    with pytest.raises(RuntimeError):
        async with container.database.write() as uow:
            await store_usage(uow, attempt(container, run, bill))
            raise RuntimeError("the database went away")
    assert bill.is_open
    await store(container, run, bill)
    async with client_of(container) as client:
        assert await shown(client, run) == [(1, 0.5)] * 3


async def test_a_deleted_run_is_paid_for_in_its_month(
    container: Container, run: dict[str, Any]
) -> None:
    bill = Bill()
    bill.add(CALL)
    async with client_of(container) as client:
        await client.post(f"/executions/{run['id']}/cancel")
        assert (await client.delete(f"/executions/{run['id']}")).status_code == 204
        await store(container, run, bill)
        assert (await client.get("/limits")).json()["used"]["llm_calls"] == 1
