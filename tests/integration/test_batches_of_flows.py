"""Batches whose rows are runs of a flow, and what is told when a batch ends."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from src.bootstrap import Container
from src.core.events import Usage
from src.engines.base import RunScope
from src.models.job import Job
from tests.support.batches import BatchWorker, items_of, make_batch
from tests.support.flows import FlowWorker, agent, flow, router
from tests.support.http import client_of

ROUTED = flow(
    {
        "look": agent("Look at {topic}"),
        "how": router("inputs.topic.startsWith('t')"),
        "deep": agent("Dig into {topic}"),
        "flat": agent("Skip {topic}"),
    },
    "look > how",
    "how > deep: yes",
    "how > flat: no",
)
TOKENS = {"prompt_tokens": 7, "completion_tokens": 3, "llm_calls": 1}


@pytest.fixture
async def http(each_container: Container) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(each_container) as client:
        yield client


async def save(http: httpx.AsyncClient, definition: dict[str, Any]) -> str:
    made = await http.post("/flows", json={"name": "Steps", "definition": definition})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def start(http: httpx.AsyncClient, topics: list[str], **changes: Any) -> dict[str, Any]:
    items = [{"topic": topic} for topic in topics]
    flow_id = await save(http, ROUTED)
    body = {"name": "Topics", "flow_id": flow_id, "items": items, "concurrency": 2} | changes
    made = await http.post("/batches", json=body)
    assert made.status_code == 202, made.text
    shown: dict[str, Any] = made.json()
    return shown


def pointers(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def told_to(container: Container, webhook: str) -> list[dict[str, Any]]:
    """What is to be delivered, oldest first."""
    engine = sa.create_engine(container.settings.sync_database_url)
    with engine.connect() as connection:
        query = sa.select(Job.arguments).where(Job.subject_id == webhook).order_by(Job.id)
        found = list(connection.scalars(query))
    engine.dispose()
    return found


async def test_every_row_is_a_run_of_the_flow_and_usage_is_that_of_all_nodes(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    def say(run: RunScope, key: str) -> str:
        run.record_usage(Usage(**TOKENS))
        return f"said {run.plan.task(key).description}"

    made = await start(http, ["tea", "rain", "toast"])
    assert (made["crew_id"], made["request"]["version"]) == (None, 1)
    worker = await FlowWorker.make(http, each_container, say)
    await worker.work()
    done = (await http.get(f"/batches/{made['id']}")).json()
    assert (done["status"], done["counts"]["completed"]) == ("done", 3)
    rows = await items_of(http, made["id"])
    assert [row["result"]["raw"] for row in rows] == [
        "said Dig into tea",
        "said Skip rain",
        "said Dig into toast",
    ]
    runs = [(await http.get(f"/executions/{row['execution_id']}")).json() for row in rows]
    assert {(run["kind"], run["trigger"], run["parent_id"]) for run in runs} == {
        ("flow", "batch", made["id"])
    }
    exported = (await http.get(f"/batches/{made['id']}/export")).text.splitlines()
    used = [json.loads(line)["usage"] for line in exported]
    assert used == [run["usage"] for run in runs]
    for name in TOKENS:
        assert done["usage"][name] == sum(one[name] for one in used) == 6 * TOKENS[name]


async def test_only_rows_whose_flow_failed_run_again(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    broken = {"Dig into tea"}

    def say(run: RunScope, key: str) -> str:
        prompt = run.plan.task(key).description
        if prompt in broken:
            raise ValueError("no such topic")
        return f"said {prompt}"

    made = await start(http, ["tea", "rain"])
    worker = await FlowWorker.make(http, each_container, say)
    await worker.work()
    (failed,) = await items_of(http, made["id"], status="failed")
    assert failed["index"] == 0 and "the node deep failed" in failed["error"]["message"]
    broken.clear()
    await http.post(f"/batches/{made['id']}/retry")
    await worker.work()
    rows = await items_of(http, made["id"])
    assert [(row["status"], row["tries"]) for row in rows] == [("completed", 2), ("completed", 1)]
    assert rows[0]["execution_id"] == failed["execution_id"]


async def test_a_cancelled_batch_cancels_its_flows_with_their_nodes(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    made = await start(http, ["a", "b", "c"])
    worker = await FlowWorker.make(http, each_container, lambda run, key: "x")
    while await worker.turns():
        continue
    assert len(await worker.waiting()) == 2
    cancelled = (await http.post(f"/batches/{made['id']}/cancel")).json()
    assert cancelled["counts"]["cancelled"] == 3
    found = (await http.get("/executions", params={"limit": 200})).json()["items"]
    assert [run["status"] for run in found] == ["CANCELLED"] * 4


async def test_what_a_flow_does_not_take_and_what_it_begins_with_is_checked_first(
    http: httpx.AsyncClient,
) -> None:
    flow_id = await save(http, ROUTED)
    body = {"name": "B", "flow_id": flow_id, "items": [{"topic": "x"}]}
    request = {"model": "demo/demo", "budget": {"max_usd": 1}}
    assert pointers(await http.post("/batches", json={**body, "request": request})) == [
        ("/request/model", "not-of-a-flow"),
        ("/request/budget/max_usd", "not-of-a-flow"),
    ]
    form = {"name": "B", "flow_id": flow_id, "max_tokens": "5"}
    file = {"file": ("rows.csv", b"topic\nx\n")}
    assert pointers(await http.post("/batches", data=form, files=file)) == [
        ("/max_tokens", "not-of-a-flow")
    ]
    missing = await http.post("/batches", json={**body, "items": [{"other": 1}]})
    assert pointers(missing) == [("/items/0/topic", "missing-input")]
    both = await http.post("/batches", json={**body, "crew_id": flow_id})
    assert pointers(both) == [("/flow_id", "value-error")]
    none = {"name": "B", "items": [{"topic": "x"}]}
    assert pointers(await http.post("/batches", json=none)) == [("", "value-error")]


async def test_a_full_queue_of_the_group_makes_a_batch_wait(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    made = await make_batch(http, ["a", "b", "c"], concurrency=3)
    await http.put("/limits", json={"max_queued": 2})
    worker = await BatchWorker.make(each_container, http)
    await worker.advance()
    counts = (await http.get(f"/batches/{made['id']}")).json()["counts"]
    assert (counts["running"], counts["waiting"], counts["failed"]) == (2, 1, 0)
    assert (await worker.run_until_done(made["id"]))["counts"]["completed"] == 3


async def test_the_end_of_a_batch_is_told_once_with_its_counts(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    events = ["batch_done", "batch_cancelled", "execution_completed"]
    hook = {"name": "Ops", "url": "https://hooks.invalid/x", "events": events}
    webhook = (await http.post("/webhooks", json=hook)).json()["id"]
    made = await make_batch(http, ["a", "b"])
    worker = await BatchWorker.make(each_container, http)
    await worker.run_until_done(made["id"])
    other = await make_batch(http, ["c"])
    await http.post(f"/batches/{other['id']}/cancel")
    await http.post(f"/batches/{other['id']}/cancel")
    told = told_to(each_container, webhook)
    assert [one["type"] for one in told] == ["batch_done", "batch_cancelled"]
    done, cancelled = (one["data"] for one in told)
    assert (done["batch_id"], done["status"], done["total"]) == (made["id"], "done", 2)
    assert (done["counts"]["completed"], cancelled["counts"]["cancelled"]) == (2, 1)
    assert done["links"]["self"] == f"/api/v1/batches/{made['id']}"
    assert "items" not in done and "inputs" not in json.dumps(done)


async def test_a_row_whose_run_was_deleted_says_so(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    made = await make_batch(http, ["a"])
    worker = await BatchWorker.make(each_container, http)
    await worker.run_until_done(made["id"])
    (row,) = await items_of(http, made["id"])
    assert (await http.delete(f"/executions/{row['execution_id']}")).status_code == 204
    (left,) = await items_of(http, made["id"])
    assert (left["status"], left["execution_id"], left["result"]) == ("completed", None, None)
    (line,) = (await http.get(f"/batches/{made['id']}/export")).text.splitlines()
    assert json.loads(line)["usage"] is None
