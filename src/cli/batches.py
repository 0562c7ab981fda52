"""`kasal batches …`: one crew or flow over the rows of a dataset."""

import time
from pathlib import Path

import click

from src.cli.named import source_of
from src.cli.output import (
    cell,
    clean,
    field,
    note,
    print_fields,
    print_json,
    print_table,
    took,
    usage_line,
)
from src.cli.session import ClientGroup, Session
from src.client.client import KasalClient
from src.schemas.batch import BatchRead

_COLUMNS = {
    "id": "Id",
    "name": "Name",
    "status": "Status",
    "total": "Rows",
    "concurrency": "At once",
    "created_at": "Made",
}
_POLL_S = 1.0
_SHOWN_FAILURES = 5
_FORMATS = click.Choice(["jsonl", "csv"])


@click.group(cls=ClientGroup)
def batches() -> None:
    """One crew or flow over the rows of a dataset."""


@batches.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--crew", help="Saved crew (id or name).")
@click.option("--flow", help="Saved flow (id or name), in place of a crew.")
@click.option("--name", help="In place of the file's name.")
@click.option("--format", type=_FORMATS, help="Follows from the file's name.")
@click.option("--concurrency", type=int, help="How many rows run at once; 5 when left out.")
@click.option("--version", type=int, help="Of the crew or flow; the newest when left out.")
@click.option("--model", help="In place of the crew's default model.")
@click.option("--priority", type=int, help="1 runs first, 100 last.")
@click.option("--max-usd", type=float, help="Budget of each row.")
@click.option("--max-tokens", type=int, help="Budget of each row.")
@click.option("--follow", "stay", is_flag=True, help="Stay until every row has ended.")
@click.pass_obj
def start(
    session: Session,
    /,
    file: Path,
    crew: str | None,
    flow: str | None,
    name: str | None,
    stay: bool,
    **fields: str | float | None,
) -> None:
    """Run a crew or a flow over a FILE of JSON lines or CSV (its first line names the inputs)."""
    with session.client() as client:
        batch = client.upload_batch(
            file.name,
            file.read_bytes(),
            name=name or file.stem,
            **source_of(client, crew, flow),
            fields=fields,
        )
        if stay:
            batch = _wait_for_end(client, batch.id)
        _print(session, client, batch)
    if stay:
        _exit_code(batch)


@batches.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200))
@click.pass_obj
def list_(session: Session, limit: int) -> None:
    """The newest batches."""
    with session.client() as client:
        page = client.list_batches(limit=limit)
    if session.json:
        print_json(page)
    else:
        print_table(_COLUMNS, page.items, empty="No batches yet: kasal batches start FILE --crew C")


@batches.command()
@click.argument("id")
@click.pass_obj
def show(session: Session, id: str) -> None:
    """How far a batch is, and which rows have failed."""
    with session.client() as client:
        _print(session, client, client.get_batch(id))


@batches.command()
@click.argument("id")
@click.pass_obj
def follow(session: Session, id: str) -> None:
    """Stay until every row has ended; exit code 1 unless all are completed."""
    with session.client() as client:
        batch = _wait_for_end(client, id)
        _print(session, client, batch)
    _exit_code(batch)


@batches.command()
@click.argument("id")
@click.option("--format", type=_FORMATS, default="jsonl", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.pass_obj
def export(session: Session, id: str, format: str, output: Path | None) -> None:
    """Every row with its result, to a FILE or to standard output."""
    with session.client() as client:
        text = client.export_batch(id, format=format)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8", newline="")
        note(f"written to {output}")


@batches.command()
@click.argument("id")
@click.pass_obj
def cancel(session: Session, id: str) -> None:
    """Stop a batch: rows that wait and rows that run."""
    with session.client() as client:
        batch = client.cancel_batch(id)
        _print(session, client, batch)


@batches.command()
@click.argument("id")
@click.pass_obj
def retry(session: Session, id: str) -> None:
    """Run the rows that failed once more."""
    with session.client() as client:
        batch = client.retry_batch(id)
        _print(session, client, batch)


@batches.command()
@click.argument("id")
@click.pass_obj
def delete(session: Session, id: str) -> None:
    """Delete a batch that has ended. The executions of its rows stay."""
    with session.client() as client:
        client.delete_batch(id)
    if not session.json:
        click.echo("Deleted.")


def _wait_for_end(client: KasalClient, id: str) -> BatchRead:
    """Tells on standard error how it gets on."""
    told = ""
    while True:
        batch = client.get_batch(id)
        line = _progress(batch)
        if line != told:
            note(line)
            told = line
        if batch.status != "running":
            return batch
        time.sleep(_POLL_S)


def _progress(batch: BatchRead) -> str:
    counts = batch.counts
    ended = counts.completed + counts.failed + counts.cancelled
    facts = [f"{ended} of {batch.total} rows"]
    if counts.failed:
        facts.append(f"{counts.failed} failed")
    if batch.rest_s is not None:
        facts.append(f"about {took(batch.rest_s)} to go")
    return " · ".join(facts)


def _print(session: Session, client: KasalClient, batch: BatchRead) -> None:
    if session.json:
        print_json(batch)
        return
    usage = batch.usage
    fields = [(heading, cell(name, field(batch, name))) for name, heading in _COLUMNS.items()]
    counts = ", ".join(f"{count} {name}" for name, count in batch.counts if count)
    used = usage_line(
        calls=usage.llm_calls,
        tokens=usage.prompt_tokens + usage.completion_tokens,
        cost_usd=usage.cost_usd,
    )
    print_fields([*fields, ("Of these", counts), ("Used", used), ("Progress", _progress(batch))])
    if batch.counts.failed:
        failed = client.list_batch_items(batch.id, status="failed", limit=_SHOWN_FAILURES)
        for row in failed.items:
            message = row.error.message if row.error else ""
            click.echo(f"row {row.index}: {clean(message)}")
        if batch.counts.failed > len(failed.items):
            click.echo(f"… and {batch.counts.failed - len(failed.items)} more that failed")


def _exit_code(batch: BatchRead) -> None:
    if batch.counts.completed != batch.total:
        raise click.exceptions.Exit(1)
