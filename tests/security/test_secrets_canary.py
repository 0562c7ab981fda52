"""Secrets go in and never come out: not in answers, logs or error texts, nor in clear into the database."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from src.bootstrap import Container
from src.core.logging import _JsonFormatter
from src.models.registry import metadata
from tests.conftest import Kind, MakeContainer, SettingsFor
from tests.support.http import app_of
from tests.support.operations import DEFINITION, SAMPLES, call, operations, seed
from tests.support.people import make_person
from tests.support.rows import SampleRows

KEY, KEY_2 = "canary-provider-key", "canary-second-key"
TOOL, HEADER = "canary-tool-secret", "canary-mcp-header"
FORWARDED = "canary-forwarded-token"
ENVIRONMENT = "canary-of-the-environment"
SECRETS = (KEY, KEY_2, TOOL, HEADER, FORWARDED, ENVIRONMENT)
PROXY = "10.1.2.3"


@dataclass
class Recorder:
    """Everything that leaves the process while a test runs."""

    answers: list[bytes] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    async def response(self, response: httpx.Response) -> None:
        await response.aread()
        self.answers.append(repr(response.headers.multi_items()).encode() + response.content)


class _Lines(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(_JsonFormatter())
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))


@pytest.fixture
async def recorder() -> AsyncIterator[Recorder]:
    recorder = Recorder()
    handler = _Lines(recorder.lines)
    names = ("", "src", "sqlalchemy.engine", "sqlalchemy.pool", "httpx", "aiosqlite", "dbos")
    before = {name: logging.getLogger(name).level for name in names}
    yield_to = logging.getLogger()
    yield_to.addHandler(handler)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    # What SQLAlchemy logs when an operator turns statements on: it must hide their parameters too.
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    yield recorder
    yield_to.removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def assert_clean(recorder: Recorder, dump: bytes, secrets: tuple[str, ...]) -> None:
    for secret in secrets:
        found = [answer for answer in recorder.answers if secret.encode() in answer]
        assert not found, f"{secret} in an answer: {found[0][:300]!r}"
        leaked = [line for line in recorder.lines if secret in line]
        assert not leaked, f"{secret} in the log: {leaked[0][:300]}"
        assert secret.encode() not in dump, f"{secret} in clear in the database"


def client(
    container: Container, recorder: Recorder, headers: dict[str, str], peer: str = "127.0.0.1"
) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app_of(container), client=(peer, 1)),
        base_url="http://localhost/api/v1",
        headers=headers,
        event_hooks={"response": [recorder.response]},
    )


async def enter_secrets(http: httpx.AsyncClient) -> None:
    key = await http.post("/api-keys", json={"name": "OPENAI_API_KEY", "value": KEY})
    await http.patch(f"/api-keys/{key.json()['id']}", json={"value": KEY_2})
    await http.put("/tools/sample", json={"config": {"token": TOOL}})
    server = {"name": "wiki", "url": "https://example.com", "headers": {"X-Key": HEADER}}
    mcp = await http.post("/mcp-servers", json=server)
    await http.patch(
        f"/mcp-servers/{mcp.json()['id']}", json={"headers": {"Authorization": HEADER}}
    )


async def enter_them_wrongly(http: httpx.AsyncClient) -> None:
    """A secret in the wrong place comes back no more than one in the right place."""
    for path, body in (
        ("/api-keys", {"name": KEY, "value": KEY}),
        ("/api-keys", {"name": "OPENAI_API_KEY", "value": KEY}),
        ("/api-keys", {"name": "X_KEY", "value": [KEY], "description": 1}),
        ("/api-keys", {"name": "X_KEY", "value": f"{KEY}\n{KEY}"}),
        ("/mcp-servers", {"name": "w", "url": "https://example.com", "headers": {"X": [HEADER]}}),
        ("/mcp-servers", {"name": "w", "url": f"https://u:{HEADER}@example.com/{HEADER}"}),
        ("/models", {"key": "k", "name": "m", "provider": KEY, "base_url": KEY}),
        ("/crews/import", {"document": f"agents:\n  a: [{KEY}\n"}),
        ("/crews/import", {"document": f"agents: {{a: {{role: &x {KEY}}}}}"}),
    ):
        assert (await http.post(path, json=body)).status_code in (409, 422)
    for config in (
        {"token": [TOOL]},
        {"token": TOOL, "limit": TOOL},
        {"token": TOOL, "more": TOOL},
    ):
        assert (await http.put("/tools/sample", json={"config": config})).status_code == 422


async def everything_in(container: Container) -> bytes:
    async with container.database.read() as uow:
        return await uow.repo(_Dump).all()


class _Dump:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> bytes:
        rows: list[Any] = []
        for table in metadata.tables:
            rows += await self._session.execute(text(f'SELECT * FROM "{table}"'))
        queue = "workflow_status" if self._on_sqlite() else "dbos.workflow_status"
        rows += await self._session.execute(text(f"SELECT * FROM {queue}"))
        return "\n".join(map(repr, rows)).encode()

    def _on_sqlite(self) -> bool:
        return self._session.get_bind().dialect.name == "sqlite"


async def test_secrets_of_a_group_stay_inside(
    database_kind: Kind,
    settings_for: SettingsFor,
    make_container: MakeContainer,
    recorder: Recorder,
) -> None:
    settings = settings_for(database_kind, kasal_auth_mode="token", anthropic_api_key=ENVIRONMENT)
    container = await make_container(settings)
    async with container.database.write() as uow:
        await uow.repo(SampleRows).tool()
    ada = await make_person(container, "ada@example.com")
    async with client(container, recorder, {"Authorization": f"Bearer {ada.token}"}) as http:
        await enter_secrets(http)
        await enter_them_wrongly(http)
        ids = await seed(http, "mark", container.database)
        await http.put("/tools/sample", json={"config": {"token": TOOL}})
        # Reads first: a run that was started again streams for as long as it is not run.
        for operation in sorted(operations(), key=lambda name: not name.startswith("GET")):
            if not operation.startswith("DELETE") and "/tools" not in operation:
                answer = await call(http, operation, ids)
                assert answer.status_code in (SAMPLES[operation].ok, 409), answer.text
        for operation in ("GET /tools", "GET /tools/{id}"):
            await call(http, operation, ids)
    async with client(container, recorder, {"Authorization": f"Bearer {ada.token}x"}) as http:
        assert (await http.get("/me")).status_code == 401
    assert len(recorder.lines) > 50, "the log was not heard"
    token_secret = ada.token.rpartition("_")[2]
    assert_clean(recorder, await everything_in(container), (*SECRETS, ada.token, token_secret))
    assert all(secret not in repr(settings) for secret in SECRETS)


async def test_the_token_of_the_user_stays_inside(
    database_kind: Kind,
    settings_for: SettingsFor,
    make_container: MakeContainer,
    recorder: Recorder,
) -> None:
    container = await make_container(
        settings_for(
            database_kind, kasal_auth_mode="databricks_app", kasal_trusted_proxies="10.1.0.0/16"
        )
    )
    headers = {"X-Forwarded-Email": "ada@example.com", "X-Forwarded-Access-Token": FORWARDED}
    async with client(container, recorder, headers, PROXY) as http:
        run = {**DEFINITION, "model": "demo/demo"}
        started = await http.post("/executions", json=run)
        assert started.status_code == 202, started.text
        id = started.json()["id"]
        for path in ("", "/tasks", "/events"):
            await http.get(f"/executions/{id}{path}")
        await http.get("/me")
        dump = await everything_in(container)
        assert b"v1." in dump, "the token is kept, sealed, for the worker"
        await http.post(f"/executions/{id}/cancel")
    assert_clean(recorder, dump, (FORWARDED,))


async def test_an_unexpected_failure_tells_nothing(
    container: Container, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError(f"internal detail {ENVIRONMENT}")

    monkeypatch.setattr(container.agents, "list", fail)
    async with client(container, recorder, {}) as http:
        answer = await http.get("/agents")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert ENVIRONMENT not in answer.text
