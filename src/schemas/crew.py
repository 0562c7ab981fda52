from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, Field, model_validator

from src.core.text import ShortText
from src.schemas.common import FieldProblem
from src.schemas.crew_config import CrewDefinition
from src.schemas.strict import Strict
from src.schemas.versions import (
    Note,
    VersionedCreate,
    VersionedRead,
    VersionedSummary,
    VersionedUpdate,
)


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


class CrewCreate(VersionedCreate):
    definition: SavedDefinition


class CrewUpdate(VersionedUpdate):
    definition: SavedDefinition | None = Field(
        None, description="replaces the whole definition and makes a new version"
    )


class CrewCheckRequest(Strict):
    definition: SavedDefinition


class CrewChecked(BaseModel):
    problems: list[FieldProblem] = Field(description="what would keep it from running")


class CrewSummary(VersionedSummary):
    seed_key: str | None = Field(description="names the shipped example this was made from")


class CrewRead(CrewSummary, VersionedRead):
    definition: dict[str, Any] = Field(description="as it was given; see CrewDefinition")


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
