"""Groups that work on one shared vector store at the same time, each knowing exactly what it may see.

Every Tenant owns its crews alone, so a dict tells what each answer has to be. All groups use the same crew ids,
record keys, texts and vectors, and say the others' names and ids wherever a text or an id is taken: only the
scope keeps them apart.
"""

import asyncio
import math
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import pytest

from src.core.text import storable
from src.memory.plan import IndexPlan, MemoryPlan
from src.memory.recall import RecallRequest, recall
from src.memory.storage import MemoryStorage
from src.repositories.vector.base import (
    Hit,
    IndexRef,
    NewRecord,
    Record,
    TextQuery,
    VectorIndexRepository,
    VectorQuery,
)
from src.repositories.vector.errors import ForeignRecord, InvalidFilter, InvalidRecord
from src.repositories.vector.filters import (
    EVERYTHING,
    Equals,
    MemoryScope,
    NoneOf,
    OneOf,
    RecordFilter,
    chosen,
)
from src.schemas.databricks_index_schemas import Columns, MemoryType
from tests.conformance.arrangement import MAIN_TEXT, all_records, random_vector
from tests.support.embedders import HashedEmbedder
from tests.support.tenant_data import (
    CHOICE,
    EMBEDDER,
    GROUPS,
    KEYS,
    MAX_FAILURES,
    NOW,
    ONE,
    TEXTS,
    THREE,
    TWO,
    VALUES,
    WEIGHTS,
    Figures,
    Known,
)
from tests.support.vector_stores import Stores


