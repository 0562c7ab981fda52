"""What the SDK finds by itself, and that it is never a service principal."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from src.repositories.databricks.sdk_token import SdkDefaultToken
from tests.emulator.server import DatabricksEmulator
from tests.support.clock import MovableClock

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.fixture(autouse=True)
def no_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own: a developer's login must not be found."""
    profile = tmp_path / "profile"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(profile))
    return profile


@pytest.fixture
def profile(server: DatabricksEmulator, no_profile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_profile.write_text(f"[memory]\nhost = {server.host}\ntoken = {server.token}\n")
    monkeypatch.setenv("DATABRICKS_CONFIG_PROFILE", "memory")


async def test_nothing_found_is_no_token(server: DatabricksEmulator) -> None:
    assert await SdkDefaultToken(server.host, MovableClock()).token() is None


@pytest.mark.usefixtures("profile")
async def test_a_profile_is_found_and_asked_once(server: DatabricksEmulator) -> None:
    provider = SdkDefaultToken(server.host, MovableClock())
    token = await provider.token()
    assert token is not None
    assert token.value.get_secret_value() == server.token
    asked = len(server.requests)
    assert await provider.token() == token
    assert len(server.requests) == asked


async def test_a_service_principal_in_the_environment_is_not_used(
    server: DatabricksEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_id, secret = server.service_principal
    monkeypatch.setenv("DATABRICKS_CLIENT_ID", client_id)
    monkeypatch.setenv("DATABRICKS_CLIENT_SECRET", secret)
    assert await SdkDefaultToken(server.host, MovableClock()).token() is None
