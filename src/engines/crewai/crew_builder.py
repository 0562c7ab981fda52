"""Builds the crew of one task: its agents and tools, the finished outputs it reads, its checks."""

from collections.abc import Mapping
from typing import Any

from crewai import Process, Task
from crewai.llms.base_llm import BaseLLM
from crewai.tasks.task_output import TaskOutput as CrewTaskOutput
from crewai.tools import BaseTool
from crewai.utilities.i18n import I18N_DEFAULT

from src.core.events import EventType
from src.engines.base import RunScope, TaskOutput
from src.engines.crewai.answer_checks import AnswerChecks
from src.engines.crewai.attempt import AttemptRun, PacedRun, Paces
from src.engines.crewai.llms.manager import LlmManager
from src.engines.crewai.memory.crew_memory import CrewMemory
from src.engines.crewai.output_shape import shape_of
from src.engines.crewai.quiet_crew import QuietCrew
from src.engines.crewai.review_block import review_block
from src.engines.crewai.run_agent import RunAgent, ShapedTask
from src.engines.crewai.tools.factory import ToolFactory
from src.engines.plans import AgentPlan, ModelPlan, TaskPlan

MANAGER = "(manager)"
PLANNER = "(planner)"
GUARDRAIL = "(guardrail)"
MEMORY = "(memory)"
"""Who calls a model when it is no agent of the plan: the `agent` of such events. No agent's key may have
parentheses, so that a replay never mixes them up."""


