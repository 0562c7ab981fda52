"""The only place where concrete classes meet. Everything is built on first use."""

import random
from functools import cached_property

from src.core import ids
from src.core.clock import Clock, SystemClock
from src.core.cursor import CursorSigner
from src.core.settings import Settings
from src.core.unit_of_work import Database
from src.engines.crewai.config_adapter import crew_inputs, ordered_inputs, plan_crew
from src.engines.crewai.crew_identity import crew_identity
from src.engines.crewai.memory.opening import MemoryOpener
from src.engines.crewai.model_choice import model_plan, model_problems
from src.engines.dbos.queue import DbosQueue
from src.repositories.event_channel import EventChannel
from src.repositories.webhook_client import WebhookClient
from src.services.approvals.approval import ApprovalService
from src.services.approvals.effects import ApprovalEffects
from src.services.batches.batch import BatchService
from src.services.batches.source import BatchSources
from src.services.credentials import CredentialService
from src.services.definitions.agent import AgentService
from src.services.definitions.api_key import ApiKeyService
from src.services.definitions.catalogue import CatalogueService
from src.services.definitions.crew import CrewService
from src.services.definitions.crew_check import CrewCheck
from src.services.definitions.mcp_server import McpServerService
from src.services.definitions.model_config import ModelConfigService
from src.services.definitions.model_trial import ModelTrialService
from src.services.definitions.output_schema import OutputSchemaService
from src.services.definitions.task import TaskService
from src.services.definitions.tool import ToolService
from src.services.executions.admission import Admission
from src.services.executions.endings import Endings
from src.services.executions.event_feed import EventFeed
from src.services.executions.execution import ExecutionService
from src.services.executions.family import Family
from src.services.executions.plan import ExecutionPlans
from src.services.executions.preview import RunPreviews
from src.services.executions.removal import ExecutionRemoval
from src.services.flows.check import FlowCheck
from src.services.flows.flow import FlowService
from src.services.flows.jobs import FlowJobs
from src.services.flows.run import FlowRunService
from src.services.flows.start import FlowStarts
from src.services.jobs.job import JobService
from src.services.knowledge.knowledge import KnowledgeService
from src.services.memory.access import MemoryAccess
from src.services.memory.backend import MemoryBackendService
from src.services.memory.backend_access import BackendAccess
from src.services.memory.backend_check import BackendCheck
from src.services.memory.clearing import MemoryClearing
from src.services.memory.forget import MemoryForgetHandler, MemoryForgetService
from src.services.memory.index import MemoryIndexService
from src.services.memory.migration import MemoryMigrationHandler, MemoryMigrationService
from src.services.memory.plan import MemoryPlanService
from src.services.memory.reach import MemoryReach
from src.services.memory.receipt import ReceiptService
from src.services.memory.record import MemoryRecordService
from src.services.memory.report import MemoryReportService
from src.services.memory.setup_start import MemorySetupService
from src.services.memory.turns import MemoryTurns
from src.services.memory.workspace import MemoryWorkspaceService
from src.services.operations.health import HealthService
from src.services.operations.housekeeping import Housekeeping, Retention
from src.services.operations.limit import LimitService
from src.services.operations.measures import Measures
from src.services.operations.metrics import MetricsService
from src.services.people.group import GroupService
from src.services.people.identity import IdentityService
from src.services.schedules.schedule import ScheduleService
from src.services.schedules.tick import ScheduleTick
from src.services.triggers.call import TriggerCallService
from src.services.triggers.trigger import TriggerService
from src.services.webhooks.outbox import WebhookOutbox
from src.services.webhooks.sender import WebhookSender
from src.services.webhooks.webhook import WebhookService


