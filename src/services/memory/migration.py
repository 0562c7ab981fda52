"""Copying a group's memory from one backend to another: nothing is lost, and the source stays as it is."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.errors import Invalid, NotConfigured, NotFound, Unavailable
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.memory.embedders.base import Purpose
from src.memory.plan import CREW_TYPES, MemoryPlan
from src.memory.storage import MemoryStorage
from src.memory.texts import embedded_text
from src.repositories.job import JobRepository, of_kind
from src.repositories.memory_backend import MemoryBackendRepository
from src.repositories.vector.base import NewRecord, Record
from src.repositories.vector.filters import Scalar
from src.schemas.common import Page
from src.schemas.databricks_index_schemas import Columns, MemoryType
from src.schemas.job import JobRead
from src.schemas.memory import MigrationRequest
from src.services.base import page_of, read_cursor
from src.services.jobs.handler import JobKind, JobOrder, JobProgress, StepStatus
from src.services.jobs.job import JobService, job_read
from src.services.memory.reach import MemoryReach, Reach
from src.services.memory.turns import MemoryTurns

_PAGE = 200
_LOOKS = 5
"""How often a job comes back for records that the target does not show yet."""
_SHOWN_IDS = 200


class MemoryMigrationService:
    def __init__(
        self, database: Database, cursors: CursorSigner, jobs: JobService, reach: MemoryReach
    ) -> None:
        self._database = database
        self._cursors = cursors
        self._jobs = jobs
        self._reach = reach

    async def start(self, principal: Principal, body: MigrationRequest) -> JobRead:
        group_id = principal.group_id
        async with self._database.read() as uow:
            for id in (body.from_backend_id, body.to_backend_id):
                if id is not None:
                    await uow.repo(MemoryBackendRepository).get(group_id, id)
        await _plans(self._reach, group_id, body)
        await self._reach.open(group_id, principal.forwarded_token, body.crew_id)
        async with self._database.write() as uow:
            job = await self._jobs.start(
                uow,
                group_id=group_id,
                kind=JobKind.MEMORY_MIGRATION,
                subject_id=body.to_backend_id,
                arguments=body.model_dump(mode="json"),
                created_by=principal.email,
                user_token=principal.forwarded_token,
            )
            return job_read(job)

    async def list(self, principal: Principal, paging: Paging) -> Page[JobRead]:
        scope = ListScope(principal.group_id, "memory-migrations")
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows = await uow.repo(JobRepository).page(
                principal.group_id,
                limit=paging.limit + 1,
                before=before,
                where=of_kind(JobKind.MEMORY_MIGRATION),
            )
        return page_of(rows, paging.limit, job_read, lambda row: row.id, self._cursors, scope)

    async def get(self, principal: Principal, id: str) -> JobRead:
        async with self._database.read() as uow:
            row = await uow.repo(JobRepository).get(principal.group_id, id)
        if row.kind != JobKind.MEMORY_MIGRATION:
            raise NotFound(f"there is no job {id} in this group")
        return job_read(row)


@dataclass
class _State:
    """How far it is: all behind `after` of this crew and type, and all crews and types behind them, is to do."""

    phase: str = "copy"
    at: int = 0
    """Which pair of type and crew."""
    after: str | None = None
    copied: dict[str, int] = field(default_factory=dict)
    present: dict[str, int] = field(default_factory=dict)
    """Were there already, the same or newer."""
    renamed: int = 0
    """Of older products, whose ids name no crew."""
    verified: dict[str, int] = field(default_factory=dict)
    different: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Pair:
    type: MemoryType
    identity: str
    source: MemoryStorage
    target: MemoryStorage

    @property
    def keeps_vectors(self) -> bool:
        return self.source.plan.embedder == self.target.plan.embedder


class MemoryMigrationHandler:
    """services.jobs.handler.JobHandler"""

    def __init__(self, reach: MemoryReach, turns: MemoryTurns) -> None:
        self._reach = reach
        self._turns = turns

    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        body = MigrationRequest.model_validate(dict(order.arguments))
        plans = await _plans(self._reach, order.group_id, body)
        opened = [
            await self._reach.open(order.group_id, order.user_token, body.crew_id, plan)
            for plan in plans
        ]
        pairs = [
            (type, identity) for type in _types(body, plans) for identity in sorted(opened[0].crews)
        ]
        if body.dry_run:
            return await _counted(opened[0], opened[1], _types(body, plans))
        state = _State(**progress.state)
        for phase, work in (("copy", self._copy), ("verify", self._verify)):
            if state.phase == phase:
                await progress.step(phase, StepStatus.RUNNING)
                for at in range(state.at, len(pairs)):
                    pair = await _pair(opened[0], opened[1], *pairs[at])
                    await work(order, pair, state, progress)
                    state.at, state.after = at + 1, None
                    await progress.save(asdict(state))
                await progress.step(phase, StepStatus.DONE, _told(state, phase))
                state.phase = {"copy": "verify", "verify": "done"}[phase]
                state.at = 0
                await progress.save(asdict(state))
        same = plans[0].embedder == plans[1].embedder
        return _result(state) | {"embedded_anew": not same}

    async def abandoned(self, order: JobOrder, message: str) -> None:
        """The source was never touched, and what was copied is complete in itself."""

    async def _copy(
        self, order: JobOrder, pair: _Pair, state: _State, progress: JobProgress
    ) -> None:
        while True:
            page = await pair.source.scan(pair.type, after=state.after, limit=_PAGE)
            # Nobody writes to the crew's memory between looking and writing.
            async with self._turns.of(order.group_id, pair.identity):
                there = await _in_target(pair, page.records)
                new = [one for one in page.records if not _is_settled(pair, one, there)]
                if new:
                    await pair.target.write(pair.type, await _made_for(pair, new))
            _add(state.copied, pair.type, len(new))
            _add(state.present, pair.type, len(page.records) - len(new))
            state.renamed += sum(_id_in(pair, one.id) != one.id for one in new)
            state.after = page.next_after
            if state.after is None:
                return
            await progress.save(asdict(state))

    async def _verify(
        self, order: JobOrder, pair: _Pair, state: _State, progress: JobProgress
    ) -> None:
        while True:
            page = await pair.source.scan(pair.type, after=state.after, limit=_PAGE)
            there = await _in_target(pair, page.records)
            missing = [one for one in page.records if _id_in(pair, one.id) not in there]
            if missing and order.tries < _LOOKS:
                raise Unavailable(
                    f"the target does not show {len(missing)} {pair.type} records yet; it is asked again"
                )
            different = [one.id for one in page.records if not _is_settled(pair, one, there)]
            state.different += different
            _add(state.verified, pair.type, len(page.records) - len(different))
            state.after = page.next_after
            if state.after is None:
                return
            await progress.save(asdict(state))


async def _plans(
    reach: MemoryReach, group_id: str, body: MigrationRequest
) -> tuple[MemoryPlan, MemoryPlan]:
    plans = {plan.backend_id: plan for plan in await reach.backends(group_id)}
    for id in (body.from_backend_id, body.to_backend_id):
        if id not in plans:
            raise Invalid(
                f"backend {id} has every type switched off, which means the built-in default; give null"
            )
    source, target = plans[body.from_backend_id], plans[body.to_backend_id]
    without = [type for type in _types(body, (source,)) if type not in target.indexes]
    if without:
        raise NotConfigured(
            f"the target has no index for {', '.join(without)}; set it up, or name the types to copy"
        )
    return source, target


def _types(body: MigrationRequest, plans: Sequence[MemoryPlan]) -> list[MemoryType]:
    wanted = [MemoryType(type) for type in body.types] if body.types else list(CREW_TYPES)
    return [type for type in wanted if all(type in plan.indexes for plan in plans)]


async def _pair(source: Reach, target: Reach, type: MemoryType, identity: str) -> _Pair:
    return _Pair(
        type,
        identity,
        await source.storage_of([identity]),
        await target.storage_of([identity]),
    )


def _id_in(pair: _Pair, id: str) -> str:
    """The same, unless it is an older product's, which no scope may write."""
    if pair.target.scope.owner_of(pair.type, id) is not None:
        return id
    return pair.target.scope.record_id(
        pair.type, f"m-{hashlib.sha256(id.encode()).hexdigest()[:32]}"
    )


