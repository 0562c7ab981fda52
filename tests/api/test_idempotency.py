import asyncio
from typing import Any

from src.bootstrap import Container
from src.core.settings import Settings
from tests.conftest import MakeContainer, SettingsFor
from tests.support.clock import MovableClock
from tests.support.http import client_of
from tests.support.operations import DEFINITION
from tests.support.people import client_as, make_person

BODY = {"document": DEFINITION, "name": "Imported"}
KEY = {"Idempotency-Key": "k-1"}


async def imported(client: Any) -> int:
    crews = (await client.get("/crews", params={"limit": 200})).json()["items"]
    return [crew["name"] for crew in crews].count("Imported")


async def test_fifty_at_once_take_effect_once(each_container: Container) -> None:
    async with client_of(each_container) as client:
        await client.get("/me")
        answers = await asyncio.gather(
            *(client.post("/crews/import", json=BODY, headers=KEY) for _ in range(50))
        )
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        replayed = [answer.headers.get("Idempotent-Replayed") for answer in answers]
        assert replayed.count(None) == 1
        assert await imported(client) == 1


async def test_a_failed_request_leaves_its_key_free(container: Container) -> None:
    async with client_of(container) as client:
        bad = {"document": {"agents": {}, "tasks": {}, "nonsense": 1}}
        assert (await client.post("/crews/import", json=bad, headers=KEY)).status_code == 422
        assert (await client.post("/crews/import", json=BODY, headers=KEY)).status_code == 201


async def test_a_key_belongs_to_its_user_and_group(
    settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    container = await make_container(settings_for(kasal_auth_mode="token"))
    for email in ("ada@example.com", "bob@example.com"):
        async with client_as(container, await make_person(container, email)) as client:
            answer = await client.post("/crews/import", json=BODY, headers=KEY)
            assert "Idempotent-Replayed" not in answer.headers
            assert await imported(client) == 1


async def test_a_key_is_forgotten_after_a_day(
    settings_for: SettingsFor, make_container: MakeContainer, database_kind: str
) -> None:
    clock = MovableClock()
    settings: Settings = settings_for(database_kind)
    container = await make_container(settings, clock=clock)
    async with client_of(container) as client:
        await client.post("/crews/import", json=BODY, headers=KEY)
        clock.days = 0.9
        again = await client.post("/crews/import", json=BODY, headers=KEY)
        assert again.headers["Idempotent-Replayed"] == "true"
        house = container.housekeeping("w1")
        assert await house.tick() == 0
        clock.days = 1.1
        fresh = await client.post("/crews/import", json={**BODY, "note": "new"}, headers=KEY)
        assert fresh.status_code == 201
        assert await imported(client) == 2
        clock.days = 2.2
        assert await house.tick() == 1