class Container:
    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock: Clock = clock or SystemClock()

    @cached_property
    def database(self) -> Database:
        return Database(self.settings)

    @cached_property
    def cursors(self) -> CursorSigner:
        return CursorSigner(self.settings.key_ring.signing_secret())

    def housekeeping(self, holder: str) -> Housekeeping:
        settings = self.settings
        retention = Retention(
            settings.kasal_keep_executions_days,
            settings.kasal_keep_events_days,
            settings.kasal_keep_jobs_days,
        )
        return Housekeeping(
            self.database,
            self.clock,
            self.queue,
            self.execution_removal,
            self.measures,
            retention,
            holder,
        )

    @cached_property
    def execution_removal(self) -> ExecutionRemoval:
        return ExecutionRemoval(self.queue)

    @cached_property
    def identity(self) -> IdentityService:
        return IdentityService(self.database, self.settings, self.clock)

    @cached_property
    def queue(self) -> DbosQueue:
        return DbosQueue(self.settings)

    @cached_property
    def catalogues(self) -> CatalogueService:
        return CatalogueService(self.database, self.settings, self.clock, self.credentials)

    @cached_property
    def measures(self) -> Measures:
        return Measures()

    @cached_property
    def request_measures(self) -> Measures:
        return Measures()

    @cached_property
    def metrics(self) -> MetricsService:
        return MetricsService(
            self.database,
            self.clock,
            self.measures,
            self.request_measures,
            self.settings.kasal_lease_ttl_s,
        )

    @cached_property
    def executions(self) -> ExecutionService:
        return ExecutionService(
            self.database,
            self.cursors,
            self.clock,
            self.queue,
            planner=plan_crew,
            identity=crew_identity,
            catalogues=self.catalogues,
            credentials=self.credentials,
            memory_plans=self.memory_plans,
            endings=self.endings,
            flows=self.flow_starts,
            admission=self.admission,
        )

    @cached_property
    def run_previews(self) -> RunPreviews:
        return RunPreviews(self.database, plan_crew, ordered_inputs, self.catalogues)

    @cached_property
    def execution_plans(self) -> ExecutionPlans:
        return ExecutionPlans(self.database)

    @cached_property
    def admission(self) -> Admission:
        return Admission(self.clock, self.settings.kasal_group_max_queued)

    @cached_property
    def limits(self) -> LimitService:
        return LimitService(self.database, self.clock, self.settings)

    @cached_property
    def endings(self) -> Endings:
        family = Family(self.flow_jobs, self.queue, self.clock)
        return Endings(self.jobs, self.webhook_outbox, self.clock, self.measures, family)

    @cached_property
    def flows(self) -> FlowService:
        return FlowService(self.database, self.cursors, self.clock, self.flow_check)

    @cached_property
    def flow_check(self) -> FlowCheck:
        return FlowCheck(self.database, plan_crew, self.catalogues)

    @cached_property
    def flow_jobs(self) -> FlowJobs:
        return FlowJobs(self.jobs)

    @cached_property
    def flow_starts(self) -> FlowStarts:
        return FlowStarts(self.database, self.clock, self.flow_check, self.flow_jobs)

    @cached_property
    def flow_runs(self) -> FlowRunService:
        return FlowRunService(
            self.database,
            self.clock,
            self.executions,
            self.identity,
            self.credentials,
            self.endings,
            self.approvals,
        )

    @cached_property
    def memory_plans(self) -> MemoryPlanService:
        return MemoryPlanService(self.database, self.clock)

    @cached_property
    def receipts(self) -> ReceiptService:
        return ReceiptService(self.database, self.cursors)

    @cached_property
    def event_feed(self) -> EventFeed:
        channel = None
        if not self.settings.is_sqlite:
            channel = EventChannel(self.settings)
        return EventFeed(self.database, self.clock, channel)

    @cached_property
    def agents(self) -> AgentService:
        return AgentService(self.database, self.cursors, self.clock)

    @cached_property
    def api_keys(self) -> ApiKeyService:
        return ApiKeyService(self.database, self.cursors, self.clock, self.settings.key_ring)

    @cached_property
    def approvals(self) -> ApprovalService:
        return ApprovalService(
            self.database,
            self.cursors,
            self.clock,
            self.approval_effects,
            self.credentials,
            self.endings,
        )

    @cached_property
    def approval_effects(self) -> ApprovalEffects:
        return ApprovalEffects(self.queue, self.endings, self.flow_jobs.gate_decided)

    @cached_property
    def batches(self) -> BatchService:
        return BatchService(
            self.database,
            self.cursors,
            self.clock,
            BatchSources(self.database, plan_crew, crew_inputs, self.catalogues, self.flow_check),
            self.executions,
            self.jobs,
            self.webhook_outbox,
        )

    @cached_property
    def credentials(self) -> CredentialService:
        return CredentialService(self.database, self.settings, self.settings.key_ring, self.clock)

    @cached_property
    def crews(self) -> CrewService:
        check = CrewCheck(plan_crew, self.catalogues)
        return CrewService(self.database, self.cursors, self.clock, check)

    @cached_property
    def groups(self) -> GroupService:
        return GroupService(self.database, self.cursors, self.clock, self.settings, self.catalogues)

    @cached_property
    def health(self) -> HealthService:
        return HealthService(self.database, self.clock)

    @cached_property
    def jobs(self) -> JobService:
        return JobService(
            self.database, self.cursors, self.clock, self.queue, self.settings.key_ring
        )

    @cached_property
    def knowledge(self) -> KnowledgeService:
        return KnowledgeService(
            self.database,
            self.cursors,
            self.clock,
            self.jobs,
            self.memory_access,
            self.credentials,
            self.settings.kasal_max_document_bytes,
        )

    @cached_property
    def mcp_servers(self) -> McpServerService:
        return McpServerService(
            self.database,
            self.cursors,
            self.clock,
            self.settings.key_ring,
            allow_private_urls=self.settings.kasal_allow_private_urls,
        )

    @cached_property
    def memory_access(self) -> MemoryAccess:
        """Opened stores, for the loop that asks."""
        opener = MemoryOpener(self.settings, self.clock)
        return MemoryAccess(opener, self.settings, self.clock)

    @cached_property
    def backend_access(self) -> BackendAccess:
        return BackendAccess(self.memory_access, self.credentials)

    @cached_property
    def memory_backends(self) -> MemoryBackendService:
        check = BackendCheck(self.settings, model_problems)
        return MemoryBackendService(
            self.database, self.cursors, self.clock, check, self.catalogues, self.backend_access
        )

    @cached_property
    def model_trials(self) -> ModelTrialService:
        return ModelTrialService(self.database, self.catalogues, model_plan, self.jobs)

    @cached_property
    def memory_indexes(self) -> MemoryIndexService:
        return MemoryIndexService(self.database, self.backend_access, self.jobs)

    @cached_property
    def memory_setups(self) -> MemorySetupService:
        return MemorySetupService(
            self.database, self.clock, self.memory_backends, self.backend_access, self.jobs
        )

    @cached_property
    def memory_workspaces(self) -> MemoryWorkspaceService:
        return MemoryWorkspaceService(self.backend_access, self.settings.databricks_host)

    @cached_property
    def memory_reach(self) -> MemoryReach:
        return MemoryReach(self.database, self.memory_plans, self.memory_access, self.credentials)

    @cached_property
    def memory_turns(self) -> MemoryTurns:
        """For people; a worker's runs take their turns under its own name."""
        return MemoryTurns(self.database, self.clock, f"people-{ids.new()}")

    @cached_property
    def memory_records(self) -> MemoryRecordService:
        return MemoryRecordService(
            self.database, self.cursors, self.clock, self.memory_reach, self.memory_turns
        )

    @cached_property
    def memory_reports(self) -> MemoryReportService:
        return MemoryReportService(self.database, self.clock, self.memory_reach)

    @cached_property
    def memory_forgetting(self) -> MemoryForgetService:
        return MemoryForgetService(self.database, self.jobs, self.memory_reach)

    @cached_property
    def memory_forget_handler(self) -> MemoryForgetHandler:
        return MemoryForgetHandler(
            self.database,
            self.clock,
            self.memory_reach,
            self.memory_turns,
            self.memory_clearing,
            self.executions,
            self.knowledge,
        )

    @cached_property
    def memory_migrations(self) -> MemoryMigrationService:
        return MemoryMigrationService(self.database, self.cursors, self.jobs, self.memory_reach)

    @cached_property
    def memory_migration_handler(self) -> MemoryMigrationHandler:
        return MemoryMigrationHandler(self.memory_reach, self.memory_turns)

    @cached_property
    def memory_clearing(self) -> MemoryClearing:
        return MemoryClearing(self.database, self.memory_reach, self.memory_turns, self.jobs)

    @cached_property
    def models(self) -> ModelConfigService:
        return ModelConfigService(
            self.database,
            self.cursors,
            self.clock,
            allow_private_urls=self.settings.kasal_allow_private_urls,
        )

    @cached_property
    def output_schemas(self) -> OutputSchemaService:
        return OutputSchemaService(self.database, self.cursors, self.clock)

    @cached_property
    def schedules(self) -> ScheduleService:
        return ScheduleService(self.database, self.cursors, self.clock, self.executions)

    @cached_property
    def schedule_tick(self) -> ScheduleTick:
        return ScheduleTick(
            self.database,
            self.clock,
            self.executions,
            self.identity,
            self.webhook_outbox,
            random.Random(),
        )

    @cached_property
    def tasks(self) -> TaskService:
        return TaskService(self.database, self.cursors, self.clock)

    @cached_property
    def tools(self) -> ToolService:
        return ToolService(self.database, self.cursors, self.clock, self.settings.key_ring)

    @cached_property
    def triggers(self) -> TriggerService:
        return TriggerService(self.database, self.cursors, self.clock, self.settings.key_ring)

    @cached_property
    def trigger_calls(self) -> TriggerCallService:
        return TriggerCallService(
            self.database, self.clock, self.settings.key_ring, self.executions, self.identity
        )

    @cached_property
    def webhook_outbox(self) -> WebhookOutbox:
        return WebhookOutbox(self.clock, self.jobs)

    @cached_property
    def webhook_sender(self) -> WebhookSender:
        client = WebhookClient(self.settings.kasal_allow_private_urls)
        return WebhookSender(self.clock, self.settings.key_ring, client)

    @cached_property
    def webhooks(self) -> WebhookService:
        return WebhookService(
            self.database,
            self.cursors,
            self.clock,
            self.webhook_sender,
            allow_private_urls=self.settings.kasal_allow_private_urls,
        )

    async def start(self) -> None:
        """What an API process keeps running."""
        self.event_feed.start()

    async def close(self) -> None:
        if "event_feed" in self.__dict__:
            await self.event_feed.close()
        if "memory_access" in self.__dict__:
            await self.memory_access.close()
        if "queue" in self.__dict__:
            self.queue.close()
        await self.database.close()
