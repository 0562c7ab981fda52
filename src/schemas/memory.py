"""Memory records as people browse, search, change and forget them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field, JsonValue, StringConstraints, model_validator

from src.core.text import LongText, ShortText
from src.schemas.common import Patch, RowId
from src.schemas.databricks_index_schemas import MemoryType
from src.schemas.strict import Strict

CrewRef = Annotated[str, StringConstraints(pattern=r"^([0-9a-fA-F-]{36}|[0-9a-f]{32})$")]
"""A saved crew's id: all that it ever was. Or the identity of one, as executions show it."""
RecordId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
CrewMemoryType = Literal["short_term", "long_term", "entity"]
"""What a crew remembers; documents are changed as wholes, under /knowledge/documents."""
MAX_RESULTS = 50


class RecordCrew(BaseModel):
    identity: str
    crew_id: str | None
    """The saved crew, where the crew is one."""
    name: str | None


class RecordRead(BaseModel):
    type: MemoryType
    id: str
    crew: RecordCrew | None
    """None for documents, which belong to the group."""
    text: str
    """As a prompt shows it."""
    fields: dict[str, JsonValue]
    """The columns that this type has, beside those that stand here already."""
    sources: list[str]
    """Keys of the observations that went into it, the oldest first: `EXECUTION.N` of runs."""
    created_at: datetime | None
    last_accessed_at: datetime | None
    """When a crew had it last in front of it."""
    expires_at: datetime | None
    """None for what is kept until somebody removes it."""
    pinned: bool
    used: int
    """How many executions had it in front of them."""
    version: int
    """For If-Match. Entities, which the indexes give no version, have one made of their content."""


class RecordCreate(Strict):
    """What a person teaches a crew: a lesson or an observation (`content`), or an entity."""

    type: CrewMemoryType = "long_term"
    crew_id: CrewRef
    content: LongText | None = None
    entity_name: ShortText | None = None
    entity_type: ShortText | None = None
    description: LongText | None = None
    relationships: list[ShortText] = Field(default_factory=list, max_length=100)
    importance: float = Field(0.7, ge=0, le=1, description="of a lesson")

    @model_validator(mode="after")
    def _what_its_type_needs(self) -> "RecordCreate":
        is_entity = self.type == "entity"
        about_entity = (self.entity_name, self.entity_type, self.description)
        if is_entity and None in about_entity:
            raise ValueError("an entity needs entity_name, entity_type and description")
        if not is_entity and self.content is None:
            raise ValueError(f"a {self.type} record needs content")
        if (is_entity and self.content) or (not is_entity and any(about_entity)):
            raise ValueError(
                "content is for lessons and observations, the other texts for entities"
            )
        return self


class RecordUpdate(Patch):
    """Each type takes the fields that it has; texts are embedded anew."""

    content: LongText | None = None
    entity_name: ShortText | None = None
    entity_type: ShortText | None = None
    description: LongText | None = None
    relationships: list[ShortText] | None = Field(None, max_length=100)
    importance: float | None = Field(None, ge=0, le=1)
    quality: float | None = Field(None, ge=0, le=1)
    ttl_hours: int | None = Field(None, ge=0, le=87_600, description="0 keeps it")
    pinned: bool | None = Field(
        None, description="every task of its crew gets to read it, and it does not expire"
    )

    nullable: ClassVar[frozenset[str]] = frozenset()


class RecordUse(BaseModel):
    execution_id: str
    crew_name: str
    status: str
    started_at: datetime | None
    times: int
    """How often its tasks had the record in front of them."""
    best_rank: int
    last_at: datetime


class MemorySearch(Strict):
    query: LongText
    types: list[MemoryType] | None = Field(
        None, min_length=1, max_length=4, description="all that crews remember when left out"
    )
    crew_id: CrewRef | None = Field(None, description="all crews of the group when left out")
    limit: int = Field(10, ge=1, le=MAX_RESULTS)


