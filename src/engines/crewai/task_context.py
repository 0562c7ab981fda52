"""Which earlier outputs a task reads, resolved to keys; linear in the number of references."""

from collections.abc import Iterator, Mapping

from src.engines.crewai.named_configs import NamedConfigs
from src.engines.crewai.problems import Problems


def resolve_contexts(named: NamedConfigs, problems: Problems) -> dict[str, tuple[str, ...]]:
    """Task key -> keys of the tasks whose outputs it reads.

    Without a context of its own a task reads everything before it; an async task everything before the
    group of async tasks that it runs beside.
    """
    order = tuple(named.tasks)
    position = {key: index for index, key in enumerate(order)}
    circle = _circles({key: task.context or [] for key, task in named.tasks.items()})
    contexts: dict[str, tuple[str, ...]] = {}
    group_start = 0
    for index, (key, task) in enumerate(named.tasks.items()):
        beside_the_last = index > 0 and named.tasks[order[index - 1]].async_execution
        if not (task.async_execution and beside_the_last):
            group_start = index
        if task.context is None:
            contexts[key] = order[: group_start if task.async_execution else index]
            continue
        for number, name in enumerate(task.context):
            at = named.context_pointer(key, number)
            if name not in position:
                if name not in named.broken:
                    problems.add_unknown(at, "task", name, named.tasks)
            elif position[name] >= index:
                _report(named, problems, at, key, name, circular=circle[name] == circle[key])
        contexts[key] = tuple(dict.fromkeys(task.context))
    return contexts


def _report(
    named: NamedConfigs, problems: Problems, at: str, key: str, name: str, *, circular: bool
) -> None:
    mine, other = named.task_name(key), named.task_name(name)
    if key == name:
        problems.add(at, "cyclic-context", f"the task {mine!r} waits for its own output")
    elif circular:
        message = f"{mine!r} and {other!r} wait for each other; remove one of the two contexts"
        problems.add(at, "cyclic-context", message)
    else:
        message = f"{other!r} comes after {mine!r}; context can only name earlier tasks"
        problems.add(at, "later-context", message)


def _circles(reads: Mapping[str, list[str]]) -> dict[str, str]:
    """Task -> one name for all tasks that wait for each other with it (Kosaraju, without recursion)."""
    is_read_by: dict[str, list[str]] = {key: [] for key in reads}
    for key, names in reads.items():
        for name in names:
            if name in reads:
                is_read_by[name].append(key)
    seen: set[str] = set()
    finished = [key for start in reads for key in _walk(reads, start, seen)]
    found: dict[str, str] = {}
    seen = set()
    for start in reversed(finished):
        found |= dict.fromkeys(_walk(is_read_by, start, seen), start)
    return found


def _walk(graph: Mapping[str, list[str]], start: str, seen: set[str]) -> list[str]:
    """What can be reached from `start` and has not been seen, the farthest first."""
    finished: list[str] = []
    stack: list[tuple[str, Iterator[str]]] = []
    if start not in seen:
        seen.add(start)
        stack.append((start, iter(graph[start])))
    while stack:
        _, rest = stack[-1]
        follow = next((name for name in rest if name in graph and name not in seen), None)
        if follow is None:
            finished.append(stack.pop()[0])
        else:
            seen.add(follow)
            stack.append((follow, iter(graph[follow])))
    return finished
