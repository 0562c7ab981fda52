"""A rate limit of 60 requests a minute over several worker processes: `python -m benchmarks.rate_limit`.

Twelve runs call one model as fast as it answers, for longer than two minutes; what counts is when requests reach
the server that plays the provider.
"""

import argparse
import time
from itertools import pairwise

from benchmarks.servers import installation
from tests.support.processes import Installation, wait_until
from tests.support.run_bodies import crew_body
from tests.support.scripted_openai import ScriptedOpenAI

WINDOW_S = 60.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--per-minute", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=150.0)
    arguments = parser.parse_args()
    with ScriptedOpenAI() as model:
        environment = {
            "OPENAI_API_KEY": "scripted",
            "OPENAI_BASE_URL": model.base_url,
            "KASAL_ALLOW_PRIVATE_URLS": "true",
            "KASAL_GROUP_CONCURRENCY": "12",
            "KASAL_WORKER_CONCURRENCY": "4",
        }
        with installation(arguments.database, **environment) as kasal:
            kasal.start_api()
            for _ in range(arguments.workers):
                kasal.start_worker()
            _measure(kasal, model, arguments)


def _measure(kasal: Installation, model: ScriptedOpenAI, arguments: argparse.Namespace) -> None:
    row = {
        "key": "paced",
        "name": "gpt-4o-mini",
        "provider": "openai",
        "requests_per_minute": arguments.per_minute,
    }
    kasal.http.post("/api/v1/models", json=row).raise_for_status()
    wanted = round(arguments.per_minute * arguments.seconds / WINDOW_S)
    for number in range(wanted // 5 + 20):
        tasks = [f"run {number} task {task}" for task in range(5)]
        kasal.start(crew_body(*tasks) | {"model": "paced"})
    times: list[float] = []
    began = time.monotonic()
    wait_until(
        lambda: _note(model, times) and time.monotonic() - began > arguments.seconds,
        arguments.seconds + 120,
        "the time is over",
    )
    _print(kasal, times, arguments)


def _note(model: ScriptedOpenAI, times: list[float]) -> bool:
    times[:] = [entry.at for entry in model.chats]
    return bool(times)


def _print(kasal: Installation, times: list[float], arguments: argparse.Namespace) -> None:
    limit = arguments.per_minute
    fullest = max(sum(at <= other < at + WINDOW_S for other in times) for at in times)
    used = (len(times) - 1) / (times[-1] - times[0]) * WINDOW_S / limit
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    (waits,) = kasal.http.get("/api/v1/limits").json()["models"]
    print(
        f"{arguments.database}, {arguments.workers} workers, {limit} a minute: {len(times)} requests in "
        f"{times[-1] - times[0]:.1f} s, {used:.1%} of the limit used"
    )
    print(f"  fullest 60 s window {fullest}, gaps {gaps[0]:.2f} to {gaps[-1]:.2f} s")
    print(f"  {waits['waits']} calls waited {waits['waited_s']:.0f} s together")


if __name__ == "__main__":
    main()
