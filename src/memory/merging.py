"""What happens when a new record says nearly what another one says already. Pure.

Lessons and notes: the text that is there stays, with one more source; a person may have corrected it.
Entities: the sentences and relationships of both. Merging the same once more changes nothing.
"""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from src.memory.embedders.base import Vector
from src.memory.ranking import same_name
from src.memory.texts import (
    MAX_SOURCES,
    Fields,
    metadata_of,
    normalised,
    number,
    plain,
    relationships_json,
    relationships_of,
    sentences,
    sources_of,
)
from src.repositories.vector.words import words
from src.schemas.databricks_index_schemas import Columns, MemoryType

MAX_DESCRIPTION = 2_000
"""Characters of an entity; of what many tasks said, the latest sentences stay."""
MAX_RELATIONSHIPS = 20
SAME = 0.92
"""Cosine from which two texts may say the same. Of 20 pairs of paraphrases and 20 of opposites ("early" and "late", 5
and 7 percent), the local embedder puts 12 and 4 above it. With what is asked of the words besides, 10 and none are
merged, at 0.85 as well (2026-11): a duplicate costs a line in a prompt, a lost lesson costs the lesson."""
_STEM = 4
_PARTICULAR = re.compile(r"\d+(?:[.,]\d+)*|(?<=[^.!?:\s]\s)[^\W\d_a-z]\w*")
_NEGATIONS = frozenset(
    words(
        "not no never none nor without cannot t nicht kein keine keinen nie ohne ne pas jamais sans"
        " sin nunca non mai senza nao nem"
    )
)


@dataclass(frozen=True)
class Body:
    """What a record says, and its vector."""

    fields: Fields
    vector: Vector = field(repr=False)


def says_the_same(memory_type: MemoryType, new: Fields, old: Fields, cosine: float) -> bool:
    if memory_type is MemoryType.ENTITY:
        return _is_same_entity(new, old, cosine)
    left, right = plain(new, Columns.CONTENT), plain(old, Columns.CONTENT)
    if (normalised(left) or left) == (normalised(right) or right):
        return True
    if cosine < SAME or _particulars(left) != _particulars(right):
        return False
    return not _differ_in_words(set(words(left)), set(words(right)))


def _is_same_entity(new: Fields, old: Fields, cosine: float) -> bool:
    if normalised(plain(new, Columns.ENTITY_TYPE)) != normalised(plain(old, Columns.ENTITY_TYPE)):
        return False
    left, right = plain(new, Columns.ENTITY_NAME), plain(old, Columns.ENTITY_NAME)
    if same_name(left) == same_name(right):
        return True
    # "Acme" and "Acme Corporation" may be one. "Acme East" and "Acme West" are two, however they are described,
    # and so are "Model 3" and "Model".
    fewer, more = sorted((set(words(left)), set(words(right))), key=len)
    more_words = " ".join(more - fewer)
    return bool(fewer) and fewer < more and cosine >= SAME and not _has_digit(more_words)


def _particulars(text: str) -> tuple[frozenset[str], int]:
    """Figures, names and negations: texts that differ in those are near each other for every embedder, and
    mean different things. Where all nouns have capitals fewer texts are merged, which does no harm.
    """
    found = frozenset(one.casefold() for one in _PARTICULAR.findall(text))
    return found, sum(word in _NEGATIONS for word in words(text))


def _differ_in_words(left: set[str], right: set[str]) -> bool:
    """Whether a word of one stands for another of the other, or one says something more."""
    only_left, only_right = _alone(left, right), _alone(right, left)
    added = [word for word in (*only_left, *only_right) if len(word) >= _STEM]
    return bool(only_left and only_right) or len(added) > 1


def _alone(some: set[str], others: set[str]) -> list[str]:
    """Without those that another form of the word answers: "deliver" and "delivers"."""
    stems = {word[:_STEM] for word in others}
    return [word for word in some - others if len(word) > 1 and word[:_STEM] not in stems]


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def merged(memory_type: MemoryType, old: Body, new: Body) -> Body:
    """The old one with what the new one adds; the same object when that is nothing."""
    if memory_type is MemoryType.ENTITY:
        return _merged_entity(old, new)
    known = sources_of(memory_type, old.fields)
    added = [one for one in sources_of(memory_type, new.fields) if one not in known]
    if not added:
        return old
    fields = {
        **old.fields,
        Columns.QUALITY: _larger(old, new, Columns.QUALITY),
        Columns.IMPORTANCE: _larger(old, new, Columns.IMPORTANCE),
        Columns.TIMESTAMP: new.fields.get(Columns.TIMESTAMP),
        Columns.LAST_ACCESSED: new.fields.get(Columns.LAST_ACCESSED),
    }
    return Body(with_sources(memory_type, fields, (*known, *added)), old.vector)


def adds_to_entity(old: Body, new: Body) -> bool:
    """Whether `new` says anything that `old` does not."""
    related = set(relationships_of(new.fields)) - set(relationships_of(old.fields))
    had, said = (plain(one.fields, Columns.DESCRIPTION) for one in (old, new))
    return bool(related) or _united(had, said) != had


def _merged_entity(old: Body, new: Body) -> Body:
    had, said = (plain(one.fields, Columns.DESCRIPTION) for one in (old, new))
    description = _united(had, said)
    had_related = relationships_of(old.fields)
    related = dict.fromkeys((*had_related, *relationships_of(new.fields)))
    known = sources_of(MemoryType.ENTITY, old.fields)
    sources = dict.fromkeys((*known, *sources_of(MemoryType.ENTITY, new.fields)))
    kept = tuple(related)[-MAX_RELATIONSHIPS:]
    if (description, kept, tuple(sources)) == (had, had_related, known):
        return old
    fields = {
        **old.fields,
        Columns.DESCRIPTION: description,
        Columns.RELATIONSHIPS: relationships_json(kept, sources),
        Columns.TIMESTAMP: new.fields.get(Columns.TIMESTAMP),
    }
    vector = old.vector if description == had else _between(old, new)
    return Body(fields, vector)


def _united(had: str, said: str) -> str:
    """What was there, and the sentences that are new; without the oldest where it grows too long."""
    known = {normalised(one) for one in sentences(had)}
    added = [one for one in sentences(said) if normalised(one) not in known]
    if not added:
        return had
    kept: list[str] = []
    room = MAX_DESCRIPTION
    for one in reversed([*sentences(had), *added]):
        room -= len(one) + 1
        if room < 0 and kept:
            break
        kept.append(one)
    return " ".join(reversed(kept))


def _between(old: Body, new: Body) -> Vector:
    """The direction of both texts together, by their length: what an embedder that averages words would say,
    without asking it again."""
    left, right = (len(plain(one.fields, Columns.DESCRIPTION)) + 1 for one in (old, new))
    mixed = [left * a + right * b for a, b in zip(old.vector, new.vector, strict=True)]
    norm = math.hypot(*mixed)
    return tuple(part / norm for part in mixed) if norm > 0 else new.vector


def with_sources(memory_type: MemoryType, fields: Fields, sources: Iterable[str]) -> Fields:
    kept = tuple(sources)[-MAX_SOURCES:]
    if memory_type is MemoryType.ENTITY:
        related = relationships_of(fields)
        return {**fields, Columns.RELATIONSHIPS: relationships_json(related, kept)}
    about = {**metadata_of(fields), "sources": list(kept)}
    return {**fields, Columns.METADATA: json.dumps(about, ensure_ascii=False)}


def _larger(old: Body, new: Body, column: str) -> float | None:
    values = (number(old.fields, column), number(new.fields, column))
    return max((value for value in values if value is not None), default=None)
