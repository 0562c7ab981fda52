from src.models.agent import Agent
from src.repositories.agent import AgentRepository
from src.schemas.agent import AgentCreate, AgentRead, AgentUpdate
from src.services.noun import NounService


class AgentService(NounService[Agent, AgentCreate, AgentUpdate, AgentRead]):
    repository = AgentRepository
    read = AgentRead
