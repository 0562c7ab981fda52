"""When npm is asked for something, with a script in its place."""

import os
import sys
from pathlib import Path

import pytest

from src.cli.frontend import Frontend, FrontendFailed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for npm")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    _put_npm(tmp_path, f"mkdir -p dist node_modules\necho $1 >> {tmp_path}/calls")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    folder = tmp_path / "frontend"
    (folder / "src").mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        (folder / name).write_text("{}")
    return folder


def _put_npm(tmp_path: Path, script: str) -> None:
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir(exist_ok=True)
    npm.write_text(f"#!/bin/sh\n{script}\n")
    npm.chmod(0o755)


def _calls(folder: Path) -> list[str]:
    return (folder.parent / "calls").read_text().split()


def test_it_is_built_once_for_each_state_of_its_sources(folder: Path) -> None:
    Frontend(folder).build_once()
    Frontend(folder).build_once()
    assert _calls(folder) == ["ci", "run"]
    (folder / "src" / "main.tsx").write_text("1")
    Frontend(folder).build_once()
    assert _calls(folder) == ["ci", "run", "run"]


def test_packages_are_installed_again_when_the_lock_is_another(folder: Path) -> None:
    Frontend(folder).install()
    Frontend(folder).install()
    assert _calls(folder) == ["ci"]
    (folder / "package-lock.json").write_text("{ }")
    Frontend(folder).install()
    assert _calls(folder) == ["ci", "ci"]


def test_a_build_that_failed_is_tried_again(folder: Path) -> None:
    _put_npm(folder.parent, "exit 1")
    for _ in range(2):
        with pytest.raises(FrontendFailed, match="npm ci"):
            Frontend(folder).build_once()
    assert not Frontend(folder).is_built


def test_without_npm_nothing_is_tried(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert not Frontend(folder).can_be_built
