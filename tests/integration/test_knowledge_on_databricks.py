"""Knowledge documents whose pieces are in a Databricks index."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from src.services.jobs.runner import JobRunnerService
from src.services.runs.ownership import Ownership
from src.worker.jobs import job_handlers
from tests.conftest import MakeContainer, SettingsFor
from tests.emulator.server import DatabricksEmulator
from tests.support.memory_lake import INDEXES, Lake, emptied, open_lake
from tests.support.worker_parts import WORKER, FakeLease

pytestmark = pytest.mark.integration
TEXT = "\n".join(f"Paragraph {number} tells the value {number * 7}." for number in range(300))


@pytest.fixture(scope="module")
def running() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.fixture
async def lake(
    running: DatabricksEmulator, settings_for: SettingsFor, make_container: MakeContainer
) -> AsyncIterator[Lake]:
    async with open_lake(emptied(running), settings_for, make_container) as lake:
        path = await lake.backend()
        await lake.worker.run(await lake.set_up(path))
        assert (await lake.client.post(f"{path}/activate")).is_success
        yield lake


def rows(lake: Lake) -> int:
    return len(lake.workspace.workspace.rows_of(INDEXES["document_index"]))


async def upload(lake: Lake) -> dict[str, Any]:
    answer = await lake.client.post(
        "/knowledge/documents", files={"file": ("a.txt", TEXT.encode())}
    )
    assert answer.status_code == 202, answer.text
    document: dict[str, Any] = answer.json()
    return document


async def work(lake: Lake, document: dict[str, Any]) -> dict[str, Any]:
    own = lake.container
    runner = JobRunnerService(
        own.database,
        own.clock,
        lake.worker.queue,
        own.settings.key_ring,
        job_handlers(own),
        Ownership(WORKER, FakeLease()),
    )
    await runner.run_job(document["job_id"], document["group_id"])
    found: dict[str, Any] = (await shown(lake, document)).json()
    return found


async def shown(lake: Lake, document: dict[str, Any]) -> httpx.Response:
    return await lake.client.get(f"/knowledge/documents/{document['id']}")


async def test_pieces_are_written_found_and_deleted(lake: Lake) -> None:
    document = await work(lake, await upload(lake))
    assert document["status"] == "ready", document["error"]
    assert rows(lake) == document["chunks"] > 5
    found = await lake.client.post("/knowledge/search", json={"query": "value 700", "limit": 3})
    assert found.json()["backend"] == "databricks" and found.json()["items"]
    deleted = await lake.client.delete(f"/knowledge/documents/{document['id']}")
    assert deleted.status_code == 204, deleted.text
    assert rows(lake) == 0


async def test_store_that_is_away_is_asked_again_and_no_deletion_is_pretended(lake: Lake) -> None:
    document = await upload(lake)
    lake.workspace.faults.add(path="*upsert-data", status=503, times=None)
    waiting = await work(lake, document)
    assert waiting["status"] == "reading"
    job = (await lake.client.get(f"/jobs/{document['job_id']}")).json()
    assert job["status"] == "queued" and job["error"]["code"].startswith("store-")
    lake.workspace.faults.clear()
    document = await work(lake, document)
    assert document["status"] == "ready"
    lake.workspace.faults.add(path="*delete-data", status=503, times=None)
    refused = await lake.client.delete(f"/knowledge/documents/{document['id']}")
    assert refused.status_code == 503
    assert (await shown(lake, document)).status_code == 200
    lake.workspace.faults.clear()
    deleted = await lake.client.delete(f"/knowledge/documents/{document['id']}")
    assert deleted.status_code == 204 and rows(lake) == 0
