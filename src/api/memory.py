from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from src.api.dependencies import ADMIN, EDITOR, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, PageQuery
from src.schemas.common import Page, RowId
from src.schemas.databricks_index_schemas import MemoryType
from src.schemas.job import JobRead
from src.schemas.memory import (
    CrewMemoryType,
    CrewRef,
    ForgetRequest,
    MemoryCleared,
    MemoryHealth,
    MemorySearch,
    MemorySearchResult,
    MemoryStats,
    MigrationRequest,
    RecordCreate,
    RecordRead,
    RecordUpdate,
    RecordUse,
)
from src.services.memory.report import UNUSED_AFTER_DAYS

router = APIRouter(prefix="/memory", tags=["memory"], route_class=StrictRoute)
RecordPath = Annotated[str, Path(min_length=1, max_length=200)]
_CREW = "a saved crew's id, for all that it ever was, or the identity of one"
CrewQuery = Annotated[CrewRef | None, Query(description=_CREW)]


@router.get("/records")
async def list_memory_records(
    container: ContainerDep,
    principal: CurrentPrincipal,
    paging: PageQuery,
    type: MemoryType | None = None,
    crew_id: CrewQuery = None,
) -> Page[RecordRead]:
    """In the order of ids, because vector stores can page in no other; without a type, what crews remember,
    one type after the other. `POST /memory/search` finds by meaning."""
    return await container.memory_records.list(principal, paging, type, crew_id)


@router.post("/records", status_code=201, dependencies=[EDITOR])
async def create_memory_record(
    container: ContainerDep, principal: CurrentPrincipal, body: RecordCreate, response: Response
) -> RecordRead:
    """Teaches a crew that has run: a lesson, an observation or an entity."""
    created = await container.memory_records.create(principal, body)
    response.headers["Location"] = f"/api/v1/memory/records/{created.type}/{created.id}"
    return created


@router.delete("/records", dependencies=[EDITOR])
async def clear_memory(
    container: ContainerDep,
    principal: CurrentPrincipal,
    response: Response,
    crew_id: Annotated[CrewRef, Query(description=_CREW)],
    type: CrewMemoryType | None = None,
) -> MemoryCleared:
    """Removes what a crew remembers, of one type or of all. 202 with a job where that takes longer."""
    cleared = await container.memory_clearing.clear(principal, crew_id, type)
    if cleared.job_id is not None:
        response.status_code = 202
        response.headers["Location"] = f"/api/v1/jobs/{cleared.job_id}"
    return cleared


@router.get("/records/{type}/{id}")
async def get_memory_record(
    container: ContainerDep, principal: CurrentPrincipal, type: MemoryType, id: RecordPath
) -> RecordRead:
    return await container.memory_records.get(principal, type, id)


@router.patch("/records/{type}/{id}", dependencies=[EDITOR])
async def update_memory_record(
    container: ContainerDep,
    principal: CurrentPrincipal,
    type: MemoryType,
    id: RecordPath,
    body: RecordUpdate,
    expected_version: ExpectedVersion,
) -> RecordRead:
    """Texts that change are embedded anew. `pinned` puts it before every task of its crew."""
    return await container.memory_records.update(principal, type, id, body, expected_version)


@router.delete("/records/{type}/{id}", status_code=204, dependencies=[EDITOR])
async def delete_memory_record(
    container: ContainerDep, principal: CurrentPrincipal, type: MemoryType, id: RecordPath
) -> None:
    await container.memory_records.delete(principal, type, id)


@router.get("/records/{type}/{id}/executions")
async def list_memory_record_executions(
    container: ContainerDep,
    principal: CurrentPrincipal,
    paging: PageQuery,
    type: MemoryType,
    id: RecordPath,
) -> Page[RecordUse]:
    """Which executions had it in front of them, newest first."""
    return await container.memory_records.executions(principal, type, id, paging)


@router.post("/search")
async def search_memory(
    container: ContainerDep, principal: CurrentPrincipal, body: MemorySearch
) -> MemorySearchResult:
    """As crews recall: by meaning and by words at once."""
    return await container.memory_records.search(principal, body)


@router.get("/stats")
async def get_memory_stats(
    container: ContainerDep, principal: CurrentPrincipal, crew_id: CrewQuery = None
) -> MemoryStats:
    return await container.memory_reports.stats(principal, crew_id)


@router.get("/health")
async def get_memory_health(
    container: ContainerDep,
    principal: CurrentPrincipal,
    crew_id: CrewQuery = None,
    unused_after_days: Annotated[int, Query(ge=1, le=3650)] = UNUSED_AFTER_DAYS,
) -> MemoryHealth:
    """Near-duplicates, records that nobody ever had, loops, what looks like a secret, and what has expired."""
    return await container.memory_reports.health(principal, crew_id, unused_after_days)


@router.post("/forget", status_code=202, dependencies=[EDITOR])
async def forget_memory(
    container: ContainerDep, principal: CurrentPrincipal, body: ForgetRequest, response: Response
) -> JobRead:
    """Removes it from records, executions and documents, and looks whether any is left: a job, whose result
    says what went. With `dry_run` it says what would go."""
    job = await container.memory_forgetting.start(principal, body)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return job


@router.post("/migrations", status_code=202, dependencies=[ADMIN])
async def start_memory_migration(
    container: ContainerDep, principal: CurrentPrincipal, body: MigrationRequest, response: Response
) -> JobRead:
    """Copies what crews remember to another backend, with vectors where both have the same embedder. The source
    stays; activate the target when the job is done."""
    job = await container.memory_migrations.start(principal, body)
    response.headers["Location"] = f"/api/v1/memory/migrations/{job.id}"
    return job


@router.get("/migrations")
async def list_memory_migrations(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[JobRead]:
    return await container.memory_migrations.list(principal, paging)


@router.get("/migrations/{id}")
async def get_memory_migration(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> JobRead:
    return await container.memory_migrations.get(principal, id)
