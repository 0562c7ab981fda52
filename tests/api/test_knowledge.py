"""Knowledge documents from the upload to the last piece, over real stores and the local embedder."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from src.bootstrap import Container
from src.memory.embedders.base import Embedder, Purpose, Vector
from src.memory.plan import EmbedderPlan, MemoryPlan
from src.memory.storage import MemoryStorage
from src.repositories.knowledge import KnowledgeRepository
from src.repositories.vector.errors import StoreTimeout
from src.schemas.databricks_index_schemas import DatabricksIndexSchemas, MemoryType
from src.services.jobs.handler import JobKind
from src.services.jobs.runner import JobRunnerService
from src.services.knowledge import reader as knowledge_reader
from src.services.knowledge.reader import KnowledgeReader
from src.services.knowledge.store import KnowledgeStore, pieces_of
from src.services.runs.ownership import Ownership
from src.worker.jobs import job_handlers
from tests.conftest import MakeContainer, SettingsFor
from tests.support.files import pdf, word
from tests.support.http import client_of
from tests.support.operations import DEFINITION
from tests.support.people import client_as, make_person
from tests.support.rows import SampleRows
from tests.support.worker_parts import WORKER, FakeLease

POETS = "Goethe wrote poems. Schiller wrote plays.\n"
LONG = "\n".join(
    f"Paragraph {number} says that value {number * 7} was measured." for number in range(400)
)


@pytest.fixture
async def http(each_container: Container) -> AsyncIterator[httpx.AsyncClient]:
    async with each_container.database.write() as uow:
        await uow.repo(SampleRows).lease(expires_at=0.0)
    async with client_of(each_container) as client:
        yield client


async def upload(
    http: httpx.AsyncClient, name: str, content: bytes | str, **fields: str
) -> httpx.Response:
    raw = content.encode() if isinstance(content, str) else content
    return await http.post("/knowledge/documents", files={"file": (name, raw)}, data=fields)


async def make_crew(http: httpx.AsyncClient) -> str:
    made = await http.post("/crews", json={"name": "Readers", "definition": DEFINITION})
    return str(made.json()["id"])


async def work(container: Container, document: Mapping[str, Any]) -> dict[str, Any]:
    """As a worker does with its job; the document afterwards."""
    runner = JobRunnerService(
        container.database,
        container.clock,
        container.queue,
        container.settings.key_ring,
        job_handlers(container),
        Ownership(WORKER, FakeLease()),
    )
    await runner.run_job(document["job_id"], document["group_id"])
    async with client_of(container) as http:
        found: dict[str, Any] = (await http.get(f"/knowledge/documents/{document['id']}")).json()
    return found


async def read(
    container: Container, http: httpx.AsyncClient, name: str, content: Any, **fields: str
) -> dict[str, Any]:
    answer = await upload(http, name, content, **fields)
    assert answer.status_code == 202, answer.text
    return await work(container, answer.json())


async def search(http: httpx.AsyncClient, query: str, **more: Any) -> list[dict[str, Any]]:
    answer = await http.post("/knowledge/search", json={"query": query, **more})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def storage_of(container: Container, group_id: str) -> MemoryStorage:
    store = KnowledgeStore(container.database, container.memory_access, container.credentials)
    return await store.open(group_id, None, None)


async def pieces_left(container: Container, document: Mapping[str, Any]) -> int:
    storage = await storage_of(container, document["group_id"])
    return await storage.count(MemoryType.DOCUMENT, pieces_of(document["id"]))


@pytest.mark.parametrize(
    "name, content, found",
    [
        ("poets.txt", POETS, "Schiller wrote plays"),
        ("poets.md", "# Poets\n" + POETS, "# Poets"),
        ("poets.html", f"<h1>Poets</h1><p>{POETS}", "Schiller"),
        ("poets.csv", "Poet,Wrote\nGoethe,poems\nSchiller,plays", "Poet: Schiller; Wrote: plays"),
        ("poets.pdf", pdf(POETS.strip()), "Schiller wrote plays"),
        ("poets.docx", word(("Poets", POETS)), "Schiller wrote plays"),
    ],
)
async def test_document_of_every_kind_can_be_searched(
    each_container: Container, http: httpx.AsyncClient, name: str, content: Any, found: str
) -> None:
    answer = await upload(http, name, content)
    document = answer.json()
    assert answer.status_code == 202 and document["status"] == "queued"
    assert answer.headers["location"] == f"/api/v1/knowledge/documents/{document['id']}"
    assert await search(http, "Schiller") == []
    document = await work(each_container, document)
    assert (document["status"], document["chunks"], document["error"]) == ("ready", 1, None)
    assert document["title"] == "poets" and document["document_type"] == name.rpartition(".")[2]
    (hit,) = await search(http, "Which plays did Schiller write?")
    assert found in hit["text"] and hit["document_id"] == document["id"]
    job = (await http.get(f"/jobs/{document['job_id']}")).json()
    assert job["status"] == "done" and job["subject_id"] == document["id"]
    assert [(step["name"], step["status"]) for step in job["steps"]] == [
        ("read", "done"),
        ("store", "done"),
    ]


async def test_every_column_of_a_piece_is_filled(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    document = await read(each_container, http, "long.txt", LONG, title="Measurements")
    storage = await storage_of(each_container, document["group_id"])
    page = await storage.scan(MemoryType.DOCUMENT, filter=pieces_of(document["id"]))
    columns = DatabricksIndexSchemas.get_filter_columns(MemoryType.DOCUMENT)
    assert len(page.records) == document["chunks"] > 20
    for record in page.records:
        assert {column for column in columns if record.fields[column] is None} == set()
        assert record.fields["chunk_size"] == len(str(record.fields["content"])) <= 1000
    assert {record.fields["title"] for record in page.records} == {"Measurements"}
    assert sorted(record.fields["chunk_index"] for record in page.records) == list(  # type: ignore[type-var]
        range(document["chunks"])
    )
    async with each_container.database.read() as uow:
        rest = await uow.repo(KnowledgeRepository).content(document["group_id"], document["id"])
    assert rest is None


async def test_same_content_for_the_same_readers_is_one_document(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    first = await read(each_container, http, "poets.txt", POETS)
    again = await upload(http, "poets again.txt", POETS)
    assert again.json() == first and again.headers["idempotent-replayed"] == "true"
    crew = await make_crew(http)
    assert (await upload(http, "poets.txt", POETS, crew_id=crew)).json()["id"] != first["id"]
    assert len((await http.get("/knowledge/documents")).json()["items"]) == 2


async def test_documents_of_a_crew_are_found_for_it_alone(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    mine, other = [await make_crew(http) for _ in range(2)]
    await read(each_container, http, "all.txt", "The office opens at nine.")
    await read(each_container, http, "mine.txt", "The vault opens at ten.", crew_id=mine)
    titles = {
        crew: {hit["title"] for hit in await search(http, "When does it open?", **body)}
        for crew, body in {
            "none": {},
            "mine": {"crew_id": mine},
            "other": {"crew_id": other},
        }.items()
    }
    assert titles == {"none": {"all"}, "mine": {"all", "mine"}, "other": {"all"}}
    listed = {
        crew: [
            one["title"]
            for one in (await http.get("/knowledge/documents", params=of)).json()["items"]
        ]
        for crew, of in {
            "every": {},
            "mine": {"crew_id": mine},
            "other": {"crew_id": other},
        }.items()
    }
    assert listed == {"every": ["mine", "all"], "mine": ["mine"], "other": []}
    async with each_container.database.read() as uow:
        documents = uow.repo(KnowledgeRepository)
        group = (await http.get("/me")).json()["group_id"]
        assert len(await documents.readable(group, mine)) == 2
        assert len(await documents.readable(group, None)) == 1
        assert await documents.readable("another", mine) == ()


async def test_deletion_takes_every_piece_away(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    document = await read(each_container, http, "long.txt", LONG)
    kept = await read(each_container, http, "poets.txt", POETS)
    assert await pieces_left(each_container, document) == document["chunks"] > 1
    path = f"/knowledge/documents/{document['id']}"
    assert (await http.delete(path)).status_code == 204
    assert await pieces_left(each_container, document) == 0
    assert await pieces_left(each_container, kept) == 1
    assert (await http.get(path)).status_code == 404
    assert (await http.delete(path)).status_code == 404
    assert {hit["title"] for hit in await search(http, "value 700 measured")} <= {"poets"}
    assert (await upload(http, "long.txt", LONG)).json()["id"] != document["id"]


@dataclass
class CountingEmbedder:
    inner: Embedder
    plan: EmbedderPlan
    stop_after: int
    stop: Exception
    calls: int = 0

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        self.calls += 1
        if self.calls > self.stop_after:
            raise self.stop
        return await self.inner.embed(texts, purpose)


class StoppingAccess:
    """services.memory.reach.OpensStorage whose embedder fails after so many batches."""

    def __init__(self, container: Container, stop_after: int, stop: Exception) -> None:
        self._access = container.memory_access
        self._stop_after, self._stop = stop_after, stop

    async def storage(self, group_id: str, plan: MemoryPlan, credentials: Any) -> MemoryStorage:
        storage = await self._access.storage(group_id, plan, credentials)
        inner = storage.embedder
        self.embedder = CountingEmbedder(inner, inner.plan, self._stop_after, self._stop)
        storage.embedder = self.embedder
        return storage


def reader_of(container: Container, access: StoppingAccess) -> KnowledgeReader:
    store = KnowledgeStore(container.database, access, container.credentials)
    return KnowledgeReader(container.database, container.clock, store)


async def run_with(container: Container, access: StoppingAccess, document: Any) -> None:
    runner = JobRunnerService(
        container.database,
        container.clock,
        container.queue,
        container.settings.key_ring,
        {JobKind.KNOWLEDGE_DOCUMENT: reader_of(container, access)},
        Ownership(WORKER, FakeLease()),
    )
    await runner.run_job(document["job_id"], document["group_id"])


async def test_interrupted_reading_goes_on_behind_what_is_stored(
    each_container: Container, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowledge_reader, "BATCH", 8)
    document = (await upload(http, "long.txt", LONG)).json()
    away = StoppingAccess(each_container, 2, StoreTimeout("the store is slow"))
    await run_with(each_container, away, document)
    job = (await http.get(f"/jobs/{document['job_id']}")).json()
    assert (job["status"], job["error"]["code"]) == ("queued", "store-timeout")
    assert await pieces_left(each_container, document) == 16
    assert await search(http, "value 7 measured") == []
    here = StoppingAccess(each_container, 1000, StoreTimeout("never"))
    await run_with(each_container, here, document)
    whole = (await http.get(f"/knowledge/documents/{document['id']}")).json()
    assert whole["status"] == "ready"
    assert await pieces_left(each_container, document) == whole["chunks"]
    assert here.embedder.calls == -(-whole["chunks"] // 8) - 2


@pytest.mark.parametrize("how", ["delete", "cancel"])
async def test_document_that_is_deleted_or_cancelled_while_it_is_read_leaves_nothing(
    each_container: Container, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(knowledge_reader, "BATCH", 8)
    document = (await upload(http, "long.txt", LONG)).json()
    path = f"/knowledge/documents/{document['id']}"
    away = StoppingAccess(each_container, 2, StoreTimeout("the store is slow"))
    await run_with(each_container, away, document)
    assert await pieces_left(each_container, document) == 16
    if how == "delete":
        assert (await http.delete(path)).status_code == 204
    else:
        assert (await http.post(f"/jobs/{document['job_id']}/cancel")).status_code == 200
    # The turn that a worker still had, and the last one, which tells the handler.
    await work(each_container, document)
    assert await pieces_left(each_container, document) == 0
    shown = await http.get(path)
    if how == "delete":
        assert shown.status_code == 404
    else:
        assert shown.json()["status"] == "failed"
        assert shown.json()["error"]["code"] == "cancelled"


async def test_file_that_cannot_be_read_says_why_and_may_come_again(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    document = await read(each_container, http, "scan.pdf", pdf(""))
    assert document["status"] == "failed" and "no text in it" in document["error"]["message"]
    assert document["error"]["code"] == "document-unreadable"
    job = (await http.get(f"/jobs/{document['job_id']}")).json()
    assert [(step["name"], step["status"]) for step in job["steps"]] == [("read", "failed")]
    again = await upload(http, "scan.pdf", pdf(""))
    assert again.status_code == 202 and again.json()["id"] != document["id"]


async def test_upload_is_limited_by_its_own_setting(
    settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    settings = settings_for(kasal_max_body_bytes=2048, kasal_max_document_bytes=100_000)
    async with client_of(await make_container(settings)) as http:
        assert (await upload(http, "a.txt", "x" * 50_000)).status_code == 202
        large = await upload(http, "a.txt", "x" * 100_001)
        assert large.status_code == 413 and "KASAL_MAX_DOCUMENT_BYTES" in large.json()["detail"]
        huge = await upload(http, "a.txt", "x" * 300_000)
        assert huge.status_code == 413 and "KASAL_MAX_DOCUMENT_BYTES" in huge.json()["detail"]
        other = await http.post("/knowledge/search", json={"query": "x" * 3_000})
        assert other.status_code == 413 and "KASAL_MAX_BODY_BYTES" in other.json()["detail"]


@pytest.mark.parametrize(
    "files, fields, pointer",
    [
        ({}, {"title": "no file"}, "/file"),
        ({"file": ("a.pdf", b"text")}, {}, "/file"),
        ({"file": ("", b"text")}, {}, "/file"),
        ({"file": ("../..", b"text")}, {}, "/file"),
        ({"file": ("a.txt", b"text")}, {"title": " "}, "/title"),
        ({"file": ("a.txt", b"text")}, {"crew_id": "mine"}, "/crew_id"),
        ({"file": ("a.txt", b"text")}, {"unknown": "x"}, "/unknown"),
    ],
)
async def test_form_that_is_not_right_is_refused_with_a_pointer(
    client: httpx.AsyncClient, files: Any, fields: dict[str, str], pointer: str
) -> None:
    parts = files or {"other": ("b.txt", b"x")}
    answer = await client.post("/knowledge/documents", files=parts, data=fields)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_only_a_form_is_taken(client: httpx.AsyncClient) -> None:
    answer = await client.post("/knowledge/documents", json={"file": "x"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
    broken = await client.post(
        "/knowledge/documents",
        content=b"--nothing",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert broken.status_code in (400, 422) and broken.json()["code"]


async def test_name_of_a_file_is_only_its_last_part(client: httpx.AsyncClient) -> None:
    named = (await upload(client, "C:\\secret\\../Prices 2026.txt", "seven")).json()
    assert (named["file_name"], named["title"]) == ("Prices 2026.txt", "Prices 2026")


async def test_upload_with_a_key_takes_effect_once(client: httpx.AsyncClient) -> None:
    async def post(content: bytes) -> httpx.Response:
        return await client.post(
            "/knowledge/documents",
            files={"file": ("a.txt", content)},
            headers={"Idempotency-Key": "k1"},
        )

    first, again, other = await post(b"one"), await post(b"one"), await post(b"two")
    assert first.json() == again.json() and again.headers["idempotent-replayed"] == "true"
    assert other.json()["code"] == "idempotency-mismatch"


async def test_group_may_have_so_many_documents(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("src.services.knowledge.knowledge.MAX_DOCUMENTS", 2)
    answers = [await upload(client, "a.txt", f"text {number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 409]


async def test_nothing_of_another_group_is_found_or_taken_for_the_same(
    settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    container = await make_container(settings_for(kasal_auth_mode="token"))
    async with container.database.write() as uow:
        await uow.repo(SampleRows).lease(expires_at=0.0)
    ada, bob = [await make_person(container, f"{name}@example.com") for name in ("ada", "bob")]
    async with client_as(container, ada) as hers, client_as(container, bob) as his:
        document = (await upload(hers, "secret.txt", POETS)).json()
        await run_with(container, StoppingAccess(container, 1000, StoreTimeout("")), document)
        assert len(await search(hers, "Schiller wrote plays")) == 1
        assert await search(his, "Schiller wrote plays") == []
        own = (await upload(his, "own.txt", POETS)).json()
        assert own["id"] != document["id"] and own["status"] == "queued"
        assert (await his.delete(f"/knowledge/documents/{document['id']}")).status_code == 404
        assert await pieces_left(container, document) == 1
