from fastapi import APIRouter

from src.api.dependencies import ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal
from src.schemas.group import MeRead

router = APIRouter(prefix="/me", tags=["me"], route_class=StrictRoute)


@router.get("")
async def get_me(container: ContainerDep, principal: CurrentPrincipal) -> MeRead:
    """Who the caller is, for which groups, and which model providers are ready to use."""
    return await container.groups.me(principal)
