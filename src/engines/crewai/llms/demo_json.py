"""Values that follow a JSON schema, made from the words of a task: the same every time."""

import json
import re
from typing import Any

_FORMATS = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "email": "demo@example.com",
    "uri": "https://example.com",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_MAX_DEPTH = 12
_SCHEMA_WORDS = re.compile(r"schema", re.IGNORECASE)
_NUMBERED_TASK = re.compile(r"Task Number (\d+) - (.+)")


class DemoJson:
    """Fills one schema. The first free text says that no model ran; the others quote the task."""

    def __init__(self, schema: dict[str, Any], label: str, subject: str) -> None:
        self._root, self._label, self._subject = schema, label, subject
        self._labelled = False

    def text(self) -> str:
        return json.dumps(self._value(self._root, "", 0), ensure_ascii=False, indent=2)

    def _value(self, schema: dict[str, Any], name: str, depth: int) -> Any:
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][0]
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if isinstance(kind, list):
            kind = next(one for one in kind if one != "null")
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, name, depth)
        if kind in ("integer", "number"):
            return _number(schema, whole=kind == "integer")
        if kind == "boolean":
            return True
        return None if kind == "null" else self._string(schema, name)

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        wanted = schema.get("properties", {})
        if depth >= _MAX_DEPTH:
            wanted = {key: wanted[key] for key in schema.get("required", ()) if key in wanted}
        return {key: self._value(part, key, depth + 1) for key, part in wanted.items()}

    def _array(self, schema: dict[str, Any], name: str, depth: int) -> list[Any]:
        if depth >= _MAX_DEPTH or schema.get("maxItems") == 0:
            return []
        item = schema.get("items") or {"type": "string"}
        return [
            self._value(item, name, depth + 1) for _ in range(max(1, schema.get("minItems", 1)))
        ]

    def _string(self, schema: dict[str, Any], name: str) -> str:
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        words = self._subject if self._labelled else f"{self._label} {self._subject}"
        self._labelled = True
        text = f"{words} ({name.replace('_', ' ')})" if name else words
        text = text.ljust(schema.get("minLength", 0), ".")
        return text[: schema.get("maxLength", len(text))]

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Follows references and takes the first branch of a union that is not null."""
        for _ in range(_MAX_DEPTH):
            if "$ref" in schema:
                schema = _pointed(self._root, schema["$ref"])
                continue
            branches = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
            if not branches:
                break
            schema = next((one for one in branches if one.get("type") != "null"), branches[0])
        return schema


def _pointed(root: dict[str, Any], reference: str) -> dict[str, Any]:
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _number(schema: dict[str, Any], *, whole: bool) -> int | float:
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    low += 1 if "exclusiveMinimum" in schema and whole else 0
    high = schema.get("maximum", schema.get("exclusiveMaximum", max(low, 1)))
    if whole:
        return int(min(max(low, 1), high))
    return float((low + high) / 2)


def verdict_or_plan(schema: dict[str, Any], prompt: str, label: str) -> str | None:
    """crewai's own questions: does this answer meet the guardrail, and what is the plan for each task."""
    fields = set(schema.get("properties", {}))
    if fields == {"valid", "feedback"}:
        return json.dumps({"valid": True, "feedback": f"{label} nothing was checked"})
    if fields == {"list_of_plans_per_task"}:
        plans = [
            {
                "task_number": int(number),
                "task": task.strip(),
                "plan": f"{label} Do: {task.strip()}",
            }
            for number, task in _NUMBERED_TASK.findall(prompt)
        ]
        return json.dumps({"list_of_plans_per_task": plans})
    return None


def schema_in(prompt: str) -> dict[str, Any] | None:
    """The JSON schema that a prompt asks the answer to follow, if it spells one out."""
    decoder = json.JSONDecoder()
    for word in _SCHEMA_WORDS.finditer(prompt):
        start = prompt.find("{", word.end())
        if start < 0:
            return None
        try:
            found, _ = decoder.raw_decode(prompt, start)
        except ValueError:
            continue
        # crewai wraps it as OpenAI does: {"type": "json_schema", "json_schema": {"schema": {…}}}.
        found = found.get("json_schema", found)
        found = found.get("schema", found)
        if "properties" in found or "$ref" in found:
            return dict(found)
    return None
