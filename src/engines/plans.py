"""What a configuration means once it is resolved: frozen with each run, so that later edits change nothing."""

from enum import StrEnum
from typing import Any, Literal

from src.core.approval import ApprovalPlan
from src.core.frozen import Frozen
from src.memory.plan import MemoryPlan

KNOWLEDGE_SEARCH = "knowledge_search"
"""The tool that reads documents: a run that has it needs a MemoryPlan, as one with memory does."""


class SideEffect(StrEnum):
    """What happens when a tool call is repeated after a crash."""

    IDEMPOTENT = "idempotent"
    ONCE = "once"
    ASK = "ask"
    """As `once`, and a person approves each call before it is made."""


class RatePlan(Frozen):
    """What one group may ask of a model in a minute, over all workers; None is without limit."""

    model: str
    """Whose limit it is: several plans may share one."""
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


class ModelPlan(Frozen):
    key: str
    """As the configuration named it."""
    provider: str
    name: str
    """As the provider calls it, without the provider prefix."""
    temperature: float | None = None
    context_window: int = 128_000
    max_output_tokens: int | None = None
    base_url: str | None = None
    installation_address: bool = False
    """Whether base_url was set by a system administrator; only then may it see the installation's keys."""
    input_cost_per_mtok: float | None = None
    output_cost_per_mtok: float | None = None
    rate: RatePlan | None = None


class ToolPlan(Frozen):
    key: str
    side_effect: SideEffect
    config: dict[str, Any] = {}
    """Without secrets: those are read when the task runs."""


class AgentPlan(Frozen):
    key: str
    role: str
    goal: str
    backstory: str
    model: ModelPlan
    tools: tuple[str, ...] = ()
    max_iter: int = 25
    max_rpm: int | None = None
    max_execution_time_s: int | None = None
    max_retry_limit: int = 2
    allow_delegation: bool = False
    respect_context_window: bool = True
    use_system_prompt: bool = True
    inject_date: bool = False
    system_template: str | None = None
    prompt_template: str | None = None
    response_template: str | None = None
    memory: bool = False
    """Whether this agent's tasks recall, and what they find out is kept."""


class GuardrailPlan(Frozen):
    type: Literal["minimum_number", "length", "contains", "json", "llm"]
    options: dict[str, Any]
    model: ModelPlan | None = None
    """For `llm` only."""


class TaskPlan(Frozen):
    key: str
    index: int
    name: str
    description: str
    expected_output: str
    agent: str | None = None
    """None lets the manager of a hierarchical crew choose."""
    tools: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    """Keys of earlier tasks whose outputs this one reads; already resolved, never 'all'."""
    async_execution: bool = False
    output_kind: Literal["json", "pydantic"] | None = None
    output_schema: dict[str, Any] | None = None
    guardrails: tuple[GuardrailPlan, ...] = ()
    guardrail_max_retries: int = 3
    markdown: bool = False
    approval: ApprovalPlan | None = None


class BudgetPlan(Frozen):
    max_usd: float | None = None
    max_tokens: int | None = None


class CrewPlan(Frozen):
    """Everything a run needs, validated, with inputs filled in. What is stored is what runs."""

    name: str
    process: Literal["sequential", "hierarchical"] = "sequential"
    agents: tuple[AgentPlan, ...]
    tasks: tuple[TaskPlan, ...]
    tools: tuple[ToolPlan, ...] = ()
    planning_model: ModelPlan | None = None
    manager_model: ModelPlan | None = None
    manager: AgentPlan | None = None
    """Who leads a hierarchical crew, where somebody drew a manager; None is crewai's own."""
    budget: BudgetPlan = BudgetPlan()
    inputs: dict[str, Any] = {}
    roles_as_written: tuple[str, ...] = ()
    names_as_written: tuple[str, ...] = ()
    """Of agents and tasks, before inputs were filled in: what the crew's identity is made of."""
    warnings: tuple[str, ...] = ()
    memory: MemoryPlan | None = None
    """None when no agent uses memory; filled in when the run is started."""
    memory_model: ModelPlan | None = None
    """Looks for lessons and entities; None is the model of the task's agent."""

    def task(self, key: str) -> TaskPlan:
        return next(task for task in self.tasks if task.key == key)

    def agent(self, key: str) -> AgentPlan:
        return next(agent for agent in self.agents if agent.key == key)

    def tool(self, key: str) -> ToolPlan:
        return next(tool for tool in self.tools if tool.key == key)

    @property
    def asks_about_calls(self) -> bool:
        """Whether a task may have to stop in the middle of its work."""
        return any(tool.side_effect is SideEffect.ASK for tool in self.tools)

    @property
    def uses_memory(self) -> bool:
        """Whether anybody in this crew recalls."""
        members = (*self.agents, *([self.manager] if self.manager else ()))
        return any(member.memory for member in members)

    @property
    def uses_knowledge(self) -> bool:
        """Whether anybody can search documents."""
        return any(tool.key == KNOWLEDGE_SEARCH for tool in self.tools)

    def remembers(self, key: str) -> bool:
        """Whether this task recalls, and what it finds out is kept: as its agent does, or whoever leads it."""
        agent = self.task(key).agent
        if agent is not None:
            return self.agent(agent).memory
        if self.manager is not None:
            return self.manager.memory
        return any(one.memory for one in self.agents)

    def model_plans(self) -> tuple[ModelPlan, ...]:
        """Every model the run may call, without repeats, in order of appearance."""
        models = [agent.model for agent in self.agents]
        models += [rail.model for task in self.tasks for rail in task.guardrails if rail.model]
        models += [
            model for model in (self.planning_model, self.manager_model, self.memory_model) if model
        ]
        return tuple(dict.fromkeys(models))
