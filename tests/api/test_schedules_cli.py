"""`kasal schedules`, and flows named with --flow, against the real API."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from src.bootstrap import Container
from src.cli.main import cli
from src.client.client import KasalClient
from src.main import create_app
from tests.conftest import SettingsFor
from tests.support.batches import DEFINITION
from tests.support.flows import agent, flow
from tests.support.server_thread import serving


@pytest.fixture
def url(settings_for: SettingsFor) -> Iterator[str]:
    with serving(create_app(Container(settings_for()))) as url:
        with KasalClient(url) as client:
            client.create_crew({"name": "Lookers", "definition": DEFINITION})
            drawn = flow({"a": agent("Look at {topic}")})
            client.create_flow({"name": "Steps", "definition": drawn})
        yield url


def kasal(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--url", url])


def test_a_schedule_is_made_run_paused_resumed_and_deleted(url: str) -> None:
    assert "No schedules yet" in kasal(url, "schedules", "list").stdout
    inputs = ("--inputs", '{"topic": "rain"}')
    made = kasal(url, "schedules", "create", "Daily", "lookers", "--cron", "0 7 * * *", *inputs)
    assert made.exit_code == 0, made.output
    (listed,) = json.loads(kasal(url, "schedules", "list", "--json").stdout)["items"]
    assert listed["request"]["inputs"] == {"topic": "rain"}
    id = listed["id"]
    run = kasal(url, "schedules", "run", id)
    assert run.exit_code == 0, run.output
    shown = kasal(url, "schedules", "show", id, "--json")
    assert json.loads(shown.stdout)["last_execution_id"] == run.stdout.strip()
    assert "started" in kasal(url, "schedules", "show", id).stdout
    assert "yes" in kasal(url, "schedules", "pause", id).stdout
    assert "0 7 * * * UTC" in kasal(url, "schedules", "resume", id).stdout
    assert kasal(url, "schedules", "delete", id).exit_code == 0


def test_a_flow_is_named_in_place_of_a_crew(url: str, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("topic\nred\n")
    for command in (
        ("schedules", "create", "Later", "--flow", "steps", "--in-s", "3600"),
        ("triggers", "create", "Calls", "--flow", "steps", "--map", "topic=topic"),
        ("batches", "start", str(rows), "--flow", "steps"),
    ):
        made = kasal(url, *command, "--json")
        assert made.exit_code == 0, made.output
        body = json.loads(made.stdout)
        assert body["crew_id"] is None and body["flow_id"]
        crew = ["--crew", "x"] if "start" in command else ["x"]
        both = kasal(url, *command, *crew)
        assert both.exit_code == 2 and "either a crew or" in both.output
    neither = kasal(url, "schedules", "create", "Never", "--in-s", "60")
    assert neither.exit_code == 2 and "either a crew or" in neither.output
