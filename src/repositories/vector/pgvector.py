"""PostgreSQL with the vector extension (Lakebase, the embedded server): one table for each index.

Vectors are searched exactly over the rows of the scope, which an index on group and crew finds: 10,000 rows
of one crew take some ten milliseconds, a shared graph index would have to look past everybody else's rows.
Texts are ranked by BM25 over a table of words, from the statistics of the scope.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # ships no types (0.32)

from src.core.database_engines import Connect
from src.repositories.vector import pgvector_sql as sql
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
    Query,
    ScanPage,
    TextQuery,
    VectorIndexRepository,
    check_limit,
    prepare,
    unit_vector,
)
from src.repositories.vector.errors import (
    IndexExists,
    IndexMissing,
    InvalidIndexName,
    NotPermitted,
    StoreRefused,
    StoreTimeout,
    StoreUnavailable,
)
from src.repositories.vector.filters import (
    EVERYTHING,
    MemoryScope,
    RecordFilter,
    Schemas,
    select,
)
from src.repositories.vector.names import PLAIN_INDEX
from src.repositories.vector.words import query_words

_TIMEOUT_S = 30.0
_CONNECTION_FAILURES = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,  # of one that ended in the pool, when it is used at once (0.32)
)
_LOCK = 4_721_001
"""Of making the schema: CREATE … IF NOT EXISTS fails when two sessions do it at once."""


class PgVectorIndexRepository(VectorIndexRepository):
    """For one event loop. `connect` stands for asyncpg.connect, for a password that changes from login to login."""

    def __init__(
        self,
        dsn: str,
        *,
        schema: str = "kasal_memory",
        pool_size: int = 4,
        connect: Connect | None = None,
    ) -> None:
        super().__init__()
        self._dsn = dsn
        self._schema = _checked(schema)
        self._pool_size = pool_size
        self._connect = connect
        self._pool: Any = None
        self._lock = asyncio.Lock()

    async def create_index(self, spec: IndexSpec) -> IndexInfo:
        name = _checked(spec.ref.name)
        async with self._connection() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
            await connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
            await connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{self._schema}"')
            await connection.execute(
                f"CREATE TABLE IF NOT EXISTS {self._catalogue} (name text PRIMARY KEY,"
                " type text NOT NULL, dimension integer NOT NULL, embedding_model text NOT NULL)"
            )
            added = await connection.fetchval(
                f"INSERT INTO {self._catalogue} VALUES ($1, $2, $3, $4)"
                " ON CONFLICT DO NOTHING RETURNING name",
                *(name, str(spec.ref.type), spec.dimension, spec.embedding_model),
            )
            if added is None:
                raise IndexExists(f"there is an index {name} already")
            for statement in sql.creation(self._table(spec.ref), self._words(spec.ref), spec):
                await connection.execute(statement)
        return await self.get_index(spec.ref)

    async def get_index(self, index: IndexRef) -> IndexInfo:
        async with self._connection() as connection:
            return await self._info(connection, index)

    async def list_indexes(self, endpoint: str = "") -> list[IndexSummary]:
        async with self._connection() as connection:
            if endpoint or not await self._has_catalogue(connection):
                return []
            rows = await connection.fetch(f"SELECT name FROM {self._catalogue} ORDER BY name")
        return [IndexSummary(row["name"]) for row in rows]

    async def delete_index(self, index: IndexRef) -> None:
        async with self._connection() as connection, connection.transaction():
            await self._info(connection, index)
            await connection.execute(f"DROP TABLE {self._words(index)}, {self._table(index)}")
            await connection.execute(f"DELETE FROM {self._catalogue} WHERE name = $1", index.name)

    async def describe_index(self, index: IndexRef) -> IndexDescription:
        async with self._connection() as connection:
            info = await self._info(connection, index)
            rows = await connection.fetchval(f"SELECT count(*) FROM {self._table(index)}")
        return IndexDescription(info, Schemas.get_schema(index.type), rows)

    async def upsert(
        self, scope: MemoryScope, index: IndexRef, records: Sequence[NewRecord]
    ) -> int:
        async with self._connection() as connection:
            info = await self._info(connection, index)
            prepared = prepare(scope, index, info.dimension, records)
            prepared.sort(key=lambda record: record.id)  # two writers must not wait for each other
            ids = [record.id for record in prepared]
            rows = [sql.cells(record, index) for record in prepared]
            words = sql.word_columns(prepared, index)
            async with connection.transaction():
                await connection.executemany(sql.upsert(self._table(index), index), rows)
                await connection.execute(sql.forget_words(self._words(index)), scope.group_id, ids)
                if words:
                    await connection.execute(sql.add_words(self._words(index)), *words)
        return len(records)

    async def similarity_search(
        self, scope: MemoryScope, index: IndexRef, query: Query
    ) -> list[Hit]:
        check_limit(query.limit, MAX_RESULTS)
        where, values = sql.where(select(scope, index.type, query.filter), index)
        table, used = self._table(index), len(values)
        async with self._connection() as connection:
            info = await self._info(connection, index)
            if isinstance(query, TextQuery):
                # Its conditions are the first ones of `where`, so the parameters are the same.
                whole, _ = sql.where(select(scope, index.type, EVERYTHING), index)
                statement = sql.by_words(table, self._words(index), index, whole, where, used)
                values += [query_words(query.text), query.limit]
            else:
                vector = unit_vector(index.name, info.dimension, query.vector)
                statement = sql.by_vector(table, index, where, used)
                values += [sql.vector_text(vector), query.limit]
            rows = await connection.fetch(statement, *values)
        return self._hits(scope, index, ((sql.row_of(row, index), row["_score"]) for row in rows))

    async def delete_records(
        self, scope: MemoryScope, index: IndexRef, filter: RecordFilter
    ) -> int:
        where, values = sql.where(select(scope, index.type, filter), index)
        async with self._connection() as connection:
            await self._info(connection, index)
            done = await connection.execute(
                f"DELETE FROM {self._table(index)} WHERE {where}", *values
            )
        return int(done.rpartition(" ")[2])

    async def count_documents(
        self, scope: MemoryScope, index: IndexRef, filter: RecordFilter = EVERYTHING
    ) -> int:
        where, values = sql.where(select(scope, index.type, filter), index)
        async with self._connection() as connection:
            await self._info(connection, index)
            count = f"SELECT count(*) FROM {self._table(index)} WHERE {where}"
            return int(await connection.fetchval(count, *values))

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
        where, values = sql.where(select(scope, index.type, filter), index)
        statement = sql.after(self._table(index), index, where, len(values))
        async with self._connection() as connection:
            await self._info(connection, index)
            rows = await connection.fetch(statement, *values, after or "", limit + 1)
        found = [(sql.row_of(row, index), sql.numbers(row["_vector"])) for row in rows[:limit]]
        records = self._records(scope, index, found)
        return ScanPage(records, records[-1].id if len(rows) > limit else None)

    async def empty_index(self, index: IndexRef) -> EmptyResult:
        async with self._connection() as connection:
            await self._info(connection, index)
            done = await connection.execute(f"DELETE FROM {self._table(index)}")
        return EmptyResult(int(done.rpartition(" ")[2]))

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    @property
    def _catalogue(self) -> str:
        return f'"{self._schema}"."vector_indexes"'

    def _table(self, index: IndexRef) -> str:
        return f'"{self._schema}"."index_{_checked(index.name)}"'

    def _words(self, index: IndexRef) -> str:
        return f'"{self._schema}"."words_{_checked(index.name)}"'

    async def _info(self, connection: Any, index: IndexRef) -> IndexInfo:
        row = None
        if await self._has_catalogue(connection):
            row = await connection.fetchrow(
                f"SELECT dimension, embedding_model FROM {self._catalogue}"
                " WHERE name = $1 AND type = $2",
                *(index.name, str(index.type)),
            )
        if row is None:
            raise IndexMissing(f"there is no {index.type} index {index.name}")
        ref = IndexRef(index.name, index.type)
        return IndexInfo(ref, row["dimension"], IndexState.READY, row["embedding_model"])

    async def _has_catalogue(self, connection: Any) -> bool:
        found = await connection.fetchval("SELECT to_regclass($1)", self._catalogue)
        return found is not None

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        try:
            async with self._lock:
                if self._pool is None:
                    self._pool = await asyncpg.create_pool(
                        self._dsn,
                        min_size=0,
                        max_size=self._pool_size,
                        command_timeout=_TIMEOUT_S,
                        connect=self._connect,
                    )
            async with self._pool.acquire(timeout=_TIMEOUT_S) as connection:
                yield connection
        except asyncpg.InsufficientPrivilegeError as exc:
            raise NotPermitted(f"the database role may not do this: {exc}") from exc
        except asyncpg.UndefinedTableError as exc:
            raise IndexMissing("the table of this index is gone") from exc
        except TimeoutError as exc:
            raise StoreTimeout("PostgreSQL did not answer in time") from exc
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as exc:
            raise StoreUnavailable("PostgreSQL met two writers of one record") from exc
        except _CONNECTION_FAILURES as exc:
            raise StoreUnavailable("PostgreSQL cannot be reached", retry_after_s=2) from exc
        except asyncpg.PostgresError as exc:
            raise StoreRefused(f"PostgreSQL refuses a request: {type(exc).__name__}") from exc


def _checked(name: str) -> str:
    if not PLAIN_INDEX.fullmatch(name):
        raise InvalidIndexName(
            f"expected 1-50 lower-case letters, digits or _ that start with no digit, got {name!r}"
        )
    return name
