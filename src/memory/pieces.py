"""A finished task as the records it leaves: what was observed, learned and noted, and whom it was about.

Ids follow from the observation's key and the text, so that writing again replaces and another text of the
same task is another record.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from src.memory.merging import MAX_RELATIONSHIPS
from src.memory.plan import MemoryPlan
from src.memory.ranking import same_name
from src.memory.records import Entity, TaskObservation
from src.memory.texts import Fields, condensed, normalised, relationships_json
from src.repositories.vector.filters import MemoryScope, Scalar
from src.schemas.databricks_index_schemas import Columns, MemoryType

# Characters. A row may have 100 kB on Databricks, and what stands in a prompt is paid for each time.
MAX_OBSERVATION = 4_000
MAX_LESSON = 1_000
MAX_NOTE = 2_000
MAX_OUTCOME = 600
MAX_TASK = 2_000
MAX_NAME = 200
MAX_SAID = 1_000
MAX_RELATIONSHIP = 300
MAX_NOTES = 20
MAX_ENTITIES = 30
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


@dataclass(frozen=True)
class Piece:
    """One record before it is compared with what is there."""

    type: MemoryType
    id: str
    fields: Fields = field(repr=False)


def pieces_of(scope: MemoryScope, plan: MemoryPlan, observation: TaskObservation) -> list[Piece]:
    """Only of types that are switched on, each id once."""
    made = (
        *_observed(scope, plan, observation),
        *_learned(scope, plan, observation),
        *_known(scope, plan, observation),
    )
    return list({one.id: one for one in made if one.type in plan.indexes}.values())


def record_stem(key: str) -> str:
    """What the ids of an observation begin with; a key that ids cannot hold is hashed."""
    return key if _KEY.fullmatch(key) else _digest(key)


def _observed(
    scope: MemoryScope, plan: MemoryPlan, observation: TaskObservation
) -> Iterable[Piece]:
    content = condensed(observation.output, MAX_OBSERVATION)
    if not content:
        return
    fields: dict[str, Scalar | None] = {
        **_common(plan, observation),
        Columns.CONTENT: content,
        Columns.QUERY_TEXT: condensed(observation.task_description, MAX_TASK),
        Columns.SESSION: observation.execution_id,
        Columns.SEQUENCE: observation.task_index,
        Columns.CREATED_AT: observation.at.isoformat(),
        Columns.TTL_HOURS: plan.ttl_hours,
        Columns.METADATA: _metadata(observation),
        Columns.VERSION: 1,
    }
    yield _piece(scope, MemoryType.SHORT_TERM, observation, "o", fields)


def _learned(scope: MemoryScope, plan: MemoryPlan, observation: TaskObservation) -> Iterable[Piece]:
    """The lesson, then what the agent asked to save."""
    lessons = observation.lessons
    lesson = condensed(lessons.lesson, MAX_LESSON) if lessons else _outcome(observation)
    said = [("l", lesson, lessons.importance if lessons else 0.5)]
    # An agent saves what it thinks worth saving: more than what happens to be in an answer.
    said += [("n", condensed(note, MAX_NOTE), 0.7) for note in observation.notes[:MAX_NOTES]]
    for mark, content, importance in said:
        if not content:
            continue
        fields: dict[str, Scalar | None] = {
            **_common(plan, observation),
            Columns.CONTENT: content,
            Columns.TASK_DESCRIPTION: condensed(observation.task_description, MAX_TASK),
            Columns.TASK_HASH: hashlib.sha256(_bytes(observation.task_description)).hexdigest(),
            Columns.QUALITY: _share(observation.quality),
            Columns.IMPORTANCE: _share(importance),
            Columns.LAST_ACCESSED: observation.at.isoformat(),
            Columns.METADATA: _metadata(observation, sources=[observation.key]),
            Columns.VERSION: 1,
        }
        mark = f"{mark}-{_digest(normalised(content) or content)[:16]}"
        yield _piece(scope, MemoryType.LONG_TERM, observation, mark, fields)


def _known(scope: MemoryScope, plan: MemoryPlan, observation: TaskObservation) -> Iterable[Piece]:
    given = observation.lessons.entities if observation.lessons else ()
    for entity in _each_once(given):
        kind = condensed(entity.type, MAX_NAME)
        fields: dict[str, Scalar | None] = {
            **_common(plan, observation),
            Columns.ENTITY_NAME: condensed(entity.name, MAX_NAME),
            Columns.ENTITY_TYPE: kind,
            Columns.DESCRIPTION: condensed(entity.description, MAX_SAID),
            Columns.RELATIONSHIPS: relationships_json(entity.relationships, [observation.key]),
        }
        mark = f"e-{_digest(f'{same_name(entity.name)} {normalised(kind)}')[:16]}"
        yield _piece(scope, MemoryType.ENTITY, observation, mark, fields)


def _each_once(entities: Iterable[Entity]) -> list[Entity]:
    """A model may name the same one twice: descriptions and relationships are put together."""
    found: dict[tuple[str, str], Entity] = {}
    for one in entities:
        if not one.name.strip():
            continue
        key = (same_name(one.name), normalised(one.type))
        first = found.get(key)
        relationships = tuple(condensed(text, MAX_RELATIONSHIP) for text in one.relationships)
        description = one.description
        if first is not None:
            relationships = (*first.relationships, *relationships)
            if description not in first.description:
                description = f"{first.description} {description}"
            else:
                description = first.description
        kept = tuple(dict.fromkeys(text for text in relationships if text))[:MAX_RELATIONSHIPS]
        found[key] = Entity(one.name, one.type, description, kept)
    return list(found.values())[:MAX_ENTITIES]


def _outcome(observation: TaskObservation) -> str:
    """What stands for a lesson where no model looked for one."""
    outcome = condensed(observation.output, MAX_OUTCOME)
    task = condensed(observation.task_description, MAX_LESSON - MAX_OUTCOME - 4)
    return f"{task} -> {outcome}" if outcome else ""


def _common(plan: MemoryPlan, observation: TaskObservation) -> dict[str, Scalar | None]:
    return {
        Columns.TIMESTAMP: observation.at.isoformat(),
        Columns.AGENT: condensed(observation.agent_role, MAX_NAME),
        Columns.LLM_MODEL: observation.model,
        Columns.TOOLS_USED: json.dumps(list(observation.tools), ensure_ascii=False),
        Columns.EMBEDDING_MODEL: plan.embedder.name,
    }


def _metadata(observation: TaskObservation, **more: object) -> str:
    about = {
        "execution": observation.execution_id,
        "task": observation.task_key,
        "agent": condensed(observation.agent_role, MAX_NAME),
        "key": observation.key,
        **more,
    }
    return json.dumps(about, ensure_ascii=False)


def _piece(
    scope: MemoryScope,
    memory_type: MemoryType,
    observation: TaskObservation,
    mark: str,
    fields: Fields,
) -> Piece:
    id = scope.record_id(memory_type, f"{record_stem(observation.key)}-{mark}")
    return Piece(memory_type, id, fields)


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _digest(text: str) -> str:
    return hashlib.sha256(_bytes(text)).hexdigest()[:32]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
