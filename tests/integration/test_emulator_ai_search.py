"""The emulator, driven by the official AI Search clients; what they sent is what was measured."""

import json
from collections.abc import AsyncIterator, Iterator

import pytest
from databricks.ai_search.async_utils import aclose_all_clients
from databricks.ai_search.client import AISearchClient
from databricks.ai_search.exceptions import BadRequest, NotFound, PermissionDenied, ResourceConflict
from databricks.ai_search.index import AISearchIndex
from databricks.vector_search.client import VectorSearchClient

from tests.emulator.arrange import (
    ENDPOINT,
    INDEX,
    SCHEMA,
    client_of,
    found_in,
    make_index,
    make_row,
    principal_of,
)
from tests.emulator.server import DatabricksEmulator

pytestmark = pytest.mark.integration
BASE = f"/api/2.0/vector-search/indexes/{INDEX}"


@pytest.fixture
def emulator() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as running:
        yield running


@pytest.fixture
async def async_clients_closed() -> AsyncIterator[None]:
    """The library keeps one HTTP client for each loop, by an id that a later loop may reuse."""
    yield
    await aclose_all_clients()


def test_a_row_goes_in_and_comes_back(emulator: DatabricksEmulator) -> None:
    index = make_index(emulator)
    outcome = index.upsert([make_row(0), make_row(1)])
    answer = index.similarity_search(["id", "text", "place"], query_vector=[0.0, 1, 0, 0])

    assert outcome == {
        "status": "SUCCESS",
        "result": {"success_row_count": 2, "failed_primary_keys": []},
    }
    assert [one["name"] for one in answer["manifest"]["columns"]] == [
        *("id", "text", "place"),
        "score",
    ]
    assert answer["result"]["data_array"][0] == ["r00001", "text of 1", 1.0, 1.0]
    assert found_in(answer, "score")[1] == pytest.approx(1 / 3), "1 / (1 + squared distance 2)"


def test_a_token_client_stays_on_the_workspace_port(emulator: DatabricksEmulator) -> None:
    index = make_index(emulator)
    index.upsert([make_row(0)])
    index.similarity_search(["id"], query_vector=[1.0, 0, 0, 0], filters={"group_id": "g1"})
    index.scan(5)
    index.delete(["r00000", "r00001"])

    assert {one.plane for one in emulator.requests} == {"workspace"}
    (upsert,) = emulator.recorder.matching("POST", f"{BASE}/upsert-data")
    assert list(upsert.json) == ["inputs_json"]
    assert json.loads(upsert.json["inputs_json"])[0]["id"] == "r00000"
    (query,) = emulator.recorder.matching("GET", f"{BASE}/query")
    assert query.json == {
        "num_results": 5,
        "columns": ["id"],
        "filters_json": '{"group_id": "g1"}',
        "filter_string": None,
        "debug_level": 0,
        "query_vector": [1.0, 0, 0, 0],
    }
    (scan,) = emulator.recorder.matching("GET", f"{BASE}/scan")
    assert scan.json == {"num_results": 5, "endpoint_name": ENDPOINT}
    (delete,) = emulator.recorder.matching("DELETE", f"{BASE}/delete-data")
    assert delete.json == {"primary_keys": ["r00000", "r00001"]}
    assert query.headers["x-databricks-python-sdk-version"] == "0.81"
    assert query.headers["authorization"] == "Bearer [pat:ada@example.com]"


def test_create_index_sends_what_was_measured(emulator: DatabricksEmulator) -> None:
    make_index(emulator, model="databricks-gte-large-en")

    (create,) = emulator.recorder.matching("POST", "*/indexes")
    assert create.path == f"/api/2.0/vector-search/endpoints/{ENDPOINT}/indexes"
    assert create.json == {
        "name": INDEX,
        "index_type": "DIRECT_ACCESS",
        "primary_key": "id",
        "direct_access_index_spec": {
            "embedding_vector_columns": [{"name": "emb", "embedding_dimension": 4}],
            "embedding_source_columns": [
                {"embedding_model_endpoint_name": "databricks-gte-large-en"}
            ],
            "schema_json": json.dumps(SCHEMA),
        },
    }


def test_a_described_schema_is_rewritten_and_sorted(emulator: DatabricksEmulator) -> None:
    described = make_index(emulator).describe()

    schema = json.loads(described["direct_access_index_spec"]["schema_json"])
    assert list(schema) == sorted(SCHEMA)
    assert schema["place"] == "int"
    status = described["status"]
    assert status["index_url"] == f"{emulator.data_plane_url}{BASE}"
    assert (status["ready"], status["detailed_state"]) == (True, "ONLINE_DIRECT_ACCESS")


