"""Collects everything that is wrong with a configuration, so that people mend it in one go."""

import difflib
from collections.abc import Iterable

from src.core.errors import FieldError, Invalid

_MAX_ERRORS = 100
_MAX_GUESSES = 20
"""Comparing one name with two hundred others takes milliseconds; absurd input has thousands of them."""


class Problems:
    def __init__(self) -> None:
        self._found: dict[FieldError, None] = {}

    def add(self, pointer: str, code: str, message: str) -> None:
        """The same problem at the same place counts once."""
        if len(self._found) <= _MAX_ERRORS:
            self._found.setdefault(FieldError(pointer, code, message))

    def add_unknown(
        self, pointer: str, noun: str, name: str, known: Iterable[str], also: str = ""
    ) -> None:
        hint = did_you_mean(name, known) if len(self._found) < _MAX_GUESSES else ""
        told = [part for part in (f"there is no {noun} {name!r}", hint, also) if part]
        self.add(pointer, f"unknown-{noun}", "; ".join(told))

    def take(self, others: "Problems", about: str) -> None:
        """Everything that is wrong elsewhere, with `about` before each message."""
        for error in others._found:
            self.add(error.pointer, error.code, f"{about}{error.message}")

    def raise_if_any(self) -> None:
        """Raises Invalid."""
        if self._found:
            count = f"{len(self._found)} problem(s); each is"
            if len(self._found) > _MAX_ERRORS:
                count = f"more than {_MAX_ERRORS} problems; the first are"
            raise Invalid(
                f"the crew has {count} listed in errors", errors=tuple(self._found)[:_MAX_ERRORS]
            )


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(wrong, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return f"known are: {shown}" if names else "there are none yet"
