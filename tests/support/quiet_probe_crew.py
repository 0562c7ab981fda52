"""The crew of quiet_probe: imported only once the process is watched and quiet."""

from crewai import Agent, CrewOutput, Task
from pydantic import SecretStr

from src.engines.base import Credentials, ModelPlan
from src.engines.crewai.llms.manager import LlmConfig, LlmManager
from src.engines.crewai.quiet import silence_run
from src.engines.crewai.quiet_crew import QuietCrew
from tests.support.fake_run import FakeRun


def run_one_task(host: str) -> str:
    plan = ModelPlan(key="databricks/m", provider="databricks", name="m")
    run = FakeRun(credentials=Credentials({"DATABRICKS_TOKEN": SecretStr("k")}))
    model = LlmManager(LlmConfig(databricks_host=host)).model_for(plan, run, "analyst")
    agent = Agent(role="Analyst", goal="Answer", backstory="Careful", llm=model)
    task = Task(description="Say hello", expected_output="A greeting", agent=agent)
    silence_run()
    output = QuietCrew(agents=[agent], tasks=[task]).kickoff()
    assert isinstance(output, CrewOutput)
    return output.raw
