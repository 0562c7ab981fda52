"""A valid call of every operation in the OpenAPI document, with a name in place of every id.

A new operation needs a line in SAMPLES; tests/security fails until it has one. `$crew` stands for the id
of the crew that seed() made, and so on. What stands behind `#` names another valid body of the same operation.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from src.bootstrap import Container
from src.core.settings import Settings
from src.core.unit_of_work import Database
from src.main import create_app
from tests.support.rows import SampleRows

PREFIX = "/api/v1"
_METHODS = ("get", "post", "put", "patch", "delete")
_numbers = itertools.count(1)

AGENT = {"role": "Analyst", "goal": "Look"}
TASK = {"description": "Look", "expected_output": "A line", "agent": "a"}
DEFINITION = {"agents_yaml": {"a": AGENT}, "tasks_yaml": {"t": TASK}}
OBJECT = {"type": "object"}
CREW_NODE = {"kind": "crew", "crew_id": "$crew"}


@dataclass(frozen=True)
class Sample:
    ok: int = 200
    """What the owner gets."""
    json: Any = None
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    foreign: int = 404
    """What a member of another group gets when every id is the owner's."""
    form: Mapping[str, str] | None = None
    """Fields of a multipart form; its file is new at every call."""

    def slots(self) -> list[str]:
        """Names of the ids in it."""
        return sorted(set(_names_in([self.path, self.query, self.json, self.form])))


