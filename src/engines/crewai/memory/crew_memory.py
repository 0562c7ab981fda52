"""Our memory in the shape that crewai takes: `Crew(memory=CrewMemory(…))`.

crewai's own Memory opens LanceDB, asks a model several times for every task and starts a thread (measured on
1.15.30, tests/engines/test_memory_in_crews.py). This one only answers recall, from TaskMemory; what a task
leaves behind is written by the run service, once the task has ended.
"""

import threading
from typing import Any

from crewai.memory.types import MemoryMatch, MemoryRecord
from crewai.memory.unified_memory import Memory
from pydantic import PrivateAttr

from src.engines.base import TaskMemory
from src.engines.crewai.llms.errors import stopping_the_crew
from src.engines.crewai.memory.block import BLOCK_CHARS, memory_block
from src.engines.plans import ModelPlan, TaskPlan
from src.memory.records import Recollection

QUERY_CHARS = 2_000
"""Of the task's description. Inputs can make it long, and what a task is about stands at its beginning."""


class CrewMemory(Memory):
    """The memory of one attempt at one task: whoever works on it is shown the same recollection.

    Delegated work and tries after a refused answer do not recall again, and an agent that is asked for help
    reads what the task recalled. Thread-safe.
    """

    read_only: bool = True
    """crewai then neither extracts nor stores anything by itself."""
    _save_pool: Any = PrivateAttr(default=None)
    _task: TaskPlan = PrivateAttr()
    _source: TaskMemory = PrivateAttr()
    _found: Recollection | None = PrivateAttr(default=None)
    _lock: Any = PrivateAttr(default_factory=threading.Lock)

    def __init__(self, task: TaskPlan, source: TaskMemory) -> None:
        super().__init__()
        self._task, self._source = task, source

    def model_post_init(self, context: Any, /) -> None:
        """Nothing is opened: there is no storage, no embedder and no model in here."""

    def recollection(self, agent_key: str) -> Recollection:
        """Recalls for the task when it is first asked, in the name of whoever asks."""
        with self._lock:
            if self._found is None:
                with stopping_the_crew():
                    query = self._task.description[:QUERY_CHARS]
                    self._found = self._source.recall(query, agent_key)
            return self._found

    def block(self, agent_key: str, model: ModelPlan) -> str:
        """For the prompt; at most an eighth of the model's window. Empty when nothing was found."""
        # Four characters a token, as everywhere here.
        limit_chars = min(BLOCK_CHARS, model.context_window * 4 // 8)
        return memory_block(self.recollection(agent_key), limit_chars)

    def recall(self, query: str, *args: Any, **kwargs: Any) -> list[MemoryMatch]:
        """What crewai itself may ask: the recollection of the task, whatever the query."""
        found = self.recollection(self._task.agent or "")
        return [
            MemoryMatch(record=MemoryRecord(id=one.id, content=one.text), score=one.score)
            for one in (*found.records, *found.documents)
        ]
