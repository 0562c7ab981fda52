"""`kasal memory backends|setup|verify` against the real API."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from src.bootstrap import Container
from src.cli.memory_backends import backends, setup, verify
from src.main import create_app
from tests.conftest import SettingsFor
from tests.support.server_thread import serving


@pytest.fixture
def url(settings_for: SettingsFor) -> Iterator[str]:
    with serving(create_app(Container(settings_for())), lifespan="on") as url:
        yield url


def kasal(command: click.Command, url: str, *arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(command, [*arguments, "--url", url], **options)


def kasal_group(url: str, name: str, *arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(backends, [name, *arguments, "--url", url], **options)


def test_a_backend_is_made_used_and_deleted(url: str, tmp_path: Path) -> None:
    config = tmp_path / "memory.json"
    config.write_text('{"ttl_hours": 48}')
    assert "built-in default" in kasal_group(url, "list").output
    created = kasal_group(url, "create", "Own", "--config", str(config), "--json")
    assert json.loads(created.stdout)["config"]["ttl_hours"] == 48
    assert "local/wordllama-256" in kasal_group(url, "activate", "Own").output
    listed = json.loads(kasal_group(url, "indexes", "Own", "--json").stdout)["items"]
    assert listed[0]["name"] == "short_term_memory"
    missing = kasal(verify, url)
    assert missing.exit_code == 1 and "missing" in missing.output
    assert kasal_group(url, "deactivate", "Own").exit_code == 0
    nothing = kasal(verify, url)
    assert nothing.exit_code == 1 and "no memory backend is active" in nothing.output
    assert kasal_group(url, "delete", "Own").exit_code == 0
    assert "there is no memory backend Own" in kasal_group(url, "show", "Own").output


def test_a_set_up_is_planned_and_started(url: str) -> None:
    kasal_group(url, "create", "Own")
    plan = kasal(setup, url, "Own", "--plan")
    assert plan.exit_code == 0 and "create" in plan.output and "nothing beyond" in plan.output
    started = kasal(setup, url, "Own", "--no-wait", "--json")
    assert json.loads(started.stdout)["status"] == "queued"
    refused = kasal(setup, url, "Own", "--no-wait")
    assert refused.exit_code == 1 and "is being set up" in refused.output


@pytest.mark.parametrize("arguments", [(), ("Own", "--catalog", "main")])
def test_a_set_up_is_of_one_backend_or_of_a_new_one(url: str, arguments: tuple[str, ...]) -> None:
    assert kasal(setup, url, *arguments).exit_code == 2


def test_a_new_set_up_without_a_workspace_says_what_is_missing(url: str) -> None:
    result = kasal(setup, url, "--catalog", "main", "--schema", "mem", "--plan")
    assert result.exit_code == 1 and "DATABRICKS_HOST" in result.output


def test_emptying_asks_for_the_name(url: str) -> None:
    kasal_group(url, "create", "Own")
    wrong = kasal_group(url, "empty", "Own", "entity_memory", input="other\n")
    assert wrong.exit_code == 1 and "confirm must be its name" in wrong.output
