"""How people and canvases describe a crew: CrewAI's own YAML shape as JSON, or nodes and edges."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from src.core.text import Key, LongText, SafeText, ShortText

MAX_AGENTS = 200
MAX_TASKS = 500


class Strict(BaseModel):
    """Unknown fields are an error: nothing is accepted and then ignored."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Process(StrEnum):
    SEQUENTIAL = "sequential"
    HIERARCHICAL = "hierarchical"


class AgentConfig(Strict):
    role: ShortText
    goal: LongText
    backstory: SafeText = ""
    llm: Key | None = None
    tools: list[Key] = Field(default_factory=list, max_length=64)
    max_iter: int = Field(25, ge=1, le=200)
    max_rpm: int | None = Field(None, ge=1, le=100_000)
    max_execution_time: int | None = Field(None, ge=1, le=86_400, description="seconds")
    max_retry_limit: int = Field(2, ge=0, le=10)
    allow_delegation: bool = False
    memory: bool = False
    respect_context_window: bool = True
    use_system_prompt: bool = True
    inject_date: bool = False
    system_template: LongText | None = None
    prompt_template: LongText | None = None
    response_template: LongText | None = None


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


class TaskConfig(Strict):
    name: ShortText | None = None
    description: LongText
    expected_output: LongText
    agent: Key | None = None
    tools: list[Key] = Field(default_factory=list, max_length=64)
    context: list[Key] | None = Field(
        None, max_length=MAX_TASKS, description="null: all earlier outputs; []: none"
    )
    async_execution: bool = False
    human_input: bool = False
    output_json: Key | dict[str, Any] | None = Field(
        None, description="a JSON schema, or the name of one in /output-schemas"
    )
    output_pydantic: Key | dict[str, Any] | None = None
    guardrail: LongText | Guardrail | None = Field(
        None, description="a sentence is checked by a model, an object by its type"
    )
    guardrails: list[LongText | Guardrail] = Field(default_factory=list, max_length=10)
    guardrail_max_retries: int = Field(3, ge=0, le=10)
    markdown: bool = False


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


class CrewSettings(Strict):
    """What belongs to the crew as a whole, whichever way its agents and tasks are given."""

    process: Process = Process.SEQUENTIAL
    planning: bool = False
    planning_llm: Key | None = None
    manager_llm: Key | None = None
    memory: bool = False
    model: Key | None = Field(None, description="for agents that name no llm")


class CrewDefinition(CrewSettings):
    """A complete crew: either agents_yaml and tasks_yaml, or a canvas of nodes and edges."""

    agents_yaml: dict[Key, AgentConfig] | None = Field(None, max_length=MAX_AGENTS)
    tasks_yaml: dict[Key, TaskConfig] | None = Field(None, max_length=MAX_TASKS)
    nodes: list[CanvasNode] | None = Field(None, max_length=MAX_AGENTS + MAX_TASKS)
    edges: list[CanvasEdge] | None = Field(None, max_length=10_000)
