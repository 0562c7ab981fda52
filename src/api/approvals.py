from fastapi import APIRouter, Response

from src.api.dependencies import ContainerDep
from src.api.strict_json import StrictRoute
from src.core.approval import ApprovalStatus
from src.core.dependencies import CurrentPrincipal, IdempotencyKey, PageQuery
from src.schemas.approval import ApprovalDecision, ApprovalRead
from src.schemas.common import Page, RowId

router = APIRouter(tags=["approvals"], route_class=StrictRoute)


@router.get("/approvals")
async def list_approvals(
    container: ContainerDep,
    principal: CurrentPrincipal,
    paging: PageQuery,
    status: ApprovalStatus | None = None,
) -> Page[ApprovalRead]:
    """Newest first."""
    return await container.approvals.list(principal, paging, status=status)


@router.get("/approvals/{id}")
async def get_approval(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> ApprovalRead:
    return await container.approvals.get(principal, id)


@router.post("/approvals/{id}/decision")
async def decide_approval(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    body: ApprovalDecision,
    idempotency_key: IdempotencyKey,
    response: Response,
) -> ApprovalRead:
    """409 when it was decided before, or when what you looked at is not what is asked."""
    answer = await container.approvals.decide(principal, id, body, idempotency_key)
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return answer.body


@router.get("/executions/{id}/approvals")
async def list_execution_approvals(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery, id: RowId
) -> Page[ApprovalRead]:
    """Newest first."""
    return await container.approvals.list(principal, paging, execution_id=id)
