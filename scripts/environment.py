"""Makes `.venv` from the locked requirements. Standard library only; runs on any Python 3.8 or newer.

A stamp beside the environment holds the hash of each lock that is installed, so that a second start
costs one file read.
"""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
SUPPORTED = ((3, 13), (3, 12), (3, 11))
MARKER = "KASAL_IN_ENVIRONMENT"


class EnvironmentFailed(Exception):
    """Says what to do about it."""


def venv_python():
    folder, name = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return VENV / folder / name


def ensure(locks):
    """Returns the interpreter of an environment in which every lock is installed."""
    missing = [lock for lock in locks if _stamp(lock) != _digest(lock)]
    if venv_python().exists() and not missing:
        return venv_python()
    with _only_one_at_a_time():
        _create_venv()
        for lock in locks:
            if _stamp(lock) != _digest(lock):
                _install(lock)
                _stamp_path(lock).write_text(_digest(lock))
        _write_command()
    return venv_python()


def rerun_inside(locks):
    """Replaces this process with the same command inside the environment; returns if already there."""
    if os.environ.get(MARKER) == str(ROOT) and Path(sys.prefix).resolve() == VENV.resolve():
        return
    try:
        python = ensure(locks)
    except EnvironmentFailed as exc:
        sys.exit(f"error: {exc}")
    environment = {**os.environ, MARKER: str(ROOT)}
    if os.name == "nt":
        sys.exit(subprocess.run([str(python), *sys.argv], env=environment, check=False).returncode)
    os.execve(str(python), [str(python), *sys.argv], environment)


def _create_venv():
    if venv_python().exists():
        return
    if VENV.exists():
        raise EnvironmentFailed(f"{VENV} exists but holds no Python; remove it and try again")
    python = _find_python()
    print(f"Creating {VENV.name} with {python}", file=sys.stderr)
    made = subprocess.run([python, "-m", "venv", str(VENV)], check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise EnvironmentFailed(
            "the environment could not be created; on Debian and Ubuntu install python3-venv"
        )


def _write_command():
    """`.venv/bin/kasal`: the command of this checkout, which is not installed as a package."""
    if os.name == "nt":
        return
    command = VENV / "bin" / "kasal"
    command.write_text(
        f"#!{venv_python()}\n"
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from src.cli.main import main\nmain()\n"
    )
    command.chmod(0o755)


def _find_python():
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    for major, minor in SUPPORTED:
        found = shutil.which(f"python{major}.{minor}")
        if found:
            return found
    raise EnvironmentFailed(
        f"Python 3.11, 3.12 or 3.13 is needed and not on the PATH; this is {sys.version.split()[0]}"
    )


def _install(lock):
    print(f"Installing {lock} (a minute or two the first time)", file=sys.stderr)
    python = str(venv_python())
    arguments = ["--require-hashes", "-r", str(ROOT / lock)]
    if _has_uv(python):
        command = [python, "-m", "uv", "pip", "install", "--quiet", "--python", python, *arguments]
        if subprocess.run(command, check=False).returncode == 0:
            return
        print("uv could not install; trying pip", file=sys.stderr)
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, check=False).returncode:
        raise EnvironmentFailed(
            f"installing {lock} failed; the lines above say why (is the package index reachable?)"
        )


def _has_uv(python):
    """Takes the pinned uv from the lock: it installs the rest five times as fast as pip."""
    if _uv_runs(python):
        return True
    block = re.search(
        r"^uv==.*?(?=^\S)", (ROOT / "requirements.txt").read_text(), re.MULTILINE | re.DOTALL
    )
    if block is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        pinned = Path(folder, "uv.txt")
        pinned.write_text(block.group(0))
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--require-hashes", "-r", str(pinned)]
        return subprocess.run(command, check=False).returncode == 0 and _uv_runs(python)


def _uv_runs(python):
    command = [python, "-m", "uv", "--version"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _digest(lock):
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def _stamp_path(lock):
    return VENV / f".installed-{lock}.sha256"


def _stamp(lock):
    path = _stamp_path(lock)
    return path.read_text().strip() if path.exists() else ""


@contextlib.contextmanager
def _only_one_at_a_time():
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(ROOT / ".venv.lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        print(ensure(sys.argv[1:]))
    except EnvironmentFailed as exc:
        sys.exit(f"error: {exc}")
