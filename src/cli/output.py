"""What the command prints: tables and text for people, JSON for programs."""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from pydantic import BaseModel
from rich import box
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_CALM = Theme(
    {f"markdown.h{level}": "bold" for level in range(1, 7)}
    | {"markdown.block_quote": "dim", "markdown.code": "cyan", "markdown.code_block": "cyan"}
)
STATUS_STYLES = {
    "COMPLETED": "green",
    "FAILED": "red",
    "CANCELLED": "yellow",
    "RUNNING": "cyan",
    "PREPARING": "cyan",
    "PENDING": "dim",
    "WAITING_FOR_APPROVAL": "magenta",
}


def console(*, stderr: bool = False) -> Console:
    """Made for each use, so that redirected streams are seen."""
    return Console(stderr=stderr, highlight=False, theme=_CALM, soft_wrap=not sys.stdout.isatty())


def clean(text: object) -> str:
    """Without control characters: what a model or a colleague wrote must not drive the terminal."""
    return _CONTROL.sub("", str(text))


def print_json(value: Any) -> None:
    """One line for each document, so that streams of them can be read line by line."""
    click.echo(json.dumps(as_json(value), ensure_ascii=False))


def as_json(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, Mapping):
        return {name: as_json(item) for name, item in value.items()}
    return value


def field(row: Any, name: str) -> Any:
    """Of a schema or of a plain mapping."""
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)


def print_table(columns: Mapping[str, str], rows: Iterable[Any], *, empty: str) -> None:
    """`columns` are headings by field name."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for heading in columns.values():
        table.add_column(heading, overflow="fold", no_wrap=heading == "Id")
    count = 0
    for row in rows:
        table.add_row(*(cell(name, field(row, name)) for name in columns))
        count += 1
    if count:
        console().print(table)
    else:
        click.echo(empty)


def cell(name: str, value: Any) -> Text:
    if value is None or value == "":
        return Text("-", style="dim")
    if name == "status":
        return Text(str(value), style=STATUS_STYLES.get(str(value), ""))
    if name.endswith("_at"):
        return Text(ago(value))
    if isinstance(value, bool):
        return Text("yes" if value else "no", style="" if value else "dim")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Text(", ".join(clean(item) for item in value))
    return Text(clean(value))


def print_fields(pairs: Iterable[tuple[str, Any]]) -> None:
    grid = Table.grid(padding=(0, 2))
    for name, value in pairs:
        grid.add_row(Text(name, style="dim"), value if isinstance(value, Text) else cell("", value))
    console().print(grid)


def print_answer(text: str) -> None:
    """Markdown on a terminal, the text itself elsewhere."""
    if sys.stdout.isatty():
        console().print(Markdown(clean(text)))
    else:
        click.echo(text)


def print_finding(subject: str, verdict: str, text: str, remedy: str) -> None:
    mark, style = {"ok": ("✓", "green"), "note": ("!", "yellow")}.get(verdict, ("✗", "red"))
    line = Text.assemble((f"{mark} ", style), (f"{subject:<15} ", "bold"), text)
    if remedy:
        line.append(f"\n  {'':<16}→ {remedy}", style=style)
    console().print(line)


def note(text: str) -> None:
    """For people, beside the result: on standard error."""
    click.secho(text, dim=True, err=True)


def warn(text: str) -> None:
    click.secho(text, fg="yellow", err=True)


def ago(value: datetime | str) -> str:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    seconds = (datetime.now(UTC) - at).total_seconds()
    for limit, unit, size in ((90, "s", 1), (5400, "min", 60), (129_600, "h", 3600)):
        if seconds < limit:
            return f"{max(0, round(seconds / size))} {unit} ago"
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def took(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d} min"


def money(usd: float | None) -> str:
    if usd is None:
        return "no known price"
    return f"${usd:.4f}" if 0 < usd < 1 else f"${usd:,.2f}"


def memory_line(*, kept: int, merged: int) -> str:
    into = f", {merged} of them in records that were there" if merged else ""
    return f"memory kept {kept} record{'s'[:kept != 1]}{into}"


def usage_line(*, calls: int, tokens: int, cost_usd: float | None) -> str:
    if not calls:
        return "no model call yet"
    return f"{calls} model call{'s'[:calls > 1]} · {tokens:,} tokens · {money(cost_usd)}"
