"""Whole crews in the test process: real plans, real run contexts, a scripted model; no database, no worker."""

import threading
from dataclasses import dataclass, field
from typing import Any, NoReturn

from pydantic import SecretStr

from src.core.clock import SystemClock
from src.core.events import EngineEvent, EventType, RecordedCall, Usage
from src.engines.base import Credentials, RunRequest, Segment, TaskMemory, TaskOutput
from src.engines.crewai.config_adapter import plan_crew
from src.engines.crewai.engine import CrewAIEngine
from src.engines.crewai.llms.manager import LlmConfig, LlmManager
from src.engines.crewai.tools.factory import ToolFactory
from src.engines.plans import BudgetPlan, CrewPlan
from src.schemas.crew_config import CrewDefinition
from src.services.runs.context import RunContext, RunMeter
from src.services.runs.ownership import Ownership
from tests.support.fake_run import InMemoryLedger
from tests.support.models import AT_ONCE, KEY
from tests.support.plans import a_catalogue
from tests.support.rates import NoBudgets, NotedRates
from tests.support.scripted_openai import ScriptedOpenAI

MODEL = "openai/gpt-4o-mini"


@dataclass
class Events:
    """An EventSink that keeps what it gets."""

    all: list[EngineEvent] = field(default_factory=list)

    def emit(self, event: EngineEvent) -> None:
        self.all.append(event)

    def of_type(self, *types: EventType) -> list[EngineEvent]:
        return [event for event in self.all if event.type in types]

    def shown(self, *leave_out: EventType) -> list[str]:
        """`type agent task`, for comparing a whole course of events."""
        hidden = {EventType.LLM_CHUNK, *leave_out}
        return [f"{e.type} {e.agent} {e.task}" for e in self.all if e.type not in hidden]

    def recording(self, _execution_id: str) -> tuple[RecordedCall, ...]:
        return tuple(
            RecordedCall(event.task, event.agent, event.data["answer"])
            for event in self.of_type(EventType.LLM_CALL_COMPLETED)
        )


class _OwnForEver:
    def is_held(self) -> bool:
        return True

    def lost(self) -> NoReturn:
        raise AssertionError("this lease cannot be lost")


class CrewRun:
    """One execution: plan it, then run its tasks one after the other as a worker would."""

    def __init__(
        self,
        server: ScriptedOpenAI | None,
        crew: dict[str, Any],
        inputs: dict[str, Any] | None = None,
        *,
        budget: BudgetPlan | None = None,
        recorded: Events | None = None,
        timeout_s: float = 10.0,
        memory: TaskMemory | None = None,
    ) -> None:
        self.plan = self.plan_of({"model": MODEL, **crew}, inputs or {}, budget or BudgetPlan())
        base_url = server.base_url if server is not None else "http://127.0.0.1:1/v1"
        config = LlmConfig(openai_base_url=base_url, retries=AT_ONCE, timeout_s=timeout_s)
        self.engine = CrewAIEngine(LlmManager(config), ToolFactory())
        self.events = Events()
        self.recorded = recorded or Events()
        self.memory = memory
        self.meter = RunMeter(self.plan.budget, Usage())
        self.cancelled = threading.Event()
        self.ledger = InMemoryLedger()
        self.rates = NotedRates()
        self.outputs: dict[str, TaskOutput] = {}
        self.notes: dict[str, str] = {}
        self.contexts: dict[str | None, RunContext] = {}

    @staticmethod
    def plan_of(crew: dict[str, Any], inputs: dict[str, Any], budget: BudgetPlan) -> CrewPlan:
        return plan_crew(
            CrewDefinition.model_validate(crew), RunRequest("Prices", inputs, budget), a_catalogue()
        )

    @property
    def usage(self) -> Usage:
        """Of all tasks and the planning step."""
        return sum((context.usage for context in self.contexts.values()), Usage())

    def make_plan(self) -> dict[str, str]:
        self.notes = self.engine.plan_tasks(self.context(None))
        return self.notes

    def task(self, key: str | None = None) -> TaskOutput:
        """Runs one task, by default the first that is not finished."""
        key = key or next(task.key for task in self.plan.tasks if task.key not in self.outputs)
        context = self.context(key)
        self.events.emit(context.own_event(EventType.TASK_STARTED, {}, self.plan.task(key).agent))
        output = self.engine.run_task(context, key, self.outputs, self.notes.get(key))
        self.outputs[key] = output
        return output

    def run(self) -> TaskOutput:
        """All tasks; the output of the last one."""
        for task in self.plan.tasks:
            self.task(task.key)
        return self.outputs[self.plan.tasks[-1].key]

    def context(self, key: str | None) -> RunContext:
        self.contexts[key] = RunContext(
            segment=Segment("execution-1", "group-1", 1),
            attempt=1,
            task_key=key,
            plan=self.plan,
            credentials=Credentials(keys={"OPENAI_API_KEY": SecretStr(KEY)}),
            ledger=self.ledger,
            recording=self.recorded.recording,
            cancelled=self.cancelled,
            meter=self.meter,
            sink=self.events,
            clock=SystemClock(),
            ownership=Ownership("executor-1", _OwnForEver()),
            rates=self.rates,
            budgets=NoBudgets(),
            memory=self.memory,
        )
        return self.contexts[key]


def code_of(error: BaseException) -> str:
    return str(getattr(error, "code", type(error).__name__))
