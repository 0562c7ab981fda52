from fastapi import APIRouter, Response

from src.api.dependencies import ADMIN, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, PageQuery
from src.schemas.common import Page, RowId
from src.schemas.signing_secret import SecretRotation, SecretShown
from src.schemas.webhook import (
    WebhookCreate,
    WebhookCreated,
    WebhookRead,
    WebhookTest,
    WebhookUpdate,
)

router = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=StrictRoute)


@router.get("")
async def list_webhooks(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[WebhookRead]:
    return await container.webhooks.list(principal, paging)


@router.post("", status_code=201, dependencies=[ADMIN])
async def create_webhook(
    container: ContainerDep, principal: CurrentPrincipal, body: WebhookCreate, response: Response
) -> WebhookCreated:
    """The only answer with its secret."""
    created = await container.webhooks.create(principal, body)
    response.headers["Location"] = f"/api/v1/webhooks/{created.id}"
    response.headers["Cache-Control"] = "no-store"
    return created


@router.get("/{id}")
async def get_webhook(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> WebhookRead:
    return await container.webhooks.get(principal, id)


@router.patch("/{id}", dependencies=[ADMIN])
async def update_webhook(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: WebhookUpdate,
    expected_version: ExpectedVersion,
) -> WebhookRead:
    return await container.webhooks.update(principal, id, body, expected_version)


@router.delete("/{id}", status_code=204, dependencies=[ADMIN])
async def delete_webhook(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> None:
    """What is still to be delivered is not sent any more."""
    await container.webhooks.delete(principal, id)


@router.post("/{id}/rotate-secret", dependencies=[ADMIN])
async def rotate_webhook_secret(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: SecretRotation,
    response: Response,
) -> SecretShown:
    """A new secret, shown here and never again; for `overlap_s` deliveries are signed with both."""
    response.headers["Cache-Control"] = "no-store"
    return await container.webhooks.rotate(principal, id, body)


@router.post("/{id}/test", dependencies=[ADMIN])
async def test_webhook(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> WebhookTest:
    return await container.webhooks.test(principal, id)
