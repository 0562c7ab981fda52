"""Flows: crews, single agents, routers and gates, joined by edges into a graph without cycles.

Values that start with `{"cel": …}` are expressions (core/expressions.py) over

  inputs    those of the run
  state     what the nodes of this run share
  outputs   node key -> {text, json}, {label} of a router, {label, comment, by} of a gate, {error} of a failed node
            that the flow goes on from; nodes that were skipped or have not ended are not there
  output    in `write` alone: what the node itself has just said
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, JsonValue, model_validator

from src.core.tenancy import Role
from src.core.text import Key, LongText, ShortText
from src.schemas.common import ErrorRead, RowId
from src.schemas.crew import SavedDefinition
from src.schemas.crew_config import AgentConfig
from src.schemas.run_options import Budget, CleanJson
from src.schemas.strict import Strict
from src.schemas.versions import (
    VersionedCreate,
    VersionedRead,
    VersionedSummary,
    VersionedUpdate,
    VersionNumber,
)

MAX_NODES = 200
MAX_EDGES = 2_000
MAX_WAIT_S = 365 * 86_400


def _node_key(key: str) -> str:
    if len(key) > 64 or not key.isascii() or not key.isidentifier():
        raise ValueError(
            "a key of a node or of the state is at most 64 letters, digits and _, and starts with no digit: "
            "expressions name it as outputs.key"
        )
    return key


NodeKey = Annotated[str, AfterValidator(_node_key)]
Expression = Annotated[LongText, Field(description="CEL, for example outputs.check.json.ok")]
Value = Annotated[
    CleanJson,
    Field(description='any JSON value, or {"cel": "…"} for what an expression finds'),
]


class Position(Strict):
    """Where somebody drew it."""

    x: float
    y: float


class _Node(Strict):
    name: ShortText | None = None
    position: Position | None = None
    join: Literal["all", "any"] = Field(
        "all",
        description="with several incoming edges: all waits until each is decided and one was taken, any starts "
        "with the first that is taken; a node none of whose edges is taken is skipped",
    )


class _Work(_Node):
    """What runs as an execution of its own."""

    inputs: dict[ShortText, Value] = Field(
        default_factory=dict, max_length=200, description="added to the inputs of the flow"
    )
    write: dict[NodeKey, Expression] = Field(
        default_factory=dict, max_length=200, description="state key -> CEL over its output"
    )
    on_error: Literal["fail", "continue"] = Field(
        "fail", description="continue takes the edges behind it all the same; nothing is written"
    )
    budget: Budget = Field(default_factory=Budget)


class CrewNode(_Work):
    """A saved crew, in the version that is current when the flow starts unless one is named; or one
    described here."""

    kind: Literal["crew"]
    crew_id: RowId | None = None
    version: VersionNumber | None = None
    definition: SavedDefinition | None = None


class AgentNode(_Work):
    """One agent with one task."""

    kind: Literal["agent"]
    agent: AgentConfig
    prompt: LongText
    expected_output: LongText = "A complete answer"
    output_json: Key | dict[str, Any] | None = Field(
        None, description="a JSON schema, or the name of one in /output-schemas"
    )
    model: Key | None = None


class Condition(Strict):
    when: Expression
    then: NodeKey


class RouterNode(_Node):
    """Takes the edges with the label of the first condition that is true."""

    kind: Literal["router"]
    conditions: list[Condition] = Field(min_length=1, max_length=50)
    default: NodeKey = Field(description="the label when no condition is true")


GateLabel = Literal["approve", "reject"]


class GateNode(_Node):
    """Waits for a person. Edges that leave it are for approval, unless they are labelled `reject`; without such
    an edge a rejection ends the flow."""

    kind: Literal["gate"]
    show: dict[ShortText, Value] = Field(
        default_factory=dict, max_length=50, description="what the person decides about"
    )
    role: Role = Role.OPERATOR
    expires_in_s: int | None = Field(None, ge=1, le=MAX_WAIT_S)
    on_expiry: GateLabel = "reject"

    @model_validator(mode="after")
    def _expiry_has_a_time(self) -> "GateNode":
        if self.on_expiry == "approve" and self.expires_in_s is None:
            raise ValueError("on_expiry needs expires_in_s")
        return self


Node = Annotated[CrewNode | AgentNode | RouterNode | GateNode, Field(discriminator="kind")]
Work = CrewNode | AgentNode


class Edge(Strict):
    source: NodeKey = Field(alias="from")
    target: NodeKey = Field(alias="to")
    label: NodeKey | None = Field(None, description="of the router or gate that it leaves")


class StateConfig(Strict):
    """What nodes share. It follows its schema from the first moment on."""

    json_schema: dict[str, Any] = Field(default_factory=lambda: {"type": "object"})
    initial: dict[NodeKey, Value] = Field(
        default_factory=dict, max_length=500, description="expressions see inputs alone"
    )


class FlowDefinition(Strict):
    nodes: dict[NodeKey, Node] = Field(min_length=1, max_length=MAX_NODES)
    edges: list[Edge] = Field(default_factory=list, max_length=MAX_EDGES)
    state: StateConfig = Field(default_factory=lambda: StateConfig())
    output: Value = Field(
        None, description="the result; without it what the last nodes that ran have said"
    )


def expression_of(value: JsonValue) -> str | None:
    """None for a literal."""
    if isinstance(value, Mapping) and value.keys() == {"cel"} and isinstance(value["cel"], str):
        return value["cel"]
    return None


class FlowCreate(VersionedCreate):
    definition: FlowDefinition


class FlowUpdate(VersionedUpdate):
    definition: FlowDefinition | None = Field(
        None, description="replaces the whole definition and makes a new version"
    )


class FlowSummary(VersionedSummary):
    pass


class FlowRead(VersionedRead):
    definition: dict[str, Any] = Field(description="as it was given; see FlowDefinition")


class NodeOutput(BaseModel):
    text: str | None = None
    json_: JsonValue = Field(None, alias="json", serialization_alias="json")
    label: str | None = Field(None, description="what a router chose, or a person at a gate")
    comment: str | None = None
    by: str | None = None


class FlowNodeRead(BaseModel):
    """One node of one run of a flow."""

    key: str
    kind: str
    status: str = Field(
        description="pending, running, waiting_for_approval, completed, skipped, failed or cancelled"
    )
    visit: int = Field(description="raised by each retry of this node")
    execution_id: str | None = Field(description="of its crew or agent, of its latest visit")
    output: NodeOutput | None
    wrote: dict[str, JsonValue] = Field(description="to the state")
    error: ErrorRead | None
    started_at: datetime | None
    finished_at: datetime | None
