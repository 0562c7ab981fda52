"""Triggers: a signed call from outside starts a crew once, with inputs from its payload."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from src.bootstrap import Container
from src.core.crypto import KeyRing
from src.core.settings import Settings
from src.core.webhook_signature import sign
from tests.conftest import Kind, MakeContainer
from tests.support.clock import MovableClock
from tests.support.flows import agent, flow
from tests.support.http import client_of
from tests.support.people import Person, client_as, make_person
from tests.support.signed import Sender

HOURS = 1 / 24
DEFINITION = {
    "agents_yaml": {"a": {"role": "Clerk", "goal": "Sort"}},
    "tasks_yaml": {"t": {"description": "Sort {title}", "expected_output": "A line", "agent": "a"}},
    "model": "demo/demo",
}
PAYLOAD = {"issue": {"title": "Broken", "labels": ["bug", "old"]}, "sender": "ada"}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def container(
    database_kind: Kind,
    settings_for: Callable[..., Settings],
    make_container: MakeContainer,
    clock: MovableClock,
) -> Container:
    return await make_container(settings_for(database_kind), clock)


async def make(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    crew = await client.post("/crews", json={"name": "Desk", "definition": DEFINITION})
    body = {
        "name": "Issues",
        "crew_id": crew.json()["id"],
        "mapping": {"title": "issue.title"},
    } | changes
    made = await client.post("/triggers", json=body)
    assert made.status_code == 201, made.text
    shown: dict[str, Any] = made.json()
    return shown


def sender_of(client: httpx.AsyncClient, made: dict[str, Any], clock: MovableClock) -> Sender:
    return Sender(client, made["path"], made["secret"], clock.now())


async def runs(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/executions?limit=200")).json()["items"]
    return found


def test_signatures_are_those_of_standard_webhooks() -> None:
    # The example that the specification and its libraries publish.
    secret = SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    signed = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_a_signed_call_starts_the_crew_with_inputs_of_its_payload(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        request = {"inputs": {"tone": "dry", "title": "none"}, "priority": 3, "run_name": "desk"}
        mapping = {"title": "issue.title", "kinds": "issue.labels[?@ != 'old']", "event": "@"}
        made = await make(client, request=request, mapping=mapping)
        answer = await sender_of(client, made, clock).send(PAYLOAD)
        assert answer.status_code == 202, answer.text
        (run,) = await runs(client)
        assert answer.json() == {"execution_id": run["id"]}
        assert (run["trigger"], run["priority"], run["run_name"]) == ("webhook", 3, "desk")
        assert run["inputs"] == {
            "tone": "dry",
            "title": "Broken",
            "kinds": ["bug"],
            "event": PAYLOAD,
        }
        shown = (await client.get(f"/triggers/{made['id']}")).json()
        assert shown["last_execution_id"] == run["id"] and shown["version"] == made["version"]
        assert "secret" not in shown


async def test_a_delivery_that_comes_again_starts_nothing_and_is_answered_alike(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        made = await make(client)
        sender = sender_of(client, made, clock)
        answers = await asyncio.gather(*(sender.send(PAYLOAD) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {202}
        (run,) = await runs(client)
        assert {answer.json()["execution_id"] for answer in answers} == {run["id"]}
        first = [answer for answer in answers if "Idempotent-Replayed" not in answer.headers]
        assert len(first) == 1
        # Also much later, and when the crew is gone.
        clock.days = 2
        await client.delete(f"/crews/{made['crew_id']}")
        again = await sender.at(clock.now()).send(PAYLOAD)
        assert again.json() == {"execution_id": run["id"]}
        assert again.headers["Idempotent-Replayed"] == "true"


async def test_another_delivery_starts_another_run(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        sender = sender_of(client, await make(client), clock)
        answers = [await sender.send(PAYLOAD, f"msg_{number}") for number in range(3)]
        assert len({answer.json()["execution_id"] for answer in answers}) == 3


async def test_a_rotated_secret_goes_on_working_for_as_long_as_was_said(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        made = await make(client)
        old = sender_of(client, made, clock)
        shown = await client.post(f"/triggers/{made['id']}/rotate-secret", json={})
        assert shown.headers["Cache-Control"] == "no-store"
        new = old.knowing(shown.json()["secret"])
        assert new.secret != old.secret
        assert (await old.send(PAYLOAD, "a")).status_code == 202
        assert (await new.send(PAYLOAD, "b")).status_code == 202
        clock.days = 25 * HOURS
        assert (await old.at(clock.now()).send(PAYLOAD, "c")).status_code == 401
        assert (await new.at(clock.now()).send(PAYLOAD, "d")).status_code == 202


async def test_secrets_survive_a_change_of_the_encryption_key(
    container: Container, clock: MovableClock, make_container: MakeContainer
) -> None:
    async def with_ring(ring: str) -> Container:
        changed = container.settings.model_copy(update={"kasal_encryption_keys": SecretStr(ring)})
        return await make_container(changed, clock)

    before, after = KeyRing.generate(), KeyRing.generate()
    async with client_of(await with_ring(before)) as client:
        made = await make(client)
        rotated = await client.post(f"/triggers/{made['id']}/rotate-secret", json={})
    await (await with_ring(f"{after},{before}")).credentials.rotate()
    async with client_of(await with_ring(after)) as client:
        sender = sender_of(client, made, clock)
        assert (await sender.send(PAYLOAD, "a")).status_code == 202
        new = sender.knowing(rotated.json()["secret"])
        assert (await new.send(PAYLOAD, "b")).status_code == 202


async def test_a_secret_that_leaked_can_be_ended_at_once(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        made = await make(client)
        at = f"/triggers/{made['id']}/rotate-secret"
        await client.post(at, json={})
        shown = (await client.post(at, json={"overlap_s": 0})).json()
        assert shown["old_secret_until"] is None
        old = sender_of(client, made, clock)
        assert (await old.send(PAYLOAD, "a")).status_code == 401
        assert (await old.knowing(shown["secret"]).send(PAYLOAD, "b")).status_code == 202


@pytest.mark.parametrize(
    ("payload", "mapping", "status", "pointers"),
    [
        (b"{", {}, 400, []),
        (b'{"a": NaN}', {}, 400, []),
        (["title"], {}, 422, [""]),
        ({"a": "\x00"}, {}, 422, ["/a"]),
        ({"issue": {}}, {"title": "issue.title"}, 422, ["mapping/title"]),
        ({"a": "x"}, {"title": "a", "n": "sum(a)"}, 422, ["mapping/n"]),
        ({"a": "x"}, {"title": '`"\\u0000"`'}, 422, ["mapping/title"]),
        ({"a": ["x" * 30_000] * 8}, {"title": "[@, @, @, @, @]"}, 422, ["mapping/title"]),
        (
            {"a": "x"},
            {"title": "[[[[[@, @], [@, @]], [@, @]], [@, @, @, @]]]", "t": "b"},
            422,
            ["mapping/t"],
        ),
    ],
)
async def test_a_payload_that_does_not_give_the_inputs_is_refused_by_their_names(
    container: Container,
    clock: MovableClock,
    payload: Any,
    mapping: dict[str, str],
    status: int,
    pointers: list[str],
) -> None:
    async with client_of(container) as client:
        made = await make(client, mapping=mapping, request={"inputs": {"title": "t"}})
        answer = await sender_of(client, made, clock).send(payload)
        assert answer.status_code == status, answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == pointers
        assert await runs(client) == []
        shown = (await client.get(f"/triggers/{made['id']}")).json()
        assert shown["refused_because"] and shown["refused_at"]


async def test_a_crew_that_cannot_be_started_is_explained_to_its_owners_only(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        made = await make(client, mapping={})
        sender = sender_of(client, made, clock)
        answer = await sender.send(PAYLOAD)
        assert answer.status_code == 409 and "'title'" not in answer.text
        shown = (await client.get(f"/triggers/{made['id']}")).json()
        assert "'title'" in shown["refused_because"]
        # The refused delivery was not taken: it works when the trigger is mended.
        changed = {"mapping": {"title": "issue.title"}}
        mended = await client.patch(f"/triggers/{made['id']}", json=changed)
        assert mended.json()["refused_because"] is None
        assert (await sender.send(PAYLOAD)).status_code == 202


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"mapping": {"a": "b["}}, "/mapping/a"),
        ({"mapping": {"a/b": "nope("}}, "/mapping/a~1b"),
        ({"mapping": {str(n): "@" for n in range(51)}}, "/mapping"),
        ({"request": {"inputs": {str(n): 1 for n in range(200)}}}, "/mapping"),
        ({"colour": "red"}, "/colour"),
        ({"flow_id": "0" * 36}, "/flow_id"),
        ({"crew_id": None}, ""),
    ],
)
async def test_a_trigger_that_cannot_be_is_refused_with_a_pointer(
    container: Container, change: dict[str, Any], pointer: str
) -> None:
    async with client_of(container) as client:
        made = await make(client)
        body = {"name": "New", "crew_id": made["crew_id"], "mapping": {"title": "@"}} | change
        answer = await client.post("/triggers", json=body)
        assert answer.status_code == 422, answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_trigger_runs_for_the_member_who_set_it_up_and_says_when_that_one_has_left(
    database_kind: Kind,
    settings_for: Callable[..., Settings],
    make_container: MakeContainer,
    clock: MovableClock,
) -> None:
    settings = settings_for(database_kind, kasal_auth_mode="token")
    container = await make_container(settings, clock)
    ada, ben = [await make_person(container, f"{name}@example.com") for name in ("ada", "ben")]
    async with client_as(container, ada) as boss, client_of(container) as outside:
        group = (await boss.post("/groups", json={"name": "Desk"})).json()["id"]
        body = {"email": ben.email, "role": "admin"}
        await boss.post(f"/groups/{group}/members", json=body)
        async with client_as(container, ben, group_id=group) as client:
            made = await make(client)
        sender = sender_of(outside, made, clock)
        assert (await sender.send(PAYLOAD, "a")).status_code == 202
        await _remove(boss, group, ben)
        assert (await sender.send(PAYLOAD, "b")).status_code == 401
        async with client_as(container, ada, group_id=group) as client:
            shown = (await client.get(f"/triggers/{made['id']}")).json()
            assert "ben@example.com is no member" in shown["refused_because"]
            (run,) = await runs(client)
            assert run["created_by"] == "ben@example.com"
            await client.patch(f"/triggers/{made['id']}", json={"name": "Ada's"})
        assert (await sender.send(PAYLOAD, "b")).status_code == 202


async def _remove(client: httpx.AsyncClient, group: str, person: Person) -> None:
    members = (await client.get(f"/groups/{group}/members")).json()["items"]
    (id,) = [one["user_id"] for one in members if one["email"] == person.email]
    assert (await client.delete(f"/groups/{group}/members/{id}")).status_code == 204


async def test_deliveries_are_forgotten_when_nobody_repeats_them_any_more(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        sender = sender_of(client, await make(client), clock)
        first = (await sender.send(PAYLOAD)).json()["execution_id"]
        clock.days = 31
        assert await container.housekeeping("w1").tick() == 1
        again = await sender.at(clock.now()).send(PAYLOAD)
        assert again.json()["execution_id"] != first


async def test_a_window_of_five_minutes_lies_around_our_clock(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        sender = sender_of(client, await make(client), clock)
        for seconds, status in ((-301, 401), (-299, 202), (299, 202), (301, 401)):
            at = clock.now() + timedelta(seconds=seconds)
            answer = await sender.at(at).send(PAYLOAD, f"msg{seconds}")
            assert answer.status_code == status, seconds


async def test_a_signed_call_starts_a_flow(container: Container, clock: MovableClock) -> None:
    async with client_of(container) as client:
        drawn = {"name": "Steps", "definition": flow({"a": agent("Sort {title}")})}
        flow_id = (await client.post("/flows", json=drawn)).json()["id"]
        made = await make(client, mapping={"title": "issue.title"})
        at = f"/triggers/{made['id']}"
        changed = (await client.patch(at, json={"flow_id": flow_id})).json()
        assert (changed["crew_id"], changed["flow_id"]) == (None, flow_id)
        answer = await sender_of(client, made, clock).send(PAYLOAD)
        assert answer.status_code == 202, answer.text
        (run,) = await runs(client)
        assert (run["kind"], run["flow_id"], run["trigger"]) == ("flow", flow_id, "webhook")
        assert run["inputs"] == {"title": "Broken"}
        both = await client.patch(at, json={"flow_id": flow_id, "crew_id": made["crew_id"]})
        assert [error["pointer"] for error in both.json()["errors"]] == ["/flow_id"]
        model = await client.patch(at, json={"request": {"model": "demo/demo"}})
        assert [error["pointer"] for error in model.json()["errors"]] == ["/request/model"]
        back = (await client.patch(at, json={"crew_id": made["crew_id"]})).json()
        assert (back["crew_id"], back["flow_id"]) == (made["crew_id"], None)
        await client.patch(at, json={"flow_id": flow_id})
        await client.delete(f"/flows/{flow_id}")
        refused = await sender_of(client, made, clock).send(PAYLOAD, "msg_2")
        assert refused.status_code == 409
        assert refused.json()["detail"].startswith("the flow of this trigger cannot be started")


async def test_a_delivery_starts_nothing_again_though_its_run_was_deleted(
    container: Container, clock: MovableClock
) -> None:
    async with client_of(container) as client:
        made = await make(client)
        sender = sender_of(client, made, clock)
        id = (await sender.send(PAYLOAD)).json()["execution_id"]
        await client.post(f"/executions/{id}/cancel")
        assert (await client.delete(f"/executions/{id}")).status_code == 204
        again = await sender.send(PAYLOAD)
        assert (again.status_code, again.json()) == (202, {"execution_id": None})
        assert again.headers["Idempotent-Replayed"] == "true"
        assert await runs(client) == []
        shown = (await client.get(f"/triggers/{made['id']}")).json()
        assert shown["last_execution_id"] is None
