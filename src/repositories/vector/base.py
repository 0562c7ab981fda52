"""The port of every vector index: Databricks, the embedded default, PostgreSQL and the one in memory.

Each record operation takes a MemoryScope first. An implementation renders the Selection made of it and passes
each row that its store returns through `_records` or `_hits`, which drop rows of others and count them.
`tests/conformance/vector_index.py` says what an implementation must do; a new one is done when it passes.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from src.core.logging import get_logger
from src.core.text import storable
from src.repositories.vector.errors import (
    DimensionMismatch,
    ForeignRecord,
    InvalidFilter,
    InvalidRecord,
    InvalidVector,
)
from src.repositories.vector.filters import (
    EVERYTHING,
    MemoryScope,
    RecordFilter,
    Scalar,
    Schemas,
    typed_value,
)
from src.schemas.databricks_index_schemas import MemoryType

log = get_logger(__name__)

Row = dict[str, Any]
"""All columns by name, without the vector."""
MAX_RESULTS = 200
"""Of one search; Databricks gives no more for text (reference of the service, 2026-11)."""
MAX_SCAN = 1000
MAX_UPSERT = 10_000
MAX_DIMENSION = 4096
_UNIT_TOLERANCE = 1e-6


class IndexState(StrEnum):
    READY = "ready"
    PROVISIONING = "provisioning"
    OFFLINE = "offline"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class IndexRef:
    name: str
    type: MemoryType
    endpoint: str = ""
    """Only for stores that have endpoints."""


@dataclass(frozen=True)
class IndexSpec:
    ref: IndexRef
    dimension: int
    embedding_model: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.dimension <= MAX_DIMENSION:
            raise InvalidRecord(f"expected 1 to {MAX_DIMENSION} dimensions, got {self.dimension}")


@dataclass(frozen=True)
class IndexInfo:
    ref: IndexRef
    dimension: int
    state: IndexState
    embedding_model: str = ""
    """Empty where the store does not keep it."""
    creator: str = ""
    """Whoever made it, as the store names them; empty where it does not keep that."""
    message: str = ""
    """The store's own words about the state."""


@dataclass(frozen=True)
class IndexDescription:
    info: IndexInfo
    columns: Mapping[str, str]
    row_count: int
    """Of all groups together; stores may count late."""


@dataclass(frozen=True)
class IndexSummary:
    name: str
    endpoint: str = ""


@dataclass(frozen=True)
class NewRecord:
    id: str
    """From MemoryScope.record_id."""
    fields: Mapping[str, Scalar | None]
    """By column, without id, group, crew and vector, which the scope and `vector` say."""
    vector: Sequence[float]
    """Any length but zero: it is stored with unit norm."""


@dataclass(frozen=True)
class Record:
    id: str
    group_id: str
    crew_id: str | None
    fields: Mapping[str, Scalar | None]
    vector: tuple[float, ...] | None = None
    """Unit norm; only from scan and fetch."""


@dataclass(frozen=True)
class Hit:
    record: Record
    score: float
    """Of a vector: cosine similarity in [-1, 1]. Of a text: BM25-like, above 0, to be compared within one answer."""


@dataclass(frozen=True)
class VectorQuery:
    vector: Sequence[float]
    limit: int = 10
    filter: RecordFilter = EVERYTHING


@dataclass(frozen=True)
class TextQuery:
    text: str
    limit: int = 10
    filter: RecordFilter = EVERYTHING

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", storable(self.text))


Query = VectorQuery | TextQuery


@dataclass(frozen=True)
class ScanPage:
    records: tuple[Record, ...]
    """In the order of their ids, with vectors."""
    next_after: str | None
    """Pass it as `after` for the next page; None behind the last."""


@dataclass(frozen=True)
class EmptyResult:
    removed: int
    recreated: bool = False
    """The index was dropped and made again, because it held too many records to delete one by one."""


@dataclass(frozen=True)
class PreparedRecord:
    id: str
    row: Row
    vector: tuple[float, ...] = field(repr=False)


