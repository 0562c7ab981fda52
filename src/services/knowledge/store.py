"""Where the pieces of a knowledge document are, and taking all of them away."""

import asyncio

from pydantic import SecretStr

from src.core.errors import NotConfigured, NotFound, Unavailable
from src.core.logging import get_logger
from src.core.unit_of_work import Database
from src.memory.configuration import ActiveBackend, active_backend, memory_plan
from src.memory.storage import MemoryStorage
from src.repositories.memory_backend import MemoryBackendRepository
from src.repositories.vector.errors import EndpointMissing, IndexMissing
from src.repositories.vector.filters import Equals, RecordFilter
from src.schemas.databricks_index_schemas import Columns, MemoryType
from src.services.credentials import CredentialService
from src.services.memory.plan import NO_CREW
from src.services.memory.reach import OpensStorage

log = get_logger(__name__)

_LOOKS = 6
"""Stores may show for a moment what was deleted."""
_PAUSE_S = 0.5


def pieces_of(document_id: str) -> RecordFilter:
    return RecordFilter(where=(Equals(Columns.PARENT_DOCUMENT, document_id),))


class KnowledgeStore:
    def __init__(
        self, database: Database, access: OpensStorage, credentials: CredentialService
    ) -> None:
        self._database = database
        self._access = access
        self._credentials = credentials

    async def open(
        self, group_id: str, backend_id: str | None, user_token: SecretStr | None
    ) -> MemoryStorage:
        """For the whole group: documents belong to no crew. Raises NotConfigured where the backend is gone or
        keeps no documents."""
        backend = await self._backend(group_id, backend_id)
        plan = memory_plan(backend, crew_ids=(NO_CREW,))
        if MemoryType.DOCUMENT not in plan.indexes:
            raise NotConfigured(
                "this memory backend has no index for documents; name one (document_index) in the "
                "group's memory configuration"
            )
        credentials = await self._credentials.for_run(group_id, user_token=user_token)
        return await self._access.storage(group_id, plan, credentials)

    async def remove(
        self,
        group_id: str,
        document_id: str,
        backend_id: str | None,
        user_token: SecretStr | None,
    ) -> int:
        """Deletes every piece and looks whether any is left; returns how many there were."""
        try:
            storage = await self.open(group_id, backend_id, user_token)
        except NotConfigured as exc:
            log.warning("pieces of document {} cannot be reached: {}", document_id, exc.message)
            return 0
        return await self.clear(storage, document_id)

    async def clear(self, storage: MemoryStorage, document_id: str) -> int:
        removed, filter = 0, pieces_of(document_id)
        for _ in range(_LOOKS):
            try:
                removed += await storage.delete(MemoryType.DOCUMENT, filter)
                left = await storage.count(MemoryType.DOCUMENT, filter)
            except (IndexMissing, EndpointMissing):
                return removed
            if left == 0:
                return removed
            await asyncio.sleep(_PAUSE_S)
        raise Unavailable(
            f"the store still shows {left} pieces of this document after deleting them; try again in "
            "a minute",
            headers={"Retry-After": "30"},
        )

    async def _backend(self, group_id: str, backend_id: str | None) -> ActiveBackend:
        if backend_id is None:
            return ActiveBackend()
        async with self._database.read() as uow:
            try:
                row = await uow.repo(MemoryBackendRepository).get(group_id, backend_id)
            except NotFound as exc:
                raise NotConfigured(
                    "the memory backend that this document was uploaded for is gone; upload it again"
                ) from exc
        return active_backend(row)
