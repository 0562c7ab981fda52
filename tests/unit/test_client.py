"""Both clients against a real server."""

from collections.abc import Iterator

import pytest

from src.client.client import AsyncKasalClient, KasalClient
from src.client.request import KasalError
from tests.support.fake_kasal import ID, STORY, FakeKasal, event
from tests.support.server_thread import free_port, serving

START = "/api/v1/executions"


@pytest.fixture
def fake() -> FakeKasal:
    return FakeKasal()


@pytest.fixture
def url(fake: FakeKasal) -> Iterator[str]:
    with serving(fake.app) as url:
        yield url


def test_a_run_returns_the_finished_execution(url: str) -> None:
    seen: list[str] = []
    with KasalClient(url) as client:
        finished = client.run({"agents_yaml": {}}, on_event=lambda event: seen.append(event.type))
    assert finished.status == "COMPLETED"
    assert seen == [item["type"] for item in STORY]


async def test_the_asynchronous_client_does_the_same(url: str) -> None:
    seen: list[int] = []
    async with AsyncKasalClient(url) as client:
        finished = await client.run({}, on_event=lambda event: seen.append(event.seq))
        pages = [item async for item in client.pages(client.list_executions)]
    assert finished.id == ID
    assert seen == list(range(1, 13))
    assert len(pages) == 2


def test_a_stream_resumes_where_it_broke_without_loss_or_repeat(fake: FakeKasal, url: str) -> None:
    fake.cut_after = [3, 0, 4]
    with KasalClient(url) as client:
        events = list(client.stream_execution_events(ID))
    assert [event.seq for event in events] == list(range(1, 13))
    stream = f"{START}/{ID}/events/stream"
    assert [h["last-event-id"] for h, _ in fake.calls("GET", stream)] == ["0", "3", "3", "7"]


async def test_an_asynchronous_stream_resumes_too(fake: FakeKasal, url: str) -> None:
    fake.cut_after = [5]
    async with AsyncKasalClient(url) as client:
        events = [event.seq async for event in client.stream_execution_events(ID, after=2)]
    assert events == list(range(3, 13))


def test_a_stream_outlives_a_server_that_answers_503_for_a_while(fake: FakeKasal, url: str) -> None:
    fake.failures = [503, 503]
    with KasalClient(url) as client:
        assert len(list(client.stream_execution_events(ID))) == 12


def test_a_stream_of_a_missing_execution_fails_at_once(fake: FakeKasal, url: str) -> None:
    fake.failures = [404]
    with KasalClient(url) as client, pytest.raises(KasalError) as caught:
        list(client.stream_execution_events(ID))
    assert caught.value.status == 404


def test_a_problem_becomes_an_error_with_all_its_parts(fake: FakeKasal, url: str) -> None:
    fake.failures = [422]
    with KasalClient(url) as client, pytest.raises(KasalError) as caught:
        client.start_execution({})
    error = caught.value
    assert (error.status, error.code, error.request_id) == (422, "invalid", "r1")
    assert error.errors[0].pointer == "/tasks_yaml/a/agent"


def test_a_start_that_failed_on_the_way_is_repeated_with_the_same_key(
    fake: FakeKasal, url: str
) -> None:
    fake.failures = [503]
    with KasalClient(url) as client:
        client.start_execution({"crew_id": ID})
    keys = [headers["idempotency-key"] for headers, _ in fake.calls("POST", START)]
    assert len(keys) == 2
    assert keys[0] == keys[1]


def test_a_creation_without_a_key_is_never_repeated(fake: FakeKasal, url: str) -> None:
    fake.failures = [503]
    with KasalClient(url) as client, pytest.raises(KasalError):
        client.create_crew({"name": "x"})
    assert len(fake.calls("POST", "/api/v1/crews")) == 1


def test_a_server_that_is_away_is_named() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with KasalClient(url) as client, pytest.raises(KasalError, match="does not answer") as caught:
        client.list_crews()
    assert caught.value.status == 0


def test_token_group_and_version_travel_in_headers(fake: FakeKasal, url: str) -> None:
    with KasalClient(url, token="t", group="g1") as client:
        client.update_crew(ID, {"name": "new"}, version=3)
    headers, body = fake.calls("PATCH", f"/api/v1/crews/{ID}")[0]
    assert headers["authorization"] == "Bearer t"
    assert headers["x-group-id"] == "g1"
    assert headers["if-match"] == '"3"'
    assert body == {"name": "new"}


def test_an_id_cannot_reach_another_path(fake: FakeKasal, url: str) -> None:
    with KasalClient(url) as client:
        client.delete_crew("../agents/7")
    assert fake.requests[0][1] == "/api/v1/crews/../agents/7"  # one segment, decoded by the server


def test_an_answer_of_something_else_is_said_to_be_one(url: str) -> None:
    with KasalClient(url.replace("/api", "")) as client, pytest.raises(KasalError) as caught:
        client._http.base_url = client._http.base_url.join("/nowhere/")
        client.get_me()
    assert caught.value.code == "http"


def test_a_stream_goes_on_behind_an_earlier_end(fake: FakeKasal, url: str) -> None:
    again = [event(13, "execution_resumed"), event(14, "execution_completed")]
    fake.story = [*STORY[:-1], event(12, "execution_failed"), *again]
    with KasalClient(url) as client:
        assert [event.seq for event in client.stream_execution_events(ID)][-3:] == [12, 13, 14]


def test_a_stream_behind_the_last_event_ends(url: str) -> None:
    with KasalClient(url) as client:
        assert list(client.stream_execution_events(ID, after=12)) == []


async def test_an_asynchronous_stream_behind_the_last_event_ends(url: str) -> None:
    async with AsyncKasalClient(url) as client:
        assert [item async for item in client.stream_execution_events(ID, after=12)] == []
