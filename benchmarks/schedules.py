"""Schedules that all fire in one minute, on several worker processes: `python -m benchmarks.schedules`.

What counts: that each of them started one run, by whichever worker, how late the last one fired, and whether workers
have more threads with schedules than without.
"""

import argparse
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.servers import installation, places_taken, seconds, threads
from tests.support.processes import Installation, Process, wait_until

_CREW: dict[str, Any] = {
    "agents_yaml": {"a": {"role": "Analyst", "goal": "Look", "backstory": "Calm"}},
    "tasks_yaml": {"t": {"description": "Look", "expected_output": "A line", "agent": "a"}},
    "model": "demo/demo",
}
_ENDED = ("COMPLETED", "FAILED", "CANCELLED")
_LOOK_EVERY_S = 1.0
"""Looking is work for the processes that are measured."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="postgres")
    parser.add_argument("--schedules", type=int, default=400)
    parser.add_argument("--workers", type=int, default=3)
    arguments = parser.parse_args()
    environment = {"KASAL_GROUP_CONCURRENCY": "30", "KASAL_WORKER_CONCURRENCY": "10"}
    with installation(arguments.database, **environment) as kasal:
        kasal.start_api()
        workers = [kasal.start_worker() for _ in range(arguments.workers)]
        crew = kasal.http.post("/api/v1/crews", json={"name": "Prices", "definition": _CREW}).json()
        _warm_up(kasal, crew["id"], 20 * arguments.workers)
        idle = [threads(worker.pid) for worker in workers]
        fire_at = _make_schedules(kasal, crew["id"], arguments.schedules)
        waiting = [threads(worker.pid) for worker in workers]
        _wait_for_firings(kasal, arguments.schedules, fire_at)
        _wait_for_ends(kasal)
        after = [threads(worker.pid) for worker in workers]
        title = f"{arguments.database}, {arguments.workers} workers"
        _print(kasal, workers, fire_at, title)
        print(
            f"  threads of the workers: {idle} idle, {waiting} with schedules, {after} afterwards"
        )


def _warm_up(kasal: Installation, crew_id: str, count: int) -> None:
    """What the first firings and runs of a worker bring into being is not to be counted: there are pools of
    threads that grow to their size when they are used."""
    for number in range(count):
        _make(kasal, {"name": f"warm {number}", "crew_id": crew_id, "delay_s": 1})
    _wait_for_firings(kasal, count, datetime.now(UTC))
    _wait_for_ends(kasal)
    for schedule in list(_pages(kasal, "/api/v1/schedules")):
        kasal.http.delete(f"/api/v1/schedules/{schedule['id']}").raise_for_status()
    for run in _runs(kasal):
        kasal.http.delete(f"/api/v1/executions/{run['id']}").raise_for_status()


def _make_schedules(kasal: Installation, crew_id: str, count: int) -> datetime:
    """All for one minute, with time enough to make them; when that is."""
    fire_at = (datetime.now(UTC) + timedelta(seconds=120)).replace(second=0, microsecond=0)
    cron = f"{fire_at.minute} {fire_at.hour} * * *"
    with ThreadPoolExecutor(4) as pool:
        bodies = [{"name": f"s{n}", "crew_id": crew_id, "cron": cron} for n in range(count)]
        list(pool.map(lambda body: _make(kasal, body), bodies))
    assert datetime.now(UTC) < fire_at, "making the schedules took longer than they were to wait"
    return fire_at


def _make(kasal: Installation, body: dict[str, Any]) -> None:
    kasal.http.post("/api/v1/schedules", json=body).raise_for_status()


def _wait_for_firings(kasal: Installation, count: int, fire_at: datetime) -> None:
    left_s = (fire_at - datetime.now(UTC)).total_seconds()

    def has_fired() -> bool:
        time.sleep(_LOOK_EVERY_S)
        return sum(1 for run in _runs(kasal) if run["trigger"] == "schedule") >= count

    wait_until(has_fired, left_s + 300, "every schedule has fired")


def _wait_for_ends(kasal: Installation) -> None:
    def is_quiet() -> bool:
        time.sleep(_LOOK_EVERY_S)
        return all(run["status"] in _ENDED for run in _runs(kasal)) and not places_taken(kasal)

    wait_until(is_quiet, 900, "every run has ended")


def _print(kasal: Installation, workers: list[Process], fire_at: datetime, title: str) -> None:
    schedules = list(_pages(kasal, "/api/v1/schedules"))
    firings = [
        firing
        for schedule in schedules
        for firing in _pages(kasal, f"/api/v1/schedules/{schedule['id']}/firings")
    ]
    runs = [run for run in _runs(kasal) if run["trigger"] == "schedule"]
    late = sorted(seconds(firing["fired_at"]) - fire_at.timestamp() for firing in firings)
    mine = "|".join(schedule["id"] for schedule in schedules)
    by_worker = [len(re.findall(f"schedule ({mine}) fired", worker.log)) for worker in workers]
    outcomes = dict(Counter(firing["outcome"] for firing in firings))
    print(f"{title}: {len(schedules)} schedules for {fire_at:%H:%M} UTC")
    print(f"  firings {len(firings)} {outcomes}, by worker {by_worker}")
    print(
        f"  runs {len(runs)} {dict(Counter(run['status'] for run in runs))}; "
        f"named by firings {len({firing['execution_id'] for firing in firings})}"
    )
    print(
        f"  fired p50 {statistics.median(late):.1f} s after the minute began, last {late[-1]:.1f} s"
    )


def _runs(kasal: Installation) -> list[dict[str, Any]]:
    return list(_pages(kasal, "/api/v1/executions"))


def _pages(kasal: Installation, path: str) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        params: dict[str, Any] = {"limit": 200, **({"cursor": cursor} if cursor else {})}
        page = kasal.http.get(path, params=params).raise_for_status().json()
        yield from page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return


if __name__ == "__main__":
    main()
