from fastapi import APIRouter, Query

from src.api.dependencies import EDITOR, ContainerDep
from src.core.dependencies import CurrentPrincipal, PageQuery
from src.schemas.common import Page, RowId
from src.schemas.job import JobRead

router = APIRouter(prefix="/jobs", tags=["jobs"])


@router.get("")
async def list_jobs(
    container: ContainerDep,
    principal: CurrentPrincipal,
    paging: PageQuery,
    subject: RowId | None = Query(None, description="a backend, a document, an execution"),
) -> Page[JobRead]:
    return await container.jobs.list(principal, paging, subject)


@router.get("/{id}")
async def get_job(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> JobRead:
    return await container.jobs.get(principal, id)


@router.post("/{id}/cancel", dependencies=[EDITOR])
async def cancel_job(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> JobRead:
    return await container.jobs.cancel(principal, id)
