"""`kasal run` and `kasal executions …`."""

import json
from pathlib import Path
from typing import Any

import click

from src.cli.approvals import how_to_decide
from src.cli.output import (
    STATUS_STYLES,
    ago,
    console,
    memory_line,
    note,
    print_answer,
    print_fields,
    print_json,
    print_table,
    took,
    usage_line,
    warn,
)
from src.cli.progress import display_for
from src.cli.run_state import RunState, TaskLine
from src.cli.session import ClientCommand, ClientGroup, Session
from src.client.client import KasalClient
from src.schemas.crew_file import BadCrewFile, CrewFile, read_crew_file
from src.schemas.execution import ExecutionRead, ExecutionStarted

COLUMNS = {
    "id": "Id",
    "status": "Status",
    "crew_name": "Crew",
    "run_name": "Run",
    "created_at": "Created",
}


class InputsType(click.ParamType[dict[str, Any]]):
    """A JSON object, or @FILE that holds one."""

    name = "JSON"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, Any]:
        text = str(value)
        try:
            if text.startswith("@"):
                text = Path(text[1:]).read_text(encoding="utf-8")
            inputs = json.loads(text)
        except (OSError, ValueError) as exc:
            self.fail(f"expected a JSON object or @FILE: {exc}", param, ctx)
        if not isinstance(inputs, dict):
            self.fail('expected a JSON object such as {"region": "Europe"}', param, ctx)
        return inputs


INPUTS = InputsType()


