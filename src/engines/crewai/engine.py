"""engines.base.CrewEngine over crewai: one crew of one task at a time, on the worker's engine threads."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from crewai.hooks import HookAborted
from crewai.utilities.planning_handler import CrewPlanner
from pydantic import BaseModel

from src.core.errors import AppError
from src.core.logging import get_logger
from src.engines.base import BudgetExceeded, RunCancelled, RunScope, TaskOutput
from src.engines.crewai.crew_builder import PLANNER, CrewBuilder
from src.engines.crewai.llms.errors import ModelCallFailed
from src.engines.crewai.llms.manager import LlmManager
from src.engines.crewai.quiet import silence_run
from src.engines.crewai.tools.factory import ToolFactory

log = get_logger(__name__)


class TaskFailed(Exception):
    """A task that ended without a usable answer."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class CrewAIEngine:
    def __init__(self, models: LlmManager, tools: ToolFactory) -> None:
        self._models = models
        self._tools = tools

    def run_task(
        self, run: RunScope, key: str, finished: Mapping[str, TaskOutput], note: str | None
    ) -> TaskOutput:
        """Raises RunCancelled, BudgetExceeded, ModelCallFailed or TaskFailed."""
        silence_run()
        run.before_tool_call()
        task = run.plan.task(key)
        crew = CrewBuilder(self._models, self._tools, run).crew_for(task, finished, note)
        with _explained(key):
            crew.kickoff()
        output = crew.tasks[0].output
        if output is None:
            raise TaskFailed("task.no-output", f"task {key!r} ended without an output")
        structured = output.json_dict
        if structured is None and isinstance(output.pydantic, BaseModel):
            structured = output.pydantic.model_dump(mode="json")
        if task.output_schema is not None and structured is None:
            raise TaskFailed(
                "task.output-schema",
                f"the answer of task {key!r} does not follow its output schema; simplify the schema "
                "or use a model that supports structured outputs",
            )
        return TaskOutput(text=output.raw, json=structured)

    def plan_tasks(self, run: RunScope) -> dict[str, str]:
        silence_run()
        assert run.plan.planning_model is not None
        builder = CrewBuilder(self._models, self._tools, run)
        model = builder.model(run.plan.planning_model, PLANNER)
        with _explained("planning"):
            # The method that Crew.kickoff itself calls (crewai 1.15.30); ours is a step of its own.
            planned = CrewPlanner(builder.planning_tasks(), model)._handle_crew_planning()
        by_number = {item.task_number: item.plan for item in planned.list_of_plans_per_task}
        return {
            task.key: by_number[task.index + 1]
            for task in run.plan.tasks
            if task.index + 1 in by_number
        }


@contextmanager
def _explained(key: str) -> Iterator[None]:
    """crewai raises bare Exceptions with prompts in their text: people get a code and a way out."""
    try:
        yield
    except (RunCancelled, BudgetExceeded, ModelCallFailed, TaskFailed, AppError, HookAborted):
        raise
    except TimeoutError as exc:
        raise TaskFailed(
            "task.timeout",
            f"task {key!r} took longer than its agent's max_execution_time allows; raise it or split "
            "the task",
        ) from exc
    except Exception as exc:  # a foreign library's border: anything may come out of a crew
        stopped = _cause_that_stops(exc)
        if stopped is not None:
            raise stopped from exc
        if "guardrail" in str(exc):
            raise TaskFailed(
                "task.guardrail",
                f"the answer of task {key!r} failed its guardrails in every try; the "
                "guardrail_checked events say why",
            ) from exc
        log.error("crew of task {} failed", key, exc_info=exc)
        raise TaskFailed(
            "task.crew", f"task {key!r} failed inside the crew: {type(exc).__name__}"
        ) from exc


def _cause_that_stops(exc: BaseException) -> BaseException | None:
    seen: BaseException | None = exc
    while seen is not None:
        if isinstance(seen, (RunCancelled, BudgetExceeded, ModelCallFailed)):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None
