"""What is wrong with a flow by itself, before anybody looks at crews, models or tools."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from src.core.documents import pointer_step
from src.core.errors import FieldError
from src.core.expressions import ExpressionFailed, check_expression, fields_read
from src.core.json_schema import document_errors, schema_errors
from src.schemas.flow import (
    AgentNode,
    CrewNode,
    Edge,
    FlowDefinition,
    GateLabel,
    GateNode,
    RouterNode,
    expression_of,
)
from src.services.flows.graph import FlowGraph

_OF_A_GATE = dict.fromkeys(get_args(GateLabel))
SEEN = ("inputs", "state", "outputs")
"""By every expression of a node; `output` is added where it writes."""


def structure_errors(definition: FlowDefinition, at: str) -> list[FieldError]:
    """All of them, with pointers below `at`."""
    found = list(_edge_errors(definition, at))
    if not found:
        found += _cycle_errors(definition, at)
    found += _state_errors(definition, at)
    if not found:
        found += _Nodes(definition, at).errors()
    return found


def _edge_errors(definition: FlowDefinition, at: str) -> Iterator[FieldError]:
    drawn = set[tuple[str, str, str | None]]()
    for index, edge in enumerate(definition.edges):
        here = f"{at}/edges/{index}"
        for end, key in (("from", edge.source), ("to", edge.target)):
            if key not in definition.nodes:
                yield FieldError(
                    f"{here}/{end}", "unknown-node", _unknown("node", key, definition.nodes)
                )
        yield from _label_errors(definition, edge, f"{here}/label")
        if (edge.source, edge.target, edge.label) in drawn:
            yield FieldError(here, "doubled-edge", "this edge is there already; remove one")
        drawn.add((edge.source, edge.target, edge.label))


def _label_errors(definition: FlowDefinition, edge: Edge, at: str) -> Iterator[FieldError]:
    source = definition.nodes.get(edge.source)
    if isinstance(source, RouterNode):
        labels = labels_of(source)
        if edge.label is None:
            message = f"an edge that leaves a router needs one of its labels: {', '.join(labels)}"
            yield FieldError(at, "no-label", message)
        elif edge.label not in labels:
            yield FieldError(at, "unknown-label", _unknown("label", edge.label, labels))
    elif isinstance(source, GateNode):
        if edge.label is not None and edge.label not in _OF_A_GATE:
            yield FieldError(at, "unknown-label", _unknown("label", edge.label, _OF_A_GATE))
    elif edge.label is not None:
        message = "only edges that leave a router or a gate have a label"
        yield FieldError(at, "needless-label", message)


def labels_of(router: RouterNode) -> dict[str, None]:
    return dict.fromkeys([*(one.then for one in router.conditions), router.default])


def _cycle_errors(definition: FlowDefinition, at: str) -> Iterator[FieldError]:
    circle = FlowGraph(definition).cycle()
    if not circle:
        return
    index = next(
        index
        for index, edge in enumerate(definition.edges)
        if (edge.source, edge.target) == (circle[0], circle[1])
    )
    message = f"a flow runs forwards only, and this edge closes a circle: {' > '.join(circle)}"
    yield FieldError(f"{at}/edges/{index}", "cycle", message[:500])


def _state_errors(definition: FlowDefinition, at: str) -> Iterator[FieldError]:
    schema, initial = definition.state.json_schema, definition.state.initial
    schema_at = f"{at}/state/json_schema"
    found = schema_errors(schema, schema_at)
    if found or schema.get("type") != "object":
        message = 'the state is an object: expected "type": "object"'
        yield from found or [FieldError(f"{schema_at}/type", "bad-schema", message)]
        return
    literal = True
    for key, value in initial.items():
        here, expression = f"{at}/state/initial/{pointer_step(key)}", expression_of(value)
        if not has_state_key(schema, key):
            yield FieldError(here, "unknown-state-key", _not_in_schema(key))
        if expression is not None:
            literal = False
            yield from _expression_errors(expression, ("inputs",), f"{here}/cel")
    if literal:
        yield from document_errors(schema, initial, f"{at}/state/initial")


def has_state_key(schema: Mapping[str, Any], key: str) -> bool:
    """A schema that names properties means only those, unless it says otherwise itself."""
    if key in schema.get("properties", {}):
        return True
    more = schema.get("additionalProperties", "properties" not in schema)
    return more is not False or "patternProperties" in schema


def _expression_errors(expression: str, names: tuple[str, ...], at: str) -> Iterator[FieldError]:
    try:
        check_expression(expression, names)
    except ExpressionFailed as exc:
        message = f"{exc.message}; it may use {', '.join(names)}"
        yield FieldError(at, exc.code, message)


class _Nodes:
    """What nodes name: state keys, other nodes, expressions."""

    def __init__(self, definition: FlowDefinition, at: str) -> None:
        self._definition = definition
        self._schema = definition.state.json_schema
        self._graph = FlowGraph(definition)
        self._at = at

    def errors(self) -> Iterator[FieldError]:
        for key, node in self._definition.nodes.items():
            here = f"{self._at}/nodes/{key}"
            known = self._graph.before(key)
            if isinstance(node, RouterNode):
                for index, condition in enumerate(node.conditions):
                    at = f"{here}/conditions/{index}/when"
                    yield from self._of_expression(condition.when, SEEN, known, at)
            if isinstance(node, CrewNode):
                yield from _source_errors(node, here)
            if isinstance(node, GateNode):
                yield from self._of_values(node.show, known, f"/nodes/{key}/show")
            if isinstance(node, CrewNode | AgentNode):
                yield from self._of_work(node, key, known, here)
        yield from self._of_value(self._definition.output, set(self._definition.nodes), "/output")

    def _of_work(
        self, node: CrewNode | AgentNode, key: str, known: set[str], here: str
    ) -> Iterator[FieldError]:
        yield from self._of_values(node.inputs, known, f"/nodes/{key}/inputs")
        for name, expression in node.write.items():
            at = f"{here}/write/{name}"
            if not has_state_key(self._schema, name):
                yield FieldError(at, "unknown-state-key", _not_in_schema(name))
            yield from self._of_expression(expression, (*SEEN, "output"), known, at)

    def _of_values(
        self, values: Mapping[str, Any], known: set[str], below: str
    ) -> Iterator[FieldError]:
        for name, value in values.items():
            yield from self._of_value(value, known, f"{below}/{pointer_step(name)}")

    def _of_value(self, value: Any, known: set[str], below: str) -> Iterator[FieldError]:
        expression = expression_of(value)
        if expression is not None:
            yield from self._of_expression(expression, SEEN, known, f"{self._at}{below}/cel")

    def _of_expression(
        self, expression: str, names: tuple[str, ...], known: set[str], at: str
    ) -> Iterator[FieldError]:
        errors = list(_expression_errors(expression, names, at))
        yield from errors
        if errors:
            return
        for root, name in sorted(fields_read(expression)):
            if root == "outputs" and name not in self._definition.nodes:
                yield FieldError(at, "unknown-node", _unknown("node", name, self._definition.nodes))
            elif root == "outputs" and name not in known:
                message = f"{name} does not come before this node, so its output is not there"
                yield FieldError(at, "not-before", message)
            elif root == "state" and not has_state_key(self._schema, name):
                yield FieldError(at, "unknown-state-key", _not_in_schema(name))


def _source_errors(node: CrewNode, at: str) -> Iterator[FieldError]:
    if (node.crew_id is None) == (node.definition is None):
        yield FieldError(at, "no-crew", "give either crew_id or definition")
    if node.version is not None and node.crew_id is None:
        message = "version chooses a version of crew_id, which is missing"
        yield FieldError(f"{at}/version", "no-crew", message)


def _not_in_schema(key: str) -> str:
    return f"the state has no {key[:80]!r}; add it to the properties of state.json_schema"


def _unknown(kind: str, key: str, known: Mapping[str, Any]) -> str:
    shown = ", ".join(list(known)[:20])
    return f"there is no {kind} {key[:80]!r}; known are {shown}"
