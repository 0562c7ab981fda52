"""The crews that every personal group starts with: the files under examples/, without their inputs."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from src.core import ids
from src.core.clock import Clock
from src.models.base import Base
from src.models.crew import Crew, CrewVersion
from src.repositories.seed import SeedKind, seed_mark
from src.schemas.crew_config import CrewDefinition
from src.schemas.crew_file import read_crew_file

FOLDER = Path(__file__).resolve().parents[2] / "examples"
KEYS = ("market-brief", "ticket-triage", "sales-review")
SEEDED_BY = "kasal"


@cache
def example_crews() -> dict[str, dict[str, Any]]:
    """By key: name, description, definition (of schemas.crew_config.CrewDefinition), inputs to try it with."""
    return {key: _read(key) for key in KEYS}


def example_crew_rows(group_id: str, clock: Clock, only: Sequence[str] | None = None) -> list[Base]:
    """Rows for one group, parents before children, with the marks that keep them from coming twice."""
    now = clock.now()
    rows: list[Base] = []
    for key, values in example_crews().items():
        if only is not None and key not in only:
            continue
        crew_id = ids.new()
        rows += [
            Crew(
                id=crew_id,
                group_id=group_id,
                name=values["name"],
                description=values["description"],
                seed_key=key,
                created_at=now,
                updated_at=now,
            ),
            CrewVersion(
                crew_id=crew_id,
                number=1,
                group_id=group_id,
                definition=values["definition"],
                note="Example",
                created_by=SEEDED_BY,
                created_at=now,
            ),
            seed_mark(group_id, SeedKind.EXAMPLE_CREWS, key, now),
        ]
    return rows


def _read(key: str) -> dict[str, Any]:
    file = read_crew_file((FOLDER / f"{key}.yaml").read_text(encoding="utf-8"), key)
    definition = CrewDefinition.model_validate(file.definition)
    return {
        "name": file.name,
        "description": file.description,
        "definition": definition.model_dump(mode="json", exclude_unset=True),
        "inputs": file.inputs,
    }
