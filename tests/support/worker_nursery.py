"""Starts workers in a quarter of a second: one process imports crewai once and forks for each of them.

Driven by lines of JSON on standard input, one answer line each (see tests/support/processes.py). What runs
in a child is `src.worker.main.main()` as `python -m src.worker` runs it.
"""

import ctypes
import json
import os
import signal
import sys
import traceback
from typing import Any

import tests.support.quiet_process  # noqa: F401  (before crewai)

# isort: split
import src.worker.engine  # noqa: F401
import src.worker.main as worker_main
from src.bootstrap import Container
from src.services.jobs.handler import JobHandler, JobKind
from src.worker.jobs import job_handlers
from tests.support import fail_points, other_version, process_clock
from tests.support.effect_job import EffectJob

_CLONE_NEWPID = 0x20000000
_PR_SET_PDEATHSIG = 1


def _start(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        # Tests that are killed leave no workers behind.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        os.setsid()
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        if order["far"]:
            _leave_this_machine()
        if "KASAL_TEST_JOBS" in order["environment"]:
            setattr(worker_main, "job_handlers", _with_effects)
        if other_version.VARIABLE in order["environment"]:
            other_version.become(order["environment"][other_version.VARIABLE])
        if fail_points.VARIABLE in order["environment"]:
            fail_points.install(order["environment"][fail_points.VARIABLE])
        if process_clock.VARIABLE in order["environment"]:
            process_clock.follow(order["environment"][process_clock.VARIABLE])
        worker_main.main()
        code = 0
    except SystemExit as exc:
        code = exc.code if isinstance(exc.code, int) else int(exc.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        # As at the end of any interpreter: threads that are no daemons are waited for.
        __import__("threading")._shutdown()
        os._exit(code)


def _with_effects(container: Container) -> dict[JobKind, JobHandler]:
    return {**job_handlers(container), JobKind.MEMORY_MIGRATION: EffectJob()}


def _leave_this_machine() -> None:
    """Goes on in a child in a process id namespace of its own: nobody outside can tell by its id that it has
    ended, as if it ran elsewhere. Needs root."""
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWPID) != 0:
        raise PermissionError(ctypes.get_errno(), "unshare needs root")
    pid = os.fork()
    if pid:
        signal.signal(signal.SIGTERM, lambda *_: os.kill(pid, signal.SIGTERM))
        os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)


def _exit_code(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        answer = _start(order) if "log" in order else _exit_code(order["pid"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
