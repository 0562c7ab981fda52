"""Opening the store of a memory backend for a person or a job, and small questions about its indexes."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from pydantic import SecretStr

from src.core.tenancy import Principal
from src.engines.base import Credentials
from src.memory.configuration import ActiveBackend
from src.memory.plan import BackendKind
from src.repositories.databricks.endpoints import HasEndpoints
from src.repositories.vector.base import IndexRef, VectorIndexRepository
from src.repositories.vector.errors import EndpointMissing, IndexMissing
from src.repositories.vector.filters import MemoryScope
from src.schemas.databricks_index_schemas import DatabricksIndexSchemas
from src.services.credentials import CredentialService

_CREWS = 200
"""Of one scope."""


class MemoryStores(Protocol):
    async def repository(
        self, kind: BackendKind, group_id: str, credentials: Credentials, *, may_fall_back: bool
    ) -> VectorIndexRepository: ...


class BackendAccess:
    def __init__(self, access: MemoryStores, credentials: CredentialService) -> None:
        self._access = access
        self._credentials = credentials

    @asynccontextmanager
    async def open(
        self, principal: Principal, backend: ActiveBackend
    ) -> AsyncIterator[VectorIndexRepository]:
        """With the rights of whoever asks."""
        async with self.open_for(
            principal.group_id, backend, principal.forwarded_token
        ) as repository:
            yield repository

    @asynccontextmanager
    async def open_for(
        self, group_id: str, backend: ActiveBackend, user_token: SecretStr | None
    ) -> AsyncIterator[VectorIndexRepository]:
        credentials = await self._credentials.for_run(group_id, user_token=user_token)
        yield await self._access.repository(
            backend.kind, group_id, credentials, may_fall_back=backend.config.may_fall_back
        )


async def record_count(
    repository: VectorIndexRepository, group_id: str, ref: IndexRef, crew_ids: Sequence[str]
) -> int:
    """Of everybody who shares an index on Databricks, which the group brought; of the group alone in the
    installation's own stores. None where the index does not exist."""
    if not isinstance(repository, HasEndpoints):
        return await own_record_count(repository, group_id, ref, crew_ids)
    try:
        return (await repository.describe_index(ref)).row_count
    except (IndexMissing, EndpointMissing):
        return 0


async def own_record_count(
    repository: VectorIndexRepository, group_id: str, ref: IndexRef, crew_ids: Sequence[str]
) -> int:
    """Of one group, under any of its crews' identities; none where the index does not exist."""
    try:
        return sum(
            [
                await repository.count_documents(scope, ref)
                for scope in group_scopes(group_id, ref, crew_ids)
            ]
        )
    except (IndexMissing, EndpointMissing):
        return 0


def group_scopes(group_id: str, ref: IndexRef, crew_ids: Sequence[str]) -> list[MemoryScope]:
    """Together all that a group has in one index; a scope names a limited number of crews."""
    if not DatabricksIndexSchemas.belongs_to_crew(ref.type):
        return [MemoryScope(group_id, ("documents",))]
    return [
        MemoryScope(group_id, tuple(crew_ids[start : start + _CREWS]))
        for start in range(0, len(crew_ids), _CREWS)
    ]
