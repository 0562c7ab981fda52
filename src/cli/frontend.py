"""The browser pages of a checkout: packages and build, each made anew only when what they are made of changed."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from filelock import FileLock

_NOT_SOURCES = ("node_modules", "dist")


class FrontendFailed(Exception):
    """npm said why, in the lines before."""


class Frontend:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._npm = shutil.which("npm")

    @property
    def can_be_built(self) -> bool:
        return self._npm is not None and (self._folder / "package.json").exists()

    @property
    def is_built(self) -> bool:
        """From the sources as they are."""
        return _read(self._build_stamp) == self._sources()

    def install(self) -> None:
        """Exactly the locked packages."""
        lock = self._folder / "package-lock.json"
        wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
        stamp = self._folder / "node_modules" / ".installed-from"
        if _read(stamp) != wanted:
            self.run("ci", "--no-audit", "--no-fund", "--silent")
            stamp.write_text(wanted)

    def build(self) -> None:
        sources = self._sources()
        self.install()
        self.run("run", "build", "--silent")
        self._build_stamp.write_text(sources)

    def build_once(self) -> None:
        """Also where several processes want it at the same time."""
        with FileLock(self._folder / ".build.lock"):
            if not self.is_built:
                self.build()

    def run(self, *arguments: str) -> None:
        assert self._npm is not None
        if subprocess.run([self._npm, *arguments], cwd=self._folder, check=False).returncode:
            raise FrontendFailed(f"npm {' '.join(arguments)} failed")

    @property
    def _build_stamp(self) -> Path:
        return self._folder / "dist" / ".built-from"

    def _sources(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self._files()):
            name = path.relative_to(self._folder).as_posix()
            digest.update(f"{name}\0".encode() + path.read_bytes())
        return digest.hexdigest()

    def _files(self) -> list[Path]:
        found: list[Path] = []
        for parent, folders, names in os.walk(self._folder):
            folders[:] = [name for name in folders if name not in _NOT_SOURCES]
            found += [Path(parent, name) for name in names if name != ".build.lock"]
        return found


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""
