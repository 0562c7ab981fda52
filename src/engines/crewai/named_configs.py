"""Agents and tasks by key, wherever they were written, with pointers back to the place."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from src.core.documents import pointer_step
from src.schemas.crew_config import AgentConfig, TaskConfig


@dataclass(frozen=True)
class NamedConfigs:
    agents: Mapping[str, AgentConfig]
    tasks: Mapping[str, TaskConfig]
    """In the order in which they run."""
    agent_pointers: Mapping[str, str]
    task_pointers: Mapping[str, str]
    context_pointers: Mapping[str, list[str]] = field(default_factory=dict)
    """Of canvases: the edges that drew a task's context."""
    manager: str | None = None
    """Key of the agent that is the manager."""
    broken: frozenset[str] = frozenset()
    """Keys whose configuration could not be read; references to them are no further problem."""

    def context_pointer(self, task: str, index: int) -> str:
        drawn = self.context_pointers.get(task)
        return drawn[index] if drawn else f"{self.task_pointers[task]}/context/{index}"

    def task_name(self, key: str) -> str:
        """What people call it: node ids of canvases are random."""
        return self.tasks[key].name or key


def from_yaml(agents: Mapping[str, AgentConfig], tasks: Mapping[str, TaskConfig]) -> NamedConfigs:
    return NamedConfigs(
        agents=agents,
        tasks=tasks,
        agent_pointers={key: f"/agents_yaml/{pointer_step(key)}" for key in agents},
        task_pointers={key: f"/tasks_yaml/{pointer_step(key)}" for key in tasks},
    )
