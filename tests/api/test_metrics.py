"""What a Prometheus server gets to see, and who gets to see it."""

import re
import time

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from src.bootstrap import Container
from src.core import ids
from src.core.events import EventType
from src.core.settings import Settings
from src.engines.base import RunScope
from src.services.operations import measures
from src.services.operations.measures import Measures
from tests.conftest import MakeContainer, SettingsFor
from tests.support.clock import MovableClock
from tests.support.http import client_of
from tests.support.rows import SampleRows
from tests.support.run_bodies import crew_body
from tests.support.worker_parts import WorkerParts, store_run

TOKEN = "a-token-for-scraping"
Sample = tuple[str, frozenset[tuple[str, str]]]


async def scraped(client: httpx.AsyncClient) -> dict[Sample, float]:
    answer = await client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def at(name: str, **labels: str) -> Sample:
    return name, frozenset(labels.items())


async def test_what_waits_and_who_works_is_counted(each_container: Container) -> None:
    async with client_of(each_container) as client:
        await client.post("/executions", json=crew_body("first", model="demo/demo"))
        async with each_container.database.write() as uow:
            await uow.repo(SampleRows).lease(time.time() + 14)
        found = await scraped(client)
    assert found[at("kasal_executions", status="PENDING")] == 1
    assert found[at("kasal_executions", status="RUNNING")] == 0
    assert 0 <= found[at("kasal_queue_oldest_seconds")] < 60
    assert found[at("kasal_workers")] == 1
    assert found[at("kasal_worker_lease_oldest_seconds")] < 10
    assert found[at("kasal_database_up")] == 1
    assert found[at("kasal_memory_writes", status="failed")] == 0


async def test_a_run_that_is_cancelled_counts_as_ended(each_container: Container) -> None:
    async with client_of(each_container) as client:
        started = await client.post("/executions", json=crew_body("first", model="demo/demo"))
        await client.post(f"/executions/{started.json()['id']}/cancel")
        found = await scraped(client)
    assert found[at("kasal_executions_ended_total", status="CANCELLED")] == 1


async def test_what_a_worker_does_is_seen_by_every_api_process(each_container: Container) -> None:
    def work(run: RunScope, key: str) -> str:
        usage = {"prompt_tokens": 7, "completion_tokens": 3, "cost_usd": 0.5, "latency_ms": 300}
        run.emit(EventType.LLM_CALL_COMPLETED, {"model": "m", "answer": {}, **usage})
        run.emit(EventType.LLM_CALL_FAILED, {"model": "m", "error": {}})
        run.emit(EventType.TOOL_FAILED, {"tool": "t", "error": {}})
        recalled = {"via": "recall", "records": [], "latency_ms": 40}
        run.emit(EventType.MEMORY_RECALLED, recalled)
        return key

    parts = await WorkerParts.make(each_container, work)
    segment = await store_run(each_container, "a", "b")
    for wave in await parts.runs.prepare(segment):
        assert await parts.runs.run_task(segment, wave[0])
    await parts.runs.finish(segment)
    async with client_of(each_container) as client:
        found = await scraped(client)
    expected = {
        at("kasal_queue_wait_seconds_count"): 1,
        at("kasal_task_seconds_count", outcome="completed"): 2,
        at("kasal_executions_ended_total", status="COMPLETED"): 1,
        at("kasal_llm_call_seconds_sum"): 0.6,
        at("kasal_llm_calls_failed_total"): 2,
        at("kasal_tokens_total", kind="prompt"): 14,
        at("kasal_tokens_total", kind="completion"): 6,
        at("kasal_cost_usd_total"): 1.0,
        at("kasal_tool_calls_total", outcome="failed"): 2,
        at("kasal_memory_recall_seconds_sum", via="recall"): 0.08,
    }
    assert {name: found.get(name) for name in expected} == pytest.approx(expected)


async def test_counts_of_several_processes_add_up(each_container: Container) -> None:
    database = each_container.database
    for seconds in (0.2, 0.2, 700.0):
        one = Measures()
        one.observe(measures.TASK, seconds, "completed")
        one.count(measures.TOKENS, "prompt", amount=10)
        await one.store(database)
        await one.store(database)
    async with client_of(each_container) as client:
        found = await scraped(client)
    buckets = {
        le: found[at("kasal_task_seconds_bucket", outcome="completed", le=le)]
        for le in ("0.1", "0.25", "600.0", "+Inf")
    }
    assert buckets == {"0.1": 0, "0.25": 2, "600.0": 2, "+Inf": 3}
    assert found[at("kasal_task_seconds_count", outcome="completed")] == 3
    assert found[at("kasal_task_seconds_sum", outcome="completed")] == pytest.approx(700.4)
    assert found[at("kasal_tokens_total", kind="prompt")] == 30


async def test_requests_are_counted_by_route_and_never_by_id(client: httpx.AsyncClient) -> None:
    wanted = ids.new()
    await client.get(f"/executions/{wanted}")
    await client.get("/api/v1/made-up-by-somebody")
    text = (await client.get("/metrics")).text
    assert re.search(
        r'kasal_http_request_seconds_count{method="GET",route="/executions/{id}",status="404"} 1\.0',
        text,
    )
    assert 'route="other"' in text
    assert wanted not in text
    assert "made-up" not in text


async def test_no_group_and_no_name_is_shown(each_container: Container) -> None:
    async with client_of(each_container) as client:
        me = (await client.get("/me")).json()
        await client.post(
            "/executions",
            json={**crew_body("first", model="demo/demo"), "crew_name": "Canary crew"},
        )
        text = (await client.get("/metrics")).text
    assert "Canary" not in text
    for known in (me["email"], *(group["id"] for group in me["groups"])):
        assert known not in text


async def test_the_database_is_asked_once_in_five_seconds(
    make_container: MakeContainer, settings_for: SettingsFor
) -> None:
    clock = MovableClock()
    container = await make_container(settings_for(), clock=clock)
    async with client_of(container) as client:
        assert (await scraped(client))[at("kasal_executions", status="PENDING")] == 0
        await client.post("/executions", json=crew_body("first", model="demo/demo"))
        assert (await scraped(client))[at("kasal_executions", status="PENDING")] == 0
        clock.days = 6 / 86_400
        assert (await scraped(client))[at("kasal_executions", status="PENDING")] == 1


async def test_without_a_database_the_process_still_tells_of_itself(
    make_container: MakeContainer, settings_for: SettingsFor
) -> None:
    settings: Settings = settings_for("postgres")
    gone = settings.model_copy(update={"database_url": SecretStr("postgresql://x@127.0.0.1:1/x")})
    async with client_of(await make_container(gone)) as client:
        found = await scraped(client)
    assert found[at("kasal_database_up")] == 0
    assert at("process_cpu_seconds_total") in found
    assert at("kasal_workers") not in found


async def test_a_token_is_asked_for_where_one_is_set(
    make_container: MakeContainer, settings_for: SettingsFor
) -> None:
    container = await make_container(settings_for(kasal_metrics_token=SecretStr(TOKEN)))
    async with client_of(container) as client:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
            refused = await client.get("/metrics", headers=headers)
            assert (refused.status_code, TOKEN in refused.text) == (401, False)
        right = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert right.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "kasal.example.com"},
        {"X-Forwarded-For": "10.0.0.9"},
        {"Origin": "https://example.com"},
    ],
)
async def test_without_a_token_only_this_machine_is_told(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    refused = await client.get("/metrics", headers=headers)
    assert refused.status_code == 401
    assert "KASAL_METRICS_TOKEN" in refused.json()["detail"]
