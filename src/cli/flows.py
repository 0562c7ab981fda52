"""`kasal flows …`: graphs of crews, agents, routers and gates."""

from pathlib import Path
from typing import Any

import click

from src.cli.executions import INPUTS, after_start
from src.cli.named import flow_id
from src.cli.output import field, note, print_fields, print_json, print_table, warn
from src.cli.session import ClientGroup, Session
from src.schemas.crew_file import BadCrewFile, load_yaml
from src.schemas.flow import FlowRead

_COLUMNS = {"id": "Id", "name": "Name", "current_version": "Version", "updated_at": "Changed"}
_OWN = ("name", "description")
"""What of a file belongs to the flow; the rest is its definition."""


@click.group(cls=ClientGroup)
def flows() -> None:
    """Graphs of crews: list, show, save, run, versions, delete. FLOW is an id or a name."""


@flows.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200))
@click.pass_obj
def list_(session: Session, limit: int) -> None:
    """The newest flows."""
    with session.client() as client:
        page = client.list_flows(limit=limit)
    if session.json:
        print_json(page)
    else:
        print_table(_COLUMNS, page.items, empty="No flows yet: kasal flows save FILE")


@flows.command()
@click.argument("flow")
@click.pass_obj
def show(session: Session, flow: str) -> None:
    """One flow with its nodes and where each leads to."""
    with session.client() as client:
        found = client.get_flow(flow_id(client, flow))
    if session.json:
        print_json(found)
        return
    names = {"name": "Flow", "id": "Id", "current_version": "Version", "description": "About"}
    print_fields((heading, field(found, name)) for name, heading in names.items())
    columns = {"key": "Node", "kind": "Kind", "join": "Join", "next": "Then"}
    print_table(columns, _nodes(found), empty="")


@flows.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--flow", help="As a new version of this one.")
@click.option("--name", help="Over the name in the file.")
@click.option("--note", "why", default="", help="Why this version was made.")
@click.pass_obj
def save(session: Session, file: str, flow: str | None, name: str | None, why: str) -> None:
    """Save the flow that FILE (YAML or JSON) describes."""
    document = _load(file)
    own = {key: document.pop(key) for key in _OWN if key in document}
    body: dict[str, Any] = {**own, "definition": document, "note": why}
    if name:
        body["name"] = name
    with session.client() as client:
        if flow is None:
            saved = client.create_flow({"name": Path(file).stem, **body})
        else:
            saved = client.update_flow(flow_id(client, flow), body)
    if session.json:
        print_json(saved)
        return
    for problem in saved.problems:
        warn(f"! {problem.pointer}: {problem.message}")
    click.echo(saved.id)


@flows.command()
@click.argument("flow")
@click.option("--inputs", type=INPUTS, default=None, help="Values for {placeholders}.")
@click.option("--version", type=click.IntRange(1), help="An earlier version; default the newest.")
@click.option("--follow", is_flag=True, help="Stay and show every node.")
@click.pass_obj
def run(
    session: Session, flow: str, inputs: dict[str, Any] | None, version: int | None, follow: bool
) -> None:
    """Run a saved flow, or the one that the file FLOW describes."""
    body: dict[str, Any] = {"inputs": inputs or {}}
    if version is not None:
        body["version"] = version
    with session.client() as client:
        if Path(flow).is_file():
            document = _load(flow)
            body["run_name"] = document.get("name") or Path(flow).stem
            body["flow"] = {key: value for key, value in document.items() if key not in _OWN}
        else:
            body["flow_id"] = flow_id(client, flow)
        after_start(session, client, client.start_execution(body), follow=follow)


@flows.command()
@click.argument("flow")
@click.pass_obj
def versions(session: Session, flow: str) -> None:
    """The versions of a flow, newest first."""
    with session.client() as client:
        page = client.list_flow_versions(flow_id(client, flow))
    if session.json:
        print_json(page)
        return
    columns = {"number": "Version", "created_at": "Saved", "created_by": "By", "note": "Note"}
    print_table(columns, page.items, empty="No versions")


@flows.command()
@click.argument("flow")
@click.pass_obj
def delete(session: Session, flow: str) -> None:
    """Delete a flow with its versions; its runs stay."""
    with session.client() as client:
        client.delete_flow(flow_id(client, flow))
    if not session.json:
        note("Deleted.")


def _load(file: str) -> dict[str, Any]:
    try:
        with click.open_file(file, encoding="utf-8") as handle:
            document = load_yaml(handle.read())
    except (BadCrewFile, UnicodeDecodeError) as exc:
        raise click.UsageError(f"{file}: {exc}") from exc
    if not isinstance(document, dict) or "nodes" not in document:
        raise click.UsageError(f"{file}: a flow file needs nodes (docs/flows.md)")
    return document


def _nodes(found: FlowRead) -> list[dict[str, Any]]:
    definition = found.definition
    edges = definition.get("edges", [])
    return [
        {
            "key": key,
            "kind": node["kind"],
            "join": node.get("join", "all"),
            "next": ", ".join(_leads_to(edge) for edge in edges if edge["from"] == key),
        }
        for key, node in definition["nodes"].items()
    ]


def _leads_to(edge: dict[str, str]) -> str:
    return f"{edge['to']} ({edge['label']})" if edge.get("label") else edge["to"]
