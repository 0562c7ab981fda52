"""Bringing a database to the schema of this version."""

import subprocess
import sys
from pathlib import Path

from src.core.migration import migration_lock, revisions, upgrade
from src.core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def _settings(folder: Path) -> Settings:
    return Settings(_env_file=None, kasal_data_dir=folder, database_type="sqlite")


def test_an_empty_database_is_brought_to_the_head_and_stays_there(tmp_path: Path) -> None:
    settings = _settings(tmp_path / "new" / "folder")
    with migration_lock(settings):
        assert revisions(settings)[0] is None
        upgrade(settings)
        upgrade(settings)
    present, needed = revisions(settings)
    assert present == needed


def test_two_processes_may_migrate_together(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from src.core.migration import migration_lock, upgrade\n"
        "from src.core.settings import Settings\n"
        "s = Settings(_env_file=None, kasal_data_dir=Path(sys.argv[1]), database_type='sqlite')\n"
        "with migration_lock(s): upgrade(s)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    running = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
