"""The columns of every vector index: the only place that names them.

Names, types and order are those that existing Databricks indexes of crew memory have, so those can be read.
Columns of Databricks types: string, int, bigint, float, timestamp and, for the vector, array<float>.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, Final

from src.core.errors import Invalid


class MemoryType(StrEnum):
    SHORT_TERM = "short_term"
    LONG_TERM = "long_term"
    ENTITY = "entity"
    DOCUMENT = "document"


class UnknownMemoryType(Invalid):
    code, title = "unknown-memory-type", "There is no such type of memory"


class MalformedRow(Invalid):
    code, title = "malformed-row", "A row does not fit the columns of its index"


def _columns(text: str) -> Mapping[str, str]:
    """`name:type` pairs in order; a name without a type is a string."""
    pairs = (item.partition(":") for item in text.split())
    return MappingProxyType({name: kind or "string" for name, _, kind in pairs})


class Columns:
    """Names for code that means one column; which type has which, the schemas below say."""

    CONTENT: Final = "content"
    VERSION: Final = "version"
    TIMESTAMP: Final = "timestamp"
    METADATA: Final = "metadata"
    AGENT: Final = "agent_id"
    LLM_MODEL: Final = "llm_model"
    TOOLS_USED: Final = "tools_used"
    EMBEDDING_MODEL: Final = "embedding_model"
    QUERY_TEXT: Final = "query_text"
    SESSION: Final = "session_id"
    SEQUENCE: Final = "interaction_sequence"
    CREATED_AT: Final = "created_at"
    UPDATED_AT: Final = "updated_at"
    TTL_HOURS: Final = "ttl_hours"
    TASK_DESCRIPTION: Final = "task_description"
    TASK_HASH: Final = "task_hash"
    QUALITY: Final = "quality"
    IMPORTANCE: Final = "importance"
    LAST_ACCESSED: Final = "last_accessed"
    ENTITY_NAME: Final = "entity_name"
    ENTITY_TYPE: Final = "entity_type"
    DESCRIPTION: Final = "description"
    RELATIONSHIPS: Final = "relationships"
    TITLE: Final = "title"
    SOURCE: Final = "source"
    SECTION: Final = "section"
    DOCUMENT_TYPE: Final = "document_type"
    CHUNK_INDEX: Final = "chunk_index"
    CHUNK_SIZE: Final = "chunk_size"
    PARENT_DOCUMENT: Final = "parent_document_id"
    DOC_METADATA: Final = "doc_metadata"


class DatabricksIndexSchemas:
    PRIMARY_KEY: ClassVar = "id"
    VECTOR: ClassVar = "embedding"
    GROUP: ClassVar = "group_id"
    CREW: ClassVar = "crew_id"
    SCORE: ClassVar = "score"
    """Not a column: what a search appends to each row."""

    SHORT_TERM_SCHEMA: ClassVar = _columns(
        "id content query_text session_id interaction_sequence:bigint timestamp created_at:timestamp"
        " ttl_hours:int metadata crew_id agent_id group_id llm_model tools_used"
        " embedding:array<float> embedding_model version:int"
    )
    LONG_TERM_SCHEMA: ClassVar = _columns(
        "id content task_description task_hash quality:float importance:float timestamp"
        " last_accessed:timestamp metadata crew_id agent_id group_id llm_model tools_used"
        " embedding:array<float> embedding_model version:int"
    )
    ENTITY_SCHEMA: ClassVar = _columns(
        "id entity_name entity_type description relationships timestamp crew_id agent_id group_id"
        " llm_model tools_used embedding:array<float> embedding_model"
    )
    DOCUMENT_SCHEMA: ClassVar = _columns(
        "id title content source document_type section chunk_index:int chunk_size:int"
        " parent_document_id created_at updated_at doc_metadata group_id embedding:array<float>"
        " embedding_model version:int"
    )
    _SCHEMAS: ClassVar = {
        MemoryType.SHORT_TERM: SHORT_TERM_SCHEMA,
        MemoryType.LONG_TERM: LONG_TERM_SCHEMA,
        MemoryType.ENTITY: ENTITY_SCHEMA,
        MemoryType.DOCUMENT: DOCUMENT_SCHEMA,
    }
    _TEXT_COLUMNS: ClassVar = {
        MemoryType.SHORT_TERM: ("content",),
        MemoryType.LONG_TERM: ("content", "task_description"),
        MemoryType.ENTITY: ("entity_name", "description"),
        MemoryType.DOCUMENT: ("title", "content"),
    }
    _UNFILTERED: ClassVar = {PRIMARY_KEY, VECTOR, GROUP, CREW}

    @classmethod
    def get_schema(cls, memory_type: str) -> dict[str, str]:
        """Column to Databricks type, in order."""
        return dict(cls._SCHEMAS[_known(memory_type)])

    @classmethod
    def get_search_columns(cls, memory_type: str) -> list[str]:
        """What a search returns: every column but the vector, in order."""
        return [column for column in cls._SCHEMAS[_known(memory_type)] if column != cls.VECTOR]

    @classmethod
    def get_column_positions(cls, memory_type: str) -> dict[str, int]:
        """Where each column stands in a row of a search; the score stands behind the last one."""
        return {column: at for at, column in enumerate(cls.get_search_columns(memory_type))}

    @classmethod
    def parse_search_result(cls, memory_type: str, row: Sequence[Any]) -> dict[str, Any]:
        """A row of a search by column name, plus its score."""
        columns = cls.get_search_columns(memory_type)
        if len(row) != len(columns) + 1:
            raise MalformedRow(
                f"a {memory_type} row has {len(columns)} columns and a score, got {len(row)} values; "
                "was the index made with other columns?"
            )
        return dict(zip([*columns, cls.SCORE], row, strict=True))

    @classmethod
    def get_text_columns(cls, memory_type: str) -> tuple[str, ...]:
        """What a lexical search reads."""
        return cls._TEXT_COLUMNS[_known(memory_type)]

    @classmethod
    def get_filter_columns(cls, memory_type: str) -> dict[str, str]:
        """What a caller may filter by. Group, crew and id are not among them: a scope decides those."""
        schema = cls._SCHEMAS[_known(memory_type)]
        return {column: kind for column, kind in schema.items() if column not in cls._UNFILTERED}

    @classmethod
    @cache
    def belongs_to_crew(cls, memory_type: str) -> bool:
        """Documents belong to a group as a whole; the other types to one crew of it."""
        return cls.CREW in cls._SCHEMAS[_known(memory_type)]


def _known(memory_type: str) -> MemoryType:
    try:
        return MemoryType(memory_type)
    except ValueError as exc:
        known = ", ".join(MemoryType)
        raise UnknownMemoryType(f"expected one of {known}, got {memory_type!r}") from exc
