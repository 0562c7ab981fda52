"""Graphs of flows: whatever ends in whatever order, each node is decided once and for good reasons."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from src.core.flow_status import ENDED, NodeStatus
from src.schemas.flow import AgentNode, FlowDefinition
from src.services.flows.graph import FlowGraph, NodeState

LABELS = ("left", "right")
AGENT: dict[str, Any] = {"kind": "agent", "agent": {"role": "A", "goal": "g"}, "prompt": "p"}
ROUTER: dict[str, Any] = {
    "kind": "router",
    "conditions": [{"when": "true", "then": "left"}],
    "default": "right",
}


def flow(nodes: dict[str, Any], *edges: tuple[str, ...]) -> FlowDefinition:
    drawn = [
        {"from": source, "to": target, **({"label": rest[0]} if rest else {})}
        for source, target, *rest in edges
    ]
    return FlowDefinition.model_validate({"nodes": nodes, "edges": drawn})


@st.composite
def flows(draw: st.DrawFn) -> FlowDefinition:
    count = draw(st.integers(1, 9))
    kinds = draw(st.lists(st.sampled_from([AGENT, ROUTER]), min_size=count, max_size=count))
    joins = draw(st.lists(st.sampled_from(["all", "any"]), min_size=count, max_size=count))
    errors = draw(st.lists(st.sampled_from(["fail", "continue"]), min_size=count, max_size=count))
    nodes: dict[str, Any] = {}
    for number, (kind, join, on_error) in enumerate(zip(kinds, joins, errors, strict=True)):
        nodes[f"n{number}"] = {**kind, "join": join}
        if kind is AGENT:
            nodes[f"n{number}"]["on_error"] = on_error
    edges = []
    for target in range(count):
        for source in range(target):
            if draw(st.booleans()):
                label = (draw(st.sampled_from(LABELS)),) if kinds[source] is ROUTER else ()
                edges.append((f"n{source}", f"n{target}", *label))
    return flow(nodes, *edges)


class Course:
    """A run in which `ends` says how a node ends, and `order` which of the running ones ends next."""

    def __init__(
        self, definition: FlowDefinition, ends: dict[str, NodeState], order: list[int]
    ) -> None:
        self.graph = FlowGraph(definition)
        self.states = {key: NodeState(NodeStatus.PENDING) for key in definition.nodes}
        self.started: list[str] = []
        self.failed: str | None = None
        running: list[str] = []
        for turn in [*order, *([0] * (len(definition.nodes) + 1))]:
            step = self.graph.step(self.states)
            assert step == self.graph.step(self.states), "not the same answer twice"
            self.failed = step.failed
            for key in step.skip:
                self.states[key] = NodeState(NodeStatus.SKIPPED)
            if step.failed is not None or step.is_done:
                break
            for key in step.start:
                self._check_start(definition, key)
                self.states[key] = NodeState(NodeStatus.RUNNING)
            self.started += step.start
            running += step.start
            key = running.pop(turn % len(running))
            self.states[key] = ends[key]

    def _check_start(self, definition: FlowDefinition, key: str) -> None:
        edges = self.graph.incoming[key]
        sources = [self.states[edge.source] for edge in edges]
        taken = [
            source.status in ENDED - {NodeStatus.SKIPPED} and edge.label in (None, source.label)
            for edge, source in zip(edges, sources, strict=True)
        ]
        assert not edges or any(taken)
        if definition.nodes[key].join == "all":
            assert all(source.status in ENDED for source in sources)


@given(flows(), st.data())
def test_every_node_ends_once_and_the_order_in_which_they_end_changes_nothing(
    definition: FlowDefinition, data: st.DataObject
) -> None:
    may_fail = data.draw(st.booleans())
    ends = {}
    for key, node in definition.nodes.items():
        if not isinstance(node, AgentNode):
            ends[key] = NodeState(NodeStatus.COMPLETED, data.draw(st.sampled_from(LABELS)))
        else:
            fails = may_fail and node.on_error == "continue" and data.draw(st.booleans())
            ends[key] = NodeState(NodeStatus.FAILED if fails else NodeStatus.COMPLETED)
    orders = st.lists(st.integers(0, 100), min_size=9, max_size=9)
    courses = [Course(definition, ends, data.draw(orders)) for _ in range(2)]
    for course in courses:
        assert len(course.started) == len(set(course.started))
        assert all(state.status in ENDED for state in course.states.values())
    assert courses[0].states == courses[1].states


@given(flows(), st.data())
def test_a_node_that_fails_ends_the_flow(definition: FlowDefinition, data: st.DataObject) -> None:
    culprits = [
        key
        for key, node in definition.nodes.items()
        if isinstance(node, AgentNode) and node.on_error == "fail"
    ]
    if not culprits:
        return
    culprit = data.draw(st.sampled_from(culprits))
    ends = {key: NodeState(NodeStatus.COMPLETED, "left") for key in definition.nodes}
    ends[culprit] = NodeState(NodeStatus.FAILED)
    course = Course(definition, ends, data.draw(st.lists(st.integers(0, 100), max_size=9)))
    assert course.failed == (culprit if culprit in course.started else None)


def test_a_join_waits_for_all_or_for_the_first() -> None:
    nodes = dict.fromkeys(("a", "b", "every", "first"), AGENT)
    nodes["first"] = {**AGENT, "join": "any"}
    graph = FlowGraph(flow(nodes, ("a", "every"), ("b", "every"), ("a", "first"), ("b", "first")))
    states = {key: NodeState(NodeStatus.PENDING) for key in nodes}
    assert graph.step(states).start == ("a", "b")
    states |= {"a": NodeState(NodeStatus.COMPLETED), "b": NodeState(NodeStatus.RUNNING)}
    assert graph.step(states).start == ("first",)
    states["b"] = NodeState(NodeStatus.COMPLETED)
    assert set(graph.step(states).start) == {"first", "every"}


def test_what_a_router_leaves_out_is_skipped_to_the_end_and_joins_know_it() -> None:
    nodes = {"r": ROUTER} | dict.fromkeys(("l1", "l2", "r1", "end"), AGENT)
    graph = FlowGraph(
        flow(
            nodes,
            ("r", "l1", "left"),
            ("l1", "l2"),
            ("l2", "end"),
            ("r", "r1", "right"),
            ("r1", "end"),
        )
    )
    states = {key: NodeState(NodeStatus.PENDING) for key in nodes}
    states["r"] = NodeState(NodeStatus.COMPLETED, "right")
    step = graph.step(states)
    assert (step.start, step.skip) == (("r1",), ("l1", "l2"))
    states |= {key: NodeState(NodeStatus.SKIPPED) for key in step.skip}
    states["r1"] = NodeState(NodeStatus.COMPLETED)
    assert graph.step(states).start == ("end",)
    assert graph.last({"r1"}) == ["r1"]


def test_a_cycle_is_found_and_named_in_its_direction() -> None:
    graph = FlowGraph(flow(dict.fromkeys("abc", AGENT), ("a", "b"), ("b", "c"), ("c", "b")))
    assert graph.cycle() in (["b", "c", "b"], ["c", "b", "c"])
