"""MCP tools against a real MCP server over streamable HTTP on loopback."""

import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import anyio
import pytest
import uvicorn
from crewai.tools import BaseTool
from crewai.utilities.agent_utils import convert_tools_to_openai_schema
from mcp.server.fastmcp import FastMCP
from pydantic import BaseModel, Field

from src.core.errors import NotConfigured, Unavailable, UnsafeUrl
from src.core.events import EventType
from src.engines.base import RunCancelled
from src.engines.crewai.tools.factory import ToolFactory
from src.engines.plans import SideEffect, ToolPlan
from tests.support.fake_run import FakeRun, InMemoryLedger, with_tool_secrets
from tests.support.http_recorder import Answer, http_recorder

TOKEN = "Bearer mcp-t0ken-value"


@dataclass
class Seen:
    """What the server noticed, and the gate of its slow tool."""

    methods: list[str] = field(default_factory=list)
    authorizations: set[str] = field(default_factory=set)
    entered: threading.Event = field(default_factory=threading.Event)
    orders: list[str] = field(default_factory=list)


class Address(BaseModel):
    street: str
    zip_code: Annotated[str, Field(pattern="^[0-9]{5}$")]


def make_server(seen: Seen) -> FastMCP:
    server = FastMCP("shop", stateless_http=False)

    @server.tool()
    def add(a: int, b: int) -> int:
        """Adds two numbers."""
        return a + b

    @server.tool()
    def search(
        text: str, limit: int = 5, order: Literal["asc", "desc"] = "asc", tag: str | None = None
    ) -> dict[str, Any]:
        """Searches the shop."""
        return {"text": text, "limit": limit, "order": order, "tag": tag}

    @server.tool()
    def ship(address: Address, self: str = "x") -> str:
        """Ships to an address."""
        return f"to {address.street}, {address.zip_code}, {self}"

    @server.tool()
    def order(item: str) -> str:
        """Orders an item."""
        seen.orders.append(item)
        return f"ordered {item}, authorised by {sorted(seen.authorizations)}"

    @server.tool()
    def fail() -> str:
        """Fails."""
        raise ValueError("out of stock")

    @server.tool()
    async def wait() -> str:
        """Never answers by itself."""
        seen.entered.set()
        await anyio.sleep_forever()
        return "done"

    return server


Scope = dict[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]


