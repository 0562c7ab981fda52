"""Keeping what a finished task leaves behind: one embedding call, one round trip of looking, one of writing.

Near-duplicates go into the record that is there, without asking a model. Repeating it changes nothing: ids
follow from the observation, and a record knows its sources. Two writers of one crew at once may lose each
other's merges: whoever calls sees to it that there is one.

Records of older identities of the crew are read and never changed. A lesson that one of them has counts as
present. An entity that one of them knows is written anew with what both say; recall shows the newer.
"""

import asyncio
import time
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from src.memory.embedders.base import Purpose, Vector
from src.memory.merging import Body, adds_to_entity, merged, says_the_same, with_sources
from src.memory.pieces import Piece, pieces_of
from src.memory.records import TaskObservation, WriteReport, WrittenRecord
from src.memory.storage import MemoryStorage
from src.memory.texts import embedded_text, moment, sources_of
from src.repositories.vector.base import Hit, NewRecord, Record, VectorQuery
from src.repositories.vector.filters import Below, Equals, RecordFilter
from src.schemas.databricks_index_schemas import Columns, MemoryType

NEAR = 3
"""Records that are looked at for each new one."""
TOUCHED_AFTER = timedelta(hours=1)
EXPIRED_AT_ONCE = 100
"""Removed with the first task of a run, which itself adds a few: they would take the places of others in recall."""

T = TypeVar("T")
Key = tuple[MemoryType, str]


@dataclass(frozen=True)
class _New:
    piece: Piece
    vector: Vector = field(repr=False)

    @property
    def key(self) -> Key:
        return self.piece.type, self.piece.id

    @property
    def body(self) -> Body:
        return Body(self.piece.fields, self.vector)


@dataclass(frozen=True)
class _Task:
    """What is to be kept, and what was there before."""

    storage: MemoryStorage
    observation: TaskObservation
    earlier: frozenset[Key]
    """Of this crew's own records, not of older identities."""
    hits: Mapping[Key, Sequence[Hit]] = field(default_factory=dict)
    present: Mapping[Key, Record] = field(default_factory=dict)
    """By id: what is about to be written, and what an earlier attempt wrote."""
    expired: frozenset[Key] = frozenset()

    def is_own(self, key: Key) -> bool:
        return self.storage.scope.owner_of(*key) == self.storage.scope.crew_id

    def is_outdated(self, memory_type: MemoryType, record: Record) -> bool:
        """Only an earlier attempt at this task said it."""
        only = (self.observation.key,)
        said_by = sources_of(memory_type, record.fields)
        return (memory_type, record.id) in self.earlier and said_by == only


@dataclass
class _Changes:
    bodies: dict[Key, Body] = field(default_factory=dict)
    """As far as known; those that did not change stand here too."""
    changed: dict[Key, Body] = field(default_factory=dict)
    removed: set[Key] = field(default_factory=set)
    report: dict[Key, WrittenRecord] = field(default_factory=dict)

    def put(self, key: Key, body: Body, *, merged: bool) -> None:
        if self.bodies.get(key) is not body:
            self.bodies[key] = self.changed[key] = body
        self.report.setdefault(key, WrittenRecord(*key, merged=merged))


async def remember(storage: MemoryStorage, observation: TaskObservation) -> WriteReport:
    """Raises what the embedder or the store raises; then it can be repeated whole."""
    began_s = time.perf_counter()
    news = await _embedded(storage, pieces_of(storage.scope, storage.plan, observation))
    task = await _looked_up(storage, observation, news)
    targets = {new.key: _target(task, new) for new in news}
    there = await _fetched(storage, {key for key in targets.values() if key is not None})
    changes = _changes(task, news, targets, there)
    expired = task.expired - changes.report.keys()
    await _store(storage, changes, changes.removed | expired)
    touched = await _touch(task, changes)
    return WriteReport(
        records=tuple(changes.report.values()),
        removed=len(changes.removed),
        expired=len(expired),
        backend=storage.backend,
        latency_ms=round((time.perf_counter() - began_s) * 1000, 2),
        touched=touched,
    )


