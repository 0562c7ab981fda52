"""Runs of flows as clients see them: start, nodes, retry from a node. services/flows/run.py takes their turns."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from src.core.clock import Clock
from src.core.errors import Conflict, FieldError, Invalid
from src.core.events import EngineEvent, EventType, Usage
from src.core.flow_status import NodeStatus
from src.core.tenancy import Principal
from src.core.unit_of_work import Database, UnitOfWork
from src.models.execution import Execution
from src.models.flow import FlowNode
from src.repositories.execution import ExecutionRepository
from src.repositories.flow import FLOW, FlowRepository, FlowRunRepository
from src.schemas.common import ErrorRead, Page
from src.schemas.execution import ExecutionCreate
from src.schemas.flow import FlowDefinition, FlowNodeRead, Node, NodeOutput, Work
from src.services.executions.new_execution import new_columns
from src.services.flows.check import FlowCheck
from src.services.flows.graph import FlowGraph
from src.services.flows.jobs import FlowJobs


@dataclass(frozen=True)
class FlowSource:
    definition: FlowDefinition
    name: str
    flow_id: str | None
    flow_version: int | None


class FlowStarts:
    def __init__(self, database: Database, clock: Clock, check: FlowCheck, jobs: FlowJobs) -> None:
        self._database = database
        self._clock = clock
        self._check = check
        self._jobs = jobs

    async def source(self, principal: Principal, body: ExecutionCreate) -> FlowSource:
        """Checked for a run today. Raises NotFound, Invalid, NotAvailable."""
        if body.flow is not None:
            fixed = await self._check.to_run(principal, body.flow, "/flow")
            return FlowSource(fixed, body.run_name or "Unnamed flow", None, None)
        assert body.flow_id is not None
        async with self._database.read() as uow:
            flow, version = await uow.repo(FlowRepository).version(
                principal.group_id, body.flow_id, body.version
            )
        definition = FlowDefinition.model_validate(version.definition)
        fixed = await self._check.to_run(principal, definition, "")
        return FlowSource(fixed, flow.name, flow.id, version.number)

    def columns(
        self, principal: Principal, body: ExecutionCreate, source: FlowSource
    ) -> dict[str, Any]:
        identity = _fingerprint(source.definition, principal.group_id)
        columns = new_columns(principal, body, self._clock, name=source.name, identity=identity)
        return columns | {
            "kind": FLOW,
            "models": None,
            "crew_id": None,
            "flow_id": source.flow_id,
            "flow_version": source.flow_version,
        }

    async def add(self, uow: UnitOfWork, row: Mapping[str, Any], source: FlowSource) -> None:
        """The execution with its nodes, and the job that takes its first turn."""
        definition, group_id, id = source.definition, row["group_id"], row["id"]
        frozen = definition.model_dump(mode="json", exclude_unset=True, by_alias=True)
        queued = self._event(group_id, id, EventType.EXECUTION_QUEUED, {"attempt": 1})
        await uow.repo(ExecutionRepository).add_with_plan(row, {"flow": frozen}, [], queued)
        kinds = {key: node.kind for key, node in definition.nodes.items()}
        await uow.repo(FlowRunRepository).add(group_id, id, new_state(), kinds)
        await self._jobs.take_turn(uow, group_id, id, row["created_by"])

    async def nodes(self, principal: Principal, id: str) -> Page[FlowNodeRead]:
        """All of them, in the order of the definition: a flow is small enough for one page."""
        async with self._database.read() as uow:
            executions, runs = uow.repo(ExecutionRepository), uow.repo(FlowRunRepository)
            rows = {row.key: row for row in await runs.nodes(principal.group_id, id)}
            if not rows:
                await executions.status(principal.group_id, id)
                return Page(items=[])
            plan, _ = await executions.plan(principal.group_id, id)
        return Page(items=[_node_read(rows[key]) for key in plan["flow"]["nodes"]])

    async def usage(self, uow: UnitOfWork, rows: list[Execution]) -> dict[str, Usage]:
        """Of the flows among these: the sum of what their nodes used, which is counted there alone."""
        flows = [row.id for row in rows if row.kind == FLOW]
        if not flows:
            return {}
        return await uow.repo(FlowRunRepository).usage(rows[0].group_id, flows)

    async def retry(self, uow: UnitOfWork, row: Execution, from_node: str | None) -> None:
        """Resets a node of an ended run with all behind it, and whatever did not end well; or everything.

        The state becomes what the nodes that stay make of it, without what the others wrote."""
        runs, executions = uow.repo(FlowRunRepository), uow.repo(ExecutionRepository)
        nodes = {node.key: node for node in await runs.nodes(row.group_id, row.id)}
        plan, _ = await executions.plan(row.group_id, row.id)
        definition = FlowDefinition.model_validate(plan["flow"])
        again = _to_reset(definition, nodes, from_node)
        state, version = await runs.state(row.group_id, row.id)
        rewound = new_state() if from_node is None else {"initial": state["initial"], "now": None}
        await runs.reset(row.group_id, row.id, again)
        await runs.set_state(row.group_id, row.id, rewound, version)
        await self._jobs.take_turn(uow, row.group_id, row.id, row.created_by)

    def _event(self, group_id: str, id: str, type: EventType, data: dict[str, Any]) -> EngineEvent:
        return EngineEvent.of_execution(group_id, id, type, self._clock.now(), data)


def _fingerprint(definition: FlowDefinition, group_id: str) -> str:
    """Runs of a flow that nobody saved are alike when it is the same."""
    text = definition.model_dump_json(by_alias=True, exclude_unset=True)
    return hashlib.sha256(f"flow:{group_id}:{text}".encode()).hexdigest()[:32]


def new_state() -> dict[str, Any]:
    """`initial` is filled in by the first turn; without `now` the next one makes it anew."""
    return {"initial": None, "now": {}}


def _to_reset(
    definition: FlowDefinition, nodes: Mapping[str, FlowNode], from_node: str | None
) -> set[str]:
    if from_node is None:
        return set(nodes)
    if from_node not in nodes:
        raise Invalid(
            f"this flow has no node {from_node!r}; it has: {', '.join(nodes)}",
            errors=(FieldError("/from_task", "unknown-node", "name a node of this flow"),),
        )
    graph = FlowGraph(definition)
    stays = {key for key, node in nodes.items() if _ended_well(definition.nodes[key], node)}
    open_before = sorted(graph.before(from_node) - stays)
    if open_before:
        raise Conflict(
            f"the node {open_before[0]!r} comes before {from_node!r} and did not end well; retry from it"
        )
    begun = {key for key, node in nodes.items() if node.status != NodeStatus.PENDING}
    return graph.behind([from_node, *(begun - stays)])


def _ended_well(node: Node, row: FlowNode) -> bool:
    if row.status == NodeStatus.FAILED:
        return isinstance(node, Work) and node.on_error == "continue"
    return row.status in (NodeStatus.COMPLETED, NodeStatus.SKIPPED)


def _node_read(row: FlowNode) -> FlowNodeRead:
    said = row.output
    return FlowNodeRead(
        key=row.key,
        kind=row.kind,
        status=row.status,
        visit=row.visit,
        execution_id=row.child_execution_id,
        output=None if said is None else NodeOutput.model_validate(said),
        wrote={} if said is None else said.get("wrote", {}),
        error=ErrorRead.stored(row.error_code, row.error_message),
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
