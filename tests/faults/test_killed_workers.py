"""kill -9 of workers: runs go on, finished tasks stay finished, effects happen once."""

import signal
import threading
from collections import Counter

from tests.support.http_recorder import Answer, HttpRecorder
from tests.support.processes import EventReader, Installation, wait_until
from tests.support.run_bodies import crew_body
from tests.support.scripted_openai import ScriptedOpenAI

ENDED = ("COMPLETED", "FAILED", "CANCELLED")


def requests_of(model: ScriptedOpenAI) -> Counter[str]:
    """Model calls by the first line of the task."""
    return Counter(entry.task.splitlines()[0] for entry in model.chats)


def assert_in_order(kasal: Installation, id: str) -> list[str]:
    events = kasal.events(id)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    return [event["type"] for event in events]


def test_every_run_completes_and_no_finished_task_runs_twice(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    worker = kasal.start_worker()
    ids = [kasal.start(crew_body(*(f"run {run} task {n}" for n in "123"))) for run in range(5)]
    for _ in range(3):
        before = len(model.chats)
        model.interpose({"hold": 0, "times": 2})
        wait_until(lambda: len(model.chats) >= before + 2, 30, "two model calls are under way")
        worker.kill()
        worker = kasal.start_worker()
    model.release()
    requests = Counter[str]()
    for run, id in enumerate(ids):
        assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"
        types = Counter(assert_in_order(kasal, id))
        assert types["task_completed"] == 3 and types["execution_completed"] == 1
        for number, task in enumerate(kasal.tasks(id), start=1):
            calls = requests_of(model)[f"run {run} task {number}"]
            assert 1 <= calls <= task["attempt"] <= 4
            requests[task["attempt"]] += 1
    assert max(requests) > 1, "no kill hit a running task"


def test_call_of_a_once_tool_is_not_repeated(
    kasal: Installation, model: ScriptedOpenAI, effects: HttpRecorder
) -> None:
    effects.answers["/pay"] = Answer(b"paid")
    call = {"name": "http_post", "arguments": {"url": f"{effects.url}/pay", "body": "5"}}
    model.script(
        {"match": "Pay", "tool_calls": [call]},
        {"match": "Pay", "turn": 1, "hold": 0, "times": 1},
        {"match": "Pay", "turn": 1, "answer": "It is paid"},
    )
    worker = kasal.start_worker()
    id = kasal.start(crew_body("Pay the bill", tools=["http_post"]))
    model.wait_until_requests(2, 90)
    worker.kill()
    kasal.start_worker()

    assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"
    assert [request.body for request in effects.received] == [b"5"]
    reused = [event for event in kasal.events(id) if event["data"].get("reused")]
    assert "paid" in reused[0]["data"]["result"]


def test_effect_of_a_tool_that_died_before_its_result_was_stored_is_not_repeated(
    kasal: Installation, model: ScriptedOpenAI, effects: HttpRecorder
) -> None:
    never = threading.Event()
    effects.answers["/pay"] = Answer(b"paid", wait_for=never)
    call = {"name": "http_post", "arguments": {"url": f"{effects.url}/pay", "body": "7"}}
    model.script(
        {"match": "Pay", "tool_calls": [call]},
        {"match": "Pay", "turn": 1, "answer": "Somebody should look"},
    )
    worker = kasal.start_worker()
    id = kasal.start(crew_body("Pay the bill", tools=["http_post"]))
    assert effects.arrived.wait(90)
    worker.kill()
    never.set()
    kasal.start_worker()

    assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"
    assert [request.body for request in effects.received] == [b"7"]
    failed = [event for event in kasal.events(id) if event["type"] == "tool_failed"]
    assert failed[0]["data"]["error"]["code"] == "outcome-unknown"


def test_takeover_is_seen_in_the_events(kasal: Installation, model: ScriptedOpenAI) -> None:
    model.script({"hold": 0, "times": 1})
    worker = kasal.start_worker()
    id = kasal.start(crew_body("one"))
    model.wait_until_requests(1, 90)
    worker.kill()
    kasal.start_worker()
    kasal.wait_for_status(id, *ENDED)
    types = [type for type in assert_in_order(kasal, id) if type.startswith(("execution", "task"))]
    assert types == [
        "execution_queued",
        "execution_started",
        "task_started",
        "execution_resumed",
        "task_started",
        "task_completed",
        "execution_completed",
    ]


def test_stopped_worker_whose_run_was_taken_over_writes_nothing(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    model.script({"hold": 0, "times": 1, "answer": "of the first worker"}, {"answer": "second"})
    zombie = kasal.start_worker()
    id = kasal.start(crew_body("one"))
    model.wait_until_requests(1, 90)
    zombie.send(signal.SIGSTOP)
    kasal.start_worker()
    ended = kasal.wait_for_status(id, *ENDED)
    model.release()
    zombie.send(signal.SIGCONT)

    assert zombie.wait(90) == 75
    assert ended["result"]["raw"] == "second"
    # What its model call took was paid for, and is counted; nothing else of it is.
    left = {**kasal.execution(id), "usage": ended["usage"]}
    assert left == ended
    types = assert_in_order(kasal, id)
    assert types.count("task_completed") == 1 and types[-1] == "execution_completed"


def test_reader_of_the_stream_sees_every_event_once_while_the_api_is_killed(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    # The last task waits, so that the run outlives both kills whatever the machine's speed.
    words = {"answer": "word " * 30, "chunk_delay_s": 0.1}
    model.script({"match": "the end", "hold": 0, **words}, words)
    kasal.start_worker()
    id = kasal.start(crew_body("one", "two", "the end"))
    reader = EventReader(kasal.url, id)
    for _ in range(2):
        seen = len(reader.seqs)
        wait_until(lambda: len(reader.seqs) >= seen + 5, 30, "more events arrive")
        assert kasal.api is not None
        kasal.api.kill()
        kasal.start_api()
    wait_until(lambda: reader.connections >= 3, 30, "the reader is back")
    model.release()
    reader.wait(60)
    assert reader.seqs == list(range(1, len(kasal.events(id)) + 1))


def test_two_workers_share_the_load(kasal: Installation, model: ScriptedOpenAI) -> None:
    model.script({"hold": 0})
    few = {"KASAL_WORKER_CONCURRENCY": "3", "KASAL_GROUP_CONCURRENCY": "20"}
    workers = [kasal.start_worker(few), kasal.start_worker(few)]
    ids = [kasal.start(crew_body(f"run {number}")) for number in range(6)]
    # Each takes three at most, so six calls at the same time are of both.
    model.wait_until_requests(6, 90)
    model.release()
    for id in ids:
        assert kasal.wait_for_status(id, *ENDED)["status"] == "COMPLETED"
    assert all("execution completed" in worker.log for worker in workers)
