"""Lists and event pages at 100 and at 1,000,000 rows: `python -m benchmarks.scale [--rows 1000000]`.

Prints the time of a page in a small and in a large table, first page and a page deep inside, as ratios.
"""

import argparse
import asyncio
import statistics
import time

from benchmarks.data import Rows, fill
from benchmarks.servers import installation
from tests.support.processes import Installation

_PAGES = 60


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--rows", type=int, default=1_000_000)
    arguments = parser.parse_args()
    small = _measure(arguments.database, 100)
    large = _measure(arguments.database, arguments.rows)
    print(f"{arguments.database}: median ms at 100 rows, at {arguments.rows:,} rows, ratio")
    for name, few_ms in small.items():
        print(f"  {name:34} {few_ms:6.2f} {large[name]:6.2f} {large[name] / few_ms:6.2f} x")


def _measure(database: str, rows: int) -> dict[str, float]:
    with installation(database) as kasal:
        ids = asyncio.run(fill(kasal.settings, Rows(executions=rows, events=rows)))
        kasal.start_api()
        executions, names = "/api/v1/executions", ids["executions"]
        events = f"{executions}/{ids['long'][0]}/events"
        first = kasal.http.get(executions, params={"limit": 20}).json()["next_cursor"]
        return {
            "GET one execution": _median_ms(kasal, f"{executions}/{names[len(names) // 2]}"),
            "20 newest executions": _median_ms(kasal, executions, limit=20),
            "the 20 after those": _median_ms(kasal, executions, limit=20, cursor=first),
            "20 newest with status COMPLETED": _median_ms(
                kasal, executions, limit=20, status="COMPLETED"
            ),
            "20 events at the start": _median_ms(kasal, events, limit=20),
            "20 events at the end": _median_ms(kasal, events, limit=20, after=rows - 20),
        }


def _median_ms(kasal: Installation, path: str, **params: str | int) -> float:
    times = []
    for _ in range(_PAGES):
        began = time.perf_counter()
        kasal.http.get(path, params=params).raise_for_status()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
