import time
from pathlib import Path

import httpx

from src.bootstrap import Container
from src.core.settings import Settings
from tests.conftest import MakeContainer
from tests.support.http import client_of
from tests.support.rows import SampleRows


async def test_alive_needs_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/live")).status_code == 200


async def test_ready_needs_a_worker_that_is_alive(each_container: Container) -> None:
    async with client_of(each_container) as client:
        waiting = await client.get("/health/ready")
        assert (waiting.status_code, waiting.json()["status"]) == (503, "not ready")
        assert "no worker" in waiting.json()["reasons"][0]
        async with each_container.database.write() as uow:
            await uow.repo(SampleRows).lease(time.time() - 1)
        assert (await client.get("/health/ready")).status_code == 503
        async with each_container.database.write() as uow:
            await uow.repo(SampleRows).lease(time.time() + 10)
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()["reasons"]) == (200, [])


async def test_ready_needs_the_current_schema(
    tmp_path: Path, make_container: MakeContainer
) -> None:
    empty = Settings(_env_file=None, sqlite_path=tmp_path / "empty.db", kasal_data_dir=tmp_path)
    async with client_of(await make_container(empty)) as client:
        answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert "kasal migrate" in answer.json()["reasons"][0]
