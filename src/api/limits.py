from fastapi import APIRouter

from src.api.dependencies import ADMIN, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion
from src.schemas.limit import LimitsRead, LimitsUpdate

router = APIRouter(prefix="/limits", tags=["limits"], route_class=StrictRoute)


@router.get("")
async def get_limits(container: ContainerDep, principal: CurrentPrincipal) -> LimitsRead:
    return await container.limits.get(principal)


@router.put("", dependencies=[ADMIN])
async def set_limits(
    container: ContainerDep,
    principal: CurrentPrincipal,
    body: LimitsUpdate,
    expected_version: ExpectedVersion,
) -> LimitsRead:
    """Replaces all of them. Running executions go on; budgets hold from the next model call on."""
    return await container.limits.update(principal, body, expected_version)
