from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime

from src.api.dependencies import ContainerDep
from src.api.strict_json import StrictRoute
from src.core.dependencies import CurrentPrincipal, IdempotencyKey, PageQuery
from src.core.execution_status import ExecutionStatus
from src.schemas.common import Page, RowId
from src.schemas.estimate import EstimateRead
from src.schemas.execution import (
    EventPage,
    ExecutionCreate,
    ExecutionKind,
    ExecutionRead,
    ExecutionStarted,
    ExecutionTaskRead,
    ReceiptRead,
    RetryRequest,
    RunTrigger,
)
from src.schemas.execution_plan import ExecutionPlanRead
from src.schemas.flow import FlowNodeRead
from src.schemas.run_preview import RunPreview
from src.services.executions.execution import ExecutionFilter

router = APIRouter(prefix="/executions", tags=["executions"], route_class=StrictRoute)

MAX_SEQ = 2_147_483_647


@router.post("", status_code=202)
async def start_execution(
    container: ContainerDep,
    principal: CurrentPrincipal,
    body: ExecutionCreate,
    idempotency_key: IdempotencyKey,
    response: Response,
) -> ExecutionStarted:
    answer = await container.executions.start(principal, body, idempotency_key)
    response.headers["Location"] = answer.body.links["self"]
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return answer.body


@router.post("/estimate")
async def estimate_execution(
    container: ContainerDep, principal: CurrentPrincipal, body: ExecutionCreate
) -> EstimateRead:
    """What such a run will probably take; starts nothing."""
    return await container.executions.estimate(principal, body)


@router.post("/preview")
async def preview_execution(
    container: ContainerDep, principal: CurrentPrincipal, body: ExecutionCreate
) -> RunPreview:
    """Which inputs such a run needs, with values to begin with, and which models it calls; starts nothing."""
    return await container.run_previews.of(principal, body)


@router.get("")
async def list_executions(
    container: ContainerDep,
    principal: CurrentPrincipal,
    paging: PageQuery,
    status: ExecutionStatus | None = None,
    crew_id: RowId | None = None,
    flow_id: RowId | None = None,
    parent_id: RowId | None = None,
    since: AwareDatetime | None = None,
    kind: ExecutionKind | None = None,
    trigger: RunTrigger | None = None,
) -> Page[ExecutionRead]:
    wanted = ExecutionFilter(status, crew_id, flow_id, parent_id, since, kind, trigger)
    return await container.executions.list(principal, paging, wanted)


@router.get("/{id}")
async def get_execution(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> ExecutionRead:
    return await container.executions.get(principal, id)


@router.get("/{id}/tasks")
async def list_execution_tasks(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> Page[ExecutionTaskRead]:
    return await container.executions.tasks(principal, id)


@router.get("/{id}/plan")
async def get_execution_plan(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> ExecutionPlanRead:
    """What runs, as it was frozen when the run was started: with its inputs filled in."""
    return await container.execution_plans.of(principal, id)


@router.get("/{id}/nodes")
async def list_execution_nodes(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> Page[FlowNodeRead]:
    """Of a flow's run; a crew has none."""
    return await container.flow_starts.nodes(principal, id)


@router.get("/{id}/events")
async def list_execution_events(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    after: Annotated[int, Query(ge=0, le=MAX_SEQ)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> EventPage:
    return await container.event_feed.page(principal, id, after, limit)


@router.get("/{id}/receipts")
async def list_execution_receipts(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery, id: RowId
) -> Page[ReceiptRead]:
    return await container.receipts.of_execution(principal, paging, id)


@router.post("/{id}/cancel")
async def cancel_execution(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> ExecutionRead:
    return await container.executions.cancel(principal, id)


@router.post("/{id}/retry", status_code=202)
async def retry_execution(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId, body: RetryRequest
) -> ExecutionRead:
    return await container.executions.retry(principal, id, body)


@router.delete("/{id}", status_code=204)
async def delete_execution(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> None:
    await container.executions.delete(principal, id)
