"""The indexes that a memory backend names: looked at, emptied, deleted. Any other name is not found."""

from collections.abc import Sequence
from dataclasses import replace

from src.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.memory.configuration import ActiveBackend, active_backend, embedder_of
from src.memory.plan import BackendKind, EmbedderPlan
from src.models.job import Job
from src.repositories.databricks.endpoints import HasEndpoints
from src.repositories.memory_backend import MemoryBackendRepository
from src.repositories.vector.base import IndexRef, VectorIndexRepository
from src.schemas.common import Page
from src.schemas.job import JobRead
from src.schemas.memory_backend import (
    CheckStatus,
    EmptyMemoryIndex,
    MemoryIndexDetail,
    MemoryIndexRead,
    MemoryVerification,
)
from src.services.jobs.handler import JobKind
from src.services.jobs.job import JobService, job_read
from src.services.memory.backend import refuse_while_in_set_up
from src.services.memory.backend_access import BackendAccess, own_record_count
from src.services.memory.inspection import (
    IndexFinding,
    identity_of,
    index_check,
    index_refs,
    inspect,
    look_at_index,
)


class MemoryIndexService:
    def __init__(self, database: Database, stores: BackendAccess, jobs: JobService) -> None:
        self._database = database
        self._stores = stores
        self._jobs = jobs

    async def verify(self, principal: Principal, id: str) -> MemoryVerification:
        backend = await self._backend(principal, id)
        async with self._stores.open(principal, backend) as repository:
            endpoints, indexes = await inspect(repository, backend)
            identity = await identity_of(repository)
        ok = all(one.status is CheckStatus.READY for one in (*endpoints, *indexes))
        return MemoryVerification(ok=ok, identity=identity, endpoints=endpoints, indexes=indexes)

    async def page(self, principal: Principal, id: str) -> Page[MemoryIndexRead]:
        """Those of its configuration, whether they exist or not."""
        backend = await self._backend(principal, id)
        embedder = embedder_of(backend)
        crews = await self._crews(principal.group_id)
        items = []
        async with self._stores.open(principal, backend) as repository:
            for ref in named_refs(backend):
                found = await look_at_index(repository, ref, embedder)
                count = await _count(repository, principal.group_id, ref, found, crews)
                items.append(_read(ref, found, count, embedder))
        return Page(items=items)

    async def get(self, principal: Principal, id: str, name: str) -> MemoryIndexDetail:
        backend = await self._backend(principal, id)
        embedder = embedder_of(backend)
        ref = named_ref(backend, name)
        crews = await self._crews(principal.group_id)
        async with self._stores.open(principal, backend) as repository:
            found = await look_at_index(repository, ref, embedder)
            count = await _count(repository, principal.group_id, ref, found, crews)
        columns = dict(found.description.columns) if found.description else {}
        shown = _read(ref, found, count, embedder)
        return MemoryIndexDetail(**shown.model_dump(), columns=columns)

    async def empty(
        self, principal: Principal, id: str, name: str, body: EmptyMemoryIndex
    ) -> JobRead:
        if body.confirm != name:
            message = f"to empty this index, confirm must be its name, {name}"
            raise Invalid(message, errors=(FieldError("/confirm", "confirm", message),))
        if body.everybody and not principal.is_system_admin:
            raise Forbidden(
                "only a system administrator (KASAL_SYSTEM_ADMINS) may remove the records of all groups; "
                "leave `everybody` out to remove those of this group"
            )
        async with self._database.write() as uow:
            backends = uow.repo(MemoryBackendRepository)
            row = await backends.get(principal.group_id, id)
            named_ref(active_backend(row), name)
            await refuse_while_in_set_up(uow, row)
            job: Job = await self._jobs.start(
                uow,
                group_id=principal.group_id,
                kind=JobKind.MEMORY_EMPTY,
                subject_id=id,
                arguments={"index": name, "everybody": body.everybody},
                created_by=principal.email,
                user_token=principal.forwarded_token,
            )
            return job_read(job)

    async def delete(self, principal: Principal, id: str, name: str) -> None:
        """Only what nobody uses and nobody else has records in; a system administrator decides otherwise."""
        group_id = principal.group_id
        async with self._database.read() as uow:
            backends = uow.repo(MemoryBackendRepository)
            row = await backends.get(group_id, id)
            await refuse_while_in_set_up(uow, row)
            backend = active_backend(row)
            ref = named_ref(backend, name)
            in_force = active_backend(await backends.active(group_id)).effective
            others = [
                active_backend(one) for one in await backends.of_others(group_id, backend.kind)
            ]
            crews = await backends.crew_identities(group_id)
        if _uses(in_force, backend.kind, name):
            raise Conflict(
                f"index {name} is in use: runs of this group keep their memory in it. Activate another "
                "memory backend first"
            )
        async with self._stores.open(principal, backend) as repository:
            if not principal.is_system_admin:
                if any(_uses(other, backend.kind, name) for other in others):
                    raise _shared(name)
                total = (await repository.describe_index(ref)).row_count
                if total > await own_record_count(repository, group_id, ref, crews):
                    raise _shared(name)
            await repository.delete_index(ref)

    async def _backend(self, principal: Principal, id: str) -> ActiveBackend:
        async with self._database.read() as uow:
            row = await uow.repo(MemoryBackendRepository).get(principal.group_id, id)
        return active_backend(row)

    async def _crews(self, group_id: str) -> Sequence[str]:
        async with self._database.read() as uow:
            return await uow.repo(MemoryBackendRepository).crew_identities(group_id)


def named_refs(backend: ActiveBackend) -> list[IndexRef]:
    """Those of types that are switched off, too."""
    on = dict.fromkeys(("enable_short_term", "enable_long_term", "enable_entity"), True)
    return index_refs(replace(backend, config=backend.config.model_copy(update=on)))


def named_ref(backend: ActiveBackend, name: str) -> IndexRef:
    for ref in named_refs(backend):
        if ref.name == name:
            return ref
    raise NotFound(f"this memory backend names no index {name}")


def _uses(backend: ActiveBackend, kind: BackendKind, name: str) -> bool:
    # Names in Unity Catalog do not tell large letters from small ones.
    names = {ref.name.lower() for ref in named_refs(backend)}
    return backend.kind is kind and name.lower() in names


async def _count(
    repository: VectorIndexRepository,
    group_id: str,
    ref: IndexRef,
    found: IndexFinding,
    crews: Sequence[str],
) -> int | None:
    if found.description is None:
        return None
    if isinstance(repository, HasEndpoints):
        return found.description.row_count
    return await own_record_count(repository, group_id, ref, crews)


def _read(
    ref: IndexRef, found: IndexFinding, count: int | None, embedder: EmbedderPlan
) -> MemoryIndexRead:
    kept = found.description.info.embedding_model if found.description else ""
    return MemoryIndexRead(
        **index_check(ref, found).model_dump(), embedder=kept or embedder.name, row_count=count
    )


def _shared(name: str) -> Forbidden:
    return Forbidden(
        f"other groups use index {name} or have records in it; only a system administrator "
        "(KASAL_SYSTEM_ADMINS) may delete it. Emptying it removes this group's records alone"
    )
