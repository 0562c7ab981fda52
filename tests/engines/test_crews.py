"""Crews of several tasks and agents: what each model call is asked, and what the events say of it."""

import threading
from typing import Any

import pytest

from src.core.events import EngineEvent, EventType
from src.engines.base import TaskOutput
from src.services.runs.run import waves
from tests.support.crew_runs import MODEL, CrewRun, Events, code_of
from tests.support.plans import a_crew, a_task, an_agent
from tests.support.scripted_openai import ScriptedOpenAI

PROMPT = (
    "\nCurrent Task: {task}\n\nThis is the expected criteria for your final answer: A table\n"
    "you MUST return the actual complete content as the final answer, not a summary.{context}\n\n"
    "Provide your complete response:"
)
CONTEXT = "\n\nThis is the context you're working with:\n"
TWO_AGENTS = {"analyst": an_agent(), "writer": an_agent(role="Writer", goal="Write well")}


def delegating(**fields: Any) -> dict[str, Any]:
    return {
        "match": "List the moves",
        "tool_calls": [
            {
                "name": "delegate_work_to_coworker",
                "arguments": {"task": "Sub job", "context": "all of it", "coworker": "Writer"},
            }
        ],
        **fields,
    }


def hierarchical(**task: Any) -> dict[str, Any]:
    return a_crew(
        agents=TWO_AGENTS,
        tasks={"moves": a_task(**{"agent": None, **task})},
        process="hierarchical",
        manager_llm=MODEL,
    )


def assert_is_a_tree(events: Events) -> None:
    spans = {event.span_id for event in events.all} | {"execution-1"}
    assert {event.parent_span_id for event in events.all} <= spans


def parent_of(events: Events, child: EngineEvent) -> EngineEvent:
    return next(event for event in events.all if event.span_id == child.parent_span_id)


def test_a_task_is_asked_with_its_agent_its_words_and_the_outputs_it_reads(
    server: ScriptedOpenAI,
) -> None:
    server.script(
        {"match": "Find", "answer": "{braces} & <b>five</b> moves"},
        {"match": "Check", "answer": "all good"},
        {"match": "Write", "answer": "the report"},
    )
    crew = a_crew(
        agents=TWO_AGENTS,
        tasks={
            "find": a_task(description="Find"),
            "check": a_task(description="Check", context=[]),
            "write": a_task(description="Write", agent="writer"),
        },
    )
    run = CrewRun(server, crew)

    assert run.run() == TaskOutput("the report")

    asked = [chat.messages for chat in server.chats]
    assert [message["content"] for message in asked[2]] == [
        "You are Writer. Careful\nYour personal goal is: Write well",
        PROMPT.format(
            task="Write",
            context=f"{CONTEXT}{{braces}} & <b>five</b> moves\n\n----------\n\nall good",
        ),
    ]
    assert asked[1][1]["content"] == PROMPT.format(task="Check", context="")
    assert run.events.shown() == [
        f"{kind} {agent} {task}"
        for task, agent in (("find", "analyst"), ("check", "analyst"), ("write", "writer"))
        for kind in ("task_started", "llm_call_started", "llm_call_completed")
    ]
    assert_is_a_tree(run.events)


def test_a_tool_call_is_answered_and_told_with_its_parent(server: ScriptedOpenAI) -> None:
    call = {"name": "calculator", "arguments": {"expression": "6*7"}}
    server.script({"tool_calls": [call]}, {"turn": 1, "answer": "It is 42"})
    run = CrewRun(server, a_crew(agents={"analyst": an_agent(tools=["calculator"])}))

    assert run.run() == TaskOutput("It is 42")

    assert server.chats[1].messages[-1]["content"] == "42"
    assert run.events.shown() == [
        "task_started analyst moves",
        "llm_call_started analyst moves",
        "llm_call_completed analyst moves",
        "tool_started analyst moves",
        "tool_completed analyst moves",
        "llm_call_started analyst moves",
        "llm_call_completed analyst moves",
    ]
    started, completed = run.events.of_type(EventType.TOOL_STARTED, EventType.TOOL_COMPLETED)
    assert started.span_id == completed.span_id
    assert completed.data["result"] == "42"
    assert_is_a_tree(run.events)


