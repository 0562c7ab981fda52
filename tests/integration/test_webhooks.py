"""Webhooks: what happens in a group is told to a real receiver, signed, until it has answered."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from src.bootstrap import Container
from src.core.settings import Settings
from src.engines.base import RunScope, Segment
from src.services.jobs.handler import JobKind
from src.services.jobs.runner import JobRunnerService
from src.services.runs.ownership import Ownership
from src.worker.jobs import job_handlers
from tests.conftest import Kind, MakeContainer
from tests.support.clock import MovableClock
from tests.support.http import client_of
from tests.support.http_recorder import Answer, HttpRecorder, Received, http_recorder
from tests.support.jobs import RememberedQueue
from tests.support.people import client_as, make_person
from tests.support.rows import SampleRows
from tests.support.signed import signature
from tests.support.worker_parts import WORKER, FakeLease, WorkerParts

SECRET_WORD = "zebra"
DEFINITION = {
    "agents_yaml": {"a": {"role": "Clerk", "goal": "Sort"}},
    "tasks_yaml": {"t": {"description": "Sort {x}", "expected_output": "A line", "agent": "a"}},
    "model": "demo/demo",
    "inputs": {"x": SECRET_WORD},
    "crew_name": "Desk",
}
ENDS = ["execution_completed", "execution_failed", "execution_cancelled"]


@pytest.fixture
def receiver() -> Iterator[HttpRecorder]:
    with http_recorder({"/hook": Answer()}) as recorder:
        yield recorder


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def settings(database_kind: Kind, settings_for: Callable[..., Settings]) -> Settings:
    return settings_for(database_kind, kasal_allow_private_urls=True)


@pytest.fixture
async def container(
    settings: Settings, make_container: MakeContainer, clock: MovableClock
) -> Container:
    return await make_container(settings, clock)


async def make(client: httpx.AsyncClient, receiver: HttpRecorder, **changes: Any) -> dict[str, Any]:
    body = {"name": "Ops", "url": f"{receiver.url}/hook", "events": ENDS} | changes
    made = await client.post("/webhooks", json=body)
    assert made.status_code == 201, made.text
    shown: dict[str, Any] = made.json()
    return shown


async def start(client: httpx.AsyncClient) -> Segment:
    started = await client.post("/executions", json=DEFINITION)
    assert started.status_code == 202, started.text
    shown = (await client.get(f"/executions/{started.json()['id']}")).json()
    return Segment(shown["id"], shown["group_id"], 1)


async def run_to_its_end(
    container: Container, segment: Segment, work: Callable[[RunScope, str], str]
) -> None:
    parts = await WorkerParts.make(container, work)
    await parts.runs.prepare(segment)
    if await parts.runs.run_task(segment, "t"):
        await parts.runs.finish(segment)


async def deliveries(client: httpx.AsyncClient, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    """As the log of deliveries has them, the first one first."""
    found = await client.get("/jobs", params={"subject": webhook["id"]})
    items: list[dict[str, Any]] = found.json()["items"]
    return items[::-1]


class Deliverer:
    """What a worker does with the jobs of webhooks."""

    def __init__(self, container: Container, client: httpx.AsyncClient) -> None:
        self.queue = RememberedQueue()
        self._client, self._database = client, container.database
        handler = job_handlers(container)[JobKind.WEBHOOK]
        self._runner = JobRunnerService(
            container.database,
            container.clock,
            self.queue,
            container.settings.key_ring,
            {JobKind.WEBHOOK: handler},
            Ownership(WORKER, FakeLease()),
        )

    async def work(self, webhook: dict[str, Any]) -> list[dict[str, Any]]:
        """One turn of everything that is not delivered; the log after it."""
        async with self._database.write() as uow:
            await uow.repo(SampleRows).lease(expires_at=0.0)
        for job in await deliveries(self._client, webhook):
            if job["status"] == "queued":
                await self._runner.run_job(job["id"], job["group_id"])
        return await deliveries(self._client, webhook)


def told(request: Received) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(request.body)
    return body


def is_signed(request: Received, secret: str) -> bool:
    headers = request.headers
    expected = signature(secret, headers["webhook-id"], headers["webhook-timestamp"], request.body)
    return f"v1,{expected}" in headers["webhook-signature"].split()


async def test_the_ends_of_runs_are_told_signed_and_without_inputs_and_outputs(
    container: Container, clock: MovableClock, receiver: HttpRecorder
) -> None:
    def fail(run: RunScope, key: str) -> str:
        raise RuntimeError(SECRET_WORD)

    async with client_of(container) as client:
        webhook = await make(client, receiver)
        segments = [await start(client) for _ in range(3)]
        await run_to_its_end(container, segments[0], lambda run, key: SECRET_WORD)
        await run_to_its_end(container, segments[1], fail)
        await client.post(f"/executions/{segments[2].execution_id}/cancel")
        log = await Deliverer(container, client).work(webhook)
    assert [job["status"] for job in log] == ["done"] * 3
    assert [job["result"] for job in log] == [{"sent": True, "status": 200}] * 3
    assert [told(request)["type"] for request in receiver.received] == ENDS
    for request, segment, job in zip(receiver.received, segments, log, strict=True):
        assert request.method == "POST" and is_signed(request, webhook["secret"])
        assert request.headers["webhook-id"] == job["id"]
        assert request.headers["webhook-timestamp"] == str(int(clock.now().timestamp()))
        body = told(request)
        assert body["at"] == clock.now().isoformat() and body["group_id"] == segment.group_id
        assert body["data"]["execution_id"] == segment.execution_id
        assert body["data"]["crew_name"] == "Desk"
        assert body["data"]["links"]["self"] == f"/api/v1/executions/{segment.execution_id}"
        assert SECRET_WORD not in request.body.decode()
    assert [told(one)["data"]["status"] for one in receiver.received] == [
        "COMPLETED",
        "FAILED",
        "CANCELLED",
    ]


async def test_outputs_are_told_only_where_the_webhook_says_so_and_while_they_are_there(
    container: Container, receiver: HttpRecorder
) -> None:
    async with client_of(container) as client:
        webhook = await make(client, receiver, include_outputs=True)
        kept, deleted = await start(client), await start(client)
        for segment in (kept, deleted):
            await run_to_its_end(container, segment, lambda run, key: SECRET_WORD)
        await client.delete(f"/executions/{deleted.execution_id}")
        await Deliverer(container, client).work(webhook)
    results = [told(request)["data"]["result"] for request in receiver.received]
    assert results == [{"raw": SECRET_WORD, "json": None}, None]


async def test_an_event_that_the_webhook_does_not_want_is_not_told(
    container: Container, receiver: HttpRecorder
) -> None:
    async with client_of(container) as client:
        webhook = await make(client, receiver, events=["execution_completed"])
        segment = await start(client)
        await client.post(f"/executions/{segment.execution_id}/cancel")
        assert await deliveries(client, webhook) == []


async def test_a_receiver_that_fails_is_asked_again_with_growing_pauses_and_the_same_id(
    container: Container, clock: MovableClock, receiver: HttpRecorder
) -> None:
    async with client_of(container) as client:
        webhook = await make(client, receiver)
        segment = await start(client)
        await client.post(f"/executions/{segment.execution_id}/cancel")
        deliverer = Deliverer(container, client)
        for status, headers in ((500, {}), (302, {"Location": "/other"}), (429, {})):
            receiver.answers["/hook"] = Answer(status=status, headers=headers)
            (job,) = await deliverer.work(webhook)
            assert job["status"] == "queued" and str(status) in job["error"]["message"]
            clock.days += 1 / 24
        receiver.answers["/hook"] = Answer(status=503, headers={"Retry-After": "120"})
        await deliverer.work(webhook)
        receiver.answers["/hook"] = Answer(status=204)
        (job,) = await deliverer.work(webhook)
    assert job["status"] == "done"
    assert [turn.after_s for turn in deliverer.queue.turns] == [2.0, 4.0, 8.0, 120.0]
    assert {request.path for request in receiver.received} == {"/hook"}
    assert {request.headers["webhook-id"] for request in receiver.received} == {job["id"]}
    # Each try is signed anew: receivers refuse what is older than minutes.
    assert len({request.headers["webhook-timestamp"] for request in receiver.received}) == 4
    assert all(is_signed(request, webhook["secret"]) for request in receiver.received)


async def test_nobody_at_the_address_is_tried_again_too(
    container: Container, receiver: HttpRecorder
) -> None:
    async with client_of(container) as client:
        webhook = await make(client, receiver, url="http://127.0.0.1:1/hook/token")
        segment = await start(client)
        await client.post(f"/executions/{segment.execution_id}/cancel")
        (job,) = await Deliverer(container, client).work(webhook)
    assert job["status"] == "queued"
    assert "127.0.0.1" in job["error"]["message"] and "token" not in job["error"]["message"]


async def test_an_address_that_is_gone_disables_its_webhook(
    container: Container, receiver: HttpRecorder
) -> None:
    async with client_of(container) as client:
        webhook = await make(client, receiver)
        receiver.answers["/hook"] = Answer(status=410)
        for segment in (await start(client), await start(client)):
            await client.post(f"/executions/{segment.execution_id}/cancel")
        log = await Deliverer(container, client).work(webhook)
        assert [job["status"] for job in log] == ["failed", "done"]
        assert log[0]["error"]["code"] == "webhook-gone"
        assert log[1]["result"]["sent"] is False and len(receiver.received) == 1
        shown = (await client.get(f"/webhooks/{webhook['id']}")).json()
        assert (shown["enabled"], shown["disabled_because"]) == (
            False,
            "the address answered 410 Gone",
        )
        again = await client.patch(f"/webhooks/{webhook['id']}", json={"enabled": True})
        assert (again.json()["enabled"], again.json()["disabled_because"]) == (True, None)


async def test_what_was_deleted_or_disabled_is_not_called_any_more(
    container: Container, receiver: HttpRecorder
) -> None:
    async with client_of(container) as client:
        deleted = await make(client, receiver)
        disabled = await make(client, receiver, name="Other")
        segment = await start(client)
        await client.post(f"/executions/{segment.execution_id}/cancel")
        await client.delete(f"/webhooks/{deleted['id']}")
        await client.patch(f"/webhooks/{disabled['id']}", json={"enabled": False})
        for webhook in (deleted, disabled):
            (job,) = await Deliverer(container, client).work(webhook)
            assert (job["status"], job["result"]["sent"]) == ("done", False)
        other = await start(client)
        await client.post(f"/executions/{other.execution_id}/cancel")
        assert len(await deliveries(client, disabled)) == 1
    assert receiver.received == []


async def test_while_a_secret_changes_deliveries_are_signed_with_both(
    container: Container, clock: MovableClock, receiver: HttpRecorder
) -> None:
    async with client_of(container) as client:
        webhook = await make(client, receiver)
        at = f"/webhooks/{webhook['id']}"
        new = (await client.post(f"{at}/rotate-secret", json={"overlap_s": 60})).json()["secret"]
        assert (await client.post(f"{at}/test")).json()["ok"]
        clock.days = 1
        assert (await client.post(f"{at}/test")).json()["ok"]
    before, after = receiver.received
    assert is_signed(before, webhook["secret"]) and is_signed(before, new)
    assert is_signed(after, new) and not is_signed(after, webhook["secret"])


async def test_a_test_says_what_the_receiver_answers(
    container: Container, receiver: HttpRecorder
) -> None:
    async with client_of(container) as client:
        webhook = await make(client, receiver)
        at = f"/webhooks/{webhook['id']}"
        assert (await client.post(f"{at}/test")).json()["status"] == 200
        (request,) = receiver.received
        assert told(request)["type"] == "test" and is_signed(request, webhook["secret"])
        receiver.answers["/hook"] = Answer(status=404)
        failed = (await client.post(f"{at}/test")).json()
        assert (failed["ok"], failed["status"]) == (False, 404)
        await client.patch(at, json={"url": "http://127.0.0.1:1/"})
        failed = (await client.post(f"{at}/test")).json()
        assert (failed["ok"], failed["error"]["code"]) == (False, "no-answer")
        assert await deliveries(client, webhook) == []


async def test_a_schedule_that_pauses_itself_is_told(
    database_kind: Kind,
    settings_for: Callable[..., Settings],
    make_container: MakeContainer,
    receiver: HttpRecorder,
) -> None:
    clock = MovableClock(datetime(2026, 11, 2, tzinfo=UTC))
    settings = settings_for(database_kind, kasal_auth_mode="token", kasal_allow_private_urls=True)
    container = await make_container(settings, clock)
    ada, ben = [await make_person(container, f"{name}@example.com") for name in ("ada", "ben")]
    async with client_as(container, ada) as boss:
        group = (await boss.post("/groups", json={"name": "Desk"})).json()["id"]
        member = {"email": ben.email, "role": "editor"}
        id = (await boss.post(f"/groups/{group}/members", json=member)).json()["user_id"]
        async with client_as(container, ben, group_id=group) as client:
            crew = await client.post("/crews", json={"name": "Desk", "definition": _saved()})
            body = {"name": "Mornings", "crew_id": crew.json()["id"], "delay_s": 60}
            schedule = (await client.post("/schedules", json=body)).json()
        await boss.delete(f"/groups/{group}/members/{id}")
    async with client_as(container, ada, group_id=group) as client:
        webhook = await make(client, receiver, events=["schedule_paused"])
        clock.days = timedelta(minutes=2) / timedelta(days=1)
        await asyncio.gather(*(container.schedule_tick.tick() for _ in range(3)))
        await Deliverer(container, client).work(webhook)
    (request,) = receiver.received
    data = told(request)["data"]
    assert (data["schedule_id"], data["schedule_name"]) == (schedule["id"], "Mornings")
    assert "ben@example.com is no member" in data["because"]


def _saved() -> dict[str, Any]:
    left_out = ("inputs", "crew_name")
    return {name: value for name, value in DEFINITION.items() if name not in left_out}


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"url": "http://169.254.169.254/"}, "unsafe-url", "/url"),
        ({"url": "http://127.0.0.1:9/"}, "unsafe-url", "/url"),
        ({"url": "http://u:p@example.com/"}, "unsafe-url", "/url"),
        ({"url": "ftp://example.com/"}, "invalid", "/url"),
        ({"events": []}, "invalid", "/events"),
        ({"events": ["birthday"]}, "invalid", "/events/0"),
        ({"colour": "red"}, "invalid", "/colour"),
    ],
)
async def test_a_webhook_that_cannot_be_is_refused_with_a_pointer(
    settings: Settings,
    make_container: MakeContainer,
    change: dict[str, Any],
    code: str,
    pointer: str,
) -> None:
    strict = settings.model_copy(update={"kasal_allow_private_urls": False})
    async with client_of(await make_container(strict)) as client:
        body = {"name": "Ops", "url": "https://example.com/hook", "events": ENDS}
        made = await client.post("/webhooks", json=body)
        for answer in (
            await client.post("/webhooks", json=body | change),
            await client.patch(f"/webhooks/{made.json()['id']}", json=change),
        ):
            assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
            assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_an_address_that_became_private_is_not_called(
    container: Container,
    make_container: MakeContainer,
    settings: Settings,
    clock: MovableClock,
    receiver: HttpRecorder,
) -> None:
    async with client_of(container) as client:
        webhook = await make(client, receiver)
        segment = await start(client)
        await client.post(f"/executions/{segment.execution_id}/cancel")
    strict = settings.model_copy(update={"kasal_allow_private_urls": False})
    later = await make_container(strict, clock)
    async with client_of(later) as client:
        (job,) = await Deliverer(later, client).work(webhook)
        assert (job["status"], job["error"]["code"]) == ("failed", "unsafe-url")
        answer = (await client.post(f"/webhooks/{webhook['id']}/test")).json()
        assert (answer["ok"], answer["error"]["code"]) == (False, "unsafe-url")
    assert receiver.received == []
