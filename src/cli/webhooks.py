"""`kasal webhooks …`: addresses that hear of what happens in the group."""

import click

from src.cli.output import print_fields, print_json, print_table
from src.cli.session import ClientGroup, Session
from src.cli.triggers import print_rotated, show_secret
from src.schemas.webhook import WebhookEvent

_COLUMNS = {
    "id": "Id",
    "name": "Name",
    "enabled": "On",
    "url": "Address",
    "disabled_because": "Disabled because",
}


@click.group(cls=ClientGroup)
def webhooks() -> None:
    """Addresses that hear of what happens; `kasal jobs list --subject ID` shows the deliveries."""


@webhooks.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200))
@click.pass_obj
def list_(session: Session, limit: int) -> None:
    """The newest webhooks."""
    with session.client() as client:
        page = client.list_webhooks(limit=limit)
    if session.json:
        print_json(page)
    else:
        print_table(
            _COLUMNS, page.items, empty="No webhooks yet: kasal webhooks create NAME ADDRESS"
        )


@webhooks.command()
@click.argument("name")
@click.argument("address")
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice([str(event) for event in WebhookEvent]),
    help="Repeatable; default all.",
)
@click.option("--include-outputs", is_flag=True, help="Tell results and texts of errors too.")
@click.pass_obj
def create(
    session: Session, name: str, address: str, events: tuple[str, ...], include_outputs: bool
) -> None:
    """Tell ADDRESS of events. Shows the secret that signs them, once."""
    body = {
        "name": name,
        "url": address,
        "events": list(events or WebhookEvent),
        "include_outputs": include_outputs,
    }
    with session.client() as client:
        made = client.create_webhook(body)
    if session.json:
        print_json(made)
        return
    print_fields([("Id", made.id)])
    show_secret(made.secret, None)


@webhooks.command()
@click.argument("id")
@click.option("--overlap-s", type=click.IntRange(0), help="How long both sign; default a day.")
@click.pass_obj
def rotate(session: Session, id: str, overlap_s: int | None) -> None:
    """Give a webhook a new secret, and show it, once."""
    with session.client() as client:
        shown = client.rotate_webhook_secret(id, overlap_s=overlap_s)
    print_rotated(session, shown)


@webhooks.command()
@click.argument("id")
@click.pass_obj
def test(session: Session, id: str) -> None:
    """Send a test event; exit code 1 unless the address answers 2xx."""
    with session.client() as client:
        found = client.test_webhook(id)
    if session.json:
        print_json(found)
    else:
        said = found.error.message if found.error else f"answered {found.status}"
        click.echo(f"{said} ({found.latency_ms} ms)")
    if not found.ok:
        raise click.exceptions.Exit(1)