def test_tools_of_a_task_stand_in_for_the_agents(server: ScriptedOpenAI) -> None:
    crew = a_crew(
        agents={"analyst": an_agent(tools=["calculator"])},
        tasks={"moves": a_task(tools=["current_time"]), "more": a_task()},
    )

    CrewRun(server, crew).run()

    assert [chat.tools for chat in server.chats] == [["current_time"], ["calculator"]]


def test_a_manager_passes_work_on_and_the_coworkers_calls_hang_below(
    server: ScriptedOpenAI,
) -> None:
    server.script(
        delegating(),
        {"match": "Sub job", "answer": "sub result"},
        {"match": "List the moves", "turn": 1, "answer": "final"},
    )
    run = CrewRun(server, hierarchical())

    assert run.run() == TaskOutput("final")

    manager, coworker, again = (chat.messages for chat in server.chats)
    assert manager[0]["content"].startswith("You are Crew Manager.")
    assert coworker[0]["content"].startswith("You are Writer.")
    assert f"Sub job{chr(10)}" in coworker[1]["content"]
    assert f"{CONTEXT}all of it" in coworker[1]["content"]
    assert again[-1]["content"] == "sub result"
    assert run.events.shown() == [
        "task_started None moves",
        "llm_call_started (manager) moves",
        "llm_call_completed (manager) moves",
        "tool_started (manager) moves",
        "llm_call_started writer moves",
        "llm_call_completed writer moves",
        "tool_completed (manager) moves",
        "llm_call_started (manager) moves",
        "llm_call_completed (manager) moves",
    ]
    (tool,) = run.events.of_type(EventType.TOOL_STARTED)
    assert tool.data == {
        "tool": "delegate_work_to_coworker",
        "arguments": {"coworker": "Writer", "request": "Sub job", "context": "all of it"},
    }
    by_writer = [event for event in run.events.all if event.agent == "writer"]
    assert {event.parent_span_id for event in by_writer} == {tool.span_id}
    assert_is_a_tree(run.events)


def test_a_coworkers_tools_hang_below_the_delegation(server: ScriptedOpenAI) -> None:
    call = {"name": "calculator", "arguments": {"expression": "6*7"}}
    server.script(
        delegating(),
        {"match": "Sub job", "tool_calls": [call]},
        {"match": "Sub job", "turn": 1, "answer": "42"},
    )
    crew = hierarchical()
    crew["agents_yaml"] = {**TWO_AGENTS, "writer": an_agent(role="Writer", tools=["calculator"])}
    run = CrewRun(server, crew)

    run.run()

    delegation, calculation = run.events.of_type(EventType.TOOL_STARTED)
    assert calculation.agent == "writer"
    assert parent_of(run.events, calculation) is delegation


def test_a_manager_of_a_task_with_an_agent_passes_it_to_that_agent_only(
    server: ScriptedOpenAI,
) -> None:
    CrewRun(server, hierarchical(agent="analyst")).run()

    described = server.chats[0].body["tools"][0]["function"]["description"]
    assert "following coworkers: Analyst\n" in described


def test_a_coworker_that_is_asked_twice_at_once_answers_twice(server: ScriptedOpenAI) -> None:
    asked = [
        {
            "name": "delegate_work_to_coworker",
            "arguments": {"task": f"Part {number}", "context": "c", "coworker": "Writer"},
        }
        for number in (1, 2)
    ]
    server.script(
        delegating(tool_calls=asked),
        {"match": "Part 1", "answer": "one"},
        {"match": "Part 2", "answer": "two"},
    )
    run = CrewRun(server, hierarchical(agent="writer"))

    run.run()

    told = [message["content"] for message in server.chats[-1].messages[-2:]]
    assert told == ["one", "two"]
    tools = run.events.of_type(EventType.TOOL_COMPLETED)
    assert [event.agent for event in tools] == ["(manager)", "(manager)"]
    assert_is_a_tree(run.events)


