"""Faults of an installation on one SQLite file."""

import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.campaign import Campaign

_DISK_MB = 96


@dataclass
class Locked:
    """Another process keeps the file to itself."""

    path: Path
    seconds: float
    name = "SQLite file locked"
    most = 5
    pause_s = (1.0, 4.0)

    def strike(self, campaign: Campaign) -> int:
        other = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            other.execute("BEGIN EXCLUSIVE")
            time.sleep(self.seconds)
            other.execute("ROLLBACK")
        finally:
            other.close()
        return 1


@dataclass
class FullDisk:
    """Not a byte is left on the disk for some seconds."""

    folder: Path
    name = "disk full"
    most = 8
    pause_s = (1.0, 4.0)

    def strike(self, campaign: Campaign) -> int:
        with disk_full(self.folder):
            time.sleep(campaign.dice.uniform(2.0, 8.0))
        return 1


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of its own at `folder`. Needs root."""
    folder.mkdir(parents=True, exist_ok=True)
    size = f"size={_DISK_MB}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def disk_full(folder: Path) -> Iterator[None]:
    filler = folder / "filler"
    try:
        with filler.open("wb") as file:
            try:
                while True:
                    os.write(file.fileno(), bytes(4096))
            except OSError:
                yield
    finally:
        filler.unlink()
