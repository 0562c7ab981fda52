from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_

from src.models.crew import Crew, CrewVersion
from src.repositories.versions import VersionedRepository


class CrewRepository(VersionedRepository[Crew, CrewVersion]):
    model = Crew
    noun = "crew"
    version_model = CrewVersion
    owner = "crew_id"


@dataclass(frozen=True)
class CrewFilter:
    """What a list of crews is narrowed to; None narrows nothing."""

    search: str | None = None
    """In the name or the description, whatever the case."""
    example: bool | None = None
    """Made from a shipped example, or not."""

    def where(self) -> Sequence[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.search is not None:
            places = (Crew.name, Crew.description)
            found.append(or_(*(place.icontains(self.search, autoescape=True) for place in places)))
        if self.example is not None:
            is_example = Crew.seed_key.is_not(None)
            found.append(is_example if self.example else ~is_example)
        return found
