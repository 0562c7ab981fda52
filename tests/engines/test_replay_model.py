"""Replay: the recorded answers of a task and agent, in order and byte for byte."""

import pytest

from src.core.events import EventType, RecordedCall
from src.engines.crewai.llms.errors import ModelCallFailed
from src.engines.crewai.llms.replay_model import ReplayModel
from src.engines.plans import ModelPlan
from tests.support.crews import CalculatorTool, make_agent, make_task, run_crew
from tests.support.fake_run import FakeRun

PLAN = ModelPlan(key="replay/execution-0", provider="replay", name="execution-0")
TEXT = "  Straße\t“42”\n\n```json\n{}\n```  "
TOOL_CALL = {"id": "call_7", "name": "calculator", "arguments": '{"expression":  "6*7"}'}


def recorded(text: str, task: str | None = "task", agent: str = "analyst") -> RecordedCall:
    return RecordedCall(task, agent, {"text": text})


def replay(*calls: RecordedCall, agent: str = "analyst") -> tuple[ReplayModel, FakeRun]:
    run = FakeRun(recording=lambda execution_id: calls if execution_id == "execution-0" else ())
    return ReplayModel(PLAN, run, agent), run


def test_text_comes_back_byte_for_byte() -> None:
    model, run = replay(recorded(TEXT))

    assert model.call("Anything") == TEXT

    (completed,) = run.of_type(EventType.LLM_CALL_COMPLETED)
    assert completed.data["answer"] == {"text": TEXT}
    assert run.usage.cost_usd == 0.0


def test_answers_come_in_order_and_only_those_of_this_task_and_agent() -> None:
    model, _ = replay(
        recorded("other task", task="other"),
        recorded("first"),
        recorded("other agent", agent="writer"),
        recorded("second"),
    )

    assert [model.call("Anything"), model.call("Anything")] == ["first", "second"]


def test_a_crew_repeats_the_recorded_tool_calls() -> None:
    model, run = replay(
        RecordedCall("task", "analyst", {"tool_calls": [TOOL_CALL]}), recorded("42.")
    )

    assert run_crew(make_task(make_agent(model, CalculatorTool()), "Six times seven?")) == "42."

    first, _ = run.of_type(EventType.LLM_CALL_COMPLETED)
    assert first.data["answer"] == {"tool_calls": [TOOL_CALL]}


def test_a_recording_that_runs_out_says_so() -> None:
    model, run = replay(recorded("only"))
    model.call("Anything")

    with pytest.raises(ModelCallFailed) as caught:
        model.call("Anything")

    assert caught.value.code == "replay.exhausted"
    assert "1 answers" in caught.value.message
    (failed,) = run.of_type(EventType.LLM_CALL_FAILED)
    assert failed.data["error"]["code"] == "replay.exhausted"


def test_a_task_without_recording_is_named() -> None:
    model, _ = replay(recorded("elsewhere", task="other"))

    with pytest.raises(ModelCallFailed) as caught:
        model.call("Anything")

    assert caught.value.code == "replay.unknown-task"
    assert "other" in caught.value.message