class VectorIndexRepository(ABC):
    """All methods may raise IndexMissing, NotPermitted and StoreUnavailable."""

    def __init__(self) -> None:
        self.foreign_rows = 0
        """Rows of other scopes that the store returned and that were held back: a metric that must stay 0."""

    @abstractmethod
    async def create_index(self, spec: IndexSpec) -> IndexInfo:
        """It may still be provisioning. Raises IndexExists."""

    @abstractmethod
    async def get_index(self, index: IndexRef) -> IndexInfo: ...

    @abstractmethod
    async def list_indexes(self, endpoint: str = "") -> list[IndexSummary]:
        """By name."""

    @abstractmethod
    async def delete_index(self, index: IndexRef) -> None: ...

    @abstractmethod
    async def describe_index(self, index: IndexRef) -> IndexDescription: ...

    @abstractmethod
    async def upsert(
        self, scope: MemoryScope, index: IndexRef, records: Sequence[NewRecord]
    ) -> int:
        """Stores each record whole, replacing one of the same id; returns how many.

        Repeating it changes nothing. Raises WriteFailed with the ids that were not stored.
        """

    @abstractmethod
    async def similarity_search(
        self, scope: MemoryScope, index: IndexRef, query: Query
    ) -> list[Hit]:
        """The best first, ties by id."""

    @abstractmethod
    async def delete_records(
        self, scope: MemoryScope, index: IndexRef, filter: RecordFilter
    ) -> int:
        """Returns how many there were. Ids that are not there, or not the scope's, are no error."""

    @abstractmethod
    async def count_documents(
        self, scope: MemoryScope, index: IndexRef, filter: RecordFilter = EVERYTHING
    ) -> int: ...

    @abstractmethod
    async def scan(
        self,
        scope: MemoryScope,
        index: IndexRef,
        *,
        after: str | None = None,
        limit: int = 100,
        filter: RecordFilter = EVERYTHING,
    ) -> ScanPage: ...

    async def fetch(self, scope: MemoryScope, index: IndexRef, ids: Sequence[str]) -> list[Record]:
        """With vectors, in the order of their ids; at most 1,000 ids. Those that are not there are left out.

        Raises InvalidFilter for more ids. Stores that have no index on ids do it in a way of their own.
        """
        if not ids:
            return []
        chosen = RecordFilter(ids=tuple(ids))
        return list((await self.scan(scope, index, limit=MAX_SCAN, filter=chosen)).records)

    @abstractmethod
    async def empty_index(self, index: IndexRef) -> EmptyResult:
        """Removes the records of all groups; for administrators of the whole index."""

    async def close(self) -> None:  # noqa: B027  # not every store holds something open
        """Lets go of connections and files. The repository is not used afterwards."""

    def _records(
        self,
        scope: MemoryScope,
        index: IndexRef,
        rows: Iterable[tuple[Row, Sequence[float] | None]],
    ) -> tuple[Record, ...]:
        return tuple(
            record_of(index.type, row, vector)
            for row, vector in rows
            if self._is_own(scope, index, row)
        )

    def _hits(
        self, scope: MemoryScope, index: IndexRef, scored: Iterable[tuple[Row, float]]
    ) -> list[Hit]:
        hits = [
            Hit(record_of(index.type, row), score)
            for row, score in scored
            if self._is_own(scope, index, row)
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.record.id))

    def _is_own(self, scope: MemoryScope, index: IndexRef, row: Row) -> bool:
        if scope.holds(index.type, row):
            return True
        self.foreign_rows += 1
        log.error("index {} returned a row of another group or crew; it was held back", index.name)
        return False


def record_of(memory_type: MemoryType, row: Row, vector: Sequence[float] | None = None) -> Record:
    kinds = _kinds(memory_type)
    crew_id = row.get(Schemas.CREW)
    return Record(
        id=str(row[Schemas.PRIMARY_KEY]),
        group_id=str(row[Schemas.GROUP]),
        crew_id=None if crew_id is None else str(crew_id),
        fields={column: _read(kind, row.get(column)) for column, kind in kinds.items()},
        vector=None if vector is None else tuple(vector),
    )


@cache
def _kinds(memory_type: MemoryType) -> dict[str, str]:
    return Schemas.get_filter_columns(memory_type)


def _read(kind: str, value: Any) -> Scalar | None:
    """Rows may be older than this code: a value of another type is shown as text, not lost."""
    try:
        return typed_value(kind, value)
    except (TypeError, ValueError, OverflowError):
        return str(value)


def prepare(
    scope: MemoryScope, index: IndexRef, dimension: int, records: Sequence[NewRecord]
) -> list[PreparedRecord]:
    """Checks records before any of them is written, and binds them to the scope."""
    if len(records) > MAX_UPSERT:
        raise InvalidRecord(f"expected at most {MAX_UPSERT} records at a time, got {len(records)}")
    if len({record.id for record in records}) < len(records):
        raise InvalidRecord("an id stands twice among the records to write")
    kinds = Schemas.get_filter_columns(index.type)
    return [
        PreparedRecord(
            record.id,
            _row(scope, index, record, kinds),
            unit_vector(index.name, dimension, record.vector),
        )
        for record in records
    ]


def _row(scope: MemoryScope, index: IndexRef, record: NewRecord, kinds: Mapping[str, str]) -> Row:
    crew_id = scope.owner_of(index.type, record.id)
    if crew_id is None:
        raise ForeignRecord(f"there is no {index.type} record {record.id} in this scope")
    unknown = set(record.fields) - set(kinds)
    if unknown:
        raise InvalidRecord(
            f"{index.type} records have no {', '.join(sorted(unknown))}; there are {', '.join(kinds)}"
        )
    row: Row = {Schemas.PRIMARY_KEY: record.id, Schemas.GROUP: scope.group_id}
    if crew_id:
        row[Schemas.CREW] = crew_id
    for column, kind in kinds.items():
        try:
            row[column] = typed_value(kind, storable(record.fields.get(column)))
        except (TypeError, ValueError, OverflowError) as exc:
            raise InvalidRecord(f"{column} of a {index.type} record is a {kind}: {exc}") from exc
    return row


def unit_vector(index: str, dimension: int, vector: Sequence[float]) -> tuple[float, ...]:
    """A missing or meaningless vector is an error, never a zero or random one."""
    if len(vector) != dimension:
        raise DimensionMismatch(index, dimension, len(vector))
    values = tuple(map(float, vector))
    norm = math.hypot(*values)
    if not math.isfinite(norm) or norm == 0.0:
        raise InvalidVector("expected finite numbers that are not all zero; did the embedder fail?")
    if abs(norm - 1.0) < _UNIT_TOLERANCE:
        return values
    return tuple(value / norm for value in values)


def check_limit(limit: int, most: int) -> None:
    if not 1 <= limit <= most:
        raise InvalidFilter(f"expected a limit of 1 to {most}, got {limit}")
