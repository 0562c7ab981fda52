"""How long a full queue of one group delays another group's first run: `python -m benchmarks.fairness`.

A probe starts a run of an empty group again and again, first beside an idle queue, then while 5,000 runs of another
group wait and are worked off. What counts is the time from the request to `execution_started`.
"""

import argparse
import asyncio
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from benchmarks.servers import installation
from src.bootstrap import Container
from src.services.people.access_token import AccessTokenService
from tests.support.processes import Installation, wait_until

_RUN: dict[str, Any] = {
    "agents_yaml": {"a": {"role": "Analyst", "goal": "Look", "backstory": "Calm"}},
    "tasks_yaml": {"t": {"description": "Look", "expected_output": "A line", "agent": "a"}},
    "model": "demo/demo",
    "crew_name": "Fair",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--queued", type=int, default=5_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--probes", type=int, default=20)
    arguments = parser.parse_args()
    with installation(arguments.database, KASAL_AUTH_MODE="token") as kasal:
        kasal.start_api()
        busy, quiet = (_token(kasal, f"{name}@example.com") for name in ("busy", "quiet"))
        _start_workers(kasal, quiet, arguments.workers)
        alone = _waits(kasal, quiet, arguments.probes)
        for worker in kasal.workers:
            worker.kill()
        began = time.monotonic()
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: _start(kasal, busy), range(arguments.queued)))
        queued_s = time.monotonic() - began
        waiting = _queued(kasal, busy)
        _start_workers(kasal, quiet, arguments.workers)
        beside = _waits(kasal, quiet, arguments.probes)
        left = _queued(kasal, busy)
    print(
        f"{arguments.database}, {arguments.workers} worker(s): {waiting} runs waiting after "
        f"{queued_s:.0f} s of starting them, {left} at the end"
    )
    print(f"  alone   p50 {statistics.median(alone):.2f} s, longest {max(alone):.2f} s")
    print(f"  beside  p50 {statistics.median(beside):.2f} s, longest {max(beside):.2f} s")
    delay_s = statistics.median(beside) - statistics.median(alone)
    print(f"  delay   p50 {delay_s:.2f} s, of the longest {max(beside) - max(alone):.2f} s")


def _start_workers(kasal: Installation, token: str, count: int) -> None:
    for _ in range(count):
        kasal.start_worker()
    _waits(kasal, token, 3)  # the first runs of a worker load what it needs


def _token(kasal: Installation, email: str) -> str:
    async def create() -> str:
        container = Container(kasal.settings)
        try:
            return await AccessTokenService(container.database, container.clock).create(
                email, "benchmark", 1
            )
        finally:
            await container.close()

    return asyncio.run(create())


def _start(kasal: Installation, token: str) -> str:
    answer = kasal.http.post("/api/v1/executions", json=_RUN, headers=_as(token))
    answer.raise_for_status()
    return str(answer.json()["id"])


def _waits(kasal: Installation, token: str, count: int) -> list[float]:
    """Seconds from creation to the start of one run after another."""
    return [_wait(kasal, token) for _ in range(count)]


def _wait(kasal: Installation, token: str) -> float:
    path = f"/api/v1/executions/{_start(kasal, token)}"

    def ended() -> dict[str, Any]:
        run: dict[str, Any] = kasal.http.get(path, headers=_as(token)).json()
        return run if run["status"] in ("COMPLETED", "FAILED") else {}

    run = wait_until(ended, 120, "the probe ends")
    assert run["status"] == "COMPLETED", run
    return _seconds(run["started_at"]) - _seconds(run["created_at"])


def _queued(kasal: Installation, token: str) -> int:
    return int(kasal.http.get("/api/v1/limits", headers=_as(token)).json()["queued"])


def _as(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()


if __name__ == "__main__":
    main()
