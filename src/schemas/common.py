"""Shapes that every noun shares."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

T = TypeVar("T")

RowId = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F-]{36}$")]


class Page(BaseModel, Generic[T]):
    items: list[T]
    next_cursor: str | None = None


class ErrorRead(BaseModel):
    """What went wrong inside something that was answered: a task, a run, a tested server."""

    code: str
    message: str

    @classmethod
    def stored(cls, code: str | None, message: str | None) -> "ErrorRead | None":
        """From the two columns in which a row keeps its error; None where it has none."""
        return None if code is None else cls(code=code, message=message or "")


class FieldProblem(BaseModel):
    pointer: str
    code: str
    message: str


class Problem(BaseModel):
    """RFC 9457. `errors` points at each wrong field."""

    type: str = Field(examples=["urn:kasal:error:not-found"])
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldProblem] = Field(default_factory=list)


class Read(BaseModel):
    """Built from a row, inside the unit of work."""

    model_config = ConfigDict(from_attributes=True)


B = TypeVar("B", bound=BaseModel)


def trusted(shape: type[B], values: dict[str, Any]) -> B:
    """An instance of what our own tables hold, which was validated when it was written.

    `values` has every field, in final types. Ten times faster than model_construct (pydantic 2.12), which
    is most of what a long list costs otherwise (benchmarks/README.md).
    """
    made = shape.__new__(shape)
    object.__setattr__(made, "__dict__", values)
    object.__setattr__(made, "__pydantic_fields_set__", set(values))
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


class OwnedRead(Read):
    id: str
    group_id: str
    version: int
    created_at: datetime
    updated_at: datetime


class Patch(BaseModel):
    """A partial change: a field that is left out stays. Null is for the columns named `nullable`."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    nullable: ClassVar[frozenset[str]] = frozenset()

    @field_validator("*", mode="before")
    @classmethod
    def _null_only_where_it_means_something(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None and info.field_name not in cls.nullable:
            raise PydanticCustomError("null", "leave this field out to keep its value")
        return value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        shown = handler(schema)
        for name, field in handler.resolve_ref_schema(shown).get("properties", {}).items():
            if name not in cls.nullable:
                _drop_null(field)
        return shown

    def changes(self) -> dict[str, Any]:
        """Column values of the fields that were given."""
        return {
            name: value
            for name, value in self.model_dump(mode="json").items()
            if name in self.model_fields_set
        }


def _drop_null(field: dict[str, Any]) -> None:
    field.pop("default", None)
    others = [kind for kind in field.pop("anyOf", []) if kind != {"type": "null"}]
    if len(others) == 1:
        field.update({**others[0], **field})
    elif others:
        field["anyOf"] = others
