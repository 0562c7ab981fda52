"""Passwords for a Lakebase database: whom they are asked for, how long one is kept, and what goes wrong."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pydantic import SecretStr

from src.core.database_login import (
    DatabaseLogin,
    DatabaseLoginRefused,
    DatabaseLoginUnavailable,
    ServicePrincipal,
)
from tests.emulator.server import DatabricksEmulator
from tests.support.clock import MovableClock

INSTANCE = "kasal-db"
ENDPOINT = "projects/p/branches/b/endpoints/e"
MINT = "/api/2.0/*/credentials"


@pytest.fixture(scope="module")
def running() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        for name in (INSTANCE, ENDPOINT):
            emulator.databases.add(name)
        yield emulator


@pytest.fixture
def emulator(running: DatabricksEmulator) -> DatabricksEmulator:
    running.reset()
    running.options.database_password_ttl_s = 3600.0
    running.databases.minted.clear()
    return running


@pytest.fixture
def clock(emulator: DatabricksEmulator) -> MovableClock:
    return MovableClock(emulator.clock.now())


def login_to(
    emulator: DatabricksEmulator, name: str = INSTANCE, clock: MovableClock | None = None
) -> DatabaseLogin:
    client_id, secret = emulator.service_principal
    principal = ServicePrincipal(emulator.host, client_id, SecretStr(secret))
    return DatabaseLogin(name, principal, clock=clock, budget_s=3.0)


def later(clock: MovableClock, seconds: float) -> None:
    clock.days += timedelta(seconds=seconds) / timedelta(days=1)


def password(login: DatabaseLogin) -> str:
    return login.credential().password.get_secret_value()


@pytest.mark.parametrize("name", [INSTANCE, ENDPOINT])
def test_the_service_principal_is_given_a_password_for_its_database(
    emulator: DatabricksEmulator, name: str
) -> None:
    given = password(login_to(emulator, name))
    (minted,) = emulator.databases.minted
    assert (given, name) == (minted.password, minted.database)
    assert minted.client == emulator.service_principal.client_id


def test_a_password_is_kept_for_a_quarter_of_an_hour(
    emulator: DatabricksEmulator, clock: MovableClock
) -> None:
    login = login_to(emulator, clock=clock)
    first = password(login)
    later(clock, 890)
    assert password(login) == first
    later(clock, 20)
    assert password(login) != first
    assert len(emulator.recorder.matching("POST", "/oidc/v1/token")) == 1


def test_a_short_lived_password_is_not_kept_to_its_end(
    emulator: DatabricksEmulator, clock: MovableClock
) -> None:
    emulator.options.database_password_ttl_s = 10
    login = login_to(emulator, clock=clock)
    first = password(login)
    later(clock, 9)
    assert password(login) != first


def test_many_that_ask_at_once_share_one_password(emulator: DatabricksEmulator) -> None:
    login = login_to(emulator)

    async def ask() -> set[str]:
        found = await asyncio.gather(*(login.credential_async() for _ in range(20)))
        return {one.password.get_secret_value() for one in found}

    with ThreadPoolExecutor(9) as threads:
        others = [threads.submit(password, login) for _ in range(8)]
        given = asyncio.run(ask()) | {other.result(10) for other in others}
    assert given == {one.password for one in emulator.databases.minted}
    assert len(given) == 1


def test_one_that_is_cancelled_leaves_the_others_their_password(
    emulator: DatabricksEmulator,
) -> None:
    login = login_to(emulator)
    rule = emulator.faults.add(path=MINT, hold=True)

    async def ask() -> None:
        impatient, patient = (asyncio.create_task(login.credential_async()) for _ in range(2))
        await asyncio.to_thread(emulator.faults.wait_until_struck, rule)
        impatient.cancel()
        emulator.faults.release()
        await patient
        assert impatient.cancelled()

    asyncio.run(ask())


def test_a_password_that_the_database_rejects_is_replaced_unless_it_is_fresh(
    emulator: DatabricksEmulator, clock: MovableClock
) -> None:
    login = login_to(emulator, clock=clock)
    first = login.credential()
    assert not login.rejected(first)
    later(clock, 5)
    assert login.rejected(first)
    assert login.credential().password != first.password
    assert login.rejected(first)
    assert len(emulator.databases.minted) == 2


@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"status": 429}, {"connection": "reset"}, {"body": {"token": None}}]
)
def test_a_workspace_that_is_away_for_a_moment_is_asked_again(
    emulator: DatabricksEmulator, fault: dict[str, object]
) -> None:
    emulator.faults.add(path=MINT, times=2, **fault)
    emulator.faults.add(path="/oidc/v1/token", status=502)
    assert password(login_to(emulator)) == emulator.databases.minted[-1].password


def test_a_workspace_that_stays_away_is_named_and_asked_anew_later(
    emulator: DatabricksEmulator,
) -> None:
    login = login_to(emulator)
    emulator.faults.add(path=MINT, status=503, times=None)
    with pytest.raises(DatabaseLoginUnavailable, match=f"{emulator.host} answered HTTP 503"):
        login.credential()
    emulator.faults.clear()
    seen = len(emulator.requests)
    with pytest.raises(DatabaseLoginUnavailable):
        login.credential()  # at once: the workspace is spared
    assert len(emulator.requests) == seen


def test_an_older_password_serves_while_the_workspace_is_away(
    emulator: DatabricksEmulator, clock: MovableClock
) -> None:
    login = login_to(emulator, clock=clock)
    first = password(login)
    later(clock, 1000)
    rule = emulator.faults.add(path=MINT, status=503, times=None)
    asking = ThreadPoolExecutor(1).submit(password, login)
    emulator.faults.wait_until_struck(rule)
    later(clock, 5)
    assert asking.result(10) == first
    emulator.faults.clear()
    later(clock, 31)
    assert password(login) != first


def test_a_token_of_the_workspace_that_ended_early_is_replaced(
    emulator: DatabricksEmulator, clock: MovableClock
) -> None:
    login = login_to(emulator, clock=clock)
    password(login)
    later(clock, 1000)
    emulator.faults.add(path=MINT, status=401)
    password(login)
    assert len(emulator.recorder.matching("POST", "/oidc/v1/token")) == 2


def test_who_may_not_use_the_database_is_told_what_to_grant(emulator: DatabricksEmulator) -> None:
    client_id, secret = emulator.identities.add_service_principal(grants=[])
    principal = ServicePrincipal(emulator.host, client_id, SecretStr(secret))
    with pytest.raises(DatabaseLoginRefused) as refused:
        DatabaseLogin(INSTANCE, principal).credential()
    assert f"refuses the service principal {client_id} a password for {INSTANCE}" in str(
        refused.value
    )
    assert "HTTP 403, PERMISSION_DENIED" in str(refused.value)
    assert "Can connect and create" in str(refused.value)
    assert len(emulator.recorder.matching("POST", MINT)) == 1


def test_a_database_that_is_not_there_is_named(emulator: DatabricksEmulator) -> None:
    with pytest.raises(DatabaseLoginRefused, match="has no Lakebase database other-db"):
        login_to(emulator, "other-db").credential()


def test_a_wrong_secret_is_not_repeated_in_the_message(emulator: DatabricksEmulator) -> None:
    client_id = emulator.service_principal.client_id
    principal = ServicePrincipal(emulator.host, client_id, SecretStr("not-the-secret"))
    with pytest.raises(DatabaseLoginRefused, match="correct DATABRICKS_CLIENT_ID") as refused:
        DatabaseLogin(INSTANCE, principal).credential()
    assert "not-the-secret" not in str(refused.value)


def test_who_cannot_wait_is_told_so(emulator: DatabricksEmulator) -> None:
    login = login_to(emulator)
    emulator.faults.add(path=MINT, hold=True)
    with pytest.raises(DatabaseLoginUnavailable, match="did not answer in time"):
        login.credential(timeout_s=0.05)
    emulator.faults.release()
    assert password(login)
