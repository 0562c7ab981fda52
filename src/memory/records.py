"""What crosses between a crew and its memory."""

from dataclasses import dataclass, field
from datetime import datetime

from src.schemas.databricks_index_schemas import MemoryType


@dataclass(frozen=True)
class RecalledRecord:
    type: MemoryType
    id: str
    crew_id: str
    """The identity it was stored under; empty for documents."""
    text: str
    """As a prompt shows it: content, or name, type and description of an entity."""
    rank: int
    """1 is the best."""
    score: float
    """In [0, 1] within one recollection; larger is better."""
    source: str = ""
    """Where it came from, for people: the run and agent, or the document's title and section."""
    at: datetime | None = None
    pinned: bool = False


@dataclass(frozen=True)
class Recollection:
    records: tuple[RecalledRecord, ...] = ()
    documents: tuple[RecalledRecord, ...] = ()
    backend: str = "default"
    latency_ms: float = 0.0
    problems: tuple[str, ...] = ()
    """What could not be asked, for people; the rest of the answer is good."""


@dataclass(frozen=True)
class Entity:
    name: str
    type: str
    description: str
    relationships: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lessons:
    """What one model call finds in a finished task."""

    lesson: str = ""
    """What a later run of the crew should know, in a sentence or two; empty when there is nothing."""
    importance: float = 0.5
    """In [0, 1]."""
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True)
class TaskObservation:
    """All that is written for one finished task. `key` names it in every record id, so that writing again
    replaces and never repeats."""

    key: str
    execution_id: str
    task_key: str
    task_index: int
    task_description: str
    output: str
    agent_role: str
    model: str
    at: datetime
    tools: tuple[str, ...] = ()
    quality: float = 0.8
    """In [0, 1]: how well the answer passed its checks."""
    notes: tuple[str, ...] = ()
    """What the agent asked to save."""
    lessons: Lessons | None = None
    """None when extraction is off or failed."""
    recalled: tuple[tuple[MemoryType, str], ...] = ()
    """Records that this task had in its prompt: their last_accessed is renewed."""
    earlier_ids: tuple[tuple[MemoryType, str], ...] = ()
    """What an earlier attempt at the same task wrote; what is not written again is removed."""
    pinned: tuple[tuple[MemoryType, str], ...] | None = None
    """Records that only a person removes. None: it is not known, and nothing that has expired is removed."""


@dataclass(frozen=True)
class WrittenRecord:
    type: MemoryType
    id: str
    merged: bool = False
    """It went into a record that said nearly the same."""


@dataclass(frozen=True)
class WriteReport:
    records: tuple[WrittenRecord, ...] = ()
    removed: int = 0
    expired: int = 0
    """Short-term records of the crew that were removed because their time was over."""
    backend: str = "default"
    latency_ms: float = 0.0
    touched: int = field(default=0)
    """Recalled records whose last_accessed was renewed."""