SAMPLES: dict[str, Sample] = {
    "GET /me": Sample(),
    "POST /session": Sample(204),
    "DELETE /session": Sample(204),
    "GET /groups": Sample(),
    "POST /groups": Sample(201, {"name": "New"}),
    "GET /groups/{id}": Sample(path={"id": "$group"}),
    "PATCH /groups/{id}": Sample(path={"id": "$group"}, json={"name": "Renamed"}),
    "GET /groups/{id}/members": Sample(path={"id": "$group"}),
    "POST /groups/{id}/members": Sample(201, {"email": "new@example.com"}, path={"id": "$group"}),
    "PUT /groups/{id}/members/{user_id}": Sample(
        path={"id": "$group", "user_id": "$member"}, json={"role": "editor"}
    ),
    "PATCH /groups/{id}/members/{user_id}": Sample(
        path={"id": "$group", "user_id": "$member"}, json={"role": "editor"}
    ),
    "DELETE /groups/{id}/members/{user_id}": Sample(
        204, path={"id": "$group", "user_id": "$member"}
    ),
    "GET /agents": Sample(),
    "POST /agents": Sample(201, {"name": "New", "config": AGENT}),
    "GET /agents/{id}": Sample(path={"id": "$agent"}),
    "PATCH /agents/{id}": Sample(path={"id": "$agent"}, json={"name": "Changed"}),
    "DELETE /agents/{id}": Sample(204, path={"id": "$agent"}),
    "GET /tasks": Sample(),
    "POST /tasks": Sample(201, {"name": "New", "config": TASK}),
    "GET /tasks/{id}": Sample(path={"id": "$task"}),
    "PATCH /tasks/{id}": Sample(path={"id": "$task"}, json={"name": "Changed"}),
    "DELETE /tasks/{id}": Sample(204, path={"id": "$task"}),
    "GET /crews": Sample(),
    "POST /crews": Sample(201, {"name": "New", "definition": DEFINITION}),
    "POST /crews/check": Sample(json={"definition": DEFINITION}),
    "POST /crews/import": Sample(201, {"document": DEFINITION}),
    "GET /crews/{id}": Sample(path={"id": "$crew"}),
    "PATCH /crews/{id}": Sample(path={"id": "$crew"}, json={"name": "Changed"}),
    "DELETE /crews/{id}": Sample(204, path={"id": "$crew"}),
    "GET /crews/{id}/versions": Sample(path={"id": "$crew"}),
    "GET /crews/{id}/versions/{number}": Sample(path={"id": "$crew", "number": "1"}),
    "GET /crews/{id}/diff": Sample(path={"id": "$crew"}, query={"from": "1", "to": "1"}),
    "POST /crews/{id}/rollback": Sample(path={"id": "$crew"}, json={"to": 1}),
    "GET /crews/{id}/export": Sample(path={"id": "$crew"}),
    "GET /flows": Sample(),
    # A crew of another group is an unknown one, which is told with a pointer to it.
    "POST /flows": Sample(
        201, {"name": "New", "definition": {"nodes": {"n": CREW_NODE}}}, foreign=422
    ),
    "GET /flows/{id}": Sample(path={"id": "$flow"}),
    "PATCH /flows/{id}": Sample(path={"id": "$flow"}, json={"name": "Changed"}),
    "DELETE /flows/{id}": Sample(204, path={"id": "$flow"}),
    "GET /flows/{id}/versions": Sample(path={"id": "$flow"}),
    "GET /flows/{id}/versions/{number}": Sample(path={"id": "$flow", "number": "1"}),
    "GET /flows/{id}/diff": Sample(path={"id": "$flow"}, query={"from": "1", "to": "1"}),
    "POST /flows/{id}/rollback": Sample(path={"id": "$flow"}, json={"to": 1}),
    # The catalogue is everybody's; what a group made of a tool is its own.
    "GET /tools": Sample(),
    "GET /tools/{id}": Sample(path={"id": "sample"}),
    "PUT /tools/{id}": Sample(path={"id": "sample"}, json={"config": {"token": "t"}}),
    "PATCH /tools/{id}": Sample(path={"id": "sample"}, json={"config": {"token": "t"}}),
    "GET /mcp-servers": Sample(),
    "POST /mcp-servers": Sample(201, {"name": "new", "url": "https://example.com/mcp"}),
    "GET /mcp-servers/{id}": Sample(path={"id": "$mcp_server"}),
    "PATCH /mcp-servers/{id}": Sample(path={"id": "$mcp_server"}, json={"enabled": False}),
    "DELETE /mcp-servers/{id}": Sample(204, path={"id": "$mcp_server"}),
    "POST /mcp-servers/{id}/test": Sample(path={"id": "$mcp_server"}),
    "GET /models": Sample(),
    "POST /models": Sample(201, {"key": "new", "name": "m", "provider": "openai"}),
    "POST /models/test": Sample(202, {"model": "demo/demo"}),
    "GET /models/{id}": Sample(path={"id": "$model"}),
    "PATCH /models/{id}": Sample(path={"id": "$model"}, json={"enabled": False}),
    "DELETE /models/{id}": Sample(204, path={"id": "$model"}),
    "GET /api-keys": Sample(),
    "POST /api-keys": Sample(201, {"name": "NEW_KEY", "value": "v"}),
    "GET /api-keys/{id}": Sample(path={"id": "$api_key"}),
    "PATCH /api-keys/{id}": Sample(path={"id": "$api_key"}, json={"value": "w"}),
    "DELETE /api-keys/{id}": Sample(204, path={"id": "$api_key"}),
    "GET /output-schemas": Sample(),
    "POST /output-schemas": Sample(201, {"name": "new", "json_schema": OBJECT}),
    "GET /output-schemas/{id}": Sample(path={"id": "$output_schema"}),
    "PATCH /output-schemas/{id}": Sample(
        path={"id": "$output_schema"}, json={"description": "Changed"}
    ),
    "DELETE /output-schemas/{id}": Sample(204, path={"id": "$output_schema"}),
    "POST /executions/estimate": Sample(json={"crew_id": "$crew"}),
    "GET /limits": Sample(),
    "POST /executions/preview": Sample(json={"crew_id": "$crew"}),
    "PUT /limits": Sample(json={"max_queued": 9000}),
    # A filter by what is not there finds nothing.
    "GET /jobs": Sample(query={"subject": "$document"}, foreign=200),
    "GET /jobs/{id}": Sample(path={"id": "$job"}),
    "POST /jobs/{id}/cancel": Sample(path={"id": "$job"}),
    "GET /knowledge/documents": Sample(),
    "POST /knowledge/documents": Sample(202, form={"crew_id": "$crew"}),
    "GET /knowledge/documents/{id}": Sample(path={"id": "$document"}),
    "DELETE /knowledge/documents/{id}": Sample(204, path={"id": "$document"}),
    "POST /knowledge/search": Sample(json={"query": "x", "crew_id": "$crew"}),
    "POST /executions": Sample(202, {"crew_id": "$crew", "model": "replay/$execution"}),
    "POST /executions#flow": Sample(202, {"flow_id": "$flow"}),
    # A filter by what is not there finds nothing.
    "GET /executions": Sample(query={"crew_id": "$crew"}, foreign=200),
    "GET /executions/{id}": Sample(path={"id": "$execution"}),
    "DELETE /executions/{id}": Sample(204, path={"id": "$ended_execution"}),
    "GET /executions/{id}/tasks": Sample(path={"id": "$execution"}),
    "GET /executions/{id}/plan": Sample(path={"id": "$execution"}),
    "GET /executions/{id}/nodes": Sample(path={"id": "$flow_execution"}),
    "GET /executions/{id}/receipts": Sample(path={"id": "$execution"}),
    "GET /executions/{id}/events": Sample(path={"id": "$execution"}),
    "GET /executions/{id}/events/stream": Sample(path={"id": "$ended_execution"}),
    "POST /executions/{id}/cancel": Sample(path={"id": "$execution"}),
    "POST /executions/{id}/retry": Sample(202, {}, path={"id": "$ended_execution"}),
    "GET /executions/{id}/approvals": Sample(path={"id": "$execution"}),
    "GET /approvals": Sample(),
    "GET /approvals/{id}": Sample(path={"id": "$approval"}),
    "POST /approvals/{id}/decision": Sample(json={"decision": "approve"}, path={"id": "$approval"}),
    "GET /batches": Sample(),
    "POST /batches": Sample(202, {"name": "New", "crew_id": "$crew", "items": [{}]}),
    "POST /batches#flow": Sample(202, {"name": "New", "flow_id": "$flow", "items": [{}]}),
    "GET /batches/{id}": Sample(path={"id": "$batch"}),
    "GET /batches/{id}/items": Sample(path={"id": "$batch"}),
    "GET /batches/{id}/export": Sample(path={"id": "$batch"}),
    "POST /batches/{id}/cancel": Sample(path={"id": "$batch"}),
    # None of its rows has failed.
    "POST /batches/{id}/retry": Sample(409, path={"id": "$batch"}),
    "DELETE /batches/{id}": Sample(204, path={"id": "$ended_batch"}),
    "GET /schedules": Sample(),
    "POST /schedules": Sample(201, {"name": "New", "crew_id": "$crew", "delay_s": 3600}),
    "POST /schedules#flow": Sample(201, {"name": "Flows", "flow_id": "$flow", "delay_s": 3600}),
    "GET /schedules/{id}": Sample(path={"id": "$schedule"}),
    "PATCH /schedules/{id}": Sample(path={"id": "$schedule"}, json={"name": "Changed"}),
    "DELETE /schedules/{id}": Sample(204, path={"id": "$schedule"}),
    "GET /schedules/{id}/firings": Sample(path={"id": "$schedule"}),
    "POST /schedules/{id}/run-now": Sample(202, path={"id": "$schedule"}),
    "POST /schedules/{id}/pause": Sample(path={"id": "$schedule"}),
    "POST /schedules/{id}/resume": Sample(path={"id": "$schedule"}),
    "GET /triggers": Sample(),
    "POST /triggers": Sample(201, {"name": "New", "crew_id": "$crew"}),
    "POST /triggers#flow": Sample(201, {"name": "Flows", "flow_id": "$flow"}),
    "GET /triggers/{id}": Sample(path={"id": "$trigger"}),
    "PATCH /triggers/{id}": Sample(path={"id": "$trigger"}, json={"crew_id": "$crew"}),
    "PATCH /triggers/{id}#flow": Sample(path={"id": "$trigger"}, json={"flow_id": "$flow"}),
    "DELETE /triggers/{id}": Sample(204, path={"id": "$trigger"}),
    "POST /triggers/{id}/rotate-secret": Sample(path={"id": "$trigger"}, json={}),
    "GET /webhooks": Sample(),
    "POST /webhooks": Sample(
        201,
        {"name": "New", "url": "https://hooks.invalid", "events": ["execution_failed"]},
    ),
    "GET /webhooks/{id}": Sample(path={"id": "$webhook"}),
    "PATCH /webhooks/{id}": Sample(path={"id": "$webhook"}, json={"enabled": False}),
    "DELETE /webhooks/{id}": Sample(204, path={"id": "$webhook"}),
    "POST /webhooks/{id}/rotate-secret": Sample(path={"id": "$webhook"}, json={}),
    "POST /webhooks/{id}/test": Sample(path={"id": "$webhook"}),
    "GET /memory/records": Sample(query={"crew_id": "$crew_identity"}),
    "POST /memory/records": Sample(201, {"crew_id": "$crew_identity", "content": "New"}),
    "DELETE /memory/records": Sample(query={"crew_id": "$crew_identity"}),
    "GET /memory/records/{type}/{id}": Sample(path={"type": "long_term", "id": "$memory_record"}),
    "PATCH /memory/records/{type}/{id}": Sample(
        path={"type": "long_term", "id": "$memory_record"}, json={"pinned": True}
    ),
    "DELETE /memory/records/{type}/{id}": Sample(
        204, path={"type": "long_term", "id": "$memory_record"}
    ),
    "GET /memory/records/{type}/{id}/executions": Sample(
        path={"type": "long_term", "id": "$memory_record"}
    ),
    "POST /memory/search": Sample(json={"query": "canary", "crew_id": "$crew_identity"}),
    "POST /memory/migrations": Sample(
        202, {"to_backend_id": "$memory_backend", "crew_id": "$crew_identity"}
    ),
    "GET /memory/migrations": Sample(),
    "GET /memory/migrations/{id}": Sample(path={"id": "$memory_migration"}),
    "POST /memory/forget": Sample(202, {"execution_id": "$ended_execution"}),
    "GET /memory/stats": Sample(query={"crew_id": "$crew_identity"}),
    "GET /memory/health": Sample(query={"crew_id": "$crew_identity"}),
    "GET /memory/backends": Sample(),
    "POST /memory/backends": Sample(201, {"name": "New", "kind": "default"}),
    # No workspace is configured where these run.
    "POST /memory/backends/setup": Sample(422, {"catalog": "main", "schema": "mem"}),
    "POST /memory/backends/setup/plan": Sample(422, {"catalog": "main", "schema": "mem"}),
    "GET /memory/backends/setup/workspace": Sample(),
    "GET /memory/backends/{id}": Sample(path={"id": "$memory_backend"}),
    "PATCH /memory/backends/{id}": Sample(path={"id": "$memory_backend"}, json={"name": "Changed"}),
    "DELETE /memory/backends/{id}": Sample(204, path={"id": "$memory_backend"}),
    "POST /memory/backends/{id}/activate": Sample(path={"id": "$memory_backend"}),
    "POST /memory/backends/{id}/deactivate": Sample(path={"id": "$memory_backend"}),
    "GET /memory/backends/{id}/setup": Sample(path={"id": "$memory_backend"}),
    "POST /memory/backends/{id}/setup": Sample(202, {}, path={"id": "$memory_backend"}),
    "POST /memory/backends/{id}/verify": Sample(path={"id": "$memory_backend"}),
    "GET /memory/backends/{id}/indexes": Sample(path={"id": "$memory_backend"}),
    "GET /memory/backends/{id}/indexes/{name}": Sample(
        path={"id": "$memory_backend", "name": "$memory_index"}
    ),
    # It was never made.
    "DELETE /memory/backends/{id}/indexes/{name}": Sample(
        404, path={"id": "$memory_backend", "name": "$memory_index"}
    ),
    "POST /memory/backends/{id}/indexes/{name}/empty": Sample(
        202, {"confirm": "$memory_index"}, path={"id": "$memory_backend", "name": "$memory_index"}
    ),
}

