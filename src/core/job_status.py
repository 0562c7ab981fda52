"""The states of a background job."""

from enum import StrEnum
from typing import Final


class JobStatus(StrEnum):
    QUEUED = "queued"
    """Also while it waits to be tried again."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN: Final = frozenset({JobStatus.QUEUED, JobStatus.RUNNING})
QUICK: Final = 0
"""The priority of jobs that take milliseconds and that runs wait for: they have places of their own."""
