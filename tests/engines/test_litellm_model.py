"""LiteLLMModel against a scripted server: alone and inside crews."""

import os
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import BaseModel, PrivateAttr

from src.core.events import EventType, Usage
from src.engines.base import BudgetExceeded, RunCancelled
from src.engines.crewai.llms.errors import ModelCallFailed, stopping_the_crew
from src.engines.crewai.llms.litellm_model import OpenedStream
from src.engines.crewai.llms.streams import InterruptibleStream
from src.engines.plans import ModelPlan
from tests.support.crews import CalculatorTool, make_agent, make_task, run_crew
from tests.support.fake_run import FakeRun
from tests.support.models import (
    AT_ONCE,
    KEY,
    databricks_plan,
    make_model,
    make_run,
    openai_plan,
)
from tests.support.scripted_openai import ScriptedOpenAI

CALCULATOR: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "calculator",
        "description": "Calculates",
        "parameters": {"type": "object", "properties": {"expression": {"type": "string"}}},
    },
}
PLANS = {
    "databricks": databricks_plan(),
    "openai": openai_plan(),
    "hosted_vllm": ModelPlan(key="hosted_vllm/m", provider="hosted_vllm", name="m"),
    "ollama": ModelPlan(key="ollama/qwen3", provider="ollama", name="qwen3"),
}
each_provider = pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS.keys())


class Price(BaseModel):
    product: str
    euros: int


class OverBudget(FakeRun):
    """Its budget is used up after one call."""

    def before_model_call(self) -> None:
        if self.usage.llm_calls >= 1:
            raise BudgetExceeded("the budget of 1 call is used up", self.usage, budget="run.x")


class CancellingTool(CalculatorTool):
    """Finds at its check that the run was cancelled."""

    _fake_run: FakeRun = PrivateAttr()

    def __init__(self, run: FakeRun) -> None:
        super().__init__()
        self._fake_run = run

    def _run(self, expression: str) -> str:
        self._fake_run.cancelled.set()
        with stopping_the_crew():
            self._fake_run.before_tool_call()
        return expression


def failure_of(run: FakeRun) -> dict[str, Any]:
    (event,) = run.of_type(EventType.LLM_CALL_FAILED)
    return dict(event.data["error"])


@each_provider
def test_an_answer_is_streamed_counted_and_reported_under_one_span(
    server: ScriptedOpenAI, plan: ModelPlan
) -> None:
    server.script(
        {"answer": "one two three", "usage": {"prompt_tokens": 7, "completion_tokens": 3}}
    )
    run = make_run()

    assert make_model(server, run, plan).call("How many?") == "one two three"

    started, *chunks, completed = run.events
    assert {event.span_id for event in run.events} == {started.span_id}
    assert [started.type, completed.type] == [
        EventType.LLM_CALL_STARTED,
        EventType.LLM_CALL_COMPLETED,
    ]
    assert started.data["messages"] == [{"role": "user", "content": "How many?"}]
    assert "".join(chunk.data["text"] for chunk in chunks) == "one two three"
    assert completed.data["answer"] == {"text": "one two three"}
    assert (completed.data["prompt_tokens"], completed.data["completion_tokens"]) == (7, 3)
    assert "usage_estimated" not in completed.data
    assert completed.agent == "analyst"
    assert (run.usage.prompt_tokens, run.usage.completion_tokens, run.usage.llm_calls) == (7, 3, 1)


@each_provider
def test_tool_calls_come_back_in_openai_format(server: ScriptedOpenAI, plan: ModelPlan) -> None:
    server.script({"tool_calls": [{"name": "calculator", "arguments": {"expression": "1+1"}}]})
    run = make_run()

    (call,) = make_model(server, run, plan).call("Add", tools=[CALCULATOR])

    assert call["function"] == {"name": "calculator", "arguments": '{"expression": "1+1"}'}
    (completed,) = run.of_type(EventType.LLM_CALL_COMPLETED)
    (told,) = completed.data["answer"]["tool_calls"]
    assert told == {"id": call["id"], "name": "calculator", "arguments": '{"expression": "1+1"}'}
    assert completed.data["finish_reason"] == "tool_calls"


