from typing import Annotated

from fastapi import APIRouter, Query, Response

from src.api.dependencies import EDITOR, ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, ExpectedVersion, IdempotencyKey, PageQuery
from src.schemas.common import Page, RowId
from src.schemas.crew import (
    CrewChecked,
    CrewCheckRequest,
    CrewCreate,
    CrewImport,
    CrewRead,
    CrewSummary,
    CrewUpdate,
    ExportFormat,
)
from src.schemas.versions import (
    MAX_VERSION,
    DefinitionDiff,
    Rollback,
    VersionNumber,
    VersionRead,
    VersionSummary,
)
from src.services.definitions.crew import CrewFilter

router = APIRouter(prefix="/crews", tags=["crews"], route_class=StrictRoute)
_MEDIA_TYPES = {"yaml": "application/yaml", "json": "application/json"}


@router.get("")
async def list_crews(
    container: ContainerDep,
    principal: CurrentPrincipal,
    paging: PageQuery,
    search: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
    example: bool | None = None,
) -> Page[CrewSummary]:
    """Without their definitions."""
    return await container.crews.list(principal, paging, CrewFilter(search, example))


@router.post("", status_code=201, dependencies=[EDITOR])
async def create_crew(
    container: ContainerDep, principal: CurrentPrincipal, body: CrewCreate, response: Response
) -> CrewRead:
    created = await container.crews.create(principal, body)
    response.headers["Location"] = f"/api/v1/crews/{created.id}"
    return created


@router.post("/check")
async def check_crew(
    container: ContainerDep, principal: CurrentPrincipal, body: CrewCheckRequest
) -> CrewChecked:
    """What would keep a crew that somebody still draws from running; saves nothing."""
    return await container.crews.check(principal, body)


@router.post("/import", status_code=201, dependencies=[EDITOR])
async def import_crew(
    container: ContainerDep,
    principal: CurrentPrincipal,
    body: CrewImport,
    idempotency_key: IdempotencyKey,
    response: Response,
) -> CrewRead:
    answer = await container.crews.import_(principal, body, idempotency_key)
    response.headers["Location"] = f"/api/v1/crews/{answer.body.id}"
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return answer.body


@router.get("/{id}")
async def get_crew(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> CrewRead:
    return await container.crews.get(principal, id)


@router.patch("/{id}", dependencies=[EDITOR])
async def update_crew(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: CrewUpdate,
    expected_version: ExpectedVersion,
) -> CrewRead:
    """A changed definition becomes a new version."""
    return await container.crews.update(principal, id, body, expected_version)


@router.delete("/{id}", status_code=204, dependencies=[EDITOR])
async def delete_crew(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> None:
    await container.crews.delete(principal, id)


@router.get("/{id}/versions")
async def list_crew_versions(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId, paging: PageQuery
) -> Page[VersionSummary]:
    return await container.crews.versions(principal, id, paging)


@router.get("/{id}/versions/{number}")
async def get_crew_version(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId, number: VersionNumber
) -> VersionRead:
    return await container.crews.version(principal, id, number)


@router.get("/{id}/diff")
async def diff_crew(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    older: Annotated[int, Query(alias="from", ge=1, le=MAX_VERSION)],
    newer: Annotated[int, Query(alias="to", ge=1, le=MAX_VERSION)],
) -> DefinitionDiff:
    return await container.crews.diff(principal, id, older, newer)


@router.post("/{id}/rollback", dependencies=[EDITOR])
async def rollback_crew(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: Rollback,
    expected_version: ExpectedVersion,
) -> CrewRead:
    return await container.crews.rollback(principal, id, body, expected_version)


@router.get("/{id}/export", response_class=Response)
async def export_crew(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    format: ExportFormat = "yaml",
) -> Response:
    text = await container.crews.export(principal, id, format)
    return Response(
        text,
        media_type=_MEDIA_TYPES[format],
        headers={"Content-Disposition": f'attachment; filename="crew-{id}.{format}"'},
    )
