"""The supervisor with real child processes."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from src.cli import supervisor
from src.cli.supervisor import Service, Supervisor

ROOT = Path(__file__).resolve().parents[2]
_NOTES_PID = """
import os, pathlib, sys, time
with open(sys.argv[1], "a") as notes:
    notes.write(f"{os.getpid()}\\n")
time.sleep(60)
"""


def _until(condition: Callable[[], bool], timeout_s: float = 15.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def _pids(notes: Path) -> list[int]:
    return [int(line) for line in notes.read_text().split()] if notes.exists() else []


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class Running:
    def __init__(self, *services: Service) -> None:
        self.said: list[str] = []
        self.stop = threading.Event()
        self.code: int | None = None
        self.supervisor = Supervisor(services, dict(os.environ), self.stop, say=self.said.append)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        self.code = self.supervisor.run()

    def end(self) -> int | None:
        self.stop.set()
        self._thread.join(30)
        return self.code

    def join(self) -> int | None:
        self._thread.join(30)
        return self.code


def _service(notes: Path, *, vital: bool = False) -> Service:
    return Service("thing", [sys.executable, "-c", _NOTES_PID, str(notes)], vital)


def test_a_stop_leaves_no_process_behind(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    running = Running(_service(notes), _service(notes, vital=True))
    _until(lambda: len(_pids(notes)) == 2)
    assert running.end() == 0
    assert not any(_is_alive(pid) for pid in _pids(notes))


def test_a_killed_process_is_started_again(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    running = Running(_service(notes))
    _until(lambda: len(_pids(notes)) == 1)
    os.kill(_pids(notes)[0], signal.SIGKILL)
    _until(lambda: len(_pids(notes)) == 2)
    running.end()
    assert "signal 9" in running.said[0]


def test_a_vital_service_that_cannot_start_ends_everything(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    running = Running(
        _service(notes), Service("api", [sys.executable, "-c", "raise SystemExit(3)"], True)
    )
    assert running.join() == 1
    assert running.said[-1].startswith("api cannot start")
    assert not any(_is_alive(pid) for pid in _pids(notes))


def test_a_vital_service_that_had_started_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_LONG_LIFE_S", 0.2)
    notes = tmp_path / "notes"
    running = Running(_service(notes, vital=True))
    _until(lambda: len(_pids(notes)) == 1)
    _until(lambda: running.supervisor._children[0].has_lived)
    os.kill(_pids(notes)[0], signal.SIGKILL)
    _until(lambda: len(_pids(notes)) == 2)
    assert running.end() == 0


def test_a_reload_replaces_every_process(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    running = Running(_service(notes))
    _until(lambda: len(_pids(notes)) == 1)
    running.supervisor.reload()
    _until(lambda: len(_pids(notes)) == 2)
    assert not _is_alive(_pids(notes)[0])
    running.end()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children")
def test_children_stop_when_the_supervisor_itself_is_killed(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    code = (
        "import os, sys, threading\n"
        "from src.cli.supervisor import Service, Supervisor\n"
        f"command = [sys.executable, '-c', {_NOTES_PID!r}, {str(notes)!r}]\n"
        "Supervisor([Service('thing', command)], dict(os.environ), threading.Event(), say=print)"
        ".run()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    _until(lambda: len(_pids(notes)) == 1)
    parent.kill()
    parent.wait()
    _until(lambda: not _is_alive(_pids(notes)[0]))
