"""Runs a one-task crew with memory in a fresh process and reports, as JSON, whatever it opened, wrote or started.

`python -m tests.support.quiet_probe DATA_DIR PORT`: the model is the scripted server at PORT.
"""

import json
import os
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

# The interpreter tries out the temp folder with a file of its own; that is not crewai's doing.
tempfile.gettempdir()
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "sqlite3.connect"}
NOTES: dict[str, list[str]] = {"written": [], "connected": [], "started": [], "signals": []}


def watch(event: str, args: tuple[Any, ...]) -> None:
    if event == "open" and isinstance(args[0], str) and args[2] & _WRITES:
        _note_path(args[0])
    elif event in _CHANGES:
        _note_path(os.fspath(args[0]))
    elif event in ("socket.connect", "socket.sendto"):
        NOTES["connected"].append(str(args[1]))
    elif event == "socket.getaddrinfo":
        NOTES["connected"].append(f"lookup of {args[0]}:{args[1]}")
    elif event == "subprocess.Popen":
        NOTES["started"].append(str(args[0]))


def _note_path(path: str | bytes) -> None:
    text = os.fsdecode(path)
    if "__pycache__" not in text and text != os.devnull:
        NOTES["written"].append(os.path.abspath(text))


def main() -> None:
    data_dir, port = Path(sys.argv[1]), int(sys.argv[2])
    sys.addaudithook(watch)
    # Everything below is imported under watch.
    from src.engines.crewai.quiet import quiet

    quiet(data_dir)

    from tests.support.quiet_probe_crew import run_one_task

    answer = run_one_task(f"http://127.0.0.1:{port}")
    NOTES["threads"] = sorted(thread.name for thread in threading.enumerate())
    NOTES["environment"] = sorted(os.environ)
    NOTES["modules"] = sorted(sys.modules)
    print(json.dumps({**NOTES, "answer": answer}))


if __name__ == "__main__":
    main()
