"""Crews that remember: what stands in their prompts, what they ask of memory, and what that costs."""

import threading
from typing import Any

import pytest

from src.core.events import EventType
from src.engines.base import RunCancelled
from src.engines.crewai.memory.crew_memory import QUERY_CHARS, CrewMemory
from tests.support.crew_runs import MODEL, CrewRun
from tests.support.fake_memory import FakeMemory, passage
from tests.support.plans import a_crew, a_task, an_agent
from tests.support.scripted_openai import ScriptedOpenAI

FACT = "Ana wants prices in euros"
THREE = {
    "find": a_task(description="Find"),
    "check": a_task(description="Check"),
    "write": a_task(description="Write"),
}


def remembering(server: ScriptedOpenAI, crew: dict[str, Any], memory: FakeMemory) -> CrewRun:
    return CrewRun(server, {"memory": True, **crew}, memory=memory)


def prompts(server: ScriptedOpenAI) -> list[str]:
    return ["\n".join(str(one.get("content")) for one in chat.messages) for chat in server.chats]


def delegating(
    task: str, *, to: str = "Writer", while_at: str = "List the moves"
) -> dict[str, Any]:
    arguments = {"task": task, "context": "all of it", "coworker": to}
    call = {"name": "delegate_work_to_coworker", "arguments": arguments}
    return {"match": while_at, "tool_calls": [call]}


def test_what_was_recalled_stands_in_the_prompt_once_behind_the_task(
    server: ScriptedOpenAI,
) -> None:
    memory = FakeMemory(FACT, documents=[passage("Returns take 14 days")])

    remembering(server, a_crew(), memory).run()

    (prompt,) = prompts(server)
    assert prompt.count(FACT) == prompt.count("Returns take 14 days") == 1
    task, fence, behind = prompt.partition("\n\n<recalled_memory>\n")
    assert "Current Task: List the moves" in task
    assert fence
    assert '{"rank": 1, "kind": "long_term", "from": "run of 2026-01-10, Analyst"' in behind
    assert "Handbook, Returns" in behind
    assert memory.recalls == [("List the moves", "analyst")]


def test_a_crew_with_memory_asks_the_model_no_more_often_than_one_without(
    server: ScriptedOpenAI,
) -> None:
    memory = FakeMemory(FACT)

    remembering(server, a_crew(tasks=THREE), memory).run()

    assert len(server.requests) == 3
    assert [query for query, _ in memory.recalls] == ["Find", "Check", "Write"]


def test_a_crew_without_memory_is_asked_as_ever(server: ScriptedOpenAI) -> None:
    memory = FakeMemory(FACT)

    CrewRun(server, a_crew(), memory=memory).run()

    assert memory.recalls == []
    assert server.chats[0].tools == []
    assert "recalled" not in prompts(server)[0]


def test_a_task_without_anything_to_recall_is_asked_as_ever(server: ScriptedOpenAI) -> None:
    remembering(server, a_crew(), FakeMemory()).run()

    assert "recalled" not in prompts(server)[0]


def test_memory_is_the_agents_who_have_it(server: ScriptedOpenAI) -> None:
    agents = {"analyst": an_agent(), "writer": an_agent(role="Writer", memory=True)}
    tasks = {"moves": a_task(), "brief": a_task(description="Write", agent="writer")}
    memory = FakeMemory(FACT)

    CrewRun(server, a_crew(agents=agents, tasks=tasks), memory=memory).run()

    first, second = server.chats
    assert (first.tools, FACT in prompts(server)[0]) == ([], False)
    assert (second.tools, FACT in prompts(server)[1]) == (["search_memory", "save_to_memory"], True)
    assert memory.recalls == [("Write", "writer")]


def test_tools_of_memory_come_on_top_of_a_tasks_own(server: ScriptedOpenAI) -> None:
    crew = a_crew(
        agents={"analyst": an_agent(tools=["calculator"])},
        tasks={"moves": a_task(tools=["current_time"]), "more": a_task()},
    )

    remembering(server, crew, FakeMemory()).run()

    memory_tools = ["search_memory", "save_to_memory"]
    assert [chat.tools for chat in server.chats] == [
        ["current_time", *memory_tools],
        ["calculator", *memory_tools],
    ]


def test_a_model_that_is_known_to_call_no_tools_gets_none(server: ScriptedOpenAI) -> None:
    memory = FakeMemory(FACT)

    remembering(server, a_crew(model="openai/gpt-5-chat"), memory).run()

    assert server.chats[0].tools == []
    assert FACT in prompts(server)[0]


def test_long_tasks_are_recalled_by_their_beginning(server: ScriptedOpenAI) -> None:
    memory = FakeMemory()
    crew = a_crew(tasks={"moves": a_task(description="Find the price. " + "data " * 5_000)})

    remembering(server, crew, memory).run()

    ((query, _),) = memory.recalls
    assert query.startswith("Find the price. data")
    assert len(query) == QUERY_CHARS


