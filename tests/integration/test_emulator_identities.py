"""What the emulator lets whom do."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from databricks.ai_search.exceptions import PermissionDenied

from tests.emulator.arrange import ENDPOINT, INDEX, client_of, make_index, make_row
from tests.emulator.server import DatabricksEmulator

pytestmark = pytest.mark.integration
BASE = f"/api/2.0/vector-search/indexes/{INDEX}"


@pytest.fixture
def emulator() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as running:
        yield running


def mint(emulator: DatabricksEmulator, **form: Any) -> httpx.Response:
    return httpx.post(
        f"{emulator.host}/oidc/v1/token",
        auth=emulator.service_principal,
        data={"grant_type": "client_credentials", "scope": "all-apis", **form},
    )


def test_making_an_index_takes_grants_on_the_endpoint_and_the_schema(
    emulator: DatabricksEmulator,
) -> None:
    client_of(emulator).create_endpoint(ENDPOINT)
    name = "bob@example.com"
    bob = client_of(emulator, emulator.identities.add_user(name, []))

    for grant, refusal in (
        (f"CAN_USE {ENDPOINT}", "CAN_USE"),
        ("USE_CATALOG main", "USE CATALOG"),
        ("USE_SCHEMA main.mem", "USE SCHEMA"),
        ("CREATE_TABLE main.*", "CREATE TABLE"),
    ):
        with pytest.raises(PermissionDenied, match=refusal):
            make_index(emulator, client=bob)
        emulator.identities.grant(name, grant)
    index = make_index(emulator, client=bob)

    assert index.upsert([make_row(0)])["status"] == "SUCCESS", "who makes an index owns it"
    with pytest.raises(PermissionDenied, match="create vector search endpoints"):
        bob.create_endpoint("another")


def test_what_nobody_granted_is_not_listed(emulator: DatabricksEmulator) -> None:
    make_index(emulator)
    eve = client_of(emulator, emulator.identities.add_user("eve@example.com", []))

    assert eve.list_endpoints()["endpoints"] == []
    emulator.identities.grant("eve@example.com", f"CAN_USE {ENDPOINT}")
    assert eve.list_indexes(ENDPOINT)["vector_indexes"] == []


def test_a_token_for_one_operation_is_good_for_nothing_else(
    emulator: DatabricksEmulator,
) -> None:
    make_index(emulator)
    make_index(emulator, name="main.mem.other")
    details = (
        '[{"type": "unity_catalog_permission", "securable_type": "table", '
        f'"securable_object_name": "{INDEX}", "operation": "ReadVectorIndex"}}]'
    )
    token = mint(emulator, authorization_details=details).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    scan = {"num_results": 1}

    with httpx.Client(base_url=emulator.data_plane_url, headers=headers) as client:
        other = BASE.replace(INDEX, "main.mem.other")
        statuses = [
            client.post(f"{BASE}/scan", json=scan).status_code,
            client.post(f"{other}/scan", json=scan).status_code,
            client.post(f"{BASE}/upsert-data", json={"inputs_json": "[]"}).status_code,
            client.get(f"{emulator.host}{BASE}").status_code,
        ]

    assert statuses == [200, 403, 403, 403]


def test_the_token_endpoint_refuses_in_its_own_words(emulator: DatabricksEmulator) -> None:
    emulator.identities.add_service_principal(["nothing"], ["vector-search"], "narrow", "secret")
    narrow = httpx.post(
        f"{emulator.host}/oidc/v1/token",
        auth=("narrow", "secret"),
        data={"grant_type": "client_credentials", "scope": "all-apis"},
    )
    answers = [
        mint(emulator, grant_type="password"),
        mint(emulator, scope="everything"),
        narrow,
        httpx.post(f"{emulator.host}/oidc/v1/token", data={"grant_type": "client_credentials"}),
    ]

    assert [(one.status_code, one.json()["error"]) for one in answers] == [
        (400, "unsupported_grant_type"),
        (400, "invalid_scope"),
        (403, "access_denied"),
        (401, "invalid_client"),
    ]
    assert "are not assigned to the client" in narrow.json()["error_description"]


def test_a_token_lives_as_long_as_it_says(emulator: DatabricksEmulator) -> None:
    emulator.options.token_ttl_s = 5
    minted = mint(emulator).json()
    headers = {"authorization": f"Bearer {minted['access_token']}"}
    url = f"{emulator.host}/api/2.0/preview/scim/v2/Me"

    before = httpx.get(url, headers=headers).status_code
    emulator.clock.advance(5)
    after = httpx.get(url, headers=headers)

    assert (minted["expires_in"], before, after.status_code) == (5, 200, 401)
    assert after.json()["message"] == "Token is expired"


def test_no_credential_is_recorded(emulator: DatabricksEmulator) -> None:
    secret = emulator.service_principal.client_secret
    token = mint(emulator).json()["access_token"]
    httpx.get(f"{emulator.host}{BASE}", headers={"authorization": f"Bearer {token}"})
    form = {"client_id": "x", "client_secret": secret}
    httpx.post(f"{emulator.host}/oidc/v1/token", data=form)

    recorded = str([one.as_dict() for one in emulator.requests]) + repr(emulator.requests)

    assert len(emulator.requests) == 3
    assert secret not in recorded
    assert token not in recorded
