"""Embeddings that are the same everywhere: words and their parts, hashed to signed positions.

Texts that share words are near, inflections a little ("price", "prices"), everything else far. The
real models' meaning is not imitated; their shape is: dimension, and whether the norm is one.
"""

import hashlib
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from tests.emulator.lexical import words_of
from tests.emulator.schemas import Vector

Places = np.ndarray[Any, np.dtype[np.int64]]
Signs = np.ndarray[Any, np.dtype[np.float64]]
POSITIONS = 6
PART_WEIGHT = 0.7
SHORT_WORD_WEIGHT = 0.3
"""Up to three letters: mostly words that say little."""


@dataclass(frozen=True)
class EmbeddingModel:
    name: str
    dimension: int = 1024
    normalised: bool = True
    instruction: str = ""
    """What the model was trained to see in front of a question: it says nothing about the question."""

    def embed(self, text: str) -> Vector:
        text = text.removeprefix(self.instruction)
        total = np.zeros(self.dimension, dtype=np.float64)
        words = words_of(text) or [text.strip() or "(empty)"]
        for word in words:
            weight = SHORT_WORD_WEIGHT if len(word) < 4 else 1.0
            places, signs = _places(word, self.dimension)
            np.add.at(total, places, weight * signs)
            parts = [f"^{word}$"[at : at + 3] for at in range(len(word))]
            for part in parts:
                places, signs = _places(f"part:{part}", self.dimension)
                np.add.at(total, places, weight * PART_WEIGHT * signs / math.sqrt(len(parts)))
        norm = float(np.linalg.norm(total)) or 1.0
        # gte-large-en is not normalised: its lengths differ from text to text.
        length = 1.0 if self.normalised else 12.0 + 8.0 * _fraction(text)
        return np.asarray(total * (length / norm), dtype=np.float32)


def _fraction(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 2**32


@lru_cache(maxsize=65_536)
def _places(feature: str, dimension: int) -> tuple[Places, Signs]:
    digest = hashlib.sha256(feature.encode("utf-8", "surrogatepass")).digest()
    numbers = [int.from_bytes(digest[4 * n : 4 * n + 4], "big") for n in range(POSITIONS)]
    places = np.array([number % dimension for number in numbers], dtype=np.int64)
    signs = np.array([1.0 if number >> 31 else -1.0 for number in numbers])
    return places, signs
