"""One record written and found again, on a kind of memory."""

from src.bootstrap import Container
from src.engines.base import Credentials
from src.memory.configuration import ActiveBackend, memory_plan
from src.memory.embedders.base import Purpose
from src.memory.plan import BackendKind
from src.repositories.vector.base import IndexSpec, NewRecord, VectorQuery
from src.schemas.databricks_index_schemas import MemoryType
from src.schemas.memory_backend import MemoryConfig

INDEX = "main.mem.short"


async def remember(container: Container, kind: str) -> str:
    """Returns the text that was found. The Databricks index is made here when it is missing."""
    config = MemoryConfig()
    if kind == BackendKind.DATABRICKS:
        config = MemoryConfig(endpoint_name="crews", short_term_index=INDEX)
    plan = memory_plan(ActiveBackend("b1", BackendKind(kind), config), ["c1" * 16])
    token = container.settings.databricks_token
    credentials = Credentials(keys={}, databricks_environment_token=token)
    storage = await container.memory_access.storage("g1", plan, credentials)
    index = storage.index(MemoryType.SHORT_TERM)
    if kind == BackendKind.DATABRICKS:
        await storage.repository.create_index(IndexSpec(index, plan.embedder.dimension))
    [vector] = await storage.embedder.embed(["apples are red"], Purpose.DOCUMENT)
    record_id = storage.scope.record_id(MemoryType.SHORT_TERM, "1")
    record = NewRecord(record_id, {"content": "apples are red"}, vector)
    await storage.write(MemoryType.SHORT_TERM, [record])
    [hit] = await storage.search(MemoryType.SHORT_TERM, VectorQuery(vector))
    return str(hit.record.fields["content"])
