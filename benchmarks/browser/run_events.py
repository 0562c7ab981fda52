"""A run with as many events as wanted: what its own tasks told, again and again, in the order in which it was told."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update

from benchmarks.data import insert_rows
from src.bootstrap import Container
from src.core import ids
from src.models.execution import Execution, ExecutionEvent

Event = dict[str, Any]
_BATCH = 2_000


def stretched(events: Sequence[Event], most: int) -> list[Event]:
    """What finished tasks did between their beginning and their end is told so often that there are nearly `most` events.
    Each time is a round with spans of its own, and takes as long as it took."""
    rounds = [(begin + 1, end) for begin, end in _finished_tasks(events)]
    share = (most - len(events)) / max(1, len(rounds))
    found: list[Event] = []
    later = timedelta()
    done = 0
    for begin, end in rounds:
        found += [_moved(event, later) for event in events[done:end]]
        lasts = _at(events[end]) - _at(events[begin - 1])
        for _ in range(max(0, math.floor(share / (end - begin)))):
            later += lasts
            found += [_moved(event, later) for event in _anew(events[begin:end])]
        done = end
    found += [_moved(event, later) for event in events[done:]]
    # The newest stays where it is in time: what was told earlier was told so much earlier.
    return [{**_moved(event, -later), "seq": seq} for seq, event in enumerate(found, start=1)]


async def replace_events(
    container: Container, id: str, group_id: str, events: Sequence[Event]
) -> None:
    async with container.database.write() as uow:
        connection = await uow.connection()
        await connection.execute(delete(ExecutionEvent).where(ExecutionEvent.execution_id == id))
        newest = update(Execution).where(Execution.id == id).values(event_seq=len(events))
        await connection.execute(newest)
    owned = {"execution_id": id, "group_id": group_id}
    optional = {"task": None, "agent": None, "parent_span_id": None}
    rows = [{**optional, **event, **owned, "at": _at(event)} for event in events]
    for start in range(0, len(rows), _BATCH):
        await insert_rows(container, ExecutionEvent, rows[start : start + _BATCH])


def _finished_tasks(events: Sequence[Event]) -> Iterator[tuple[int, int]]:
    begun: dict[str, int] = {}
    for at, event in enumerate(events):
        if event["type"] == "task_started":
            begun[event["task"]] = at
        elif event["type"] == "task_completed" and event["task"] in begun:
            yield begun[event["task"]], at


def _anew(events: Sequence[Event]) -> Iterator[Event]:
    """Under spans of their own; those that began before stay what they are."""
    outer = {event.get("parent_span_id") for event in events}
    outer -= {event["span_id"] for event in events}
    spans: dict[str | None, str | None] = {span: span for span in outer}
    for event in events:
        for name in ("parent_span_id", "span_id"):
            spans.setdefault(event.get(name), ids.new())
        yield {
            **event,
            "span_id": spans[event["span_id"]],
            "parent_span_id": spans[event.get("parent_span_id")],
        }


def _moved(event: Mapping[str, Any], by: timedelta) -> Event:
    return {**event, "at": (_at(event) + by).isoformat()}


def _at(event: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(event["at"])
