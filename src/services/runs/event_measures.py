"""What the events of runs say about speed, use and failures."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from src.core.events import EngineEvent, EventType
from src.services.operations import measures
from src.services.operations.measures import Measures

_MOST_OPEN = 10_000


class EventMeasures:
    """One per worker. Thread-safe for `saw`; `stored` on the worker's loop."""

    def __init__(self, totals: Measures) -> None:
        self._totals = totals
        self._begun: OrderedDict[str, datetime] = OrderedDict()
        """Span of an attempt at a task -> when it began; of those that are told never to end the oldest go."""

    def saw(self, event: EngineEvent) -> None:
        """What models, tools and memory tell while they work."""
        data = event.data
        match event.type:
            case EventType.LLM_CALL_COMPLETED:
                self._totals.observe(measures.LLM_CALL, _number(data, "latency_ms") / 1000)
                for kind in ("prompt", "completion"):
                    self._totals.count(
                        measures.TOKENS, kind, amount=_number(data, f"{kind}_tokens")
                    )
                self._totals.count(measures.COST, amount=_number(data, "cost_usd"))
            case EventType.LLM_CALL_FAILED:
                self._totals.count(measures.LLM_FAILED)
            case EventType.TOOL_COMPLETED:
                self._totals.count(measures.TOOL_CALLS, "completed")
            case EventType.TOOL_FAILED:
                self._totals.count(measures.TOOL_CALLS, "failed")
            case EventType.MEMORY_RECALLED | EventType.KNOWLEDGE_SEARCHED:
                took_s = _number(data, "latency_ms") / 1000
                self._totals.observe(measures.RECALL, took_s, data["via"])
            case EventType.MEMORY_FAILED:
                self._totals.count(measures.MEMORY_FAILED)

    def stored(self, event: EngineEvent, queued_at: datetime | None) -> None:
        """A step of the run that was committed; `queued_at` when the run has just left the queue."""
        match event.type:
            case EventType.EXECUTION_STARTED | EventType.EXECUTION_RESUMED if queued_at is not None:
                waited_s = (event.at - queued_at).total_seconds()
                self._totals.observe(measures.QUEUE_WAIT, waited_s)
            case EventType.TASK_STARTED:
                self._begun[event.span_id] = event.at
                if len(self._begun) > _MOST_OPEN:
                    self._begun.popitem(last=False)
            case EventType.TASK_COMPLETED | EventType.TASK_FAILED:
                began_at = self._begun.pop(event.span_id, None)
                if began_at is not None:
                    outcome = event.type.removeprefix("task_")
                    took_s = (event.at - began_at).total_seconds()
                    self._totals.observe(measures.TASK, took_s, outcome)


def _number(data: Mapping[str, Any], name: str) -> float:
    """0 where it is not known, as the cost of a model without a price."""
    return float(data.get(name) or 0.0)
