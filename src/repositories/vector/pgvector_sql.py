"""The statements of pgvector.py. Names come from DatabricksIndexSchemas, values are always parameters."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from src.repositories.vector.base import IndexRef, IndexSpec, PreparedRecord, Row
from src.repositories.vector.filters import Condition, NoneOf, OneOf, Schemas, Selection
from src.repositories.vector.words import words as words_in

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
_TEXT = 'text COLLATE "C"'


def creation(table: str, words: str, spec: IndexSpec) -> list[str]:
    """The records, and a row for each word of each record: counting words then reads an index only."""
    columns = [
        f'"{name}" {_TEXT if _TYPES[kind] == "text" else _TYPES[kind]}'
        for name, kind in Schemas.get_schema(spec.ref.type).items()
        if name != _VECTOR
    ]
    statements = [
        f'CREATE TABLE {table} ({", ".join(columns)}, "{_VECTOR}" vector({int(spec.dimension)})'
        f' NOT NULL, _length integer NOT NULL, PRIMARY KEY ("{_GROUP}", "{_ID}"))',
        f'CREATE TABLE {words} ("{_GROUP}" {_TEXT}, "{_CREW}" {_TEXT}, _word {_TEXT},'
        f' "{_ID}" {_TEXT}, _found integer NOT NULL, _length integer NOT NULL,'
        f' PRIMARY KEY ("{_GROUP}", "{_CREW}", _word, "{_ID}") INCLUDE (_found, _length),'
        f' FOREIGN KEY ("{_GROUP}", "{_ID}") REFERENCES {table} ON DELETE CASCADE)',
        f'CREATE INDEX ON {words} ("{_GROUP}", "{_ID}")',
    ]
    if Schemas.belongs_to_crew(spec.ref.type):
        statements.append(f'CREATE INDEX ON {table} ("{_GROUP}", "{_CREW}")')
    if spec.dimension <= _INLINE_DIMENSIONS:
        statements.append(f'ALTER TABLE {table} ALTER COLUMN "{_VECTOR}" SET STORAGE PLAIN')
    return statements


def upsert(table: str, index: IndexRef) -> str:
    columns = Schemas.get_search_columns(index.type)
    kinds = Schemas.get_schema(index.type)
    names = [*columns, _VECTOR, "_length"]
    casts = [*(_TYPES[kinds[column]] for column in columns), "text::vector", "integer"]
    marks = ", ".join(f"${at}::{cast}" for at, cast in enumerate(casts, 1))
    changes = ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in names)
    return (
        f"INSERT INTO {table} ({quoted(names)}) VALUES ({marks})"
        f' ON CONFLICT ("{_GROUP}", "{_ID}") DO UPDATE SET {changes}'
    )


def cells(record: PreparedRecord, index: IndexRef) -> list[Any]:
    """In the order of upsert()."""
    values = [record.row.get(column) for column in Schemas.get_search_columns(index.type)]
    return [*values, vector_text(record.vector), len(_words_of(record, index))]


def forget_words(words: str) -> str:
    """Parameters: the group, ids."""
    return f'DELETE FROM {words} WHERE "{_GROUP}" = $1::text AND "{_ID}" = ANY($2::text[])'


def add_words(words: str) -> str:
    return (
        f'INSERT INTO {words} ("{_GROUP}", "{_CREW}", _word, "{_ID}", _found, _length) SELECT * FROM'
        " unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::integer[])"
    )


def word_columns(records: Sequence[PreparedRecord], index: IndexRef) -> list[list[Any]]:
    """The parameters of add_words()."""
    rows = []
    for record in records:
        said = _words_of(record, index)
        owner = (record.row[_GROUP], record.row.get(_CREW, ""))
        for word, found in Counter(said).items():
            rows.append((*owner, word, record.id, found, len(said)))
    return [list(column) for column in zip(*rows, strict=True)]


def _words_of(record: PreparedRecord, index: IndexRef) -> list[str]:
    columns = Schemas.get_text_columns(index.type)
    return [word for column in columns for word in words_in(record.row.get(column) or "")]


def by_vector(table: str, index: IndexRef, where: str, used: int) -> str:
    distance = f'"{_VECTOR}" <=> ${used + 1}::text::vector'
    return (
        f"SELECT {_all(index)}, greatest(-1, least(1, 1 - ({distance}))) AS _score FROM {table}"
        f' WHERE {where} ORDER BY {distance}, "{_ID}" LIMIT ${used + 2}'
    )


def by_words(table: str, words: str, index: IndexRef, scope: str, where: str, used: int) -> str:
    """BM25. `scope` is the beginning of `where`, with the same parameters; the first is the group.

    LATERAL and MATERIALIZED hold the plan even before PostgreSQL has statistics of a new table.
    """
    return f"""
WITH size AS (
    SELECT count(*)::float8 AS records, greatest(avg(_length), 1)::float8 AS mean
    FROM {table} WHERE {scope}),
counted AS MATERIALIZED (
    SELECT wanted AS _word, hits FROM unnest(${used + 1}::text[]) AS wanted CROSS JOIN LATERAL (
        SELECT count(*) AS hits FROM (
            SELECT FROM {words} WHERE {scope} AND _word = wanted LIMIT {_MAX_WORD_HITS + 1}) AS few
    ) AS found WHERE hits > 0),
ranked AS (
    SELECT _word, hits, sum(hits) OVER (ORDER BY hits, _word) AS total,
        row_number() OVER (ORDER BY hits, _word) AS place
    FROM counted),
kept AS MATERIALIZED (
    SELECT _word, ln(1 + (records - hits + 0.5) / (hits + 0.5)) AS weight
    FROM ranked, size WHERE place = 1 OR total <= {_MAX_WORD_HITS}),
scored AS MATERIALIZED (
    SELECT "{_ID}" AS _id,
        sum(weight * _found * 2.2 / (_found + 1.2 * (0.25 + 0.75 * _length / mean))) AS _score
    FROM (SELECT * FROM {words} WHERE {scope} AND _word = ANY(ARRAY(SELECT _word FROM kept))) AS said
    JOIN kept USING (_word), size GROUP BY "{_ID}")
SELECT {_all(index)}, _score FROM scored CROSS JOIN LATERAL (
    SELECT * FROM {table} WHERE "{_GROUP}" = $1::text AND "{_ID}" = _id OFFSET 0) AS record
WHERE {where} ORDER BY _score DESC, "{_ID}" LIMIT ${used + 2}"""


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
