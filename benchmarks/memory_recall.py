"""What recall finds and how long it takes: `python -m benchmarks.memory_recall [--records 10000]`.

Everything runs in this process on files, with the local embedder: no model and no network. Stock CrewAI memory
(LanceDB) gets the same texts and the same vectors in the same run.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.memory_processes import two_processes
from benchmarks.memory_stock import StockMemory
from benchmarks.memory_texts import SHARES, questions_and_answers, record_fields
from src.memory.configuration import ActiveBackend, memory_plan
from src.memory.embedders.base import Purpose, Vector
from src.memory.embedders.local import LocalEmbedder
from src.memory.recall import RecallRequest, recall
from src.memory.storage import MemoryStorage
from src.repositories.vector.base import (
    Hit,
    IndexRef,
    IndexSpec,
    NewRecord,
    Query,
    TextQuery,
    VectorQuery,
)
from src.repositories.vector.embedded import EmbeddedVectorIndexRepository
from src.repositories.vector.filters import MemoryScope
from src.schemas.databricks_index_schemas import MemoryType

NOW = datetime.now(UTC)
LATENCY_S = 0.05


class SlowStore(EmbeddedVectorIndexRepository):
    """Answers each search so much later, as one over a network does."""

    latency_s = 0.0
    searches = 0

    async def similarity_search(
        self, scope: MemoryScope, index: IndexRef, query: Query
    ) -> list[Hit]:
        self.searches += 1
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        return await super().similarity_search(scope, index, query)


@dataclass(frozen=True)
class Crew:
    memory: MemoryStorage
    store: SlowStore
    pairs: Sequence[tuple[str, str]]
    vectors: Sequence[Vector]
    ids: Sequence[str]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=500)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="memory_recall_") as folder:
        asyncio.run(_measure(Path(folder), arguments.records, arguments.questions))
        two_processes(Path(folder) / "shared")


async def _measure(folder: Path, records: int, questions: int) -> None:
    pairs = questions_and_answers(records)
    crew = await _crew(folder / "own", pairs)
    stock = StockMemory(folder / "stock", crew.memory.embedder)
    stock.save([answer for _, answer in pairs], crew.vectors)
    asked = random.Random(5).sample(range(len(pairs)), min(questions, len(pairs)))
    print(f"{len(pairs)} records of one crew, {len(asked)} questions")
    await _times(crew, stock, asked)
    await _quality(crew, stock, asked)
    await _exactness(crew, asked)
    await _answer_path(crew, stock, asked[:40])
    await crew.store.close()


async def _crew(folder: Path, pairs: Sequence[tuple[str, str]]) -> Crew:
    plan = memory_plan(ActiveBackend(), ("c1" * 16,))
    store = SlowStore(folder)
    memory = MemoryStorage(store, LocalEmbedder(plan.embedder), plan, "group")
    for memory_type in SHARES:
        ref = plan.indexes[memory_type].ref(memory_type)
        await store.create_index(IndexSpec(ref, plan.embedder.dimension, plan.embedder.name))
    began_s = time.perf_counter()
    vectors = await memory.embedder.embed([answer for _, answer in pairs], Purpose.DOCUMENT)
    embedded_s = time.perf_counter() - began_s
    ids: list[str] = []
    batches: dict[MemoryType, list[NewRecord]] = {}
    types = [memory_type for memory_type, share in SHARES.items() for _ in range(share)]
    for at, ((_, answer), vector) in enumerate(zip(pairs, vectors, strict=True)):
        memory_type = types[at % len(types)]
        id = memory.scope.record_id(memory_type, f"k{at:06}")
        ids.append(id)
        fields = record_fields(memory_type, at, answer, NOW)
        batches.setdefault(memory_type, []).append(NewRecord(id, fields, vector))
    began_s = time.perf_counter()
    for memory_type, batch in batches.items():
        await memory.write(memory_type, batch)
    stored_s = time.perf_counter() - began_s
    print(f"  embedding all {embedded_s:.1f} s, storing all {stored_s:.1f} s")
    return Crew(memory, store, pairs, vectors, ids)


async def _times(crew: Crew, stock: StockMemory, asked: Sequence[int]) -> None:
    queries = [crew.pairs[at][0] for at in asked]

    async def ours(query: str) -> None:
        await recall(crew.memory, RecallRequest(query, 8, NOW))

    async def stocks(query: str) -> None:
        stock.recall(query, 8)

    for name, call in (("recall", ours), ("stock CrewAI, shallow", stocks)):
        await call(queries[0])
        began_s = time.process_time()
        took = await _timed(call, queries)
        cpu_ms = (time.process_time() - began_s) / len(queries) * 1000
        print(f"  {name}: {_shown(took)}, {cpu_ms:.1f} ms of CPU")


async def _timed(call: Callable[[str], Awaitable[None]], queries: Sequence[str]) -> list[float]:
    took = []
    for query in queries:
        began_s = time.perf_counter()
        await call(query)
        took.append(time.perf_counter() - began_s)
    return took


async def _quality(crew: Crew, stock: StockMemory, asked: Sequence[int]) -> None:
    ways: dict[str, list[int]] = {}
    vectors = await crew.memory.embedder.embed([crew.pairs[at][0] for at in asked], Purpose.QUERY)
    for at, vector in zip(asked, vectors, strict=True):
        query, answer = crew.pairs[at]
        found = await recall(crew.memory, RecallRequest(query, 20, NOW))
        orders: dict[str, list[str]] = {
            "by meaning": await _order(crew, VectorQuery(vector, 20)),
            "by words": await _order(crew, TextQuery(query, 20)),
            "recall": [record.id for record in found.records],
        }
        for name, order in orders.items():
            ways.setdefault(name, []).append(_place(order, crew.ids[at]))
        ways.setdefault("stock CrewAI", []).append(_place(stock.recall(query, 20), answer))
    for name, places in ways.items():
        shares = (100 * sum(place <= k for place in places) / len(places) for k in (1, 5, 10, 20))
        print(
            f"  answer in the top 1/5/10/20 {name}: {' / '.join(f'{one:.1f}' for one in shares)} %"
        )


async def _order(crew: Crew, query: Query) -> list[str]:
    """Of all types by score."""
    hits = [hit for one in SHARES for hit in await crew.memory.search(one, query)]
    return [hit.record.id for hit in sorted(hits, key=lambda hit: -hit.score)[: query.limit]]


def _place(order: Sequence[str], wanted: str) -> int:
    return order.index(wanted) + 1 if wanted in order else 10_000


async def _exactness(crew: Crew, asked: Sequence[int]) -> None:
    """Of each type's own ten nearest, computed in float64."""
    matrix = np.asarray(crew.vectors)
    types = [memory_type for memory_type, share in SHARES.items() for _ in range(share)]
    agreed = wanted = 0
    for at in asked[:200]:
        (vector,) = await crew.memory.embedder.embed([crew.pairs[at][0]], Purpose.QUERY)
        cosines = matrix @ np.asarray(vector)
        for memory_type in SHARES:
            own = [one for one in range(len(crew.ids)) if types[one % len(types)] is memory_type]
            best = sorted(own, key=lambda one: -cosines[one])[:10]
            hits = await crew.memory.search(memory_type, VectorQuery(vector, 10))
            agreed += len({crew.ids[one] for one in best} & {hit.record.id for hit in hits})
            wanted += len(best)
    print(f"  recall@10 of the store against exact search: {agreed / wanted:.4f}")


