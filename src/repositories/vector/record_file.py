"""One SQLite file: the records of one crew in one index, their vectors, and their words in FTS5.

The file is the truth for every process. Each write raises its generation in the same transaction, and a
search first reads what was written since this process last looked: no stale read, whoever wrote. Methods
block: call them on a thread of their own, from several threads if you like.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from src.repositories.vector.base import PreparedRecord, Row
from src.repositories.vector.errors import StoreUnavailable
from src.repositories.vector.exact_vectors import ExactVectors, packed, unpacked
from src.repositories.vector.filters import Condition, Equals, NoneOf, OneOf, Schemas, Selection
from src.repositories.vector.words import query_words, searchable

_BUSY_MS = 15_000
_FEWEST_WORD_HITS, _MOST_WORD_HITS = 1_000, 4_000
"""FTS5 ranks about 500 hits a millisecond: the rarest words of a query are used, up to two hits for five records
within these bounds. Of 10,000 records more hits find nothing more, and half as many find 3 % less."""
_ID, _GROUP, _CREW = Schemas.PRIMARY_KEY, Schemas.GROUP, Schemas.CREW
_PLACES = {_ID, _GROUP, _CREW}
_LAYOUT = 1
_TABLES = f"""
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO state VALUES ('generation', 0), ('deletions', 0);
CREATE TABLE IF NOT EXISTS records (
    number INTEGER PRIMARY KEY, {_GROUP} TEXT NOT NULL, {_CREW} TEXT NOT NULL, {_ID} TEXT NOT NULL,
    generation INTEGER NOT NULL, fields TEXT NOT NULL, UNIQUE ({_GROUP}, {_ID}));
