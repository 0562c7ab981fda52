"""Documents that a group gives its crews to read: upload, list, search, delete."""

import asyncio
import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from src.core import ids
from src.core.clock import Clock
from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.errors import Conflict, FieldError, Invalid, PayloadTooLarge
from src.core.job_status import OPEN
from src.core.tenancy import Principal
from src.core.text import clean_text
from src.core.unit_of_work import Database, UnitOfWork
from src.memory.configuration import active_backend, memory_plan
from src.memory.documents.kinds import DocumentKind, kind_of
from src.memory.plan import MemoryPlan
from src.memory.recall import RecallRequest, recall
from src.memory.storage import MemoryStorage
from src.memory.texts import number, plain
from src.models.knowledge import KnowledgeDocument
from src.repositories.crew import CrewRepository
from src.repositories.job import JobRepository
from src.repositories.knowledge import KnowledgeRepository, of_crew
from src.repositories.memory_backend import MemoryBackendRepository
from src.schemas.common import ErrorRead, Page
from src.schemas.databricks_index_schemas import Columns, MemoryType
from src.schemas.knowledge import (
    DocumentUpload,
    KnowledgeDocumentRead,
    KnowledgeFound,
    KnowledgeHit,
    KnowledgeSearch,
)
from src.schemas.strict import Strict
from src.services.base import page_of, read_cursor
from src.services.credentials import CredentialService
from src.services.idempotency import Idempotency, Replayable
from src.services.jobs.handler import JobKind
from src.services.jobs.job import JobService
from src.services.knowledge.store import KnowledgeStore
from src.services.memory.plan import NO_CREW
from src.services.memory.reach import OpensStorage

MAX_DOCUMENTS = 500
"""Of a group."""
_MAX_NAME = 255
_UNWANTED = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class UploadedFile:
    name: str
    content: bytes


class _Request(Strict):
    """What makes two uploads the same for an Idempotency-Key."""

    file_name: str
    sha256: str
    title: str
    crew_id: str | None