@each_provider
def test_a_response_model_is_asked_for_and_returned(
    server: ScriptedOpenAI, plan: ModelPlan
) -> None:
    server.script({"json": {"product": "helmet", "euros": 49}})

    price = make_model(server, make_run(), plan).call("Price?", response_model=Price)

    assert price == Price(product="helmet", euros=49)
    assert "response_format" in server.chats[0].body


def test_a_server_without_json_schema_is_asked_in_words(server: ScriptedOpenAI) -> None:
    refusal = {"message": "response_format json_schema is not supported"}
    server.script({"status": 400, "error": refusal}, {"json": {"product": "helmet", "euros": 49}})

    price = make_model(server, make_run(), PLANS["hosted_vllm"]).call(
        "Price?", response_model=Price
    )

    assert price == Price(product="helmet", euros=49)
    assert "response_format" not in server.chats[1].body


def test_a_server_that_cannot_stream_is_asked_for_the_whole(server: ScriptedOpenAI) -> None:
    server.script({"status": 400, "error": {"message": "streaming is not supported"}})
    run = make_run()

    answer = make_model(server, run, PLANS["hosted_vllm"]).call("Hello")

    assert answer == "answer to [Hello]"
    assert [chat.stream for chat in server.chats] == [True, False]
    assert run.usage.llm_calls == 1


def test_usage_is_estimated_and_marked_when_the_provider_tells_none(server: ScriptedOpenAI) -> None:
    server.script({"answer": "one two", "usage": False})
    run = make_run()

    make_model(server, run).call("How many?")

    (completed,) = run.of_type(EventType.LLM_CALL_COMPLETED)
    assert completed.data["usage_estimated"] is True
    assert completed.data["prompt_tokens"] > 0


def test_the_cost_is_the_plans_prices_else_the_local_table_else_unknown(
    server: ScriptedOpenAI,
) -> None:
    server.script({"usage": {"prompt_tokens": 1_000_000, "completion_tokens": 1_000_000}})
    priced = databricks_plan(input_cost_per_mtok=2.0, output_cost_per_mtok=3.0)
    runs = [make_run(), make_run(), make_run()]
    for run, plan in zip(runs, (priced, openai_plan("gpt-4o-mini"), PLANS["ollama"]), strict=True):
        make_model(server, run, plan).call("Hello")

    assert [run.usage.cost_usd for run in runs] == [5.0, pytest.approx(0.75), None]


def test_the_key_goes_to_the_provider_and_nowhere_else(server: ScriptedOpenAI) -> None:
    run = make_run()
    model = make_model(server, run)

    model.call("Hello")

    assert server.chats[0].api_key == KEY
    assert KEY not in str(os.environ)
    assert KEY not in str(run.events)
    assert KEY not in model.model_dump_json()
    assert KEY not in repr(model)


def test_crewais_private_message_keys_do_not_reach_the_provider(server: ScriptedOpenAI) -> None:
    message = {"role": "user", "content": "Hello", "cache_breakpoint": True, "files": {}}

    make_model(server, make_run()).call([message])

    assert server.chats[0].messages == [{"role": "user", "content": "Hello"}]


def test_stop_sequences_cut_the_answer(server: ScriptedOpenAI) -> None:
    server.script({"answer": "yes\nObservation: no"})
    model = make_model(server, make_run())
    model.stop = ["\nObservation:"]

    assert model.call("Hello") == "yes"


