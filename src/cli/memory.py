"""`kasal memory …`: what crews remember. RECORD is `type/id`, as list and search print it."""

from typing import Any

import click

from src.cli import memory_backends
from src.cli.jobs import wait_for_end
from src.cli.memory_output import (
    counts_line,
    print_end,
    print_health,
    print_record,
    print_records,
    print_stats,
)
from src.cli.named import crew_id
from src.cli.output import print_json, print_table
from src.cli.session import ClientGroup, Session
from src.client.client import KasalClient
from src.schemas.memory import RecordRead

_TYPES = click.Choice(["short_term", "long_term", "entity", "document"])
_CREW_TYPES = click.Choice(["short_term", "long_term", "entity"])
_IDENTITY_CHARS = 32


@click.group(cls=ClientGroup)
def memory() -> None:
    """What crews remember: list, search, show, add, edit, pin, delete, clear, stats, health, forget, migrate.

    RECORD is type/id, as list and search print it. CREW is the id or name of a saved crew, or the identity
    that an execution shows.
    """


for _command in memory_backends.COMMANDS:
    memory.add_command(_command)


class RecordType(click.ParamType[tuple[str, str]]):
    name = "RECORD"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        type, _, id = str(value).partition("/")
        if not id or type not in _TYPES.choices:
            self.fail(f"expected type/id such as long_term/…, got {value!r}", param, ctx)
        return type, id


_RECORD = click.argument("record", type=RecordType())
_CREW = click.option("--crew", help="Only of this crew: id, name or identity.")


@memory.command("list")
@click.option("--type", "kind", type=_TYPES, help="Default what crews remember, type by type.")
@_CREW
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200))
@click.pass_obj
def list_(session: Session, kind: str | None, crew: str | None, limit: int) -> None:
    """Records in the order of their ids."""
    with session.client() as client:
        page = client.list_memory_records(limit=limit, type=kind, crew_id=_crew(client, crew))
    if session.json:
        print_json(page)
        return
    print_records(page.items, empty="Nothing is remembered yet: run a crew with memory: true")
    if page.next_cursor is not None:
        click.echo(f"There are more than {limit}: --limit, or kasal memory search TEXT")


@memory.command()
@click.argument("query")
@click.option("--type", "kinds", type=_TYPES, multiple=True, help="May be given more than once.")
@_CREW
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 50))
@click.pass_obj
def search(
    session: Session, query: str, kinds: tuple[str, ...], crew: str | None, limit: int
) -> None:
    """Find records by meaning and by words, as crews do."""
    body: dict[str, Any] = {"query": query, "limit": limit}
    with session.client() as client:
        if kinds:
            body["types"] = list(kinds)
        if crew:
            body["crew_id"] = _crew(client, crew)
        found = client.search_memory(body)
    if session.json:
        print_json(found)
        return
    print_records(
        [item.record for item in found.items],
        notes=[f"score {item.score:.2f}" for item in found.items],
        empty="Nothing that is remembered is about this.",
    )


@memory.command()
@_RECORD
@click.pass_obj
def show(session: Session, record: tuple[str, str]) -> None:
    """One record, and which runs used it."""
    with session.client() as client:
        found = client.get_memory_record(*record)
        uses = client.list_memory_record_executions(*record, limit=10)
    if session.json:
        document = found.model_dump(mode="json")
        print_json(document | {"executions": [use.model_dump(mode="json") for use in uses.items]})
        return
    print_record(found)
    columns = {
        "execution_id": "Used by",
        "crew_name": "Crew",
        "times": "Times",
        "best_rank": "Best rank",
        "last_at": "Last",
    }
    print_table(columns, uses.items, empty="No run has used it yet.")


@memory.command()
@click.argument("content")
@click.option("--crew", required=True, help="Id, name or identity; it has run with memory.")
@click.option("--type", "kind", type=click.Choice(["long_term", "short_term"]), default="long_term")
@click.option("--importance", type=click.FloatRange(0, 1), help="Of a lesson; default 0.7.")
@click.pass_obj
def add(session: Session, content: str, crew: str, kind: str, importance: float | None) -> None:
    """Teach a crew something."""
    body: dict[str, Any] = {"type": kind, "content": content}
    if importance is not None:
        body["importance"] = importance
    with session.client() as client:
        _end_with(session, client.create_memory_record(body | {"crew_id": _crew(client, crew)}))


@memory.command()
@_RECORD
@click.option("--content", help="Of an observation or a lesson.")
@click.option("--name", "entity_name", help="Of an entity.")
@click.option("--description", help="Of an entity.")
@click.option("--relationship", "relationships", multiple=True, help="Of an entity; all of them.")
@click.option("--importance", type=click.FloatRange(0, 1))
@click.option("--quality", type=click.FloatRange(0, 1))
@click.option("--ttl-hours", type=click.IntRange(0), help="0 keeps it.")
@click.option("--version", type=click.IntRange(0), help="Only if it is still at this version.")
@click.pass_obj
def edit(session: Session, /, record: tuple[str, str], version: int | None, **fields: Any) -> None:
    """Change a record; texts are embedded anew."""
    given: dict[str, Any] = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in fields.items()
        if value not in (None, ())
    }
    if not given:
        raise click.UsageError("say what to change, such as --content TEXT")
    with session.client() as client:
        _end_with(session, client.update_memory_record(*record, given, version=version))


