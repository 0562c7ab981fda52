"""Forged headers give nothing, whatever the mode, however they are spelled."""

from collections.abc import Callable, Iterable

import httpx
import pytest

from src.bootstrap import Container
from src.core.settings import Settings
from src.services.people.access_token import AccessTokenService
from tests.conftest import MakeContainer
from tests.support.clock import MovableClock
from tests.support.http import app_of, client_of
from tests.support.people import Person, client_as, make_person

Headers = list[tuple[str, str]]
VICTIM = "ada@example.com"
PROXY = "10.1.2.3"

SPELLINGS: list[Headers] = [
    [("X-Forwarded-Email", VICTIM)],
    [("x-forwarded-email", VICTIM), ("x-forwarded-user", VICTIM)],
    [("X_Forwarded_Email", VICTIM)],
    [("X-Forwarded-Email ", VICTIM)],
    [("X-Forwarded-Preferred-Username", VICTIM), ("X-Forwarded-User", VICTIM)],
    [("X-Forwarded-Access-Token", "dapi-1"), ("X-Forwarded-Email", VICTIM)],
    [("X-Forwarded-For", PROXY), ("X-Forwarded-Email", VICTIM)],
    [("Forwarded", f"for={PROXY}"), ("X-Real-Ip", PROXY), ("X-Forwarded-Email", VICTIM)],
    [("X-User-Email", VICTIM), ("X-Auth-Request-Email", VICTIM), ("Remote-User", VICTIM)],
    [("group_id", "x"), ("X-Group_Id", "x"), ("X-Group-Email", VICTIM)],
]


def speak_from(
    container: Container, peer: str, headers: Iterable[tuple[str, str]], host: str = "localhost"
) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app_of(container), client=(peer, 50000))
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}", headers=[*headers])


@pytest.fixture
async def token_mode(
    settings_for: Callable[..., Settings], make_container: MakeContainer
) -> Container:
    return await make_container(settings_for(kasal_auth_mode="token"))


@pytest.fixture
async def app_mode(
    settings_for: Callable[..., Settings], make_container: MakeContainer
) -> Container:
    settings = settings_for(kasal_auth_mode="databricks_app", kasal_trusted_proxies="10.1.0.0/16")
    return await make_container(settings)


@pytest.fixture
async def victim(token_mode: Container) -> Person:
    return await make_person(token_mode, VICTIM)


@pytest.mark.parametrize("headers", SPELLINGS, ids=lambda headers: headers[0][0])
async def test_forwarded_headers_are_nobody_in_token_mode(
    token_mode: Container, victim: Person, headers: Headers
) -> None:
    for peer in ("127.0.0.1", PROXY):
        async with speak_from(token_mode, peer, headers) as client:
            answer = await client.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("headers", SPELLINGS, ids=lambda headers: headers[0][0])
async def test_forwarded_headers_change_nothing_in_local_mode(
    container: Container, headers: Headers
) -> None:
    async with speak_from(container, "127.0.0.1", headers) as client:
        answer = await client.get("/api/v1/me")
    assert answer.json()["email"] == "local@localhost"


