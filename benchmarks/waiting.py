"""A thousand runs that wait for people: `python -m benchmarks.waiting`.

What counts: that they hold no place and no thread of the worker, how long a new run waits beside them, that fifty
decisions at once have one effect, and that decisions after a restart of everything go on with their runs.
"""

import argparse
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from benchmarks.servers import installation, places_taken, rss_mb, seconds, threads
from tests.support.processes import Installation, wait_until

_CREW: dict[str, Any] = {
    "agents_yaml": {"a": {"role": "Analyst", "goal": "Look", "backstory": "Calm"}},
    "tasks_yaml": {"t": {"description": "Look", "expected_output": "A line", "agent": "a"}},
    "model": "demo/demo",
    "crew_name": "Waiting",
}
_ASKING = {
    **_CREW,
    "tasks_yaml": {"t": {**_CREW["tasks_yaml"]["t"], "human_input": {"when": "before"}}},
}
_DECISIONS = 50
_LOOK_EVERY_S = 1.0
"""Looking is work for the processes that are measured."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="postgres")
    parser.add_argument("--waiting", type=int, default=1_000)
    parser.add_argument("--probes", type=int, default=10)
    arguments = parser.parse_args()
    with installation(arguments.database, KASAL_GROUP_CONCURRENCY="10") as kasal:
        kasal.start_api()
        worker = kasal.start_worker()
        _warm_up(kasal)
        before = [_wait(kasal) for _ in range(arguments.probes)]
        idle = threads(worker.pid), places_taken(kasal), rss_mb(worker.pid)
        ids = _let_wait(kasal, arguments.waiting)
        beside = [_wait(kasal) for _ in range(arguments.probes)]
        wait_until(lambda: not places_taken(kasal), 30, "the probes' places are free")
        full = threads(worker.pid), places_taken(kasal), rss_mb(worker.pid)
        print(f"{arguments.database}, one worker, {len(ids)} runs waiting for approval")
        for name, (count, places, megabytes) in (("idle", idle), ("waiting", full)):
            print(f"  {name}: {count} threads, {places} places taken, {megabytes:.0f} MB")
        print(f"  a new run started after p50 {statistics.median(before):.2f} s without them")
        print(
            f"  and p50 {statistics.median(beside):.2f} s, at most {max(beside):.2f} s, beside them"
        )
        _decide_at_once(kasal, ids[0])
        worker.kill()
        assert kasal.api is not None
        kasal.api.kill()
        kasal.start_api()
        kasal.start_worker()
        _decide_after_restart(kasal, ids[1 : 1 + _DECISIONS])


def _warm_up(kasal: Installation) -> None:
    """Threads that a worker at work needs are there from now on."""
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: _wait(kasal), range(30)))
        ids = list(pool.map(lambda _: kasal.start(_ASKING), range(30)))
    for id in ids:
        kasal.wait_for_status(id, "WAITING_FOR_APPROVAL")
        assert _decide(kasal, _approval(kasal, id), "approve") == 200
    for id in ids:
        kasal.wait_for_status(id, "COMPLETED")


def _let_wait(kasal: Installation, count: int) -> list[str]:
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda _: kasal.start(_ASKING), range(count)))
    began = time.monotonic()

    def are_waiting() -> bool:
        time.sleep(_LOOK_EVERY_S)
        open_ones = _active(kasal)
        return open_ones.keys() == {"WAITING_FOR_APPROVAL"}

    wait_until(are_waiting, 1_800, "all wait for a person")
    print(f"  the last one asked {time.monotonic() - began:.0f} s after the last one was started")
    return ids


def _active(kasal: Installation) -> Counter[str]:
    found: Counter[str] = Counter()
    for status in ("PENDING", "PREPARING", "RUNNING", "WAITING_FOR_APPROVAL"):
        params: dict[str, Any] = {"status": status, "limit": 1}
        if kasal.http.get("/api/v1/executions", params=params).json()["items"]:
            found[status] += 1
    return found


def _wait(kasal: Installation) -> float:
    """Seconds from a new run's creation to its start."""
    run = kasal.wait_for_status(kasal.start(_CREW), "COMPLETED", "FAILED", timeout_s=120)
    assert run["status"] == "COMPLETED", run
    return seconds(run["started_at"]) - seconds(run["created_at"])


def _decide_at_once(kasal: Installation, id: str) -> None:
    approval = _approval(kasal, id)
    together = Barrier(_DECISIONS)

    def choose(number: int) -> int:
        together.wait(60)
        return _decide(kasal, approval, ("approve", "reject")[number % 2])

    with ThreadPoolExecutor(_DECISIONS) as pool:
        statuses = dict(Counter(pool.map(choose, range(_DECISIONS))))
    run = kasal.wait_for_status(id, "COMPLETED", "FAILED", timeout_s=120)
    told = Counter(event["type"] for event in kasal.events(id))
    print(
        f"  {_DECISIONS} decisions at once: answers {statuses}, {told['approval_decided']} decided, "
        f"{told['task_started']} task started, the run is {run['status']}"
    )


def _decide_after_restart(kasal: Installation, ids: list[str]) -> None:
    for id in ids:
        assert _decide(kasal, _approval(kasal, id), "approve") == 200
    runs = [
        kasal.wait_for_status(id, "COMPLETED", "FAILED", "CANCELLED", timeout_s=300) for id in ids
    ]
    starts = [Counter(one["type"] for one in kasal.events(id))["task_started"] for id in ids]
    print(
        f"  {len(ids)} decisions after API and worker were killed and started anew: "
        f"{dict(Counter(run['status'] for run in runs))}, tasks started {dict(Counter(starts))}"
    )


def _approval(kasal: Installation, id: str) -> str:
    (found,) = kasal.http.get(f"/api/v1/executions/{id}/approvals").json()["items"]
    return str(found["id"])


def _decide(kasal: Installation, approval: str, decision: str) -> int:
    path = f"/api/v1/approvals/{approval}/decision"
    return kasal.http.post(path, json={"decision": decision}).status_code


if __name__ == "__main__":
    main()
