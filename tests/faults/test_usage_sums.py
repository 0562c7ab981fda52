"""What tasks, executions and the month of the group say adds up to what the provider counted, to the token."""

from typing import Any

import pytest

from tests.support.memory_crews import LEARN, LESSONS_PROMPT, memory_crew
from tests.support.processes import Installation, wait_until
from tests.support.scripted_openai import ScriptedOpenAI

TASK, LESSONS = (1009, 17), (101, 11)


def usage(prompt: int, completion: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": completion}


def charged(model: ScriptedOpenAI, failed: int) -> tuple[int, int, int]:
    """Prompt tokens, completion tokens and calls; failures cost nothing."""
    lessons = sum(LESSONS_PROMPT in str(chat.messages) for chat in model.chats)
    tasks = len(model.chats) - lessons - failed
    return (
        tasks * TASK[0] + lessons * LESSONS[0],
        tasks * TASK[1] + lessons * LESSONS[1],
        tasks + lessons,
    )


def counted(of: dict[str, Any]) -> tuple[int, int, int]:
    return of["prompt_tokens"], of["completion_tokens"], of["llm_calls"]


def month(kasal: Installation) -> dict[str, Any]:
    found: dict[str, Any] = kasal.http.get("/api/v1/limits").json()["used"]
    return found


@pytest.mark.parametrize("budget", [None, 10**9], ids=["no-budget", "budget"])
def test_the_parts_add_up_to_what_the_provider_charged(
    kasal: Installation, model: ScriptedOpenAI, budget: int | None
) -> None:
    """With retries of ours, tools, and the question for lessons."""
    kasal.http.put("/api/v1/limits", json={"monthly_tokens": budget}).raise_for_status()
    add = {"name": "calculator", "arguments": {"expression": "1+1"}}
    model.script(
        LEARN | {"usage": usage(*LESSONS)},
        {"match": "first", "status": 500, "times": 1},
        {"match": "first", "tool_calls": [add], "usage": usage(*TASK)},
        {"match": "", "answer": "done", "usage": usage(*TASK)},
    )
    before = counted(month(kasal))
    kasal.start_worker()
    name = f"Sums {budget}"
    id = kasal.start(memory_crew("first", "second", tools=["calculator"], crew_name=name))
    assert kasal.wait_for_status(id, "COMPLETED", "FAILED")["status"] == "COMPLETED"
    wait_until(
        lambda: all(task["memory"]["status"] == "saved" for task in kasal.tasks(id)),
        30,
        "memory is written",
    )
    total = charged(model, failed=1)
    assert total[2] == 5
    assert counted(kasal.execution(id)["usage"]) == total
    after = counted(month(kasal))
    assert tuple(now - then for now, then in zip(after, before, strict=True)) == total
    of_tasks = [counted(task["usage"]) for task in kasal.tasks(id)]
    assert [sum(column) for column in zip(*of_tasks, strict=True)] == [3 * 1009, 3 * 17, 3]
    kasal.http.put("/api/v1/limits", json={}).raise_for_status()
