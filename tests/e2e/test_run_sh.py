"""run.sh as a newcomer starts it, in the environment that the tests run in."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from tests.support.server_thread import free_port

ROOT = Path(__file__).resolve().parents[2]
KASAL = str(ROOT / ".venv" / "bin" / "kasal")
READY_S = 90.0

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def home() -> Iterator[Path]:
    """Not below pytest's own folder, which the user of an embedded server may not enter."""
    with tempfile.TemporaryDirectory(prefix="kasal-test-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _environment(data_dir: Path, **changes: str) -> dict[str, str]:
    return {**os.environ, "KASAL_DATA_DIR": str(data_dir), **changes}


@contextmanager
def _started(mode: str, data_dir: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    arguments = [mode, "--port", str(port), "--no-reload", "--no-frontend"]
    process = subprocess.Popen(["./run.sh", *arguments], cwd=ROOT, env=_environment(data_dir))
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def _wait_until_ready(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "run.sh ended"
        try:
            if httpx.get(f"{url}/health/ready").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("not ready in time")


def _run_example(url: str) -> str:
    command = [KASAL, "run", "examples/market-brief.yaml", "--follow", "--url", url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _descendants(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


@pytest.mark.parametrize("mode", ["sqlite", "postgres"])
def test_a_server_starts_runs_a_crew_and_leaves_nothing_behind(home: Path, mode: str) -> None:
    with _started(mode, home) as (process, url):
        _wait_until_ready(process, url)
        assert "COMPLETED" in _run_example(url)
        children = _descendants(process)
        commands = [" ".join(child.cmdline()) for child in children]
        assert any("src.main" in command for command in commands)
        assert any("worker" in command for command in commands)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive


def test_a_second_start_remembers(home: Path) -> None:
    with _started("sqlite", home) as (process, url):
        _wait_until_ready(process, url)
        _run_example(url)
    with _started("sqlite", home) as (process, url):
        _wait_until_ready(process, url)
        listed = httpx.get(f"{url}/api/v1/executions").json()["items"]
    assert [item["status"] for item in listed] == ["COMPLETED"]


def test_a_taken_port_is_a_clear_error(home: Path) -> None:
    with _started("sqlite", home / "first") as (process, url):
        _wait_until_ready(process, url)
        port = url.rpartition(":")[2]
        second = subprocess.run(
            ["./run.sh", "sqlite", "--port", port],
            cwd=ROOT,
            env=_environment(home / "second"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert second.returncode == 1
        assert "choose another port with --port" in second.stderr
        assert httpx.get(f"{url}/health/live").status_code == httpx.codes.OK


@pytest.mark.parametrize("given", [(), ("examples/ticket-triage.yaml",)])
def test_the_demo_ends_with_an_answer(home: Path, given: tuple[str, ...]) -> None:
    done = subprocess.run(
        ["./run.sh", "demo", *given],
        cwd=ROOT,
        env=_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[demo model: no language model ran]" in done.stdout
    assert "COMPLETED" in done.stdout
    assert "tokens" in done.stdout


def test_an_unknown_mode_is_a_usage_error() -> None:
    done = subprocess.run(["./run.sh", "oracle"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 2
