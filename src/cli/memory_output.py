"""How memory records and reports look on a terminal."""

from collections.abc import Iterable, Mapping
from typing import Any

import click
from rich.text import Text

from src.cli.output import (
    ago,
    cell,
    clean,
    console,
    print_answer,
    print_fields,
    print_finding,
    print_json,
    print_table,
    warn,
)
from src.cli.session import Session
from src.schemas.job import JobRead
from src.schemas.memory import HealthFinding, MemoryHealth, MemoryStats, RecordRead

_TYPE_STYLES = {"short_term": "cyan", "long_term": "green", "entity": "magenta"}
_SHOWN_CHARS = 300


def print_records(records: Iterable[RecordRead], *, empty: str, notes: Iterable[str] = ()) -> None:
    found = list(records)
    if not found:
        click.echo(empty)
    waiting = iter(notes)
    for record in found:
        parts = [record.crew.name or record.crew.identity[:8] if record.crew else "documents"]
        parts += [ago(record.created_at)] if record.created_at else []
        parts += [f"used by {record.used} run{'s'[:record.used > 1]}"] if record.used else []
        parts += ["pinned"] if record.pinned else []
        parts += [note] if (note := next(waiting, "")) else []
        text = " ".join(clean(record.text).split())
        shown = text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "…"
        line = Text.assemble(
            (f"{record.type:<11}", _TYPE_STYLES.get(record.type, "blue")),
            (clean(" · ".join(parts)), "dim"),
            f"\n  {shown}\n",
            (f"  {clean(f'{record.type}/{record.id}')}", "dim"),
        )
        console().print(line)


def print_record(record: RecordRead) -> None:
    print_answer(record.text)
    click.echo()
    pairs: list[tuple[str, Any]] = [("Record", f"{record.type}/{record.id}")]
    if record.crew is not None:
        pairs.append(("Crew", record.crew.name or record.crew.identity))
    pairs += [
        ("Stored", ago(record.created_at) if record.created_at else None),
        ("Last read", ago(record.last_accessed_at) if record.last_accessed_at else None),
        ("Expires", f"{record.expires_at:%Y-%m-%d %H:%M}" if record.expires_at else "never"),
        ("Pinned", record.pinned),
        ("Used by", f"{record.used} runs"),
        ("Version", record.version),
    ]
    shown = ("task_description", "query_text", "relationships", "importance", "quality")
    for name in (*shown, "agent_id", "llm_model", "title", "source", "section"):
        if record.fields.get(name) not in (None, "", []):
            pairs.append((name.replace("_", " ").capitalize(), record.fields[name]))
    print_fields(pairs)


def print_stats(found: MemoryStats) -> None:
    print_fields(
        [
            ("Backend", found.backend),
            ("Embedder", f"{found.embedder.name}, {found.embedder.dimension} dimensions"),
        ]
    )
    rows = [{"type": type, **figures.model_dump()} for type, figures in found.types.items()]
    columns = {"type": "Type", "count": "Records", "pinned": "Pinned", "expired": "Expired"}
    times = [
        row | {"oldest_at": row["oldest"], "newest_at": row["newest"], "kb": _kb(row["text_bytes"])}
        for row in rows
    ]
    columns |= {"kb": "Text", "oldest_at": "Oldest", "newest_at": "Newest"}
    print_table(columns, times, empty="")
    crews = [
        {"crew": one.crew.name or one.crew.identity}
        | {type: count.count for type, count in one.counts.items()}
        for one in found.crews
    ]
    names = {type: type for one in found.crews for type in one.counts}
    print_table({"crew": "Crew", **names}, crews, empty="No crew has run with memory yet.")
    if found.crews_total > len(found.crews):
        click.echo(f"{found.crews_total - len(found.crews)} more crews are not shown.")


def _kb(size: int) -> str:
    return f"{size / 1000:,.1f} kB"


def print_health(report: MemoryHealth) -> None:
    for finding in report.findings:
        _print_health_finding(finding)
    for scan in report.scans:
        if not scan.complete:
            warn(f"looked at {scan.scanned} of {scan.count} {scan.type} records only")
    total = sum(report.counts.values())
    if not total:
        click.echo("Nothing to mend.")
    elif total > len(report.findings):
        click.echo(f"{total - len(report.findings)} more findings are not shown.")


def _print_health_finding(finding: HealthFinding) -> None:
    verdict = "wrong" if finding.kind == "secret" else "note"
    records = " ".join(f"{finding.type.value}/{id}" for id in finding.record_ids)
    score = f" ({finding.score:.2f})" if finding.score is not None else ""
    print_finding(finding.kind.value, verdict, clean(finding.detail) + score, finding.suggestion)
    console().print(Text(f"  {'':<16}{clean(records)}", style="dim"))


def print_end(session: Session, job: JobRead) -> None:
    """Exit code 1 where it did not work, or left something."""
    result: Mapping[str, Any] = job.result or {}
    if session.json:
        print_json(job)
    else:
        print_fields([("Job", job.id), ("Status", cell("status", job.status))])
        _print_result(result)
        if job.error is not None:
            warn(f"{job.error.code}: {job.error.message}")
    is_incomplete = result.get("complete") is False and not result.get("dry_run")
    if job.status != "done" or is_incomplete:
        raise click.exceptions.Exit(1)


def _print_result(result: Mapping[str, Any]) -> None:
    told = {name: value for name, value in result.items() if not isinstance(value, list)}
    if told.get("dry_run"):
        told.pop("complete", None)
    print_fields(
        (_heading(name), counts_line(value) if isinstance(value, Mapping) else value)
        for name, value in told.items()
    )
    for name, value in result.items():
        if isinstance(value, list) and value:
            click.echo(f"{_heading(name)}:")
            for one in value:
                # Whole, so that it can be copied.
                click.echo(f"  {clean(one if isinstance(one, str) else '/'.join(map(str, one)))}")


def _heading(name: str) -> str:
    return name.replace("_", " ").capitalize()


def counts_line(counts: Mapping[str, Any]) -> str:
    said = [f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count]
    return ", ".join(said) or "nothing"
