"""`kasal batches` against a real server without a worker."""

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
from tests.support.server_thread import serving


@pytest.fixture
def url(settings_for: SettingsFor) -> Iterator[str]:
    with serving(create_app(Container(settings_for()))) as url:
        with KasalClient(url) as client:
            client.create_crew({"name": "Lookers", "definition": DEFINITION})
        yield url


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "rows.csv"
    file.write_text("topic\nred\n=blue\n")
    return file


def kasal(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["batches", *arguments, "--url", url])


def started(url: str, rows: Path, *options: str) -> str:
    result = kasal(url, "start", str(rows), "--crew", "Lookers", *options, "--json")
    assert result.exit_code == 0, result.output
    return str(json.loads(result.stdout)["id"])


def test_a_file_is_started_shown_exported_and_cancelled(
    url: str, rows: Path, tmp_path: Path
) -> None:
    id = started(url, rows, "--concurrency", "1", "--max-usd", "0.5")
    assert id in kasal(url, "list").output
    shown = kasal(url, "show", id).output
    assert "2 waiting" in shown and "0 of 2 rows" in shown
    lines = kasal(url, "export", id).stdout.splitlines()
    assert [json.loads(line)["inputs"]["topic"] for line in lines] == ["red", "=blue"]
    table = tmp_path / "out.csv"
    kasal(url, "export", id, "--format", "csv", "--output", str(table))
    assert "'=blue" in table.read_text()
    assert "2 cancelled" in kasal(url, "cancel", id).output
    followed = kasal(url, "follow", id)
    assert followed.exit_code == 1, "not every row is completed"
    assert kasal(url, "delete", id).output == "Deleted.\n"


def test_what_cannot_be_done_is_said(url: str, rows: Path) -> None:
    id = started(url, rows)
    assert "no row of this batch has failed" in kasal(url, "retry", id).output
    rows.write_text("subject\nred\n")
    refused = kasal(url, "start", str(rows), "--crew", "Lookers")
    assert refused.exit_code == 1
    assert "line 2 has no 'topic'" in refused.output