async def _answer_path(crew: Crew, stock: StockMemory, asked: Sequence[int]) -> None:
    """With a store that is 50 ms away, and questions of the length of a task's description."""
    queries = [f"{crew.pairs[at][0]} {' '.join(crew.pairs[at][1].split()[:60])}" for at in asked]
    crew.store.latency_s = stock.latency_s = LATENCY_S
    crew.store.searches = 0

    async def ours(query: str) -> None:
        await recall(crew.memory, RecallRequest(query, 8, NOW))

    async def shallow(query: str) -> None:
        stock.recall(query, 8)

    async def deep(query: str) -> None:
        await asyncio.to_thread(stock.recall, query, 8, deep=True)

    took = await _timed(ours, queries)
    base, searches = statistics.median(took), crew.store.searches / len(asked)
    print(f"  store 50 ms away: recall {_shown(took)}, {searches:.0f} searches at once")
    for name, call in (("shallow", shallow), ("deep, as its agents recall", deep)):
        stock.counts()
        took = await _timed(call, queries)
        searches, calls = (count / len(asked) for count in stock.counts())
        print(
            f"    stock CrewAI {name}: {_shown(took)}, {searches:.1f} searches, {calls:.1f} model calls; "
            f"{statistics.median(took) / base:.2f} times ours"
        )
    crew.store.latency_s = stock.latency_s = 0.0


def _shown(took: Sequence[float]) -> str:
    ordered = sorted(took)
    p50, p95 = (ordered[int(share * (len(ordered) - 1))] * 1000 for share in (0.5, 0.95))
    return f"p50 {p50:.1f}, p95 {p95:.1f} ms"


if __name__ == "__main__":
    main()