@click.command(cls=ClientCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--inputs", type=INPUTS, help="Values for {placeholders}, over those of the file.")
@click.option("--model", help="For agents that name none, over that of the file.")
@click.option("--follow", is_flag=True, help="Stay and show every step; Ctrl-C leaves it running.")
@click.pass_obj
def run(
    session: Session, file: str, inputs: dict[str, Any] | None, model: str | None, follow: bool
) -> None:
    """Run the crew that FILE (YAML or JSON, - for standard input) describes."""
    crew = load_crew_file(file)
    body = crew.execution_body()
    body["inputs"] = {**crew.inputs, **(inputs or {})}
    if model:
        body["model"] = model
    with session.client() as client:
        started = client.start_execution(body)
        after_start(session, client, started, follow=follow)


def load_crew_file(file: str) -> CrewFile:
    try:
        with click.open_file(file, encoding="utf-8") as handle:
            return read_crew_file(handle.read(), Path(file).stem if file != "-" else "crew")
    except (BadCrewFile, UnicodeDecodeError) as exc:
        raise click.UsageError(f"{file}: {exc}") from exc


def after_start(
    session: Session, client: KasalClient, started: ExecutionStarted, *, follow: bool
) -> None:
    if not session.json:
        for warning in started.warnings:
            warn(f"! {warning}")
    if follow:
        follow_to_the_end(session, client, started.id)
    elif session.json:
        print_json(started)
    else:
        click.echo(started.id)
        note(f"Started. Watch it with: kasal executions follow {started.id}")


def follow_to_the_end(session: Session, client: KasalClient, id: str, *, after: int = 0) -> None:
    """Exits with 1 unless the run completes."""
    state = _state(client, id, as_they_are=after > 0)
    try:
        display_for(state, as_json=session.json).show(
            client.stream_execution_events(id, after=after)
        )
    except KeyboardInterrupt:
        for asks in (line.asks for line in state.tasks.values() if line.asks):
            note(f"\nWaiting for a person:\n{how_to_decide(asks, can_revise=True)}")
        note(f"\nStill running. kasal executions follow {id}   or   kasal executions cancel {id}")
        raise click.exceptions.Exit(1) from None
    finished = client.get_execution(id)
    if session.json:
        print_json(finished)
    else:
        print_outcome(finished)
        if state.kept:
            note(f"{memory_line(kept=state.kept, merged=state.merged)}: kasal memory list")
    if finished.status != "COMPLETED":
        raise click.exceptions.Exit(1)


def _state(client: KasalClient, id: str, *, as_they_are: bool) -> RunState:
    execution = client.get_execution(id)
    if execution.kind == "flow":
        nodes = client.list_execution_nodes(id).items
        return RunState(execution.crew_name, {node.key: TaskLine(node.key) for node in nodes})
    tasks = list(client.pages(client.list_execution_tasks, id))
    return RunState.of(execution.crew_name, tasks, as_they_are=as_they_are)


def print_outcome(execution: ExecutionRead) -> None:
    if execution.result is not None:
        click.echo()
        print_answer(execution.result.raw)
        click.echo()
    console().print(_summary(execution), style=STATUS_STYLES.get(execution.status, ""))
    if execution.error is not None:
        warn(f"{execution.error.code}: {execution.error.message}")


def _summary(execution: ExecutionRead) -> str:
    usage = execution.usage
    parts = [str(execution.status)]
    if execution.started_at is not None and execution.finished_at is not None:
        parts.append(took((execution.finished_at - execution.started_at).total_seconds()))
    tokens = usage.prompt_tokens + usage.completion_tokens
    parts.append(usage_line(calls=usage.llm_calls, tokens=tokens, cost_usd=usage.cost_usd))
    return " · ".join(parts)


@click.group(cls=ClientGroup)
def executions() -> None:
    """Runs: list, show, follow, cancel, retry, delete."""


@executions.command("list")
@click.option("--status", help="PENDING, RUNNING, COMPLETED, FAILED, CANCELLED …")
@click.option("--crew", "crew_id", help="Only runs of this saved crew.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200))
@click.pass_obj
def list_(session: Session, status: str | None, crew_id: str | None, limit: int) -> None:
    """The newest runs."""
    with session.client() as client:
        page = client.list_executions(limit=limit, status=status, crew_id=crew_id)
    if session.json:
        print_json(page)
    else:
        print_table(COLUMNS, page.items, empty="No runs yet: kasal run examples/market-brief.yaml")


@executions.command()
@click.argument("id")
@click.pass_obj
def show(session: Session, id: str) -> None:
    """One run with its tasks and its answer."""
    with session.client() as client:
        execution = client.get_execution(id)
        tasks = list(client.pages(client.list_execution_tasks, id))
        nodes = client.list_execution_nodes(id).items if execution.kind == "flow" else []
    if session.json:
        document = execution.model_dump(mode="json", by_alias=True)
        parts = {"tasks": tasks} if not nodes else {"nodes": nodes}
        for name, rows in parts.items():
            document[name] = [row.model_dump(mode="json", by_alias=True) for row in rows]
        print_json(document)
        return
    fields = [("Run", execution.id), ("Crew", execution.crew_name), ("Name", execution.run_name)]
    fields.append(("Started", ago(execution.started_at) if execution.started_at else None))
    fields.append(("By", execution.created_by))
    print_fields(fields)
    columns = {"key": "Task", "agent": "Agent", "status": "Status", "attempt": "Attempt"}
    of_nodes = {"key": "Node", "kind": "Kind", "status": "Status", "execution_id": "Run"}
    if nodes:
        print_table(of_nodes, nodes, empty="")
    else:
        print_table(columns, tasks, empty="No tasks")
    print_outcome(execution)


@executions.command()
@click.argument("id")
@click.pass_obj
def follow(session: Session, id: str) -> None:
    """Show a run from its beginning until it ends."""
    with session.client() as client:
        follow_to_the_end(session, client, id)


@executions.command()
@click.argument("id")
@click.pass_obj
def cancel(session: Session, id: str) -> None:
    """Stop a run before its next model or tool call; finished outputs stay."""
    with session.client() as client:
        execution = client.cancel_execution(id)
    if session.json:
        print_json(execution)
    else:
        click.echo(execution.status)


@executions.command()
@click.argument("id")
@click.option("--from-task", metavar="KEY", help="Keep the outputs of the tasks before this one.")
@click.option("--follow", "follows", is_flag=True, help="Stay and show every step.")
@click.pass_obj
def retry(session: Session, id: str, from_task: str | None, follows: bool) -> None:
    """Run it again, whole or from a task."""
    with session.client() as client:
        seen = _last_seq(client, id) if follows else 0
        execution = client.retry_execution(id, from_task=from_task)
        if follows:
            follow_to_the_end(session, client, id, after=seen)
        elif session.json:
            print_json(execution)
        else:
            click.echo(f"{execution.status}, attempt {execution.attempt}")


def _last_seq(client: KasalClient, id: str) -> int:
    page = client.list_execution_events(id, limit=1000)
    while page.next_after is not None:
        page = client.list_execution_events(id, after=page.next_after, limit=1000)
    return page.items[-1].seq if page.items else 0


@executions.command()
@click.argument("id")
@click.pass_obj
def delete(session: Session, id: str) -> None:
    """Delete a finished run with its events."""
    with session.client() as client:
        client.delete_execution(id)
    if not session.json:
        click.echo("Deleted.")
