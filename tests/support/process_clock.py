"""A worker's wall clock that a test sets forward and back while it runs.

Production has no such switch: a worker of the nursery with `KASAL_TEST_CLOCK=<file>` adds the seconds in that file to
what `time.time()` and the product's clock say. Its monotonic clock goes on evenly, as on a machine whose date is set.
"""

import time
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

from src.core import clock

VARIABLE = "KASAL_TEST_CLOCK"
_true_time = time.time


def follow(path: str) -> None:
    file = Path(path)

    def shift_s() -> float:
        return float(file.read_text() or 0.0)

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(seconds=shift_s())

    setattr(time, "time", lambda: _true_time() + shift_s())
    setattr(clock, "datetime", Shifted)


def set_clock(path: Path, shift_s: float) -> None:
    """At once, so that nobody reads half a number."""
    new = path.with_suffix(".new")
    new.write_text(str(shift_s))
    new.replace(path)
