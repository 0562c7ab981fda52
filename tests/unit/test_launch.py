"""What is started, and what is checked before."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from src.cli import launch
from src.cli.launch import LaunchFailed, Plan, require_free_port, services, wait_until_ready
from src.cli.postgres import _forget_dead_owners
from tests.support.server_thread import free_port


def test_processes_are_told_apart_by_their_command_lines(tmp_path: Path) -> None:
    api, *workers = services(Plan("127.0.0.1", 8000, 2, tmp_path))
    assert "src.main:app" in api.command
    assert api.is_vital
    assert [worker.name for worker in workers] == ["worker 1", "worker 2"]
    assert all("src.worker" in worker.command for worker in workers)


def test_forwarded_headers_are_left_to_the_application(tmp_path: Path) -> None:
    assert "--no-proxy-headers" in services(Plan("127.0.0.1", 8000, 1, tmp_path))[0].command


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:81"),
        ("0.0.0.0", "http://127.0.0.1:81"),
        ("::1", "http://[::1]:81"),
    ],
)
def test_the_address_is_one_that_this_machine_reaches(tmp_path: Path, host: str, url: str) -> None:
    assert Plan(host, 81, 1, tmp_path).url == url


def test_a_taken_port_is_named() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(LaunchFailed, match=f"port {port} .* choose another port"):
            require_free_port("127.0.0.1", port)


def test_waiting_ends_when_there_is_no_hope() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    assert not wait_until_ready(url, threading.Event(), lambda: False)


def test_waiting_ends_when_stopped() -> None:
    stop = threading.Event()
    stop.set()
    assert not wait_until_ready(f"http://127.0.0.1:{free_port()}", stop)


def test_signals_set_the_stop_and_are_given_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    stop = threading.Event()
    with launch._stopping_on_signals(stop):
        signal.raise_signal(signal.SIGTERM)
        assert stop.wait(60)
    assert signal.getsignal(signal.SIGTERM) == before


def test_owners_of_the_embedded_server_that_died_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "pids.json"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    path.write_text(f"[{os.getpid()}, {ended.pid}]")
    _forget_dead_owners(path)
    assert path.read_text() == f"[{os.getpid()}]"


def test_a_database_is_prepared_once_and_again_when_it_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []

    def run(*arguments: object, **_: object) -> subprocess.CompletedProcess[bytes]:
        calls.append(arguments)
        file.touch()
        return subprocess.CompletedProcess([], 0)

    file = tmp_path / "kasal.db"
    monkeypatch.setattr(launch.subprocess, "run", run)
    plan = Plan("127.0.0.1", 8000, 1, tmp_path, database_file=file)
    launch._prepare_database(plan, {})
    launch._prepare_database(plan, {})
    assert len(calls) == 1
    file.rename(tmp_path / "moved-away.db")
    launch._prepare_database(plan, {})
    assert len(calls) == 2


def test_a_database_elsewhere_is_always_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []

    def run(*arguments: object, **_: object) -> subprocess.CompletedProcess[bytes]:
        calls.append(arguments)
        return subprocess.CompletedProcess([], 0)

    monkeypatch.setattr(launch.subprocess, "run", run)
    for _ in range(2):
        launch._prepare_database(Plan("127.0.0.1", 8000, 1, tmp_path), {})
    assert len(calls) == 2
