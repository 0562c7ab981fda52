"""`kasal memory backends|setup|verify`: where a group's memory is. BACKEND is an id or a name."""

import json
from pathlib import Path
from typing import Any

import click

from src.cli.jobs import wait_for_end
from src.cli.output import (
    cell,
    field,
    print_fields,
    print_finding,
    print_json,
    print_table,
)
from src.cli.session import ClientCommand, ClientGroup, Session
from src.client.client import KasalClient
from src.schemas.job import JobRead
from src.schemas.memory_backend import CheckRead, CheckStatus, MemoryBackendRead, SetupPlanRead

_COLUMNS = {
    "id": "Id",
    "name": "Name",
    "kind": "Kind",
    "is_active": "Active",
    "effective": "In force",
}
_INDEX_COLUMNS = {
    "name": "Index",
    "type": "Type",
    "status": "Status",
    "row_count": "Records",
    "dimension": "Dimension",
    "embedder": "Embedder",
}


@click.group(cls=ClientGroup)
def backends() -> None:
    """Where the group's memory is: choose, look at, empty."""


@backends.command("list")
@click.pass_obj
def list_(session: Session) -> None:
    """All of the group. Without an active one, the built-in default is in force."""
    with session.client() as client:
        found = list(client.pages(client.list_memory_backends))
    if session.json:
        print_json({"items": found})
    else:
        print_table(_COLUMNS, found, empty="None: the built-in default is in force.")


@backends.command()
@click.argument("backend")
@click.pass_obj
def show(session: Session, backend: str) -> None:
    """One with its embedder and indexes."""
    with session.client() as client:
        _print(session, _found(client, backend))


@backends.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(["default", "databricks", "pgvector"]), default="default")
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file with index names, embedder and the rest.",
)
@click.pass_obj
def create(session: Session, name: str, kind: str, config: Path | None) -> None:
    """Add one. It is used only when it is activated."""
    body: dict[str, Any] = {"name": name, "kind": kind}
    if config is not None:
        try:
            body["config"] = json.loads(config.read_text())
        except ValueError as exc:
            raise click.UsageError(f"{config} is no JSON: {exc}") from exc
    with session.client() as client:
        _print(session, client.create_memory_backend(body))


@backends.command()
@click.argument("backend")
@click.pass_obj
def activate(session: Session, backend: str) -> None:
    """Use it for runs that start from now on."""
    with session.client() as client:
        _print(session, client.activate_memory_backend(_found(client, backend).id))


@backends.command()
@click.argument("backend")
@click.pass_obj
def deactivate(session: Session, backend: str) -> None:
    """Go back to the built-in default."""
    with session.client() as client:
        _print(session, client.deactivate_memory_backend(_found(client, backend).id))


@backends.command()
@click.argument("backend")
@click.pass_obj
def delete(session: Session, backend: str) -> None:
    """Forget a choice. Indexes and records stay."""
    with session.client() as client:
        client.delete_memory_backend(_found(client, backend).id)
    if not session.json:
        click.echo("Deleted; its indexes are still there.")


@backends.command()
@click.argument("backend")
@click.pass_obj
def indexes(session: Session, backend: str) -> None:
    """Its indexes and what they hold."""
    with session.client() as client:
        page = client.list_memory_indexes(_found(client, backend).id)
    if session.json:
        print_json(page)
    else:
        print_table(_INDEX_COLUMNS, page.items, empty="It names no indexes.")


@backends.command()
@click.argument("backend")
@click.argument("index")
@click.option("--confirm", help="The name of the index once more, instead of being asked for it.")
@click.option(
    "--everybody", is_flag=True, help="Records of all groups; system administrators only."
)
@click.pass_obj
def empty(session: Session, backend: str, index: str, confirm: str | None, everybody: bool) -> None:
    """Remove this group's records from an index. They are gone for good."""
    confirm = confirm or click.prompt(f"Type {index} to remove its records", err=True)
    with session.client() as client:
        id = _found(client, backend).id
        started = client.empty_memory_index(id, index, confirm=confirm, everybody=everybody)
        _end(session, wait_for_end(client, started.id))


