"""What is misconfigured, and how to mend it; behind `kasal doctor`."""

import asyncio
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from src.core.errors import AppError
from src.core.migration import DATABASE_FAILURES, first_line, revisions
from src.core.providers import PROVIDERS
from src.core.settings import Environment, Settings
from src.core.tenancy import AuthMode
from src.core.unit_of_work import Database
from src.repositories.fleet_report import FleetReportRepository
from src.services.operations import doctor_fleet
from src.services.operations.finding import Finding, Verdict


async def examine(settings: Settings) -> list[Finding]:
    """In the order in which things have to be right."""
    findings = [_data_dir(settings.kasal_data_dir), *_keys(settings), _auth(settings)]
    findings.append(_providers(settings))
    findings += (login := await _login(settings))
    if any(finding.is_fatal for finding in login):
        return findings
    database = await asyncio.to_thread(_database, settings)
    findings.append(database)
    if not database.is_fatal:
        findings += await _fleet(settings)
    return findings


def _data_dir(path: Path) -> Finding:
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path):
            pass
    except OSError as exc:
        remedy = "set KASAL_DATA_DIR to a folder that this user may write"
        text = f"{path} cannot be written: {exc.strerror}"
        return Finding("data directory", Verdict.WRONG, text, remedy)
    return Finding("data directory", Verdict.OK, str(path))


def _keys(settings: Settings) -> list[Finding]:
    try:
        ring = settings.key_ring
    except ValueError as exc:
        remedy = "the format is kid:base64,…; `kasal doctor --new-key` prints a fresh one"
        text = f"KASAL_ENCRYPTION_KEYS cannot be read: {exc}"
        return [Finding("encryption keys", Verdict.WRONG, text, remedy)]
    if settings.kasal_encryption_keys is not None:
        return [Finding("encryption keys", Verdict.OK, f"current key {ring.current_kid}")]
    path = settings.kasal_data_dir / "encryption.key"
    findings = [Finding("encryption keys", Verdict.OK, f"development key in {path}")]
    if os.name == "posix" and path.stat().st_mode & 0o077:
        text = f"{path} can be read by other users"
        findings.append(Finding("encryption keys", Verdict.WRONG, text, f"chmod 600 {path}"))
    return findings


def _auth(settings: Settings) -> Finding:
    mode = settings.kasal_auth_mode
    if mode is AuthMode.DATABRICKS_APP and not settings.trusted_proxies:
        text = "KASAL_AUTH_MODE=databricks_app, but no proxy is trusted: nobody can sign in"
        remedy = "set KASAL_TRUSTED_PROXIES to the networks of the proxy"
        return Finding("sign-in", Verdict.WRONG, text, remedy)
    if settings.kasal_allow_private_urls and settings.kasal_env is Environment.PRODUCTION:
        text = "KASAL_ALLOW_PRIVATE_URLS lets tools reach the private network in production"
        return Finding("sign-in", Verdict.NOTE, text, "unset it unless that is intended")
    return Finding("sign-in", Verdict.OK, f"{mode} mode, listening on {settings.host}")


def _providers(settings: Settings) -> Finding:
    present = [
        provider.title
        for provider in PROVIDERS.values()
        if provider.key_name and getattr(settings, provider.key_name.lower(), None) is not None
    ]
    if present:
        return Finding("models", Verdict.OK, f"environment keys for {', '.join(present)}")
    text = "no provider key in the environment: crews that name no model run on the demo model"
    return Finding("models", Verdict.NOTE, text, "set OPENAI_API_KEY …, or add keys at /api-keys")


async def _login(settings: Settings) -> list[Finding]:
    login = settings.database_login
    if login is None:
        return []
    try:
        await login.credential_async()
    except AppError as exc:
        remedy = "docs/operations.md, Lakebase, says what it takes"
        return [Finding("database login", Verdict.WRONG, exc.message, remedy)]
    text = f"{login.client_id} is given passwords for {login.database}"
    return [Finding("database login", Verdict.OK, text)]


def _database(settings: Settings) -> Finding:
    where = "SQLite" if settings.is_sqlite else "PostgreSQL"
    try:
        present, needed = revisions(settings)
    except ValueError as exc:
        return Finding("database", Verdict.WRONG, str(exc), "correct DATABASE_URL")
    except DATABASE_FAILURES as exc:
        text = f"{where} cannot be reached: {first_line(exc)}"
        remedy = "start it, or correct DATABASE_URL; ./run.sh sqlite needs none"
        return Finding("database", Verdict.WRONG, text, remedy)
    if present is None:
        return Finding("database", Verdict.WRONG, f"{where} is empty", "kasal migrate --seed")
    if present != needed:
        text = f"{where} is at revision {present}, this version needs {needed}"
        return Finding("database", Verdict.WRONG, text, "kasal migrate")
    return Finding("database", Verdict.OK, f"{where} at revision {present}")


async def _fleet(settings: Settings) -> list[Finding]:
    database, now = Database(settings), datetime.now(UTC)
    try:
        async with database.read() as uow:
            report = await uow.repo(FleetReportRepository).report(now)
    except AppError as exc:
        return [Finding("workers", Verdict.WRONG, exc.message, "see the database above")]
    finally:
        await database.close()
    return doctor_fleet.findings(report, now)
