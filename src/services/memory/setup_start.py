"""Planning and starting a set-up of memory, for a new backend or one that is there already."""

from src.core import ids
from src.core.clock import Clock
from src.core.errors import Conflict
from src.core.tenancy import Principal
from src.core.unit_of_work import Database, UnitOfWork
from src.memory.configuration import ActiveBackend, active_backend, embedder_of, index_plans
from src.memory.plan import BackendKind
from src.models.memory import MemoryBackend
from src.repositories.memory_backend import MemoryBackendRepository
from src.schemas.databricks_index_schemas import MemoryType
from src.schemas.job import JobRead
from src.schemas.memory_backend import (
    CheckRead,
    CheckStatus,
    IndexCheckRead,
    MemoryConfig,
    MemorySetup,
    NewMemorySetup,
    SetupItemRead,
    SetupPlanRead,
)
from src.services.jobs.handler import JobKind
from src.services.jobs.job import JobService, job_read
from src.services.memory.backend import (
    MemoryBackendService,
    embedder_read,
    refuse_while_in_set_up,
)
from src.services.memory.backend_access import BackendAccess
from src.services.memory.inspection import identity_of, inspect

_BILLED = (
    "Databricks bills a vector search endpoint for as long as it exists, whether it is used or not, and "
    "the endpoint of the embedding model by use. Prices are those of your workspace and region"
)
_FREE = "nothing beyond the storage of this server's own database and disk"
_TABLES = {
    MemoryType.SHORT_TERM: "short_term_memory",
    MemoryType.LONG_TERM: "long_term_memory",
    MemoryType.ENTITY: "entity_memory",
    MemoryType.DOCUMENT: "document_embeddings",
}


class MemorySetupService:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        backends: MemoryBackendService,
        stores: BackendAccess,
        jobs: JobService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._backends = backends
        self._stores = stores
        self._jobs = jobs

    async def plan(self, principal: Principal, id: str) -> SetupPlanRead:
        async with self._database.read() as uow:
            row = await uow.repo(MemoryBackendRepository).get(principal.group_id, id)
        backend = active_backend(row)
        _require_names(backend)
        return await self._planned(principal, backend)

    async def plan_new(self, principal: Principal, body: NewMemorySetup) -> SetupPlanRead:
        """Names end in eight characters that each new backend makes anew."""
        backend = _new_backend(ids.new(), body)
        await self._backends.check(principal, backend)
        return await self._planned(principal, backend)

    async def start(self, principal: Principal, id: str, body: MemorySetup) -> JobRead:
        async with self._database.write() as uow:
            row = await uow.repo(MemoryBackendRepository).get(principal.group_id, id)
            _require_names(active_backend(row))
            await refuse_while_in_set_up(uow, row)
            return await self._started(uow, principal, row, activate=body.activate)

    async def start_new(self, principal: Principal, body: NewMemorySetup) -> JobRead:
        """Makes the backend, too: the subject of the job."""
        backend = _new_backend(ids.new(), body)
        await self._backends.check(principal, backend)
        now = self._clock.now()
        row = MemoryBackend(
            id=backend.id,
            group_id=principal.group_id,
            name=body.name,
            kind=backend.kind.value,
            is_active=False,
            config=backend.config.model_dump(mode="json"),
            created_by=principal.email,
            version=1,
            created_at=now,
            updated_at=now,
        )
        async with self._database.write() as uow:
            await uow.repo(MemoryBackendRepository).add(row)
            return await self._started(uow, principal, row, activate=body.activate)

    async def _started(
        self, uow: UnitOfWork, principal: Principal, row: MemoryBackend, *, activate: bool
    ) -> JobRead:
        job = await self._jobs.start(
            uow,
            group_id=principal.group_id,
            kind=JobKind.MEMORY_SETUP,
            subject_id=row.id,
            arguments={
                "kind": row.kind,
                "activate": activate,
                "signed_in": principal.forwarded_token is not None,
            },
            created_by=principal.email,
            user_token=principal.forwarded_token,
        )
        await uow.repo(MemoryBackendRepository).update(
            principal.group_id,
            row.id,
            {"setup_job_id": job.id},
            now=self._clock.now(),
            expected_version=row.version,
        )
        return job_read(job)

    async def _planned(self, principal: Principal, backend: ActiveBackend) -> SetupPlanRead:
        async with self._stores.open(principal, backend) as repository:
            endpoints, indexes = await inspect(repository, backend)
            identity = await identity_of(repository)
        items = [_item("endpoint", one) for one in endpoints]
        items += [_item("index", one) for one in indexes]
        on_databricks = backend.kind is BackendKind.DATABRICKS
        return SetupPlanRead(
            kind=backend.kind.value,
            identity=identity,
            items=items,
            embedder=embedder_read(embedder_of(backend)),
            cost=_BILLED if on_databricks else _FREE,
        )


def _item(what: str, check: CheckRead) -> SetupItemRead:
    by_status = {
        CheckStatus.MISSING: "create",
        CheckStatus.READY: "use",
        CheckStatus.NOT_READY: "use",
    }
    detail = {"create": "it does not exist yet", "use": check.detail or "it exists"}
    action = by_status.get(check.status, "blocked")
    return SetupItemRead.model_validate(
        {
            "what": what,
            "name": check.name,
            "type": check.type if isinstance(check, IndexCheckRead) else None,
            "action": action,
            "detail": detail.get(action, f"{check.detail}: {check.remedy}"),
        }
    )


def _new_backend(id: str, body: NewMemorySetup) -> ActiveBackend:
    tables = {
        type: f"{body.catalog}.{body.schema_}.{table}_{id.replace('-', '')[-8:]}"
        for type, table in _TABLES.items()
    }
    config = MemoryConfig(
        endpoint_name=body.endpoint_name,
        document_endpoint_name=body.document_endpoint_name,
        short_term_index=tables[MemoryType.SHORT_TERM],
        long_term_index=tables[MemoryType.LONG_TERM],
        entity_index=tables[MemoryType.ENTITY],
        document_index=tables[MemoryType.DOCUMENT],
        embedder=body.embedder,
    )
    return ActiveBackend(id, BackendKind.DATABRICKS, config)


def _require_names(backend: ActiveBackend) -> None:
    plans = index_plans(backend).values()
    if backend.config.is_disabled:
        raise Conflict(
            "every type of memory is switched off in this configuration, so there is nothing to set up"
        )
    if backend.kind is BackendKind.DATABRICKS and not all(plan.endpoint for plan in plans):
        raise Conflict(
            "indexes on Databricks are made on an endpoint: name it as endpoint_name in the configuration"
        )
