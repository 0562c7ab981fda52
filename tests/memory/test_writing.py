"""What a finished task leaves to its crew's memory."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from src.memory.embedders.base import Purpose
from src.memory.records import Entity, WriteReport
from src.memory.storage import MemoryStorage
from src.memory.writing import remember
from src.repositories.vector.base import Record
from src.repositories.vector.errors import StoreUnavailable, WriteFailed
from src.repositories.vector.filters import EVERYTHING
from tests.memory.arrangement import (
    CREW,
    CREW_TYPES,
    ENTITY,
    LONG,
    NOW,
    OLDER_CREW,
    SHORT,
    CountingStore,
    ask,
    everything,
    kept_texts,
    learned,
    make_memory,
    make_plan,
    observation,
    put,
    texts,
)
from tests.support.embedders import HASHED, HashedEmbedder

ACME = Entity("Acme", "firm", "Sells coffee in Rome.", ("owned by Ada",))
FULL = learned("Ask the Rome office for coffee prices first", ACME)


async def the_only(memory: MemoryStorage, type: Any) -> Record:
    (record,) = (await memory.scan(type)).records
    return record


def ids_of(report: WriteReport) -> list[tuple[str, str]]:
    return sorted((one.type, one.id) for one in report.records)


async def test_a_task_leaves_what_was_observed_learned_noted_and_who_it_was_about(
    memory: MemoryStorage,
) -> None:
    notes = ("The API of the exchange is down on Sundays",)
    report = await remember(memory, observation(lessons=FULL, notes=notes, tools=("search",)))
    assert len(report.records) == 4
    assert not any(one.merged for one in report.records)
    assert (report.removed, report.touched, report.backend) == (0, 0, "default")
    kept = await everything(memory)
    assert [len(kept[one]) for one in CREW_TYPES] == [1, 2, 1]
    assert ids_of(report) == sorted((one, id) for one in CREW_TYPES for id in kept[one])
    for records in kept.values():
        for record in records.values():
            assert (record.group_id, record.crew_id) == ("group-a", CREW)
            assert record.fields["agent_id"] == "Market analyst"
            assert record.fields["llm_model"] == "demo/demo"
            assert json.loads(str(record.fields["tools_used"])) == ["search"]
            assert record.fields["embedding_model"] == HASHED.name


async def test_an_observation_says_when_where_and_how_long(memory: MemoryStorage) -> None:
    await remember(memory, observation(task_index=3))
    fields = (await the_only(memory, SHORT)).fields
    assert fields["content"] == "Coffee rose by 7 percent, tea fell by 3 percent."
    assert fields["query_text"] == "List the five largest price moves"
    assert (fields["session_id"], fields["interaction_sequence"]) == ("run1", 3)
    assert (fields["created_at"], fields["ttl_hours"]) == (
        NOW.isoformat(timespec="microseconds"),
        24,
    )
    about = json.loads(str(fields["metadata"]))
    assert about == {
        "execution": "run1",
        "task": "moves",
        "agent": "Market analyst",
        "key": "run1-0",
    }


async def test_a_lesson_knows_its_task_its_worth_and_its_source(memory: MemoryStorage) -> None:
    lessons = learned("Ask Rome first", importance=0.9)
    await remember(memory, observation(lessons=lessons, quality=0.6))
    fields = (await the_only(memory, LONG)).fields
    assert fields["content"] == "Ask Rome first"
    assert fields["task_description"] == "List the five largest price moves"
    digest = hashlib.sha256(b"List the five largest price moves").hexdigest()
    assert fields["task_hash"] == digest
    assert (fields["quality"], fields["importance"]) == (0.6, 0.9)
    assert fields["last_accessed"] == NOW.isoformat(timespec="microseconds")
    assert json.loads(str(fields["metadata"]))["sources"] == ["run1-0"]


async def test_without_extraction_the_outcome_of_the_task_is_the_lesson(
    memory: MemoryStorage,
) -> None:
    await remember(memory, observation(lessons=None))
    assert await kept_texts(memory) == [
        "List the five largest price moves -> Coffee rose by 7 percent, tea fell by 3 percent."
    ]


async def test_a_task_that_teaches_nothing_leaves_its_observation(memory: MemoryStorage) -> None:
    report = await remember(memory, observation(lessons=learned("  ")))
    assert [one.type for one in report.records] == [SHORT]


async def test_an_entity_keeps_its_relationships_as_a_list(memory: MemoryStorage) -> None:
    await remember(memory, observation(lessons=FULL))
    fields = (await the_only(memory, ENTITY)).fields
    assert (fields["entity_name"], fields["entity_type"]) == ("Acme", "firm")
    assert json.loads(str(fields["relationships"])) == [
        "owned by Ada", {"observed_in": ["run1-0"]}
    ]  # fmt: skip
    assert texts(await ask(memory, "who sells coffee", types=(ENTITY,))) == [
        "Acme (firm): Sells coffee in Rome.; owned by Ada"
    ]


async def test_types_that_are_switched_off_are_not_written(store: CountingStore) -> None:
    plan = make_plan()
    indexes = {one: index for one, index in plan.indexes.items() if one not in (LONG, ENTITY)}
    memory = await make_memory(store, plan.model_copy(update={"indexes": indexes}))
    earlier = ((LONG, memory.scope.record_id(LONG, "x")),)
    report = await remember(
        memory, observation(lessons=FULL, earlier_ids=earlier, recalled=earlier)
    )
    assert [one.type for one in report.records] == [SHORT]


async def test_one_embedding_and_few_round_trips_keep_a_task(store: CountingStore) -> None:
    memory = await make_memory(store)
    await remember(memory, observation(lessons=FULL, notes=("A note on trains",)))
    assert isinstance(memory.embedder, HashedEmbedder)
    assert [(len(texts), purpose) for texts, purpose in memory.embedder.calls] == [
        (4, Purpose.DOCUMENT)
    ]
    look, write = store.rounds
    assert sorted(look) == [
        "fetch entity",
        "fetch long_term",
        "near entity",
        *["near long_term"] * 2,
    ]
    assert sorted(write) == ["write entity", "write long_term", "write short_term"]


async def test_writing_the_same_again_changes_nothing(memory: MemoryStorage) -> None:
    given = observation(
        lessons=FULL, notes=("A note on trains", "Ask the Rome office for coffee prices first!")
    )
    first = await remember(memory, given)
    before = await everything(memory)
    again = await remember(memory, given)
    assert await everything(memory) == before
    assert ids_of(again) == ids_of(first)
    repeated = await remember(memory, replace(given, earlier_ids=tuple(
        (one.type, one.id) for one in first.records)))  # fmt: skip
    assert await everything(memory) == before
    assert repeated.removed == 0


async def test_a_note_that_repeats_the_lesson_is_kept_once(memory: MemoryStorage) -> None:
    notes = ("Ask the Rome office for coffee prices first.", "Trains are late on Mondays")
    report = await remember(memory, observation(lessons=FULL, notes=notes))
    assert len([one for one in report.records if one.type is LONG]) == 2
    assert len(await kept_texts(memory)) == 2


async def test_the_same_lesson_of_another_task_goes_into_the_record_that_is_there(
    memory: MemoryStorage,
) -> None:
    await remember(memory, observation(lessons=learned("Ask Rome first", importance=0.4)))
    later = NOW + timedelta(days=3)
    lessons = learned("ask Rome first!", importance=0.9)
    second = observation("run2-0", execution_id="run2", lessons=lessons, at=later, quality=1.0)
    report = await remember(memory, second)
    record = await the_only(memory, LONG)
    assert (LONG, record.id, True) in [(one.type, one.id, one.merged) for one in report.records]
    assert record.fields["content"] == "Ask Rome first"
    assert (record.fields["importance"], record.fields["quality"]) == (0.9, 1.0)
    assert record.fields["timestamp"] == later.isoformat()
    assert json.loads(str(record.fields["metadata"]))["sources"] == ["run1-0", "run2-0"]
    before = await everything(memory)
    await remember(memory, second)
    await remember(memory, observation(lessons=learned("Ask Rome first", importance=0.4)))
    assert await everything(memory) == before


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Revenue of the Rome office rose by 5 percent", "Revenue of the Rome office rose by 7 percent"),
        ("Use the staging API when you test orders", "Do not use the staging API when you test orders"),
        ("For approvals write to Alice in the Rome office", "For approvals write to Bruno in the Rome office"),
        ("Send all drafts to the client after the review", "Send all drafts to the client before the review"),
        ("Send all drafts to the client", "Send all drafts to the client unless somebody objects"),
    ],
)  # fmt: skip
async def test_lessons_that_differ_in_what_matters_stay_two(
    memory: MemoryStorage, one: str, other: str
) -> None:
    await remember(memory, observation(lessons=learned(one)))
    await remember(memory, observation("run2-0", lessons=learned(other)))
    assert await kept_texts(memory) == sorted((one, other))


@pytest.mark.parametrize(
    "again",
    [
        "on Sundays the exchange API is down, cached data helps",
        "The exchange API is down on Sundays: cached data is what helps",
    ],
)
async def test_a_lesson_in_other_words_is_kept_once(memory: MemoryStorage, again: str) -> None:
    lesson = "The exchange API is down on Sundays, cached data helps"
    await remember(memory, observation(lessons=learned(lesson)))
    await remember(memory, observation("run2-0", lessons=learned(again)))
    assert await kept_texts(memory) == [lesson]


@pytest.mark.parametrize(("name", "count"), [("Acme Corporation", 1), ("Acme 2", 2), ("Amce", 2)])
async def test_a_longer_name_may_be_the_same_entity(
    memory: MemoryStorage, name: str, count: int
) -> None:
    said = "Sells coffee and tea and milk in the old town of Rome since the war."
    await remember(memory, observation(lessons=learned("", Entity("Acme", "firm", said))))
    await remember(memory, observation("run2-0", lessons=learned("", Entity(name, "firm", said))))
    assert len((await memory.scan(ENTITY)).records) == count


async def test_what_is_learned_of_an_entity_is_added_to_it(memory: MemoryStorage) -> None:
    await remember(memory, observation(lessons=FULL))
    more = Entity(
        "ACME ", "Firm", "Sells coffee in Rome. Has 40 people.", ("owned by Ada", "rival of Tazza")
    )
    report = await remember(memory, observation("run2-0", lessons=learned("", more)))
    record = await the_only(memory, ENTITY)
    assert [one.merged for one in report.records if one.type is ENTITY] == [True]
    assert record.fields["entity_name"] == "Acme"
    assert record.fields["description"] == "Sells coffee in Rome. Has 40 people."
    assert json.loads(str(record.fields["relationships"])) == [
        "owned by Ada", "rival of Tazza", {"observed_in": ["run1-0", "run2-0"]}
    ]  # fmt: skip
    before = await everything(memory)
    await remember(memory, observation("run2-0", lessons=learned("", more)))
    assert await everything(memory) == before


async def test_entities_of_one_name_and_two_types_stay_two(memory: MemoryStorage) -> None:
    person = Entity("Mercury", "planet", "The nearest to the sun")
    await remember(memory, observation(lessons=learned("", person, replace(person, type="metal"))))
    assert len((await memory.scan(ENTITY)).records) == 2


async def test_an_entity_named_twice_in_one_answer_is_kept_once(memory: MemoryStorage) -> None:
    again = Entity("acme", "FIRM", "Has 40 people.", ("rival of Tazza",))
    await remember(memory, observation(lessons=learned("", ACME, again)))
    record = await the_only(memory, ENTITY)
    assert record.fields["description"] == "Sells coffee in Rome. Has 40 people."


async def test_a_description_grows_to_its_limit_and_keeps_what_is_new(
    memory: MemoryStorage,
) -> None:
    for at in range(60):
        fact = Entity(
            "Acme", "firm", f"Fact number {at} is that shop {at} has many seats and a terrace."
        )
        await remember(memory, observation(f"run{at}-0", lessons=learned("", fact)))
    record = await the_only(memory, ENTITY)
    assert len(str(record.fields["description"])) <= 2000
    assert "Fact number 59 " in str(record.fields["description"])
    origin = json.loads(str(record.fields["relationships"]))[-1]
    assert len(origin["observed_in"]) == 20


async def test_a_new_attempt_replaces_what_the_earlier_one_left(memory: MemoryStorage) -> None:
    notes = ("Trains are late on Mondays",)
    first = await remember(memory, observation(lessons=FULL, notes=notes))
    earlier = tuple((one.type, one.id) for one in first.records)
    corrected = Entity("Acme", "firm", "Sells tea in Oslo.")
    second = observation(
        output="Tea rose.", lessons=learned("Tea is bought in Oslo", corrected), at=NOW + timedelta(hours=1),
        earlier_ids=earlier,
    )  # fmt: skip
    report = await remember(memory, second)
    assert report.removed == 2
    assert await kept_texts(memory, SHORT) == ["Tea rose."]
    assert await kept_texts(memory, LONG) == ["Tea is bought in Oslo"]
    assert await kept_texts(memory, ENTITY) == ["Sells tea in Oslo."]


async def test_what_another_task_said_too_outlives_a_new_attempt(memory: MemoryStorage) -> None:
    first = await remember(memory, observation(lessons=FULL))
    await remember(memory, observation("run2-0", execution_id="run2", lessons=FULL))
    earlier = tuple((one.type, one.id) for one in first.records)
    report = await remember(memory, observation(lessons=learned(), earlier_ids=earlier))
    assert report.removed == 0
    lesson, entity = await the_only(memory, LONG), await the_only(memory, ENTITY)
    assert json.loads(str(lesson.fields["metadata"]))["sources"] == ["run2-0"]
    assert json.loads(str(entity.fields["relationships"]))[-1] == {"observed_in": ["run2-0"]}


async def test_records_of_others_are_never_removed_or_renewed(memory: MemoryStorage) -> None:
    older = await make_memory(memory.repository, make_plan(OLDER_CREW))
    lineage = await make_memory(memory.repository, make_plan(CREW, OLDER_CREW))
    theirs = await put(older, "x", "a lesson of before")
    given = observation(
        lessons=learned(), earlier_ids=((LONG, theirs),), recalled=((LONG, theirs),)
    )
    for writer in (memory, lineage):
        report = await remember(writer, given)
        assert (report.removed, report.touched) == (0, 0)
    assert await kept_texts(older) == ["a lesson of before"]


async def test_a_lesson_that_an_older_identity_has_counts_as_present(memory: MemoryStorage) -> None:
    older = await make_memory(memory.repository, make_plan(OLDER_CREW))
    lineage = await make_memory(memory.repository, make_plan(CREW, OLDER_CREW))
    await remember(older, observation("old-0", lessons=FULL))
    before = await everything(older)
    report = await remember(lineage, observation(lessons=FULL))
    assert await everything(older) == before
    assert await kept_texts(memory, LONG) == []
    assert [one.merged for one in report.records] == [False, True, True]


async def test_an_entity_of_an_older_identity_is_written_anew_with_what_both_say(
    memory: MemoryStorage,
) -> None:
    older = await make_memory(memory.repository, make_plan(OLDER_CREW))
    lineage = await make_memory(memory.repository, make_plan(CREW, OLDER_CREW))
    await remember(older, observation("old-0", lessons=FULL))
    before = await everything(older)
    more = Entity("Acme", "firm", "Has 40 people.")
    given = observation(lessons=learned("", more))
    await remember(lineage, given)
    assert await everything(older) == before
    assert await kept_texts(memory, ENTITY) == ["Sells coffee in Rome. Has 40 people."]
    found = await ask(lineage, "Acme", types=(ENTITY,))
    assert texts(found) == ["Acme (firm): Sells coffee in Rome. Has 40 people.; owned by Ada"]
    after = await everything(memory)
    await remember(lineage, given)
    assert await everything(memory) == after


async def test_a_lesson_that_was_recalled_is_renewed_once_an_hour(memory: MemoryStorage) -> None:
    used = await put(
        memory, "a", "Ask Rome first", last_accessed="2026-01-01T00:00:00+00:00", version=3
    )
    fresh = await put(
        memory, "b", "Ask Oslo", last_accessed=(NOW - timedelta(minutes=59)).isoformat()
    )
    before = await everything(memory)
    seen = ((LONG, used), (LONG, fresh), (LONG, "gone"), (SHORT, "x"))
    assert (await remember(memory, observation(lessons=learned(), recalled=seen))).touched == 1
    after = await everything(memory)
    assert after[LONG][fresh] == before[LONG][fresh]
    assert after[LONG][used].vector == before[LONG][used].vector
    changed = {**before[LONG][used].fields, "last_accessed": NOW.isoformat(timespec="microseconds")}
    assert after[LONG][used].fields == changed
    assert (await remember(memory, observation(lessons=learned(), recalled=seen))).touched == 0


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00", "\ud800 half", "x" * 500_000, "日本語。" * 5000, "🚀", "'; DROP TABLE--", "{\"a\": 1}"]
)  # fmt: skip
async def test_any_text_can_be_kept(memory: MemoryStorage, text: str) -> None:
    strange = Entity(text, text, text, (text,))
    given = observation(
        output=text, task_description=text, agent_role=text, notes=(text,), lessons=learned(text, strange)
    )  # fmt: skip
    await remember(memory, given)
    before = await everything(memory)
    for records in before.values():
        for record in records.values():
            assert sum(len(str(one)) for one in record.fields.values()) < 20_000
    await remember(memory, given)
    assert await everything(memory) == before
    if text.strip("\x00 "):
        assert (await ask(memory, "anything")).records


@pytest.mark.parametrize("key", ["a task key: with/strange signs", "ü", "k" * 300])
async def test_any_key_names_its_records(memory: MemoryStorage, key: str) -> None:
    first = await remember(memory, observation(key, lessons=FULL))
    again = await remember(memory, observation(key, lessons=FULL))
    assert ids_of(first) == ids_of(again)


async def test_a_failure_is_raised_and_writing_again_completes_it(store: CountingStore) -> None:
    memory = await make_memory(store)
    given = observation(lessons=FULL)
    store.failures["write long_term"] = WriteFailed("long", ["x"], 0, "no")
    with pytest.raises(WriteFailed):
        await remember(memory, given)
    store.failures.clear()
    await remember(memory, given)
    assert await kept_texts(memory) == ["Ask the Rome office for coffee prices first"]
    assert isinstance(memory.embedder, HashedEmbedder)
    memory.embedder.fails_with = StoreUnavailable("rests")
    with pytest.raises(StoreUnavailable):
        await remember(memory, observation("run2-0", lessons=FULL))


async def test_what_a_person_corrected_stays_corrected(memory: MemoryStorage) -> None:
    given = observation(lessons=learned("Ask Rome first"))
    await remember(memory, given)
    record = await the_only(memory, LONG)
    await put(
        memory, record.id.split("-", 1)[1], "Ask Oslo first", metadata=record.fields["metadata"]
    )
    await remember(memory, given)
    assert await kept_texts(memory) == ["Ask Oslo first"]


async def test_two_crews_keep_the_same_lesson_each_for_itself(memory: MemoryStorage) -> None:
    other = await make_memory(memory.repository, make_plan(OLDER_CREW))
    for writer in (memory, other):
        await remember(writer, observation(lessons=FULL))
    for writer in (memory, other):
        assert await writer.count(LONG, EVERYTHING) == 1


async def test_what_has_expired_goes_with_the_first_task_of_a_run(memory: MemoryStorage) -> None:
    made = (NOW - timedelta(hours=25)).isoformat()
    old = {"created_at": made, "ttl_hours": 24}
    await put(memory, "a", "old news", SHORT, **old)
    pin = await put(memory, "b", "old and pinned", SHORT, **old)
    await put(memory, "c", "kept for ever", SHORT, created_at=made, ttl_hours=0)
    await put(memory, "d", "fresh", SHORT, created_at=NOW.isoformat(), ttl_hours=24)
    given = observation(output="Now.", lessons=learned())
    for unchanging in (given, replace(given, task_index=1, pinned=())):
        assert (await remember(memory, unchanging)).expired == 0
    report = await remember(memory, replace(given, pinned=((SHORT, pin),)))
    assert (report.expired, report.removed) == (1, 0)
    assert await kept_texts(memory, SHORT) == ["Now.", "fresh", "kept for ever", "old and pinned"]


async def test_a_pinned_record_outlives_a_new_attempt(memory: MemoryStorage) -> None:
    first = await remember(memory, observation(lessons=FULL))
    earlier = tuple((one.type, one.id) for one in first.records)
    await remember(memory, observation(lessons=learned(), earlier_ids=earlier, pinned=earlier))
    assert len(await kept_texts(memory, LONG)) == len(await kept_texts(memory, ENTITY)) == 1