@memory.command()
@_RECORD
@click.pass_obj
def pin(session: Session, record: tuple[str, str]) -> None:
    """Put a record before every task of its crew; it does not expire."""
    with session.client() as client:
        _end_with(session, client.update_memory_record(*record, {"pinned": True}))


@memory.command()
@_RECORD
@click.pass_obj
def unpin(session: Session, record: tuple[str, str]) -> None:
    """Let a pinned record be found, or expire, like any other."""
    with session.client() as client:
        _end_with(session, client.update_memory_record(*record, {"pinned": False}))


@memory.command()
@_RECORD
@click.pass_obj
def delete(session: Session, record: tuple[str, str]) -> None:
    """Remove one record."""
    with session.client() as client:
        client.delete_memory_record(*record)
    if not session.json:
        click.echo("Deleted.")


@memory.command()
@click.argument("crew")
@click.option("--type", "kind", type=_CREW_TYPES, help="Default all.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def clear(session: Session, crew: str, kind: str | None, yes: bool) -> None:
    """Remove all that a crew remembers."""
    if not yes and not session.json:
        what = f"all {kind} records" if kind else "everything that is remembered"
        click.confirm(f"Remove {what} of {crew}?", abort=True, err=True)
    with session.client() as client:
        cleared = client.clear_memory(_known_crew(client, crew), type=kind)
        if cleared.job_id is not None:
            print_end(session, wait_for_end(client, cleared.job_id))
            return
    if session.json:
        print_json(cleared)
    else:
        click.echo(f"Removed {counts_line(cleared.removed)}.")


@memory.command()
@_CREW
@click.pass_obj
def stats(session: Session, crew: str | None) -> None:
    """How much is remembered, by type and by crew."""
    with session.client() as client:
        found = client.get_memory_stats(_crew(client, crew))
    if session.json:
        print_json(found)
    else:
        print_stats(found)


@memory.command()
@_CREW
@click.option("--unused-after-days", type=click.IntRange(1, 3650), help="Default 30.")
@click.pass_obj
def health(session: Session, crew: str | None, unused_after_days: int | None) -> None:
    """Duplicates, loops, secrets, and what nobody uses."""
    with session.client() as client:
        report = client.get_memory_health(_crew(client, crew), unused_after_days=unused_after_days)
    if session.json:
        print_json(report)
    else:
        print_health(report)


@memory.command()
@click.option("--subject", help="Whatever mentions this text.")
@click.option("--query", help="Records that mean nearly this.")
@click.option("--execution", "execution_id", help="What this run left behind, and the run.")
@click.option("--source", help="A document, by its title or file name.")
@click.option("--min-similarity", type=click.FloatRange(0.5, 1), help="For --query; default 0.8.")
@_CREW
@click.option("--dry-run", is_flag=True, help="Say what would go, change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget(session: Session, /, crew: str | None, yes: bool, **order: Any) -> None:
    """Forget a subject, a meaning, a run or a document everywhere, and look whether any is left."""
    body = {name: value for name, value in order.items() if value not in (None, False)}
    if sum(name in body for name in ("subject", "query", "execution_id", "source")) != 1:
        raise click.UsageError("give one of --subject, --query, --execution, --source")
    if not (yes or session.json or "dry_run" in body):
        click.confirm("Forget it for good?", abort=True, err=True)
    with session.client() as client:
        if crew:
            body["crew_id"] = _crew(client, crew)
        print_end(session, wait_for_end(client, client.forget_memory(body).id))


@memory.command()
@click.option("--from", "source", help="Backend id; default the built-in one.")
@click.option("--to", "target", help="Backend id; default the built-in one.")
@click.option("--type", "kinds", type=_CREW_TYPES, multiple=True)
@_CREW
@click.option("--dry-run", is_flag=True, help="Count what would be copied.")
@click.pass_obj
def migrate(
    session: Session,
    source: str | None,
    target: str | None,
    kinds: tuple[str, ...],
    crew: str | None,
    dry_run: bool,
) -> None:
    """Copy what is remembered to another backend. The source stays as it is."""
    body: dict[str, Any] = {"from_backend_id": source, "to_backend_id": target, "dry_run": dry_run}
    if source == target:
        raise click.UsageError("--from and --to name the same backend")
    with session.client() as client:
        if kinds:
            body["types"] = list(kinds)
        if crew:
            body["crew_id"] = _crew(client, crew)
        print_end(session, wait_for_end(client, client.start_memory_migration(body).id))


def _crew(client: KasalClient, crew: str | None) -> str | None:
    return None if crew is None else _known_crew(client, crew)


def _known_crew(client: KasalClient, crew: str) -> str:
    is_identity = len(crew) == _IDENTITY_CHARS and set(crew) <= set("0123456789abcdef")
    return crew if is_identity else crew_id(client, crew)


def _end_with(session: Session, record: RecordRead) -> None:
    if session.json:
        print_json(record)
    else:
        print_records([record], empty="")
