"""Webhooks: addresses that hear of what happens in a group."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from src.core.text import ShortText
from src.schemas.common import ErrorRead, OwnedRead, Patch
from src.schemas.model_config import Url
from src.schemas.strict import Strict


class WebhookEvent(StrEnum):
    EXECUTION_COMPLETED = "execution_completed"
    EXECUTION_FAILED = "execution_failed"
    EXECUTION_CANCELLED = "execution_cancelled"
    APPROVAL_REQUESTED = "approval_requested"
    APPROVAL_DECIDED = "approval_decided"
    BATCH_DONE = "batch_done"
    BATCH_CANCELLED = "batch_cancelled"
    SCHEDULE_PAUSED = "schedule_paused"
    """Not by a person."""


def _each_once(events: list[WebhookEvent]) -> list[WebhookEvent]:
    return list(dict.fromkeys(events))


Events = Annotated[
    list[WebhookEvent], Field(min_length=1, max_length=50), AfterValidator(_each_once)
]
_OUTPUTS = "tell the result and the text of an error too"


class WebhookCreate(Strict):
    name: ShortText
    url: Url
    events: Events
    include_outputs: bool = Field(False, description=_OUTPUTS)
    enabled: bool = True


class WebhookUpdate(Patch):
    name: ShortText | None = None
    url: Url | None = None
    events: Events | None = None
    include_outputs: bool | None = Field(None, description=_OUTPUTS)
    enabled: bool | None = None


class WebhookRead(OwnedRead):
    """What became of its deliveries: GET /jobs?subject=<id>."""

    name: str
    url: str
    events: list[WebhookEvent]
    include_outputs: bool
    enabled: bool
    disabled_because: str | None = Field(description="where not a person disabled it")
    old_secret_until: datetime | None
    created_by: str


class WebhookCreated(WebhookRead):
    secret: str = Field(description="`whsec_…`; it is not shown again")


class WebhookTest(BaseModel):
    """What happened when an event of the type `test` was sent."""

    ok: bool
    status: int | None = Field(None, description="of the answer, where there was one")
    latency_ms: int
    error: ErrorRead | None = None