def test_a_service_principal_uses_three_tokens_and_the_data_plane(
    emulator: DatabricksEmulator,
) -> None:
    index = make_index(emulator, client=principal_of(emulator))
    index.upsert([make_row(0)])
    index.similarity_search(["id"], query_vector=[1.0, 0, 0, 0])
    index.scan()
    index.delete(["r00000"])
    index.describe()

    details = [
        [one["operation"] for one in json.loads(form["authorization_details"])]
        for form in (one.form for one in emulator.recorder.matching("POST", "/oidc/v1/token"))
        if "authorization_details" in form
    ]
    assert details == [["WriteVectorIndex"], ["ReadVectorIndex"]]
    on_data_plane = [one for one in emulator.requests if one.plane == "data"]
    assert [one.path.rsplit("/", 1)[1] for one in on_data_plane] == [
        *("upsert-data", "query", "scan", "delete-data")
    ]
    assert {one.status for one in emulator.requests} == {200}


def test_an_index_url_may_come_without_a_scheme(emulator: DatabricksEmulator) -> None:
    emulator.options.index_url_without_scheme = True
    index = make_index(emulator, client=principal_of(emulator))

    assert index.index_url == f"{emulator.data_plane_url}{BASE}".replace("http://", "https://")


def test_the_data_plane_may_speak_camel_case(emulator: DatabricksEmulator) -> None:
    emulator.options.data_plane_camel_case = True
    index = make_index(emulator, client=principal_of(emulator))

    outcome = index.upsert([make_row(0)])

    assert outcome["result"]["successRowCount"] == 1, "the client does not normalise upserts"
    assert found_in(index.similarity_search(["id"], query_vector=[1.0, 0, 0, 0])) == ["r00000"]
    assert index.scan()["last_primary_key"] == "r00000"


def test_a_restricted_service_principal_walks_down_the_scopes(
    emulator: DatabricksEmulator,
) -> None:
    client_id, secret = emulator.identities.add_service_principal(scopes=["vector-search"])
    client = AISearchClient(
        emulator.host,
        service_principal_client_id=client_id,
        service_principal_client_secret=secret,
        disable_notice=True,
    )

    client.list_endpoints()

    tried = [one.form["scope"] for one in emulator.recorder.matching("POST", "/oidc/v1/token")]
    assert tried == [
        "all-apis",
        "vector-search model-serving ai-gateway",
        "vector-search model-serving",
        "vector-search ai-gateway",
        "vector-search",
    ]


def test_a_long_answer_comes_in_pages_that_the_client_follows(
    emulator: DatabricksEmulator,
) -> None:
    index = make_index(emulator)
    for start in range(0, 2500, 1000):
        index.upsert([make_row(number) for number in range(start, min(start + 1000, 2500))])

    answer = index.similarity_search(["id"], query_vector=[1.0, 0, 0, 0], num_results=10_000)

    assert len(set(found_in(answer))) == 2500
    pages = emulator.recorder.matching("GET", f"{BASE}/query-next-page")
    assert len(pages) == 2
    assert set(pages[0].json) == {"page_token", "endpoint_name"}


def test_scan_goes_through_the_rows_in_key_order(emulator: DatabricksEmulator) -> None:
    index = make_index(emulator)
    index.upsert([make_row(number) for number in (3, 1, 2, 0)])

    first = index.scan(3)
    rest = index.scan(3, first["last_primary_key"])

    fields = {one["key"]: one["value"] for one in first["data"][1]["fields"]}
    assert fields["id"] == {"string_value": "r00001"}
    assert fields["place"] == {"number_value": 1.0}
    assert [one["number_value"] for one in fields["emb"]["list_value"]["values"]] == [0, 1, 0, 0]
    assert rest["last_primary_key"] == "r00003"
    assert index.scan(3, "r00003")["data"] == []


def test_the_old_name_of_the_client_works_too(emulator: DatabricksEmulator) -> None:
    make_index(emulator)

    client = VectorSearchClient(emulator.host, emulator.token, disable_notice=True)

    assert client.get_index(ENDPOINT, INDEX).describe()["name"] == INDEX
    listed = client.list_indexes(ENDPOINT)["vector_indexes"]
    assert [one["name"] for one in listed] == [INDEX]


