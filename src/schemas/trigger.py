"""Triggers: addresses that start a crew when they are called with a signature."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from src.core.text import ShortText, clean_text
from src.schemas.common import OwnedRead, Patch, RowId
from src.schemas.schedule import RunOptions
from src.schemas.strict import Strict

InputName = Annotated[
    str, AfterValidator(clean_text), StringConstraints(min_length=1, max_length=120)
]
Expression = Annotated[
    str, AfterValidator(clean_text), StringConstraints(min_length=1, max_length=500)
]
Mapping = Annotated[dict[InputName, Expression], Field(max_length=50)]
_MAPPING = "input -> JMESPath over the payload of the call, such as `issue.title`; `@` is all of it"


class TriggerCreate(Strict):
    name: ShortText
    crew_id: RowId
    request: RunOptions = Field(default_factory=RunOptions)
    mapping: Mapping = Field(default_factory=dict, description=_MAPPING)
    enabled: bool = True


class TriggerUpdate(Patch):
    """Whoever changes it is from then on the one in whose name it runs."""

    name: ShortText | None = None
    crew_id: RowId | None = None
    request: RunOptions | None = Field(None, description="replaces the whole request")
    mapping: Mapping | None = Field(None, description="replaces the whole mapping")
    enabled: bool | None = None


class TriggerRead(OwnedRead):
    name: str
    path: str = Field(description="where it is called: POST, signed as Standard Webhooks has it")
    crew_id: str
    request: RunOptions
    mapping: dict[str, str]
    enabled: bool
    acts_for: str = Field(description="the member in whose name it runs")
    old_secret_until: datetime | None
    last_execution_id: str | None
    refused_at: datetime | None
    refused_because: str | None = Field(
        description="why the last call that was signed rightly was refused; null when it was taken"
    )


class TriggerCreated(TriggerRead):
    secret: str = Field(description="`whsec_…`; it is not shown again")


class TriggerAnswer(BaseModel):
    """The same for every repetition of a delivery."""

    execution_id: str
