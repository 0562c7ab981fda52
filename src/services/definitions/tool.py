"""The tool catalogue, and what a group switches on and configures of it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from src.core import ids
from src.core.clock import Clock
from src.core.crypto import KeyRing
from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.documents import pointer_step
from src.core.errors import DecryptionFailed, FieldError, Invalid, VersionConflict
from src.core.json_schema import document_errors, write_only_names
from src.core.logging import get_logger
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.models.tool import GroupTool, Tool
from src.repositories.sealed_column import TOOL_SECRETS
from src.repositories.tool import GroupToolRepository, ToolRepository
from src.schemas.common import Page
from src.schemas.tool import ToolPut, ToolRead, ToolUpdate
from src.services.base import page_of, read_cursor

log = get_logger(__name__)
_IS_SET = {"set": True}


class ToolService:
    def __init__(
        self, database: Database, cursors: CursorSigner, clock: Clock, key_ring: KeyRing
    ) -> None:
        self._database = database
        self._cursors = cursors
        self._clock = clock
        self._key_ring = key_ring

    async def list(self, principal: Principal, paging: Paging) -> Page[ToolRead]:
        scope = ListScope(principal.group_id, "tools")
        after = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows = await uow.repo(ToolRepository).catalogue(
                principal.group_id, after=after, limit=paging.limit + 1
            )
            return page_of(
                rows,
                paging.limit,
                lambda row: self._show(*row),
                lambda row: row[0].key,
                self._cursors,
                scope,
            )

    async def get(self, principal: Principal, key: str) -> ToolRead:
        async with self._database.read() as uow:
            return self._show(*await uow.repo(ToolRepository).get(principal.group_id, key))

    async def put(
        self, principal: Principal, key: str, body: ToolPut, expected_version: int | None
    ) -> ToolRead:
        def replace(_: _Choice) -> _Choice:
            return _Choice(body.enabled, body.config, body.side_effect)

        return await self._change(principal, key, replace, expected_version)

    async def update(
        self, principal: Principal, key: str, body: ToolUpdate, expected_version: int | None
    ) -> ToolRead:
        def merge(old: _Choice) -> _Choice:
            enabled = old.enabled if body.enabled is None else body.enabled
            merged = {**old.config, **(body.config or {})}
            given = "side_effect" in body.model_fields_set
            side_effect = body.side_effect if given else old.side_effect
            config = {name: v for name, v in merged.items() if v is not None}
            return _Choice(enabled, config, side_effect)

        return await self._change(principal, key, merge, expected_version)

    async def _change(
        self,
        principal: Principal,
        key: str,
        change: Callable[["_Choice"], "_Choice"],
        expected_version: int | None,
    ) -> ToolRead:
        group_id = principal.group_id
        async with self._database.write() as uow:
            tool, own = await uow.repo(ToolRepository).get(group_id, key)
            version = 0 if own is None else own.version
            if expected_version not in (None, version):
                raise VersionConflict(
                    f"the configuration of this tool is at version {version}, the change was made "
                    f"for version {expected_version}; read it again and repeat the change"
                )
            old = self._choice(own)
            new = _checked(tool, old, change(old))
            row_id = ids.new() if own is None else own.id
            values = self._columns(tool, new, group_id, row_id)
            now = self._clock.now()
            if own is None:
                owned = {"id": row_id, "group_id": group_id, "tool_key": key, "version": 1}
                row = GroupTool(**owned, **values, created_at=now, updated_at=now)
                await uow.repo(ToolRepository).add(row)
            else:
                row = await uow.repo(GroupToolRepository).update(
                    group_id, row_id, values, now=now, expected_version=version
                )
            return self._show(tool, row)

    def _choice(self, own: GroupTool | None) -> "_Choice":
        """With the secrets in clear: for the writer only, never for an answer."""
        if own is None:
            return _Choice(True, {}, None)
        return _Choice(own.enabled, {**own.config, **self._secrets(own)}, own.side_effect)

    def _secrets(self, own: GroupTool) -> dict[str, Any]:
        if own.sealed_secrets is None:
            return {}
        opened = self._key_ring.open(own.sealed_secrets, TOOL_SECRETS.place(own.group_id, own.id))
        secrets: dict[str, Any] = json.loads(opened.get_secret_value())
        return secrets

    def _columns(self, tool: Tool, choice: "_Choice", group_id: str, row_id: str) -> dict[str, Any]:
        hidden = write_only_names(tool.config_schema)
        secrets = {name: value for name, value in choice.config.items() if name in hidden}
        place = TOOL_SECRETS.place(group_id, row_id)
        sealed = self._key_ring.seal(SecretStr(json.dumps(secrets)), place) if secrets else None
        defaults = tool.default_config
        config = {
            name: value
            for name, value in choice.config.items()
            if name not in hidden and not (name in defaults and defaults[name] == value)
        }
        return {
            "enabled": choice.enabled,
            "side_effect": choice.side_effect,
            "config": config,
            "sealed_secrets": sealed,
        }

    def _show(self, tool: Tool, own: GroupTool | None) -> ToolRead:
        config = {**tool.default_config, **(own.config if own else {})}
        if own is not None:
            config |= dict.fromkeys(self._names_of_secrets(own), _IS_SET)
        return ToolRead(
            id=tool.key,
            key=tool.key,
            title=tool.title,
            description=tool.description,
            side_effect=side_effect_of(tool, own),
            config_schema=tool.config_schema,
            enabled=tool.enabled and (own is None or own.enabled),
            available=tool.enabled,
            config=config,
            version=0 if own is None else own.version,
            updated_at=tool.updated_at if own is None else own.updated_at,
        )

    def _names_of_secrets(self, own: GroupTool) -> Iterable[str]:
        try:
            return self._secrets(own)
        except DecryptionFailed as exc:
            # The catalogue stays readable, so that an admin can find the tool and enter the secret again.
            log.warning("secrets of tool {} cannot be read: {}", own.tool_key, exc.message)
            return ()


@dataclass(frozen=True)
class _Choice:
    enabled: bool
    config: dict[str, Any]
    side_effect: str | None


def side_effect_of(tool: Tool, own: GroupTool | None) -> str:
    """What the group made of it, else what the catalogue says."""
    return tool.side_effect if own is None else own.side_effect or tool.side_effect


def _checked(tool: Tool, old: _Choice, new: _Choice) -> _Choice:
    """Puts kept secrets in place of {"set": true}, then holds the whole against the tool's schema."""
    config = dict(new.config)
    errors: list[FieldError] = []
    for name in write_only_names(tool.config_schema):
        if config.get(name) != _IS_SET:
            continue
        if name in old.config:
            config[name] = old.config[name]
        else:
            message = "there is no stored secret to keep; send its value"
            errors.append(FieldError(f"/config/{pointer_step(name)}", "not-set", message))
            del config[name]
    errors += document_errors(tool.config_schema, {**tool.default_config, **config}, "/config")
    if errors:
        raise Invalid(f"the configuration of {tool.key} is not valid", errors=tuple(errors))
    return _Choice(new.enabled, config, new.side_effect)
