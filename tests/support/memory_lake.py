"""A group whose memory may be set up in an emulated workspace."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from typing import Any

import httpx
from pydantic import SecretStr

from src.bootstrap import Container
from src.schemas.job import JobRead
from tests.conftest import MakeContainer, SettingsFor
from tests.emulator.options import Options
from tests.emulator.server import DatabricksEmulator
from tests.support.http import client_of
from tests.support.memory_jobs import MemoryWorker

NEW = {"catalog": "main", "schema": "mem", "activate": True}
INDEXES = {
    "short_term_index": "main.mem.short",
    "long_term_index": "main.mem.long",
    "entity_index": "main.mem.entities",
    "document_index": "main.mem.documents",
    "endpoint_name": "crews",
}


@dataclass(frozen=True)
class Lake:
    workspace: DatabricksEmulator
    container: Container
    client: httpx.AsyncClient
    worker: MemoryWorker

    async def started(self, **changes: Any) -> dict[str, Any]:
        answer = await self.client.post("/memory/backends/setup", json={**NEW, **changes})
        assert answer.status_code == 202, answer.text
        job: dict[str, Any] = answer.json()
        return job

    async def backend(self, **config: Any) -> str:
        body = {"name": "Lake", "kind": "databricks", "config": {**INDEXES, **config}}
        answer = await self.client.post("/memory/backends", json=body)
        assert answer.status_code == 201, answer.text
        return f"/memory/backends/{answer.json()['id']}"

    async def set_up(self, path: str) -> dict[str, Any]:
        answer = await self.client.post(f"{path}/setup", json={})
        assert answer.status_code == 202, answer.text
        job: dict[str, Any] = answer.json()
        return job

    async def statuses(self, path: str) -> dict[str, str]:
        found = (await self.client.post(f"{path}/verify")).json()
        return {one["name"]: one["status"] for one in (*found["endpoints"], *found["indexes"])}

    @property
    def there(self) -> tuple[set[str], set[str]]:
        """Endpoints and indexes of the workspace, behind the API."""
        found = self.workspace.workspace
        return set(found.endpoints), set(found.indexes)


def emptied(emulator: DatabricksEmulator) -> DatabricksEmulator:
    emulator.reset()
    for one in fields(Options):
        setattr(emulator.options, one.name, getattr(Options(), one.name))
    return emulator


@asynccontextmanager
async def open_lake(
    workspace: DatabricksEmulator, settings_for: SettingsFor, make_container: MakeContainer
) -> AsyncIterator[Lake]:
    container = await make_container(settings_of(settings_for, workspace))
    worker = await MemoryWorker.make(container, workspace.clock, passing(workspace))
    async with client_of(container) as client:
        yield Lake(workspace, container, client, worker)


def settings_of(settings_for: SettingsFor, emulator: DatabricksEmulator, **more: Any) -> Any:
    token = SecretStr(emulator.token)
    return settings_for(databricks_host=emulator.host, databricks_token=token, **more)


def passing(emulator: DatabricksEmulator) -> Any:
    async def sleep(seconds: float) -> None:
        emulator.clock.advance(seconds)

    return sleep


def steps(job: JobRead) -> dict[str, str]:
    return {step.name: step.status for step in job.steps}


def made_of(job: JobRead) -> list[str]:
    assert job.result is not None, job.error
    found: list[str] = job.result["made"]
    return found
