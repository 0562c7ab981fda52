"""`kasal schedules …`: crews and flows at given times."""

from typing import Any

import click

from src.cli.executions import INPUTS
from src.cli.named import source_of
from src.cli.output import cell, field, note, print_fields, print_json, print_table
from src.cli.session import ClientGroup, Session
from src.schemas.schedule import CatchUp, Overlap, ScheduleRead

_COLUMNS = {
    "id": "Id",
    "name": "Name",
    "when": "When",
    "next": "Next",
    "paused": "Paused",
    "paused_because": "Because",
}
_FIRINGS = {
    "fire_at": "Time",
    "outcome": "Outcome",
    "execution_id": "Execution",
    "detail": "Detail",
}
_SHOWN_FIRINGS = 10


@click.group(cls=ClientGroup)
def schedules() -> None:
    """Crews and flows that start at given times."""


@schedules.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200))
@click.pass_obj
def list_(session: Session, limit: int) -> None:
    """The newest schedules."""
    with session.client() as client:
        page = client.list_schedules(limit=limit)
    if session.json:
        print_json(page)
    else:
        empty = "No schedules yet: kasal schedules create NAME CREW --cron '0 7 * * *'"
        print_table(_COLUMNS, [_line(row) for row in page.items], empty=empty)


@schedules.command()
@click.argument("name")
@click.argument("crew", required=False)
@click.option("--flow", help="Saved flow (id or name), in place of a crew.")
@click.option("--cron", help="Five fields, such as '0 7 * * MON-FRI'.")
@click.option("--timezone", help="Of the cron expression, such as Europe/Berlin; UTC.")
@click.option("--at", help="Once, at this time with its zone: 2027-01-31T07:00:00+01:00.")
@click.option("--in-s", "delay_s", type=click.IntRange(1), help="Once, in so many seconds.")
@click.option("--inputs", type=INPUTS, default=None, help="Values for {placeholders}.")
@click.option("--version", type=click.IntRange(1), help="Of the crew or flow; the newest.")
@click.option(
    "--overlap",
    type=click.Choice([str(one) for one in Overlap]),
    help="When the run before still goes on; skip.",
)
@click.option(
    "--catch-up",
    type=click.Choice([str(one) for one in CatchUp]),
    help="With times that passed while no worker ran; latest.",
)
@click.pass_obj
def create(
    session: Session,
    /,
    name: str,
    crew: str | None,
    flow: str | None,
    inputs: dict[str, Any] | None,
    version: int | None,
    **times: str | int | None,
) -> None:
    """Start CREW, an id or a name, or a flow at given times: one of --cron, --at and --in-s."""
    request = {"inputs": inputs or {}, **({"version": version} if version else {})}
    given = {key: value for key, value in times.items() if value is not None}
    with session.client() as client:
        source = source_of(client, crew, flow)
        made = client.create_schedule({"name": name, **source, "request": request, **given})
    _show(session, made)


@schedules.command()
@click.argument("id")
@click.pass_obj
def show(session: Session, id: str) -> None:
    """One schedule with its next times and what became of the latest ones."""
    with session.client() as client:
        found = client.get_schedule(id)
        firings = client.list_schedule_firings(id, limit=_SHOWN_FIRINGS)
    _show(session, found)
    if not session.json:
        print_table(_FIRINGS, firings.items, empty="It has not fired yet.")


@schedules.command()
@click.argument("id")
@click.pass_obj
def run(session: Session, id: str) -> None:
    """Start it now, in your name; its times stay as they are."""
    with session.client() as client:
        started = client.run_schedule_now(id)
    if session.json:
        print_json(started)
    else:
        click.echo(started.id)


@schedules.command()
@click.argument("id")
@click.pass_obj
def pause(session: Session, id: str) -> None:
    """Stop it from firing until it is resumed."""
    with session.client() as client:
        paused = client.pause_schedule(id)
    _show(session, paused)


@schedules.command()
@click.argument("id")
@click.pass_obj
def resume(session: Session, id: str) -> None:
    """Go on with its next time; those of the pause are not made up for."""
    with session.client() as client:
        resumed = client.resume_schedule(id)
    _show(session, resumed)


@schedules.command()
@click.argument("id")
@click.pass_obj
def delete(session: Session, id: str) -> None:
    """Delete a schedule with its history. The runs that it has started stay."""
    with session.client() as client:
        client.delete_schedule(id)
    if not session.json:
        note("Deleted.")


def _line(row: ScheduleRead) -> dict[str, Any]:
    when = f"{row.cron} {row.timezone}" if row.cron is not None else "once"
    shown = {name: field(row, name) for name in ("id", "name", "paused", "paused_because")}
    later = f"{row.next_fires[0]:%Y-%m-%d %H:%M %Z}" if row.next_fires else None
    return {**shown, "when": when, "next": later}


def _show(session: Session, row: ScheduleRead) -> None:
    if session.json:
        print_json(row)
        return
    line = _line(row)
    fields = [(heading, cell(name, line[name])) for name, heading in _COLUMNS.items()]
    starts = f"crew {row.crew_id}" if row.crew_id is not None else f"flow {row.flow_id}"
    later = ", ".join(f"{time:%Y-%m-%d %H:%M}" for time in row.next_fires[1:])
    print_fields([*fields, ("Starts", starts), ("Then", later), ("For", row.acts_for)])
