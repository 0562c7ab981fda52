"""Filters as conditions over rows, and the dictionary form of STANDARD endpoints."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from tests.emulator.errors import ApiError, invalid
from tests.emulator.schemas import FLOATS, INTEGERS, TIMES, is_a, time_of

Row = dict[str, Any]
Truth = bool | None
"""None is SQL's unknown: a comparison with a missing value."""
ORDERINGS = {"<", "<=", ">", ">="}


class Condition(Protocol):
    def holds(self, row: Row) -> Truth: ...

    def required(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Columns that must have one of the values for the whole to hold."""
        ...


@dataclass(frozen=True)
class Compare:
    column: str
    kind: str
    operator: str
    """=, !=, IN, NOT IN, <, <=, >, >=, TOKEN, LIKE, IS NULL, CONTAINS"""
    values: tuple[Any, ...]

    def holds(self, row: Row) -> Truth:
        value = row.get(self.column)
        if self.operator == "IS NULL":
            return value is None
        if value is None:
            return None
        if isinstance(value, list):
            return any(one in value for one in self.values) != (self.operator in ("!=", "NOT IN"))
        if self.operator == "TOKEN":
            return any(_has_token(value, one) for one in self.values)
        if self.operator == "LIKE":
            return any(_matches_pattern(value, one) for one in self.values)
        return self._compares(time_of(value) if self.kind in TIMES else value)

    def required(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        if self.operator in ("=", "IN"):
            yield self.column, self.values

    def _compares(self, value: Any) -> bool:
        if self.operator in ("=", "IN"):
            return value in self.values
        if self.operator in ("!=", "NOT IN"):
            return value not in self.values
        (bound,) = self.values
        if self.operator in ("<", "<="):
            return bool(value < bound or (self.operator == "<=" and value == bound))
        return bool(value > bound or (self.operator == ">=" and value == bound))


@dataclass(frozen=True)
class AllOf:
    parts: tuple[Condition, ...]

    def holds(self, row: Row) -> Truth:
        found = [part.holds(row) for part in self.parts]
        return False if False in found else None if None in found else True

    def required(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        for part in self.parts:
            yield from part.required()


@dataclass(frozen=True)
class AnyOf:
    parts: tuple[Condition, ...]

    def holds(self, row: Row) -> Truth:
        found = [part.holds(row) for part in self.parts]
        return True if True in found else None if None in found else False

    def required(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        return iter(())


@dataclass(frozen=True)
class Not:
    part: Condition

    def holds(self, row: Row) -> Truth:
        found = self.part.holds(row)
        return None if found is None else not found

    def required(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        return iter(())


def compare(columns: dict[str, str], column: str, operator: str, values: list[Any]) -> Compare:
    """Checks the column and the type of the values."""
    kind = columns.get(column)
    if kind is None:
        raise invalid(f"Invalid filter: column {column!r} is not in the index schema.")
    inner = kind[6:-1] if kind.startswith("array<") else kind
    if operator == "CONTAINS" and kind == inner:
        raise invalid(f"Invalid filter: {column!r} is not an array.")
    if operator in ("TOKEN", "LIKE") and inner != "string":
        raise invalid(f"Invalid filter: LIKE needs a string column, {column!r} is {kind}.")
    if operator in ORDERINGS and (kind != inner or kind in ("string", "boolean")):
        # Only numbers and times have an order here; the service documents no order of strings.
        raise invalid(f"Invalid filter: {operator} is not supported on {kind} column {column!r}.")
    return Compare(column, kind, operator, tuple(_typed(column, inner, one) for one in values))


def _typed(column: str, kind: str, value: Any) -> Any:
    if kind in TIMES:
        moment = time_of(value)
        if moment is not None:
            return moment
    elif kind in INTEGERS | FLOATS:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
    elif is_a(value, kind):
        return value
    raise invalid(f"Invalid filter: {value!r} does not fit column {column!r} of type {kind}.")


def _has_token(text: str, token: str) -> bool:
    """LIKE of STANDARD endpoints: whole tokens, unless it is written as a pattern."""
    if "%" in token:
        return _matches_pattern(text, token)
    return token in text.split()


def _matches_pattern(text: str, pattern: str) -> bool:
    parts = (
        ".*" if one == "%" else "." if one == "_" else re.escape(one)
        for one in re.split(r"([%_])", pattern)
    )
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def parse_dict(text: str, columns: dict[str, str], max_elements: int) -> Condition | None:
    """The filters_json of a STANDARD endpoint: `{"a": 1, "b NOT": "x"}`, or a list of such."""
    try:
        given = json.loads(text)
    except ValueError as exc:
        raise ApiError(400, "MALFORMED_REQUEST", "filters_json is not valid JSON.") from exc
    clauses = given if isinstance(given, list) else [given]
    if not all(isinstance(clause, dict) for clause in clauses):
        raise invalid("Invalid filter: expected an object of columns and values.")
    parts = [_clause(key, value, columns) for one in clauses for key, value in one.items()]
    elements = sum(_size(value) for one in clauses for value in one.values())
    if elements > max_elements:
        raise invalid(f"Filter has {elements} elements, at most {max_elements} are allowed.")
    return AllOf(tuple(parts)) if parts else None


def _size(value: Any) -> int:
    return len(value) if isinstance(value, list) else 1


def _clause(key: str, value: Any, columns: dict[str, str]) -> Condition:
    names = key.split(" OR ")
    if len(names) > 1:
        if not isinstance(value, list) or len(value) != len(names):
            raise invalid(f"Invalid filter: {key!r} needs one value for each column.")
        return AnyOf(tuple(_clause(n, v, columns) for n, v in zip(names, value, strict=True)))
    found = re.fullmatch(r"(\S+)(?: (NOT LIKE|NOT|LIKE|<=|>=|<|>))?", key.strip())
    if found is None:
        raise invalid(f"Invalid filter: cannot read {key!r}.")
    column, operator = found[1], found[2] or ""
    values = value if isinstance(value, list) else [value]
    if operator in ORDERINGS:
        if isinstance(value, list):
            raise invalid(f"Invalid filter: {key!r} takes one value.")
        return compare(columns, column, operator, values)
    if operator in ("LIKE", "NOT LIKE"):
        like = compare(columns, column, "TOKEN", values)
        return Not(like) if operator == "NOT LIKE" else like
    return compare(columns, column, "NOT IN" if operator == "NOT" else "IN", values)
