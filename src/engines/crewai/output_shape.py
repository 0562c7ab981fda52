"""A JSON schema as the class that crewai and litellm ask for; answers are held against the schema itself."""

import copy
import json
import re
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

from pydantic import BaseModel, ConfigDict, create_model, model_validator

from src.core.documents import check_document
from src.core.errors import Invalid
from src.core.json_schema import document_errors

_MAX_NAME_CHARS = 60
_MAX_TOLD = 5
_FENCED = re.compile(r"\A\s*```(?:json)?[ \t]*\n(.*?)\n?```\s*\Z", re.DOTALL)


@dataclass(frozen=True)
class Read:
    """What an answer holds."""

    value: Any = None
    complaint: str = ""
    """What is wrong with it, for the model that is asked again; empty for a good answer."""


class _Shape(BaseModel):
    """Takes any object that follows its schema, and gives it back unchanged."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)

    the_schema: ClassVar[dict[str, Any]] = {}

    @model_validator(mode="before")
    @classmethod
    def _follows_the_schema(cls, value: Any) -> Any:
        complaint = _complaint(cls.the_schema, value)
        if complaint:
            raise ValueError(complaint)
        return value

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """As it was written: what pydantic would make of it can say less."""
        return copy.deepcopy(cls.the_schema)


def shape_of(schema: dict[str, Any], task_key: str) -> type[BaseModel]:
    """Providers show the name to the model and allow letters, digits, _ and - in it."""
    words = "".join(char if char.isalnum() else " " for char in task_key).title().split()
    name = f"{''.join(words)[:_MAX_NAME_CHARS]}Output"
    shape = create_model(name, __base__=_Shape)
    shape.the_schema = schema
    return shape


def response_format_of(shape: type[BaseModel]) -> type[BaseModel] | dict[str, Any]:
    """What to ask a provider for. OpenAI's strict mode makes every property required, so a model would
    invent what the user left optional: it is for schemas that leave nothing open."""
    if not issubclass(shape, _Shape) or _is_closed(shape.the_schema):
        return shape
    wanted = {"name": shape.__name__, "schema": shape.model_json_schema(), "strict": False}
    return {"type": "json_schema", "json_schema": wanted}


def _is_closed(schema: Any) -> bool:
    if isinstance(schema, list):
        return all(_is_closed(part) for part in schema)
    if not isinstance(schema, dict):
        return True
    properties = schema.get("properties", {})
    leaves_open = schema.get("type") == "object" and (
        schema.get("additionalProperties", True) is not False
        or set(schema.get("required", ())) != set(properties)
    )
    return not leaves_open and all(_is_closed(part) for part in schema.values())


def read_answer(schema: dict[str, Any], text: str) -> Read:
    """The JSON object of an answer, be it the whole of it, in a fence or between words."""
    fenced = _FENCED.match(text)
    candidates = [fenced.group(1) if fenced else text, text[text.find("{") : text.rfind("}") + 1]]
    for candidate in candidates:
        try:
            value = json.loads(candidate, strict=False, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            continue
        complaint = _complaint(schema, value)
        return Read(complaint=complaint) if complaint else Read(value)
    return Read(complaint="the answer must be one JSON object and nothing else")


def _complaint(schema: dict[str, Any], value: Any) -> str:
    try:
        check_document(value)
    except Invalid as exc:
        return f"the JSON cannot be kept: {exc.message}"
    errors = document_errors(schema, value, "")
    told = [f"{error.pointer or '/'}: {error.message}" for error in errors[:_MAX_TOLD]]
    return f"the JSON does not follow the schema: {'; '.join(told)}" if told else ""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
