"""`kasal jobs …`: background work that is no run of a crew."""

import time

import click

from src.cli.output import cell, field, note, print_fields, print_json, print_table
from src.cli.session import ClientGroup, Session
from src.client.client import KasalClient
from src.schemas.job import JobRead

_COLUMNS = {"id": "Id", "kind": "Kind", "status": "Status", "tries": "Tries", "created_at": "Made"}
_OPEN = ("queued", "running")
_POLL_S = 0.5


@click.group(cls=ClientGroup)
def jobs() -> None:
    """Background work: documents being read, set-ups, migrations."""


@jobs.command("list")
@click.option("--subject", help="Only those about this document, backend or execution.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200))
@click.pass_obj
def list_(session: Session, subject: str | None, limit: int) -> None:
    """The newest jobs."""
    with session.client() as client:
        page = client.list_jobs(limit=limit, subject=subject)
    if session.json:
        print_json(page)
    else:
        print_table(_COLUMNS, page.items, empty="No jobs yet.")


@jobs.command()
@click.argument("id")
@click.pass_obj
def show(session: Session, id: str) -> None:
    """One job with its steps."""
    with session.client() as client:
        _print(session, client.get_job(id))


@jobs.command()
@click.argument("id")
@click.pass_obj
def follow(session: Session, id: str) -> None:
    """Stay until a job has ended; exit code 1 unless it is done."""
    with session.client() as client:
        job = wait_for_end(client, id)
    _print(session, job)
    if job.status != "done":
        raise click.exceptions.Exit(1)


@jobs.command()
@click.argument("id")
@click.pass_obj
def cancel(session: Session, id: str) -> None:
    """Stop a job."""
    with session.client() as client:
        job = client.cancel_job(id)
    if session.json:
        print_json(job)
    else:
        click.echo("Cancelled.")


def wait_for_end(client: KasalClient, id: str) -> JobRead:
    """Tells on standard error what its steps say meanwhile."""
    told = ""
    while True:
        job = client.get_job(id)
        step = job.steps[-1] if job.steps else None
        line = f"{step.name}: {step.detail or step.status}" if step else job.status
        if line != told:
            note(line)
            told = line
        if job.status not in _OPEN:
            return job
        time.sleep(_POLL_S)


def _print(session: Session, job: JobRead) -> None:
    if session.json:
        print_json(job)
        return
    names = {**_COLUMNS, "subject_id": "About", "created_by": "By"}
    print_fields((heading, cell(name, field(job, name))) for name, heading in names.items())
    if job.error is not None:
        print_fields([("Error", job.error.message)])
    columns = {"name": "Step", "status": "Status", "detail": "", "at": "At"}
    print_table(columns, job.steps, empty="")
