from fastapi import APIRouter

from src.api.dependencies import ADMIN, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, PageQuery
from src.schemas.common import Page
from src.schemas.tool import ToolKey, ToolPut, ToolRead, ToolUpdate

router = APIRouter(prefix="/tools", tags=["tools"], route_class=StrictRoute)


@router.get("")
async def list_tools(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[ToolRead]:
    """Ordered by key."""
    return await container.tools.list(principal, paging)


@router.get("/{id}")
async def get_tool(container: ContainerDep, principal: CurrentPrincipal, id: ToolKey) -> ToolRead:
    return await container.tools.get(principal, id)


@router.put("/{id}", dependencies=[ADMIN])
async def put_tool(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: ToolKey,
    body: ToolPut,
    expected_version: ExpectedVersion,
) -> ToolRead:
    return await container.tools.put(principal, id, body, expected_version)


@router.patch("/{id}", dependencies=[ADMIN])
async def update_tool(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: ToolKey,
    body: ToolUpdate,
    expected_version: ExpectedVersion,
) -> ToolRead:
    return await container.tools.update(principal, id, body, expected_version)
