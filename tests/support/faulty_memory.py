"""A worker whose crews remember in a Databricks workspace that can be made to fail."""

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from src.schemas.databricks_index_schemas import MemoryType
from tests.emulator.options import Options
from tests.emulator.server import DatabricksEmulator
from tests.emulator.state import Provisioning
from tests.support.processes import Installation, wait_until
from tests.support.run_bodies import crew_body

WHERE = "main.mem"
TASKS = ("Compare the prices of copper and tin", "Summarise what copper costs in Lisbon")
KEY = "DATABRICKS_TOKEN"


class FaultyMemory:
    """Every run has a memory backend and a stored Databricks token of its own, so that what a worker has learned
    about one that failed does not count for the next; indexes and crew are the same."""

    def __init__(self, kasal: Installation, emulator: DatabricksEmulator) -> None:
        self.kasal = kasal
        self.emulator = emulator
        self._config: dict[str, Any] = {}
        self._tokens = 0

    def set_up(self) -> None:
        """As an administrator does it: one call, done by the worker."""
        self.use_new_token()
        body = {"catalog": "main", "schema": "mem", "activate": True}
        job = self._posted("/memory/backends/setup", body)
        self.wait_for_job(job["id"])
        (backend,) = self.kasal.http.get("/api/v1/memory/backends").json()["items"]
        assert backend["is_active"]
        self._config = backend["config"]

    def use_new_token(self) -> str:
        """Stores a token of a new person with all rights; returns how the emulator names them."""
        self._tokens += 1
        person = f"crew{self._tokens}@example.com"
        value = self.emulator.identities.add_user(person)
        known = {one["name"]: one for one in self._got("/api-keys")["items"]}
        if KEY in known:
            key = known[KEY]
            answer = self.kasal.http.patch(
                f"/api/v1/api-keys/{key['id']}",
                json={"value": value},
                headers={"If-Match": f'"{key["version"]}"'},
            )
            assert answer.status_code == 200, answer.text
        else:
            self._posted("/api-keys", {"name": KEY, "value": value})
        return f"pat:{person}"

    def use_new_backend(self, name: str, **changes: Any) -> None:
        config = {**self._config, **changes}
        body = {"name": name, "kind": "databricks", "config": config}
        backend = self._posted("/memory/backends", body)
        self._posted(f"/memory/backends/{backend['id']}/activate", None)

    def start(self) -> str:
        agent = {"memory": True}
        return self.kasal.start(crew_body(*TASKS, agent=agent, memory=True, model="demo/demo"))

    def unready(self) -> None:
        """All indexes are in the making again, until mend()."""
        for index in self.emulator.workspace.indexes.values():
            index.provisioning = Provisioning(math.inf, 0)

    def mend(self) -> None:
        """Everything works again."""
        self.emulator.faults.clear()
        for index in self.emulator.workspace.indexes.values():
            index.provisioning = Provisioning(0.0, 0)
        for field in fields(Options):
            setattr(self.emulator.options, field.name, getattr(Options(), field.name))

    def wait_for_job(self, id: str, timeout_s: float = 60.0) -> dict[str, Any]:
        def ended() -> dict[str, Any]:
            job = self._got(f"/jobs/{id}")
            return job if job["status"] not in ("queued", "running") else {}

        job = wait_until(ended, timeout_s, f"job {id} ends")
        assert job["status"] == "done", job
        return job

    def job_of(self, execution_id: str) -> dict[str, Any]:
        (job,) = self._got(f"/jobs?subject={execution_id}")["items"]
        return dict(job)

    def memory_events(self, id: str) -> list[dict[str, Any]]:
        return [one for one in self.kasal.events(id) if one["type"].startswith("memory_")]

    def failures(self, id: str) -> list[dict[str, Any]]:
        """Of writes."""
        told = (one["data"] for one in self.memory_events(id) if one["type"] == "memory_failed")
        return [one for one in told if one["operation"] == "save"]

    def saved(self, id: str) -> list[str]:
        """What became of each task's memory."""
        return [(task["memory"] or {}).get("status", "none") for task in self.kasal.tasks(id)]

    def observations(self, id: str) -> list[str]:
        """What the store holds of this execution's tasks."""
        return [
            str(row["content"])
            for row in self.rows(MemoryType.SHORT_TERM).values()
            if row["session_id"] == id
        ]

    def rows(self, memory_type: MemoryType) -> Mapping[Any, dict[str, Any]]:
        index = self.emulator.workspace.index(self._config[f"{memory_type}_index"])
        index.after_read()
        return self.emulator.workspace.rows_of(index.name)

    def requests_of(self, identity: str) -> int:
        """To indexes."""
        asked = self.emulator.recorder.matching("*", "*/indexes/*")
        return sum(one.identity == identity for one in asked)

    def _got(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self.kasal.http.get(f"/api/v1{path}").json()
        return found

    def _posted(self, path: str, body: Any) -> dict[str, Any]:
        answer = self.kasal.http.post(f"/api/v1{path}", json=body)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found
