"""Collects everything that is wrong with a configuration, so that people mend it in one go."""

import difflib
from collections.abc import Iterable

from src.core.errors import FieldError, Invalid

_MAX_ERRORS = 100


class Problems:
    def __init__(self) -> None:
        self._found: list[FieldError] = []

    def add(self, pointer: str, code: str, message: str) -> None:
        self._found.append(FieldError(pointer, code, message))

    def raise_if_any(self) -> None:
        if self._found:
            raise Invalid(
                f"the crew has {len(self._found)} problem(s); each is listed in errors",
                errors=tuple(self._found[:_MAX_ERRORS]),
            )


def escape(step: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return step.replace("~", "~0").replace("/", "~1")


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(wrong, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return f"known are: {shown}" if names else "there are none yet"
