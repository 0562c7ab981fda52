"""The REST API as a table: one line for each operation."""

from src.client.batches import create_batch, export_batch, list_batch_items, upload_batch
from src.client.request import Body, Request, dump, operation, read_as, read_nothing, read_text
from src.client.shapes import (
    at,
    creates,
    deletes,
    gets,
    if_match,
    lists,
    lists_of,
    once,
    posts,
    present,
    rotates,
    updates,
)
from src.schemas.agent import AgentRead
from src.schemas.api_key import ApiKeyRead
from src.schemas.approval import ApprovalRead
from src.schemas.batch import BatchRead, BatchSummary
from src.schemas.common import Page
from src.schemas.crew import CrewChecked, CrewRead, CrewSummary
from src.schemas.estimate import EstimateRead
from src.schemas.execution import (
    EventPage,
    ExecutionRead,
    ExecutionStarted,
    ExecutionTaskRead,
    ReceiptRead,
)
from src.schemas.execution_plan import ExecutionPlanRead
from src.schemas.flow import FlowNodeRead, FlowRead, FlowSummary
from src.schemas.group import GroupRead, MemberRead, MeRead
from src.schemas.job import JobRead
from src.schemas.knowledge import KnowledgeDocumentRead, KnowledgeFound
from src.schemas.limit import LimitsRead
from src.schemas.mcp_server import McpServerRead, McpServerTest
from src.schemas.memory import (
    MemoryCleared,
    MemoryHealth,
    MemorySearchResult,
    MemoryStats,
    RecordRead,
    RecordUse,
)
from src.schemas.memory_backend import (
    MemoryBackendRead,
    MemoryIndexDetail,
    MemoryIndexRead,
    MemoryVerification,
    MemoryWorkspaceRead,
    SetupPlanRead,
)
from src.schemas.model_config import ModelConfigRead
from src.schemas.output_schema import OutputSchemaRead
from src.schemas.run_preview import RunPreview
from src.schemas.schedule import FiringRead, ScheduleRead
from src.schemas.task import TaskRead
from src.schemas.tool import ToolRead
from src.schemas.trigger import TriggerCreated, TriggerRead
from src.schemas.versions import DefinitionDiff, VersionRead, VersionSummary
from src.schemas.webhook import WebhookCreated, WebhookRead, WebhookTest


def stream_path(id: str) -> str:
    return at("/executions/{}/events/stream", id)


def _get_me() -> Request[MeRead]:
    return Request("GET", "/me", read_as(MeRead))


def _create_session() -> Request[None]:
    return Request("POST", "/session", read_nothing)


def _delete_session() -> Request[None]:
    return Request("DELETE", "/session", read_nothing)


def _start_execution(
    body: Body, *, idempotency_key: str | None = None
) -> Request[ExecutionStarted]:
    read = read_as(ExecutionStarted)
    headers = once(idempotency_key)
    return Request("POST", "/executions", read, json=dump(body), headers=headers)


def _decide_approval(
    id: str,
    decision: str,
    *,
    comment: str = "",
    shown_hash: str | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalRead]:
    body = {"decision": decision, "comment": comment, "shown_hash": shown_hash}
    path, headers = at("/approvals/{}/decision", id), once(idempotency_key)
    return Request("POST", path, read_as(ApprovalRead), json=body, headers=headers)


def _estimate_execution(body: Body) -> Request[EstimateRead]:
    return Request("POST", "/executions/estimate", read_as(EstimateRead), json=dump(body))


def _preview_execution(body: Body) -> Request[RunPreview]:
    return Request("POST", "/executions/preview", read_as(RunPreview), json=dump(body))


def _get_limits() -> Request[LimitsRead]:
    return Request("GET", "/limits", read_as(LimitsRead))


def _set_limits(body: Body, *, version: int | None = None) -> Request[LimitsRead]:
    headers = if_match(version)
    return Request("PUT", "/limits", read_as(LimitsRead), json=dump(body), headers=headers)


def _retry_execution(id: str, *, from_task: str | None = None) -> Request[ExecutionRead]:
    path = at("/executions/{}/retry", id)
    return Request("POST", path, read_as(ExecutionRead), json={"from_task": from_task})


