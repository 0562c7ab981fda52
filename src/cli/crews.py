"""`kasal crews …`: saved crews."""

from typing import Any

import click

from src.cli.executions import INPUTS, after_start, load_crew_file
from src.cli.named import crew_id
from src.cli.output import field, print_fields, print_json, print_table
from src.cli.session import ClientGroup, Session

COLUMNS = {"id": "Id", "name": "Name", "current_version": "Version", "updated_at": "Changed"}


@click.group(cls=ClientGroup)
def crews() -> None:
    """Saved crews: list, show, run, import, export, versions. CREW is an id or a name."""


@crews.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200))
@click.pass_obj
def list_(session: Session, limit: int) -> None:
    """The newest crews."""
    with session.client() as client:
        page = client.list_crews(limit=limit)
    if session.json:
        print_json(page)
    else:
        print_table(COLUMNS, page.items, empty="No crews yet: kasal crews import FILE")


@crews.command()
@click.argument("crew")
@click.pass_obj
def show(session: Session, crew: str) -> None:
    """One crew with its agents and tasks."""
    with session.client() as client:
        found = client.get_crew(crew_id(client, crew))
    if session.json:
        print_json(found)
        return
    names = {"name": "Crew", "id": "Id", "current_version": "Version", "description": "About"}
    print_fields((heading, field(found, name)) for name, heading in names.items())
    definition = field(found, "definition")
    for kind, columns in (
        ("agents_yaml", {"key": "Agent", "role": "Role", "llm": "Model", "tools": "Tools"}),
        ("tasks_yaml", {"key": "Task", "agent": "Agent", "description": "Description"}),
    ):
        print_table(columns, _keyed(field(definition, kind)), empty="")


@crews.command()
@click.argument("crew")
@click.option("--inputs", type=INPUTS, default=None, help="Values for {placeholders}.")
@click.option("--version", type=click.IntRange(1), help="An earlier version; default the newest.")
@click.option("--follow", is_flag=True, help="Stay and show every step.")
@click.pass_obj
def run(
    session: Session, crew: str, inputs: dict[str, Any] | None, version: int | None, follow: bool
) -> None:
    """Run a saved crew."""
    with session.client() as client:
        body: dict[str, Any] = {"crew_id": crew_id(client, crew), "inputs": inputs or {}}
        if version is not None:
            body["version"] = version
        after_start(session, client, client.start_execution(body), follow=follow)


@crews.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--name", help="Over the name in the file.")
@click.pass_obj
def import_(session: Session, file: str, name: str | None) -> None:
    """Save the crew that FILE (YAML or JSON) describes."""
    crew = load_crew_file(file)
    body = {"name": name or crew.name, "description": crew.description}
    with session.client() as client:
        saved = client.create_crew({**body, "definition": crew.definition})
    if session.json:
        print_json(saved)
    else:
        click.echo(field(saved, "id"))


@crews.command()
@click.argument("crew")
@click.option(
    "--format",
    "kind",
    default="yaml",
    show_default=True,
    help="yaml or json; a server may know more.",
)
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="Into a file.")
@click.pass_obj
def export(session: Session, crew: str, kind: str, output: str | None) -> None:
    """Print a saved crew as a file."""
    with session.client() as client:
        text = client.export_crew(crew_id(client, crew), format="json" if session.json else kind)
    if output:
        with click.open_file(output, "w", encoding="utf-8") as handle:
            handle.write(text)
    else:
        click.echo(text, nl=not text.endswith("\n"))


@crews.command()
@click.argument("crew")
@click.pass_obj
def versions(session: Session, crew: str) -> None:
    """The versions of a crew, newest first."""
    with session.client() as client:
        page = client.list_crew_versions(crew_id(client, crew))
    if session.json:
        print_json(page)
        return
    columns = {"number": "Version", "created_at": "Saved", "created_by": "By", "note": "Note"}
    print_table(columns, page.items, empty="No versions")


@crews.command()
@click.argument("crew")
@click.pass_obj
def delete(session: Session, crew: str) -> None:
    """Delete a crew with its versions; its runs stay."""
    with session.client() as client:
        client.delete_crew(crew_id(client, crew))
    if not session.json:
        click.echo("Deleted.")


def _keyed(configs: Any) -> list[dict[str, Any]]:
    if not configs:
        return []
    return [{"key": key, **_fields(config)} for key, config in configs.items()]


def _fields(config: Any) -> dict[str, Any]:
    names = ("role", "llm", "tools", "agent", "description")
    return {name: field(config, name) for name in names}
