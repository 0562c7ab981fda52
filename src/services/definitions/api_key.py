from typing import Any

from pydantic import SecretStr

from src.core.clock import Clock
from src.core.crypto import KeyRing
from src.core.cursor import CursorSigner
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.models.api_key import ApiKey
from src.repositories.api_key import ApiKeyRepository
from src.repositories.sealed_column import API_KEY
from src.schemas.api_key import ApiKeyCreate, ApiKeyRead, ApiKeyUpdate
from src.services.definitions.noun import NounService


class ApiKeyService(NounService[ApiKey, ApiKeyCreate, ApiKeyUpdate, ApiKeyRead]):
    repository = ApiKeyRepository
    read = ApiKeyRead

    def __init__(
        self, database: Database, cursors: CursorSigner, clock: Clock, key_ring: KeyRing
    ) -> None:
        super().__init__(database, cursors, clock)
        self._key_ring = key_ring

    async def _new_values(
        self, principal: Principal, id: str, body: ApiKeyCreate
    ) -> dict[str, Any]:
        return {
            "name": body.name,
            "description": body.description,
            "created_by": principal.email,
            "sealed_value": self._seal(principal.group_id, id, body.value),
        }

    async def _changes(self, principal: Principal, id: str, body: ApiKeyUpdate) -> dict[str, Any]:
        changes = body.changes()
        if changes.pop("value", None) is not None and body.value is not None:
            changes["sealed_value"] = self._seal(principal.group_id, id, body.value)
        return changes

    def _seal(self, group_id: str, id: str, value: SecretStr) -> str:
        return self._key_ring.seal(value, API_KEY.place(group_id, id))
