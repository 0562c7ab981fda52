"""From a canvas to the YAML shape: agent -> task edges assign, task -> task edges are context."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from src.engines.crewai.problems import Problems
from src.schemas.crew_config import AgentConfig, CanvasEdge, CanvasNode, TaskConfig

_DRAWING = frozenset({"label", "agentId", "taskId", "icon", "color", "description_html"})
"""What a node's data holds for the screen only."""


@dataclass(frozen=True)
class NamedConfigs:
    """Agents and tasks by key, and the JSON pointer under which each one was given."""

    agents: dict[str, AgentConfig]
    tasks: dict[str, TaskConfig]
    agent_pointers: dict[str, str]
    task_pointers: dict[str, str]
    manager: str | None = None


def read_canvas(
    nodes: list[CanvasNode], edges: list[CanvasEdge], problems: Problems
) -> NamedConfigs:
    kinds: dict[str, str] = {}
    pointers: dict[str, str] = {}
    for index, node in enumerate(nodes):
        if node.id in kinds:
            problems.add(f"/nodes/{index}/id", "duplicate", f"two nodes have the id {node.id!r}")
        kinds[node.id] = node.type
        pointers[node.id] = f"/nodes/{index}/data"
    assigned, context = _read_edges(edges, kinds, problems)
    agents, tasks = {}, {}
    for node in nodes:
        pointer = pointers[node.id]
        if node.type == "taskNode":
            extra: dict[str, Any] = {}
            if node.id in assigned:
                extra["agent"] = assigned[node.id]
            # A canvas draws what it means: a task without incoming task edges reads no other output.
            extra["context"] = context.get(node.id, [])
            data = {"name": node.data.get("label"), **node.data, **extra}
            task = _read_config(TaskConfig, data, pointer, problems)
            if task is not None:
                tasks[node.id] = task
        else:
            agent = _read_config(AgentConfig, node.data, pointer, problems)
            if agent is not None:
                agents[node.id] = agent
    managers = [node.id for node in nodes if node.type == "managerNode"]
    if len(managers) > 1:
        problems.add("/nodes", "many-managers", "a crew can have one manager node")
    ordered = _order(tasks, problems)
    return NamedConfigs(
        agents=agents,
        tasks=ordered,
        agent_pointers={key: pointers[key] for key in agents},
        task_pointers={key: pointers[key] for key in ordered},
        manager=managers[0] if managers else None,
    )


def _read_edges(
    edges: list[CanvasEdge], kinds: dict[str, str], problems: Problems
) -> tuple[dict[str, str], dict[str, list[str]]]:
    assigned: dict[str, str] = {}
    context: dict[str, list[str]] = {}
    for index, edge in enumerate(edges):
        pointer = f"/edges/{index}"
        for end, name in (("source", edge.source), ("target", edge.target)):
            if name not in kinds:
                problems.add(f"{pointer}/{end}", "unknown-node", f"there is no node {name!r}")
        source, target = kinds.get(edge.source), kinds.get(edge.target)
        if source is None or target is None:
            continue
        if source == "agentNode" and target == "taskNode":
            if assigned.get(edge.target, edge.source) != edge.source:
                message = f"the task {edge.target!r} has two agents; remove one edge"
                problems.add(pointer, "two-agents", message)
            assigned[edge.target] = edge.source
        elif source == "taskNode" and target == "taskNode":
            context.setdefault(edge.target, []).append(edge.source)
        elif source != "managerNode":
            message = (
                f"an edge from {source} to {target} means nothing; draw agent->task or task->task"
            )
            problems.add(pointer, "meaningless-edge", message)
    return assigned, context


def _read_config(
    shape: type[Any], data: dict[str, Any], pointer: str, problems: Problems
) -> Any | None:
    given = {key: value for key, value in data.items() if key not in _DRAWING and value is not None}
    try:
        config: BaseModel = shape.model_validate(given)
    except ValidationError as exc:
        for item in exc.errors(include_input=False, include_url=False, include_context=False):
            path = "".join(f"/{step}" for step in item["loc"])
            problems.add(f"{pointer}{path}", str(item["type"]).replace("_", "-"), str(item["msg"]))
        return None
    return config


def _order(tasks: dict[str, TaskConfig], problems: Problems) -> dict[str, TaskConfig]:
    """Context first, otherwise as drawn. Tasks in a cycle keep their place: planning reports them."""
    ordered: dict[str, TaskConfig] = {}
    waiting = dict(tasks)
    while waiting:
        ready = [
            key
            for key, task in waiting.items()
            if all(name in ordered or name not in waiting for name in task.context or [])
        ]
        if not ready:
            ordered.update(waiting)
            break
        for key in ready:
            ordered[key] = waiting.pop(key)
    return ordered