READS = {
    "group": "/groups/{}",
    "member": None,
    "agent": "/agents/{}",
    "task": "/tasks/{}",
    "crew": "/crews/{}",
    "mcp_server": "/mcp-servers/{}",
    "model": "/models/{}",
    "api_key": "/api-keys/{}",
    "output_schema": "/output-schemas/{}",
    "execution": "/executions/{}",
    "flow": "/flows/{}",
    "flow_execution": "/executions/{}/nodes",
    "ended_execution": "/executions/{}",
    "memory_record": "/memory/records/long_term/{}",
    "memory_migration": "/memory/migrations/{}",
    "crew_identity": None,
    "memory_backend": "/memory/backends/{}",
    "memory_index": None,
    "approval": "/approvals/{}",
    "batch": "/batches/{}",
    "ended_batch": "/batches/{}",
    "schedule": "/schedules/{}",
    "trigger": "/triggers/{}",
    "webhook": "/webhooks/{}",
    "document": "/knowledge/documents/{}",
    "job": "/jobs/{}",
}
"""Where each seeded thing can be read by its owner."""


@cache
def document() -> dict[str, Any]:
    return create_app(Container(Settings(_env_file=None))).openapi()


def operations() -> list[str]:
    """`GET /crews/{id}` and so on, without the probes."""
    return [
        f"{method.upper()} {path.removeprefix(PREFIX)}"
        for path, item in document()["paths"].items()
        if path.startswith(PREFIX)
        for method in _METHODS
        if method in item
    ]


