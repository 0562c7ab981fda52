"""engines.base.CrewEngine over crewai: one crew of one task at a time, on the worker's engine threads."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from crewai.hooks import HookAborted
from crewai.utilities.planning_handler import CrewPlanner

from src.core.approval import ApprovalNeeded
from src.core.errors import AppError, CodedFailure
from src.core.logging import get_logger
from src.engines.base import BudgetExceeded, RunCancelled, RunScope, TaskOutput
from src.engines.crewai.answer_checks import AnswerChecks
from src.engines.crewai.attempt import Paces
from src.engines.crewai.crew_builder import MEMORY, PLANNER, CrewBuilder
from src.engines.crewai.llms.errors import ModelCallFailed
from src.engines.crewai.llms.manager import LlmManager
from src.engines.crewai.memory.lessons import lessons_prompt, read_lessons
from src.engines.crewai.output_shape import read_answer
from src.engines.crewai.quiet import silence_run
from src.engines.crewai.run_agent import AgentTimedOut
from src.engines.crewai.tools.factory import ToolFactory
from src.engines.crewai.tools.redaction import printable
from src.engines.plans import TaskPlan
from src.memory.records import Lessons

log = get_logger(__name__)


class TaskFailed(CodedFailure):
    """A task that ended without a usable answer."""


class CrewAIEngine:
    def __init__(self, models: LlmManager, tools: ToolFactory) -> None:
        self._models = models
        self._tools = tools
        self._paces = Paces()

    def run_task(
        self, run: RunScope, key: str, finished: Mapping[str, TaskOutput], note: str | None
    ) -> TaskOutput:
        """Raises RunCancelled, ApprovalNeeded, BudgetExceeded, ModelCallFailed, TaskFailed, or AppError when a
        tool or a model cannot be set up."""
        silence_run()
        run.before_tool_call()
        task = run.plan.task(key)
        builder = self._builder(run)
        checks = builder.checks_of(task)
        with _explained(task, checks):
            crew = builder.crew_for(task, checks, finished, note)
            crew.kickoff()
        output = crew.tasks[0].output
        if output is None:
            raise TaskFailed("task.no-output", f"task {key!r} ended without an output")
        text = printable(output.raw)
        schema = task.output_schema
        value = None if schema is None else read_answer(schema, text).value
        return TaskOutput(text, value, checks.quality)

    def plan_tasks(self, run: RunScope) -> dict[str, str]:
        """Raises as run_task does."""
        silence_run()
        run.before_tool_call()
        assert run.plan.planning_model is not None
        builder = self._builder(run)
        model = builder.model(run.plan.planning_model, PLANNER)
        with _explained(None, None):
            # The method that Crew.kickoff itself calls (crewai 1.15.30); ours is a step of its own.
            planned = CrewPlanner(builder.planning_tasks(), model)._handle_crew_planning()
        plans = planned.list_of_plans_per_task
        by_number = {item.task_number: printable(item.plan) for item in plans}
        return {
            task.key: by_number[task.index + 1]
            for task in run.plan.tasks
            if task.index + 1 in by_number
        }

    def find_lessons(self, run: RunScope, key: str, output: str) -> Lessons:
        """Raises RunCancelled, BudgetExceeded or ModelCallFailed."""
        silence_run()
        task = run.plan.task(key)
        builder = self._builder(run)
        model = builder.memory_model(task)
        prompt = lessons_prompt(task, output, model.get_context_window_size())
        answer = model.call([{"role": "user", "content": prompt}])
        lessons = read_lessons(str(answer))
        if lessons is None:
            message = f"{model.model} answered the question for lessons with no usable JSON; none are kept"
            builder.log("warning", message, agent=MEMORY)
            return Lessons()
        return lessons

    def _builder(self, run: RunScope) -> CrewBuilder:
        return CrewBuilder(self._models, self._tools, run, self._paces)


@contextmanager
def _explained(task: TaskPlan | None, checks: AnswerChecks | None) -> Iterator[None]:
    """crewai raises bare Exceptions with prompts in their text: people get a code and a way out."""
    try:
        yield
    except (RunCancelled, BudgetExceeded, ApprovalNeeded, ModelCallFailed, AppError, HookAborted):
        raise
    except Exception as exc:  # a foreign library's border: anything may come out of a crew
        stopped = _cause_that_stops(exc)
        if stopped is not None and not isinstance(exc, AgentTimedOut):
            raise stopped from exc
        raise _failure(exc, task, checks) from exc


def _failure(exc: Exception, task: TaskPlan | None, checks: AnswerChecks | None) -> TaskFailed:
    if task is None:
        log.error("the planning step failed", exc_info=exc)
        return TaskFailed(
            "plan.failed",
            "the planning model gave no usable plan; choose another planning_llm or set planning to "
            "false",
        )
    if isinstance(exc, AgentTimedOut):
        return TaskFailed(
            "task.timeout",
            f"task {task.key!r} took longer than its agent's max_execution_time allows; raise it or "
            "split the task",
        )
    if checks is not None and checks.are_used_up:
        return TaskFailed(checks.failed_code, _refused(task, checks))
    log.error("crew of task {} failed", task.key, exc_info=exc)
    return TaskFailed(
        "task.crew", f"task {task.key!r} failed inside the crew: {type(exc).__name__}"
    )


def _refused(task: TaskPlan, checks: AnswerChecks) -> str:
    tries = (
        f"all {task.guardrail_max_retries + 1} tries" if task.guardrail_max_retries else "its try"
    )
    if checks.failed_code == "task.output-schema":
        advice = "simplify the schema or use a model that supports structured outputs"
    else:
        advice = "the guardrail_checked events say more"
    return f"the answer of task {task.key!r} was refused in {tries}; last: {checks.complaint[:500]} ({advice})"


def _cause_that_stops(exc: BaseException) -> BaseException | None:
    seen: BaseException | None = exc
    while seen is not None:
        if isinstance(seen, (RunCancelled, BudgetExceeded, ApprovalNeeded, ModelCallFailed)):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None
