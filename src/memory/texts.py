"""Records as texts, times and origins: how prompts show them, how people see them, what is embedded."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from src.core.text import storable
from src.repositories.vector.base import Record
from src.repositories.vector.filters import Scalar
from src.repositories.vector.words import words
from src.schemas.databricks_index_schemas import Columns, MemoryType

Fields = Mapping[str, Scalar | None]
MAX_SOURCES = 20
_TIMES = {
    MemoryType.SHORT_TERM: (Columns.CREATED_AT, Columns.TIMESTAMP),
    MemoryType.LONG_TERM: (Columns.TIMESTAMP, Columns.LAST_ACCESSED),
    MemoryType.ENTITY: (Columns.TIMESTAMP,),
    MemoryType.DOCUMENT: (Columns.UPDATED_AT, Columns.CREATED_AT),
}
_OBSERVED_IN = "observed_in"
"""Entities have no metadata column: where they were seen is one more of their relationships, an object
among texts."""
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+|\n+")
_HEAD_SHARE = 0.75


def text_of(memory_type: MemoryType, fields: Fields) -> str:
    """As a prompt shows it."""
    if memory_type is not MemoryType.ENTITY:
        return plain(fields, Columns.CONTENT)
    kind = plain(fields, Columns.ENTITY_TYPE)
    name = plain(fields, Columns.ENTITY_NAME) + (f" ({kind})" if kind else "")
    said = [plain(fields, Columns.DESCRIPTION), *relationships_of(fields)]
    return ": ".join(part for part in (name, "; ".join(one for one in said if one)) if part)


def embedded_text(memory_type: MemoryType, fields: Fields) -> str:
    """What a record's vector stands for. A short-term observation answers its task, so that both are in it;
    a lesson is compared with other lessons, which the wording of tasks would make alike."""
    text = text_of(memory_type, fields)
    if memory_type is MemoryType.SHORT_TERM:
        return f"{condensed(plain(fields, Columns.QUERY_TEXT), 500)}\n{text}".strip()
    if memory_type is MemoryType.DOCUMENT:
        return f"{plain(fields, Columns.TITLE)}\n{text}".strip()
    return text


def plain(fields: Fields, column: str) -> str:
    value = fields.get(column)
    return "" if value is None else str(value)


def number(fields: Fields, column: str) -> float | None:
    value = fields.get(column)
    return float(value) if isinstance(value, int | float) else None


def time_of(memory_type: MemoryType, fields: Fields) -> datetime | None:
    """When it was stored or last rewritten; None where no column says it, or what it says is no time."""
    found = (moment(fields.get(column)) for column in _TIMES[memory_type])
    return next((one for one in found if one is not None), None)


def moment(value: Scalar | None) -> datetime | None:
    """Older products wrote their own forms: what cannot be read is no time, not an error."""
    if not isinstance(value, str) or not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def session_of(fields: Fields) -> str | None:
    return plain(fields, Columns.SESSION) or None


def sequence_of(fields: Fields) -> int | None:
    value = fields.get(Columns.SEQUENCE)
    return value if isinstance(value, int) else None


def is_expired(memory_type: MemoryType, fields: Fields, now: datetime) -> bool:
    """Only short-term records expire, and those that say neither when nor how long are kept."""
    hours = fields.get(Columns.TTL_HOURS)
    if memory_type is not MemoryType.SHORT_TERM or not isinstance(hours, int) or hours <= 0:
        return False
    created = moment(fields.get(Columns.CREATED_AT))
    return created is not None and created + timedelta(hours=hours) <= now


def provenance(memory_type: MemoryType, record: Record) -> str:
    """Where it came from, in one line for people."""
    fields = record.fields
    if memory_type is MemoryType.DOCUMENT:
        place = (plain(fields, Columns.TITLE), plain(fields, Columns.SECTION))
        return ", ".join(part for part in place if part) or plain(fields, Columns.SOURCE)
    about = metadata_of(fields)
    task, execution = about.get("task"), about.get("execution") or session_of(fields)
    parts = (
        plain(fields, Columns.AGENT),
        f"task {task}" if task else "",
        f"run {execution}" if execution else "",
    )
    return ", ".join(part for part in parts if part)


def metadata_of(fields: Fields) -> dict[str, Any]:
    return _object(fields.get(Columns.METADATA))


def sources_of(memory_type: MemoryType, fields: Fields) -> tuple[str, ...]:
    """Keys of the observations that went into it, the oldest first; none for records of other products."""
    listed: Any
    if memory_type is MemoryType.ENTITY:
        listed = next((one[_OBSERVED_IN] for one in _related(fields) if _is_origin(one)), [])
    else:
        listed = metadata_of(fields).get("sources", [])
    return tuple(str(one) for one in listed) if isinstance(listed, list) else ()


def is_of_session(memory_type: MemoryType, fields: Fields, session: str) -> bool:
    """Whether nothing but this run went into it."""
    if memory_type is MemoryType.SHORT_TERM:
        return session_of(fields) == session
    sources = sources_of(memory_type, fields)
    return bool(sources) and all(one.startswith(f"{session}.") for one in sources)


def relationships_of(fields: Fields) -> tuple[str, ...]:
    return tuple(one for one in _related(fields) if isinstance(one, str) and one)


def relationships_json(texts: Iterable[str], sources: Iterable[str]) -> str:
    """For the relationships column: the texts, and behind them where the entity was observed."""
    kept = tuple(sources)[-MAX_SOURCES:]
    origin = [{_OBSERVED_IN: list(kept)}] if kept else []
    return json.dumps([*texts, *origin], ensure_ascii=False)


def condensed(text: str, most: int) -> str:
    """In one storable line of at most `most` characters: results stand at the end of an answer, so what is left
    out is between its first three quarters and its end."""
    near = text[: 8 * most] + text[max(8 * most, len(text) - 8 * most) :]
    line = _SPACE.sub(" ", storable(near)).strip()
    if len(line) <= most:
        return line
    head = int((most - 3) * _HEAD_SHARE)
    return f"{line[:head]} … {line[len(line) - (most - 3 - head) :]}"


def sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def normalised(text: str) -> str:
    """Equal for texts that differ in case, accents, spaces and punctuation only."""
    return " ".join(words(text))


def _related(fields: Fields) -> list[Any]:
    """Older products wrote a text, or a list encoded twice."""
    found: Any = fields.get(Columns.RELATIONSHIPS)
    for _ in range(2):
        if not isinstance(found, str):
            break
        try:
            found = json.loads(found)
        except ValueError:
            break
    if isinstance(found, list):
        return found
    return [found] if isinstance(found, str) and found else []


def _is_origin(value: Any) -> bool:
    return isinstance(value, dict) and _OBSERVED_IN in value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, str):
        return {}
    try:
        found = json.loads(value)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
