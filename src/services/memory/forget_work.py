"""One order to forget, step by step. Each step may be repeated: what is gone is not found again."""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from src.core.clock import Clock
from src.core.errors import NotFound
from src.core.execution_status import TERMINAL
from src.core.tenancy import Principal, Role
from src.core.unit_of_work import Database
from src.memory.embedders.base import Purpose
from src.memory.forgetting import FORGOTTEN, Mentions, without
from src.memory.plan import CREW_TYPES
from src.memory.recall import RecallRequest, recall
from src.memory.texts import metadata_of, session_of, sources_of, text_of
from src.repositories.execution import ExecutionRepository
from src.repositories.memory_forget import MemoryForgetRepository
from src.repositories.memory_use import MemoryUseRepository
from src.repositories.vector.base import Record
from src.schemas.databricks_index_schemas import Columns, MemoryType
from src.schemas.memory import ForgetRequest
from src.services.executions.execution import ExecutionService
from src.services.jobs.handler import JobOrder, JobProgress, StepStatus
from src.services.knowledge.knowledge import KnowledgeService
from src.services.memory.places import Place, all_places
from src.services.memory.reach import MemoryReach
from src.services.memory.turns import MemoryTurns

_EXECUTIONS = 50
_SHOWN_IDS = 500
Wanted = Callable[[Record], bool]


@dataclass(frozen=True)
class ForgetParts:
    database: Database
    clock: Clock
    reach: MemoryReach
    turns: MemoryTurns
    executions: ExecutionService
    knowledge: KnowledgeService


@dataclass
class _State:
    """Kept with the job, so that another worker goes on."""

    phase: str = "records"
    after: str = ""
    texts: list[str] = field(default_factory=list)
    """What the removed records said: executions may quote it. Gone when the job ends."""
    records: dict[str, int] = field(default_factory=dict)
    record_ids: list[list[str]] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=dict)
    """Texts of executions, by what they are."""
    executions: int = 0
    skipped: list[str] = field(default_factory=list)


