"""Reads Chroma directories that older products filled, so that their memory can be taken over.

Chroma is not where Kasal keeps memory (docs/decisions/0006-default-memory-store.md). It is opened in this
process on a copy, because opening alone changes its files; its server is never started, and no embedding
function is ever loaded: both run code that a collection names (CVE-2026-45829).
"""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import chromadb
from chromadb.config import Settings
from chromadb.errors import ChromaError

from src.repositories.vector.errors import IndexMissing, StoreRefused

T = TypeVar("T")
_DATABASE = "chroma.sqlite3"
_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class ChromaRecord:
    id: str
    text: str
    metadata: Mapping[str, str | int | float | bool | None]
    vector: tuple[float, ...]


class ChromaReader:
    def __init__(self, client: Any) -> None:
        self._client = client

    async def collections(self) -> dict[str, int]:
        """Names with how many records each holds."""

        def read() -> dict[str, int]:
            found = self._client.list_collections()
            return {str(one.name): int(self._open(one.name).count()) for one in found}

        return await _on_thread(read)

    async def records(self, collection: str, *, offset: int, limit: int) -> list[ChromaRecord]:
        """An empty list behind the last."""

        def read() -> list[ChromaRecord]:
            answer = self._open(collection).get(
                offset=offset, limit=limit, include=["documents", "metadatas", "embeddings"]
            )
            columns = (answer["ids"], answer["documents"], answer["metadatas"])
            rows = zip(*columns, answer["embeddings"], strict=True)
            return [
                ChromaRecord(id, text or "", dict(metadata or {}), tuple(map(float, vector)))
                for id, text, metadata, vector in rows
            ]

        return await _on_thread(read)

    def _open(self, name: str) -> Any:
        return self._client.get_collection(name, embedding_function=None)


@asynccontextmanager
async def reading(folder: Path) -> AsyncIterator[ChromaReader]:
    """For as long as the block lasts, on a copy that is removed behind it."""
    if not (folder / _DATABASE).is_file():
        raise IndexMissing(f"{folder.name} is no Chroma directory: it has no {_DATABASE}")
    copy = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="kasal-chroma-"))
    try:
        await _on_thread(lambda: _copy(folder, copy))
        client: Any = await _on_thread(
            lambda: chromadb.PersistentClient(
                str(copy), settings=Settings(anonymized_telemetry=False, allow_reset=False)
            )
        )
        try:
            yield ChromaReader(client)
        finally:
            await _on_thread(client.close)
    finally:
        await asyncio.to_thread(shutil.rmtree, copy, ignore_errors=True)


def _copy(folder: Path, copy: Path) -> None:
    shutil.copytree(
        folder, copy, dirs_exist_ok=True, symlinks=True, ignore=lambda *_: {f"{_DATABASE}-wal"}
    )
    # Through SQLite, which also brings what still stands in its log.
    with (
        sqlite3.connect(f"file:{folder / _DATABASE}?mode=ro", uri=True) as source,
        sqlite3.connect(copy / _DATABASE) as target,
    ):
        source.backup(target)
    source.close()
    target.close()


async def _on_thread(work: Callable[[], T]) -> T:
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            return await asyncio.to_thread(work)
    except (ChromaError, sqlite3.DatabaseError, OSError) as exc:
        raise StoreRefused(f"the Chroma directory cannot be read ({type(exc).__name__})") from exc
