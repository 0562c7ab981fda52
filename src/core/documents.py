"""What a free JSON document may hold before anybody walks over it, stores it or sends it on.

NUL passes SQLite and fails PostgreSQL; a document nested a thousand levels deep parses and then overflows
the stack of whoever walks it recursively; YAML knows NaN, bytes and keys that are no text.
"""

import math
from collections.abc import Iterator
from typing import Any

from src.core.errors import FieldError, Invalid
from src.core.text import clean_text

MAX_DEPTH = 64


def check_document(document: Any, at: str = "") -> None:
    """Raises Invalid with a pointer to the first thing that JSON text in a database could not carry."""
    waiting: list[tuple[Any, int, str]] = [(document, 1, at)]
    while waiting:
        value, depth, at = waiting.pop()
        if isinstance(value, str):
            _check_text(value, at)
        elif isinstance(value, (dict, list)):
            if depth > MAX_DEPTH:
                raise _invalid(at, f"a document may be nested {MAX_DEPTH} levels deep")
            waiting.extend(
                (child, depth + 1, f"{at}/{step}") for step, child in _children(value, at)
            )
        elif isinstance(value, float) and not math.isfinite(value):
            raise _invalid(at, "numbers must be finite")
        elif not isinstance(value, (bool, int, float, type(None))):
            raise _invalid(
                at,
                f"expected text, number, true, false, null, list or object, got a {type(value).__name__}",
            )


def pointer_step(step: object) -> str:
    """One step of a JSON pointer (RFC 6901), shortened where somebody sent a very long name."""
    return str(step).replace("~", "~0").replace("/", "~1")[:200]


def _children(value: dict[Any, Any] | list[Any], at: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for index, child in enumerate(value):
            if not isinstance(child, (bool, int)):
                yield str(index), child
        return
    for key, child in value.items():
        if not isinstance(key, str):
            raise _invalid(at, f"field names must be text, got a {type(key).__name__}")
        _check_text(key, at)
        yield pointer_step(key), child


def _check_text(text: str, at: str) -> None:
    if text.isascii() and "\x00" not in text:
        return
    try:
        clean_text(text)
    except ValueError as exc:
        raise _invalid(at, str(exc)) from exc


def _invalid(at: str, message: str) -> Invalid:
    return Invalid(message, errors=(FieldError(at, "value-error", message),))