async def _in_target(pair: _Pair, records: Sequence[Record]) -> dict[str, Record]:
    ids = [_id_in(pair, record.id) for record in records]
    return {record.id: record for record in await pair.target.get(pair.type, ids)} if ids else {}


def _is_settled(pair: _Pair, record: Record, there: Mapping[str, Record]) -> bool:
    """The target has it as it is, or in a later version that must not be overwritten."""
    found = there.get(_id_in(pair, record.id))
    if found is None:
        return False
    versions = (found.fields.get(Columns.VERSION), record.fields.get(Columns.VERSION))
    if all(isinstance(one, int) for one in versions) and versions[0] != versions[1]:
        return bool(int(versions[0] or 0) > int(versions[1] or 0))
    return _said(found) == _said(record)


def _said(record: Record) -> dict[str, Scalar | None]:
    fields = dict(record.fields)
    fields.pop(Columns.EMBEDDING_MODEL, None)
    return fields


async def _made_for(pair: _Pair, records: Sequence[Record]) -> list[NewRecord]:
    vectors = [record.vector or () for record in records]
    name = {}
    if not pair.keeps_vectors:
        texts = [embedded_text(pair.type, record.fields) or " " for record in records]
        vectors = list(await pair.target.embedder.embed(texts, Purpose.DOCUMENT))
        name = {Columns.EMBEDDING_MODEL: pair.target.plan.embedder.name}
    return [
        NewRecord(_id_in(pair, record.id), {**record.fields, **name}, vector)
        for record, vector in zip(records, vectors, strict=True)
    ]


async def _counted(source: Reach, target: Reach, types: Sequence[MemoryType]) -> dict[str, Any]:
    return {
        "dry_run": True,
        "source": {str(type): await source.count(type) for type in types},
        "target": {str(type): await target.count(type) for type in types},
        "crews": len(source.crews),
        "embedded_anew": source.plan.embedder != target.plan.embedder,
    }


def _result(state: _State) -> dict[str, Any]:
    return {
        "dry_run": False,
        "copied": state.copied,
        "present": state.present,
        "renamed": state.renamed,
        "verified": state.verified,
        "different": state.different[:_SHOWN_IDS],
        "complete": not state.different,
    }


def _told(state: _State, phase: str) -> str:
    counts = state.copied if phase == "copy" else state.verified
    return ", ".join(f"{count} {type}" for type, count in counts.items()) or "nothing to do"


def _add(counts: dict[str, int], type: MemoryType, more: int) -> None:
    counts[str(type)] = counts.get(str(type), 0) + more