def test_a_refused_answer_is_tried_again_with_the_same_recollection(
    server: ScriptedOpenAI,
) -> None:
    server.script({"answer": "no", "times": 1}, {"answer": "yes, in EUR"})
    memory = FakeMemory(FACT)
    task = a_task(guardrail={"type": "contains", "must": ["EUR"]})

    output = remembering(server, a_crew(tasks={"moves": task}), memory).run()

    assert [prompt.count(FACT) for prompt in prompts(server)] == [1, 1]
    assert len(memory.recalls) == 1
    assert output.quality == 0.75


@pytest.mark.parametrize(("refusals", "quality"), [(0, 1.0), (1, 2 / 3), (2, 1 / 3)])
def test_quality_falls_with_every_refusal(
    server: ScriptedOpenAI, refusals: int, quality: float
) -> None:
    wrong = [{"answer": "no", "times": refusals}] if refusals else []
    server.script(*wrong, {"answer": "EUR"})
    rail = {"type": "contains", "must": ["EUR"]}
    task = a_task(guardrail=rail, guardrail_max_retries=2)

    assert CrewRun(server, a_crew(tasks={"moves": task})).run().quality == pytest.approx(quality)


def test_an_answer_that_nothing_checks_has_no_quality(server: ScriptedOpenAI) -> None:
    assert CrewRun(server, a_crew()).run().quality is None


def test_coworkers_read_what_the_task_recalled(server: ScriptedOpenAI) -> None:
    server.script(
        delegating("Sub job"),
        {"match": "Sub job", "answer": "sub result"},
        {"match": "List the moves", "turn": 1, "answer": "final"},
    )
    memory = FakeMemory(FACT)
    agents = {"analyst": an_agent(allow_delegation=True), "writer": an_agent(role="Writer")}

    remembering(server, a_crew(agents=agents), memory).run()

    assert [prompt.count(FACT) for prompt in prompts(server)] == [1, 1, 1]
    assert memory.recalls == [("List the moves", "analyst")]


def test_a_coworker_with_memory_recalls_for_one_who_has_none(server: ScriptedOpenAI) -> None:
    server.script(
        delegating("Sub job"),
        {"match": "Sub job", "answer": "sub result"},
        {"match": "List the moves", "turn": 1, "answer": "final"},
    )
    memory = FakeMemory(FACT)
    agents = {
        "analyst": an_agent(allow_delegation=True),
        "writer": an_agent(role="Writer", memory=True),
    }

    CrewRun(server, a_crew(agents=agents), memory=memory).run()

    assert [prompt.count(FACT) for prompt in prompts(server)] == [0, 1, 0]
    assert server.chats[1].tools == ["search_memory"]  # the task belongs to one who keeps nothing
    assert memory.recalls == [("List the moves", "writer")]


def test_a_manager_recalls_for_the_whole_task_and_gets_no_tools_of_memory(
    server: ScriptedOpenAI,
) -> None:
    server.script(
        delegating("Sub job"),
        {"match": "Sub job", "answer": "sub result"},
        {"match": "List the moves", "turn": 1, "answer": "final"},
    )
    memory = FakeMemory(FACT)
    crew = a_crew(
        agents={"analyst": an_agent(), "writer": an_agent(role="Writer")},
        tasks={"moves": a_task(agent=None)},
        process="hierarchical",
        manager_llm=MODEL,
    )

    remembering(server, crew, memory).run()

    manager, coworker, _ = server.chats
    assert [prompt.count(FACT) for prompt in prompts(server)] == [1, 1, 1]
    assert memory.recalls == [("List the moves", "(manager)")]
    assert "search_memory" not in manager.tools
    assert coworker.tools == ["search_memory", "save_to_memory"]


def test_a_manager_recalls_nothing_for_an_agent_without_memory(server: ScriptedOpenAI) -> None:
    memory = FakeMemory(FACT)
    crew = a_crew(
        agents={"analyst": an_agent(), "writer": an_agent(role="Writer", memory=True)},
        process="hierarchical",
        manager_llm=MODEL,
    )

    CrewRun(server, crew, memory=memory).run()

    assert memory.recalls == []


def test_a_model_searches_memory_and_reads_what_was_found(server: ScriptedOpenAI) -> None:
    call = {"name": "search_memory", "arguments": {"queries": ["prices", "currency"]}}
    server.script({"tool_calls": [call]}, {"turn": 1, "answer": "euros"})
    memory = FakeMemory(FACT)
    run = remembering(server, a_crew(), memory)

    assert run.run().text == "euros"

    assert memory.searches == [("prices", "analyst", 8), ("currency", "analyst", 8)]
    told = server.chats[1].messages[-1]["content"]
    assert told.count(FACT) == 1
    assert '{"query": "currency"}\nNothing new was found.' in told
    started, completed = run.events.of_type(EventType.TOOL_STARTED, EventType.TOOL_COMPLETED)
    assert (started.data["tool"], started.agent) == ("search_memory", "analyst")
    assert started.span_id == completed.span_id


