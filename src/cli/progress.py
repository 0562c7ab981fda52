"""Shows a run while it happens: a live picture on a terminal, plain lines elsewhere."""

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol

import click
from rich.console import Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from src.cli.output import clean, console, memory_line, print_json, took, usage_line
from src.cli.run_state import RunState, TaskLine, ToolUse
from src.schemas.execution import EventRead

_MARKS = {
    "PENDING": ("○", "dim"),
    "COMPLETED": ("✓", "green"),
    "FAILED": ("✗", "red"),
    "CANCELLED": ("–", "yellow"),
    "WAITING_FOR_APPROVAL": ("?", "magenta"),
}
_TAIL_LINES = 3
_SHOWN_TOOLS = 3
_ONE_LINE_CHARS = 100


class Display(Protocol):
    def show(self, events: Iterable[EventRead]) -> None:
        """Until the events end."""
        ...


def display_for(state: RunState, *, as_json: bool) -> Display:
    if as_json:
        return JsonLines()
    return LivePicture(state) if sys.stdout.isatty() else PlainLines(state)


class JsonLines:
    def show(self, events: Iterable[EventRead]) -> None:
        for event in events:
            print_json(event)


class LivePicture:
    """Redrawn eight times a second; what remains on the screen at the end is the finished list."""

    def __init__(self, state: RunState) -> None:
        self._state = state
        self._spinners: dict[str, Spinner] = {}

    def show(self, events: Iterable[EventRead]) -> None:
        with Live(
            console=console(), refresh_per_second=8, get_renderable=self._picture, transient=False
        ):
            for event in events:
                self._state.apply(event)

    def _picture(self) -> RenderableType:
        state = self._state
        parts: list[RenderableType] = [self._headline(), ""]
        for line in state.tasks.values():
            parts.append(self._task(line))
            shown = list(line.tools.values())[-_SHOWN_TOOLS:] if line.status == "RUNNING" else []
            parts += [Padding(_tool_text(use), (0, 0, 0, 4)) for use in shown]
            if line.status == "RUNNING" and line.text.strip():
                parts.append(Padding(_tail(line.text), (0, 0, 0, 4)))
            if line.asks:
                parts.append(Padding(Text(_waits(line.asks), style="magenta"), (0, 0, 0, 4)))
            if line.error:
                parts.append(Padding(Text(clean(line.error), style="red"), (0, 0, 0, 4)))
        parts += [Text(f"! {clean(text)}", style="yellow") for text in state.warnings]
        parts += ["", Text(_usage(state), style="dim")]
        return Padding(Group(*parts), (1, 1))

    def _headline(self) -> Text:
        text = Text(clean(self._state.name), style="bold")
        elapsed = _elapsed(self._state.started_at, self._state.finished_at)
        return text.append(f"   {elapsed or 'waiting for a worker'}", style="not bold dim")

    def _task(self, line: TaskLine) -> RenderableType:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=1)
        grid.add_column(min_width=max(len(key) for key in self._state.tasks))
        grid.add_row(*self._mark_and_name(line), _facts(line))
        return grid

    def _mark_and_name(self, line: TaskLine) -> tuple[RenderableType, Text]:
        if line.status == "RUNNING":
            spinner = self._spinners.setdefault(line.key, Spinner("dots", style="cyan"))
            return spinner, Text(clean(line.key), style="bold cyan")
        mark, style = _MARKS.get(line.status, ("·", ""))
        return Text(mark, style=style), Text(clean(line.key), style=style)


