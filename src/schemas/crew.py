from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from src.core.text import SafeText, ShortText
from src.schemas.common import FieldProblem, OwnedRead, Patch, Read
from src.schemas.crew_config import CrewDefinition
from src.schemas.strict import Strict

MAX_VERSION = 2_147_483_647
Description = Annotated[SafeText, Field(max_length=2000)]
Note = Annotated[SafeText, Field(max_length=2000, description="why this version was made")]
VersionNumber = Annotated[int, Field(ge=1, le=MAX_VERSION)]


def _one_shape(definition: CrewDefinition) -> CrewDefinition:
    inline = definition.agents_yaml is not None or definition.tasks_yaml is not None
    canvas = definition.nodes is not None or definition.edges is not None
    if inline == canvas:
        raise ValueError("give either agents_yaml with tasks_yaml, or nodes with edges")
    if inline and (definition.agents_yaml is None or definition.tasks_yaml is None):
        raise ValueError("agents_yaml and tasks_yaml belong together")
    if canvas and definition.nodes is None:
        raise ValueError("edges need nodes")
    return definition


SavedDefinition = Annotated[CrewDefinition, AfterValidator(_one_shape)]


class CrewCreate(Strict):
    name: ShortText
    description: Description = ""
    definition: SavedDefinition
    note: Note = ""


class CrewUpdate(Patch):
    name: ShortText | None = None
    description: Description | None = None
    definition: SavedDefinition | None = Field(
        None, description="replaces the whole definition and makes a new version"
    )
    note: Note | None = None


class CrewSummary(OwnedRead):
    name: str
    description: str
    current_version: int
    seed_key: str | None = Field(description="names the shipped example this was made from")


class CrewRead(CrewSummary):
    definition: dict[str, Any] = Field(description="as it was given; see CrewDefinition")
    problems: list[FieldProblem] = Field(
        default_factory=list, description="after a change: what would keep this crew from running"
    )


class CrewVersionSummary(Read):
    number: int
    note: str
    created_by: str
    created_at: datetime


class CrewVersionRead(CrewVersionSummary):
    definition: dict[str, Any]


class Rollback(Strict):
    to: VersionNumber = Field(description="the version whose definition becomes the newest one")
    note: Note = ""


class Change(BaseModel):
    op: Literal["add", "remove", "replace"]
    path: str = Field(description="JSON pointer; nodes and edges of a canvas are named by their id")
    before: Any = None
    after: Any = None


class CrewDiff(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    from_: int = Field(serialization_alias="from", validation_alias="from")
    to: int
    changes: list[Change]


Yaml = Annotated[str, Field(max_length=1_000_000)]


class CrewImport(Strict):
    """A crew file, or the two files of a CrewAI project; each as text (YAML or JSON) or as an object."""

    nothing_given: ClassVar[str] = "give either document, or agents_yaml with tasks_yaml"

    document: Yaml | dict[str, Any] | None = Field(
        None, description="agents, tasks and settings in one; what export gives"
    )
    agents_yaml: Yaml | dict[str, Any] | None = Field(None, description="CrewAI's agents.yaml")
    tasks_yaml: Yaml | dict[str, Any] | None = Field(None, description="CrewAI's tasks.yaml")
    name: ShortText | None = Field(None, description="instead of the name in the document")
    note: Note = ""

    @model_validator(mode="after")
    def _one_source(self) -> "CrewImport":
        files = (self.agents_yaml is not None, self.tasks_yaml is not None)
        if (self.document is None) == (not any(files)) or any(files) != all(files):
            raise ValueError(self.nothing_given)
        return self


ExportFormat = Literal["yaml", "json", "python", "notebook", "databricks_app"]
