"""Who does which kind of background job: one line for each."""

from src.bootstrap import Container
from src.services.batches.advance import BatchAdvance
from src.services.jobs.handler import JobHandler, JobKind
from src.services.knowledge.reader import KnowledgeReader
from src.services.knowledge.store import KnowledgeStore
from src.services.memory.empty import MemoryEmptyHandler
from src.services.memory.setup import MemorySetupHandler
from src.services.webhooks.delivery import WebhookDelivery


def job_handlers(container: Container) -> dict[JobKind, JobHandler]:
    database, access = container.database, container.backend_access
    documents = KnowledgeStore(database, container.memory_access, container.credentials)
    return {
        JobKind.FLOW_ADVANCE: container.flow_runs,
        JobKind.BATCH_ADVANCE: BatchAdvance(
            database,
            container.clock,
            container.executions,
            container.identity,
            container.webhook_outbox,
        ),
        JobKind.KNOWLEDGE_DOCUMENT: KnowledgeReader(database, container.clock, documents),
        JobKind.MEMORY_SETUP: MemorySetupHandler(database, access, container.clock),
        JobKind.MEMORY_EMPTY: MemoryEmptyHandler(database, access),
        JobKind.MEMORY_FORGET: container.memory_forget_handler,
        JobKind.MEMORY_MIGRATION: container.memory_migration_handler,
        JobKind.WEBHOOK: WebhookDelivery(database, container.clock, container.webhook_sender),
    }
