"""The embedded default: one directory per crew under the data directory, nothing to install or start.

`kasal_default_<crew id>/<type>-<number>.db` holds a crew's records of one index (record_file.py); documents
stand in the directory of their group. `kasal_default_indexes.db` knows the indexes. Any number of processes
of one machine may use the same directory at once.
"""

import asyncio
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

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
    Row,
    ScanPage,
    TextQuery,
    VectorIndexRepository,
    check_limit,
    prepare,
    unit_vector,
)
from src.repositories.vector.filters import (
    EVERYTHING,
    MemoryScope,
    RecordFilter,
    Schemas,
    chosen,
    select,
)
from src.repositories.vector.index_catalogue import CataloguedIndex, IndexCatalogue
from src.repositories.vector.record_file import RecordFile

T = TypeVar("T")
_THREADS = 4
_MAX_OPEN_FILES = 200
_MAX_CACHED_BYTES = 256_000_000
"""Vectors of crews that were searched lately; above it, the crew unused longest is let go."""
_PREFIX = "kasal_default_"
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


class EmbeddedVectorIndexRepository(VectorIndexRepository):
    """For one event loop; files are read and written on threads of its own."""

    def __init__(self, folder: Path, *, max_open_files: int = _MAX_OPEN_FILES) -> None:
        super().__init__()
        self._folder = folder
        self._max_open_files = max_open_files
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="vector-files")
        self._open: OrderedDict[Path, RecordFile] = OrderedDict()
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._catalogue = IndexCatalogue(folder / f"{_PREFIX}indexes.db")

    async def create_index(self, spec: IndexSpec) -> IndexInfo:
        return (await self._on_thread(lambda: self._catalogue.add(spec))).info

    async def get_index(self, index: IndexRef) -> IndexInfo:
        return (await self._on_thread(lambda: self._catalogue.find(index))).info

    async def list_indexes(self, endpoint: str = "") -> list[IndexSummary]:
        return [] if endpoint else await self._on_thread(self._catalogue.names)

    async def delete_index(self, index: IndexRef) -> None:
        def delete() -> None:
            found = self._catalogue.remove(index)
            for path in self._all_paths(found):
                self._discard(path)

        await self._on_thread(delete)

    async def describe_index(self, index: IndexRef) -> IndexDescription:
        def describe() -> IndexDescription:
            found = self._catalogue.find(index)
            rows = sum(self._file(path, found).count() for path in self._all_paths(found))
            return IndexDescription(found.info, Schemas.get_schema(index.type), rows)

        return await self._on_thread(describe)

    async def upsert(
        self, scope: MemoryScope, index: IndexRef, records: Sequence[NewRecord]
    ) -> int:
        def write() -> int:
            found = self._catalogue.find(index)
            by_owner: dict[str, list[PreparedRecord]] = {}
            for record in prepare(scope, index, found.info.dimension, records):
                by_owner.setdefault(str(record.row.get(Schemas.CREW, "")), []).append(record)
            for crew_id, own in by_owner.items():
                path = self._path(scope.group_id, crew_id, found)
                path.parent.mkdir(exist_ok=True, mode=0o700)
                self._file(path, found).write(own)
            return len(records)

        return await self._on_thread(write)

    async def similarity_search(
        self, scope: MemoryScope, index: IndexRef, query: Query
    ) -> list[Hit]:
        check_limit(query.limit, MAX_RESULTS)
        chosen(index.type, query.filter)

        def search() -> list[Hit]:
            found = self._catalogue.find(index)
            vector: Sequence[float] = ()
            if not isinstance(query, TextQuery):
                vector = unit_vector(index.name, found.info.dimension, query.vector)
            scored: list[tuple[Row, float]] = []
            for file, own in self._files(scope, found):
                selection = select(own, index.type, query.filter)
                if isinstance(query, TextQuery):
                    scored += file.saying(selection, query.text, query.limit)
                else:
                    whole = select(own, index.type, EVERYTHING)
                    scored += file.nearest(whole, selection, vector, query.limit)
            return self._hits(scope, index, scored)[: query.limit]

        return await self._on_thread(search)

    async def delete_records(
        self, scope: MemoryScope, index: IndexRef, filter: RecordFilter
    ) -> int:
        chosen(index.type, filter)  # a filter is refused though nothing is stored yet

        def delete() -> int:
            files = self._files(scope, self._catalogue.find(index))
            return sum(file.delete(select(own, index.type, filter)) for file, own in files)

        return await self._on_thread(delete)

    async def count_documents(
        self, scope: MemoryScope, index: IndexRef, filter: RecordFilter = EVERYTHING
    ) -> int:
        chosen(index.type, filter)

        def count() -> int:
            files = self._files(scope, self._catalogue.find(index))
            return sum(file.count(select(own, index.type, filter)) for file, own in files)

        return await self._on_thread(count)

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
        chosen(index.type, filter)

        def read() -> ScanPage:
            rows: list[tuple[Row, list[float]]] = []
            for file, own in self._files(scope, self._catalogue.find(index)):
                rows += file.after(select(own, index.type, filter), after, limit + 1)
            rows.sort(key=lambda row: str(row[0][Schemas.PRIMARY_KEY]))
            records = self._records(scope, index, rows[:limit])
            return ScanPage(records, records[-1].id if len(rows) > limit else None)

        return await self._on_thread(read)

    async def empty_index(self, index: IndexRef) -> EmptyResult:
        def empty() -> EmptyResult:
            found = self._catalogue.find(index)
            paths = self._all_paths(found)
            return EmptyResult(sum(self._file(path, found).empty() for path in paths))

        return await self._on_thread(empty)

    async def close(self) -> None:
        def close() -> None:
            with self._lock:
                while self._open:
                    self._open.popitem()[1].close()
            self._catalogue.close()

        await self._on_thread(close)
        self._threads.shutdown(wait=False)

    async def _on_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _files(
        self, scope: MemoryScope, found: CataloguedIndex
    ) -> Iterator[tuple[RecordFile, MemoryScope]]:
        """Of each crew of the scope that has ever written, with the part of the scope that is its own."""
        for crew_id in scope.bindings(found.info.ref.type).values():
            path = self._path(scope.group_id, crew_id, found)
            if path.exists():
                own = MemoryScope(scope.group_id, (crew_id,)) if crew_id else scope
                yield self._file(path, found), own

    def _path(self, group_id: str, crew_id: str, found: CataloguedIndex) -> Path:
        owner = crew_id if _PLAIN_NAME.fullmatch(crew_id) else _opaque(group_id, crew_id)
        return self._folder / f"{_PREFIX}{owner}" / found.file_name

    def _all_paths(self, found: CataloguedIndex) -> list[Path]:
        return sorted(self._folder.glob(f"{_PREFIX}*/{found.file_name}"))

    def _file(self, path: Path, found: CataloguedIndex) -> RecordFile:
        with self._lock:
            file = self._open.get(path)
            if file is None:
                texts = Schemas.get_text_columns(found.info.ref.type)
                file = self._open[path] = RecordFile(path, found.info.dimension, texts)
            self._open.move_to_end(path)
            idle = []
            while len(self._open) > 1 and self._holds_too_much():
                idle.append(self._open.popitem(last=False)[1])
        for other in idle:
            other.close()
        return file

    def _holds_too_much(self) -> bool:
        cached = sum(file.cached_bytes for file in self._open.values())
        return len(self._open) > self._max_open_files or cached > _MAX_CACHED_BYTES

    def _discard(self, path: Path) -> None:
        with self._lock:
            file = self._open.pop(path, None)
        if file is not None:
            file.close()
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _opaque(group_id: str, crew_id: str) -> str:
    return hashlib.sha256(f"{len(group_id)}:{group_id}{crew_id}".encode()).hexdigest()[:32]
