"""Which tools the demo model calls, and with what: read off the task's words and the tools' schemas."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_CALLS = 5
_URL = re.compile(r"https?://[^\s<>\"')\]]+")
_DATE = re.compile(r"\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b")
_ARITHMETIC = re.compile(r"[(\d][\d\s.()]*(?:[-+*/×÷^%][\s(]*\d[\d\s.)]*)+")
_PERCENT_OF = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent)\s+of\s+(\d+(?:\.\d+)?)", re.IGNORECASE)
_LIST_OF_NUMBERS = re.compile(
    r"\b(sum|total|product|average|mean) of ((?:\d+(?:\.\d+)?(?:,\s*|\s+and\s+|,\s*and\s+)?)+)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TIME_WORDS = re.compile(
    r"\b(now|today|tomorrow|yesterday|current(?:ly)?|date|time|deadline|weekday|clock)\b",
    re.IGNORECASE,
)
_TIME_ZONE = re.compile(r"\b(?:UTC|[A-Z][a-z]+/[A-Z][A-Za-z_]+)\b")
_FENCED = re.compile(r"```\w*\n(.*?)```", re.DOTALL)
_COWORKERS = re.compile(r"coworkers: (.+)")
_URL_ARGUMENTS = {"url", "uri", "link", "address", "endpoint"}
_DATA_ARGUMENTS = {
    "data",
    "json",
    "csv",
    "rows",
    "table",
    "records",
    "document",
    "csv_text",
    "json_text",
}
_MATHS_ARGUMENTS = {"expression", "formula", "calculation"}
_QUERY_ARGUMENTS = {"query", "question", "search_query", "text", "q", "topic"}
_NETWORK_WORDS = ("http", "web", "url", "website", "scrape", "download", "fetch")


@dataclass(frozen=True)
class Facts:
    """What a task gives the demo model to work with."""

    task: str
    inputs: Mapping[str, Any]
    once_tools: frozenset[str] = frozenset()
    """Tools with side effects: only called when the task names a URL."""

    @property
    def url(self) -> str | None:
        found = _URL.search(self.task)
        return found.group().rstrip(".,;:") if found else None

    @property
    def expression(self) -> str | None:
        """The first thing in the task that can be calculated."""
        if percent := _PERCENT_OF.search(self.task):
            return f"{percent.group(2)} * {percent.group(1)} / 100"
        if listed := _LIST_OF_NUMBERS.search(self.task):
            return _over_list(listed.group(1).lower(), _NUMBER.findall(listed.group(2)))
        plain = _DATE.sub(" ", _URL.sub(" ", self.task))
        for found in _ARITHMETIC.finditer(plain):
            text = found.group().strip().rstrip(".")
            if text.count("(") == text.count(")") and not re.fullmatch(r"\d+-\d+", text):
                return text.replace("×", "*").replace("÷", "/").replace("^", "**")
        return None

    @property
    def data(self) -> Any:
        """A table or document: the first input that is one, else a fenced block of the task."""
        for value in self.inputs.values():
            if isinstance(value, dict | list) and value:
                return value
            if isinstance(value, str) and "\n" in value.strip() and "," in value:
                return value
        block = _FENCED.search(self.task)
        return block.group(1).strip() if block else None


@dataclass(frozen=True)
class PlannedCall:
    name: str
    arguments: dict[str, Any]


def planned_calls(tools: list[dict[str, Any]], facts: Facts) -> list[PlannedCall]:
    """At most MAX_CALLS, in the order of the tools."""
    functions = [tool["function"] for tool in tools]
    delegating = [one for one in functions if _is_delegation(one)]
    if delegating and len(delegating) == len(functions):  # a manager has nothing else
        return [_delegation(delegating[0], facts)]
    planned = []
    for function in functions:
        arguments = None if _is_delegation(function) else _arguments(function, facts)
        if arguments is not None:
            planned.append(PlannedCall(function["name"], arguments))
    return planned[:MAX_CALLS]


def _arguments(function: dict[str, Any], facts: Facts) -> dict[str, Any] | None:
    """None when the task gives this tool nothing to do."""
    parameters = function.get("parameters") or {}
    properties: dict[str, Any] = parameters.get("properties") or {}
    names = {name.lower() for name in properties}
    needs_url = bool(names & _URL_ARGUMENTS) or _sounds_like_network(function)
    if (needs_url or function["name"] in facts.once_tools) and facts.url is None:
        return None
    if names & _DATA_ARGUMENTS:
        usable = facts.data is not None
    elif names & _MATHS_ARGUMENTS:
        usable = facts.expression is not None
    elif "time" in function["name"] or "date" in function["name"]:
        usable = _TIME_WORDS.search(facts.task) is not None
    else:
        usable = needs_url or bool(names & _QUERY_ARGUMENTS) or _is_named(function, facts.task)
    if not usable:
        return None
    required = parameters.get("required") or []
    offered = {name: _offer(name, part, names, facts) for name, part in properties.items()}
    return {
        name: _filled(part, facts) if offered[name] is None else offered[name]
        for name, part in properties.items()
        if name in required or offered[name] is not None
    }


def _offer(name: str, schema: dict[str, Any], names: set[str], facts: Facts) -> Any:
    """What the task itself says for an argument of this name."""
    lowered = name.lower()
    if lowered in _URL_ARGUMENTS:
        return facts.url
    if lowered in _DATA_ARGUMENTS:
        return _shaped(facts.data, schema)
    if names & _DATA_ARGUMENTS and lowered in _MATHS_ARGUMENTS | _QUERY_ARGUMENTS:
        return "@"  # JMESPath for everything
    if lowered in _MATHS_ARGUMENTS:
        return facts.expression
    if lowered in ("timezone", "time_zone", "tz"):
        zone = _TIME_ZONE.search(facts.task)
        return zone.group() if zone else None
    return subject_of(facts.task) if lowered in _QUERY_ARGUMENTS else None


def _shaped(data: Any, schema: dict[str, Any]) -> Any:
    if schema.get("type") in ("array", "object") or isinstance(data, str):
        return data
    return json.dumps(data, ensure_ascii=False)


def _filled(schema: dict[str, Any], facts: Facts) -> Any:
    """A required argument that the task says nothing about."""
    if "default" in schema:
        return schema["default"]
    if schema.get("enum"):
        return schema["enum"][0]
    defaults: dict[str, Any] = {
        "integer": max(1, schema.get("minimum", 1)),
        "number": float(max(1, schema.get("minimum", 1))),
        "boolean": False,
        "array": [],
        "object": {},
    }
    return defaults.get(str(schema.get("type", "string")), subject_of(facts.task))


def subject_of(text: str) -> str:
    """The first sentence, short enough for a search box."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "the task")
    return re.split(r"(?<=[.!?])\s", line)[0][:120].strip()


