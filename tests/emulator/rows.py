"""The rows of one index: vectors in one matrix, the rest in dicts, kept in key order."""

from bisect import bisect_right, insort
from collections.abc import Iterable
from typing import Any

import numpy as np

from tests.emulator.filters import Condition
from tests.emulator.lexical import TextColumn
from tests.emulator.schemas import IndexSchema, Vector

Key = str | int
Row = dict[str, Any]


class RowStore:
    def __init__(self, schema: IndexSchema) -> None:
        self._schema = schema
        self._dimension = schema.vector.dimension if schema.vector else 0
        self._rows: dict[Key, Row] = {}
        self._sorted: list[Any] = []
        self._slots: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._matrix: Vector = np.zeros((0, self._dimension), dtype=np.float32)
        self._squares: Vector = np.zeros(0, dtype=np.float32)
        self._equal: dict[str, dict[Any, set[Key]]] = {}
        self._texts: dict[str, TextColumn] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: Key) -> bool:
        return key in self._rows

    def put(self, row: Row) -> None:
        """Replaces the row of the same key; the row has been checked."""
        row = dict(row)
        key = row[self._schema.primary_key]
        vector = row.pop(self._schema.vector.name, None) if self._schema.vector else None
        if key in self._rows:
            self._forget(key)
        else:
            insort(self._sorted, key)
            self._slots[key] = len(self._keys)
            self._keys.append(key)
        self._rows[key] = row
        if vector is not None:
            self._grow(len(self._keys))
            slot = self._slots[key]
            self._matrix[slot] = vector
            self._squares[slot] = self._matrix[slot] @ self._matrix[slot]
        for column, index in self._equal.items():
            index.setdefault(row.get(column), set()).add(key)
        for column, texts in self._texts.items():
            texts.add(key, row.get(column) or "")

    def remove(self, key: Key) -> bool:
        if key not in self._rows:
            return False
        self._forget(key)
        del self._rows[key]
        del self._sorted[bisect_right(self._sorted, key) - 1]
        slot, last = self._slots.pop(key), self._keys.pop()
        if last != key:
            self._keys[slot] = last
            if self._dimension:
                self._matrix[slot] = self._matrix[self._slots[last]]
                self._squares[slot] = self._squares[self._slots[last]]
            self._slots[last] = slot
        return True

    def row(self, key: Key) -> Row:
        """With the vector as an array."""
        vector = self._schema.vector
        if vector is None:
            return self._rows[key]
        return {**self._rows[key], vector.name: self._matrix[self._slots[key]]}

    def after(self, key: Any, count: int) -> list[Key]:
        """The next keys in order behind `key` (None: from the first)."""
        start = 0 if key is None else bisect_right(self._sorted, key)
        found: list[Key] = self._sorted[start : start + count]
        return found

    def where(self, condition: Condition | None) -> list[Key]:
        if condition is None:
            return list(self._sorted)
        candidates: set[Key] | None = None
        for column, values in condition.required():
            if self._schema.columns.get(column) != "string":
                continue
            index = self._equality_index(column)
            found: set[Key] = set().union(*(index.get(value, set()) for value in values))
            candidates = found if candidates is None else candidates & found
        keys: Iterable[Key] = self._sorted if candidates is None else sorted(candidates)
        return [key for key in keys if condition.holds(self._rows[key])]

    def distances(self, keys: list[Key], query: Vector) -> Any:
        """Squared Euclidean distances in float64, in the order of the keys."""
        if not keys:
            return np.zeros(0)
        slots = np.fromiter((self._slots[key] for key in keys), dtype=np.intp, count=len(keys))
        if 2 * len(keys) > len(self._keys):
            products = (self._matrix[: len(self._keys)] @ query)[slots]
        else:
            products = self._matrix[slots] @ query
        rough = self._squares[slots] - 2.0 * products + float(query @ query)
        return np.maximum(rough.astype(np.float64), 0.0)

    def exact_distance(self, key: Key, query: Vector) -> float:
        """Without the rounding that the fast way has for near vectors of great length."""
        difference = self._matrix[self._slots[key]].astype(np.float64) - query
        return float(difference @ difference)

    def text_scores(self, query: str, columns: Iterable[str]) -> dict[Any, float]:
        total: dict[Any, float] = {}
        for column in columns:
            for key, score in self._text_index(column).scores(query).items():
                total[key] = total.get(key, 0.0) + score
        return total

    def _grow(self, rows: int) -> None:
        if rows > len(self._matrix):
            grown = np.zeros((max(16, rows, 2 * len(self._matrix)), self._dimension), np.float32)
            grown[: len(self._matrix)] = self._matrix
            squares = np.zeros(len(grown), np.float32)
            squares[: len(self._squares)] = self._squares
            self._matrix, self._squares = grown, squares

    def _forget(self, key: Key) -> None:
        row = self._rows[key]
        for column, index in self._equal.items():
            index[row.get(column)].discard(key)
        for column, texts in self._texts.items():
            texts.remove(key, row.get(column) or "")

    def _equality_index(self, column: str) -> dict[Any, set[Key]]:
        if column not in self._equal:
            index: dict[Any, set[Key]] = {}
            for key, row in self._rows.items():
                index.setdefault(row.get(column), set()).add(key)
            self._equal[column] = index
        return self._equal[column]

    def _text_index(self, column: str) -> TextColumn:
        if column not in self._texts:
            texts = self._texts[column] = TextColumn()
            for key, row in self._rows.items():
                texts.add(key, row.get(column) or "")
        return self._texts[column]
