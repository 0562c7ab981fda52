"""What ends a crew early: iterations, time, pace, budget, a cancel, a provider that fails."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from src.core.events import EventType, Usage
from src.engines.base import BudgetExceeded, RunCancelled, TaskOutput
from src.engines.crewai.attempt import AttemptRun, Pace, PacedRun, Paces
from src.engines.plans import BudgetPlan
from tests.support.crew_runs import CrewRun, code_of
from tests.support.fake_run import FakeRun
from tests.support.plans import a_crew, a_task, an_agent
from tests.support.scripted_openai import ScriptedOpenAI

ADD = {"name": "calculator", "arguments": {"expression": "1+1"}}


def crew_of(**agent: Any) -> dict[str, Any]:
    return a_crew(agents={"analyst": an_agent(tools=["calculator"], **agent)})


def in_thread(work: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    """Runs `work` beside the test; what it raises ends up in the list."""
    raised: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as exc:  # handed to the test
            raised.append(exc)

    thread = threading.Thread(target=guarded)
    thread.start()
    return thread, raised


def test_max_iter_asks_for_the_best_answer_so_far(server: ScriptedOpenAI) -> None:
    server.script(
        {"anywhere": True, "match": "absolute best final answer", "answer": "my best"},
        *({"tool_calls": [ADD], "turn": turn} for turn in range(9)),
    )

    assert CrewRun(server, crew_of(max_iter=3)).run() == TaskOutput("my best")

    assert len(server.chats) == 4


def test_max_execution_time_ends_a_model_call_that_hangs(server: ScriptedOpenAI) -> None:
    server.script({"hang": True})
    run = CrewRun(server, crew_of(max_execution_time=1), timeout_s=60)
    started_s = time.monotonic()

    with pytest.raises(Exception, match="max_execution_time") as raised:
        run.run()

    assert code_of(raised.value) == "task.timeout"
    assert time.monotonic() - started_s < 40  # of the 60 s that the run itself would have
    assert len(server.chats) == 1
    (failed,) = run.events.of_type(EventType.LLM_CALL_FAILED)
    assert "max_execution_time" in failed.data["error"]["message"]


def test_max_execution_time_ends_an_agent_that_goes_on_and_on(server: ScriptedOpenAI) -> None:
    server.script(*({"tool_calls": [ADD], "turn": turn, "delay_s": 0.2} for turn in range(99)))
    run = CrewRun(server, crew_of(max_execution_time=1, max_iter=90))

    with pytest.raises(Exception, match="max_execution_time") as raised:
        run.run()

    assert code_of(raised.value) == "task.timeout"
    assert len(server.chats) < 10


def test_a_coworker_that_runs_out_of_time_is_told_to_the_manager(server: ScriptedOpenAI) -> None:
    call = {"task": "Sub job", "context": "c", "coworker": "Analyst"}
    server.script(
        {"match": "Sub job", "hang": True},
        {"tool_calls": [{"name": "delegate_work_to_coworker", "arguments": call}]},
        {"turn": 1, "answer": "did it myself"},
    )
    crew = a_crew(
        agents={"analyst": an_agent(max_execution_time=1)},
        tasks={"moves": a_task(agent=None)},
        process="hierarchical",
        manager_llm="openai/gpt-4o-mini",
    )

    assert CrewRun(server, crew, timeout_s=60).run() == TaskOutput("did it myself")

    assert "took longer than 1 s" in server.chats[2].messages[-1]["content"]


def test_a_token_budget_stops_between_calls_and_keeps_what_is_done(server: ScriptedOpenAI) -> None:
    server.script({"answer": "done", "usage": {"prompt_tokens": 40, "completion_tokens": 20}})
    tasks = {name: a_task(description=name) for name in ("one", "two", "three")}
    run = CrewRun(server, a_crew(tasks=tasks), budget=BudgetPlan(max_tokens=100))

    run.task("one")
    run.task("two")  # begins below the limit: the one call that may cross it
    with pytest.raises(BudgetExceeded, match="used 120 of at most 100 tokens") as raised:
        run.task("three")

    assert run.outputs.keys() == {"one", "two"}
    assert raised.value.usage.llm_calls == len(server.chats) == 2


def test_a_budget_in_usd_stops_in_the_middle_of_a_task(server: ScriptedOpenAI) -> None:
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0}  # 2 USD at the house's price
    server.script(*({"tool_calls": [ADD], "turn": turn, "usage": usage} for turn in range(9)))
    run = CrewRun(server, {**crew_of(llm="house-model")}, budget=BudgetPlan(max_usd=5.0))

    with pytest.raises(BudgetExceeded, match=r"used 6\.0000 of at most 5\.0000 USD"):
        run.run()

    assert len(server.chats) == 3
    assert run.usage.cost_usd == pytest.approx(6.0)


def test_a_budget_in_usd_needs_prices(server: ScriptedOpenAI) -> None:
    run = CrewRun(server, crew_of(llm="openai/my-own"), budget=BudgetPlan(max_usd=5.0))
    server.script({"tool_calls": [ADD]})

    with pytest.raises(BudgetExceeded, match="no known price"):
        run.run()

    assert len(server.chats) == 1


def test_a_coworker_over_budget_ends_the_run(server: ScriptedOpenAI) -> None:
    call = {"task": "Sub job", "context": "c", "coworker": "Analyst"}
    server.script({"tool_calls": [{"name": "delegate_work_to_coworker", "arguments": call}]})
    crew = a_crew(
        tasks={"moves": a_task(agent=None)},
        process="hierarchical",
        manager_llm="openai/gpt-4o-mini",
    )

    with pytest.raises(BudgetExceeded):
        CrewRun(server, crew, budget=BudgetPlan(max_tokens=1)).run()

    assert len(server.chats) == 1


def test_a_cancel_is_heard_while_the_model_answers(server: ScriptedOpenAI) -> None:
    server.script({"answer": "one two three", "hold": 1})
    run = CrewRun(server, crew_of())
    thread, raised = in_thread(run.run)
    server.wait_until_chunks(1)

    run.cancelled.set()
    thread.join(60)

    assert isinstance(raised[0], RunCancelled)
    assert run.outputs == {}


def test_no_call_begins_in_a_cancelled_run(server: ScriptedOpenAI) -> None:
    run = CrewRun(server, crew_of())
    run.cancelled.set()

    with pytest.raises(RunCancelled):
        run.run()

    assert server.chats == []


def test_max_rpm_waits_and_the_wait_ends_with_the_run(server: ScriptedOpenAI) -> None:
    server.script({"tool_calls": [ADD]})
    run = CrewRun(server, crew_of(max_rpm=1))
    waiting = threading.Event()
    emit = run.events.emit

    def watch(event: Any) -> None:
        emit(event)
        if event.type is EventType.LOG:
            waiting.set()

    run.events.emit = watch  # type: ignore[method-assign]
    thread, raised = in_thread(run.run)

    assert waiting.wait(60)
    assert len(server.chats) == 1
    (told,) = run.events.of_type(EventType.LOG)
    assert "max_rpm allows 1 calls a minute" in told.data["message"]
    run.cancelled.set()
    thread.join(60)
    assert isinstance(raised[0], RunCancelled)


def test_a_pace_gives_a_place_a_minute_after_the_oldest_call() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert [pace.take(2), pace.take(2)] == [0.0, 0.0]

    now[0] = 20.0
    assert pace.take(2) == 40.0
    now[0] = 60.0
    assert [pace.take(2), pace.take(2), pace.take(2)] == [0.0, 0.0, 60.0]
    assert not pace.is_idle
    now[0] = 120.0
    assert pace.is_idle


def test_an_agent_keeps_its_pace_from_task_to_task() -> None:
    paces = Paces()
    paces.of("run", "a").take(1)

    assert paces.of("run", "a").take(1) > 0
    assert paces.of("run", "b").take(1) == 0.0
    assert paces.of("other run", "a").take(1) == 0.0


def test_a_paced_run_is_a_run_scope() -> None:
    run = FakeRun()
    paced = PacedRun(AttemptRun(run), Pace(), 5, "analyst")

    paced.before_model_call()
    paced.record_usage(Usage(1, 2, 1))
    paced.note_identity("obo")
    assert paced.recording("x") == ()
    assert (run.usage.prompt_tokens, run.identities) == (1, ["obo"])


@pytest.mark.parametrize(
    ("rule", "code", "calls"),
    [
        ({"status": 401}, "model.auth", 1),
        ({"status": 403}, "model.auth", 1),
        ({"status": 404}, "model.bad-request", 1),
        ({"status": 429, "times": 9}, "model.rate-limited", 3),
        ({"status": 500, "times": 9}, "model.unavailable", 3),
        ({"hang": True, "times": 9}, "model.timeout", 3),
        ({"reset": 1, "answer": "a b c", "times": 9}, "model.unavailable", 3),
        ({"answer": "", "times": 9}, "model.empty-answer", 3),
    ],
)
def test_failures_of_a_provider_have_codes_and_are_repeated_by_one_policy(
    server: ScriptedOpenAI, rule: dict[str, Any], code: str, calls: int
) -> None:
    server.script(rule)
    run = CrewRun(server, crew_of(), timeout_s=0.5)

    with pytest.raises(Exception, match=r"openai/gpt-4o-mini: .+\. [A-Z]") as raised:
        run.run()

    assert code_of(raised.value) == code
    assert len(server.chats) == calls
    (failed,) = run.events.of_type(EventType.LLM_CALL_FAILED)
    assert failed.data["error"]["code"] == code


@pytest.mark.parametrize("summarises", [True, False])
def test_a_conversation_that_stays_too_long_has_its_own_code(
    server: ScriptedOpenAI, summarises: bool
) -> None:
    error = {"message": "maximum context length is 10 tokens", "code": "context_length_exceeded"}
    server.script({"status": 400, "error": error, "times": 99})
    run = CrewRun(server, crew_of(respect_context_window=summarises))

    with pytest.raises(Exception, match="longer than the model can read") as raised:
        run.run()

    assert code_of(raised.value) == "model.context-length"
    assert len(server.chats) < 10


def test_a_rate_limit_that_passes_costs_a_wait_and_nothing_else(server: ScriptedOpenAI) -> None:
    server.script({"status": 429, "retry_after": 0}, {"answer": "there"})
    run = CrewRun(server, crew_of())

    assert run.run() == TaskOutput("there")

    assert run.usage.llm_calls == 1
    (told,) = run.events.of_type(EventType.LOG)
    assert "Asking again in 0.0 s" in told.data["message"]


def test_tokens_costs_and_calls_add_up_to_what_the_server_charged(server: ScriptedOpenAI) -> None:
    server.script(
        {
            "match": "one",
            "tool_calls": [ADD],
            "usage": {"prompt_tokens": 11, "completion_tokens": 3},
        },
        {"match": "one", "turn": 1, "usage": {"prompt_tokens": 23, "completion_tokens": 5}},
        {"match": "two", "usage": {"prompt_tokens": 31, "completion_tokens": 7}},
    )
    tasks = {"one": a_task(description="one"), "two": a_task(description="two", context=[])}
    agents = {"analyst": an_agent(tools=["calculator"], llm="house-model")}
    run = CrewRun(server, a_crew(agents=agents, tasks=tasks))

    run.run()

    calls = [event.data for event in run.events.of_type(EventType.LLM_CALL_COMPLETED)]
    assert [(c["prompt_tokens"], c["completion_tokens"]) for c in calls] == [
        (11, 3),
        (23, 5),
        (31, 7),
    ]
    assert [c["cost_usd"] for c in calls] == pytest.approx([22e-6, 46e-6, 62e-6])
    assert all(c["latency_ms"] >= 0 for c in calls)
    one, two = run.contexts["one"].usage, run.contexts["two"].usage
    assert (one.prompt_tokens, one.completion_tokens, one.llm_calls) == (34, 8, 2)
    assert (two.prompt_tokens, two.completion_tokens, two.llm_calls) == (31, 7, 1)
    assert run.usage == one + two
    assert run.usage.cost_usd == pytest.approx(130e-6)
