"""The port of what turns texts into vectors."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from src.memory.plan import EmbedderPlan

Vector = tuple[float, ...]


class Purpose(StrEnum):
    """Some models want to know which side of a search a text is on."""

    QUERY = "query"
    DOCUMENT = "document"


class Embedder(Protocol):
    plan: EmbedderPlan

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        """One vector for each text, in their order, with plan.dimension finite numbers, not all zero.

        Raises EmbeddingFailed, never an invented vector, and Unavailable where trying again may help.
        """
        ...
