import asyncio
from collections.abc import Callable

import pytest

from src.bootstrap import Container
from src.core.settings import Settings
from tests.conftest import MakeContainer
from tests.support.people import Person, client_as, make_person

ADA, BOB, CYD = "ada@example.com", "bob@example.com", "cyd@example.com"


@pytest.fixture
async def app(
    database_kind: str, settings_for: Callable[..., Settings], make_container: MakeContainer
) -> Container:
    return await make_container(settings_for(database_kind, kasal_auth_mode="token"))


@pytest.fixture
async def ada(app: Container) -> Person:
    return await make_person(app, ADA)


async def shared_group(app: Container, owner: Person) -> str:
    async with client_as(app, owner) as client:
        group_id: str = (await client.post("/groups", json={"name": "Team"})).json()["id"]
        return group_id


async def test_who_am_i_names_user_group_role_and_what_is_configured(
    app: Container, ada: Person
) -> None:
    async with client_as(app, ada) as client:
        await client.post("/api-keys", json={"name": "OPENAI_API_KEY", "value": "sk-1"})
        me = (await client.get("/me")).json()
    assert (me["email"], me["role"], me["is_system_admin"]) == (ADA, "admin", False)
    assert [group["personal"] for group in me["groups"]] == [True]
    configured = {item["name"]: item["configured"] for item in me["providers"]}
    assert configured["openai"] and configured["demo"] and not configured["anthropic"]


async def test_a_member_sees_the_group_and_a_stranger_does_not(app: Container, ada: Person) -> None:
    bob, cyd = await make_person(app, BOB), await make_person(app, CYD)
    group = await shared_group(app, ada)
    async with client_as(app, ada) as client:
        added = await client.post(f"/groups/{group}/members", json={"email": "Bob@Example.com"})
        assert (added.status_code, added.json()["role"]) == (201, "operator")
        again = await client.post(f"/groups/{group}/members", json={"email": BOB})
        assert again.status_code == 409
    async with client_as(app, bob, group_id=group) as client:
        assert (await client.get("/me")).json()["role"] == "operator"
        assert len((await client.get(f"/groups/{group}/members")).json()["items"]) == 2
        refused = await client.post(f"/groups/{group}/members", json={"email": CYD})
        assert refused.status_code == 403
        agent = {"name": "x", "config": {"role": "x", "goal": "x"}}
        assert (await client.post("/agents", json=agent)).status_code == 403
    async with client_as(app, cyd) as client:
        for path in (f"/groups/{group}", f"/groups/{group}/members"):
            assert (await client.get(path)).status_code == 404
    async with client_as(app, cyd, group_id=group) as client:
        assert (await client.get("/agents")).status_code == 404


async def test_the_last_admin_can_neither_leave_nor_step_down(app: Container, ada: Person) -> None:
    bob = await make_person(app, BOB)
    group = await shared_group(app, ada)
    async with client_as(app, ada) as client:
        own = f"/groups/{group}/members/{ada.user_id}"
        assert (await client.delete(own)).status_code == 409
        assert (await client.patch(own, json={"role": "editor"})).status_code == 409
        await client.post(f"/groups/{group}/members", json={"email": BOB, "role": "admin"})
        assert (await client.delete(own)).status_code == 204
    async with client_as(app, bob) as client:
        assert (await client.get(f"/groups/{group}")).json()["role"] == "admin"


async def test_two_admins_who_leave_at_once_leave_one_behind(app: Container, ada: Person) -> None:
    bob = await make_person(app, BOB)
    group = await shared_group(app, ada)
    async with client_as(app, ada) as a, client_as(app, bob) as b:
        await a.post(f"/groups/{group}/members", json={"email": BOB, "role": "admin"})
        answers = await asyncio.gather(
            a.delete(f"/groups/{group}/members/{ada.user_id}"),
            b.delete(f"/groups/{group}/members/{bob.user_id}"),
        )
    assert sorted(answer.status_code for answer in answers) == [204, 409]


async def test_a_member_may_leave_and_loses_access_at_once(app: Container, ada: Person) -> None:
    bob = await make_person(app, BOB)
    group = await shared_group(app, ada)
    async with client_as(app, ada) as client:
        await client.post(f"/groups/{group}/members", json={"email": BOB})
    async with client_as(app, bob, group_id=group) as client:
        assert (await client.delete(f"/groups/{group}/members/{bob.user_id}")).status_code == 204
        assert (await client.get("/agents")).status_code == 404


async def test_a_personal_group_takes_no_members(app: Container, ada: Person) -> None:
    async with client_as(app, ada) as client:
        refused = await client.post(f"/groups/{ada.group_id}/members", json={"email": BOB})
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


async def test_a_group_is_renamed_for_the_version_that_was_read(
    app: Container, ada: Person
) -> None:
    group = await shared_group(app, ada)
    async with client_as(app, ada) as client:
        renamed = await client.patch(
            f"/groups/{group}", json={"name": "New"}, headers={"If-Match": '"1"'}
        )
        assert (renamed.json()["name"], renamed.json()["version"]) == ("New", 2)
        late = await client.patch(
            f"/groups/{group}", json={"name": "Late"}, headers={"If-Match": '"1"'}
        )
        assert late.status_code == 412


@pytest.mark.parametrize("email", ["", "ada", "ada@x, bob@x", "a b@x", "аda@example.com"])
async def test_only_one_plain_address_is_an_address(
    app: Container, ada: Person, email: str
) -> None:
    group = await shared_group(app, ada)
    async with client_as(app, ada) as client:
        refused = await client.post(f"/groups/{group}/members", json={"email": email})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/email"
