from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field, StringConstraints

from src.schemas.common import ErrorRead, OwnedRead, Patch
from src.schemas.model_config import Url
from src.schemas.secret import SecretState, SecretText
from src.schemas.strict import Strict

ServerName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")]
Headers = Annotated[dict[HeaderName, SecretText], Field(max_length=20)]
SideEffect = Literal["idempotent", "once", "ask"]


class McpServerCreate(Strict):
    name: ServerName = Field(
        description="agents use it as the tool `mcp:<name>`; its tools are called `<name>__<tool>`"
    )
    url: Url
    enabled: bool = True
    side_effect: SideEffect = Field(
        "once", description="what repeating a call would do; ask: a person approves each call"
    )
    headers: Headers | None = None


class McpServerUpdate(Patch):
    nullable: ClassVar[frozenset[str]] = frozenset({"headers"})

    name: ServerName | None = None
    url: Url | None = None
    enabled: bool | None = None
    side_effect: SideEffect | None = None
    headers: Headers | None = Field(None, description="replaces all headers; null removes them")


class McpServerRead(OwnedRead):
    name: str
    url: str
    enabled: bool
    side_effect: str
    headers: SecretState | None = Field(description="their names and values are secret")


class RemoteToolRead(BaseModel):
    name: str
    description: str


class McpServerTest(BaseModel):
    """What happened when the server was asked for its tools, with the stored headers."""

    ok: bool
    latency_ms: int
    tools: list[RemoteToolRead] = Field(default_factory=list)
    error: ErrorRead | None = None
