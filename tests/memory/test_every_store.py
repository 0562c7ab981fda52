"""Recall and writing on every kind of store, as two processes of one crew use it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from src.memory.plan import IndexPlan
from src.memory.records import Entity
from src.memory.storage import MemoryStorage
from src.memory.writing import remember
from tests.conftest import SettingsFor
from tests.memory.arrangement import (
    ENTITY,
    GROUP,
    LONG,
    NOW,
    SHORT,
    ask,
    everything,
    kept_texts,
    learned,
    make_plan,
    observation,
    texts,
)
from tests.support.embedders import DIMENSION, HASHED, HashedEmbedder
from tests.support.vector_stores import stores_of

KINDS = [
    "in_memory",
    "default",
    pytest.param("pgvector", marks=pytest.mark.integration),
    pytest.param("databricks", marks=pytest.mark.integration),
]


@pytest.fixture(params=KINDS)
async def pair(
    request: pytest.FixtureRequest, tmp_path: Path, settings_for: SettingsFor
) -> AsyncIterator[tuple[MemoryStorage, MemoryStorage]]:
    dsn = settings_for("postgres").postgres_dsn if request.param == "pgvector" else ""
    async with stores_of(request.param, tmp_path, postgres_dsn=dsn) as stores:
        refs = await stores.make_indexes(DIMENSION, HASHED.name)
        indexes = {
            one: IndexPlan(name=ref.name, endpoint=ref.endpoint) for one, ref in refs.items()
        }
        plan = make_plan(indexes=indexes)
        one, other = (
            MemoryStorage(repository, HashedEmbedder(), plan, GROUP)
            for repository in (stores.repositories[0], stores.repositories[-1])
        )
        yield one, other
        assert stores.foreign_rows == 0


async def test_what_one_process_keeps_the_other_recalls_merges_and_renews(
    pair: tuple[MemoryStorage, MemoryStorage],
) -> None:
    one, other = pair
    acme = Entity("Acme", "firm", "Sells coffee in Rome.", ("owned by Ada",))
    first = observation(lessons=learned("Ask Rome first for coffee prices", acme))
    await remember(one, first)
    before = await everything(other)
    assert [len(before[kind]) for kind in (SHORT, LONG, ENTITY)] == [1, 1, 1]
    await remember(one, first)
    assert await everything(other) == before

    found = await ask(other, "coffee prices in Rome", without_session="run1")
    assert set(texts(found)) == {
        "Ask Rome first for coffee prices", "Acme (firm): Sells coffee in Rome.; owned by Ada"
    }  # fmt: skip
    assert found.problems == ()

    more = replace(acme, name="ACME", description="Has 40 people.")
    second = observation(
        "run2-0", lessons=learned("ask Rome first for coffee prices!", more),
        recalled=tuple((record.type, record.id) for record in found.records), at=NOW + timedelta(days=1),
    )  # fmt: skip
    report = await remember(other, second)
    assert sorted(record.merged for record in report.records) == [False, True, True]
    assert await kept_texts(one, ENTITY) == ["Sells coffee in Rome. Has 40 people."]
    after = await everything(one)
    await remember(other, second)
    assert await everything(one) == after
    ((_, lesson),) = after[LONG].items()
    assert str(lesson.fields["last_accessed"]).startswith("2026-11-22")


async def test_a_new_attempt_replaces_what_the_earlier_one_left(
    pair: tuple[MemoryStorage, MemoryStorage],
) -> None:
    one, other = pair
    written = await remember(one, observation(lessons=learned("Ask Rome first")))
    earlier = tuple((record.type, record.id) for record in written.records)
    again = observation(output="Tea.", lessons=learned("Ask Oslo now"), earlier_ids=earlier)
    assert (await remember(other, again)).removed == 1
    assert (await kept_texts(one, SHORT), await kept_texts(one)) == (["Tea."], ["Ask Oslo now"])


async def test_pins_are_found_by_their_ids(pair: tuple[MemoryStorage, MemoryStorage]) -> None:
    one, other = pair
    await remember(one, observation(lessons=learned("Ask Rome first"), notes=("Trains are late",)))
    ids = [id for id, record in (await everything(one))[LONG].items()]
    found = await ask(other, "", pinned=tuple((LONG, id) for id in ids))
    assert sorted(texts(found)) == ["Ask Rome first", "Trains are late"]
    assert all(record.pinned for record in found.records)
