"""Bodies in which an unknown field is an error, with pointers that lead to it and messages that help."""

import difflib
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

_MAX_GUESSES = 5
"""Per model: a body may hold a hundred thousand unknown fields, and guessing takes 0.1 ms each."""
_MAX_NAME_CHARS = 80
_KEY_RULE = "at most 120 letters, digits, spaces and . _ : / -, and starts with a letter or digit"
_OBJECT_ERRORS = frozenset({"dict_type", "model_type", "model_attributes_type"})
_AT_WHAT_IS_NOT_THERE = frozenset({"missing", "unknown_type"})
"""Errors whose last step may name what the input does not have; a nested model has cleaned it already."""


class Strict(BaseModel):
    """Unknown fields are an error: nothing is accepted and then ignored."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    not_taken: ClassVar[Mapping[str, str]] = {}
    """Fields that other products know and Kasal does not, and what to do instead."""

    @model_validator(mode="wrap")
    @classmethod
    def _with_readable_errors(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(value)
        except ValidationError as exc:
            found = exc.errors(include_url=False, include_context=False)
            unknown = [error["loc"][0] for error in found if _is_unknown_field(error)]
            why = {name: cls._why_not(str(name)) for name in unknown[:_MAX_GUESSES]}
            told = [_readable(error, value, why) for error in found]
            # Of a union's branches only those that fit the kind of value have something to say.
            useful = [one for one in told if one is not None] or [_first(found[0])]
            raise ValidationError.from_exception_data(cls.__name__, useful) from None

    @classmethod
    def _why_not(cls, name: str) -> str:
        if name in cls.not_taken:
            return f"Kasal does not take this field: {cls.not_taken[name]}"
        known = [field.alias or key for key, field in cls.model_fields.items()]
        close = difflib.get_close_matches(name[:_MAX_NAME_CHARS], known, n=1, cutoff=0.6)
        if close:
            return f"there is no such field; did you mean {close[0]}?"
        return f"there is no such field; known are {', '.join(known)}"


def _readable(
    error: ErrorDetails, value: Any, why: Mapping[int | str, str]
) -> InitErrorDetails | None:
    kind, message = error["type"], error["msg"]
    location, given = _found_at(value, error)
    if (kind == "string_type" and isinstance(given, Mapping)) or (
        kind in _OBJECT_ERRORS and isinstance(given, str) and len(location) < len(error["loc"])
    ):
        return None
    if _is_unknown_field(error):
        message = why.get(error["loc"][0], "there is no such field")
    elif kind == "too_short" and isinstance(given, str):
        message = "the text must not be empty"
    elif kind == "union_tag_invalid":
        # pydantic's own text repeats the input.
        expected = message.partition("expected tags: ")[2]
        kind, location, message = "unknown_type", (*location, "type"), f"expected {expected}"
    elif error["loc"][-1:] == ("[key]",) and kind == "string_pattern_mismatch":
        message = f"a key is {_KEY_RULE}"
    return _details(kind, message, location)


def _first(error: ErrorDetails) -> InitErrorDetails:
    return _details(error["type"], error["msg"], error["loc"])


def _details(kind: str, message: str, location: tuple[int | str, ...]) -> InitErrorDetails:
    # A type of our own keeps pydantic from building the text anew, which it could not without the context.
    error = PydanticCustomError(_literal(kind), _literal(message))
    return InitErrorDetails(type=error, loc=location, input=None)


def _literal(text: str) -> Any:
    """PydanticCustomError asks for literals; without a context it leaves braces alone."""
    return text


def _is_unknown_field(error: ErrorDetails) -> bool:
    return error["type"] == "extra_forbidden" and len(error["loc"]) == 1


def _found_at(value: Any, error: ErrorDetails) -> tuple[tuple[int | str, ...], Any]:
    """The steps that exist in the input, and what is there: pydantic adds the branches of unions."""
    kept: list[int | str] = []
    last = len(error["loc"]) - 1
    for position, step in enumerate(error["loc"]):
        if _has_step(value, step):
            value = value[step]
        elif isinstance(value, BaseModel) and step in type(value).model_fields:
            value = getattr(value, str(step))
        elif position != last or error["type"] not in _AT_WHAT_IS_NOT_THERE:
            continue
        kept.append(step)
    return tuple(kept), value


def _has_step(value: Any, step: int | str) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, Mapping) and step in value
