"""How fast one API process answers: `python -m benchmarks.api [--database sqlite|postgres]`.

10,000 executions, 1,000 agents, one run of 5,000 events, 16 connections. Prints each figure beside the
one measured on the existing product on the same kind of machine.
"""

import argparse
import asyncio
import json
import time

from benchmarks.data import Rows, fill
from benchmarks.load import Report, get, load, post
from benchmarks.servers import cpu_s, installation, port_of, rss_mb
from tests.support.processes import Installation

CONNECTIONS = 16
_JSON = {"Content-Type": "application/json"}
PEER = {"get": 173.0, "list": 54.6, "agents": 7.3, "events": 0.7}
"""Requests a second of the existing product, 16 connections (2026-11)."""
START = json.dumps(
    {
        "agents_yaml": {"a": {"role": "Analyst", "goal": "Answer", "backstory": "Calm"}},
        "tasks_yaml": {
            key: {"description": "Say {word}", "expected_output": "A word", "agent": "a"}
            for key in ("one", "two", "three")
        },
        "inputs": {"word": "hello"},
        "model": "demo/demo",
    }
).encode()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seconds", type=float, default=5.0)
    arguments = parser.parse_args()
    with installation(arguments.database) as kasal:
        rows = Rows(executions=10_000, agents=1_000, events=5_000)
        ids = asyncio.run(fill(kasal.settings, rows))
        pid = kasal.start_api().pid
        print(f"API process: {cpu_s(pid):.2f} CPU-s until ready, {rss_mb(pid):.0f} MB")
        worker = kasal.start_worker()
        _first_events(kasal)
        worker.kill()  # it would run what the last measurement starts
        asyncio.run(_measure(port_of(kasal), ids, arguments.seconds))
        print(f"API process at the end: {rss_mb(pid):.0f} MB")


async def _measure(port: int, ids: dict[str, list[str]], seconds: float) -> None:
    runs = ids["executions"]
    base = "/api/v1"
    plain = await load(
        port, lambda _: get("/health/live"), connections=CONNECTIONS, seconds=seconds
    )
    _show("empty route (the yardstick)", plain, None, plain)
    cases = {
        "get": ("GET one execution", lambda n: get(f"{base}/executions/{runs[n % len(runs)]}")),
        "list": ("list 50 of 10,000 executions", lambda _: get(f"{base}/executions?limit=50")),
        "agents": ("200 of 1,000 agents (a fifth)", lambda _: get(f"{base}/agents?limit=200")),
        "events": (
            "1,000 of 5,000 events (a fifth)",
            lambda n: get(
                f"{base}/executions/{ids['long'][0]}/events?limit=1000&after={n % 5 * 1000}"
            ),
        ),
    }
    for key, (name, request) in cases.items():
        report = await load(port, request, connections=CONNECTIONS, seconds=seconds)
        _show(name, report, PEER[key] * (5 if key in ("agents", "events") else 1), plain)
    started = await load(
        port,
        lambda _: post(f"{base}/executions", START),
        connections=CONNECTIONS,
        seconds=seconds,
        expect=202,
    )
    _show("POST /executions", started, None, plain)


def _show(name: str, report: Report, peer: float | None, plain: Report) -> None:
    times = "" if peer is None else f"  {report.per_second / peer:6.1f} x peer"
    print(
        f"{name:32} {report.per_second:8.0f}/s  p50 {report.median_ms:7.1f} ms  "
        f"p95 {report.percentile_ms(0.95):7.1f} ms  {report.per_second / plain.per_second:5.2f} of "
        f"empty  {report.failures} failed{times}"
    )


def _first_events(kasal: Installation) -> None:
    """From POST until a stream shows that an idle worker has begun, and until the three tasks are done."""
    first_ms, whole_ms = [], []
    for _ in range(40):
        began = time.perf_counter()
        id = kasal.http.post("/api/v1/executions", content=START, headers=_JSON).json()["id"]
        with kasal.http.stream("GET", f"/api/v1/executions/{id}/events/stream") as stream:
            for line in stream.iter_lines():
                if line == "event: execution_started":
                    first_ms.append((time.perf_counter() - began) * 1000)
                if line == "event: execution_completed":
                    whole_ms.append((time.perf_counter() - began) * 1000)
    report = Report(len(first_ms), 1.0, first_ms, 0)
    print(
        f"POST to execution_started        p50 {report.median_ms:7.1f} ms  "
        f"p95 {report.percentile_ms(0.95):7.1f} ms (idle worker)"
    )
    whole = Report(len(whole_ms), 1.0, whole_ms, 0)
    print(
        f"POST to execution_completed      p50 {whole.median_ms:7.1f} ms  "
        f"p95 {whole.percentile_ms(0.95):7.1f} ms (3 tasks, demo model)"
    )


if __name__ == "__main__":
    main()
