"""The statements of pgvector.py. Names come from DatabricksIndexSchemas, values are always parameters."""

from collections.abc import Mapping, Sequence
from typing import Any

from src.repositories.vector.base import IndexRef, IndexSpec, PreparedRecord, Row
from src.repositories.vector.filters import Condition, NoneOf, OneOf, Schemas, Selection
from src.repositories.vector.words import searchable

_TYPES = {
    "string": "text",
    "timestamp": "text",
    "int": "integer",
    "bigint": "bigint",
    "float": "double precision",
}
_ID, _GROUP, _CREW, _VECTOR = Schemas.PRIMARY_KEY, Schemas.GROUP, Schemas.CREW, Schemas.VECTOR
_INLINE_DIMENSIONS = 1800
"""Vectors up to here fit into a page beside their row and are read without a detour."""
_MAX_WORD_HITS = 4_000
"""The rarest words of a query are used, up to so many hits: the others hardly tell records apart."""


def creation(table: str, spec: IndexSpec) -> list[str]:
    columns = [
        (
            f'"{name}" {_TYPES[kind]} COLLATE "C"'
            if _TYPES[kind] == "text"
            else f'"{name}" {_TYPES[kind]}'
        )
        for name, kind in Schemas.get_schema(spec.ref.type).items()
        if name != _VECTOR
    ]
    statements = [
        f'CREATE TABLE {table} ({", ".join(columns)}, "{_VECTOR}" vector({int(spec.dimension)})'
        " NOT NULL, _words text[] NOT NULL, _length integer NOT NULL,"
        f' PRIMARY KEY ("{_GROUP}", "{_ID}"))',
        f"CREATE INDEX ON {table} USING gin (_words)",
    ]
    if Schemas.belongs_to_crew(spec.ref.type):
        statements.append(f'CREATE INDEX ON {table} ("{_GROUP}", "{_CREW}")')
    if spec.dimension <= _INLINE_DIMENSIONS:
        statements.append(f'ALTER TABLE {table} ALTER COLUMN "{_VECTOR}" SET STORAGE PLAIN')
    return statements


def upsert(table: str, index: IndexRef) -> str:
    columns = Schemas.get_search_columns(index.type)
    kinds = Schemas.get_schema(index.type)
    names = [*columns, _VECTOR, "_words", "_length"]
    casts = [*(_TYPES[kinds[column]] for column in columns), "text::vector", "text[]", "integer"]
    marks = ", ".join(f"${at}::{cast}" for at, cast in enumerate(casts, 1))
    changes = ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in names)
    return (
        f"INSERT INTO {table} ({quoted(names)}) VALUES ({marks})"
        f' ON CONFLICT ("{_GROUP}", "{_ID}") DO UPDATE SET {changes}'
    )


def cells(record: PreparedRecord, index: IndexRef) -> list[Any]:
    """In the order of upsert()."""
    row = record.row
    said = searchable(row.get(column) for column in Schemas.get_text_columns(index.type)).split()
    values = [row.get(column) for column in Schemas.get_search_columns(index.type)]
    return [*values, vector_text(record.vector), sorted(set(said)), len(said)]


def by_vector(table: str, index: IndexRef, where: str, used: int) -> str:
    distance = f'"{_VECTOR}" <=> ${used + 1}::text::vector'
    return (
        f"SELECT {_all(index)}, greatest(-1, least(1, 1 - ({distance}))) AS _score FROM {table}"
        f' WHERE {where} ORDER BY {distance}, "{_ID}" LIMIT ${used + 2}'
    )


def by_words(table: str, index: IndexRef, scope: str, where: str, used: int) -> str:
    """BM25 with each word counted once. `scope` is the beginning of `where`, with the same parameters."""
    return f"""
WITH size AS (
    SELECT count(*)::float8 AS records, greatest(avg(_length), 1)::float8 AS mean
    FROM {table} WHERE {scope}),
counted AS (
    SELECT word, (SELECT count(*) FROM {table} WHERE {scope} AND _words @> ARRAY[word]) AS hits
    FROM unnest(${used + 1}::text[]) AS word),
ranked AS (
    SELECT word, hits, sum(hits) OVER (ORDER BY hits, word) AS total,
        row_number() OVER (ORDER BY hits, word) AS place
    FROM counted WHERE hits > 0),
kept AS (
    SELECT word, ln(1 + (records - hits + 0.5) / (hits + 0.5)) AS weight
    FROM ranked, size WHERE place = 1 OR total <= {_MAX_WORD_HITS})
SELECT {_all(index)},
    (SELECT sum(weight) FROM kept WHERE word = ANY(_words))
        * 2.2 / (1 + 1.2 * (0.25 + 0.75 * _length / size.mean)) AS _score
FROM {table}, size
WHERE {where} AND _words && (SELECT array_agg(word) FROM kept)
ORDER BY _score DESC, "{_ID}" LIMIT ${used + 2}"""


def after(table: str, index: IndexRef, where: str, used: int) -> str:
    return (
        f'SELECT {_all(index)}, "{_VECTOR}"::text AS _vector FROM {table} WHERE {where}'
        f' AND "{_ID}" > ${used + 1}::text ORDER BY "{_ID}" LIMIT ${used + 2}'
    )


def where(selection: Selection, index: IndexRef) -> tuple[str, list[Any]]:
    kinds = Schemas.get_schema(index.type)
    parts = []
    values: list[Any] = []
    for condition in selection.conditions:
        kind = _TYPES[kinds[condition.column]]
        part, value = _rendered(condition, kind, len(values) + 1)
        parts.append(part)
        values.append(value)
    return " AND ".join(parts), values


def _rendered(condition: Condition, kind: str, at: int) -> tuple[str, Any]:
    """A comparison with NULL is never true in SQL, as everywhere here."""
    column = f'"{condition.column}"'
    if isinstance(condition, OneOf):
        return f"{column} = ANY(${at}::{kind}[])", list(condition.values)
    if isinstance(condition, NoneOf):
        return f"{column} <> ALL(${at}::{kind}[])", list(condition.values)
    return f"{column} {condition.operator} ${at}::{kind}", condition.value


def row_of(found: Mapping[str, Any], index: IndexRef) -> Row:
    return {column: found[column] for column in Schemas.get_search_columns(index.type)}


def vector_text(vector: Sequence[float]) -> str:
    return f"[{','.join(map(repr, vector))}]"


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.strip("[]").split(",")]


def quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _all(index: IndexRef) -> str:
    return quoted(Schemas.get_search_columns(index.type))
