"""What is wrong with runs that went through faults, and how soon they went on."""

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

Events = list[dict[str, Any]]


@dataclass(frozen=True)
class Loss:
    """Of a worker."""

    at: float
    """Seconds since the epoch."""
    runs: frozenset[str]
    """That it had taken, by id."""


def takeovers(events: Mapping[str, Events], losses: Sequence[Loss]) -> Iterator[float]:
    """Seconds from the loss of a run's worker to the moment when another one goes on with it. Where that other one
    was lost before it could, from its loss.

    `events` by run; `losses` in order.
    """
    for id, mine in events.items():
        resumed = [time_of(event) for event in mine if event["type"] == "execution_resumed"]
        for before, at in pairwise([0.0, *resumed]):
            since = [loss.at for loss in losses if id in loss.runs and before < loss.at < at]
            if since:
                yield at - since[-1]


def tasks_run_again(events: Events) -> int:
    """Tasks that were completed twice, and beginnings of work on a task that was completed."""
    completed: Counter[str] = Counter()
    again = 0
    for event in events:
        if event["type"] == "task_completed":
            completed[event["task"]] += 1
        elif event["type"] in ("task_started", "llm_call_started"):
            # Asking what a finished task has taught is memory's own.
            again += event["task"] in completed and event["agent"] != "(memory)"
    return again + sum(count - 1 for count in completed.values())


def doubled(effects: Iterable[bytes]) -> int:
    return sum(count - 1 for count in Counter(effects).values())


def has_gap(seqs: Sequence[int], newest: int) -> bool:
    """Whether these are not all numbers up to the newest, each once, in order."""
    return list(seqs) != list(range(1, newest + 1))


def time_of(event: Mapping[str, Any]) -> float:
    return datetime.fromisoformat(event["at"]).timestamp()


def quantiles(values: Iterable[float]) -> str:
    ordered = sorted(values)
    if len(ordered) < 2:
        return ", ".join(f"{value:.1f}" for value in ordered) or "none"
    cuts = statistics.quantiles(ordered, n=20, method="inclusive")
    return f"{statistics.median(ordered):.1f} / {cuts[18]:.1f} / {ordered[-1]:.1f}"
