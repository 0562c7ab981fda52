from pydantic import Field

from src.core.text import ShortText
from src.schemas.common import OwnedRead, Patch
from src.schemas.crew_config import TaskConfig
from src.schemas.strict import Strict


class TaskCreate(Strict):
    name: ShortText
    config: TaskConfig


class TaskUpdate(Patch):
    name: ShortText | None = None
    config: TaskConfig | None = Field(None, description="replaces the whole configuration")


class TaskRead(OwnedRead):
    name: str
    config: TaskConfig
