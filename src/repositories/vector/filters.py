"""Who may see which records, and which of them are meant. Every implementation renders these values only.

A Selection is a conjunction: the group first, then the crews, then ids, then what the caller asked for.
There is no "or" and no text that a store would parse, so nothing that a caller says can widen the scope.
A row that has no value in a column fulfils no condition on it.
"""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar

from src.core.text import storable
from src.repositories.vector.errors import InvalidFilter, InvalidRecord
from src.schemas.databricks_index_schemas import DatabricksIndexSchemas, MemoryType

Scalar = str | int | float
Schemas = DatabricksIndexSchemas

_MAX_ELEMENTS = 1000
"""Values of one filter; Databricks takes 1,024, the scope included."""
_MAX_CREWS = 200
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,199}")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_BOUND_ID = re.compile(r"([0-9a-f]{32})-.+", re.DOTALL)
_ORDERED_KINDS = {"int", "bigint", "float", "timestamp"}


@dataclass(frozen=True)
class MemoryScope:
    """One group and the crews whose records may be read; the first crew is the one that is written to."""

    group_id: str
    crew_ids: tuple[str, ...]

    def __post_init__(self) -> None:
        names: tuple[object, ...] = (self.group_id, *self.crew_ids)
        for name in names:
            # A dict or list from a request body would become an operator in some filter languages.
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise InvalidFilter(
                    "group and crew ids are 1-200 letters, digits or ._:@- and start with a letter or digit"
                )
        if not 1 <= len(set(self.crew_ids)) == len(self.crew_ids) <= _MAX_CREWS:
            raise InvalidFilter(f"a scope names 1 to {_MAX_CREWS} different crews")

    @property
    def crew_id(self) -> str:
        return self.crew_ids[0]

    def record_id(self, memory_type: MemoryType, key: str) -> str:
        """The id under which `key` of this group and crew is stored: it carries them and cannot be moved."""
        if not _KEY.fullmatch(key):
            raise InvalidRecord(
                "a record key is 1-80 letters, digits or ._- and starts with neither"
            )
        crew_id = self.crew_id if Schemas.belongs_to_crew(memory_type) else ""
        return f"{_binding(self.group_id, crew_id)}-{key}"

    def bindings(self, memory_type: MemoryType) -> dict[str, str]:
        """What record ids of this scope begin with, and the crew that each beginning stands for."""
        crews = self.crew_ids if Schemas.belongs_to_crew(memory_type) else ("",)
        return {_binding(self.group_id, crew_id): crew_id for crew_id in crews}

    def holds(self, memory_type: MemoryType, row: Mapping[str, Any]) -> bool:
        """Whether a row that a store returned belongs here: asked again, whatever the store filtered."""
        if row.get(Schemas.GROUP) != self.group_id:
            return False
        if Schemas.belongs_to_crew(memory_type) and row.get(Schemas.CREW) not in self.crew_ids:
            return False
        # Ids of older products are bound to no scope.
        bound = _BOUND_ID.fullmatch(str(row.get(Schemas.PRIMARY_KEY)))
        return bound is None or bound[1] in self.bindings(memory_type)

    def owner_of(self, memory_type: MemoryType, id: str) -> str | None:
        """The crew that a bound id of this scope belongs to ("" where types have none), else None."""
        found = _BOUND_ID.fullmatch(id)
        return self.bindings(memory_type).get(found[1]) if found else None


@lru_cache(maxsize=4096)
def _binding(group_id: str, crew_id: str) -> str:
    # Lengths in front, or ("ab", "c") and ("a", "bc") would be the same.
    parts = f"{len(group_id)}:{group_id}{len(crew_id)}:{crew_id}"
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Equals:
    column: str
    value: Scalar
    operator: ClassVar = "="

    def holds(self, value: Any) -> bool:
        return value is not None and bool(value == self.value)


@dataclass(frozen=True)
class OneOf:
    column: str
    values: tuple[Scalar, ...]
    operator: ClassVar = "in"

    def holds(self, value: Any) -> bool:
        return value is not None and value in self.values


@dataclass(frozen=True)
class NoneOf:
    column: str
    values: tuple[Scalar, ...]
    operator: ClassVar = "not in"

    def holds(self, value: Any) -> bool:
        return value is not None and value not in self.values


@dataclass(frozen=True)
class AtLeast:
    """Numbers and timestamps only."""

    column: str
    value: Scalar
    operator: ClassVar = ">="

    def holds(self, value: Any) -> bool:
        return value is not None and bool(value >= self.value)


@dataclass(frozen=True)
class Below:
    """Numbers and timestamps only."""

    column: str
    value: Scalar
    operator: ClassVar = "<"

    def holds(self, value: Any) -> bool:
        return value is not None and bool(value < self.value)


Condition = Equals | OneOf | NoneOf | AtLeast | Below


@dataclass(frozen=True)
class RecordFilter:
    """Which records of a scope: all of the conditions, and one of the ids where ids are given."""

    ids: tuple[str, ...] | None = None
    where: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        if self.ids is not None:
            object.__setattr__(self, "ids", tuple(storable(self.ids)))


