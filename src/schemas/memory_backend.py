"""A group's choice of where its crews' memory is, and how it is used."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from src.core.text import Key, ShortText
from src.schemas.common import OwnedRead, Patch
from src.schemas.databricks_index_schemas import MemoryType
from src.schemas.strict import Strict

BackendKindName = Literal["default", "databricks", "pgvector"]
UnityName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,100}$")]
EndpointName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$")]
IndexName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,302}$")]
EmbedderProvider = Literal["local", "databricks", "openai", "gemini", "ollama", "hosted_vllm"]


class EmbedderConfig(Strict):
    """What turns texts into vectors. An index keeps to one: vectors of two embedders cannot be compared."""

    provider: EmbedderProvider = "local"
    model: Key | None = Field(None, description="the provider's usual one when left out")
    dimension: int | None = Field(
        None, ge=1, le=4096, description="needed only for models that Kasal does not know"
    )


class MemoryConfig(Strict):
    """Index names are `catalog.schema.table` on Databricks and plain names on PostgreSQL."""

    endpoint_name: ShortText | None = None
    document_endpoint_name: ShortText | None = Field(
        None, description="endpoint_name when left out"
    )
    short_term_index: ShortText | None = None
    long_term_index: ShortText | None = None
    entity_index: ShortText | None = None
    document_index: ShortText | None = None
    enable_short_term: bool = True
    enable_long_term: bool = True
    enable_entity: bool = True
    embedder: EmbedderConfig | None = Field(
        None, description="databricks-gte-large-en on Databricks, else the local one"
    )
    extraction: bool = Field(
        True, description="one model call after each task looks for a lesson and entities"
    )
    extraction_model: Key | None = Field(
        None, description="a cheap model will do; the agent's own when left out"
    )
    ttl_hours: int = Field(
        24, ge=0, le=87_600, description="how long short-term observations are kept; 0 keeps them"
    )
    recall_limit: int = Field(8, ge=1, le=50, description="records that go into a task's prompt")
    may_fall_back: bool = Field(
        False,
        description="lets the next Databricks identity read and write memory when one is refused or expires",
    )

    @property
    def is_disabled(self) -> bool:
        """The "Disabled Configuration": all types off means the built-in default, not no memory."""
        return not (self.enable_short_term or self.enable_long_term or self.enable_entity)


class MemoryBackendCreate(Strict):
    name: ShortText
    kind: BackendKindName
    config: MemoryConfig = Field(default_factory=MemoryConfig)


class MemoryBackendUpdate(Patch):
    name: ShortText | None = None
    config: MemoryConfig | None = Field(
        None, description="the whole configuration: what it leaves out goes back to its default"
    )


class EmbedderRead(BaseModel):
    name: str
    provider: str
    model: str
    dimension: int


class IndexChoiceRead(BaseModel):
    type: MemoryType
    name: str
    endpoint: str


class MemoryBackendRead(OwnedRead):
    name: str
    kind: BackendKindName
    is_active: bool
    config: MemoryConfig
    created_by: str
    setup_job_id: str | None
    """Its latest set-up, under /jobs."""
    effective: BackendKindName
    """What runs use while it is active."""
    effective_reason: str | None
    """Where that is not `kind`, why."""
    embedder: EmbedderRead
    """In force while it is active, like `indexes`."""
    indexes: list[IndexChoiceRead]


class CheckStatus(StrEnum):
    READY = "ready"
    MISSING = "missing"
    NOT_PERMITTED = "not_permitted"
    NOT_READY = "not_ready"
    WRONG_COLUMNS = "wrong_columns"
    WRONG_DIMENSION = "wrong_dimension"
    WRONG_EMBEDDER = "wrong_embedder"
    """The dimension fits, but another model filled it; only where the store keeps the model's name."""
    UNREACHABLE = "unreachable"


class CheckRead(BaseModel):
    name: str
    status: CheckStatus
    state: str | None
    """As the store tells it: ready or online, provisioning, offline, failed, unknown."""
    detail: str
    remedy: str
    """What to do; empty where it is ready."""


class IndexCheckRead(CheckRead):
    type: MemoryType
    endpoint: str
    dimension: int | None


class IdentityRead(BaseModel):
    source: str
    """on_behalf_of, stored_pat, environment_pat or sdk_default."""
    user: str | None
    """Its name, where it may ask for it."""


class MemoryVerification(BaseModel):
    """What the store answers to the caller right now. Nothing is written."""

    ok: bool
    identity: IdentityRead | None
    """Whose rights were used; null where a store knows none."""
    endpoints: list[CheckRead]
    indexes: list[IndexCheckRead]


class MemoryIndexRead(IndexCheckRead):
    embedder: str | None
    row_count: int | None
    """Records of this group. On Databricks of everybody who shares the index, and counted late."""


class MemoryIndexDetail(MemoryIndexRead):
    columns: dict[str, str]
    """Column to type."""


class EmptyMemoryIndex(Strict):
    confirm: IndexName = Field(description="the name of the index once more")
    everybody: bool = Field(
        False,
        description="records of all groups, by dropping the index if there are many; for system "
        "administrators. Otherwise those of this group only",
    )


class MemorySetup(Strict):
    activate: bool = Field(False, description="use it for runs as soon as it is verified")


class NewMemorySetup(MemorySetup):
    """A Databricks backend from nothing: an endpoint, four indexes, and a configuration that names them."""

    name: ShortText = "Databricks"
    catalog: UnityName
    schema_: UnityName = Field(alias="schema")
    endpoint_name: EndpointName = Field(
        "kasal_memory", description="made when it does not exist, else shared with what is on it"
    )
    document_endpoint_name: EndpointName | None = Field(
        None, description="endpoint_name when left out"
    )
    embedder: EmbedderConfig | None = Field(None, description="databricks-gte-large-en by default")


class EndpointRead(BaseModel):
    name: str
    state: str
    """online, provisioning, offline or unknown."""


class MemoryWorkspaceRead(BaseModel):
    """The workspace in which a Databricks backend would be made, as the caller may use it right now."""

    host: str
    status: CheckStatus
    """ready, or what keeps the caller from using vector search there."""
    detail: str
    remedy: str
    identity: IdentityRead | None
    endpoints: list[EndpointRead]
    """That are there already, and could be shared."""


class SetupItemRead(BaseModel):
    what: Literal["endpoint", "index"]
    name: str
    type: MemoryType | None
    action: Literal["create", "use", "blocked"]
    detail: str


class SetupPlanRead(BaseModel):
    """What a set-up would do, as things stand."""

    kind: BackendKindName
    identity: IdentityRead | None
    items: list[SetupItemRead]
    embedder: EmbedderRead
    cost: str
    """In words; prices are those of the workspace and its region."""
