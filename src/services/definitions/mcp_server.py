import asyncio
import json
from typing import Any

from pydantic import SecretStr

from src.core.clock import Clock
from src.core.crypto import KeyRing
from src.core.cursor import CursorSigner
from src.core.errors import UnsafeUrl
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.models.tool import McpServer
from src.repositories.mcp_client import McpClient, McpFailed
from src.repositories.sealed_column import MCP_HEADERS
from src.repositories.tool import McpServerRepository
from src.schemas.common import ErrorRead
from src.schemas.mcp_server import (
    McpServerCreate,
    McpServerRead,
    McpServerTest,
    McpServerUpdate,
    RemoteToolRead,
)
from src.schemas.secret import SecretState
from src.services.definitions.model_config import check_url_at
from src.services.definitions.noun import NounService

_TEST_TIMEOUT_S = 20.0


class McpServerService(NounService[McpServer, McpServerCreate, McpServerUpdate, McpServerRead]):
    repository = McpServerRepository
    read = McpServerRead

    def __init__(
        self,
        database: Database,
        cursors: CursorSigner,
        clock: Clock,
        key_ring: KeyRing,
        *,
        allow_private_urls: bool,
    ) -> None:
        super().__init__(database, cursors, clock)
        self._key_ring = key_ring
        self._allow_private_urls = allow_private_urls

    async def test(self, principal: Principal, id: str) -> McpServerTest:
        """Asks the server for its tools, as a run would; a server that fails is an answer, not an error."""
        async with self._database.read() as uow:
            row = await uow.repo(McpServerRepository).get(principal.group_id, id)
        client = McpClient(
            row.name, row.url, self._open(row), _TEST_TIMEOUT_S, self._allow_private_urls
        )
        began_s = self._clock.monotonic_s()
        try:
            async with asyncio.timeout(_TEST_TIMEOUT_S):
                tools = await client.tools()
        except (McpFailed, UnsafeUrl) as exc:
            error = ErrorRead(code=exc.code, message=exc.message)
        except TimeoutError:
            error = ErrorRead(code="timeout", message=f"no answer within {_TEST_TIMEOUT_S:g} s")
        else:
            shown = [RemoteToolRead(name=tool.name, description=tool.description) for tool in tools]
            return McpServerTest(ok=True, latency_ms=self._since_ms(began_s), tools=shown)
        return McpServerTest(ok=False, latency_ms=self._since_ms(began_s), error=error)

    def _since_ms(self, began_s: float) -> int:
        return round((self._clock.monotonic_s() - began_s) * 1000)

    async def _new_values(
        self, principal: Principal, id: str, body: McpServerCreate
    ) -> dict[str, Any]:
        self._check_url(body.url)
        values = body.model_dump(mode="json", exclude={"headers"})
        return values | {"sealed_headers": self._seal(principal.group_id, id, body.headers)}

    async def _changes(
        self, principal: Principal, id: str, body: McpServerUpdate
    ) -> dict[str, Any]:
        self._check_url(body.url)
        values = body.changes()
        if "headers" in values:
            del values["headers"]
            values["sealed_headers"] = self._seal(principal.group_id, id, body.headers)
        return values

    def _check_url(self, url: str | None) -> None:
        if url is not None:
            check_url_at("/url", url, allow_private=self._allow_private_urls)

    def _seal(self, group_id: str, id: str, headers: dict[str, SecretStr] | None) -> str | None:
        if not headers:
            return None
        shown = {name: value.get_secret_value() for name, value in headers.items()}
        return self._key_ring.seal(SecretStr(json.dumps(shown)), MCP_HEADERS.place(group_id, id))

    def _open(self, row: McpServer) -> dict[str, str]:
        if not row.sealed_headers:
            return {}
        opened = self._key_ring.open(row.sealed_headers, MCP_HEADERS.place(row.group_id, row.id))
        headers: dict[str, str] = json.loads(opened.get_secret_value())
        return headers

    def _show(self, row: McpServer) -> McpServerRead:
        return McpServerRead(
            id=row.id,
            group_id=row.group_id,
            version=row.version,
            created_at=row.created_at,
            updated_at=row.updated_at,
            name=row.name,
            url=row.url,
            enabled=row.enabled,
            side_effect=row.side_effect,
            headers=SecretState() if row.sealed_headers else None,
        )
