from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from src.schemas.common import FieldProblem
from src.schemas.execution import ModelUse


class PreviewInput(BaseModel):
    name: str
    value: JsonValue = Field(None, description="to begin with; null where nothing is known")
    source: Literal["last_run", "example"] | None = None


class RunPreview(BaseModel):
    """What a run asks for, and whom."""

    inputs: list[PreviewInput] = Field(
        description="what the crew's texts name, in the order in which they do"
    )
    models: list[ModelUse] = Field(description="each once; none where there are problems")
    warnings: list[str]
    problems: list[FieldProblem] = Field(
        description="for which POST /executions would refuse it, inputs aside"
    )
