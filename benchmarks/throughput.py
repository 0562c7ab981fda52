"""200 executions of a three-task crew, 50 at once: `python -m benchmarks.throughput [--workers 2]`.

Every crew carries a marker in its inputs; an event that shows another crew's marker is a wrong
attribution. The model is the demo model: what is measured is Kasal and CrewAI.
"""

import argparse
import json
import statistics
import time
from datetime import datetime

from benchmarks.servers import cpu_s, installation, peak_rss_mb, rss_mb
from tests.support.processes import Installation, wait_until


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--executions", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    limits = {
        "KASAL_GROUP_CONCURRENCY": str(arguments.at_once),
        "KASAL_WORKER_CONCURRENCY": str(arguments.at_once // arguments.workers),
    }
    with installation(arguments.database, **limits) as kasal:
        kasal.start_api()
        for _ in range(arguments.workers):
            kasal.start_worker()
        _measure(kasal, arguments)


def _measure(kasal: Installation, arguments: argparse.Namespace) -> None:
    assert kasal.api is not None
    count, pids = arguments.executions, [worker.pid for worker in kasal.workers]
    idle_mb, cpu_before = rss_mb(pids[0]), [cpu_s(pid) for pid in pids]
    api_before = cpu_s(kasal.api.pid)
    began = time.monotonic()
    ids = [kasal.start(_crew(number)) for number in range(count)]
    enqueued_s = time.monotonic() - began
    wait_until(lambda: _all_ended(kasal, count), 600, "all executions end")
    took_s = time.monotonic() - began
    used_s = [cpu_s(pid) - before for pid, before in zip(pids, cpu_before, strict=True)]
    api_s = cpu_s(kasal.api.pid) - api_before
    runs = [kasal.execution(id) for id in ids]
    completed = sum(run["status"] == "COMPLETED" for run in runs)
    waits = [_seconds(run["started_at"]) - _seconds(run["created_at"]) for run in runs]
    print(
        f"{arguments.database}, {arguments.workers} worker(s), {arguments.at_once} at once: "
        f"{completed} of {count} COMPLETED, {_wrongly_attributed(kasal, ids)} events misattributed"
    )
    print(f"  {count / took_s:.1f} executions/s ({took_s:.1f} s; enqueueing {enqueued_s:.1f} s)")
    print(
        f"  worker CPU {sum(used_s) / (3 * count) * 1000:.1f} ms a task, shares {_shares(used_s)}"
    )
    print(f"  API CPU {api_s / count * 1000:.1f} ms an execution")
    print(f"  worker memory {idle_mb:.0f} MB idle, {peak_rss_mb(pids[0]):.0f} MB at its peak")
    print(f"  wait in the queue p50 {statistics.median(waits):.2f} s, longest {max(waits):.2f} s")


def _all_ended(kasal: Installation, count: int) -> bool:
    ended = 0
    cursor: str | None = None
    while True:
        params = {"limit": 200, "status": "COMPLETED"} | ({"cursor": cursor} if cursor else {})
        page = kasal.http.get("/api/v1/executions", params=params).json()
        ended += len(page["items"])
        cursor = page["next_cursor"]
        if cursor is None:
            return ended == count or bool(_failed(kasal))


def _failed(kasal: Installation) -> list[object]:
    answer = kasal.http.get("/api/v1/executions", params={"limit": 1, "status": "FAILED"})
    found: list[object] = answer.json()["items"]
    return found


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()


def _shares(used_s: list[float]) -> str:
    return " / ".join(f"{100 * used / sum(used_s):.0f} %" for used in used_s)


def _wrongly_attributed(kasal: Installation, ids: list[str]) -> int:
    wrong = 0
    for number, id in enumerate(ids):
        texts = [json.dumps(event) for event in kasal.events(id)]
        wrong += sum("marker-" in text and f"marker-{number}." not in text for text in texts)
    return wrong


def _crew(number: int) -> dict[str, object]:
    agent = {"role": "Analyst", "goal": "Answer", "backstory": "Calm", "tools": ["calculator"]}
    return {
        "agents_yaml": {"analyst": agent},
        "tasks_yaml": {
            "sum": _task(f"Compute {number}*(3+4) for {{marker}}"),
            "notes": _task("Take notes on {marker}"),
            "report": _task("Report on {marker}"),
        },
        "inputs": {"marker": f"marker-{number}."},
        "model": "demo/demo",
        "crew_name": "Throughput",
    }


def _task(description: str) -> dict[str, object]:
    return {"description": description, "expected_output": "A sentence", "agent": "analyst"}


if __name__ == "__main__":
    main()
