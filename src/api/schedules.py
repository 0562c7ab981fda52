from fastapi import APIRouter, Response

from src.api.dependencies import EDITOR, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, PageQuery
from src.schemas.common import Page, RowId
from src.schemas.execution import ExecutionStarted
from src.schemas.schedule import FiringRead, ScheduleCreate, ScheduleRead, ScheduleUpdate

router = APIRouter(prefix="/schedules", tags=["schedules"], route_class=StrictRoute)


@router.get("")
async def list_schedules(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[ScheduleRead]:
    return await container.schedules.list(principal, paging)


@router.post("", status_code=201, dependencies=[EDITOR])
async def create_schedule(
    container: ContainerDep, principal: CurrentPrincipal, body: ScheduleCreate, response: Response
) -> ScheduleRead:
    created = await container.schedules.create(principal, body)
    response.headers["Location"] = f"/api/v1/schedules/{created.id}"
    return created


@router.get("/{id}")
async def get_schedule(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> ScheduleRead:
    return await container.schedules.get(principal, id)


@router.patch("/{id}", dependencies=[EDITOR])
async def update_schedule(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: ScheduleUpdate,
    expected_version: ExpectedVersion,
) -> ScheduleRead:
    return await container.schedules.update(principal, id, body, expected_version)


@router.delete("/{id}", status_code=204, dependencies=[EDITOR])
async def delete_schedule(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> None:
    """The runs that it has started stay."""
    await container.schedules.delete(principal, id)


@router.get("/{id}/firings")
async def list_schedule_firings(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId, paging: PageQuery
) -> Page[FiringRead]:
    return await container.schedules.firings(principal, id, paging)


@router.post("/{id}/run-now", status_code=202)
async def run_schedule_now(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId, response: Response
) -> ExecutionStarted:
    started = await container.schedules.run_now(principal, id)
    response.headers["Location"] = started.links["self"]
    return started


@router.post("/{id}/pause", dependencies=[EDITOR])
async def pause_schedule(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> ScheduleRead:
    return await container.schedules.pause(principal, id)


@router.post("/{id}/resume", dependencies=[EDITOR])
async def resume_schedule(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> ScheduleRead:
    return await container.schedules.resume(principal, id)
