"""`kasal triggers …`: addresses that start a crew or a flow when they are called with a signature."""

from datetime import datetime

import click

from src.cli.named import source_of
from src.cli.output import note, print_fields, print_json, print_table
from src.cli.session import ClientGroup, Session
from src.schemas.signing_secret import SecretShown

_COLUMNS = {
    "id": "Id",
    "name": "Name",
    "enabled": "On",
    "path": "Called at",
    "refused_because": "Last refused because",
}


@click.group(cls=ClientGroup)
def triggers() -> None:
    """Addresses that start a crew or a flow when another system calls them."""


@triggers.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200))
@click.pass_obj
def list_(session: Session, limit: int) -> None:
    """The newest triggers."""
    with session.client() as client:
        page = client.list_triggers(limit=limit)
    if session.json:
        print_json(page)
    else:
        print_table(_COLUMNS, page.items, empty="No triggers yet: kasal triggers create NAME CREW")


@triggers.command()
@click.argument("name")
@click.argument("crew", required=False)
@click.option("--flow", help="Saved flow (id or name), in place of a crew.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="INPUT=JMESPATH",
    help="An input from the payload, such as title=issue.title; INPUT=@ is all of it. Repeatable.",
)
@click.pass_obj
def create(
    session: Session, name: str, crew: str | None, flow: str | None, mapping: tuple[str, ...]
) -> None:
    """Start CREW, an id or a name, or a flow at a signed call. Shows the secret, once."""
    pairs = [entry.partition("=") for entry in mapping]
    for entry, (_, equals, _) in zip(mapping, pairs, strict=True):
        if not equals:
            raise click.BadParameter(f"expected INPUT=JMESPATH, got {entry}", param_hint="--map")
    with session.client() as client:
        body = {
            "name": name,
            **source_of(client, crew, flow),
            "mapping": {input_: query for input_, _, query in pairs},
        }
        made = client.create_trigger(body)
    if session.json:
        print_json(made)
        return
    print_fields([("Id", made.id), ("Called at", made.path)])
    show_secret(made.secret, None)


@triggers.command()
@click.argument("id")
@click.option(
    "--overlap-s", type=click.IntRange(0), help="How long the old one works; default a day."
)
@click.pass_obj
def rotate(session: Session, id: str, overlap_s: int | None) -> None:
    """Give a trigger a new secret, and show it, once."""
    with session.client() as client:
        shown = client.rotate_trigger_secret(id, overlap_s=overlap_s)
    print_rotated(session, shown)


def print_rotated(session: Session, shown: SecretShown) -> None:
    if session.json:
        print_json(shown)
    else:
        show_secret(shown.secret, shown.old_secret_until)


def show_secret(secret: str, old_until: datetime | None) -> None:
    print_fields([("Secret", secret)])
    note("Keep it now: it is not shown again.")
    if old_until is not None:
        note(f"The old one works until {old_until:%Y-%m-%d %H:%M %Z}.")
