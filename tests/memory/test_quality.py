"""`python -m benchmarks.memory_quality` is the long form of this."""

import pytest

from benchmarks.conversations import conversations
from benchmarks.memory_quality import measure


@pytest.mark.parametrize(
    "backend",
    ["default", pytest.param("databricks", marks=[pytest.mark.integration, pytest.mark.slow])],
)
async def test_recall_finds_more_than_words_or_vectors_alone(backend: str) -> None:
    assert await measure(backend, "local", conversations(3))
