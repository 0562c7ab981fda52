"""The wrapper around every tool: events, ledger, cancel, redaction; and crewai's own handling of it."""

import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from src.core.errors import NotConfigured
from src.core.events import EventType
from src.engines.base import RunCancelled
from src.engines.crewai.tools.factory import REGISTRY, ToolFactory
from src.engines.crewai.tools.fetching import WebConfig
from src.engines.plans import SideEffect, ToolPlan
from src.seeds.tools import TOOLS
from tests.support.fake_run import FakeRun, InMemoryLedger, with_tool_secrets
from tests.support.http_recorder import Answer, HttpRecorder, http_recorder
from tests.support.tool_building import FixedClock, build, plan

SECRET = "s3cr3t-t0ken/with+odd=chars"


@pytest.fixture
def factory() -> ToolFactory:
    return ToolFactory(allow_private_urls=True, clock=FixedClock())


@pytest.fixture
def web() -> Iterator[HttpRecorder]:
    with http_recorder({"/ok": Answer(b"fine")}) as recorder:
        yield recorder


# --- catalogue ---------------------------------------------------------------------------------------


def test_the_catalogue_and_the_registry_name_the_same_tools() -> None:
    assert TOOLS.keys() == REGISTRY.keys()


@pytest.mark.parametrize("key", TOOLS)
def test_a_catalogue_entry_is_complete_and_its_default_follows_its_schema(key: str) -> None:
    entry = TOOLS[key]
    assert entry.keys() == {
        "title",
        "description",
        "side_effect",
        "config_schema",
        "default_config",
    }
    Draft202012Validator.check_schema(entry["config_schema"])
    Draft202012Validator(entry["config_schema"]).validate(entry["default_config"])
    assert entry["config_schema"]["additionalProperties"] is False
    SideEffect(entry["side_effect"])


@pytest.mark.parametrize("key", TOOLS)
def test_a_tool_builds_from_its_default_configuration_under_its_own_name(
    key: str, factory: ToolFactory
) -> None:
    assert build(factory, FakeRun(), key, **TOOLS[key]["default_config"]).name == key


def test_the_catalogue_refuses_a_secret_without_hosts_that_may_get_it() -> None:
    validator = Draft202012Validator(TOOLS["http_get"]["config_schema"])
    assert not validator.is_valid({"authorization": "Bearer x"})
    assert validator.is_valid({"authorization": "Bearer x", "allowed_hosts": ["api.example.com"]})


def test_the_web_configuration_takes_what_the_catalogue_offers() -> None:
    WebConfig.model_validate(TOOLS["http_get"]["default_config"])


def test_an_unknown_tool_is_an_error_that_names_the_known_ones(factory: ToolFactory) -> None:
    with pytest.raises(NotConfigured) as caught:
        factory.build([ToolPlan(key="shell", side_effect=SideEffect.ONCE)], FakeRun(), "analyst")
    assert "calculator" in caught.value.message


# --- events ------------------------------------------------------------------------------------------


def test_a_call_is_told_as_started_and_completed_in_one_span(factory: ToolFactory) -> None:
    run = FakeRun()
    assert build(factory, run, "calculator").run(expression="(17.5 * 12) / 3") == "70.0"
    started, completed = run.events
    assert (started.type, completed.type) == (EventType.TOOL_STARTED, EventType.TOOL_COMPLETED)
    assert started.span_id == completed.span_id
    assert started.agent == completed.agent == "analyst"
    assert started.data == {"tool": "calculator", "arguments": {"expression": "(17.5 * 12) / 3"}}
    assert completed.data == {
        "tool": "calculator",
        "result": "70.0",
        "truncated": False,
        "latency_ms": 0,
    }


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"expression": "1/0"}, "division-by-zero"),
        ({"expression": ""}, "invalid-arguments"),
        ({}, "invalid-arguments"),
    ],
)
def test_a_failed_call_answers_the_model_and_is_told_as_failed(
    arguments: dict[str, Any], code: str, factory: ToolFactory
) -> None:
    run = FakeRun()
    answer = build(factory, run, "calculator").run(**arguments)
    assert answer.startswith(f"Error ({code}): ")
    assert [event.type for event in run.events] == [EventType.TOOL_STARTED, EventType.TOOL_FAILED]
    assert run.events[1].data["error"]["code"] == code
    assert run.events[1].data["error"]["message"] in answer


