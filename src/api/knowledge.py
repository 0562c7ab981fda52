from fastapi import APIRouter, Query, Request, Response

from src.api.dependencies import EDITOR, ContainerDep
from src.api.strict_json import StrictRoute
from src.api.uploads import form_of, read_form
from src.core.dependencies import CurrentPrincipal, IdempotencyKey, PageQuery
from src.schemas.common import Page, RowId
from src.schemas.knowledge import (
    DocumentUpload,
    KnowledgeDocumentRead,
    KnowledgeFound,
    KnowledgeSearch,
)

router = APIRouter(prefix="/knowledge", tags=["knowledge"], route_class=StrictRoute)
UPLOAD_PATH = "/knowledge/documents"


@router.post(
    "/documents",
    status_code=202,
    dependencies=[EDITOR],
    openapi_extra=form_of(DocumentUpload),
)
async def add_document(
    container: ContainerDep,
    principal: CurrentPrincipal,
    idempotency_key: IdempotencyKey,
    request: Request,
    response: Response,
) -> KnowledgeDocumentRead:
    """A worker reads it; GET /jobs/{job_id} says how far it is. The same content twice is one document."""
    file, fields = await read_form(request, DocumentUpload)
    answer = await container.knowledge.upload(principal, file, fields, idempotency_key)
    response.headers["Location"] = f"/api/v1{UPLOAD_PATH}/{answer.body.id}"
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return answer.body


@router.get("/documents")
async def list_documents(
    container: ContainerDep,
    principal: CurrentPrincipal,
    paging: PageQuery,
    crew_id: RowId | None = Query(None, description="only those of this saved crew alone"),
) -> Page[KnowledgeDocumentRead]:
    return await container.knowledge.list(principal, paging, crew_id)


@router.get("/documents/{id}")
async def get_document(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> KnowledgeDocumentRead:
    return await container.knowledge.get(principal, id)


@router.delete("/documents/{id}", status_code=204, dependencies=[EDITOR])
async def delete_document(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> None:
    """With everything that searches could find of it."""
    await container.knowledge.delete(principal, id)


@router.post("/search")
async def search_knowledge(
    container: ContainerDep, principal: CurrentPrincipal, body: KnowledgeSearch
) -> KnowledgeFound:
    return await container.knowledge.search(principal, body)
