"""Triggers: addresses that start a crew or a flow when they are called with a signature."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from src.core.text import ShortText, clean_text
from src.schemas.common import OwnedRead, Patch, RowId
from src.schemas.run_source import ONE_SOURCE, RunSource
from src.schemas.schedule import RunOptions

InputName = Annotated[
    str, AfterValidator(clean_text), StringConstraints(min_length=1, max_length=120)
]
Expression = Annotated[
    str, AfterValidator(clean_text), StringConstraints(min_length=1, max_length=500)
]
Mapping = Annotated[dict[InputName, Expression], Field(max_length=50)]
_MAPPING = "input -> JMESPath over the payload of the call, such as `issue.title`; `@` is all of it"


class TriggerCreate(RunSource):
    name: ShortText
    request: RunOptions = Field(default_factory=RunOptions)
    mapping: Mapping = Field(default_factory=dict, description=_MAPPING)
    enabled: bool = True


class TriggerUpdate(Patch):
    """Whoever changes it is from then on the one in whose name it runs."""

    name: ShortText | None = None
    crew_id: RowId | None = Field(None, description="in place of what it started before")
    flow_id: RowId | None = Field(None, description="in place of what it started before")
    request: RunOptions | None = Field(None, description="replaces the whole request")
    mapping: Mapping | None = Field(None, description="replaces the whole mapping")
    enabled: bool | None = None

    @field_validator("flow_id")
    @classmethod
    def _one_source(cls, flow_id: str | None, info: ValidationInfo) -> str | None:
        if flow_id is not None and info.data.get("crew_id") is not None:
            raise ValueError(ONE_SOURCE)
        return flow_id

    def changes(self) -> dict[str, Any]:
        changed = super().changes()
        if "crew_id" in changed:
            changed["flow_id"] = None
        elif "flow_id" in changed:
            changed["crew_id"] = None
        return changed


class TriggerRead(OwnedRead):
    name: str
    path: str = Field(description="where it is called: POST, signed as Standard Webhooks has it")
    crew_id: str | None
    flow_id: str | None
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

    execution_id: str | None = Field(description="null for one that was deleted since")
