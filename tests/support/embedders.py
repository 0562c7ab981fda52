"""An embedder without a model: texts that share words are near each other."""

import hashlib
import math
from collections.abc import Sequence

from src.memory.embedders.base import Purpose, Vector
from src.memory.plan import EmbedderPlan
from src.repositories.vector.words import words

DIMENSION = 64
HASHED = EmbedderPlan(provider="local", model="hashed", dimension=DIMENSION, normalised=True)


class HashedEmbedder:
    """Deterministic; counts its calls. `fails_with` is raised instead of an answer."""

    def __init__(self, plan: EmbedderPlan = HASHED) -> None:
        self.plan = plan
        self.calls: list[tuple[tuple[str, ...], Purpose]] = []
        self.fails_with: Exception | None = None

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        self.calls.append((tuple(texts), purpose))
        if self.fails_with is not None:
            raise self.fails_with
        return [hashed(text, self.plan.dimension) for text in texts]


def hashed(text: str, dimension: int = DIMENSION) -> Vector:
    """Each word is a direction of its own, as far as the dimension allows."""
    parts = [0.0] * dimension
    for word in words(text) or [text]:
        digest = hashlib.sha256(word.encode("utf-8", "replace")).digest()
        for at in range(0, 8, 2):
            place = int.from_bytes(digest[at : at + 2], "big") % dimension
            parts[place] += 1.0 if digest[8 + at] % 2 else -1.0
    norm = math.hypot(*parts)
    return tuple(part / norm for part in parts) if norm else (1.0, *([0.0] * (dimension - 1)))
