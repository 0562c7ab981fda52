"""How people and canvases describe a crew: CrewAI's own YAML shape as JSON, or nodes and edges."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from src.core.tenancy import Role
from src.core.text import Key, LongText, SafeText, ShortText
from src.schemas.strict import Strict as Strict

MAX_AGENTS = 200
MAX_TASKS = 500


class Process(StrEnum):
    SEQUENTIAL = "sequential"
    HIERARCHICAL = "hierarchical"


_EVENTS = "leave it out; every step of a run is an event under /executions/{id}/events"
_NO_CODE = "code does not travel in a configuration; give the agent tools"
_NO_FILES = "leave it out; the output is in the task of the execution, and no file is written"
_NO_CACHE = "leave it out; every tool call is made, and calls with side effects are recorded"
_NO_KNOWLEDGE = "this version has no knowledge sources; put the text into the task or use a tool"

_AGENT_FIELDS_NOT_TAKEN = {
    "a2a": "this version does not call remote agents",
    "allow_code_execution": _NO_CODE,
    "apps": "connect the service as an MCP server under /mcp-servers",
    "cache": _NO_CACHE,
    "callbacks": _EVENTS,
    "code_execution_mode": _NO_CODE,
    "embedder": _NO_KNOWLEDGE,
    "function_calling_llm": "the agent's llm calls the tools; set llm",
    "knowledge_sources": _NO_KNOWLEDGE,
    "max_reasoning_attempts": "set planning of the crew",
    "max_tokens": "set max_output_tokens of the model under /models",
    "mcps": "add the server under /mcp-servers, then name mcp:<name> in tools",
    "model": "name the model in llm",
    "multimodal": "this version reads text only",
    "planning_config": "set planning of the crew",
    "reasoning": "set planning of the crew",
    "skills": "put the instructions into the backstory",
    "step_callback": _EVENTS,
    "temperature": "set the temperature of the model under /models",
    "verbose": _EVENTS,
}
_TASK_FIELDS_NOT_TAKEN = {
    "callback": _EVENTS,
    "callbacks": _EVENTS,
    "condition": "conditional tasks are not available in this version",
    "converter_cls": _NO_CODE,
    "create_directory": _NO_FILES,
    "input_files": "put the text into inputs and name it as a {placeholder}",
    "llm": "the model is the agent's; set llm there",
    "max_retries": "set guardrail_max_retries",
    "output_file": _NO_FILES,
    "response_model": "set output_json to a JSON schema",
    "verbose": _EVENTS,
}
_CREW_FIELDS_NOT_TAKEN = {
    "after_kickoff_callbacks": _EVENTS,
    "agents": "name it agents_yaml",
    "before_kickoff_callbacks": _EVENTS,
    "cache": _NO_CACHE,
    "chat_llm": "leave it out; set model",
    "embedder": _NO_KNOWLEDGE,
    "function_calling_llm": "the agents' llm calls the tools; set model",
    "knowledge_sources": _NO_KNOWLEDGE,
    "manager_agent": "set manager_llm, or draw a manager node on the canvas",
    "max_rpm": "set max_rpm of the agents",
    "name": "name it crew_name",
    "output_log_file": _EVENTS,
    "prompt_file": "set system_template and prompt_template of the agents",
    "share_crew": "leave it out; nothing about a crew leaves this server",
    "step_callback": _EVENTS,
    "stream": "leave it out; answers are always streamed as llm_chunk events",
    "task_callback": _EVENTS,
    "tasks": "name it tasks_yaml",
    "tracing": _EVENTS,
    "verbose": _EVENTS,
}


class AgentConfig(Strict):
    not_taken: ClassVar[Mapping[str, str]] = _AGENT_FIELDS_NOT_TAKEN

    role: ShortText = Field(description="who it is, in a few words: Market analyst")
    goal: LongText = Field(description="what it is there for; may name {placeholders}")
    backstory: SafeText = Field("", description="what it knows and how it works")
    llm: Key | None = Field(None, description="the model it thinks with; null: that of the crew")
    tools: list[Key] = Field(
        default_factory=list, max_length=64, description="what it may call in every task"
    )
    max_iter: int = Field(
        25, ge=1, le=200, description="steps of one task after which it has to answer"
    )
    max_rpm: int | None = Field(
        None,
        ge=1,
        le=100_000,
        description="calls of the model in a minute; null: as many as it takes",
    )
    max_execution_time: int | None = Field(
        None, ge=1, le=86_400, description="seconds that one task may take; null: no limit"
    )
    max_retry_limit: int = Field(
        2, ge=0, le=10, description="how often a task is tried again after an error"
    )
    allow_delegation: bool = Field(
        False, description="it may ask the other agents, or pass work on to them"
    )
    memory: bool = Field(False, description="it recalls and keeps what it learns, run after run")
    respect_context_window: bool = Field(
        True, description="shortens what no longer fits into the model instead of failing"
    )
    use_system_prompt: bool = Field(
        True, description="false: for models that know no system prompt"
    )
    inject_date: bool = Field(False, description="tells it today's date with every task")
    system_template: LongText | None = Field(
        None, description="instead of CrewAI's own system prompt; {{ .System }} stands for it"
    )
    prompt_template: LongText | None = Field(
        None, description="around the task; {{ .Prompt }} stands for it"
    )
    response_template: LongText | None = Field(
        None, description="around the answer; {{ .Response }} stands for it"
    )


class MinimumNumberGuardrail(Strict):
    """The answer must hold a number of at least `min_value`."""

    type: Literal["minimum_number"]
    min_value: float


class LengthGuardrail(Strict):
    """The answer must be between `min_chars` and `max_chars` characters long."""

    type: Literal["length"]
    min_chars: int = Field(0, ge=0, le=1_000_000)
    max_chars: int | None = Field(None, ge=1, le=1_000_000)


class ContainsGuardrail(Strict):
    """The answer must contain every phrase of `must` and none of `must_not`, whatever the case."""

    type: Literal["contains"]
    must: list[ShortText] = Field(default_factory=list, max_length=50)
    must_not: list[ShortText] = Field(default_factory=list, max_length=50)


class JsonGuardrail(Strict):
    """The answer must be JSON that follows `json_schema`."""

    type: Literal["json"]
    json_schema: dict[str, Any] = Field(default_factory=dict)


class LlmGuardrail(Strict):
    """A model reads the answer and decides whether it meets `description`."""

    type: Literal["llm"]
    description: LongText
    llm: Key | None = None


Guardrail = Annotated[
    MinimumNumberGuardrail | LengthGuardrail | ContainsGuardrail | JsonGuardrail | LlmGuardrail,
    Field(discriminator="type"),
]


class HumanInput(Strict):
    """A person approves the task before it begins or its answer after it; nothing runs meanwhile."""

    when: Literal["before", "after"] = "after"
    expires_in_s: int | None = Field(
        None, ge=1, le=366 * 86_400, description="null waits for as long as it takes"
    )
    on_expiry: Literal["reject", "approve"] = "reject"
    role: Role = Field(Role.OPERATOR, description="the least that may decide")

    @model_validator(mode="after")
    def _expiry_has_a_time(self) -> "HumanInput":
        if self.on_expiry == "approve" and self.expires_in_s is None:
            raise ValueError("on_expiry needs expires_in_s")
        return self


class TaskConfig(Strict):
    not_taken: ClassVar[Mapping[str, str]] = _TASK_FIELDS_NOT_TAKEN

    name: ShortText | None = Field(None, description="as people read it; null: its key")
    description: LongText = Field(description="what is to be done; may name {placeholders}")
    expected_output: LongText = Field(description="what a good answer looks like")
    agent: Key | None = Field(
        None, description="who does it; null: the manager of a hierarchical crew decides"
    )
    tools: list[Key] = Field(
        default_factory=list, max_length=64, description="for this task, instead of the agent's own"
    )
    context: list[Key] | None = Field(
        None, max_length=MAX_TASKS, description="null: all earlier outputs; []: none"
    )
    async_execution: bool = Field(
        False, description="the next task does not wait for it; a later one that reads it does"
    )
    human_input: bool | HumanInput = Field(
        False, description="true: a person approves the answer; an object says more"
    )
    output_json: Key | dict[str, Any] | None = Field(
        None, description="a JSON schema, or the name of one in /output-schemas"
    )
    output_pydantic: Key | dict[str, Any] | None = Field(
        None, description="as output_json, for crews that come from CrewAI code"
    )
    guardrail: LongText | Guardrail | None = Field(
        None, description="a sentence is checked by a model, an object by its type"
    )
    guardrails: list[LongText | Guardrail] = Field(
        default_factory=list,
        max_length=10,
        description="checks that the answer must pass, in order",
    )
    guardrail_max_retries: int = Field(
        3, ge=0, le=10, description="how often an answer that fails a check is asked for again"
    )
    markdown: bool = Field(False, description="the answer is asked for as Markdown")


class CanvasNode(BaseModel):
    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)

    id: Key
    type: Literal["agentNode", "taskNode", "managerNode"]
    data: dict[str, Any] = Field(default_factory=dict)


class CanvasEdge(BaseModel):
    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)

    id: str | None = Field(None, max_length=300)
    source: Key
    target: Key


class Place(Strict):
    """Of a node on a canvas, in pixels."""

    x: float = Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)
    y: float = Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)


class Layout(Strict):
    """Where a canvas shows the agents and tasks of a YAML shape. It changes nothing of a run."""

    agents: dict[Key, Place] = Field(default_factory=dict, max_length=MAX_AGENTS)
    tasks: dict[Key, Place] = Field(default_factory=dict, max_length=MAX_TASKS)


class CrewSettings(Strict):
    """What belongs to the crew as a whole, whichever way its agents and tasks are given."""

    not_taken: ClassVar[Mapping[str, str]] = _CREW_FIELDS_NOT_TAKEN

    process: Process = Field(
        Process.SEQUENTIAL,
        description="sequential: one task after the other; hierarchical: a manager hands tasks out",
    )
    planning: bool = Field(False, description="a model plans all tasks before the first begins")
    planning_llm: Key | None = Field(
        None, description="the model that plans; null: that of the crew"
    )
    manager_llm: Key | None = Field(None, description="the model that leads a hierarchical crew")
    memory: bool = Field(
        False, description="all agents recall what earlier runs learned, and keep what they learn"
    )
    model: Key | None = Field(None, description="for agents that name none themselves")


class CrewDefinition(CrewSettings):
    """A complete crew: either agents_yaml and tasks_yaml, or a canvas of nodes and edges."""

    agents_yaml: dict[Key, AgentConfig] | None = Field(None, max_length=MAX_AGENTS)
    tasks_yaml: dict[Key, TaskConfig] | None = Field(None, max_length=MAX_TASKS)
    layout: Layout | None = Field(
        None, description="where a canvas shows agents_yaml and tasks_yaml"
    )
    nodes: list[CanvasNode] | None = Field(None, max_length=MAX_AGENTS + MAX_TASKS)
    edges: list[CanvasEdge] | None = Field(None, max_length=10_000)
