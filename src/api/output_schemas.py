from fastapi import APIRouter, Response

from src.api.dependencies import EDITOR, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, PageQuery
from src.schemas.common import Page, RowId
from src.schemas.output_schema import OutputSchemaCreate, OutputSchemaRead, OutputSchemaUpdate

router = APIRouter(prefix="/output-schemas", tags=["output-schemas"], route_class=StrictRoute)


@router.get("")
async def list_output_schemas(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[OutputSchemaRead]:
    return await container.output_schemas.list(principal, paging)


@router.post("", status_code=201, dependencies=[EDITOR])
async def create_output_schema(
    container: ContainerDep,
    principal: CurrentPrincipal,
    body: OutputSchemaCreate,
    response: Response,
) -> OutputSchemaRead:
    created = await container.output_schemas.create(principal, body)
    response.headers["Location"] = f"/api/v1/output-schemas/{created.id}"
    return created


@router.get("/{id}")
async def get_output_schema(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> OutputSchemaRead:
    return await container.output_schemas.get(principal, id)


@router.patch("/{id}", dependencies=[EDITOR])
async def update_output_schema(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: OutputSchemaUpdate,
    expected_version: ExpectedVersion,
) -> OutputSchemaRead:
    return await container.output_schemas.update(principal, id, body, expected_version)


@router.delete("/{id}", status_code=204, dependencies=[EDITOR])
async def delete_output_schema(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> None:
    await container.output_schemas.delete(principal, id)
