"""Memory of older products is read out of their Chroma directories without changing them."""

import hashlib
from pathlib import Path
from typing import Any

import chromadb
import pytest
from chromadb.config import Settings

from src.repositories.vector.chroma import ChromaRecord, reading
from src.repositories.vector.errors import IndexMissing, StoreRefused


def fill(folder: Path) -> None:
    client: Any = chromadb.PersistentClient(
        str(folder), settings=Settings(anonymized_telemetry=False)
    )
    collection = client.create_collection("short_term", embedding_function=None)
    collection.add(
        ids=["a", "b", "c"],
        documents=["first", "zweites 🚀", "third"],
        metadatas=[{"agent": "x"}, {"agent": "y", "score": 0.5}, {"agent": "z"}],
        embeddings=[[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]],
    )
    client.close()


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


async def test_records_come_with_text_metadata_and_vector(tmp_path: Path) -> None:
    fill(tmp_path)
    async with reading(tmp_path) as reader:
        assert await reader.collections() == {"short_term": 3}
        first = await reader.records("short_term", offset=0, limit=2)
        rest = await reader.records("short_term", offset=2, limit=2)
        assert await reader.records("short_term", offset=3, limit=2) == []
    found = {record.id: record for record in (*first, *rest)}
    assert found["b"] == ChromaRecord("b", "zweites 🚀", {"agent": "y", "score": 0.5}, (0.0, 1.0))
    assert sorted(found) == ["a", "b", "c"]


async def test_reading_changes_no_file(tmp_path: Path) -> None:
    fill(tmp_path)
    before = fingerprint(tmp_path)
    async with reading(tmp_path) as reader:
        await reader.records("short_term", offset=0, limit=10)
    assert fingerprint(tmp_path) == before


async def test_a_directory_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        async with reading(tmp_path):
            pass
    (tmp_path / "chroma.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreRefused):
        async with reading(tmp_path):
            pass
