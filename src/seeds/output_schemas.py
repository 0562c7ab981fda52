"""Named JSON schemas that tasks may ask their answer to follow."""

from typing import Any


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required if required is not None else list(properties),
        "additionalProperties": False,
    }


def _list_of(item: dict[str, Any], description: str) -> dict[str, Any]:
    return {"type": "array", "items": item, "description": description}


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def _one_of(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


OUTPUT_SCHEMAS: dict[str, dict[str, Any]] = {
    "summary": {
        "description": "A headline, a short text and the points it rests on",
        "json_schema": _object(
            {
                "headline": _text("one line"),
                "summary": _text("two to five sentences"),
                "key_points": _list_of({"type": "string"}, "what the summary rests on"),
            }
        ),
    },
    "ticket_triage": {
        "description": "Where a support ticket goes and how urgent it is",
        "json_schema": _object(
            {
                "category": _one_of("billing", "technical", "account", "feedback"),
                "urgency": _one_of("low", "normal", "high"),
                "sentiment": _one_of("positive", "neutral", "negative"),
                "summary": _text("what the customer wants, in one sentence"),
            }
        ),
    },
    "action_items": {
        "description": "Who does what until when",
        "json_schema": _object(
            {
                "items": _list_of(
                    _object(
                        {
                            "action": _text("what is to be done"),
                            "owner": _text("who does it"),
                            "due": _text("date or period; empty when none was named"),
                        },
                        ["action", "owner"],
                    ),
                    "in order of urgency",
                )
            }
        ),
    },
    "entities": {
        "description": "People, organisations and places that a text names",
        "json_schema": _object(
            {
                "people": _list_of({"type": "string"}, "names as written"),
                "organisations": _list_of({"type": "string"}, "names as written"),
                "places": _list_of({"type": "string"}, "names as written"),
            }
        ),
    },
    "decision": {
        "description": "A recommendation with its reasons and risks",
        "json_schema": _object(
            {
                "recommendation": _text("what to do"),
                "reasons": _list_of({"type": "string"}, "strongest first"),
                "risks": _list_of({"type": "string"}, "what could go wrong"),
                "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            }
        ),
    },
}
