"""The wrapper around every tool: events, ledger, cancel, redaction; and crewai's own handling of it."""

import json
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from crewai import Agent, Crew, Task
from crewai.llms.base_llm import BaseLLM
from crewai.tools import BaseTool
from jsonschema import Draft202012Validator
from pydantic import PrivateAttr

from src.core.errors import NotConfigured
from src.engines.base import EventType, RunCancelled, SideEffect, ToolPlan
from src.engines.crewai.tools.factory import REGISTRY, ToolFactory
from src.engines.crewai.tools.fetching import WebConfig
from src.seeds.tools import TOOLS
from tests.support.fake_run import FakeRun, InMemoryLedger, make_plan, with_tool_secrets
from tests.support.http_recorder import Answer, HttpRecorder, http_recorder

SECRET = "s3cr3t-t0ken/with+odd=chars"


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 1, 15, 12, 0, tzinfo=UTC)

    def monotonic_s(self) -> float:
        return 0.0


@pytest.fixture
def factory() -> ToolFactory:
    return ToolFactory(allow_private_urls=True, clock=FixedClock())


@pytest.fixture
def web() -> Iterator[HttpRecorder]:
    with http_recorder({"/ok": Answer(b"fine")}) as recorder:
        yield recorder


def plan(key: str, **config: Any) -> ToolPlan:
    return ToolPlan(key=key, side_effect=SideEffect(TOOLS[key]["side_effect"]), config=config)


def build(factory: ToolFactory, run: FakeRun, key: str, **config: Any) -> BaseTool:
    (tool,) = factory.build([plan(key, **config)], run, "analyst")
    return tool


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


# --- cancel, and what crewai makes of it -------------------------------------------------------------


def test_a_cancelled_run_calls_no_tool(factory: ToolFactory) -> None:
    run = FakeRun()
    run.cancelled.set()
    with pytest.raises(RunCancelled):
        build(factory, run, "calculator").run(expression="1 + 1")
    assert run.events == []


