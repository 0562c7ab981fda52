"""crewai and litellm in a fresh process: what they open, write and start must stay within bounds."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.scripted_openai import ScriptedOpenAI

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Probe:
    """One watched run, in a home and a working directory of its own."""

    notes: dict[str, Any]
    stdout: str
    stderr: str
    data_dir: Path
    port: int
    around: tuple[Path, ...]
    """The home and the working directory."""


@pytest.fixture(scope="module")
def probe(running_server: ScriptedOpenAI, tmp_path_factory: pytest.TempPathFactory) -> Probe:
    base = tmp_path_factory.mktemp("quiet")
    home, cwd, data_dir = base / "home", base / "cwd", base / "data"
    home.mkdir()
    cwd.mkdir()
    (cwd / ".env").write_text("FROM_DOTENV=1\n")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "REDIS_URL": "redis://127.0.0.1:9",
        "DATABRICKS_CLIENT_ID": "client",
        "DATABRICKS_CLIENT_SECRET": "secret",
    }
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.support.quiet_probe",
            str(data_dir),
            str(running_server.port),
        ],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 0, done.stderr
    *said, last = done.stdout.splitlines()
    port = running_server.port
    return Probe(json.loads(last), "\n".join(said), done.stderr, data_dir, port, (home, cwd))


def test_the_crew_ran(probe: Probe) -> None:
    assert probe.notes["answer"] == "answer to [Say hello]"


def test_nothing_is_connected_to_but_the_model(probe: Probe) -> None:
    allowed = {f"('127.0.0.1', {probe.port})", f"lookup of 127.0.0.1:{probe.port}"}

    assert set(probe.notes["connected"]) <= allowed


def test_nothing_is_written_outside_the_data_directory(probe: Probe) -> None:
    outside = [
        path for path in probe.notes["written"] if not Path(path).is_relative_to(probe.data_dir)
    ]

    assert outside == []
    for directory in probe.around:
        assert [path.name for path in directory.iterdir() if path.name != ".env"] == []


def test_outputs_of_tasks_are_not_kept_by_crewai(probe: Probe) -> None:
    assert list(probe.data_dir.rglob("*.db")) == []


def test_no_process_is_started(probe: Probe) -> None:
    assert probe.notes["started"] == []


def test_no_telemetry_thread_runs(probe: Probe) -> None:
    assert not [name for name in probe.notes["threads"] if "Otel" in name or "Batch" in name]


def test_memory_brings_neither_a_database_nor_a_thread_of_crewais(probe: Probe) -> None:
    stores = {"lancedb", "lance", "qdrant_client", "pyarrow"}

    assert stores & {name.partition(".")[0] for name in probe.notes["modules"]} == set()
    assert [name for name in probe.notes["threads"] if "memory" in name] == []


def test_the_console_stays_empty(probe: Probe) -> None:
    assert probe.stdout == ""
    assert probe.stderr == ""


def test_no_dotenv_file_reaches_the_environment(probe: Probe) -> None:
    assert "FROM_DOTENV" not in probe.notes["environment"]


def test_service_principals_are_taken_out_of_the_environment(probe: Probe) -> None:
    assert not {"DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_SECRET"} & set(
        probe.notes["environment"]
    )


def test_the_first_agents_of_a_process_find_what_they_share_ready() -> None:
    """Two that built it side by side broke each other."""
    program = (
        "import src.engines.crewai.run_agent\n"
        "from crewai.agents.agent_executor import AgentExecutor\n"
        "assert '_flow_definition' in vars(AgentExecutor)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
