"""Kills workers with SIGKILL while crews write to one memory, and counts what was lost or written twice.

    python -m benchmarks.memory_crash --database sqlite|postgres --kills 40

Every task of every run teaches the same lesson, so that each write merges into what the others wrote. A lesson
remembers 20 sources: a new crew begins after six runs of three tasks.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from tests.support.databases import PostgresServer
from tests.support.memory_crash import TASKS, MemoryCrash
from tests.support.processes import Installation, Nursery
from tests.support.scripted_openai import ScriptedOpenAI

_RUNS = 6
_KILLS_OF_A_CREW = 8


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--lease", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _measure(kasal: Installation, model: ScriptedOpenAI, options: argparse.Namespace) -> int:
    dice, wrong = random.Random(options.seed), Counter[str]()
    kills = runs = crews = 0
    began_s = time.monotonic()
    workers = [kasal.start_worker() for _ in range(options.workers)]
    while kills < options.kills:
        crash = MemoryCrash(kasal, model, dice, f"Crew {crews}", workers)
        crash.use_slow_embedder()
        crash.start(_RUNS)
        while not crash.is_over and crash.kills < min(_KILLS_OF_A_CREW, options.kills - kills):
            crash.kill_one()
        crash.wait(180)
        wrong.update(crash.findings())
        workers, kills, runs, crews = crash.workers, kills + crash.kills, runs + _RUNS, crews + 1
        print(f"{kills}/{options.kills} kills", file=sys.stderr, flush=True)
    figures = {
        "workers killed": kills,
        "runs": runs,
        "tasks": runs * TASKS,
        **wrong,
        "seconds": round(time.monotonic() - began_s),
        "seed": options.seed,
    }
    for name, value in figures.items():
        print(f"| {name} | {value} |")
    return int(any(wrong.values()))


def main() -> None:
    options = _options()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kasal-memory-")))
        url = None
        if options.database == "postgres":
            server = PostgresServer(f"memory{options.seed}", folder / "postgres.lock")
            stack.callback(server.stop)
            url = server.new()
        model = stack.enter_context(ScriptedOpenAI())
        environment = {
            "OPENAI_API_KEY": "scripted",
            "OPENAI_BASE_URL": model.base_url,
            "KASAL_LEASE_TTL_S": str(options.lease),
            "KASAL_ALLOW_PRIVATE_URLS": "true",
        }
        kasal = stack.enter_context(
            Installation(folder, Nursery(), database_url=url, environment=environment)
        )
        kasal.start_api()
        code = _measure(kasal, model, options)
    sys.exit(code)


if __name__ == "__main__":
    main()
