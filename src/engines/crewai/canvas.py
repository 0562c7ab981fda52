"""From a canvas to named configurations: agent -> task edges assign, task -> task edges are context."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from src.core.documents import pointer_step
from src.engines.crewai.named_configs import NamedConfigs
from src.engines.crewai.problems import Problems
from src.schemas.crew_config import AgentConfig, CanvasEdge, CanvasNode, TaskConfig

_Config = TypeVar("_Config", bound=BaseModel)
_DRAWING = frozenset({"label", "agentId", "taskId", "icon", "color", "description_html"})
"""What a node's data holds for the screen only."""


@dataclass
class _Edges:
    """What the edges say about the tasks, with the pointer of the edge that said it."""

    agents: dict[str, tuple[str, str]] = field(default_factory=dict)
    context: dict[str, dict[str, str]] = field(default_factory=dict)
    """Task -> earlier task -> pointer; an edge drawn twice counts once."""


def read_canvas(
    nodes: Sequence[CanvasNode], edges: Sequence[CanvasEdge], problems: Problems
) -> NamedConfigs:
    pointers: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for index, node in enumerate(nodes):
        if node.id in kinds:
            problems.add(f"/nodes/{index}/id", "duplicate", f"two nodes have the id {node.id!r}")
            continue
        kinds[node.id] = node.type
        pointers[node.id] = f"/nodes/{index}/data"
    drawn = _read_edges(edges, kinds, problems)
    agents: dict[str, AgentConfig] = {}
    tasks: dict[str, TaskConfig] = {}
    for node in nodes:
        pointer = pointers[node.id]
        if node.type == "taskNode":
            data = _task_data(node, drawn, pointer, problems)
            task = _read_config(TaskConfig, data, node, pointer, problems)
            if task is not None:
                tasks[node.id] = task
        else:
            agent = _read_config(AgentConfig, node.data, node, pointer, problems)
            if agent is not None:
                agents[node.id] = agent
    managers = [key for key, kind in kinds.items() if kind == "managerNode"]
    if len(managers) > 1:
        problems.add("/nodes", "many-managers", "a crew can have one manager node")
    return NamedConfigs(
        agents=agents,
        tasks=_ordered(tasks),
        agent_pointers={key: pointers[key] for key in agents},
        task_pointers={key: pointers[key] for key in tasks},
        context_pointers={key: list(names.values()) for key, names in drawn.context.items()},
        manager=managers[0] if managers else None,
        broken=frozenset(kinds.keys() - agents.keys() - tasks.keys()),
    )


def _read_edges(
    edges: Sequence[CanvasEdge], kinds: Mapping[str, str], problems: Problems
) -> _Edges:
    found = _Edges()
    for index, edge in enumerate(edges):
        pointer = f"/edges/{index}"
        for end, name in (("source", edge.source), ("target", edge.target)):
            if name not in kinds:
                problems.add(f"{pointer}/{end}", "unknown-node", f"there is no node {name!r}")
        match kinds.get(edge.source), kinds.get(edge.target):
            case None, _:
                pass
            case _, None:
                pass
            case "agentNode", "taskNode":
                _assign(found, edge.target, edge.source, pointer, problems)
            case "taskNode", "taskNode":
                found.context.setdefault(edge.target, {}).setdefault(edge.source, pointer)
            case "managerNode", _:
                pass  # a manager leads all agents and assigns all tasks, drawn or not
            case source, target:
                message = f"an edge from {source} to {target} means nothing; draw agent->task or task->task"
                problems.add(pointer, "meaningless-edge", message)
    return found


def _assign(found: _Edges, task: str, agent: str, pointer: str, problems: Problems) -> None:
    first, _ = found.agents.setdefault(task, (agent, pointer))
    if first != agent:
        message = f"the task {task!r} has two agents, {first!r} and {agent!r}; remove one edge"
        problems.add(pointer, "two-agents", message)


def _task_data(node: CanvasNode, drawn: _Edges, pointer: str, problems: Problems) -> dict[str, Any]:
    """The node's data with what the edges say. Both may name context; they must agree on the agent."""
    data = {"name": node.data.get("label"), **node.data}
    agent, edge = drawn.agents.get(node.id, (None, ""))
    if agent is not None:
        if data.get("agent") not in (None, agent):
            message = f"the edge names the agent {agent!r}, the node's data another; remove one"
            problems.add(edge, "two-agents", message)
        data["agent"] = agent
    context = drawn.context.setdefault(node.id, {})
    named = data.get("context")
    if isinstance(named, list):
        for index, name in enumerate(named):
            if isinstance(name, str):
                context.setdefault(name, f"{pointer}/context/{index}")
    elif named is not None:
        return data
    # A canvas draws what it means: a task without incoming task edges reads no other output.
    data["context"] = list(context)
    return data


def _read_config(
    shape: type[_Config],
    data: Mapping[str, Any],
    node: CanvasNode,
    pointer: str,
    problems: Problems,
) -> _Config | None:
    given = {key: value for key, value in data.items() if key not in _DRAWING and value is not None}
    try:
        return shape.model_validate(given)
    except ValidationError as exc:
        for item in exc.errors(include_input=False, include_url=False, include_context=False):
            steps = list(item["loc"])
            if steps[:1] == ["name"] and "name" not in node.data:
                steps[0] = "label"
            path = "".join(f"/{pointer_step(step)}" for step in steps)
            message = str(item["msg"]).removeprefix("Value error, ")
            problems.add(f"{pointer}{path}", item["type"].replace("_", "-"), message)
        return None


def _ordered(tasks: Mapping[str, TaskConfig]) -> dict[str, TaskConfig]:
    """Context first, otherwise as drawn. Tasks in a circle keep their place: planning reports them."""
    place = {key: index for index, key in enumerate(tasks)}
    waits_for = {key: set(task.context or ()) & place.keys() for key, task in tasks.items()}
    is_read_by: dict[str, list[str]] = {key: [] for key in tasks}
    for key, names in waits_for.items():
        for name in names:
            is_read_by[name].append(key)
    ready = [(place[key], key) for key, names in waits_for.items() if not names]
    ordered: dict[str, TaskConfig] = {}
    while ready:
        _, key = heapq.heappop(ready)
        ordered[key] = tasks[key]
        for reader in is_read_by[key]:
            waits_for[reader].discard(key)
            if not waits_for[reader]:
                heapq.heappush(ready, (place[reader], reader))
    return {**ordered, **tasks}
