"""The embedded default: the conformance suite, and what several processes on one directory see."""

import asyncio
import multiprocessing
import random
from collections.abc import AsyncIterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from src.repositories.vector.base import TextQuery, VectorIndexRepository, VectorQuery
from src.repositories.vector.embedded import EmbeddedVectorIndexRepository
from src.repositories.vector.filters import RecordFilter
from src.schemas.databricks_index_schemas import MemoryType
from tests.conformance.arrangement import (
    ALPHA,
    Names,
    all_ids,
    direction,
    ids_of,
    made,
    make_record,
    random_vector,
    write,
)
from tests.conformance.vector_index import VectorIndexConformance

REF = Names().ref()


class TestEmbedded(VectorIndexConformance):
    @pytest.fixture
    async def opened(self, tmp_path: Path) -> AsyncIterator[VectorIndexRepository]:
        store = EmbeddedVectorIndexRepository(tmp_path)
        yield store
        await store.close()


@pytest.fixture
async def pair(
    tmp_path: Path,
) -> AsyncIterator[tuple[EmbeddedVectorIndexRepository, EmbeddedVectorIndexRepository]]:
    """Two repositories over one directory that share nothing else, as two processes do."""
    stores = EmbeddedVectorIndexRepository(tmp_path), EmbeddedVectorIndexRepository(tmp_path)
    yield stores
    for store in stores:
        await store.close()


async def test_what_another_process_wrote_is_found_at_once(
    pair: tuple[EmbeddedVectorIndexRepository, EmbeddedVectorIndexRepository],
) -> None:
    one, other = pair
    await made(one, REF)
    rng = random.Random(4)
    for round in range(20):
        vector = random_vector(rng)
        writer, reader = (one, other) if round % 2 else (other, one)
        key = f"r{round:02}"
        (id,) = await write(writer, ALPHA, REF, key, vector=vector, text=f"word{round}")
        assert ids_of(await reader.similarity_search(ALPHA, REF, VectorQuery(vector, 1))) == [id]
        said = await reader.similarity_search(ALPHA, REF, TextQuery(f"word{round}"))
        assert ids_of(said) == [id]


async def test_what_another_process_changed_or_deleted_is_gone_at_once(
    pair: tuple[EmbeddedVectorIndexRepository, EmbeddedVectorIndexRepository],
) -> None:
    one, other = pair
    await made(one, REF)
    a, b, c = await write(one, ALPHA, REF, "a", "b", "c", vector=direction(1))
    near = VectorQuery(direction(1), 3)
    assert len(await other.similarity_search(ALPHA, REF, near)) == 3
    await one.delete_records(ALPHA, REF, RecordFilter(ids=(b,)))
    await write(one, ALPHA, REF, "c", vector=direction(0, 1))
    hits = await other.similarity_search(ALPHA, REF, near)
    assert [(hit.record.id, hit.score) for hit in hits] == [(a, 1.0), (c, 0.0)]
    await one.empty_index(REF)
    assert await other.similarity_search(ALPHA, REF, near) == []


async def test_an_index_deleted_elsewhere_and_made_again_starts_empty(
    pair: tuple[EmbeddedVectorIndexRepository, EmbeddedVectorIndexRepository],
) -> None:
    one, other = pair
    await made(one, REF)
    await write(other, ALPHA, REF, "a")
    await one.delete_index(REF)
    await made(one, REF)
    assert await all_ids(other, ALPHA, REF) == []
    (id,) = await write(one, ALPHA, REF, "b")
    assert await all_ids(other, ALPHA, REF) == [id]


async def test_files_that_are_let_go_open_again(tmp_path: Path) -> None:
    store = EmbeddedVectorIndexRepository(tmp_path, max_open_files=1)
    refs = [await made(store, Names().ref(kind)) for kind in MemoryType]
    for _ in range(3):
        await asyncio.gather(*(write(store, ALPHA, ref, "a") for ref in refs))
    for ref in refs:
        assert await store.count_documents(ALPHA, ref) == 1
    await store.close()


async def test_a_crew_has_a_directory_of_its_own(tmp_path: Path) -> None:
    store = EmbeddedVectorIndexRepository(tmp_path)
    await made(store, REF)
    await write(store, ALPHA, REF, "a")
    await store.close()
    assert (tmp_path / f"kasal_default_{ALPHA.crew_id}").is_dir()
    again = EmbeddedVectorIndexRepository(tmp_path)
    assert len(await all_ids(again, ALPHA, REF)) == 1
    await again.close()


def _write_and_search(folder: Path, name: str, pipe: Connection) -> None:
    async def work() -> list[str]:
        store = EmbeddedVectorIndexRepository(folder)
        rng = random.Random(name)
        missed = []
        for at in range(40):
            record = make_record(ALPHA, REF, f"{name}{at:02}", random_vector(rng))
            await store.upsert(ALPHA, REF, [record])
            found = await store.similarity_search(ALPHA, REF, VectorQuery(record.vector, 1))
            if ids_of(found) != [record.id]:
                missed.append(record.id)
        await store.close()
        return missed

    pipe.send(asyncio.run(work()))


async def test_three_processes_lose_nothing_and_see_what_they_wrote(tmp_path: Path) -> None:
    store = EmbeddedVectorIndexRepository(tmp_path)
    await made(store, REF)
    context = multiprocessing.get_context("spawn")
    pipes = []
    processes = []
    for name in ("p", "q", "r"):
        receiver, sender = context.Pipe(duplex=False)
        processes.append(context.Process(target=_write_and_search, args=(tmp_path, name, sender)))
        pipes.append(receiver)
        processes[-1].start()
    missed = [await asyncio.to_thread(pipe.recv) for pipe in pipes]
    for process in processes:
        await asyncio.to_thread(process.join, 30)
    assert missed == [[], [], []]
    assert len(await all_ids(store, ALPHA, REF)) == 120
    await store.close()