@pytest.mark.parametrize(
    ("rule", "code", "requests"),
    [
        ({"status": 401}, "model.auth", 1),
        ({"status": 403}, "model.auth", 1),
        ({"status": 404}, "model.bad-request", 1),
        ({"status": 400}, "model.bad-request", 1),
        ({"status": 429}, "model.rate-limited", 3),
        ({"status": 500}, "model.unavailable", 3),
        ({"status": 503}, "model.unavailable", 3),
        ({"reset": 1, "answer": "a b c"}, "model.unavailable", 3),
        ({"answer": ""}, "model.empty-answer", 3),
        (
            {"status": 400, "error": {"message": "context_length_exceeded"}},
            "model.context-length",
            1,
        ),
    ],
)
@pytest.mark.parametrize("provider", ["databricks", "openai"])
def test_failures_have_a_code_and_an_exact_number_of_requests(
    server: ScriptedOpenAI, provider: str, rule: dict[str, Any], code: str, requests: int
) -> None:
    server.script({**rule, "times": 99})
    run = make_run()

    with pytest.raises(ModelCallFailed) as caught:
        make_model(server, run, PLANS[provider]).call("Hello")

    assert caught.value.code == code
    assert len(server.chats) == requests
    assert failure_of(run) == {"code": code, "message": caught.value.message}
    assert PLANS[provider].key in caught.value.message


def test_a_timeout_is_retried_and_named(server: ScriptedOpenAI) -> None:
    server.script({"hang": True, "times": 99})

    with pytest.raises(ModelCallFailed) as caught:
        make_model(server, make_run(), timeout_s=0.2).call("Hello")

    assert caught.value.code == "model.timeout"
    assert len(server.chats) == 3


def test_an_unreachable_server_is_unavailable(server: ScriptedOpenAI) -> None:
    plan = openai_plan(base_url="http://127.0.0.1:9/v1")  # the discard port: nothing listens

    with pytest.raises(ModelCallFailed) as caught:
        make_model(server, make_run(), plan, allow_private_urls=True).call("Hello")

    assert caught.value.code in ("model.unavailable", "model.bad-request")


def test_a_passing_failure_is_retried_and_the_run_is_told(server: ScriptedOpenAI) -> None:
    server.script({"status": 503, "times": 2})
    run = make_run()

    assert make_model(server, run).call("Hello") == "answer to [Hello]"

    assert len(run.of_type(EventType.LOG)) == 2
    assert len(run.of_type(EventType.LLM_CALL_STARTED)) == 1
    assert run.usage.llm_calls == 1


def test_text_of_a_broken_stream_is_taken_back(server: ScriptedOpenAI) -> None:
    server.script({"reset": 2, "answer": "wrong wrong wrong", "times": 1}, {"answer": "right"})
    run = make_run()

    assert make_model(server, run).call("Hello") == "right"

    texts = [event.data for event in run.of_type(EventType.LLM_CHUNK)]
    assert {"text": "", "restart": True} in texts
    assert texts[-1] == {"text": "right"}


def test_retry_after_is_obeyed_up_to_our_patience(server: ScriptedOpenAI) -> None:
    server.script({"status": 429, "retry_after": 3600})

    with pytest.raises(ModelCallFailed) as caught:
        make_model(server, make_run()).call("Hello")

    assert caught.value.code == "model.rate-limited"
    assert len(server.chats) == 1


def test_a_wait_between_retries_ends_with_the_run(server: ScriptedOpenAI) -> None:
    server.script({"status": 429, "retry_after": 30, "times": 99})
    run = make_run()
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(make_model(server, run).call, "Hello")
        server.wait_until_requests(1)
        run.cancelled.set()

        with pytest.raises(RunCancelled):
            call.result(timeout=20)


def test_a_cancel_stops_a_stream_within_a_chunk(server: ScriptedOpenAI) -> None:
    server.script({"answer": "a " * 50, "hold": 3})
    run = make_run()
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(make_model(server, run).call, "Hello")
        server.wait_until_chunks(3)
        run.cancelled.set()

        with pytest.raises(RunCancelled):
            call.result(timeout=60)

    assert failure_of(run)["code"] == "run.cancelled"
    assert run.usage.llm_calls == 1
    assert server.chats[0].chunks_sent == 3


