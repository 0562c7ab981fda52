"""Memory opened by an API process: what its libraries open, write and start must stay within bounds."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.server import DatabricksEmulator

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Probe:
    notes: dict[str, Any]
    output: str
    data_dir: Path
    port: int
    around: tuple[Path, ...]
    """The home and the working directory."""


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Probe]:
    base = tmp_path_factory.mktemp("quiet-stores")
    home, cwd, data_dir = base / "home", base / "cwd", base / "data"
    home.mkdir()
    cwd.mkdir()
    with DatabricksEmulator() as emulator:
        emulator.workspace.create_endpoint({"name": "crews", "endpoint_type": "STANDARD"}, "x")
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.quiet_probe_stores"],
            cwd=cwd,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "PYTHONPATH": str(ROOT),
                "KASAL_DATA_DIR": str(data_dir),
                "DATABRICKS_HOST": emulator.host,
                "DATABRICKS_TOKEN": emulator.token,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=90,
        )
    assert done.returncode == 0, done.stderr
    *said, last = done.stdout.splitlines()
    port = int(emulator.host.rpartition(":")[2])
    yield Probe(json.loads(last), "".join(said) + done.stderr, data_dir, port, (home, cwd))


def test_a_record_was_written_and_found_on_each(probe: Probe) -> None:
    assert probe.notes["found"] == ["apples are red"] * 2


def test_no_library_of_a_store_is_loaded_before_it_is_needed(probe: Probe) -> None:
    assert probe.notes["early"] == []


def test_nothing_is_connected_to_but_the_workspace(probe: Probe) -> None:
    allowed = {f"('127.0.0.1', {probe.port})", f"lookup of 127.0.0.1:{probe.port}"}

    assert set(probe.notes["connected"]) <= allowed


def test_nothing_is_written_outside_the_data_directory(probe: Probe) -> None:
    written = probe.notes["written"]

    assert [path for path in written if not Path(path).is_relative_to(probe.data_dir)] == []
    for directory in probe.around:
        assert list(directory.iterdir()) == []


def test_no_process_is_started_but_those_that_name_the_platform(probe: Probe) -> None:
    # mlflow asks the standard library's `platform` while it is imported.
    assert set(probe.notes["started"]) <= {"uname", "file"}


def test_no_telemetry_thread_runs(probe: Probe) -> None:
    known = ("MainThread", "embedding", "asyncio", "vector-files")

    assert [name for name in probe.notes["threads"] if not name.startswith(known)] == []


def test_the_console_stays_empty(probe: Probe) -> None:
    assert probe.output == ""
