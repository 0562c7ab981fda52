"""Crews as files: CrewAI's `agents:` and `tasks:` in one YAML document, or the body of POST /executions."""

from dataclasses import dataclass
from typing import Any

import yaml
from yaml.events import AliasEvent
from yaml.nodes import MappingNode, Node

MAX_CHARS = 1_000_000
_DEFINITION = (
    "agents_yaml",
    "tasks_yaml",
    "layout",
    "nodes",
    "edges",
    "process",
    "planning",
    "planning_llm",
    "manager_llm",
    "memory",
    "model",
)
_RUN = ("run_name", "priority", "budget", "inputs")
_ALIASES = {"agents": "agents_yaml", "tasks": "tasks_yaml", "name": "crew_name"}


class BadCrewFile(Exception):
    """Says where in the file and what to do."""


@dataclass(frozen=True)
class CrewFile:
    name: str
    description: str
    definition: dict[str, Any]
    """Of schemas.crew_config.CrewDefinition, not yet validated."""
    run: dict[str, Any]
    """Inputs, budget, priority, run_name."""

    def execution_body(self) -> dict[str, Any]:
        """For POST /executions."""
        return {"crew_name": self.name, **self.definition, **self.run}

    @property
    def inputs(self) -> dict[str, Any]:
        inputs: dict[str, Any] = self.run.get("inputs", {})
        return inputs


def read_crew_file(text: str, default_name: str) -> CrewFile:
    """Reads YAML or JSON. Checks the outline only; the server checks the crew itself."""
    return crew_file_of(load_yaml(text), default_name)


def crew_file_of(document: Any, default_name: str) -> CrewFile:
    if not isinstance(document, dict):
        raise BadCrewFile("expected a mapping with agents and tasks at the top of the file")
    fields = {_ALIASES.get(str(key), str(key)): value for key, value in document.items()}
    known = {*_DEFINITION, *_RUN, "crew_name", "description"}
    if unknown := sorted(set(fields) - known):
        names = ", ".join(sorted({*known, *_ALIASES}))
        raise BadCrewFile(f"unknown field {unknown[0]!r}; a crew file may have {names}")
    if not {"agents_yaml", "tasks_yaml"} <= set(fields) and "nodes" not in fields:
        raise BadCrewFile("a crew file needs both agents and tasks")
    inputs = fields.get("inputs") or {}
    if not isinstance(inputs, dict):
        raise BadCrewFile("inputs must be a mapping from placeholder to value")
    return CrewFile(
        name=str(fields.get("crew_name") or default_name),
        description=str(fields.get("description") or ""),
        definition={name: fields[name] for name in _DEFINITION if name in fields},
        run={name: fields[name] for name in _RUN if name in fields} | {"inputs": inputs},
    )


def load_yaml(text: str) -> Any:
    """YAML or JSON, without anchors. Raises BadCrewFile."""
    if len(text) > MAX_CHARS:
        raise BadCrewFile(f"the file has {len(text):,} characters; at most {MAX_CHARS:,} are read")
    try:
        return _JsonLikeLoader(text).get_single_data()
    except yaml.YAMLError as exc:
        raise BadCrewFile(_explain(exc)) from exc
    except RecursionError as exc:
        raise BadCrewFile("the file is nested too deeply") from exc


def _explain(error: yaml.YAMLError) -> str:
    """Where and what, without the lines around it: they may hold a secret."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "this is not YAML"
    return problem if mark is None else f"line {mark.line + 1}, column {mark.column + 1}: {problem}"


class _JsonLikeLoader(yaml.SafeLoader):
    """YAML as another notation for JSON: no anchors (a few lines can unfold to gigabytes), no dates,
    no repeated keys."""

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            raise yaml.MarkedYAMLError(
                problem="anchors and aliases are not read; write the value out",
                problem_mark=event.start_mark,
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            if key_node.value in seen and key_node.value != "<<":
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key_node.value!r} is given twice",
                    problem_mark=key_node.start_mark,
                )
            if isinstance(key_node.value, str):
                seen.add(key_node.value)
        return super().construct_mapping(node, deep)


_JsonLikeLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
