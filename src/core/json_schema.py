"""JSON schemas that people write and documents that must follow them; nothing is ever fetched.

Messages are our own: those of the library repeat the value, which may be a secret.
"""

from collections.abc import Iterator
from typing import Any

import jsonschema
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from src.core.documents import pointer_step
from src.core.errors import FieldError

_MAX_ERRORS = 50
# Without a registry of its own the library follows "$ref": "https://…" over the network.
_NOTHING_REMOTE: Registry[Any] = Registry()


def schema_errors(schema: dict[str, Any], at: str) -> tuple[FieldError, ...]:
    """What keeps `schema` from being a JSON schema (2020-12) that refers to nothing outside itself."""
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except SchemaError as exc:
        return (
            FieldError(at + _path(exc), "bad-schema", f"this is no JSON schema: {_message(exc)}"),
        )
    return tuple(_foreign_references(schema, at))[:_MAX_ERRORS]


def document_errors(schema: dict[str, Any], document: Any, at: str) -> tuple[FieldError, ...]:
    validator = jsonschema.Draft202012Validator(schema, registry=_NOTHING_REMOTE)
    try:
        found = [_as_field_error(error, at) for error in validator.iter_errors(document)]
    except Unresolvable as exc:
        return (
            FieldError(at, "bad-schema", f"the JSON schema refers to a missing {exc.ref[:80]}"),
        )
    return tuple(found[:_MAX_ERRORS])


def write_only_names(schema: dict[str, Any]) -> frozenset[str]:
    """Top-level properties that are secrets: accepted, never shown."""
    properties = schema.get("properties", {})
    return frozenset(name for name, given in properties.items() if given.get("writeOnly") is True)


def _foreign_references(schema: Any, at: str) -> Iterator[FieldError]:
    waiting = [(schema, at)]
    while waiting:
        value, here = waiting.pop()
        if isinstance(value, dict):
            for name in ("$ref", "$dynamicRef"):
                target = value.get(name)
                if isinstance(target, str) and not target.startswith("#"):
                    message = 'only references inside this schema ("#/$defs/…") are followed'
                    yield FieldError(f"{here}/{name}", "foreign-reference", message)
            waiting += [(child, f"{here}/{pointer_step(key)}") for key, child in value.items()]
        elif isinstance(value, list):
            waiting += [(child, f"{here}/{index}") for index, child in enumerate(value)]


def _as_field_error(error: ValidationError, at: str) -> FieldError:
    return FieldError(at + _path(error), str(error.validator).lower(), _message(error))


def _path(error: ValidationError | SchemaError) -> str:
    steps = "".join(f"/{pointer_step(step)}" for step in error.absolute_path)
    if error.validator == "required" and isinstance(error.instance, dict):
        wanted: Any = error.validator_value
        missing = [name for name in wanted if name not in error.instance]
        # One error per missing name; the message of the library says which, quoted at its start.
        named = [name for name in missing if error.message.startswith(repr(name))]
        return f"{steps}/{pointer_step((named or missing)[0])}"
    return steps


def _message(error: ValidationError | SchemaError) -> str:
    if error.validator == "required":
        return "this field is required"
    if error.validator == "additionalProperties":
        return "there are fields that the schema does not know"
    if error.validator in ("anyOf", "oneOf", "allOf", "not", "if"):
        return f"the value does not satisfy {error.validator} of the schema"
    return f"expected {error.validator} {error.validator_value!r}"[:300]