def test_a_long_result_is_cut_in_the_event_and_whole_for_the_model(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    web.answers["/long"] = Answer(b"a" * 50_000)
    run = FakeRun()
    answer = build(factory, run, "http_get").run(url=f"{web.url}/long")
    completed = run.of_type(EventType.TOOL_COMPLETED)[0]
    assert len(answer) > 50_000
    assert completed.data["truncated"] is True
    assert len(completed.data["result"]) == 20_000


def test_characters_that_no_database_stores_are_replaced(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    web.answers["/nul"] = Answer(b"a\x00b")
    run = FakeRun()
    answer = build(factory, run, "http_get").run(url=f"{web.url}/nul")
    build(factory, run, "calculator").run(expression="\ud800\x00")
    assert "a\ufffdb" in answer
    for event in run.events:
        text = json.dumps(event.data, ensure_ascii=False)
        text.encode()
        assert "\\u0000" not in text


def test_a_tool_that_raises_anything_is_a_failed_call_and_no_crash(
    factory: ToolFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(expression: str) -> str:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr("src.engines.crewai.tools.calculator.calculate", explode)
    run = FakeRun()
    assert "Error (tool-crashed)" in build(factory, run, "calculator").run(expression="1")
    assert run.events[-1].data["error"]["code"] == "tool-crashed"


# --- secrets -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/echo", "/echo-error", "/echo-json"])
def test_a_secret_header_reaches_the_server_and_nothing_else(
    path: str, factory: ToolFactory, web: HttpRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="src")
    echoed = f"you sent Bearer {SECRET}".encode()
    web.answers["/echo"] = Answer(echoed)
    web.answers["/echo-error"] = Answer(echoed, status=500)
    web.answers["/echo-json"] = Answer(json.dumps({"h": SECRET + '"'}).encode())
    run = FakeRun(credentials=with_tool_secrets("http_get", authorization=f"Bearer {SECRET}"))
    tool = build(factory, run, "http_get", allowed_hosts=["127.0.0.1"])
    answer = tool.run(url=f"{web.url}{path}")
    tool.run(url=f"{web.url}/{SECRET}")  # a model may have been talked into it
    assert web.received[0].headers["authorization"] == f"Bearer {SECRET}"
    seen = answer + json.dumps([event.data for event in run.events]) + caplog.text
    assert SECRET not in seen
    assert "[secret]" in answer


def test_a_secret_is_not_sent_where_it_is_not_allowed(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    web.answers["/away"] = Answer(
        status=302, headers={"Location": web.url.replace("127.0.0.1", "localhost") + "/ok"}
    )
    run = FakeRun(credentials=with_tool_secrets("http_get", headers='{"X-Key": "abcdef"}'))
    answer = build(factory, run, "http_get", allowed_hosts=["127.0.0.1"]).run(url=f"{web.url}/away")
    assert "Error (unsafe-url)" in answer
    assert [request.path for request in web.received] == ["/away"]
    assert web.received[0].headers["x-key"] == "abcdef"


def test_a_secret_without_allowed_hosts_is_refused(factory: ToolFactory, web: HttpRecorder) -> None:
    run = FakeRun(credentials=with_tool_secrets("http_get", authorization="Bearer abcdef"))
    answer = build(factory, run, "http_get").run(url=f"{web.url}/ok")
    assert "Error (not-configured)" in answer
    assert web.received == []


def test_a_secret_needs_https_where_private_addresses_are_not_allowed(web: HttpRecorder) -> None:
    run = FakeRun(credentials=with_tool_secrets("http_get", authorization="Bearer abcdef"))
    tool = build(ToolFactory(), run, "http_get", allowed_hosts=["*.example.com"])
    assert "over https" in tool.run(url="http://api.example.com/")


# --- ledger ------------------------------------------------------------------------------------------


def test_a_once_call_of_a_lost_attempt_is_not_made_again(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    ledger = InMemoryLedger()
    call = {"url": f"{web.url}/ok", "body": '{"pay": 1}'}
    first = build(factory, FakeRun(ledger=ledger), "http_post").run(**call)
    run = FakeRun(ledger=ledger, attempt=2)
    second = build(factory, run, "http_post").run(**call)
    assert first == second
    assert len(web.received) == 1
    assert run.of_type(EventType.TOOL_COMPLETED)[0].data["reused"] is True


def test_a_once_call_that_failed_in_a_lost_attempt_fails_the_same_way(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    ledger = InMemoryLedger()
    call = {"url": f"{web.url}/missing", "body": "{}"}
    answers = [
        build(factory, FakeRun(ledger=ledger, attempt=attempt), "http_post").run(**call)
        for attempt in (1, 2)
    ]
    assert answers[0] == answers[1]
    assert "Error (http-404)" in answers[0]
    assert len(web.received) == 1


def test_asking_twice_in_one_attempt_calls_twice_and_so_does_the_next_attempt_not(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    ledger = InMemoryLedger()
    call = {"url": f"{web.url}/ok", "body": "{}"}
    for attempt in (1, 2):
        run = FakeRun(ledger=ledger, attempt=attempt)
        # Two agents of one task: their calls are counted together.
        for agent in ("analyst", "writer"):
            (tool,) = factory.build([plan("http_post")], run, agent)
            tool.run(**call)
    assert len(web.received) == 2


def test_an_interrupted_once_call_is_reported_as_unknown_and_not_repeated(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    release = threading.Event()
    web.answers["/slow"] = Answer(b"done", wait_for=release)
    ledger = InMemoryLedger()
    call = {"url": f"{web.url}/slow", "body": "{}"}
    lost = FakeRun(ledger=ledger)
    tool = build(factory, lost, "http_post")
    caught: list[BaseException] = []

    def attempt() -> None:
        try:
            tool.run(**call)
        except RunCancelled as exc:
            caught.append(exc)

    thread = threading.Thread(target=attempt)
    thread.start()
    assert web.arrived.wait(timeout=10)
    lost.cancelled.set()
    thread.join(timeout=10)
    release.set()
    ledger.lose_attempt()
    assert len(caught) == 1
    assert lost.events[-1].data["error"]["code"] == "cancelled"
    run = FakeRun(ledger=ledger, attempt=2)
    answer = build(factory, run, "http_post").run(**call)
    assert "may have taken effect" in answer
    assert run.events[-1].data["error"]["code"] == "outcome-unknown"
    assert len(web.received) == 1


def test_an_idempotent_tool_leaves_the_ledger_alone(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    ledger = InMemoryLedger()
    for attempt in (1, 2):
        tool = build(factory, FakeRun(ledger=ledger, attempt=attempt), "http_get")
        tool.run(url=f"{web.url}/ok")
    assert len(web.received) == 2