def test_a_model_saves_notes_for_later(server: ScriptedOpenAI) -> None:
    call = {"name": "save_to_memory", "arguments": {"texts": "Bo pays in kroner"}}
    server.script({"tool_calls": [call]}, {"turn": 1, "answer": "noted"})
    memory = FakeMemory()

    remembering(server, a_crew(), memory).run()

    assert memory.kept == [("Bo pays in kroner", "analyst")]
    assert "1 note will be kept" in server.chats[1].messages[-1]["content"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search_memory", {"queries": []}),
        ("search_memory", {"queries": ["x"] * 6}),
        ("search_memory", {"queries": ["x" * 1_001]}),
        ("save_to_memory", {"texts": [" "]}),
        ("save_to_memory", {"texts": ["x" * 4_001]}),
        ("save_to_memory", {}),
    ],
)
def test_what_is_too_much_for_memory_is_refused_in_words(
    server: ScriptedOpenAI, tool: str, arguments: dict[str, Any]
) -> None:
    call = {"name": tool, "arguments": arguments}
    server.script({"tool_calls": [call]}, {"turn": 1, "answer": "well"})
    memory = FakeMemory()

    remembering(server, a_crew(), memory).run()

    assert "the arguments do not fit" in server.chats[1].messages[-1]["content"]
    assert (memory.searches, memory.kept) == ([], [])


def test_any_agent_can_be_given_the_documents(server: ScriptedOpenAI) -> None:
    call = {"name": "knowledge_search", "arguments": {"query": "returns", "limit": 1}}
    server.script({"tool_calls": [call]}, {"turn": 1, "answer": "14 days"})
    memory = FakeMemory(FACT, documents=[passage("Returns take 14 days"), passage("More", 2)])
    crew = a_crew(agents={"analyst": an_agent(tools=["knowledge_search"])})

    CrewRun(server, crew, memory=memory).run()

    assert server.chats[0].tools == ["knowledge_search"]
    told = server.chats[1].messages[-1]["content"]
    assert "Returns take 14 days" in told
    assert "Handbook, Returns" in told
    assert memory.knowledge_searches == [("returns", "analyst", 1)]
    assert memory.recalls == []


def test_a_crew_that_searches_documents_can_be_planned(server: ScriptedOpenAI) -> None:
    plans = [{"task_number": 1, "task": "moves", "plan": "Look first."}]
    server.script({"match": "tasks summary", "json": {"list_of_plans_per_task": plans}})
    agents = {"analyst": an_agent(tools=["knowledge_search"], memory=True)}

    # The planning step has no memory.
    assert CrewRun(server, a_crew(agents=agents, planning=True)).make_plan() == {
        "moves": "Look first."
    }


def test_a_run_that_is_cancelled_while_it_recalls_ends(server: ScriptedOpenAI) -> None:
    memory = FakeMemory(stops_with=RunCancelled("the run was cancelled"))

    with pytest.raises(RunCancelled):
        remembering(server, a_crew(), memory).run()

    assert server.requests == []


def test_a_fault_of_memory_itself_is_not_hidden(server: ScriptedOpenAI) -> None:
    memory = FakeMemory(stops_with=ValueError("a bug"))

    with pytest.raises(Exception, match="failed inside the crew"):
        remembering(server, a_crew(), memory).run()


def test_the_prompt_keeps_most_of_a_small_window_for_the_task(server: ScriptedOpenAI) -> None:
    memory = FakeMemory(*(f"fact {number} " + "x" * 1_500 for number in range(10)))

    remembering(server, a_crew(model="house-model"), memory).run()

    (prompt,) = prompts(server)
    assert len(prompt) < 9_000 * 4 / 8 + 1_500
    assert '{"left_out": ' in prompt


def test_no_thread_is_left_behind(server: ScriptedOpenAI) -> None:
    remembering(server, a_crew(), FakeMemory(FACT)).run()

    assert [one.name for one in threading.enumerate() if "memory" in one.name] == []


def test_crewai_itself_is_answered_from_the_same_recollection() -> None:
    task = CrewRun(None, a_crew()).plan.tasks[0]
    memory = FakeMemory(FACT)
    held = CrewMemory(task, memory)

    found = [match.record.content for _ in range(2) for match in held.recall("whatever")]

    assert found == [FACT, FACT]
    assert len(memory.recalls) == 1
    assert held.remember_many(["nothing of this is kept"]) == []
