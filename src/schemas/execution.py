"""Executions as clients start and read them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, JsonValue, model_validator

from src.core.execution_status import ExecutionStatus, TaskStatus
from src.core.text import Key, ShortText, clean_text
from src.schemas.common import ErrorRead, RowId
from src.schemas.crew_config import CrewDefinition, Strict


def _clean_json(value: Any) -> Any:
    """The rules of SafeText for every key and string inside a free JSON value."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [_clean_json(item) for item in value]
    if isinstance(value, dict):
        return {
            clean_text(key) if isinstance(key, str) else key: _clean_json(item)
            for key, item in value.items()
        }
    return value


Inputs = Annotated[dict[str, JsonValue], BeforeValidator(_clean_json), Field(max_length=200)]


class Budget(Strict):
    """Ends the run before the next model call once it is used up; finished outputs stay."""

    max_usd: float | None = Field(None, gt=0, le=1_000_000)
    max_tokens: int | None = Field(None, gt=0, le=10_000_000_000)


class ExecutionCreate(CrewDefinition):
    """A saved crew by id, or a crew described here."""

    crew_id: RowId | None = None
    version: int | None = Field(None, ge=1, le=2_147_483_647)
    inputs: Inputs = Field(default_factory=dict)
    crew_name: ShortText | None = None
    run_name: ShortText | None = None
    priority: int = Field(5, ge=1, le=100, description="1 runs first")
    budget: Budget = Field(default_factory=Budget)
    execution_type: Literal["crew"] = "crew"

    @model_validator(mode="after")
    def _one_source(self) -> "ExecutionCreate":
        inline = self.agents_yaml is not None or self.tasks_yaml is not None
        sources = (self.crew_id is not None, inline, self.nodes is not None)
        if sum(sources) != 1:
            raise ValueError(
                "give exactly one of: crew_id; agents_yaml with tasks_yaml; nodes with edges"
            )
        if inline and (self.agents_yaml is None or self.tasks_yaml is None):
            raise ValueError("agents_yaml and tasks_yaml belong together")
        if self.version is not None and self.crew_id is None:
            raise ValueError("version chooses a version of crew_id, which is missing")
        return self


class RetryRequest(Strict):
    from_task: Key | None = Field(None, description="null runs every task again")


class UsageRead(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    llm_calls: int
    cost_usd: float | None


class ResultRead(BaseModel):
    raw: str
    json_: JsonValue = Field(None, alias="json", serialization_alias="json")


class ExecutionRead(BaseModel):
    id: str
    group_id: str
    crew_id: str | None
    crew_version: int | None
    crew_name: str
    crew_identity: str
    run_name: str | None
    status: ExecutionStatus
    trigger: str
    created_by: str
    inputs: dict[str, JsonValue]
    result: ResultRead | None
    error: ErrorRead | None
    usage: UsageRead
    priority: int
    attempt: int
    identity_used: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ExecutionStarted(BaseModel):
    id: str
    status: ExecutionStatus
    links: dict[str, str]
    warnings: list[str] = Field(default_factory=list)


class MemoryWriteStatus(StrEnum):
    PENDING = "pending"
    """Also after the end of the run, while the store is away: it is tried for about a day."""
    SAVED = "saved"
    FAILED = "failed"


class TaskMemoryRead(BaseModel):
    """What became of what the task left to its crew's memory."""

    status: MemoryWriteStatus
    records: int
    merged: int = Field(description="of these, how many went into a record that was there")
    error: ErrorRead | None


class ExecutionTaskRead(BaseModel):
    key: str
    index: int
    name: str
    agent: str | None
    status: TaskStatus
    output: str | None
    output_json: JsonValue = None
    usage: UsageRead
    attempt: int
    started_at: datetime | None
    finished_at: datetime | None
    error: ErrorRead | None
    memory: TaskMemoryRead | None = None


class ReceiptRecord(BaseModel):
    type: str
    id: str


class ReceiptRead(BaseModel):
    """One record that one task had in front of it."""

    id: str
    task: str
    agent: str | None
    attempt: int = Field(description="of the execution")
    via: str = Field(description="recall, search or knowledge")
    rank: int
    score: float
    record: ReceiptRecord
    backend: str
    latency_ms: float
    excerpt: str = Field(description="how the record began when it was used")
    at: datetime


class EventRead(BaseModel):
    seq: int
    type: str
    at: datetime
    task: str | None = None
    agent: str | None = None
    span_id: str
    parent_span_id: str | None = None
    data: dict[str, Any]


class EventPage(BaseModel):
    items: list[EventRead]
    next_after: int | None = None
