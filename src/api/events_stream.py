"""Server-sent events: every event of an execution once and in order, resumed by `Last-Event-ID`."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from src.api.dependencies import ContainerDep
from src.api.executions import MAX_SEQ
from src.core.dependencies import CurrentPrincipal
from src.core.errors import BadRequest
from src.schemas.common import RowId
from src.schemas.execution import EventRead

router = APIRouter(prefix="/executions", tags=["executions"])

HEARTBEAT_S = 10.0
LIFETIME_S = 100.0
"""The proxy of Databricks Apps cuts requests at 120 s; closing earlier makes clients resume cleanly."""


@router.get("/{id}/events/stream", response_class=StreamingResponse)
async def stream_execution_events(
    container: ContainerDep,
    principal: CurrentPrincipal,
    id: RowId,
    after: Annotated[int, Query(ge=0, le=MAX_SEQ)] = 0,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> StreamingResponse:
    await container.event_feed.require(principal, id)
    events = container.event_feed.stream(
        principal,
        id,
        _resume_after(last_event_id, after),
        heartbeat_s=HEARTBEAT_S,
        lifetime_s=LIFETIME_S,
    )
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_frames(events), media_type="text/event-stream", headers=headers)


async def _frames(events: AsyncIterator[EventRead | None]) -> AsyncIterator[str]:
    # Something at once, so that clients and proxies know that the stream stands.
    yield ": open\n\n"
    async for event in events:
        if event is None:
            yield ": heartbeat\n\n"
        else:
            yield f"id: {event.seq}\nevent: {event.type}\ndata: {event.model_dump_json()}\n\n"


def _resume_after(last_event_id: str | None, after: int) -> int:
    if last_event_id is None or last_event_id == "":
        return after
    if not last_event_id.isascii() or not last_event_id.isdigit() or int(last_event_id) > MAX_SEQ:
        raise BadRequest("Last-Event-ID must be the sequence number of the last event you received")
    return int(last_event_id)
