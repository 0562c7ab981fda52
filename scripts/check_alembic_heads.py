"""Fails when the migrations have more than one head, and says how to mend it."""

import sys
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

ROOT = Path(__file__).resolve().parent.parent


def heads(folder: Path) -> list[str]:
    """Revisions that no other migration follows, of an alembic script folder."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    return sorted(ScriptDirectory.from_config(config).get_heads())


def main(folder: Path = ROOT / "alembic") -> int:
    found = heads(folder)
    if len(found) <= 1:
        return 0
    print(f"alembic has {len(found)} heads: {', '.join(found)}", file=sys.stderr)
    print("python scripts/alembic_rebase.py BASE_HEAD TOP_HEAD", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