class ForgetWork:
    def __init__(
        self, parts: ForgetParts, order: JobOrder, request: ForgetRequest, progress: JobProgress
    ) -> None:
        self._parts = parts
        self._order = order
        self._request = request
        self._progress = progress
        self._state = _State(**progress.state)
        self._places: list[Place] = []

    async def run(self) -> dict[str, Any]:
        order, request = self._order, self._request
        self._places, problems = await all_places(
            self._parts.reach, order.group_id, order.user_token, request.crew_id
        )
        if self._state.phase == "records":
            await self._records()
        if self._state.phase == "documents":
            await self._documents()
        if self._state.phase == "executions":
            await self._executions()
        remaining = {} if request.dry_run else await self._look_again()
        state = self._state
        return {
            "dry_run": request.dry_run,
            "records": state.records,
            "record_ids": state.record_ids[:_SHOWN_IDS],
            "documents": state.documents,
            "texts": state.found,
            "executions": state.executions,
            "skipped_executions": state.skipped,
            "problems": problems,
            "remaining": remaining,
            "complete": not (request.dry_run or remaining or problems or state.skipped),
        }

    async def _records(self) -> None:
        for place in self._crew_places:
            name = f"{place.reach.backend}: {place.ref.name}"
            await self._progress.step(name, StepStatus.RUNNING)
            count = 0
            async for records in self._chosen(place):
                count += len(records)
                self._note(place.type, records)
                # First what they said, then they: after a crash executions are still searched for it.
                await self._save()
                if not self._request.dry_run:
                    await self._remove(place, records)
            await self._progress.step(name, StepStatus.DONE, f"{count} records")
        self._state.phase = "documents"
        await self._save()

    @property
    def _crew_places(self) -> list[Place]:
        return [place for place in self._places if place.type in CREW_TYPES]

    async def _chosen(self, place: Place) -> AsyncIterator[list[Record]]:
        if self._request.query is not None:
            embedder = place.reach.storages[0].embedder
            vector = (await embedder.embed([self._request.query], Purpose.QUERY))[0]
            near = [
                record
                for record, score in await place.nearest(vector)
                if score >= self._request.min_similarity
            ]
            if near:
                yield near
            return
        wanted = await self._wanted(place.type)
        async for page in place.pages():
            records = [record for record in page if wanted(record)]
            if records:
                yield records

    async def _wanted(self, type: MemoryType) -> Wanted:
        request = self._request
        if request.subject is not None:
            mentions = Mentions(request.subject)
            return lambda record: _mentions(mentions, record)
        if request.execution_id is None:
            return lambda record: False
        run = request.execution_id
        async with self._parts.database.read() as uow:
            texts = uow.repo(MemoryForgetRepository)
            stored = set(await texts.stored_records(self._order.group_id, run))
        return lambda record: (type, record.id) in stored or _came_from(run, type, record)

    def _note(self, type: MemoryType, records: Iterable[Record]) -> None:
        state = self._state
        known = {(one[0], one[1]) for one in state.record_ids}
        for record in records:
            if (type, record.id) not in known:
                state.records[type] = state.records.get(type, 0) + 1
                state.record_ids.append([str(type), record.id])
                state.texts.append(text_of(type, record.fields)[:400])

    async def _remove(self, place: Place, records: list[Record]) -> None:
        by_crew: dict[str, list[str]] = {}
        for record in records:
            by_crew.setdefault(record.crew_id or "", []).append(record.id)
        for identity, ids in by_crew.items():
            async with self._parts.turns.of(self._order.group_id, identity):
                await place.delete(ids)
            async with self._parts.database.write() as uow:
                pins = uow.repo(MemoryUseRepository)
                await pins.unpin(self._order.group_id, place.type, ids)

    async def _documents(self) -> None:
        """Of a source they go whole; those that only mention a subject are named, for people to decide."""
        request, state = self._request, self._state
        titles = set() if request.source is None else await self._sources(request.source)
        mentions = Mentions(request.subject)
        found = titles | set(state.documents)
        for place in self._places if request.subject or request.source else ():
            if place.type is not MemoryType.DOCUMENT or request.crew_id is not None:
                continue
            async for page in place.pages():
                for record in page:
                    parent = str(record.fields.get(Columns.PARENT_DOCUMENT) or "")
                    if parent in titles:
                        self._note(MemoryType.DOCUMENT, [record])
                    elif request.subject is not None and _mentions(mentions, record):
                        found.add(parent)
        state.documents = sorted(found - {""})
        await self._save()
        if not request.dry_run:
            for id in sorted(titles):
                await self._parts.knowledge.delete(self._principal, id)
        if titles:
            await self._progress.step("documents", StepStatus.DONE, f"{len(titles)} documents")
        state.phase = "executions"
        await self._save()

    async def _sources(self, source: str) -> set[str]:
        async with self._parts.database.read() as uow:
            return await uow.repo(MemoryForgetRepository).documents(
                self._order.group_id, source, self._request.crew_id
            )

    async def _executions(self) -> None:
        await self._progress.step("executions", StepStatus.RUNNING)
        await self._excerpts()
        rewrite = self._rewrite()
        only = await self._only_executions()
        while some := await self._next_executions():
            for id in some:
                if only is None or id in only:
                    await self._one_execution(id, rewrite)
                self._state.after = id
            await self._save()
        if self._request.execution_id is not None and not self._request.dry_run:
            await self._delete_execution(self._request.execution_id)
        detail = f"{self._state.executions} executions searched"
        await self._progress.step("executions", StepStatus.DONE, detail)
        self._state.phase = "verify"
        await self._save()

    async def _excerpts(self) -> None:
        """Of the removed records, in whatever execution."""
        if self._state.after:
            return
        ids = [id for _, id in self._state.record_ids]
        async with self._parts.database.write() as uow:
            count = await uow.repo(MemoryForgetRepository).blank_excerpts(
                self._order.group_id, ids, FORGOTTEN, dry_run=self._request.dry_run
            )
        if count:
            self._state.found["receipts"] = self._state.found.get("receipts", 0) + count

    def _rewrite(self) -> Callable[[Any], tuple[Any, int]]:
        ids = [id for _, id in self._state.record_ids]
        mentions = Mentions(self._request.subject, self._state.texts, ids)
        return lambda value: without(value, mentions)

    async def _only_executions(self) -> set[str] | None:
        """A subject may stand anywhere; what records said only where they were read or stored."""
        if self._request.subject is not None:
            return None
        records = [(type, id) for type, id in self._state.record_ids]
        async with self._parts.database.read() as uow:
            texts = uow.repo(MemoryForgetRepository)
            return await texts.executions_about(self._order.group_id, records)

    async def _next_executions(self) -> list[str]:
        async with self._parts.database.read() as uow:
            return await uow.repo(MemoryForgetRepository).executions(
                self._order.group_id,
                self._request.crew_id,
                after=self._state.after,
                limit=_EXECUTIONS,
            )

    async def _one_execution(self, id: str, rewrite: Callable[[Any], tuple[Any, int]]) -> None:
        state, group_id = self._state, self._order.group_id
        async with self._parts.database.write() as uow:
            try:
                run = await uow.repo(ExecutionRepository).lock(group_id, id)
            except NotFound:  # somebody deleted it
                return
            texts = uow.repo(MemoryForgetRepository)
            # A run that goes on would write what it holds again.
            can_change = run.status in TERMINAL and not self._request.dry_run
            found = await texts.rewrite(group_id, id, rewrite, dry_run=not can_change)
        state.executions += 1
        if found and run.status not in TERMINAL:
            state.skipped.append(id)
        for name, count in found.items():
            state.found[name] = state.found.get(name, 0) + count

    async def _delete_execution(self, id: str) -> None:
        async with self._parts.database.read() as uow:
            known = await uow.repo(ExecutionRepository).existing_ids(self._order.group_id, [id])
        if known:
            await self._parts.executions.delete(self._principal, id)

    async def _look_again(self) -> dict[str, int]:
        """Everything is searched once more, and asked as a crew would ask."""
        await self._progress.step("verify", StepStatus.RUNNING)
        remaining: dict[str, int] = {}
        for place in self._crew_places:
            count = sum([len(records) async for records in self._chosen(place)])
            if count:
                remaining[place.ref.name] = remaining.get(place.ref.name, 0) + count
        remaining |= await self._recalled()
        remaining |= await self._left_in_executions()
        status = StepStatus.FAILED if remaining else StepStatus.DONE
        await self._progress.step("verify", status, json.dumps(remaining) if remaining else "clean")
        return remaining

    async def _recalled(self) -> dict[str, int]:
        question = self._request.subject or self._request.query
        if question is None:
            return {}
        forgotten = {(type, id) for type, id in self._state.record_ids}
        mentions = Mentions(self._request.subject)
        request = RecallRequest(question, 50, self._parts.clock.now())
        count = 0
        for reach in {id(place.reach): place.reach for place in self._places}.values():
            for storage in reach.storages:
                found = await recall(storage, request)
                count += sum(
                    (hit.type, hit.id) in forgotten
                    or (self._request.subject is not None and mentions.stand_in(hit.text))
                    for hit in found.records
                )
        return {"recalled": count} if count else {}

    async def _left_in_executions(self) -> dict[str, int]:
        rewrite, only, after = self._rewrite(), await self._only_executions(), ""
        found: dict[str, int] = {}
        while True:
            async with self._parts.database.read() as uow:
                texts = uow.repo(MemoryForgetRepository)
                some = await texts.executions(
                    self._order.group_id, self._request.crew_id, after=after, limit=_EXECUTIONS
                )
                for id in some:
                    if only is None or id in only:
                        left = await texts.rewrite(self._order.group_id, id, rewrite, dry_run=True)
                        for name, count in left.items():
                            found[name] = found.get(name, 0) + count
            if not some:
                return found
            after = some[-1]

    @property
    def _principal(self) -> Principal:
        """Whoever gave the order; deleting asks for the group only."""
        order = self._order
        return Principal(
            user_id="",
            email=order.created_by,
            group_id=order.group_id,
            role=Role.EDITOR,
            forwarded_token=order.user_token,
        )

    async def _save(self) -> None:
        await self._progress.save(asdict(self._state))


def _mentions(mentions: Mentions, record: Record) -> bool:
    return any(without(_decoded(value), mentions)[1] for value in record.fields.values())


def _decoded(value: Any) -> Any:
    """JSON columns may hold their texts with escapes."""
    if isinstance(value, str) and value[:1] in ("[", "{", '"'):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _came_from(run: str, type: MemoryType, record: Record) -> bool:
    """An observation's key begins with its execution; so do the ids that are made of it."""
    if run in (session_of(record.fields), metadata_of(record.fields).get("execution")):
        return True
    return any(key.startswith(run) for key in sources_of(type, record.fields))
