"""What people name on the command line, by id or by name."""

from collections.abc import Iterable
from itertools import islice
from typing import TypeVar

import click

from src.client.client import KasalClient
from src.schemas.versions import VersionedSummary

_MAX_NAMED = 500
V = TypeVar("V", bound=VersionedSummary)


def crew_id(client: KasalClient, crew: str) -> str:
    return _id_of("crew", crew, client.pages(client.list_crews, limit=200))


def flow_id(client: KasalClient, flow: str) -> str:
    return _id_of("flow", flow, client.pages(client.list_flows, limit=200))


def source_of(client: KasalClient, crew: str | None, flow: str | None) -> dict[str, str]:
    """The field of a body that says what is to be started."""
    if (crew is None) == (flow is None):
        raise click.UsageError("name either a crew or, with --flow, a flow")
    return (
        {"crew_id": crew_id(client, crew)}
        if crew is not None
        else {"flow_id": flow_id(client, str(flow))}
    )


def _id_of(noun: str, wanted: str, rows: Iterable[V]) -> str:
    """An id stays as it is; a name must be that of exactly one of the rows, which are read for it alone."""
    if len(wanted) == 36 and wanted.count("-") == 4:
        return wanted
    newest = islice(rows, _MAX_NAMED)
    ids = [row.id for row in newest if row.name.casefold() == wanted.casefold()]
    if len(ids) == 1:
        return ids[0]
    if not ids:
        raise click.ClickException(f"there is no {noun} named {wanted!r}; see kasal {noun}s list")
    raise click.ClickException(
        f"{len(ids)} {noun}s are named {wanted!r}; take the id: {', '.join(ids)}"
    )