class ScriptedLLM(BaseLLM):
    """Answers from a list; asks before each call the way the real models do."""

    _run: FakeRun = PrivateAttr()
    _answers: list[Any] = PrivateAttr()
    _seen: list[Any] = PrivateAttr(default_factory=list)

    def __init__(self, run: FakeRun, answers: Sequence[Any]) -> None:
        super().__init__(model="scripted")
        self._run = run
        self._answers = list(answers)

    def call(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
        self._run.before_model_call()
        self._seen.append(messages)
        return self._answers.pop(0)

    async def acall(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
        return self.call(messages)

    def supports_function_calling(self) -> bool:
        return True

    def calls(self) -> int:
        return len(self._seen)


def tool_call(number: int, name: str, **arguments: Any) -> dict[str, Any]:
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {"id": f"call-{number}", "type": "function", "function": function}


def kick_off(llm: ScriptedLLM, tools: list[BaseTool]) -> str:
    agent = Agent(role="Analyst", goal="Answer", backstory="Careful", llm=llm, tools=tools)
    task = Task(description="Find out", expected_output="An answer", agent=agent)
    return str(Crew(agents=[agent], tasks=[task]).kickoff())


def test_crewai_hands_a_native_call_to_the_tool_and_the_result_to_the_model(
    factory: ToolFactory,
) -> None:
    run = FakeRun()
    script = [[tool_call(1, "calculator", expression="6 * 7")], "It is 42."]
    llm = ScriptedLLM(run, script)
    assert kick_off(llm, factory.build([plan("calculator")], run, "analyst")) == "It is 42."
    assert run.of_type(EventType.TOOL_COMPLETED)[0].data["result"] == "42"
    assert any(
        message.get("role") == "tool" and message["content"] == "42" for message in llm._seen[-1]
    )


def test_crewai_does_not_answer_a_repeated_call_from_a_cache(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    run = FakeRun()
    call = {"url": f"{web.url}/ok"}
    script = [[tool_call(1, "http_get", **call)], [tool_call(2, "http_get", **call)], "Done."]
    kick_off(ScriptedLLM(run, script), factory.build([plan("http_get")], run, "analyst"))
    assert len(web.received) == 2


def test_a_cancel_during_a_tool_ends_the_crew_before_the_next_model_call(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    release = threading.Event()
    web.answers["/slow"] = Answer(b"done", wait_for=release)
    run = FakeRun()
    script = [
        [tool_call(1, "http_get", url=f"{web.url}/slow")],
        [tool_call(2, "calculator", expression="1 + 1")],
        "never",
    ]
    llm = ScriptedLLM(run, script)
    raised: list[BaseException] = []

    def kick() -> None:
        try:
            kick_off(llm, factory.build([plan("http_get"), plan("calculator")], run, "analyst"))
        except RunCancelled as exc:
            raised.append(exc)

    thread = threading.Thread(target=kick)
    thread.start()
    assert web.arrived.wait(timeout=30)
    run.cancelled.set()
    thread.join(timeout=30)
    release.set()
    assert len(raised) == 1
    assert llm.calls() == 1
    assert [event.data["tool"] for event in run.of_type(EventType.TOOL_STARTED)] == ["http_get"]


def test_parallel_calls_of_one_answer_stop_together(factory: ToolFactory) -> None:
    run = FakeRun()

    def stop_all() -> None:
        first = not run.cancelled.is_set()
        run.cancelled.set()
        if not first:
            raise RunCancelled("the run was cancelled")

    run.before_tool_call = stop_all  # type: ignore[method-assign]  # a cancel between two calls
    script = [
        [tool_call(number, "calculator", expression=f"{number} + 1") for number in range(4)],
        "never",
    ]
    llm = ScriptedLLM(run, script)
    with pytest.raises(RunCancelled):
        kick_off(llm, factory.build([plan("calculator")], run, "analyst"))
    assert len(run.of_type(EventType.TOOL_STARTED)) == 1
    assert llm.calls() == 1


# --- single tools ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("2 + 2", "4"),
        ("0.1 + 0.2", "0.3"),
        ("2 ** 100", str(2**100)),
        ("7 / 2", "3.5"),
        ("6 / 2", "3.0"),
        ("-3 // 2", "-2"),
        ("17 % 5", "2"),
        ("sqrt(2) ** 2", "2.0"),
        ("round(1234.5678, 2)", "1234.57"),
        ("max(1, 5, 3) + mean(2, 4)", "8.0"),
        ("2 ** -1", "0.5"),
        ("pi * 2", "6.28318530717959"),
        ("factorial(20)", "2432902008176640000"),
        ("  1 + 1 ", "2"),
    ],
)
def test_the_calculator_computes(expression: str, expected: str, factory: ToolFactory) -> None:
    assert build(factory, FakeRun(), "calculator").run(expression=expression) == expected


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("__import__('os').system('id')", "invalid-expression"),
        ("().__class__.__bases__", "invalid-expression"),
        ("(1).to_bytes(9, 'big')", "invalid-expression"),
        ("'a' * 9", "invalid-expression"),
        ("[1] * 9", "invalid-expression"),
        ("[x for x in (1, 2)]", "invalid-expression"),
        ("9 ** 9 ** 9", "number-too-large"),
        ("(2 ** 4000) ** 3", "number-too-large"),
        ("factorial(100000)", "invalid-expression"),
        ("10.0 ** 400", "number-too-large"),
        ("(-8) ** 0.5", "invalid-expression"),
        ("1e308 * 10", "number-too-large"),
        ("x + 1", "'x' is unknown"),
        ("secret(1)", "'secret' is unknown"),
        ("12 apples", "not one arithmetic expression"),
        ("2 +", "not one arithmetic expression"),
        ("1 == 1", "invalid-expression"),
        ("round(2.5, 10 ** 9)", "invalid-expression"),
        ("((((((" * 60, "invalid-expression"),
        ("sqrt(-1)", "invalid-expression"),
        ("mean()", "Error ("),
    ],
)
def test_the_calculator_refuses_what_is_not_bounded_arithmetic(
    expression: str, hint: str, factory: ToolFactory
) -> None:
    answer = build(factory, FakeRun(), "calculator").run(expression=expression)
    assert answer.startswith("Error (")
    assert "tool-crashed" not in answer
    assert hint in answer


def test_the_current_time_is_told_in_the_zone_that_is_asked_for(factory: ToolFactory) -> None:
    tool = build(factory, FakeRun(), "current_time")
    assert tool.run() == "2026-01-15T12:00:00+00:00 (Thursday, UTC)"
    assert tool.run(time_zone="Asia/Tokyo") == "2026-01-15T21:00:00+09:00 (Thursday, Asia/Tokyo)"


