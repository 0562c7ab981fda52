"""The client and the REST API cannot drift apart."""

import re

import pytest

from src.bootstrap import Container
from src.client.client import AsyncKasalClient, KasalClient
from src.main import create_app


@pytest.mark.parametrize("client", [KasalClient, AsyncKasalClient])
def test_every_operation_is_a_method_of_the_client(container: Container, client: type) -> None:
    names = {
        # FastAPI's default id is the function's name followed by path and method.
        operation["operationId"].removesuffix(re.sub(r"\W", "_", path) + f"_{method}")
        for path, operations in create_app(container).openapi()["paths"].items()
        if path.startswith("/api/v1/")
        for method, operation in operations.items()
    }
    assert names
    assert not {name for name in names if not hasattr(client, name)}
