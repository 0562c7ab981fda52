"""Crews without a language model: answers of a recorded run, and the labelled demo model."""

from typing import Any

import pytest

from src.core.events import EventType
from src.engines.crewai.llms.demo_model import LABEL
from tests.support.crew_runs import MODEL, CrewRun, code_of
from tests.support.plans import a_crew, a_task, an_agent
from tests.support.scripted_openai import ScriptedOpenAI

SCHEMA = {
    "type": "object",
    "properties": {"euros": {"type": "integer"}, "why": {"type": "string"}},
    "required": ["euros"],
}
TEXT = "  Straße\t“42” …\n\n```json\n{}\n```\n\n🙂"


def recorded_crew(model: str) -> dict[str, Any]:
    return a_crew(
        agents={
            "analyst": an_agent(tools=["calculator"]),
            "writer": an_agent(role="Writer", max_iter=4),
        },
        tasks={
            "find": a_task(description="Find", agent="analyst"),
            "shape": a_task(description="Shape", agent="writer", output_json=SCHEMA),
            "lead": a_task(description="Lead", agent=None, guardrails=["names a price"]),
        },
        process="hierarchical",
        manager_llm=model,
        planning=True,
        model=model,
    )


def delegation(task: str, role: str) -> dict[str, Any]:
    arguments = {"task": f"{task} it", "context": TEXT, "coworker": role}
    return {"name": "delegate_work_to_coworker", "arguments": arguments}


RULES: tuple[dict[str, Any], ...] = (
    {"match": "tasks summary", "json": {"list_of_plans_per_task": []}},
    {
        "match": "Find it",
        "tool_calls": [{"name": "calculator", "arguments": {"expression": "6*7"}}],
    },
    {"match": "Find it", "turn": 1, "answer": TEXT},
    {"match": "Find", "tool_calls": [delegation("Find", "Analyst")]},
    {"match": "Shape", "json": {"euros": "many"}, "times": 1, "turn": 0},
    {"match": "Shape", "json": {"euros": 42, "why": TEXT}, "turn": 0},
    {"match": "Lead", "answer": "first try", "times": 1},
    {"match": "Lead", "answer": "second try"},
    {"match": "You check whether", "json": {"valid": False, "feedback": "no"}, "times": 1},
    {"match": "You check whether", "json": {"valid": True}},
)


def course(run: CrewRun) -> list[tuple[Any, ...]]:
    """Everything that happened, without times and spans."""
    of_interest = ("tool", "arguments", "result", "answer", "passed", "message")
    hidden = (EventType.LLM_CHUNK,)
    return [
        (event.type, event.agent, event.task, *(str(event.data.get(key)) for key in of_interest))
        for event in run.events.all
        if event.type not in hidden
    ]


def test_a_recorded_run_is_replayed_byte_for_byte_without_its_server() -> None:
    with ScriptedOpenAI(*RULES) as server:
        original = CrewRun(server, recorded_crew(MODEL))
        original.make_plan()
        original.run()

    replayed = CrewRun(None, recorded_crew("replay/execution-1"), recorded=original.events)
    replayed.make_plan()
    replayed.run()

    assert replayed.outputs == original.outputs
    assert original.outputs["shape"].json == {"euros": 42, "why": TEXT}
    assert original.outputs["lead"].text == "second try"
    assert course(replayed) == course(original)
    assert replayed.usage.cost_usd == 0.0
    assert replayed.usage.llm_calls == original.usage.llm_calls


def test_a_run_that_takes_another_path_than_the_recorded_one_says_so() -> None:
    with ScriptedOpenAI({"answer": "moves"}) as server:
        original = CrewRun(server, a_crew())
        original.run()
    stricter = a_crew(
        tasks={"moves": a_task(guardrail={"type": "length", "min_chars": 99})},
        model="replay/execution-1",
    )

    with pytest.raises(Exception, match="asks for one more") as raised:
        CrewRun(None, stricter, recorded=original.events).run()

    assert code_of(raised.value) == "replay.exhausted"


def test_the_demo_model_uses_tools_and_shapes_for_real() -> None:
    crew = a_crew(
        agents={"analyst": an_agent(tools=["calculator"])},
        tasks={
            "sum": a_task(description="Work out 6*7 for {region}"),
            "shape": a_task(description="Give the price", output_json=SCHEMA),
        },
        model="demo/demo",
        planning=True,
    )
    run = CrewRun(None, crew, {"region": "Europe"})

    notes = run.make_plan()
    run.run()

    assert notes.keys() == {"sum", "shape"}
    (tool,) = run.events.of_type(EventType.TOOL_COMPLETED)
    assert tool.data["result"] == "42"
    assert run.outputs["sum"].text.startswith(LABEL)
    assert "42" in run.outputs["sum"].text
    shaped = run.outputs["shape"].json
    assert isinstance(shaped["euros"], int)
    assert LABEL in shaped["why"]
    assert run.usage.cost_usd == 0.0


def test_the_demo_model_leads_a_hierarchical_crew() -> None:
    crew = a_crew(
        agents={"analyst": an_agent(tools=["calculator"]), "writer": an_agent(role="Writer")},
        tasks={"sum": a_task(description="Let the analyst work out 6*7", agent=None)},
        process="hierarchical",
        manager_llm="demo/demo",
        model="demo/demo",
    )
    run = CrewRun(None, crew)

    assert run.run().text.startswith(LABEL)

    tools = [event.data["tool"] for event in run.events.of_type(EventType.TOOL_COMPLETED)]
    assert "delegate_work_to_coworker" in tools
