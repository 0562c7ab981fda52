"""`kasal flows` against a real server without a worker, with the flow that the documentation shows."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from src.bootstrap import Container
from src.cli.main import cli
from src.main import create_app
from tests.conftest import SettingsFor
from tests.support.server_thread import serving

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def url(settings_for: SettingsFor) -> Iterator[str]:
    with serving(create_app(Container(settings_for()))) as url:
        yield url


@pytest.fixture
def file(tmp_path: Path) -> Path:
    shown = re.search(r"```yaml\n(.*?)```", (ROOT / "docs/flows.md").read_text(), re.S)
    assert shown is not None
    file = tmp_path / "complaints.yaml"
    file.write_text(shown[1])
    return file


def kasal(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--url", url])


def test_the_documented_flow_is_saved_shown_and_run(url: str, file: Path) -> None:
    saved = kasal(url, "flows", "save", str(file))
    assert saved.exit_code == 0, saved.output
    assert "Complaints" in kasal(url, "flows", "list").output
    shown = kasal(url, "flows", "show", "complaints").output
    assert "router" in shown and "call (quick), refund (quick), answer (usual)" in shown
    inputs = json.dumps({"text": "The lamp burns"})
    started = kasal(url, "flows", "run", "Complaints", "--inputs", inputs, "--json")
    run = json.loads(started.stdout)
    assert run["links"]["nodes"].endswith(f"{run['id']}/nodes")
    assert "router" in kasal(url, "executions", "show", run["id"]).output
    assert kasal(url, "flows", "run", str(file), "--inputs", inputs).exit_code == 0


def test_a_second_version_is_saved_over_the_first(url: str, file: Path) -> None:
    kasal(url, "flows", "save", str(file))
    file.write_text(file.read_text().replace("one word", "two words"))
    changed = kasal(url, "flows", "save", str(file), "--flow", "Complaints", "--note", "Longer")
    assert changed.exit_code == 0, changed.output
    assert "Longer" in kasal(url, "flows", "versions", "Complaints").output
    assert kasal(url, "flows", "delete", "Complaints").exit_code == 0
    assert "there is no flow named" in kasal(url, "flows", "show", "Complaints").output


def test_a_file_that_is_no_flow_is_refused_with_a_reason(url: str, tmp_path: Path) -> None:
    file = tmp_path / "crew.yaml"
    file.write_text("agents: {}")
    refused = kasal(url, "flows", "save", str(file))
    assert (refused.exit_code, "needs nodes" in refused.output) == (2, True)
