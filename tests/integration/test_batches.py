"""Batches: every row is started once and ends once, as many at a time as were asked for."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest

from src.bootstrap import Container
from src.core.errors import TooManyRequests, Unavailable
from src.services.executions.execution import ExecutionService
from tests.conftest import MakeContainer
from tests.support.batches import BatchWorker, items_of, make_batch, make_crew
from tests.support.http import client_of

TOPICS = [f"topic {number}" for number in range(7)]


@pytest.fixture
async def http(each_container: Container) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(each_container) as client:
        yield client


async def upload(
    http: httpx.AsyncClient, name: str, content: bytes, **fields: Any
) -> httpx.Response:
    data = {"name": "File", "crew_id": await make_crew(http), **fields}
    return await http.post("/batches", data=data, files={"file": (name, content)})


def pointers(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_every_row_becomes_an_execution_and_no_more_run_than_asked_for(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    made = await make_batch(http, TOPICS)
    assert (made["status"], made["total"], made["request"]["version"]) == ("running", 7, 1)
    assert made["counts"]["waiting"] == 7 and made["progress"] == 0
    worker = await BatchWorker.make(each_container, http)
    await worker.advance()
    first = await worker.pending()
    assert [(one["inputs"]["topic"], one["trigger"]) for one in first] == [
        (topic, "batch") for topic in TOPICS[:3]
    ]
    await worker.run(first[:2])
    await worker.advance()
    assert [one["inputs"]["topic"] for one in await worker.pending()] == TOPICS[2:5]
    done = await worker.run_until_done(made["id"])
    assert (done["status"], done["counts"]["completed"], done["progress"]) == ("done", 7, 1)
    rows = await items_of(http, made["id"], limit=2)
    assert [row["index"] for row in rows] == list(range(7))
    assert [row["result"]["raw"] for row in rows] == [f"seen {topic}" for topic in TOPICS]
    assert len({row["execution_id"] for row in rows}) == 7
    assert {row["tries"] for row in rows} == {1}


async def test_three_workers_that_advance_at_once_start_each_row_once(
    each_container: Container, http: httpx.AsyncClient, make_container: MakeContainer
) -> None:
    made = await make_batch(http, [f"t{number}" for number in range(20)], concurrency=6)
    workers = [await BatchWorker.make(each_container, http)]
    for _ in range(2):
        other = await make_container(each_container.settings)
        workers.append(await BatchWorker.make(other, http))
    (job,) = await workers[0].queued_jobs()
    order = job["id"], job["group_id"]
    await asyncio.gather(*(worker.runner().run_job(*order) for worker in workers))
    started = await workers[0].pending()
    assert sorted(one["inputs"]["topic"] for one in started) == [f"t{n}" for n in range(6)]
    counts = (await http.get(f"/batches/{made['id']}")).json()["counts"]
    assert (counts["running"], counts["waiting"]) == (6, 14)


async def test_many_ends_order_one_job(each_container: Container, http: httpx.AsyncClient) -> None:
    await make_batch(http, TOPICS)
    worker = await BatchWorker.make(each_container, http)
    await worker.advance()
    await worker.run(await worker.pending())
    assert await worker.advance() == 1


async def test_only_failed_rows_run_again_and_nothing_is_lost_of_the_others(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    broken = {"topic 1", "topic 4"}

    def answer(inputs: Mapping[str, Any]) -> str:
        if inputs["topic"] in broken:
            raise ValueError("no such topic")
        return f"seen {inputs['topic']}"

    made = await make_batch(http, TOPICS)
    worker = await BatchWorker.make(each_container, http, answer)
    at = f"/batches/{made['id']}"
    assert (await http.post(f"{at}/retry")).status_code == 409
    done = await worker.run_until_done(made["id"])
    assert (done["counts"]["completed"], done["counts"]["failed"]) == (5, 2)
    failed = await items_of(http, made["id"], status="failed")
    assert [row["index"] for row in failed] == [1, 4]
    assert all(row["error"]["message"] and row["result"] is None for row in failed)
    before = {row["index"]: row for row in await items_of(http, made["id"], status="completed")}
    broken.clear()
    again = await http.post(f"{at}/retry")
    assert again.status_code == 202 and again.json()["counts"]["waiting"] == 2
    done = await worker.run_until_done(made["id"])
    assert done["counts"]["completed"] == 7
    rows = {row["index"]: row for row in await items_of(http, made["id"])}
    assert {rows[index]["tries"] for index in (1, 4)} == {2}
    assert [rows[row["index"]]["execution_id"] for row in failed] == [
        row["execution_id"] for row in failed
    ]
    assert {index: rows[index] for index in before} == before


async def test_a_failed_row_whose_execution_was_deleted_gets_a_new_one(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    made = await make_batch(http, ["x"])
    worker = await BatchWorker.make(each_container, http, lambda inputs: inputs["missing"])
    await worker.run_until_done(made["id"])
    (row,) = await items_of(http, made["id"])
    assert (await http.delete(f"/executions/{row['execution_id']}")).status_code == 204
    await http.post(f"/batches/{made['id']}/retry")
    mended = await BatchWorker.make(each_container, http)
    assert (await mended.run_until_done(made["id"]))["counts"]["completed"] == 1
    (again,) = await items_of(http, made["id"])
    assert again["execution_id"] != row["execution_id"] and again["tries"] == 2


async def test_a_row_follows_an_execution_that_somebody_retried_by_itself(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    made = await make_batch(http, ["x"])
    worker = await BatchWorker.make(each_container, http, lambda inputs: inputs["missing"])
    await worker.run_until_done(made["id"])
    (row,) = await items_of(http, made["id"])
    await http.post(f"/executions/{row['execution_id']}/retry", json={})
    mended = await BatchWorker.make(each_container, http)
    await http.post(f"/batches/{made['id']}/retry")
    done = await mended.run_until_done(made["id"])
    assert done["counts"]["completed"] == 1
    shown = (await http.get(f"/executions/{row['execution_id']}")).json()
    assert (shown["status"], shown["attempt"]) == ("COMPLETED", 2)


async def test_cancel_ends_what_waits_and_what_runs(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    made = await make_batch(http, TOPICS)
    at = f"/batches/{made['id']}"
    worker = await BatchWorker.make(each_container, http)
    await worker.advance()
    await worker.run((await worker.pending())[:1])
    assert (await http.delete(at)).status_code == 409
    for _ in range(2):
        cancelled = await http.post(f"{at}/cancel")
        assert cancelled.status_code == 200, cancelled.text
        assert cancelled.json()["status"] == "cancelled"
        assert cancelled.json()["counts"]["cancelled"] == 6
    while await worker.advance():
        pass
    assert await worker.pending() == []
    executions = (await http.get("/executions?limit=200")).json()["items"]
    assert sorted(one["status"] for one in executions) == ["CANCELLED", "CANCELLED", "COMPLETED"]
    assert (await http.delete(at)).status_code == 204
    assert (await http.get(at)).status_code == 404
    assert len((await http.get("/executions")).json()["items"]) == 3


async def test_a_cancel_whose_process_died_is_finished_by_a_worker(
    each_container: Container, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await make_batch(http, TOPICS)
    worker = await BatchWorker.make(each_container, http)
    await worker.advance()

    async def dies(*_: object) -> None:
        raise Unavailable("the process is gone")

    with monkeypatch.context() as dying:
        dying.setattr(ExecutionService, "cancel", dies)
        assert (await http.post(f"/batches/{made['id']}/cancel")).status_code == 503
    assert len(await worker.pending()) == 3
    await worker.advance()
    assert await worker.pending() == []
    assert (await http.get(f"/batches/{made['id']}")).json()["counts"]["cancelled"] == 7


async def test_a_full_queue_makes_the_batch_wait(
    each_container: Container, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await make_batch(http, TOPICS)
    worker = await BatchWorker.make(each_container, http)
    with monkeypatch.context() as full:

        async def refuse(*_: object, **__: object) -> None:
            raise TooManyRequests("the queue is full", headers={"Retry-After": "7"})

        full.setattr(ExecutionService, "start", refuse)
        await worker.advance()
    counts = (await http.get(f"/batches/{made['id']}")).json()["counts"]
    assert (counts["waiting"], counts["failed"]) == (7, 0)
    assert [turn.after_s for turn in worker.queue.turns] == [7.0]
    assert (await worker.run_until_done(made["id"]))["counts"]["completed"] == 7


async def test_rows_that_cannot_be_started_fail_and_say_why(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    made = await make_batch(http, TOPICS)
    await http.delete(f"/crews/{made['crew_id']}")
    worker = await BatchWorker.make(each_container, http)
    done = await worker.run_until_done(made["id"])
    assert done["counts"]["failed"] == 7
    rows = await items_of(http, made["id"])
    assert {row["error"]["code"] for row in rows} == {"not-found"}
    assert {(row["tries"], row["execution_id"]) for row in rows} == {(1, None)}


async def test_a_cancelled_job_leaves_no_row_waiting_for_ever(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    made = await make_batch(http, TOPICS)
    worker = await BatchWorker.make(each_container, http)
    (job,) = await worker.queued_jobs()
    await http.post(f"/jobs/{job['id']}/cancel")
    await worker.runner().run_job(job["id"], job["group_id"])
    shown = (await http.get(f"/batches/{made['id']}")).json()
    assert (shown["status"], shown["counts"]["failed"]) == ("done", 7)
    await http.post(f"/batches/{made['id']}/retry")
    assert (await worker.run_until_done(made["id"]))["counts"]["completed"] == 7


async def test_the_crew_stays_as_it_was_when_the_batch_was_made(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    made = await make_batch(http, TOPICS)
    changed = {**(await http.get(f"/crews/{made['crew_id']}")).json()["definition"]}
    changed["tasks_yaml"] = {"t": {"description": "x", "expected_output": "y", "agent": "a"}}
    patched = await http.patch(f"/crews/{made['crew_id']}", json={"definition": changed})
    assert patched.json()["current_version"] == 2
    worker = await BatchWorker.make(each_container, http)
    await worker.advance()
    assert {one["crew_version"] for one in await worker.pending()} == {1}


async def test_the_same_key_makes_one_batch(http: httpx.AsyncClient) -> None:
    crew = await make_crew(http)
    body = {"name": "B", "crew_id": crew, "items": [{"topic": "x"}]}
    key = {"Idempotency-Key": "k1"}
    first = await http.post("/batches", json=body, headers=key)
    again = await http.post("/batches", json=body, headers=key)
    assert again.json() == first.json() and again.headers["Idempotent-Replayed"] == "true"
    other = {**body, "items": [{"topic": "y"}]}
    assert (await http.post("/batches", json=other, headers=key)).status_code == 422
    assert len((await http.get("/batches")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.csv", '\ufefftopic,note\r\nred,"two\nlines"\r\n\r\nblue,\r\n'),
        ("rows.JSONL", '{"topic": "red", "note": "two\\nlines"}\n\n{"topic":"blue","note":""}'),
    ],
)
async def test_a_file_becomes_rows(http: httpx.AsyncClient, name: str, content: str) -> None:
    made = await upload(http, name, content.encode(), concurrency="2", max_tokens="900")
    assert made.status_code == 202, made.text
    shown = made.json()
    assert (shown["total"], shown["concurrency"]) == (2, 2)
    assert shown["request"]["budget"]["max_tokens"] == 900
    rows = await items_of(http, shown["id"])
    assert [row["inputs"] for row in rows] == [
        {"topic": "red", "note": "two\nlines"},
        {"topic": "blue", "note": ""},
    ]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", b"topic,topic\n1,2\n", [("/file/1", "header")]),
        ("a.csv", b"topic;note\n1;2\n", [("/file/1", "header")]),
        ("a.csv", b"topic,\n1,2\n", [("/file/1", "header")]),
        ("a.csv", b"topic,note\n1,2\n1\n1,2,3\n", [("/file/3", "unreadable"), ("/file/4", "unreadable")]),
        ("a.csv", b'topic\n"a"b\n', [("/file/2", "unreadable")]),
        ("a.csv", b"topic\nx\n\xff\xfe\n", [("/file/3", "unreadable")]),
        ("a.csv", b"topic\na\x00b\n", [("/file/2/topic", "value-error")]),
        ("a.csv", b"subject\nx\ny\n", [("/file/2/topic", "missing-input"), ("/file/3/topic", "missing-input")]),
        ("a.csv", b"topic\n", [("/file", "too-short")]),
        ("a.csv", b"", [("/file", "too-short")]),
        ("a.jsonl", b'{"topic": 1}\n[1]\n{"topic": NaN}\n{"a": 1', [("/file/2", "dict-type"), ("/file/3", "unreadable"), ("/file/4", "unreadable")]),
        ("a.jsonl", b'{"other": 1}\n', [("/file/1/topic", "missing-input")]),
        ("a.jsonl", b'{"topic": ' + b"[" * 2000 + b"]" * 2000 + b"}", [("/file/1", "unreadable")]),
        ("a.jsonl", b'{"topic": ' + b"[" * 100 + b"]" * 100 + b"}", None),
        ("a.txt", b"topic\nx\n", [("/format", "missing")]),
    ],
)  # fmt: skip
async def test_a_bad_file_is_refused_by_line_and_nothing_is_stored(
    http: httpx.AsyncClient, name: str, content: bytes, expected: list[tuple[str, str]] | None
) -> None:
    answer = await upload(http, name, content)
    assert answer.status_code == 422, answer.text
    if expected is not None:
        assert pointers(answer) == expected
    lines = [
        f"line {pointer.split('/')[2]}" for pointer, _ in pointers(answer) if "/file/" in pointer
    ]
    if name != "a.csv" or expected is None or expected[0][1] != "header":
        told = [error["message"] for error in answer.json()["errors"]]
        assert all(line in text for line, text in zip(lines, told, strict=False))
    assert (await http.get("/batches")).json()["items"] == []


async def test_at_most_fifty_problems_are_shown_and_all_are_counted(
    http: httpx.AsyncClient,
) -> None:
    rows = "\n".join(json.dumps({"other": number}) for number in range(120))
    answer = await upload(http, "rows.jsonl", rows.encode())
    assert len(answer.json()["errors"]) == 50
    assert answer.json()["detail"].startswith("120 of 120 rows")


async def test_a_body_of_rows_is_checked_like_a_file(http: httpx.AsyncClient) -> None:
    crew = await make_crew(http)
    body: dict[str, Any] = {"name": "B", "crew_id": crew, "items": [{"topic": "x"}, 3, {"a": 1}]}
    answer = await http.post("/batches", json=body)
    assert pointers(answer) == [("/items/1", "dict-type"), ("/items/2/topic", "missing-input")]
    body["items"] = [{"topic": "x"}] * 10_001
    assert pointers(await http.post("/batches", json=body)) == [("/items", "too-long")]
    body |= {"items": [{"topic": "x"}], "request": {"inputs": {}}}
    assert pointers(await http.post("/batches", json=body)) == [
        ("/request/inputs", "extra-forbidden")
    ]
    assert (await http.post("/batches", content=b"x")).status_code == 400


async def test_a_crew_that_cannot_run_refuses_the_batch(http: httpx.AsyncClient) -> None:
    crew = await make_crew(http)
    body = {"name": "B", "crew_id": crew, "items": [{"topic": "x"}]}
    answer = await http.post("/batches", json={**body, "request": {"model": "no/such"}})
    assert answer.status_code == 422, answer.text
    missing = await http.post("/batches", json={**body, "request": {"version": 9}})
    assert missing.status_code == 404


async def test_ten_thousand_rows_are_stored_and_more_are_not(http: httpx.AsyncClient) -> None:
    rows = "topic\n" + "".join(f"t{number}\n" for number in range(10_000))
    made = await upload(http, "rows.csv", rows.encode())
    assert made.json()["counts"]["waiting"] == 10_000, made.text
    tail = await http.get(f"/batches/{made.json()['id']}/items?limit=1&status=waiting")
    assert tail.json()["items"][0]["inputs"] == {"topic": "t0"}
    assert pointers(await upload(http, "rows.csv", (rows + "more\n").encode())) == [
        ("/file", "too-long")
    ]


async def test_an_export_holds_every_row_with_what_became_of_it(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    topics = ["plain", 'with "quotes", commas\nand lines', "unlucky"]

    def answer(inputs: Mapping[str, Any]) -> str:
        if inputs["topic"] == "unlucky":
            raise ValueError("no luck")
        return f"seen {inputs['topic']}"

    made = await make_batch(http, topics)
    worker = await BatchWorker.make(each_container, http, answer)
    await worker.run_until_done(made["id"])
    at = f"/batches/{made['id']}/export"
    lines = await http.get(at)
    assert lines.headers["content-disposition"].endswith('.jsonl"')
    exported = [json.loads(line) for line in lines.text.splitlines()]
    assert [{**row, "usage": None} for row in exported] == [
        {**row, "usage": None} for row in await items_of(http, made["id"])
    ]
    assert exported[0]["usage"]["llm_calls"] == 0
    table = await http.get(at, params={"format": "csv"})
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.text, newline="")))
    assert [row["inputs.topic"] for row in rows] == topics
    assert [row["result"] for row in rows] == [f"seen {topic}" for topic in topics[:2]] + [""]
    assert [row["status"] for row in rows] == ["completed", "completed", "failed"]
    assert rows[2]["error_code"] == exported[2]["error"]["code"]
    inputs = "\n".join(json.dumps(row["inputs"]) for row in exported)
    assert (await upload(http, "again.jsonl", inputs.encode())).json()["total"] == 3


@pytest.mark.parametrize(
    "cell",
    ['=HYPERLINK("https://example.com")', "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", "＝1"],
)  # fmt: skip
async def test_no_cell_of_an_export_is_a_formula(
    each_container: Container, http: httpx.AsyncClient, cell: str
) -> None:
    made = await make_batch(http, [cell], items=[{"topic": cell, cell: -5}])
    worker = await BatchWorker.make(each_container, http, lambda inputs: str(inputs["topic"]))
    await worker.run_until_done(made["id"])
    table = await http.get(f"/batches/{made['id']}/export?format=csv")
    head, row = csv.reader(io.StringIO(table.text, newline=""))
    assert row[head.index("inputs.topic")] == f"'{cell}"
    assert row[head.index(f"inputs.{cell}")] == "-5"  # a number is no formula
    assert row[head.index("result")] in (f"'{cell}", f"'{cell.strip()}")
    assert not [text for text in head + row if text[:1] in tuple("=+@\t\r＝")]
    lines = (await http.get(f"/batches/{made['id']}/export")).text
    assert json.loads(lines)["inputs"]["topic"] == cell
