"""The memory of a crew as one attempt at one task sees it (engines.base.TaskMemory)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from src.core import ids
from src.core.clock import Clock
from src.core.errors import AppError, Unavailable
from src.core.events import EventType
from src.core.logging import get_logger
from src.core.unit_of_work import Database
from src.engines.base import Credentials, LoopBridge
from src.memory.plan import MemoryPlan
from src.memory.recall import RecallRequest, recall
from src.memory.records import RecalledRecord, Recollection
from src.memory.storage import MemoryStorage
from src.repositories.memory import MemoryPinRepository
from src.repositories.vector.errors import StoreTimeout
from src.schemas.databricks_index_schemas import MemoryType
from src.services.runs.context import Receipt, RunContext
from src.services.runs.errors import describe

log = get_logger(__name__)

RECALL_TIMEOUT_S = 10.0
"""What a store or an embedder that hangs may cost a task, once: it is then left alone for a while."""
RECALLED_DOCUMENTS = 4
"""Passages that go into a prompt unasked."""
_EXCERPT_CHARS = 300
_FIRST_REST_S = 10.0
_LONGEST_REST_S = 120.0


class MemoryOpener(Protocol):
    async def storage(
        self, group_id: str, plan: MemoryPlan, credentials: Credentials
    ) -> MemoryStorage:
        """Raises an AppError where the plan cannot be kept: no key, no store, another embedder."""
        ...


@dataclass
class _Rest:
    until_s: float
    length_s: float
    reason: str


class MemoryRests:
    """Stores that did not answer are not asked again for a while, by no task of this worker: one that hangs
    would cost every task its timeout. Called from engine threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rests: dict[tuple[str, str | None], _Rest] = {}

    def check(self, group_id: str, plan: MemoryPlan) -> None:
        rest = self._rests.get((group_id, plan.backend_id))
        if rest is not None and self._clock.monotonic_s() < rest.until_s:
            raise Unavailable(
                f"not asked: it failed less than {rest.length_s:g} s ago ({rest.reason})"
            )

    def failed(self, group_id: str, plan: MemoryPlan, exc: Unavailable) -> None:
        key = (group_id, plan.backend_id)
        before = self._rests.get(key)
        length_s = _FIRST_REST_S if before is None else min(2 * before.length_s, _LONGEST_REST_S)
        self._rests[key] = _Rest(self._clock.monotonic_s() + length_s, length_s, exc.message)

    def worked(self, group_id: str, plan: MemoryPlan) -> None:
        self._rests.pop((group_id, plan.backend_id), None)


class RunMemory:
    """Every call waits at most RECALL_TIMEOUT_S; what fails is told by a memory_failed event."""

    def __init__(
        self,
        context: RunContext,
        plan: MemoryPlan,
        database: Database,
        opener: MemoryOpener,
        bridge: LoopBridge,
        rests: MemoryRests,
    ) -> None:
        self._context = context
        self._plan = plan
        self._database = database
        self._opener = opener
        self._bridge = bridge
        self._rests = rests
        self._storage: MemoryStorage | None = None

    def recall(self, query: str, agent: str | None) -> Recollection:
        async def work() -> Recollection:
            request = self._request(
                query,
                self._plan.recall_limit,
                document_limit=RECALLED_DOCUMENTS,
                pinned=await self._pins(),
                # What its own tasks have said comes to a task as context.
                without_session=self._context.execution_id,
            )
            return await recall(await self._open(), request)

        return self._asked("recall", EventType.MEMORY_RECALLED, query, agent, work)

    def search(self, query: str, agent: str | None, limit: int) -> Recollection:
        async def work() -> Recollection:
            return await recall(await self._open(), self._request(query, limit))

        return self._asked("search", EventType.MEMORY_RECALLED, query, agent, work)

    def search_knowledge(self, query: str, agent: str | None, limit: int) -> Recollection:
        async def work() -> Recollection:
            request = self._request(query, 0, document_limit=limit)
            return await recall(await self._open(), request)

        return self._asked("knowledge", EventType.KNOWLEDGE_SEARCHED, query, agent, work)

    def keep(self, text: str, agent: str | None) -> None:
        self._context.notes.append(text)

    def _request(self, query: str, limit: int, **more: Any) -> RecallRequest:
        return RecallRequest(query=query, limit=limit, now=self._context.clock.now(), **more)

    async def _pins(self) -> tuple[tuple[MemoryType, str], ...]:
        async with self._database.read() as uow:
            pins = await uow.repo(MemoryPinRepository).of_identities(
                self._context.group_id, self._plan.crew_ids
            )
        return tuple((MemoryType(type), id) for type, id in pins)

    async def _open(self) -> MemoryStorage:
        if self._storage is None:
            context = self._context
            self._storage = await self._opener.storage(
                context.group_id, self._plan, context.credentials
            )
        return self._storage

    def _asked(
        self,
        via: str,
        said_by: EventType,
        query: str,
        agent: str | None,
        work: Callable[[], Awaitable[Recollection]],
    ) -> Recollection:
        self._context.before_tool_call()
        try:
            found = self._waited_for(work)
        except Exception as exc:  # whatever a store raises costs the task its memory, not its end
            self._failed(via, agent, exc)
            return Recollection(backend=str(self._plan.kind))
        self._used(via, said_by, query, agent, found)
        return found

    def _waited_for(self, work: Callable[[], Awaitable[Recollection]]) -> Recollection:
        group_id = self._context.group_id
        self._rests.check(group_id, self._plan)
        try:
            found = self._bridge.call(work(), RECALL_TIMEOUT_S)
        except TimeoutError as exc:
            late = StoreTimeout(f"memory did not answer within {RECALL_TIMEOUT_S:g} s")
            self._rests.failed(group_id, self._plan, late)
            raise late from exc
        except Unavailable as exc:
            self._rests.failed(group_id, self._plan, exc)
            raise
        self._rests.worked(group_id, self._plan)
        return found

    def _used(
        self, via: str, said_by: EventType, query: str, agent: str | None, found: Recollection
    ) -> None:
        identity = self._storage.identity if self._storage is not None else None
        if identity is not None:
            self._context.note_identity(identity)
        at = self._context.clock.now()
        for record in (*found.records, *found.documents):
            used = Receipt(ids.new(), via, agent, record, found.backend, found.latency_ms, at)
            self._context.receipts.append(used)
        self._context.emit(
            said_by,
            {
                "via": via,
                "query": query[:_EXCERPT_CHARS],
                "records": [_shown(record) for record in found.records],
                "documents": [_shown(record) for record in found.documents],
                "backend": found.backend,
                "latency_ms": found.latency_ms,
                "embedding_model": self._plan.embedder.name,
                "problems": list(found.problems),
            },
            agent=agent,
        )

    def _failed(self, operation: str, agent: str | None, exc: Exception) -> None:
        code, message = describe(exc)
        if not isinstance(exc, AppError):
            log.error("memory failed unexpectedly", exc_info=exc)
            message = f"it failed with an unexpected {type(exc).__name__}; the worker's log has it"
        data = {"operation": operation, "code": code, "message": message}
        self._context.emit(EventType.MEMORY_FAILED, data, agent=agent)


def _shown(record: RecalledRecord) -> dict[str, Any]:
    return {
        "rank": record.rank,
        "type": str(record.type),
        "id": record.id,
        "score": record.score,
        "source": record.source,
        "excerpt": record.text[:_EXCERPT_CHARS],
        "pinned": record.pinned,
    }
