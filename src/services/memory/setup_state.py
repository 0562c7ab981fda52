"""How far a set-up of memory is: what it has made, saved before each creation."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal, Self

from src.repositories.vector.base import IndexRef
from src.schemas.databricks_index_schemas import MemoryType


@dataclass(frozen=True)
class Made:
    what: Literal["endpoint", "index"]
    name: str
    type: str = ""
    """Of an index."""
    endpoint: str = ""
    is_sure: bool = False
    """The store said so. Before that it was only about to be made, and somebody else may have been faster."""

    @property
    def step(self) -> str:
        return f"{self.what} {self.name}"

    @property
    def ref(self) -> IndexRef:
        return IndexRef(self.name, MemoryType(self.type), self.endpoint)


@dataclass(frozen=True)
class SetupState:
    made: tuple[Made, ...] = ()
    probed: tuple[str, ...] = ()
    """Indexes in which the probe record may stand."""
    deadlines: Mapping[str, str] | None = None
    """Step -> until when it is waited for: a resumed set-up does not begin to wait anew."""
    failure: str = ""
    """Why what was made is being removed."""
    failed_at: str = ""
    """The step that failed."""
    left: tuple[str, ...] = ()
    """What could not be removed."""

    @classmethod
    def read(cls, saved: Mapping[str, Any]) -> Self:
        made = tuple(Made(**one) for one in saved.get("made", ()))
        return cls(
            made=made,
            probed=tuple(saved.get("probed", ())),
            deadlines=dict(saved.get("deadlines") or {}),
            failure=str(saved.get("failure", "")),
            failed_at=str(saved.get("failed_at", "")),
            left=tuple(saved.get("left", ())),
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def find(self, step: str) -> Made | None:
        return next((one for one in self.made if one.step == step), None)

    def with_made(self, made: Made) -> Self:
        others = tuple(one for one in self.made if one.step != made.step)
        return replace(self, made=(*others, made))

    def without(self, made: Made, left: str = "") -> Self:
        others = tuple(one for one in self.made if one.step != made.step)
        return replace(self, made=others, left=(*self.left, left) if left else self.left)

    def probing(self, name: str, is_there: bool) -> Self:
        others = tuple(one for one in self.probed if one != name)
        return replace(self, probed=(*others, name) if is_there else others)

    def deadline(self, step: str) -> datetime | None:
        found = (self.deadlines or {}).get(step)
        return None if found is None else datetime.fromisoformat(found)

    def with_deadline(self, step: str, until: datetime) -> Self:
        return replace(self, deadlines={**(self.deadlines or {}), step: until.isoformat()})
