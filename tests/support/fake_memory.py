"""A TaskMemory that remembers what it is given, and who asked what."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from src.memory.records import RecalledRecord, Recollection
from src.schemas.databricks_index_schemas import MemoryType


def recalled(
    text: str,
    rank: int = 1,
    type: MemoryType = MemoryType.LONG_TERM,
    *,
    source: str = "run of 2026-01-10, Analyst",
) -> RecalledRecord:
    return RecalledRecord(
        type=type,
        id=f"{type}-{rank}",
        crew_id="" if type is MemoryType.DOCUMENT else "crew-1",
        text=text,
        rank=rank,
        score=1 / rank,
        source=source,
        at=datetime(2026, 1, 10, tzinfo=UTC),
    )


def passage(text: str, rank: int = 1, title: str = "Handbook, Returns") -> RecalledRecord:
    return recalled(text, rank, MemoryType.DOCUMENT, source=title)


class FakeMemory:
    """Thread-safe. Answers every question with all it holds, best first."""

    def __init__(
        self,
        *texts: str,
        documents: Sequence[RecalledRecord] = (),
        stops_with: Exception | None = None,
    ) -> None:
        records = tuple(recalled(text, rank) for rank, text in enumerate(texts, start=1))
        self.found = Recollection(records, tuple(documents))
        self.recalls: list[tuple[str, str | None]] = []
        self.searches: list[tuple[str, str | None, int]] = []
        self.knowledge_searches: list[tuple[str, str | None, int]] = []
        self.kept: list[tuple[str, str | None]] = []
        self._stops_with = stops_with
        self._lock = threading.Lock()

    def recall(self, query: str, agent: str | None) -> Recollection:
        if self._stops_with is not None:
            raise self._stops_with
        with self._lock:
            self.recalls.append((query, agent))
        return self.found

    def search(self, query: str, agent: str | None, limit: int) -> Recollection:
        with self._lock:
            self.searches.append((query, agent, limit))
        return Recollection(self.found.records[:limit])

    def search_knowledge(self, query: str, agent: str | None, limit: int) -> Recollection:
        with self._lock:
            self.knowledge_searches.append((query, agent, limit))
        return Recollection(documents=self.found.documents[:limit])

    def keep(self, text: str, agent: str | None) -> None:
        with self._lock:
            self.kept.append((text, agent))
