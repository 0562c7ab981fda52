"""Executions as clients start and read them."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, Field, JsonValue, model_validator

from src.core.execution_status import ExecutionStatus, TaskStatus
from src.core.text import Key, ShortText
from src.schemas.common import ErrorRead, RowId
from src.schemas.crew_config import CrewDefinition
from src.schemas.flow import FlowDefinition
from src.schemas.run_options import Budget as Budget
from src.schemas.run_options import Inputs as Inputs
from src.schemas.strict import Strict

ExecutionKind = Literal["crew", "flow"]
RunTrigger = Literal["api", "schedule", "webhook", "batch", "flow"]
OF_A_FLOW = frozenset(
    {"flow_id", "flow", "version", "inputs", "run_name", "priority", "execution_type"}
)


class ExecutionCreate(CrewDefinition):
    """A saved crew or flow by id, or one described here."""

    crew_id: RowId | None = None
    flow_id: RowId | None = None
    version: int | None = Field(None, ge=1, le=2_147_483_647)
    flow: FlowDefinition | None = None
    inputs: Inputs = Field(default_factory=dict)
    crew_name: ShortText | None = None
    run_name: ShortText | None = None
    priority: int = Field(5, ge=1, le=100, description="1 runs first")
    budget: Budget = Field(default_factory=Budget)
    execution_type: ExecutionKind | None = Field(
        None, description="may be left out: it follows from what is run"
    )

    @property
    def is_flow(self) -> bool:
        return self.flow_id is not None or self.flow is not None

    @model_validator(mode="after")
    def _one_source(self) -> "ExecutionCreate":
        inline = self.agents_yaml is not None or self.tasks_yaml is not None
        of_flow = (self.flow_id is not None, self.flow is not None)
        sources = (self.crew_id is not None, inline, self.nodes is not None, *of_flow)
        if sum(sources) != 1:
            raise ValueError(
                "give exactly one of: crew_id; agents_yaml with tasks_yaml; nodes with edges; flow_id; flow"
            )
        if inline and (self.agents_yaml is None or self.tasks_yaml is None):
            raise ValueError("agents_yaml and tasks_yaml belong together")
        if self.version is not None and self.crew_id is None and self.flow_id is None:
            raise ValueError("version chooses a version of crew_id or flow_id, which are missing")
        self._check_kind()
        return self

    def _check_kind(self) -> None:
        kind = "flow" if self.is_flow else "crew"
        if self.execution_type not in (None, kind):
            raise ValueError(
                f"this describes a {kind}, but execution_type is {self.execution_type}"
            )
        foreign = sorted(self.model_fields_set - OF_A_FLOW)
        if self.is_flow and foreign:
            raise ValueError(
                f"{', '.join(foreign)} cannot be given for a flow; set it in the nodes of the flow"
            )


class RetryRequest(Strict):
    from_task: Key | None = Field(
        None, description="of a flow, the key of a node; null runs everything again"
    )


class UsageRead(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    llm_calls: int
    cost_usd: float | None


class ResultRead(BaseModel):
    raw: str
    json_: JsonValue = Field(None, alias="json", serialization_alias="json")


class ModelUse(BaseModel):
    key: str = Field(description="as the crew names it")
    provider: str


class ExecutionRead(BaseModel):
    id: str
    group_id: str
    kind: ExecutionKind
    parent_id: str | None = Field(description="the flow execution or batch that started it")
    child_key: str | None = Field(description="which node or row of its parent it is")
    flow_id: str | None
    flow_version: int | None
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
    models: list[ModelUse] | None = Field(
        description="which it may call; null for a flow, whose parts say it, and for runs before this was kept"
    )
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
