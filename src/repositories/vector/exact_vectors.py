"""Unit vectors of one crew in one matrix, searched exactly.

10,000 vectors of 384 dimensions take 15 MB and 1 ms (docs/decisions/0006-default-memory-store.md).
"""

from collections.abc import Collection, Iterable, Sequence

import numpy as np

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float32]]
_DECIMALS = 6
"""The same vector may score one float32 step apart in two rows; ties must stay ties."""


class ExactVectors:
    """Keyed by the row number of the record; not for several threads at once."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._matrix: Matrix = np.zeros((0, dimension), dtype=np.float32)
        self._numbers: list[int] = []
        self._ids: list[str] = []
        self._slots: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def put(self, rows: Iterable[tuple[int, str, bytes]]) -> None:
        """Row number, record id and the vector as float32 bytes; a known number is replaced."""
        for number, id, vector in rows:
            slot = self._slots.get(number)
            if slot is None:
                slot = self._slots[number] = len(self._numbers)
                self._numbers.append(number)
                self._ids.append(id)
                self._grow(slot + 1)
            self._ids[slot] = id
            self._matrix[slot] = np.frombuffer(vector, dtype=np.float32)

    def keep(self, numbers: Collection[int]) -> None:
        """Forgets every row that is not among these."""
        for number in [one for one in self._numbers if one not in numbers]:
            slot, last = self._slots.pop(number), len(self._numbers) - 1
            moved = self._numbers[last]
            if moved != number:
                self._numbers[slot], self._ids[slot] = moved, self._ids[last]
                self._matrix[slot] = self._matrix[last]
                self._slots[moved] = slot
            self._numbers.pop()
            self._ids.pop()

    def nearest(
        self, query: Sequence[float], limit: int, among: Collection[int] | None
    ) -> list[tuple[int, float]]:
        """Row numbers with their cosine, the nearest first, ties by id."""
        slots = None
        if among is not None:
            slots = [self._slots[number] for number in among if number in self._slots]
        rows = self._matrix[: len(self)] if slots is None else self._matrix[slots]
        if not len(rows):
            return []
        # vecdot works on this thread alone; `@` wakes BLAS threads that wait for each other on a busy
        # machine: p95 over 10,000 vectors 1.8 ms against 15 ms (2 cores at load 5, numpy 2.4.6).
        cosines = np.asarray(np.vecdot(rows, np.asarray(query, dtype=np.float32)))
        scores = np.round(cosines, _DECIMALS)
        chosen: Iterable[int] = range(len(scores))
        if len(scores) > limit:
            border = np.partition(scores, -limit)[-limit]
            chosen = np.flatnonzero(scores >= border).tolist()
        places = [(at if slots is None else slots[at], float(scores[at])) for at in chosen]
        places.sort(key=lambda place: (-place[1], self._ids[place[0]]))
        return [(self._numbers[slot], max(-1.0, min(1.0, score))) for slot, score in places[:limit]]

    def _grow(self, rows: int) -> None:
        if rows > len(self._matrix):
            grown = np.zeros((max(64, rows, 2 * len(self._matrix)), self._dimension), np.float32)
            grown[: len(self._matrix)] = self._matrix
            self._matrix = grown


def packed(vector: Sequence[float]) -> bytes:
    return np.asarray(vector, dtype=np.float32).tobytes()


def unpacked(vector: bytes) -> list[float]:
    found: list[float] = np.frombuffer(vector, dtype=np.float32).tolist()
    return found