def test_a_drawn_manager_speaks_for_itself(server: ScriptedOpenAI) -> None:
    node = {"description": "List the moves", "expected_output": "A table"}
    crew = {
        "nodes": [
            {"id": "ann", "type": "agentNode", "data": an_agent()},
            {"id": "boss", "type": "managerNode", "data": an_agent(role="Chief of prices")},
            {"id": "moves", "type": "taskNode", "data": node},
        ],
        "process": "hierarchical",
    }
    run = CrewRun(server, crew)

    run.run()

    assert server.chats[0].messages[0]["content"].startswith("You are Chief of prices.")
    assert "llm_call_started boss moves" in run.events.shown()


def test_an_agent_that_may_delegate_asks_the_others(server: ScriptedOpenAI) -> None:
    question = {"question": "Which ones?", "context": "c", "coworker": "writer"}
    server.script(
        {
            "match": "List the moves",
            "tool_calls": [{"name": "ask_question_to_coworker", "arguments": question}],
        },
        {"match": "Which ones?", "answer": "those"},
        {"match": "List the moves", "turn": 1, "answer": "done"},
    )
    agents = {**TWO_AGENTS, "analyst": an_agent(allow_delegation=True)}
    run = CrewRun(server, a_crew(agents=agents))

    assert run.run() == TaskOutput("done")

    assert server.chats[2].messages[-1]["content"] == "those"
    assert "llm_call_started writer moves" in run.events.shown()


def test_an_unknown_coworker_is_an_answer_the_manager_can_act_on(server: ScriptedOpenAI) -> None:
    call = {"task": "x", "context": "y", "coworker": "Nobody"}
    server.script(
        delegating(tool_calls=[{"name": "delegate_work_to_coworker", "arguments": call}]),
        {"turn": 1, "answer": "done"},
    )
    run = CrewRun(server, hierarchical())

    assert run.run() == TaskOutput("done")

    told = server.chats[1].messages[-1]["content"]
    assert "no coworker 'Nobody'" in told
    assert "- Analyst\n- Writer" in told
    (failed,) = run.events.of_type(EventType.TOOL_FAILED)
    assert failed.data["error"]["code"] == "unknown-coworker"


def test_a_failed_model_call_of_a_coworker_ends_the_task(server: ScriptedOpenAI) -> None:
    server.script(delegating(), {"match": "Sub job", "status": 401})
    run = CrewRun(server, hierarchical())

    with pytest.raises(Exception, match="refused the credentials") as raised:
        run.run()

    assert code_of(raised.value) == "model.auth"
    assert len(server.chats) == 2
    (failed,) = run.events.of_type(EventType.TOOL_FAILED)
    assert failed.data["error"]["code"] == "stopped"


def test_async_tasks_run_side_by_side(server: ScriptedOpenAI) -> None:
    server.script(
        {"match": "Left", "answer": "left", "hold": 0},
        {"match": "Right", "answer": "right", "hold": 0},
        {"match": "Join", "answer": "both"},
    )
    tasks = {
        "left": a_task(description="Left", async_execution=True),
        "right": a_task(description="Right", async_execution=True),
        "join": a_task(description="Join"),
    }
    run = CrewRun(server, a_crew(tasks=tasks))
    assert waves(run.plan) == [["left", "right"], ["join"]]

    threads = [threading.Thread(target=run.task, args=(key,)) for key in ("left", "right")]
    for thread in threads:
        thread.start()
    server.wait_until_requests(2)  # both are being answered at the same time
    server.release()
    for thread in threads:
        thread.join(60)

    assert run.task("join") == TaskOutput("both")
    assert f"{CONTEXT}left\n\n----------\n\nright" in server.chats[2].messages[1]["content"]
    by_task = {event.task: event.agent for event in run.events.of_type(EventType.LLM_CHUNK)}
    assert by_task == {"left": "analyst", "right": "analyst", "join": "analyst"}
    assert_is_a_tree(run.events)


