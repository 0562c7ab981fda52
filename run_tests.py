"""Checks the project: format, imports, lint, types, floors, tests. Any failure fails the run.

Needs nothing but Python: the environment is made from requirements-dev.txt on the first run.
"""

import argparse
import subprocess
import sys
import time

from scripts import environment, frontend

PATHS = ["src", "tests", "alembic", "scripts", "benchmarks", "run_tests.py", "run_seeders.py"]
MARKS = {
    "unit": "not integration and not e2e",
    "integration": "integration",
    "e2e": "e2e",
    "all": "",
}


def main():
    options = _parse_arguments()
    environment.rerun_inside(["requirements-dev.txt"])
    results = []
    for name, command in _steps(options):
        started = time.monotonic()
        print(f"\n── {name}", flush=True)
        code = subprocess.run(command, check=False, cwd=environment.ROOT).returncode
        outcome = {0: "ok", frontend.SKIPPED: "skipped"}.get(code, "FAILED")
        results.append((name, outcome, time.monotonic() - started))
    print()
    for name, outcome, took_s in results:
        print(f"{outcome:<8}{name:<16}{took_s:7.1f} s")
    return 1 if any(outcome == "FAILED" for _, outcome, _ in results) else 0


def _parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--type", choices=sorted(MARKS), default="all", help="which tests (all)")
    parser.add_argument("--coverage", action="store_true", help="measure; fails under 80 %%")
    parser.add_argument("--html-coverage", action="store_true", help="also write htmlcov/")
    parser.add_argument("--changed-since", metavar="REV", help="only what changed, and its tests")
    parser.add_argument("-k", metavar="EXPRESSION", help="only tests whose names match")
    parser.add_argument("-n", type=int, default=2, metavar="N", help="test processes (2)")
    parser.add_argument("-v", action="store_true", help="name every test")
    return parser.parse_args()


def _steps(options):
    python = [sys.executable, "-m"]
    paths = [path for path in PATHS if (environment.ROOT / path).exists()]
    tests = ["tests"]
    if options.changed_since:
        paths, tests = _changed(options.changed_since)
    if paths:
        yield "format", [*python, "black", "--check", "--quiet", "--diff", *paths]
        yield "import order", [*python, "isort", "--check", "--diff", *paths]
        yield "lint", [*python, "ruff", "check", "--quiet", *paths]
    yield "types", [*python, "mypy", "src"]
    yield "floors", [sys.executable, "-c", _LINT_IMPORTS]
    if not options.changed_since or frontend.is_concerned(options.changed_since):
        yield "frontend", [*python, "scripts.frontend"]
    if tests:
        yield "tests", [*python, "pytest", *tests, *_pytest_options(options)]


_LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def _pytest_options(options):
    chosen = ["-n", str(options.n), "--dist", "loadgroup", "-q" if not options.v else "-v"]
    chosen += ["--durations", "15", "--durations-min", "5"]
    if MARKS[options.type]:
        chosen += ["-m", MARKS[options.type]]
    if options.k:
        chosen += ["-k", options.k]
    if options.coverage or options.html_coverage:
        chosen += ["--cov", "--cov-report", "term"]
    if options.html_coverage:
        chosen += ["--cov-report", "html"]
    return chosen


def _changed(revision):
    """Changed Python files, and the test files that depend on what changed."""
    command = [sys.executable, str(environment.ROOT / "scripts" / "changed.py"), revision]
    found = subprocess.run(command, check=False, capture_output=True, text=True)
    if found.returncode:
        sys.exit(found.stderr.strip())
    lines = [line.split("\t") for line in found.stdout.splitlines()]
    return [path for kind, path in lines if kind == "file"], [
        p for kind, p in lines if kind == "test"
    ]


if __name__ == "__main__":
    sys.exit(main())
