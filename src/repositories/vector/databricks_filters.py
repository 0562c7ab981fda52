"""Selections in the two forms that Databricks endpoints read: STANDARD a dictionary, STORAGE_OPTIMIZED a text.

The wrong form has no effect on the service instead of failing, so the form follows the endpoint's own type and
never a setting. Rows are checked again when they come back (databricks.py).
"""

from enum import StrEnum
from typing import Any

from src.repositories.vector.filters import (
    Condition,
    Equals,
    NoneOf,
    OneOf,
    Scalar,
    Selection,
)

_UNSAFE = ("'", "\\")


class EndpointKind(StrEnum):
    STANDARD = "STANDARD"
    STORAGE_OPTIMIZED = "STORAGE_OPTIMIZED"


def rendered(selection: Selection, kind: EndpointKind) -> dict[str, Any] | str:
    if kind == EndpointKind.STANDARD:
        return _as_dict(selection)
    return " AND ".join(_as_text(one) for one in selection.conditions if not _is_unsafe(one))


def is_complete(selection: Selection, kind: EndpointKind) -> bool:
    """False when some condition is left to us, so more rows than wanted have to be read."""
    return kind == EndpointKind.STANDARD or not any(map(_is_unsafe, selection.conditions))


def _as_dict(selection: Selection) -> dict[str, Any]:
    """select() lets each column be compared once by each kind of condition: no key replaces another."""
    found: dict[str, Any] = {}
    for one in selection.conditions:
        value: Any
        if isinstance(one, Equals):
            key, value = one.column, one.value
        elif isinstance(one, OneOf):
            key, value = one.column, list(one.values)
        elif isinstance(one, NoneOf):
            key, value = f"{one.column} NOT", list(one.values)
        else:
            key, value = f"{one.column} {one.operator}", one.value
        found[key] = value
    return found


def _is_unsafe(condition: Condition) -> bool:
    """Whether a quote or backslash is doubled or escaped is not documented: such texts never enter a filter."""
    values = condition.values if isinstance(condition, OneOf | NoneOf) else (condition.value,)
    return any(isinstance(value, str) and any(c in value for c in _UNSAFE) for value in values)


def _as_text(one: Condition) -> str:
    if isinstance(one, OneOf | NoneOf):
        return f"{one.column} {one.operator.upper()} ({', '.join(map(_literal, one.values))})"
    return f"{one.column} {one.operator} {_literal(one.value)}"


def _literal(value: Scalar) -> str:
    if isinstance(value, str):
        return f"'{value}'"
    return repr(value)
