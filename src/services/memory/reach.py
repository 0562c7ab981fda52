"""The memory that a person may see: of the group, or of one crew of it with all that the crew ever was."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol

from pydantic import SecretStr

from src.core.errors import NotConfigured, NotFound
from src.core.unit_of_work import Database
from src.engines.base import Credentials
from src.memory.configuration import ActiveBackend, active_backend, memory_plan
from src.memory.plan import CREW_TYPES, MemoryPlan
from src.memory.storage import MemoryStorage
from src.repositories.crew import CrewRepository
from src.repositories.knowledge import KnowledgeRepository
from src.repositories.memory_backend import MemoryBackendRepository
from src.repositories.memory_use import KnownCrew, MemoryUseRepository
from src.repositories.vector.base import Record, ScanPage
from src.repositories.vector.errors import IndexMissing
from src.repositories.vector.filters import EVERYTHING, MemoryScope, RecordFilter
from src.schemas.databricks_index_schemas import MemoryType
from src.services.credentials import CredentialService
from src.services.memory.plan import NO_CREW, MemoryPlanService

_SCOPE = 200
"""Crews of one scope (repositories.vector.filters)."""
_PAGE = 500


class OpensStorage(Protocol):
    async def storage(
        self, group_id: str, plan: MemoryPlan, credentials: Credentials
    ) -> MemoryStorage: ...


@dataclass(frozen=True)
class Reach:
    group_id: str
    plan: MemoryPlan
    crews: dict[str, KnownCrew]
    """By identity, the one that ran last first."""
    storages: tuple[MemoryStorage, ...]
    """Each reads a part of the crews, in the order of their record ids; there is at least one."""
    access: OpensStorage
    credentials: Credentials

    @property
    def backend(self) -> str:
        return self.storages[0].backend

    @property
    def types(self) -> tuple[MemoryType, ...]:
        """What a crew remembers, and is switched on."""
        return tuple(one for one in CREW_TYPES if one in self.plan.indexes)

    def require(self, type: MemoryType) -> None:
        if type not in self.plan.indexes:
            known = ", ".join(self.plan.indexes)
            raise NotConfigured(
                f"this memory backend keeps no {type} records; it keeps {known}. Switch the type on in "
                "the group's memory configuration"
            )

    async def storage_of(self, identities: Sequence[str]) -> MemoryStorage:
        """Reads these crews and writes to the first of them."""
        plan = self.plan.model_copy(update={"crew_ids": tuple(identities)})
        return await self.access.storage(self.group_id, plan, self.credentials)

    async def find(self, type: MemoryType, ids: Sequence[str]) -> list[Record]:
        """With vectors; those that are not there, or not in reach, are left out."""
        found: list[Record] = []
        for storage in self._parts(type):
            try:
                found += await storage.get(type, ids)
            except IndexMissing:
                if not self._may_be_missing:
                    raise
        return found

    async def get(self, type: MemoryType, id: str) -> Record:
        self.require(type)
        identity = self._identity_of(type, id)
        if identity is None:
            found = await self.find(type, [id])
        else:
            found = await (await self.storage_of([identity])).get(type, [id])
        if not found:
            raise NotFound(f"there is no {type} record {id} in this group")
        return found[0]

    async def count(self, type: MemoryType, filter: RecordFilter = EVERYTHING) -> int:
        try:
            return sum([await storage.count(type, filter) for storage in self._parts(type)])
        except IndexMissing:
            if not self._may_be_missing:
                raise
            return 0

    async def page(self, type: MemoryType, after: str | None, limit: int) -> list[Record]:
        """Up to `limit` records behind the id `after`, in the order of ids."""
        found: list[Record] = []
        for storage in self._parts(type):
            while len(found) < limit:
                page = await self._scan(storage, type, after, limit - len(found))
                found += page.records
                if page.next_after is None:
                    break
                after = page.next_after
        return found[:limit]

    async def scan(self, type: MemoryType, most: int | None = None) -> AsyncIterator[list[Record]]:
        """All of them page by page, or so many at most."""
        after, seen = None, 0
        while most is None or seen < most:
            wanted = _PAGE if most is None else min(_PAGE, most - seen)
            page = await self.page(type, after, wanted)
            if page:
                yield page
            if len(page) < wanted:
                return
            after, seen = page[-1].id, seen + len(page)

    def _identity_of(self, type: MemoryType, id: str) -> str | None:
        """Whose record it is, as its id says; None for documents and for ids of older products."""
        owners = (storage.scope.owner_of(type, id) for storage in self.storages)
        return next((owner for owner in owners if owner), None)

    def _parts(self, type: MemoryType) -> tuple[MemoryStorage, ...]:
        # Documents have no crew: each storage would answer the same.
        return self.storages if type in CREW_TYPES else self.storages[:1]

    async def _scan(
        self, storage: MemoryStorage, type: MemoryType, after: str | None, limit: int
    ) -> ScanPage:
        try:
            return await storage.scan(type, after=after, limit=limit)
        except IndexMissing:
            if not self._may_be_missing:
                raise
            return ScanPage((), None)

    @property
    def _may_be_missing(self) -> bool:
        """The built-in stores make an index when something is first written to it."""
        return self.plan.backend_id is None


class MemoryReach:
    def __init__(
        self,
        database: Database,
        plans: MemoryPlanService,
        access: OpensStorage,
        credentials: CredentialService,
    ) -> None:
        self._database = database
        self._plans = plans
        self._access = access
        self._credentials = credentials

    async def open(
        self,
        group_id: str,
        user_token: SecretStr | None,
        crew: str | None = None,
        plan: MemoryPlan | None = None,
    ) -> Reach:
        """`crew` is a saved crew's id or an identity; a `plan` of another backend than the active one may be
        given. Raises NotFound for a crew that the group does not have."""
        async with self._database.read() as uow:
            known = await uow.repo(MemoryUseRepository).crews(group_id, crew)
            if crew is not None and not known:
                if len(crew) != len(NO_CREW):
                    await uow.repo(CrewRepository).get(group_id, crew)
                else:
                    raise NotFound(f"there is no crew {crew} in this group")
        plan = plan or await self._plans.for_reading(group_id, crew)
        credentials = await self._credentials.for_run(group_id, user_token=user_token)
        storages = []
        for identities in _portions(group_id, [one.identity for one in known]):
            part = plan.model_copy(update={"crew_ids": identities})
            storages.append(await self._access.storage(group_id, part, credentials))
        crews = {one.identity: one for one in known}
        return Reach(group_id, plan, crews, tuple(storages), self._access, credentials)

    async def backends(self, group_id: str) -> list[MemoryPlan]:
        """A plan for each place where the group may have records, the built-in default first. Types that are
        switched off count: what was stored before is still there."""
        async with self._database.read() as uow:
            rows = await uow.repo(MemoryBackendRepository).all(group_id)
            documents = await uow.repo(KnowledgeRepository).readable(group_id, None)
        chosen = [ActiveBackend(), *(active_backend(row).effective for row in rows)]
        return [
            memory_plan(_with_all_types(backend), (NO_CREW,), documents)
            for backend in {backend.id: backend for backend in chosen}.values()
        ]


def _with_all_types(backend: ActiveBackend) -> ActiveBackend:
    on = dict.fromkeys(("enable_short_term", "enable_long_term", "enable_entity"), True)
    return replace(backend, config=backend.config.model_copy(update=on))


def _portions(group_id: str, identities: list[str]) -> Iterator[tuple[str, ...]]:
    """As many as a scope takes, so that one portion's record ids all come before the next one's."""
    if not identities:
        yield (NO_CREW,)
        return
    if len(identities) > _SCOPE:
        identities = sorted(identities, key=lambda identity: _binding(group_id, identity))
    for _, part in groupby(enumerate(identities), key=lambda pair: pair[0] // _SCOPE):
        yield tuple(identity for _, identity in part)


def _binding(group_id: str, identity: str) -> str:
    return next(iter(MemoryScope(group_id, (identity,)).bindings(MemoryType.LONG_TERM)))
