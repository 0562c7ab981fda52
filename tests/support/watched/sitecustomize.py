"""Put this folder on PYTHONPATH: a process then writes down, line by line, what it opens, writes and starts.

The interpreter imports it before anything else. WATCH_FILE names the file; without it nothing is watched.
"""

import json
import os
import sys
import tempfile
from typing import Any

# The interpreter tries out the temp folder with a file of its own, once, before anybody uses it.
tempfile.gettempdir()
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "sqlite3.connect"}


def _install(notes: int) -> None:
    def note(kind: str, what: object) -> None:
        os.write(notes, json.dumps([kind, os.getpid(), str(what)]).encode() + b"\n")

    def watch(event: str, args: tuple[Any, ...]) -> None:
        opens_a_path = event == "open" and isinstance(args[0], str | bytes)
        if event in _CHANGES or (opens_a_path and args[2] & _WRITES):
            note("written", os.path.abspath(os.fsdecode(args[0])))
        elif event in ("socket.connect", "socket.sendto"):
            note("connected", args[1])
        elif event == "socket.getaddrinfo":
            note("looked up", args[0])
        elif event == "subprocess.Popen":
            note("started", args[0])

    sys.addaudithook(watch)


if "WATCH_FILE" in os.environ:
    _install(os.open(os.environ["WATCH_FILE"], os.O_WRONLY | os.O_CREAT | os.O_APPEND))
