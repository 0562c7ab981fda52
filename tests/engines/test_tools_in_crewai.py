"""What crewai 1.15.30 makes of our tools: native and textual calls, repeats, cancel."""

import json
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from crewai import Agent, Crew, Task
from crewai.llms.base_llm import BaseLLM
from crewai.tools import BaseTool
from pydantic import PrivateAttr

from src.core.events import EventType
from src.engines.base import RunCancelled
from src.engines.crewai.tools.factory import ToolFactory
from tests.support.fake_run import FakeRun
from tests.support.http_recorder import Answer, HttpRecorder, http_recorder
from tests.support.tool_building import FixedClock, build, plan


@pytest.fixture
def factory() -> ToolFactory:
    return ToolFactory(allow_private_urls=True, clock=FixedClock())


@pytest.fixture
def web() -> Iterator[HttpRecorder]:
    with http_recorder({"/ok": Answer(b"fine")}) as recorder:
        yield recorder


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

    _native: bool = PrivateAttr()

    def __init__(self, run: FakeRun, answers: Sequence[Any], *, native: bool = True) -> None:
        super().__init__(model="scripted")
        self._native = native
        self._run = run
        self._answers = list(answers)

    def call(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
        self._run.before_model_call()
        self._seen.append(messages)
        return self._answers.pop(0)

    async def acall(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
        return self.call(messages)

    def supports_function_calling(self) -> bool:
        return self._native

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


def test_a_model_without_native_calls_reaches_the_same_wrapper(factory: ToolFactory) -> None:
    run = FakeRun()
    script = [
        'Thought: compute\nAction: calculator\nAction Input: {"expression": "6 * 7"}',
        "Thought: I now know\nFinal Answer: 42",
    ]
    llm = ScriptedLLM(run, script, native=False)
    assert kick_off(llm, factory.build([plan("calculator")], run, "analyst")) == "42"
    assert run.of_type(EventType.TOOL_COMPLETED)[0].data["result"] == "42"


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
