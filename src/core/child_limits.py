"""What a child process may take of this machine: files and expressions of users are read in one."""

import ctypes
import resource
import signal
from contextlib import suppress

_PR_SET_PDEATHSIG = 1


def limit_this_process(seconds: int, memory_bytes: int) -> None:
    """Of CPU and of address space, no core file, and not longer than the process that started it."""
    # Each where the system knows it; the parent's own clock is the last resort.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, AttributeError):
        # Linux: ends with the worker that started it.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
