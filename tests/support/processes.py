"""Real API and worker processes over one database, to be started, killed, stopped and looked at.

    with Installation(folder, Nursery()) as kasal:
        kasal.start_api(); worker = kasal.start_worker()
        id = kasal.start(crew)
        worker.kill()

Nothing waits blindly: a process is ready when its log or its health page says so.
"""

import asyncio
import atexit
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

import httpx
import sqlalchemy as sa
from pydantic import SecretStr

from src.core import migration
from src.core.clock import SystemClock
from src.core.settings import Settings
from src.core.unit_of_work import Database
from src.engines.dbos import queue
from src.seeds.runner import seed
from tests.support.server_thread import free_port

ROOT = Path(__file__).resolve().parents[2]
START_S = 120.0
_POLL_S = 0.02
T = TypeVar("T")


def wait_until(condition: Callable[[], T | None], timeout_s: float, what: str) -> T:
    """The first truthy value of `condition`."""
    give_up_at = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > give_up_at:
            raise AssertionError(f"not within {timeout_s:g} s: {what}; last seen {value!r}")
        time.sleep(_POLL_S)


class _Handle(Protocol):
    pid: int

    def poll(self) -> int | None: ...


class Process:
    """A child in a session of its own, with its output in a file."""

    def __init__(self, name: str, handle: _Handle, log: Path) -> None:
        self.name = name
        self.pid = handle.pid
        self._handle = handle
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative for a signal."""
        return self._handle.poll()

    def send(self, number: signal.Signals) -> None:
        if self.exit_code is None:
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """SIGKILL, and waits for the end."""
        self.send(signal.SIGKILL)
        self.wait(60.0)

    def wait(self, timeout_s: float) -> int:
        wait_until(
            lambda: self.exit_code is not None, timeout_s, f"{self.name} ends\n{self.tail()}"
        )
        code = self.exit_code
        assert code is not None
        return code

    def wait_for_log(self, text: str, timeout_s: float = START_S) -> None:
        def said() -> bool:
            assert (
                self.exit_code is None or text in self.log
            ), f"{self.name} ended with {self.exit_code} before it said {text!r}\n{self.tail()}"
            return text in self.log

        wait_until(said, timeout_s, f"{self.name} says {text!r}\n{self.tail()}")

    def tail(self, lines: int = 40) -> str:
        return "\n".join(self.log.splitlines()[-lines:])


class _Forked:
    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._code: int | None = None
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        with self._lock:  # an exit code can be had once
            if self._code is None:
                self._code = self._nursery.ask({"pid": self.pid})
            return self._code


class Nursery:
    """See tests/support/worker_nursery.py. Starts on first use; one may serve many installations."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        atexit.register(self.close)

    def worker(
        self, folder: Path, environment: Mapping[str, str], log: Path, *, far: bool = False
    ) -> _Forked:
        """A `far` one cannot be recognised as ended by its process id, as if it ran elsewhere."""
        order: dict[str, Any] = {
            "folder": str(folder),
            "environment": dict(environment),
            "log": str(log),
        }
        order["far"] = far
        return _Forked(self, self.ask(order))

    def ask(self, order: dict[str, Any]) -> Any:
        with self._lock:
            if self._process is None:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "tests.support.worker_nursery"],
                    cwd=ROOT,
                    env=_clean_environment({}),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    start_new_session=True,
                )
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            with self._process:
                self._process = None


