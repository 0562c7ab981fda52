"""The emulator as a process of its own, and its controls over HTTP."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from databricks.ai_search.client import AISearchClient

from tests.emulator.arrange import ENDPOINT, INDEX, SCHEMA, found_in, make_row

pytestmark = pytest.mark.integration


@pytest.fixture
def started() -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.emulator", "--options", '{"token_ttl_s": 60}']
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.terminate()
        assert process.wait(60) is not None


def test_a_process_says_where_it_is_and_can_be_steered(started: dict[str, Any]) -> None:
    host, token = started["DATABRICKS_HOST"], started["DATABRICKS_TOKEN"]
    client = AISearchClient(host, token, disable_notice=True)
    client.create_endpoint(ENDPOINT)
    index = client.create_direct_access_index(ENDPOINT, INDEX, "id", 4, "emb", SCHEMA)
    index.upsert([make_row(0)])
    assert found_in(index.similarity_search(["id"], query_vector=[1.0, 0, 0, 0])) == ["r00000"]

    with httpx.Client(base_url=f"{host}/__emu") as controls:
        assert controls.get("/state").json()["indexes"] == {
            INDEX: {"endpoint": ENDPOINT, "rows": 1}
        }
        recorded = controls.get("/requests").json()["requests"]
        controls.post("/faults", json={"path": "*/Me", "status": 503})
        controls.post("/faults/throttled")
        faults = [one["name"] for one in controls.get("/faults").json()["rules"]]
        wrong = controls.post("/faults", json={"stauts": 503}).status_code
        unknown = controls.patch("/options", json={"limts": {}}).status_code
        before = controls.get("/clock").json()["now"]
        after = controls.post("/clock", json={"advance_s": 3600}).json()["now"]
        bob = controls.post("/identities", json={"user": "bob@example.com", "grants": []}).json()
        reset = controls.post("/reset").status_code
        assert controls.get("/state").json()["indexes"] == {}

    assert token not in json.dumps(recorded)
    assert {one["identity"] for one in recorded} == {"pat:ada@example.com"}
    assert faults == ["fault", "throttled"]
    assert (wrong, unknown, reset) == (422, 400, 200)
    assert after > before
    me = httpx.get(
        f"{host}/api/2.0/preview/scim/v2/Me", headers={"authorization": f"Bearer {bob['token']}"}
    )
    assert me.json()["userName"] == "bob@example.com"


def test_a_service_principal_of_the_process_reaches_the_data_plane(
    started: dict[str, Any],
) -> None:
    client = AISearchClient(
        started["DATABRICKS_HOST"],
        service_principal_client_id=started["client_id"],
        service_principal_client_secret=started["client_secret"],
        disable_notice=True,
    )
    client.create_endpoint(ENDPOINT)
    index = client.create_direct_access_index(ENDPOINT, INDEX, "id", 4, "emb", SCHEMA)

    assert index.index_url.startswith(started["data_plane_url"])
    assert index.upsert([make_row(0)])["status"] == "SUCCESS"
