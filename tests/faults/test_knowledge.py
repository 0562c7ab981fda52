"""Documents whose reader dies, or that are deleted while they are read, on real workers."""

import asyncio
from collections import Counter
from typing import Any

import httpx

from src.bootstrap import Container
from src.schemas.databricks_index_schemas import MemoryType
from src.services.knowledge.store import KnowledgeStore, pieces_of
from tests.support.processes import Installation, wait_until

BOOK = "\n\n".join(
    f"Paragraph {number} of this book says that value {number * 7} was measured in room {number % 90}, "
    "and that nobody was surprised, because such values had been measured in many rooms before."
    for number in range(9_000)
)


def upload(kasal: Installation, text: str = BOOK) -> dict[str, Any]:
    answer = kasal.http.post(
        "/api/v1/knowledge/documents", files={"file": ("book.txt", text.encode())}
    )
    assert answer.status_code == 202, answer.text
    document: dict[str, Any] = answer.json()
    return document


def shown(kasal: Installation, document: dict[str, Any]) -> httpx.Response:
    return kasal.http.get(f"/api/v1/knowledge/documents/{document['id']}")


def stored_by_now(kasal: Installation, document: dict[str, Any]) -> int:
    """As the step says it."""
    steps = kasal.http.get(f"/api/v1/jobs/{document['job_id']}").json()["steps"]
    details = [step["detail"] for step in steps if step["name"] == "store"]
    return int(details[0].partition(" ")[0] or 0) if details else 0


def pieces(kasal: Installation, document: dict[str, Any]) -> Counter[Any]:
    """By their place in the document."""

    async def scan() -> Counter[Any]:
        container = Container(kasal.settings)
        access = container.memory_access
        store = KnowledgeStore(container.database, access, container.credentials)
        storage = await store.open(document["group_id"], None, None)
        found: Counter[Any] = Counter()
        after: str | None = None
        while True:
            page = await storage.scan(
                MemoryType.DOCUMENT, after=after, limit=500, filter=pieces_of(document["id"])
            )
            found.update(record.fields["chunk_index"] for record in page.records)
            after = page.next_after
            if after is None:
                break
        await container.close()
        return found

    return asyncio.run(scan())


def test_document_of_a_killed_worker_is_read_to_its_end_without_a_repeated_piece(
    kasal: Installation,
) -> None:
    document = upload(kasal)
    for wanted in (1, 600):
        worker = kasal.start_worker()
        wait_until(lambda: stored_by_now(kasal, document) >= wanted, 60, "some pieces are stored")
        worker.kill()
        assert shown(kasal, document).json()["status"] == "reading"
    kasal.start_worker()
    wait_until(lambda: shown(kasal, document).json()["status"] == "ready", 60, "it is read")
    chunks = shown(kasal, document).json()["chunks"]
    assert chunks > 1_000
    assert pieces(kasal, document) == Counter(range(chunks))
    found = kasal.http.post(
        "/api/v1/knowledge/search", json={"query": "value 35 was measured in room 5", "limit": 3}
    ).json()
    assert any("value 35 was" in hit["text"] for hit in found["items"])
    assert kasal.http.delete(f"/api/v1/knowledge/documents/{document['id']}").status_code == 204
    assert not pieces(kasal, document)


def test_document_that_is_deleted_while_it_is_read_leaves_nothing(kasal: Installation) -> None:
    worker = kasal.start_worker()
    document = upload(kasal, BOOK + "\n\nAnother edition.")
    wait_until(lambda: stored_by_now(kasal, document) > 0, 60, "some pieces are stored")
    assert kasal.http.delete(f"/api/v1/knowledge/documents/{document['id']}").status_code == 204
    assert shown(kasal, document).status_code == 404
    job = kasal.http.get(f"/api/v1/jobs/{document['job_id']}").json()
    assert job["status"] == "cancelled"
    # The next document is read when the reader of this one has stopped and tidied up.
    after = upload(kasal, "A short one.")
    wait_until(lambda: shown(kasal, after).json()["status"] == "ready", 60, "the next one is read")
    assert worker.exit_code is None
    wait_until(lambda: not pieces(kasal, document), 60, "no piece is left")