class CrewBuilder:
    """One for one attempt at one task; every agent gets a model and tools of its own."""

    def __init__(self, models: LlmManager, tools: ToolFactory, run: RunScope, paces: Paces) -> None:
        self._models = models
        self._tools = tools
        self._run = AttemptRun(run)
        self._paces = paces
        self._plan = run.plan
        self._judges: dict[str, BaseLLM] = {}

    def crew_for(
        self,
        task_plan: TaskPlan,
        checks: AnswerChecks,
        finished: Mapping[str, TaskOutput],
        note: str | None,
    ) -> QuietCrew:
        agents = {plan.key: self._agent(plan) for plan in self._agents_needed(task_plan)}
        context = [self._finished_task(key, finished[key]) for key in task_plan.context]
        if self._run.reviews:
            context.append(self._said(task_plan, review_block(self._run.reviews)))
        guardrail = checks.guardrail()
        options: dict[str, Any] = {"guardrail": guardrail} if guardrail is not None else {}
        task = self._task(task_plan, agents, note, context=context, **options)
        hierarchical = self._plan.process == "hierarchical"
        return QuietCrew(
            name=self._plan.name,
            agents=list(agents.values()),
            tasks=[task],
            process=Process.hierarchical if hierarchical else Process.sequential,
            manager_agent=self._manager() if hierarchical else None,
            memory=self._memory(task_plan),
            cache=False,
            tracing=False,
            verbose=False,
        )

    def checks_of(self, task_plan: TaskPlan) -> AnswerChecks:
        return AnswerChecks(task_plan, self._run, self._judge)

    def planning_tasks(self) -> list[Task]:
        """The whole crew's tasks as the planner reads them. They are never run."""
        agents = {plan.key: self._agent(plan) for plan in self._plan.agents}
        return [self._task(plan, agents, None, context=[]) for plan in self._plan.tasks]

    def model(self, plan: ModelPlan, agent_key: str) -> BaseLLM:
        return self._models.model_for(plan, self._run, agent_key)

    def memory_model(self, task: TaskPlan) -> BaseLLM:
        """Looks for lessons: the one chosen for that, else the model of whoever led the task, at its pace."""
        if self._plan.memory_model is not None:
            return self.model(self._plan.memory_model, MEMORY)
        led_by = self._managers_plan() if task.agent is None else self._plan.agent(task.agent)
        return self._agents_model(led_by, MEMORY)

    def log(self, level: str, message: str, agent: str) -> None:
        self._run.emit(EventType.LOG, {"level": level, "message": message}, agent=agent)

    def _agents_needed(self, task: TaskPlan) -> list[AgentPlan]:
        """All of them where work can be passed on to any, else the one that does the task."""
        if task.agent is None:
            return list(self._plan.agents)
        own = self._plan.agent(task.agent)
        passes_on = own.allow_delegation and self._plan.process == "sequential"
        return list(self._plan.agents) if passes_on else [own]

    def _memory(self, task: TaskPlan) -> CrewMemory | None:
        """None in a crew where nobody remembers."""
        if self._run.memory is None or not self._plan.uses_memory:
            return None
        return CrewMemory(task, self._run.memory)

    def _memory_tools(self, plan: AgentPlan) -> list[BaseTool]:
        if not plan.memory or not self._models.can_call_tools(plan.model):
            return []
        return self._tools.build_memory_tools(self._run, plan.key)

    def _agent(self, plan: AgentPlan) -> RunAgent:
        return RunAgent(
            plan,
            self._run,
            delegates_as=self._managers_key() if self._plan.process == "hierarchical" else None,
            memory_tools=self._memory_tools(plan),
            llm=self._agents_model(plan),
            tools=self._build_tools(plan.tools, plan.key),
            allow_delegation=plan.allow_delegation,
        )

    def _agents_model(self, plan: AgentPlan, caller: str | None = None) -> BaseLLM:
        """`caller`: the agent of its events, where that is not the agent itself."""
        caller = caller or plan.key
        if plan.max_rpm is None:
            return self.model(plan.model, caller)
        # crewai's own limit sleeps a minute that no cancel ends, and leaves a timer running for ever.
        pace = self._paces.of(self._run.execution_id, plan.key)
        run = PacedRun(self._run, pace, plan.max_rpm, caller)
        return self._models.model_for(plan.model, run, caller)

    def _managers_key(self) -> str:
        return MANAGER if self._plan.manager is None else self._plan.manager.key

    def _manager(self) -> RunAgent:
        """With the tools that pass work on and no others."""
        plan = self._managers_plan()
        return RunAgent(plan, self._run, llm=self._agents_model(plan), allow_delegation=True)

    def _managers_plan(self) -> AgentPlan:
        """Who was drawn, else crewai's own manager."""
        plan = self._plan.manager
        model = self._plan.manager_model
        assert model is not None
        if plan is None:
            words = {
                name: I18N_DEFAULT.retrieve("hierarchical_manager_agent", name)
                for name in ("role", "goal", "backstory")
            }
            key = self._run.task_key
            remembers = key is not None and self._plan.remembers(key)
            plan = AgentPlan(key=MANAGER, model=model, memory=remembers, **words)
        return plan.model_copy(update={"model": model})

    def _task(
        self, plan: TaskPlan, agents: Mapping[str, RunAgent], note: str | None, **options: Any
    ) -> Task:
        fields = {
            "name": plan.name,
            "description": plan.description if note is None else f"{plan.description}\n\n{note}",
            "expected_output": plan.expected_output,
            "agent": agents[plan.agent] if plan.agent is not None else None,
            "tools": self._build_tools(plan.tools, plan.agent or MANAGER),
            "guardrail_max_retries": plan.guardrail_max_retries,
            "markdown": plan.markdown,
            **options,
        }
        if plan.output_schema is None:
            return Task(**fields)
        return ShapedTask(shape_of(plan.output_schema, plan.key), **fields)

    def _build_tools(self, keys: tuple[str, ...], agent_key: str) -> list[Any]:
        if not keys:
            return []
        return list(self._tools.build([self._plan.tool(key) for key in keys], self._run, agent_key))

    def _judge(self, prompt: str, model: ModelPlan) -> str:
        # One instance for all checks of the task: a replay goes on where the last check stopped.
        if model.key not in self._judges:
            self._judges[model.key] = self.model(model, GUARDRAIL)
        return str(self._judges[model.key].call([{"role": "user", "content": prompt}]))

    def _finished_task(self, key: str, output: TaskOutput) -> Task:
        """A task that ran in an earlier step, for the output it left behind."""
        return self._said(self._plan.task(key), output.text)

    def _said(self, plan: TaskPlan, text: str) -> Task:
        """What a task reads, in the form in which crewai reads it."""
        task = Task(
            name=plan.name, description=plan.description, expected_output=plan.expected_output
        )
        task.output = CrewTaskOutput(
            name=plan.name,
            description=plan.description,
            expected_output=plan.expected_output,
            agent=plan.agent or MANAGER,
            raw=text,
        )
        return task
