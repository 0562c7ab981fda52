from pydantic import Field

from src.core.text import ShortText
from src.schemas.common import OwnedRead, Patch
from src.schemas.crew_config import AgentConfig
from src.schemas.strict import Strict


class AgentCreate(Strict):
    name: ShortText
    config: AgentConfig


class AgentUpdate(Patch):
    name: ShortText | None = None
    config: AgentConfig | None = Field(None, description="replaces the whole configuration")


class AgentRead(OwnedRead):
    name: str
    config: AgentConfig
