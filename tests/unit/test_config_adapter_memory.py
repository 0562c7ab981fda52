"""Who in a crew remembers, and what a plan says about it."""

from typing import Any

import pytest

from src.engines.plans import KNOWLEDGE_SEARCH, SideEffect, ToolPlan
from tests.support.plans import a_catalogue, a_crew, a_task, an_agent, explained, plan

TWO = {"analyst": an_agent(), "writer": an_agent(role="Writer", memory=True)}
BOTH_WORK = {"moves": a_task(), "brief": a_task(agent="writer")}


def remembering(crew: dict[str, Any]) -> set[str]:
    return {agent.key for agent in plan(crew).agents if agent.memory}


def test_memory_of_the_crew_is_memory_of_all_its_agents() -> None:
    assert remembering(a_crew(agents=TWO, tasks=BOTH_WORK, memory=True)) == {"analyst", "writer"}


def test_memory_of_one_agent_is_not_memory_of_the_others() -> None:
    made = plan(a_crew(agents=TWO, tasks=BOTH_WORK))

    assert remembering(a_crew(agents=TWO, tasks=BOTH_WORK)) == {"writer"}
    assert made.uses_memory
    assert (made.remembers("moves"), made.remembers("brief")) == (False, True)
    assert made.warnings == ()


def test_a_crew_without_memory_needs_none() -> None:
    made = plan(a_crew(), catalogue=a_catalogue(memory_model="house-model"))

    assert (made.uses_memory, made.memory, made.memory_model) == (False, None, None)


@pytest.mark.parametrize("crew", [a_crew(memory=True), a_crew(agents=TWO, tasks=BOTH_WORK)])
def test_the_model_that_the_group_chose_looks_for_lessons(crew: dict[str, Any]) -> None:
    made = plan(crew, catalogue=a_catalogue(memory_model="house-model"))

    assert made.memory_model is not None
    assert made.memory_model.name == "gpt-house"
    assert made.memory_model in made.model_plans()


@pytest.mark.parametrize(
    ("catalogue", "code"),
    [
        (a_catalogue(memory_model="gone"), "unknown-model"),
        (
            a_catalogue(memory_model="house-model", disabled_models=frozenset({"house-model"})),
            "disabled-model",
        ),
        (a_catalogue(memory_model="house-model", key_names=frozenset()), "no-key"),
    ],
)
def test_a_model_for_lessons_that_cannot_be_called_is_a_problem(catalogue: Any, code: str) -> None:
    at, (found, message) = next(iter(explained(a_crew(memory=True), catalogue=catalogue).items()))
    (elsewhere,) = explained(a_crew(agents=TWO, tasks=BOTH_WORK), catalogue=catalogue)

    assert (at, found) == ("/memory", code)
    assert elsewhere == "/agents_yaml/writer/memory"
    assert "extraction_model" in message


def test_a_manager_without_a_drawing_remembers_when_somebody_does() -> None:
    crew = a_crew(
        agents=TWO,
        tasks={"moves": a_task(agent=None)},
        process="hierarchical",
        manager_llm="demo/demo",
    )

    assert plan(crew).remembers("moves")


def test_a_crew_that_searches_documents_says_so() -> None:
    tools = {KNOWLEDGE_SEARCH: ToolPlan(key=KNOWLEDGE_SEARCH, side_effect=SideEffect.IDEMPOTENT)}
    in_task = a_crew(tasks={"moves": a_task(tools=[KNOWLEDGE_SEARCH])})

    made = plan(in_task, catalogue=a_catalogue(tools=tools))

    assert (made.uses_knowledge, made.uses_memory) == (True, False)
    assert not plan(a_crew()).uses_knowledge
