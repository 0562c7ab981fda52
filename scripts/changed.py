"""Prints what changed since a revision, and which tests that may break, by the import graph.

Lines: `file<TAB>path` for each changed Python file, `test<TAB>path` for each test file to run. A changed
file that is not Python selects the tests that mention its name; a changed lock, pyproject.toml or
conftest selects all.
"""

import subprocess
import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
EVERYTHING = {"pyproject.toml", "requirements.txt", "requirements-dev.txt"}


def main(revision: str) -> None:
    changed = changed_files(revision)
    for path in changed:
        if path.suffix == ".py":
            print(f"file\t{path}")
    for test in sorted(affected_tests(changed)):
        print(f"test\t{test}")


def changed_files(revision: str) -> list[Path]:
    names = _git("diff", "--name-only", "--diff-filter=d", revision)
    names += _git("ls-files", "--others", "--exclude-standard")
    return [Path(name) for name in dict.fromkeys(names)]


def affected_tests(changed: list[Path]) -> set[str]:
    if any(str(path) in EVERYTHING or path.name == "conftest.py" for path in changed):
        return {"tests"}
    graph = grimp.build_graph("src", "tests")
    modules = {_module(path) for path in changed if path.suffix == ".py"} & graph.modules
    downstream = set(modules)
    for module in modules:
        downstream |= graph.find_downstream_modules(module)
    tests = {path for path in map(_file, downstream) if Path(path).name.startswith("test_")}
    others = [path.name for path in changed if path.suffix not in (".py", ".md")]
    return tests | _mentioning(others)


def _mentioning(names: list[str]) -> set[str]:
    found = set()
    for test in (ROOT / "tests").rglob("test_*.py"):
        text = test.read_text()
        if any(name in text for name in names):
            found.add(str(test.relative_to(ROOT)))
    return found


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _file(module: str) -> str:
    return module.replace(".", "/") + ".py"


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"error: git {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout.splitlines()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if len(sys.argv) != 2:
        sys.exit("usage: python scripts/changed.py REVISION")
    main(sys.argv[1])