class PlainLines:
    """One line for each thing that a reader of a log would want to know."""

    def __init__(self, state: RunState) -> None:
        self._state = state

    def show(self, events: Iterable[EventRead]) -> None:
        for event in events:
            self._state.apply(event)
            text = self._text(event)
            if text:
                who = f"[{event.task}] " if event.task else ""
                click.echo(f"{event.at.astimezone():%H:%M:%S} {who}{text}")

    def _text(self, event: EventRead) -> str:
        line = self._state.tasks.get(event.task or "")
        if event.type == "task_started" and "execution_id" in event.data:
            return f"started as run {clean(event.data['execution_id'])}"
        if event.type == "task_started":
            return f"started by {event.agent or 'the manager'}"
        if line is not None and event.type in ("task_completed", "task_failed"):
            facts = f"{event.type.removeprefix('task_')} {_facts(line).plain}".strip()
            return f"{facts}: {clean(line.error)}" if line.error else facts
        if line is not None and event.type in ("tool_completed", "tool_failed"):
            return _tool_text(line.tools[event.span_id]).plain
        if event.type.startswith("memory_"):
            return _memory_text(event)
        if event.type.startswith("approval_"):
            return _approval_text(event)
        if event.type == "log":
            return clean(event.data.get("message", ""))
        if event.type in ("budget_exceeded", "llm_call_failed"):
            error = event.data.get("error")
            message = error.get("message") if isinstance(error, dict) else event.data.get("message")
            return f"{event.type.replace('_', ' ')}: {clean(message)}"
        if event.type.startswith("execution_"):
            return event.type.replace("_", " ")
        return ""


def _approval_text(event: EventRead) -> str:
    id = clean(event.data.get("approval_id", ""))
    if event.type == "approval_requested":
        return _waits(id)
    by = event.data.get("by")
    comment = _one_line(str(event.data.get("comment") or ""))
    said = (
        f"{event.data.get('decision')} by {by}" if by else f"expired: {event.data.get('decision')}"
    )
    return clean(f"{said}: {comment}" if comment else said)


def _waits(id: str) -> str:
    return f"waits for a person: kasal approvals show {clean(id)}, then approve, reject or revise"


def _memory_text(event: EventRead) -> str:
    if event.type == "memory_failed":
        return f"memory failed: {clean(event.data.get('message', ''))}"
    records = event.data.get("records") or []
    if event.type == "memory_saved":
        return memory_line(kept=len(records), merged=int(event.data.get("merged") or 0))
    documents = event.data.get("documents") or []
    if not records and not documents:
        return ""
    found = [f"{len(records)} record{'s'[:len(records) != 1]}"] if records else []
    found += [f"{len(documents)} passage{'s'[:len(documents) != 1]}"] if documents else []
    return f"memory recalled {' and '.join(found)}"


def _facts(line: TaskLine) -> Text:
    facts = [clean(line.agent)] if line.agent else []
    if elapsed := _elapsed(line.started_at, line.finished_at):
        facts.append(elapsed)
    if line.tokens:
        facts.append(f"{line.tokens:,} tokens")
    if line.recalled:
        facts.append(f"{line.recalled} recalled")
    if line.tools and line.status != "RUNNING":
        facts.append(", ".join(dict.fromkeys(clean(use.name) for use in line.tools.values())))
    return Text(" · ".join(facts), style="dim")


def _tool_text(use: ToolUse) -> Text:
    text = Text(f"{clean(use.name)}({_one_line(_arguments(use.arguments))})", style="magenta")
    if use.error is not None:
        return text.append(f" ✗ {_one_line(use.error)}", style="red")
    if use.result is not None:
        return text.append(f" → {_one_line(use.result)}", style="not bold dim")
    return text.append(" …", style="dim")


def _arguments(arguments: object) -> str:
    if isinstance(arguments, dict):
        return ", ".join(f"{name}={json.dumps(value)}" for name, value in arguments.items())
    return "" if arguments is None else str(arguments)


def _one_line(text: str) -> str:
    line = " ".join(clean(text).split())
    return line if len(line) <= _ONE_LINE_CHARS else line[: _ONE_LINE_CHARS - 1] + "…"


def _tail(text: str) -> Text:
    lines = [line for line in clean(text).splitlines() if line.strip()][-_TAIL_LINES:]
    shown = [line if len(line) <= 160 else "…" + line[-159:] for line in lines]
    return Text("\n".join(shown), style="dim italic")


def _usage(state: RunState) -> str:
    usage = usage_line(calls=state.calls, tokens=state.tokens, cost_usd=state.cost_usd)
    if not state.kept:
        return usage
    return f"{usage} · {memory_line(kept=state.kept, merged=state.merged)}"


def _elapsed(start: datetime | None, end: datetime | None) -> str:
    if start is None:
        return ""
    return took(max(0.0, ((end or datetime.now(UTC)) - start).total_seconds()))
