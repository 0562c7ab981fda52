"""Which settings of a Lakebase database fit together, and where it is then looked for."""

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from src.core.settings import Settings, explain

INSTANCE = {"kasal_lakebase": "kasal-db"}
PRINCIPAL = {
    "databricks_host": "workspace.example.com",
    "databricks_client_id": "0b1c",
    "databricks_client_secret": SecretStr("very secret"),
}
ADDRESS = {"pghost": "db.example.com", "pgdatabase": "kasal"}


def settings(*parts: dict[str, Any], **more: Any) -> Settings:
    values = {name: value for part in (*parts, more) for name, value in part.items()}
    if isinstance(values.get("database_url"), str):
        values["database_url"] = SecretStr(values["database_url"])
    return Settings(_env_file=None, **values)


def test_a_databricks_app_needs_nothing_but_the_name() -> None:
    found = settings(INSTANCE, PRINCIPAL, ADDRESS)
    address = "0b1c@db.example.com:5432/kasal?sslmode=require"
    assert found.postgres_dsn == f"postgresql://{address}"
    assert found.sync_database_url == f"postgresql+psycopg://{address}"
    assert found.database_login is not None
    assert found.workspace_url == "https://workspace.example.com"


def test_a_path_of_an_endpoint_is_a_database_too() -> None:
    path = "projects/p/branches/b/endpoints/e"
    login = settings(PRINCIPAL, ADDRESS, kasal_lakebase=path, pguser="role").database_login
    assert login is not None and login.database == path


def test_an_address_says_itself_how_it_is_encrypted() -> None:
    url = "postgresql://0b1c@db.example.com/kasal?sslmode=verify-full"
    assert settings(INSTANCE, PRINCIPAL, database_url=url).postgres_dsn == url


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("?ssl=require", "?sslmode=require"),
        ("?ssl=true&application_name=x", "?sslmode=require&application_name=x"),
        ("?host=/run/pg", "?host=/run/pg"),
        ("", ""),
    ],
)
def test_both_drivers_get_the_one_name_that_they_share(given: str, meant: str) -> None:
    found = settings(database_url=f"postgresql://ada:pw@db.example.com/kasal{given}")
    assert found.postgres_dsn == f"postgresql://ada:pw@db.example.com/kasal{meant}"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (INSTANCE, "needs DATABRICKS_HOST, DATABRICKS_CLIENT_ID, DATABRICKS_CLIENT_SECRET, PGHOST"),
        ({**INSTANCE, **PRINCIPAL}, "needs PGHOST, PGDATABASE"),
        ({**PRINCIPAL, **ADDRESS, "kasal_lakebase": "projects/p"}, "must be the name of an"),
        (
            {**INSTANCE, **PRINCIPAL, "database_url": "postgresql://0b1c:hunter2@h/kasal"},
            "DATABASE_URL holds a password, but with KASAL_LAKEBASE each login gets a fresh one",
        ),
        (
            {**INSTANCE, **PRINCIPAL, "database_url": "postgresql://0b1c@h/k?password=hunter2"},
            "DATABASE_URL holds a password",
        ),
        (
            {**INSTANCE, **PRINCIPAL, "database_url": "postgresql://h/kasal"},
            "DATABASE_URL must name the role",
        ),
        ({**INSTANCE, **PRINCIPAL, "database_type": "sqlite"}, "the database is SQLite"),
        (
            {**INSTANCE, **PRINCIPAL, **ADDRESS, "databricks_host": "ftp://h"},
            "DATABRICKS_HOST is no address of a workspace",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(values: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(values)
    said = explain(refused.value)
    assert told in said
    assert "hunter2" not in said and "very secret" not in said


def test_an_address_of_the_platform_alone_changes_nothing() -> None:
    assert settings(ADDRESS).is_sqlite
