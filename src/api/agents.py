from fastapi import APIRouter, Response

from src.api.dependencies import EDITOR, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, PageQuery
from src.schemas.agent import AgentCreate, AgentRead, AgentUpdate
from src.schemas.common import Page, RowId

router = APIRouter(prefix="/agents", tags=["agents"], route_class=StrictRoute)


@router.get("")
async def list_agents(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[AgentRead]:
    return await container.agents.list(principal, paging)


@router.post("", status_code=201, dependencies=[EDITOR])
async def create_agent(
    container: ContainerDep, principal: CurrentPrincipal, body: AgentCreate, response: Response
) -> AgentRead:
    created = await container.agents.create(principal, body)
    response.headers["Location"] = f"/api/v1/agents/{created.id}"
    return created


@router.get("/{id}")
async def get_agent(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> AgentRead:
    return await container.agents.get(principal, id)


@router.patch("/{id}", dependencies=[EDITOR])
async def update_agent(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: AgentUpdate,
    expected_version: ExpectedVersion,
) -> AgentRead:
    return await container.agents.update(principal, id, body, expected_version)


@router.delete("/{id}", status_code=204, dependencies=[EDITOR])
async def delete_agent(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> None:
    await container.agents.delete(principal, id)
