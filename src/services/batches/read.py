"""Batches and their rows as clients see them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from src.core.batch_status import BatchItemStatus, BatchStatus
from src.core.events import Usage
from src.models.batch import Batch
from src.repositories.batch import BatchPace, ShownItem
from src.schemas.batch import (
    BatchCounts,
    BatchItemExport,
    BatchItemRead,
    BatchOptions,
    BatchRead,
    BatchSummary,
)
from src.schemas.common import ErrorRead
from src.schemas.execution import ResultRead, UsageRead

_SAME_NAME = [name for name in BatchSummary.model_fields if name not in ("request", "status")]
_SHORTEST_S = 1.0
"""A rate over less says nothing."""


def summary(row: Batch) -> BatchSummary:
    return BatchSummary(**_columns(row))


def batch_read(
    row: Batch, counts: Mapping[str, int], pace: BatchPace | None, now: datetime
) -> BatchRead:
    """`pace` is None for a batch that has not begun."""
    left = counts.get(BatchItemStatus.WAITING, 0) + counts.get(BatchItemStatus.RUNNING, 0)
    rate = None if pace is None or row.status != BatchStatus.RUNNING else _per_second(pace, now)
    return BatchRead(
        **_columns(row),
        counts=BatchCounts(**counts),
        progress=round(1 - left / row.total, 4),
        usage=_usage_read(Usage() if pace is None else pace.usage),
        rows_per_minute=None if rate is None else round(rate * 60, 2),
        rest_s=None if rate is None else round(left / rate, 1),
    )


def item_read(shown: ShownItem) -> BatchItemRead:
    return BatchItemRead(**_item_values(shown))


def item_export(shown: ShownItem) -> BatchItemExport:
    usage = None if shown.usage is None else _usage_read(shown.usage)
    return BatchItemExport(**_item_values(shown), usage=usage)


def _columns(row: Batch) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _SAME_NAME} | {
        "request": BatchOptions.model_validate(row.request),
        "status": BatchStatus(row.status),
    }


def _item_values(shown: ShownItem) -> dict[str, Any]:
    item, result = shown.item, None
    if item.status == BatchItemStatus.COMPLETED and shown.result is not None:
        result = ResultRead.model_validate(shown.result)
    return {
        "index": item.index,
        "inputs": item.inputs,
        "status": BatchItemStatus(item.status),
        "tries": item.tries,
        "execution_id": item.execution_id,
        "result": result,
        "error": ErrorRead.stored(item.error_code, item.error_message),
    }


def _per_second(pace: BatchPace, now: datetime) -> float | None:
    if not pace.ended or pace.first_started_at is None:
        return None
    return pace.ended / max(_SHORTEST_S, (now - pace.first_started_at).total_seconds())


def _usage_read(usage: Usage) -> UsageRead:
    return UsageRead(**vars(usage))
