from fastapi import APIRouter, Response

from src.api.dependencies import ADMIN, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, PageQuery
from src.schemas.common import Page, RowId
from src.schemas.job import JobRead
from src.schemas.memory_backend import (
    EmptyMemoryIndex,
    IndexName,
    MemoryBackendCreate,
    MemoryBackendRead,
    MemoryBackendUpdate,
    MemoryIndexDetail,
    MemoryIndexRead,
    MemorySetup,
    MemoryVerification,
    MemoryWorkspaceRead,
    NewMemorySetup,
    SetupPlanRead,
)

router = APIRouter(prefix="/memory/backends", tags=["memory"], route_class=StrictRoute)


@router.get("")
async def list_memory_backends(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[MemoryBackendRead]:
    return await container.memory_backends.list(principal, paging)


@router.post("", status_code=201, dependencies=[ADMIN])
async def create_memory_backend(
    container: ContainerDep,
    principal: CurrentPrincipal,
    body: MemoryBackendCreate,
    response: Response,
) -> MemoryBackendRead:
    created = await container.memory_backends.create(principal, body)
    response.headers["Location"] = f"/api/v1/memory/backends/{created.id}"
    return created


@router.post("/setup", status_code=202, dependencies=[ADMIN])
async def setup_new_memory_backend(
    container: ContainerDep, principal: CurrentPrincipal, body: NewMemorySetup, response: Response
) -> JobRead:
    return _started(await container.memory_setups.start_new(principal, body), response)


@router.post("/setup/plan", dependencies=[ADMIN])
async def plan_new_memory_backend(
    container: ContainerDep, principal: CurrentPrincipal, body: NewMemorySetup
) -> SetupPlanRead:
    return await container.memory_setups.plan_new(principal, body)


@router.get("/setup/workspace", dependencies=[ADMIN])
async def get_memory_workspace(
    container: ContainerDep, principal: CurrentPrincipal
) -> MemoryWorkspaceRead:
    """Whose rights a set-up would use in Databricks, and whether vector search may be used there."""
    return await container.memory_workspaces.look(principal)


@router.get("/{id}")
async def get_memory_backend(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> MemoryBackendRead:
    return await container.memory_backends.get(principal, id)


@router.patch("/{id}", dependencies=[ADMIN])
async def update_memory_backend(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: MemoryBackendUpdate,
    expected_version: ExpectedVersion,
) -> MemoryBackendRead:
    return await container.memory_backends.update(principal, id, body, expected_version)


@router.delete("/{id}", status_code=204, dependencies=[ADMIN])
async def delete_memory_backend(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> None:
    await container.memory_backends.delete(principal, id)


@router.post("/{id}/activate", dependencies=[ADMIN])
async def activate_memory_backend(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> MemoryBackendRead:
    return await container.memory_backends.activate(principal, id)


@router.post("/{id}/deactivate", dependencies=[ADMIN])
async def deactivate_memory_backend(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> MemoryBackendRead:
    return await container.memory_backends.deactivate(principal, id)


@router.get("/{id}/setup")
async def plan_memory_setup(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> SetupPlanRead:
    return await container.memory_setups.plan(principal, id)


@router.post("/{id}/setup", status_code=202, dependencies=[ADMIN])
async def setup_memory_backend(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: MemorySetup,
    response: Response,
) -> JobRead:
    return _started(await container.memory_setups.start(principal, id, body), response)


@router.post("/{id}/verify")
async def verify_memory_backend(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> MemoryVerification:
    return await container.memory_indexes.verify(principal, id)


@router.get("/{id}/indexes")
async def list_memory_indexes(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> Page[MemoryIndexRead]:
    return await container.memory_indexes.page(principal, id)


@router.get("/{id}/indexes/{name}")
async def get_memory_index(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId, name: IndexName
) -> MemoryIndexDetail:
    return await container.memory_indexes.get(principal, id, name)


@router.delete("/{id}/indexes/{name}", status_code=204, dependencies=[ADMIN])
async def delete_memory_index(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId, name: IndexName
) -> None:
    await container.memory_indexes.delete(principal, id, name)


@router.post("/{id}/indexes/{name}/empty", status_code=202, dependencies=[ADMIN])
async def empty_memory_index(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    name: IndexName,
    body: EmptyMemoryIndex,
    response: Response,
) -> JobRead:
    job = await container.memory_indexes.empty(principal, id, name, body)
    return _started(job, response)


def _started(job: JobRead, response: Response) -> JobRead:
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return job