CREATE INDEX IF NOT EXISTS records_generation ON records ({_GROUP}, generation);
CREATE TABLE IF NOT EXISTS vectors (number INTEGER PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS texts (number INTEGER PRIMARY KEY, words TEXT NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS said USING fts5 (
    words, content='texts', content_rowid='number', tokenize='unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab ('said', 'row');
"""
_READ = f"SELECT {_ID}, {_GROUP}, {_CREW}, fields FROM records"


@dataclass
class _Seen:
    """What this process has read of one group."""

    vectors: ExactVectors
    generation: int = 0
    deletions: int = 0


class RecordFile:
    def __init__(self, path: Path, dimension: int, text_columns: Sequence[str]) -> None:
        self._path = path
        self._dimension = dimension
        self._text_columns = text_columns
        self._lock = threading.Lock()
        self._seen: dict[str, _Seen] = {}
        self._connection: sqlite3.Connection | None = None

    @property
    def cached_bytes(self) -> int:
        return sum(len(seen.vectors) for seen in self._seen.values()) * 4 * self._dimension

    def close(self) -> None:
        """Whoever still holds the file may go on: it opens again."""
        with self._lock:
            self._seen.clear()
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def write(self, records: Sequence[PreparedRecord]) -> None:
        with self._transaction("IMMEDIATE") as connection:
            generation = _raise(connection, "generation")
            for record in records:
                self._put(connection, record, generation)

    def delete(self, selection: Selection) -> int:
        where, values = _where(selection)
        with self._transaction("IMMEDIATE") as connection:
            found = connection.execute(f"SELECT number FROM records WHERE {where}", values)
            numbers = found.fetchall()
            if numbers:
                _raise(connection, "generation")
                _raise(connection, "deletions")
            for number in numbers:
                _forget_words(connection, number[0])
                for table in ("records", "vectors", "texts"):
                    connection.execute(f"DELETE FROM {table} WHERE number = ?", number)
        return len(numbers)

    def empty(self) -> int:
        """Removes the records of all groups."""
        with self._transaction("IMMEDIATE") as connection:
            _raise(connection, "generation")
            _raise(connection, "deletions")
            removed = int(connection.execute("SELECT count(*) FROM records").fetchone()[0])
            for table in ("records", "vectors", "texts"):
                connection.execute(f"DELETE FROM {table}")
            connection.execute("INSERT INTO said (said) VALUES ('rebuild')")
        return removed

    def count(self, selection: Selection | None = None) -> int:
        where, values = _where(selection) if selection else ("TRUE", [])
        with self._transaction() as connection:
            found = connection.execute(f"SELECT count(*) FROM records WHERE {where}", values)
            return int(found.fetchone()[0])

    def after(
        self, selection: Selection, after: str | None, limit: int
    ) -> list[tuple[Row, list[float]]]:
        where, values = _where(selection)
        query = (
            f"SELECT {_ID}, {_GROUP}, {_CREW}, fields, vector FROM records JOIN vectors USING (number)"
            f" WHERE {where} AND {_ID} > ? ORDER BY {_ID} LIMIT ?"
        )
        with self._transaction() as connection:
            rows = connection.execute(query, [*values, after or "", limit]).fetchall()
        return [(_row(row), unpacked(row[4])) for row in rows]

    def nearest(
        self, scope: Selection, selection: Selection, vector: Sequence[float], limit: int
    ) -> list[tuple[Row, float]]:
        """`scope` is the selection without what the caller asked for; `selection` is the whole."""
        with self._transaction() as connection:
            vectors = self._up_to_date(connection, scope)
            # Most conditions let many records through: look among the nearest before asking all of them.
            first = limit if selection == scope else 8 * limit + 50
            found = self._read(connection, selection, vectors.nearest(vector, first, None))
            if len(found) >= limit or len(vectors) <= first:
                return found[:limit]
            where, values = _where(selection)
            chosen = connection.execute(f"SELECT number FROM records WHERE {where}", values)
            among = [number for (number,) in chosen]
            return self._read(connection, selection, vectors.nearest(vector, limit, among))

    def saying(self, selection: Selection, text: str, limit: int) -> list[tuple[Row, float]]:
        """By BM25; the statistics are those of this file."""
        where, values = _where(selection)
        query = (
            f"SELECT {_ID}, {_GROUP}, {_CREW}, fields, -rank AS score"
            f" FROM said JOIN records ON number = said.rowid WHERE said MATCH ? AND {where}"
            f" ORDER BY rank, {_ID} LIMIT ?"
        )
        with self._transaction() as connection:
            match = _match(connection, query_words(text))
            if not match:
                return []
            found = self._first_saying(connection, selection, match, limit)
            if found is None:
                rows = connection.execute(query, [match, *values, limit]).fetchall()
                found = [(_row(row), float(row[4])) for row in rows]
        return found

    def _first_saying(
        self, connection: sqlite3.Connection, selection: Selection, match: str, limit: int
    ) -> list[tuple[Row, float]] | None:
        """Ranks before it reads: a quarter less time where the filter lets most through. None where it does not."""
        first = 4 * limit + 50
        best = connection.execute(
            "SELECT rowid, -rank FROM said WHERE said MATCH ? ORDER BY rank LIMIT ?", [match, first]
        ).fetchall()
        found: list[tuple[Row, float]] = []
        for number, score in best:
            if len(found) >= limit and score < found[-1][1]:
                break
            found += self._read(connection, selection, [(number, score)])
        else:
            if len(best) == first:
                return None
        found.sort(key=lambda one: (-one[1], one[0][_ID]))
        return found[:limit]

    def _put(self, connection: sqlite3.Connection, record: PreparedRecord, generation: int) -> None:
        row = record.row
        fields = json.dumps({name: row[name] for name in row if name not in _PLACES})
        owner = [row[_GROUP], row.get(_CREW, "")]
        found = connection.execute(
            f"SELECT number FROM records WHERE {_GROUP} = ? AND {_CREW} = ? AND {_ID} = ?",
            [*owner, record.id],
        ).fetchone()
        if found:
            number = found[0]
            _forget_words(connection, number)
            change = "UPDATE records SET generation = ?, fields = ? WHERE number = ?"
            connection.execute(change, [generation, fields, number])
        else:
            number = connection.execute(
                f"INSERT INTO records ({_GROUP}, {_CREW}, {_ID}, generation, fields)"
                " VALUES (?, ?, ?, ?, ?)",
                [*owner, record.id, generation, fields],
            ).lastrowid
        words = searchable(row.get(column) for column in self._text_columns)
        connection.execute("REPLACE INTO vectors VALUES (?, ?)", [number, packed(record.vector)])
        connection.execute("REPLACE INTO texts VALUES (?, ?)", [number, words])
        connection.execute("INSERT INTO said (rowid, words) VALUES (?, ?)", [number, words])

    def _up_to_date(self, connection: sqlite3.Connection, scope: Selection) -> ExactVectors:
        where, values = _where(scope)
        seen = self._seen.setdefault(f"{values}", _Seen(ExactVectors(self._dimension)))
        state = dict(connection.execute("SELECT name, value FROM state").fetchall())
        if state["generation"] != seen.generation:
            changed = connection.execute(
                f"SELECT number, {_ID}, vector FROM records JOIN vectors USING (number)"
                f" WHERE {where} AND generation > ?",
                [*values, seen.generation],
            )
            seen.vectors.put(changed)
            if state["deletions"] != seen.deletions:
                left = connection.execute(f"SELECT number FROM records WHERE {where}", values)
                seen.vectors.keep({number for (number,) in left})
            seen.generation, seen.deletions = state["generation"], state["deletions"]
        return seen.vectors

    def _read(
        self, connection: sqlite3.Connection, selection: Selection, best: list[tuple[int, float]]
    ) -> list[tuple[Row, float]]:
        where, values = _where(selection)
        query = f"{_READ} WHERE number = ? AND {where}"
        found = (
            (connection.execute(query, [number, *values]).fetchone(), score)
            for number, score in best
        )
        return [(_row(row), score) for row, score in found if row is not None]

    @contextmanager
    def _transaction(self, mode: str = "DEFERRED") -> Iterator[sqlite3.Connection]:
        with self._lock, translated():
            if self._connection is None:
                self._connection = _open(self._path)
            connection = self._connection
            connection.execute(f"BEGIN {mode}")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=_BUSY_MS / 1000
    )
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-8000"):
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA user_version").fetchone()[0] != _LAYOUT:
        connection.execute("BEGIN IMMEDIATE")
        for statement in _TABLES.split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version={_LAYOUT}")
        connection.execute("COMMIT")
    return connection


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as exc:
        raise StoreUnavailable(
            f"the memory file cannot be used right now ({exc}); is the disk full, or another process "
            "busy with it?",
            retry_after_s=2,
        ) from exc


def _raise(connection: sqlite3.Connection, name: str) -> int:
    change = "UPDATE state SET value = value + 1 WHERE name = ? RETURNING value"
    return int(connection.execute(change, [name]).fetchall()[0][0])


def _forget_words(connection: sqlite3.Connection, number: int) -> None:
    # FTS5 over another table's content must be told what the row said before it changes.
    connection.execute(
        "INSERT INTO said (said, rowid, words) SELECT 'delete', number, words FROM texts"
        " WHERE number = ?",
        [number],
    )


def _match(connection: sqlite3.Connection, wanted: list[str]) -> str:
    marks = ", ".join("?" * len(wanted))
    query = f"SELECT term, doc FROM vocabulary WHERE term IN ({marks}) ORDER BY doc, term"
    records = connection.execute("SELECT coalesce(max(number), 0) FROM records").fetchone()[0]
    most = min(_MOST_WORD_HITS, max(_FEWEST_WORD_HITS, 2 * records // 5))
    kept: list[str] = []
    hits = 0
    for word, count in connection.execute(query, wanted).fetchall():
        if kept and hits + count > most:
            break
        kept.append(f'"{word}"')
        hits += count
    return " OR ".join(kept)


def _where(selection: Selection) -> tuple[str, list[Any]]:
    parts, values = [], []
    for condition in selection.conditions:
        part, more = _rendered(condition)
        parts.append(part)
        values += more
    return " AND ".join(parts), values


def _rendered(condition: Condition) -> tuple[str, list[Any]]:
    # Column names come from DatabricksIndexSchemas; select() lets no other through.
    name = condition.column
    place = name if name in _PLACES else f"json_extract(fields, '$.{name}')"
    if isinstance(condition, OneOf | NoneOf):
        marks = ", ".join("?" * len(condition.values))
        unknown = f" AND {place} IS NOT NULL" if isinstance(condition, NoneOf) else ""
        return f"({place} {condition.operator} ({marks}){unknown})", list(condition.values)
    value = condition.value
    if isinstance(condition, Equals):
        return f"{place} = ?", [value]
    return f"({place} {condition.operator} ? AND {place} IS NOT NULL)", [value]


def _row(found: Sequence[Any]) -> Row:
    row: Row = {_ID: found[0], _GROUP: found[1], **json.loads(found[3])}
    if found[2]:
        row[_CREW] = found[2]
    return row