@pytest.mark.parametrize("peer", ["192.0.2.7", "10.2.0.1", "127.0.0.1", "::1", "", "nonsense"])
async def test_only_the_proxy_may_name_the_user(app_mode: Container, peer: str) -> None:
    headers = [("X-Forwarded-Email", VICTIM), ("X-Forwarded-For", PROXY)]
    async with speak_from(app_mode, peer, headers) as client:
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_nobody_is_trusted_as_long_as_no_proxy_is_configured(
    settings_for: Callable[..., Settings], make_container: MakeContainer
) -> None:
    container = await make_container(settings_for(kasal_auth_mode="databricks_app"))
    async with speak_from(container, PROXY, [("X-Forwarded-Email", VICTIM)]) as client:
        assert (await client.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("X-Forwarded-Email", "")],
        [("X-Forwarded-Email", VICTIM), ("X-Forwarded-Email", "eve@example.com")],
        [("X-Forwarded-Email", f"eve@example.com, {VICTIM}")],
        [("X-Forwarded-Email", f"eve@example.com;{VICTIM}")],
        [("X-Forwarded-Email", f"{VICTIM} eve@example.com")],
        [("X-Forwarded-Email", "not an address")],
        [("X-Forwarded-Email", VICTIM), ("X-Forwarded-Access-Token", "a, b")],
        [
            ("X-Forwarded-Email", VICTIM),
            ("X-Forwarded-Access-Token", "a"),
            ("X-Forwarded-Access-Token", "b"),
        ],
        [("X_Forwarded_Email", VICTIM)],
        [("X-Forwarded-User", VICTIM), ("X-Forwarded-Preferred-Username", VICTIM)],
        [("Authorization", "Bearer anything")],
    ],
)
async def test_a_proxy_that_names_nobody_or_two_people_names_nobody(
    app_mode: Container, headers: Headers
) -> None:
    async with speak_from(app_mode, PROXY, headers) as client:
        assert (await client.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize("peer", [PROXY, f"::ffff:{PROXY}"])
async def test_the_proxy_names_the_user_whatever_the_case(app_mode: Container, peer: str) -> None:
    headers = [("x-forwarded-EMAIL", "Ada@Example.COM"), ("X-Forwarded-Access-Token", "dapi-1")]
    async with speak_from(app_mode, peer, headers) as client:
        me = (await client.get("/api/v1/me")).json()
    assert (me["email"], me["is_system_admin"]) == (VICTIM, False)


async def test_look_alike_addresses_are_different_people(app_mode: Container) -> None:
    groups = set()
    for email in ("john.smith@example.com", "john_smith@example.com", "john-smith@example.com"):
        async with speak_from(app_mode, PROXY, [("X-Forwarded-Email", email)]) as client:
            groups.add((await client.get("/api/v1/me")).json()["group_id"])
    assert len(groups) == 3


@pytest.mark.parametrize(
    "token",
    [
        "",
        "kasal_",
        "kasal__",
        "kasal_%00",
        "kasal_00000000-0000-0000-0000-000000000000_" + "x" * 43,
        "kasal_' OR 1=1 --",
        "x" * 10_000,
    ],
)
async def test_what_is_no_token_opens_nothing(token_mode: Container, token: str) -> None:
    async with client_of(token_mode, Authorization=f"Bearer {token}") as client:
        answer = await client.get("/me")
    assert answer.status_code == 401
    assert not token or token not in answer.text


async def test_a_token_with_one_wrong_character_or_in_company_opens_nothing(
    token_mode: Container, victim: Person
) -> None:
    last = "A" if victim.token[-1] != "A" else "B"
    wrong: list[Headers] = [
        [("Authorization", f"Bearer {victim.token[:-1]}{last}")],
        [("Authorization", f"Bearer {victim.token}"), ("Authorization", "Bearer x")],
        [("Authorization", f"Bearer {victim.token}, Bearer x")],
        [("Authorization", f"Basic {victim.token}")],
        [("Authorization", victim.token)],
        [("X-Authorization", f"Bearer {victim.token}")],
    ]
    for headers in wrong:
        async with speak_from(token_mode, "127.0.0.1", headers) as client:
            assert (await client.get("/api/v1/me")).status_code == 401


async def test_a_revoked_token_opens_nothing(token_mode: Container, victim: Person) -> None:
    tokens = AccessTokenService(token_mode.database, token_mode.clock)
    row = next(iter(await tokens.list()))
    assert row.email == VICTIM
    await tokens.revoke(row.id)
    async with client_as(token_mode, victim) as client:
        assert (await client.get("/me")).status_code == 401


async def test_a_token_ends_with_its_time(
    settings_for: Callable[..., Settings], make_container: MakeContainer
) -> None:
    clock = MovableClock()
    container = await make_container(settings_for(kasal_auth_mode="token"), clock=clock)
    person = await make_person(container, VICTIM)
    clock.days += 2
    async with client_as(container, person) as client:
        assert (await client.get("/me")).status_code == 401


async def test_a_group_that_is_not_mine_is_not_found(token_mode: Container, victim: Person) -> None:
    eve = await make_person(token_mode, "eve@example.com")
    async with client_as(token_mode, eve, group_id=victim.group_id) as client:
        assert (await client.get("/me")).status_code == 404
    assert await _group_of(token_mode, eve, [("x-group-id", victim.group_id)] * 2) == 400
    assert await _group_of(token_mode, eve, [("X-Group-Id", f"{eve.group_id},x")]) == 400
    assert await _group_of(token_mode, eve, [("X_Group_Id", victim.group_id)]) == eve.group_id
    assert await _group_of(token_mode, eve, [("X-Group-Id", eve.group_id.upper())]) == eve.group_id


async def _group_of(container: Container, person: Person, headers: Headers) -> int | str:
    headers = [("Authorization", f"Bearer {person.token}"), *headers]
    async with speak_from(container, "127.0.0.1", headers) as client:
        answer = await client.get("/api/v1/me")
    return str(answer.json()["group_id"]) if answer.status_code == 200 else answer.status_code


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "10.0.0.1", "testserver"]
)
async def test_local_mode_does_not_answer_to_another_name(container: Container, host: str) -> None:
    """A page whose name was made to resolve to 127.0.0.1 (DNS rebinding) drives no local server."""
    async with speak_from(container, "127.0.0.1", [], host) as client:
        assert (await client.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "127.0.0.1:8000", "[::1]", "[::1]:8000"]
)
async def test_local_mode_answers_to_every_name_of_this_machine(
    container: Container, host: str
) -> None:
    async with speak_from(container, "::1", [], host) as client:
        assert (await client.get("/api/v1/me")).status_code == 200


@pytest.mark.parametrize("peer", ["192.0.2.7", "10.0.0.1", "::ffff:10.0.0.1", "testclient", ""])
async def test_local_mode_answers_nobody_from_elsewhere(container: Container, peer: str) -> None:
    async with speak_from(container, peer, []) as client:
        assert (await client.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example"]
)
async def test_a_foreign_page_cannot_post_to_a_local_server(
    container: Container, origin: str
) -> None:
    async with speak_from(container, "127.0.0.1", [("Origin", origin)]) as client:
        assert (await client.post("/api/v1/groups", json={"name": "x"})).status_code == 401
    async with speak_from(container, "127.0.0.1", [("Origin", "http://localhost:5173")]) as client:
        assert (await client.post("/api/v1/groups", json={"name": "x"})).status_code == 201
