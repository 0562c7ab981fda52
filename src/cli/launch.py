"""From a checked-out project to a running server: port, database, frontend, processes, and the demo."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

import click
import httpx
import watchfiles

from src.cli.executions import after_start, load_crew_file
from src.cli.frontend import Frontend, FrontendFailed
from src.cli.output import note
from src.cli.postgres import embedded_postgres
from src.cli.session import Session
from src.cli.supervisor import Service, Supervisor

ROOT = Path(__file__).resolve().parents[2]
_READY_TIMEOUT_S = 90.0
_LOG_TAIL_LINES = 40
_GIVE_UP_AFTER = 3
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Plan:
    """What to start. `environment` is what the children get over their parent's."""

    host: str
    port: int
    workers: int
    data_dir: Path
    embedded_postgres: bool = False
    reload: bool = False
    frontend: bool = False
    database_file: Path | None = None
    """Stands for a database of this machine; None for one elsewhere, which is always migrated."""
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """As this machine reaches it."""
        host = _LOOPBACK if self.host in ("0.0.0.0", "::", "") else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


class LaunchFailed(click.ClickException):
    """Says what to do about it; exit code 1."""


def serve_until_stopped(plan: Plan) -> int:
    """Runs everything until Ctrl-C or SIGTERM; returns the exit code."""
    stop = threading.Event()
    with ExitStack() as stack:
        stack.enter_context(_stopping_on_signals(stop))
        environment = stack.enter_context(_prepared(plan))
        supervisor = Supervisor(services(plan), environment, stop, say=_say)
        if plan.reload:
            _start_thread(_watch_sources, supervisor, stop)
        _start_thread(_announce, plan, stop)
        return supervisor.run()


def run_demo(plan: Plan, file: str, session: Session) -> None:
    """Starts everything, runs one crew before the user's eyes, stops everything."""
    stop = threading.Event()
    body = load_crew_file(file).execution_body()
    with ExitStack() as stack:
        stack.enter_context(_interrupted_by_sigterm())
        note(f"Starting Kasal on {plan.url}, data in {plan.data_dir}")
        environment = stack.enter_context(_prepared(plan))
        logs = stack.enter_context(_log_files(plan.data_dir / "logs"))
        supervisor = Supervisor(services(plan), environment, stop, say=note, output=logs.open)
        thread = _start_thread(supervisor.run)
        stack.callback(thread.join)
        stack.callback(stop.set)
        if not wait_until_ready(
            plan.url, stop, lambda: thread.is_alive() and supervisor.restarts < _GIVE_UP_AFTER
        ):
            raise LaunchFailed(f"the server did not start\n{logs.tail()}")
        session.url, session.token = plan.url, None
        with session.client() as client:
            after_start(session, client, client.start_execution(body), follow=True)


def services(plan: Plan) -> list[Service]:
    python = sys.executable
    api = [python, "-m", "uvicorn", "src.main:app", "--host", plan.host, "--port", str(plan.port)]
    # Forwarded headers are judged by the application, which knows the trusted proxies.
    api += ["--no-proxy-headers", "--no-access-log", "--log-level", "warning"]
    api += ["--timeout-graceful-shutdown", "5"]
    worker = [python, "-m", "src.worker"]
    numbered = [Service(f"worker {number}", worker) for number in range(1, plan.workers + 1)]
    return [Service("api", api, is_vital=True), *numbered]


def require_free_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as exc:
            raise LaunchFailed(
                f"port {port} on {host} cannot be used ({exc.strerror}); "
                "stop the program that holds it, or choose another port with --port"
            ) from exc


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((_LOOPBACK, 0))
        port: int = listener.getsockname()[1]
        return port


def wait_until_ready(
    url: str, stop: threading.Event, has_hope: Callable[[], bool] = lambda: True
) -> bool:
    """False when stopped, without hope, or after a minute and a half."""
    deadline = time.monotonic() + _READY_TIMEOUT_S
    pause_s = 0.05
    with httpx.Client(trust_env=False, timeout=5) as http:
        while not stop.is_set() and time.monotonic() < deadline:
            if not has_hope():
                return False
            try:
                if http.get(f"{url}/health/ready").status_code == httpx.codes.OK:
                    return True
            except httpx.TransportError:
                pass  # not listening yet
            pause_s = min(pause_s * 1.1, 1.0)
            stop.wait(pause_s)
    return False