@click.command(cls=ClientCommand)
@click.argument("backend", required=False)
@click.option("--catalog", help="Of the new indexes, in Unity Catalog.")
@click.option("--schema", help="Of the new indexes, within the catalog.")
@click.option("--endpoint", help="Vector search endpoint; kasal_memory, made if it is missing.")
@click.option("--name", help="Of the new backend; Databricks.")
@click.option("--activate", is_flag=True, help="Use it for runs as soon as it is verified.")
@click.option("--plan", "only_plan", is_flag=True, help="Say what would be made, and make nothing.")
@click.option("--no-wait", is_flag=True, help="Do not wait until it is there.")
@click.pass_obj
def setup(
    session: Session,
    backend: str | None,
    catalog: str | None,
    schema: str | None,
    endpoint: str | None,
    name: str | None,
    activate: bool,
    only_plan: bool,
    no_wait: bool,
) -> None:
    """Make what BACKEND names, or, without one, a new backend in Databricks with all it needs."""
    given = {"catalog": catalog, "schema": schema, "endpoint_name": endpoint, "name": name}
    body: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if backend is None and not (catalog and schema):
        raise click.UsageError("name a BACKEND, or --catalog and --schema for a new one")
    if backend is not None and body:
        raise click.UsageError("BACKEND names its indexes already: leave --catalog and so on out")
    with session.client() as client:
        id = None if backend is None else _found(client, backend).id
        if only_plan:
            plan = client.plan_memory_setup(id) if id else client.plan_new_memory_backend(body)
            _print_plan(session, plan)
            return
        if id is not None:
            job = client.setup_memory_backend(id, activate=activate)
        else:
            job = client.setup_new_memory_backend({**body, "activate": activate})
        _end(session, job if no_wait else wait_for_end(client, job.id))


@click.command(cls=ClientCommand)
@click.argument("backend", required=False)
@click.pass_obj
def verify(session: Session, backend: str | None) -> None:
    """Ask the store about every endpoint and index of BACKEND (the active one); exit code 1 if not all is well."""
    with session.client() as client:
        found = client.verify_memory_backend(_found(client, backend).id)
    if session.json:
        print_json(found)
    else:
        for one in (*found.endpoints, *found.indexes):
            _print_check(one)
        if found.identity is not None:
            print_fields([("As", found.identity.user), ("Token", found.identity.source)])
    if not found.ok:
        raise click.exceptions.Exit(1)


COMMANDS = (backends, setup, verify)
"""Of `kasal memory`."""


def _found(client: KasalClient, wanted: str | None) -> MemoryBackendRead:
    for one in client.pages(client.list_memory_backends):
        if one.is_active if wanted is None else wanted in (one.id, one.name):
            return one
    if wanted is None:
        raise click.ClickException("no memory backend is active: the built-in default is in force")
    raise click.ClickException(f"there is no memory backend {wanted}: kasal memory backends list")


def _print(session: Session, backend: MemoryBackendRead) -> None:
    if session.json:
        print_json(backend)
        return
    print_fields((heading, cell(name, field(backend, name))) for name, heading in _COLUMNS.items())
    if backend.effective_reason:
        print_fields([("Why", backend.effective_reason)])
    print_fields([("Embedder", f"{backend.embedder.name} ({backend.embedder.dimension})")])
    columns = {"type": "Type", "name": "Index", "endpoint": "Endpoint"}
    print_table(columns, backend.indexes, empty="It names no indexes.")


def _print_plan(session: Session, plan: SetupPlanRead) -> None:
    if session.json:
        print_json(plan)
        return
    columns = {"action": "Would", "what": "", "name": "Name", "type": "Type", "detail": ""}
    print_table(columns, plan.items, empty="Nothing to make.")
    print_fields([("Embedder", plan.embedder.name), ("Cost", plan.cost)])


def _print_check(check: CheckRead) -> None:
    verdict = "ok" if check.status is CheckStatus.READY else "note"
    if check.status not in (CheckStatus.READY, CheckStatus.NOT_READY):
        verdict = "wrong"
    text = check.status.value.replace("_", " ")
    print_finding(f"{check.name} ", verdict, f"{text}. {check.detail}".strip(), check.remedy)


def _end(session: Session, job: JobRead) -> None:
    """Exit code 1 where it did not work."""
    if session.json:
        print_json(job)
    elif job.error is not None and job.status != "queued":
        raise click.ClickException(job.error.message)
    else:
        print_fields([("Job", job.id), ("Status", cell("status", job.status))])
    if job.status in ("failed", "cancelled"):
        raise click.exceptions.Exit(1)
