"""From the payload of a call to the inputs of a run."""

from collections.abc import Mapping
from typing import Any

import orjson

from src.core.documents import check_document
from src.core.errors import BadRequest, FieldError, Invalid
from src.core.query import QueryFailed, QueryLimits, bounded_json, run_query

MAX_BODY_BYTES = 262_144
_LIMITS = QueryLimits(data_chars=MAX_BODY_BYTES, work_chars=5_000_000, steps=100_000)
_MAX_INPUTS_CHARS = 1_048_576


def read_payload(body: bytes) -> dict[str, Any]:
    """Raises BadRequest for what is no JSON, Invalid for what is no object or cannot be stored."""
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise BadRequest(
            "the body must be JSON (UTF-8, finite numbers, no lone surrogates)"
        ) from exc
    if not isinstance(payload, dict):
        raise Invalid(
            f"expected a JSON object, got a {type(payload).__name__}",
            errors=(FieldError("", "dict-type", "the body must be a JSON object"),),
        )
    check_document(payload)
    return payload


def map_inputs(mapping: Mapping[str, str], payload: Mapping[str, Any]) -> dict[str, Any]:
    """Raises Invalid that names each input that the payload does not give."""
    inputs: dict[str, Any] = {}
    errors: dict[str, FieldError] = {}
    left = _MAX_INPUTS_CHARS
    for name, query in mapping.items():
        at = f"mapping/{name}"
        try:
            value = run_query(query, payload, _LIMITS)
            left -= len(bounded_json(value, left))
            if left < 0:
                raise QueryFailed(
                    "too-long", f"all inputs may have {_MAX_INPUTS_CHARS} characters together"
                )
            if value is None:
                raise QueryFailed("missing", f"the payload has nothing at {query}")
            check_document(value, at)
        except QueryFailed as exc:
            errors[name] = FieldError(at, exc.code, exc.message[:500])
        except Invalid as exc:
            errors[name] = exc.errors[0]
        else:
            inputs[name] = value
        if left < 0:
            break
    if errors:
        raise Invalid(
            f"the payload does not give {', '.join(errors)[:300]}; each is listed in errors",
            errors=tuple(errors.values()),
        )
    return inputs
