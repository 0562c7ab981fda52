"""The scripts that keep migrations in one line."""

from pathlib import Path

import pytest

from scripts.alembic_rebase import CannotRebase, rebase
from scripts.check_alembic_heads import heads, main

_MIGRATION = '''"""{name}

Revision ID: {name}
Revises: {below}
"""

revision: str = "{name}"
down_revision: str | None = {quoted}
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text("")
    return tmp_path


def _add(folder: Path, name: str, below: str | None) -> None:
    quoted = f'"{below}"' if below else "None"
    text = _MIGRATION.format(name=name, below=below or "", quoted=quoted)
    (folder / "versions" / f"{name}.py").write_text(text)


def _forked(folder: Path) -> None:
    _add(folder, "root", None)
    _add(folder, "main1", "root")
    _add(folder, "mine1", "root")
    _add(folder, "mine2", "mine1")


def test_two_heads_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _forked(folder)
    assert main(folder) == 1
    assert "main1, mine2" in capsys.readouterr().err


def test_the_project_has_one_head() -> None:
    assert main() == 0


def test_a_rebase_puts_the_oldest_own_migration_on_the_base(folder: Path) -> None:
    _forked(folder)
    changed = rebase(folder, "main1", "mine2")
    assert changed is not None
    assert changed.name == "mine1.py"
    assert 'down_revision: str | None = "main1"' in changed.read_text()
    assert "Revises: main1" in changed.read_text()
    assert heads(folder) == ["mine2"]


def test_a_second_rebase_does_nothing(folder: Path) -> None:
    _forked(folder)
    rebase(folder, "main1", "mine2")
    assert rebase(folder, "main1", "mine2") is None


def test_heads_the_wrong_way_round_are_refused(folder: Path) -> None:
    _add(folder, "root", None)
    _add(folder, "main1", "root")
    with pytest.raises(CannotRebase, match="wrong way round"):
        rebase(folder, "main1", "root")
