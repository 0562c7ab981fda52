from src.models.agent import Agent
from src.repositories.base import GroupRepository


class AgentRepository(GroupRepository[Agent]):
    model = Agent
    noun = "agent"
