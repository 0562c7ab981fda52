"""Builds the crew engine. Imports crewai, which takes seconds: only worker processes come here."""

from src.core.clock import Clock
from src.core.settings import Settings
from src.engines.base import CrewEngine
from src.engines.crewai.engine import CrewAIEngine
from src.engines.crewai.llms.manager import LlmConfig, LlmManager
from src.engines.crewai.llms.trial import CrewAIModelProbe
from src.engines.crewai.tools.factory import ToolFactory
from src.services.definitions.model_trial import ModelProbe


def make_engine(settings: Settings, clock: Clock) -> CrewEngine:
    models = LlmManager(LlmConfig.from_settings(settings), clock)
    tools = ToolFactory(allow_private_urls=settings.kasal_allow_private_urls, clock=clock)
    return CrewAIEngine(models, tools)


def make_probe(settings: Settings, clock: Clock) -> ModelProbe:
    return CrewAIModelProbe(settings, clock)
