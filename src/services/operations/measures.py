"""What is counted and timed. Each process adds up in memory; what workers counted is added to one table, which
any API process can show: workers have no port of their own."""

import threading
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from src.core.unit_of_work import Database
from src.repositories.metric import MetricKey, MetricRepository

SUM = "sum"
INFINITY = "+Inf"
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)


@dataclass(frozen=True)
class Measure:
    """A counter, or a histogram where it has bounds."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    """Names. Their values are few and known beforehand: no ids, names or texts of people."""
    bounds: tuple[float, ...] = ()


QUEUE_WAIT = Measure(
    "kasal_queue_wait_seconds",
    "How long runs waited in the queue before a worker began them",
    bounds=_SECONDS,
)
TASK = Measure(
    "kasal_task_seconds", "How long tasks of crews took", labels=("outcome",), bounds=_SECONDS
)
LLM_CALL = Measure(
    "kasal_llm_call_seconds", "How long models took to answer, retries included", bounds=_SECONDS
)
LLM_FAILED = Measure("kasal_llm_calls_failed", "Model calls that failed for good")
TOKENS = Measure("kasal_tokens", "Tokens of model calls", labels=("kind",))
COST = Measure("kasal_cost_usd", "Cost of model calls whose price is known, in USD")
TOOL_CALLS = Measure("kasal_tool_calls", "Tool calls", labels=("outcome",))
RECALL = Measure(
    "kasal_memory_recall_seconds",
    "How long memory took to answer, embedding of the question included",
    labels=("via",),
    bounds=_SECONDS,
)
MEMORY_FAILED = Measure("kasal_memory_failures", "Times that a run had to go on without memory")
ENDED = Measure("kasal_executions_ended", "Executions that ended", labels=("status",))
REMOVED = Measure("kasal_housekeeping_removed", "What housekeeping has removed", labels=("kind",))
SHARED = (
    QUEUE_WAIT,
    TASK,
    LLM_CALL,
    LLM_FAILED,
    TOKENS,
    COST,
    TOOL_CALLS,
    RECALL,
    MEMORY_FAILED,
    ENDED,
    REMOVED,
)
"""Of all processes together."""

REQUESTS = Measure(
    "kasal_http_request_seconds",
    "How long this API process took to answer; of a stream, until it ended",
    labels=("method", "route", "status"),
    bounds=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)

_BETWEEN = "\t"


class Measures:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[MetricKey, float] = {}

    def count(self, measure: Measure, *labels: str, amount: float = 1.0) -> None:
        self._add({MetricKey(measure.name, _BETWEEN.join(labels), ""): amount})

    def observe(self, measure: Measure, seconds: float, *labels: str) -> None:
        place = bisect_left(measure.bounds, seconds)
        bound = str(measure.bounds[place]) if place < len(measure.bounds) else INFINITY
        label = _BETWEEN.join(labels)
        self._add(
            {
                MetricKey(measure.name, label, bound): 1.0,
                MetricKey(measure.name, label, SUM): max(0.0, seconds),
            }
        )

    def values(self) -> Mapping[MetricKey, float]:
        with self._lock:
            return dict(self._values)

    async def store(self, database: Database) -> None:
        """Moves what was counted to the table of all processes; what cannot be stored stays here."""
        with self._lock:
            taken, self._values = self._values, {}
        if not taken:
            return
        try:
            async with database.write() as uow:
                await uow.repo(MetricRepository).add(taken)
        except BaseException:
            self._add(taken)
            raise

    def _add(self, amounts: Mapping[MetricKey, float]) -> None:
        with self._lock:
            for key, amount in amounts.items():
                self._values[key] = self._values.get(key, 0.0) + amount


def label_values(key: MetricKey) -> list[str]:
    return key.label.split(_BETWEEN) if key.label else []
