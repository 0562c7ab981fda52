"""A group's choices of where its crews' memory is. What stands in the indexes is left alone here."""

from typing import Any

from src.core.clock import Clock
from src.core.cursor import CursorSigner
from src.core.errors import Conflict, FieldError
from src.core.job_status import OPEN
from src.core.tenancy import Principal
from src.core.unit_of_work import Database, UnitOfWork
from src.memory.configuration import ActiveBackend, active_backend, embedder_of, index_plans
from src.memory.plan import BackendKind, EmbedderPlan
from src.models.memory import MemoryBackend
from src.repositories.job import JobRepository
from src.repositories.memory_backend import MemoryBackendRepository
from src.schemas.memory_backend import (
    EmbedderRead,
    IndexChoiceRead,
    MemoryBackendCreate,
    MemoryBackendRead,
    MemoryBackendUpdate,
    MemoryConfig,
)
from src.services.definitions.catalogue import CatalogueService
from src.services.definitions.noun import NounService
from src.services.memory.backend_access import BackendAccess, record_count
from src.services.memory.backend_check import BackendCheck

_DISABLED = (
    "short-term, long-term and entity memory are all switched off (a Disabled Configuration), which "
    "means the built-in default"
)


class MemoryBackendService(
    NounService[MemoryBackend, MemoryBackendCreate, MemoryBackendUpdate, MemoryBackendRead]
):
    repository = MemoryBackendRepository
    read = MemoryBackendRead

    def __init__(
        self,
        database: Database,
        cursors: CursorSigner,
        clock: Clock,
        check: BackendCheck,
        catalogues: CatalogueService,
        stores: BackendAccess,
    ) -> None:
        super().__init__(database, cursors, clock)
        self._check = check
        self._catalogues = catalogues
        self._stores = stores

    async def update(
        self,
        principal: Principal,
        id: str,
        body: MemoryBackendUpdate,
        expected_version: int | None,
    ) -> MemoryBackendRead:
        async with self._database.read() as uow:
            row = await uow.repo(MemoryBackendRepository).get(principal.group_id, id)
        if body.config is not None:
            await self._check_change(principal, active_backend(row), body.config)
            # What was checked is what is changed: in between, nobody else may have.
            expected_version = row.version if expected_version is None else expected_version
        async with self._database.write() as uow:
            await refuse_while_in_set_up(uow, row)
            changed = await uow.repo(MemoryBackendRepository).update(
                principal.group_id,
                id,
                body.changes(),
                now=self._clock.now(),
                expected_version=expected_version,
            )
            return self._show(changed)

    async def delete(self, principal: Principal, id: str) -> None:
        """Indexes and records stay. Deleting the active one leaves the built-in default."""
        async with self._database.write() as uow:
            backends = uow.repo(MemoryBackendRepository)
            await refuse_while_in_set_up(uow, await backends.get(principal.group_id, id))
            await backends.delete(principal.group_id, id)

    async def activate(self, principal: Principal, id: str) -> MemoryBackendRead:
        """Runs that start from now on use it; those that run keep what they began with."""
        async with self._database.write() as uow:
            backends = uow.repo(MemoryBackendRepository)
            await backends.activate(principal.group_id, id, now=self._clock.now())
            return self._show(await backends.get(principal.group_id, id))

    async def deactivate(self, principal: Principal, id: str) -> MemoryBackendRead:
        """Leaves the built-in default. Harmless for one that is not active."""
        async with self._database.write() as uow:
            backends = uow.repo(MemoryBackendRepository)
            if (await backends.get(principal.group_id, id)).is_active:
                await backends.activate(principal.group_id, None, now=self._clock.now())
            return self._show(await backends.get(principal.group_id, id))

    async def _new_values(
        self, principal: Principal, id: str, body: MemoryBackendCreate
    ) -> dict[str, Any]:
        await self.check(principal, ActiveBackend(id, BackendKind(body.kind), body.config))
        values = body.model_dump(mode="json")
        return values | {"is_active": False, "created_by": principal.email}

    async def check(self, principal: Principal, backend: ActiveBackend) -> None:
        """Raises Invalid with everything that is wrong."""
        catalogue = await self._catalogues.of(principal, fresh=True)
        self._check.raise_if_wrong(backend, catalogue)

    async def _check_change(
        self, principal: Principal, old: ActiveBackend, config: MemoryConfig
    ) -> None:
        new = ActiveBackend(old.id, old.kind, config)
        await self.check(principal, new)
        before, after = embedder_of(old), embedder_of(new)
        if before == after:
            return
        async with self._database.read() as uow:
            crews = await uow.repo(MemoryBackendRepository).crew_identities(principal.group_id)
        # Those of the new configuration too: they may be named in the same change.
        refs = {plan.ref(type) for type, plan in index_plans(old).items()}
        refs |= {plan.ref(type) for type, plan in index_plans(new).items()}
        filled = {}
        async with self._stores.open(principal, old) as repository:
            for ref in sorted(refs, key=lambda one: one.name):
                if count := await record_count(repository, principal.group_id, ref, crews):
                    filled[ref.name] = count
        if filled:
            raise _other_embedder(filled, before, after)

    def _show(self, row: MemoryBackend) -> MemoryBackendRead:
        return backend_read(row)


async def refuse_while_in_set_up(uow: UnitOfWork, row: MemoryBackend) -> None:
    if row.setup_job_id is None:
        return
    job = await uow.repo(JobRepository).find(row.group_id, row.setup_job_id)
    if job is not None and job.status in OPEN:
        raise Conflict(
            f"this memory backend is being set up (job {job.id}); wait until that has ended, or "
            f"cancel it with POST /api/v1/jobs/{job.id}/cancel"
        )


def backend_read(row: MemoryBackend) -> MemoryBackendRead:
    backend = active_backend(row)
    effective = backend.effective
    return MemoryBackendRead(
        id=row.id,
        group_id=row.group_id,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        name=row.name,
        kind=backend.kind.value,
        is_active=row.is_active,
        config=backend.config,
        created_by=row.created_by,
        setup_job_id=row.setup_job_id,
        effective=effective.kind.value,
        effective_reason=_DISABLED if backend.config.is_disabled else None,
        embedder=embedder_read(embedder_of(effective)),
        indexes=[
            IndexChoiceRead(type=type, name=plan.name, endpoint=plan.endpoint)
            for type, plan in index_plans(effective).items()
        ],
    )


def embedder_read(plan: EmbedderPlan) -> EmbedderRead:
    return EmbedderRead(
        name=plan.name, provider=plan.provider, model=plan.model, dimension=plan.dimension
    )


def _other_embedder(filled: dict[str, int], before: EmbedderPlan, after: EmbedderPlan) -> Conflict:
    names = ", ".join(f"{name} ({count})" for name, count in filled.items())
    message = (
        f"these indexes hold records that {before.name} made vectors of: {names}; {after.name} cannot "
        "search them. Make a new backend with the new embedder, and move the records with "
        "POST /api/v1/memory/migrations"
    )
    error = FieldError("/config/embedder", "embedder-in-use", message)
    return Conflict(message, errors=(error,))
