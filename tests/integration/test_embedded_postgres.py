"""The PostgreSQL that run.sh brings along."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from src.cli.postgres import embedded_postgres
from src.core.migration import migration_lock, revisions, upgrade
from src.core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.integration


@pytest.fixture
def home() -> Iterator[Path]:
    """Not below pytest's own folder, which the user of an embedded server may not enter."""
    with tempfile.TemporaryDirectory(prefix="kasal-test-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _servers(folder: Path) -> list[psutil.Process]:
    return [p for p in psutil.process_iter(["cmdline"]) if str(folder) in (p.info["cmdline"] or [])]


def test_it_starts_migrates_and_stops(home: Path) -> None:
    folder = home / "postgres"
    with embedded_postgres(folder) as url:
        settings = Settings(_env_file=None, database_url=url, kasal_data_dir=home)
        with migration_lock(settings):
            upgrade(settings)
        present, needed = revisions(settings)
        assert present == needed
    assert not _servers(folder)
    with embedded_postgres(folder) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (needed,)


def test_a_server_that_outlived_its_owner_is_taken_over_and_stopped(home: Path) -> None:
    folder = home / "postgres"
    code = (
        "import os, sys; from pathlib import Path\n"
        "from src.cli.postgres import embedded_postgres\n"
        "with embedded_postgres(Path(sys.argv[1])): os._exit(9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, check=False)
    assert killed.returncode == 9
    assert _servers(folder)
    with embedded_postgres(folder) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not _servers(folder)
