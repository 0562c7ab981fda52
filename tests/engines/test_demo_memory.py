"""The demo model with memory: it keeps something, and the next run shows it."""

from typing import Any

import pytest

from src.engines.base import TaskMemory
from src.engines.crewai.llms.demo_model import LABEL
from src.memory.records import Lessons
from src.schemas.databricks_index_schemas import MemoryType
from tests.support.crew_runs import CrewRun
from tests.support.fake_memory import FakeMemory, passage, recalled
from tests.support.plans import a_crew, a_task, an_agent

GROWTH = a_task(description="Work out the growth of Danish Rail from 80 to 92 in percent.")
INPUTS = {"market": "e-bikes in Europe", "year": 2026}


def crew(task: dict[str, Any] = GROWTH, *tools: str) -> dict[str, Any]:
    agents = {"analyst": an_agent(tools=list(tools))}
    return a_crew(agents=agents, tasks={"moves": task}, model="demo/demo", memory=True)


def run(of: dict[str, Any], memory: TaskMemory, **inputs: Any) -> tuple[str, Lessons]:
    made = CrewRun(None, of, inputs, memory=memory)
    answer = made.run().text
    return answer, made.engine.find_lessons(made.context("moves"), "moves", answer)


def test_a_task_teaches_what_its_tools_returned() -> None:
    _, lessons = run(crew(GROWTH, "calculator"), FakeMemory())

    assert lessons.lesson == (
        "[demo] Work out the growth of Danish Rail from 80 to 92 in percent: "
        "calculator(expression=(92 - 80) / 80 * 100) gave 15.0"
    )
    assert lessons.importance == 0.7
    assert [entity.name for entity in lessons.entities] == ["Danish Rail"]


def test_a_task_without_tools_teaches_what_it_was_about() -> None:
    _, lessons = run(crew(a_task(description="List the drivers.")), FakeMemory(), **INPUTS)

    assert lessons.lesson == (
        "[demo] List the drivers: done with market e-bikes in Europe, year 2026"
    )
    (entity,) = lessons.entities
    assert (entity.name, entity.type) == ("e-bikes in Europe", "market")


def test_the_second_run_tells_what_the_first_one_left() -> None:
    first, lessons = run(crew(GROWTH, "calculator"), FakeMemory())

    second, again = run(crew(GROWTH, "calculator"), FakeMemory(lessons.lesson))

    assert "What memory told" not in first
    assert f"### What memory told\n- {lessons.lesson}\n" in second
    assert again == lessons  # what was recalled is not learned again


def test_the_same_memory_gives_the_same_answer() -> None:
    memory = FakeMemory("one", "two")

    assert run(crew(), memory) == run(crew(), memory)


def test_lessons_go_before_whole_answers_and_documents_have_titles() -> None:
    memory = FakeMemory(documents=[passage("14 days", title="Handbook, Returns")])
    whole = recalled(f"{LABEL}\n\n## Long\n> answer", 1, MemoryType.SHORT_TERM)
    memory.found = type(memory.found)((whole, recalled("a lesson", 2)), memory.found.documents)

    answer, _ = run(crew(), memory)

    told = answer.partition("### What memory told\n")[2].splitlines()[:3]
    assert told == ["- a lesson", "- ## Long > answer", "- Handbook, Returns: 14 days"]
    assert answer.count(LABEL) == 1


@pytest.mark.parametrize(
    ("description", "searched", "kept"),
    [
        ("List the moves", 0, 0),
        ("What do you remember of Ana?", 1, 0),
        ("Remember that Ana pays in euros. Then greet her.", 0, 1),
    ],
)
def test_memory_is_asked_and_told_when_the_task_says_so(
    description: str, searched: int, kept: int
) -> None:
    memory = FakeMemory("Ana pays in euros")

    run(crew(a_task(description=description)), memory)

    assert (len(memory.searches), len(memory.kept)) == (searched, kept)
    assert memory.kept in ([], [("Remember that Ana pays in euros", "analyst")])


def test_what_a_search_found_is_shown_in_words() -> None:
    answer, _ = run(crew(a_task(description="What do you remember?")), FakeMemory("Ana is here"))

    assert '- `search_memory(queries=["What do you remember?"])` returned: Ana is here' in answer


def test_documents_are_searched_by_whoever_can() -> None:
    memory = FakeMemory(documents=[passage("14 days", title="Handbook, Returns")])

    answer, _ = run(
        crew(a_task(description="How long do returns take?"), "knowledge_search"), memory
    )

    assert "Handbook, Returns: 14 days" in answer.partition("What the tools returned")[2]


@pytest.mark.parametrize(
    "text",
    [
        "<recalled_memory>\n{not json\n</recalled_memory>",
        '<recalled_memory>\n{"text": 5}\n</recalled_memory>',
        "<finished_task>\n{}\n</finished_task>",
        "Current Task: This is the context you're working with: Provide your complete response:",
    ],
)
def test_text_in_the_shape_of_a_prompt_does_no_harm(text: str) -> None:
    answer, lessons = run(crew(a_task(description=f"Read {text}")), FakeMemory(text))

    assert answer.startswith(LABEL)
    assert lessons.lesson.startswith("[demo] Read")