def test_a_stream_that_is_left_gives_its_connection_back_at_once(server: ScriptedOpenAI) -> None:
    """Left to the garbage collector, it was closed at any time, inside the lock of its connection pool, too."""
    server.script({"answer": "a " * 50, "hold": 3})
    opened = OpenedStream()
    request = {
        "model": "openai/gpt-4o-mini",
        "messages": [{"role": "user", "content": "Hello"}],
        "stream": True,
        "api_base": server.base_url,
        "api_key": KEY,
    }
    items = opened.open(request, True)
    next(items)
    connection = opened.response.completion_stream.response
    assert not connection.is_closed
    items.close()
    assert connection.is_closed


def test_a_reader_that_stops_has_the_stream_closed() -> None:
    closed = threading.Event()

    def numbers() -> Generator[int, None, None]:
        try:
            yield from range(1_000_000_000)
        finally:
            closed.set()

    kept = numbers()  # so that nothing but a call of close() ends it
    for _ in InterruptibleStream(lambda: kept, lambda: None):
        break
    assert closed.wait(60)


def test_a_cancel_does_not_wait_for_a_model_that_is_thinking(server: ScriptedOpenAI) -> None:
    server.script({"hang": True})
    run = make_run()
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(make_model(server, run).call, "Hello")
        server.wait_until_requests(1)
        run.cancelled.set()

        with pytest.raises(RunCancelled):
            call.result(timeout=60)


def test_messages_of_failures_quote_neither_prompt_nor_key(server: ScriptedOpenAI) -> None:
    secret_text = "the merger with Initech is planned for May"
    server.script(
        {"status": 400, "error": {"message": f"cannot read: {secret_text}"}},
        {"status": 401, "error": {"message": f"Incorrect API key provided: {KEY}"}},
    )
    model = make_model(server, make_run())
    messages = []
    for _ in range(2):
        with pytest.raises(ModelCallFailed) as caught:
            model.call(f"Consider that {secret_text}.")
        messages.append(caught.value.message)

    assert "Initech" not in messages[0]
    assert KEY not in messages[1]
    assert "Incorrect API key" in messages[1]


def test_tools_work_through_the_databricks_route_in_a_crew(server: ScriptedOpenAI) -> None:
    """litellm 1.106 with mcp 1.30 fails here with an ImportError: keep the pin below 1.106."""
    server.script(
        {"tool_calls": [{"name": "calculator", "arguments": {"expression": "6*7"}}]},
        {"answer": "It is 42."},
    )
    run = make_run()
    agent = make_agent(make_model(server, run), CalculatorTool())

    assert run_crew(make_task(agent, "What is six times seven?")) == "It is 42."

    assert server.chats[0].path == "/serving-endpoints/chat/completions"
    assert server.chats[0].tools == ["calculator"]
    assert server.chats[1].messages[-1]["content"].startswith("result of 6*7")
    assert run.usage.llm_calls == 2


def test_a_model_without_native_tools_falls_back_to_tools_as_text(server: ScriptedOpenAI) -> None:
    server.script(
        {"status": 400, "error": {"message": "this model does not support tools"}},
        {"answer": "Thought: easy\nFinal Answer: forty-two"},
    )
    agent = make_agent(make_model(server, make_run()), CalculatorTool())

    assert run_crew(make_task(agent, "What is six times seven?")) == "forty-two"


@pytest.mark.parametrize("limit_s", [None, 30])
def test_a_spent_budget_comes_out_of_kickoff_as_itself(
    server: ScriptedOpenAI, limit_s: int | None
) -> None:
    server.script({"tool_calls": [{"name": "calculator", "arguments": {"expression": "1"}}]})
    run = OverBudget(credentials=make_run().credentials)
    agent = make_agent(make_model(server, run), CalculatorTool(), max_execution_time=limit_s)

    with pytest.raises(BudgetExceeded) as caught:
        run_crew(make_task(agent, "What is six times seven?"))

    assert caught.value.usage.llm_calls == 1
    assert len(server.chats) == 1


