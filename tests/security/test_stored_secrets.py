"""What a run may present, and how stored secrets move to a new key."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from src.bootstrap import Container
from src.core.crypto import KeyRing
from src.core.errors import DecryptionFailed
from src.core.settings import Settings
from src.models.execution import ExecutionCredential
from src.repositories.execution import ExecutionRepository
from src.services.credentials import CredentialService
from tests.conftest import MakeContainer, SettingsFor
from tests.support.clock import MovableClock
from tests.support.http import client_of
from tests.support.rows import SampleRows
from tests.support.worker_parts import plan_of, store_run

OLD, NEW = KeyRing.generate(), KeyRing.generate()


async def group_with_secrets(container: Container) -> str:
    """The group's id. Its secrets: OPENAI_API_KEY, the token of tool `sample`, headers of `wiki`."""
    async with container.database.write() as uow:
        await uow.repo(SampleRows).tool()
    async with client_of(container) as client:
        key = await client.post("/api-keys", json={"name": "OPENAI_API_KEY", "value": "k-1"})
        await client.put("/tools/sample", json={"config": {"token": "t-1"}})
        server = {"name": "wiki", "url": "https://example.com", "headers": {"X-Key": "h-1"}}
        await client.post("/mcp-servers", json=server)
        group: str = key.json()["group_id"]
        return group


async def secrets_of(container: Container, group: str) -> tuple[str, str, str]:
    found = await container.credentials.for_run(group, ["sample"], ["wiki"])
    return (
        found.keys["OPENAI_API_KEY"].get_secret_value(),
        found.tool_secrets["sample"]["token"].get_secret_value(),
        found.tool_secrets["mcp:wiki"]["X-Key"].get_secret_value(),
    )


def with_keys(settings: Settings, keys: str) -> Settings:
    return settings.model_copy(update={"kasal_encryption_keys": SecretStr(keys)})


async def test_the_groups_own_key_comes_before_that_of_the_environment(
    settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    settings = settings_for(openai_api_key="env-1", anthropic_api_key="env-2", gemini_api_key="")
    container = await make_container(settings)
    group = await group_with_secrets(container)
    found = await container.credentials.for_run(group)
    assert {name: value.get_secret_value() for name, value in found.keys.items()} == {
        "OPENAI_API_KEY": "k-1",
        "ANTHROPIC_API_KEY": "env-2",
    }
    stranger = await container.credentials.for_run("00000000-0000-4000-8000-000000000001")
    assert stranger.keys["OPENAI_API_KEY"].get_secret_value() == "env-1"
    assert not stranger.tool_secrets


async def test_databricks_credentials_keep_their_order_of_precedence(
    settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    settings = settings_for(
        databricks_host="https://example.com",
        databricks_token="env-token",
        databricks_client_id="env-id",
        databricks_client_secret="env-secret",
    )
    container = await make_container(settings)
    group = await group_with_secrets(container)
    async with client_of(container) as client:
        for name in ("DATABRICKS_TOKEN", "DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_SECRET"):
            await client.post("/api-keys", json={"name": name, "value": f"own-{name[-2:]}"})
    found = await container.credentials.for_run(group, user_token=SecretStr("obo"))
    assert found.databricks_user_token == SecretStr("obo")
    assert found.databricks_client_id == "own-ID"
    assert found.databricks_client_secret == SecretStr("own-ET")
    assert found.keys["DATABRICKS_TOKEN"] == SecretStr("own-EN")
    assert found.databricks_environment_token == SecretStr("env-token")
    assert "DATABRICKS_TOKEN" in await container.credentials.available_keys("elsewhere")


async def test_a_runs_sign_in_is_dropped_when_it_ends_and_yet_remembered(
    make_container: MakeContainer,
) -> None:
    clock = MovableClock()
    container = await make_container(clock=clock)
    service, segment = container.credentials, await store_run(container, "a")
    place = (segment.group_id, segment.execution_id)
    ends_at = clock.now() + timedelta(hours=1)
    kept = ExecutionCredential(
        execution_id=segment.execution_id,
        group_id=segment.group_id,
        sealed_token=service.seal_user_token(SecretStr("obo"), *place),
        expires_at=ends_at,
    )
    async with container.database.write() as uow:
        await uow.repo(ExecutionRepository).keep_credential(kept)

    found = await service.for_execution(*place, plan_of("a"))
    assert found.databricks_user_token == SecretStr("obo")
    clock.days += 1
    later = await service.for_execution(*place, plan_of("a"))
    assert later.databricks_user_token is None
    assert found.databricks_user_token_expires_at == ends_at
    assert later.databricks_user_token_expires_at == ends_at


async def test_a_new_key_opens_what_the_old_one_sealed_and_rotation_ends_the_need_for_it(
    database_kind: str, settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    settings = settings_for(database_kind)
    before = await make_container(with_keys(settings, OLD))
    group = await group_with_secrets(before)
    both = await make_container(with_keys(settings, f"{NEW},{OLD}"))
    assert await secrets_of(both, group) == ("k-1", "t-1", "h-1")
    done = {one.table: one.rewrapped for one in await both.credentials.rotate() if one.rewrapped}
    assert done == {"api_keys": 1, "group_tools": 1, "mcp_servers": 1}
    assert sum(one.rewrapped for one in await both.credentials.rotate()) == 0
    after = await make_container(with_keys(settings, NEW))
    assert await secrets_of(after, group) == ("k-1", "t-1", "h-1")


async def test_a_secret_whose_key_is_lost_is_reported_and_left_alone(
    settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    settings = settings_for()
    before = await make_container(with_keys(settings, OLD))
    group = await group_with_secrets(before)
    without = await make_container(with_keys(settings, NEW))
    unreadable = {done.table: done.unreadable for done in await without.credentials.rotate()}
    assert unreadable["api_keys"] == 1
    with pytest.raises(DecryptionFailed, match="KASAL_ENCRYPTION_KEYS"):
        await without.credentials.for_run(group)
    async with client_of(without) as client:
        listed = await client.get("/tools/sample")
        assert "token" not in listed.json()["config"]
    assert await secrets_of(before, group) == ("k-1", "t-1", "h-1")


async def test_rotation_goes_through_many_rows_in_batches(
    settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    settings = settings_for()
    before = await make_container(with_keys(settings, OLD))
    async with client_of(before) as client:
        for number in range(405):
            body = {"name": f"KEY_{number}", "value": f"v-{number}"}
            group = (await client.post("/api-keys", json=body)).json()["group_id"]
    both = await make_container(with_keys(settings, f"{NEW},{OLD}"))
    assert (await both.credentials.rotate())[0].rewrapped == 405
    after: CredentialService = (await make_container(with_keys(settings, NEW))).credentials
    assert (await after.for_run(group)).keys["KEY_404"] == SecretStr("v-404")


async def test_a_ciphertext_moved_to_another_group_does_not_open(
    settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    container = await make_container(settings_for())
    await group_with_secrets(container)
    async with container.database.write() as uow:
        await uow.repo(SampleRows).move_api_keys("00000000-0000-4000-8000-000000000002")
    with pytest.raises(DecryptionFailed):
        await container.credentials.for_run("00000000-0000-4000-8000-000000000002")
