"""Two workers that claim at the same moment, on SQLite, do not take the same free places."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dbos._sys_db import SystemDatabase

from src.core import migration
from src.core.database_engines import sync_engine
from src.core.settings import Settings
from src.core.unit_of_work import Database
from src.engines.dbos.group_running import GroupRunning
from src.engines.dbos.queue import APP_VERSION, QUEUE, DbosQueue, migrate

pytestmark = pytest.mark.integration
GROUP = "team"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    settings = Settings(_env_file=None, kasal_data_dir=tmp_path)
    with migration.migration_lock(settings):
        migration.upgrade(settings)
        migrate(settings)
    stock = SystemDatabase.start_queued_workflows
    monkeypatch.setattr(SystemDatabase, "start_queued_workflows", stock)  # restores it
    limits = sync_engine(settings)
    GroupRunning(limits).install()
    yield settings
    limits.dispose()


async def _enqueue(settings: Settings, queue: DbosQueue, count: int) -> None:
    database = Database(settings)
    async with database.write() as uow:
        for number in range(count):
            await queue.enqueue(
                uow, execution_id=f"run-{number}", segment=1, group_id=GROUP, priority=1
            )
    await database.close()


def test_two_workers_that_claim_at_once_stay_within_the_limit_of_a_group(
    settings: Settings,
) -> None:
    workers = [DbosQueue(settings), DbosQueue(settings)]
    asyncio.run(_enqueue(settings, workers[0], 8))
    client = workers[0]._client
    crews = client.register_queue(QUEUE, partition_concurrency=2, on_conflict="always_update")
    systems = [worker._client._sys_db for worker in workers]
    claimed: list[str] = []

    def claim(number: int) -> None:
        ids, _ = systems[number].start_queued_workflows(
            crews, f"worker-{number}", APP_VERSION, GROUP
        )
        claimed.extend(ids)

    second = threading.Thread(target=claim, args=(1,))

    def counted(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "count(" in statement and second.ident is None:
            second.start()
            second.join(0.5)  # long enough for a claim that nothing holds back

    sa.event.listen(systems[0].engine, "after_cursor_execute", counted)
    claim(0)
    second.join()
    for worker in workers:
        worker.close()
    assert sorted(claimed) == ["run-0:1", "run-1:1"]
