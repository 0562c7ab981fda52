"""`kasal agents|tasks|tools|models list`."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from src.cli.output import as_json, field, print_json, print_table
from src.cli.session import ClientGroup, Session
from src.client.client import KasalClient


def _listing(
    name: str, about: str, columns: Mapping[str, str], lists: Callable[[KasalClient], Any]
) -> click.Group:
    @click.group(name, cls=ClientGroup, help=about)
    def group() -> None: ...

    @group.command("list", help=f"{about} Newest first.")
    @click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 10_000))
    @click.pass_obj
    def list_(session: Session, limit: int) -> None:
        with session.client() as client:
            items = client.pages(lists(client), limit=min(limit, 200))
            rows = [row for row, _ in zip(items, range(limit), strict=False)]
        if session.json:
            print_json({"items": as_json(rows)})
        else:
            print_table(columns, [_flat(row) for row in rows], empty=f"No {name} yet.")

    return group


def _flat(row: Any) -> dict[str, Any]:
    """Fields of the configuration beside those of the row."""
    document: dict[str, Any] = as_json(row)
    config = field(row, "config")
    return {**(as_json(config) or {}), **document} if config is not None else document


agents = _listing(
    "agents",
    "Agents of the group's library.",
    {"id": "Id", "name": "Name", "role": "Role", "llm": "Model", "tools": "Tools"},
    lambda client: client.list_agents,
)
tasks = _listing(
    "tasks",
    "Tasks of the group's library.",
    {"id": "Id", "name": "Name", "agent": "Agent", "description": "Description"},
    lambda client: client.list_tasks,
)
tools = _listing(
    "tools",
    "Tools that agents may use.",
    {"key": "Tool", "enabled": "On", "side_effect": "Repeatable", "description": "What it does"},
    lambda client: client.list_tools,
)
models = _listing(
    "models",
    "Models that configurations may name.",
    {
        "key": "Model",
        "provider": "Provider",
        "enabled": "On",
        "context_window": "Context",
        "max_output_tokens": "Output",
    },
    lambda client: client.list_models,
)
