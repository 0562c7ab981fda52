"""A server that answers like Kasal's REST API for one execution, and misbehaves on demand."""

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

NOW = "2026-11-21T10:00:00Z"
ID = "11111111-1111-4111-8111-111111111111"


def execution(status: str = "COMPLETED", **changes: Any) -> dict[str, Any]:
    return {
        "id": ID,
        "group_id": "g",
        "crew_id": None,
        "crew_version": None,
        "crew_name": "Prices",
        "crew_identity": "c",
        "run_name": None,
        "status": status,
        "trigger": "api",
        "created_by": "local@localhost",
        "inputs": {},
        "result": {"raw": "# Brief\n\nAll is **well**.", "json": None},
        "error": None,
        "usage": {
            "prompt_tokens": 1200,
            "completion_tokens": 340,
            "llm_calls": 4,
            "cost_usd": 0.0123,
        },
        "priority": 5,
        "attempt": 1,
        "identity_used": None,
        "models": None,
        "kind": "crew",
        "parent_id": None,
        "child_key": None,
        "flow_id": None,
        "flow_version": None,
        "created_at": NOW,
        "started_at": NOW,
        "finished_at": "2026-11-21T10:00:07Z",
        **changes,
    }


def task(key: str, index: int, status: str = "PENDING") -> dict[str, Any]:
    usage = {"prompt_tokens": 0, "completion_tokens": 0, "llm_calls": 0, "cost_usd": None}
    return {
        "key": key,
        "index": index,
        "name": key.capitalize(),
        "agent": "analyst",
        "status": status,
        "output": None,
        "usage": usage,
        "attempt": 1,
        "started_at": None,
        "finished_at": None,
        "error": None,
    }


def event(seq: int, type: str, **fields: Any) -> dict[str, Any]:
    return {"seq": seq, "type": type, "at": NOW, "span_id": f"s{seq}", "data": {}, **fields}


def crew() -> dict[str, Any]:
    agent = {"role": "Analyst", "goal": "g", "tools": ["calculator"]}
    definition = {"agents_yaml": {"analyst": agent}, "tasks_yaml": {"moves": {"agent": "analyst"}}}
    return {
        "id": ID,
        "group_id": "g",
        "version": 3,
        "created_at": NOW,
        "updated_at": NOW,
        "name": "Prices",
        "description": "",
        "current_version": 2,
        "seed_key": None,
        "definition": definition,
    }


def agent() -> dict[str, Any]:
    return {
        "id": ID,
        "group_id": "g",
        "version": 1,
        "created_at": NOW,
        "updated_at": NOW,
        "name": "Ada",
        "config": {"role": "Analyst", "goal": "g", "tools": ["calculator", "query_csv"]},
    }


def version() -> dict[str, Any]:
    return {"number": 2, "note": "", "created_by": "local@localhost", "created_at": NOW}


STORY = [
    event(1, "execution_queued"),
    event(2, "execution_started"),
    event(3, "task_started", task="moves", agent="analyst"),
    event(4, "llm_call_started", task="moves", data={"model": "demo/demo"}),
    event(5, "llm_chunk", task="moves", data={"text": "Prices rise"}),
    event(
        6,
        "tool_started",
        task="moves",
        span_id="t",
        data={"tool": "calculator", "arguments": "2*3"},
    ),
    event(
        7, "tool_completed", task="moves", span_id="t", data={"tool": "calculator", "result": "6"}
    ),
    event(8, "llm_call_completed", task="moves", data={"prompt_tokens": 10}),
    event(9, "task_completed", task="moves", data={}),
    event(10, "task_started", task="report", agent="analyst"),
    event(11, "task_completed", task="report", data={}),
    event(12, "execution_completed"),
]


class FakeKasal:
    def __init__(self) -> None:
        self.app = FastAPI()
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        self.failures: list[int] = []
        """Statuses to answer with before anything else, one a request."""
        self.cut_after: list[int] = []
        """How many events to send on each connection before it breaks."""
        self.execution = execution()
        self.story = STORY
        self.tasks = [task("moves", 0), task("report", 1)]
        self._routes()

    def calls(self, method: str, path: str) -> list[tuple[dict[str, str], Any]]:
        return [(h, b) for m, p, h, b in self.requests if (m, p) == (method, path)]

    def _routes(self) -> None:
        app = self.app

        @app.middleware("http")
        async def remember(request: Request, call_next: Any) -> Response:
            body = await request.body()
            entry = (request.method, request.url.path, dict(request.headers))
            self.requests.append((*entry, json.loads(body) if body else None))
            if self.failures:
                return problem(self.failures.pop(0))
            response: Response = await call_next(request)
            return response

        @app.post("/api/v1/executions", status_code=202)
        async def start() -> Any:
            return {"id": ID, "status": "PENDING", "links": {}, "warnings": []}

        @app.get("/api/v1/executions/{id}/events/stream")
        async def stream(request: Request) -> Response:
            after = int(request.headers.get("last-event-id", "0"))
            left = self.cut_after.pop(0) if self.cut_after else None
            return StreamingResponse(self._events(after, left), media_type="text/event-stream")

        @app.api_route("/api/v1/{path:path}", methods=["GET", "POST", "PATCH", "PUT", "DELETE"])
        async def anything(request: Request, path: str) -> Response:
            if request.method == "DELETE":
                return Response(status_code=204)
            return self._answer(request, path)

    async def _events(self, after: int, left: int | None) -> AsyncIterator[str]:
        yield ": heartbeat\n\n"
        for item in self.story:
            if item["seq"] <= after:
                continue
            if left == 0:
                raise ConnectionResetError
            left = None if left is None else left - 1
            text = json.dumps(item)
            yield f"id: {item['seq']}\nevent: {item['type']}\ndata: {text}\n\n"

    def _answer(self, request: Request, path: str) -> Response:
        if path.endswith("/tasks"):
            return JSONResponse({"items": self.tasks, "next_cursor": None})
        if path == "executions":
            last = request.query_params.get("cursor")
            page = {"items": [self.execution], "next_cursor": None if last else "c2"}
            return JSONResponse(page)
        if path.endswith("/export"):
            return Response("name: Prices\n", media_type="application/yaml")
        if path == "agents":
            return JSONResponse({"items": [agent()], "next_cursor": None})
        if path.endswith("/events"):
            return JSONResponse({"items": self.story, "next_after": None})
        if path.endswith("/versions"):
            return JSONResponse({"items": [version()], "next_cursor": None})
        if path == "crews" and request.method == "GET":
            return JSONResponse({"items": [crew()], "next_cursor": None})
        if path.startswith("crews"):
            return JSONResponse(crew())
        if path.startswith("executions/"):
            return JSONResponse(self.execution)
        return JSONResponse({"items": [], "next_cursor": None})


def problem(status: int, code: str = "invalid") -> JSONResponse:
    content = {
        "type": f"urn:kasal:error:{code}",
        "title": "The input is not valid",
        "status": status,
        "detail": "the crew has no such agent",
        "code": code,
        "request_id": "r1",
        "errors": [{"pointer": "/tasks_yaml/a/agent", "code": "unknown-agent", "message": "no b"}],
    }
    return JSONResponse(content, status, media_type="application/problem+json")
