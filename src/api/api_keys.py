"""Provider keys of the group: their names are shown to members, their values to nobody."""

from fastapi import APIRouter, Response

from src.api.dependencies import ADMIN, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, PageQuery
from src.schemas.api_key import ApiKeyCreate, ApiKeyRead, ApiKeyUpdate
from src.schemas.common import Page, RowId

router = APIRouter(prefix="/api-keys", tags=["api-keys"], route_class=StrictRoute)


@router.get("")
async def list_api_keys(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[ApiKeyRead]:
    return await container.api_keys.list(principal, paging)


@router.post("", status_code=201, dependencies=[ADMIN])
async def create_api_key(
    container: ContainerDep, principal: CurrentPrincipal, body: ApiKeyCreate, response: Response
) -> ApiKeyRead:
    created = await container.api_keys.create(principal, body)
    response.headers["Location"] = f"/api/v1/api-keys/{created.id}"
    return created


@router.get("/{id}")
async def get_api_key(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> ApiKeyRead:
    return await container.api_keys.get(principal, id)


@router.patch("/{id}", dependencies=[ADMIN])
async def update_api_key(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: ApiKeyUpdate,
    expected_version: ExpectedVersion,
) -> ApiKeyRead:
    return await container.api_keys.update(principal, id, body, expected_version)


@router.delete("/{id}", status_code=204, dependencies=[ADMIN])
async def delete_api_key(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> None:
    await container.api_keys.delete(principal, id)