def _list_events(id: str, *, after: int = 0, limit: int | None = None) -> Request[EventPage]:
    path = at("/executions/{}/events", id)
    return Request("GET", path, read_as(EventPage), params=present(after=after, limit=limit))


def _list_crews(
    *,
    limit: int | None = None,
    cursor: str | None = None,
    search: str | None = None,
    example: bool | None = None,
) -> Request[Page[CrewSummary]]:
    params = present(limit=limit, cursor=cursor, search=search, example=example)
    return Request("GET", "/crews", read_as(Page[CrewSummary]), params=params)


def _get_crew_version(id: str, number: int) -> Request[VersionRead]:
    return Request("GET", at("/crews/{}/versions/{}", id, number), read_as(VersionRead))


def _diff_crew(id: str, *, from_version: int, to_version: int) -> Request[DefinitionDiff]:
    params = {"from": str(from_version), "to": str(to_version)}
    return Request("GET", at("/crews/{}/diff", id), read_as(DefinitionDiff), params=params)


def _rollback_crew(id: str, body: Body, *, version: int | None = None) -> Request[CrewRead]:
    path = at("/crews/{}/rollback", id)
    return Request("POST", path, read_as(CrewRead), json=dump(body), headers=if_match(version))


def _get_flow_version(id: str, number: int) -> Request[VersionRead]:
    return Request("GET", at("/flows/{}/versions/{}", id, number), read_as(VersionRead))


def _diff_flow(id: str, *, from_version: int, to_version: int) -> Request[DefinitionDiff]:
    params = {"from": str(from_version), "to": str(to_version)}
    return Request("GET", at("/flows/{}/diff", id), read_as(DefinitionDiff), params=params)


def _rollback_flow(id: str, body: Body, *, version: int | None = None) -> Request[FlowRead]:
    path = at("/flows/{}/rollback", id)
    return Request("POST", path, read_as(FlowRead), json=dump(body), headers=if_match(version))


def _check_crew(body: Body) -> Request[CrewChecked]:
    return Request("POST", "/crews/check", read_as(CrewChecked), json=dump(body))


def _import_crew(body: Body, *, idempotency_key: str | None = None) -> Request[CrewRead]:
    headers = once(idempotency_key)
    return Request("POST", "/crews/import", read_as(CrewRead), json=dump(body), headers=headers)


def _export_crew(id: str, *, format: str = "yaml") -> Request[str]:
    return Request("GET", at("/crews/{}/export", id), read_text, params={"format": format})


def _add_document(
    file_name: str,
    content: bytes,
    *,
    title: str | None = None,
    crew_id: str | None = None,
    idempotency_key: str | None = None,
) -> Request[KnowledgeDocumentRead]:
    return Request(
        "POST",
        "/knowledge/documents",
        read_as(KnowledgeDocumentRead),
        files={"file": (file_name, content)},
        data=present(title=title, crew_id=crew_id),
        headers=once(idempotency_key),
    )


def _add_member(id: str, body: Body) -> Request[MemberRead]:
    path = at("/groups/{}/members", id)
    return Request("POST", path, read_as(MemberRead), json=dump(body))


def _set_member(id: str, user_id: str, body: Body) -> Request[MemberRead]:
    path = at("/groups/{}/members/{}", id, user_id)
    return Request("PUT", path, read_as(MemberRead), json=dump(body))


def _remove_member(id: str, user_id: str) -> Request[None]:
    return Request("DELETE", at("/groups/{}/members/{}", id, user_id), read_nothing)


def _record_path(type: str, id: str) -> str:
    return at("/memory/records/{}/{}", type, id)


def _get_memory_record(type: str, id: str) -> Request[RecordRead]:
    return Request("GET", _record_path(type, id), read_as(RecordRead))


def _update_memory_record(
    type: str, id: str, body: Body, *, version: int | None = None
) -> Request[RecordRead]:
    path, headers = _record_path(type, id), if_match(version)
    return Request("PATCH", path, read_as(RecordRead), json=dump(body), headers=headers)


def _delete_memory_record(type: str, id: str) -> Request[None]:
    return Request("DELETE", _record_path(type, id), read_nothing)


def _list_memory_record_executions(
    type: str, id: str, *, limit: int | None = None, cursor: str | None = None
) -> Request[Page[RecordUse]]:
    path, params = _record_path(type, id) + "/executions", present(limit=limit, cursor=cursor)
    return Request("GET", path, read_as(Page[RecordUse]), params=params)


