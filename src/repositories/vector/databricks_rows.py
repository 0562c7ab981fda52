"""Answers of the vector search API as rows: by the names in their manifest, never by position."""

from collections.abc import Mapping, Sequence
from typing import Any

from src.repositories.vector.base import IndexState, Row
from src.repositories.vector.errors import StoreUnavailable
from src.repositories.vector.filters import Schemas, typed_value

Json = Mapping[str, Any]
_STATES = (
    # By what the state's name contains; the first that fits.
    ("FAILED", IndexState.FAILED),
    ("PROVISIONING", IndexState.PROVISIONING),
    ("INITIALIZING", IndexState.PROVISIONING),
    ("OFFLINE", IndexState.OFFLINE),
    ("STOP", IndexState.OFFLINE),
    ("ONLINE", IndexState.READY),
)


def index_state(status: Json) -> IndexState:
    """States are plain strings, and new ones appear: what is unknown is decided by `ready`."""
    detailed = str(status.get("detailed_state") or "").upper()
    for part, state in _STATES:
        if part in detailed:
            return state
    return IndexState.READY if status.get("ready") is True else IndexState.UNKNOWN


def scored_rows(memory_type: str, answer: Json) -> list[tuple[Row, float]]:
    names = [str(column.get("name")) for column in _list(answer.get("manifest"), "columns")]
    found = []
    for cells in _list(answer.get("result"), "data_array"):
        if len(cells) != len(names):
            raise StoreUnavailable(
                f"the vector store announced {len(names)} columns and sent {len(cells)}"
            )
        row = dict(zip(names, cells, strict=True))
        found.append((typed_row(memory_type, row), float(row[Schemas.SCORE])))
    return found


def scanned_rows(memory_type: str, answer: Json) -> list[tuple[Row, list[float]]]:
    found = []
    for item in _list(answer, "data"):
        cells = {str(one.get("key")): _plain(one.get("value")) for one in _list(item, "fields")}
        vector = [float(part) for part in cells.pop(Schemas.VECTOR, None) or ()]
        found.append((typed_row(memory_type, cells), vector))
    return found


def typed_row(memory_type: str, cells: Json) -> Row:
    """Numbers come back as floats or texts; a value that does not fit is kept as it came."""
    kinds = Schemas.get_schema(memory_type)
    return {name: _typed(kinds[name], value) for name, value in cells.items() if name in kinds}


def _typed(kind: str, value: Any) -> Any:
    try:
        return typed_value(kind, value)
    except (TypeError, ValueError, OverflowError):
        return value


def cosine(score: float) -> float:
    """Of unit vectors, from the service's 1 / (1 + d²) where d² = 2 - 2 cos."""
    if score <= 0.0:
        return -1.0
    return round(max(-1.0, min(1.0, 1.0 - 0.5 * (1.0 / score - 1.0))), 6)


def whole_number(value: Any) -> int:
    """An int64 may travel as text."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _list(holder: Any, name: str) -> Sequence[Any]:
    found = holder.get(name) if isinstance(holder, Mapping) else None
    return found if isinstance(found, list) else []


def _plain(value: Any) -> Any:
    """A protobuf Value: one key that names the kind."""
    if not isinstance(value, Mapping):
        return value
    for kind, inner in value.items():
        if kind == "null_value":
            return None
        if kind == "list_value":
            return [_plain(item) for item in _list(inner, "values")]
        return inner
    return None
