"""What most tests of and on the emulator begin with."""

from typing import Any

from databricks.ai_search.client import AISearchClient
from databricks.ai_search.index import AISearchIndex

from tests.emulator.server import DatabricksEmulator

ENDPOINT = "memory"
INDEX = "main.mem.short"
SCHEMA = {
    "id": "string",
    "text": "string",
    "group_id": "string",
    "place": "integer",
    "made_at": "timestamp",
    "tags": "array<string>",
    "emb": "array<float>",
}
DIMENSION = 4


def client_of(emulator: DatabricksEmulator, token: str | None = None) -> AISearchClient:
    return AISearchClient(emulator.host, token or emulator.token, disable_notice=True)


def principal_of(emulator: DatabricksEmulator) -> AISearchClient:
    """The same client as a service principal: it reads and writes on the data plane."""
    client_id, secret = emulator.service_principal
    return AISearchClient(
        emulator.host,
        service_principal_client_id=client_id,
        service_principal_client_secret=secret,
        disable_notice=True,
    )


def make_index(
    emulator: DatabricksEmulator,
    *,
    name: str = INDEX,
    kind: str = "STANDARD",
    dimension: int = DIMENSION,
    model: str | None = None,
    client: AISearchClient | None = None,
) -> AISearchIndex:
    """A Direct Access index on an endpoint of its type; the endpoint is made when missing."""
    client = client or client_of(emulator)
    emulator.options.storage_optimized_direct_access = True
    if ENDPOINT not in emulator.workspace.endpoints:
        client.create_endpoint(ENDPOINT, kind)
    return client.create_direct_access_index(
        ENDPOINT, name, "id", dimension, "emb", SCHEMA, embedding_model_endpoint_name=model
    )


def make_row(number: int, **values: Any) -> dict[str, Any]:
    """Row 0 points along the first axis, row 1 along the second, and so on."""
    vector = [0.0] * DIMENSION
    vector[number % DIMENSION] = 1.0
    row = {"id": f"r{number:05}", "text": f"text of {number}", "group_id": "g1", "place": number}
    return {**row, "emb": vector, **values}


def found_in(answer: dict[str, Any], column: str = "id") -> list[Any]:
    """One column of a query's answer, by the names of its manifest."""
    names = [one["name"] for one in answer["manifest"]["columns"]]
    return [row[names.index(column)] for row in answer["result"].get("data_array", [])]
