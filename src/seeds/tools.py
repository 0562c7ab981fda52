"""The tool catalogue: what groups see, enable and configure. What runs is engines/crewai/tools/factory.py."""

from typing import Any, Final

_SCHEMA: Final = "https://json-schema.org/draft/2020-12/schema"


def _config_schema(
    properties: dict[str, Any], *, required_with: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": _SCHEMA,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    if required_with:
        schema["dependentRequired"] = required_with
    return schema


_ALLOWED_HOSTS: dict[str, Any] = {
    "type": "array",
    "title": "Allowed hosts",
    "description": "Host names, *.suffix for everything below one; empty allows every public host",
    "items": {
        "type": "string",
        "maxLength": 260,
        "pattern": r"^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$",
    },
    "maxItems": 100,
    "uniqueItems": True,
}
_TIMEOUT_S: dict[str, Any] = {
    "type": "number",
    "title": "Time limit in seconds",
    "minimum": 1,
    "maximum": 300,
}
_MAX_BYTES: dict[str, Any] = {
    "type": "integer",
    "title": "Bytes read of an answer at most",
    "minimum": 1_000,
    "maximum": 5_000_000,
}
_AUTHORIZATION: dict[str, Any] = {
    "type": "string",
    "title": "Authorization header",
    "description": "Sent to the allowed hosts only, for example Bearer …",
    "minLength": 1,
    "maxLength": 8_000,
    "writeOnly": True,
}
_HEADERS: dict[str, Any] = {
    "type": "object",
    "title": "Further secret headers",
    "description": "Sent to the allowed hosts only",
    "propertyNames": {"pattern": "^[A-Za-z0-9-]{1,64}$"},
    "additionalProperties": {"type": "string", "maxLength": 8_000},
    "maxProperties": 20,
    "writeOnly": True,
}
_HTTP_CONFIG: dict[str, Any] = _config_schema(
    {
        "allowed_hosts": _ALLOWED_HOSTS,
        "timeout_s": _TIMEOUT_S,
        "max_bytes": _MAX_BYTES,
        "authorization": _AUTHORIZATION,
        "headers": _HEADERS,
    },
    # A secret without named hosts would travel to whatever address a model is talked into.
    required_with={"authorization": ["allowed_hosts"], "headers": ["allowed_hosts"]},
)
_HTTP_DEFAULT: dict[str, Any] = {"allowed_hosts": [], "timeout_s": 30, "max_bytes": 500_000}
_NO_CONFIG: dict[str, Any] = _config_schema({})

TOOLS: Final[dict[str, dict[str, Any]]] = {
    "calculator": {
        "title": "Calculator",
        "description": "Computes arithmetic exactly: brackets, powers, roots, rounding, logarithms.",
        "side_effect": "idempotent",
        "config_schema": _NO_CONFIG,
        "default_config": {},
    },
    "current_time": {
        "title": "Current time",
        "description": "Tells date, time and weekday in any time zone.",
        "side_effect": "idempotent",
        "config_schema": _NO_CONFIG,
        "default_config": {},
    },
    "http_get": {
        "title": "HTTP GET",
        "description": "Reads from an HTTP API. Private networks are out of reach.",
        "side_effect": "idempotent",
        "config_schema": _HTTP_CONFIG,
        "default_config": _HTTP_DEFAULT,
    },
    "http_post": {
        "title": "HTTP POST",
        "description": "Sends to an HTTP API. A call that was made is not repeated after a crash.",
        "side_effect": "once",
        "config_schema": _HTTP_CONFIG,
        "default_config": _HTTP_DEFAULT,
    },
    "knowledge_search": {
        "title": "Knowledge search",
        "description": "Finds passages in the documents that were stored for the crew or its group.",
        "side_effect": "idempotent",
        "config_schema": _NO_CONFIG,
        "default_config": {},
    },
    "query_csv": {
        "title": "Query CSV",
        "description": "Filters, sorts and sums CSV data with JMESPath.",
        "side_effect": "idempotent",
        "config_schema": _NO_CONFIG,
        "default_config": {},
    },
    "query_json": {
        "title": "Query JSON",
        "description": "Picks, filters and sorts JSON data with JMESPath.",
        "side_effect": "idempotent",
        "config_schema": _NO_CONFIG,
        "default_config": {},
    },
    "web_page": {
        "title": "Web page",
        "description": "Reads a public web page as Markdown, without menus and scripts.",
        "side_effect": "idempotent",
        "config_schema": _config_schema(
            {
                "allowed_hosts": _ALLOWED_HOSTS,
                "timeout_s": _TIMEOUT_S,
                "max_bytes": _MAX_BYTES,
                "max_chars": {
                    "type": "integer",
                    "title": "Characters kept of a page at most",
                    "minimum": 500,
                    "maximum": 100_000,
                },
            }
        ),
        "default_config": {
            "allowed_hosts": [],
            "timeout_s": 30,
            "max_bytes": 2_000_000,
            "max_chars": 20_000,
        },
    },
}