@pytest.mark.parametrize("name", ["Europe/Berln", "../../etc/passwd", "/etc/passwd", "", "Europe"])
def test_an_unknown_time_zone_is_answered_with_a_suggestion(
    name: str, factory: ToolFactory
) -> None:
    answer = build(factory, FakeRun(), "current_time").run(time_zone=name)
    assert "Error (unknown-time-zone)" in answer
    assert "Europe/" in answer


def test_http_post_sends_its_body_and_reads_the_answer(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    web.answers["/items"] = Answer(b'{"id": 7}', 201, content_type="application/json")
    answer = build(factory, FakeRun(), "http_post").run(url=f"{web.url}/items", body='{"n": "ü"}')
    assert answer == 'HTTP 201 Created, application/json\n\n{"id": 7}'
    assert web.received[0].method == "POST"
    assert web.received[0].body == '{"n": "ü"}'.encode()
    assert web.received[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(b"gone", 410), "http-410"),
        (Answer(b"\x89PNG", content_type="image/png"), "not-text"),
        (Answer(status=302, headers={"Location": "/loop"}), "too-many-redirects"),
        (Answer(status=302, headers={"Location": "http://169.254.169.254/"}), "unsafe-url"),
    ],
)
def test_http_get_says_what_went_wrong(
    answer: Answer, code: str, factory: ToolFactory, web: HttpRecorder
) -> None:
    web.answers["/loop"] = answer
    assert f"Error ({code})" in build(factory, FakeRun(), "http_get").run(url=f"{web.url}/loop")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "https://", "not a url", "file:///etc"])
def test_an_address_that_cannot_be_reached_is_a_readable_error(
    url: str, factory: ToolFactory
) -> None:
    answer = build(factory, FakeRun(), "http_get").run(url=url)
    assert answer.startswith("Error (")
    assert "tool-crashed" not in answer


def test_private_addresses_are_out_of_reach_unless_allowed(web: HttpRecorder) -> None:
    for key in ("http_get", "web_page"):
        answer = build(ToolFactory(), FakeRun(), key).run(url=f"{web.url}/ok")
        assert "Error (unsafe-url)" in answer
    assert web.received == []


def test_a_server_that_does_not_answer_in_time_is_given_up(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    release = threading.Event()
    web.answers["/slow"] = Answer(b"late", wait_for=release)
    answer = build(factory, FakeRun(), "http_get", timeout_s=1).run(url=f"{web.url}/slow")
    release.set()
    assert "Error (timeout)" in answer


def test_a_long_answer_is_cut_with_a_note(factory: ToolFactory, web: HttpRecorder) -> None:
    web.answers["/long"] = Answer(b"a" * 5_000)
    answer = build(factory, FakeRun(), "http_get", max_bytes=1_000).run(url=f"{web.url}/long")
    assert answer.endswith("[cut after 1000 bytes]")


PAGE = b"""<html><head><title>Prices</title><style>p{color:red}</style></head><body>
<nav><a href="/">Home</a></nav><header>Banner</header>
<main><h1>Oil</h1><p>Up by <b>3 %</b>, see <a href="/more">more</a>.</p>
<script>alert('x')</script><table><tr><th>Day</th></tr><tr><td>Mon</td></tr></table></main>
<footer>Imprint</footer></body></html>"""


def test_a_web_page_is_read_without_menus_and_scripts(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    web.answers["/page"] = Answer(PAGE, content_type="text/html")
    text = build(factory, FakeRun(), "web_page").run(url=f"{web.url}/page")
    assert text.startswith("# Prices\n\n# Oil\n\nUp by **3 %**")
    assert f"[more]({web.url}/more)" in text
    assert "| Day |" in text
    for unwanted in ("Home", "Banner", "alert", "Imprint", "color"):
        assert unwanted not in text


def test_a_long_web_page_is_cut_with_a_note(factory: ToolFactory, web: HttpRecorder) -> None:
    web.answers["/page"] = Answer(b"<p>" + b"word " * 1_000 + b"</p>", content_type="text/html")
    text = build(factory, FakeRun(), "web_page", max_chars=500).run(url=f"{web.url}/page")
    assert "[cut: " in text
    assert len(text) < 600


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"<div>" * 20_000, "text/html", "page-too-deep"),
        (b"<script>1</script>", "text/html", "empty-page"),
        (b"%PDF", "application/pdf", "not-a-page"),
    ],
)
def test_a_page_that_cannot_be_read_says_why(
    body: bytes, content_type: str, code: str, factory: ToolFactory, web: HttpRecorder
) -> None:
    web.answers["/page"] = Answer(body, content_type=content_type)
    answer = build(factory, FakeRun(), "web_page").run(url=f"{web.url}/page")
    assert f"Error ({code})" in answer


