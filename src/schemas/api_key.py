from typing import Annotated

from pydantic import Field, StringConstraints

from src.core.text import SafeText
from src.schemas.common import OwnedRead, Patch
from src.schemas.secret import SecretText
from src.schemas.strict import Strict

KeyName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,59}$")]
Description = Annotated[SafeText, Field(max_length=2000)]


class ApiKeyCreate(Strict):
    name: KeyName = Field(description="as providers call it, such as OPENAI_API_KEY")
    value: SecretText
    description: Description = ""


class ApiKeyUpdate(Patch):
    value: SecretText | None = None
    description: Description | None = None


class ApiKeyRead(OwnedRead):
    """Never the value."""

    name: str
    description: str
    created_by: str