def test_a_cancel_comes_out_of_kickoff_as_itself(server: ScriptedOpenAI) -> None:
    run = make_run()
    run.cancelled.set()
    agent = make_agent(make_model(server, run))

    with pytest.raises(RunCancelled):
        run_crew(make_task(agent))

    assert not server.chats
    assert not run.events


def test_a_cancel_inside_a_tool_comes_out_of_kickoff_as_itself(server: ScriptedOpenAI) -> None:
    server.script({"tool_calls": [{"name": "calculator", "arguments": {"expression": "1"}}]})
    run = make_run()
    agent = make_agent(make_model(server, run), CancellingTool(run))

    with pytest.raises(RunCancelled):
        run_crew(make_task(agent, "What is six times seven?"))

    assert len(server.chats) == 1


@pytest.mark.parametrize("status", [500, 429])
def test_a_crew_does_not_multiply_our_retries(server: ScriptedOpenAI, status: int) -> None:
    server.script({"status": status, "times": 99})
    agent = make_agent(make_model(server, make_run()), max_retry_limit=2)

    with pytest.raises(ModelCallFailed):
        run_crew(make_task(agent))

    assert len(server.chats) == 1 + AT_ONCE.max_retries


def test_a_model_failure_inside_a_guardrail_is_not_a_failed_check(server: ScriptedOpenAI) -> None:
    server.script({"match": "Ensure the following", "status": 401, "times": 99})
    agent = make_agent(make_model(server, make_run()))

    with pytest.raises(ModelCallFailed):
        run_crew(make_task(agent, guardrail="Must be polite"))


def test_a_conversation_that_is_too_long_is_summarised_once_allowed(server: ScriptedOpenAI) -> None:
    too_long = {"message": "context_length_exceeded"}
    server.script(
        {"tool_calls": [{"name": "calculator", "arguments": {"expression": "1"}}]},
        {"status": 400, "error": too_long},
    )
    agent = make_agent(make_model(server, make_run()), CalculatorTool())

    assert run_crew(make_task(agent, "Count")).startswith("answer to")


def test_without_summaries_a_conversation_that_is_too_long_fails_the_task(
    server: ScriptedOpenAI,
) -> None:
    """crewai would raise SystemExit; the words that make it do so are kept from it."""
    server.script({"status": 400, "error": {"message": "context_length_exceeded"}, "times": 99})
    agent = make_agent(make_model(server, make_run()), respect_context_window=False)

    with pytest.raises(ModelCallFailed) as caught:
        run_crew(make_task(agent))

    assert caught.value.code == "model.context-length"
    assert len(server.chats) == 1


def test_two_agents_do_not_count_tokens_twice(server: ScriptedOpenAI) -> None:
    server.script({"usage": {"prompt_tokens": 10, "completion_tokens": 5}})
    run = make_run()
    first = make_agent(make_model(server, run, agent="first"), role="First")
    second = make_agent(make_model(server, run, agent="second"), role="Second")

    run_crew(make_task(first, "Do one"), make_task(second, "Do two"))

    assert (run.usage.prompt_tokens, run.usage.completion_tokens) == (20, 10)
    assert run.usage == Usage(20, 10, 2, run.usage.cost_usd)
    assert {event.agent for event in run.events} == {"first", "second"}


def test_concurrent_runs_do_not_mix(server: ScriptedOpenAI) -> None:
    server.script({"chunk_delay_s": 0.001})
    runs = [make_run(execution_id=f"execution-{number}") for number in range(8)]
    together = threading.Barrier(len(runs))

    def call(number: int) -> str:
        together.wait(timeout=10)
        return str(make_model(server, runs[number]).call(f"Question {number}"))

    with ThreadPoolExecutor(len(runs)) as pool:
        answers = list(pool.map(call, range(len(runs))))

    assert answers == [f"answer to [Question {number}]" for number in range(len(runs))]
    for number, run in enumerate(runs):
        (completed,) = run.of_type(EventType.LLM_CALL_COMPLETED)
        assert completed.data["answer"] == {"text": answers[number]}