EVERYTHING = RecordFilter()


@dataclass(frozen=True)
class Selection:
    """Conditions that all hold; select() makes one with its scope in front."""

    conditions: tuple[Condition, ...]

    @property
    def is_empty(self) -> bool:
        return any(isinstance(one, OneOf) and not one.values for one in self.conditions)

    def matches(self, row: Mapping[str, Any]) -> bool:
        return all(one.holds(row.get(one.column)) for one in self.conditions)


def select(scope: MemoryScope, memory_type: MemoryType, given: RecordFilter) -> Selection:
    return Selection(
        (*scope_conditions(scope, memory_type), *chosen(memory_type, given).conditions)
    )


def chosen(memory_type: MemoryType, given: RecordFilter) -> Selection:
    """Without the scope: for rows that are known to be the scope's own."""
    ids: tuple[Condition, ...] = ()
    if given.ids is not None:
        if len(given.ids) > _MAX_ELEMENTS:
            raise InvalidFilter(f"expected at most {_MAX_ELEMENTS} ids, got {len(given.ids)}")
        ids = (OneOf(Schemas.PRIMARY_KEY, tuple(dict.fromkeys(given.ids))),)
    return Selection((*ids, *_checked(memory_type, given.where)))


def scope_conditions(scope: MemoryScope, memory_type: MemoryType) -> tuple[Condition, ...]:
    group = Equals(Schemas.GROUP, scope.group_id)
    if not Schemas.belongs_to_crew(memory_type):
        return (group,)
    return group, OneOf(Schemas.CREW, scope.crew_ids)


def _checked(memory_type: MemoryType, where: Sequence[Condition]) -> tuple[Condition, ...]:
    kinds = Schemas.get_filter_columns(memory_type)
    seen: set[tuple[str, str]] = set()
    checked = []
    for one in where:
        if not isinstance(one, Equals | OneOf | NoneOf | AtLeast | Below):
            raise InvalidFilter(f"expected a condition, got {type(one).__name__}")
        kind = kinds.get(one.column)
        if kind is None:
            raise InvalidFilter(
                f"{memory_type} records cannot be filtered by {one.column!r}; "
                f"there are {', '.join(kinds)}"
            )
        if isinstance(one, AtLeast | Below) and kind not in _ORDERED_KINDS:
            raise InvalidFilter(f"{one.column} is text; only numbers and timestamps have an order")
        if isinstance(one, NoneOf) and not one.values:
            raise InvalidFilter(f"{one.column} is compared with no value")
        # "=" and "in" on one column would share a key in the dictionaries that some stores take.
        operator = "in" if isinstance(one, Equals) else one.operator
        if (one.column, operator) in seen:
            raise InvalidFilter(f"{one.column} is compared twice with {one.operator!r}")
        seen.add((one.column, operator))
        checked.append(_typed(one, kind))
    return tuple(checked)


def _typed(condition: Condition, kind: str) -> Condition:
    column = condition.column
    if isinstance(condition, OneOf | NoneOf):
        if len(condition.values) > _MAX_ELEMENTS:
            raise InvalidFilter(f"{column} is compared with more than {_MAX_ELEMENTS} values")
        values = tuple(_scalar(column, kind, value) for value in condition.values)
        return type(condition)(column, values)
    return type(condition)(column, _scalar(column, kind, condition.value))


def _scalar(column: str, kind: str, value: object) -> Scalar:
    try:
        found = typed_value(kind, storable(value))
    except (TypeError, ValueError, OverflowError) as exc:
        raise InvalidFilter(f"{column} is a {kind}; the value to compare with is not") from exc
    if found is None:
        raise InvalidFilter(f"{column} cannot be compared with nothing")
    return found


def typed_value(kind: str, value: Any) -> Scalar | None:
    """A value as its column has it; stores answer 3 as 3.0 or "3". Raises TypeError or ValueError."""
    if value is None:
        return None
    if kind == "timestamp":
        return canonical_time(value)
    if kind == "string":
        if not isinstance(value, str):
            raise TypeError("expected text")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("expected a number")
    if kind in ("int", "bigint"):
        if isinstance(value, float) and not value.is_integer():
            raise ValueError("expected a whole number")
        number = int(value)
        if not -(2**63) <= number < 2**63 or (kind == "int" and not -(2**31) <= number < 2**31):
            raise ValueError(f"out of the range of {kind}")
        return number
    if not math.isfinite(float(value)):
        raise ValueError("expected a finite number")
    return float(value)


def canonical_time(value: object) -> str:
    """ISO 8601 in UTC with microseconds: text order is time order. Without a zone, UTC is meant."""
    if isinstance(value, bool):
        raise TypeError("expected a time")
    if isinstance(value, int | float):
        moment = datetime.fromtimestamp(value, UTC)
    elif isinstance(value, str):
        moment = datetime.fromisoformat(value)
    elif isinstance(value, datetime):
        moment = value
    else:
        raise TypeError("expected a time")
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")
