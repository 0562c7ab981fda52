"""Every fault of the emulator, and what the official clients make of it."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import requests
from databricks.ai_search.async_utils import aclose_all_clients
from databricks.ai_search.exceptions import (
    AISearchException,
    BadRequest,
    NotFound,
    PermissionDenied,
    TooManyRequests,
)
from databricks.ai_search.index import AISearchIndex
from pydantic import ValidationError

from tests.emulator.arrange import ENDPOINT, INDEX, client_of, found_in, make_index, make_row
from tests.emulator.catalogue import CATALOGUE
from tests.emulator.server import DatabricksEmulator

pytestmark = pytest.mark.integration
AXIS = [1.0, 0.0, 0.0, 0.0]
BASE = f"/api/2.0/vector-search/indexes/{INDEX}"


@pytest.fixture
def emulator() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as running:
        yield running


@pytest.fixture
def index(emulator: DatabricksEmulator) -> AISearchIndex:
    """With two rows."""
    made = make_index(emulator)
    made.upsert([make_row(0), make_row(1)])
    emulator.recorder.clear()
    return made


@pytest.fixture
def http(emulator: DatabricksEmulator) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {emulator.token}"}
    with httpx.Client(base_url=emulator.host, headers=headers, timeout=10) as client:
        yield client


def search(index: AISearchIndex, **options: Any) -> list[str]:
    return found_in(index.similarity_search(["id"], query_vector=AXIS, **options))


@pytest.mark.parametrize(
    ("name", "expected", "words"),
    [
        ("expired_token", AISearchException, "Token is expired"),
        ("invalid_token", PermissionDenied, "Invalid access token"),
        ("permission_denied", PermissionDenied, "SELECT"),
        ("missing_scope", PermissionDenied, "required scopes: vector-search"),
        ("missing_index", NotFound, "RESOURCE_DOES_NOT_EXIST"),
        ("internal_error", AISearchException, "INTERNAL_ERROR"),
        ("html_error", AISearchException, "502 Bad Gateway"),
    ],
)
def test_a_refusal_reaches_the_caller_at_once(
    emulator: DatabricksEmulator,
    index: AISearchIndex,
    name: str,
    expected: type[Exception],
    words: str,
) -> None:
    emulator.inject(name)

    with pytest.raises(expected, match=words):
        search(index)

    assert [one.fault for one in emulator.requests] == [name]


def test_a_throttled_read_is_tried_again(
    emulator: DatabricksEmulator, index: AISearchIndex
) -> None:
    emulator.faults.add(path="*/query", status=429, times=2)

    assert search(index, backoff_factor=0, backoff_jitter=0) == ["r00000", "r00001"]
    assert [one.status for one in emulator.requests] == [429, 429, 200]


def test_a_read_that_stays_throttled_raises_another_error(
    emulator: DatabricksEmulator, index: AISearchIndex
) -> None:
    emulator.faults.add(path="*/query", status=429, times=None)

    with pytest.raises(requests.exceptions.RetryError):
        search(index, backoff_factor=0, backoff_jitter=0)

    assert len(emulator.requests) == 4


def test_a_throttled_write_is_not_tried_again(
    emulator: DatabricksEmulator, index: AISearchIndex
) -> None:
    rule = emulator.inject("throttled")

    with pytest.raises(TooManyRequests):
        index.upsert([make_row(2)])

    assert rule is not None
    assert emulator.faults.struck(rule) == 1


async def test_the_async_index_tries_writes_again(
    emulator: DatabricksEmulator, index: AISearchIndex
) -> None:
    emulator.inject("reset_after_write")
    emulator.faults.add(path="*/upsert-data", status=429, skip=1)
    index = client_of(emulator).get_async_index(ENDPOINT, INDEX)
    index.backoff_factor = 0

    outcome = await index.upsert([make_row(2)])
    await aclose_all_clients()

    writes = emulator.recorder.matching("POST", "*/upsert-data")
    assert [one.status for one in writes] == [None, 429, 200]
    assert outcome["result"]["success_row_count"] == 1
    assert len(emulator.workspace.rows_of(INDEX)) == 3


def test_throttling_counts_by_window(emulator: DatabricksEmulator, http: httpx.Client) -> None:
    emulator.faults.add(path="*/Me", status=429, times=None, allow=2, window_s=60)
    me = "/api/2.0/preview/scim/v2/Me"

    first = [http.get(me).status_code for _ in range(4)]
    emulator.clock.advance(61)
    second = [http.get(me).status_code for _ in range(3)]

    assert (first, second) == ([200, 200, 429, 429], [200, 200, 429])


def test_a_rule_strikes_the_call_it_names(
    emulator: DatabricksEmulator, index: AISearchIndex
) -> None:
    emulator.identities.add_user("bob@example.com")
    emulator.faults.add(method="GET", path="*/query", skip=1, status=500)
    emulator.faults.add(path="*/query", identity="*bob*", status=500, times=None)
    emulator.faults.add(path="*/scan", body_contains='"num_results": 7', status=500)

    assert search(index)
    with pytest.raises(AISearchException):
        search(index)
    assert search(index)
    assert index.scan(6)["data"]
    with pytest.raises(AISearchException):
        index.scan(7)


def test_some_rows_of_a_write_may_fail(emulator: DatabricksEmulator, index: AISearchIndex) -> None:
    emulator.inject("upsert_partly_failed")
    outcome = index.upsert([make_row(number) for number in range(2, 6)])
    emulator.faults.add(path="*/delete-data", fail_keys=["r00000"])
    deleted = index.delete(["r00000", "r00001"])

    assert outcome == {
        "status": "PARTIAL_SUCCESS",
        "result": {"success_row_count": 2, "failed_primary_keys": ["r00003", "r00005"]},
    }
    assert deleted["result"]["failed_primary_keys"] == ["r00000"]
    assert list(emulator.workspace.rows_of(INDEX)) == ["r00000", "r00002", "r00004"]


def test_all_rows_of_a_write_may_fail(emulator: DatabricksEmulator, index: AISearchIndex) -> None:
    emulator.inject("upsert_failed")

    outcome = index.upsert([make_row(2)])

    assert (outcome["status"], outcome["result"]["success_row_count"]) == ("FAILURE", 0)
    assert len(emulator.workspace.rows_of(INDEX)) == 2


def test_a_connection_may_break_before_the_answer(
    emulator: DatabricksEmulator, index: AISearchIndex, http: httpx.Client
) -> None:
    emulator.inject("connection_reset")

    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        http.get(BASE)

    assert http.get(BASE).status_code == 200


def test_a_write_may_be_done_and_its_answer_lost(
    emulator: DatabricksEmulator, index: AISearchIndex, http: httpx.Client
) -> None:
    emulator.inject("reset_after_write")

    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        http.post(f"{BASE}/upsert-data", json={"inputs_json": json.dumps([make_row(2)])})

    assert "r00002" in emulator.workspace.rows_of(INDEX)


def test_an_answer_may_end_in_the_middle(
    emulator: DatabricksEmulator, index: AISearchIndex, http: httpx.Client
) -> None:
    emulator.inject("half_answer")
    emulator.inject("malformed_json")
    query = {"columns": ["id"], "query_vector": AXIS}

    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        http.post(f"{BASE}/query", json=query)
    malformed = http.post(f"{BASE}/query", json=query)

    assert malformed.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        malformed.json()


def test_a_request_can_be_held_until_the_client_gives_up(
    emulator: DatabricksEmulator, index: AISearchIndex, http: httpx.Client
) -> None:
    rule = emulator.inject("slow")

    with pytest.raises(httpx.ReadTimeout):
        http.get(BASE, timeout=0.2)

    assert rule is not None
    assert emulator.faults.struck(rule) == 1
    emulator.faults.release()
    assert http.get(BASE).status_code == 200


def test_a_held_request_goes_on_when_it_is_released(
    emulator: DatabricksEmulator, index: AISearchIndex
) -> None:
    rule = emulator.inject("slow")
    assert rule is not None
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(index.describe()["name"]))

    asking.start()
    emulator.faults.wait_until_struck(rule)
    assert not answers
    emulator.faults.release()
    asking.join(60)

    assert answers == [INDEX]


def test_a_name_may_be_pending_deletion_for_some_tries(
    emulator: DatabricksEmulator, index: AISearchIndex
) -> None:
    emulator.inject("pending_deletion")
    client_of(emulator).delete_index(ENDPOINT, INDEX)

    for _ in range(3):
        with pytest.raises(BadRequest, match="pending deletion"):
            make_index(emulator)
    make_index(emulator)


def test_every_fault_of_the_catalogue_can_be_switched_on(emulator: DatabricksEmulator) -> None:
    for name, fault in CATALOGUE.items():
        assert (emulator.inject(name) is None) == (not fault.rules)


@pytest.mark.parametrize("fields", [{"unknown": 1}, {"status": "many"}, {"connection": "explode"}])
def test_a_rule_with_a_typing_error_is_refused(
    emulator: DatabricksEmulator, fields: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        emulator.faults.add(**fields)


def test_a_delete_by_post_does_not_exist(http: httpx.Client, index: AISearchIndex) -> None:
    answer = http.post(f"{BASE}/delete-data", json={"primary_keys": ["r00000"]})

    assert answer.status_code == 404
    assert answer.json()["error_code"] == "ENDPOINT_NOT_FOUND"


@pytest.mark.parametrize(
    "send",
    [
        lambda http: http.get("/api/2.0/nothing"),
        lambda http: http.put("/api/2.0/vector-search/endpoints"),
        lambda http: http.post("/serving-endpoints/responses", json={}),
    ],
)
def test_what_the_emulator_does_not_know_is_never_a_silent_success(
    http: httpx.Client, send: Callable[[httpx.Client], httpx.Response]
) -> None:
    answer = send(http)

    assert (answer.status_code, answer.json()["error_code"]) == (404, "ENDPOINT_NOT_FOUND")


def test_the_data_plane_has_nothing_but_data(
    emulator: DatabricksEmulator, index: AISearchIndex, http: httpx.Client
) -> None:
    described = http.get(f"{emulator.data_plane_url}{BASE}")
    queried = http.post(f"{emulator.data_plane_url}{BASE}/query", json={"columns": ["id"]})

    assert described.status_code == 404
    assert queried.status_code == 403
    assert "authorization_details" in queried.json()["message"]