def _clear_memory(crew_id: str, *, type: str | None = None) -> Request[MemoryCleared]:
    params = present(crew_id=crew_id, type=type)
    return Request("DELETE", "/memory/records", read_as(MemoryCleared), params=params)


def _get_memory_stats(crew_id: str | None = None) -> Request[MemoryStats]:
    params = present(crew_id=crew_id)
    return Request("GET", "/memory/stats", read_as(MemoryStats), params=params)


def _get_memory_health(
    crew_id: str | None = None, *, unused_after_days: int | None = None
) -> Request[MemoryHealth]:
    params = present(crew_id=crew_id, unused_after_days=unused_after_days)
    return Request("GET", "/memory/health", read_as(MemoryHealth), params=params)


def _get_memory_workspace() -> Request[MemoryWorkspaceRead]:
    path = "/memory/backends/setup/workspace"
    return Request("GET", path, read_as(MemoryWorkspaceRead))


def _setup_memory_backend(id: str, *, activate: bool = False) -> Request[JobRead]:
    path = at("/memory/backends/{}/setup", id)
    return Request("POST", path, read_as(JobRead), json={"activate": activate})


def _list_memory_indexes(id: str) -> Request[Page[MemoryIndexRead]]:
    return Request("GET", at("/memory/backends/{}/indexes", id), read_as(Page[MemoryIndexRead]))


def _get_memory_index(id: str, name: str) -> Request[MemoryIndexDetail]:
    path = at("/memory/backends/{}/indexes/{}", id, name)
    return Request("GET", path, read_as(MemoryIndexDetail))


def _delete_memory_index(id: str, name: str) -> Request[None]:
    return Request("DELETE", at("/memory/backends/{}/indexes/{}", id, name), read_nothing)


def _empty_memory_index(
    id: str, name: str, *, confirm: str, everybody: bool = False
) -> Request[JobRead]:
    path = at("/memory/backends/{}/indexes/{}/empty", id, name)
    body = {"confirm": confirm, "everybody": everybody}
    return Request("POST", path, read_as(JobRead), json=body)


