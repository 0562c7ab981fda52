"""From a file to its sections, in a process that ends when it takes too long or too much."""

import asyncio
import json
import os
import signal
import sys
from weakref import WeakKeyDictionary

from src.core.errors import Invalid, Unavailable
from src.core.logging import get_logger
from src.core.text import storable
from src.memory.documents.kinds import DocumentKind
from src.memory.documents.sections import Section

log = get_logger(__name__)

_CPU_S = 90
_WALL_S = 180.0
_MEMORY_BYTES = 2_000_000_000
"""Address space; libraries that are never touched count too."""
_STOPPED = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
_AT_ONCE = 2
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class DocumentUnreadable(Invalid):
    code, title = "document-unreadable", "The document cannot be read"


async def read_document(kind: DocumentKind, content: bytes) -> list[Section]:
    """At most two at a time. Raises DocumentUnreadable with what is wrong with it."""
    loop = asyncio.get_running_loop()
    async with _turns.setdefault(loop, asyncio.Semaphore(_AT_ONCE)):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "src.memory.documents.child", kind, str(_CPU_S), str(_MEMORY_BYTES)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the worker, which then decides
            # Nothing else: it reads files of strangers, and needs none of our secrets.
            env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        try:
            output, errors = await asyncio.wait_for(process.communicate(content), _WALL_S)
        except TimeoutError:
            raise DocumentUnreadable(
                f"reading it takes longer than {_WALL_S:.0f} s; divide it or save it anew"
            ) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode != 0 or not output:
        raise _failed(process.returncode, errors)
    answer = json.loads(output)
    if "problem" in answer:
        raise DocumentUnreadable(str(answer["problem"]))
    return [Section(*storable(pair)) for pair in answer["sections"]]


def _failed(code: int | None, errors: bytes) -> DocumentUnreadable | Unavailable:
    if code is not None and -code in _STOPPED:
        return Unavailable("reading the document was stopped from outside; it is tried again")
    log.warning(
        "reading a document ended with {}: {}", code, errors.decode(errors="replace")[-2_000:]
    )
    if code is not None and code < 0:
        return DocumentUnreadable(
            f"reading it takes more than {_CPU_S} s or {_MEMORY_BYTES // 1_000_000} MB; divide it or "
            "save it anew"
        )
    return DocumentUnreadable("reading it failed in a way that is not foreseen; the log has it")
