"""Builds the crew of one task: its agents and tools, the finished outputs it reads, its checks."""

from collections.abc import Mapping
from typing import Any

from crewai import Agent, Process, Task
from crewai.llms.base_llm import BaseLLM
from crewai.tasks.task_output import TaskOutput as CrewTaskOutput
from crewai.utilities.pydantic_schema_utils import create_model_from_schema

from src.engines.base import AgentPlan, ModelPlan, RunScope, TaskOutput, TaskPlan
from src.engines.crewai.guardrails.factory import build_guardrails
from src.engines.crewai.llms.manager import LlmManager
from src.engines.crewai.quiet_crew import QuietCrew
from src.engines.crewai.tools.factory import ToolFactory

MANAGER = "manager"
PLANNER = "planner"
GUARDRAIL = "guardrail"
"""Who calls a model when it is no agent of the plan: the `agent` of such events."""


class CrewBuilder:
    """One for one attempt at one task; every agent gets a model and tools of its own."""

    def __init__(self, models: LlmManager, tools: ToolFactory, run: RunScope) -> None:
        self._models = models
        self._tools = tools
        self._run = run
        self._plan = run.plan

    def crew_for(
        self, task_plan: TaskPlan, finished: Mapping[str, TaskOutput], note: str | None
    ) -> QuietCrew:
        hierarchical = self._plan.process == "hierarchical"
        agents = {plan.key: self._agent(plan) for plan in self._agents_needed(task_plan)}
        context = [self._finished_task(key, finished[key]) for key in task_plan.context]
        task = self._task(task_plan, agents, context, note)
        manager = self._plan.manager_model
        return QuietCrew(
            name=self._plan.name,
            agents=list(agents.values()),
            tasks=[task],
            process=Process.hierarchical if hierarchical else Process.sequential,
            manager_llm=self.model(manager, MANAGER) if manager is not None else None,
            memory=False,
            cache=False,
            tracing=False,
            verbose=False,
        )

    def planning_tasks(self) -> list[Task]:
        """The whole crew's tasks as the planner reads them. They are never run."""
        agents = {plan.key: self._agent(plan) for plan in self._plan.agents}
        return [self._task(plan, agents, [], None) for plan in self._plan.tasks]

    def model(self, plan: ModelPlan, agent_key: str) -> BaseLLM:
        return self._models.model_for(plan, self._run, agent_key)

    def _agents_needed(self, task: TaskPlan) -> list[AgentPlan]:
        """All of them where work can be passed on, else the one that does the task."""
        if self._plan.process == "hierarchical" or task.agent is None:
            return list(self._plan.agents)
        own = self._plan.agent(task.agent)
        return list(self._plan.agents) if own.allow_delegation else [own]

    def _agent(self, plan: AgentPlan) -> Agent:
        return Agent(
            role=plan.role,
            goal=plan.goal,
            backstory=plan.backstory or plan.goal,
            llm=self.model(plan.model, plan.key),
            tools=self._build_tools(plan.tools, plan.key),
            max_iter=plan.max_iter,
            max_rpm=plan.max_rpm,
            max_execution_time=plan.max_execution_time_s,
            max_retry_limit=plan.max_retry_limit,
            allow_delegation=plan.allow_delegation,
            respect_context_window=plan.respect_context_window,
            use_system_prompt=plan.use_system_prompt,
            inject_date=plan.inject_date,
            system_template=plan.system_template,
            prompt_template=plan.prompt_template,
            response_template=plan.response_template,
            memory=False,
            cache=False,
            verbose=False,
        )

    def _task(
        self,
        plan: TaskPlan,
        agents: Mapping[str, Agent],
        context: list[Task],
        note: str | None,
    ) -> Task:
        description = plan.description if note is None else f"{plan.description}\n\n{note}"
        options: dict[str, Any] = {}
        if plan.output_schema is not None:
            shape = create_model_from_schema(plan.output_schema, model_name=_class_name(plan))
            options[f"output_{plan.output_kind}"] = shape
        if plan.guardrails:
            options["guardrails"] = build_guardrails(
                plan.guardrails, self._run, self._judge, agent=plan.agent
            )
        return Task(
            name=plan.name,
            description=description,
            expected_output=plan.expected_output,
            agent=agents[plan.agent] if plan.agent is not None else None,
            tools=self._build_tools(plan.tools, plan.agent or MANAGER),
            context=context,
            guardrail_max_retries=plan.guardrail_max_retries,
            markdown=plan.markdown,
            **options,
        )

    def _build_tools(self, keys: tuple[str, ...], agent_key: str) -> list[Any]:
        return list(self._tools.build([self._plan.tool(key) for key in keys], self._run, agent_key))

    def _judge(self, prompt: str, model: ModelPlan) -> str:
        return str(self.model(model, GUARDRAIL).call([{"role": "user", "content": prompt}]))

    def _finished_task(self, key: str, output: TaskOutput) -> Task:
        """A task that ran in an earlier step, for the output it left behind."""
        plan = self._plan.task(key)
        task = Task(
            name=plan.name, description=plan.description, expected_output=plan.expected_output
        )
        task.output = CrewTaskOutput(
            name=plan.name,
            description=plan.description,
            expected_output=plan.expected_output,
            agent=plan.agent or MANAGER,
            raw=output.text,
        )
        return task


def _class_name(plan: TaskPlan) -> str:
    words = "".join(char if char.isalnum() else " " for char in plan.key).title().split()
    return f"{''.join(words)}Output"
