"""The emulator, driven by databricks-sdk's WorkspaceClient."""

import json
from collections.abc import Iterator

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import (
    InvalidParameterValue,
    NotFound,
    PermissionDenied,
    ResourceDoesNotExist,
    Unauthenticated,
)
from databricks.sdk.service.serving import ChatMessage, ChatMessageRole
from databricks.sdk.service.vectorsearch import (
    DirectAccessVectorIndexSpec,
    EmbeddingVectorColumn,
    EndpointType,
    UpsertDataStatus,
    VectorIndexType,
)

from tests.emulator.arrange import DIMENSION, ENDPOINT, INDEX, SCHEMA, make_row
from tests.emulator.server import DatabricksEmulator
from tests.emulator.world import WORKSPACE_ID

pytestmark = pytest.mark.integration
INDEXES = "/api/2.0/vector-search/indexes"


@pytest.fixture
def emulator() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as running:
        yield running


@pytest.fixture
def workspace(emulator: DatabricksEmulator) -> WorkspaceClient:
    return WorkspaceClient(host=emulator.host, token=emulator.token, auth_type="pat")


def make_index(workspace: WorkspaceClient) -> None:
    workspace.vector_search_endpoints.create_endpoint_and_wait(ENDPOINT, EndpointType.STANDARD)
    spec = DirectAccessVectorIndexSpec(
        embedding_vector_columns=[EmbeddingVectorColumn(DIMENSION, "emb")],
        schema_json=json.dumps(SCHEMA),
    )
    workspace.vector_search_indexes.create_index(
        INDEX, ENDPOINT, "id", VectorIndexType.DIRECT_ACCESS, direct_access_index_spec=spec
    )


def test_rows_go_in_and_come_back(emulator: DatabricksEmulator, workspace: WorkspaceClient) -> None:
    make_index(workspace)
    indexes = workspace.vector_search_indexes

    outcome = indexes.upsert_data_vector_index(INDEX, json.dumps([make_row(0), make_row(1)]))
    answer = indexes.query_index(INDEX, columns=["id"], query_vector=[0.0, 1, 0, 0], num_results=1)
    scanned = indexes.scan_index(INDEX, num_results=1)
    deleted = indexes.delete_data_vector_index(INDEX, ["r00000", "r00001"])

    assert outcome.status is UpsertDataStatus.SUCCESS
    assert answer.result is not None
    assert answer.result.data_array == [["r00001", 1.0]]
    assert scanned.last_primary_key == "r00000"
    assert deleted.result is not None
    assert deleted.result.success_row_count == 2
    assert not emulator.workspace.rows_of(INDEX)


def test_the_wire_is_what_was_measured(
    emulator: DatabricksEmulator, workspace: WorkspaceClient
) -> None:
    make_index(workspace)
    workspace.vector_search_indexes.query_index(
        INDEX, columns=["id"], query_vector=[0.0, 1, 0, 0], filters_json='{"place": 1}'
    )
    workspace.vector_search_indexes.delete_data_vector_index(INDEX, ["a", "b"])

    (create,) = emulator.recorder.matching("POST", INDEXES)
    assert create.json["endpoint_name"] == ENDPOINT
    (query,) = emulator.recorder.matching("POST", f"{INDEXES}/{INDEX}/query")
    assert query.json == {
        "columns": ["id"],
        "filters_json": '{"place": 1}',
        "query_vector": [0.0, 1, 0, 0],
    }
    (delete,) = emulator.recorder.matching("DELETE", f"{INDEXES}/{INDEX}/delete-data")
    assert delete.query == [("primary_keys", "a"), ("primary_keys", "b")]
    assert delete.body_bytes == 0
    assert query.headers["x-databricks-workspace-id"] == WORKSPACE_ID
    assert "auth/pat" in query.headers["user-agent"]


def test_a_delete_by_query_string_may_lose_keys(
    emulator: DatabricksEmulator, workspace: WorkspaceClient
) -> None:
    emulator.options.sdk_delete_quirk = True
    make_index(workspace)
    indexes = workspace.vector_search_indexes
    indexes.upsert_data_vector_index(INDEX, json.dumps([make_row(0), make_row(1)]))

    indexes.delete_data_vector_index(INDEX, ["r00000", "r00001"])

    assert list(emulator.workspace.rows_of(INDEX)) == ["r00001"]


def test_counts_may_come_as_text(emulator: DatabricksEmulator, workspace: WorkspaceClient) -> None:
    emulator.options.int64_as_string = True
    make_index(workspace)

    outcome = workspace.vector_search_indexes.upsert_data_vector_index(
        INDEX, json.dumps([make_row(0)])
    )

    assert outcome.result is not None
    assert outcome.result.success_row_count == 1
    status = workspace.vector_search_indexes.get_index(INDEX).status
    assert status is not None
    assert status.indexed_row_count == 1


def test_a_service_principal_finds_its_token_endpoint(emulator: DatabricksEmulator) -> None:
    client_id, secret = emulator.service_principal
    workspace = WorkspaceClient(
        host=emulator.host, client_id=client_id, client_secret=secret, auth_type="oauth-m2m"
    )

    assert workspace.current_user.me().user_name == client_id
    assert workspace.current_user.me().user_name == client_id

    paths = [one.path for one in emulator.requests]
    assert paths == [
        "/.well-known/databricks-config",
        "/oidc/.well-known/oauth-authorization-server",
        "/oidc/v1/token",
        *["/api/2.0/preview/scim/v2/Me"] * 2,
    ], "one token serves both calls"
    assert emulator.requests[2].form == {"grant_type": "client_credentials", "scope": "all-apis"}