class MemoryFound(BaseModel):
    rank: int
    score: float
    """In [0, 1] within this answer."""
    record: RecordRead


class MemorySearchResult(BaseModel):
    items: list[MemoryFound]
    backend: str
    latency_ms: float


class CountRead(BaseModel):
    count: int
    pinned: int


class CrewStats(BaseModel):
    crew: RecordCrew
    """Of a saved crew the identity that ran last; the counts are those of all it ever was."""
    counts: dict[str, CountRead]
    """By type."""


class TypeStats(BaseModel):
    count: int
    """Counted by the store itself."""
    pinned: int
    scanned: int
    """How many records the figures below come from; less than `count` for very large memories."""
    expired: int
    """Past their time and still there; nobody reads them any more."""
    oldest: datetime | None
    newest: datetime | None
    text_bytes: int


class EmbedderRead(BaseModel):
    name: str
    dimension: int


class MemoryStats(BaseModel):
    backend: str
    backend_id: str | None
    embedder: EmbedderRead
    types: dict[str, TypeStats]
    crews: list[CrewStats]
    """Those that ran last come first."""
    crews_total: int


class Finding(StrEnum):
    NEAR_DUPLICATE = "near_duplicate"
    NEVER_RECALLED = "never_recalled"
    LOOP = "loop"
    SECRET = "secret"
    EXPIRED = "expired"


class HealthFinding(BaseModel):
    kind: Finding
    type: MemoryType
    record_ids: list[str]
    detail: str
    score: float | None = None
    """Cosine, of duplicates and loops."""
    suggestion: str


class HealthScan(BaseModel):
    type: MemoryType
    count: int
    scanned: int
    complete: bool
    """False where the memory holds more than one report looks through."""


class MemoryHealth(BaseModel):
    findings: list[HealthFinding]
    counts: dict[str, int]
    """Of all findings by kind; `findings` shows the first hundred of each. Of duplicates the 200 nearest pairs
    of each crew and type count."""
    scans: list[HealthScan]
    duplicate_threshold: float
    unused_after_days: int


class MemoryCleared(BaseModel):
    removed: dict[str, int]
    """By type, as the store counted them."""
    job_id: str | None = None
    """Where there are too many for one request: the job that removes them."""


class ForgetRequest(Strict):
    """One of subject, query, execution_id and source."""

    subject: ShortText | None = Field(
        None, description="whatever mentions this text goes, letters and spaces compared loosely"
    )
    query: LongText | None = Field(None, description="records that mean nearly this go")
    min_similarity: float = Field(0.8, ge=0.5, le=1, description="for `query`: cosine")
    execution_id: RowId | None = Field(None, description="what this run left behind goes, and it")
    source: ShortText | None = Field(None, description="title or file name of a document")
    crew_id: CrewRef | None = Field(None, description="only in the memory of this crew")
    dry_run: bool = Field(False, description="lists what would go and changes nothing")

    @model_validator(mode="after")
    def _one_reason(self) -> "ForgetRequest":
        reasons = (self.subject, self.query, self.execution_id, self.source)
        if sum(reason is not None for reason in reasons) != 1:
            raise ValueError("give exactly one of: subject, query, execution_id, source")
        if self.subject is not None and len("".join(self.subject.split())) < 3:
            raise ValueError("a subject has at least three letters, or too much would go")
        return self


class MigrationRequest(Strict):
    """null is the built-in default."""

    from_backend_id: RowId | None = None
    to_backend_id: RowId | None = None
    types: list[CrewMemoryType] | None = Field(None, min_length=1, max_length=3)
    crew_id: CrewRef | None = Field(None, description="all crews of the group when left out")
    dry_run: bool = Field(False, description="counts what would be copied and changes nothing")

    @model_validator(mode="after")
    def _two_places(self) -> "MigrationRequest":
        if self.from_backend_id == self.to_backend_id:
            raise ValueError("from_backend_id and to_backend_id name the same backend")
        return self
