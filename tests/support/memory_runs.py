"""Memory for runs without a worker process: the real recall and writing over a store in this process."""

from dataclasses import dataclass, field

from src.engines.plans import CrewPlan
from src.memory.configuration import ActiveBackend, memory_plan
from src.memory.plan import MemoryPlan
from src.memory.records import Entity, Lessons
from src.memory.storage import MemoryStorage
from src.repositories.vector.base import IndexSpec, Record
from src.repositories.vector.in_memory import InMemoryVectorIndexRepository
from tests.support.embedders import HASHED, HashedEmbedder
from tests.support.worker_parts import GROUP, plan_of

IDENTITY = "ab" * 16
LESSONS = Lessons("Invoices of Acme are in kroner.", 0.7, (Entity("Acme", "company", "Pays late"),))


@dataclass
class OpenedMemory:
    """services.runs.task_memory.MemoryOpener. `down` is raised instead of opening."""

    repository: InMemoryVectorIndexRepository = field(default_factory=InMemoryVectorIndexRepository)
    embedder: HashedEmbedder = field(default_factory=HashedEmbedder)
    down: Exception | None = None
    opened: int = 0

    async def storage(self, group_id: str, plan: MemoryPlan, credentials: object) -> MemoryStorage:
        self.opened += 1
        if self.down is not None:
            raise self.down
        known = {one.name for one in await self.repository.list_indexes()}
        for memory_type, index in plan.indexes.items():
            if index.name not in known:
                spec = IndexSpec(index.ref(memory_type), HASHED.dimension)
                await self.repository.create_index(spec)
        return MemoryStorage(self.repository, self.embedder, plan, group_id)

    async def records(self, plan: CrewPlan) -> dict[str, list[Record]]:
        """By type, all that this crew may read."""
        assert plan.memory is not None
        self.down = None
        storage = await self.storage(GROUP, plan.memory, None)
        return {
            str(one): list((await storage.scan(one, limit=1000)).records)
            for one in plan.memory.crew_types
        }


def memory_plan_of(*keys: str) -> CrewPlan:
    """A crew whose agent remembers."""
    plan = plan_of(*keys)
    memory = memory_plan(ActiveBackend(), [IDENTITY])
    (agent,) = plan.agents
    return plan.model_copy(
        update={
            "agents": (agent.model_copy(update={"memory": True}),),
            "memory": memory.model_copy(update={"embedder": HASHED}),
        }
    )
