from src.models.agent import Agent
from src.repositories.agent import AgentRepository
from src.schemas.agent import AgentCreate, AgentRead, AgentUpdate
from src.schemas.common import trusted
from src.schemas.crew_config import AgentConfig
from src.services.definitions.noun import NounService

_DEFAULTS = {
    name: field.get_default(call_default_factory=True)
    for name, field in AgentConfig.model_fields.items()
    if not field.is_required()
}


class AgentService(NounService[Agent, AgentCreate, AgentUpdate, AgentRead]):
    repository = AgentRepository
    read = AgentRead

    def _show(self, row: Agent) -> AgentRead:
        values = {
            "id": row.id,
            "group_id": row.group_id,
            "version": row.version,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
            "name": row.name,
            # A row from before a field existed has its default.
            "config": trusted(AgentConfig, _DEFAULTS | row.config),
        }
        return trusted(AgentRead, values)
