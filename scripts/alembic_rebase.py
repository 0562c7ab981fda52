"""Puts the migrations of a working branch on top of those of its base branch.

usage: python scripts/alembic_rebase.py BASE_HEAD TOP_HEAD

BASE_HEAD is the newest revision of the base branch (main), TOP_HEAD the newest of the working branch.
The oldest migration that only the working branch has is made to follow BASE_HEAD. Look for conflicts
first: two branches that change one column, or create one name, need a hand.
"""

import re
import sys
from pathlib import Path

from alembic.config import Config
from alembic.script import Script, ScriptDirectory

ROOT = Path(__file__).resolve().parent.parent
_DOWN_REVISION = re.compile(r"^(down_revision\b[^=\n]*=\s*).*$", re.MULTILINE)
_REVISES = re.compile(r"^Revises:.*$", re.MULTILINE)


class CannotRebase(Exception):
    """Says why, and what to look at."""


def rebase(folder: Path, base_head: str, top_head: str) -> Path | None:
    """Rewrites one migration and returns its path; None when there is nothing to do."""
    scripts = _scripts(folder)
    base = _ancestors(scripts, base_head)
    top = _ancestors(scripts, top_head)
    if base_head in {script.revision for script in top}:
        return None
    known = {script.revision for script in base}
    own = [script for script in top if script.revision not in known]
    if not own:
        raise CannotRebase(f"{top_head} is older than {base_head}; are they the wrong way round?")
    bottom = own[-1]
    path = Path(bottom.path)
    text, count = _DOWN_REVISION.subn(rf'\g<1>"{base_head}"', path.read_text(), count=1)
    if count != 1:
        raise CannotRebase(f"{path} has no line `down_revision = …`")
    path.write_text(_REVISES.sub(f"Revises: {base_head}", text, count=1))
    return path


def _scripts(folder: Path) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(folder))
    return ScriptDirectory.from_config(config)


def _ancestors(scripts: ScriptDirectory, head: str) -> list[Script]:
    """From the head down to the first migration."""
    found = []
    current: str | None = head
    while current is not None:
        script = scripts.get_revision(current)
        if script is None:
            raise CannotRebase(f"there is no revision {current}")
        if isinstance(script.down_revision, tuple | list):
            raise CannotRebase(f"{script.revision} merges branches; rebase it by hand")
        found.append(script)
        current = script.down_revision
    return found


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    try:
        changed = rebase(ROOT / "alembic", arguments[0], arguments[1])
    except CannotRebase as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 1
    print(f"rewrote {changed}" if changed else "nothing to do: already on top")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
