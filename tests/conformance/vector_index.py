"""What every VectorIndexRepository must do. Inherit, and give a fixture `opened` with an empty repository.

class TestMyStore(VectorIndexConformance):
    @pytest.fixture
    async def opened(self) -> AsyncIterator[VectorIndexRepository]: ...
"""

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest

from src.repositories.vector.base import (
    IndexRef,
    IndexState,
    IndexSummary,
    NewRecord,
    Query,
    TextQuery,
    VectorIndexRepository,
    VectorQuery,
)
from src.repositories.vector.errors import (
    DimensionMismatch,
    IndexExists,
    IndexMissing,
    InvalidFilter,
    InvalidRecord,
    InvalidVector,
)
from src.repositories.vector.filters import (
    EVERYTHING,
    AtLeast,
    Below,
    Condition,
    Equals,
    MemoryScope,
    NoneOf,
    OneOf,
    RecordFilter,
)
from src.repositories.vector.in_memory import InMemoryVectorIndexRepository
from src.schemas.databricks_index_schemas import DatabricksIndexSchemas, MemoryType
from tests.conformance.arrangement import (
    ALPHA,
    ALPHA_LINEAGE,
    ALPHA_OTHER_CREW,
    BETA,
    DIMENSION,
    EVERY_TYPE,
    Names,
    all_ids,
    all_records,
    at_once,
    direction,
    filled_record,
    ids_of,
    made,
    make_record,
    random_vector,
    write,
)
from tests.conformance.tenancy import TenancyConformance

ANYTHING = VectorQuery(direction(1.0))


