"""Kills workers and the API with SIGKILL at random moments under load, and counts what was lost or done twice.

    python -m benchmarks.crash --database sqlite|postgres --worker-kills 40 --api-kills 10

A killed worker is replaced at once, and the next kill waits until all are ready: a supervisor does the same.
They are forked from a process that has imported crewai already, so that this takes no seconds. With --far each
runs in a process id namespace of its own (needs root), as on a machine of its own: its death shows only by its lease.
"""

import argparse
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.findings import Loss, doubled, has_gap, quantiles, takeovers, tasks_run_again
from tests.support.databases import PostgresServer
from tests.support.http_recorder import Answer, HttpRecorder, http_recorder
from tests.support.processes import EventReader, Installation, Nursery, Process
from tests.support.run_bodies import crew_body
from tests.support.scripted_openai import ScriptedOpenAI

_ENDED = ("COMPLETED", "FAILED", "CANCELLED")


@dataclass
class Crash:
    """One run of the benchmark."""

    kasal: Installation
    model: ScriptedOpenAI
    effects: HttpRecorder
    options: argparse.Namespace
    dice: random.Random
    ids: list[str] = field(default_factory=list)
    readers: dict[str, EventReader] = field(default_factory=dict)
    workers: list[Process] = field(default_factory=list)
    kills: list[Loss] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> int:
        """Returns how many promises were broken."""
        self.kasal.start_api()
        for _ in range(self.options.workers):
            self.workers.append(self.kasal.start_worker())
        feeder = threading.Thread(target=self._feed, daemon=True)
        feeder.start()
        self._kill_all()
        self.stop.set()
        feeder.join(30)
        for id in self.ids:
            try:
                self.kasal.wait_for_status(id, *_ENDED, timeout_s=180)
            except AssertionError:
                print(f"stuck: {id}", file=sys.stderr)
        return self._report()

    def _feed(self) -> None:
        """Keeps as many executions active as asked for."""
        while not self.stop.is_set():
            try:
                active = [id for id in self.ids if not self.readers[id].is_over]
                for _ in range(self.options.active - len(active)):
                    self._start_execution()
            except Exception as exc:  # the API was just killed
                print(f"feeder: {type(exc).__name__}", file=sys.stderr)
            self.stop.wait(0.3)

    def _start_execution(self) -> None:
        number = len(self.ids)
        names = [f"Run {number} task {task}" for task in "12345"]
        body = crew_body(*names, tools=["http_post"], crew_name=f"Crash {number}")
        # The same key again after a lost answer does not start a second run.
        answer = self.kasal.http.post(
            "/api/v1/executions", json=body, headers={"Idempotency-Key": f"crash-{number}"}
        )
        if answer.status_code == 202:
            id = answer.json()["id"]
            self.readers[id] = EventReader(self.kasal.url, id)
            self.ids.append(id)

    def _kill_all(self) -> None:
        victims = ["worker"] * self.options.worker_kills + ["api"] * self.options.api_kills
        self.dice.shuffle(victims)
        for count, victim in enumerate(victims, start=1):
            self.stop.wait(self.dice.uniform(1.0, self.options.pause))
            print(f"{count}/{len(victims)} {victim}", file=sys.stderr, flush=True)
            if victim == "api":
                assert self.kasal.api is not None
                self.kasal.api.kill()
                self.kasal.start_api()
            else:
                for worker in self.workers:
                    worker.wait_for_log(" ready")
                worker = self.dice.choice(self.workers)
                worker.send(signal.SIGKILL)
                self.kills.append(Loss(time.time(), self.kasal.runs_of(worker)))
                self.workers.remove(worker)
                self.workers.append(self.kasal.spawn_worker())

    def _report(self) -> int:
        runs = [self.kasal.execution(id) for id in self.ids]
        events = {id: self.kasal.events(id) for id in self.ids}
        for id, reader in self.readers.items():
            reader.wait_for(len(events[id]), 30)
            reader.stop()
        statuses = Counter(run["status"] for run in runs)
        gaps = sum(has_gap(self.readers[id].seqs, len(events[id])) for id in self.ids)
        waits = list(takeovers(events, self.kills))
        figures: dict[str, Any] = {
            "executions": len(runs),
            "completed": statuses["COMPLETED"],
            "failed": statuses["FAILED"],
            "stuck": sum(run["status"] not in _ENDED for run in runs),
            "finished tasks run again": sum(map(tasks_run_again, events.values())),
            "tasks": sum(len(self.kasal.tasks(id)) for id in self.ids),
            "once effects": len(self.effects.received),
            "once effects doubled": doubled(request.body for request in self.effects.received),
            "streams with a gap or a repeat": gaps,
            "worker kills / API kills": f"{len(self.kills)} / {self.options.api_kills}",
            "runs taken over": len(waits),
            "takeover p50 / p95 / max (s)": quantiles(waits),
            "seed": self.options.seed,
        }
        for name, value in figures.items():
            print(f"| {name} | {value} |")
        return int(
            statuses["COMPLETED"] != len(runs)
            or figures["finished tasks run again"]
            or figures["once effects doubled"]
            or gaps
        )


def _rules(url: str, numbers: range) -> list[dict[str, Any]]:
    """Every task calls the `once` tool with its own name, then answers word by word for a second."""
    rules: list[dict[str, Any]] = []
    for number in numbers:
        for task in "12345":
            name = f"Run {number} task {task}"
            call = {"name": "http_post", "arguments": {"url": url, "body": name}}
            rules.append({"match": name, "tool_calls": [call], "delay_s": 0.2})
    rules.append({"answer": "word " * 20, "chunk_delay_s": 0.05})
    return rules


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--worker-kills", type=int, default=40)
    parser.add_argument("--api-kills", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--active", type=int, default=5, help="executions at a time")
    parser.add_argument("--pause", type=float, default=8.0, help="longest pause between kills (s)")
    parser.add_argument("--lease", type=float, default=15.0)
    parser.add_argument("--far", action="store_true", help="workers as if on machines of their own")
    parser.add_argument("--folder", type=Path, help="for data and logs, kept; new and empty")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    options = _options()
    with ExitStack() as stack:
        folder = options.folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="kasal-crash-"))
        )
        url = None
        if options.database == "postgres":
            server = PostgresServer(f"crash{options.seed}", folder / "postgres.lock")
            stack.callback(server.stop)
            url = server.new()
        model = stack.enter_context(ScriptedOpenAI())
        effects = stack.enter_context(http_recorder({"/effect": Answer(b"done")}))
        model.script(*_rules(f"{effects.url}/effect", range(2000)))
        environment = {
            "OPENAI_API_KEY": "scripted",
            "OPENAI_BASE_URL": model.base_url,
            "KASAL_LEASE_TTL_S": str(options.lease),
            "KASAL_ALLOW_PRIVATE_URLS": "true",
        }
        kasal = stack.enter_context(
            Installation(
                folder, Nursery(), database_url=url, environment=environment, far=options.far
            )
        )
        crash = Crash(kasal, model, effects, options, random.Random(options.seed))
        sys.exit(crash.run())


if __name__ == "__main__":
    main()
