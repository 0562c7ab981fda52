from typing import Annotated, Any

from pydantic import Field

from src.core.text import Key, SafeText
from src.schemas.common import OwnedRead, Patch
from src.schemas.strict import Strict

Description = Annotated[SafeText, Field(max_length=2000)]


class OutputSchemaCreate(Strict):
    name: Key
    description: Description = ""
    json_schema: dict[str, Any] = Field(
        description="JSON schema (2020-12) of an object; references stay inside it"
    )


class OutputSchemaUpdate(Patch):
    name: Key | None = None
    description: Description | None = None
    json_schema: dict[str, Any] | None = None


class OutputSchemaRead(OwnedRead):
    name: str
    description: str
    json_schema: dict[str, Any]
