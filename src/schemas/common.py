"""Shapes that every noun shares."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

T = TypeVar("T")

RowId = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F-]{36}$")]


class Page(BaseModel, Generic[T]):
    items: list[T]
    next_cursor: str | None = None


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


class OwnedRead(Read):
    id: str
    group_id: str
    version: int
    created_at: datetime
    updated_at: datetime
