"""Which tools the demo model calls, and with what: read off the task's words and the tools' schemas."""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from src.engines.crewai.llms.demo_tables import query_for, sources_of
from src.engines.crewai.memory.memory_tools import SAVE_TO_MEMORY, SEARCH_MEMORY

MAX_CALLS = 5
_URL = re.compile(r"https?://[^\s<>\"')\]]+")
_DATE = re.compile(r"\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b")
_ARITHMETIC = re.compile(r"[(\d][\d \t.()]*(?:[-+*/×÷^%][ \t(]*\d[\d \t.)]*)+")
_GROWTH = re.compile(r"\b(?:growth|change|increase|decrease|rise|fall)\b", re.IGNORECASE)
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
_SENDING_WORDS = re.compile(r"\b(?:send|post|submit|notify|publish|create)\b", re.IGNORECASE)
_TIME_ZONE = re.compile(r"\b(?:UTC|[A-Z][a-z]+/[A-Z][A-Za-z_]+)\b")
_RECALLING_WORDS = re.compile(
    r"\b(?:remember|recall|memory|last time|earlier runs?|previous(?:ly)?)\b", re.IGNORECASE
)
_KEEPING_WORDS = re.compile(
    r"[^.!?\n]*\b(?:remember that|save to memory|keep in mind|note for later)\b[^.!?\n]*",
    re.IGNORECASE,
)
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
    """Tools with side effects: only called when the task names a URL and says to send something."""

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
        numbers = _NUMBER.findall(plain)
        if len(numbers) >= 2 and float(numbers[0]) and _GROWTH.search(plain):
            return f"({numbers[1]} - {numbers[0]}) / {numbers[0]} * 100"
        return None


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
    if function["name"] in (SEARCH_MEMORY, SAVE_TO_MEMORY):
        return _memory_arguments(function["name"], facts)
    parameters = function.get("parameters") or {}
    properties: dict[str, Any] = parameters.get("properties") or {}
    names = {name.lower() for name in properties}
    if names & _DATA_ARGUMENTS:
        return _data_arguments(function["name"], properties, facts)
    needs_url = bool(names & _URL_ARGUMENTS) or _sounds_like_network(function)
    has_effect = function["name"] in facts.once_tools
    if (needs_url or has_effect) and facts.url is None:
        return None
    if has_effect and not (_SENDING_WORDS.search(facts.task) or _is_named(function, facts.task)):
        return None
    if names & _MATHS_ARGUMENTS:
        usable = facts.expression is not None
    elif "time" in function["name"] or "date" in function["name"]:
        usable = _TIME_WORDS.search(facts.task) is not None
    else:
        usable = needs_url or bool(names & _QUERY_ARGUMENTS) or _is_named(function, facts.task)
    if not usable:
        return None
    required = parameters.get("required") or []
    offered = {name: _offer(name, facts) for name in properties}
    return {
        name: _filled(part, facts) if offered[name] is None else offered[name]
        for name, part in properties.items()
        if name in required or offered[name] is not None
    }


def _memory_arguments(tool: str, facts: Facts) -> dict[str, Any] | None:
    """What fits the task best is in the prompt already: only a task that asks for more gets it."""
    kept = _KEEPING_WORDS.search(facts.task)
    if tool == SAVE_TO_MEMORY:
        return {"texts": [kept.group().strip()]} if kept else None
    return (
        None
        if kept or not _RECALLING_WORDS.search(facts.task)
        else {"queries": [subject_of(facts.task)]}
    )


def _data_arguments(tool: str, properties: dict[str, Any], facts: Facts) -> dict[str, Any] | None:
    """A question about the first table or document that this tool reads."""
    wants_csv = "csv" in tool or "csv" in properties
    for source in sources_of(facts.task, facts.inputs):
        if ("json" in tool and source.is_csv) or (wants_csv and not source.is_csv):
            continue
        arguments: dict[str, Any] = {}
        for name, part in properties.items():
            if name.lower() in _MATHS_ARGUMENTS | _QUERY_ARGUMENTS:
                arguments[name] = query_for(source, facts.task)
            elif name == "input_name" and source.input_name:
                arguments[name] = source.input_name
            elif name.lower() in _DATA_ARGUMENTS and not (
                source.input_name and "input_name" in properties
            ):
                is_text = part.get("type") not in ("array", "object")
                arguments[name] = source.text if is_text else source.value
        return arguments
    return None


def _offer(name: str, facts: Facts) -> Any:
    """What the task itself says for an argument of this name."""
    lowered = name.lower()
    if lowered in _URL_ARGUMENTS:
        return facts.url
    if lowered in _MATHS_ARGUMENTS:
        return facts.expression
    if lowered in ("timezone", "time_zone", "tz"):
        zone = _TIME_ZONE.search(facts.task)
        return zone.group() if zone else None
    return subject_of(facts.task) if lowered in _QUERY_ARGUMENTS else None


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
    """The first sentence up to a colon, short enough for a heading or a search box."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "the task")
    sentence = re.split(r"(?<=[.!?])\s|:\s", line)[0].rstrip(":")
    return textwrap.shorten(sentence, 100, placeholder=" …") or line[:100]


def _over_list(what: str, numbers: list[str]) -> str:
    if what == "product":
        return " * ".join(numbers)
    total = " + ".join(numbers)
    return total if what in ("sum", "total") else f"({total}) / {len(numbers)}"


def _is_named(function: dict[str, Any], task: str) -> bool:
    words = [word for word in re.split(r"\W|_", function["name"].lower()) if len(word) > 3]
    plain = _URL.sub(" ", task).lower()
    return any(word in plain for word in words)


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
        "context": "There is no further context.",
        "coworker": best,
    }
    wanted = function["parameters"]["properties"]
    return PlannedCall(
        function["name"], {key: value for key, value in said.items() if key in wanted}
    )
