"""Commands that run the server's side. The one module of the command line that knows the server.

What they need is imported inside the functions: `kasal run` must not load a database driver.
"""

import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from src.cli.output import print_finding, print_json, print_table
from src.cli.session import LocalCommand, LocalGroup, Session

if TYPE_CHECKING:
    from src.core.settings import Settings
    from src.services.people.access_token import AccessTokenService

T = TypeVar("T")
_DEMO = "examples/market-brief.yaml"


def read_settings(**overrides: Any) -> "Settings":
    """Exits with what is wrong and how to mend it, never with the values."""
    from pydantic import ValidationError

    from src.core.settings import Settings, explain

    try:
        return Settings(**overrides)
    except ValidationError as exc:
        raise click.ClickException(
            f"the settings do not fit (environment or .env):\n{explain(exc)}"
        ) from exc


@contextmanager
def _errors_for_people() -> Iterator[None]:
    from src.core.errors import AppError

    try:
        yield
    except AppError as exc:
        lines = [exc.message, *(f"  {item.pointer}: {item.message}" for item in exc.errors)]
        raise click.ClickException("\n".join(lines)) from exc
    except ValueError as exc:
        raise click.ClickException(str(exc)) from exc


def _run(work: Coroutine[Any, Any, T]) -> T:
    import asyncio

    with _errors_for_people():
        return asyncio.run(work)


@click.command(cls=LocalCommand)
@click.option("--host", help="Address to listen on (HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (PORT).")
def serve(host: str | None, port: int | None) -> None:
    """Run the API process in the foreground."""
    from src.cli.launch import Plan, require_free_port, services

    settings = _settings_with(host, port)
    plan = Plan(settings.host, settings.port, 0, settings.kasal_data_dir)
    require_free_port(plan.host, plan.port)
    os.environ["HOST"], os.environ["PORT"] = plan.host, str(plan.port)
    _become(list(services(plan)[0].command))


@click.command(cls=LocalCommand)
def worker() -> None:
    """Run a worker process in the foreground; start as many as there are cores."""
    read_settings()
    _become([sys.executable, "-m", "src.worker"])


def _become(command: list[str]) -> None:
    sys.stdout.flush()
    os.execv(command[0], command)


@click.command(cls=LocalCommand)
@click.option("--seed", "seeds", is_flag=True, help="Seed afterwards.")
def migrate(seeds: bool) -> None:
    """Bring the database to the schema of this version."""
    settings = read_settings()
    revision = _migrate(settings)
    if seeds:
        _seed(settings, (), dry_run=False)
    else:
        click.echo(f"The database is at revision {revision}.")


def _migrate(settings: "Settings") -> str | None:
    """The application's tables, then those of the run engine."""
    from src.core.migration import (
        CONNECTION_FAILURES,
        first_line,
        migration_lock,
        revisions,
        upgrade,
    )
    from src.engines.dbos.queue import migrate as migrate_run_engine

    with _errors_for_people():
        try:
            with migration_lock(settings):
                upgrade(settings)
                migrate_run_engine(settings)
                return revisions(settings)[0]
        except CONNECTION_FAILURES as exc:
            raise click.ClickException(f"the database cannot be used: {first_line(exc)}") from exc


@click.command(cls=LocalCommand)
@click.option("--only", multiple=True, metavar="NAME", help="May be given several times.")
@click.option("--dry-run", is_flag=True, help="Say what would change, change nothing.")
@click.option("--list", "lists", is_flag=True, help="Name the seeders.")
@click.pass_obj
def seed(session: Session, only: tuple[str, ...], dry_run: bool, lists: bool) -> None:
    """Put in what the product ships with; what somebody changed or deleted stays so.

    Migrates first. A dry run does not, and needs a database that is at the schema of this version.
    """
    from src.seeds.runner import SEEDERS

    if lists:
        click.echo("\n".join(SEEDERS))
        return
    settings = read_settings()
    if dry_run:
        _require_schema(settings)
    else:
        _migrate(settings)
    reports = _seed(settings, only, dry_run=dry_run)
    if session.json:
        print_json(reports)
    else:
        for name, report in reports.items():
            click.echo(f"{name}: {_counts(report)}{' (dry run)' if dry_run else ''}")


