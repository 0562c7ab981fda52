"""The commands that work on the database themselves."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr

from src.bootstrap import Container
from src.cli.main import cli
from src.core.crypto import KeyRing
from src.core.settings import Settings
from src.schemas.api_key import ApiKeyCreate
from src.services.people.identity import Caller


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # no .env of a developer
    monkeypatch.setenv("KASAL_DATA_DIR", str(tmp_path))
    return tmp_path


def kasal(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, arguments, **options)


@pytest.fixture
def migrated(home: Path) -> Path:
    assert kasal("migrate", "--seed").exit_code == 0
    return home


def test_a_migrated_database_is_found_healthy(migrated: Path) -> None:
    result = kasal("doctor", "--json")
    findings = {item["subject"]: item for item in json.loads(result.stdout)["items"]}
    assert result.exit_code == 0
    assert findings["database"]["verdict"] == "ok"
    assert findings["workers"]["verdict"] == "note"


def test_an_empty_database_is_found_with_its_remedy(home: Path) -> None:
    result = kasal("doctor")
    assert result.exit_code == 1
    assert "kasal migrate --seed" in result.stdout


def test_an_unreachable_database_is_found(home: Path) -> None:
    result = kasal("doctor", env={"DATABASE_URL": "postgresql://127.0.0.1:1/nothing"})
    assert result.exit_code == 1
    assert "PostgreSQL cannot be reached" in result.stdout


def test_a_key_that_cannot_be_read_is_found_and_not_shown(migrated: Path) -> None:
    result = kasal("doctor", env={"KASAL_ENCRYPTION_KEYS": "k1:c2VjcmV0"})
    assert result.exit_code == 1
    assert "KASAL_ENCRYPTION_KEYS cannot be read" in result.stdout
    assert "c2VjcmV0" not in result.output


def test_a_key_file_that_others_can_read_is_found(migrated: Path) -> None:
    kasal("doctor")
    (migrated / "encryption.key").chmod(0o644)
    assert "chmod 600" in kasal("doctor").stdout


def test_settings_that_do_not_fit_are_explained(home: Path) -> None:
    result = kasal("migrate", env={"KASAL_ENV": "production", "PORT": "99999"})
    assert result.exit_code == 1
    assert "PORT" in result.stderr
    assert "99999" not in result.stderr


def test_seeding_says_what_it_did(migrated: Path) -> None:
    result = kasal("seed", "--only", "tools", "--json")
    assert list(json.loads(result.stdout)) == ["tools"]
    assert "unchanged" in kasal("seed", "--dry-run").stdout


def test_seeders_can_be_listed(home: Path) -> None:
    assert kasal("seed", "--list").stdout.split() == [
        "models",
        "output_schemas",
        "tools",
        "example_crews",
    ]


def test_an_unknown_seeder_fails(migrated: Path) -> None:
    assert kasal("seed", "--only", "flowers").exit_code == 1


def test_a_token_is_made_listed_and_revoked(migrated: Path) -> None:
    made = kasal("token", "create", "--email", "ada@example.com", "--name", "laptop")
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("kasal_")
    listed = json.loads(kasal("token", "list", "--json").stdout)["items"]
    assert listed[0]["email"] == "ada@example.com"
    assert made.stdout.strip() not in kasal("token", "list").output
    assert kasal("token", "revoke", listed[0]["id"]).exit_code == 0
    assert kasal("token", "revoke", listed[0]["id"]).exit_code == 1


def test_an_address_that_is_none_is_refused(migrated: Path) -> None:
    result = kasal("token", "create", "--email", "ada")
    assert result.exit_code == 1
    assert "e-mail address" in result.stderr


def test_postgres_with_the_address_of_a_file_is_refused(home: Path) -> None:
    result = kasal("up", "postgres", env={"DATABASE_URL": "sqlite:///x.db"})
    assert result.exit_code == 1
    assert "choose ./run.sh sqlite" in result.stderr


def test_seeding_an_empty_database_migrates_it_first(home: Path) -> None:
    assert kasal("seed", "--dry-run").exit_code == 1
    result = kasal("seed", "--only", "tools")
    assert result.exit_code == 0, result.output
    assert "created" in result.stdout


def test_stored_secrets_are_sealed_anew_with_the_first_key(migrated: Path) -> None:
    old, new = KeyRing.generate(), KeyRing.generate()
    asyncio.run(_store_a_key(old))
    rotated = kasal("keys", "rotate", "--json", env={"KASAL_ENCRYPTION_KEYS": f"{new},{old}"})
    assert rotated.exit_code == 0, rotated.output
    counts = {item["table"]: item["rewrapped"] for item in json.loads(rotated.stdout)["items"]}
    assert counts["api_keys"] == 1
    without_old = kasal("keys", "rotate", env={"KASAL_ENCRYPTION_KEYS": KeyRing.generate()})
    assert without_old.exit_code == 1
    assert "add it back" in without_old.output


async def _store_a_key(ring: str) -> None:
    container = Container(Settings(kasal_encryption_keys=SecretStr(ring)))
    principal = await container.identity.resolve(Caller(), None)
    await container.api_keys.create(
        principal, ApiKeyCreate.model_validate({"name": "OPENAI_API_KEY", "value": "sk-1"})
    )
    await container.close()
