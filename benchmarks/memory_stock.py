"""Stock CrewAI memory (unified Memory over LanceDB) with our embedder, for comparison."""

import asyncio
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from src.engines.crewai.quiet import quiet

quiet(Path(tempfile.mkdtemp(prefix="memory_stock_")))

from crewai.llms.base_llm import BaseLLM  # noqa: E402  # quiet comes before crewai
from crewai.memory.storage.lancedb_storage import LanceDBStorage  # noqa: E402
from crewai.memory.types import MemoryRecord  # noqa: E402
from crewai.memory.unified_memory import Memory  # noqa: E402

from src.memory.embedders.base import Embedder, Purpose, Vector  # noqa: E402


class _Counted(LanceDBStorage):
    latency_s = 0.0
    searches = 0

    def search(self, *args: Any, **kwargs: Any) -> Any:
        self.searches += 1
        if self.latency_s:
            time.sleep(self.latency_s)
        return super().search(*args, **kwargs)


class _Model(BaseLLM):
    """Answers at once with nothing: what is counted is that it was asked."""

    # A list, which the copy that the memory makes of its model shares.
    asked: list[None] = []

    def call(self, *args: Any, **kwargs: Any) -> str:
        self.asked.append(None)
        return '{"keywords": [], "suggested_scopes": ["/"], "complexity": "simple", "recall_queries": []}'


class StockMemory:
    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._storage = _Counted(folder, vector_dim=embedder.plan.dimension)
        self._model = _Model(model="scripted")
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._embedder = embedder
        self._memory = Memory(
            llm=self._model, storage=self._storage, embedder=self._embed, read_only=True
        )

    def counts(self) -> tuple[int, int]:
        """Searches and model calls since the last time."""
        found = self._storage.searches, len(self._model.asked)
        self._storage.searches = 0
        self._model.asked.clear()
        return found

    @property
    def latency_s(self) -> float:
        return self._storage.latency_s

    @latency_s.setter
    def latency_s(self, value: float) -> None:
        self._storage.latency_s = value

    def save(self, texts: Sequence[str], vectors: Sequence[Vector]) -> None:
        """Past its own analysis, which would ask a model for each."""
        self._storage.save(
            [
                MemoryRecord(content=text, embedding=list(vector))
                for text, vector in zip(texts, vectors, strict=True)
            ]
        )

    def recall(self, query: str, limit: int, *, deep: bool = False) -> list[str]:
        found = self._memory.recall(query, limit=limit, depth="deep" if deep else "shallow")
        return [match.record.content for match in found]

    def _embed(self, texts: list[str]) -> list[list[float]]:
        answer = asyncio.run_coroutine_threadsafe(
            self._embedder.embed(texts, Purpose.QUERY), self._loop
        )
        return [list(vector) for vector in answer.result()]
