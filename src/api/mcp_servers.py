from fastapi import APIRouter, Response

from src.api.dependencies import ADMIN, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, PageQuery
from src.schemas.common import Page, RowId
from src.schemas.mcp_server import (
    McpServerCreate,
    McpServerRead,
    McpServerTest,
    McpServerUpdate,
)

router = APIRouter(prefix="/mcp-servers", tags=["mcp-servers"], route_class=StrictRoute)


@router.get("")
async def list_mcp_servers(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[McpServerRead]:
    return await container.mcp_servers.list(principal, paging)


@router.post("", status_code=201, dependencies=[ADMIN])
async def create_mcp_server(
    container: ContainerDep, principal: CurrentPrincipal, body: McpServerCreate, response: Response
) -> McpServerRead:
    created = await container.mcp_servers.create(principal, body)
    response.headers["Location"] = f"/api/v1/mcp-servers/{created.id}"
    return created


@router.get("/{id}")
async def get_mcp_server(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> McpServerRead:
    return await container.mcp_servers.get(principal, id)


@router.patch("/{id}", dependencies=[ADMIN])
async def update_mcp_server(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: McpServerUpdate,
    expected_version: ExpectedVersion,
) -> McpServerRead:
    return await container.mcp_servers.update(principal, id, body, expected_version)


@router.delete("/{id}", status_code=204, dependencies=[ADMIN])
async def delete_mcp_server(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> None:
    await container.mcp_servers.delete(principal, id)


@router.post("/{id}/test", dependencies=[ADMIN])
async def test_mcp_server(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> McpServerTest:
    return await container.mcp_servers.test(principal, id)
