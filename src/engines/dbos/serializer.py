"""JSON for what the run engine stores: its default is pickle, which runs code when it is read."""

import json
from typing import Any

from dbos import Serializer


class JsonSerializer(Serializer):
    """Ids and small values only. Errors are kept as their type and text."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=_describe)

    def deserialize(self, serialized_data: str) -> Any:
        value = json.loads(serialized_data)
        if isinstance(value, dict) and set(value) == {"error_type", "error_text"}:
            return RuntimeError(f"{value['error_type']}: {value['error_text']}")
        return value

    def name(self) -> str:
        return "kasal_json"


def _describe(value: object) -> object:
    if isinstance(value, BaseException):
        return {"error_type": type(value).__name__, "error_text": str(value)[:500]}
    raise TypeError(f"the run engine stores JSON only, got {type(value).__name__}")
