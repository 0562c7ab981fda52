"""What the README tells people to type, typed."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import Installation

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def kasal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("readme")) as installation:
        installation.start_api()
        installation.start_worker()
        yield installation


def _commands() -> list[str]:
    """One for each shell block's command; a quoted body may span lines."""
    blocks = re.findall(r"```bash\n(.*?)```", README, flags=re.DOTALL)
    commands: list[str] = []
    for block in blocks:
        for line in block.splitlines():
            if commands and commands[-1].count("'") % 2:
                commands[-1] += f"\n{line}"
            elif line.strip():
                commands.append(line)
    return commands


def _typed(command: str, kasal: Installation) -> subprocess.CompletedProcess[str]:
    here = command.replace("http://127.0.0.1:8000", kasal.url)
    environment = {**os.environ, "KASAL_URL": kasal.url}
    return subprocess.run(
        ["bash", "-c", here], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def _command_with(part: str) -> str:
    found = [command for command in _commands() if part in command]
    assert len(found) == 1, f"the README should have one command with {part!r}, has {len(found)}"
    return found[0]


def test_the_one_kasal_command_ends_with_the_answer(kasal: Installation) -> None:
    done = _typed(_command_with("market-brief.yaml --follow"), kasal)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no language model ran" in done.stdout
    assert "COMPLETED" in done.stdout


def test_the_one_curl_starts_a_run_that_completes(kasal: Installation) -> None:
    done = _typed(_command_with("curl"), kasal)
    assert done.returncode == 0, done.stderr
    started = json.loads(done.stdout)
    execution = kasal.wait_for_status(started["id"], "COMPLETED", "FAILED")
    assert execution["status"] == "COMPLETED"
    assert "15" in kasal.tasks(started["id"])[0]["output"]


def test_every_start_command_names_a_mode_that_run_sh_knows() -> None:
    modes = {command.split()[1] for command in _commands() if command.startswith("./run.sh ")}
    usage = subprocess.run(
        ["./run.sh", "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert modes == {"demo", "sqlite"}
    assert all(mode in usage.stdout + usage.stderr for mode in modes)


def test_every_file_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"\]\(([\w./-]+)\)", README)) | set(
        re.findall(r"`((?:src|docs|examples|tests|benchmarks)/[\w./*-]*)`", README)
    )
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
