"""Databricks Vector Search: Direct Access indexes that many groups and crews share.

The service filters by what it is told and nothing else: it has no row security. The scope therefore stands in
every query, is checked again in every row, and is part of every record's id, so that a scan in key order reads
one crew's stretch of a shared index and a delete, which takes keys only, cannot reach another's. Records of
older products, whose ids name no scope, are found by searches and filters but not by scans.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from src.core.logging import get_logger
from src.repositories.databricks.endpoints import VectorSearchEndpoints
from src.repositories.databricks.tokens import TokenChain, TokenSource
from src.repositories.vector.base import (
    MAX_RESULTS,
    MAX_SCAN,
    EmptyResult,
    Hit,
    IndexDescription,
    IndexInfo,
    IndexRef,
    IndexSpec,
    IndexSummary,
    NewRecord,
    PreparedRecord,
    Query,
    Record,
    Row,
    ScanPage,
    TextQuery,
    VectorIndexRepository,
    check_limit,
    prepare,
    unit_vector,
)
from src.repositories.vector.call_policy import Sleep
from src.repositories.vector.databricks_batches import (
    DELETE_KEYS,
    UPSERT_ROWS,
    a_few_at_once,
    any_direction,
    batches,
    body_bytes,
    failed_keys,
    scan_rows,
    shortened,
)
from src.repositories.vector.databricks_client import DatabricksWire, DatabricksWorkspace
from src.repositories.vector.databricks_filters import is_complete, rendered
from src.repositories.vector.databricks_indexes import DatabricksIndexes
from src.repositories.vector.databricks_rows import (
    cosine,
    scanned_rows,
    scored_rows,
)
from src.repositories.vector.errors import (
    StoreRefused,
    WriteFailed,
)
from src.repositories.vector.filters import (
    EVERYTHING,
    MemoryScope,
    RecordFilter,
    Schemas,
    Selection,
    chosen,
    select,
)
from src.repositories.vector.words import words

log = get_logger(__name__)
# Limits of the service (reference of the API, 2026-11): 10,000 rows a vector query, 200 a text query, 32,764
# characters of query text.
_QUERY_ROWS = 10_000
_QUERY_CHARS = 30_000
_ROUNDS = 50
_PATIENCE = 4.0
"""Bulk calls may take so many times as long as a search."""
EMPTY_BY_DELETING = 10_000
"""Rows; an index with more is dropped and made again instead."""


class DatabricksVectorIndexRepository(VectorIndexRepository):
    """One workspace under one chain of tokens; for the event loop of the workspace."""

    def __init__(
        self,
        workspace: DatabricksWorkspace,
        tokens: TokenChain,
        *,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._wire = DatabricksWire(workspace, tokens)
        self._indexes = DatabricksIndexes(self._wire, sleep)
        self.endpoints = VectorSearchEndpoints(self._wire)
        self._sleep = sleep

    @property
    def identity(self) -> TokenSource | None:
        """Whose token the latest call was made with."""
        return self._wire.last_source

    async def user_name(self) -> str:
        """Of that identity; empty where it may not ask."""
        return await self._wire.user_name()

    async def create_index(self, spec: IndexSpec) -> IndexInfo:
        return await self._indexes.create(spec)

    async def get_index(self, index: IndexRef) -> IndexInfo:
        return await self._indexes.get(index)

    async def list_indexes(self, endpoint: str = "") -> list[IndexSummary]:
        return await self._indexes.list(endpoint)

    async def delete_index(self, index: IndexRef) -> None:
        await self._indexes.delete(index)

    async def describe_index(self, index: IndexRef) -> IndexDescription:
        return await self._indexes.describe(index)

    async def close(self) -> None:
        """Closes the connections of the workspace: not for those who share one."""
        await self._workspace.close()

    async def dimension(self, index: IndexRef) -> int:
        """Without a request where the index was used before."""
        return (await self._indexes.known(index)).dimension

    async def upsert(
        self, scope: MemoryScope, index: IndexRef, records: Sequence[NewRecord]
    ) -> int:
        known = await self._indexes.known(index)
        prepared = prepare(scope, index, known.dimension, records)
        calls = [
            partial(self._upsert_batch, index, batch)
            for batch in batches(prepared, UPSERT_ROWS, body_bytes)
        ]
        failed = [id for ids in await a_few_at_once(calls) for id in ids]
        if failed:
            self._indexes.forget(index)  # a reason may be that the index was made anew
            written = len(records) - len(failed)
            raise WriteFailed(index.name, failed, written, "Databricks lists them as failed")
        return len(records)

    async def similarity_search(
        self, scope: MemoryScope, index: IndexRef, query: Query
    ) -> list[Hit]:
        check_limit(query.limit, MAX_RESULTS)
        selection = select(scope, index.type, query.filter)
        known = await self._indexes.known(index)
        if isinstance(query, TextQuery):
            if not words(query.text):
                return []
            asked: dict[str, Any] = {
                "query_type": "FULL_TEXT",
                "query_text": query.text[:_QUERY_CHARS],
                "query_columns": list(Schemas.get_text_columns(index.type)),
            }
            most = MAX_RESULTS
        else:
            vector = unit_vector(index.name, known.dimension, query.vector)
            asked = {"query_type": "ANN", "query_vector": shortened(vector)}
            most = _QUERY_ROWS
        count = query.limit if is_complete(selection, known.kind) else most
        columns = Schemas.get_search_columns(index.type)
        scored = await self._query(scope, index, selection, columns, count, asked)
        if not isinstance(query, TextQuery):
            scored = [(row, cosine(score)) for row, score in scored]
        return self._hits(scope, index, scored)[: query.limit]

    async def delete_records(
        self, scope: MemoryScope, index: IndexRef, filter: RecordFilter
    ) -> int:
        selection = select(scope, index.type, filter)
        removed: set[str] = set()
        for _ in range(_ROUNDS):
            # After a delete the next query may still show what is gone: only new ids count.
            new = set(await self._matching_ids(scope, index, selection)) - removed
            if not new:
                break
            await self._delete_keys(index, sorted(new))
            removed |= new
            if filter.ids is not None:
                break
        if filter.ids is not None and not filter.where:
            # A search may miss a row that was written a moment ago; ids of this scope go in any case.
            own = {id for id in filter.ids if scope.owner_of(index.type, id) is not None}
            await self._delete_keys(index, sorted(own - removed), may_be_missing=True)
        return len(removed)

    async def count_documents(
        self, scope: MemoryScope, index: IndexRef, filter: RecordFilter = EVERYTHING
    ) -> int:
        selection = select(scope, index.type, filter)
        found = len(await self._matching_ids(scope, index, selection))
        if found < _QUERY_ROWS:
            return found
        wanted = chosen(index.type, filter)
        rows = self._stretch(scope, index, None, MAX_SCAN)
        return len([row async for row, _ in rows if wanted.matches(row)])

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
        wanted = chosen(index.type, filter)
        await self._indexes.known(index)
        rows: list[tuple[Row, list[float]]] = []
        if not wanted.is_empty:
            async for row, vector in self._stretch(scope, index, after, limit + 1):
                if wanted.matches(row):
                    rows.append((row, vector))
                if len(rows) > limit:
                    break
        records = self._records(scope, index, rows[:limit])
        return ScanPage(records, records[-1].id if len(rows) > limit else None)

    async def fetch(self, scope: MemoryScope, index: IndexRef, ids: Sequence[str]) -> list[Record]:
        """By queries, which find ids at once: a scan would walk over the crew's whole stretch. A query may not
        show yet what was written a moment ago."""
        known = await self._indexes.known(index)
        wanted = chosen(index.type, RecordFilter(ids=tuple(ids)))
        if not is_complete(wanted, known.kind):
            return await super().fetch(scope, index, ids)
        unique = list(dict.fromkeys(ids))
        portions = batches(unique, scan_rows(known.dimension, MAX_SCAN))
        calls = [partial(self._fetch_some, scope, index, portion) for portion in portions]
        found = [record for records in await a_few_at_once(calls) for record in records]
        return sorted(found, key=lambda record: record.id)

    async def _fetch_some(
        self, scope: MemoryScope, index: IndexRef, ids: Sequence[str]
    ) -> tuple[Record, ...]:
        known = await self._indexes.known(index)
        selection = select(scope, index.type, RecordFilter(ids=tuple(ids)))
        columns = [*Schemas.get_search_columns(index.type), Schemas.VECTOR]
        asked = {"query_type": "ANN", "query_vector": any_direction(known.dimension)}
        rows = await self._query(scope, index, selection, columns, len(ids), asked)
        return self._records(scope, index, ((row, row.get(Schemas.VECTOR)) for row, _ in rows))

    async def empty_index(self, index: IndexRef) -> EmptyResult:
        count = (await self._indexes.describe(index)).row_count
        removed: set[str] = set()
        while count <= EMPTY_BY_DELETING:
            new = set(await self._any_ids(index)) - removed
            if not new:
                return EmptyResult(len(removed))
            count = max(count, len(removed) + len(new))
            if count <= EMPTY_BY_DELETING:
                await self._delete_keys(index, sorted(new))
                removed |= new
        await self._indexes.recreate(index)
        return EmptyResult(count, recreated=True)

    async def _any_ids(self, index: IndexRef) -> list[str]:
        """Of all groups. A query shows many at once, a scan also what the query does not show yet."""
        known = await self._indexes.known(index)
        found = await self._wire.on_index(
            index.name,
            index.endpoint,
            lambda one: one.similarity_search(
                columns=[Schemas.PRIMARY_KEY],
                num_results=_QUERY_ROWS,
                query_vector=any_direction(known.dimension),
                query_type="ANN",
                disable_notice=True,
                total_retries=0,
            ),
            patience=_PATIENCE,
        )
        first = await self._scan_page(index, None, scan_rows(known.dimension, MAX_SCAN))
        rows = [row for row, _ in (*scored_rows(index.type, found), *first)]
        return [str(row[Schemas.PRIMARY_KEY]) for row in rows]

    async def _matching_ids(
        self, scope: MemoryScope, index: IndexRef, selection: Selection
    ) -> list[str]:
        """At most 10,000, unless a condition is left to us."""
        known = await self._indexes.known(index)
        asked = {"query_type": "ANN", "query_vector": any_direction(known.dimension)}
        columns = list(
            dict.fromkeys(
                [Schemas.PRIMARY_KEY, *(condition.column for condition in selection.conditions)]
            )
        )
        scored = await self._query(scope, index, selection, columns, _QUERY_ROWS, asked)
        own = [row for row, _ in scored if self._is_own(scope, index, row)]
        if not is_complete(selection, known.kind):
            # It may also hold for rows behind the 10,000 that the query was shown.
            walked = self._stretch(scope, index, None, MAX_SCAN)
            own += [row async for row, _ in walked if selection.matches(row)]
        return list(dict.fromkeys(str(row[Schemas.PRIMARY_KEY]) for row in own))

    async def _query(
        self,
        scope: MemoryScope,
        index: IndexRef,
        selection: Selection,
        columns: list[str],
        count: int,
        asked: dict[str, Any],
    ) -> list[tuple[Row, float]]:
        """Rows of others are left in: whoever uses them counts and drops them."""
        known = await self._indexes.known(index)
        if selection.is_empty:
            return []
        try:
            answer = await self._wire.on_index(
                index.name,
                index.endpoint,
                lambda one: one.similarity_search(
                    columns=columns,
                    filters=rendered(selection, known.kind),
                    num_results=count,
                    disable_notice=True,
                    total_retries=0,
                    **asked,
                ),
                patience=_PATIENCE if count > MAX_RESULTS else 1.0,
            )
        except StoreRefused:
            self._indexes.forget(index)
            raise
        return [
            (row, score)
            for row, score in scored_rows(index.type, answer)
            if selection.matches(row) or not scope.holds(index.type, row)
        ]

    async def _stretch(
        self, scope: MemoryScope, index: IndexRef, after: str | None, wanted: int
    ) -> AsyncIterator[tuple[Row, list[float]]]:
        """The rows of a scope in the order of ids: a scan knows no filter, but it may begin where those begin."""
        known = await self._indexes.known(index)
        page_rows = scan_rows(known.dimension, wanted)
        for binding in sorted(scope.bindings(index.type)):
            if after is not None and after[: len(binding)] > binding:
                continue
            last = after if after is not None and after.startswith(binding) else binding
            while last:
                page = await self._scan_page(index, last, page_rows)
                last = ""
                for row, vector in page:
                    id = str(row[Schemas.PRIMARY_KEY])
                    if not id.startswith(f"{binding}-"):
                        last = ""
                        break
                    last = id
                    if self._is_own(scope, index, row):
                        yield row, vector

    async def _scan_page(
        self, index: IndexRef, last: str | None, count: int
    ) -> list[tuple[Row, list[float]]]:
        while True:
            try:
                answer = await self._wire.on_index(
                    index.name,
                    index.endpoint,
                    lambda one: one.scan(num_results=count, last_primary_key=last),  # noqa: B023
                    patience=_PATIENCE,
                )
            except StoreRefused as exc:
                if "too large" not in exc.message.lower() or count == 1:
                    raise
                count = max(1, count // 4)
            else:
                return scanned_rows(index.type, answer)

    async def _upsert_batch(self, index: IndexRef, batch: Sequence[PreparedRecord]) -> list[str]:
        """Ids that were not stored. An answer of 200 alone says nothing."""
        rows = [{**record.row, Schemas.VECTOR: shortened(record.vector)} for record in batch]
        answer = await self._wire.on_index(
            index.name, index.endpoint, lambda one: one.upsert(rows), patience=_PATIENCE
        )
        return failed_keys(answer, [record.id for record in batch])

    async def _delete_keys(
        self, index: IndexRef, keys: Sequence[str], *, may_be_missing: bool = False
    ) -> None:
        async def delete(batch: list[str]) -> list[str]:
            answer = await self._wire.on_index(
                index.name, index.endpoint, lambda one: one.delete(batch)
            )
            return failed_keys(answer, batch)

        calls = [partial(delete, batch) for batch in batches(keys, DELETE_KEYS)]
        failed = [id for ids in await a_few_at_once(calls) for id in ids]
        if failed and not may_be_missing:
            done = len(keys) - len(failed)
            raise WriteFailed(index.name, failed, done, "Databricks did not delete them")
