"""Groups and members. Roles are those of the group in the path, so the service checks them."""

from fastapi import APIRouter, Response

from src.api.dependencies import ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, PageQuery
from src.schemas.common import Page, RowId
from src.schemas.group import (
    GroupCreate,
    GroupRead,
    GroupUpdate,
    MemberCreate,
    MemberRead,
    MemberUpdate,
)

router = APIRouter(prefix="/groups", tags=["groups"], route_class=StrictRoute)


@router.get("")
async def list_groups(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[GroupRead]:
    return await container.groups.list(principal, paging)


@router.post("", status_code=201)
async def create_group(
    container: ContainerDep, principal: CurrentPrincipal, body: GroupCreate, response: Response
) -> GroupRead:
    created = await container.groups.create(principal, body)
    response.headers["Location"] = f"/api/v1/groups/{created.id}"
    return created


@router.get("/{id}")
async def get_group(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> GroupRead:
    return await container.groups.get(principal, id)


@router.patch("/{id}")
async def update_group(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: GroupUpdate,
    expected_version: ExpectedVersion,
) -> GroupRead:
    return await container.groups.update(principal, id, body, expected_version)


@router.get("/{id}/members")
async def list_members(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId, paging: PageQuery
) -> Page[MemberRead]:
    return await container.groups.members(principal, id, paging)


@router.post("/{id}/members", status_code=201)
async def add_member(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: MemberCreate,
    response: Response,
) -> MemberRead:
    """By e-mail address, whether or not that person was ever here."""
    added = await container.groups.add_member(principal, id, body)
    response.headers["Location"] = f"/api/v1/groups/{id}/members/{added.user_id}"
    return added


@router.put("/{id}/members/{user_id}")
@router.patch("/{id}/members/{user_id}")
async def set_member(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    user_id: RowId,
    body: MemberUpdate,
) -> MemberRead:
    return await container.groups.set_role(principal, id, user_id, body.role)


@router.delete("/{id}/members/{user_id}", status_code=204)
async def remove_member(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId, user_id: RowId
) -> None:
    await container.groups.remove_member(principal, id, user_id)