class Operations:
    """What both clients can do; bodies are schemas or plain mappings."""

    get_me = operation(_get_me)
    create_session = operation(_create_session)
    delete_session = operation(_delete_session)

    list_groups = operation(lists("/groups", GroupRead))
    create_group = operation(creates("/groups", GroupRead))
    get_group = operation(gets("/groups/{}", GroupRead))
    update_group = operation(updates("/groups/{}", GroupRead))
    list_members = operation(lists_of("/groups/{}/members", MemberRead))
    add_member = operation(_add_member)
    set_member = operation(_set_member)
    remove_member = operation(_remove_member)

    list_agents = operation(lists("/agents", AgentRead))
    create_agent = operation(creates("/agents", AgentRead))
    get_agent = operation(gets("/agents/{}", AgentRead))
    update_agent = operation(updates("/agents/{}", AgentRead))
    delete_agent = operation(deletes("/agents/{}"))

    list_tasks = operation(lists("/tasks", TaskRead))
    create_task = operation(creates("/tasks", TaskRead))
    get_task = operation(gets("/tasks/{}", TaskRead))
    update_task = operation(updates("/tasks/{}", TaskRead))
    delete_task = operation(deletes("/tasks/{}"))

    list_tools = operation(lists("/tools", ToolRead))
    get_tool = operation(gets("/tools/{}", ToolRead))
    put_tool = operation(updates("/tools/{}", ToolRead, "PUT"))
    update_tool = operation(updates("/tools/{}", ToolRead))

    list_crews = operation(_list_crews)
    create_crew = operation(creates("/crews", CrewRead))
    get_crew = operation(gets("/crews/{}", CrewRead))
    update_crew = operation(updates("/crews/{}", CrewRead))
    delete_crew = operation(deletes("/crews/{}"))
    list_crew_versions = operation(lists_of("/crews/{}/versions", VersionSummary))
    get_crew_version = operation(_get_crew_version)
    diff_crew = operation(_diff_crew)
    rollback_crew = operation(_rollback_crew)
    check_crew = operation(_check_crew)
    import_crew = operation(_import_crew)
    export_crew = operation(_export_crew)

    list_flows = operation(lists("/flows", FlowSummary))
    create_flow = operation(creates("/flows", FlowRead))
    get_flow = operation(gets("/flows/{}", FlowRead))
    update_flow = operation(updates("/flows/{}", FlowRead))
    delete_flow = operation(deletes("/flows/{}"))
    list_flow_versions = operation(lists_of("/flows/{}/versions", VersionSummary))
    get_flow_version = operation(_get_flow_version)
    diff_flow = operation(_diff_flow)
    rollback_flow = operation(_rollback_flow)

    start_execution = operation(_start_execution)
    estimate_execution = operation(_estimate_execution)
    preview_execution = operation(_preview_execution)
    get_limits = operation(_get_limits)
    set_limits = operation(_set_limits)
    list_executions = operation(lists("/executions", ExecutionRead))
    get_execution = operation(gets("/executions/{}", ExecutionRead))
    delete_execution = operation(deletes("/executions/{}"))
    cancel_execution = operation(posts("/executions/{}/cancel", ExecutionRead))
    retry_execution = operation(_retry_execution)
    list_execution_tasks = operation(lists_of("/executions/{}/tasks", ExecutionTaskRead))
    get_execution_plan = operation(gets("/executions/{}/plan", ExecutionPlanRead))
    list_execution_nodes = operation(lists_of("/executions/{}/nodes", FlowNodeRead))
    list_execution_receipts = operation(lists_of("/executions/{}/receipts", ReceiptRead))
    list_execution_events = operation(_list_events)

    list_memory_records = operation(lists("/memory/records", RecordRead))
    create_memory_record = operation(creates("/memory/records", RecordRead))
    get_memory_record = operation(_get_memory_record)
    update_memory_record = operation(_update_memory_record)
    delete_memory_record = operation(_delete_memory_record)
    list_memory_record_executions = operation(_list_memory_record_executions)
    clear_memory = operation(_clear_memory)
    search_memory = operation(creates("/memory/search", MemorySearchResult))
    start_memory_migration = operation(creates("/memory/migrations", JobRead))
    list_memory_migrations = operation(lists("/memory/migrations", JobRead))
    get_memory_migration = operation(gets("/memory/migrations/{}", JobRead))
    forget_memory = operation(creates("/memory/forget", JobRead))
    get_memory_stats = operation(_get_memory_stats)
    get_memory_health = operation(_get_memory_health)

    list_approvals = operation(lists("/approvals", ApprovalRead))
    get_approval = operation(gets("/approvals/{}", ApprovalRead))
    decide_approval = operation(_decide_approval)
    list_execution_approvals = operation(lists_of("/executions/{}/approvals", ApprovalRead))

    list_batches = operation(lists("/batches", BatchSummary))
    create_batch = operation(create_batch)
    upload_batch = operation(upload_batch)
    get_batch = operation(gets("/batches/{}", BatchRead))
    list_batch_items = operation(list_batch_items)
    export_batch = operation(export_batch)
    cancel_batch = operation(posts("/batches/{}/cancel", BatchRead))
    retry_batch = operation(posts("/batches/{}/retry", BatchRead))
    delete_batch = operation(deletes("/batches/{}"))
    list_schedules = operation(lists("/schedules", ScheduleRead))
    create_schedule = operation(creates("/schedules", ScheduleRead))
    get_schedule = operation(gets("/schedules/{}", ScheduleRead))
    update_schedule = operation(updates("/schedules/{}", ScheduleRead))
    delete_schedule = operation(deletes("/schedules/{}"))
    list_schedule_firings = operation(lists_of("/schedules/{}/firings", FiringRead))
    run_schedule_now = operation(posts("/schedules/{}/run-now", ExecutionStarted))
    pause_schedule = operation(posts("/schedules/{}/pause", ScheduleRead))
    resume_schedule = operation(posts("/schedules/{}/resume", ScheduleRead))

    list_triggers = operation(lists("/triggers", TriggerRead))
    create_trigger = operation(creates("/triggers", TriggerCreated))
    get_trigger = operation(gets("/triggers/{}", TriggerRead))
    update_trigger = operation(updates("/triggers/{}", TriggerRead))
    delete_trigger = operation(deletes("/triggers/{}"))
    rotate_trigger_secret = operation(rotates("/triggers/{}/rotate-secret"))

    list_webhooks = operation(lists("/webhooks", WebhookRead))
    create_webhook = operation(creates("/webhooks", WebhookCreated))
    get_webhook = operation(gets("/webhooks/{}", WebhookRead))
    update_webhook = operation(updates("/webhooks/{}", WebhookRead))
    delete_webhook = operation(deletes("/webhooks/{}"))
    rotate_webhook_secret = operation(rotates("/webhooks/{}/rotate-secret"))
    test_webhook = operation(posts("/webhooks/{}/test", WebhookTest))

    list_jobs = operation(lists("/jobs", JobRead))
    get_job = operation(gets("/jobs/{}", JobRead))
    cancel_job = operation(posts("/jobs/{}/cancel", JobRead))

    add_document = operation(_add_document)
    list_documents = operation(lists("/knowledge/documents", KnowledgeDocumentRead))
    get_document = operation(gets("/knowledge/documents/{}", KnowledgeDocumentRead))
    delete_document = operation(deletes("/knowledge/documents/{}"))
    search_knowledge = operation(creates("/knowledge/search", KnowledgeFound))

    list_models = operation(lists("/models", ModelConfigRead))
    create_model = operation(creates("/models", ModelConfigRead))
    get_model = operation(gets("/models/{}", ModelConfigRead))
    update_model = operation(updates("/models/{}", ModelConfigRead))
    delete_model = operation(deletes("/models/{}"))
    test_model = operation(creates("/models/test", JobRead))

    list_api_keys = operation(lists("/api-keys", ApiKeyRead))
    create_api_key = operation(creates("/api-keys", ApiKeyRead))
    get_api_key = operation(gets("/api-keys/{}", ApiKeyRead))
    update_api_key = operation(updates("/api-keys/{}", ApiKeyRead))
    delete_api_key = operation(deletes("/api-keys/{}"))

    list_output_schemas = operation(lists("/output-schemas", OutputSchemaRead))
    create_output_schema = operation(creates("/output-schemas", OutputSchemaRead))
    get_output_schema = operation(gets("/output-schemas/{}", OutputSchemaRead))
    update_output_schema = operation(updates("/output-schemas/{}", OutputSchemaRead))
    delete_output_schema = operation(deletes("/output-schemas/{}"))

    list_mcp_servers = operation(lists("/mcp-servers", McpServerRead))
    create_mcp_server = operation(creates("/mcp-servers", McpServerRead))
    get_mcp_server = operation(gets("/mcp-servers/{}", McpServerRead))
    update_mcp_server = operation(updates("/mcp-servers/{}", McpServerRead))
    delete_mcp_server = operation(deletes("/mcp-servers/{}"))
    test_mcp_server = operation(posts("/mcp-servers/{}/test", McpServerTest))

    list_memory_backends = operation(lists("/memory/backends", MemoryBackendRead))
    create_memory_backend = operation(creates("/memory/backends", MemoryBackendRead))
    get_memory_backend = operation(gets("/memory/backends/{}", MemoryBackendRead))
    update_memory_backend = operation(updates("/memory/backends/{}", MemoryBackendRead))
    delete_memory_backend = operation(deletes("/memory/backends/{}"))
    activate_memory_backend = operation(posts("/memory/backends/{}/activate", MemoryBackendRead))
    deactivate_memory_backend = operation(
        posts("/memory/backends/{}/deactivate", MemoryBackendRead)
    )
    plan_new_memory_backend = operation(creates("/memory/backends/setup/plan", SetupPlanRead))
    setup_new_memory_backend = operation(creates("/memory/backends/setup", JobRead))
    get_memory_workspace = operation(_get_memory_workspace)
    plan_memory_setup = operation(gets("/memory/backends/{}/setup", SetupPlanRead))
    setup_memory_backend = operation(_setup_memory_backend)
    verify_memory_backend = operation(posts("/memory/backends/{}/verify", MemoryVerification))
    list_memory_indexes = operation(_list_memory_indexes)
    get_memory_index = operation(_get_memory_index)
    delete_memory_index = operation(_delete_memory_index)
    empty_memory_index = operation(_empty_memory_index)
