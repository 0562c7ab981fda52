from typing import Annotated

from fastapi import APIRouter, Query, Response

from src.api.dependencies import EDITOR, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, PageQuery
from src.schemas.common import Page, RowId
from src.schemas.flow import FlowCreate, FlowRead, FlowSummary, FlowUpdate
from src.schemas.versions import (
    MAX_VERSION,
    DefinitionDiff,
    Rollback,
    VersionNumber,
    VersionRead,
    VersionSummary,
)

router = APIRouter(prefix="/flows", tags=["flows"], route_class=StrictRoute)


@router.get("")
async def list_flows(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[FlowSummary]:
    """Without their definitions."""
    return await container.flows.list(principal, paging)


@router.post("", status_code=201, dependencies=[EDITOR])
async def create_flow(
    container: ContainerDep, principal: CurrentPrincipal, body: FlowCreate, response: Response
) -> FlowRead:
    created = await container.flows.create(principal, body)
    response.headers["Location"] = f"/api/v1/flows/{created.id}"
    return created


@router.get("/{id}")
async def get_flow(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> FlowRead:
    return await container.flows.get(principal, id)


@router.patch("/{id}", dependencies=[EDITOR])
async def update_flow(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: FlowUpdate,
    expected_version: ExpectedVersion,
) -> FlowRead:
    """A changed definition becomes a new version."""
    return await container.flows.update(principal, id, body, expected_version)


@router.delete("/{id}", status_code=204, dependencies=[EDITOR])
async def delete_flow(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> None:
    await container.flows.delete(principal, id)


@router.get("/{id}/versions")
async def list_flow_versions(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId, paging: PageQuery
) -> Page[VersionSummary]:
    return await container.flows.versions(principal, id, paging)


@router.get("/{id}/versions/{number}")
async def get_flow_version(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId, number: VersionNumber
) -> VersionRead:
    return await container.flows.version(principal, id, number)


@router.get("/{id}/diff")
async def diff_flow(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    older: Annotated[int, Query(alias="from", ge=1, le=MAX_VERSION)],
    newer: Annotated[int, Query(alias="to", ge=1, le=MAX_VERSION)],
) -> DefinitionDiff:
    return await container.flows.diff(principal, id, older, newer)


@router.post("/{id}/rollback", dependencies=[EDITOR])
async def rollback_flow(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: Rollback,
    expected_version: ExpectedVersion,
) -> FlowRead:
    return await container.flows.rollback(principal, id, body, expected_version)
