"""Vector search endpoints: what indexes live on. Databricks bills one for as long as it exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from src.repositories.databricks.tokens import TokenSource
from src.repositories.vector.errors import InvalidIndexName
from src.repositories.vector.names import DATABRICKS_ENDPOINT

STANDARD = "STANDARD"
"""The type that Direct Access indexes need (reference of the service, 2026-11)."""


class EndpointState(StrEnum):
    ONLINE = "online"
    PROVISIONING = "provisioning"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


_STATES = {
    "ONLINE": EndpointState.ONLINE,
    # Degraded, and still serving (names of the service's client, 2026-11).
    "YELLOW_STATE": EndpointState.ONLINE,
    "PROVISIONING": EndpointState.PROVISIONING,
    "STARTING": EndpointState.PROVISIONING,
    "RED_STATE": EndpointState.OFFLINE,
    "OFFLINE": EndpointState.OFFLINE,
    "STOPPING": EndpointState.OFFLINE,
    "STOPPED": EndpointState.OFFLINE,
    "DELETED": EndpointState.OFFLINE,
}


@dataclass(frozen=True)
class EndpointInfo:
    name: str
    kind: str
    """STANDARD or STORAGE_OPTIMIZED; never changes."""
    state: EndpointState
    creator: str = ""
    index_count: int = 0
    """With those that the caller may not see; may be counted late."""
    message: str = ""
    """The service's own words about the state."""


class Wire(Protocol):
    async def control(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]: ...


class VectorSearchEndpoints:
    """All methods may raise NotPermitted and StoreUnavailable."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def get(self, name: str) -> EndpointInfo:
        """Raises EndpointMissing."""
        return _info(name, await self._wire.control("GET", f"endpoints/{_checked(name)}"))

    async def create(self, name: str) -> EndpointInfo:
        """It may still be provisioning, which takes minutes. Raises IndexExists for a name that is taken."""
        body = {"name": _checked(name), "endpoint_type": STANDARD}
        return _info(name, await self._wire.control("POST", "endpoints", body))

    async def delete(self, name: str) -> None:
        """Its indexes are lost. Raises EndpointMissing."""
        await self._wire.control("DELETE", f"endpoints/{_checked(name)}")

    async def list(self) -> list[EndpointInfo]:
        """Those that the caller may use."""
        found: list[EndpointInfo] = []
        params: dict[str, str] = {}
        while True:
            answer = await self._wire.control("GET", "endpoints", params=params)
            found += [_info(str(one.get("name")), one) for one in answer.get("endpoints") or ()]
            token = str(answer.get("next_page_token") or "")
            if not token or token == params.get("page_token"):
                return found
            params = {"page_token": token}


@runtime_checkable
class HasEndpoints(Protocol):
    """What a repository over Databricks can do beside the port of every vector index."""

    @property
    def endpoints(self) -> VectorSearchEndpoints: ...

    @property
    def identity(self) -> TokenSource | None:
        """Whose token the latest call was made with."""
        ...

    async def user_name(self) -> str:
        """Of that identity; empty where it may not ask."""
        ...


def _info(name: str, answer: Mapping[str, Any]) -> EndpointInfo:
    status = answer.get("endpoint_status")
    status = status if isinstance(status, Mapping) else {}
    state = _STATES.get(str(status.get("state")).upper(), EndpointState.UNKNOWN)
    return EndpointInfo(
        name=str(answer.get("name") or name),
        kind=str(answer.get("endpoint_type") or ""),
        state=state,
        creator=str(answer.get("creator") or ""),
        index_count=int(answer.get("num_indexes") or 0),
        message=str(status.get("message") or ""),
    )


def _checked(name: str) -> str:
    if not DATABRICKS_ENDPOINT.fullmatch(name):
        raise InvalidIndexName(
            f"expected an endpoint name of letters, digits, _ and -, got {name!r}"
        )
    return name