@pytest.mark.usefixtures("async_clients_closed")
async def test_the_async_index_does_all_of_it(emulator: DatabricksEmulator) -> None:
    make_index(emulator)
    index = client_of(emulator).get_async_index(ENDPOINT, INDEX)

    assert (await index.upsert([make_row(0), make_row(1)]))["status"] == "SUCCESS"
    answer = await index.similarity_search(["id"], query_vector=[0.0, 1, 0, 0], num_results=1)
    assert found_in(answer) == ["r00001"]
    assert (await index.scan(1))["last_primary_key"] == "r00000"
    assert (await index.delete(["r00000"]))["result"]["success_row_count"] == 1
    assert (await index.describe())["status"]["indexed_row_count"] == 1
    assert emulator.recorder.matching("GET", f"{BASE}/query")[0].json["num_results"] == 1


@pytest.mark.usefixtures("async_clients_closed")
async def test_the_async_index_works_as_a_service_principal(emulator: DatabricksEmulator) -> None:
    emulator.options.data_plane_camel_case = True
    make_index(emulator).upsert([make_row(0)])
    index = principal_of(emulator).get_async_index(ENDPOINT, INDEX)

    answer = await index.similarity_search(["id"], query_vector=[1.0, 0, 0, 0])

    assert found_in(answer) == ["r00000"]
    assert emulator.recorder.matching("GET", f"{BASE}/query")[0].plane == "data"


def test_a_reranked_query_goes_to_the_workspace(emulator: DatabricksEmulator) -> None:
    index = make_index(emulator, client=principal_of(emulator))
    index.upsert([make_row(0, text="about apples"), make_row(1, text="about pears")])
    index = principal_of(emulator).get_index(ENDPOINT, INDEX)

    answer = index.similarity_search(
        ["id"], query_text="pears", query_vector=[1.0, 0, 0, 0], columns_to_rerank=["text"]
    )

    assert found_in(answer)[0] == "r00001"
    (query,) = emulator.recorder.matching("GET", f"{BASE}/query")
    assert query.plane == "workspace"
    assert query.json["reranker"] == {
        "model": "databricks_reranker",
        "model_type": "MODEL_TYPE_BASE",
        "parameters": {"columns_to_rerank": ["text"]},
    }


def test_wrong_things_are_refused_with_the_clients_exceptions(
    emulator: DatabricksEmulator,
) -> None:
    client = client_of(emulator)
    index = make_index(emulator)

    with pytest.raises(ResourceConflict):
        client.create_endpoint(ENDPOINT)
    with pytest.raises(ResourceConflict, match="already exists"):
        make_index(emulator)
    with pytest.raises(NotFound, match="RESOURCE_DOES_NOT_EXIST"):
        client.get_index(ENDPOINT, "main.mem.none")
    with pytest.raises(NotFound):
        client.get_endpoint("none")
    with pytest.raises(BadRequest, match="Invalid index name"):
        make_index(emulator, name="main.mem.bad-name")
    with pytest.raises(BadRequest, match="columns"):
        index.similarity_search([], query_vector=[1.0, 0, 0, 0])
    with pytest.raises(BadRequest, match="dimension 3"):
        index.similarity_search(["id"], query_vector=[1.0, 0, 0])


def test_a_query_of_another_owners_index_needs_grants(emulator: DatabricksEmulator) -> None:
    make_index(emulator).upsert([make_row(0)])
    token = emulator.identities.add_user("eve@example.com", ["USE_CATALOG main"])
    index = make_reader(emulator, token)

    with pytest.raises(PermissionDenied, match="USE SCHEMA"):
        index.similarity_search(["id"], query_vector=[1.0, 0, 0, 0])
    emulator.identities.grant("eve@example.com", "USE_SCHEMA main.mem", "SELECT main.mem.short")
    assert found_in(index.similarity_search(["id"], query_vector=[1.0, 0, 0, 0])) == ["r00000"]
    with pytest.raises(PermissionDenied, match="MODIFY"):
        index.delete(["r00000"])


def make_reader(emulator: DatabricksEmulator, token: str) -> AISearchIndex:
    """An index object without the GET that would be refused."""
    return AISearchIndex(
        workspace_url=emulator.host,
        index_url="",
        name=INDEX,
        endpoint_name=ENDPOINT,
        personal_access_token=token,
        use_user_passed_credentials=True,
    )
