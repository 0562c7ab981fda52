"""The crew of quiet_probe: imported only once the process is watched and quiet."""

from pydantic import SecretStr

from src.engines.base import Credentials
from src.engines.crewai.engine import CrewAIEngine
from src.engines.crewai.llms.manager import LlmConfig, LlmManager
from src.engines.crewai.tools.factory import ToolFactory
from src.engines.plans import AgentPlan, CrewPlan, ModelPlan, TaskPlan
from tests.support.fake_memory import FakeMemory
from tests.support.fake_run import FakeRun


def run_one_task(host: str) -> str:
    """By an agent with memory."""
    model = ModelPlan(key="databricks/m", provider="databricks", name="m")
    agent = AgentPlan(
        key="analyst", role="Analyst", goal="Answer", backstory="Careful", model=model, memory=True
    )
    task = TaskPlan(
        key="task",
        index=0,
        name="task",
        description="Say hello",
        expected_output="A greeting",
        agent="analyst",
    )
    run = FakeRun(
        plan=CrewPlan(name="crew", agents=(agent,), tasks=(task,)),
        credentials=Credentials({"DATABRICKS_TOKEN": SecretStr("k")}),
    )
    run.memory = FakeMemory("Ana likes short greetings")
    engine = CrewAIEngine(LlmManager(LlmConfig(databricks_host=host)), ToolFactory())
    return engine.run_task(run, "task", {}, None).text
