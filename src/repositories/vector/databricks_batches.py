"""Rows and keys in portions that the service takes, and what became of each portion.

Limits (reference of the API, 2026-11): 1,000 rows an upsert, 100 keys a delete, 10 MB a request or answer.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from src.repositories.vector.base import PreparedRecord
from src.repositories.vector.databricks_rows import Json, whole_number

T = TypeVar("T")
UPSERT_ROWS = 1000
DELETE_KEYS = 100
_BODY_BYTES = 8_000_000
_AT_ONCE = 4
_DECIMALS = 8


def failed_keys(answer: Json, ids: Sequence[str]) -> list[str]:
    result = answer.get("result")
    listed = result.get("failed_primary_keys") if isinstance(result, dict) else None
    failed = [str(key) for key in listed or ()]
    done = whole_number(result.get("success_row_count")) if isinstance(result, dict) else 0
    if failed and done + len(failed) >= len(ids):
        return failed
    return [] if answer.get("status") == "SUCCESS" and done == len(ids) else list(ids)


def batches(
    items: Iterable[T], most: int, size: Callable[[T], int] = lambda _: 0
) -> Iterator[list[T]]:
    """At most so many items, and 8 MB, each."""
    batch: list[T] = []
    total = 0
    for item in items:
        item_bytes = size(item)
        if batch and (len(batch) == most or total + item_bytes > _BODY_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += item_bytes
    if batch:
        yield batch


def body_bytes(record: PreparedRecord) -> int:
    """The rows travel as JSON within JSON: each quote and backslash once more."""
    text = json.dumps(record.row)
    return len(text) + text.count('"') + text.count("\\") + (_DECIMALS + 6) * len(record.vector)


async def a_few_at_once(calls: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """All are tried, four at a time; then the first error is raised, if there was one."""
    answers: list[T | BaseException] = []
    waiting = iter(calls)
    while some := list(islice(waiting, _AT_ONCE)):
        answers += await asyncio.gather(*(call() for call in some), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if not isinstance(answer, BaseException)]


def scan_rows(dimension: int, wanted: int) -> int:
    """A number takes about 26 bytes in a scan; texts may take up to 100 kB a row, then the page is refused."""
    return max(1, min(wanted, _BODY_BYTES // (26 * dimension + 6000)))


def any_direction(dimension: int) -> list[float]:
    return [1.0] + [0.0] * (dimension - 1)


def shortened(vector: Sequence[float]) -> list[float]:
    """Half the bytes on the wire, 5e-9 off."""
    return [round(value, _DECIMALS) for value in vector]
