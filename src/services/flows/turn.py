"""One turn of a flow run: from how it is to what is to be stored and started. Reads and writes nothing.

Expressions are evaluated here, outside of any transaction; services/flows/run.py stores the outcome if nobody else
took a turn meanwhile.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from src.core.approval import Decision, outcome_of
from src.core.errors import CodedFailure
from src.core.execution_status import TERMINAL, ExecutionStatus
from src.core.expressions import Evaluator, ExpressionFailed
from src.core.flow_status import NodeStatus
from src.core.json_schema import document_errors
from src.core.text import storable
from src.models.approval import Approval
from src.models.execution import Execution
from src.models.flow import FlowNode
from src.schemas.execution import ExecutionCreate
from src.schemas.flow import CrewNode, FlowDefinition, GateNode, RouterNode, Work, expression_of
from src.services.approvals.effects import REJECTED
from src.services.flows.check import agent_definition
from src.services.flows.graph import FlowGraph, NodeState

_MAX_NAME_CHARS = 130


@dataclass(frozen=True)
class FlowView:
    """A flow run as it was read."""

    row: Execution
    definition: FlowDefinition
    nodes: Mapping[str, FlowNode]
    children: Mapping[str, Execution]
    """By id."""
    approvals: Mapping[str, Approval]
    """Of gates that wait, by the key of their node."""
    initial: dict[str, Any] | None
    """The state that it began with; None before its first turn."""
    state: dict[str, Any] | None
    """None after a retry: what the nodes that stay have written is to be written anew."""
    version: int


class NodeFailure(CodedFailure):
    """A node that ends here, with its reason."""


@dataclass(frozen=True)
class NodeChange:
    key: str
    visit: int
    was: NodeStatus
    status: NodeStatus
    output: dict[str, Any] | None = None
    failure: NodeFailure | None = None


@dataclass(frozen=True)
class ChildOrder:
    key: str
    visit: int
    body: ExecutionCreate


@dataclass(frozen=True)
class GateOrder:
    key: str
    visit: int
    gate: GateNode
    shown: dict[str, Any]


@dataclass
class Turn:
    initial: dict[str, Any]
    state: dict[str, Any]
    changes: list[NodeChange] = field(default_factory=list)
    orders: list[ChildOrder] = field(default_factory=list)
    gates: list[GateOrder] = field(default_factory=list)
    failure: NodeFailure | None = None
    """Ends the run."""
    result: dict[str, Any] | None = None
    """Of a run that is done."""


async def take_turn(view: FlowView, cel: Evaluator) -> Turn:
    return await _Taking(view, cel).take()


class _Taking:
    def __init__(self, view: FlowView, cel: Evaluator) -> None:
        self._view = view
        self._cel = cel
        self._graph = FlowGraph(view.definition)
        self._turn = Turn(view.initial or {}, dict(view.state or view.initial or {}))
        self._outputs: dict[str, Any] = {}
        self._states: dict[str, NodeState] = {}
        for key, row in view.nodes.items():
            self._note(key, NodeStatus(row.status), row.output, _failure_of(row))

    async def take(self) -> Turn:
        turn = self._turn
        try:
            if self._view.initial is None:
                turn.initial = await self._initial()
                turn.state = dict(turn.initial)
            elif self._view.state is None:
                await self._write_again()
            for key, row in self._view.nodes.items():
                child = self._view.children.get(row.child_execution_id or "")
                if row.status == NodeStatus.RUNNING and child is not None:
                    await self._settle(key, child)
                if row.status == NodeStatus.WAITING_FOR_APPROVAL:
                    self._settle_gate(key, self._view.approvals[key])
            await self._go_on()
        except NodeFailure as failure:
            turn.failure = failure
        return turn

    async def _initial(self) -> dict[str, Any]:
        wanted, seen = self._view.definition.state, {"inputs": self._view.row.inputs}
        initial = {}
        for key, value in wanted.initial.items():
            expression = expression_of(value)
            initial[key] = value
            if expression is not None:
                initial[key] = await self._value(expression, seen, f"state/initial/{key}")
        self._check_state(initial)
        return initial

    async def _write_again(self) -> None:
        """In the order in which they ended, without those that were reset in between."""
        ended = [
            (row.finished_at, row.key, row.output)
            for row in self._view.nodes.values()
            if row.finished_at is not None and row.output is not None and "text" in row.output
        ]
        for _, key, output in sorted(ended, key=lambda one: one[0]):
            said = {name: output[name] for name in ("text", "json")}
            self._turn.state |= await self._written(key, said)

    async def _settle(self, key: str, child: Execution) -> None:
        """A node whose execution has ended, ends."""
        status = ExecutionStatus(child.status)
        if status not in TERMINAL:
            return
        if status is not ExecutionStatus.COMPLETED:
            is_cancelled = status is ExecutionStatus.CANCELLED
            code = "cancelled" if is_cancelled else child.error_code or "internal"
            message = "its run was cancelled" if is_cancelled else child.error_message or ""
            self._change(key, NodeStatus.FAILED, failure=NodeFailure(code, message))
            return
        result = child.result or {"raw": "", "json": None}
        output = {"text": result["raw"], "json": result["json"]}
        try:
            wrote = await self._written(key, output)
        except NodeFailure as failure:
            self._change(key, NodeStatus.FAILED, failure=failure)
            return
        self._turn.state |= wrote
        self._change(key, NodeStatus.COMPLETED, {**output, "wrote": wrote})

    def _settle_gate(self, key: str, approval: Approval) -> None:
        decision = outcome_of(approval.status, approval.on_expiry)
        if decision is Decision.REJECT and not self._graph.routes_rejection(key):
            by = approval.decided_by
            what = f"{by} rejected it" if by else "nobody decided in time, which rejects it"
            message = f"{what}: {approval.comment}" if approval.comment else what
            self._change(key, NodeStatus.FAILED, failure=NodeFailure(REJECTED, message))
        elif decision is not None:
            said = {"comment": approval.comment, "by": approval.decided_by}
            self._change(key, NodeStatus.COMPLETED, {"label": decision, **said})

    async def _written(self, key: str, output: dict[str, Any]) -> dict[str, Any]:
        """Of all keys before any is written: they do not see each other."""
        node, wrote = self._work(key), {}
        for name, expression in node.write.items():
            seen = {**self._seen(), "output": output}
            wrote[name] = await self._value(expression, seen, f"nodes/{key}/write/{name}")
        self._check_state(self._turn.state | wrote)
        return wrote

    async def _go_on(self) -> None:
        """Until nothing more follows that needs nobody else."""
        ordered = set[str]()
        while True:
            step = self._graph.step(self._states)
            if step.failed is not None:
                raise self._end_of(step.failed)
            for key in step.skip:
                self._change(key, NodeStatus.SKIPPED)
            waiting = [key for key in step.start if key not in ordered]
            for key in waiting:
                await self._begin(key)
                ordered.add(key)
            if not waiting:
                break
        if step.is_done:
            self._turn.result = await self._result()

    async def _begin(self, key: str) -> None:
        node = self._view.definition.nodes[key]
        try:
            if isinstance(node, RouterNode):
                self._change(key, NodeStatus.COMPLETED, {"label": await self._route(key, node)})
            elif isinstance(node, GateNode):
                shown = await self._values(node.show, f"nodes/{key}/show")
                visit = self._view.nodes[key].visit
                self._turn.gates.append(GateOrder(key, visit, node, shown))
            else:
                body = await self._body(key)
                self._turn.orders.append(ChildOrder(key, self._view.nodes[key].visit, body))
        except NodeFailure as failure:
            self._change(key, NodeStatus.FAILED, failure=failure)

    async def _route(self, key: str, router: RouterNode) -> str:
        for index, condition in enumerate(router.conditions):
            at = f"nodes/{key}/conditions/{index}"
            answer = await self._value(condition.when, self._seen(), at)
            if not isinstance(answer, bool):
                message = f"{at}: expected true or false, got a {type(answer).__name__}"
                raise NodeFailure("expression-failed", message)
            if answer:
                return condition.then
        return router.default

    async def _body(self, key: str) -> ExecutionCreate:
        node, row = self._work(key), self._view.row
        own = await self._values(node.inputs, f"nodes/{key}/inputs")
        given = {
            **_source_of(node, f"{row.crew_name[:_MAX_NAME_CHARS]}/{key}"),
            "inputs": row.inputs | own,
            "run_name": row.run_name,
            "priority": row.priority,
            "budget": node.budget.model_dump(mode="json"),
        }
        try:
            return ExecutionCreate.model_validate(given)
        except ValidationError as exc:
            first = exc.errors(include_url=False, include_input=False, include_context=False)[0]
            raise NodeFailure("invalid", f"nodes/{key}: {first['msg']}") from exc

    async def _result(self) -> dict[str, Any]:
        wanted = self._view.definition.output
        expression = expression_of(wanted)
        if expression is not None:
            return _as_result(await self._value(expression, self._seen(), "output"))
        if wanted is not None:
            return _as_result(wanted)
        ran = {key for key, one in self._outputs.items() if "text" in one}
        said = {key: self._outputs[key] for key in self._graph.last(ran)}
        if len(said) == 1:
            (only,) = said.values()
            return {"raw": only["text"], "json": only["json"]}
        return _as_result(
            {key: one["text"] if one["json"] is None else one["json"] for key, one in said.items()}
        )

    async def _values(self, values: Mapping[str, Any], at: str) -> dict[str, Any]:
        found = {}
        for name, value in values.items():
            expression = expression_of(value)
            found[name] = value
            if expression is not None:
                found[name] = await self._value(expression, self._seen(), f"{at}/{name}")
        return found

    async def _value(self, expression: str, seen: Mapping[str, Any], at: str) -> Any:
        try:
            return storable(await self._cel.evaluate(expression, seen))
        except ExpressionFailed as exc:
            raise NodeFailure(exc.code, f"{at}: {exc.message}") from exc

    def _seen(self) -> dict[str, Any]:
        return {
            "inputs": self._view.row.inputs,
            "state": self._turn.state,
            "outputs": self._outputs,
        }

    def _check_state(self, state: dict[str, Any]) -> None:
        errors = document_errors(self._view.definition.state.json_schema, state, "state")
        if errors:
            first = errors[0]
            raise NodeFailure("state-schema", f"{first.pointer}: {first.message}")

    def _change(
        self,
        key: str,
        status: NodeStatus,
        output: dict[str, Any] | None = None,
        failure: NodeFailure | None = None,
    ) -> None:
        was, visit = self._states[key].status, self._view.nodes[key].visit
        self._turn.changes.append(NodeChange(key, visit, was, status, output, failure))
        self._note(key, status, output, failure)

    def _note(
        self,
        key: str,
        status: NodeStatus,
        output: Mapping[str, Any] | None,
        failure: NodeFailure | None,
    ) -> None:
        self._states[key] = NodeState(status, (output or {}).get("label"))
        if status is NodeStatus.COMPLETED and output is not None:
            self._outputs[key] = {name: one for name, one in output.items() if name != "wrote"}
        elif failure is not None:
            error = {"code": failure.code, "message": failure.message}
            self._outputs[key] = {"error": error}

    def _end_of(self, key: str) -> NodeFailure:
        error = self._outputs[key]["error"]
        return NodeFailure(error["code"], f"the node {key} failed: {error['message']}")

    def _work(self, key: str) -> Work:
        node = self._view.definition.nodes[key]
        assert isinstance(node, Work)
        return node


def question_of(key: str, visit: int) -> str:
    """What the approval of a gate is found by."""
    return f"{visit}:gate:{key}"


def waits_for_people(view: FlowView, turn: Turn) -> bool:
    """Whether nothing runs, or is about to, beside gates."""
    now = {key: row.status for key, row in view.nodes.items()}
    now |= {change.key: change.status for change in turn.changes}
    waits = NodeStatus.WAITING_FOR_APPROVAL in now.values() or bool(turn.gates)
    return waits and not turn.orders and NodeStatus.RUNNING not in now.values()


def _failure_of(row: FlowNode) -> NodeFailure | None:
    return None if row.error_code is None else NodeFailure(row.error_code, row.error_message or "")


def _source_of(node: Work, name: str) -> dict[str, Any]:
    """What of the body of POST /executions says which crew."""
    if isinstance(node, CrewNode) and node.crew_id is not None:
        return {"crew_id": node.crew_id, "version": node.version}
    definition = node.definition if isinstance(node, CrewNode) else agent_definition(node)
    assert definition is not None
    given = definition.model_dump(mode="json", exclude_unset=True, by_alias=True)
    return {**given, "crew_name": name}


def _as_result(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return {"raw": value, "json": None}
    return {"raw": json.dumps(value, ensure_ascii=False), "json": value}