class Tenant:
    """One group's part of the work: some of its crews, alone."""

    def __init__(
        self,
        stores: Stores,
        refs: dict[MemoryType, IndexRef],
        scopes: Sequence[MemoryScope],
        seed: str,
        figures: Figures,
    ) -> None:
        """Of the scopes, the first reads everything that the others write."""
        self._stores = stores
        self._refs = refs
        self._scopes = scopes
        self._rng = random.Random(seed)
        self._figures = figures
        self._model: dict[MemoryType, dict[str, Known]] = {kind: {} for kind in refs}
        pool = random.Random("vectors of everybody")
        self._vectors = [random_vector(pool) for _ in range(24)]
        self._steps: dict[str, Callable[[], Awaitable[None]]] = {
            name: getattr(self, f"_{name}") for name in WEIGHTS
        }
        self._at = ""

    async def work(self, operations: int) -> None:
        names = self._rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=operations)
        for number, name in enumerate(names):
            self._at = f"{self._scopes[0]} operation {number} {name}"
            self._scope = self._rng.choice(self._scopes)
            self._type = self._rng.choice(list(self._refs))
            await self._steps[name]()
            self._figures.operations[name] += 1

    async def settle(self) -> dict[MemoryType, int]:
        """Compares everything that is stored for this tenant with its model."""
        scope = self._scopes[0]
        for memory_type, known in self._model.items():
            self._at = f"{scope} at the end, {memory_type}"
            self._type, self._scope = memory_type, scope
            found = await all_records(self._stores.first, scope, self._refs[memory_type])
            self._expect([one.id for one in found], sorted(known))
            self._inspect(found)
            for record in found:
                vector = known[record.id].vector if record.id in known else ()
                self._expect(record.vector == pytest.approx(vector, abs=1e-5), True)
            self._figures.kept += len(found)
        return {memory_type: len(known) for memory_type, known in self._model.items()}

    # Operations

    async def _upsert(self) -> None:
        keys = self._rng.sample(KEYS, self._rng.randint(1, 5))
        # Where the scope reads an older crew, its records are changed in place.
        ids = [self._rng.choice(self._own_ids(key)) for key in keys]
        records = [self._new_record(id) for id in ids]
        self._expect(await self._store.upsert(self._scope, self._ref, records), len(records))
        for record in records:
            self._model[self._type][record.id] = self._known(record)

    async def _near(self) -> None:
        vector, limit = self._rng.choice(self._vectors), self._rng.choice((1, 3, 10, 200))
        filter, matching = self._filter()
        query = VectorQuery(vector, limit, filter)
        hits = await self._store.similarity_search(self._scope, self._ref, query)
        self._inspect([hit.record for hit in hits])
        similar = sorted((_cosine(vector, one.vector) for one in matching.values()), reverse=True)
        scores = [hit.score for hit in hits]
        self._expect(scores == pytest.approx(similar[:limit], abs=1e-3), True)
        self._expect(set(_ids(hits)) <= set(matching), True)

    async def _said(self) -> None:
        limit = self._rng.choice((1, 5, 200))
        filter, matching = self._filter()
        text = self._rng.choice((*TEXTS, "coffee", f"coffee {self._rng.choice(GROUPS)}"))
        hits = await self._store.similarity_search(
            self._scope, self._ref, TextQuery(text, limit, filter)
        )
        self._inspect([hit.record for hit in hits])
        self._expect(len(hits), min(limit, len(matching)))
        self._expect(set(_ids(hits)) <= set(matching), True)

    async def _fetch(self) -> None:
        ids = (*self._some_ids(), *self._foreign_ids(3), "nowhere", "\x00\ud800")
        records = await self._store.fetch(self._scope, self._ref, ids)
        self._inspect(records)
        expected = sorted(set(ids) & set(self._readable()))
        self._expect([one.id for one in records], expected)

    async def _scan(self) -> None:
        filter, matching = self._filter()
        expected = sorted(matching)
        limit = self._rng.choice((1, 7, 1000))
        after = self._rng.choice((None, *self._foreign_ids(1)))
        page = await self._store.scan(
            self._scope, self._ref, after=after, limit=limit, filter=filter
        )
        self._inspect(page.records)
        behind = [id for id in expected if after is None or id > after]
        self._expect([one.id for one in page.records], behind[:limit])

    async def _count(self) -> None:
        filter, matching = self._filter()
        counted = await self._store.count_documents(self._scope, self._ref, filter)
        self._expect(counted, len(matching))

    async def _recall(self) -> None:
        """Over all types at once, with pins that are not this group's."""
        types = tuple(self._model)
        pins = tuple((self._type, id) for id in (*self._foreign_ids(3), *self._some_ids()))
        request = RecallRequest(
            query=self._rng.choice(TEXTS),
            limit=self._rng.choice((0, 3, 50)),
            now=NOW,
            types=types,
            document_limit=5,
            pinned=pins,
        )
        found = await recall(self._storage(types), request)
        self._expect(found.problems, ())
        for record in (*found.records, *found.documents):
            self._figures.returned += 1
            known = self._readable(record.type).get(record.id)
            if known is None:
                self._figures.foreign += 1
                self._fail(f"recalled {record.type} {record.id} of {record.crew_id}")
            else:
                seen = record.crew_id, known.text in record.text
                self._expect(seen, (known.crew_id, True))

    async def _delete_ids(self) -> None:
        ids = (*self._some_ids(), *self._foreign_ids(2))
        await self._delete(RecordFilter(ids=ids), set(ids) & set(self._readable()))

    async def _delete_chosen(self) -> None:
        filter, matching = self._filter()
        await self._delete(filter, matching)

    async def _empty(self) -> None:
        await self._delete(EVERYTHING, self._readable())

    async def _delete(self, filter: RecordFilter, meant: Iterable[str]) -> None:
        gone = list(meant)
        self._expect(await self._store.delete_records(self._scope, self._ref, filter), len(gone))
        for id in gone:
            del self._model[self._type][id]

    async def _trespass(self) -> None:
        """With the ids of others, and with names that try to be more than a name."""
        foreign = self._foreign_ids(3)
        theirs = RecordFilter(ids=foreign)
        stolen = [self._new_record(self._own_ids("k00")[0]), self._new_record(foreign[0])]
        with pytest.raises(ForeignRecord):
            await self._store.upsert(self._scope, self._ref, stolen)
        for query in (VectorQuery(self._vectors[0], 10, theirs), TextQuery("coffee", 10, theirs)):
            hits = await self._store.similarity_search(self._scope, self._ref, query)
            self._inspect([hit.record for hit in hits])
            self._expect(hits, [])
        self._expect(await self._store.count_documents(self._scope, self._ref, theirs), 0)
        self._expect(await self._store.delete_records(self._scope, self._ref, theirs), 0)
        with pytest.raises(InvalidFilter):
            MemoryScope(self._rng.choice(VALUES[2:4]), self._scope.crew_ids)
        with pytest.raises(InvalidRecord):
            self._scope.record_id(self._type, self._rng.choice(("../k00", "a b", "", "k'")))

    # What this tenant knows

    @property
    def _store(self) -> VectorIndexRepository:
        return self._rng.choice(self._stores.repositories)

    @property
    def _ref(self) -> IndexRef:
        return self._refs[self._type]

    def _storage(self, types: Iterable[MemoryType]) -> MemoryStorage:
        indexes = {
            one: IndexPlan(name=self._refs[one].name, endpoint=self._refs[one].endpoint)
            for one in types
        }
        plan = MemoryPlan(
            indexes=indexes,
            embedder=EMBEDDER,
            crew_ids=self._scope.crew_ids,
            document_ids=GROUPS,
            ttl_hours=0,
        )
        embedder = HashedEmbedder(EMBEDDER)
        return MemoryStorage(self._store, embedder, plan, self._scope.group_id)

    def _readable(self, memory_type: MemoryType | None = None) -> dict[str, Known]:
        """Of the type of this operation, or of another."""
        memory_type = memory_type or self._type
        known = self._model[memory_type]
        if memory_type is MemoryType.DOCUMENT:
            return dict(known)
        crews = self._scope.crew_ids
        return {id: one for id, one in known.items() if one.crew_id in crews}

    def _filter(self) -> tuple[RecordFilter, dict[str, Known]]:
        """And what of this scope it chooses."""
        column, value = CHOICE[self._type], self._rng.choice(VALUES)
        condition = self._rng.choice(
            (None, Equals(column, value), OneOf(column, VALUES[:3]), NoneOf(column, (value,)))
        )
        readable = self._readable()
        if condition is None:
            return EVERYTHING, readable
        filter = RecordFilter(where=(condition,))
        (typed,) = chosen(self._type, filter).conditions
        return filter, {id: one for id, one in readable.items() if typed.holds(one.choice)}

    def _own_ids(self, key: str) -> list[str]:
        """`key` in each crew of the scope, the one that is written to first."""
        crews = self._scope.crew_ids if self._type is not MemoryType.DOCUMENT else ("-",)
        group = self._scope.group_id
        return [
            MemoryScope(group, (one.strip("-") or ONE,)).record_id(self._type, key) for one in crews
        ]

    def _some_ids(self) -> list[str]:
        return [self._rng.choice(self._own_ids(key)) for key in self._rng.sample(KEYS, 4)]

    def _foreign_ids(self, count: int) -> tuple[str, ...]:
        """Of the same keys and crews in other groups, and of a crew of the own group that is not in the scope."""
        others = [MemoryScope(name, (ONE,)) for name in GROUPS if name != self._scope.group_id]
        if self._type is not MemoryType.DOCUMENT:
            crews = [one for one in (ONE, TWO, THREE) if one not in self._scope.crew_ids]
            others += [MemoryScope(self._scope.group_id, (one,)) for one in crews]
            others += [MemoryScope(name, (TWO,)) for name in GROUPS if name != self._scope.group_id]
        return tuple(
            self._rng.choice(others).record_id(self._type, key)
            for key in self._rng.sample(KEYS, count)
        )

    def _new_record(self, id: str) -> NewRecord:
        fields = {
            MAIN_TEXT[self._type]: f"{self._rng.choice(TEXTS)} {self._rng.randrange(1000)}",
            CHOICE[self._type]: self._rng.choice(VALUES),
        }
        if self._type is MemoryType.DOCUMENT:
            fields[Columns.PARENT_DOCUMENT] = self._rng.choice(GROUPS)
        return NewRecord(id, fields, self._rng.choice(self._vectors))

    def _known(self, record: NewRecord) -> Known:
        columns = MAIN_TEXT[self._type], CHOICE[self._type]
        text, choice = (str(storable(record.fields[column])) for column in columns)
        crew_id = self._scope.owner_of(self._type, record.id) or ""
        return Known(crew_id, text, choice, tuple(record.vector))

    # Judging

    def _inspect(self, records: Iterable[Record]) -> None:
        """Every record that an answer holds is the scope's own, and as it was last written."""
        for record in records:
            self._figures.returned += 1
            known = self._readable().get(record.id)
            if record.group_id != self._scope.group_id or known is None:
                self._figures.foreign += 1
                self._fail(f"got record {record.id} of {record.group_id} {record.crew_id}")
                continue
            seen = (
                record.crew_id or "",
                record.fields[MAIN_TEXT[self._type]],
                record.fields[CHOICE[self._type]],
            )
            self._expect(seen, (known.crew_id, known.text, known.choice))

    def _expect(self, got: Any, expected: Any) -> None:
        if got != expected:
            self._fail(f"got {got!r}, expected {expected!r}")

    def _fail(self, message: str) -> None:
        if len(self._figures.failures) < MAX_FAILURES:
            self._figures.failures.append(f"{self._at}: {message}"[:600])