class Installation:
    """One data directory and one database with the processes over it. Ends all of them when it is left."""

    def __init__(
        self,
        folder: Path,
        nursery: Nursery | None = None,
        *,
        database_url: str | None = None,
        settings: Settings | None = None,
        environment: Mapping[str, str] | None = None,
        far: bool = False,
    ) -> None:
        """SQLite in `folder` unless there is a `database_url`, or `settings` that `environment` says again.
        Without a nursery workers start as `python -m src.worker`."""
        self.folder = folder
        self.settings = settings or Settings(
            _env_file=None,
            kasal_data_dir=folder,
            database_url=SecretStr(database_url) if database_url else None,
        )
        self._nursery = nursery
        self._far = far
        self._environment = _clean_environment(
            {"KASAL_DATA_DIR": str(folder), **(environment or {})}
        )
        if database_url:
            self._environment["DATABASE_URL"] = database_url
        self._port = free_port()
        self._started: list[Process] = []
        self.api: Process | None = None
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self._port}", timeout=30)
        atexit.register(self.close)

    @property
    def url(self) -> str:
        return str(self.http.base_url)

    @property
    def workers(self) -> list[Process]:
        """Those that run."""
        return [one for one in self._started if one.name == "worker" and one.exit_code is None]

    def prepare(self) -> Self:
        """Tables of the application and of the run engine, and the shipped rows."""
        migration.upgrade(self.settings)
        queue.migrate(self.settings)
        asyncio.run(self._seed())
        return self

    async def _seed(self) -> None:
        database = Database(self.settings)
        await seed(database, SystemClock(), only=["tools", "models"])
        await database.close()

    def start_api(self, version: str | None = None) -> Process:
        """Always on the same port, so that clients find it again after a kill; see support/other_version.py."""
        server = ["tests.support.other_version", version] if version else ["uvicorn"]
        command = [sys.executable, "-m", *server, "src.main:app", "--port", str(self._port)]
        command += ["--no-access-log", "--timeout-graceful-shutdown", "2"]
        self.api = self._spawn("api", command, {})
        wait_until(self._is_live, START_S, "the API answers")
        return self.api

    def start_worker(self, environment: Mapping[str, str] | None = None) -> Process:
        worker = self.spawn_worker(environment)
        worker.wait_for_log(" ready")
        return worker

    def spawn_worker(self, environment: Mapping[str, str] | None = None) -> Process:
        """Without waiting until it is ready."""
        if self._nursery is None:
            return self._spawn("worker", [sys.executable, "-m", "src.worker"], environment or {})
        log = self._log_file("worker")
        whole = {**self._environment, **(environment or {})}
        handle = self._nursery.worker(self.folder, whole, log, far=self._far)
        worker = Process("worker", handle, log)
        self._started.append(worker)
        return worker

    def start(self, body: Mapping[str, Any]) -> str:
        """Starts an execution; returns its id."""
        answer = self.http.post("/api/v1/executions", json=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def execution(self, id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"/api/v1/executions/{id}").json()
        return found

    def tasks(self, id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get(f"/api/v1/executions/{id}/tasks").json()[
            "items"
        ]
        return found

    def events(self, id: str) -> list[dict[str, Any]]:
        """All of them, oldest first."""
        found: list[dict[str, Any]] = []
        after: int | None = 0
        while after is not None:
            page = self.http.get(
                f"/api/v1/executions/{id}/events", params={"after": after, "limit": 1000}
            ).json()
            found += page["items"]
            after = page["next_after"]
        return found

    def wait_for_status(self, id: str, *wanted: str, timeout_s: float = 90.0) -> dict[str, Any]:
        def reached() -> dict[str, Any] | None:
            execution = self.execution(id)
            return execution if execution["status"] in wanted else None

        try:
            return wait_until(reached, timeout_s, f"execution is {'/'.join(wanted)}")
        except AssertionError as exc:
            raise AssertionError(f"{exc}\n{self.execution(id)}\n{self.report()}") from exc

    def runs_of(self, worker: Process) -> frozenset[str]:
        """Ids of the executions that this worker has taken, as the run engine has it, dead or alive."""
        _, _, name = worker.log.partition("  worker worker-")
        table = "workflow_status" if self.settings.is_sqlite else "dbos.workflow_status"
        engine = sa.create_engine(self.settings.sync_database_url, poolclass=sa.NullPool)
        query = f"SELECT workflow_uuid FROM {table} WHERE status = 'PENDING' AND executor_id = :me"
        with engine.connect() as connection:
            found = connection.scalars(sa.text(query), {"me": f"worker-{name.split()[0]}"})
            return frozenset(id.partition(":")[0] for id in found)

    def report(self) -> str:
        """The end of every log, for a failure's message."""
        return "\n".join(
            f"--- {one.name} {one.pid} exit {one.exit_code}\n{one.tail()}" for one in self._started
        )

    def close(self) -> None:
        atexit.unregister(self.close)
        for process in self._started:
            process.send(signal.SIGKILL)
        for process in self._started:
            process.wait(60.0)
        self._started.clear()
        self.http.close()

    def __enter__(self) -> Self:
        return self.prepare()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            print(self.report())
        self.close()

    def _spawn(self, name: str, command: list[str], environment: Mapping[str, str]) -> Process:
        log = self._log_file(name)
        with log.open("ab") as output:
            handle = subprocess.Popen(
                command,
                cwd=self.folder,  # no .env of a developer is read there
                env={**self._environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        process = Process(name, handle, log)
        self._started.append(process)
        return process

    def _log_file(self, name: str) -> Path:
        path = self.folder / f"{len(self._started):03d}-{name}.log"
        path.touch()
        return path

    def _is_live(self) -> bool:
        assert self.api is not None
        assert self.api.exit_code is None, self.api.tail()
        try:
            return self.http.get("/health/live").status_code == 200
        except httpx.TransportError:
            return False


class EventReader:
    """Follows one execution's event stream like a browser: reconnects with Last-Event-ID, keeps all it got."""

    def __init__(self, url: str, id: str) -> None:
        self._url = f"{url.rstrip('/')}/api/v1/executions/{id}/events/stream"
        self.seqs: list[int] = []
        self.types: list[str] = []
        self.connections = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        return bool(self.types) and self.types[-1] in (
            "execution_completed",
            "execution_failed",
            "execution_cancelled",
        )

    def wait(self, timeout_s: float) -> None:
        self._thread.join(timeout_s)
        assert self.is_over, f"the stream has not ended; it got {self.types[-5:]}"

    def wait_for(self, events: int, timeout_s: float) -> None:
        """Until so many have come, or the stream has ended."""
        wait_until(lambda: self.is_over or len(self.seqs) >= events, timeout_s, f"{events} events")

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(60)

    def _run(self) -> None:
        while not self.is_over and not self._stop.is_set():
            try:
                self._read()
            except httpx.TransportError:
                self._stop.wait(0.05)  # a browser waits, too, before it connects again

    def _read(self) -> None:
        headers = {"Last-Event-ID": str(self.seqs[-1])} if self.seqs else {}
        with httpx.stream("GET", self._url, headers=headers, timeout=15) as answer:
            if answer.status_code != 200:
                self._stop.wait(0.05)
                return
            self.connections += 1
            for line in answer.iter_lines():
                if line.startswith("id: "):
                    number = int(line[4:])
                elif line.startswith("data: "):  # the last line of a frame: it has arrived whole
                    self.seqs.append(number)
                    self.types.append(json.loads(line[6:])["type"])
                if self._stop.is_set():
                    return


def _clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's, without any setting of Kasal's, and finding the project's code from anywhere."""
    own = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in own}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **extra}
