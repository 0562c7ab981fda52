"""Batches: one saved crew or flow over the rows of a dataset."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field, JsonValue, WithJsonSchema

from src.core.batch_status import BatchItemStatus, BatchStatus
from src.core.text import Key, ShortText
from src.schemas.common import ErrorRead, OwnedRead
from src.schemas.execution import Budget, ResultRead, UsageRead
from src.schemas.run_source import RunSource
from src.schemas.strict import Strict

MAX_ROWS = 10_000
_RowInputs = WithJsonSchema({"type": "object", "title": "Inputs", "maxProperties": 200})

VersionNumber = Annotated[int, Field(ge=1, le=2_147_483_647)]
Priority = Annotated[int, Field(ge=1, le=100, description="1 runs first")]
Concurrency = Annotated[int, Field(ge=1, le=200, description="how many rows run at once")]
MaxUsd = Annotated[float, Field(gt=0, le=1_000_000, description="of each row's run")]
MaxTokens = Annotated[int, Field(gt=0, le=10_000_000_000, description="of each row's run")]
DEFAULT_CONCURRENCY = 5


class BatchOptions(Strict):
    """What every row's run is started with, as in POST /executions. A flow takes neither model nor budget: its
    nodes have them."""

    version: VersionNumber | None = Field(
        None, description="the newest when left out; fixed when the batch is made"
    )
    run_name: ShortText | None = None
    model: Key | None = None
    priority: Priority = 5
    budget: Budget = Field(default_factory=Budget, description="of each row's run")


class BatchOrder(RunSource):
    name: ShortText
    request: BatchOptions = Field(default_factory=BatchOptions)
    concurrency: Concurrency = DEFAULT_CONCURRENCY


class BatchCreate(BatchOrder):
    # Each one is checked with the crew's placeholders, so that all problems are told at once.
    items: list[Annotated[Any, _RowInputs]] = Field(
        min_length=1, max_length=MAX_ROWS, description="the inputs of each row"
    )


class DatasetFormat(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"


class BatchUpload(RunSource):
    """Fields of a form, beside the file."""

    name: ShortText
    format: DatasetFormat | None = Field(None, description="follows from the file's name")
    concurrency: Concurrency = DEFAULT_CONCURRENCY
    version: VersionNumber | None = None
    run_name: ShortText | None = None
    model: Key | None = None
    priority: Priority = 5
    max_usd: MaxUsd | None = None
    max_tokens: MaxTokens | None = None

    def order(self) -> BatchOrder:
        budget = Budget(max_usd=self.max_usd, max_tokens=self.max_tokens)
        options = BatchOptions(
            version=self.version,
            run_name=self.run_name,
            model=self.model,
            priority=self.priority,
            budget=budget,
        )
        return BatchOrder(
            name=self.name,
            crew_id=self.crew_id,
            flow_id=self.flow_id,
            request=options,
            concurrency=self.concurrency,
        )


class BatchSummary(OwnedRead):
    name: str
    crew_id: str | None
    flow_id: str | None
    request: BatchOptions
    total: int
    concurrency: int
    status: BatchStatus
    acts_for: str
    finished_at: datetime | None


class BatchCounts(BaseModel):
    waiting: int = 0
    running: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0


class BatchRead(BatchSummary):
    counts: BatchCounts
    progress: float = Field(description="share of the rows that have ended, 0 to 1")
    usage: UsageRead = Field(description="of all rows, with the tries that failed")
    rows_per_minute: float | None = Field(
        description="over the last ten minutes; null unless it is running and rows have ended in them"
    )
    rest_s: float | None = Field(description="until the last row ends, at this rate")


class BatchItemRead(BaseModel):
    index: int = Field(description="of the row in the dataset, from 0")
    inputs: dict[str, JsonValue]
    status: BatchItemStatus
    tries: int
    execution_id: str | None = Field(
        description="null until it runs, and once that run was deleted"
    )
    result: ResultRead | None = Field(
        description="once it is completed, while the execution exists"
    )
    error: ErrorRead | None


class BatchItemExport(BatchItemRead):
    usage: UsageRead | None
    """None while there is no execution."""
