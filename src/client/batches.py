"""Requests about batches that are of no usual shape."""

from collections.abc import Mapping

from src.client.request import Body, Request, dump, read_as, read_text
from src.client.shapes import at, once, present
from src.schemas.batch import BatchItemRead, BatchRead
from src.schemas.common import Page


def create_batch(body: Body, *, idempotency_key: str | None = None) -> Request[BatchRead]:
    headers = once(idempotency_key)
    return Request("POST", "/batches", read_as(BatchRead), json=dump(body), headers=headers)


def upload_batch(
    file_name: str,
    content: bytes,
    *,
    name: str,
    crew_id: str | None = None,
    flow_id: str | None = None,
    fields: Mapping[str, object] | None = None,
    idempotency_key: str | None = None,
) -> Request[BatchRead]:
    """Of a crew or of a flow. `fields` are the others of schemas.batch.BatchUpload; None is one that is left out."""
    return Request(
        "POST",
        "/batches",
        read_as(BatchRead),
        files={"file": (file_name, content)},
        data=present(name=name, crew_id=crew_id, flow_id=flow_id, **(fields or {})),
        headers=once(idempotency_key),
    )


def list_batch_items(
    id: str, *, limit: int | None = None, cursor: str | None = None, status: str | None = None
) -> Request[Page[BatchItemRead]]:
    params = present(limit=limit, cursor=cursor, status=status)
    path = at("/batches/{}/items", id)
    return Request("GET", path, read_as(Page[BatchItemRead]), params=params)


def export_batch(id: str, *, format: str = "jsonl") -> Request[str]:
    return Request("GET", at("/batches/{}/export", id), read_text, params={"format": format})
