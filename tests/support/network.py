"""Keeps tests on this machine: an attempt to connect elsewhere fails at once and fails the test."""

import ipaddress
import sys
from typing import Any

_LOOPBACK_NAMES = {"localhost", "testserver", ""}
attempts: list[str] = []
"""Where this process tried to go since the guard last looked. Libraries swallow errors; this does not."""


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = str(address[0]).split("%")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in _LOOPBACK_NAMES


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto") and not _is_local(args[1]):
        attempts.append(str(args[1][0]))
        raise PermissionError(f"a test tried to reach {args[1][0]}")


def install() -> None:
    """For the life of the process: an audit hook sees every socket, whoever opens it."""
    sys.addaudithook(_watch)