def _seed(
    settings: "Settings", only: tuple[str, ...], *, dry_run: bool
) -> dict[str, dict[str, int]]:
    from src.core.clock import SystemClock
    from src.core.unit_of_work import Database
    from src.seeds.runner import seed as run_seeders

    async def work() -> dict[str, dict[str, int]]:
        database = Database(settings)
        try:
            reports = await run_seeders(database, SystemClock(), only=only, dry_run=dry_run)
        finally:
            await database.close()
        return {r.seeder: {str(name): count for name, count in r.counts.items()} for r in reports}

    return _run(work())


def _require_schema(settings: "Settings") -> None:
    from src.core.migration import DATABASE_FAILURES, revisions

    try:
        present, needed = revisions(settings)
    except DATABASE_FAILURES as exc:
        raise click.ClickException("the database cannot be reached; see `kasal doctor`") from exc
    if present != needed:
        raise click.ClickException(
            "the database is not at the schema of this version; run `kasal migrate` first"
        )


def _counts(report: dict[str, int]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in report.items()) or "nothing to do"


@click.command(cls=LocalCommand)
@click.option("--new-key", is_flag=True, help="Print a fresh KASAL_ENCRYPTION_KEYS and stop.")
@click.pass_obj
def doctor(session: Session, new_key: bool) -> None:
    """Say what is misconfigured and how to mend it."""
    from src.core.crypto import KeyRing
    from src.services.operations.doctor import examine

    if new_key:
        click.echo(KeyRing.generate())
        return
    findings = _run(examine(read_settings()))
    if session.json:
        print_json({"items": [finding.as_json() for finding in findings]})
    else:
        for finding in findings:
            print_finding(finding.subject, finding.verdict, finding.text, finding.remedy)
    if any(finding.is_fatal for finding in findings):
        raise click.exceptions.Exit(1)


@click.group(cls=LocalGroup)
def token() -> None:
    """Access tokens (KASAL_AUTH_MODE=token)."""


def _with_tokens(work: Callable[["AccessTokenService"], Coroutine[Any, Any, T]]) -> T:
    from src.core.clock import SystemClock
    from src.core.unit_of_work import Database
    from src.services.people.access_token import AccessTokenService

    async def run() -> T:
        database = Database(read_settings())
        try:
            return await work(AccessTokenService(database, SystemClock()))
        finally:
            await database.close()

    return _run(run())


@token.command("create")
@click.option("--email", required=True, help="Whose token it is; a new person gets a group.")
@click.option("--name", default="command line", show_default=True, help="To tell tokens apart.")
@click.option("--ttl-days", type=click.IntRange(1, 3650), help="Default: does not expire.")
@click.option("--admin-of", metavar="GROUP", help="Also make this person an admin of a group.")
@click.pass_obj
def create_token(
    session: Session, email: str, name: str, ttl_days: int | None, admin_of: str | None
) -> None:
    """Make a token and print it; it is shown this once."""
    made = _with_tokens(lambda tokens: tokens.create(email, name, ttl_days, admin_of=admin_of))
    if session.json:
        print_json({"token": made})
    else:
        click.echo(made)


@token.command("list")
@click.pass_obj
def list_tokens(session: Session) -> None:
    """All tokens, without their values."""
    rows = _with_tokens(lambda tokens: tokens.list())
    if session.json:
        print_json({"items": rows})
    else:
        columns = {"id": "Id", "email": "Email", "name": "Name", "created_at": "Created"}
        columns |= {"expires_at": "Expires", "revoked_at": "Revoked"}
        print_table(columns, rows, empty="No tokens yet: kasal token create --email …")


@token.command("revoke")
@click.argument("id")
def revoke_token(id: str) -> None:
    """End a token at once."""
    _with_tokens(lambda tokens: tokens.revoke(id))
    click.echo("Revoked.")


@click.group(cls=LocalGroup)
def keys() -> None:
    """The key ring that stored secrets are sealed with (KASAL_ENCRYPTION_KEYS)."""


