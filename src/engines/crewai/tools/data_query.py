"""query_json and query_csv: JMESPath over data that the model holds or that the run was given."""

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from pydantic import BaseModel, Field, model_validator

from src.core.query import QueryFailed, QueryLimits, bounded_json
from src.core.query import run_query as run_bounded_query
from src.engines.crewai.tools.base import ToolBody, ToolContext, ToolError

_MAX_DATA_CHARS = 2_000_000
_MAX_QUERY_CHARS = 1_000
_MAX_RESULT_CHARS = 20_000
_MAX_COLUMNS = 1_000
_LIMITS = QueryLimits(_MAX_DATA_CHARS, work_chars=50_000_000, steps=2_000_000)
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?(?:[eE][+-]?\d{1,3})?")


class QueryArguments(BaseModel):
    query: str = Field(
        description="JMESPath, for example [?price > `10`].{name: name, price: price} or "
        "sort_by(@, &price)[-1] or sum([].price)",
        min_length=1,
        max_length=_MAX_QUERY_CHARS,
    )
    data: str | None = Field(
        None, description="The data itself, as text", max_length=_MAX_DATA_CHARS
    )
    input_name: str | None = Field(
        None, description="Instead of data: the name of an input of this run", max_length=200
    )

    @model_validator(mode="after")
    def _one_source(self) -> "QueryArguments":
        if (self.data is None) == (self.input_name is None):
            raise ValueError("give either data or input_name, not both")
        return self


def query_json(context: ToolContext) -> ToolBody:
    def call(arguments: QueryArguments) -> str:
        source = _source(arguments, context.run.plan.inputs)
        data = _parse_json(source) if isinstance(source, str) else source
        return run_query(arguments.query, data)

    return ToolBody(
        "query_json",
        "Picks, filters, sorts, counts and sums parts of JSON data with a JMESPath query.",
        QueryArguments,
        call,
    )


def query_csv(context: ToolContext) -> ToolBody:
    def call(arguments: QueryArguments) -> str:
        source = _source(arguments, context.run.plan.inputs)
        if not isinstance(source, str):
            raise ToolError(
                "not-csv", f"input {arguments.input_name!r} is not text; use query_json"
            )
        return run_query(arguments.query, parse_csv(source))

    return ToolBody(
        "query_csv",
        "Queries CSV data (first line: column names) with JMESPath; each row is an object, numbers are "
        "numbers.",
        QueryArguments,
        call,
    )


def run_query(query: str, data: Any) -> str:
    try:
        result = run_bounded_query(query, data, _LIMITS)
        if result is None:
            return "null (the query matches nothing; names of fields are case-sensitive)"
        text = bounded_json(result, _MAX_RESULT_CHARS)
    except QueryFailed as exc:
        raise ToolError(exc.code, exc.message) from exc
    if len(text) > _MAX_RESULT_CHARS:
        return f"{text[:_MAX_RESULT_CHARS]}\n[cut: the result is longer; narrow the query]"
    return text


def parse_csv(text: str) -> list[dict[str, Any]]:
    """Rows as objects. Values that are written like numbers become numbers; 007 stays text."""
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=_delimiter(text), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if not header or len(header) > _MAX_COLUMNS or len(set(header)) < len(header):
            raise ToolError(
                "not-csv", f"expected a first line of up to {_MAX_COLUMNS} different column names"
            )
        rows = []
        for row in reader:
            if not row:
                continue
            if len(row) != len(header):
                raise ToolError(
                    "not-csv",
                    f"line {reader.line_num} has {len(row)} fields, the first line has {len(header)}",
                )
            rows.append({name: _typed(value) for name, value in zip(header, row, strict=True)})
        return rows
    except csv.Error as exc:
        raise ToolError("not-csv", f"line {reader.line_num} cannot be read: {exc}") from exc


def _source(arguments: QueryArguments, inputs: Mapping[str, Any]) -> Any:
    if arguments.input_name is None:
        return arguments.data
    if arguments.input_name not in inputs:
        known = ", ".join(sorted(inputs)) or "none"
        raise ToolError(
            "unknown-input",
            f"this run has no input {arguments.input_name!r}; its inputs are {known}",
        )
    return inputs[arguments.input_name]


def _parse_json(text: str) -> Any:
    if len(text) > _MAX_DATA_CHARS:
        raise ToolError("data-too-large", f"expected at most {_MAX_DATA_CHARS} characters of data")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as exc:
        raise ToolError("not-json", f"the data is not JSON: {exc}") from exc


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max((",", ";", "\t", "|"), key=first.count)


def _typed(value: str) -> Any:
    text = value.strip()
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if any(char in text for char in ".eE") else int(text)
