"""What a kind of background job implements, and what it gets to work with."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from pydantic import SecretStr

from src.core.unit_of_work import UnitOfWork


class JobKind(StrEnum):
    FLOW_ADVANCE = "flow_advance"
    BATCH_ADVANCE = "batch_advance"
    KNOWLEDGE_DOCUMENT = "knowledge_document"
    MEMORY_SETUP = "memory_setup"
    MEMORY_EMPTY = "memory_empty"
    MEMORY_FORGET = "memory_forget"
    MEMORY_MIGRATION = "memory_migration"
    MEMORY_WRITES = "memory_writes"
    MODEL_TEST = "model_test"
    WEBHOOK = "webhook"


class StepStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"
    """Taken back after a later step failed."""


@dataclass(frozen=True)
class JobOrder:
    id: str
    group_id: str
    kind: JobKind
    subject_id: str | None
    arguments: Mapping[str, Any]
    created_by: str
    tries: int
    """How often it was tried before; what a lost worker left goes on as the same try."""
    user_token: SecretStr | None = None
    """The caller's forwarded Databricks token while it is valid, then credentials.ENDED_SIGN_IN."""


class JobCancelled(Exception):
    """The job was cancelled; raised by the next call of its progress."""


class JobProgress(Protocol):
    """Each call is stored before it returns, and refused by JobCancelled once the job was cancelled.

    While the worker is being stopped a call may never return: another worker goes on from what was saved.
    """

    @property
    def state(self) -> Mapping[str, Any]:
        """As it was last saved, by this process or one that died."""
        ...

    async def save(self, state: Mapping[str, Any]) -> None: ...

    async def step(self, name: str, status: StepStatus, detail: str = "") -> None:
        """For people. A step of the same name is updated, not repeated."""
        ...


class JobHandler(Protocol):
    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        """Returns the result. Repeated after a crash, so every effect is idempotent.

        Unavailable is tried again with a growing pause (services/jobs/runner.py); any other AppError ends the
        job as failed. It is cancelled like any task when its job was cancelled.
        """
        ...

    async def abandoned(self, order: JobOrder, message: str) -> None:
        """The job ended as failed or cancelled: says so where its subject is shown. Idempotent."""
        ...


class JobStarter(Protocol):
    async def start(
        self,
        uow: UnitOfWork,
        *,
        group_id: str,
        kind: JobKind,
        subject_id: str | None,
        arguments: Mapping[str, Any],
        created_by: str,
        user_token: SecretStr | None = None,
    ) -> object: ...
