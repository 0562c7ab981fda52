import asyncio
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ValidationError

from src.api.dependencies import EDITOR, ContainerDep
from src.api.strict_json import StrictRoute
from src.api.uploads import read_form
from src.core.batch_status import BatchItemStatus
from src.core.dependencies import CurrentPrincipal, IdempotencyKey, PageQuery
from src.core.documents import check_document
from src.core.errors import BadRequest, FieldError, Invalid
from src.schemas.batch import (
    BatchCreate,
    BatchItemRead,
    BatchOrder,
    BatchRead,
    BatchSummary,
    BatchUpload,
    DatasetFormat,
)
from src.schemas.common import Page, RowId
from src.services.batches.dataset import Dataset, Listed, Uploaded

router = APIRouter(prefix="/batches", tags=["batches"], route_class=StrictRoute)
CREATE_PATH = "/batches"
_ENDINGS = {
    ".jsonl": DatasetFormat.JSONL,
    ".ndjson": DatasetFormat.JSONL,
    ".csv": DatasetFormat.CSV,
}
_MEDIA_TYPES = {
    DatasetFormat.JSONL: "application/jsonl",
    DatasetFormat.CSV: "text/csv; charset=utf-8",
}


def _inlined(shape: type[BaseModel]) -> dict[str, Any]:
    """Its schema without references: what `openapi_extra` holds cannot use those of the document."""
    schema = shape.model_json_schema()
    named = schema.pop("$defs", {})

    def resolved(value: Any) -> Any:
        if isinstance(value, list):
            return [resolved(item) for item in value]
        if not isinstance(value, dict):
            return value
        others = {key: resolved(item) for key, item in value.items() if key != "$ref"}
        if "$ref" in value:
            return {**resolved(named[value["$ref"].rpartition("/")[2]]), **others}
        return others

    inlined: dict[str, Any] = resolved(schema)
    return inlined


def _bodies() -> dict[str, Any]:
    """FastAPI would read the whole body before it asks who sends it, and takes one kind of body only."""
    form = _inlined(BatchUpload)
    file = {
        "type": "string",
        "format": "binary",
        "description": "JSON lines, or CSV with the names of the inputs in the first line",
    }
    whole = {
        **form,
        "properties": {"file": file, **form["properties"]},
        "required": ["file", *form["required"]],
    }
    content = {
        "application/json": {"schema": _inlined(BatchCreate)},
        "multipart/form-data": {"schema": whole},
    }
    return {"requestBody": {"required": True, "content": content}}


@router.post("", status_code=202, dependencies=[EDITOR], openapi_extra=_bodies())
async def create_batch(
    container: ContainerDep,
    principal: CurrentPrincipal,
    idempotency_key: IdempotencyKey,
    request: Request,
    response: Response,
) -> BatchRead:
    """One crew over up to 10,000 rows, listed in JSON or in a file of JSON lines or CSV. Nothing is stored
    unless every row can be used."""
    order, dataset = await _read(request)
    answer = await container.batches.create(principal, order, dataset, idempotency_key)
    response.headers["Location"] = f"/api/v1{CREATE_PATH}/{answer.body.id}"
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return answer.body


@router.get("")
async def list_batches(
    container: ContainerDep, principal: CurrentPrincipal, paging: PageQuery
) -> Page[BatchSummary]:
    return await container.batches.list(principal, paging)


@router.get("/{id}")
async def get_batch(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> BatchRead:
    return await container.batches.get(principal, id)


@router.get("/{id}/items")
async def list_batch_items(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    paging: PageQuery,
    status: BatchItemStatus | None = None,
) -> Page[BatchItemRead]:
    """In the order of the dataset."""
    return await container.batches.items(principal, id, paging, status)


@router.get("/{id}/export", response_class=StreamingResponse)
async def export_batch(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    format: DatasetFormat = DatasetFormat.JSONL,
) -> StreamingResponse:
    """Every row with what became of it. In CSV, a cell that a spreadsheet would take for a formula begins
    with an apostrophe."""
    pieces = await container.batches.export(principal, id, format)
    headers = {"Content-Disposition": f'attachment; filename="batch-{id}.{format}"'}
    return StreamingResponse(pieces, media_type=_MEDIA_TYPES[format], headers=headers)


@router.post("/{id}/cancel")
async def cancel_batch(
    container: ContainerDep, principal: CurrentPrincipal, id: RowId
) -> BatchRead:
    """Rows that wait are cancelled, and so are the executions of those that run."""
    return await container.batches.cancel(principal, id)


@router.post("/{id}/retry", status_code=202, dependencies=[EDITOR])
async def retry_batch(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> BatchRead:
    """Rows that failed, and no others, run anew."""
    return await container.batches.retry(principal, id)


@router.delete("/{id}", status_code=204, dependencies=[EDITOR])
async def delete_batch(container: ContainerDep, principal: CurrentPrincipal, id: RowId) -> None:
    """With its rows. The executions that it has started stay."""
    await container.batches.delete(principal, id)


async def _read(request: Request) -> tuple[BatchOrder, Dataset]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        file, fields = await read_form(request, BatchUpload)
        format = fields.format or _format_of(file.name)
        return fields.order(), Uploaded(format, file.content)
    if kind != "application/json":
        raise BadRequest(
            "send application/json with the rows under items, or multipart/form-data with a file"
        )
    body = await asyncio.to_thread(_parsed, await request.body())
    return body, Listed(body.items)


def _format_of(name: str) -> DatasetFormat:
    for ending, format in _ENDINGS.items():
        if name.lower().endswith(ending):
            return format
    message = f"name the format, jsonl or csv: it does not follow from the name {name[:100]!r}"
    raise Invalid(message, errors=(FieldError("/format", "missing", message),))


def _parsed(content: bytes) -> BatchCreate:
    """Blocking: there may be megabytes of rows."""
    try:
        document = orjson.loads(content)
        check_document(document)
        return BatchCreate.model_validate(document)
    except orjson.JSONDecodeError as exc:
        raise BadRequest(
            "the body must be JSON (UTF-8, finite numbers, no lone surrogates)"
        ) from exc
    except ValidationError as exc:
        errors = [{**error, "loc": ("body", *error["loc"])} for error in exc.errors()]
        raise RequestValidationError(errors) from exc
