from datetime import datetime
from typing import Any

from pydantic import BaseModel

from src.core.job_status import JobStatus
from src.schemas.common import ErrorRead, OwnedRead


class JobStepRead(BaseModel):
    name: str
    status: str
    """running, done, failed or undone."""
    detail: str
    at: datetime


class JobRead(OwnedRead):
    """Background work that is no execution: a set-up, a document, a migration."""

    kind: str
    subject_id: str | None
    """What it is about: a backend, a document, an execution."""
    status: JobStatus
    tries: int
    steps: list[JobStepRead]
    """Oldest first."""
    result: dict[str, Any] | None
    error: ErrorRead | None
    """Of a failed job; of a queued one, why it has to be tried again."""
    created_by: str
    finished_at: datetime | None
