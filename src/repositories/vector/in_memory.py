"""The reference: exact and plain. Other implementations are right when they answer as this one does."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from src.repositories.vector.base import (
    MAX_RESULTS,
    MAX_SCAN,
    EmptyResult,
    Hit,
    IndexDescription,
    IndexInfo,
    IndexRef,
    IndexSpec,
    IndexState,
    IndexSummary,
    NewRecord,
    PreparedRecord,
    Query,
    Row,
    ScanPage,
    TextQuery,
    VectorIndexRepository,
    check_limit,
    prepare,
    unit_vector,
)
from src.repositories.vector.errors import IndexExists, IndexMissing
from src.repositories.vector.filters import (
    EVERYTHING,
    MemoryScope,
    RecordFilter,
    Schemas,
    Selection,
    select,
)
from src.repositories.vector.words import query_words, words

_K1 = 1.2
_B = 0.75


@dataclass
class _Index:
    spec: IndexSpec
    records: dict[str, PreparedRecord] = field(default_factory=dict)

    def chosen(self, selection: Selection) -> list[PreparedRecord]:
        """In the order of ids."""
        found = (record for record in self.records.values() if selection.matches(record.row))
        return sorted(found, key=lambda record: record.id)


class InMemoryVectorIndexRepository(VectorIndexRepository):
    """For one process and one event loop; nothing is kept when it ends."""

    def __init__(self) -> None:
        super().__init__()
        self._indexes: dict[str, _Index] = {}

    async def create_index(self, spec: IndexSpec) -> IndexInfo:
        if spec.ref.name in self._indexes:
            raise IndexExists(f"there is an index {spec.ref.name} already")
        self._indexes[spec.ref.name] = _Index(spec)
        return await self.get_index(spec.ref)

    async def get_index(self, index: IndexRef) -> IndexInfo:
        spec = self._index(index).spec
        return IndexInfo(spec.ref, spec.dimension, IndexState.READY, spec.embedding_model)

    async def list_indexes(self, endpoint: str = "") -> list[IndexSummary]:
        found = (one.spec.ref for one in self._indexes.values())
        names = [IndexSummary(ref.name, ref.endpoint) for ref in found if ref.endpoint == endpoint]
        return sorted(names, key=lambda one: one.name)

    async def delete_index(self, index: IndexRef) -> None:
        self._index(index)
        del self._indexes[index.name]

    async def describe_index(self, index: IndexRef) -> IndexDescription:
        info = await self.get_index(index)
        columns = Schemas.get_schema(info.ref.type)
        return IndexDescription(info, columns, len(self._index(index).records))

    async def upsert(
        self, scope: MemoryScope, index: IndexRef, records: Sequence[NewRecord]
    ) -> int:
        found = self._index(index)
        for record in prepare(scope, index, found.spec.dimension, records):
            found.records[record.id] = record
        return len(records)

    async def similarity_search(
        self, scope: MemoryScope, index: IndexRef, query: Query
    ) -> list[Hit]:
        check_limit(query.limit, MAX_RESULTS)
        found = self._index(index)
        chosen = found.chosen(select(scope, index.type, query.filter))
        if isinstance(query, TextQuery):
            scored = _lexical(chosen, query.text, Schemas.get_text_columns(index.type))
        else:
            vector = unit_vector(index.name, found.spec.dimension, query.vector)
            scored = [(record.row, _cosine(vector, record.vector)) for record in chosen]
        return self._hits(scope, index, scored)[: query.limit]

    async def delete_records(
        self, scope: MemoryScope, index: IndexRef, filter: RecordFilter
    ) -> int:
        found = self._index(index)
        chosen = found.chosen(select(scope, index.type, filter))
        for record in chosen:
            del found.records[record.id]
        return len(chosen)

    async def count_documents(
        self, scope: MemoryScope, index: IndexRef, filter: RecordFilter = EVERYTHING
    ) -> int:
        return len(self._index(index).chosen(select(scope, index.type, filter)))

    async def scan(
        self,
        scope: MemoryScope,
        index: IndexRef,
        *,
        after: str | None = None,
        limit: int = 100,
        filter: RecordFilter = EVERYTHING,
    ) -> ScanPage:
        check_limit(limit, MAX_SCAN)
        chosen = self._index(index).chosen(select(scope, index.type, filter))
        rest = [record for record in chosen if after is None or record.id > after]
        page = rest[:limit]
        records = self._records(scope, index, ((one.row, one.vector) for one in page))
        return ScanPage(records, page[-1].id if len(rest) > limit else None)

    async def empty_index(self, index: IndexRef) -> EmptyResult:
        found = self._index(index)
        removed = len(found.records)
        found.records.clear()
        return EmptyResult(removed)

    def _index(self, index: IndexRef) -> _Index:
        found = self._indexes.get(index.name)
        if found is None or found.spec.ref.type != index.type:
            raise IndexMissing(f"there is no {index.type} index {index.name}")
        return found


def _cosine(left: Sequence[float], right: Sequence[float]) -> float:
    score = math.fsum(a * b for a, b in zip(left, right, strict=True))
    return max(-1.0, min(1.0, score))


def _lexical(
    records: Sequence[PreparedRecord], text: str, columns: Sequence[str]
) -> list[tuple[Row, float]]:
    """Okapi BM25; its statistics are those of the records given."""
    texts = [
        Counter(word for column in columns for word in words(str(record.row[column] or "")))
        for record in records
    ]
    mean = sum(count.total() for count in texts) / len(texts) if texts else 1.0
    scored = []
    rarity = {
        word: _rarity(len(texts), sum(word in count for count in texts))
        for word in query_words(text)
    }
    for record, count in zip(records, texts, strict=True):
        norm = _K1 * (1 - _B + _B * count.total() / (mean or 1.0))
        score = sum(
            weight * count[word] * (_K1 + 1) / (count[word] + norm)
            for word, weight in rarity.items()
            if word in count
        )
        if score > 0:
            scored.append((record.row, score))
    return scored


def _rarity(texts: int, having: int) -> float:
    return math.log(1 + (texts - having + 0.5) / (having + 0.5))
