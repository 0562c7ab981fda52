"""Signing in from a browser: the token is out of reach of scripts, and other sites cannot use the cookie."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from src.api.session_cookie import COOKIE
from src.bootstrap import Container
from src.core.settings import Settings
from tests.conftest import MakeContainer
from tests.support.http import client_of
from tests.support.people import Person, client_as, make_person

OURS = {"Sec-Fetch-Site": "same-origin"}
NEW_AGENT = {"name": "New", "config": {"role": "Analyst", "goal": "Look"}}


@pytest.fixture
async def token_mode(
    settings_for: Callable[..., Settings], make_container: MakeContainer
) -> Container:
    return await make_container(settings_for(kasal_auth_mode="token"))


@pytest.fixture
async def ada(token_mode: Container) -> Person:
    return await make_person(token_mode, "ada@example.com")


async def sign_in(container: Container, person: Person, **headers: str) -> httpx.Response:
    async with client_as(container, person) as client:
        return await client.post("/session", headers=headers)


@asynccontextmanager
async def browser_of(container: Container, person: Person) -> AsyncIterator[httpx.AsyncClient]:
    """One that signed in, and sends nothing but the cookie."""
    cookie = (await sign_in(container, person)).cookies[COOKIE]
    async with client_of(container, Cookie=f"{COOKIE}={cookie}") as client:
        yield client


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    token_mode: Container, ada: Person
) -> None:
    answer = await sign_in(token_mode, ada)
    assert answer.status_code == 204
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=v1.") and ada.token not in cookie
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie
    assert "Secure" not in cookie


async def test_over_https_the_cookie_never_goes_over_http(
    token_mode: Container, ada: Person
) -> None:
    answer = await sign_in(token_mode, ada, Origin="https://kasal.example.com")
    assert "Secure" in answer.headers["Set-Cookie"]


async def test_the_cookie_says_who_asks(token_mode: Container, ada: Person) -> None:
    async with browser_of(token_mode, ada) as browser:
        assert (await browser.get("/me")).json()["email"] == "ada@example.com"


@pytest.mark.parametrize("made", ["{token}", "v1.k.a.b", "v1.{kid}.a.b", "v1.{kid}.{long}.{long}"])
async def test_a_cookie_that_this_server_did_not_make_means_nobody(
    token_mode: Container, ada: Person, made: str
) -> None:
    kid = token_mode.settings.key_ring.current_kid
    cookie = made.format(token=ada.token, kid=kid, long="QUJD" * 20)
    async with client_of(token_mode, Cookie=f"{COOKIE}={cookie}") as browser:
        assert (await browser.get("/me")).status_code == 401


async def test_a_wrong_token_signs_nobody_in(token_mode: Container, ada: Person) -> None:
    wrong = Person(ada.email, ada.token[:-3] + "xxx", ada.user_id, ada.group_id)
    answer = await sign_in(token_mode, wrong)
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        OURS,
        {"Origin": "http://localhost"},
        {"Origin": "HTTP://LOCALHOST", "Sec-Fetch-Site": "same-origin"},
    ],
)
async def test_our_own_pages_may_change_things(
    token_mode: Container, ada: Person, headers: dict[str, str]
) -> None:
    async with browser_of(token_mode, ada) as browser:
        answer = await browser.post("/agents", json=NEW_AGENT, headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "http://localhost:81"},
        {"Origin": "http://evil.example.com"},
        {"Origin": "http://localhost.example.com"},
        {"Origin": "null"},
        {"Referer": "http://localhost/crews"},
    ],
)
async def test_nobody_else_may_change_anything_with_the_cookie(
    token_mode: Container, ada: Person, headers: dict[str, str]
) -> None:
    async with browser_of(token_mode, ada) as browser:
        for method, path in (("POST", "/agents"), ("POST", "/session"), ("DELETE", "/session")):
            answer = await browser.request(method, path, json=NEW_AGENT, headers=headers)
            assert answer.status_code == 403, f"{method} {path}"
            assert answer.json()["code"] == "forbidden"
        assert (await browser.get("/agents")).json()["items"] == []


async def test_a_header_counts_more_than_the_cookie(token_mode: Container, ada: Person) -> None:
    bob = await make_person(token_mode, "bob@example.com")
    async with browser_of(token_mode, ada) as browser:
        headers = {"Authorization": f"Bearer {bob.token}"}
        assert (await browser.get("/me", headers=headers)).json()["email"] == "bob@example.com"
        headers = {"Authorization": "Bearer nonsense"}
        assert (await browser.get("/me", headers=headers)).status_code == 401


async def test_signing_in_needs_the_token_itself(token_mode: Container, ada: Person) -> None:
    async with browser_of(token_mode, ada) as browser:
        assert (await browser.post("/session", headers=OURS)).status_code == 400


async def test_signing_out_removes_the_cookie(token_mode: Container, ada: Person) -> None:
    async with browser_of(token_mode, ada) as browser:
        answer = await browser.delete("/session", headers=OURS)
    assert answer.status_code == 204
    assert f'{COOKIE}="";' in answer.headers["Set-Cookie"]
    assert "Max-Age=0" in answer.headers["Set-Cookie"]


async def test_where_nobody_signs_in_the_cookie_means_nothing(
    container: Container, token_mode: Container, ada: Person
) -> None:
    signed_in = await sign_in(token_mode, ada)
    async with client_of(container, Cookie=f"{COOKIE}={signed_in.cookies[COOKIE]}") as browser:
        assert (await browser.get("/me")).json()["email"] == "local@localhost"
        assert (await browser.post("/session")).status_code == 409
