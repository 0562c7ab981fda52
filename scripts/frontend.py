"""Checks and builds the browser pages: types, lint, format, tests, generated types fresh.

Its exit code is SKIPPED where npm is missing: the rest of the product works without.
"""

import os
import subprocess
import sys

from scripts import environment

SKIPPED = 77
FOLDER = environment.ROOT / "frontend"
_CONCERNS = ["frontend", "src/api", "src/schemas", "src/main.py"]
"""The pages, and what the OpenAPI document is made of."""


def main():
    # Here, because run_tests.py imports this module before there is an environment.
    from src.cli.frontend import Frontend, FrontendFailed

    pages = Frontend(FOLDER)
    if not pages.can_be_built:
        print("skipped: npm is not on the PATH; it comes with Node.js (20.19 or newer)")
        return SKIPPED
    os.environ["KASAL_PYTHON"] = sys.executable
    try:
        pages.install()
        pages.run("run", "check", "--silent")
        pages.build_once()
    except FrontendFailed as exc:
        print(f"error: {exc}")
        return 1
    return 0


def is_concerned(revision):
    """Whether anything of theirs differs from that revision."""
    command = ["git", "diff", "--quiet", revision, "--", *_CONCERNS]
    return subprocess.run(command, check=False, cwd=environment.ROOT).returncode != 0


if __name__ == "__main__":
    sys.exit(main())
