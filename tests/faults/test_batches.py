"""Batches on real workers: never more rows at once than asked for, and every row once, whoever is killed."""

from collections import Counter
from typing import Any

from tests.support.processes import Installation, wait_until
from tests.support.run_bodies import crew_body
from tests.support.scripted_openai import ScriptedOpenAI


def start(
    kasal: Installation, description: str, rows: int, concurrency: int, model: str | None = None
) -> str:
    """One row for each number: {n} of the description."""
    body = crew_body(description)
    definition = {name: body[name] for name in ("agents_yaml", "tasks_yaml", "model")}
    if model is not None:
        definition["model"] = model
    crew = kasal.http.post("/api/v1/crews", json={"name": "Rows", "definition": definition})
    order = {
        "name": "Rows",
        "crew_id": crew.json()["id"],
        "concurrency": concurrency,
        "items": [{"n": f"{number:03}"} for number in range(rows)],
    }
    answer = kasal.http.post("/api/v1/batches", json=order)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def batch(kasal: Installation, id: str) -> dict[str, Any]:
    found: dict[str, Any] = kasal.http.get(f"/api/v1/batches/{id}").json()
    return found


def rows_of(kasal: Installation, id: str) -> list[dict[str, Any]]:
    page = kasal.http.get(f"/api/v1/batches/{id}/items", params={"limit": 200}).json()
    found: list[dict[str, Any]] = page["items"]
    return found


def most_at_once(kasal: Installation, id: str) -> int:
    """From when the runs of the rows were put in the queue until they ended."""
    moments = []
    for row in rows_of(kasal, id):
        run = kasal.execution(row["execution_id"])
        moments += [(run["created_at"], 1), (run["finished_at"], -1)]
    running = most = 0
    for _, change in sorted(moments):
        running += change
        most = max(most, running)
    return most


def test_thirty_rows_run_five_at_a_time(kasal: Installation) -> None:
    kasal.start_worker()
    id = start(kasal, "Count to {n}", rows=30, concurrency=5, model="demo/demo")
    wait_until(lambda: batch(kasal, id)["status"] == "done", 120, "the batch is done")
    shown = batch(kasal, id)
    assert (shown["counts"]["completed"], shown["progress"]) == (30, 1)
    assert shown["usage"]["llm_calls"] >= 30
    assert 1 < most_at_once(kasal, id) <= 5
    rows = rows_of(kasal, id)
    assert len({row["execution_id"] for row in rows}) == 30
    assert all(row["tries"] == 1 and row["result"]["raw"] for row in rows)


def test_every_row_ends_once_though_workers_are_killed(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    worker = kasal.start_worker()
    id = start(kasal, "row {n}", rows=24, concurrency=4)
    for _ in range(3):
        before = len(model.chats)
        model.interpose({"hold": 0, "times": 2})
        wait_until(lambda: len(model.chats) >= before + 2, 60, "two rows are under way")
        worker.kill()
        worker = kasal.start_worker()
    model.release()
    wait_until(lambda: batch(kasal, id)["status"] == "done", 120, "the batch is done")
    rows = rows_of(kasal, id)
    assert [row["status"] for row in rows] == ["completed"] * 24
    assert {row["tries"] for row in rows} == {1}
    assert [row["result"]["raw"] for row in rows] == [
        f"answer to [row {number:03}]" for number in range(24)
    ]
    executions = [row["execution_id"] for row in rows]
    assert len(set(executions)) == 24
    for execution in executions:
        types = Counter(event["type"] for event in kasal.events(execution))
        assert types["execution_completed"] == types["task_completed"] == 1
    assert most_at_once(kasal, id) <= 4
    listed = kasal.http.get("/api/v1/executions", params={"crew_id": batch(kasal, id)["crew_id"]})
    assert len(listed.json()["items"]) == 24, "no run beside those of the rows"