async def _embedded(storage: MemoryStorage, pieces: Sequence[Piece]) -> list[_New]:
    if not pieces:
        return []
    texts = [embedded_text(piece.type, piece.fields) for piece in pieces]
    vectors = await storage.embedder.embed(texts, Purpose.DOCUMENT)
    return [_New(piece, vector) for piece, vector in zip(pieces, vectors, strict=True)]


async def _looked_up(
    storage: MemoryStorage, observation: TaskObservation, news: Sequence[_New]
) -> _Task:
    """One round trip: what is near each lesson and entity, and what has the ids already."""
    task = _Task(storage, observation, frozenset())
    known = (key for key in observation.earlier_ids if key[0] in storage.plan.crew_types)
    earlier = frozenset(key for key in known if task.is_own(key))
    compared = [new for new in news if new.piece.type is not MemoryType.SHORT_TERM]
    queries = [(new.key[0], VectorQuery(new.vector, NEAR)) for new in compared]
    queries += [(MemoryType.SHORT_TERM, query) for query in _for_expired(storage, observation)]
    found, present = await asyncio.gather(
        _together(storage.search(one, query) for one, query in queries),
        _fetched(storage, earlier | {new.key for new in compared}),
        return_exceptions=True,
    )
    if isinstance(found, BaseException):
        raise found
    if isinstance(present, BaseException):
        raise present
    hits = {new.key: near for new, near in zip(compared, found, strict=False)}
    expired = (hit.record.id for some in found[len(compared) :] for hit in some)
    pinned = frozenset(observation.pinned or ())
    return _Task(
        storage,
        observation,
        earlier - pinned,
        hits,
        present,
        frozenset((MemoryType.SHORT_TERM, id) for id in expired) - pinned,
    )


def _for_expired(storage: MemoryStorage, observation: TaskObservation) -> list[VectorQuery]:
    """Once in a run. Rows that were given another lifetime than today's are left to a person."""
    hours, dimension = storage.plan.ttl_hours, storage.plan.embedder.dimension
    is_due = observation.task_index == 0 and observation.pinned is not None and hours > 0
    if not is_due or MemoryType.SHORT_TERM not in storage.plan.crew_types:
        return []
    over = (observation.at - timedelta(hours=hours)).isoformat()
    where = (Equals(Columns.TTL_HOURS, hours), Below(Columns.CREATED_AT, over))
    anywhere = (1.0, *[0.0] * (dimension - 1))
    return [VectorQuery(anywhere, EXPIRED_AT_ONCE, RecordFilter(where=where))]


async def _together(calls: Iterable[Awaitable[T]]) -> list[T]:
    """All have ended before the first error is raised."""
    answers = await asyncio.gather(*calls, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if not isinstance(answer, BaseException)]


async def _fetched(storage: MemoryStorage, keys: Iterable[Key]) -> dict[Key, Record]:
    """In one round trip."""
    ids: dict[MemoryType, list[str]] = {}
    for memory_type, id in sorted(keys):
        ids.setdefault(memory_type, []).append(id)
    found = await _together(storage.get(one, some) for one, some in ids.items())
    return {
        (memory_type, record.id): record
        for memory_type, records in zip(ids, found, strict=True)
        for record in records
    }


def _target(task: _Task, new: _New) -> Key | None:
    """The record that says it already, the crew's own before one of an older identity."""
    if new.piece.type is MemoryType.SHORT_TERM:
        return None
    own = task.present.get(new.key)
    if own is not None:
        # The id of a lesson stands for its text. An entity that only an earlier attempt described is described anew.
        is_entity = new.piece.type is MemoryType.ENTITY
        return None if is_entity and task.is_outdated(new.piece.type, own) else new.key
    same = [
        hit.record
        for hit in task.hits.get(new.key, ())
        if says_the_same(new.piece.type, new.piece.fields, hit.record.fields, hit.score)
        and not task.is_outdated(new.piece.type, hit.record)
    ]
    same.sort(key=lambda record: record.crew_id != task.storage.scope.crew_id)
    return (new.piece.type, same[0].id) if same else None


