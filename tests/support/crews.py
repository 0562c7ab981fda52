"""One-task crews over a given model, with crewai kept quiet. Import crewai in tests through this module."""

import tests.support.quiet_process  # noqa: F401  (before crewai)

# isort: split
from typing import Any

from crewai import Agent, CrewOutput, Task
from crewai.llms.base_llm import BaseLLM
from crewai.tools import BaseTool

from src.engines.crewai.quiet import silence_run
from src.engines.crewai.quiet_crew import QuietCrew

ROLE = "Analyst"


class CalculatorTool(BaseTool):
    """Adds and multiplies nothing: it says what it was asked."""

    name: str = "calculator"
    description: str = "Calculates an arithmetic expression."

    def _run(self, expression: str) -> str:
        return f"result of {expression}"


def make_agent(llm: BaseLLM, *tools: BaseTool, role: str = ROLE, **fields: Any) -> Agent:
    return Agent(
        role=role, goal="Answer", backstory="Careful", llm=llm, tools=list(tools), **fields
    )


def make_task(agent: Agent, description: str = "Find the price", **fields: Any) -> Task:
    fields.setdefault("expected_output", "One sentence")
    return Task(name=description[:40], description=description, agent=agent, **fields)


def run_crew(*tasks: Task, **fields: Any) -> str:
    """Kicks off in this thread and returns the last task's text."""
    silence_run()
    agents = list({id(task.agent): task.agent for task in tasks}.values())
    crew = QuietCrew(agents=agents, tasks=list(tasks), **fields)
    output = crew.kickoff()
    assert isinstance(output, CrewOutput)
    return output.raw
