"""`kasal limits` against the real API."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from src.bootstrap import Container
from src.cli.limits import limits
from src.main import create_app
from tests.conftest import SettingsFor
from tests.support.server_thread import serving


@pytest.fixture
def url(settings_for: SettingsFor) -> Iterator[str]:
    with serving(create_app(Container(settings_for())), lifespan="on") as url:
        yield url


def kasal(url: str, name: str, *arguments: str) -> Result:
    return CliRunner().invoke(limits, [name, *arguments, "--url", url])


def test_limits_are_set_one_at_a_time_and_taken_away(url: str) -> None:
    assert "of no limit" in kasal(url, "show").output
    kasal(url, "set", "--max-queued", "7", "--monthly-usd", "12.5")
    shown = json.loads(kasal(url, "set", "--keep-events-days", "30", "--json").stdout)
    assert (shown["max_queued"], shown["monthly_usd"], shown["keep_events_days"]) == (7, 12.5, 30)
    changed = kasal(url, "set", "--unset", "monthly_usd")
    assert "0 of 7" in changed.output and "30 days" in changed.output
    assert json.loads(kasal(url, "show", "--json").stdout)["monthly_usd"] is None


def test_what_the_installation_does_not_allow_is_said(url: str) -> None:
    refused = kasal(url, "set", "--max-running", "400")
    assert refused.exit_code == 1
    assert "KASAL_GROUP_CONCURRENCY" in refused.output
