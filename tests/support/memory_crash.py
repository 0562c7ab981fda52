"""Runs of one crew whose workers are killed while memory is written, and what must stand in it afterwards."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.processes import Installation, Process, wait_until
from tests.support.run_bodies import crew_body
from tests.support.scripted_answers import LoggedRequest
from tests.support.scripted_openai import ScriptedOpenAI

ENDED = ("COMPLETED", "FAILED", "CANCELLED")
LESSONS_PROMPT = "A crew of agents has finished a task"
# Every task teaches the same, so that every write merges into what others have written.
LEARN = {
    "match": LESSONS_PROMPT,
    "delay_s": 0.1,
    "json": {
        "lesson": "Invoices of Acme are in kroner.",
        "importance": 0.8,
        "entities": [
            {"name": "Acme", "type": "company", "description": "Pays late", "relationships": []}
        ],
    },
}
SLOW_EMBEDDING = {"embeddings": True, "delay_s": 0.15}
TASKS = 3


@dataclass
class MemoryCrash:
    kasal: Installation
    model: ScriptedOpenAI
    dice: random.Random
    name: str
    workers: list[Process] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    kills: int = 0

    def use_slow_embedder(self) -> None:
        self.model.script(LEARN, SLOW_EMBEDDING)
        embedder = {"provider": "openai", "model": "scripted-embedding", "dimension": 64}
        body = {"name": self.name, "kind": "default", "config": {"embedder": embedder}}
        created = self.kasal.http.post("/api/v1/memory/backends", json=body)
        assert created.status_code == 201, created.text
        path = f"/api/v1/memory/backends/{created.json()['id']}/activate"
        assert self.kasal.http.post(path).status_code == 200

    def start(self, runs: int) -> None:
        for number in range(runs):
            names = [f"Run {number} step {step}" for step in range(TASKS)]
            body = crew_body(*names, memory=True, crew_name=self.name)
            self.ids.append(self.kasal.start(body))

    def start_workers(self, count: int) -> None:
        self.workers += [self.kasal.start_worker() for _ in range(count)]

    def kill_one(self) -> None:
        """While memory is written: a moment after an embedding or a lesson was asked for."""
        before = len(self._memory_calls())
        wait_until(
            lambda: len(self._memory_calls()) > before or self.is_over, 60, "memory is written"
        )
        wait_until(_after(self.dice.uniform(0.0, 0.4)), 5, "the moment has come")
        worker = self.dice.choice(self.workers)
        worker.kill()
        self.kills += 1
        self.workers.remove(worker)
        self.workers.append(self.kasal.start_worker())

    @property
    def is_over(self) -> bool:
        return all(self.kasal.execution(id)["status"] in ENDED for id in self.ids)

    def wait(self, timeout_s: float) -> None:
        for id in self.ids:
            ended = self.kasal.wait_for_status(id, *ENDED, timeout_s=timeout_s)
            assert ended["status"] == "COMPLETED", ended
        wait_until(self._is_all_written, timeout_s, "every task's memory is saved")

    def findings(self) -> dict[str, int]:
        """What is wrong; all zero when nothing was lost or doubled."""
        keys = [f"{id}.{index}" for id in self.ids for index in range(TASKS)]
        observed = Counter(
            _key_of(one["id"]) for one in self._records("short_term") if "-o" in one["id"]
        )
        taught = [_sources(one) for one in self._records("long_term")]
        return {
            "observations lost": len(set(keys) - set(observed)),
            "observations doubled": sum(observed[key] - 1 for key in observed),
            "observations of nobody": len(set(observed) - set(keys)),
            "lessons beside the first": len(taught) - 1,
            "merges into the lesson lost": len(set(keys) - set(*taught[:1])),
            "merges into the lesson doubled": sum(map(len, taught)) - len(set().union(*taught)),
            "entities beside the first": len(self._records("entity")) - 1,
            "tasks asked for lessons twice": self._asked_twice(),
        }

    def _records(self, type: str) -> list[dict[str, Any]]:
        identity = self.kasal.execution(self.ids[0])["crew_identity"]
        params = {"type": type, "crew_id": identity, "limit": "200"}
        found = self.kasal.http.get("/api/v1/memory/records", params=params)
        assert found.status_code == 200, found.text
        items: list[dict[str, Any]] = found.json()["items"]
        return items

    def _is_all_written(self) -> bool:
        tasks = [task for id in self.ids for task in self.kasal.tasks(id)]
        return all(task["memory"]["status"] == "saved" for task in tasks)

    def _memory_calls(self) -> list[LoggedRequest]:
        return [
            one
            for one in self.model.requests
            if one.path.endswith("/embeddings") or LESSONS_PROMPT in json.dumps(one.messages)
        ]

    def _asked_twice(self) -> int:
        """Above one question for each time that a worker was killed: its answer may not have been stored."""
        asked = sum(LESSONS_PROMPT in json.dumps(one.messages) for one in self.model.chats)
        return max(0, asked - len(self.ids) * TASKS - self.kills * len(self.ids))


def _after(pause_s: float) -> Callable[[], bool]:
    until = time.monotonic() + pause_s
    return lambda: time.monotonic() >= until


def _key_of(record_id: str) -> str:
    """`<binding>-<execution>.<task>-o-…` without what stands around."""
    return record_id[33:].rsplit("-o", 1)[0]


def _sources(record: dict[str, Any]) -> list[str]:
    metadata = record["fields"].get("metadata") or {}
    if isinstance(metadata, str):
        metadata = json.loads(metadata)
    return list(metadata["sources"])