def _over_list(what: str, numbers: list[str]) -> str:
    if what == "product":
        return " * ".join(numbers)
    total = " + ".join(numbers)
    return total if what in ("sum", "total") else f"({total}) / {len(numbers)}"


def _is_named(function: dict[str, Any], task: str) -> bool:
    words = [word for word in re.split(r"\W|_", function["name"].lower()) if len(word) > 3]
    return any(word in task.lower() for word in words)


def _sounds_like_network(function: dict[str, Any]) -> bool:
    return any(word in function["name"].lower() for word in _NETWORK_WORDS)


def _is_delegation(function: dict[str, Any]) -> bool:
    return "coworker" in (function.get("parameters") or {}).get("properties", {})


def _delegation(function: dict[str, Any], facts: Facts) -> PlannedCall:
    listed = _COWORKERS.search(function.get("description", ""))
    coworkers = [name.strip() for name in listed.group(1).split(",")] if listed else [""]
    words = set(re.findall(r"\w+", facts.task.lower()))
    # The one whose role shares most words with the task; the first of equals.
    best = max(coworkers, key=lambda role: len(words & set(re.findall(r"\w+", role.lower()))))
    said = {
        "task": facts.task,
        "question": facts.task,
        "context": "All there is.",
        "coworker": best,
    }
    wanted = function["parameters"]["properties"]
    return PlannedCall(
        function["name"], {key: value for key, value in said.items() if key in wanted}
    )
