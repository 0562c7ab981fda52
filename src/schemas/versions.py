"""What every noun with versions shares: each change of its definition makes one that never changes again."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from src.core.text import SafeText, ShortText
from src.schemas.common import FieldProblem, OwnedRead, Patch, Read
from src.schemas.strict import Strict

MAX_VERSION = 2_147_483_647
Description = Annotated[SafeText, Field(max_length=2000)]
Note = Annotated[SafeText, Field(max_length=2000, description="why this version was made")]
VersionNumber = Annotated[int, Field(ge=1, le=MAX_VERSION)]


class VersionedCreate(Strict):
    name: ShortText
    description: Description = ""
    definition: Any
    note: Note = ""


class VersionedUpdate(Patch):
    name: ShortText | None = None
    description: Description | None = None
    definition: Any | None = None
    note: Note | None = None


class VersionedSummary(OwnedRead):
    name: str
    description: str
    current_version: int


class VersionedRead(VersionedSummary):
    definition: dict[str, Any]
    problems: list[FieldProblem] = Field(
        default_factory=list, description="after a change: what would keep this from running"
    )


class VersionSummary(Read):
    number: int
    note: str
    created_by: str
    created_at: datetime


class VersionRead(VersionSummary):
    definition: dict[str, Any]


class Rollback(Strict):
    to: VersionNumber = Field(description="the version whose definition becomes the newest one")
    note: Note = ""


class Change(BaseModel):
    op: Literal["add", "remove", "replace"]
    path: str = Field(description="JSON pointer; nodes and edges of a canvas are named by their id")
    before: Any = None
    after: Any = None


class DefinitionDiff(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    from_: int = Field(serialization_alias="from", validation_alias="from")
    to: int
    changes: list[Change]
