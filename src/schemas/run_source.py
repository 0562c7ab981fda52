"""What schedules, triggers and batches start: a saved crew or a saved flow."""

from pydantic import Field, ValidationInfo, field_validator

from src.schemas.common import RowId
from src.schemas.strict import Strict

ONE_SOURCE = "give exactly one of: crew_id; flow_id"


class RunSource(Strict):
    crew_id: RowId | None = Field(None, description="this, or flow_id")
    flow_id: RowId | None = Field(None, description="this, or crew_id", validate_default=True)

    @field_validator("flow_id")
    @classmethod
    def _one_source(cls, flow_id: str | None, info: ValidationInfo) -> str | None:
        is_readable = "crew_id" in info.data
        if is_readable and (info.data["crew_id"] is None) == (flow_id is None):
            raise ValueError(ONE_SOURCE)
        return flow_id