def _changes(
    task: _Task,
    news: Sequence[_New],
    targets: Mapping[Key, Key | None],
    there: Mapping[Key, Record],
) -> _Changes:
    changes = _Changes()
    for key, record in there.items():
        if record.vector is not None:
            changes.bodies[key] = Body(record.fields, record.vector)
    for new in news:
        target = targets[new.key] or _alike(changes, new)
        if target is None or target not in changes.bodies:
            changes.put(new.key, new.body, merged=False)
        elif task.is_own(target):
            body = merged(new.piece.type, changes.bodies[target], new.body)
            changes.put(target, body, merged=target != new.key)
        else:
            _take_over(changes, target, new)
    _drop_outdated(task, changes)
    return changes


def _alike(changes: _Changes, new: _New) -> Key | None:
    """Another record of the same task that says it: an agent notes what the lesson says too."""
    memory_type, fields = new.piece.type, new.piece.fields
    if memory_type is MemoryType.SHORT_TERM:
        return None
    said = ((key, changes.bodies[key]) for key in changes.report if key in changes.bodies)
    for key, body in said:
        cosine = sum(a * b for a, b in zip(body.vector, new.vector, strict=True))
        if key[0] is memory_type and says_the_same(memory_type, fields, body.fields, cosine):
            return key
    return None


def _take_over(changes: _Changes, older: Key, new: _New) -> None:
    """From a record of an older identity, which stays as it is."""
    there = changes.bodies[older]
    both = merged(new.piece.type, there, new.body)
    if new.piece.type is not MemoryType.ENTITY or not adds_to_entity(there, new.body):
        changes.report.setdefault(older, WrittenRecord(*older, merged=True))
        return
    shared = (Columns.DESCRIPTION, Columns.RELATIONSHIPS)
    fields = {**new.piece.fields, **{column: both.fields.get(column) for column in shared}}
    changes.put(new.key, Body(fields, both.vector), merged=False)


def _drop_outdated(task: _Task, changes: _Changes) -> None:
    """What an earlier attempt said and this one does not: removed, unless another task said it too."""
    for key in sorted(task.earlier - changes.report.keys()):
        record = task.present.get(key)
        if record is None:
            continue
        sources = sources_of(key[0], record.fields)
        others = tuple(one for one in sources if one != task.observation.key)
        if not others:
            changes.removed.add(key)
        elif len(others) < len(sources) and record.vector is not None:
            fields = with_sources(key[0], record.fields, others)
            changes.changed[key] = Body(fields, record.vector)


async def _store(storage: MemoryStorage, changes: _Changes, removed: Iterable[Key]) -> None:
    """One round trip; ids do not meet."""
    records: dict[MemoryType, list[NewRecord]] = {}
    for (memory_type, id), body in changes.changed.items():
        records.setdefault(memory_type, []).append(NewRecord(id, body.fields, body.vector))
    gone: dict[MemoryType, list[str]] = {}
    for memory_type, id in sorted(removed):
        gone.setdefault(memory_type, []).append(id)
    writes = [storage.write(memory_type, some) for memory_type, some in records.items()]
    deletes = [storage.delete(one, RecordFilter(ids=tuple(ids))) for one, ids in gone.items()]
    await _together([*writes, *deletes])


async def _touch(task: _Task, changes: _Changes) -> int:
    """Lessons that this task had before it were useful now. Read right before they are rewritten, so that a
    person's change in between is not undone."""
    at, memory_type = task.observation.at, MemoryType.LONG_TERM
    keys = {
        key
        for key in task.observation.recalled
        if key[0] is memory_type and memory_type in task.storage.plan.crew_types
    }
    wanted = {key for key in keys if task.is_own(key)} - changes.changed.keys()
    renewed = []
    for record in (await _fetched(task.storage, wanted - changes.removed)).values():
        last = moment(record.fields.get(Columns.LAST_ACCESSED))
        if record.vector is not None and (last is None or last + TOUCHED_AFTER <= at):
            fields = {**record.fields, Columns.LAST_ACCESSED: at.isoformat()}
            renewed.append(NewRecord(record.id, fields, record.vector))
    if renewed:
        await task.storage.write(memory_type, renewed)
    return len(renewed)
