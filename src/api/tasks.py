from fastapi import APIRouter, Response

from src.api.dependencies import EDITOR, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, PageQuery
from src.schemas.common import Page, RowId
from src.schemas.task import TaskCreate, TaskRead, TaskUpdate

router = APIRouter(prefix="/tasks", tags=["tasks"], route_class=StrictRoute)


@router.get("")
async def list_tasks(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[TaskRead]:
    return await container.tasks.list(principal, paging)


@router.post("", status_code=201, dependencies=[EDITOR])
async def create_task(
    container: ContainerDep, principal: CurrentPrincipal, body: TaskCreate, response: Response
) -> TaskRead:
    created = await container.tasks.create(principal, body)
    response.headers["Location"] = f"/api/v1/tasks/{created.id}"
    return created


@router.get("/{id}")
async def get_task(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> TaskRead:
    return await container.tasks.get(principal, id)


@router.patch("/{id}", dependencies=[EDITOR])
async def update_task(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: TaskUpdate,
    expected_version: ExpectedVersion,
) -> TaskRead:
    return await container.tasks.update(principal, id, body, expected_version)


@router.delete("/{id}", status_code=204, dependencies=[EDITOR])
async def delete_task(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> None:
    await container.tasks.delete(principal, id)
