"""What a run may present to providers and tools: the group's own keys first, then the environment's."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import SecretStr

from src.core.clock import Clock
from src.core.crypto import KeyRing
from src.core.errors import DecryptionFailed
from src.core.logging import get_logger
from src.core.settings import Settings
from src.core.unit_of_work import Database, UnitOfWork
from src.engines.base import Credentials
from src.engines.plans import CrewPlan
from src.models.execution import ExecutionCredential
from src.repositories.api_key import ApiKeyRepository
from src.repositories.execution import ExecutionRepository
from src.repositories.sealed_column import (
    API_KEY,
    MCP_HEADERS,
    SEALED_COLUMNS,
    TOOL_SECRETS,
    USER_TOKEN,
    SealedColumn,
    SealedColumnRepository,
    SealedValue,
)
from src.repositories.tool import McpServerRepository, ToolRepository

log = get_logger(__name__)
MCP_PREFIX = "mcp:"
_DATABRICKS_KEY = "DATABRICKS_TOKEN"
_CLIENT_ID, _CLIENT_SECRET = "DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_SECRET"
_BATCH = 200
ENDED_SIGN_IN = SecretStr("")
"""In place of a user's token: there was one, and it has ended. None says that there was none."""
_LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Rotation:
    """What became of one table's secrets."""

    table: str
    rewrapped: int
    unreadable: int
    """Sealed with a key that is in the ring no longer, or altered; left as they are."""