def guarded(app: App, seen: Seen) -> App:
    """Demands the token, as servers do, and notes what came."""

    async def wrapper(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            headers = {name.decode(): value.decode() for name, value in scope["headers"]}
            seen.methods.append(scope["method"])
            seen.authorizations.add(headers.get("authorization", ""))
            if headers.get("authorization") != TOKEN:
                await send({"type": "http.response.start", "status": 401, "headers": []})
                await send({"type": "http.response.body", "body": b"who are you?"})
                return
        await app(scope, receive, send)

    return wrapper


@dataclass
class RunningServer:
    url: str
    seen: Seen


@pytest.fixture(scope="module")
def running() -> Iterator[RunningServer]:
    seen = Seen()
    app = guarded(make_server(seen).streamable_http_app(), seen)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        ready = threading.Event()
        startup = server.startup

        async def announced(sockets: list[socket.socket] | None = None) -> None:
            await startup(sockets)
            ready.set()

        server.startup = announced  # type: ignore[method-assign]  # uvicorn has no ready signal
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        assert ready.wait(timeout=20)
        yield RunningServer(f"http://127.0.0.1:{port}/mcp", seen)
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def server(running: RunningServer) -> RunningServer:
    running.seen.methods.clear()
    running.seen.orders.clear()
    running.seen.entered.clear()
    return running


def mcp_plan(url: str, side_effect: SideEffect = SideEffect.IDEMPOTENT, **config: Any) -> ToolPlan:
    return ToolPlan(
        key="mcp:The Shop",
        side_effect=side_effect,
        config={"url": url, "name": "The Shop", "timeout_s": 20, **config},
    )


def make_run(token: str = TOKEN, **given: Any) -> FakeRun:
    return FakeRun(credentials=with_tool_secrets("mcp:The Shop", Authorization=token), **given)


def tools_of(
    server: RunningServer,
    run: FakeRun,
    side_effect: SideEffect = SideEffect.IDEMPOTENT,
    factory: ToolFactory | None = None,
) -> dict[str, BaseTool]:
    factory = factory or ToolFactory(allow_private_urls=True)
    built = factory.build([mcp_plan(server.url, side_effect)], run, "analyst")
    return {tool.name.removeprefix("The_Shop__"): tool for tool in built}


def test_each_remote_tool_becomes_one_tool_named_after_its_server(server: RunningServer) -> None:
    factory = ToolFactory(allow_private_urls=True)
    tools = factory.build([mcp_plan(server.url)], make_run(), "analyst")
    names = {tool.name for tool in tools}
    assert {"The_Shop__add", "The_Shop__search", "The_Shop__ship"} <= names
    assert (
        next(tool for tool in tools if tool.name == "The_Shop__add").description
        == "Adds two numbers."
    )


def test_a_call_goes_through_with_its_events(server: RunningServer) -> None:
    run = make_run()
    assert tools_of(server, run)["add"].run(a=2, b=40) == "42"
    assert [event.type for event in run.events] == [
        EventType.TOOL_STARTED,
        EventType.TOOL_COMPLETED,
    ]
    assert run.events[0].data["tool"] == "The_Shop__add"
    assert run.events[1].data["result"] == "42"


def test_sessions_are_ended_with_each_call(server: RunningServer) -> None:
    tool = tools_of(server, make_run())["add"]
    for number in range(3):
        assert tool.run(a=number, b=1) == str(number + 1)
    assert server.seen.methods.count("DELETE") == 4  # one for the list of tools


def test_a_model_sees_the_remote_schema_and_may_leave_out_what_is_optional(
    server: RunningServer,
) -> None:
    tools = tools_of(server, make_run())
    (schema,), functions, _ = convert_tools_to_openai_schema([tools["search"]])
    assert schema["function"]["name"] == "the_shop_search"
    parameters = schema["function"]["parameters"]
    assert parameters["properties"]["text"]["type"] == "string"
    assert {"type": "null"} in parameters["properties"]["limit"]["anyOf"]
    assert "asc" in json.dumps(parameters["properties"]["order"])
    call = functions["the_shop_search"]
    answer = json.loads(call(text="tea", limit=None, order=None, tag=None))
    assert answer == {"text": "tea", "limit": 5, "order": "asc", "tag": None}
    assert json.loads(call(text="tea", limit=2))["limit"] == 2


def test_nested_arguments_and_odd_names_arrive_as_they_were_given(server: RunningServer) -> None:
    ship = tools_of(server, make_run())["ship"]
    (schema,), _, _ = convert_tools_to_openai_schema([ship])
    assert "^[0-9]{5}$" in json.dumps(schema)
    given: dict[str, Any] = {"address": {"street": "Main", "zip_code": "12345"}, "self": "me"}
    assert ship.run(**given) == "to Main, 12345, me"


def test_what_the_server_refuses_is_a_readable_answer(server: RunningServer) -> None:
    run = make_run()
    tools = tools_of(server, run)
    assert "out of stock" in tools["fail"].run()
    assert run.events[-1].data["error"]["code"] == "mcp-error"
    answer = tools["ship"].run(address={"street": "Main", "zip_code": "abc"})
    assert answer.startswith("Error (mcp-error)")
    assert "zip_code" in answer


def test_the_secret_header_arrives_and_is_not_shown(server: RunningServer) -> None:
    run = make_run()
    answer = tools_of(server, run)["order"].run(item="tea")
    assert server.seen.authorizations == {TOKEN}
    shown = answer + json.dumps([event.data for event in run.events])
    assert "mcp-t0ken-value" not in shown
    assert "[secret]" in answer


def test_a_once_server_is_not_called_again_after_a_lost_attempt(server: RunningServer) -> None:
    ledger = InMemoryLedger()
    answers = [
        tools_of(server, make_run(ledger=ledger, attempt=attempt), SideEffect.ONCE)["order"].run(
            item="tea"
        )
        for attempt in (1, 2)
    ]
    assert answers[0] == answers[1]
    assert server.seen.orders == ["tea"]


def test_the_list_of_tools_is_asked_for_once_in_a_while(server: RunningServer) -> None:
    factory = ToolFactory(allow_private_urls=True)
    tools_of(server, make_run(), factory=factory)
    asked = len(server.seen.methods)
    tools_of(server, make_run(), factory=factory)
    assert len(server.seen.methods) == asked
    with pytest.raises(Unavailable):  # another token may see other tools, so it asks for itself
        tools_of(server, make_run("Bearer other-value"), factory=factory)


def test_a_cancel_interrupts_a_call_that_waits(server: RunningServer) -> None:
    run = make_run()
    tool = tools_of(server, run)["wait"]
    raised: list[RunCancelled] = []

    def call() -> None:
        try:
            tool.run()
        except RunCancelled as exc:
            raised.append(exc)

    thread = threading.Thread(target=call)
    thread.start()
    assert server.seen.entered.wait(timeout=20)
    run.cancelled.set()
    thread.join(timeout=10)
    assert len(raised) == 1


def test_a_call_without_an_answer_in_time_is_given_up(server: RunningServer) -> None:
    run = make_run()
    factory = ToolFactory(allow_private_urls=True)
    built = factory.build([mcp_plan(server.url, timeout_s=2)], run, "analyst")
    tool = next(tool for tool in built if tool.name == "The_Shop__wait")
    assert "did not answer within 2 s" in tool.run()


def test_a_wrong_token_is_said_when_the_tools_are_built(server: RunningServer) -> None:
    with pytest.raises(Unavailable) as caught:
        tools_of(server, make_run("Bearer wrong-value"))
    assert "answered 401" in caught.value.message
    assert "wrong-value" not in caught.value.message


def test_a_server_that_is_away_or_no_mcp_server_is_said(server: RunningServer) -> None:
    factory = ToolFactory(allow_private_urls=True)
    with pytest.raises(Unavailable) as caught:
        factory.build([mcp_plan("http://127.0.0.1:1/mcp")], make_run(), "analyst")
    assert "cannot be reached" in caught.value.message
    page = Answer(b"<html>", content_type="text/html")
    with http_recorder({"/mcp": page}) as web, pytest.raises(Unavailable):
        factory.build([mcp_plan(f"{web.url}/mcp", timeout_s=2)], make_run(), "analyst")


def test_a_server_cannot_redirect_to_where_the_guard_forbids() -> None:
    away = Answer(status=307, headers={"Location": "http://169.254.169.254/latest"})
    factory = ToolFactory(allow_private_urls=True)
    with http_recorder({"/mcp": away}) as web, pytest.raises(Unavailable):
        factory.build([mcp_plan(f"{web.url}/mcp", timeout_s=5)], make_run(), "analyst")


def test_private_addresses_are_refused_unless_allowed(server: RunningServer) -> None:
    with pytest.raises(UnsafeUrl):
        ToolFactory().build([mcp_plan(server.url)], make_run(), "analyst")
    assert server.seen.methods == []


def test_a_wrong_configuration_is_said() -> None:
    plan = ToolPlan(key="mcp:x", side_effect=SideEffect.ONCE, config={"command": "rm"})
    with pytest.raises(NotConfigured):
        ToolFactory().build([plan], FakeRun(), "analyst")
