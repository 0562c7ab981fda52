"""What a flow's graph says about its nodes. Pure: the same nodes in the same states, the same answer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from src.core.flow_status import ENDED, NodeStatus
from src.schemas.flow import AgentNode, CrewNode, Edge, FlowDefinition, GateNode, Node


@dataclass(frozen=True)
class NodeState:
    status: NodeStatus
    label: str | None = None
    """What a router that has completed chose, or a person at a gate."""


@dataclass(frozen=True)
class Step:
    """What follows from how the nodes are."""

    start: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    failed: str | None = None
    """The node that ends the flow."""
    is_done: bool = False
    """Every node has ended, and none of them ends the flow as failed."""


class FlowGraph:
    def __init__(self, definition: FlowDefinition) -> None:
        self._nodes: Mapping[str, Node] = definition.nodes
        self.incoming: dict[str, list[Edge]] = {key: [] for key in definition.nodes}
        self.outgoing: dict[str, list[Edge]] = {key: [] for key in definition.nodes}
        for edge in map(self._with_label, definition.edges):
            self.incoming[edge.target].append(edge)
            self.outgoing[edge.source].append(edge)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Every node behind those that lead to it. Raises CycleError."""
        before = {key: {edge.source for edge in edges} for key, edges in self.incoming.items()}
        return tuple(TopologicalSorter(before).static_order())

    def cycle(self) -> list[str]:
        """Keys along a circle, the first one again at its end; empty without one."""
        try:
            _ = self.order
        except CycleError as exc:
            found: list[str] = list(reversed(exc.args[1]))
            return found
        return []

    def behind(self, keys: Iterable[str]) -> set[str]:
        """These nodes and all that they lead to."""
        return self._reach(keys, lambda key: (edge.target for edge in self.outgoing[key]))

    def before(self, key: str) -> set[str]:
        """All nodes that lead to this one."""
        return self._reach([key], lambda one: (edge.source for edge in self.incoming[one])) - {key}

    def step(self, states: Mapping[str, NodeState]) -> Step:
        """What to start and what to skip. Skipping is thought through to the end of the graph."""
        failed = next((key for key in self.order if self._ends_the_flow(key, states[key])), None)
        if failed is not None:
            return Step(failed=failed)
        now, start, skip = dict(states), [], []
        for key in self.order:
            if now[key].status is not NodeStatus.PENDING:
                continue
            verdict = self._verdict(key, now)
            if verdict is NodeStatus.RUNNING:
                start.append(key)
            elif verdict is NodeStatus.SKIPPED:
                skip.append(key)
                now[key] = NodeState(NodeStatus.SKIPPED)
        is_done = all(state.status in ENDED for state in now.values())
        return Step(tuple(start), tuple(skip), None, is_done)

    def last(self, ran: set[str]) -> list[str]:
        """Of the crews and agents that ran, those behind which no other one ran."""
        work = [key for key in self.order if key in ran and is_work(self._nodes[key])]
        return [key for key in work if not (self.behind([key]) - {key}) & set(work)]

    def routes_rejection(self, key: str) -> bool:
        """Whether a gate says where to go on from a rejection."""
        return any(edge.label == "reject" for edge in self.outgoing[key])

    def _with_label(self, edge: Edge) -> Edge:
        if edge.label is None and isinstance(self._nodes[edge.source], GateNode):
            return edge.model_copy(update={"label": "approve"})
        return edge

    def _ends_the_flow(self, key: str, state: NodeState) -> bool:
        if state.status not in (NodeStatus.FAILED, NodeStatus.CANCELLED):
            return False
        node = self._nodes[key]
        return not (isinstance(node, CrewNode | AgentNode) and node.on_error == "continue")

    def _verdict(self, key: str, states: Mapping[str, NodeState]) -> NodeStatus:
        """running: to be started; skipped; pending: not decided yet."""
        taken = [_is_taken(edge, states[edge.source]) for edge in self.incoming[key]]
        waits_for_all = self._nodes[key].join == "all"
        if not taken or (True in taken and not (waits_for_all and None in taken)):
            return NodeStatus.RUNNING
        return NodeStatus.PENDING if None in taken else NodeStatus.SKIPPED

    def _reach(self, keys: Iterable[str], neighbours: Callable[[str], Iterable[str]]) -> set[str]:
        found, waiting = set[str](), list(keys)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting.extend(neighbours(key))
        return found


def is_work(node: Node) -> bool:
    return isinstance(node, CrewNode | AgentNode)


def _is_taken(edge: Edge, source: NodeState) -> bool | None:
    """None while that is not decided."""
    if source.status is NodeStatus.SKIPPED:
        return False
    if source.status not in ENDED:
        return None
    return edge.label is None or edge.label == source.label
