"""`kasal limits …`: what the group may use, and what it has used this month."""

from typing import Any

import click

from src.cli.output import money, print_fields, print_json
from src.cli.session import ClientGroup, Session
from src.schemas.limit import LimitsRead, LimitsUpdate

_NAMES = list(LimitsUpdate.model_fields)


@click.group(cls=ClientGroup)
def limits() -> None:
    """What the group may use, and what it has used."""


@limits.command()
@click.pass_obj
def show(session: Session) -> None:
    """Limits, use of this month and the queue."""
    with session.client() as client:
        _print(session, client.get_limits())


@limits.command("set")
@click.option("--max-running", type=int, help="Executions at once.")
@click.option("--max-queued", type=int, help="Executions that wait.")
@click.option("--monthly-usd", type=float, help="Budget of a calendar month (UTC).")
@click.option("--monthly-tokens", type=int, help="Budget of a calendar month (UTC).")
@click.option("--keep-executions-days", type=int, help="For ended ones; 0 keeps them for ever.")
@click.option("--keep-events-days", type=int, help="Of ended executions; 0 keeps them for ever.")
@click.option("--unset", multiple=True, type=click.Choice(_NAMES), help="Repeatable.")
@click.pass_obj
def set_(session: Session, /, unset: tuple[str, ...], **given: Any) -> None:
    """Change some limits; the others stay."""
    with session.client() as client:
        before = client.get_limits()
        body = {name: getattr(before, name) for name in _NAMES if name not in unset}
        body |= {name: value for name, value in given.items() if value is not None}
        _print(session, client.set_limits(body, version=before.version))


def _print(session: Session, limits: LimitsRead) -> None:
    if session.json:
        print_json(limits)
        return
    used = limits.used
    tokens = used.prompt_tokens + used.completion_tokens
    most_usd = "no limit" if limits.monthly_usd is None else money(limits.monthly_usd)
    most_tokens = "no limit" if limits.monthly_tokens is None else str(limits.monthly_tokens)
    print_fields(
        [
            ("Running", f"{limits.running} of {limits.effective_max_running}"),
            ("Queued", f"{limits.queued} of {limits.effective_max_queued}"),
            (f"USD in {limits.month}", f"{money(used.cost_usd)} of {most_usd}"),
            (f"Tokens in {limits.month}", f"{tokens} of {most_tokens}"),
            ("Model calls", used.llm_calls),
            ("Keep executions", _days(limits.keep_executions_days)),
            ("Keep events", _days(limits.keep_events_days)),
            *(
                (f"Waits for {one.model}", f"{one.waits}, {one.waited_s:.0f} s together")
                for one in limits.models
            ),
        ]
    )


def _days(days: int | None) -> str:
    if days is None:
        return "as the installation does"
    return "for ever" if days == 0 else f"{days} days"
