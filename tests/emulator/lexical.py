"""Okapi BM25 over one text column, kept up to date row by row."""

import math
import re
from collections import Counter
from collections.abc import Hashable

K1 = 1.2
B = 0.75


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


class TextColumn:
    def __init__(self) -> None:
        self._postings: dict[str, dict[Hashable, int]] = {}
        self._lengths: dict[Hashable, int] = {}
        self._total = 0

    def add(self, key: Hashable, text: str) -> None:
        counts = Counter(words_of(text))
        for word, count in counts.items():
            self._postings.setdefault(word, {})[key] = count
        self._lengths[key] = counts.total()
        self._total += counts.total()

    def remove(self, key: Hashable, text: str) -> None:
        for word in set(words_of(text)):
            postings = self._postings[word]
            del postings[key]
            if not postings:
                del self._postings[word]
        self._total -= self._lengths.pop(key)

    def scores(self, query: str) -> dict[Hashable, float]:
        """Every row that has a word of the query; statistics are those of the whole index."""
        rows = len(self._lengths)
        mean = self._total / rows if rows else 1.0
        found: dict[Hashable, float] = {}
        for word in set(words_of(query)):
            postings = self._postings.get(word, {})
            rarity = math.log(1 + (rows - len(postings) + 0.5) / (len(postings) + 0.5))
            for key, count in postings.items():
                norm = K1 * (1 - B + B * self._lengths[key] / (mean or 1.0))
                found[key] = found.get(key, 0.0) + rarity * count * (K1 + 1) / (count + norm)
        return found
