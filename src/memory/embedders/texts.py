"""What every embedder asks of texts and answers with vectors."""

import math
from collections.abc import Sequence

from src.memory.embedders.base import Vector
from src.memory.embedders.errors import EmbeddingFailed


def check_texts(texts: Sequence[str]) -> None:
    for number, text in enumerate(texts, 1):
        if not text.strip():
            raise EmbeddingFailed(
                f"expected texts with at least one word to embed, but text {number} of {len(texts)} is empty"
            )


def unit_norm(model: str, dimension: int, values: Sequence[float]) -> Vector:
    """Raises EmbeddingFailed: a meaningless vector would be found by nothing, or by everything."""
    if len(values) != dimension:
        raise EmbeddingFailed(
            f"expected {dimension} dimensions of {model}, got {len(values)}; correct the embedder's dimension"
        )
    norm = math.hypot(*values)
    if not math.isfinite(norm) or norm == 0.0:
        raise EmbeddingFailed(f"{model} answered with a vector that is zero or not finite")
    return tuple(value / norm for value in values)
