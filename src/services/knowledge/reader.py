"""The job of a knowledge document: read the file, cut it into pieces, store them with their vectors.

What the pieces are called follows from the document, so storing them again replaces them; a job that was
interrupted goes on behind the last batch that it saved.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from src.core.clock import Clock
from src.core.errors import AppError, Unavailable
from src.core.logging import get_logger
from src.core.unit_of_work import Database
from src.memory.documents.kinds import DocumentKind
from src.memory.documents.pieces import DocumentPiece, pieces_of
from src.memory.documents.reading import read_document
from src.memory.embedders.base import Purpose
from src.memory.storage import MemoryStorage
from src.memory.texts import embedded_text
from src.models.knowledge import KnowledgeDocument
from src.repositories.job import JobRepository
from src.repositories.knowledge import KnowledgeRepository
from src.repositories.vector.base import NewRecord
from src.repositories.vector.filters import Scalar
from src.schemas.databricks_index_schemas import Columns, MemoryType
from src.services.jobs.handler import JobOrder, JobProgress, StepStatus
from src.services.knowledge.store import KnowledgeStore

log = get_logger(__name__)

BATCH = 64
"""Pieces that are embedded and stored at a time."""
_READ, _STORE = "read", "store"


@dataclass(frozen=True)
class _Document:
    row: KnowledgeDocument
    content: bytes


class KnowledgeReader:
    """services.jobs.handler.JobHandler"""

    def __init__(self, database: Database, clock: Clock, store: KnowledgeStore) -> None:
        self._database = database
        self._clock = clock
        self._store = store

    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        document = await self._begin(order)
        if document is None:
            return {}
        row = document.row
        async with _step(progress, _READ) as done:
            sections = await read_document(DocumentKind(row.document_type), document.content)
            pieces = await asyncio.to_thread(lambda: list(pieces_of(sections)))
            characters = sum(len(section.text) for section in sections)
            await done(f"{characters} characters, {len(pieces)} pieces")
        async with _step(progress, _STORE) as done:
            storage = await self._store.open(order.group_id, row.backend_id, order.user_token)
            await self._store_all(storage, row, pieces, progress)
            await done(f"{len(pieces)} of {len(pieces)} pieces")
        await self._end(order, len(pieces), characters)
        return {"chunks": len(pieces), "characters": characters}

    async def abandoned(self, order: JobOrder, message: str) -> None:
        """What was stored of it is taken away, and nothing of it is ever read by a crew."""
        id = str(order.subject_id)
        async with self._database.write() as uow:
            job = await uow.repo(JobRepository).find(order.group_id, order.id)
            documents = uow.repo(KnowledgeRepository)
            await documents.set(
                order.group_id,
                id,
                now=self._clock.now(),
                status="failed",
                chunks=0,
                error_code=(job and job.error_code) or "cancelled",
                error_message=message,
            )
            await documents.drop_content(order.group_id, id)
        backend_id = order.arguments.get("backend_id")
        try:
            await self._store.remove(order.group_id, id, backend_id, order.user_token)
        except Unavailable:
            raise
        except AppError as exc:
            log.warning("pieces of document {} could not be removed: {}", id, exc.message)

    async def _begin(self, order: JobOrder) -> _Document | None:
        """None when it was deleted, or was read to its end by a worker that died before it could say so."""
        id = str(order.subject_id)
        async with self._database.write() as uow:
            documents = uow.repo(KnowledgeRepository)
            content = await documents.content(order.group_id, id)
            if content is None:
                return None
            await documents.set(order.group_id, id, now=self._clock.now(), status="reading")
            return _Document(await documents.get(order.group_id, id), content)

    async def _store_all(
        self,
        storage: MemoryStorage,
        row: KnowledgeDocument,
        pieces: Sequence[DocumentPiece],
        progress: JobProgress,
    ) -> None:
        # After an upgrade the same file may be cut in another way: then nothing of before is kept.
        digest = _digest(pieces)
        stored = int(progress.state.get("stored", 0))
        if progress.state.get("digest") not in (None, digest):
            await self._store.clear(storage, row.id)
            stored = 0
        for start in range(stored, len(pieces), BATCH):
            await progress.step(_STORE, StepStatus.RUNNING, f"{start} of {len(pieces)} pieces")
            batch = list(enumerate(pieces[start : start + BATCH], start))
            fields = [_fields(storage, row, index, piece, len(pieces)) for index, piece in batch]
            texts = [embedded_text(MemoryType.DOCUMENT, one) for one in fields]
            vectors = await storage.embedder.embed(texts, Purpose.DOCUMENT)
            records = [
                NewRecord(_record_id(storage, row.id, index), columns, vector)
                for (index, _), columns, vector in zip(batch, fields, vectors, strict=True)
            ]
            await storage.write(MemoryType.DOCUMENT, records)
            await progress.save({"digest": digest, "stored": start + len(batch)})

    async def _end(self, order: JobOrder, chunks: int, characters: int) -> None:
        id = str(order.subject_id)
        async with self._database.write() as uow:
            documents = uow.repo(KnowledgeRepository)
            await documents.set(
                order.group_id,
                id,
                now=self._clock.now(),
                status="ready",
                chunks=chunks,
                characters=characters,
                error_code=None,
                error_message=None,
            )
            await documents.drop_content(order.group_id, id)


@asynccontextmanager
async def _step(progress: JobProgress, name: str) -> AsyncIterator[Any]:
    """Gives a function that says how it ended."""

    async def done(detail: str) -> None:
        await progress.step(name, StepStatus.DONE, detail)

    await progress.step(name, StepStatus.RUNNING)
    try:
        yield done
    except Unavailable:
        raise
    except AppError as exc:
        await progress.step(name, StepStatus.FAILED, exc.message)
        raise


def _fields(
    storage: MemoryStorage, row: KnowledgeDocument, index: int, piece: DocumentPiece, total: int
) -> dict[str, Scalar | None]:
    about = {"sha256": row.sha256, "size_bytes": row.size_bytes, "chunks": total}
    return {
        Columns.TITLE: row.title,
        Columns.CONTENT: piece.text,
        Columns.SOURCE: row.file_name,
        Columns.DOCUMENT_TYPE: row.document_type,
        Columns.SECTION: piece.section,
        Columns.CHUNK_INDEX: index,
        Columns.CHUNK_SIZE: len(piece.text),
        Columns.PARENT_DOCUMENT: row.id,
        Columns.CREATED_AT: row.created_at.isoformat(),
        Columns.UPDATED_AT: row.created_at.isoformat(),
        Columns.DOC_METADATA: json.dumps({**about, "crew_id": row.crew_id}),
        Columns.EMBEDDING_MODEL: storage.plan.embedder.name,
        Columns.VERSION: 1,
    }


def _record_id(storage: MemoryStorage, document_id: str, index: int) -> str:
    return storage.scope.record_id(MemoryType.DOCUMENT, f"{document_id}.{index}")


def _digest(pieces: Sequence[DocumentPiece]) -> str:
    whole = hashlib.sha256()
    for piece in pieces:
        whole.update(json.dumps([piece.section, piece.text]).encode())
    return whole.hexdigest()
