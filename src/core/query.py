"""JMESPath over data that somebody else has sent, within bounds of time and memory."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jmespath
import jmespath.exceptions
import jmespath.functions
import jmespath.parser
import jmespath.visitor

from src.core.errors import CodedFailure

_MISFITS = (RecursionError, TypeError, ValueError, ArithmeticError, KeyError, AttributeError)
"""What the library lets through when a query does not fit its data."""


class QueryFailed(CodedFailure):
    """In words for people; `code` is invalid-query, query-too-large, data-too-large or not-json."""


@dataclass(frozen=True)
class QueryLimits:
    data_chars: int
    """Of the data as JSON text."""
    work_chars: int
    """How much of its data a query may copy: `[@, @]` twice over is four copies."""
    steps: int
    """Nodes of the query times the elements that they are evaluated for."""


def check_query(query: str) -> None:
    """Raises QueryFailed for what is no JMESPath."""
    _parsed(query)


def run_query(query: str, data: Any, limits: QueryLimits) -> Any:
    """A JSON value whose parts may be shared. Raises QueryFailed."""
    size = len(bounded_json(data, limits.data_chars + 1))
    if size > limits.data_chars:
        raise QueryFailed(
            "data-too-large", f"expected at most {limits.data_chars} characters of data"
        )
    parsed = _parsed(query)
    if _copies(parsed) * max(size, 100) > limits.work_chars:
        raise QueryFailed("query-too-large", "the query would copy its data too often; simplify it")
    functions = _Functions(limits.data_chars)
    interpreter = _Interpreter(jmespath.Options(custom_functions=functions), limits.steps)
    try:
        return interpreter.visit(parsed, data)
    except jmespath.exceptions.JMESPathError as exc:
        raise _invalid(exc) from exc
    except _MISFITS as exc:
        raise QueryFailed("invalid-query", f"the query does not fit the data: {exc}") from exc


def bounded_json(value: Any, max_chars: int) -> str:
    """Stops writing soon after the limit: shared parts can make a small value very long as text."""
    parts: list[str] = []
    length = 0
    try:
        for part in json.JSONEncoder(ensure_ascii=False, allow_nan=False).iterencode(value):
            parts.append(part)
            length += len(part)
            if length > max_chars:
                break
    except (ValueError, TypeError, RecursionError) as exc:
        raise QueryFailed("not-json", f"the value cannot be written as JSON: {exc}") from exc
    return "".join(parts)


def _parsed(query: str) -> Mapping[str, Any]:
    try:
        parsed: Mapping[str, Any] = jmespath.parser.Parser().parse(query).parsed
    except jmespath.exceptions.JMESPathError as exc:
        raise _invalid(exc) from exc
    except _MISFITS as exc:
        raise QueryFailed("invalid-query", f"the query cannot be read: {exc}") from exc
    return parsed


def _invalid(exc: Exception) -> QueryFailed:
    return QueryFailed("invalid-query", f"the JMESPath query does not work: {exc}")


def _copies(node: Mapping[str, Any]) -> int:
    """An upper bound for how often the result of a query can hold its data."""
    children = [child for child in node.get("children", ()) if isinstance(child, dict)]
    if node["type"] == "function_expression" and node["value"] in ("to_string", "join", "merge"):
        return max(2, sum(_copies(child) for child in children))
    if node["type"] in ("multi_select_list", "multi_select_dict"):
        return max(1, sum(_copies(child) for child in children))
    product = 1
    for child in children:
        product *= _copies(child)
    return product


class _Interpreter(jmespath.visitor.TreeInterpreter):
    """Lists that a query itself holds, one inside the other, would keep it busy for hours."""

    def __init__(self, options: jmespath.Options, steps: int) -> None:
        super().__init__(options)
        self._left = steps

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise QueryFailed("query-too-large", "the query takes too long; simplify it")
        return super().visit(node, *args, **kwargs)


class _Functions(jmespath.functions.Functions):
    def __init__(self, max_chars: int) -> None:
        self._max_chars = max_chars

    @jmespath.functions.signature({"types": ["string"]}, {"types": ["array-string"]})
    def _func_join(self, separator: str, array: list[str]) -> str:
        if len(separator) * len(array) > self._max_chars:
            raise ValueError("join would make a text that is too long")
        return separator.join(array)
