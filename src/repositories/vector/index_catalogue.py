"""Which indexes the embedded default has: a small SQLite file that all processes share."""

import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from src.repositories.vector.base import (
    IndexInfo,
    IndexRef,
    IndexSpec,
    IndexState,
    IndexSummary,
)
from src.repositories.vector.errors import IndexExists, IndexMissing
from src.repositories.vector.record_file import translated
from src.schemas.databricks_index_schemas import MemoryType

_TABLE = """CREATE TABLE IF NOT EXISTS indexes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
    dimension INTEGER NOT NULL, embedding_model TEXT NOT NULL)"""


@dataclass(frozen=True)
class CataloguedIndex:
    number: int
    """Never used again: an index made anew under an old name starts with new files."""
    info: IndexInfo

    @property
    def file_name(self) -> str:
        return f"{self.info.ref.type}-{self.number}.db"


class IndexCatalogue:
    """Blocks; may be called from several threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        with translated():
            self._connection = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=15
            )
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute(_TABLE)

    def add(self, spec: IndexSpec) -> CataloguedIndex:
        ref = spec.ref
        insert = "INSERT INTO indexes (name, type, dimension, embedding_model) VALUES (?, ?, ?, ?)"
        values = [ref.name, str(ref.type), spec.dimension, spec.embedding_model]
        with self._lock, translated():
            try:
                self._connection.execute(insert, values)
            except sqlite3.IntegrityError as exc:
                raise IndexExists(f"there is an index {ref.name} already") from exc
        return self.find(ref)

    def find(self, index: IndexRef) -> CataloguedIndex:
        query = "SELECT number, dimension, embedding_model FROM indexes WHERE name = ? AND type = ?"
        with self._lock, translated():
            row = self._connection.execute(query, [index.name, str(index.type)]).fetchone()
        if row is None:
            raise IndexMissing(f"there is no {index.type} index {index.name}")
        number, dimension, model = row
        ref = IndexRef(index.name, MemoryType(index.type))
        return CataloguedIndex(number, IndexInfo(ref, dimension, IndexState.READY, model))

    def remove(self, index: IndexRef) -> CataloguedIndex:
        found = self.find(index)
        with self._lock, translated():
            self._connection.execute("DELETE FROM indexes WHERE number = ?", [found.number])
        return found

    def names(self) -> list[IndexSummary]:
        with self._lock, translated():
            rows = self._connection.execute("SELECT name FROM indexes ORDER BY name").fetchall()
        return [IndexSummary(name) for (name,) in rows]

    def close(self) -> None:
        with self._lock, translated():
            self._connection.close()