async def call(client: httpx.AsyncClient, operation: str, ids: Mapping[str, str]) -> httpx.Response:
    sample = SAMPLES[operation]
    method, _, template = operation.partition(" ")
    path = template.partition("#")[0].format(**_filled(sample.path, ids))
    body = {} if sample.json is None else {"json": _filled(sample.json, ids)}
    if sample.form is not None:
        body = {"data": _filled(sample.form, ids), "files": _file("new")}
    return await client.request(method, path, params=_filled(sample.query, ids), **body)


async def seed(client: httpx.AsyncClient, mark: str, database: Database) -> dict[str, str]:
    """One of each resource for the client's group; `mark` stands in every text of theirs."""
    number = next(_numbers)
    agent, task = {**AGENT, "goal": mark}, {**TASK, "description": mark}
    definition = {"agents_yaml": {"a": agent}, "tasks_yaml": {"t": task}, "model": "demo/demo"}
    remembering = {"agents_yaml": {"a": {**agent, "memory": True}}}
    run = {**definition, **remembering, "crew_name": mark}
    name = f"{mark}-{number}"
    bodies: dict[str, tuple[str, Any]] = {
        "group": ("/groups", {"name": mark}),
        "agent": ("/agents", {"name": mark, "config": agent}),
        "task": ("/tasks", {"name": mark, "config": task}),
        "crew": ("/crews", {"name": mark, "definition": definition}),
        "mcp_server": (
            "/mcp-servers",
            {"name": name, "url": "https://mcp.invalid", "headers": {"X-Key": mark}},
        ),
        "model": ("/models", {"key": name, "name": mark, "provider": "openai"}),
        "api_key": ("/api-keys", {"name": f"K{number}", "value": mark, "description": mark}),
        "output_schema": (
            "/output-schemas",
            {"name": name, "json_schema": {"title": mark, **OBJECT}},
        ),
        "execution": ("/executions", run),
        "ended_execution": ("/executions", run),
        "webhook": (
            "/webhooks",
            {"name": name, "url": f"https://hooks.invalid/{mark}", "events": ["schedule_paused"]},
        ),
        "memory_backend": (
            "/memory/backends",
            {"name": name, "kind": "default", "config": {"short_term_index": f"seen_{number}"}},
        ),
    }
    ids: dict[str, str] = {}
    for resource, (path, body) in bodies.items():
        made = await client.post(path, json=body)
        assert made.is_success, f"{path}: {made.text}"
        ids[resource] = made.json()["id"]
    batch = {"name": name, "crew_id": ids["crew"], "items": [{"mark": mark}]}
    for resource in ("batch", "ended_batch"):
        ids[resource] = (await client.post("/batches", json=batch)).json()["id"]
    await client.post(f"/batches/{ids['ended_batch']}/cancel")
    schedule = {"name": name, "crew_id": ids["crew"], "cron": "0 7 * * *"}
    ids["schedule"] = (await client.post("/schedules", json=schedule)).json()["id"]
    trigger = {"name": name, "crew_id": ids["crew"], "mapping": {mark: "@"}}
    ids["trigger"] = (await client.post("/triggers", json=trigger)).json()["id"]
    inner = {"kind": "agent", "agent": agent, "prompt": mark, "model": "demo/demo"}
    drawn = {"nodes": {"n": inner}, "edges": []}
    flow = await client.post("/flows", json={"name": mark, "definition": drawn})
    assert flow.is_success, flow.text
    ids["flow"] = flow.json()["id"]
    running = await client.post("/executions", json={"flow_id": ids["flow"]})
    assert running.is_success, running.text
    ids["flow_execution"] = running.json()["id"]
    ids["memory_index"] = f"seen_{number}"
    member = {"email": f"{mark}-{number}@example.com"}
    added = await client.post(f"/groups/{ids['group']}/members", json=member)
    ids["member"] = added.json()["user_id"]
    await client.put("/tools/sample", json={"config": {"token": mark, "unit": mark}})
    await client.post(f"/executions/{ids['ended_execution']}/cancel")
    shown = (await client.get(f"/executions/{ids['execution']}")).json()
    ids["crew_identity"] = shown["crew_identity"]
    async with database.write() as uow:
        ids["approval"] = await uow.repo(SampleRows).approval(
            shown["group_id"], ids["execution"], mark
        )
    taught = {"crew_id": shown["crew_identity"], "content": f"{mark} {number}"}
    record = await client.post("/memory/records", json=taught)
    assert record.is_success, record.text
    ids["memory_record"] = record.json()["id"]
    copied = {"to_backend_id": ids["memory_backend"], "dry_run": True}
    migration = await client.post("/memory/migrations", json=copied)
    ids["memory_migration"] = migration.json()["id"]
    document = (await client.post("/knowledge/documents", files=_file(mark))).json()
    ids |= {"document": document["id"], "job": document["job_id"]}
    return ids


def _file(text: str) -> dict[str, tuple[str, bytes]]:
    """Another one at every call: the same content twice is one document."""
    return {"file": (f"{text}.txt", f"{text} {next(_numbers)}".encode())}


def _filled(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for name in _names_in(value):
            value = value.replace(f"${name}", ids[name])
        return value
    if isinstance(value, Mapping):
        return {key: _filled(child, ids) for key, child in value.items()}
    if isinstance(value, list):
        return [_filled(child, ids) for child in value]
    return value


def _names_in(value: Any) -> list[str]:
    if isinstance(value, str):
        _, dollar, name = value.partition("$")
        return [name] if dollar else []
    if isinstance(value, Mapping):
        return _names_in(list(value.values()))
    if isinstance(value, list):
        return [name for child in value for name in _names_in(child)]
    return []
