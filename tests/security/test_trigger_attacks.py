"""The one address that anybody may call: whoever does not know the secret learns and changes nothing."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from src.bootstrap import Container
from src.core.settings import Settings
from tests.conftest import Kind, MakeContainer
from tests.support.clock import MovableClock
from tests.support.http import client_of
from tests.support.people import client_as, make_person
from tests.support.signed import Sender, signature

BODY = b'{"n": 1}'
DEFINITION = {
    "agents_yaml": {"a": {"role": "Clerk", "goal": "Sort"}},
    "tasks_yaml": {"t": {"description": "Sort", "expected_output": "A line", "agent": "a"}},
    "model": "demo/demo",
}


@dataclass(frozen=True)
class Scene:
    container: Container
    clock: MovableClock
    outside: httpx.AsyncClient
    ada: httpx.AsyncClient
    bob: httpx.AsyncClient
    adas: dict[str, Any]
    bobs: dict[str, Any]
    """Triggers with their secrets."""

    def sender(self, trigger: dict[str, Any]) -> Sender:
        return Sender(self.outside, trigger["path"], trigger["secret"], self.clock.now())

    async def runs(self) -> int:
        found = [(await one.get("/executions")).json()["items"] for one in (self.ada, self.bob)]
        return sum(len(items) for items in found)


@pytest.fixture
async def scene(
    database_kind: Kind, settings_for: Callable[..., Settings], make_container: MakeContainer
) -> AsyncIterator[Scene]:
    clock = MovableClock()
    settings = settings_for(database_kind, kasal_auth_mode="token")
    container = await make_container(settings, clock)
    ada, bob = [await make_person(container, f"{name}@example.com") for name in ("ada", "bob")]
    async with (
        client_of(container) as outside,
        client_as(container, ada) as ada_client,
        client_as(container, bob) as bob_client,
    ):
        adas, bobs = await make(ada_client), await make(bob_client)
        yield Scene(container, clock, outside, ada_client, bob_client, adas, bobs)


async def make(client: httpx.AsyncClient) -> dict[str, Any]:
    crew = await client.post("/crews", json={"name": "Desk", "definition": DEFINITION})
    body = {"name": "Issues", "crew_id": crew.json()["id"], "mapping": {"n": "n"}}
    made: dict[str, Any] = (await client.post("/triggers", json=body)).json()
    return made


async def attacks(scene: Scene) -> dict[str, httpx.Response]:
    """Everything that has to be answered alike, by what is wrong with it."""
    good, client, path = scene.sender(scene.adas), scene.outside, scene.adas["path"]
    signed = good.headers(BODY, "msg_x")
    stamp, value = signed["webhook-timestamp"], signed["webhook-signature"]
    other = signature(scene.bobs["secret"], "msg_x", stamp, BODY)

    async def post(at: str, body: bytes = BODY, **changed: str) -> httpx.Response:
        headers = signed | {name.replace("_", "-"): text for name, text in changed.items()}
        return await client.post(at, content=body, headers=headers)

    disabled = await make_disabled(scene)
    return {
        "no headers": await client.post(path, content=BODY),
        "another body": await post(path, b'{"n": 2}'),
        "no body": await post(path, b""),
        "another delivery": await post(path, webhook_id="msg_y"),
        "another time": await post(path, webhook_timestamp=str(int(stamp) + 1)),
        "no number": await post(path, webhook_timestamp="now"),
        "a huge number": await post(path, webhook_timestamp="9" * 400),
        "another version": await post(path, webhook_signature=value.replace("v1,", "v2,")),
        "no signature": await post(path, webhook_signature=""),
        "only the version": await post(path, webhook_signature="v1,"),
        "the secret of another group": await post(path, webhook_signature=f"v1,{other}"),
        "too many signatures": await post(path, webhook_signature="v1,x " * 10 + value),
        "a delivery that is no id": await post(path, webhook_id="a b"),
        "a trigger that is not there": await post("/hooks/00000000-0000-7000-8000-000000000000"),
        "an address that is no id": await post("/hooks/%00%ff"),
        "the trigger of another group": await post(scene.bobs["path"]),
        "a stale call": await good.at(scene.clock.now() - timedelta(seconds=301)).send({}, "s"),
        "a call from the future": await good.at(scene.clock.now() + timedelta(hours=1)).send({}),
        "a disabled trigger": await disabled.send({"n": 1}),
    }


async def make_disabled(scene: Scene) -> Sender:
    body = {"name": "Off", "crew_id": scene.adas["crew_id"], "enabled": False}
    return scene.sender((await scene.ada.post("/triggers", json=body)).json())


async def test_whatever_is_wrong_is_answered_alike_and_changes_nothing(scene: Scene) -> None:
    before = await read(scene)
    answers = await attacks(scene)
    words = {what: _words(answer) for what, answer in answers.items()}
    assert {answer.status_code for answer in answers.values()} == {401}, words
    assert len(set(words.values())) == 1, words
    headers = {frozenset(answer.headers.keys()) for answer in answers.values()}
    assert len(headers) == 1
    assert await scene.runs() == 0
    assert await read(scene) == before
    # The scene was right: the same call with nothing wrong is taken.
    assert (await scene.sender(scene.adas).send({"n": 1})).status_code == 202


async def test_a_recorded_call_that_is_replayed_starts_nothing(scene: Scene) -> None:
    headers = scene.sender(scene.adas).headers(BODY, "msg_1")
    path = scene.adas["path"]
    first = await scene.outside.post(path, content=BODY, headers=headers)
    again = await scene.outside.post(path, content=BODY, headers=headers)
    assert first.json() == again.json()
    scene.clock.days = 6 / 1440
    assert (await scene.outside.post(path, content=BODY, headers=headers)).status_code == 401
    # Nor does it work at another address, where the same delivery is not known.
    other = await scene.outside.post(scene.bobs["path"], content=BODY, headers=headers)
    assert other.status_code == 401
    assert await scene.runs() == 1


async def test_a_huge_call_is_refused_before_anybody_reads_it(scene: Scene) -> None:
    largest = json.dumps({"n": "x" * (262_144 - 9)}).encode()
    sender = scene.sender(scene.adas)
    assert len(largest) == 262_144
    assert (await sender.send(largest, "fits")).status_code == 202
    assert (await sender.send(largest + b" ", "over")).status_code == 413

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 65_536

    headers = sender.headers(b"", "endless")
    answer = await scene.outside.post(scene.adas["path"], content=endless(), headers=headers)
    assert answer.status_code == 413


async def test_a_login_of_kasal_opens_no_trigger(scene: Scene) -> None:
    assert (await scene.ada.post(scene.adas["path"], json={"n": 1})).status_code == 401


async def test_nobody_but_administrators_changes_triggers_and_webhooks(scene: Scene) -> None:
    group = (await scene.ada.post("/groups", json={"name": "Desk"})).json()["id"]
    cat = await make_person(scene.container, "cat@example.com")
    member = {"email": cat.email, "role": "editor"}
    await scene.ada.post(f"/groups/{group}/members", json=member)
    webhook = {"name": "w", "url": "https://example.com", "events": ["execution_failed"]}
    async with client_as(scene.container, cat, group_id=group) as client:
        id = scene.adas["id"]
        for method, path, body in (
            ("POST", "/triggers", {"name": "n", "crew_id": scene.adas["crew_id"]}),
            ("PATCH", f"/triggers/{id}", {"enabled": True}),
            ("DELETE", f"/triggers/{id}", None),
            ("POST", f"/triggers/{id}/rotate-secret", {}),
            ("POST", "/webhooks", webhook),
            ("PATCH", f"/webhooks/{id}", {"enabled": True}),
            ("DELETE", f"/webhooks/{id}", None),
            ("POST", f"/webhooks/{id}/rotate-secret", {}),
            ("POST", f"/webhooks/{id}/test", None),
        ):
            answer = await client.request(method, path, json=body)
            assert answer.status_code == 403, f"{method} {path}"


async def test_a_secret_is_shown_once_and_kept_sealed(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    body = {"name": "w", "url": "https://example.com", "events": ["execution_failed"]}
    webhook = (await scene.ada.post("/webhooks", json=body)).json()
    shown = [scene.adas["secret"], webhook["secret"]]
    places = (f"/triggers/{scene.adas['id']}", f"/webhooks/{webhook['id']}")
    for at in places:
        shown.append((await scene.ada.post(f"{at}/rotate-secret", json={})).json()["secret"])
    await scene.sender(scene.adas).send({"n": 1})
    said = caplog.text
    for path in (*places, "/triggers", "/webhooks", "/jobs"):
        said += (await scene.ada.get(path)).text
    for at in places:
        said += (await scene.ada.patch(at, json={"enabled": True})).text
    assert len(set(shown)) == 4
    for secret in shown:
        assert secret.startswith("whsec_") and secret not in said


async def read(scene: Scene) -> list[dict[str, Any]]:
    return [
        (await client.get(f"/triggers/{trigger['id']}")).json()
        for client, trigger in ((scene.ada, scene.adas), (scene.bob, scene.bobs))
    ]


def _words(answer: httpx.Response) -> str:
    return answer.text.replace(answer.headers["X-Request-Id"], "")