@keys.command("rotate")
@click.pass_obj
def rotate_keys(session: Session) -> None:
    """Seal what is stored anew with the first key of the ring. Then older keys can be removed from it."""
    from src.bootstrap import Container

    async def rotate() -> list[dict[str, Any]]:
        container = Container(read_settings())
        try:
            return [asdict(done) for done in await container.credentials.rotate()]
        finally:
            await container.close()

    rows = _run(rotate())
    if session.json:
        print_json({"items": rows})
    else:
        columns = {"table": "Table", "rewrapped": "Sealed anew", "unreadable": "Unreadable"}
        print_table(columns, rows, empty="Nothing is sealed.")
    if any(row["unreadable"] for row in rows):
        raise click.ClickException("some secrets need a key that is not in the ring; add it back")


@click.command(cls=LocalCommand)
@click.argument("database", type=click.Choice(["postgres", "sqlite"]), default="postgres")
@click.option("--host", help="Address to listen on (HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (PORT; 8000).")
@click.option("--workers", type=click.IntRange(0, 64), help="Worker processes (1).")
@click.option("--no-reload", is_flag=True, help="Do not restart when a source file changes.")
@click.option("--no-frontend", is_flag=True, help="Do not build the frontend.")
@click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path), help="KASAL_DATA_DIR")
def up(
    database: str,
    host: str | None,
    port: int | None,
    workers: int | None,
    no_reload: bool,
    no_frontend: bool,
    data_dir: Path | None,
) -> None:
    """Everything in one: migrate, seed, build the frontend, run API and workers until Ctrl-C."""
    from src.cli.launch import Plan, serve_until_stopped
    from src.core.settings import Environment

    settings = _settings_with(host, port, database, data_dir)
    embedded = database == "postgres" and not (settings.database_url or settings.kasal_lakebase)
    file = settings.sqlite_path or settings.kasal_data_dir / "kasal.db"
    if database == "postgres":
        file = settings.kasal_data_dir / "postgres" / "PG_VERSION"
    is_production = settings.kasal_env is Environment.PRODUCTION
    plan = Plan(
        host=settings.host,
        port=settings.port,
        workers=settings.kasal_embedded_workers if workers is None else workers,
        data_dir=settings.kasal_data_dir,
        embedded_postgres=embedded,
        database_file=file if embedded or database == "sqlite" else None,
        reload=not (no_reload or is_production),
        frontend=not no_frontend,
        environment={"DATABASE_TYPE": database},
    )
    raise click.exceptions.Exit(serve_until_stopped(plan))


@click.command(cls=LocalCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False), required=False)
@click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path), help="Keep the run.")
@click.pass_obj
def demo(session: Session, file: str | None, data_dir: Path | None) -> None:
    """Run an example crew (or FILE) from nothing to an answer, then stop everything."""
    from src.cli.launch import ROOT, Plan, free_port, run_demo, temporary_data_dir

    given = data_dir or (Path(os.environ["KASAL_DATA_DIR"]) if _has_data_dir() else None)
    with temporary_data_dir() as temporary:
        folder = given or temporary
        environment = {"DATABASE_TYPE": "sqlite", "SQLITE_PATH": str(folder / "kasal.db")}
        environment |= {"KASAL_AUTH_MODE": "local", "KASAL_ENV": "development"}
        environment["KASAL_LAKEBASE"] = ""
        plan = Plan("127.0.0.1", free_port(), 1, folder, environment=environment)
        run_demo(plan, file or str(ROOT / _DEMO), session)


def _has_data_dir() -> bool:
    return bool(os.environ.get("KASAL_DATA_DIR"))


def _settings_with(
    host: str | None,
    port: int | None,
    database: str | None = None,
    data_dir: Path | None = None,
) -> "Settings":
    """On a Databricks App the platform chooses the port and expects every interface."""
    given: dict[str, Any] = {"host": host, "port": port, "database_type": database}
    given |= {"kasal_data_dir": data_dir}
    overrides = {name: value for name, value in given.items() if value is not None}
    app_port = os.environ.get("DATABRICKS_APP_PORT")
    if app_port and app_port.isdigit():
        overrides.setdefault("port", int(app_port))
        overrides.setdefault("host", os.environ.get("HOST", "0.0.0.0"))
    settings = read_settings(**overrides)
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    if database == "postgres" and url.startswith("sqlite"):
        raise click.ClickException(
            "DATABASE_URL names a SQLite file; choose ./run.sh sqlite or unset it"
        )
    return settings


COMMANDS: tuple[click.Command, ...] = (
    up,
    demo,
    serve,
    worker,
    migrate,
    seed,
    doctor,
    token,
    keys,
)
