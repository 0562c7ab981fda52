"""A group's choice of where its crews' memory is, and how it is used."""

from typing import Literal

from pydantic import Field

from src.core.text import Key, ShortText
from src.schemas.strict import Strict

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
