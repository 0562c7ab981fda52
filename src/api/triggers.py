from fastapi import APIRouter, Response

from src.api.dependencies import ADMIN, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, PageQuery
from src.schemas.common import Page, RowId
from src.schemas.signing_secret import SecretRotation, SecretShown
from src.schemas.trigger import TriggerCreate, TriggerCreated, TriggerRead, TriggerUpdate

router = APIRouter(prefix="/triggers", tags=["triggers"], route_class=StrictRoute)


@router.get("")
async def list_triggers(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[TriggerRead]:
    return await container.triggers.list(principal, paging)


@router.post("", status_code=201, dependencies=[ADMIN])
async def create_trigger(
    container: ContainerDep, principal: CurrentPrincipal, body: TriggerCreate, response: Response
) -> TriggerCreated:
    """The only answer with its secret."""
    created = await container.triggers.create(principal, body)
    response.headers["Location"] = f"/api/v1/triggers/{created.id}"
    response.headers["Cache-Control"] = "no-store"
    return created


@router.get("/{id}")
async def get_trigger(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> TriggerRead:
    return await container.triggers.get(principal, id)


@router.patch("/{id}", dependencies=[ADMIN])
async def update_trigger(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: TriggerUpdate,
    expected_version: ExpectedVersion,
) -> TriggerRead:
    return await container.triggers.update(principal, id, body, expected_version)


@router.delete("/{id}", status_code=204, dependencies=[ADMIN])
async def delete_trigger(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> None:
    """The runs that it has started stay."""
    await container.triggers.delete(principal, id)


@router.post("/{id}/rotate-secret", dependencies=[ADMIN])
async def rotate_trigger_secret(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: SecretRotation,
    response: Response,
) -> SecretShown:
    """A new secret, shown here and never again; the old one goes on working for `overlap_s`."""
    response.headers["Cache-Control"] = "no-store"
    return await container.triggers.rotate(principal, id, body)
