from fastapi import APIRouter, Response

from src.api.dependencies import ADMIN, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, PageQuery
from src.schemas.common import Page, RowId
from src.schemas.job import JobRead
from src.schemas.model_config import (
    ModelConfigCreate,
    ModelConfigRead,
    ModelConfigUpdate,
    ModelTest,
)

router = APIRouter(prefix="/models", tags=["models"], route_class=StrictRoute)


@router.get("")
async def list_models(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[ModelConfigRead]:
    return await container.models.list(principal, paging)


@router.post("", status_code=201, dependencies=[ADMIN])
async def create_model(
    container: ContainerDep,
    principal: CurrentPrincipal,
    body: ModelConfigCreate,
    response: Response,
) -> ModelConfigRead:
    created = await container.models.create(principal, body)
    response.headers["Location"] = f"/api/v1/models/{created.id}"
    return created


@router.post("/test", status_code=202)
async def test_model(
    container: ContainerDep, principal: CurrentPrincipal, body: ModelTest, response: Response
) -> JobRead:
    """Asks the model one small question with the keys that a run would have. What came of it is the `result`
    of the job: `ok`, `latency_ms`, and `error` with a code and what to do."""
    job = await container.model_trials.start(principal, body)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return job


@router.get("/{id}")
async def get_model(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> ModelConfigRead:
    return await container.models.get(principal, id)


@router.patch("/{id}", dependencies=[ADMIN])
async def update_model(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: ModelConfigUpdate,
    expected_version: ExpectedVersion,
) -> ModelConfigRead:
    return await container.models.update(principal, id, body, expected_version)


@router.delete("/{id}", status_code=204, dependencies=[ADMIN])
async def delete_model(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> None:
    await container.models.delete(principal, id)
