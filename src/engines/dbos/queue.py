"""The client's side of the durable queue: enqueue in the caller's transaction, cancel, migrate."""

import asyncio
import sqlite3
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, EnqueueOptions

from src.core.job_status import QUICK
from src.core.settings import Settings
from src.core.unit_of_work import UnitOfWork
from src.engines.dbos.cleaning import drop_ended
from src.engines.dbos.serializer import JsonSerializer
from src.engines.dbos.system_database import dispose, system_database

APP_NAME = "kasal"
APP_VERSION = "1"
"""A number. A segment is pinned to the version that queued it; raise it only when the order of steps changes
so that a running segment could not continue (an upgrade within a version needs no drain). What the workers of
an earlier version leave goes on as a next segment (takeover.retire)."""
QUEUE = "crews"
WORKFLOW = "crew.segment"
JOB_QUEUE = "jobs"
QUICK_JOB_QUEUE = "quick-jobs"
JOB_WORKFLOW = "job"
_POOL_SIZE = 2

_STATES = {
    "ENQUEUED": "waiting",
    "DELAYED": "waiting",
    "PENDING": "running",
    "SUCCESS": "ended",
    "CANCELLED": "ended",
    "ERROR": "ended",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "broken",
}
"""DBOS workflow status -> what it means for the execution."""


def workflow_id(execution_id: str, segment: int) -> str:
    return f"{execution_id}:{segment}"


def job_workflow_id(job_id: str, turn: int) -> str:
    return f"job:{job_id}:{turn}"


class DbosQueue:
    """engines.base.ExecutionQueue and JobQueue over DBOS. Connects on first use."""

    def __init__(self, settings: Settings) -> None:
        self._database = system_database(settings, _POOL_SIZE)
        self._client = DBOSClient(
            **self._database,
            serializer=JsonSerializer(),
            application_name=APP_NAME,
            system_database_pool_size=_POOL_SIZE,
            lazy=True,
        )

    async def enqueue(
        self, uow: UnitOfWork, *, execution_id: str, segment: int, group_id: str, priority: int
    ) -> None:
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": workflow_id(execution_id, segment),
            "app_version": APP_VERSION,
            "priority": priority,
            "queue_partition_key": group_id,
        }
        await self._enqueue(uow, options, execution_id, group_id, segment)

    async def enqueue_job(
        self,
        uow: UnitOfWork,
        *,
        job_id: str,
        group_id: str,
        turn: int,
        priority: int,
        after_s: float = 0.0,
    ) -> None:
        options: EnqueueOptions = {
            "workflow_name": JOB_WORKFLOW,
            "queue_name": QUICK_JOB_QUEUE if priority == QUICK else JOB_QUEUE,
            "workflow_id": job_workflow_id(job_id, turn),
            "app_version": APP_VERSION,
            "priority": max(1, priority),
            "queue_partition_key": group_id,
        }
        if after_s > 0.0:
            options["delay_seconds"] = after_s
        await self._enqueue(uow, options, job_id, group_id)

    async def _enqueue(
        self, uow: UnitOfWork, options: EnqueueOptions, *arguments: str | int
    ) -> None:
        connection = await uow.connection()
        await connection.run_sync(
            lambda sync: self._client.enqueue_in_transaction(sync, options, *arguments)
        )

    async def cancel(self, execution_id: str, segment: int) -> None:
        await asyncio.to_thread(self._client.cancel_workflow, workflow_id(execution_id, segment))

    async def states(self, executions: list[tuple[str, int]]) -> dict[str, str]:
        """See services.executions.reconcile.QueueStates."""
        return await self._states({workflow_id(id, number): id for id, number in executions})

    async def job_states(self, jobs: list[tuple[str, int]]) -> dict[str, str]:
        """See services.executions.reconcile.QueueStates."""
        return await self._states({job_workflow_id(id, turn): id for id, turn in jobs})

    async def _states(self, names: dict[str, str]) -> dict[str, str]:
        found = await asyncio.to_thread(
            self._client.list_workflows,
            workflow_ids=list(names),
            load_input=False,
            load_output=False,
        )
        return {names[status.workflow_id]: _STATES.get(status.status, "broken") for status in found}

    async def forget(self, execution_id: str, segments: int) -> None:
        names = [workflow_id(execution_id, number) for number in range(1, segments + 1)]
        await asyncio.to_thread(self._client.delete_workflows, names)

    async def forget_ended(self, uow: UnitOfWork, before: datetime, limit: int) -> int:
        """See services.operations.housekeeping.EngineTables."""
        connection = await uow.connection()
        before_ms = int(before.timestamp() * 1000)
        return await connection.run_sync(lambda sync: drop_ended(sync, before_ms, limit))

    def close(self) -> None:
        self._client.destroy()
        dispose(self._database)


def migrate(settings: Settings) -> None:
    """Creates or upgrades the run engine's own tables; blocking, safe to repeat."""
    url = settings.sync_database_url
    if settings.database_login is not None:
        # The library takes an address here and no engine (3.4); its logins follow within seconds.
        password = settings.database_login.credential().password.get_secret_value()
        url = sa.make_url(url).set(password=password).render_as_string(hide_password=False)
    if settings.is_sqlite:
        # The engine leaves the journal mode alone, and DELETE mode doubles the time of a crew.
        path = Path(url.removeprefix("sqlite:///"))
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    DBOS.migrate(url)
