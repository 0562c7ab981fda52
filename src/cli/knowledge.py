"""`kasal knowledge …`: documents that crews may look things up in."""

from pathlib import Path

import click

from src.cli.jobs import wait_for_end
from src.cli.named import crew_id
from src.cli.output import clean, print_json, print_table
from src.cli.session import ClientGroup, Session

_COLUMNS = {
    "id": "Id",
    "title": "Title",
    "document_type": "Type",
    "status": "Status",
    "chunks": "Pieces",
    "created_at": "Added",
}


@click.group(cls=ClientGroup)
def knowledge() -> None:
    """Documents that crews may look things up in."""


@knowledge.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE…",
)
@click.option("--crew", help="Only for this saved crew (id or name).")
@click.option("--title", help="In place of the file's name; for one file.")
@click.option("--no-wait", is_flag=True, help="Do not wait until they are read.")
@click.pass_obj
def add(
    session: Session, files: tuple[Path, ...], crew: str | None, title: str | None, no_wait: bool
) -> None:
    """Upload documents: txt, md, pdf, docx, html or csv."""
    if title is not None and len(files) > 1:
        raise click.UsageError("--title goes with one file")
    with session.client() as client:
        readers = crew_id(client, crew) if crew else None
        added = [
            client.add_document(file.name, file.read_bytes(), title=title, crew_id=readers)
            for file in files
        ]
        if not no_wait:
            for document in added:
                if document.job_id is not None and document.status != "ready":
                    wait_for_end(client, document.job_id)
            added = [client.get_document(document.id) for document in added]
    if session.json:
        print_json({"items": added})
    else:
        print_table(_COLUMNS, added, empty="")
    for document in added:
        if document.error is not None:
            raise click.ClickException(f"{document.file_name}: {document.error.message}")


@knowledge.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200))
@click.pass_obj
def list_(session: Session, limit: int) -> None:
    """The newest documents."""
    with session.client() as client:
        page = client.list_documents(limit=limit)
    if session.json:
        print_json(page)
    else:
        print_table(_COLUMNS, page.items, empty="No documents yet: kasal knowledge add FILE")


@knowledge.command()
@click.argument("query")
@click.option("--crew", help="Also documents of this saved crew (id or name).")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 50))
@click.pass_obj
def search(session: Session, query: str, crew: str | None, limit: int) -> None:
    """What crews would find, the best first."""
    with session.client() as client:
        body = {"query": query, "limit": limit}
        found = client.search_knowledge(
            {**body, "crew_id": crew_id(client, crew)} if crew else body
        )
    if session.json:
        print_json(found)
        return
    for hit in found.items:
        place = ", ".join(part for part in (hit.title, hit.section) if part)
        click.secho(f"{hit.rank}. {clean(place)} ({hit.score:.2f})", bold=True)
        click.echo(f"{clean(hit.text)}\n")
    if not found.items:
        click.echo("Nothing found.")


@knowledge.command()
@click.argument("id")
@click.pass_obj
def delete(session: Session, id: str) -> None:
    """Delete a document with everything that a search finds of it."""
    with session.client() as client:
        client.delete_document(id)
    if not session.json:
        click.echo("Deleted.")