@contextmanager
def _prepared(plan: Plan) -> Iterator[dict[str, str]]:
    """The environment for children, with a migrated and seeded database behind it."""
    require_free_port(plan.host, plan.port)
    plan.data_dir.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **plan.environment, "PYTHONUNBUFFERED": "1"}
    environment["KASAL_DATA_DIR"] = str(plan.data_dir.absolute())
    environment["PORT"], environment["HOST"] = str(plan.port), plan.host
    with ExitStack() as stack:
        if plan.embedded_postgres:
            url = stack.enter_context(embedded_postgres(plan.data_dir / "postgres"))
            environment["DATABASE_URL"] = url
        _prepare_database(plan, environment)
        if plan.frontend:
            build_frontend()
        yield environment


def _prepare_database(plan: Plan, environment: dict[str, str]) -> None:
    """Migrates and seeds, unless this very code did so to this very database at the last start."""
    stamp = plan.data_dir / ".prepared"
    if (state := _preparation(plan)) and stamp.exists() and stamp.read_text() == state:
        return
    command = [sys.executable, "-m", "src.cli.main", "migrate", "--seed"]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=sys.stderr, check=False)
    if done.returncode:
        raise LaunchFailed("the database could not be prepared; the lines above say why")
    stamp.write_text(_preparation(plan))


def _preparation(plan: Plan) -> str:
    """Changes when migrations, seeds, libraries or the database file are others; empty: unknown."""
    file = plan.database_file
    if file is None or not file.exists():
        return ""
    digest = hashlib.sha256(f"{file.absolute()} {file.stat().st_ino}".encode())
    sources = [
        *(ROOT / "alembic" / "versions").glob("*.py"),
        *(ROOT / "src" / "seeds").glob("*.py"),
    ]
    sources += [*(ROOT / "examples").glob("*.yaml"), ROOT / "requirements.txt"]
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def build_frontend() -> None:
    """Builds frontend/dist when npm is there and the sources changed since the last build."""
    frontend = Frontend(ROOT / "frontend")
    if not frontend.can_be_built or frontend.is_built:
        return
    _say("building the browser pages")
    try:
        frontend.build_once()
    except FrontendFailed as exc:
        _say(f"the browser pages could not be built ({exc}); the API works without them")


def _watch_sources(supervisor: Supervisor, stop: threading.Event) -> None:
    only = watchfiles.PythonFilter()
    for _ in watchfiles.watch(ROOT / "src", watch_filter=only, stop_event=stop, debounce=400):
        supervisor.reload()


def _announce(plan: Plan, stop: threading.Event) -> None:
    started = time.monotonic()
    if wait_until_ready(plan.url, stop):
        _say(f"ready at {plan.url} after {time.monotonic() - started:.1f} s; Ctrl-C stops it")


def _start_thread(target: object, *arguments: object) -> threading.Thread:
    assert callable(target)
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread


def _say(text: str) -> None:
    click.secho(f"kasal: {text}", err=True, bold=True)


@contextmanager
def _stopping_on_signals(stop: threading.Event) -> Iterator[None]:
    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    with _handlers(ask_to_stop, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield


@contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handlers(interrupt, signal.SIGTERM, signal.SIGHUP):
        yield


@contextmanager
def _handlers(handler: object, *numbers: signal.Signals) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in numbers}  # type: ignore[arg-type]
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


class _Logs:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._files: list[IO[bytes]] = []

    def open(self, service: Service) -> IO[bytes]:
        path = self._folder / f"{service.name.replace(' ', '-')}.log"
        self._files.append(path.open("ab"))
        return self._files[-1]

    def tail(self) -> str:
        lines: list[str] = []
        for path in sorted(self._folder.glob("*.log")):
            lines += [f"── {path.name}", *path.read_text(errors="replace").splitlines()]
        return "\n".join(lines[-_LOG_TAIL_LINES:])

    def close(self) -> None:
        for file in self._files:
            file.close()


@contextmanager
def _log_files(folder: Path) -> Iterator[_Logs]:
    logs = _Logs(folder)
    try:
        yield logs
    finally:
        logs.close()


@contextmanager
def temporary_data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kasal-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
