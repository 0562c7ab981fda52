"""What a group may use, and what it has used."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from src.schemas.execution import UsageRead
from src.schemas.strict import Strict

Days = Annotated[int, Field(ge=0, le=36_500)]


class LimitsUpdate(Strict):
    """All of them at once: what is left out or null is the installation's default."""

    max_running: Annotated[int, Field(ge=1, le=500)] | None = Field(
        None, description="executions at once; at most the installation's KASAL_GROUP_CONCURRENCY"
    )
    max_queued: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="executions that wait; at most the installation's KASAL_GROUP_MAX_QUEUED"
    )
    monthly_usd: Annotated[float, Field(gt=0, le=1_000_000_000)] | None = Field(
        None, description="a calendar month in UTC; null is without limit"
    )
    monthly_tokens: Annotated[int, Field(gt=0, le=10_000_000_000_000)] | None = None
    keep_executions_days: Days | None = Field(
        None, description="ended executions go after so many days; 0 keeps them for ever"
    )
    keep_events_days: Days | None = None


class ModelWaits(BaseModel):
    """How often calls of a model waited for its rate limit, ever."""

    model: str
    waits: int
    waited_s: float


class LimitsRead(BaseModel):
    max_running: int | None
    max_queued: int | None
    monthly_usd: float | None
    monthly_tokens: int | None
    keep_executions_days: int | None
    keep_events_days: int | None
    version: int
    effective_max_running: int
    effective_max_queued: int
    month: str = Field(examples=["2026-11"])
    month_ends_at: datetime
    used: UsageRead
    """In this month."""
    queued: int
    running: int
    models: list[ModelWaits]