def test_the_plan_of_the_planner_reaches_the_prompts(server: ScriptedOpenAI) -> None:
    plans = [
        {"task_number": 1, "task": "find", "plan": "First look, then list."},
        {"task_number": 2, "task": "write", "plan": "Write it down."},
    ]
    server.script({"match": "tasks summary", "json": {"list_of_plans_per_task": plans}})
    tasks = {"find": a_task(description="Find"), "write": a_task(description="Write")}
    run = CrewRun(server, a_crew(tasks=tasks, planning=True))

    assert run.make_plan() == {"find": "First look, then list.", "write": "Write it down."}
    run.run()

    summary = server.chats[0].messages[1]["content"]
    assert "Task Number 1 - Find" in summary
    assert "Task Number 2 - Write" in summary
    assert (
        "Current Task: Find\n\nFirst look, then list.\n" in server.chats[1].messages[1]["content"]
    )
    assert "Current Task: Write\n\nWrite it down.\n" in server.chats[2].messages[1]["content"]
    assert run.events.shown()[:2] == [
        "llm_call_started (planner) None",
        "llm_call_completed (planner) None",
    ]


def test_a_planner_that_gives_no_plan_fails_in_words(server: ScriptedOpenAI) -> None:
    server.script({"answer": "I would rather not"})
    run = CrewRun(server, a_crew(planning=True))

    with pytest.raises(Exception, match="no usable plan; choose another planning_llm") as raised:
        run.make_plan()

    assert code_of(raised.value) == "plan.failed"


def test_chunks_arrive_before_the_answer_is_complete(server: ScriptedOpenAI) -> None:
    server.script({"answer": "one two three", "hold": 2})
    run = CrewRun(server, a_crew())
    seen = threading.Event()
    emit = run.events.emit

    def watch(event: EngineEvent) -> None:
        emit(event)
        if event.type is EventType.LLM_CHUNK:
            seen.set()

    run.events.emit = watch  # type: ignore[method-assign]
    worker = threading.Thread(target=run.run)
    worker.start()

    assert seen.wait(60)
    assert run.events.of_type(EventType.LLM_CALL_COMPLETED) == []
    server.release()
    worker.join(60)
    chunks = run.events.of_type(EventType.LLM_CHUNK)
    assert "".join(chunk.data["text"] for chunk in chunks) == "one two three"
    assert run.outputs["moves"] == TaskOutput("one two three")


def test_characters_that_no_database_keeps_are_replaced(server: ScriptedOpenAI) -> None:
    server.script({"answer": "one\x00two"})

    assert CrewRun(server, a_crew()).run() == TaskOutput("one\ufffdtwo")


def test_templates_replace_crewais_prompts(server: ScriptedOpenAI) -> None:
    agent = an_agent(
        system_template="<s>{{ .System }}</s>",
        prompt_template="<u>{{ .Prompt }}</u>",
        response_template="<a>{{ .Response }}</a>",
    )

    CrewRun(server, a_crew(agents={"analyst": agent})).run()

    text = "".join(message["content"] for message in server.chats[0].messages)
    assert text.startswith("<s>You are Analyst.")
    assert "<u>\nCurrent Task: List the moves" in text


def test_markdown_is_asked_for(server: ScriptedOpenAI) -> None:
    CrewRun(server, a_crew(tasks={"moves": a_task(markdown=True)})).run()

    assert "MUST be formatted in Markdown" in server.chats[0].messages[1]["content"]