CSV = "name;price;code\napple;1.5;007\npear;-20;1e3\n"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("[].name", ["apple", "pear"]),
        ("sum([].price)", -18.5),
        ("[?price > `0`].code | [0]", "007"),
        ("[1].code", 1000.0),
        ("length(@)", 2),
    ],
)
def test_csv_is_queried_with_numbers_as_numbers(
    query: str, expected: Any, factory: ToolFactory
) -> None:
    tool = build(factory, FakeRun(), "query_csv")
    assert json.loads(tool.run(query=query, data=CSV)) == expected


def test_an_input_of_the_run_is_queried_by_its_name(factory: ToolFactory) -> None:
    inputs: Mapping[str, Any] = {
        "sales": {"regions": [{"name": "Süd", "total": 3}]},
        "text": '{"a": [1, 2]}',
        "table": CSV,
    }
    run = FakeRun(plan=make_plan(inputs))
    as_json, as_csv = build(factory, run, "query_json"), build(factory, run, "query_csv")
    assert as_json.run(query="regions[0].name", input_name="sales") == '"Süd"'
    assert as_json.run(query="sum(a)", input_name="text") == "3"
    assert as_csv.run(query="[0].name", input_name="table") == '"apple"'
    assert "its inputs are sales, table, text" in as_json.run(query="a", input_name="none")
    assert "Error (not-csv)" in as_csv.run(query="a", input_name="sales")


@pytest.mark.parametrize(
    ("key", "arguments", "code"),
    [
        ("query_json", {"query": "a["}, "invalid-arguments"),
        ("query_json", {"query": "a[", "data": "{}"}, "invalid-query"),
        ("query_json", {"query": "nope(@)", "data": "{}"}, "invalid-query"),
        ("query_json", {"query": "sum(@)", "data": '["a"]'}, "invalid-query"),
        ("query_json", {"query": "sort(@)", "data": '[1, "a"]'}, "invalid-query"),
        ("query_json", {"query": "a", "data": "{"}, "not-json"),
        ("query_json", {"query": "a", "data": '{"a": NaN}'}, "not-json"),
        ("query_json", {"query": "a", "data": "[" * 100_000}, "not-json"),
        ("query_json", {"query": "@" + "|[@,@]" * 100, "data": "[1]"}, "query-too-large"),
        ("query_json", {"query": "@" + "|[@,@][]" * 90, "data": "[1]"}, "query-too-large"),
        ("query_json", {"query": "a" + "|join('',[@,@])" * 60, "data": '{"a":"b"}'}, "query-too"),
        ("query_json", {"query": "@" + "|to_string([@])" * 60, "data": '["\\""]'}, "query-too"),
        ("query_json", {"query": "(" * 900, "data": "{}"}, "invalid-query"),
        ("query_csv", {"query": "@", "data": "a,a\n1,2\n"}, "not-csv"),
        ("query_csv", {"query": "@", "data": "a,b\n1\n"}, "not-csv"),
        ("query_csv", {"query": "@", "data": ""}, "not-csv"),
        ("query_csv", {"query": "@", "data": 'a,b\n"1,2\n'}, "not-csv"),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(
    key: str, arguments: dict[str, Any], code: str, factory: ToolFactory
) -> None:
    answer = build(factory, FakeRun(), key).run(**arguments)
    assert answer.startswith(f"Error ({code}")


def test_a_join_that_would_fill_the_memory_is_refused(factory: ToolFactory) -> None:
    data = json.dumps({"glue": "x" * 500_000, "parts": [""] * 100_000})
    answer = build(factory, FakeRun(), "query_json").run(query="join(glue, parts)", data=data)
    assert "too long" in answer


def test_a_query_without_a_match_and_one_with_too_much_say_so(factory: ToolFactory) -> None:
    tool = build(factory, FakeRun(), "query_json")
    assert "matches nothing" in tool.run(query="missing", data="{}")
    assert "narrow the query" in tool.run(query="@", data=json.dumps(["x" * 50] * 1_000))