class KnowledgeService:
    def __init__(
        self,
        database: Database,
        cursors: CursorSigner,
        clock: Clock,
        jobs: JobService,
        access: OpensStorage,
        credentials: CredentialService,
        max_bytes: int,
    ) -> None:
        self._database = database
        self._cursors = cursors
        self._clock = clock
        self._jobs = jobs
        self._access = access
        self._credentials = credentials
        self._max_bytes = max_bytes
        self._store = KnowledgeStore(database, access, credentials)

    async def upload(
        self,
        principal: Principal,
        file: UploadedFile,
        fields: DocumentUpload,
        idempotency_key: str | None,
    ) -> Replayable[KnowledgeDocumentRead]:
        """Stores the file and queues its reading in one transaction. The same content for the same readers
        is stored once: the answer is then the document that is there, as a replay."""
        if len(file.content) > self._max_bytes:
            raise PayloadTooLarge(
                f"a document may hold {self._max_bytes} bytes (KASAL_MAX_DOCUMENT_BYTES), this one "
                f"holds {len(file.content)}"
            )
        name = _file_name(file.name)
        kind, sha256 = await asyncio.to_thread(_examined, name, file.content)
        title = fields.title or PurePosixPath(name).stem
        request = _Request(file_name=name, sha256=sha256, title=title, crew_id=fields.crew_id)
        idempotency = Idempotency(
            principal, "knowledge-documents", idempotency_key, request, self._clock
        )
        async with self._database.write() as uow:
            replayed = await idempotency.recall(uow, KnowledgeDocumentRead)
            if replayed is not None:
                return replayed
            if fields.crew_id is not None:
                await uow.repo(CrewRepository).get(principal.group_id, fields.crew_id)
            documents = uow.repo(KnowledgeRepository)
            same = await documents.same(principal.group_id, fields.crew_id, sha256)
            if same is None:
                row = await self._stored(uow, principal, request, kind, file.content)
            answer = document_read(same or row)
            await idempotency.remember(uow, 202, answer)
        return Replayable(answer, replayed=same is not None)

    async def list(
        self, principal: Principal, paging: Paging, crew_id: str | None = None
    ) -> Page[KnowledgeDocumentRead]:
        """Of the whole group and of single crews, or those of one crew alone."""
        scope = ListScope(principal.group_id, "knowledge-documents", (("crew", crew_id),))
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows = await uow.repo(KnowledgeRepository).page(
                principal.group_id,
                limit=paging.limit + 1,
                before=before,
                where=() if crew_id is None else of_crew(crew_id),
            )
        return page_of(rows, paging.limit, document_read, lambda row: row.id, self._cursors, scope)

    async def get(self, principal: Principal, id: str) -> KnowledgeDocumentRead:
        async with self._database.read() as uow:
            return document_read(await uow.repo(KnowledgeRepository).get(principal.group_id, id))

    async def delete(self, principal: Principal, id: str) -> None:
        """The row goes last, so that a deletion that failed half-way can be repeated. A worker that is about
        to store more of it takes that away itself, when it learns that its job was cancelled."""
        group_id = principal.group_id
        async with self._database.write() as uow:
            row = await uow.repo(KnowledgeRepository).get(group_id, id)
            active = active_backend(await uow.repo(MemoryBackendRepository).active(group_id))
            await self._stop_reading(uow, row)
        # A migration may have moved its pieces to the backend that is active now.
        for backend_id in dict.fromkeys((row.backend_id, active.effective.id)):
            await self._store.remove(group_id, id, backend_id, principal.forwarded_token)
        async with self._database.write() as uow:
            await uow.repo(KnowledgeRepository).delete(group_id, id)

    async def search(self, principal: Principal, body: KnowledgeSearch) -> KnowledgeFound:
        """By meaning and by words at once, as crews do."""
        group_id = principal.group_id
        plan = await self._plan(group_id, body.crew_id)
        if not plan.document_ids or MemoryType.DOCUMENT not in plan.indexes:
            return KnowledgeFound(items=[], backend=str(plan.kind), latency_ms=0.0)
        credentials = await self._credentials.for_run(
            group_id, user_token=principal.forwarded_token
        )
        storage = await self._access.storage(group_id, plan, credentials)
        now = self._clock.now()
        found = await recall(
            storage, RecallRequest(body.query, limit=0, now=now, document_limit=body.limit)
        )
        scores = {one.id: one.score for one in found.documents}
        return KnowledgeFound(
            items=await _hits(storage, scores),
            backend=found.backend,
            latency_ms=found.latency_ms,
        )

    async def _plan(self, group_id: str, crew_id: str | None) -> MemoryPlan:
        async with self._database.read() as uow:
            if crew_id is not None:
                await uow.repo(CrewRepository).get(group_id, crew_id)
            active = active_backend(await uow.repo(MemoryBackendRepository).active(group_id))
            readable = await uow.repo(KnowledgeRepository).readable(group_id, crew_id)
        return memory_plan(active, crew_ids=(NO_CREW,), document_ids=readable)

    async def _stored(
        self,
        uow: UnitOfWork,
        principal: Principal,
        request: _Request,
        kind: DocumentKind,
        content: bytes,
    ) -> KnowledgeDocument:
        documents = uow.repo(KnowledgeRepository)
        if await documents.count(principal.group_id) >= MAX_DOCUMENTS:
            raise Conflict(
                f"a group may have {MAX_DOCUMENTS} documents; delete some that are not needed any more"
            )
        backend = active_backend(
            await uow.repo(MemoryBackendRepository).active(principal.group_id)
        ).effective
        id, now = ids.new(), self._clock.now()
        job = await self._jobs.start(
            uow,
            group_id=principal.group_id,
            kind=JobKind.KNOWLEDGE_DOCUMENT,
            subject_id=id,
            arguments={"backend_id": backend.id},
            created_by=principal.email,
            user_token=principal.forwarded_token,
        )
        row = await documents.add(
            KnowledgeDocument(
                id=id,
                group_id=principal.group_id,
                crew_id=request.crew_id,
                title=request.title,
                file_name=request.file_name,
                document_type=kind,
                size_bytes=len(content),
                sha256=request.sha256,
                status="queued",
                chunks=0,
                characters=0,
                backend_id=backend.id,
                job_id=job.id,
                created_by=principal.email,
                created_at=now,
                updated_at=now,
                version=1,
            )
        )
        await documents.add_content(principal.group_id, id, content)
        return row

    async def _stop_reading(self, uow: UnitOfWork, row: KnowledgeDocument) -> None:
        job = None
        if row.job_id is not None:
            job = await uow.repo(JobRepository).find(row.group_id, row.job_id)
        if job is not None and job.status in OPEN:
            message = "its document was deleted"
            await self._jobs.stop(uow, group_id=row.group_id, id=job.id, message=message)


def document_read(row: KnowledgeDocument) -> KnowledgeDocumentRead:
    values = {name: getattr(row, name) for name in _SAME_NAME}
    return KnowledgeDocumentRead(
        **values, error=ErrorRead.stored(row.error_code, row.error_message)
    )


_SAME_NAME = [name for name in KnowledgeDocumentRead.model_fields if name != "error"]


async def _hits(storage: MemoryStorage, scores: dict[str, float]) -> list[KnowledgeHit]:
    """What was removed since it was found is left out."""
    records = {one.id: one for one in await storage.get(MemoryType.DOCUMENT, list(scores))}
    fields = {id: records[id].fields for id in scores if id in records}
    return [
        KnowledgeHit(
            rank=rank,
            score=scores[id],
            document_id=plain(columns, Columns.PARENT_DOCUMENT),
            chunk_index=int(number(columns, Columns.CHUNK_INDEX) or 0),
            title=plain(columns, Columns.TITLE),
            section=plain(columns, Columns.SECTION),
            text=plain(columns, Columns.CONTENT),
        )
        for rank, (id, columns) in enumerate(fields.items(), start=1)
    ]


def _examined(name: str, content: bytes) -> tuple[DocumentKind, str]:
    return kind_of(name, content), hashlib.sha256(content).hexdigest()


def _file_name(given: str) -> str:
    """The last part of what the browser calls the file, as it can be stored and shown."""
    name = _UNWANTED.sub(" ", given.replace("\\", "/").rpartition("/")[2]).strip()
    try:
        name = clean_text(name)
    except ValueError as exc:
        raise _nameless(str(exc)) from exc
    if not PurePosixPath(name).stem.strip(". "):
        raise _nameless("the file has no name")
    return name[-_MAX_NAME:]


def _nameless(message: str) -> Invalid:
    return Invalid(message, errors=(FieldError("/file", "document", message),))
