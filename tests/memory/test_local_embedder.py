"""The embedder that needs nobody: no key, no network, no folder of its own."""

import asyncio
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from src.core.errors import NotConfigured
from src.memory.embedders.base import Purpose, Vector
from src.memory.embedders.catalogue import embedder_plan
from src.memory.embedders.errors import EmbeddingFailed
from src.memory.embedders.local import LocalEmbedder
from src.schemas.memory_backend import EmbedderConfig
from tests.support import network


@pytest.fixture
def embedder() -> LocalEmbedder:
    return LocalEmbedder(embedder_plan(EmbedderConfig()))


def cosine(left: Vector, right: Vector) -> float:
    return math.fsum(a * b for a, b in zip(left, right, strict=True))


async def test_vectors_have_the_planned_dimension_and_unit_norm(embedder: LocalEmbedder) -> None:
    texts = ["The invoice is due in May.", "Rechnung", "日本語の文書", "🙂", "x" * 5_000]
    vectors = await embedder.embed(texts, Purpose.DOCUMENT)

    assert [len(vector) for vector in vectors] == [embedder.plan.dimension] * len(texts)
    assert [math.hypot(*vector) for vector in vectors] == pytest.approx([1.0] * len(texts))


async def test_a_text_is_nearer_to_what_means_the_same(embedder: LocalEmbedder) -> None:
    query, same, other = await embedder.embed(
        [
            "How much does a doctor earn?",
            "the salary of physicians",
            "The river floods the valley each spring.",
        ],
        Purpose.QUERY,
    )

    assert cosine(query, same) > cosine(query, other) + 0.2


async def test_the_same_text_gives_the_same_vector_alone_and_among_others(
    embedder: LocalEmbedder,
) -> None:
    [alone] = await embedder.embed(["a lesson"], Purpose.QUERY)
    among = await embedder.embed(
        ["a much longer text than the other", "a lesson"], Purpose.DOCUMENT
    )

    assert among[1] == alone


async def test_texts_of_any_length_are_taken(embedder: LocalEmbedder) -> None:
    [long, short] = await embedder.embed(["apples and pears " * 30_000, "apples"], Purpose.DOCUMENT)

    assert cosine(long, short) > 0.5


async def test_an_empty_text_is_an_error_and_no_zero_vector(embedder: LocalEmbedder) -> None:
    with pytest.raises(EmbeddingFailed, match="text 2 of 2 is empty"):
        await embedder.embed(["something", " \n"], Purpose.DOCUMENT)


async def test_no_texts_are_no_vectors(embedder: LocalEmbedder) -> None:
    assert await embedder.embed([], Purpose.QUERY) == []


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """It is still empty when the test has ended."""
    monkeypatch.setenv("HOME", str(tmp_path))
    yield
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("empty_home")
async def test_it_writes_nothing_and_asks_nobody(embedder: LocalEmbedder) -> None:
    await embedder.embed(["hello"], Purpose.QUERY)

    assert not network.attempts


async def test_the_loop_goes_on_while_a_long_text_is_embedded(embedder: LocalEmbedder) -> None:
    await embedder.embed(["loads the weights"], Purpose.QUERY)
    task = asyncio.create_task(embedder.embed(["apples and pears " * 30_000], Purpose.DOCUMENT))
    turns = 0
    while not task.done():
        await asyncio.sleep(0)
        turns += 1

    assert turns > 10


def test_another_model_than_the_one_that_is_installed_is_refused() -> None:
    plan = embedder_plan(EmbedderConfig(model="another", dimension=64))
    with pytest.raises(NotConfigured, match="wordllama-256"):
        LocalEmbedder(plan)
