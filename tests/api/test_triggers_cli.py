"""`kasal triggers` and `kasal webhooks` against the real API."""

import json
from collections.abc import Iterator

import httpx
import pytest
from click.testing import CliRunner, Result

from src.bootstrap import Container
from src.cli.main import cli
from src.main import create_app
from tests.conftest import SettingsFor
from tests.support.http_recorder import Answer, http_recorder
from tests.support.server_thread import serving

DEFINITION = {
    "agents_yaml": {"a": {"role": "Clerk", "goal": "Sort"}},
    "tasks_yaml": {"t": {"description": "Sort", "expected_output": "A line", "agent": "a"}},
}


@pytest.fixture
def url(settings_for: SettingsFor) -> Iterator[str]:
    settings = settings_for(kasal_allow_private_urls=True)
    with serving(create_app(Container(settings)), lifespan="on") as url:
        yield url


def kasal(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--url", url])


def test_a_trigger_is_made_listed_and_given_a_new_secret(url: str) -> None:
    httpx.post(f"{url}/api/v1/crews", json={"name": "Desk", "definition": DEFINITION})
    assert "No triggers yet" in kasal(url, "triggers", "list").stdout
    made = kasal(url, "triggers", "create", "Issues", "desk", "--map", "title=issue.title")
    assert made.exit_code == 0, made.output
    assert "whsec_" in made.stdout and "/hooks/" in made.stdout
    (listed,) = json.loads(kasal(url, "triggers", "list", "--json").stdout)["items"]
    assert listed["mapping"] == {"title": "issue.title"}
    rotated = kasal(url, "triggers", "rotate", listed["id"], "--overlap-s", "60", "--json")
    assert json.loads(rotated.stdout)["secret"] not in made.stdout
    wrong = kasal(url, "triggers", "create", "Other", "desk", "--map", "title")
    assert wrong.exit_code == 2 and "INPUT=JMESPATH" in wrong.output


def test_a_webhook_is_made_and_tried(url: str) -> None:
    with http_recorder({"/hook": Answer()}) as receiver:
        made = kasal(url, "webhooks", "create", "Ops", f"{receiver.url}/hook", "--json")
        assert made.exit_code == 0, made.output
        id = json.loads(made.stdout)["id"]
        tried = kasal(url, "webhooks", "test", id)
        assert (tried.exit_code, len(receiver.received)) == (0, 1), tried.output
        receiver.answers["/hook"] = Answer(status=500)
        tried = kasal(url, "webhooks", "test", id)
        assert tried.exit_code == 1 and "answered 500" in tried.stdout
    assert "Ops" in kasal(url, "webhooks", "list").stdout
    rotated = kasal(url, "webhooks", "rotate", id, "--overlap-s", "0")
    assert "whsec_" in rotated.stdout