class VectorIndexConformance(TenancyConformance):
    names: Names = Names()
    many: int = 2_300
    """Records in the tests of batches and pages: more than any batch."""

    @pytest.fixture
    async def store(self, opened: VectorIndexRepository) -> AsyncIterator[VectorIndexRepository]:
        yield opened
        assert opened.foreign_rows == 0, "the store itself returned rows of another scope"

    # Indexes

    async def test_an_index_is_made_found_listed_described_and_deleted(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref(MemoryType.ENTITY))
        other = await made(store, self.names.ref(MemoryType.DOCUMENT))
        info = await store.get_index(ref)
        assert (info.ref, info.dimension, info.state) == (ref, DIMENSION, IndexState.READY)
        listed = await store.list_indexes(self.names.endpoint)
        assert listed == sorted(
            (IndexSummary(one.name, self.names.endpoint) for one in (ref, other)),
            key=lambda one: one.name,
        )
        await write(store, ALPHA, ref, "a", "b")
        description = await store.describe_index(ref)
        assert description.row_count == 2
        assert dict(description.columns) == DatabricksIndexSchemas.get_schema(MemoryType.ENTITY)
        await store.delete_index(ref)
        with pytest.raises(IndexMissing):
            await store.get_index(ref)
        assert [one.name for one in await store.list_indexes(self.names.endpoint)] == [other.name]

    async def test_an_index_is_not_made_twice(self, store: VectorIndexRepository) -> None:
        ref = await made(store, self.names.ref())
        await write(store, ALPHA, ref, "a")
        with pytest.raises(IndexExists):
            await made(store, ref)
        assert await store.count_documents(ALPHA, ref) == 1

    async def test_an_index_made_again_is_empty(self, store: VectorIndexRepository) -> None:
        ref = await made(store, self.names.ref())
        await write(store, ALPHA, ref, "a", text="coffee")
        await store.delete_index(ref)
        await made(store, ref, DIMENSION)
        assert await store.count_documents(ALPHA, ref) == 0
        assert await store.similarity_search(ALPHA, ref, ANYTHING) == []
        assert await store.similarity_search(ALPHA, ref, TextQuery("coffee")) == []

    async def test_nothing_works_on_an_index_that_is_missing(
        self, store: VectorIndexRepository
    ) -> None:
        ref = self.names.ref()
        calls: list[Any] = [
            store.get_index(ref),
            store.describe_index(ref),
            store.delete_index(ref),
            store.empty_index(ref),
            store.upsert(ALPHA, ref, [make_record(ALPHA, ref, "a")]),
            store.similarity_search(ALPHA, ref, ANYTHING),
            store.similarity_search(ALPHA, ref, TextQuery("a")),
            store.delete_records(ALPHA, ref, EVERYTHING),
            store.count_documents(ALPHA, ref),
            store.scan(ALPHA, ref),
            store.fetch(ALPHA, ref, [ALPHA.record_id(ref.type, "a")]),
        ]
        for call in calls:
            with pytest.raises(IndexMissing):
                await call

    # Records

    @pytest.mark.parametrize("memory_type", EVERY_TYPE)
    async def test_a_record_comes_back_as_it_was_written(
        self, store: VectorIndexRepository, memory_type: MemoryType
    ) -> None:
        ref = await made(store, self.names.ref(memory_type))
        given = filled_record(ALPHA, ref, "a", random.Random(1))
        assert await store.upsert(ALPHA, ref, [given]) == 1
        (scanned,) = await all_records(store, ALPHA, ref)
        assert scanned.fields == given.fields
        assert scanned.vector == pytest.approx(tuple(given.vector), abs=1e-5)
        (hit,) = await store.similarity_search(ALPHA, ref, VectorQuery(given.vector))
        assert (hit.record.id, hit.record.fields) == (given.id, given.fields)
        assert (hit.record.group_id, hit.record.vector) == (ALPHA.group_id, None)
        assert hit.record.crew_id == (None if memory_type is MemoryType.DOCUMENT else ALPHA.crew_id)

    async def test_what_is_not_given_is_none(self, store: VectorIndexRepository) -> None:
        ref = await made(store, self.names.ref())
        await write(store, ALPHA, ref, "a", text="only this", ttl_hours=24)
        (record,) = await all_records(store, ALPHA, ref)
        given = {column: one for column, one in record.fields.items() if one is not None}
        assert given == {"content": "only this", "ttl_hours": 24}
        assert set(record.fields) == set(DatabricksIndexSchemas.get_filter_columns(ref.type))

    async def test_writing_again_replaces_the_whole_record(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        await write(store, ALPHA, ref, "a", text="tea", vector=direction(0, 1), ttl_hours=24)
        await write(store, ALPHA, ref, "a", text="coffee", vector=direction(1))
        (record,) = await all_records(store, ALPHA, ref)
        assert (record.fields["content"], record.fields["ttl_hours"]) == ("coffee", None)
        (hit,) = await store.similarity_search(ALPHA, ref, ANYTHING)
        assert hit.score == pytest.approx(1.0, abs=1e-5)
        assert await store.similarity_search(ALPHA, ref, TextQuery("tea")) == []
        assert len(await store.similarity_search(ALPHA, ref, TextQuery("coffee"))) == 1

    async def test_times_are_kept_to_the_microsecond_in_utc(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        await write(store, ALPHA, ref, "a", created_at="2026-11-21T12:00:00.5+02:00")
        (record,) = await all_records(store, ALPHA, ref)
        assert record.fields["created_at"] == "2026-11-21T10:00:00.500000+00:00"

    @pytest.mark.parametrize(
        "fields",
        [
            {"colour": "red"},
            {"group_id": "group-b"},
            {"crew_id": "x"},
            {"embedding": "x"},
            {"ttl_hours": "soon"},
            {"ttl_hours": 1.5},
            {"created_at": "yesterday"},
            {"content": 7},
        ],
    )
    async def test_a_record_that_does_not_fit_is_refused_and_none_is_written(
        self, store: VectorIndexRepository, fields: dict[str, Any]
    ) -> None:
        ref = await made(store, self.names.ref())
        bad = NewRecord(ALPHA.record_id(ref.type, "b"), fields, direction(1))
        with pytest.raises(InvalidRecord):
            await store.upsert(ALPHA, ref, [make_record(ALPHA, ref, "a"), bad])
        with pytest.raises(InvalidRecord):
            await store.upsert(ALPHA, ref, [make_record(ALPHA, ref, "a")] * 2)
        assert await store.count_documents(ALPHA, ref) == 0

    async def test_a_vector_of_another_dimension_is_refused_with_advice(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        short = (1.0,) * (DIMENSION - 1)
        with pytest.raises(DimensionMismatch, match=f"{DIMENSION}-dim.*got 15.*embedder"):
            await write(store, ALPHA, ref, "a", vector=short)
        with pytest.raises(DimensionMismatch):
            await store.similarity_search(ALPHA, ref, VectorQuery(short))
        assert await store.count_documents(ALPHA, ref) == 0

    @pytest.mark.parametrize("part", [0.0, float("nan"), float("inf")])
    async def test_a_vector_without_a_direction_is_refused(
        self, store: VectorIndexRepository, part: float
    ) -> None:
        ref = await made(store, self.names.ref())
        with pytest.raises(InvalidVector):
            await write(store, ALPHA, ref, "a", vector=(part,) * DIMENSION)
        with pytest.raises(InvalidVector):
            await store.similarity_search(ALPHA, ref, VectorQuery((part,) * DIMENSION))

    # Search

    async def test_hits_are_ordered_by_cosine_similarity(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        await write(store, ALPHA, ref, "opposite", vector=direction(-1))
        await write(store, ALPHA, ref, "across", vector=direction(0, 1))
        await write(store, ALPHA, ref, "near", vector=[9 * part for part in direction(1, 0.1)])
        await write(store, ALPHA, ref, "same", vector=direction(1))
        hits = await store.similarity_search(ALPHA, ref, VectorQuery([7.0] + [0.0] * 15))
        keys = [hit.record.id.partition("-")[2] for hit in hits]
        assert keys == ["same", "near", "across", "opposite"]
        expected = [1.0, direction(1, 0.1)[0], 0.0, -1.0]
        assert [hit.score for hit in hits] == pytest.approx(expected, abs=1e-4)
        assert all(-1.0 <= hit.score <= 1.0 for hit in hits)

    async def test_ties_are_ordered_by_id_and_cut_at_the_limit(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        ids = await write(store, ALPHA, ref, *"dcbae")
        hits = await store.similarity_search(ALPHA, ref, VectorQuery(direction(1), 3))
        assert ids_of(hits) == sorted(ids)[:3]

    @pytest.mark.parametrize("limit", [0, -1, 201])
    async def test_a_limit_out_of_range_is_refused(
        self, store: VectorIndexRepository, limit: int
    ) -> None:
        ref = await made(store, self.names.ref())
        for query in (VectorQuery(direction(1), limit), TextQuery("a", limit)):
            with pytest.raises(InvalidFilter):
                await store.similarity_search(ALPHA, ref, query)

    @pytest.mark.parametrize(
        ("condition", "keys"),
        [
            (Equals("agent_id", "x"), "ab"),
            (OneOf("agent_id", ("x", "y")), "abc"),
            (OneOf("agent_id", ()), ""),
            (NoneOf("agent_id", ("x",)), "cd"),
            (Equals("ttl_hours", 2), "b"),
            (AtLeast("ttl_hours", 2), "bc"),
            (Below("ttl_hours", 3), "ab"),
            (AtLeast("created_at", "2026-11-02T00:00:00+00:00"), "bc"),
            (Below("created_at", "2026-11-02T01:00:00+01:00"), "a"),
        ],
    )
    async def test_conditions_choose_records(
        self, store: VectorIndexRepository, condition: Condition, keys: str
    ) -> None:
        ref = await made(store, self.names.ref())
        agents = {"a": "x", "b": "x", "c": "y", "d": "it's", "e": None}
        for at, key in enumerate("abc", 1):
            moment = f"2026-11-0{at}T00:00:00+00:00"
            await write(
                store,
                ALPHA,
                ref,
                key,
                text="t",
                agent_id=agents[key],
                ttl_hours=at,
                created_at=moment,
            )
        for key in "de":
            await write(store, ALPHA, ref, key, text="t", agent_id=agents[key])
        chosen = RecordFilter(where=(condition,))
        expected = [ALPHA.record_id(ref.type, key) for key in keys]
        near = await store.similarity_search(ALPHA, ref, VectorQuery(direction(1), 10, chosen))
        assert ids_of(near) == expected
        said = await store.similarity_search(ALPHA, ref, TextQuery("t", 10, chosen))
        assert ids_of(said) == expected
        assert await store.count_documents(ALPHA, ref, chosen) == len(keys)
        scanned = await all_records(store, ALPHA, ref, page=2, filter=chosen)
        assert [record.id for record in scanned] == expected
        assert await store.delete_records(ALPHA, ref, chosen) == len(keys)
        assert await store.count_documents(ALPHA, ref) == 5 - len(keys)

    async def test_ids_and_conditions_hold_together(self, store: VectorIndexRepository) -> None:
        ref = await made(store, self.names.ref())
        a, b = await write(store, ALPHA, ref, "a", "b", agent_id="x")
        (c,) = await write(store, ALPHA, ref, "c", agent_id="y")
        chosen = RecordFilter(ids=(b, c, "nowhere"), where=(Equals("agent_id", "x"),))
        assert ids_of(
            await store.similarity_search(ALPHA, ref, VectorQuery(direction(1), 10, chosen))
        ) == [b]
        assert await store.count_documents(ALPHA, ref, RecordFilter(ids=())) == 0
        assert await store.delete_records(ALPHA, ref, RecordFilter(ids=())) == 0
        assert await store.delete_records(ALPHA, ref, chosen) == 1
        assert await all_ids(store, ALPHA, ref) == [a, c]

    @pytest.mark.parametrize(
        "where",
        [
            (Equals("nothing", "x"),),
            (AtLeast("agent_id", "x"),),
            (Equals("ttl_hours", "x"),),
            (Equals("agent_id", 7),),
            (Equals("agent_id", {"$ne": "x"}),),  # type: ignore[arg-type]  # as from a request body
            (Equals("agent_id", "x"), Equals("agent_id", "y")),
            ({"agent_id": "x"},),
        ],
    )
    async def test_a_filter_that_makes_no_sense_is_refused(
        self, store: VectorIndexRepository, where: tuple[Condition, ...]
    ) -> None:
        ref = await made(store, self.names.ref())
        with pytest.raises(InvalidFilter):
            await store.count_documents(ALPHA, ref, RecordFilter(where=where))

    @pytest.mark.parametrize("memory_type", EVERY_TYPE)
    async def test_records_are_fetched_whole_by_their_ids(
        self, store: VectorIndexRepository, memory_type: MemoryType
    ) -> None:
        ref = await made(store, self.names.ref(memory_type))
        given = [filled_record(ALPHA, ref, key, random.Random(key)) for key in "abc"]
        await store.upsert(ALPHA, ref, given)
        a, b, c = (record.id for record in given)
        found = await store.fetch(ALPHA, ref, [c, "nowhere", a, "it's", c])
        assert [record.id for record in found] == [a, c]
        for record, written in zip(found, (given[0], given[2]), strict=True):
            assert record.fields == written.fields
            assert record.vector == pytest.approx(tuple(written.vector), abs=1e-5)
        assert await store.fetch(ALPHA, ref, []) == []
        assert [record.id for record in await store.fetch(ALPHA, ref, [b])] == [b]

    async def test_many_ids_are_fetched_at_once_but_not_any_number(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        ids = await write(store, ALPHA, ref, *(f"{at:04}" for at in range(1000)))
        assert [record.id for record in await store.fetch(ALPHA, ref, ids)] == ids
        with pytest.raises(InvalidFilter):
            await store.fetch(ALPHA, ref, [*ids, "more"])

    # Text

    async def test_texts_are_found_by_their_words_rare_ones_first(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref(MemoryType.ENTITY))
        for key in "abcdefg":
            await write(store, ALPHA, ref, key, text=f"the price of something {key}{key}")
        rare = await write(store, ALPHA, ref, "rare", text="nothing but zirconium")
        named = await write(store, ALPHA, ref, "named", text="x", entity_name="Zirconium GmbH")
        hits = await store.similarity_search(ALPHA, ref, TextQuery("the price of zirconium", 20))
        assert set(ids_of(hits)) >= {*rare, *named}
        assert all(hit.score > 0 for hit in hits)
        hits = await store.similarity_search(ALPHA, ref, TextQuery("ZIRCONIUM"))
        assert set(ids_of(hits)) == {*rare, *named}

    @pytest.mark.parametrize("text", ["", "   ", "?!, -- \"' *", "unknown", 'AND OR NEAR("x")'])
    async def test_a_text_without_a_match_finds_nothing(
        self, store: VectorIndexRepository, text: str
    ) -> None:
        ref = await made(store, self.names.ref())
        await write(store, ALPHA, ref, "a", text="coffee with milk")
        assert await store.similarity_search(ALPHA, ref, TextQuery(text)) == []

    @pytest.mark.parametrize("text", ["grün", "Müller's", "цена", "c++ 2026"])
    async def test_texts_of_other_scripts_are_found(
        self, store: VectorIndexRepository, text: str
    ) -> None:
        ref = await made(store, self.names.ref())
        ids = await write(store, ALPHA, ref, "a", text=f"before {text} behind")
        await write(store, ALPHA, ref, "b", text="something else")
        assert ids_of(await store.similarity_search(ALPHA, ref, TextQuery(text))) == ids

    @pytest.mark.parametrize("strange", ["\x00", "\ud800", "\udc80\ud800"])
    async def test_characters_that_no_store_takes_harm_no_call(
        self, store: VectorIndexRepository, strange: str
    ) -> None:
        ref = await made(store, self.names.ref())
        (id,) = await write(
            store, ALPHA, ref, "a", text=f"coffee {strange}", agent_id=f"x{strange}"
        )
        agent = RecordFilter(where=(Equals("agent_id", f"x{strange}"),))
        foreign = RecordFilter(ids=(f"{id}{strange}", strange))
        for filter, expected in ((agent, [id]), (foreign, [])):
            near = await store.similarity_search(ALPHA, ref, VectorQuery(direction(1), 9, filter))
            said = TextQuery(f"{strange} coffee{strange}", 9, filter)
            assert ids_of(near) == expected
            assert ids_of(await store.similarity_search(ALPHA, ref, said)) == expected
            assert await store.count_documents(ALPHA, ref, filter) == len(expected)
            assert len(await all_records(store, ALPHA, ref, filter=filter)) == len(expected)
        assert await store.delete_records(ALPHA, ref, foreign) == 0
        assert await store.delete_records(ALPHA, ref, agent) == 1

    # Many

    async def test_many_records_are_written_counted_scanned_and_deleted(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        rng = random.Random(2)
        agents = ("x", "y")
        records = [
            make_record(ALPHA, ref, f"{at:05}", random_vector(rng), agent_id=agents[at % 2])
            for at in range(self.many)
        ]
        await write(store, BETA, ref, *"abc")
        assert await store.upsert(ALPHA, ref, records) == self.many
        assert await store.upsert(ALPHA, ref, []) == 0
        assert await store.count_documents(ALPHA, ref) == self.many
        scanned = await all_records(store, ALPHA, ref, page=400)
        assert [one.id for one in scanned] == [one.id for one in records]
        hits = await store.similarity_search(ALPHA, ref, VectorQuery(records[7].vector, 200))
        assert (len(hits), hits[0].record.id) == (200, records[7].id)
        chosen = RecordFilter(where=(Equals("agent_id", "x"),))
        half = (self.many + 1) // 2
        assert await store.delete_records(ALPHA, ref, chosen) == half
        assert await store.count_documents(ALPHA, ref) == self.many - half
        assert await store.count_documents(BETA, ref) == 3

    async def test_emptying_removes_the_records_of_all(self, store: VectorIndexRepository) -> None:
        ref = await made(store, self.names.ref())
        for scope in (ALPHA, BETA, ALPHA_OTHER_CREW):
            await write(store, scope, ref, *"abc", text="coffee")
        assert (await store.empty_index(ref)).removed == 9
        assert (await store.empty_index(ref)).removed == 0
        for scope in (ALPHA, BETA, ALPHA_OTHER_CREW):
            assert await store.count_documents(scope, ref) == 0
            assert await store.similarity_search(scope, ref, TextQuery("coffee")) == []
        await write(store, ALPHA, ref, "new")
        assert len(await store.similarity_search(ALPHA, ref, ANYTHING)) == 1

    async def test_writers_and_readers_work_at_the_same_time(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        scopes = (ALPHA, BETA, ALPHA_OTHER_CREW)
        await at_once(
            *(write(store, scope, ref, f"k{at}") for at in range(15) for scope in scopes),
            *(store.similarity_search(scope, ref, ANYTHING) for scope in scopes * 5),
            *(write(store, ALPHA, ref, "same", text=f"v{at}") for at in range(5)),
        )
        counts = [await store.count_documents(scope, ref) for scope in scopes]
        assert counts == [16, 15, 15]

    @pytest.mark.parametrize("seed", range(3))
    async def test_it_answers_as_the_reference_does(
        self, store: VectorIndexRepository, seed: int
    ) -> None:
        """Random operations of five scopes; text scores may differ, what is found may not."""
        rng = random.Random(seed)
        ref = await made(store, self.names.ref())
        reference = InMemoryVectorIndexRepository()
        await made(reference, ref)
        for _ in range(60):
            scope = rng.choice([ALPHA, ALPHA_OTHER_CREW, ALPHA_LINEAGE, BETA])
            step = _random_step(rng, scope, ref)
            assert await step(store) == await step(reference), seed


def _random_step(rng: random.Random, scope: MemoryScope, ref: IndexRef) -> Any:
    kind = rng.choice(["write", "write", "write", "near", "said", "count", "scan", "delete"])
    text = " ".join(rng.choices(["red", "green", "blue", "ochre"], k=3))
    records = [
        make_record(scope, ref, rng.choice("abcdefgh"), random_vector(rng), text, agent_id=agent)
        for agent in rng.choices("xyz", k=1)
    ]
    wheres: list[tuple[Condition, ...]] = [
        (),
        (Equals("agent_id", "x"),),
        (OneOf("agent_id", ("y", "z")),),
    ]
    where = rng.choice(wheres)
    ids = rng.choice([None, None, tuple(scope.record_id(ref.type, key) for key in "abc")])
    chosen = RecordFilter(ids=ids, where=where)
    near: Query = VectorQuery(random_vector(rng), 5, chosen)

    async def step(store: VectorIndexRepository) -> Any:
        if kind == "write":
            return await store.upsert(scope, ref, records)
        if kind == "near":
            return ids_of(await store.similarity_search(scope, ref, near))
        if kind == "said":
            said = await store.similarity_search(scope, ref, TextQuery(text, 50, chosen))
            return sorted(ids_of(said))
        if kind == "count":
            return await store.count_documents(scope, ref, chosen)
        if kind == "delete":
            return await store.delete_records(scope, ref, chosen)
        return [record.id for record in await all_records(store, scope, ref, page=3, filter=chosen)]

    return step
