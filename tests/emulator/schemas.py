"""The columns of an index: their types, and what a row must look like to be taken."""

import json
import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import orjson

from tests.emulator.errors import invalid

SYNONYMS = {"integer": "int", "long": "bigint", "short": "smallint", "byte": "tinyint"}
INTEGERS = {"int", "bigint", "smallint", "tinyint"}
FLOATS = {"float", "double"}
TIMES = {"timestamp", "date"}
SCALARS = INTEGERS | FLOATS | TIMES | {"string", "boolean"}
KEY_TYPES = INTEGERS | {"string"}
LARGEST = float(np.finfo(np.float32).max)
Vector = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class VectorColumn:
    name: str
    dimension: int


@dataclass(frozen=True)
class IndexSchema:
    columns: dict[str, str]
    """Name to type, in the service's own words ("bigint", never "long")."""
    primary_key: str
    vector: VectorColumn | None

    @property
    def text_columns(self) -> list[str]:
        return [name for name, kind in self.columns.items() if kind == "string"]

    def as_json(self) -> str:
        return json.dumps(dict(sorted(self.columns.items())))

    def check(self, row: Any) -> str | None:
        """Why the row is refused, or None. The vector may be a list or an array."""
        if not isinstance(row, dict):
            return "a row is a JSON object"
        unknown = set(row) - set(self.columns)
        if unknown:
            return f"columns {sorted(unknown)} are not in the schema"
        for name, kind in self.columns.items():
            value = row.get(name)
            if self.vector and name == self.vector.name:
                fault = _vector_fault(value, self.vector.dimension)
            elif value is None:
                fault = "is missing" if name == self.primary_key else None
            else:
                fault = None if is_a(value, kind) else f"is not a {kind}"
            if fault:
                return f"column {name} {fault}"
        return None


def parse_schema(text: Any, primary_key: Any, vector: VectorColumn | None) -> IndexSchema:
    """Of a create request's schema_json; normalised the way the service does it."""
    try:
        given = json.loads(text)
    except (TypeError, ValueError) as exc:
        raise invalid("schema_json is not a JSON object of column names and types.") from exc
    if not isinstance(given, dict) or not given:
        raise invalid("schema_json must name at least one column.")
    columns = {name: normalised(name, kind) for name, kind in sorted(given.items())}
    if "_id" in columns:
        raise invalid("Column name _id is reserved.")
    if columns.get(primary_key) not in KEY_TYPES:
        raise invalid(f"Primary key {primary_key!r} must be a string or integer column.")
    if vector is not None and columns.get(vector.name) != "array<float>":
        raise invalid(f"Embedding vector column {vector.name!r} must be of type array<float>.")
    return IndexSchema(columns, primary_key, vector)


def normalised(name: str, kind: Any) -> str:
    text = str(kind).strip().lower()
    inner = re.fullmatch(r"array<(\w+)>", text)
    scalar = SYNONYMS.get(inner[1] if inner else text, inner[1] if inner else text)
    if scalar not in SCALARS:
        raise invalid(f"Column {name!r} has the unsupported type {kind!r}.")
    return f"array<{scalar}>" if inner else scalar


def is_a(value: Any, kind: str) -> bool:
    if kind.startswith("array<"):
        return isinstance(value, list) and all(is_a(one, kind[6:-1]) for one in value)
    if kind == "string":
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if kind in INTEGERS:
        return isinstance(value, int)
    if kind in FLOATS:
        return isinstance(value, int | float) and math.isfinite(value)
    return time_of(value) is not None


def time_of(value: Any) -> datetime | None:
    """ISO 8601 (UTC where it names no zone), or seconds since 1970; None where it is neither."""
    if isinstance(value, bool):
        return None
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, date) and not isinstance(value, datetime):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _vector_fault(value: Any, dimension: int) -> str | None:
    if value is None:
        return "is missing"
    if not isinstance(value, list) or not set(map(type, value)) <= {int, float}:
        return "is not an array of numbers"
    if len(value) != dimension:
        return f"has {len(value)} dimensions, expected {dimension}"
    return None if min(value) > -LARGEST and max(value) < LARGEST else "does not fit a float"


def struct_value(value: Any, camel: bool) -> Any:
    """A cell as a protobuf Value, the way scan sends it."""
    names = ("stringValue", "numberValue", "boolValue", "nullValue", "listValue")
    string, number, boolean, null, array = (
        names
        if camel
        else ("string_value", "number_value", "bool_value", "null_value", "list_value")
    )
    if value is None:
        return {null: None}
    if isinstance(value, np.ndarray):
        return {array: {"values": _number_values(value, number)}}
    if isinstance(value, list):
        return {array: {"values": [struct_value(one, camel) for one in value]}}
    if isinstance(value, bool):
        return {boolean: value}
    return {number: float(value)} if isinstance(value, int | float) else {string: value}


def _number_values(vector: Vector, number: str) -> orjson.Fragment:
    """A thousand small objects, written without making them: scans of many vectors stay fast."""
    plain = orjson.dumps(vector, option=orjson.OPT_SERIALIZE_NUMPY)
    head = b'{"' + number.encode() + b'":'
    return orjson.Fragment(b"[" + head + plain[1:-1].replace(b",", b"}," + head) + b"}]")
