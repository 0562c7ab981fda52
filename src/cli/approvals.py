"""`kasal approvals …`: what runs ask people, and the answers."""

import json
from typing import Any

import click

from src.cli.output import (
    clean,
    note,
    print_answer,
    print_fields,
    print_json,
    print_table,
)
from src.cli.session import ClientGroup, Session
from src.schemas.approval import ApprovalRead

_COLUMNS = {
    "id": "Id",
    "status": "Status",
    "kind": "Asks",
    "crew_name": "Crew",
    "task": "Task",
    "execution_id": "Run",
    "created_at": "Asked",
}
_TEXTS = ("output", "description")
"""What is read as it is; the rest of what is shown is data."""


@click.group(cls=ClientGroup)
def approvals() -> None:
    """Questions of runs: list, show, approve, reject, revise."""


@approvals.command("list")
@click.option("--status", default="pending", show_default=True, help="Or: all.")
@click.option("--run", "execution_id", help="Only those of this run, whatever their status.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200))
@click.pass_obj
def list_(session: Session, status: str, execution_id: str | None, limit: int) -> None:
    """What waits for an answer."""
    with session.client() as client:
        if execution_id is not None:
            page = client.list_execution_approvals(execution_id, limit=limit)
        else:
            page = client.list_approvals(limit=limit, status=None if status == "all" else status)
    if session.json:
        print_json(page)
    else:
        print_table(_COLUMNS, page.items, empty="Nothing waits for an answer.")


@approvals.command()
@click.argument("id")
@click.pass_obj
def show(session: Session, id: str) -> None:
    """One question, with what is to be decided about."""
    with session.client() as client:
        approval = client.get_approval(id)
    if session.json:
        print_json(approval)
        return
    _print(approval)
    if approval.status == "pending":
        note(how_to_decide(approval.id, can_revise=approval.kind.startswith("task_")))


@approvals.command()
@click.argument("id")
@click.option("--comment", default="", help="Why; kept with the decision.")
@click.option("--shown-hash", help="Refuse unless this is what is asked (approvals show).")
@click.pass_obj
def approve(session: Session, id: str, comment: str, shown_hash: str | None) -> None:
    """Let the run go on."""
    _decide(session, id, "approve", comment, shown_hash)


@approvals.command()
@click.argument("id")
@click.option("--comment", default="", help="Why; the run's error, or the agent, says it.")
@click.option("--shown-hash", help="Refuse unless this is what is asked (approvals show).")
@click.pass_obj
def reject(session: Session, id: str, comment: str, shown_hash: str | None) -> None:
    """Say no: a task ends its run, a tool's call is not made."""
    _decide(session, id, "reject", comment, shown_hash)


@approvals.command()
@click.argument("id")
@click.option("--comment", required=True, help="What to change.")
@click.option("--shown-hash", help="Refuse unless this is what is asked (approvals show).")
@click.pass_obj
def revise(session: Session, id: str, comment: str, shown_hash: str | None) -> None:
    """Have the task done again with your comment before it."""
    _decide(session, id, "revise", comment, shown_hash)


def how_to_decide(id: str, *, can_revise: bool) -> str:
    """For people who see that a run waits."""
    ways = ["approve", "reject"] + (['revise --comment "…"'] if can_revise else [])
    return "\n".join(f"  kasal approvals {way} {id}" for way in ("show", *ways))


def _decide(session: Session, id: str, decision: str, comment: str, shown_hash: str | None) -> None:
    with session.client() as client:
        approval = client.decide_approval(id, decision, comment=comment, shown_hash=shown_hash)
    if session.json:
        print_json(approval)
    else:
        click.echo(f"{approval.status}")
        note(f"Watch the run with: kasal executions follow {approval.execution_id}")


def _print(approval: ApprovalRead) -> None:
    names = {**_COLUMNS, "role": "Needs", "expires_at": "Expires", "shown_hash": "Hash"}
    fields: list[tuple[str, Any]] = [(names[name], getattr(approval, name)) for name in names]
    if approval.decided_at is not None:
        fields += [("By", approval.decided_by), ("Comment", approval.comment)]
    print_fields(fields)
    for name, value in approval.shown.items():
        if value in (None, "", {}):
            continue
        click.echo()
        click.secho(f"{name}:", bold=True)
        if name in _TEXTS:
            print_answer(str(value))
        else:
            shown = value if isinstance(value, str) else json.dumps(value, indent=2)
            click.echo(clean(shown))