class CredentialService:
    def __init__(
        self, database: Database, settings: Settings, key_ring: KeyRing, clock: Clock
    ) -> None:
        self._database = database
        self._settings = settings
        self._key_ring = key_ring
        self._clock = clock

    async def for_execution(self, group_id: str, execution_id: str, plan: CrewPlan) -> Credentials:
        """With the token of the user who started it, if one was kept and has not expired; with the time of
        its end in any case, so that nobody takes an ended token for none."""
        keys = [tool.key for tool in plan.tools]
        async with self._database.read() as uow:
            kept = await uow.repo(ExecutionRepository).credential(group_id, execution_id)
            token = None
            if kept is not None and kept.expires_at > self._clock.now():
                token = self._key_ring.open(
                    kept.sealed_token, USER_TOKEN.place(group_id, execution_id)
                )
            found = await self._collect(uow, group_id, keys, token)
        ends_at = None if kept is None else kept.expires_at
        return replace(found, databricks_user_token_expires_at=ends_at)

    async def for_run(
        self,
        group_id: str,
        tool_keys: Iterable[str] = (),
        mcp_servers: Iterable[str] = (),
        user_token: SecretStr | None = None,
    ) -> Credentials:
        """`mcp_servers` are names; their headers are found under `mcp:<name>` in tool_secrets.
        `user_token` may be ENDED_SIGN_IN."""
        keys = [*tool_keys, *(f"{MCP_PREFIX}{name}" for name in mcp_servers)]
        has_ended = user_token == ENDED_SIGN_IN
        async with self._database.read() as uow:
            found = await self._collect(uow, group_id, keys, None if has_ended else user_token)
        return replace(found, databricks_user_token_expires_at=_LONG_AGO) if has_ended else found

    async def available_keys(self, group_id: str) -> set[str]:
        """Names of the keys that a run of this group would find."""
        async with self._database.read() as uow:
            own = await uow.repo(ApiKeyRepository).names(group_id)
        return self.key_names(own)

    def key_names(self, own: Iterable[str]) -> set[str]:
        """The group's own key names with those that the environment provides."""
        names = set(own) | set(_environment_keys(self._settings))
        of_environment = _environment_token(self._settings) is not None
        has_client = _CLIENT_SECRET in names or self._settings.databricks_client_secret is not None
        has_client = has_client and (
            _CLIENT_ID in names or bool(self._settings.databricks_client_id)
        )
        if of_environment or (has_client and self._settings.databricks_host):
            names.add(_DATABRICKS_KEY)
        return names

    def seal_user_token(self, token: SecretStr, group_id: str, execution_id: str) -> str:
        return self._key_ring.seal(token, USER_TOKEN.place(group_id, execution_id))

    async def user_token(self, group_id: str, execution_id: str) -> SecretStr | None:
        """Of the user who started it; ENDED_SIGN_IN for one that has expired."""
        async with self._database.read() as uow:
            kept = await uow.repo(ExecutionRepository).credential(group_id, execution_id)
        if kept is None:
            return None
        if kept.expires_at <= self._clock.now():
            return ENDED_SIGN_IN
        return self._key_ring.open(kept.sealed_token, USER_TOKEN.place(group_id, execution_id))

    def reseal_user_token(self, kept: ExecutionCredential, execution_id: str) -> str:
        """For another execution of the same group."""
        place = USER_TOKEN.place(kept.group_id, kept.execution_id)
        token = self._key_ring.open(kept.sealed_token, place)
        return self.seal_user_token(token, kept.group_id, execution_id)

    async def rotate(self) -> list[Rotation]:
        """Wraps every stored secret with the current key. Batched, may be repeated at any time."""
        return [await self._rotate(where) for where in SEALED_COLUMNS]

    async def _collect(
        self, uow: UnitOfWork, group_id: str, keys: list[str], user_token: SecretStr | None
    ) -> Credentials:
        own = {
            row.name: self._key_ring.open(row.sealed_value, API_KEY.place(group_id, row.id))
            for row in await uow.repo(ApiKeyRepository).all(group_id)
        }
        settings = self._settings
        client_id, client_secret = settings.databricks_client_id, settings.databricks_client_secret
        if _CLIENT_ID in own and _CLIENT_SECRET in own:
            client_id, client_secret = own[_CLIENT_ID].get_secret_value(), own[_CLIENT_SECRET]
        return Credentials(
            keys=_environment_keys(settings) | own,
            own_keys=frozenset(own),
            databricks_host=settings.databricks_host,
            databricks_user_token=user_token,
            databricks_client_id=client_id,
            databricks_client_secret=client_secret,
            databricks_environment_token=_environment_token(settings),
            tool_secrets=await self._tool_secrets(uow, group_id, keys),
        )

    async def _tool_secrets(
        self, uow: UnitOfWork, group_id: str, keys: list[str]
    ) -> Mapping[str, Mapping[str, SecretStr]]:
        found: dict[str, Mapping[str, SecretStr]] = {}
        names = {key.removeprefix(MCP_PREFIX) for key in keys if key.startswith(MCP_PREFIX)}
        tools = [key for key in keys if not key.startswith(MCP_PREFIX)]
        if tools:
            for tool in await uow.repo(ToolRepository).secrets(group_id, tools):
                place = TOOL_SECRETS.place(group_id, tool.id)
                found[tool.tool_key] = _secrets_of(
                    self._key_ring.open(tool.sealed_secrets or "", place)
                )
        if names:
            for server in await uow.repo(McpServerRepository).enabled(group_id):
                if server.name in names and server.sealed_headers:
                    place = MCP_HEADERS.place(group_id, server.id)
                    headers = self._key_ring.open(server.sealed_headers, place)
                    found[f"{MCP_PREFIX}{server.name}"] = _secrets_of(headers)
        return found

    async def _rotate(self, where: SealedColumn) -> Rotation:
        rewrapped, unreadable, after = 0, 0, ""
        while True:
            async with self._database.write() as uow:
                column = uow.repo(SealedColumnRepository)
                old = await column.not_sealed_with(
                    where, self._key_ring.current_kid, after=after, limit=_BATCH
                )
                for value in old:
                    sealed = self._rewrap(where, value)
                    if sealed is None:
                        unreadable += 1
                    elif await column.replace(where, value, sealed):
                        rewrapped += 1
            if len(old) < _BATCH:
                return Rotation(where.table, rewrapped, unreadable)
            after = old[-1].row_id

    def _rewrap(self, where: SealedColumn, value: SealedValue) -> str | None:
        try:
            return self._key_ring.rotate(value.sealed, where.place(value.group_id, value.row_id))
        except DecryptionFailed as exc:
            log.warning("{} {} stays as it is: {}", where.table, value.row_id, exc.message)
            return None


def _environment_keys(settings: Settings) -> dict[str, SecretStr]:
    """Without the Databricks token, which comes last in its own order of precedence."""
    given = {
        "OPENAI_API_KEY": settings.openai_api_key,
        "ANTHROPIC_API_KEY": settings.anthropic_api_key,
        "GEMINI_API_KEY": settings.gemini_api_key,
        "DEEPSEEK_API_KEY": settings.deepseek_api_key,
    }
    return {name: value for name, value in given.items() if value and value.get_secret_value()}


def _environment_token(settings: Settings) -> SecretStr | None:
    for token in (settings.databricks_token, settings.databricks_api_key):
        if token is not None and token.get_secret_value():
            return token
    return None


def _secrets_of(opened: SecretStr) -> dict[str, SecretStr]:
    values = json.loads(opened.get_secret_value())
    return {
        name: SecretStr(value if isinstance(value, str) else json.dumps(value))
        for name, value in values.items()
    }
