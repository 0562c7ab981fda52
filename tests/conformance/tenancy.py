"""What no implementation may get wrong: records of another group or crew stay out of reach.

Every test fails when a filter is taken away; test_mutations.py takes each away in turn.
"""

import pytest

from src.repositories.vector.base import TextQuery, VectorIndexRepository, VectorQuery
from src.repositories.vector.errors import ForeignRecord, InvalidFilter
from src.repositories.vector.filters import EVERYTHING, Equals, RecordFilter
from src.schemas.databricks_index_schemas import MemoryType
from tests.conformance.arrangement import (
    ALPHA,
    ALPHA_LINEAGE,
    ALPHA_OTHER_CREW,
    BETA,
    BETA_SAME_CREW,
    Names,
    all_ids,
    all_records,
    direction,
    ids_of,
    made,
    make_record,
    write,
)

OTHERS = (BETA, BETA_SAME_CREW, ALPHA_OTHER_CREW)


class TenancyConformance:
    names: Names = Names()

    @pytest.mark.parametrize("memory_type", [MemoryType.SHORT_TERM, MemoryType.ENTITY])
    async def test_a_search_returns_own_records_though_others_are_nearer(
        self, store: VectorIndexRepository, memory_type: MemoryType
    ) -> None:
        ref = await made(store, self.names.ref(memory_type))
        for other in OTHERS:
            await write(store, other, ref, *"abcde", vector=direction(1.0))
        mine = await write(store, ALPHA, ref, "mine", vector=direction(0.5, 1.0))
        found = await store.similarity_search(ALPHA, ref, VectorQuery(direction(1.0), 3))
        assert ids_of(found) == mine

    async def test_a_text_search_returns_own_records_though_others_fit_better(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        for other in OTHERS:
            await write(store, other, ref, *"abcde", text="coffee coffee")
        mine = await write(store, ALPHA, ref, "mine", text="coffee with a good deal of milk")
        found = await store.similarity_search(ALPHA, ref, TextQuery("coffee", 3))
        assert ids_of(found) == mine

    async def test_counts_are_of_the_scope(self, store: VectorIndexRepository) -> None:
        ref = await made(store, self.names.ref())
        for other in OTHERS:
            await write(store, other, ref, "a", "b")
        await write(store, ALPHA, ref, "a", "b", "c", agent_id="x")
        assert await store.count_documents(ALPHA, ref) == 3
        chosen = RecordFilter(where=(Equals("agent_id", "x"),))
        assert await store.count_documents(ALPHA, ref, chosen) == 3

    async def test_a_scan_walks_over_the_scope_only(self, store: VectorIndexRepository) -> None:
        ref = await made(store, self.names.ref())
        for other in OTHERS:
            await write(store, other, ref, *"abcdef")
        mine = await write(store, ALPHA, ref, *"abcd")
        assert await all_ids(store, ALPHA, ref) == mine
        page = await store.scan(ALPHA, ref, limit=3)
        assert [record.id for record in page.records] == mine[:3]

    async def test_deleting_everything_deletes_in_the_scope_only(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        theirs = {other: await write(store, other, ref, *"abc") for other in OTHERS}
        await write(store, ALPHA, ref, *"abcd")
        assert await store.delete_records(ALPHA, ref, EVERYTHING) == 4
        for other, ids in theirs.items():
            assert await all_ids(store, other, ref) == ids

    async def test_deleting_by_a_condition_deletes_in_the_scope_only(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        theirs = {other: await write(store, other, ref, *"abc", agent_id="x") for other in OTHERS}
        await write(store, ALPHA, ref, *"ab", agent_id="x")
        chosen = RecordFilter(where=(Equals("agent_id", "x"),))
        assert await store.delete_records(ALPHA, ref, chosen) == 2
        for other, ids in theirs.items():
            assert await all_ids(store, other, ref) == ids

    async def test_a_foreign_id_deletes_nothing(self, store: VectorIndexRepository) -> None:
        ref = await made(store, self.names.ref())
        await write(store, ALPHA, ref, "mine")
        for other in OTHERS:
            theirs = await write(store, other, ref, "theirs")
            assert await store.delete_records(ALPHA, ref, RecordFilter(ids=tuple(theirs))) == 0
            assert await all_ids(store, other, ref) == theirs

    async def test_a_foreign_id_finds_nothing(self, store: VectorIndexRepository) -> None:
        ref = await made(store, self.names.ref())
        for other in OTHERS:
            ids = await write(store, other, ref, "x", text="coffee")
            assert await store.fetch(ALPHA, ref, ids) == []
            theirs = RecordFilter(ids=tuple(ids))
            vector = VectorQuery(direction(1.0), 10, theirs)
            assert await store.similarity_search(ALPHA, ref, vector) == []
            text = TextQuery("coffee", 10, theirs)
            assert await store.similarity_search(ALPHA, ref, text) == []
            assert await store.count_documents(ALPHA, ref, theirs) == 0
            assert await all_records(store, ALPHA, ref, filter=theirs) == []

    async def test_a_record_cannot_be_written_under_a_foreign_id(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        for other in OTHERS:
            theirs = make_record(other, ref, "x", text="the truth")
            await store.upsert(other, ref, [theirs])
            stolen = make_record(other, ref, "x", text="a lie")
            with pytest.raises(ForeignRecord):
                await store.upsert(ALPHA, ref, [make_record(ALPHA, ref, "own"), stolen])
            (left,) = await all_records(store, other, ref)
            assert left.fields["content"] == "the truth"
        assert await store.count_documents(ALPHA, ref) == 0

    async def test_equal_keys_of_two_scopes_are_two_records(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        scopes = (ALPHA, *OTHERS)
        for scope in scopes:
            await write(store, scope, ref, "same", text=f"{scope.group_id} {scope.crew_id}")
        for scope in scopes:
            (found,) = await all_records(store, scope, ref)
            assert found.fields["content"] == f"{scope.group_id} {scope.crew_id}"
            assert (found.group_id, found.crew_id) == (scope.group_id, scope.crew_id)

    async def test_a_lineage_reads_its_crews_and_writes_to_the_first(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        old = await write(store, ALPHA, ref, "old", text="coffee")
        new = await write(store, ALPHA_LINEAGE, ref, "new", text="coffee")
        await write(store, BETA_SAME_CREW, ref, "foreign", text="coffee")
        both = sorted(old + new)
        assert sorted(await all_ids(store, ALPHA_LINEAGE, ref)) == both
        found = await store.similarity_search(ALPHA_LINEAGE, ref, VectorQuery(direction(1.0)))
        assert sorted(ids_of(found)) == both
        found = await store.similarity_search(ALPHA_LINEAGE, ref, TextQuery("coffee"))
        assert sorted(ids_of(found)) == both
        fetched = await store.fetch(ALPHA_LINEAGE, ref, both)
        assert [record.id for record in fetched] == both
        assert await all_ids(store, ALPHA, ref) == old
        assert await all_ids(store, ALPHA_OTHER_CREW, ref) == new

    async def test_a_lineage_changes_a_record_where_it_is(
        self, store: VectorIndexRepository
    ) -> None:
        ref = await made(store, self.names.ref())
        await write(store, ALPHA, ref, "old", text="first")
        await store.upsert(ALPHA_LINEAGE, ref, [make_record(ALPHA, ref, "old", text="second")])
        (found,) = await all_records(store, ALPHA, ref)
        assert (found.fields["content"], found.crew_id) == ("second", ALPHA.crew_id)

    async def test_documents_belong_to_the_whole_group(self, store: VectorIndexRepository) -> None:
        ref = await made(store, self.names.ref(MemoryType.DOCUMENT))
        mine = await write(store, ALPHA, ref, "a", text="coffee")
        await write(store, BETA_SAME_CREW, ref, "a", "b", text="coffee coffee")
        for query in (VectorQuery(direction(1.0)), TextQuery("coffee")):
            found = await store.similarity_search(ALPHA_OTHER_CREW, ref, query)
            assert ids_of(found) == mine
        assert await store.delete_records(ALPHA_OTHER_CREW, ref, EVERYTHING) == 1
        assert await store.count_documents(BETA, ref) == 2

    @pytest.mark.parametrize("column", ["group_id", "crew_id", "id", "embedding", "x' OR '1'='1"])
    async def test_a_condition_cannot_name_the_scope(
        self, store: VectorIndexRepository, column: str
    ) -> None:
        ref = await made(store, self.names.ref())
        await write(store, BETA, ref, "a")
        widened = RecordFilter(where=(Equals(column, "group-b"),))
        with pytest.raises(InvalidFilter):
            await store.similarity_search(ALPHA, ref, VectorQuery(direction(1.0), 10, widened))
        with pytest.raises(InvalidFilter):
            await store.delete_records(ALPHA, ref, widened)

    @pytest.mark.parametrize(
        "value", ["x' OR '1'='1", "x'' OR 1=1 --", "\\' OR TRUE OR '", "%", '"} {"$ne": "x']
    )
    async def test_a_value_is_only_ever_a_value(
        self, store: VectorIndexRepository, value: str
    ) -> None:
        ref = await made(store, self.names.ref())
        for other in OTHERS:
            await write(store, other, ref, "a", agent_id=value)
        await write(store, ALPHA, ref, "a", agent_id="plain")
        mine = await write(store, ALPHA, ref, "b", agent_id=value)
        chosen = RecordFilter(where=(Equals("agent_id", value),))
        found = await store.similarity_search(
            ALPHA, ref, VectorQuery(direction(1.0), filter=chosen)
        )
        assert ids_of(found) == mine
        assert await store.delete_records(ALPHA, ref, chosen) == 1
        assert await store.count_documents(ALPHA, ref) == 1