def test_every_client_asks_for_the_host_once(emulator: DatabricksEmulator) -> None:
    for _ in range(3):
        WorkspaceClient(host=emulator.host, token=emulator.token, auth_type="pat")

    assert len(emulator.recorder.matching("GET", "/.well-known/databricks-config")) == 3


def test_a_users_token_beside_a_service_principal_must_be_named(
    emulator: DatabricksEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABRICKS_CLIENT_ID", emulator.service_principal.client_id)
    monkeypatch.setenv("DATABRICKS_CLIENT_SECRET", emulator.service_principal.client_secret)
    token = emulator.identities.add_token("ada@example.com", scopes=["all-apis"])

    with pytest.raises(ValueError, match="more than one authorization method"):
        WorkspaceClient(host=emulator.host, token=token)
    workspace = WorkspaceClient(host=emulator.host, token=token, auth_type="pat")

    assert workspace.current_user.me().user_name == "ada@example.com"
    assert emulator.requests[-1].identity == "obo:ada@example.com"


def test_a_wrong_secret_is_an_invalid_client(emulator: DatabricksEmulator) -> None:
    workspace = WorkspaceClient(
        host=emulator.host,
        client_id=emulator.service_principal.client_id,
        client_secret="wrong",
        auth_type="oauth-m2m",
    )

    with pytest.raises(ValueError, match="invalid_client"):
        workspace.current_user.me()


def test_me_says_whose_token_it_is(emulator: DatabricksEmulator) -> None:
    token = emulator.identities.add_user("bob@example.com")

    me = WorkspaceClient(host=emulator.host, token=token, auth_type="pat").current_user.me()

    assert (me.user_name, me.active) == ("bob@example.com", True)
    assert me.emails is not None
    assert me.emails[0].value == "bob@example.com"


def test_refusals_are_the_sdks_own_errors(
    emulator: DatabricksEmulator, workspace: WorkspaceClient
) -> None:
    with pytest.raises(ResourceDoesNotExist):
        workspace.vector_search_indexes.get_index(INDEX)
    with pytest.raises(NotFound, match="No API found"):
        workspace.clusters.list_zones()
    with pytest.raises(InvalidParameterValue, match="endpoint_type"):
        workspace.api_client.do(
            "POST", "/api/2.0/vector-search/endpoints", body={"name": "x", "endpoint_type": "?"}
        )
    stranger = WorkspaceClient(host=emulator.host, token="dapi-nobody", auth_type="pat")
    with pytest.raises(Unauthenticated, match="Invalid access token"):
        stranger.current_user.me()
    emulator.options.unknown_token_status = 403
    with pytest.raises(PermissionDenied, match="Invalid access token"):
        stranger.current_user.me()


def test_an_expired_token_is_refused(emulator: DatabricksEmulator) -> None:
    token = emulator.identities.add_token("ada@example.com", scopes=["all-apis"], ttl_s=3600)
    workspace = WorkspaceClient(host=emulator.host, token=token, auth_type="pat")
    assert workspace.current_user.me().user_name == "ada@example.com"

    emulator.clock.advance(3601)

    with pytest.raises(Unauthenticated, match="expired"):
        workspace.current_user.me()


def test_a_token_on_behalf_of_a_user_needs_its_scopes(emulator: DatabricksEmulator) -> None:
    token = emulator.identities.add_token(
        "ada@example.com", scopes=["vectorsearch.vector-search-endpoints"]
    )
    workspace = WorkspaceClient(host=emulator.host, token=token, auth_type="pat")

    assert list(workspace.vector_search_endpoints.list_endpoints()) == []
    with pytest.raises(PermissionDenied, match="required scopes: vector-search"):
        workspace.vector_search_indexes.get_index(INDEX)
    with pytest.raises(PermissionDenied, match="required scopes: model-serving"):
        workspace.serving_endpoints.get("databricks-gte-large-en")


def test_models_are_listed_and_asked(
    emulator: DatabricksEmulator, workspace: WorkspaceClient
) -> None:
    emulator.script({"answer": "42"})

    names = {one.name for one in workspace.serving_endpoints.list()}
    found = workspace.serving_endpoints.get("databricks-gte-large-en")
    answer = workspace.serving_endpoints.query(
        "databricks-llama-4-maverick", messages=[ChatMessage("Price?", ChatMessageRole.USER)]
    )
    embedded = workspace.serving_endpoints.query("databricks-bge-large-en", input=["a", "b"])

    assert {"databricks-gpt-oss-120b", "databricks-bge-large-en"} <= names
    assert found.state is not None
    assert found.state.ready is not None
    assert (found.state.ready.value, found.task) == ("READY", "llm/v1/embeddings")
    assert answer.choices is not None
    assert answer.choices[0].message is not None
    assert answer.choices[0].message.content == "42"
    assert embedded.data is not None
    assert [len(one.embedding or []) for one in embedded.data] == [1024, 1024]
