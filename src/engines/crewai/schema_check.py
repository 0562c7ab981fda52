"""Whether a JSON schema of a configuration can be asked of a model and checked in its answer."""

import re
from collections.abc import Iterator
from typing import Any

from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from src.core.documents import check_document, pointer_step
from src.core.errors import FieldError, Invalid
from src.core.json_schema import schema_errors
from src.engines.crewai.problems import Problems


def check_schema(
    schema: dict[str, Any], at: str, problems: Problems, *, of_object: bool = True
) -> None:
    """Adds what is wrong with it. `of_object`: the answer must be a JSON object."""
    try:
        check_document(schema, at)
    except Invalid as exc:
        _add(problems, exc.errors)
        return
    if of_object and schema.get("type") != "object":
        problems.add(at, "not-an-object", 'the JSON schema must have "type": "object"')
    wrong = schema_errors(schema, at)
    if wrong:
        _add(problems, wrong)
        return
    resolver = Registry().resolver_with_root(DRAFT202012.create_resource(schema))
    for pointer, name, value in _keywords(schema, at):
        if name == "$ref":
            try:
                resolver.lookup(value)
            except Unresolvable:
                problems.add(pointer, "bad-schema", "this reference leads to nothing in the schema")
        else:
            try:
                re.compile(value)
            except re.error as exc:
                problems.add(pointer, "bad-schema", f"this is no regular expression: {exc.msg}")


def _add(problems: Problems, errors: tuple[FieldError, ...]) -> None:
    for error in errors:
        problems.add(error.pointer, error.code, error.message)


def _keywords(schema: Any, at: str) -> Iterator[tuple[str, str, str]]:
    """Pointer, name and value of every reference and regular expression; data that look alike too."""
    waiting = [(schema, at)]
    while waiting:
        value, here = waiting.pop()
        if isinstance(value, dict):
            for name in ("$ref", "pattern"):
                if isinstance(value.get(name), str):
                    yield f"{here}/{name}", name, value[name]
            waiting += [(child, f"{here}/{pointer_step(key)}") for key, child in value.items()]
        elif isinstance(value, list):
            waiting += [(child, f"{here}/{index}") for index, child in enumerate(value)]
