"""What changed between two definitions of a crew or a flow, for people to read."""

from collections.abc import Iterator, Mapping
from typing import Any

from src.core.documents import pointer_step
from src.schemas.versions import Change


def diff(before: Any, after: Any, path: str = "") -> Iterator[Change]:
    """Objects field by field; lists of things with ids (canvas nodes) thing by thing; the rest as a whole."""
    old, new = _as_mapping(before), _as_mapping(after)
    if old is None or new is None:
        if before != after:
            yield Change(op="replace", path=path, before=before, after=after)
        return
    for name, value in old.items():
        at = f"{path}/{pointer_step(name)}"
        if name in new:
            yield from diff(value, new[name], at)
        else:
            yield Change(op="remove", path=at, before=value)
    for name, value in new.items():
        if name not in old:
            yield Change(op="add", path=f"{path}/{pointer_step(name)}", after=value)
    # Order is meaning: tasks run in the order they stand in.
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield Change(op="replace", path=path, before=list(old), after=list(new))


def _as_mapping(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, dict):
        return value
    if not isinstance(value, list) or not value:
        return None
    if not all(isinstance(item, dict) and isinstance(item.get("id"), str) for item in value):
        return None
    named = {item["id"]: item for item in value}
    return named if len(named) == len(value) else None
