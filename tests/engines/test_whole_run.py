"""A crew of three tasks through the real API and a real worker process, down to the last token.

Both processes are watched from their first instruction on (tests/support/watched).
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import ROOT, Installation, wait_until
from tests.support.scripted_answers import LoggedRequest
from tests.support.scripted_openai import ScriptedOpenAI

pytestmark = pytest.mark.integration

PRICE = {
    "type": "object",
    "properties": {"euros": {"type": "integer"}, "product": {"type": "string"}},
    "required": ["euros", "product"],
}
CREW: dict[str, Any] = {
    "agents_yaml": {
        "analyst": {
            "role": "Market analyst of {region}",
            "goal": "Find prices",
            "backstory": "Careful",
            "tools": ["calculator", "query_csv"],
        },
        "writer": {"role": "Writer", "goal": "Write well", "backstory": "Clear"},
    },
    "tasks_yaml": {
        "find": {
            "description": "Find the dearest product in {region}",
            "expected_output": "One line",
            "agent": "analyst",
        },
        "shape": {
            "description": "Shape the price",
            "expected_output": "JSON",
            "agent": "writer",
            "output_json": PRICE,
        },
        "report": {
            "description": "Report the price",
            "expected_output": "One sentence",
            "agent": "writer",
            "context": ["find"],
            "guardrail": {"type": "contains", "must": ["49"]},
        },
    },
    "inputs": {"region": "Europe"},
    "model": "openai/scripted",
    "crew_name": "Prices",
}
CSV = {"csv": "product,euros\nbell,5\nhelmet,49\n", "sort_by": "euros", "descending": True}


def used(prompt: int, completion: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": completion}


RULES: tuple[dict[str, Any], ...] = (
    {
        "match": "Find the dearest product in Europe",
        "tool_calls": [{"name": "calculator", "arguments": {"expression": "7*7"}}],
        "usage": used(101, 11),
    },
    {
        "match": "Find the dearest product in Europe",
        "turn": 1,
        "answer": "The helmet at 49",
        "usage": used(151, 13),
    },
    {"match": "Shape", "json": {"euros": 49, "product": "helmet"}, "usage": used(201, 17)},
    {"match": "Report", "answer": "It costs much", "times": 1, "usage": used(211, 19)},
    {"match": "Report", "answer": "It costs 49 euros now", "hold": 2, "usage": used(223, 23)},
)


@dataclass(frozen=True)
class WholeRun:
    kasal: Installation
    server: ScriptedOpenAI
    watched: Path
    home: Path
    id: str
    chats: list[LoggedRequest]
    chunks_before_the_end: list[str]
    """What llm_chunk events had said while the server held back the rest of the last answer."""

    @property
    def events(self) -> list[dict[str, Any]]:
        return self.kasal.events(self.id)

    def notes(self, kind: str) -> set[str]:
        lines = [json.loads(line) for line in self.watched.read_text().splitlines()]
        return {what for noted, _, what in lines if noted == kind}


@pytest.fixture(scope="module")
def run(
    running_server: ScriptedOpenAI, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WholeRun]:
    base = tmp_path_factory.mktemp("whole-run")
    home, data, watched = base / "home", base / "data", base / "watched.jsonl"
    home.mkdir()
    data.mkdir()
    environment = {
        "HOME": str(home),
        "OPENAI_API_KEY": "scripted",
        "OPENAI_BASE_URL": running_server.base_url,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "tests/support/watched"), str(ROOT)]),
        "WATCH_FILE": str(watched),
    }
    with Installation(data, environment=environment) as kasal:
        kasal.start_api()
        kasal.start_worker()
        running_server.script(*RULES)
        id = kasal.start(CREW)
        running_server.wait_until_requests(5, 60)
        running_server.wait_until_chunks(2)
        chunks = wait_until(lambda: _texts_of_call(kasal.events(id), 5), 60, "a chunk is stored")
        running_server.release()
        kasal.wait_for_status(id, "COMPLETED", "FAILED")
        chats = running_server.chats
        yield WholeRun(kasal, running_server, watched, home, id, chats, chunks)


def _texts_of_call(events: list[dict[str, Any]], number: int) -> list[str]:
    """What the chunks of the so-manieth model call say; nothing when it has not begun."""
    calls = [event["span_id"] for event in events if event["type"] == "llm_call_started"]
    spans = calls[number - 1 : number]
    return _texts([event for event in events if event["span_id"] in spans])


def _texts(events: list[dict[str, Any]]) -> list[str]:
    return [event["data"]["text"] for event in events if event["type"] == "llm_chunk"]


def assert_is_a_tree(events: list[dict[str, Any]], id: str) -> None:
    spans = {event["span_id"] for event in events}
    roots = {event["span_id"] for event in events if event.get("parent_span_id") is None}
    assert roots == {id}
    assert {event["parent_span_id"] for event in events if event.get("parent_span_id")} <= spans


def test_the_outputs_are_exactly_what_the_model_said(run: WholeRun) -> None:
    execution = run.kasal.execution(run.id)
    assert execution["status"] == "COMPLETED", execution["error"]
    assert execution["result"] == {"raw": "It costs 49 euros now", "json": None}

    shaped = {"euros": 49, "product": "helmet"}
    tasks = run.kasal.tasks(run.id)
    assert [(task["key"], task["status"], task["output_json"]) for task in tasks] == [
        ("find", "COMPLETED", None),
        ("shape", "COMPLETED", shaped),
        ("report", "COMPLETED", None),
    ]
    assert tasks[0]["output"] == "The helmet at 49"
    assert json.loads(tasks[1]["output"]) == shaped


def test_the_model_was_asked_exactly_what_the_crew_says(run: WholeRun) -> None:
    chats = run.chats
    assert [(chat.path, chat.model, chat.stream, chat.api_key) for chat in chats] == [
        ("/v1/chat/completions", "scripted", True, "scripted")
    ] * 5
    assert [chat.tools for chat in chats] == [["calculator", "query_csv"]] * 2 + [[]] * 3
    assert chats[0].messages[0]["content"].startswith("You are Market analyst of Europe.")
    assert chats[1].messages[-1]["content"] == "49"
    assert chats[2].body["response_format"]["json_schema"]["schema"] == PRICE
    context = chats[3].messages[1]["content"].split("This is the context you're working with:\n")[1]
    assert context == "The helmet at 49\n\nProvide your complete response:"
    assert "the answer must contain" in chats[4].messages[1]["content"]


def test_the_events_tell_the_whole_course_in_order(run: WholeRun) -> None:
    events = run.events
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [
        " ".join(filter(None, (event["type"], event.get("task"), event.get("agent"))))
        for event in events
        if event["type"] != "llm_chunk"
    ] == [
        "execution_queued",
        "execution_started",
        "task_started find analyst",
        "llm_call_started find analyst",
        "llm_call_completed find analyst",
        "tool_started find analyst",
        "tool_completed find analyst",
        "llm_call_started find analyst",
        "llm_call_completed find analyst",
        "task_completed find analyst",
        "task_started shape writer",
        "llm_call_started shape writer",
        "llm_call_completed shape writer",
        "guardrail_checked shape writer",
        "task_completed shape writer",
        "task_started report writer",
        "llm_call_started report writer",
        "llm_call_completed report writer",
        "guardrail_checked report writer",
        "llm_call_started report writer",
        "llm_call_completed report writer",
        "guardrail_checked report writer",
        "task_completed report writer",
        "execution_completed",
    ]


def test_the_tool_was_called_with_these_arguments_and_gave_this_result(run: WholeRun) -> None:
    started, completed = (
        next(event for event in run.events if event["type"] == kind)
        for kind in ("tool_started", "tool_completed")
    )
    assert started["span_id"] == completed["span_id"]
    assert started["data"] == {"tool": "calculator", "arguments": {"expression": "7*7"}}
    assert (completed["data"]["tool"], completed["data"]["result"]) == ("calculator", "49")


def test_every_event_hangs_below_another_up_to_the_execution(run: WholeRun) -> None:
    assert_is_a_tree(run.events, run.id)


def test_tokens_are_those_that_the_server_counted(run: WholeRun) -> None:
    calls = [event["data"] for event in run.events if event["type"] == "llm_call_completed"]
    assert [(call["prompt_tokens"], call["completion_tokens"]) for call in calls] == [
        (101, 11),
        (151, 13),
        (201, 17),
        (211, 19),
        (223, 23),
    ]
    totals = [
        (
            one["usage"]["prompt_tokens"],
            one["usage"]["completion_tokens"],
            one["usage"]["llm_calls"],
        )
        for one in (*run.kasal.tasks(run.id), run.kasal.execution(run.id))
    ]
    assert totals == [(252, 24, 2), (201, 17, 1), (434, 42, 2), (887, 83, 5)]


def test_text_arrives_while_the_model_is_still_answering(run: WholeRun) -> None:
    assert "".join(run.chunks_before_the_end) in ("It", "It costs")

    assert "".join(_texts_of_call(run.events, 5)) == "It costs 49 euros now"


def test_nothing_is_connected_to_but_the_model(run: WholeRun) -> None:
    assert run.notes("connected") == {f"('127.0.0.1', {run.server.port})"}
    assert run.notes("looked up") <= {"127.0.0.1"}


def test_nothing_is_written_outside_the_data_directory(run: WholeRun) -> None:
    data = run.kasal.folder
    written = {Path(path) for path in run.notes("written")}

    assert any(path.is_relative_to(data) for path in written)
    assert {path for path in written if not path.is_relative_to(data)} - {Path(os.devnull)} == set()
    assert list(run.home.iterdir()) == []


def test_no_process_is_started_but_by_the_interpreter(run: WholeRun) -> None:
    assert run.notes("started") <= {"uname", "file"}  # Python's own module `platform`


def test_a_budget_ends_the_run_between_calls_and_keeps_what_is_done(run: WholeRun) -> None:
    run.server.script(*RULES[:-1])
    id = run.kasal.start({**CREW, "budget": {"max_tokens": 300}})

    execution = run.kasal.wait_for_status(id, "COMPLETED", "FAILED")

    assert execution["error"]["code"] == "budget.exceeded"
    assert "used 494 of at most 300 tokens" in execution["error"]["message"]
    assert [task["status"] for task in run.kasal.tasks(id)] == ["COMPLETED", "COMPLETED", "FAILED"]
    assert len(run.server.chats) == 3
    types = [event["type"] for event in run.kasal.events(id)]
    assert types[-3:] == ["budget_exceeded", "task_failed", "execution_failed"]
    assert_is_a_tree(run.kasal.events(id), id)


def test_a_plan_that_fails_ends_the_run_with_its_calls_in_the_tree(run: WholeRun) -> None:
    run.server.script({"answer": "I would rather not"})
    id = run.kasal.start({**CREW, "planning": True})

    execution = run.kasal.wait_for_status(id, "COMPLETED", "FAILED")

    assert execution["error"]["code"] == "plan.failed"
    assert_is_a_tree(run.kasal.events(id), id)