def tenants(
    stores: Stores, refs: dict[MemoryType, IndexRef], seed: int, figures: Figures
) -> list[Tenant]:
    """Three for each group: a crew with its successor, another crew, and the group's documents."""
    made = []
    for group in GROUPS:
        lineage = (
            MemoryScope(group, (TWO, ONE)),
            MemoryScope(group, (ONE,)),
            MemoryScope(group, (TWO,)),
        )
        alone = (MemoryScope(group, (THREE,)),)
        for name, scopes, types in (
            ("lineage", lineage, (MemoryType.SHORT_TERM, MemoryType.LONG_TERM, MemoryType.ENTITY)),
            ("alone", alone, (MemoryType.SHORT_TERM, MemoryType.ENTITY)),
            ("documents", alone, (MemoryType.DOCUMENT,)),
        ):
            own = {kind: refs[kind] for kind in types}
            made.append(Tenant(stores, own, scopes, f"{seed} {group} {name}", figures))
    return made


async def work_together(
    stores: Stores, refs: dict[MemoryType, IndexRef], operations: int, seed: int = 1
) -> Figures:
    """About so many operations in all, those of different tenants at the same time."""
    figures = Figures()
    workers = tenants(stores, refs, seed, figures)
    share = math.ceil(operations / len(workers))
    await asyncio.gather(*(one.work(share) for one in workers))
    kept: Counter[MemoryType] = Counter()
    for one in workers:
        kept.update(await one.settle())
    for memory_type, ref in refs.items():
        rows = (await stores.first.describe_index(ref)).row_count
        if rows != kept[memory_type]:
            figures.failures.append(
                f"{ref.name} holds {rows} rows, all know of {kept[memory_type]}"
            )
    return figures


def _ids(hits: Iterable[Hit]) -> list[str]:
    return [hit.record.id for hit in hits]


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
