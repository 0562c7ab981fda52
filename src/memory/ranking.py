"""The order of what was found by meaning and by words. Pure: no store, no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from src.memory.texts import (
    normalised,
    number,
    plain,
    sequence_of,
    session_of,
    text_of,
    time_of,
)
from src.repositories.vector.base import Hit, Record
from src.schemas.databricks_index_schemas import Columns, MemoryType

MEANING, WORDING = 0.35, 0.65
"""What each list counts. Words find names, figures and terms; what is said in other words is found by vectors alone.
With equal shares, recall fell behind text search where the embedder is weak (benchmarks/memory_quality.py, 2026-11)."""
NEIGHBOUR = 0.2
"""Of the better neighbour's score: what was said just before or after a good hit is often what is missing."""
RECENCY = 0.05
IMPORTANCE = 0.05
"""A twentieth each: they settle what is nearly equal. Spread over 60 days they cost nothing of what is found
(benchmarks/README.md, "Memory: recall")."""
HALF_LIFE_DAYS = 14.0
_USUAL_IMPORTANCE = 0.5
_WHOLE = 1.0 + NEIGHBOUR + RECENCY + IMPORTANCE


@dataclass(frozen=True)
class Found:
    type: MemoryType
    hit: Hit


@dataclass(frozen=True)
class Ranked:
    type: MemoryType
    record: Record
    score: float
    """In [0, 1]."""


Key = tuple[MemoryType, str]


def rank(near: Sequence[Found], said: Sequence[Found], now: datetime) -> list[Ranked]:
    """The best first, ties by id. Cosines of all types are compared with each other, and so are word scores."""
    meaning, wording = scaled(near), scaled(said)
    records = {(one.type, one.hit.record.id): one.hit.record for one in (*near, *said)}
    fit = {
        key: MEANING * meaning.get(key, 0.0) + WORDING * wording.get(key, 0.0) for key in records
    }
    beside = _beside(records, fit)
    ranked = [
        Ranked(
            key[0],
            record,
            (fit[key] + NEIGHBOUR * beside.get(key, 0.0) + _tip(key[0], record, now)) / _WHOLE,
        )
        for key, record in records.items()
    ]
    return sorted(ranked, key=lambda one: (-one.score, one.record.id))


def scaled(found: Sequence[Found]) -> dict[Key, float]:
    """Min-max: the best is 1, the last of a long list nearly 0.

    The last of a short list may fit well too, so the lower end is the lowest score times (n - 1) / n: 0 for one
    element, which is then 1. Equal ones are all 1. A cosine below 0 counts as 0.
    """
    scores = {(one.type, one.hit.record.id): max(0.0, one.hit.score) for one in found}
    if not scores or max(scores.values()) == 0.0:
        return dict.fromkeys(scores, 0.0)
    low = min(scores.values()) * (len(scores) - 1) / len(scores)
    width = max(scores.values()) - low
    return {key: (score - low) / width for key, score in scores.items()}


def _beside(records: Mapping[Key, Record], fit: Mapping[Key, float]) -> dict[Key, float]:
    """The better score of the two observations around each, as far as they were found too."""
    places = {}
    for key, record in records.items():
        session, sequence = session_of(record.fields), sequence_of(record.fields)
        if session is not None and sequence is not None:
            places[key] = (session, sequence)
    best: dict[tuple[str, int], float] = {}
    for key, place in places.items():
        best[place] = max(best.get(place, 0.0), fit[key])
    return {
        key: max(best.get((session, sequence - 1), 0.0), best.get((session, sequence + 1), 0.0))
        for key, (session, sequence) in places.items()
    }


def _tip(memory_type: MemoryType, record: Record, now: datetime) -> float:
    at = time_of(memory_type, record.fields)
    days = max(0.0, (now - at).total_seconds() / 86_400) if at else None
    recency = 0.0 if days is None else 0.5 ** (days / HALF_LIFE_DAYS)
    said = number(record.fields, Columns.IMPORTANCE)
    importance = _USUAL_IMPORTANCE if said is None else min(1.0, max(0.0, said))
    return RECENCY * recency + IMPORTANCE * importance


def without_repeats(
    pinned: Sequence[Ranked], ranked: Iterable[Ranked], crew_id: str, most: int
) -> list[Ranked]:
    """One record of each text, and one of each entity: the first, or in its place the one of `crew_id`, into
    which what older identities knew was merged. Pinned ones come first and give way to none. At most `most`, but
    all pinned ones."""
    kept = {_sameness(one): one for one in reversed(pinned)}
    kept = dict(reversed(kept.items()))
    fixed = set(kept)
    for one in ranked:
        is_full = len(kept) >= most
        if is_full and one.type is not MemoryType.ENTITY:
            continue
        key = _sameness(one)
        if is_full and key not in kept:
            continue
        first = kept.setdefault(key, one)
        is_newer = first.record.crew_id != crew_id and one.record.crew_id == crew_id
        if is_newer and key not in fixed:
            kept[key] = replace(one, score=first.score)
    return list(kept.values())


def _sameness(one: Ranked) -> str:
    fields = one.record.fields
    if one.type is MemoryType.ENTITY:
        name, kind = (
            plain(fields, column) for column in (Columns.ENTITY_NAME, Columns.ENTITY_TYPE)
        )
        return f"{same_name(name)}\n{normalised(kind)}"
    text = text_of(one.type, fields)
    return normalised(text) or text


def same_name(name: str) -> str:
    return normalised(name) or name.strip()
