from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field, StringConstraints

from src.schemas.common import Patch
from src.schemas.strict import Strict

ToolKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$")]
Config = Annotated[dict[str, Any], Field(max_length=100)]
_ASK = "ask: a person approves each call; null: as the catalogue says"


class ToolPut(Strict):
    """The whole choice of the group. `{"set": true}` keeps a secret that is stored already."""

    enabled: bool = True
    side_effect: Literal["ask"] | None = Field(None, description=_ASK)
    config: Config = Field(default_factory=dict)


class ToolUpdate(Patch):
    nullable: ClassVar[frozenset[str]] = frozenset({"side_effect"})

    enabled: bool | None = None
    side_effect: Literal["ask"] | None = Field(None, description=_ASK)
    config: Config | None = Field(
        None, description="fields given here replace stored ones; null removes one"
    )


class ToolRead(BaseModel):
    """A tool of the catalogue as this group has it."""

    id: str
    key: str
    title: str
    description: str
    side_effect: str = Field(description="idempotent, once or ask")
    config_schema: dict[str, Any]
    enabled: bool = Field(description="may be used by agents of this group")
    available: bool = Field(description="false: switched off for everybody")
    config: dict[str, Any] = Field(
        description='defaults with the group\'s own values over them; secrets are {"set": true}'
    )
    version: int = Field(description="0 as long as the group changed nothing")
    updated_at: datetime
